//! What holds for every format.

use crate::fixtures::{Fixture, Reading, all, data_rows, is_table};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use truceline_intake::{KINDS, Record, detections, kind_named, outages, recognise, wav};

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn reading(fixture: &Fixture) -> Reading {
    Reading::of(fixture.kind, &fixture.name, &fixture.bytes)
}

#[test]
fn every_format_has_fixtures_that_read_without_errors_and_in_range() {
    let mut seen = BTreeSet::new();
    for fixture in all() {
        let reading = reading(&fixture);
        assert!(!reading.records.is_empty(), "{}", fixture.name);
        assert!(reading.lost_lines().is_empty(), "{}: {:?}", fixture.name, reading.problems.kept());
        reading.assert_in_range();
        seen.insert(fixture.kind.name());
    }
    assert_eq!(seen.len(), KINDS.len());
}

#[test]
fn every_fixture_is_recognised_by_its_own_format_and_no_other() {
    for fixture in all() {
        let found: Vec<_> = KINDS
            .iter()
            .filter(|kind| kind.recognises(&fixture.name, &fixture.bytes))
            .map(|kind| kind.name())
            .collect();
        assert_eq!(found, [fixture.kind.name()], "{}", fixture.name);
        assert_eq!(recognise(&fixture.name, &fixture.bytes).unwrap().name(), fixture.kind.name());
        assert_eq!(kind_named(fixture.kind.name()).unwrap().name(), fixture.kind.name());
    }
    assert!(recognise("notes.txt", b"nothing of note\n").is_none());
}

#[test]
fn the_same_bytes_give_the_same_result() {
    for fixture in all() {
        let (a, b) = (reading(&fixture), reading(&fixture));
        assert_eq!(a.shown(), b.shown());
        assert_eq!(a.problems.kept(), b.problems.kept());
    }
}

