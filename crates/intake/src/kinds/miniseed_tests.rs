use super::steim::tests::pack;
use super::*;
use truceline_domain::{Outage, Recording};

/// A record of version 2 of 512 bytes, big endian, with blockettes 1000 and 1001.
fn v2(channel: &str, start: &str, samples: &[i32], before: i32) -> Vec<u8> {
    let at: jiff::Timestamp = start.parse().unwrap();
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    let mut bytes = vec![0_u8; 512];
    bytes[..20].copy_from_slice(format!("000001D TEST   {channel}XX").as_bytes());
    bytes[20..22].copy_from_slice(&at.year().to_be_bytes());
    bytes[22..24].copy_from_slice(&at.day_of_year().to_be_bytes());
    bytes[24..27].copy_from_slice(&[at.hour() as u8, at.minute() as u8, at.second() as u8]);
    bytes[28..30].copy_from_slice(&((at.subsec_nanosecond() / 100_000) as u16).to_be_bytes());
    bytes[30..32].copy_from_slice(&(samples.len() as u16).to_be_bytes());
    bytes[32..36].copy_from_slice(&[0, 10, 0, 1]);
    bytes[37] = 0x20;
    bytes[39] = 2;
    bytes[44..48].copy_from_slice(&[0, 64, 0, 48]);
    bytes[48..56].copy_from_slice(&[0x03, 0xE8, 0, 56, 11, 1, 9, 0]);
    bytes[56..64].copy_from_slice(&[0x03, 0xE9, 0, 0, 100, 0, 0, 7]);
    let packed = pack(samples, before, 2, false);
    bytes[64..64 + packed.len()].copy_from_slice(&packed);
    bytes
}

/// A record of version 3 with floats, its check sum right.
fn v3(identifier: &str, second: u8, flags: u8, values: &[f32]) -> Vec<u8> {
    let mut bytes = vec![b'M', b'S', 3, flags, 0, 0, 0, 0];
    bytes.extend_from_slice(&2031_u16.to_le_bytes());
    bytes.extend_from_slice(&46_u16.to_le_bytes());
    bytes.extend_from_slice(&[6, 10, second, 4]);
    bytes.extend_from_slice(&10_f64.to_le_bytes());
    bytes.extend_from_slice(&(values.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&[0, 0, 0, 0, 1, identifier.len() as u8, 0, 0]);
    bytes.extend_from_slice(&(4 * values.len() as u32).to_le_bytes());
    bytes.extend_from_slice(identifier.as_bytes());
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    sealed(bytes)
}

fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes[28..32].fill(0);
    let crc = crc::crc32c(&[&bytes]);
    bytes[28..32].copy_from_slice(&crc.to_le_bytes());
    bytes
}

struct Read {
    recordings: Vec<Recording>,
    outages: Vec<Outage>,
    problems: Problems,
}

impl Read {
    fn codes(&self) -> Vec<&'static str> {
        self.problems.kept().iter().map(|problem| problem.code).collect()
    }

    fn shown(&self) -> Vec<(String, usize)> {
        self.recordings.iter().map(|r| (r.from.to_string(), r.samples.values.len())).collect()
    }
}

fn read(pieces: &[Vec<u8>]) -> Read {
    let bytes = pieces.concat();
    let context = Context::new(&bytes, "x.mseed", "feed", "owner");
    let mut read = Read { recordings: Vec::new(), outages: Vec::new(), problems: Problems::default() };
    read.problems = Miniseed.decode(&bytes, &context, &mut |record| match record {
        Record::Recording(recording) => read.recordings.push(recording),
        Record::Outage(outage) => read.outages.push(outage),
        other => panic!("{other:?}"),
    });
    read
}

const COUNTS: [i32; 10] = [5, 7, -3, 900, 901, 880, 12, 3, 4, 6];
const NEXT: [i32; 10] = [9, 70, -30, 90, 91, 88, 120, 30, 40, 60];

