use super::*;

const GOOD: &str = r#"
[[commitment]]
id = "C1"
who = ["United Kingdom"]
what = "deploy forces"
domain = "land"
conditions = ["ceasefire or peace deal"]
[[commitment.source]]
cited = "S1:2"
status = "signed"
legal_force = "political"
[[commitment.source]]
cited = "S4:9"
status = "signed"
legal_force = "intent"
"#;

fn problems(text: &str) -> Vec<String> {
    let shown = |p: &Problem| {
        format!("{} {}:{} {} | {}", p.code, p.line.unwrap(), p.column.unwrap(), p.text, p.hint.as_deref().unwrap_or(""))
    };
    parse("c.toml", text).1.iter().map(shown).collect()
}

#[test]
fn sources_that_disagree_are_kept() {
    let (commitments, problems) = parse("c.toml", GOOD);
    assert_eq!(problems, []);
    let [one] = commitments.as_slice() else { panic!("{commitments:?}") };
    assert!(one.is_disputed());
    assert_eq!(
        one.sources.iter().map(|s| s.legal_force).collect::<Vec<_>>(),
        [LegalForce::Political, LegalForce::Intent]
    );
    assert_eq!(one.conditions, ["ceasefire or peace deal"]);
}

#[test]
fn unknown_words_get_hints_with_their_place() {
    assert_eq!(
        problems(&GOOD.replacen("\"signed\"", "\"sigend\"", 1)),
        ["unknown_word 10:10 \"sigend\" | did you mean `signed`?"]
    );
    assert_eq!(problems(&GOOD.replace("domain =", "domian ="))[0], "unknown_key 6:1 domian | did you mean `domain`?");
    assert_eq!(problems(&GOOD.replace("\"land\"", "\"lnd\"")), ["unknown_domain 6:10 \"lnd\" | did you mean `land`?"]);
    assert!(problems(&GOOD.replace("\"C1\"", "1"))[0].starts_with("not_a_text 3:6 1"));
}

#[test]
fn one_bad_source_leaves_the_other() {
    let (commitments, problems) = parse("c.toml", &GOOD.replacen("\"political\"", "\"poltical\"", 1));
    assert_eq!(problems.len(), 1);
    assert_eq!(commitments[0].sources.len(), 1);
}

#[test]
fn what_is_no_toml_says_where() {
    assert!(problems("[[commitment]]\nid = \n")[0].starts_with("bad_toml 2:"));
    assert!(problems("commitment = 3\n")[0].starts_with("not_a_list 1:14 3"));
    assert!(problems("[[commitment]]\nid = \"C1\"\n").iter().any(|p| p.starts_with("no_source 1:")));
    let twice = format!("{GOOD}{GOOD}");
    assert!(problems(&twice)[0].starts_with("duplicate_commitment"));
    assert_eq!(parse("c.toml", &twice).0.len(), 1);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn any_cut_of_a_file_is_read_without_panic(at in 0..GOOD.len()) {
        let _ = parse("c.toml", &GOOD[..at]);
    }
}
