use super::*;

fn check(text: &str, expect: &[&[&str]]) {
    let (all, problems) = statements("t", text);
    let texts: Vec<Vec<&str>> = all.iter().map(|s| s.iter().map(|w| w.text).collect()).collect();
    assert_eq!(texts, expect, "{problems:?}");
}

#[test]
fn lines_are_cut_into_words() {
    check("a b  c\n\n# nothing\nd#e # f\n", &[&["a", "b", "c"], &["d#e"]]);
    check("see \"two words\" here", &[&["see", "two words", "here"]]);
    check("x 0.9; y;z", &[&["x", "0.9", ";", "y", ";", "z"]]);
    check("at 1\n   every 2\nat 3", &[&["at", "1", "every", "2"], &["at", "3"]]);
    check("  alone", &[&["alone"]]);
    check("", &[]);
}

#[test]
fn columns_count_characters() {
    let (all, _) = statements("t", "é ö \"ü\" x");
    let columns: Vec<u32> = all[0].iter().map(|w| w.column).collect();
    assert_eq!(columns, [1, 3, 5, 9]);
}

#[test]
fn an_open_quotation_is_a_problem_with_its_place() {
    let (_, problems) = statements("t", "a\nb \"c d\n");
    assert_eq!((problems[0].line, problems[0].column), (Some(2), Some(3)));
}

#[test]
fn hints_come_only_from_near_words() {
    assert_eq!(nearest_hint("mortr", ["mortar", "tank"]), Some("did you mean `mortar`?".to_owned()));
    assert_eq!(nearest_hint("zzzzzz", ["mortar", "tank"]), None);
}