fn at(second: &str) -> String {
    format!("2031-02-15T06:10:{second}Z")
}

#[test]
fn records_that_follow_become_one_recording_in_any_order() {
    let (a, b) = (v2("BHZ", &at("00"), &COUNTS, 0), v2("BHZ", &at("01"), &NEXT, 6));
    for pieces in [[a.clone(), b.clone()], [b, a]] {
        let read = read(&pieces);
        assert_eq!((read.shown(), read.codes()), (vec![(at("00"), 20)], vec![]));
        let recording = &read.recordings[0];
        assert_eq!((recording.sensor.as_str(), recording.clock_sigma_s), ("XX.TEST..BHZ", 0.001));
        assert!(recording.samples.values.iter().map(|v| *v as i32).eq(COUNTS.into_iter().chain(NEXT)));
    }
}

#[test]
fn a_gap_is_a_problem_with_its_extent_and_an_outage() {
    let read = read(&[v2("BHZ", &at("00"), &COUNTS, 0), v2("BHZ", &at("04"), &NEXT, 1)]);
    assert_eq!((read.shown(), read.codes()), (vec![(at("00"), 10), (at("04"), 10)], vec!["gap"]));
    let outage = &read.outages[0];
    assert_eq!((outage.span.from.to_string(), outage.span.until.to_string()), (at("01"), at("04")));
    assert_eq!(
        (outage.sensor.as_str(), outage.pd_factor, outage.cause.as_str()),
        ("XX.TEST..BHZ", 0.0, "gap in the samples")
    );
    let extent = "XX.TEST..BHZ 2031-02-15T06:10:01Z..2031-02-15T06:10:04Z";
    assert_eq!(read.problems.kept()[0].text, extent);
    assert_eq!(read.problems.kept()[0].message, "no samples of XX.TEST..BHZ for 3.000000 s");
}

#[test]
fn the_same_samples_again_are_dropped_and_others_kept() {
    let a = v2("BHZ", &at("00"), &COUNTS, 0);
    let both: Vec<i32> = COUNTS.into_iter().chain(NEXT).collect();
    let longer = v2("BHZ", &at("00.5"), &both[5..], 901);
    let again = read(&[a.clone(), a.clone(), longer]);
    assert_eq!((again.shown(), again.codes()), (vec![(at("00"), 20)], vec!["overlap"]));
    assert!(again.recordings[0].samples.values.iter().map(|v| *v as i32).eq(both));
    let other = read(&[a, v2("BHZ", &at("00.5"), &NEXT, 77)]);
    assert_eq!((other.shown(), other.codes()), (vec![(at("00"), 10), (at("00.5"), 10)], vec!["overlap"]));
}

#[test]
fn a_clock_that_is_set_while_samples_go_on_is_told_and_doubted() {
    for (second, step_s) in [("01.3", 0.3), ("00.8", 0.2), ("01.07", 0.07)] {
        let read = read(&[v2("BHZ", &at("00"), &COUNTS, 0), v2("BHZ", &at(second), &NEXT, 6)]);
        assert_eq!(read.codes(), ["clock_step"], "{second}");
        assert_eq!(read.recordings.len(), 2);
        assert!(read.recordings.iter().all(|r| (r.clock_sigma_s - step_s).abs() < 1e-9), "{:?}", read.recordings);
        assert_eq!(read.outages.len(), usize::from(step_s > 0.25), "a step forward may also hide a gap");
    }
}

#[test]
fn small_steps_within_half_a_sample_are_kept_as_error_of_the_clock() {
    let read = read(&[v2("BHZ", &at("00"), &COUNTS, 0), v2("BHZ", &at("01.04"), &NEXT, 6)]);
    assert_eq!((read.shown(), read.codes()), (vec![(at("00"), 20)], vec![]));
    assert!((read.recordings[0].clock_sigma_s - 0.04).abs() < 1e-9);
}

