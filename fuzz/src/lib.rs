//! What every fuzz target asks of a reader: it comes back, it gives the same result twice, and a capture that gives
//! nothing says why.
//!
//! `cargo +nightly fuzz run firms` runs one target; `make fuzz` runs them all. Seeds lie in `corpus/<target>/seed-*`.

use truceline_domain::{Detection, Problems};
use truceline_intake::seedlink::{Client, Event, Protocol, Resume, Settings, Wanted};
use truceline_intake::{Context, Record, kind_named, picks, read, stationxml, unpack};

/// Reads `bytes` as `kind`, packed as they may be.
pub fn decode(kind: &str, bytes: &[u8]) -> (Vec<Record>, Problems) {
    let kind = kind_named(kind).expect("the target is named after a format");
    let mut context = Context::new(b"", "fuzz_20310215T061000Z.wav", "source", "owner");
    context.party = Some("A".into());
    let mut records = Vec::new();
    let problems = read(kind, bytes, &context, &mut |record| records.push(record));
    (records, problems)
}

/// Reads twice and compares.
pub fn same_twice(kind: &str, bytes: &[u8]) {
    let (first, problems) = decode(kind, bytes);
    let (second, again) = decode(kind, bytes);
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
    assert_eq!(problems.kept(), again.kept());
    if bytes.is_empty() {
        assert!(problems.total() > 0, "an empty capture is no empty day");
    }
}

/// Picks that are read and written come back, apart from features that a table cannot carry without a time or a place.
pub fn picks(bytes: &[u8]) {
    let (read, _) = picks::read(bytes, "fuzz");
    let rows: Vec<usize> = read.iter().map(|(row, _)| *row).collect();
    assert!(rows.windows(2).all(|pair| pair[0] < pair[1]), "rows are numbered in their order");
    let only: Vec<_> = read.into_iter().map(|(_, pick)| pick).collect();
    let (again, problems) = picks::read(picks::write(&only).as_bytes(), "again");
    assert!(only.iter().eq(again.iter().map(|(_, pick)| pick)), "{only:?} {again:?} {:?}", problems.kept());
}

/// Stations that are read and written come back.
pub fn stations(bytes: &[u8]) {
    let (read, _) = picks::stations::read(bytes, "fuzz");
    assert_eq!(picks::stations::read(picks::stations::write(&read).as_bytes(), "again").0, read);
}

/// Settings hold what they promise, and a file that gives none says why.
pub fn locate_config(bytes: &[u8]) {
    let (config, problems) = picks::config::read(bytes, "fuzz");
    assert_eq!(config.is_none(), problems.total() > 0);
    if let Some(config) = config {
        assert!(config.x_km.0 <= config.x_km.1 && config.vp_km_s > 0.0 && config.tolerance_s > 0.0);
    }
    let (layers, problems) = picks::config::read_layers(bytes, "fuzz");
    assert!(layers.windows(2).all(|pair| pair[0].0 < pair[1].0) && (!layers.is_empty() || problems.total() > 0));
}

/// Detections of arrays point somewhere and stand in their order.
pub fn infrapy(bytes: &[u8]) {
    let (read, _) = truceline_intake::infrapy::read(bytes, "fuzz");
    assert!(read.iter().all(|one| (0.0..=360.0).contains(&one.back_azimuth_deg)));
    assert!(read.windows(2).all(|pair| pair[0].index < pair[1].index));
}

/// A session means the same whole and in pieces; the first byte says which version and how long the pieces are.
pub fn seedlink(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let only = [None, Some(Protocol::V3), Some(Protocol::V4), None][usize::from(first & 3)];
    let client = || {
        let wanted = vec![Wanted::new("XX_A", &["00.BHZ"]), Wanted::new("*_*", &[])];
        Client::new(Settings { wanted, only, ..Settings::default() }).expect("the settings are sound")
    };
    let whole = client().feed(rest);
    let mut session = client();
    let pieces = rest.chunks(1 + usize::from(first >> 2));
    let parts: Vec<_> = pieces.flat_map(|piece| session.feed(piece)).collect();
    assert_eq!(whole, parts);
    let (mut resume, _) = Resume::read(&String::from_utf8_lossy(rest), "fuzz");
    whole.iter().for_each(|event| {
        if let Event::Packet(packet) = event {
            resume.stored(packet)
        }
    });
    let _ = resume.write();
}

/// A stream means the same whole and in pieces, and what it holds of a file is what the file holds; the first byte says
/// how long the pieces are.
pub fn streamed(kind: &str, bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    same_twice(kind, rest);
    let context = Context::new(b"", "fuzz", "source", "owner");
    let run = |size: usize| {
        let (mut stream, mut shown) = (truceline_intake::stream::named(kind).expect("it is a stream"), Vec::new());
        let mut sink = |record: Record| shown.push(format!("{record:?}"));
        rest.chunks(size).for_each(|piece| stream.feed(piece, &context, &mut sink));
        stream.finish(&context, &mut sink);
        (shown, stream.rejected().clone(), stream.read().clone())
    };
    assert_eq!(run(rest.len().max(1)), run(1 + usize::from(*first)));
}

/// Channels stand on the earth, and the stations that come of them too.
pub fn stationxml(bytes: &[u8]) {
    let (channels, problems) = stationxml::read(bytes, "fuzz");
    assert!(!channels.is_empty() || problems.total() > 0);
    let stations = stationxml::stations(&channels, stationxml::Naming::Site);
    assert!(stations.len() <= channels.len());
    channels.iter().filter_map(|channel| channel.response.as_ref()).for_each(|response| drop(response.at(1.0)));
}

/// The detections among records.
pub fn detections(records: Vec<Record>) -> Vec<Detection> {
    let of = |record| match record {
        Record::Detection(detection) => Some(detection),
        _ => None,
    };
    records.into_iter().filter_map(of).collect()
}

/// Unpacking keeps its bounds and does nothing to what is unpacked.
pub fn unpacks(bytes: &[u8]) {
    let (plain, _) = unpack("fuzz", bytes);
    let is_wrapped = plain.starts_with(&[0x1F, 0x8B]) || plain.starts_with(&[0xEF, 0xBB, 0xBF]);
    if !is_wrapped && !plain.starts_with(&[0xFE, 0xFF]) && !plain.starts_with(&[0xFF, 0xFE]) {
        assert_eq!(*unpack("fuzz", &plain).0, *plain);
    }
}
