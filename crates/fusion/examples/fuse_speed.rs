//! Times the fusion of a year of thermal anomalies (130,000 rows that know only their day, up to 3,000 a day, in dense
//! clusters) and of a year of village reports (100 a day). The rows are made before the clock starts.
//!
//! `cargo run --release -p truceline-fusion --example fuse_speed`

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::Instant;
use truceline_domain::{
    Count, Detection, DetectionId, Digest, Known, LocalFrame, Means, Modality, NotKnownReason, Phenomenon,
    PlaceEstimate, TimeEstimate, Timestamp, Wgs84, Where,
};
use truceline_fusion::{Parameters, fuse};

const ROWS: u32 = 130_000;

fn main() {
    measure("thermal anomalies", &year(&mut ChaCha8Rng::seed_from_u64(1)));
    measure("village reports", &reports(&mut ChaCha8Rng::seed_from_u64(2)));
}

fn measure(what: &str, rows: &[Detection]) {
    let busiest = rows.chunk_by(|a, b| a.time.from == b.time.from).map(<[_]>::len).max().unwrap_or(0);
    for _ in 0..3 {
        let again = rows.to_vec();
        let start = Instant::now();
        let fused = fuse(again, &[], &Parameters::default());
        let (n, seconds) = (rows.len(), start.elapsed().as_secs_f64());
        println!("{n} {what}, {busiest} on the busiest day: {} incidents in {seconds:.3} s", fused.incidents.len());
    }
}

/// A year of 100 reports a day that know only the day and the village (± 2 km), along a front of 400 km.
fn reports(rng: &mut impl Rng) -> Vec<Detection> {
    let capture = Digest::of(b"reports");
    let phenomena = [Phenomenon::Shelling, Phenomenon::DroneStrike, Phenomenon::Clash, Phenomenon::Explosion];
    let mut rows = Vec::new();
    for day in 0..365 {
        for k in 0..100_u32 {
            let village = rng.random_range(0..150_u32);
            let at = place(47.5 + 0.01 * f64::from(village % 7), 34.0 + f64::from(village) * 0.035);
            let plain = row(DetectionId { capture, record: rows.len() as u32 }, day, at);
            rows.push(Detection {
                modality: Modality::OpenSource,
                means: Means::Reported,
                phenomenon: *phenomena.get((k % 4) as usize).unwrap_or(&Phenomenon::Shelling),
                place: Where::Estimate(PlaceEstimate::circular(at, 2_000.0)),
                dependence: Some(format!("text {day} {}", k / 2).into()),
                ..plain
            });
        }
    }
    rows
}

/// Rows of one year in the order of their days; a day's share swings with the season between a few and 3,000.
fn year(rng: &mut impl Rng) -> Vec<Detection> {
    let capture = Digest::of(b"a year");
    let mut rows: Vec<Detection> = Vec::new();
    for day in (0..365).cycle() {
        let season = (f64::from(day) / 365.0 * std::f64::consts::TAU * 2.0).sin().max(0.0);
        let mut left = rng.random_range(0..=(20.0 + 2_980.0 * season * season) as u32).min(ROWS - rows.len() as u32);
        while left > 0 {
            let fire = LocalFrame::about(place(rng.random_range(44.5..52.3), rng.random_range(22.2..40.1)));
            let pixels = rng.random_range(1..=40).min(left);
            for _ in 0..pixels {
                let at =
                    fire.wgs84_from_enu((rng.random_range(-2_500.0..2_500.0), rng.random_range(-2_500.0..2_500.0)));
                rows.push(row(DetectionId { capture, record: rows.len() as u32 }, day, at));
            }
            left -= pixels;
        }
        if rows.len() as u32 == ROWS {
            break;
        }
    }
    rows.sort_by_key(|row| (row.time.from, row.id));
    rows
}

fn place(lat_deg: f64, lon_deg: f64) -> Wgs84 {
    Wgs84::wrapped(lat_deg, lon_deg)
}

fn row(id: DetectionId, day: i32, at: Wgs84) -> Detection {
    let from = Timestamp::UNIX_EPOCH.as_second() + 1_640_995_200 + i64::from(day) * 86_400;
    let at_second = |second| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
    Detection {
        id,
        sensor: "S".into(),
        owner: "NASA".into(),
        modality: Modality::ThermalSatellite,
        means: Means::Recorded,
        phenomenon: Phenomenon::ThermalAnomaly,
        time: TimeEstimate::within(at_second(from), at_second(from + 86_400), 0.0),
        place: Where::Estimate(PlaceEstimate::circular(at, 200.0)),
        count: Known::Known(Count::exactly(1)),
        weapon: Known::NotKnown(NotKnownReason::NotObserved),
        origin: None,
        motion: None,
        claimed_identity: None,
        dependence: Some(format!("S/{day}").into()),
        note: None,
    }
}
