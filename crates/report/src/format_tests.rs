use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn format(language: Language) -> Format {
    let day = Span { from: at("2031-02-14T22:00:00Z"), until: at("2031-02-15T22:00:00Z") };
    Format::new(language, TimeZone::fixed(jiff::tz::offset(2)), day)
}

#[test]
fn numbers_read_well() {
    let f = format(Language::En);
    assert_eq!(f.whole(9_999), "9999");
    assert_eq!(f.whole(1_234_567), "1\u{202f}234\u{202f}567");
    assert_eq!(f.change(3, 5), "\u{2212}2");
    assert_eq!(f.percent(0.999), ">\u{a0}99\u{a0}%");
    assert_eq!(f.percent(0.0), "<\u{a0}1\u{a0}%");
    assert_eq!(f.distance_with_error(3_000.0, 50.0), "3.00\u{a0}±\u{a0}0.05\u{a0}km");
    assert_eq!(format(Language::Fr).decimal(-1.5, 1), "\u{2212}1,5");
}

#[test]
fn times_are_local_and_carry_their_error() {
    let f = format(Language::En);
    let shown = |from: &str, until: &str, sigma_s| ShownTime { from: at(from), until: at(until), sigma_s };
    let say = |time: ShownTime| f.incident_time(&time, "whole day");
    assert_eq!(say(shown("2031-02-15T00:14:05Z", "2031-02-15T00:14:05Z", Some(2.0))), "02:14:05 ±\u{a0}3.3\u{a0}s");
    assert_eq!(say(shown("2031-02-15T00:14:05Z", "2031-02-15T00:18:00Z", Some(0.0))), "02:14–02:18");
    assert_eq!(say(shown("2031-02-14T22:00:00Z", "2031-02-15T22:00:00Z", Some(0.0))), "whole day");
    assert_eq!(say(shown("2031-02-15T21:00:00Z", "2031-02-15T22:00:00Z", None)), "23:00–24:00");
    assert_eq!(
        say(shown("2031-02-13T10:00:00Z", "2031-02-13T10:00:00Z", Some(600.0))),
        "2031-02-13 12:00 ±\u{a0}16\u{a0}min"
    );
    assert_eq!(say(shown("2031-02-15T10:00:00Z", "2031-02-16T10:00:00Z", None)), "12:00–2031-02-16 12:00");
}
