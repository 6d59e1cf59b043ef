use super::*;
use crate::{ExpectationKind, Ground, HappeningKind, Said};
use proptest::prelude::*;
use truceline_domain::{EventClass, Phenomenon, WeaponKind};

const HEAD: &str = "scenario t\nmission m\nfrom 2031-03-04T00:00:00+02:00\nuntil 2031-03-08T00:00:00+02:00\n";

fn good(statements: &str) -> Scenario {
    let (scenario, problems) = parse("t.scenario", &format!("{HEAD}{statements}"));
    assert!(problems.is_empty(), "{problems:#?}");
    scenario
}

/// Problems of some statements as `line:column code text (hint)`, lines counted from the first statement.
fn bad(statements: &str) -> Vec<String> {
    let (_, problems) = parse("t.scenario", &format!("{HEAD}{statements}"));
    let shown = |p: &Problem| {
        assert_eq!(p.file, "t.scenario");
        assert!(
            p.message.starts_with(|c: char| c.is_lowercase() || c == '`') && !p.message.ends_with('.'),
            "{}",
            p.message
        );
        let (line, column) = (p.line.unwrap() - 4, p.column.unwrap_or(0));
        let hint = p.hint.as_deref().unwrap_or("");
        format!("{line}:{column} {} {} ({hint})", p.code, p.text)
    };
    problems.iter().map(shown).collect()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_whole_fire_is_read() {
    let scenario = good("at 02:14 fire 6 rounds every 31 s mortar from 12.52,-37.03 to 12.48,-37.02 by A spread 60 m");
    let happening = &scenario.happenings[0];
    assert_eq!(happening.span.from, at("2031-03-04T02:14:00+02:00"));
    assert_eq!((happening.line, happening.by.as_ref().unwrap().as_str()), (5, "A"));
    let HappeningKind::Fire(fire) = &happening.kind else { panic!() };
    assert_eq!((fire.rounds, fire.every_s, fire.weapon, fire.spread_m), (6, 31.0, WeaponKind::Mortar, 60.0));
    assert_eq!(fire.to.lat_deg(), 12.48);
}

#[test]
fn clauses_come_in_any_order() {
    let one = good("at 02:14 fire 6 rounds mortar from 12.52,-37.03 to 12.48,-37.02 by A every 31 s");
    let other = good("at 02:14 fire 6 rounds by A to 12.48,-37.02 every 31 s from 12.52,-37.03 mortar");
    assert_eq!(one.happenings[0].kind, other.happenings[0].kind);
}

#[test]
fn every_kind_of_happening_is_read() {
    let scenario = good(
        "at 11:02 blast quarry 20 holes every 25 ms at 12.5,-37.3 charge 2 t
at 10:00..14:00 wildfire at 12.5,-37.2 grows 3 km towards 95 deg pixels 14
at 02:13 flight drone from 12.6,-37.1 via 12.5,-37.0 to 12.4,-36.9 at 180 km/h height 150 m by A
at 02:00 vessel from 12.5,-36.3 to 12.5,-36.4 at 10 kn identity \"MMSI 1\" silent 02:10..06:40 hull 38 m
at 02:00 ghost from 12.5,-36.3 to 12.5,-36.4 at 90 kn identity \"MMSI 1\"
at 01:00..23:00 weapons 4 artillery at 12.7,-37.0 by A calibre 152 mm decoys 2
at 03:00..04:00 thunderstorm at 12.5,-37.2 radius 15 km strokes 60
at 01:40..05:25 jamming at 12.5,-37.0 radius 20 km
at 03:47 power_loss at 12.4,-36.9
at 00:00..23:00 dose at 12.4,-36.9 reading 0.10..0.14 uSv/h
at 13:00..15:00 explosions 5 at 12.4,-37.1 spread 300 m cause \"old ammunition\"
at 22:10..22:40 shots 6 bursts at 12.5,-37.0",
    );
    assert_eq!(scenario.happenings.len(), 12);
    let HappeningKind::Flight { speed_mps, path, .. } = &scenario.happenings[2].kind else { panic!() };
    assert!((speed_mps - 50.0).abs() < 1e-9 && path.len() == 3);
    let HappeningKind::Voyage(voyage) = &scenario.happenings[3].kind else { panic!() };
    assert!(voyage.silent.is_some() && voyage.hull_m == Some(38.0) && !voyage.is_ghost);
    let HappeningKind::State { phenomenon, reading, .. } = &scenario.happenings[9].kind else { panic!() };
    assert_eq!((*phenomenon, *reading), (Phenomenon::DoseRate, Some((0.10, 0.14))));
}

#[test]
fn who_watches_and_what_is_announced_is_read() {
    let scenario = good(
        "sensor N1 acoustic owner mission at 12.5,-37.0 sees explosion 8 km 0.95; shelling everywhere 0.9
notice EX-1 by A exercise shelling;explosion 08:00..16:00 disc 12.3,-37.2 radius 2 km margin 0.5 km notified 2031-03-01T08:00:00Z acknowledged 2031-03-01T09:00:00Z
notice EX-2 by A exercise shelling 08:00..16:00 polygon 12.3,-37.2 12.4,-37.2 12.4,-37.1 notified 2031-03-01T08:00:00Z
notice EX-3 by A exercise shelling 08:00..16:00 area range notified 2031-03-01T08:00:00Z
outage N1;N2 23:00..01:00 factor 0.3 cause \"no power\"
pass SAT at 01:30; 12:45
clutter N1 2 per day explosion
late N1 06:00..07:00 by 9 h
record N1 02:00..02:10 rate 100 Hz",
    );
    assert_eq!(scenario.sensors[0].reach.len(), 2);
    assert!(scenario.sensors[0].reach[1].range_m.is_infinite());
    assert!(matches!(&scenario.notices[2].ground, Ground::Named(name) if name.as_str() == "range"));
    assert_eq!(scenario.notices[0].classes, [EventClass::Shelling, EventClass::Explosion]);
    assert_eq!(scenario.notices[0].margin_m, 500.0);
    assert_eq!(scenario.records[0].rate_hz, 100.0);
    assert_eq!(scenario.outages[1].1.span.until, at("2031-03-05T01:00:00+02:00"), "past midnight");
    assert_eq!((scenario.passes.len(), scenario.clutter[0].per_day, scenario.delays[0].by_s), (2, 2.0, 32_400.0));
}

#[test]
fn reports_and_expectations_are_read() {
    let scenario = good(
        "report DESK at 09:30 says 12 impact mortar 02:10..02:20 at 12.47,-37.02 within 1 km note \"hotline\"
forged report PUBLIC at 15:00 says 2 explosion 13:40 area Calder
expect incidents 1 shelling
expect rounds 5..7
expect finding CF-1 inconsistent 02:00..03:00
expect no finding W-1
expect no finding W-2 inconsistent
expect origin A >= 0.95
expect no origin
expect coverage drone_flight not_assessable 01:40..05:25 area middle-reach
expect count smm 18",
    );
    assert!(!scenario.reports[0].forged && scenario.reports[1].forged);
    assert!(matches!(&scenario.reports[1].place, Said::Area(name) if name.as_str() == "Calder"));
    assert_eq!(scenario.expectations.len(), 9);
    assert!(matches!(&scenario.expectations[7].kind, ExpectationKind::Coverage { area: Some(_), .. }));
    assert!(scenario.expectations[7].window.is_some());
}

#[test]
fn days_count_from_the_first_and_indented_lines_continue() {
    let scenario =
        good("day 3\nat 10:00..11:00\n   explosions 2\n   at 12.5,-37.0\nday 1\nat 24:00 explosion at 12.5,-37.0");
    assert_eq!(scenario.happenings[0].span.from, at("2031-03-06T10:00:00+02:00"));
    assert_eq!(scenario.happenings[1].span.from, at("2031-03-05T00:00:00+02:00"));
}

#[test]
fn prose_is_kept() {
    let scenario = good("title Fire; and \"smoke\"\nabout first\n  second\nnote third # not this");
    assert_eq!(scenario.title, "Fire; and smoke");
    assert_eq!(scenario.notes, ["first second", "third"]);
}

#[test]
fn all_problems_come_at_once_with_place_and_hint() {
    let found = bad("at 02:14 fire six rounds mortr from 12.52 to 12.48,-37.02 by A
att 02:00 explosion at 12.5,-37.0
at 25:00 explosion at 99,-37.0
sensor N1 acustic owner mission sees explosions 8 km 2
expect finding CF-1 wrong
clutter N1 2 per week explosion");
    assert_eq!(
        found,
        [
            "1:15 bad_count six ()",
            "1:26 unknown_word mortr (did you mean `mortar`?)",
            "1:37 bad_place 12.52 (write latitude and longitude without a space, such as `12.51,-37.02`)",
            "1:62 missing_clause A ()",
            "2:1 unknown_statement att (did you mean `at`?)",
            "3:4 bad_time 25:00 (write `02:14`, `02:14:30` or `2031-03-04T02:14:00+02:00`)",
            "3:23 bad_place 99,-37.0 ()",
            "4:11 unknown_word acustic (did you mean `acoustic`?)",
            "4:38 unknown_word explosions (did you mean `explosion`?)",
            "4:54 out_of_range 2 ()",
            "5:21 unknown_word wrong (known are consistent, undetermined, inconsistent)",
            "6:18 missing_word week ()",
        ]
    );
}

#[test]
fn clauses_without_meaning_and_clauses_twice_are_problems() {
    let found = bad("at 02:00 explosion at 12.5,-37.0 strokes 3 at 12.5,-37.1");
    assert_eq!(found, ["1:34 wrong_clause strokes (usable are at, spread, by, cause)", "1:44 twice at ()"]);
}

#[test]
fn a_happening_outside_the_time_is_a_warning() {
    assert_eq!(bad("day 9\nat 02:00 explosion at 12.5,-37.0").len(), 1);
}

#[test]
fn what_must_be_there_is_asked_for() {
    let (_, problems) = parse("t", "");
    let missing: Vec<_> = problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(missing.len(), 4, "{missing:?}");
    let (_, problems) =
        parse("t", "scenario a\nscenario b\nmission m\nfrom 2031-03-04T00:00:00Z\nuntil 2031-03-04T00:00:00Z");
    let codes: Vec<_> = problems.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["twice", "bad_span"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,200}") {
        let _ = parse("t", &text);
    }

    /// Words of the language in any order: the reader must stay on its feet where lines look almost right.
    #[test]
    fn any_words_are_read_without_panic(words in proptest::collection::vec(
        proptest::sample::select(vec!["at", "02:14", "02:14..03:00", "fire", "6", "rounds", "mortar", "from", "to", "12.5,-37.0",
            "by", "A", ";", "\n", "expect", "finding", "coverage", "notice", "polygon", "km", "9999999999", "..", "\"", "via", "day", "sensor", "sees"]), 0..40)) {
        let text = format!("{HEAD}{}", words.join(" "));
        let (scenario, _) = parse("t", &text);
        let stage = crate::Stage { parties: &[], sensors: &[], areas: &[], lines: &[] };
        let _ = crate::simulate(&scenario, &stage, 1);
    }
}
