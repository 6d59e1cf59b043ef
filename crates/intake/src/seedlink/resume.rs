//! Where to go on after a session: for each station the last packet that was stored.

use super::{Packet, Protocol, hint};
use std::collections::BTreeMap;
use truceline_domain::{Problem, Problems, Timestamp};

/// The most stations that are kept.
const MAX_STATIONS: usize = 100_000;

/// The last packet of each station.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resume {
    places: BTreeMap<String, Place>,
}

/// The last packet of one station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The version that the number belongs to.
    pub(super) protocol: Protocol,
    /// Its number.
    pub(super) sequence: u64,
    /// The end of its samples.
    pub(super) until: Option<Timestamp>,
}

impl Resume {
    /// Notes a packet, after it was stored.
    pub fn stored(&mut self, packet: &Packet) {
        let is_known = self.places.contains_key(&packet.station);
        if packet.station.is_empty() || (!is_known && self.places.len() >= MAX_STATIONS) {
            return;
        }
        let until = packet.until.or_else(|| self.place(&packet.station).and_then(|place| place.until));
        let place = Place { protocol: packet.protocol, sequence: packet.sequence, until };
        self.places.insert(packet.station.clone(), place);
    }

    /// The last number and the end of the samples of a station.
    pub fn last(&self, station: &str) -> Option<(u64, Option<Timestamp>)> {
        self.place(station).map(|place| (place.sequence, place.until))
    }

    pub(super) fn place(&self, station: &str) -> Option<&Place> {
        self.places.get(station)
    }

    pub(super) fn places(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.places.iter().map(|(station, place)| (station.as_str(), place))
    }

    /// A line for each station: its name, the version, the number, the end of its samples (or `-`).
    pub fn write(&self) -> String {
        let line = |(station, place): (&str, &Place)| {
            let until = place.until.map_or_else(|| "-".to_owned(), |until| until.to_string());
            format!("{station} {} {} {until}\n", place.protocol.word(), place.sequence)
        };
        self.places().map(line).collect()
    }

    /// Reads what [`Resume::write`] wrote; a line that cannot be read is one problem.
    pub fn read(text: &str, file: &str) -> (Self, Problems) {
        let (mut resume, mut problems) = (Self::default(), Problems::default());
        for (line, content) in (1..).zip(text.lines()).take(MAX_STATIONS) {
            if content.trim().is_empty() || content.starts_with('#') {
                continue;
            }
            match place(content) {
                Some((station, place)) => {
                    resume.places.insert(station, place);
                }
                None => {
                    let message = "this is no place to go on from: station, version, number, time";
                    let problem = Problem::error(file, "bad_resume", message).at_line(line).with_text(content);
                    problems
                        .push(problem.with_hint(hint(content.split(' ').nth(1).unwrap_or_default(), &["3.1", "4.0"])));
                }
            }
        }
        (resume, problems)
    }
}

fn place(line: &str) -> Option<(String, Place)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [station, protocol, sequence, until] = fields.as_slice() else { return None };
    let protocol = [Protocol::V3, Protocol::V4].into_iter().find(|known| known.word() == *protocol)?;
    let until = if *until == "-" { None } else { Some(until.parse().ok()?) };
    let is_name = station.len() < 32 && station.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    let place = Place { protocol, sequence: sequence.parse().ok()?, until };
    is_name.then(|| ((*station).to_owned(), place))
}
