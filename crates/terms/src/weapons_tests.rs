use super::*;

#[test]
fn calibres_are_read_from_the_words_of_a_source() {
    for (note, mm) in [
        ("towed howitzer, 152 mm", Some(152.0)),
        ("2S1 (122mm)", Some(122.0)),
        ("152-mm gun", Some(152.0)),
        ("mortar 82 MM at km 12", Some(82.0)),
        ("calibre 30mm; hammer 5 mm", Some(30.0)),
        ("comms van", None),
        ("mm", None),
        ("9000 mm", None),
        ("12 mmx", None),
        ("ä152 mm", Some(152.0)),
    ] {
        assert_eq!(calibre_mm(note), mm, "{note}");
    }
}
