//! A second interpreter that shares no code with the room: it draws many places and times from each incident's
//! estimates and counts how often they lie where and when the rule holds.

use crate::fixture::*;
use proptest::prelude::*;
use truceline_domain::*;

#[derive(Clone, Debug)]
struct Drawn {
    east_m: f64,
    north_m: f64,
    sigma_east_m: f64,
    sigma_north_m: f64,
    hour: f64,
    hours_long: f64,
    class: EventClass,
    p_class: f64,
    n_sources: usize,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let classes = prop::sample::select(vec![EventClass::Shelling, EventClass::SmallArms, EventClass::HeavyWeapon]);
    (
        (-45_000.0..45_000.0_f64, -15_000.0..15_000.0_f64, 20.0..4_000.0_f64, 20.0..4_000.0_f64),
        (
            0.5..23.5_f64,
            prop_oneof![Just(0.0), 0.0..6.0_f64],
            classes,
            prop_oneof![Just(1.0), 0.5..1.0_f64],
            1_usize..4,
        ),
    )
        .prop_map(
            |((east_m, north_m, sigma_east_m, sigma_north_m), (hour, hours_long, class, p_class, n_sources))| Drawn {
                east_m,
                north_m,
                sigma_east_m,
                sigma_north_m,
                hour,
                hours_long,
                class,
                p_class,
                n_sources,
            },
        )
}

fn seconds(hour: f64) -> Timestamp {
    at("2031-03-01T00:00Z") + SignedDuration::from_millis((hour * 3.6e6) as i64)
}

impl Drawn {
    fn incident(&self) -> Incident {
        let mut incident = incident(self.class, place(self.east_m, self.north_m), 1.0);
        let centre = place(self.east_m, self.north_m);
        incident.place = Where::Estimate(PlaceEstimate::along(centre, 90.0, (self.sigma_east_m, self.sigma_north_m)));
        incident.class_posterior = vec![(self.class, self.p_class), (EventClass::Thunder, 1.0 - self.p_class)];
        incident.time = TimeEstimate::within(seconds(self.hour), seconds(self.hour + self.hours_long), 0.0);
        let modalities = [Modality::Acoustic, Modality::Radar, Modality::Camera];
        see(&mut incident, &modalities[..self.n_sources]);
        incident
    }

    /// 200 × 200 equally likely places by the inverse of the normal distribution, in metres about the centre.
    fn places(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let n = 200;
        let z = move |k: i32| quantile((f64::from(k) + 0.5) / f64::from(n));
        (0..n).flat_map(move |i| {
            (0..n).map(move |j| (self.east_m + self.sigma_east_m * z(i), self.north_m + self.sigma_north_m * z(j)))
        })
    }

    fn share_of_places(&self, inside: impl Fn(f64, f64) -> bool) -> f64 {
        self.places().filter(|(e, n)| inside(*e, *n)).count() as f64 / 40_000.0
    }

    /// The share of 2,000 equally spaced moments of the incident that lie in the hours given.
    fn share_of_moments(&self, from_hour: f64, until_hour: f64) -> f64 {
        let moments = (0..2_000).map(|k| self.hour + self.hours_long * (f64::from(k) + 0.5) / 2_000.0);
        moments.filter(|h| (from_hour..until_hour).contains(h)).count() as f64 / 2_000.0
    }
}

/// The normal quantile by bisection of a numerically summed density; slow and simple.
fn quantile(p: f64) -> f64 {
    use std::sync::OnceLock;
    static TABLE: OnceLock<Vec<f64>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let density = |x: f64| (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
        let mut sum = 0.0;
        (0..12_000)
            .map(|k| {
                sum += density(-6.0 + (f64::from(k) + 0.5) * 1e-3) * 1e-3;
                sum
            })
            .collect()
    });
    -6.0 + table.partition_point(|cdf| *cdf < p) as f64 * 1e-3
}

