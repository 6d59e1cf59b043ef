use super::*;
use crate::rule::Exception;

const TEXT: &str = "BODY\n  ARTICLE 1 - Ceasefire\n    1.1 The Parties shall cease all fire.\n  ARTICLE 2\n    PARA 2.1\n      Each Party shall withdraw:\n      SUBPARA (a)\n        artillery of a calibre of 100 mm or more, to at least 25 km;\n";

const HEAD: &str = "agreement /akn/xx/act/agreement/2031-02-12/river-sector\ntimezone  +02:00\nday       calendar, day 1 = the day of the event\n\n";

const W: &str = "rule W-2.1.a
  clause   art_2__para_2-1__subpara_a  # the clause
  who      each Party
  must     withdraw
  what     weapon kind artillery, calibre >= 100 mm
  from     line \"contact\", version 2031-02-12
  distance >= 25 km
  start    by day 2 after event ceasefire
  done     by day 14 after event ceasefire
  then     stay
  except   stored at site list \"A\"; movement notified >= 48 h before, acknowledged
  verify   2 independent sources | 1 inspection
  note     Party B: \"line\" means the line of 2030-09-19
  status   agreed
";

const S: &str = "rule S-1\n  clause art_1__para_1-1\n  who each Party\n  must not fire\n";

fn names() -> Names {
    let set = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
    Names {
        parties: set(&["A", "B"]),
        lines: set(&["contact"]),
        areas: set(&["plant"]),
        events: set(&["ceasefire"]),
        sites: set(&["A"]),
        time_zone: None,
    }
}

fn read(rules: &str) -> (Agreement, Vec<Problem>) {
    parse(
        Source { file: "agreement.txt", text: TEXT },
        Source { file: "rules.txt", text: rules },
        "2031-02-12",
        &names(),
    )
}

/// `code line:column text | hint` of each problem of the rule file.
fn problems(rules: &str) -> Vec<String> {
    let shown = |p: &Problem| {
        let at = format!("{}:{}", p.line.unwrap_or(0), p.column.unwrap_or(0));
        format!("{} {at} {} | {}", p.code, p.text, p.hint.as_deref().unwrap_or(""))
    };
    read(rules).1.iter().filter(|p| p.file == "rules.txt").map(shown).collect()
}

fn with(change: (&str, &str)) -> Vec<String> {
    let changed = W.replace(change.0, change.1);
    assert_ne!(changed, W, "{change:?}");
    problems(&format!("{HEAD}{changed}{S}"))
}

#[test]
fn the_notation_of_the_standard_is_read() {
    let (agreement, problems) = read(&format!("{HEAD}{W}{S}"));
    assert_eq!(problems, []);
    let rule = &agreement.rules[0];
    let conditions = rule.conditions.as_ref().unwrap();
    assert_eq!(
        (conditions.kind, conditions.modal, conditions.act.as_str()),
        (Some("withdrawal"), Modal::Must, "withdraw")
    );
    assert!(matches!(&conditions.ground, Ground::NearLine { distance, .. } if distance.value == 25_000.0));
    assert_eq!(conditions.except[0], Exception::StoredAt("A".into()));
    assert_eq!(conditions.except[1], Exception::Notified { lead_s: Some(172_800.0), acknowledged: true });
    assert_eq!(rule.notes[0].by.as_ref().unwrap().as_str(), "B");
    assert_eq!(rule.clause.text_digest, agreement.clauses.iter().find(|c| c.eid == rule.clause.eid).unwrap().digest);
    assert_eq!(agreement.rules[1].conditions.as_ref().unwrap().kind, Some("no_fire"));
}

