//! The client's side of SeedLink 3.1 and 4.0: waveforms as they are taken, from digitizers and data centres.
//!
//! **What it is.** The conversation as a machine without a socket and without a clock: [`Client::outgoing`] gives the bytes
//! to send, [`Client::feed`] takes the bytes that came, in pieces of any size, and says what they mean. Who calls it owns
//! the connection, the waiting and the reconnecting. The payloads of packets are miniSEED records, for
//! [`crate::miniseed`].
//!
//! **What it needs.** [`Settings`]: the stations and channels wanted, and where to go on ([`Resume`], a small text that the
//! caller keeps: it notes each packet after it is stored, so that nothing is lost between two sessions). Version 4 is asked
//! for where the server offers it; else, or when the server refuses, 3.1 is spoken. Sequence numbers count only for the
//! version they came from; after a change of version the time of the last packet is the place to go on from.
//!
//! **Error model.** A station or command that the server refuses is [`Event::Refused`], the others go on. Bytes that are no
//! SeedLink (wrong signatures, endless lines, packets of absurd length) are one [`Event::Failed`] and the end of the session.
//! No more is ever held than one packet (16 MiB at most) and what one call brought.
//!
//! **What it cannot tell.** Whether a silent server is quiet or gone: send [`Client::keep_alive`] now and then and count the
//! answers. A gap in the sequence numbers is no loss of data; gaps in the samples are told by the reader of miniSEED.
//!
//! ```
//! use truceline_intake::seedlink::{Client, Event, Settings, Wanted};
//!
//! let wanted = Wanted::new("IU_ANMO", &["10.BHZ"]);
//! let mut client = Client::new(Settings { wanted: vec![wanted], ..Settings::default() }).unwrap();
//! assert_eq!(client.outgoing(), b"HELLO\r\n");
//! assert!(client.feed(b"SeedLink v3.1 (2020.075) :: SLPROTO:3.1\r\nObservatory\r\n").is_empty());
//! assert_eq!(client.outgoing(), b"STATION ANMO IU\r\n");
//! client.feed(b"OK\r\n");
//! assert_eq!(client.outgoing(), b"SELECT 10BHZ.D\r\n");
//! let events = client.feed(b"ERROR\r\n");
//! assert!(matches!(events.as_slice(), [Event::Refused { .. }]));
//! ```
//!
//! # Source
//! SeedLink 4.0 (FDSN 2023); SeedLink 3.1 as SeisComP and ringserver speak it.

mod packet;
mod plan;
mod resume;

pub use packet::Packet;
pub use resume::Resume;

use crate::suggest;
use packet::{Found, Info};
use plan::Command;
use std::collections::VecDeque;
use truceline_domain::{Problem, Timestamp};

/// The longest line that a server may send, bytes; the standard allows 255.
const MAX_LINE: usize = 4096;

/// A version of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// 3.1: records of 512 bytes, sequence numbers of 24 bits for the whole server.
    V3,
    /// 4.0: records of any length, sequence numbers of 64 bits for each station.
    V4,
}

impl Protocol {
    /// `3.1` or `4.0`.
    pub fn word(self) -> &'static str {
        match self {
            Self::V3 => "3.1",
            Self::V4 => "4.0",
        }
    }
}

/// What one station should send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// `NET_STA`; `*` and `?` stand for any text and any character.
    pub station: String,
    /// `LOC.CHA` each, with the same wildcards, such as `10.BHZ`, `.HD?` or `*.BH?`; none for everything.
    pub channels: Vec<String>,
    /// From when, if the server still has it and nothing says where to go on.
    pub from: Option<Timestamp>,
    /// Until when; `None` for on and on.
    pub until: Option<Timestamp>,
}

impl Wanted {
    /// These channels of a station, from now on.
    pub fn new(station: &str, channels: &[&str]) -> Self {
        let channels = channels.iter().map(|channel| (*channel).to_owned()).collect();
        Self { station: station.to_owned(), channels, from: None, until: None }
    }
}

/// What a client asks for.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The stations; none for a session that only asks for information.
    pub wanted: Vec<Wanted>,
    /// Where to go on.
    pub resume: Resume,
    /// Speak this version only; `None` for the newest that the server knows.
    pub only: Option<Protocol>,
    /// True to take what is there and end; false to stay on.
    pub dial_up: bool,
    /// Who is asking, such as `truceline/0.1`; empty to say nothing.
    pub user_agent: String,
    /// What follows `AUTH` in version 4, such as `USERPASS name word`; empty to say nothing.
    pub auth: String,
}

/// What bytes from the server mean.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The handshake is over; data follow.
    Ready {
        /// The version that is spoken.
        protocol: Protocol,
        /// The server's program.
        software: String,
        /// Whose server it is.
        organization: String,
    },
    /// A record of data.
    Packet(Packet),
    /// An answer to [`Client::ask`] or [`Client::keep_alive`]: JSON (version 4) or XML (3.1).
    Info {
        /// The text.
        text: String,
        /// True when the server could not answer.
        is_error: bool,
    },
    /// The server refused a command; what hangs on it is left out.
    Refused {
        /// The first word of the command and the station, if it has one.
        command: String,
        /// What the server said.
        reason: String,
    },
    /// The session is over because something went wrong.
    Failed {
        /// A stable word for what went wrong.
        code: &'static str,
        /// One sentence.
        message: String,
    },
    /// The session is over as it should be.
    Ended,
}

