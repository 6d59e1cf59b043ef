//! A second implementation, slow and plain: all pairs, all clusters, everything from scratch each time.

use crate::make::*;
use nalgebra::{Matrix2, Vector2};
use proptest::prelude::*;
use std::collections::BTreeSet;
use truceline_domain::*;
use truceline_fusion::{Parameters, fuse};

const GAP_S: f64 = 600.0;
const LONGEST_S: f64 = 21_600.0;
const PAIR: f64 = 9.210_340;

/// Which of these phenomena can be one story, as the table of the room says.
fn compatible(all: &[Phenomenon]) -> bool {
    use Phenomenon as P;
    let stories: [&[P]; 4] = [
        &[P::Explosion, P::Impact, P::Shelling, P::MixedFire],
        &[P::Explosion, P::Shot, P::MixedFire],
        &[P::Explosion, P::Impact, P::AirStrike],
        &[P::Explosion, P::Thunder],
    ];
    stories.iter().any(|story| all.iter().all(|phenomenon| story.contains(phenomenon)))
}

const PHENOMENA: [Phenomenon; 7] = [
    Phenomenon::Explosion,
    Phenomenon::Impact,
    Phenomenon::Shelling,
    Phenomenon::MixedFire,
    Phenomenon::Shot,
    Phenomenon::AirStrike,
    Phenomenon::Thunder,
];

fn spread_m(phenomenon: Phenomenon) -> f64 {
    match phenomenon {
        Phenomenon::MixedFire => 1_000.0,
        Phenomenon::Shot => 300.0,
        _ => 100.0,
    }
}

struct Plain {
    phenomenon: Phenomenon,
    from_s: f64,
    until_s: f64,
    sigma_s: f64,
    place: Vector2<f64>,
    covariance: Matrix2<f64>,
}

impl Plain {
    fn new(detection: &Detection) -> Self {
        let place = detection.estimate().unwrap();
        let (x, y) = LocalFrame::about(middle()).enu_from_wgs84(place.centre);
        let more = spread_m(detection.phenomenon).powi(2) + 1.0;
        let c = place.cov_east_north_m2;
        Self {
            phenomenon: detection.phenomenon,
            from_s: detection.time.from.as_microsecond() as f64 * 1e-6,
            until_s: detection.time.until.as_microsecond() as f64 * 1e-6,
            sigma_s: detection.time.sigma_s,
            place: Vector2::new(x, y),
            covariance: Matrix2::new(place.var_east_m2 + more, c, c, place.var_north_m2 + more),
        }
    }

    fn coarse(&self) -> bool {
        self.until_s - self.from_s > GAP_S
    }
}

/// Interval, blur and kind of time of some members.
#[derive(Clone, Copy)]
struct When {
    from_s: f64,
    until_s: f64,
    sigma_s: f64,
    coarse: bool,
}

fn together(a: When, b: When) -> Option<f64> {
    let gap = a.from_s.max(b.from_s) - a.until_s.min(b.until_s);
    let blur = 2.576 * (a.sigma_s * a.sigma_s + b.sigma_s * b.sigma_s).sqrt();
    let holds = |a: When, b: When| b.from_s == b.until_s && a.from_s <= b.from_s && b.from_s < a.until_s;
    let fits = if !a.coarse && !b.coarse {
        gap <= GAP_S + blur
    } else if a.coarse && b.coarse {
        gap < 0.0
    } else {
        gap < 0.0 || holds(a, b) || holds(b, a) || (blur > 0.0 && gap <= blur)
    };
    fits.then_some(gap.max(0.0))
}

/// The fine members' hull and the coarse members' common interval.
fn whens(members: &[&Plain]) -> [Option<When>; 2] {
    let fold = |coarse: bool| {
        let own: Vec<&&Plain> = members.iter().filter(|m| m.coarse() == coarse).collect();
        let over = |pick: fn(&Plain) -> f64, both: fn(f64, f64) -> f64| own.iter().map(|m| pick(m)).reduce(both);
        let (from_s, until_s) = if coarse {
            (over(|m| m.from_s, f64::max)?, over(|m| m.until_s, f64::min)?)
        } else {
            (over(|m| m.from_s, f64::min)?, over(|m| m.until_s, f64::max)?)
        };
        Some(When { from_s, until_s, sigma_s: over(|m| m.sigma_s, f64::max)?, coarse })
    };
    [fold(false), fold(true)]
}

/// The sum of squares about the weighted mean, and the mean.
fn scatter(members: &[&Plain]) -> (f64, Vector2<f64>) {
    let weights: Vec<Matrix2<f64>> = members.iter().map(|m| m.covariance.try_inverse().unwrap()).collect();
    let information: Matrix2<f64> = weights.iter().sum();
    let weighted: Vector2<f64> = weights.iter().zip(members).map(|(w, m)| w * m.place).sum();
    let mean = information.try_inverse().unwrap() * weighted;
    let square = |(w, m): (&Matrix2<f64>, &&Plain)| ((m.place - mean).transpose() * w * (m.place - mean))[0];
    (weights.iter().zip(members).map(square).sum(), mean)
}

fn limit(n: usize) -> f64 {
    // Quantiles of χ² at 0.99 from a table, for 2, 4, 6, … degrees of freedom.
    let table = [
        9.210_34, 13.276_70, 16.811_89, 20.090_24, 23.209_25, 26.216_97, 29.141_24, 31.999_93, 34.805_31, 37.566_23,
        40.289_36, 42.979_82,
    ];
    table[n - 2]
}

