use super::*;

fn piece(text: &str) -> Piece<'_> {
    Piece { file: "f", text, line: 3, column: 1 }
}

#[test]
fn columns_count_characters_and_splits_respect_quotes() {
    let parts = piece("ä; \"b; c\" ;d").split(';');
    let seen: Vec<_> = parts.iter().map(|p| (p.text, p.column)).collect();
    assert_eq!(seen, [("ä", 1), ("\"b; c\"", 4), ("d", 12)]);
}

#[test]
fn names_may_be_quoted_or_one_word() {
    let (name, rest) = piece("\"river line\", version 3").name().unwrap();
    assert_eq!((name.text, rest.text), ("river line", ", version 3"));
    let (name, rest) = piece("contact, version 3").name().unwrap();
    assert_eq!((name.text, rest.text), ("contact", ", version 3"));
    assert!(piece("\"open").name().is_none());
}

#[test]
fn words_are_stripped_whole() {
    assert_eq!(piece("by  day 2").strip("by day").unwrap().text, "2");
    assert!(piece("bye day 2").strip("by").is_none());
}

#[test]
fn hints_name_the_nearest_word() {
    assert_eq!(hint("withdrow", ["withdraw", "fire"]), "did you mean `withdraw`?");
    assert_eq!(hint("zzzzzz", ["withdraw", "fire"]), "one of withdraw, fire");
    assert_eq!(hint("x", []), "none is known to the mission");
}
