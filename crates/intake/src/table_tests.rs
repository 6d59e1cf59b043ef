use super::*;
use proptest::prelude::*;

type Rows = Vec<(u64, Vec<String>)>;

fn rows(bytes: &[u8]) -> (Rows, Vec<(Option<u32>, &'static str)>) {
    let mut problems = Problems::default();
    let mut rows = Vec::new();
    if let Some(table) = Table::open(bytes, "t.csv", &[], &mut problems) {
        table.each(&mut problems, |row, _| {
            rows.push((row.line, row.fields.iter().map(|f| f.to_string()).collect()));
            Ok(())
        });
    }
    (rows, problems.kept().iter().map(|p| (p.line, p.code)).collect())
}

#[test]
fn quotes_escapes_and_line_ends_inside_fields() {
    let (rows, problems) = rows(b"a,b\n\"1, 2\",\"say \"\"x\"\"\"\r\n\"two\nlines\",3\n4,5");
    assert!(problems.is_empty());
    let expected: Rows = vec![
        (2, vec!["1, 2".into(), "say \"x\"".into()]),
        (3, vec!["two\nlines".into(), "3".into()]),
        (5, vec!["4".into(), "5".into()]),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_stray_quote_costs_only_its_own_line() {
    let (rows, problems) = rows(b"a,b\n1,\"open\n2,\"x, y\"\n3,4\n");
    assert_eq!(rows.iter().map(|r| r.0).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(problems, [(Some(2), "bad_quotes")]);
}

#[test]
fn a_quote_never_closed_costs_only_its_own_line() {
    let (rows, problems) = rows(b"a,b\n1,2\n3,\"open\n5,6\n7,8\n");
    assert_eq!(rows.iter().map(|r| r.0).collect::<Vec<_>>(), [2, 4, 5]);
    assert_eq!(problems, [(Some(3), "bad_quotes")]);
}

#[test]
fn bad_encoding_and_bad_lengths_are_told_by_line() {
    let (rows, problems) = rows(b"a;b\n\xFF;2\n1\n1;2;3\n1;2;;\n5;6\n");
    assert_eq!(rows.iter().map(|r| r.0).collect::<Vec<_>>(), [5, 6]);
    assert_eq!(problems, [(Some(2), "not_utf8"), (Some(3), "column_count"), (Some(4), "column_count")]);
}

#[test]
fn a_row_over_the_limit_is_left_out() {
    let mut bytes = b"a,b\n".to_vec();
    bytes.extend(vec![b'x'; MAX_ROW_BYTES + 1]);
    bytes.extend(b",1\n2,3\n");
    let (rows, problems) = rows(&bytes);
    assert_eq!(rows.len(), 1);
    assert_eq!(problems, [(Some(2), "row_too_long")]);
}

#[test]
fn a_sentence_in_place_of_a_table_is_quoted() {
    let mut problems = Problems::default();
    assert!(Table::open(b"Invalid MAP_KEY.\n", "f", &[&["lat", "latitude"]], &mut problems).is_none());
    assert_eq!(problems.kept()[0].text, "Invalid MAP_KEY.");
    assert_eq!(problems.kept()[0].line, Some(1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The `csv` crate is the second implementation on files that a sound writer wrote.
    #[test]
    fn agrees_with_a_second_reader(cells in prop::collection::vec(prop::collection::vec("[a-z\",\n\r ]{0,6}", 3), 0..8)) {
        let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        writer.write_record(["p", "q", "r"]).unwrap();
        for row in &cells {
            writer.write_record(row).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let expected: Vec<Vec<String>> = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        let (rows, problems) = rows(&bytes);
        prop_assert!(problems.is_empty(), "{problems:?}");
        prop_assert_eq!(rows.into_iter().map(|r| r.1).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn quoting_is_undone_by_reading(text in "[a-z\",;\t\n\r 火]{0,12}") {
        let bytes = format!("a,b\n{},x\n", quoted(&text, ','));
        let (rows, problems) = rows(bytes.as_bytes());
        prop_assert!(problems.is_empty(), "{problems:?}");
        prop_assert_eq!(&rows[0].1[0], &text);
    }
}