/// The misfit of two clusters, `None` when they cannot be one.
fn misfit(a: &[&Plain], b: &[&Plain]) -> Option<f64> {
    let both: Vec<&Plain> = a.iter().chain(b).copied().collect();
    if !compatible(&both.iter().map(|m| m.phenomenon).collect::<Vec<_>>()) {
        return None;
    }
    let ([fine_a, coarse_a], [fine_b, coarse_b]) = (whens(a), whens(b));
    for (x, y) in [(fine_a, coarse_b), (coarse_a, fine_b), (coarse_a, coarse_b)] {
        if let (Some(x), Some(y)) = (x, y) {
            together(x, y)?;
        }
    }
    let mut gap_s = 0.0;
    if let (Some(x), Some(y)) = (fine_a, fine_b) {
        gap_s = together(x, y)?;
        if x.until_s.max(y.until_s) - x.from_s.min(y.from_s) > LONGEST_S {
            return None;
        }
    }
    let (all, mean) = scatter(&both);
    let growth = all - scatter(a).0 - scatter(b).0;
    let gate = PAIR + 2.0 * (both.len() as f64 / 2.0).ln();
    if all > limit(both.len()) || ((a.len() == 1 || b.len() == 1) && growth > gate) {
        return None;
    }
    let off = |m: &&Plain| ((m.place - mean).transpose() * m.covariance.try_inverse().unwrap() * (m.place - mean))[0];
    both.iter().all(|m| off(m) <= gate).then_some(growth + (3.0 * gap_s / GAP_S).powi(2))
}

fn linked(a: &Plain, b: &Plain) -> bool {
    let when = |m: &Plain| When { from_s: m.from_s, until_s: m.until_s, sigma_s: m.sigma_s, coarse: m.coarse() };
    let d = a.place - b.place;
    let d2 = (d.transpose() * (a.covariance + b.covariance).try_inverse().unwrap() * d)[0];
    compatible(&[a.phenomenon, b.phenomenon]) && together(when(a), when(b)).is_some() && d2 <= PAIR
}

/// Connected groups of all linked pairs.
fn components(all: &[Plain]) -> Vec<BTreeSet<usize>> {
    let mut left: BTreeSet<usize> = (0..all.len()).collect();
    let mut found = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut component = BTreeSet::from([first]);
        loop {
            let more: Vec<usize> =
                left.iter().copied().filter(|k| component.iter().any(|m| linked(&all[*m], &all[*k]))).collect();
            if more.is_empty() {
                break;
            }
            more.iter().for_each(|k| {
                left.remove(k);
            });
            component.extend(more);
        }
        found.push(component);
    }
    found
}

fn solve(all: &[Plain], component: &BTreeSet<usize>) -> Vec<Vec<u32>> {
    let mut clusters: Vec<Vec<usize>> = component.iter().map(|k| vec![*k]).collect();
    loop {
        let members = |c: &[usize]| c.iter().map(|k| &all[*k]).collect::<Vec<_>>();
        let mut best: Option<(f64, usize, usize)> = None;
        for a in 0..clusters.len() {
            for b in a + 1..clusters.len() {
                if let Some(cost) = misfit(&members(&clusters[a]), &members(&clusters[b]))
                    && best.is_none_or(|(least, ..)| cost < least)
                {
                    best = Some((cost, a, b));
                }
            }
        }
        let Some((_, a, b)) = best else { break };
        let taken = clusters.remove(b);
        clusters[a].extend(taken);
        clusters[a].sort_unstable();
        clusters.sort();
    }
    clusters.into_iter().map(|c| c.into_iter().map(|k| k as u32).collect()).collect()
}

fn naive(detections: &[Detection]) -> Vec<Vec<u32>> {
    let all: Vec<Plain> = detections.iter().map(Plain::new).collect();
    let mut groups: Vec<Vec<u32>> = components(&all).iter().flat_map(|component| solve(&all, component)).collect();
    groups.sort();
    groups
}

fn any_detection() -> impl Strategy<Value = Detection> {
    let place = (-700.0..700.0_f64, -700.0..700.0_f64, 20.0..200.0_f64, 20.0..200.0_f64, 0.0..180.0_f64);
    let when = (0.0..5_000.0_f64, 0.0..200.0_f64, 0.0..20.0_f64, 0..10_u32);
    (place, when, 0..PHENOMENA.len()).prop_map(|((x, y, major, minor, azimuth), (from, width, sigma, day_only), k)| {
        let from_at = later(time(NOON), from);
        Detection {
            phenomenon: PHENOMENA[k],
            time: if day_only == 0 {
                day("2031-02-15")
            } else {
                TimeEstimate::within(from_at, later(from_at, width), sigma)
            },
            place: Where::Estimate(PlaceEstimate::along(at(x, y), azimuth, (major, minor))),
            ..heard(0)
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn both_group_alike(mut detections in prop::collection::vec(any_detection(), 0..12)) {
        // Records in the order of time, so that both break ties alike.
        detections.sort_by_key(|detection| detection.time.from);
        for (record, detection) in (0..).zip(&mut detections) {
            detection.id.record = record;
        }
        let fused = fuse(detections.clone(), &[], &Parameters::default());
        prop_assert_eq!(groups(&fused.incidents), naive(&detections));
    }
}