/// Where the conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Waiting for the first or second line of the greeting.
    Greeting,
    Organization,
    /// `SLPROTO 4.0` was sent.
    Choosing,
    /// One command was sent, others wait.
    Commanding,
    /// Packets flow.
    Streaming,
    /// Over.
    Ended,
}

/// A session with one server.
#[derive(Debug)]
pub struct Client {
    settings: Settings,
    phase: Phase,
    protocol: Protocol,
    software: String,
    organization: String,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
    /// A line ended with a carriage return: a line feed that follows belongs to it.
    skips_line_feed: bool,
    commands: VecDeque<Command>,
    n_stations: usize,
    info: Info,
}

impl Client {
    /// A new session; its first bytes are ready to be sent.
    ///
    /// # Errors
    /// When a station, channel or word of the settings cannot be said in the protocol.
    pub fn new(settings: Settings) -> Result<Self, Problem> {
        plan::check(&settings)?;
        Ok(Self {
            settings,
            phase: Phase::Greeting,
            protocol: Protocol::V3,
            software: String::new(),
            organization: String::new(),
            outgoing: b"HELLO\r\n".to_vec(),
            incoming: Vec::new(),
            skips_line_feed: false,
            commands: VecDeque::new(),
            n_stations: 0,
            info: Info::default(),
        })
    }