#[test]
fn what_the_record_says_of_its_clock_is_its_error() {
    let sigma = |change: fn(&mut Vec<u8>)| {
        let mut record = v2("BHZ", &at("00"), &COUNTS, 0);
        change(&mut record);
        let read = read(&[record]);
        (read.recordings[0].clock_sigma_s, read.codes())
    };
    assert_eq!(sigma(|_| {}), (0.001, vec![]));
    assert_eq!(sigma(|r| r[60] = 80), (0.01, vec![]));
    assert_eq!(sigma(|r| r[38] = 0x80), (0.1, vec!["questionable_time"]));
    assert_eq!(sigma(|r| r[37] = 0), (0.1, vec!["questionable_time"]));
    // Nothing is said: no lock, no blockette 1001.
    assert_eq!(sigma(|r| (r[37], r[51]) = (0, 0)), (0.01, vec![]));
    let mut newer = v3("FDSN:XX_POST7_00_H_D_F", 0, 0x04, &[1.0, 2.0]);
    newer[34] = 29;
    newer.splice(40 + 22..40 + 22, *br#"{"FDSN":{"Time":{"Quality":95}}}"#);
    newer[34] = 32;
    let read = read(&[sealed(newer)]);
    assert_eq!((read.recordings[0].clock_sigma_s, read.codes()), (0.001, vec![]));
}

#[test]
fn doubtful_time_is_told_once_for_its_whole_extent() {
    let doubt = |second: &str| {
        let mut record = v2("BHZ", &at(second), &COUNTS, 6);
        record[38] = 0x80;
        record
    };
    let read = read(&[doubt("00"), doubt("01"), v2("BHZ", &at("02"), &COUNTS, 6), doubt("03")]);
    assert_eq!((read.shown(), read.codes()), (vec![(at("00"), 40)], vec!["questionable_time"; 2]));
    assert!(read.problems.kept()[0].text.ends_with("06:10:00Z..2031-02-15T06:10:02Z"));
}

#[test]
fn times_are_corrected_unless_they_are_already() {
    let mut record = v2("BHZ", &at("00"), &COUNTS, 0);
    record[40..44].copy_from_slice(&(-5000_i32).to_be_bytes());
    record[61] = 36;
    assert_eq!(read(&[record.clone()]).shown()[0].0, "2031-02-15T06:09:59.500036Z");
    record[36] = 0x02;
    assert_eq!(read(&[record]).shown()[0].0, "2031-02-15T06:10:00.000036Z");
}

#[test]
fn a_leap_second_is_told() {
    let mut record = v2("BHZ", "2016-12-31T23:59:59Z", &COUNTS, 0);
    record[26] = 60;
    let read_one = read(&[record]);
    assert_eq!((read_one.shown()[0].0.as_str(), read_one.codes()), ("2017-01-01T00:00:00Z", vec!["leap_second"]));
    let mut inside = v2("BHZ", "2016-12-31T23:59:59.5Z", &NEXT, 6);
    inside[26] = 60;
    let before = v2("BHZ", "2016-12-31T23:59:59.5Z", &COUNTS, 0);
    let through = read(&[before, inside, v2("BHZ", "2017-01-01T00:00:00.5Z", &COUNTS, 60)]);
    assert_eq!(through.codes(), ["leap_second"; 2], "a second of samples more than the clock shows");
    let parts = [("2016-12-31T23:59:59.5Z".to_owned(), 20), ("2017-01-01T00:00:00.5Z".to_owned(), 10)];
    assert_eq!(through.shown(), parts);
    assert!(through.recordings.iter().all(|recording| recording.clock_sigma_s == 0.001));
}

#[test]
fn the_actual_rate_counts_and_a_change_parts() {
    let mut record = v2("BHZ", &at("00"), &COUNTS, 0);
    record[56..60].copy_from_slice(&[0, 100, 0, 0]);
    record[60..64].copy_from_slice(&9.98_f32.to_be_bytes());
    let read_one = read(&[record.clone()]);
    assert_eq!(read_one.recordings[0].samples.rate_hz, 9.98);
    let both = read(&[v2("BHZ", &at("00"), &COUNTS, 0), {
        record[26] = 1;
        record
    }]);
    assert_eq!((both.shown().len(), both.codes()), (2, vec!["rate_change"]));
    let mut slow = v2("LHZ", &at("00"), &COUNTS, 0);
    for (factor, multiplier, rate_hz) in [(10_i16, 2_i16, 20.0), (10, -4, 2.5), (-10, 2, 0.2), (-10, -10, 0.01)] {
        slow[32..34].copy_from_slice(&factor.to_be_bytes());
        slow[34..36].copy_from_slice(&multiplier.to_be_bytes());
        assert_eq!(read(&[slow.clone()]).recordings[0].samples.rate_hz, rate_hz);
    }
    slow[32..36].fill(0);
    assert_eq!(read(&[slow]).codes(), ["bad_rate"]);
}

#[test]
fn damaged_records_are_left_out_and_the_others_read() {
    let (good, next) = (v2("BHZ", &at("00"), &COUNTS, 0), v2("BHZ", &at("02"), &COUNTS, 60));
    let spoiled = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut record = v2("BHZ", &at("01"), &NEXT, 6);
        change(&mut record);
        let read = read(&[good.clone(), record, next.clone()]);
        (read.codes(), read.shown().iter().map(|(_, n)| *n).sum::<usize>())
    };
    assert_eq!(spoiled(&|_| {}), (vec![], 30));
    assert_eq!(spoiled(&|r| r[75] ^= 1), (vec!["bad_last_sample"], 30), "kept and told");
    assert_eq!(spoiled(&|r| r[47] = 40), (vec!["bad_blockette", "gap"], 20));
    assert_eq!(spoiled(&|r| r[51] = 48), (vec!["bad_blockette", "gap"], 20), "the chain turns back");
    assert_eq!(spoiled(&|r| r[54] = 30), (vec!["bad_blockette", "gap"], 20));
    assert_eq!(spoiled(&|r| r[30..32].fill(0xFF)), (vec!["too_many_samples", "gap"], 20));
    assert_eq!(spoiled(&|r| r[52] = 19), (vec!["encoding", "gap"], 20));
    assert_eq!(spoiled(&|r| r[45] = 20), (vec!["bad_header", "gap"], 20));
    assert_eq!(spoiled(&|r| r[24] = 99), (vec!["not_miniseed", "gap"], 20));
    let (codes, n_samples) = spoiled(&|r| r.truncate(100));
    assert!(!codes.is_empty() && n_samples >= 10, "a record cut short swallows the begin of the next one: {codes:?}");
}

