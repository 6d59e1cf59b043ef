use super::*;

fn at(text: &str) -> Timestamp {
    format!("2031-03-01T{text}Z").parse().unwrap()
}

fn span(from: &str, until: &str) -> Span {
    Span::new(at(from), at(until)).unwrap()
}

#[test]
fn the_lowest_factor_counts_where_losses_overlap() {
    let loss = |from, until, factor| Loss { watcher: 3, span: span(from, until), factor };
    let losses =
        [loss("01:00:00", "03:00:00", 0.5), loss("02:00:00", "04:00:00", 0.0), loss("00:00:00", "00:30:00", 0.7)];
    let found: Vec<_> = Stretches::new(span("00:15:00", "05:00:00"), &losses)
        .map(|(span, state)| (span, state.iter().map(|(w, f)| (*w, f64::from_bits(*f))).collect::<Vec<_>>()))
        .collect();
    let expected = vec![
        (span("00:15:00", "00:30:00"), vec![(3, 0.7)]),
        (span("00:30:00", "01:00:00"), vec![]),
        (span("01:00:00", "02:00:00"), vec![(3, 0.5)]),
        (span("02:00:00", "03:00:00"), vec![(3, 0.0)]),
        (span("03:00:00", "04:00:00"), vec![(3, 0.0)]),
        (span("04:00:00", "05:00:00"), vec![]),
    ];
    assert_eq!(found, expected);
}

#[test]
fn hours_are_those_of_utc() {
    assert_eq!(hour_before(at("02:59:59.999")), at("02:00:00"));
    assert_eq!(hour_after(at("02:00:00")), at("03:00:00"));
    assert_eq!(hour_before(at("02:00:00")), at("02:00:00"));
    assert_eq!(hour_after(Timestamp::MAX), Timestamp::MAX);
    assert!(hour_before(Timestamp::MIN) <= Timestamp::MIN);
}

#[test]
fn an_empty_window_has_no_stretch() {
    assert_eq!(Stretches::new(span("01:00:00", "01:00:00"), &[]).count(), 0);
}
