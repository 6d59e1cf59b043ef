//! Random damage: no input makes a reader panic, run away, or give a number out of range. The same readers have
//! coverage-guided targets in the `fuzz` folder; this runs everywhere.

use crate::fixtures::{Fixture, Reading, all};
use truceline_intake::geometry;

/// A small generator with a known seed (xorshift64*).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 16) as usize % n.max(1)
    }
}

/// Things that readers stumble over.
const TOKENS: [&[u8]; 24] = [
    b"\"",
    b"\n",
    b"\r\n",
    b",",
    b";",
    b"\t",
    b"NaN",
    b"inf",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"\xFF",
    b"\0",
    b"0000-00-00",
    b"9999-12-31",
    b"24:00",
    b"N/K",
    b"N/K:",
    b"sqrt(-1)",
    b"[",
    b"{",
    b"*",
    b"!AIVDM,9,1,,A,",
    b"\\",
];

fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        let length = dice.below(24).min(bytes.len() - at);
        match dice.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 => drop(bytes.drain(at..at + length)),
            2 => {
                let copy = bytes[at..at + length].to_vec();
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, copy);
            }
            3 => bytes.truncate(at),
            _ => {
                let token = TOKENS[dice.below(TOKENS.len())];
                bytes.splice(at..at, token.iter().copied());
            }
        }
    }
}

fn n_rounds() -> usize {
    std::env::var("TRUCELINE_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(400)
}

#[test]
fn damaged_files_never_break_a_reader() {
    for (Fixture { kind, name, bytes }, seed) in all().into_iter().zip(1..) {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ seed);
        for _ in 0..n_rounds() {
            let mut damaged = bytes.clone();
            mutate(&mut damaged, &mut dice);
            let reading = Reading::of(kind, &name, &damaged);
            reading.assert_in_range();
            // Nothing is lost without a word: a row fewer is a problem more, unless the damage took the row itself away.
            assert!(
                !reading.records.is_empty() || reading.problems.total() > 0 || rows(&damaged) < 3,
                "{name}: {damaged:?}"
            );
        }
    }
}

fn rows(bytes: &[u8]) -> usize {
    bytes.split(|b| *b == b'\n').filter(|line| line.len() > 20).count()
}

#[test]
fn every_reader_takes_every_other_readers_files() {
    let fixtures = all();
    for Fixture { kind, .. } in &fixtures {
        for other in &fixtures {
            Reading::of(*kind, &other.name, &other.bytes).assert_in_range();
        }
    }
}

#[test]
fn damaged_geometry_never_breaks_its_reader() {
    let sound = br#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"name":"buffer","role":"zone","valid_from":"2031-02-15"},
"geometry":{"type":"Polygon","coordinates":[[[30,45],[31,45],[31,46],[30,45]]]}},
{"type":"Feature","properties":{"name":"contact","role":"reference_line","version":"1"},
"geometry":{"type":"MultiLineString","coordinates":[[[30,45],[31,45.5]],[[31.2,45.6],[32,46]]]}}]}"#;
    let mut dice = Dice(7);
    for _ in 0..4 * n_rounds() {
        let mut damaged = sound.to_vec();
        mutate(&mut damaged, &mut dice);
        let (areas, lines, _) = geometry::read(&damaged, "g.geojson", &jiff::tz::TimeZone::UTC);
        assert!(areas.iter().all(|area| area.valid.from <= area.valid.until));
        assert!(lines.iter().all(|line| line.pieces.iter().all(|piece| piece.len() >= 2)));
    }
}

#[test]
fn deep_and_huge_input_is_refused_or_read_in_time() {
    let deep = [b"[".repeat(200_000), b"{\"a\":".repeat(50_000)].concat();
    let wide = b",".repeat(3_000_000);
    let long = b"x".repeat(3_000_000);
    let quotes = b"a,\"b\n".repeat(100_000);
    let words = [br#"{"type":"FeatureCollection","features":[x"#.to_vec(), br#""Feature""#.repeat(200_000)].concat();
    for bytes in [deep, wide, long, quotes, words] {
        for kind in truceline_intake::KINDS {
            let reading = Reading::of(*kind, "x", &bytes);
            assert!(reading.problems.total() > 0, "{}", kind.name());
        }
        geometry::read(&bytes, "x", &jiff::tz::TimeZone::UTC);
    }
}
