//! What leaves the mission: two incidents that differ only in what must not leave look the same outside.

use crate::support::*;
use proptest::prelude::*;
use truceline_casework::{Audience, DisclosurePolicy, PublicIncident, PublicPlace, View, visible};
use truceline_domain::*;

fn later() -> Timestamp {
    "2031-03-10T00:00:00Z".parse().unwrap()
}

fn released(incident: &Incident, audience: &Audience) -> PublicIncident {
    match visible(incident, audience, &DisclosurePolicy::default(), later()) {
        View::Released(released) => *released,
        other => panic!("{other:?}"),
    }
}

/// An incident full of what must not leave.
fn telling((lat, lon): (f64, f64), second: i64, words: &str) -> Incident {
    let mut seen = detection(1);
    seen.sensor = words.into();
    seen.place = Where::Estimate(PlaceEstimate::circular(place(lat + 0.001, lon), 10.0));
    seen.origin = Some(Sealed::new(PlaceEstimate::circular(place(lat - 0.03, lon), 50.0)));
    seen.note = Some(words.into());
    Incident {
        time: TimeEstimate::instant(at("02:14:10") + SignedDuration::from_secs(second), 0.5),
        place: Where::Estimate(PlaceEstimate::circular(place(lat, lon), 10.0 + second as f64)),
        arrivals: vec![arrival(seen)],
        origin_shares: vec![OriginShare { party: words.into(), probability: 0.97 }],
        reasons: vec![format!("{words} at {lat} {lon}")],
        ..incident("a")
    }
}

proptest! {
    #[test]
    fn outside_it_shows_nothing_but_its_cell_and_hour(
        (lat, lon) in (47.49..47.53_f64, 35.19..35.21_f64), second in 0..40_i64, words in "[a-z]{8}",
    ) {
        for audience in [Audience::Public, Audience::Liaison("A".into())] {
            let one = released(&telling((47.51, 35.2), 5, "node-7"), &audience);
            let other = released(&telling((lat, lon), second, &words), &audience);
            if one.place == other.place {
                prop_assert_eq!(&one, &other);
            }
            let printed = format!("{other:?}");
            prop_assert!(!printed.contains(&words), "{}", printed);
            prop_assert!(!printed.contains(&lat.to_string()) && !printed.contains(&lon.to_string()), "{}", printed);
        }
        let public = released(&telling((lat, lon), second, &words), &Audience::Public);
        prop_assert_eq!(public.time, Span::new(at("02:00:00"), at("03:00:00")).unwrap());
    }
}

#[test]
fn the_mission_sees_everything_at_once_and_the_public_waits() {
    let one = telling((47.51, 35.2), 5, "node-7");
    let policy = DisclosurePolicy::default();
    let now = at("02:20:00");
    assert_eq!(visible(&one, &Audience::Mission, &policy, now), View::Whole(&one));
    assert!(matches!(visible(&one, &Audience::Liaison("A".into()), &policy, now), View::Released(_)));
    let View::NotYet { from } = visible(&one, &Audience::Public, &policy, now) else { panic!("too early") };
    assert!(matches!(visible(&one, &Audience::Public, &policy, from), View::Released(_)));
    assert_eq!(from.to_string(), "2031-03-04T02:14:16.5Z");
}

#[test]
fn a_bearing_does_not_point_from_a_sensor() {
    let bearing = |range_m| Incident {
        place: Where::Bearing(Bearing {
            from: place(47.6, 35.3),
            azimuth_deg: Measured { value: 200.0, sigma: 2.0 },
            range_m,
        }),
        ..incident("a")
    };
    let blind = released(&bearing(None), &Audience::Public);
    assert_eq!(blind.place, PublicPlace::NotKnown(NotKnownReason::Withheld));
    assert!(matches!(released(&bearing(Some((4_000.0, 6_000.0))), &Audience::Public).place, PublicPlace::Cell(_)));
    let named = Incident { place: Where::Area("North district".into()), ..incident("a") };
    assert_eq!(released(&named, &Audience::Public).place, PublicPlace::Area("North district".into()));
}

#[test]
fn a_party_gets_receipts_for_its_own_reports_only() {
    let report = |record, owner: &str, modality| Detection { owner: owner.into(), modality, ..detection(record) };
    let reports =
        [report(1, "A", Modality::PartyReport), report(2, "B", Modality::PartyReport), report(3, "A", Modality::Radar)];
    let one = Incident { arrivals: reports.map(arrival).to_vec(), ..incident("a") };
    let own = |audience| released(&one, &audience).own_reports.iter().map(|id| id.record).collect::<Vec<_>>();
    assert_eq!(own(Audience::Liaison("A".into())), [1]);
    assert_eq!(own(Audience::Liaison("B".into())), [2]);
    assert_eq!(own(Audience::Public), [0; 0]);
}
