use super::*;
use proptest::prelude::*;
use truceline_domain::{DetectionId, Digest, Timestamp, Wgs84};

fn decode(text: &str) -> (Vec<Detection>, Problems) {
    let mut context = Context::new(text.as_bytes(), "d.csv", "source-1", "owner-1");
    context.capture = Digest([7; 32]);
    let mut detections = Vec::new();
    let problems = Detections.decode(text.as_bytes(), &context, &mut |record| match record {
        Record::Detection(detection) => detections.push(detection),
        other => panic!("{other:?}"),
    });
    (detections, problems)
}

fn place() -> impl Strategy<Value = Wgs84> {
    (-90.0..=90.0, -180.0..=180.0).prop_map(|(lat, lon)| Wgs84::new(lat, lon).unwrap())
}

fn estimate() -> impl Strategy<Value = PlaceEstimate> {
    let any =
        (place(), 0.0..1e9_f64, 0.0..1e9_f64, -0.99..0.99_f64).prop_map(|(centre, east, north, rho)| PlaceEstimate {
            centre,
            var_east_m2: east,
            var_north_m2: north,
            cov_east_north_m2: rho * east.sqrt() * north.sqrt(),
        });
    let circular = (place(), 0.0..1e5_f64).prop_map(|(centre, sigma_m)| PlaceEstimate::circular(centre, sigma_m));
    prop_oneof![any, circular]
}

fn reason() -> impl Strategy<Value = NotKnownReason> {
    prop::sample::select(NotKnownReason::ALL.to_vec())
}

fn name() -> impl Strategy<Value = Name> {
    "[a-z ,;\"\n\r\t火']{1,10}".prop_map(Name::from)
}

fn wherever() -> impl Strategy<Value = Where> {
    let range = prop::option::of((0.0..1e4_f64, 0.0..1e4_f64).prop_map(|(near, width)| (near, near + width)));
    let bearing = (place(), 0.0..360.0_f64, 0.0..90.0_f64, range).prop_map(|(from, value, sigma, range_m)| {
        Where::Bearing(Bearing { from, azimuth_deg: Measured { value, sigma }, range_m })
    });
    prop_oneof![
        estimate().prop_map(Where::Estimate),
        name().prop_map(Where::Area),
        bearing,
        reason().prop_map(Where::NotKnown)
    ]
}

fn known<T: std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Known<T>> {
    prop_oneof![value.prop_map(Known::Known), reason().prop_map(Known::NotKnown)]
}

