//! Every scenario file reads and plays without a problem, and what the sensors deliver is what the text tells.

use crate::ground::{Ground, root, scenario};
use truceline_domain::{Detection, EventClass, Modality, Phenomenon, Span};
use truceline_scenario::{Content, ExpectationKind, Simulated, simulate};

/// All scenario files.
fn files() -> Vec<String> {
    let folder = root().join("scenarios");
    let mut files: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    files
}

fn play(file: &str) -> Simulated {
    let scenario = scenario(file);
    simulate(&scenario, &Ground::read().stage(), scenario.seed)
}

fn detections(simulated: &Simulated) -> impl Iterator<Item = &Detection> {
    simulated.captures.iter().flat_map(|capture| match &capture.content {
        Content::Detections(detections) => detections.as_slice(),
        Content::Outages(_) | Content::Recording(_) => &[],
    })
}

fn count(simulated: &Simulated, modality: Modality, phenomenon: Phenomenon) -> usize {
    detections(simulated).filter(|d| d.modality == modality && d.phenomenon == phenomenon).count()
}

#[test]
fn every_scenario_reads_and_plays_without_a_problem() {
    let files = files();
    assert_eq!(files.len(), 12, "ten scenarios, one variant and the week: {files:?}");
    for file in files {
        let simulated = play(&file);
        assert!(simulated.problems.is_empty(), "{file}: {:?}", simulated.problems);
        assert!(!simulated.expectations.is_empty() && !simulated.captures.is_empty(), "{file}");
        let arrivals: Vec<_> = simulated.captures.iter().map(|c| c.received_at).collect();
        assert!(arrivals.is_sorted(), "{file}: captures stand in the order of arrival");
        let names: std::collections::BTreeSet<_> = simulated.captures.iter().map(|c| &c.name).collect();
        assert_eq!(names.len(), simulated.captures.len(), "{file}: a capture's name is its own");
        for (n, seen) in detections(&simulated).map(|d| (d.id.record, d)) {
            assert!(seen.time.sigma_s >= 0.0 && n < 10_000, "{file}");
        }
    }
}