#[test]
fn each_mistake_is_named_with_its_place_and_a_hint() {
    for (change, expected) in [
        (("must     withdraw", "must     withdrow"), "unknown_act 8:12 withdrow | did you mean `withdraw`?"),
        (("distance", "distanse"), "unknown_key 11:3 distanse | did you mean `distance`?"),
        (("\"contact\"", "\"contract\""), "unknown_line 10:18 contract | did you mean `contact`?"),
        (("25 km", "25 kmm"), "unknown_unit 11:18 kmm | did you mean `km`?"),
        (("25 km", "25 h"), "wrong_unit 11:18 h | one of m, km, nm"),
        ((">= 25", "<= 25"), "ambiguous_distance 11:12 <= 25 km | write what is kept: `>= 25 km`"),
        (
            ("event ceasefire\n  done", "event cease-fire\n  done"),
            "unknown_event 12:33 cease-fire | did you mean `ceasefire`?",
        ),
        (("kind artillery", "kind artilery"), "unknown_weapon 9:24 artilery | did you mean `artillery`?"),
        (("list \"A\"", "list \"AA\""), "unknown_site 15:33 AA | did you mean `A`?"),
        (("each Party", "Party C"), "unknown_party 7:12 Party C | one of A, B"),
        (
            ("subpara_a ", "subpara_c "),
            "unknown_clause 6:12 art_2__para_2-1__subpara_c | did you mean `art_2__para_2-1__subpara_a`?",
        ),
        (("status   agreed", "status   agred"), "bad_status 18:12 agred | did you mean `agreed`?"),
        (
            ("2 independent", "two independent"),
            "bad_verify 16:12 two independent sources | did you mean `2 independent sources`?",
        ),
        (("then     stay", "then     sty"), "bad_then 14:12 sty | write `stay` or `until M`"),
        (("by day 14", "by day 1"), "contradictory_keys 13:12 by day 1 after event ceasefire | make two rules of it"),
        (("  distance >= 25 km\n", ""), "missing_key 5:6 W-2.1.a | write `distance >= 25 km`"),
        (("  who      each Party\n", ""), "missing_key 5:6 W-2.1.a | write `who each Party`"),
        (("  then     stay", "  when     7 consecutive days\n  grade"), "no_value 15:3 grade | "),
        (
            ("must     withdraw", "must     withdraw\n  must not fire"),
            "contradictory_keys 9:12 fire | make two rules of it",
        ),
        (
            ("status   agreed", "status   agreed\n  status   agreed"),
            "duplicate_key 19:12 agreed | keep one; lists are written with `;`",
        ),
        (
            ("# the clause", "sha256:00000000"),
            "clause_changed 6:40 sha256:00000000 | read the clause again; the digest of the text is `sha256:",
        ),
        (
            ("from     line", "where    zone \"plant\"\n  from     line"),
            "contradictory_keys 10:12 zone \"plant\" | make two rules of it",
        ),
    ] {
        let found = with(change);
        assert!(found.iter().any(|p| p.starts_with(expected)), "{change:?}: {found:#?}");
    }
}

#[test]
fn every_problem_is_said_at_once() {
    let bad = W.replace("withdraw", "withdrow").replace("\"contact\"", "\"contract\"").replace("25 km", "25 kmm");
    let codes: Vec<String> =
        problems(&format!("{HEAD}{bad}{S}")).iter().map(|p| p.split(' ').next().unwrap().to_owned()).collect();
    for code in ["unknown_line", "unknown_unit"] {
        assert!(codes.iter().any(|c| c == code), "{codes:?}");
    }
    let (agreement, _) = read(&format!("{HEAD}{bad}{S}"));
    assert!(agreement.rules[0].conditions.is_none() && !agreement.rules[0].faults.is_empty());
    assert!(agreement.rules[1].faults.is_empty(), "the next rule is not harmed");
}

#[test]
fn a_digest_prefix_of_the_right_text_is_accepted() {
    let digest = Digest::of(b"The Parties shall cease all fire.").to_string();
    let rule = S.replace("para_1-1", &format!("para_1-1  sha256:{}...", &digest[..8]));
    assert_eq!(problems(&format!("{HEAD}{W}{rule}")), Vec::<String>::new());
}

