//! Clocks that jump, and clocks that only differ a little.

use proptest::prelude::*;

use super::*;

fn at(size: u64, time_ms: u64, source: &str) -> Sighting {
    Sighting { size, time_ms, source: source.into() }
}

#[test]
fn a_clock_that_went_back_is_reported_until_it_has_caught_up() {
    let seen = vec![at(10, 5000, "w"), at(20, 9000, "w"), at(30, 4000, "w"), at(40, 8000, "w"), at(50, 9000, "w")];
    let notes = review(seen, 0);
    let went_back: Vec<_> = notes.iter().map(|note| (note.by_ms(), note.to_string())).collect();
    assert_eq!(went_back.len(), 2);
    assert_eq!(
        went_back[0],
        (5000, "the clock of w went back by 5000 ms between the checkpoints of 20 and 30 entries".into())
    );
    assert_eq!(went_back[1].0, 1000);
}

#[test]
fn sources_are_compared_with_tolerance() {
    let seen = vec![at(10, 60_000, "a"), at(20, 30_000, "b")];
    assert_eq!(review(seen.clone(), 30_000), []);
    assert_eq!(review(seen, 29_999), [ClockNote::Disagree { before: at(10, 60_000, "a"), after: at(20, 30_000, "b") }]);
    let again = vec![at(10, 1, "a"), at(10, 90_000, "b"), at(10, 50, "a"), at(10, 50, "a")];
    assert_eq!(review(again, 0), [], "one checkpoint may be seen again and again");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Against every pair, looked at one by one.
    #[test]
    fn as_by_hand(points in prop::collection::vec((0_u64..8, 0_u64..8, 0_usize..3), 0..12), tolerance_ms in 0_u64..4) {
        let seen: Vec<_> = points.iter().map(|(size, time, who)| at(*size, *time, ["a", "b", "c"][*who])).collect();
        let pairs = || seen.iter().flat_map(|one| seen.iter().map(move |two| (one, two)));
        let back = pairs().any(|(one, two)| one.size < two.size && one.time_ms > two.time_ms && one.source == two.source);
        let notes = review(seen.clone(), tolerance_ms);
        prop_assert_eq!(notes.iter().any(|note| matches!(note, ClockNote::WentBack { .. })), back);
        let apart = pairs().any(|(one, two)| one.size < two.size && one.time_ms > two.time_ms + tolerance_ms);
        // A source far behind its own past may be told as that alone.
        prop_assert!(!apart || !notes.is_empty());
        for note in &notes {
            let (ClockNote::WentBack { before, after } | ClockNote::Disagree { before, after }) = note;
            prop_assert!(before.size < after.size && before.time_ms > after.time_ms);
        }
        let mut backwards = seen;
        backwards.reverse();
        prop_assert_eq!(review(backwards, tolerance_ms), notes);
    }
}
