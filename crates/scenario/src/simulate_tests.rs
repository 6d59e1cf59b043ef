use super::*;
use crate::{Content, parse, sound_travel_s};
use proptest::prelude::*;
use truceline_domain::{Detection, LocalFrame, Modality, Phenomenon, RoomKey, Where, distance_m};

/// Nine nodes on a grid of three kilometres about 12.5, -37, a radar, a camera and a seismic station.
const NODES: &str = "
sensor AC.1 acoustic owner mission at 12.473,-37.027 sees explosion 8 km 0.9; shelling 6 km 0.9; drone_flight 3 km 0.8
sensor AC.2 acoustic owner mission at 12.473,-37.000 sees explosion 8 km 0.9; shelling 6 km 0.9; drone_flight 3 km 0.8
sensor AC.3 acoustic owner mission at 12.473,-36.973 sees explosion 8 km 0.9; shelling 6 km 0.9; drone_flight 3 km 0.8
sensor AC.4 acoustic owner mission at 12.500,-37.027 sees explosion 8 km 0.9; shelling 6 km 0.9; drone_flight 3 km 0.8
sensor AC.5 acoustic owner mission at 12.501,-37.001 sees explosion 8 km 0.9; shelling 6 km 0.9; drone_flight 3 km 0.8
sensor AC.6 acoustic owner mission at 12.500,-36.973 sees explosion 8 km 0.9; shelling 6 km 0.9; drone_flight 3 km 0.8
sensor AC.7 acoustic owner mission at 12.527,-37.027 sees explosion 8 km 0.9; shelling 6 km 0.9; drone_flight 3 km 0.8
sensor AC.8 acoustic owner mission at 12.527,-37.000 sees explosion 8 km 0.9; shelling 6 km 0.9; drone_flight 3 km 0.8
sensor AC.9 acoustic owner mission at 12.527,-36.973 sees explosion 8 km 0.9; shelling 6 km 0.9; drone_flight 3 km 0.8
sensor RAD radar owner norland at 12.56,-37.0 sees shelling 20 km 0.85
sensor CAM camera owner norland at 12.50,-37.05 sees shelling 12 km 0.7; explosion 12 km 0.7
sensor SEIS seismic owner estmark at 12.65,-37.1 sees shelling 40 km 0.6; explosion 40 km 0.6
sensor IMG optical_satellite owner agency sees shelling everywhere 1; heavy_weapon everywhere 0.8
sensor DESK party_report owner party-b sees shelling everywhere 0
";

fn text(statements: &str) -> String {
    format!(
        "scenario t\nmission orr-line\nfrom 2031-03-04T00:00:00+02:00\nuntil 2031-03-06T00:00:00+02:00\nwind 4 m/s from 300 deg\n{NODES}{statements}\n"
    )
}

fn play(statements: &str, seed: u64) -> Simulated {
    let (scenario, problems) = parse("t", &text(statements));
    assert!(problems.is_empty(), "{problems:#?}");
    let parties = [PartyId::from("A"), PartyId::from("B")];
    let simulated = simulate(&scenario, &Stage { parties: &parties, sensors: &[], areas: &[], lines: &[] }, seed);
    assert!(simulated.problems.is_empty(), "{:?}", simulated.problems);
    simulated
}

fn all(simulated: &Simulated) -> Vec<&Detection> {
    let contents = simulated.captures.iter().map(|capture| &capture.content);
    let found = contents.flat_map(|content| match content {
        Content::Detections(found) => found.as_slice(),
        Content::Outages(_) | Content::Recording(_) => &[],
    });
    found.collect()
}

fn of(simulated: &Simulated, modality: Modality) -> Vec<&Detection> {
    all(simulated).into_iter().filter(|d| d.modality == modality).collect()
}

const ROUNDS: &str =
    "at 02:00 fire 2000 rounds every 20 s mortar from 12.53,-37.01 to 12.485,-36.995 by A spread 800 m";

/// Squared distance of the truth from a stated place, in its own standard deviations.
fn mahalanobis2(detection: &Detection, truth: truceline_domain::Wgs84) -> f64 {
    let stated = detection.estimate().unwrap();
    let (east_m, north_m) = LocalFrame::about(stated.centre).enu_from_wgs84(truth);
    let (a, b, c) = (stated.var_east_m2, stated.cov_east_north_m2, stated.var_north_m2);
    (c * east_m * east_m - 2.0 * b * east_m * north_m + a * north_m * north_m) / (a * c - b * b)
}

