use super::whole_hours;
use truceline_domain::Span;

#[test]
fn an_instant_becomes_its_hour_and_spans_widen() {
    let span = |from: &str, until: &str| Span { from: from.parse().unwrap(), until: until.parse().unwrap() };
    let hour = span("2031-02-15T02:00:00Z", "2031-02-15T03:00:00Z");
    assert_eq!(whole_hours(span("2031-02-15T02:14:05Z", "2031-02-15T02:14:05Z")), hour);
    assert_eq!(whole_hours(span("2031-02-15T02:00:00Z", "2031-02-15T02:00:00Z")), hour);
    assert_eq!(whole_hours(hour), hour);
    let two = span("2031-02-15T02:59:59Z", "2031-02-15T03:00:00.5Z");
    assert_eq!(whole_hours(two), span("2031-02-15T02:00:00Z", "2031-02-15T04:00:00Z"));
    whole_hours(Span::ALWAYS);
}