#[test]
fn clauses_without_rule_and_rules_without_clause() {
    let (_, found) = read(&format!("{HEAD}{W}"));
    let [only] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((only.code, only.line, only.severity), ("clause_without_rule", Some(3), Severity::Warning));
    let without = problems(&format!("{HEAD}{W}{}", S.replace("  clause art_1__para_1-1\n", "")));
    assert!(without[0].starts_with("rule_without_clause 19:6 S-1"), "{without:?}");
}

#[test]
fn a_contested_rule_has_two_readings() {
    let contested = W.replace("status   agreed", "status   contested by Party B\n  reading  Party B: from line \"contact\", version 2030-09-19\n  reading  Party B: start by day 3 after event ceasefire");
    let (agreement, found) = read(&format!("{HEAD}{contested}{S}"));
    assert_eq!(found, []);
    let readings = &agreement.rules[0].readings;
    assert_eq!(readings.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), [AS_WRITTEN, "B"]);
    let version = |at: usize| match &readings[at].conditions.ground {
        Ground::NearLine { line, .. } => line.version.clone().unwrap().to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!((version(0).as_str(), version(1).as_str()), ("2031-02-12", "2030-09-19"));
    assert_ne!(readings[0].conditions.start, readings[1].conditions.start);
    let silent = problems(&format!("{HEAD}{}{S}", W.replace("status   agreed", "status   contested by Party B")));
    assert!(silent[0].starts_with("reading_not_stated 5:6"), "{silent:?}");
    let odd = with(("status   agreed", "status agreed\n  reading Party B: done by day 15 after event ceasefire"));
    assert!(odd[0].starts_with("reading_of_agreed 19:11"), "{odd:?}");
}

#[test]
fn headers_are_checked() {
    let head = |change: (&str, &str)| problems(&format!("{}{W}{S}", HEAD.replace(change.0, change.1)));
    assert!(head(("+02:00", "Kyiv"))[0].starts_with("bad_timezone 2:11 Kyiv | write the offset"));
    assert!(head(("timezone ", "timezon "))[0].starts_with("unknown_header 2:1 timezon | did you mean `timezone`?"));
    assert!(head(("day       calendar, day 1 = the day of the event\n", ""))[0].starts_with("day_not_stated"));
    assert!(
        head(("agreement /akn/xx/act/agreement/2031-02-12/river-sector\n", ""))[0].starts_with("missing_header 1:0")
    );
}

#[test]
fn the_zone_of_the_mission_may_be_named() {
    let rule = format!("{}{W}{S}", HEAD.replace("+02:00", "Test/Zone"));
    let zone = TimeZone::tzif("Test/Zone", &tzif()).unwrap();
    let named = Names { time_zone: Some(zone), ..names() };
    let (_, problems) = parse(Source { file: "t", text: TEXT }, Source { file: "r", text: &rule }, "1", &named);
    assert_eq!(problems, []);
}

/// A minimal zone file: version 1, one type, UTC+2 (RFC 8536, section 3).
fn tzif() -> Vec<u8> {
    let mut bytes = b"TZif\0".to_vec();
    bytes.extend([0; 15]);
    for count in [0_u32, 0, 0, 0, 1, 4] {
        bytes.extend(count.to_be_bytes());
    }
    bytes.extend(7_200_i32.to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(b"TST\0");
    bytes
}

#[test]
fn names_that_accuse_are_pointed_out() {
    let rule = S.replace("S-1", "violations-1");
    assert!(problems(&format!("{HEAD}{W}{rule}"))[0].starts_with("accusing_word 19:6 violations-1"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(150))]
    #[test]
    fn nothing_panics_on_broken_files(at in 0..W.len(), junk in "\\PC{0,6}", len in 0_usize..30) {
        if W.is_char_boundary(at) {
            let rest = W.get(at + len..).unwrap_or("");
            let _ = read(&format!("{HEAD}{}{junk}{rest}", &W[..at]));
        }
    }
}
