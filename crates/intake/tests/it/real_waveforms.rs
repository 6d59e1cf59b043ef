//! Recorded waveforms against what other readers found in them (the file `….expected.json` beside each).

use crate::real_data::data;
use serde_json::Value;
use std::collections::BTreeMap;
use truceline_domain::{Problems, Recording};
use truceline_intake::{Context, KINDS, Record, kind_named, read};

struct Waveforms {
    recordings: Vec<Recording>,
    n_outages: usize,
    problems: Problems,
}

fn waveforms(path: &str) -> Option<Waveforms> {
    let bytes = data(path)?;
    let recognised: Vec<_> =
        KINDS.iter().filter(|kind| kind.recognises(path, &bytes)).map(|kind| kind.name()).collect();
    assert_eq!(recognised, ["miniseed"], "{path}");
    let context = Context::new(&bytes, path, "feed", "owner");
    let (mut recordings, mut n_outages) = (Vec::new(), 0);
    let problems = read(kind_named("miniseed").unwrap(), &bytes, &context, &mut |record| match record {
        Record::Recording(recording) => recordings.push(recording),
        Record::Outage(_) => n_outages += 1,
        other => panic!("{other:?}"),
    });
    Some(Waveforms { recordings, n_outages, problems })
}

fn expected(path: &str) -> Option<Value> {
    Some(serde_json::from_slice(&data(&format!("{path}.expected.json"))?).unwrap())
}

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap() as f32).collect()
}

fn assert_same(recording: &Recording, trace: &Value, path: &str) {
    let values = &recording.samples.values;
    let start: truceline_domain::Timestamp = trace["start"].as_str().unwrap().parse().unwrap();
    assert_eq!(Some(recording.sensor.as_str()), trace["id"].as_str(), "{path}");
    assert_eq!((recording.from, Some(recording.samples.rate_hz)), (start, trace["rate"].as_f64()), "{path}");
    assert_eq!(Some(values.len() as u64), trace["n"].as_u64(), "{path}");
    let (first, last) = (numbers(&trace["first"]), numbers(&trace["last"]));
    assert!(values.starts_with(&first) && values.ends_with(&last), "{path}");
    // Integers beyond 2^24 are rounded to 32-bit floats, so that the sum may differ a little.
    let (sum, size): (f64, f64) =
        values.iter().fold((0.0, 0.0), |(sum, size), v| (sum + f64::from(*v), size + f64::from(v.abs())));
    assert!((sum - trace["sum"].as_f64().unwrap()).abs() <= 1e-7 * size, "{path}: {sum}");
}

#[test]
fn version_2_gives_the_expected_traces() {
    let files = [
        "IM.I59H1..BDF_2020_10_31.mseed",
        "IU.ANMO.10.BHZ.2018.001_first_minute.mseed",
        "reference-testdata-steim1.mseed2",
        "reference-testdata-steim2.mseed2",
        "reference-testdata-steim2-LE.mseed2",
        "testdata-no-blockette1000-steim1.mseed2",
    ];
    for file in files {
        let path = format!("protocols/miniseed/{file}");
        let (Some(waveforms), Some(expected)) = (waveforms(&path), expected(&path)) else { return };
        let traces = expected["traces"].as_array().unwrap();
        assert_eq!((waveforms.recordings.len(), waveforms.n_outages), (traces.len(), 0), "{path}");
        waveforms.recordings.iter().zip(traces).for_each(|(recording, trace)| assert_same(recording, trace, &path));
        let costly = waveforms.problems.counts().keys().find(|code| **code != "no_blockette_1000");
        assert_eq!(costly, None, "{path}: {:?}", waveforms.problems.kept());
    }
}

#[test]
fn version_3_gives_the_expected_records() {
    for file in ["float32", "int32", "nsec", "steim1", "steim2"] {
        let path = format!("protocols/miniseed/reference-testdata-{file}.mseed3");
        let (Some(waveforms), Some(expected)) = (waveforms(&path), expected(&path)) else { return };
        let [recording] = waveforms.recordings.as_slice() else { panic!("{path}: {:?}", waveforms.problems.kept()) };
        let records = expected["records"].as_array().unwrap();
        assert_eq!(recording.sensor.as_str(), "XX.TEST..BHZ");
        let start: truceline_domain::Timestamp = records[0]["start"].as_str().unwrap().parse().unwrap();
        assert_eq!(recording.from, start, "{path}");
        let mut rest = recording.samples.values.as_slice();
        for record in records {
            let (of_record, behind) = rest.split_at(record["n"].as_u64().unwrap() as usize);
            assert!(of_record.starts_with(&numbers(&record["first"])), "{path}");
            let sum: f64 = of_record.iter().map(|value| f64::from(*value)).sum();
            let size: f64 = of_record.iter().map(|value| f64::from(value.abs())).sum();
            assert!((sum - record["sum"].as_f64().unwrap()).abs() <= 1e-6 * size, "{path}");
            rest = behind;
        }
        assert!(rest.is_empty() && waveforms.problems.total() == 0, "{path}: {:?}", waveforms.problems.kept());
    }
}

#[test]
fn records_without_waveforms_and_broken_ones_are_told() {
    for (file, told) in [
        ("reference-testdata-text.mseed3", ("text_record", 1)),
        ("testdata-detection.record.mseed2", ("no_samples", 1)),
        ("testdata-invalid-blockette-offsets.mseed2", ("bad_blockette", 3)),
    ] {
        let Some(waveforms) = waveforms(&format!("protocols/miniseed/{file}")) else { return };
        assert_eq!((waveforms.recordings.len(), waveforms.problems.counts()), (0, &BTreeMap::from([told])), "{file}");
    }
}

#[test]
fn a_whole_array_of_twenty_minutes() {
    let Some(waveforms) = waveforms("assoc/infrasound-brp/brp_20120409T1800.mseed") else { return };
    let shown: Vec<_> = waveforms.recordings.iter().map(|r| (r.samples.rate_hz, r.samples.values.len())).collect();
    assert_eq!((shown.len(), waveforms.problems.total()), (4, 0));
    assert!(shown.iter().all(|(rate_hz, n)| *rate_hz == 100.0 && *n >= 119_000), "{shown:?}");
}
