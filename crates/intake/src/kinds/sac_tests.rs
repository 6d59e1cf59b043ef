use super::*;

/// A file of version 6 or 7 as its manual lays it out.
fn file(is_little: bool, version: i32, values: &[f32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut word = |value: [u8; 4]| {
        let mut value = value;
        if is_little {
            value.reverse();
        }
        bytes.extend_from_slice(&value);
    };
    for n in 0..70 {
        let value = match n {
            0 => 0.01,
            5 => 2.5,
            31 => 39.47,
            32 => -110.74,
            33 => 1500.0,
            _ => -12345.0_f32,
        };
        word(value.to_be_bytes());
    }
    for n in 70..110 {
        let value = match n {
            70..=75 => [2031, 46, 6, 10, 20, 125][n - 70],
            76 => version,
            79 => values.len() as i32,
            85 | 105 => 1,
            _ => -12345,
        };
        word(value.to_be_bytes());
    }
    let mut codes = b"-12345  ".repeat(24);
    codes[..8].copy_from_slice(b"BRP1    ");
    codes[160..168].copy_from_slice(b"EDF     ");
    codes[168..176].copy_from_slice(b"XX\0\0\0\0\0\0");
    bytes.extend_from_slice(&codes);
    let mut put = |raw: &[u8]| {
        let mut raw = raw.to_vec();
        if is_little {
            raw.reverse();
        }
        bytes.extend_from_slice(&raw);
    };
    values.iter().for_each(|value| put(&value.to_be_bytes()));
    if version == 7 {
        put(&0.010_000_5_f64.to_be_bytes());
        put(&2.500_000_25_f64.to_be_bytes());
        (2..22).for_each(|_| put(&UNDEFINED.to_be_bytes()));
    }
    bytes
}

fn decode(bytes: &[u8]) -> (Option<Recording>, Vec<&'static str>) {
    let mut context = Context::new(bytes, "x.sac", "feed", "owner");
    context.received_at = "2031-02-15T07:00:00Z".parse().unwrap();
    let mut recording = None;
    let problems = Sac.decode(bytes, &context, &mut |record| match record {
        Record::Recording(read) => recording = Some(read),
        other => panic!("{other:?}"),
    });
    (recording, problems.kept().iter().map(|problem| problem.code).collect())
}

#[test]
fn both_byte_orders_and_versions() {
    for is_little in [true, false] {
        let bytes = file(is_little, 6, &[1.0, -2.5, 3.0]);
        assert!(Sac.recognises("x", &bytes));
        let (recording, codes) = decode(&bytes);
        let recording = recording.unwrap();
        assert_eq!((codes, recording.sensor.as_str()), (vec![], "XX.BRP1..EDF"));
        assert_eq!(recording.from.to_string(), "2031-02-15T06:10:22.625Z");
        assert_eq!(
            (recording.samples.rate_hz, recording.samples.values.as_slice()),
            (100.0, [1.0, -2.5, 3.0].as_slice())
        );
        let station = station(&bytes).unwrap();
        assert_eq!(
            (station.id, station.place, station.elevation_m),
            (recording.sensor, Wgs84::new(39.47, -110.74).unwrap(), 1500.0)
        );
        let fine = decode(&file(is_little, 7, &[1.0; 4])).0.unwrap();
        assert_eq!(fine.from.to_string(), "2031-02-15T06:10:22.62500025Z");
        assert!((fine.samples.rate_hz - 99.995_000_25).abs() < 1e-6 && fine.samples.values.len() == 4);
    }
}

#[test]
fn other_forms_and_damage_are_told() {
    let sound = file(true, 6, &[1.0, f32::NAN, 3.0]);
    assert_eq!(decode(&sound).1, ["not_finite"]);
    assert_eq!(decode(&sound[..637]).0.unwrap().samples.values, [1.0]);
    assert_eq!(decode(&sound[..634]).1, ["truncated", "no_samples"]);
    let changed = |word: usize, value: i32| {
        let mut bytes = sound.clone();
        bytes[4 * word..4 * word + 4].copy_from_slice(&value.to_le_bytes());
        decode(&bytes).1
    };
    assert_eq!(changed(85, 4), ["sac_form"]);
    assert_eq!(changed(105, 0), ["sac_form"]);
    assert_eq!(changed(0, 0), ["bad_rate"]);
    assert_eq!(changed(76, 60), ["not_sac"]);
    assert_eq!(changed(79, i32::MAX), ["truncated", "not_finite"]);
    assert_eq!(changed(70, -12345), ["not_finite", "no_start_time"]);
    assert_eq!(changed(75, 60_000), ["not_finite", "no_start_time"]);
    assert_eq!(decode(b"").1, ["empty"]);
}