/// What the house says, from a probability: verdicts within this of a threshold are left to rounding.
const ROUNDING: f64 = 0.02;

/// The verdict that a probability in scope and the other evidence allow; `None` when it lies at a threshold.
fn naive_verdict(p: f64, is_centre_in: bool, drawn: &Drawn, n_wanted: usize) -> Option<Option<Verdict>> {
    if (p - 0.975).abs() < ROUNDING || (p - 0.025).abs() < ROUNDING || (drawn.p_class - 0.95).abs() < 1e-6 {
        return None;
    }
    if p > 0.975 && is_centre_in {
        let is_proved = drawn.p_class >= 0.95 && drawn.n_sources >= n_wanted;
        return Some(Some(if is_proved { Verdict::Inconsistent } else { Verdict::Undetermined }));
    }
    if p < 0.025 {
        return Some(None);
    }
    Some(Some(Verdict::Undetermined))
}

fn check(rule: &str, drawn: &Drawn, (p, is_centre_in): (f64, bool), n_wanted: usize) -> Result<(), TestCaseError> {
    let findings = Mission::new().hold(rule, &[drawn.incident()], &[]);
    let said = findings.iter().find(|f| matches!(f.subject, Subject::Incident(_)));
    let Some(expected) = naive_verdict(p, is_centre_in, drawn, n_wanted) else { return Ok(()) };
    match expected {
        Some(verdict) => {
            prop_assert!(said.is_some(), "p {p}: {drawn:?}");
            prop_assert_eq!(said.unwrap().verdict, verdict, "p {}: {:?} {:?}", p, drawn, said);
            let stated = said.unwrap().probability_inside.unwrap();
            prop_assert!((stated - p).abs() < 0.03, "{stated} {p}");
        }
        // Out of scope: nothing, or consistent; a best place inside stays undetermined.
        None => prop_assert!(said.is_none_or(|f| f.verdict != Verdict::Inconsistent), "p {p}: {said:?}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn fire_in_a_zone_by_hours(mut drawn in drawn()) {
        prop_assume!(drawn.class != EventClass::HeavyWeapon);
        drawn.east_m = drawn.east_m / 3.0 + 30_000.0;
        let rule = "must not fire\nwhere zone \"plant\"\nwhen daily 08:00 to 20:00\nverify 2 independent sources";
        let inside = |e: f64, n: f64| (e - 30_000.0).hypot(n) < 9_995.0;
        // An instant on the edge of the hours is a matter of nanoseconds.
        let p = drawn.share_of_places(inside) * drawn.share_of_moments(8.0, 20.0);
        check(rule, &drawn, (p, inside(drawn.east_m, drawn.north_m)), 2)?;
    }

    #[test]
    fn weapons_near_a_line(mut drawn in drawn()) {
        drawn.class = EventClass::HeavyWeapon;
        // Far north or south of the centre its plane is not that of the place; the room takes the larger error in every
        // direction for distances from a line.
        drawn.north_m /= 100.0;
        drawn.sigma_north_m = drawn.sigma_east_m;
        let rule = "must withdraw\nwhat heavy weapons\nfrom line \"contact\"\ndistance >= 25 km";
        let inside = |e: f64, _: f64| e.abs() < 25_000.0;
        check(rule, &drawn, (drawn.share_of_places(inside), inside(drawn.east_m, 0.0)), 1)?;
    }

    #[test]
    fn presence_in_a_strip(mut drawn in drawn()) {
        drawn.class = EventClass::HeavyWeapon;
        drawn.east_m /= 10.0;
        drawn.sigma_east_m /= 4.0;
        let rule = "who Party A\nmust not be present\nwhat heavy weapons\nwhere zone \"strip\"";
        let inside = |e: f64, _: f64| (-1_000.0..0.0).contains(&e);
        check(rule, &drawn, (drawn.share_of_places(inside), inside(drawn.east_m, 0.0)), 1)?;
    }
}