#[test]
fn gzip_marks_and_line_ends_change_nothing() {
    for fixture in all() {
        let plain = reading(&fixture).shown();
        let same = |bytes: &[u8], what: &str| {
            let other = Reading::of(fixture.kind, &fixture.name, bytes).shown();
            assert_eq!(plain, other, "{} with {what}", fixture.name);
        };
        same(&gz(&fixture.bytes), "gzip");
        if !fixture.is_text() {
            continue;
        }
        let text = std::str::from_utf8(&fixture.bytes).unwrap();
        same(&[&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(), "a byte order mark");
        same(text.replace('\n', "\r\n").as_bytes(), "CR LF");
        same(text.trim_end().as_bytes(), "no last line end");
        let units = || [0xFEFF_u16].into_iter().chain(text.encode_utf16());
        same(&units().flat_map(u16::to_le_bytes).collect::<Vec<_>>(), "UTF-16 LE");
        same(&units().flat_map(u16::to_be_bytes).collect::<Vec<_>>(), "UTF-16 BE");
    }
}

#[test]
fn nothing_and_nonsense_are_problems() {
    for kind in KINDS {
        for bytes in [
            b"".as_slice(),
            b"\n\n",
            b"Invalid MAP_KEY.",
            b"<html>error</html>",
            b"\x1F\x8B\x08",
            b"\xFF\xFE",
            &[0; 64],
        ] {
            let reading = Reading::of(*kind, "x", bytes);
            assert!(reading.records.is_empty(), "{}", kind.name());
            let errors = reading.problems.kept().iter().filter(|p| p.severity == truceline_domain::Severity::Error);
            assert!(errors.count() > 0, "{} takes {bytes:?} for an empty day", kind.name());
        }
    }
}

#[test]
fn a_header_alone_is_an_empty_day() {
    for fixture in all().into_iter().filter(|fixture| is_table(fixture.kind)) {
        let text = std::str::from_utf8(&fixture.bytes).unwrap();
        let header = text.lines().next().unwrap();
        for head in [header.to_owned(), format!("{header}\n"), format!("{header}\r\n\r\n")] {
            let reading = Reading::of(fixture.kind, &fixture.name, head.as_bytes());
            assert!(reading.records.is_empty() && reading.problems.total() == 0, "{}", fixture.name);
        }
    }
    let empty =
        Reading::of(kind_named("control_geojson").unwrap(), "x", br#"{"type":"FeatureCollection","features":[]}"#);
    assert!(empty.records.is_empty() && empty.problems.total() == 0);
    let quiet = Reading::of(kind_named("ais").unwrap(), "x", b"# nothing heard\n");
    assert!(quiet.records.is_empty() && quiet.problems.total() == 0);
}

/// Rows in = rows with records + rows with one error, for tables; rows that rightly give nothing are named here.
fn assert_every_row_is_accounted_for(fixture: &Fixture, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let rows = data_rows(&text);
    let reading = Reading::of(fixture.kind, &fixture.name, bytes);
    let per_row = fixture.kind.records_per_row();
    let with_records: BTreeSet<u32> = match fixture.kind.name() {
        // Outages carry no number: they come in the order of the rows that are not lost.
        "outages" => {
            let good = (0..).zip(&rows).filter(|(_, (line, _))| !reading.lost_lines().contains(line));
            good.map(|(n, _)| n).take(reading.records.len()).collect()
        }
        _ => reading.detections().map(|detection| detection.id.record / per_row).collect(),
    };
    let lost = reading.lost_lines();
    for (n, (line, row)) in (0..).zip(&rows) {
        let silent = match fixture.kind.name() {
            "smm_daily" => row.contains(",0,"),
            "smm_annex" => row.contains("Total"),
            _ => false,
        };
        let (given, refused) = (with_records.contains(&n), lost.contains(line));
        assert!(
            given != refused || (silent && !given),
            "{} line {line} `{row}`: records {given}, error {refused}",
            fixture.name
        );
    }
    assert!(with_records.iter().all(|n| (*n as usize) < rows.len()));
}

#[test]
fn rows_that_are_spoiled_are_told_and_the_others_kept() {
    for fixture in all().into_iter().filter(|fixture| is_table(fixture.kind)) {
        assert_every_row_is_accounted_for(&fixture, &fixture.bytes);
        let text = std::str::from_utf8(&fixture.bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for n in 1..lines.len() {
            for spoiled in
                [b"garbage".as_slice(), b"\"", b"\xC3\x28,\xFF", &lines[n].as_bytes()[..lines[n].len() / 2], b",,,"]
            {
                let mut bytes = Vec::new();
                for (k, line) in lines.iter().enumerate() {
                    bytes.extend_from_slice(if k == n { spoiled } else { line.as_bytes() });
                    bytes.push(b'\n');
                }
                // Half of a line may hold half of a quoted field, and then its rest is no row of its own.
                assert_every_row_is_accounted_for(&fixture, &bytes);
            }
        }
    }
}

#[test]
fn a_cut_at_any_byte_never_loses_a_complete_line() {
    for fixture in all().into_iter().filter(Fixture::is_text) {
        let whole = reading(&fixture);
        for cut in 0..fixture.bytes.len() {
            let part = &fixture.bytes[..cut];
            let reading = Reading::of(fixture.kind, &fixture.name, part);
            reading.assert_in_range();
            let n_complete = part.iter().filter(|b| **b == b'\n').count();
            if fixture.kind.name() == "control_geojson" {
                let first = if fixture.name.ends_with("geojsonl") { 0 } else { 1 };
                assert_areas_are_there(&whole, &reading, n_complete.saturating_sub(first), &fixture.name, cut);
                continue;
            }
            let shown: BTreeSet<String> = reading.shown().into_iter().collect();
            for record in expected_of_lines(&fixture, &whole, n_complete) {
                assert!(shown.contains(&record), "{} cut at {cut} loses {record}", fixture.name);
            }
        }
    }
}

/// The records of the whole file that come from its first `n_lines` lines.
fn expected_of_lines(fixture: &Fixture, whole: &Reading, n_lines: usize) -> Vec<String> {
    let per_row = fixture.kind.records_per_row();
    let header = usize::from(fixture.kind.name() != "ais");
    let is_in = |record: &Record, n: usize| match record {
        Record::Detection(detection) => ((detection.id.record / per_row) as usize) + header < n_lines,
        _ => n + header < n_lines,
    };
    let numbered = whole.records.iter().enumerate();
    numbered.filter(|(n, record)| is_in(record, *n)).map(|(_, record)| format!("{record:?}")).collect()
}

/// The validity of a map depends on the next, so only place and name are compared.
fn assert_areas_are_there(whole: &Reading, cut: &Reading, n: usize, name: &str, at: usize) {
    let rings = |reading: &Reading| -> Vec<String> {
        let areas = reading.records.iter().map(|record| match record {
            Record::Area(area) => format!("{} {:?}", area.name, area.area.rings().collect::<Vec<_>>()),
            other => panic!("{other:?}"),
        });
        areas.collect()
    };
    let (whole, cut) = (rings(whole), rings(cut));
    assert!(cut.len() >= n.min(whole.len()), "{name} cut at {at}: {} areas of {n} complete lines", cut.len());
    assert!(whole.starts_with(&cut), "{name} cut at {at}");
}

#[test]
fn a_cut_sound_file_keeps_its_samples() {
    for fixture in all().into_iter().filter(|fixture| fixture.kind.name() == "wav") {
        let Record::Recording(whole) = reading(&fixture).records.remove(0) else { panic!() };
        for cut in 0..fixture.bytes.len() {
            let part = Reading::of(fixture.kind, &fixture.name, &fixture.bytes[..cut]);
            assert!(part.problems.total() == 1, "{} cut at {cut}: {:?}", fixture.name, part.problems.kept());
            if let Some(Record::Recording(part)) = part.records.first() {
                assert!(whole.samples.values.starts_with(&part.samples.values));
                assert_eq!((&part.sensor, part.from), (&whole.sensor, whole.from));
            }
        }
    }
}

#[test]
fn a_cut_waveform_file_keeps_its_whole_records() {
    for fixture in all().into_iter().filter(|fixture| matches!(fixture.kind.name(), "miniseed" | "sac")) {
        let values = |bytes: &[u8]| -> BTreeMap<String, Vec<f32>> {
            let mut values: BTreeMap<String, Vec<f32>> = BTreeMap::new();
            for record in Reading::of(fixture.kind, &fixture.name, bytes).records {
                if let Record::Recording(recording) = record {
                    values.entry(recording.sensor.to_string()).or_default().extend(recording.samples.values);
                }
            }
            values
        };
        let whole = values(&fixture.bytes);
        for cut in 0..fixture.bytes.len() {
            let part = Reading::of(fixture.kind, &fixture.name, &fixture.bytes[..cut]);
            part.assert_in_range();
            // A cut between two records leaves nothing to tell.
            let is_told = part.problems.total() > 0;
            assert!(is_told || (cut >= 128 && !part.records.is_empty()), "{} cut at {cut}", fixture.name);
            for (sensor, values) in values(&fixture.bytes[..cut]) {
                assert!(whole[&sensor].starts_with(&values), "{} cut at {cut}", fixture.name);
            }
        }
    }
}

#[test]
fn what_is_written_is_read_back() {
    let fixtures = all();
    let of = |name: &'static str| fixtures.iter().filter(move |fixture| fixture.kind.name() == name);
    for fixture in of("detections") {
        let read = reading(fixture);
        let written = detections::encode(&read.detections().cloned().collect::<Vec<_>>());
        let again = Reading::of(fixture.kind, &fixture.name, written.as_bytes());
        assert_eq!(read.records.len(), again.records.len());
        assert!(read.detections().eq(again.detections()));
    }
    for fixture in of("outages") {
        let read = reading(fixture);
        let all: Vec<_> =
            read.records.iter().map(|r| if let Record::Outage(o) = r { o.clone() } else { panic!() }).collect();
        let again = Reading::of(fixture.kind, &fixture.name, outages::encode(&all).as_bytes());
        assert_eq!(read.shown(), again.shown());
    }
    for fixture in of("wav") {
        let Record::Recording(recording) = reading(fixture).records.remove(0) else { panic!() };
        assert_eq!(wav::file_name(&recording), fixture.name);
        let again = Reading::of(fixture.kind, &fixture.name, &wav::encode(&recording.samples));
        assert_eq!(again.shown(), [format!("{:?}", Record::Recording(recording))]);
    }
}

#[test]
fn a_time_after_reception_is_a_warning() {
    let fixture = all().into_iter().find(|fixture| fixture.name == "yearly.csv").unwrap();
    let mut context = truceline_intake::Context::new(&fixture.bytes, "f", "s", "o");
    context.received_at = "2031-02-14T12:00:00Z".parse().unwrap();
    let problems = truceline_intake::read(fixture.kind, &fixture.bytes, &context, &mut |_| {});
    assert_eq!(problems.kept().iter().map(|p| (p.code, p.line)).collect::<Vec<_>>(), [("after_reception", Some(5))]);
}