#[test]
fn a_check_sum_that_is_wrong_costs_the_record() {
    let identifier = "FDSN:XX_POST7_00_H_D_F";
    let mut bad = v3(identifier, 1, 0, &[3.0; 10]);
    bad[70] ^= 4;
    let read_bad = read(&[v3(identifier, 0, 0, &[1.0; 10]), bad.clone(), v3(identifier, 2, 0, &[5.0; 10])]);
    assert_eq!((read_bad.codes(), read_bad.shown().len()), (vec!["bad_crc", "gap"], 2));
    assert_eq!(read_bad.recordings[0].sensor.as_str(), "XX.POST7.00.HDF");
    bad[28..32].fill(0);
    assert_eq!(read(&[bad]).codes(), ["no_crc"]);
    assert_eq!(crc::crc32c(&[b"1234", b"56789"]), 0xE306_9283, "the check value of CRC-32C");
}

#[test]
fn both_versions_and_channels_mix_in_one_file() {
    let read = read(&[
        v3("FDSN:XX_TEST__B_H_Z", 0, 0, &[1.5; 10]),
        v2("BHN", &at("00"), &COUNTS, 0),
        v3("other id", 0, 0, &[f32::NAN, 2.0]),
        v2("BHZ", &at("01"), &NEXT, 6),
        v2("BHN", &at("01"), &NEXT, 6),
    ]);
    let sensors: Vec<_> = read.recordings.iter().map(|r| (r.sensor.as_str(), r.samples.values.len())).collect();
    assert_eq!(sensors, [("XX.TEST..BHZ", 20), ("XX.TEST..BHN", 20), ("other_id", 2)]);
    assert_eq!(read.codes(), ["questionable_time", "not_finite"]);
}

