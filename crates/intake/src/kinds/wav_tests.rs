use super::*;
use proptest::prelude::*;

fn decode(name: &str, bytes: &[u8]) -> (Option<Recording>, Problems) {
    let mut context = Context::new(bytes, name, "feed", "owner");
    context.received_at = "2031-02-15T07:00:00Z".parse().unwrap();
    let mut recording = None;
    let problems = Wav.decode(bytes, &context, &mut |record| match record {
        Record::Recording(read) => recording = Some(read),
        other => panic!("{other:?}"),
    });
    (recording, problems)
}

#[test]
fn full_scale_is_one_in_every_width() {
    assert_eq!((sample(&[0], false), sample(&[255], false), sample(&[128], false)), (-1.0, 127.0 / 128.0, 0.0));
    assert_eq!(sample(&i16::MIN.to_le_bytes(), false), -1.0);
    assert_eq!(sample(&[0, 0, 0x80], false), -1.0);
    assert_eq!(sample(&[0, 0, 0x40], false), 0.5);
    assert_eq!(sample(&i32::MIN.to_le_bytes(), false), -1.0);
    assert_eq!(sample(&0.25_f32.to_le_bytes(), true), 0.25);
}

#[test]
fn names_say_sensor_and_start() {
    let (sensor, at) = from_name("/a/b/mic_7_20310215T061000Z.wav").unwrap();
    assert_eq!((sensor, at.to_string().as_str()), ("mic_7", "2031-02-15T06:10:00Z"));
    assert_eq!(from_name("m_20310215T061000.25Z.WAV").unwrap().1.to_string(), "2031-02-15T06:10:00.25Z");
    for bad in
        ["mic.wav", "_20310215T061000Z.wav", "m_20310215T061000.wav", "m_2031021é061000Z.wav", "m_20311315T061000Z.wav"]
    {
        assert!(from_name(bad).is_none(), "{bad}");
    }
}

#[test]
fn without_a_name_the_recording_ends_at_its_reception() {
    let bytes = encode(&Samples { rate_hz: 100.0, values: vec![0.5; 200] });
    let (recording, problems) = decode("sound.wav", &bytes);
    let recording = recording.unwrap();
    assert_eq!((recording.sensor.as_str(), recording.from.to_string().as_str()), ("feed", "2031-02-15T06:59:58Z"));
    assert_eq!(problems.kept()[0].code, "no_start_time");
}

#[test]
fn unknown_layouts_are_told() {
    let mut bytes = encode(&Samples { rate_hz: 100.0, values: vec![0.5; 20] });
    bytes[20] = 6;
    let (recording, problems) = decode("m_20310215T061000Z.wav", &bytes);
    assert!(recording.is_none());
    assert_eq!(problems.kept()[0].code, "wav_format");
    let mut bytes = encode(&Samples { rate_hz: 100.0, values: vec![0.5, f32::NAN] });
    let (recording, problems) = decode("m_20310215T061000Z.wav", &bytes);
    assert_eq!(recording.unwrap().samples.values, [0.5, 0.0]);
    assert_eq!(problems.kept()[0].code, "not_finite");
    bytes[24..28].copy_from_slice(&0_u32.to_le_bytes());
    assert_eq!(decode("m", &bytes).1.kept()[0].code, "bad_wav");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn floats_come_back(values in prop::collection::vec(-1e3_f32..1e3, 1..200), rate in 1_u32..100_000, ms in 0_i64..1_000_000_000_000) {
        let samples = Samples { rate_hz: f64::from(rate), values };
        let from = Timestamp::from_millisecond(ms).unwrap();
        let recording = Recording { capture: truceline_domain::Digest([0; 32]), sensor: "m_1".into(), from, clock_sigma_s: 0.0, samples };
        let (read, problems) = decode(&file_name(&recording), &encode(&recording.samples));
        let read = read.unwrap();
        prop_assert_eq!(problems.total(), 0);
        prop_assert_eq!((read.sensor, read.from, read.samples), (recording.sensor, recording.from, recording.samples));
    }
}
