use super::*;

fn read(text: &str, wanted: Dimension) -> Result<(f64, String), String> {
    let piece = Piece { file: "f", text, line: 1, column: 1 };
    limit(piece, wanted)
        .map(|(l, rest)| (l.value, format!("{} {}|{}", l.comparison.sign(), l.written, rest.text)))
        .map_err(|p| format!("{} {}", p.code, p.hint.unwrap_or_default()))
}

#[test]
fn units_are_kept_in_metres_seconds_and_millimetres() {
    assert_eq!(read(">= 25 km", Dimension::Length), Ok((25_000.0, ">= 25 km|".into())));
    assert_eq!(read("<6nm, rest", Dimension::Length), Ok((11_112.0, "< 6 nm|, rest".into())));
    assert_eq!(read(">= 48 h before", Dimension::Time), Ok((172_800.0, ">= 48 h|before".into())));
    assert_eq!(read("> 2.5 d", Dimension::Time).unwrap().0, 216_000.0);
    assert_eq!(read("<= 120 mm", Dimension::Calibre).unwrap().0, 120.0);
}

#[test]
fn what_is_no_quantity_says_why() {
    assert!(read("25 km", Dimension::Length).unwrap_err().starts_with("no_comparison"));
    assert!(read(">= km", Dimension::Length).unwrap_err().starts_with("bad_number"));
    assert!(read(">= 1.2.3 km", Dimension::Length).unwrap_err().starts_with("bad_number"));
    assert_eq!(read(">= 25 kmm", Dimension::Length).unwrap_err(), "unknown_unit did you mean `km`?");
    assert!(read(">= 25 h", Dimension::Length).unwrap_err().starts_with("wrong_unit"));
    assert!(read(&format!(">= {}", "9".repeat(400)), Dimension::Length).is_err());
}

#[test]
fn comparisons_hold_as_their_signs_say() {
    assert!(Comparison::AtLeast.holds(100.0, 100.0) && !Comparison::MoreThan.holds(100.0, 100.0));
    assert!(Comparison::AtMost.holds(120.0, 120.0) && !Comparison::LessThan.holds(120.0, 120.0));
}