    /// The bytes to send now; empty when there is nothing to say.
    pub fn outgoing(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.outgoing)
    }

    /// True when the session is over.
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Ended
    }

    /// Asks for information: `ID`, `STATIONS`, `STREAMS`, `CONNECTIONS`, `CAPABILITIES`. False when it cannot be asked now
    /// (before the handshake is over or after the end) or is not one word of letters.
    pub fn ask(&mut self, item: &str) -> bool {
        let is_word = (1..=32).contains(&item.len()) && item.bytes().all(|b| b.is_ascii_alphabetic());
        let can_ask = is_word && self.phase == Phase::Streaming;
        if can_ask {
            self.say(&format!("INFO {item}"));
        }
        can_ask
    }

    /// Asks for a sign of life; the answer is an [`Event::Info`].
    pub fn keep_alive(&mut self) -> bool {
        self.ask("ID")
    }

    /// Ends the session from this side.
    pub fn leave(&mut self) {
        if self.phase != Phase::Ended {
            self.say("BYE");
            self.phase = Phase::Ended;
        }
    }

    /// The server closed the connection.
    pub fn closed(&mut self) -> Vec<Event> {
        match self.phase {
            Phase::Ended => Vec::new(),
            _ => vec![self.fail("closed", "the server closed the connection before the end of the session".to_owned())],
        }
    }

    /// Takes the bytes that came, in pieces of any size.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut incoming = std::mem::take(&mut self.incoming);
        incoming.extend_from_slice(bytes);
        let mut events = Vec::new();
        let mut at = 0;
        while let Some(rest) = incoming.get(at..).filter(|rest| !rest.is_empty() && self.phase != Phase::Ended) {
            match self.step(rest, &mut events) {
                0 => break,
                n_bytes => at += n_bytes,
            }
        }
        if self.phase != Phase::Ended {
            incoming.drain(..at.min(incoming.len()));
            self.incoming = incoming;
        }
        events
    }

    /// Takes one line or packet; gives how many bytes it took, 0 when more are needed.
    fn step(&mut self, rest: &[u8], events: &mut Vec<Event>) -> usize {
        if std::mem::take(&mut self.skips_line_feed) && rest.first() == Some(&b'\n') {
            return 1;
        }
        let speaks_packets = !matches!(self.phase, Phase::Greeting | Phase::Organization);
        if !speaks_packets {
            return self.take_line(rest, events);
        }
        match packet::find(rest, self.protocol) {
            Found::Nothing => 0,
            Found::Line => self.take_line(rest, events),
            Found::End if self.phase == Phase::Streaming => {
                events.push(Event::Ended);
                self.phase = Phase::Ended;
                rest.len()
            }
            Found::End => self.fail_into(events, "bad_signature", "the server ended what had not begun"),
            Found::Packet(packet, n_bytes) => {
                events.push(Event::Packet(packet));
                n_bytes
            }
            Found::Info(part, n_bytes) => {
                match self.info.join(part) {
                    Ok(Some((text, is_error))) => events.push(Event::Info { text, is_error }),
                    Ok(None) => {}
                    Err(message) => return self.fail_into(events, "too_long", message),
                }
                n_bytes
            }
            Found::Wrong(code, message) => self.fail_into(events, code, message),
        }
    }

    fn fail_into(&mut self, events: &mut Vec<Event>, code: &'static str, message: &str) -> usize {
        let event = self.fail(code, message.to_owned());
        events.push(event);
        1
    }

    fn fail(&mut self, code: &'static str, message: String) -> Event {
        self.phase = Phase::Ended;
        self.incoming = Vec::new();
        Event::Failed { code, message }
    }

    fn say(&mut self, line: &str) {
        self.outgoing.extend_from_slice(line.as_bytes());
        self.outgoing.extend_from_slice(b"\r\n");
    }

    /// A line ends with CR LF, CR or LF.
    fn take_line(&mut self, rest: &[u8], events: &mut Vec<Event>) -> usize {
        let window = rest.get(..rest.len().min(MAX_LINE)).unwrap_or_default();
        let Some(end) = window.iter().position(|b| matches!(b, b'\r' | b'\n')) else {
            let is_endless = rest.len() >= MAX_LINE;
            return if is_endless {
                self.fail_into(events, "endless_line", "the server sent a line without an end")
            } else {
                0
            };
        };
        self.skips_line_feed = rest.get(end) == Some(&b'\r');
        let line = String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).into_owned();
        self.understand(line.trim(), events);
        end + 1
    }

    fn understand(&mut self, line: &str, events: &mut Vec<Event>) {
        match self.phase {
            Phase::Greeting if line.is_empty() => {}
            Phase::Greeting if line.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("seedlink")) => {
                self.software = line.to_owned();
                self.phase = Phase::Organization;
            }
            Phase::Greeting => {
                let event = self.fail("no_seedlink", format!("the server does not speak SeedLink: `{}`", shown(line)));
                events.push(event);
            }
            Phase::Organization => {
                self.organization = line.to_owned();
                self.choose(events);
            }
            Phase::Choosing if is_ok(line) => self.begin(Protocol::V4, events),
            Phase::Choosing if line.is_empty() => {}
            Phase::Choosing if self.settings.only == Some(Protocol::V4) => {
                let event = self.fail("no_version", format!("the server refuses version 4.0: `{}`", shown(line)));
                events.push(event);
            }
            Phase::Choosing => self.begin(Protocol::V3, events),
            Phase::Commanding if line.is_empty() => {}
            Phase::Commanding => self.answer(line, events),
            // A late word about a command: nothing hangs on it.
            Phase::Streaming | Phase::Ended => {}
        }
    }

    /// Asks for the newest version that both sides know.
    fn choose(&mut self, events: &mut Vec<Event>) {
        let offers_4 = self.software.to_ascii_uppercase().contains("SLPROTO:4");
        match self.settings.only {
            Some(Protocol::V4) => self.ask_for_4(),
            None if offers_4 => self.ask_for_4(),
            Some(Protocol::V3) | None => self.begin(Protocol::V3, events),
        }
    }

    fn ask_for_4(&mut self) {
        self.say("SLPROTO 4.0");
        self.phase = Phase::Choosing;
    }

    /// Speaks the commands of the version one by one.
    fn begin(&mut self, protocol: Protocol, events: &mut Vec<Event>) {
        self.protocol = protocol;
        self.phase = Phase::Commanding;
        self.commands = plan::commands(&self.settings, protocol);
        self.next_command(events);
    }

    fn next_command(&mut self, events: &mut Vec<Event>) {
        if let Some(command) = self.commands.front() {
            let line = command.line.clone();
            self.say(&line);
            return;
        }
        if self.n_stations == 0 && !self.settings.wanted.is_empty() {
            self.say("BYE");
            let event = self.fail("no_station", "the server refused every station".to_owned());
            events.push(event);
            return;
        }
        if !self.settings.wanted.is_empty() {
            let is_fetch = self.settings.dial_up && self.protocol == Protocol::V4;
            self.say(if is_fetch { "ENDFETCH" } else { "END" });
        }
        self.phase = Phase::Streaming;
        let (software, organization) = (self.software.clone(), self.organization.clone());
        events.push(Event::Ready { protocol: self.protocol, software, organization });
    }

    /// The answer to the command at the front.
    fn answer(&mut self, line: &str, events: &mut Vec<Event>) {
        let Some(command) = self.commands.pop_front() else { return };
        if is_ok(line) {
            self.n_stations += usize::from(command.starts_data);
        } else {
            let reason = shown(line).to_owned();
            events.push(Event::Refused { command: command.name.clone(), reason });
            // Without its station nothing more can be said of it.
            if command.is_station {
                self.commands.retain(|later| later.station != command.station);
            } else if let Some(line) = command.instead {
                self.commands.push_front(Command { line, instead: None, ..command });
            }
        }
        self.next_command(events);
    }
}

fn is_ok(line: &str) -> bool {
    line.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("OK"))
}

/// The begin of a line, for messages.
fn shown(line: &str) -> &str {
    line.char_indices().nth(120).map_or(line, |(end, _)| line.get(..end).unwrap_or_default())
}

/// A hint for a word of a small list.
fn hint(given: &str, allowed: &[&str]) -> String {
    suggest::hint(given, allowed)
}

#[cfg(test)]
#[path = "seedlink_tests.rs"]
mod tests;