/// Share of detections whose 90 % ellipse holds the truth of the round that they are nearest to in time.
fn share_held(
    found: &[&Detection],
    each: &[(truceline_domain::Timestamp, truceline_domain::Wgs84)],
    at_end: bool,
) -> f64 {
    let limit = -2.0 * 0.1_f64.ln();
    let holds = |detection: &&&Detection| {
        let at = if at_end { detection.time.until } else { detection.time.midpoint() };
        let apart = |t: &truceline_domain::Timestamp| t.duration_since(at).as_millis().abs();
        let (_, truth) = each.iter().min_by_key(|(t, _)| apart(t)).unwrap();
        mahalanobis2(detection, *truth) <= limit
    };
    found.iter().filter(holds).count() as f64 / found.len() as f64
}

#[test]
fn ninety_percent_ellipses_hold_the_truth_nine_times_in_ten() {
    let simulated = play(ROUNDS, 11);
    let each = &simulated.truth[0].each;
    for (modality, at_end) in [(Modality::Acoustic, false), (Modality::Radar, true), (Modality::Seismic, false)] {
        let found: Vec<_> = of(&simulated, modality);
        let located: Vec<_> =
            found.into_iter().filter(|d| d.time.sigma_s < 1.0 && matches!(d.place, Where::Estimate(_))).collect();
        assert!(located.len() > 1_000, "{modality}: {}", located.len());
        let share = share_held(&located, each, at_end);
        assert!((0.88..=0.92).contains(&share), "{modality}: {share} of {}", located.len());
    }
}

#[test]
fn sealed_origins_are_true_within_their_stated_error() {
    let simulated = play(ROUNDS, 12);
    let truth = *simulated.truth[0].origin.unwrap().open(&RoomKey::for_computation_inside_the_house());
    let key = RoomKey::for_computation_inside_the_house();
    let radar = of(&simulated, Modality::Radar);
    let held = radar.iter().filter(|d| {
        let origin = *d.origin.as_ref().unwrap().open(&key);
        distance_m(origin.centre, truth) <= origin.ellipse(0.9).semi_major_m
    });
    let share = held.count() as f64 / radar.len() as f64;
    assert!((0.88..=0.92).contains(&share), "{share}");
}

#[test]
fn times_of_located_sounds_are_the_times_of_the_events() {
    let simulated = play(ROUNDS, 13);
    let each = &simulated.truth[0].each;
    let located: Vec<_> =
        of(&simulated, Modality::Acoustic).into_iter().filter(|d| d.sensor.as_str() == "AC").collect();
    let off = |d: &&Detection| {
        let at = d.time.midpoint();
        let (truth, _) = each.iter().min_by_key(|(t, _)| t.duration_since(at).as_millis().abs()).unwrap();
        at.duration_since(*truth).as_secs_f64().abs() / d.time.sigma_s
    };
    let within = located.iter().filter(|d| off(d) <= 1.645).count() as f64 / located.len() as f64;
    assert!((0.88..=0.93).contains(&within), "{within}");
}

#[test]
fn detections_are_as_frequent_as_declared() {
    let simulated = play(ROUNDS, 14);
    for (modality, pd) in [(Modality::Radar, 0.85), (Modality::Camera, 0.7), (Modality::Seismic, 0.6)] {
        let share = of(&simulated, modality).len() as f64 / 2_000.0;
        let tolerance = 4.0 * (pd * (1.0_f64 - pd) / 2_000.0).sqrt();
        assert!((share - pd).abs() < tolerance, "{modality}: {share} instead of {pd}");
    }
}

#[test]
fn a_network_reports_whenever_a_node_hears() {
    // One node in reach: it cannot locate, and reports with its own probability, somewhere within its range.
    let one_node = "sensor ZZ.1 acoustic owner mission at 12.3,-36.7 sees explosion 5 km 0.6
at 02:00..20:00 explosions 1500 at 12.32,-36.7 spread 10 m";
    let simulated = play(one_node, 15);
    let alone: Vec<_> =
        of(&simulated, Modality::Acoustic).into_iter().filter(|d| d.sensor.as_str() == "ZZ.1").collect();
    let share = alone.len() as f64 / 1_500.0;
    assert!((share - 0.6).abs() < 4.0 * (0.24_f64 / 1_500.0).sqrt(), "{share}");
    for heard in alone {
        assert!(distance_m(heard.estimate().unwrap().centre, simulated.truth[0].place) < 5_000.0);
        let holds = simulated.truth[0].each.iter().any(|(at, _)| heard.time.hull().contains(*at));
        assert!(holds, "the moment lies in the stated interval");
    }
}

