use super::*;
use truceline_domain::LocalFrame;

fn heard(wave: Wave, range_m: f64, features: PickFeatures) -> Heard {
    Heard { wave, range_m, features, bearing: None, bearing_misfit_deg: None }
}

fn observed(at: &str, heard: Vec<Heard>) -> Observed {
    Observed {
        time: at.parse().unwrap(),
        place: PlaceEstimate::circular(Wgs84::new(48.0, 37.5).unwrap(), 100.0),
        depth_km: None,
        heard,
        silent: Vec::new(),
        company: None,
        pairing: None,
    }
}

fn best(classified: &Classified) -> GroundClass {
    classified.posterior[0].0
}

#[test]
fn the_lines_add_up_to_the_posterior() {
    let features = PickFeatures { frequency_hz: Some(30.0), duration_s: Some(0.3), ..PickFeatures::default() };
    let told = classify(
        &observed("2031-02-18T10:00:00Z", vec![heard(Wave::Air, 2_000.0, features)]),
        &Surroundings::default(),
    );
    let sum = |class: GroundClass| -> f64 {
        told.evidence.iter().flat_map(|e| &e.log_likelihood).filter(|(c, _)| *c == class).map(|(_, l)| l).sum()
    };
    let (first, second) = (told.posterior[0], told.posterior[1]);
    assert!(((sum(first.0) - sum(second.0)) - (first.1 / second.1).ln()).abs() < 1e-9);
    assert!((told.posterior.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-12);
    assert!(told.evidence.iter().all(|e| e.sentence().contains("launch")));
}

#[test]
fn picks_without_features_leave_the_posterior_near_the_prior() {
    let plain = |range_m| heard(Wave::Air, range_m, PickFeatures::default());
    let told = classify(
        &observed("2031-02-18T10:00:00Z", vec![plain(1_500.0), plain(3_000.0), plain(6_000.0)]),
        &Surroundings::default(),
    );
    assert!(told.posterior[0].1 < 0.5, "{:?}", told.posterior);
}

#[test]
fn a_blast_at_noon_in_a_registered_quarry_is_a_quarry_blast() {
    let ripple =
        PickFeatures { frequency_hz: Some(5.0), duration_s: Some(6.0), ripple: Some(0.6), ..PickFeatures::default() };
    let waves = [Wave::P, Wave::S, Wave::Rg].map(|w| heard(w, 12_000.0, ripple));
    let place = LocalFrame::about(Wgs84::new(48.0, 37.5).unwrap()).place_at(90.0, 300.0);
    let surroundings = Surroundings {
        quarries: vec![Quarry { place, radius_m: 400.0, name: "Q".to_owned() }],
        utc_offset_s: Some(7_200),
        ..Surroundings::default()
    };
    let told = classify(&observed("2031-02-18T09:02:00Z", waves.to_vec()), &surroundings);
    assert_eq!(best(&told), GroundClass::QuarryBlast);
    assert!(told.posterior[0].1 > 0.95, "{:?}", told.posterior);
    // The same picks on a Sunday night, far from any quarry, are less surely one.
    let night = classify(&observed("2031-02-16T01:02:00Z", waves.to_vec()), &Surroundings::default());
    assert!(night.posterior.iter().find(|(c, _)| *c == GroundClass::QuarryBlast).unwrap().1 < told.posterior[0].1);
}

#[test]
fn a_deep_event_with_strong_s_is_an_earthquake() {
    let amplitude = |a| PickFeatures { amplitude: Some(a), ..PickFeatures::default() };
    let mut quake = observed(
        "2031-02-18T10:00:00Z",
        vec![
            heard(Wave::P, 20_000.0, amplitude(1.0)),
            heard(Wave::S, 20_000.0, amplitude(3.0)),
            heard(Wave::P, 30_000.0, amplitude(0.5)),
            heard(Wave::S, 30_000.0, amplitude(1.6)),
        ],
    );
    quake.depth_km = Measured::new(9.0, 1.0).ok();
    let told = classify(&quake, &Surroundings::default());
    assert_eq!(best(&told), GroundClass::Earthquake);
    assert!(told.posterior[0].1 > 0.9, "{:?}", told.posterior);
}

#[test]
fn features_that_are_no_numbers_do_no_harm() {
    let strange = PickFeatures {
        amplitude: Some(f64::NAN),
        snr: Some(-1.0),
        frequency_hz: Some(f64::INFINITY),
        duration_s: Some(0.0),
        rise_s: Some(-3.0),
        phase_ratio: Some(f64::NAN),
        ripple: Some(7.0),
        rounds: Some((5, 2)),
    };
    let mut odd =
        observed("2031-02-18T10:00:00Z", vec![heard(Wave::Air, f64::NAN, strange), heard(Wave::P, 0.0, strange)]);
    odd.silent = vec![(Modality::Acoustic, f64::NAN)];
    odd.company = Some(Company { n_others: 3, spread_m: f64::NAN, sigma_m: 0.0 });
    let told = classify(&odd, &Surroundings { is_calibrated: true, ..Surroundings::default() });
    assert!((told.posterior.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-9, "{:?}", told.posterior);
}
