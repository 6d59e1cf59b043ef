use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_day_report_is_half_inside_a_window_that_starts_at_noon() {
    let day = TimeEstimate::within(at("2025-04-19T00:00:00Z"), at("2025-04-20T00:00:00Z"), 0.0);
    let window = Span::new(at("2025-04-19T12:00:00Z"), at("2025-04-21T00:00:00Z")).unwrap();
    assert!((day.probability_within(&window) - 0.5).abs() < 1e-12);
}

#[test]
fn an_instant_on_the_edge_is_even_odds() {
    let instant = TimeEstimate::instant(at("2025-04-19T12:00:00Z"), 30.0);
    let window = Span::new(at("2025-04-19T12:00:00Z"), at("2025-04-21T00:00:00Z")).unwrap();
    assert!((instant.probability_within(&window) - 0.5).abs() < 1e-6);
}

#[test]
fn neighbouring_days_touch_and_do_not_overlap() {
    let first = TimeEstimate::within(at("2025-04-19T00:00:00Z"), at("2025-04-20T00:00:00Z"), 0.0);
    let second = TimeEstimate::within(at("2025-04-20T00:00:00Z"), at("2025-04-21T00:00:00Z"), 0.0);
    assert_eq!(first.gap_s(&second), 0.0);
    let span = |t: &TimeEstimate| Span { from: t.from, until: t.until };
    assert!(span(&first).overlap(&span(&second)).is_none());
}

#[test]
fn probability_of_an_unbounded_span_is_one() {
    let instant = TimeEstimate::instant(at("2025-04-19T12:00:00Z"), 30.0);
    assert!((instant.probability_within(&Span::ALWAYS) - 1.0).abs() < 1e-9);
    assert!(TimeEstimate::within(Timestamp::MIN, Timestamp::MAX, 5.0).probability_within(&Span::ALWAYS) > 0.999);
}