fn detection() -> impl Strategy<Value = Detection> {
    let words = (
        prop::sample::select(Modality::ALL.to_vec()),
        prop::sample::select(Means::ALL.to_vec()),
        prop::sample::select(Phenomenon::ALL.to_vec()),
    );
    let time = (-2_000_000_000_000_000_000..4_000_000_000_000_000_000_i64, 0..1_000_000_000_000_000_i64, 0.0..1e6_f64);
    let count = (0..=u32::MAX, 0..=u32::MAX).prop_map(|(a, b)| Count { low: a.min(b), high: a.max(b) });
    let weapon = prop::sample::select(WeaponKind::ALL.to_vec());
    let motion = (0.0..1e4_f64, 0.0..360.0_f64).prop_map(|(speed_mps, course_deg)| Motion { speed_mps, course_deg });
    let optional = (prop::option::of(name()), prop::option::of(name()), prop::option::of(name()));
    let rest = (known(count), known(weapon), prop::option::of(estimate()), prop::option::of(motion));
    (name(), name(), words, time, wherever(), rest, optional).prop_map(
        |(sensor, owner, (modality, means, phenomenon), (from, length, sigma_s), place, rest, optional)| {
            let at = |ns: i64| Timestamp::from_nanosecond(i128::from(ns)).unwrap();
            let (count, weapon, origin, motion) = rest;
            let (claimed_identity, dependence, note) = optional;
            Detection {
                id: DetectionId { capture: Digest([7; 32]), record: 0 },
                sensor,
                owner,
                modality,
                means,
                phenomenon,
                time: TimeEstimate::within(at(from), at(from + length), sigma_s),
                place,
                count,
                weapon,
                origin: origin.map(Sealed::new),
                motion,
                claimed_identity,
                dependence,
                note,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_written_is_read_back_exactly(mut all in prop::collection::vec(detection(), 0..4)) {
        (0..).zip(&mut all).for_each(|(record, detection)| detection.id.record = record);
        let text = encode(&all);
        let (read, problems) = decode(&text);
        prop_assert!(problems.kept().iter().all(|p| p.code == "after_reception"), "{:?}", problems.kept());
        prop_assert_eq!(&read, &all);
        prop_assert_eq!(encode(&read), text);
    }
}

#[test]
fn columns_in_any_order_and_unknown_ones_told_once() {
    let (found, problems) = decode(
        "from,phenomenon,modality,colour\n2031-02-15T00:00:00Z,shot,acoustic,red\n2031-02-15T00:00:01Z,shot,acoustic,blue\n",
    );
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].sensor, "source-1".into());
    assert_eq!(
        problems.kept().iter().map(|p| (p.code, p.text.as_str())).collect::<Vec<_>>(),
        [("unknown_column", "colour")]
    );
}

#[test]
fn bad_cells_are_told_with_hints_and_the_others_kept() {
    let header = "modality,phenomenon,from,until,lat,lon,sigma_east_m,sigma_north_m,cov_m2,count_low,count_high,weapon,azimuth_deg,observer_lat,observer_lon";
    let good = "acoustic,shot,2031-02-15T00:00:00Z,,45,31,10,10,,1,2,mortar,,,";
    let cases = [
        ("acustic,shot,2031-02-15T00:00:00Z,,45,31,10,10,,,,,,,", "unknown_word"),
        ("acoustic,shot,yesterday,,45,31,10,10,,,,,,,", "bad_time"),
        ("acoustic,shot,2031-02-15T00:00:00Z,2031-02-14T00:00:00Z,45,31,10,10,,,,,,,", "bad_time"),
        ("acoustic,shot,2031-02-15T00:00:00Z,,95,31,10,10,,,,,,,", "bad_place"),
        ("acoustic,shot,2031-02-15T00:00:00Z,,45,31,-10,10,,,,,,,", "bad_sigma"),
        ("acoustic,shot,2031-02-15T00:00:00Z,,45,31,10,10,101,,,,,,", "bad_covariance"),
        ("acoustic,shot,2031-02-15T00:00:00Z,,45,31,10,10,,5,2,,,,", "bad_count"),
        ("acoustic,shot,2031-02-15T00:00:00Z,,,,,,,,,,400,45,31", "bad_azimuth"),
        ("acoustic,shot,2031-02-15T00:00:00Z,,45,31,10,10,,,,,20,45,31", "two_places"),
        ("acoustic,shot,2031-02-15T00:00:00Z,,N/K:wether,,,,,,,,,,", "unknown_word"),
    ];
    for (row, code) in cases {
        let (found, problems) = decode(&format!("{header}\n{row}\n{good}\n"));
        assert_eq!(found.len(), 1, "{row}");
        assert_eq!(problems.kept().iter().map(|p| (p.code, p.line)).collect::<Vec<_>>(), [(code, Some(2))], "{row}");
    }
    let (_, problems) = decode("modality,phenomenon,from\nacustic,shot,2031-02-15T00:00:00Z\n");
    assert_eq!(problems.kept()[0].hint.as_deref(), Some("did you mean `acoustic`?"));
}

#[test]
fn problems_of_a_sealed_origin_do_not_tell_the_place() {
    let (_, problems) =
        decode("modality,phenomenon,from,origin_lat,origin_lon\nradar,impact,2031-02-15T00:00:00Z,145.123,31.456\n");
    let told = format!("{:?}", problems.kept());
    assert!(told.contains("origin") && !told.contains("145.123") && !told.contains("31.456"), "{told}");
}
