//! The commands of a handshake, for either version.

use super::resume::Place;
use super::{Protocol, Settings, Wanted};
use jiff::tz::TimeZone;
use std::collections::VecDeque;
use truceline_domain::{Problem, Timestamp};

/// The longest line of a command, bytes, without its end.
const MAX_COMMAND: usize = 253;

/// One command that waits for `OK` or `ERROR`.
#[derive(Clone, Debug)]
pub(super) struct Command {
    /// What is sent.
    pub(super) line: String,
    /// What is told when it is refused; without secrets.
    pub(super) name: String,
    /// Which station it speaks of, by its place in the plan.
    pub(super) station: Option<usize>,
    /// True for the command that opens a station.
    pub(super) is_station: bool,
    /// True for the command that arms a station.
    pub(super) starts_data: bool,
    /// What to say when this is refused: without a place to go on from.
    pub(super) instead: Option<String>,
}

/// Refuses settings that cannot be said.
pub(super) fn check(settings: &Settings) -> Result<(), Problem> {
    let wrong = |text: &str, message: &str| Err(Problem::error("seedlink", "bad_setting", message).with_text(text));
    for wanted in &settings.wanted {
        let is_code =
            |code: &str| !code.is_empty() && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"*?-".contains(&b));
        match wanted.station.split_once('_') {
            Some((network, station)) if is_code(network) && is_code(station) && wanted.station.len() < 32 => {}
            _ => return wrong(&wanted.station, "a station is written as NET_STA"),
        }
        if let Some(bad) = wanted.channels.iter().find(|channel| parts_of(channel).is_none()) {
            return wrong(bad, "a channel is written as LOC.CHA, such as 10.BHZ");
        }
    }
    for text in [&settings.user_agent, &settings.auth] {
        if text.chars().any(char::is_control) || text.len() > 200 {
            return wrong("", "the name of the program and the words of AUTH are one short line");
        }
    }
    Ok(())
}

/// Location and channel of `LOC.CHA`.
fn parts_of(channel: &str) -> Option<(&str, &str)> {
    let is_code = |code: &str| code.bytes().all(|b| b.is_ascii_alphanumeric() || b"*?-".contains(&b));
    let (location, code) = channel.strip_prefix('!').unwrap_or(channel).split_once('.')?;
    let sound = is_code(location) && is_code(code) && location.len() <= 8 && (code == "*" || code.len() == 3);
    sound.then_some((location, code))
}

/// The commands up to the end of the handshake.
pub(super) fn commands(settings: &Settings, protocol: Protocol) -> VecDeque<Command> {
    let mut commands = VecDeque::new();
    if protocol == Protocol::V4 {
        let mut say = |word: &str, text: &str| {
            if !text.is_empty() {
                commands.push_back(plain(format!("{word} {text}"), word));
            }
        };
        say("USERAGENT", &settings.user_agent);
        say("AUTH", &settings.auth);
    }
    for (place, (station, wanted)) in stations(settings, protocol).into_iter().enumerate() {
        let of_station = |command: Command| Command { station: Some(place), ..command };
        let open = match (protocol, station.split_once('_')) {
            (Protocol::V3, Some((network, code))) => format!("STATION {code} {network}"),
            _ => format!("STATION {station}"),
        };
        commands.push_back(of_station(Command { is_station: true, ..plain(open, &format!("STATION {station}")) }));
        for line in selects(wanted, protocol) {
            commands.push_back(of_station(plain(line, &format!("SELECT {station}"))));
        }
        let line = data(settings, &station, wanted, protocol);
        let simple = if line.starts_with("FETCH") { "FETCH" } else { "DATA" };
        let instead = Some(simple.to_owned()).filter(|simple| *simple != line);
        let name = format!("DATA {station}");
        commands.push_back(of_station(Command { starts_data: true, instead, ..plain(line, &name) }));
    }
    commands
}

fn plain(line: String, name: &str) -> Command {
    Command { line, name: name.to_owned(), station: None, is_station: false, starts_data: false, instead: None }
}

/// The stations to open. In version 4 a station that a pattern means, and whose place to go on from is known, is opened by
/// its own name before the pattern, which then leaves it out.
fn stations(settings: &Settings, protocol: Protocol) -> Vec<(String, &Wanted)> {
    let mut stations: Vec<(String, &Wanted)> = Vec::new();
    for wanted in &settings.wanted {
        if protocol == Protocol::V4 && is_pattern(&wanted.station) {
            let known = settings.resume.places().filter(|(station, _)| matches(&wanted.station, station));
            let new = known.filter(|(station, _)| {
                let is_named = |other: &Wanted| other.station == *station;
                !settings.wanted.iter().any(is_named) && !is_pattern(station)
            });
            let new: Vec<String> = new.map(|(station, _)| station.to_owned()).collect();
            for station in new {
                if !stations.iter().any(|(there, _)| *there == station) {
                    stations.push((station, wanted));
                }
            }
        }
        stations.push((wanted.station.clone(), wanted));
    }
    // Names before patterns, so that the patterns leave them out.
    stations.sort_by_key(|(station, _)| is_pattern(station));
    stations
}