#[test]
fn nearer_nodes_hear_earlier() {
    let scenario = parse("t", &text("")).0;
    let source = truceline_domain::Wgs84::new(12.49, -37.02).unwrap();
    let mut nodes: Vec<_> =
        scenario.sensors.iter().filter(|s| s.id.as_str().starts_with("AC.")).filter_map(|s| s.place).collect();
    let still = crate::Weather { wind_mps: 0.0, ..scenario.weather };
    nodes.sort_by(|a, b| distance_m(source, *a).total_cmp(&distance_m(source, *b)));
    let arrivals: Vec<f64> = nodes.iter().map(|node| sound_travel_s(&still, source, *node)).collect();
    assert!(arrivals.is_sorted());
    let metres_per_second = distance_m(source, nodes[8]) / arrivals[8];
    assert!((metres_per_second - 337.36).abs() < 0.5, "{metres_per_second}");
}

#[test]
fn an_outage_silences_and_a_factor_thins_out() {
    let simulated = play(
        &format!(
            "outage RAD 02:00..24:00 factor 0 cause \"power\"\noutage CAM 00:00..24:00 factor 0.5 cause \"fog\"\n{ROUNDS}"
        ),
        16,
    );
    assert!(of(&simulated, Modality::Radar).is_empty());
    let share = of(&simulated, Modality::Camera).len() as f64 / 2_000.0;
    assert!((share - 0.35).abs() < 4.0 * (0.35_f64 * 0.65 / 2_000.0).sqrt(), "{share}");
    let told = simulated.captures.iter().filter_map(|c| match &c.content {
        Content::Outages(outages) => Some(outages.len()),
        _ => None,
    });
    assert_eq!(told.sum::<usize>(), 2, "both losses are delivered once they are over");
}

#[test]
fn a_sensor_more_changes_nothing_for_the_others() {
    let fire = "at 02:14 fire 6 rounds every 40 s mortar from 12.53,-37.01 to 12.485,-36.995 by A";
    let without = play(fire, 17);
    let more = format!(
        "{fire}\nsensor RAD-9 radar owner estmark at 12.45,-37.0 sees shelling 20 km 0.9\nat 06:00 explosion at 12.5,-37.0"
    );
    let with = play(&more, 17);
    let before = |s: &Simulated| -> Vec<Detection> {
        let first_hours = |d: &&&Detection| {
            d.sensor.as_str() != "RAD-9" && d.time.until < "2031-03-04T03:00:00+02:00".parse().unwrap()
        };
        all(s).iter().filter(first_hours).map(|d| (*d).clone()).collect()
    };
    assert_eq!(before(&without), before(&with));
}

#[test]
fn launches_heard_alone_say_nothing_about_where() {
    // Impacts lie out of reach of every node; only the launch is heard.
    let simulated = play("at 02:00 fire 30 rounds every 30 s artillery from 12.5,-37.0 to 12.6,-36.6 by B", 18);
    let launches: Vec<_> = all(&simulated).into_iter().filter(|d| d.phenomenon == Phenomenon::Launch).collect();
    assert!(launches.len() > 10);
    for launch in launches.iter().filter(|d| d.sensor.as_str() == "AC") {
        assert!(matches!(launch.place, Where::NotKnown(truceline_domain::NotKnownReason::Withheld)));
        assert!(launch.origin.is_some());
    }
    assert!(!format!("{:?}", simulated.truth[0]).contains("Sealed("), "a printed truth shows no origin");
}

#[test]
fn late_deliveries_come_late_and_in_files_of_their_own() {
    let late = play(&format!("late RAD 02:00..03:00 by 9 h\n{ROUNDS}"), 19);
    let radar: Vec<_> = late.captures.iter().filter(|c| c.source.as_str() == "RAD").collect();
    let held_back = radar.iter().find(|c| c.name.contains("T0000")).unwrap();
    assert_eq!(held_back.received_at, "2031-03-04T12:00:20+02:00".parse().unwrap());
    assert_eq!(radar[0].received_at, "2031-03-04T04:00:20+02:00".parse().unwrap(), "the next hour is there first");
}