#[test]
fn nothing_is_received_before_it_was_observed() {
    for file in files() {
        for capture in play(&file).captures {
            let Content::Detections(found) = &capture.content else { continue };
            for seen in found {
                assert!(seen.time.from <= capture.received_at, "{file}: {} {seen:?}", capture.name);
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_captures_and_another_seed_does_not() {
    let ground = Ground::read();
    let week = scenario("demo-week.scenario");
    let first = simulate(&week, &ground.stage(), 31);
    assert_eq!(first.captures, simulate(&week, &ground.stage(), 31).captures);
    assert_ne!(first.captures, simulate(&week, &ground.stage(), 32).captures);
}

#[test]
fn the_week_has_a_few_hundred_detections_and_one_late_delivery() {
    let week = play("demo-week.scenario");
    let n = detections(&week).count();
    assert!((150..=400).contains(&n), "{n}");
    let late = |c: &&truceline_scenario::SimulatedCapture| c.source.as_str() == "MR" && late_h(c) > 20.0;
    assert!(week.captures.iter().filter(late).count() >= 3, "the range's network reports a day late");
    assert_eq!(week.notified.len(), 3);
}

/// Hours from the last observation in a capture to its arrival.
fn late_h(capture: &truceline_scenario::SimulatedCapture) -> f64 {
    let Content::Detections(found) = &capture.content else { return 0.0 };
    let last = found.iter().map(|d| d.time.until).max().unwrap();
    capture.received_at.duration_since(last).as_secs_f64() / 3_600.0
}

#[test]
fn mortar_fire_is_seen_as_the_text_says() {
    let mortar = play("01-mortar-across-the-line.scenario");
    let truth = &mortar.truth[0];
    assert_eq!((truth.class, truth.rounds, truth.by.as_ref().unwrap().as_str()), (EventClass::Shelling, 6, "A"));
    assert_eq!(truth.each.len(), 6);
    assert_eq!(count(&mortar, Modality::Radar, Phenomenon::Projectile), 5, "five of six tracks");
    assert_eq!(count(&mortar, Modality::Acoustic, Phenomenon::Impact), 6, "six located impacts");
    assert_eq!(count(&mortar, Modality::PartyReport, Phenomenon::Impact), 1);
    let report = detections(&mortar).find(|d| d.modality == Modality::PartyReport).unwrap();
    assert_eq!(report.count.value().unwrap().low, 12);
    assert!(detections(&mortar).filter(|d| d.modality == Modality::Radar).all(|d| d.origin.is_some()));
    let traced = detections(&mortar).find(|d| d.phenomenon == Phenomenon::GroundChange).unwrap();
    assert!(traced.dependence.is_some(), "one pass counts as one source");
}

#[test]
fn a_quarry_blast_is_one_ripple_and_its_notice_stands_on_the_mission_area() {
    let announced = play("02-quarry-blast.scenario");
    assert_eq!(count(&announced, Modality::Seismic, Phenomenon::QuarryBlast), 1);
    assert_eq!(count(&announced, Modality::Camera, Phenomenon::Plume), 2);
    assert!(announced.notified[0].area.contains(announced.truth[0].place));
    assert!(announced.notified[0].acknowledged_at.is_some());
    let unannounced = play("02b-quarry-blast-unannounced.scenario");
    assert!(unannounced.notified[0].notified_at > unannounced.truth[0].time.until);
    assert_eq!(announced.captures, unannounced.captures, "what the sensors see does not depend on the paperwork");
}

#[test]
fn the_wildfire_shows_as_fourteen_pixels_in_two_passes() {
    let fire = play("03-wildfire-near-the-line.scenario");
    assert_eq!(count(&fire, Modality::ThermalSatellite, Phenomenon::ThermalAnomaly), 14);
    let passes = fire.captures.iter().filter(|c| c.source.as_str() == "THERMSAT").count();
    assert_eq!(passes, 2);
    assert!(fire.truth.iter().any(|t| t.class == EventClass::Explosion && t.cause.is_some()));
}

#[test]
fn the_drone_is_handed_over_from_node_to_node_and_tells_no_identity() {
    let drone = play("04-drone-in-the-no-fly-zone.scenario");
    let intruder: Span = drone.truth[0].time;
    let minutes = intruder.seconds() / 60.0;
    assert!((13.0..15.0).contains(&minutes), "{minutes} minutes");
    let heard = count(&drone, Modality::Acoustic, Phenomenon::DroneInFlight);
    assert!((11..60).contains(&heard), "{heard}");
    let identified: Vec<_> = detections(&drone).filter(|d| d.claimed_identity.is_some()).collect();
    assert!(identified.len() > 5 && identified.iter().all(|d| d.modality == Modality::Adsb));
    let hole = detections(&drone).filter(|d| d.modality == Modality::Radar && d.sensor.as_str() == "RAD-1");
    let from = intruder.from.checked_add(truceline_domain::SignedDuration::from_mins(5)).unwrap();
    let until = from.checked_add(truceline_domain::SignedDuration::from_mins(3)).unwrap();
    assert_eq!(hole.filter(|d| from <= d.time.from && d.time.from < until).count(), 0, "the hole of three minutes");
}

#[test]
fn a_silent_vessel_is_seen_by_radar_alone_and_a_ghost_by_its_transponder_alone() {
    let sea = play("09-naval-incursion.scenario");
    let silent: Span = Span {
        from: "2031-03-04T02:10:00+02:00".parse().unwrap(),
        until: "2031-03-04T06:40:00+02:00".parse().unwrap(),
    };
    let told: Vec<_> =
        detections(&sea).filter(|d| d.modality == Modality::Ais && silent.contains(d.time.from)).collect();
    assert!(!told.is_empty() && told.iter().all(|d| d.estimate().unwrap().centre.lat_deg() > 12.8), "only the ghost");
    let ghost = sea.truth.iter().find(|t| t.class == EventClass::Other).unwrap();
    assert!(ghost.place.lat_deg() > 12.8);
    assert!(count(&sea, Modality::SarSatellite, Phenomenon::Vessel) >= 1);
}

#[test]
fn a_made_up_report_is_delivered_and_becomes_no_truth() {
    let forged = play("07-forged-evidence.scenario");
    assert!(forged.truth.is_empty());
    assert_eq!(forged.forgeries.len(), 1);
    assert!(forged.captures.iter().any(|c| c.name == forged.forgeries[0].capture));
}

#[test]
fn expectations_keep_their_windows_and_values() {
    let mortar = scenario("01-mortar-across-the-line.scenario");
    let first = &mortar.expectations[0];
    let window = first.window.unwrap();
    assert_eq!(window.from, "2031-03-04T02:00:00+02:00".parse().unwrap());
    assert!(
        matches!(first.kind, ExpectationKind::Incidents { n, class: EventClass::Shelling } if n.contains(1) && !n.contains(2))
    );
    assert!(mortar.expectations.iter().any(
        |e| matches!(&e.kind, ExpectationKind::Origin { party, at_least } if party.as_str() == "A" && *at_least == 0.95)
    ));
    assert!(
        mortar
            .expectations
            .iter()
            .any(|e| matches!(&e.kind, ExpectationKind::Finding { rule, .. } if rule.as_str() == "CF-1"))
    );
}

#[test]
fn every_expected_rule_stands_in_the_mission_rules() {
    let rules = std::fs::read_to_string(root().join("missions/orr-line/agreement/rules.txt")).unwrap();
    for file in files() {
        for expectation in scenario(&file).expectations {
            let (ExpectationKind::Finding { rule, .. } | ExpectationKind::NoFinding { rule, .. }) = &expectation.kind
            else {
                continue;
            };
            assert!(rules.lines().any(|line| line == format!("rule {rule}")), "{file}: no rule `{rule}`");
        }
    }
}

#[test]
fn every_expected_area_is_an_area_of_the_mission() {
    let ground = Ground::read();
    for file in files() {
        for expectation in scenario(&file).expectations {
            let ExpectationKind::Coverage { area: Some(name), .. } = &expectation.kind else { continue };
            assert!(ground.areas.iter().any(|area| area.name == *name), "{file}: no area `{name}`");
        }
    }
}

#[test]
fn every_example_of_the_manual_reads_without_a_problem() {
    let manual = std::fs::read_to_string(root().join("docs/scenarios.md")).unwrap();
    let examples: Vec<&str> =
        manual.split("```scenario\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 6);
    let whole = examples.join("\n");
    let (read, problems) = truceline_scenario::parse("docs/scenarios.md", &whole);
    assert!(problems.is_empty(), "{problems:#?}");
    let simulated = simulate(&read, &Ground::read().stage(), read.seed);
    assert!(simulated.problems.is_empty(), "{:?}", simulated.problems);
    assert!(simulated.captures.iter().any(|capture| matches!(capture.content, Content::Recording(_))));
}