fn is_pattern(station: &str) -> bool {
    station.contains(['*', '?'])
}

/// True when a pattern with `*` and `?` means a text, in time that grows with the product of their lengths.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let text = text.as_bytes();
    let mut reached = vec![false; text.len() + 1];
    reached.iter_mut().take(1).for_each(|first| *first = true);
    for sign in pattern.bytes() {
        let mut next = vec![false; text.len() + 1];
        let mut any_before = false;
        for (n, here) in reached.iter().enumerate() {
            any_before |= *here;
            let follows =
                n > 0 && reached.get(n - 1) == Some(&true) && (sign == b'?' || text.get(n - 1) == Some(&sign));
            if let Some(next) = next.get_mut(n) {
                *next = if sign == b'*' { any_before } else { follows };
            }
        }
        reached = next;
    }
    reached.last() == Some(&true)
}

/// The channels, in version 4 on as few lines as they fit.
fn selects(wanted: &Wanted, protocol: Protocol) -> Vec<String> {
    let patterns = wanted.channels.iter().filter_map(|channel| {
        let not = if channel.starts_with('!') { "!" } else { "" };
        let (location, code) = parts_of(channel)?;
        Some(match protocol {
            Protocol::V4 if code == "*" => format!("{not}{location}_*"),
            Protocol::V4 => {
                let letters: Vec<String> = code.chars().map(String::from).collect();
                format!("{not}{location}_{}", letters.join("_"))
            }
            Protocol::V3 => format!("{not}{}{}.D", location_of_3(location), if code == "*" { "???" } else { code }),
        })
    });
    let mut lines: Vec<String> = Vec::new();
    for pattern in patterns {
        match lines.last_mut() {
            Some(line) if protocol == Protocol::V4 && line.len() + 1 + pattern.len() <= MAX_COMMAND => {
                line.push(' ');
                line.push_str(&pattern);
            }
            _ => lines.push(format!("SELECT {pattern}")),
        }
    }
    lines
}

/// Version 3 writes two characters: `--` for a blank location, `??` for any.
fn location_of_3(location: &str) -> String {
    match location {
        "" => "--".to_owned(),
        "*" => "??".to_owned(),
        other => other.to_owned(),
    }
}

/// The command that says from where on data are wanted.
fn data(settings: &Settings, station: &str, wanted: &Wanted, protocol: Protocol) -> String {
    let place = settings.resume.place(station).copied();
    let word = if settings.dial_up && protocol == Protocol::V3 { "FETCH" } else { "DATA" };
    let same = place.filter(|place| place.protocol == protocol);
    let known_until = same.is_none().then(|| place.and_then(|place| place.until)).flatten();
    let of_pattern = || {
        let all = settings.resume.places().filter(|(known, _)| is_pattern(station) && matches(station, known));
        all.filter_map(|(_, place)| place.until).min()
    };
    let by_pattern = if protocol == Protocol::V3 { of_pattern() } else { None };
    let from = known_until.or(by_pattern).or(wanted.from);
    match (protocol, same) {
        (Protocol::V4, same) => data_4(same, from, wanted.until),
        (Protocol::V3, Some(place)) => {
            let time = place.until.map(|until| format!(" {}", commas(until, false))).unwrap_or_default();
            format!("{word} {:06X}{time}", place.sequence.wrapping_add(1) & 0xFF_FFFF)
        }
        (Protocol::V3, None) => match from {
            Some(from) => {
                let until = wanted.until.map(|until| format!(" {}", commas(until, true))).unwrap_or_default();
                format!("TIME {}{until}", commas(from, false))
            }
            None => word.to_owned(),
        },
    }
}

/// `DATA` of version 4: after a number, from a time, or from now on.
fn data_4(place: Option<Place>, from: Option<Timestamp>, until: Option<Timestamp>) -> String {
    let until = until.map(|until| format!(" {}", iso(until))).unwrap_or_default();
    match (place, from) {
        (Some(place), _) if until.is_empty() => format!("DATA {}", place.sequence.saturating_add(1)),
        (Some(place), _) => {
            let next = place.sequence.saturating_add(1);
            format!("DATA {next} {}{until}", iso(Timestamp::UNIX_EPOCH))
        }
        (None, Some(from)) => format!("DATA ALL {}{until}", iso(from)),
        (None, None) => "DATA".to_owned(),
    }
}

fn iso(at: Timestamp) -> String {
    at.to_string()
}

/// `Y,M,D,h,m,s` in whole seconds, rounded up when asked.
fn commas(at: Timestamp, up: bool) -> String {
    let second = at.as_second() + i64::from(up && at.subsec_nanosecond() > 0);
    let at = Timestamp::from_second(second).unwrap_or(at).to_zoned(TimeZone::UTC);
    format!("{},{},{},{},{},{}", at.year(), at.month(), at.day(), at.hour(), at.minute(), at.second())
}