#[test]
fn every_encoding_is_read_in_both_byte_orders() {
    let mut record = v2("BHZ", &at("00"), &COUNTS, 0);
    record[30..32].copy_from_slice(&3_u16.to_be_bytes());
    let values = [1.0, -2.0, 300.0];
    type Write = fn(f64) -> Vec<u8>;
    let cases: [(u8, Write); 4] = [
        (1, |v| (v as i16).to_be_bytes().to_vec()),
        (3, |v| (v as i32).to_be_bytes().to_vec()),
        (4, |v| (v as f32).to_be_bytes().to_vec()),
        (5, |v| v.to_be_bytes().to_vec()),
    ];
    for (encoding, bytes_of) in cases {
        for order in [1, 0] {
            record[52..54].copy_from_slice(&[encoding, order]);
            let bytes = values.iter().flat_map(|value| {
                let mut bytes = bytes_of(*value);
                if order == 0 {
                    bytes.reverse();
                }
                bytes
            });
            let bytes: Vec<u8> = bytes.collect();
            record[64..64 + bytes.len()].copy_from_slice(&bytes);
            let read = read(&[record.clone()]);
            assert_eq!(read.recordings[0].samples.values, [1.0, -2.0, 300.0], "{encoding} {order}");
        }
    }
    record[52] = 0;
    record[64..512].fill(b'x');
    assert_eq!(read(&[record]).codes(), ["text_record"]);
}

#[test]
fn hostile_lengths_are_cheap() {
    let mut bomb = v3("FDSN:XX_A__B_H_Z", 0, 0, &[1.0]);
    bomb[24..28].fill(0xFF);
    assert_eq!(read(&[sealed(bomb.clone())]).codes(), ["too_many_samples"]);
    bomb[36..40].fill(0xFF);
    assert_eq!(read(&[bomb.clone()]).codes(), ["truncated"]);
    assert_eq!(read(&vec![bomb; 200]).problems.total(), 200);
    let mut endless = v3("FDSN:XX_A__B_H_Z", 0, 0, &[1.0]);
    endless[16..24].copy_from_slice(&(-1e300_f64).to_le_bytes());
    assert_eq!(read(&[sealed(endless)]).codes(), ["bad_rate"]);
}

#[test]
fn a_rate_that_drifts_from_the_stated_one_parts_the_recording() {
    let records: Vec<Vec<u8>> =
        (0..20).map(|n| v2("BHZ", &at(&format!("{:07.4}", f64::from(n) * 1.004)), &COUNTS, 6)).collect();
    let read = read(&records);
    assert_eq!((read.codes(), read.outages.len()), (vec!["clock_drift"], 0));
    assert_eq!(read.shown().iter().map(|(_, n)| *n).collect::<Vec<_>>(), [130, 70]);
    assert!((read.recordings[0].clock_sigma_s - 0.048).abs() < 1e-6, "the largest distance from even spacing");
}

#[test]
fn a_fraction_of_a_second_that_is_none_is_told() {
    let mut record = v2("BHZ", &at("00"), &COUNTS, 0);
    record[28..30].fill(0xFF);
    assert_eq!(read(&[record]).codes(), ["bad_header"]);
}