#[test]
fn weapons_are_counted_and_dummies_apart() {
    let simulated =
        play("at 00:00..24:00 weapons 40 artillery at 12.7,-37.0 by A calibre 152 mm decoys 3\npass IMG at 10:31", 20);
    let seen = of(&simulated, Modality::OpticalSatellite);
    assert_eq!(seen.len(), 2);
    let guns = seen.iter().find(|d| d.note.as_ref().unwrap().as_str().contains("152 mm")).unwrap();
    let n = guns.count.value().unwrap().high;
    assert!((20..40).contains(&n), "{n} of 40 with a probability of 0.8 each");
    assert!(seen.iter().any(|d| d.note.as_ref().unwrap().as_str().contains("decoy")));
    assert_eq!(guns.dependence, seen[0].dependence, "both are of one pass");
}

#[test]
fn false_alarms_come_at_their_rate() {
    let simulated = play("clutter AC 60 per day explosion", 21);
    let n = all(&simulated).len() as f64;
    assert!((n - 120.0).abs() < 4.0 * 120_f64.sqrt(), "{n} in two days");
    assert!(simulated.truth.is_empty());
}

#[test]
fn networks_are_registered_beside_their_nodes() {
    let simulated = play("", 1);
    let network = simulated.sensors.iter().find(|s| s.id.as_str() == "AC").unwrap();
    assert!(network.reach.is_empty() && network.place.is_none(), "what it sees is what its nodes declare");
}

#[test]
fn unknown_names_are_problems_with_their_line() {
    let (scenario, problems) = parse(
        "t",
        &text(
            "pass IMGG at 10:00\nat 02:00 explosion at 12.5,-37.0 by C\nnotice N by A blasting blasting 10:00..11:00 area pit notified 08:00",
        ),
    );
    assert!(problems.is_empty());
    let parties = [PartyId::from("A")];
    let simulated = simulate(&scenario, &Stage { parties: &parties, sensors: &[], areas: &[], lines: &[] }, 1);
    let lines: Vec<_> = simulated.problems.iter().map(|p| (p.line.unwrap(), p.text.as_str())).collect();
    let n_head = u32::try_from(text("").lines().count()).unwrap();
    assert_eq!(lines, [(n_head + 2, "pit"), (n_head + 1, "C"), (n_head, "IMGG")]);
    assert_eq!(simulated.problems[2].hint.as_deref(), Some("did you mean `IMG`?"));
}

#[test]
fn a_recording_carries_each_pulse_when_it_arrives() {
    let simulated = play("record AC.5 02:00..02:02 rate 200 Hz\nat 02:00:30 explosion at 12.5,-37.0", 22);
    let capture = simulated.captures.iter().find(|c| c.name.ends_with(".wav")).unwrap();
    let Content::Recording(recording) = &capture.content else { panic!() };
    assert_eq!(recording.samples.values.len(), 24_000);
    let loudest = recording.samples.values.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
    let scenario = parse("t", &text("")).0;
    let node = scenario.sensors.iter().find(|s| s.id.as_str() == "AC.5").unwrap().place.unwrap();
    let expected_s = 30.0 + sound_travel_s(&scenario.weather, simulated.truth[0].place, node);
    assert!((loudest as f64 / 200.0 - expected_s).abs() < 0.02, "{loudest} {expected_s}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever fire, everything delivered is usable: in order, within the scenario's bounds, errors stated.
    #[test]
    fn any_fire_gives_usable_detections(seed: u64, rounds in 1_u32..20, lat in 12.3_f64..12.7, lon in -37.3_f64..-36.7) {
        let simulated = play(&format!("at 02:00 fire {rounds} rounds mortar from 12.5,-37.0 to {lat:.5},{lon:.5} by A"), seed);
        prop_assert_eq!(simulated.truth[0].each.len(), rounds as usize);
        for capture in &simulated.captures {
            let Content::Detections(found) = &capture.content else { continue };
            prop_assert!(found.iter().zip(0..).all(|(d, n)| d.id.record == n));
            prop_assert!(found.is_sorted_by_key(|d| d.time.from));
            for seen in found {
                prop_assert!(seen.estimate().is_none_or(|e| e.sigma_minor_m() > 0.0 && e.sigma_major_m().is_finite()));
            }
        }
    }
}
