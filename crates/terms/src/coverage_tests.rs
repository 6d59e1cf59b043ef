use super::*;
use truceline_domain::CoverageGap;

fn span(from: &str, until: &str) -> Span {
    Span::new(from.parse().unwrap(), until.parse().unwrap()).unwrap()
}

fn day(n: u32) -> Span {
    span(&format!("2031-03-{n:02}T00:00Z"), &format!("2031-03-{:02}T00:00Z", n + 1))
}

fn statement(area: &str, class: EventClass, window: Span, wording: CoverageWording) -> CoverageStatement {
    let gaps: Vec<CoverageGap> = Vec::new();
    CoverageStatement {
        class,
        area: area.into(),
        window,
        share_pd90: 0.97,
        mean_pd: 0.95,
        worst_pd: 0.5,
        n_detected: 0,
        missed_upper_95: None,
        gaps,
        wording,
    }
}

fn codes(all: &[CoverageStatement], classes: &[EventClass], window: Span) -> Vec<&'static str> {
    let worth = Watched::new(all).worth((&["north".into()], classes), window, &[]);
    assert!(!worth.reasons.is_empty());
    worth.reasons.iter().map(|r| r.code).collect()
}

#[test]
fn only_high_coverage_of_every_class_the_whole_time_is_calm() {
    use CoverageWording::*;
    use EventClass::{Shelling, SmallArms};
    let one = |wording| vec![statement("north", Shelling, day(1), wording)];
    assert_eq!(codes(&one(NoneDetectedHigh), &[Shelling], day(1)), ["coverage_high"]);
    assert_eq!(codes(&one(NoneDetectedPartial), &[Shelling], day(1)), ["coverage_partial"]);
    assert_eq!(codes(&one(NotAssessable), &[Shelling], day(1)), ["coverage_not_assessable"]);
    assert_eq!(codes(&one(NotMonitored), &[Shelling], day(1)), ["coverage_not_monitored"]);
    assert_eq!(codes(&one(NoneDetectedHigh), &[Shelling, SmallArms], day(1)), ["coverage_not_monitored"]);
    assert_eq!(
        codes(&one(NoneDetectedHigh), &[Shelling], span("2031-03-01T00:00Z", "2031-03-03T00:00Z")),
        ["coverage_not_monitored"]
    );
    assert_eq!(codes(&one(Detected), &[Shelling], day(1)), ["detected_without_incident"]);
    assert_eq!(codes(&[], &[Shelling], day(1)), ["coverage_not_monitored"]);
    assert_eq!(codes(&one(NoneDetectedHigh), &[], day(1)), ["nothing_to_watch"]);
}

#[test]
fn the_mission_as_a_whole_speaks_for_a_part_only_when_every_part_was_covered() {
    let mut whole = statement(MISSION_AREA, EventClass::Shelling, day(1), CoverageWording::NoneDetectedHigh);
    assert_eq!(codes(&[whole.clone()], &[EventClass::Shelling], day(1)), ["coverage_partial"]);
    whole.worst_pd = 0.92;
    assert_eq!(codes(&[whole], &[EventClass::Shelling], day(1)), ["coverage_high"]);
}

#[test]
fn mixed_fire_is_watched_as_small_arms_and_shelling() {
    let both = [EventClass::SmallArms, EventClass::Shelling]
        .map(|c| statement("north", c, day(1), CoverageWording::NoneDetectedHigh));
    assert_eq!(codes(&both, &[EventClass::MixedFire, EventClass::Clash], day(1)), ["coverage_high"]);
    assert_eq!(codes(&both[..1], &[EventClass::MixedFire], day(1)), ["coverage_not_monitored"]);
}
