use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn events() -> BTreeMap<Name, Timestamp> {
    BTreeMap::from([(Name::from("ceasefire"), at("2015-02-15T00:00+02:00"))])
}

fn names() -> Names {
    Names { events: ["ceasefire".to_owned()].into(), ..Names::default() }
}

fn kyiv_winter() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(2))
}

fn piece(text: &str) -> Piece<'_> {
    Piece { file: "f", text, line: 1, column: 1 }
}

fn moment(text: &str) -> Result<Moment, String> {
    let (zone, names) = (kyiv_winter(), names());
    Clockwork { zone: &zone, names: &names }
        .moment(piece(text))
        .map_err(|p| format!("{} {}", p.code, p.hint.unwrap_or_default()))
}

fn when(text: &str) -> Result<When, String> {
    let (zone, names) = (kyiv_winter(), names());
    Clockwork { zone: &zone, names: &names }
        .when(piece(text))
        .map_err(|p| format!("{} {}", p.code, p.hint.unwrap_or_default()))
}

fn instant(text: &str, count: DayCount, edge: Edge) -> Timestamp {
    let (zone, events) = (kyiv_winter(), events());
    Calendar { zone: &zone, count, events: &events }.instant(&moment(text).unwrap(), edge).unwrap()
}

#[test]
fn the_second_day_is_the_16th_or_the_17th_of_february() {
    let of_the_event = DayCount::Calendar { first: 1 };
    let after_the_event = DayCount::Calendar { first: 0 };
    let second = "day 2 after event ceasefire";
    assert_eq!(instant(second, of_the_event, Edge::Start), at("2015-02-16T00:00+02:00"));
    assert_eq!(instant(second, of_the_event, Edge::End), at("2015-02-17T00:00+02:00"));
    assert_eq!(instant(second, after_the_event, Edge::Start), at("2015-02-17T00:00+02:00"));
    assert_eq!(instant(second, after_the_event, Edge::End), at("2015-02-18T00:00+02:00"));
    assert_eq!(instant(second, DayCount::Elapsed, Edge::End), at("2015-02-17T00:00+02:00"));
}

#[test]
fn moments_are_instants_dates_and_times_after_events() {
    let count = DayCount::Calendar { first: 1 };
    let zulu = at("2015-02-14T22:00Z");
    for text in [
        "2015-02-15T00:00+02:00",
        "2015-02-15T00:00",
        "2015-02-15",
        "event ceasefire",
        "event \"ceasefire\"",
        "2015-02-14T22:00Z",
    ] {
        assert_eq!(instant(text, count, Edge::Start), zulu, "{text}");
    }
    assert_eq!(instant("2015-02-15", count, Edge::End), at("2015-02-16T00:00+02:00"));
    assert_eq!(instant("36 h after event ceasefire", count, Edge::End), at("2015-02-16T12:00+02:00"));
    assert!(moment("2015-02-31").unwrap_err().starts_with("bad_moment"));
    assert!(moment("day two after event ceasefire").unwrap_err().starts_with("bad_moment"));
    assert_eq!(moment("event ceasefir").unwrap_err(), "unknown_event did you mean `ceasefire`?");
}

#[test]
fn windows_are_read_and_laid_out() {
    let (zone, events) = (kyiv_winter(), events());
    let calendar = Calendar { zone: &zone, count: DayCount::Calendar { first: 1 }, events: &events };
    let horizon = Span::new(at("2015-02-16T00:00+02:00"), at("2015-02-18T00:00+02:00")).unwrap();
    let spans = |text: &str| match when(text).unwrap() {
        When::Windows(windows) => {
            calendar.spans(&windows, horizon).unwrap().iter().map(|s| (s.from, s.until)).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(
        spans("daily 22:00 to 06:00 from event ceasefire"),
        [
            (at("2015-02-16T00:00+02:00"), at("2015-02-16T06:00+02:00")),
            (at("2015-02-16T22:00+02:00"), at("2015-02-17T06:00+02:00")),
            (at("2015-02-17T22:00+02:00"), at("2015-02-18T00:00+02:00")),
        ]
    );
    assert_eq!(
        spans("until 2015-02-16T01:00; from 2015-02-17"),
        [(horizon.from, at("2015-02-16T01:00+02:00")), (at("2015-02-17T00:00+02:00"), horizon.until),]
    );
    assert_eq!(
        spans("from 2015-02-10 until 2015-02-17; from 2015-02-17 until 2015-02-20"),
        [(horizon.from, horizon.until)]
    );
    assert_eq!(spans("from 2020-01-01"), []);
}

#[test]
fn other_values_of_when() {
    assert_eq!(when("always"), Ok(When::Always));
    assert_eq!(when("7 consecutive days"), Ok(When::Days { n: 7, from: None }));
    assert!(matches!(when("7 consecutive days from 2015-02-20"), Ok(When::Days { from: Some(Moment::Date(_)), .. })));
    assert_eq!(when(">= 48 h before, acknowledged"), Ok(When::Notice { lead_s: 172_800.0, acknowledged: true }));
    for bad in [
        "sometimes",
        "daily 25:00 to 06:00",
        "0 consecutive days",
        ">= 48 km before",
        "from 2015-02-15T00:00Z until 2015-02-14T00:00Z",
        "",
    ] {
        assert!(when(bad).is_err(), "{bad}");
    }
}

#[test]
fn an_event_that_has_not_been_is_named() {
    let (zone, events) = (kyiv_winter(), BTreeMap::new());
    let calendar = Calendar { zone: &zone, count: DayCount::Elapsed, events: &events };
    assert_eq!(calendar.instant(&moment("event ceasefire").unwrap(), Edge::Start), Err("ceasefire".into()));
}

#[test]
fn far_days_do_not_overflow() {
    let (zone, events) = (kyiv_winter(), events());
    for count in [DayCount::Elapsed, DayCount::Calendar { first: 1 }] {
        let calendar = Calendar { zone: &zone, count, events: &events };
        let far = Moment::Day { n: u32::MAX, event: "ceasefire".into() };
        assert!(calendar.instant(&far, Edge::End).unwrap() > at("2100-01-01T00:00Z"));
    }
}
