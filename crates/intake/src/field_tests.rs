use super::*;

#[test]
fn dates_are_strict() {
    assert!(date("2024-02-29").is_some());
    for bad in ["2023-02-29", "2024-2-29", "0202-01-01", "2024/02/29", "", "2024-02-29 ", "２０24-02-29"] {
        assert_eq!(date(bad), None, "{bad}");
    }
}

#[test]
fn local_days_have_the_length_that_the_clocks_give_them() {
    let kyiv = TimeZone::get("Europe/Kyiv").unwrap();
    let hours = |text: &str| day_span(date(text).unwrap(), &kyiv).unwrap().seconds() / 3600.0;
    assert_eq!((hours("2024-03-31"), hours("2024-07-01"), hours("2024-10-27")), (23.0, 24.0, 25.0));
}

#[test]
fn a_repeated_hour_gives_both_instants() {
    let kyiv = TimeZone::get("Europe/Kyiv").unwrap();
    let (earlier, later) = local_instant(date_time("2024-10-27 03:30").unwrap(), &kyiv).unwrap();
    assert_eq!(later.duration_since(earlier).as_secs(), 3600);
    let (earlier, later) = local_instant(date_time("2024-10-27 12:30").unwrap(), &kyiv).unwrap();
    assert_eq!(earlier, later);
}

#[test]
fn instants_take_offsets_before_the_zone() {
    let plus_two = TimeZone::fixed(jiff::tz::offset(2));
    let at = |text: &str| instant(text, &plus_two).map(|t| t.to_string());
    assert_eq!(at("2031-02-15T06:10:00Z").as_deref(), Some("2031-02-15T06:10:00Z"));
    assert_eq!(at("2031-02-15T06:10:00").as_deref(), Some("2031-02-15T04:10:00Z"));
    assert_eq!(at("2031-02-15").as_deref(), Some("2031-02-14T22:00:00Z"));
    assert_eq!(at("yesterday"), None);
}
