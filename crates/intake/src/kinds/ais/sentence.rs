//! NMEA sentences: tag blocks, checksums, parts that are joined.

use super::message::{Bits, Message};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use truceline_domain::{Problem, Problems, Timestamp};

/// The longest line, bytes.
const MAX_LINE: usize = 1024;
/// The most messages whose parts are waited for at a time.
const MAX_PENDING: usize = 64;
/// How many lines may lie between the first part of a message and its last.
const MAX_LINES_APART: u64 = 1000;
/// How far apart in time the parts of a message may be, s.
const MAX_SECONDS_APART: i64 = 10;

/// A message and how it was heard.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The line that completed it, from 1.
    pub line: u64,
    /// When it was received, if the file says so.
    pub received_at: Option<Timestamp>,
    /// The message.
    pub message: Message,
}

/// Reads the sentences of `bytes` in order; `file` names them in problems. Every sentence that gives no message and is
/// part of none is one problem.
pub fn each_message(bytes: &[u8], file: &str, problems: &mut Problems, take: &mut dyn FnMut(Heard)) {
    let mut joiner = Joiner { file, pending: BTreeMap::new(), groups: BTreeMap::new(), gatehouse: None };
    for (line, number) in bytes.split(|b| *b == b'\n').zip(1_u64..) {
        let line = line.trim_ascii();
        let result = joiner.line(line, number, problems);
        match result {
            Ok(Some(heard)) => take(heard),
            Ok(None) => {}
            Err(fault) => problems.push(fault.problem(file, number, line)),
        }
    }
    joiner.give_up(u64::MAX, problems);
}

/// The same with lines as they come.
pub(super) struct Joining {
    joiner: Joiner<'static>,
    number: u64,
}

impl Default for Joining {
    fn default() -> Self {
        let joiner = Joiner { file: "", pending: BTreeMap::new(), groups: BTreeMap::new(), gatehouse: None };
        Self { joiner, number: 0 }
    }
}

impl Joining {
    /// Takes one line without its end.
    pub(super) fn line(&mut self, line: &[u8], problems: &mut Problems) -> Option<Heard> {
        self.number += 1;
        let line = line.trim_ascii();
        let result = self.joiner.line(line, self.number, problems);
        result.map_err(|fault| problems.push(fault.problem("", self.number, line))).ok().flatten()
    }

    /// Nothing more comes: messages that lack a part are given up.
    pub(super) fn end(&mut self, problems: &mut Problems) {
        self.joiner.give_up_older_than(u64::MAX, problems);
    }
}

/// What is wrong with a line.
struct Fault {
    code: &'static str,
    message: String,
}

impl Fault {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    fn problem(self, file: &str, number: u64, line: &[u8]) -> Problem {
        let shown = String::from_utf8_lossy(line.get(..line.len().min(MAX_LINE)).unwrap_or_default());
        Problem::error(file, self.code, self.message).at_line(number).with_text(&shown)
    }
}

/// What belongs together: talker, sequence number, channel, and the group or source of the tag block.
type Key = (String, String, String, String);

/// A message of which parts are still to come.
struct Pending {
    bits: Bits,
    n_parts: u32,
    total: u32,
    lines: Vec<u64>,
    received_at: Option<Timestamp>,
}

struct Joiner<'a> {
    file: &'a str,
    pending: BTreeMap<Key, Pending>,
    groups: BTreeMap<String, Option<Timestamp>>,
    gatehouse: Option<Timestamp>,
}

impl Joiner<'_> {
    fn line(&mut self, line: &[u8], number: u64, problems: &mut Problems) -> Result<Option<Heard>, Fault> {
        if line.len() > MAX_LINE {
            return Err(Fault::new("row_too_long", format!("the line is longer than {MAX_LINE} bytes")));
        }
        let line = std::str::from_utf8(line).map_err(|_| Fault::new("not_utf8", "the line is no text"))?;
        let (mut tag, line) = match line.strip_prefix('\\').and_then(|rest| rest.split_once('\\')) {
            Some((_, "")) => return Err(Fault::new("not_nmea", "the line is a tag block without a sentence")),
            Some((tag, sentence)) => (self.tag(tag, number, problems), sentence.trim()),
            None => (Tag::default(), line),
        };
        match line.chars().next() {
            None | Some('#') => Ok(None),
            Some('$') => {
                self.gatehouse = gatehouse(line);
                Ok(None)
            }
            Some('!') => {
                let sentence = Sentence::of(line)?;
                if sentence.is_unchecked {
                    let problem =
                        Problem::warning(self.file, "no_checksum", "the sentence has no checksum; it is used");
                    problems.push(problem.at_line(number).with_text(line));
                }
                let gatehouse = self.gatehouse.take();
                tag.received_at = tag.received_at.or(sentence.received_at).or(gatehouse);
                self.sentence(sentence, tag, number, problems)
            }
            Some(_) => Err(Fault::new("not_nmea", "the line is no sentence")),
        }
    }

    fn tag(&mut self, text: &str, number: u64, problems: &mut Problems) -> Tag {
        let (body, sum) = text.rsplit_once('*').unwrap_or((text, ""));
        if u8::from_str_radix(sum, 16) != Ok(checksum(body)) {
            let problem =
                Problem::warning(self.file, "bad_tag", "the checksum of the tag block is wrong; it is not read");
            problems.push(problem.at_line(number).with_text(text));
            return Tag::default();
        }
        let mut tag = Tag::default();
        for (key, value) in body.split(',').filter_map(|field| field.split_once(':')) {
            match key {
                "c" => tag.received_at = unix_time(value),
                "s" if tag.link.is_empty() => tag.link = value.to_owned(),
                // All sentences of a group have the group's number; only the first has its time and source.
                "g" => tag.link = format!("g{}", value.rsplit('-').next().unwrap_or_default()),
                _ => {}
            }
        }
        if tag.link.starts_with('g') {
            if self.groups.len() > 10 * MAX_PENDING {
                self.groups.clear();
            }
            let known = self.groups.entry(tag.link.clone()).or_insert(tag.received_at);
            tag.received_at = tag.received_at.or(*known);
        }
        tag
    }

    fn sentence(
        &mut self,
        sentence: Sentence,
        tag: Tag,
        number: u64,
        problems: &mut Problems,
    ) -> Result<Option<Heard>, Fault> {
        let Sentence { talker, total, part, sequence, channel, payload, fill, .. } = sentence;
        let Tag { received_at, link } = tag;
        let mut bits = Bits::default();
        bits.push(payload, fill)
            .ok_or_else(|| Fault::new("bad_payload", "the payload has a character that none has"))?;
        let message = |bits: &Bits, received_at| match bits.message() {
            Some(message) => Ok(Some(Heard { line: number, received_at, message })),
            None => Err(Fault::new("bad_payload", "the payload is too short to say who sends it")),
        };
        if total == 1 {
            return message(&bits, received_at);
        }
        let key = (talker.to_owned(), sequence.to_owned(), channel.to_owned(), link);
        if part == 1 {
            if let Some(older) = self.pending.remove(&key) {
                self.lost(&older, problems);
            }
            self.make_room(number, problems);
            self.pending.insert(key, Pending { bits, n_parts: 1, total, lines: vec![number], received_at });
            return Ok(None);
        }
        let mut pending = self
            .pending
            .remove(&key)
            .ok_or_else(|| Fault::new("lone_part", format!("part {part} of {total} has no part before it")))?;
        if !pending.goes_on_with(part, total, received_at, number) {
            self.lost(&pending, problems);
            return Err(Fault::new("lone_part", format!("part {part} of {total} does not follow the parts before it")));
        }
        let _ = pending.bits.push(payload, fill);
        pending.n_parts = part;
        pending.lines.push(number);
        if part == total {
            return message(&pending.bits, pending.received_at.or(received_at));
        }
        self.pending.insert(key, pending);
        Ok(None)
    }

    /// Gives up messages whose parts stay away, the oldest when there are too many.
    fn make_room(&mut self, number: u64, problems: &mut Problems) {
        self.give_up_older_than(number.saturating_sub(MAX_LINES_APART), problems);
        if self.pending.len() >= MAX_PENDING {
            let oldest = self.pending.values().filter_map(|pending| pending.lines.first()).min().copied();
            self.give_up_older_than(oldest.map_or(0, |line| line + 1), problems);
        }
    }

    fn give_up(mut self, before: u64, problems: &mut Problems) {
        self.give_up_older_than(before, problems);
    }

    fn give_up_older_than(&mut self, before: u64, problems: &mut Problems) {
        let is_old = |pending: &Pending| pending.lines.first().is_some_and(|line| *line < before);
        let mut old: Vec<Key> =
            self.pending.iter().filter(|(_, pending)| is_old(pending)).map(|(key, _)| key.clone()).collect();
        old.sort_by_key(|key| self.pending.get(key).and_then(|pending| pending.lines.first().copied()));
        for pending in old.iter().filter_map(|key| self.pending.remove(key)).collect::<Vec<_>>() {
            self.lost(&pending, problems);
        }
    }

    /// One problem for each sentence of a message that never became whole.
    fn lost(&self, pending: &Pending, problems: &mut Problems) {
        for line in &pending.lines {
            let message = format!("the message broke off after part {} of {}", pending.n_parts, pending.total);
            problems.push(Problem::error(self.file, "lone_part", message).at_line(*line));
        }
    }
}

impl Pending {
    fn goes_on_with(&self, part: u32, total: u32, received_at: Option<Timestamp>, number: u64) -> bool {
        let near = self.lines.first().is_some_and(|first| number - first <= MAX_LINES_APART);
        let apart_s = self.received_at.zip(received_at).map(|(a, b)| (b.as_second() - a.as_second()).abs());
        near && total == self.total && part == self.n_parts + 1 && apart_s.unwrap_or(0) <= MAX_SECONDS_APART
    }
}

/// What a tag block says.
#[derive(Default)]
struct Tag {
    received_at: Option<Timestamp>,
    link: String,
}

/// One sentence, split.
struct Sentence<'a> {
    talker: &'a str,
    total: u32,
    part: u32,
    sequence: &'a str,
    channel: &'a str,
    payload: &'a str,
    fill: usize,
    is_unchecked: bool,
    received_at: Option<Timestamp>,
}

impl<'a> Sentence<'a> {
    fn of(line: &'a str) -> Result<Self, Fault> {
        let rest = line.strip_prefix('!').unwrap_or(line);
        let (body, behind) = rest.split_once('*').map_or((rest, None), |(body, behind)| (body, Some(behind)));
        if let Some(behind) = behind {
            let stated = behind.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
            if stated != Some(checksum(body)) {
                let message = format!("the checksum is wrong; the sentence gives {:02X}", checksum(body));
                return Err(Fault::new("bad_checksum", message));
            }
        }
        let fields: Vec<&str> = body.split(',').collect();
        let [address, total, part, sequence, channel, payload, fill] = *fields.as_slice() else {
            return Err(Fault::new("not_ais", "the sentence has not the seven fields of a VDM"));
        };
        let talker = address.strip_suffix("VDM").or_else(|| address.strip_suffix("VDO"));
        let talker = talker.ok_or_else(|| Fault::new("not_ais", "the sentence is no VDM or VDO"))?;
        if payload.is_empty() {
            return Err(Fault::new("empty_payload", "the sentence has no payload"));
        }
        let (total, part) = (single_digit(total).unwrap_or(0), single_digit(part).unwrap_or(0));
        if part == 0 || part > total {
            return Err(Fault::new("bad_part", "the numbers of the part make no sense"));
        }
        // Where the star is lost, the digits of the checksum stand behind those of the fill bits.
        let fill = if behind.is_none() { fill.get(..1).unwrap_or("0") } else { fill };
        let fill = match fill {
            "" => Some(0),
            digit => single_digit(digit).filter(|n| *n <= 5).map(|n| n as usize),
        };
        let fill = fill.ok_or_else(|| Fault::new("bad_fill", "the number of fill bits is not within 0 to 5"))?;
        let received_at = behind.and_then(|behind| behind.rsplit_once(',')).and_then(|(_, time)| unix_time(time));
        Ok(Self { talker, total, part, sequence, channel, payload, fill, is_unchecked: behind.is_none(), received_at })
    }
}

fn single_digit(text: &str) -> Option<u32> {
    let mut characters = text.chars();
    let digit = characters.next()?.to_digit(10)?;
    characters.next().is_none().then_some(digit)
}

/// XOR of the bytes between the mark and the star.
fn checksum(body: &str) -> u8 {
    body.bytes().fold(0, |sum, byte| sum ^ byte)
}

/// Seconds since 1970, or milliseconds when the number is above 4e10; nothing outside 1990…2200.
fn unix_time(text: &str) -> Option<Timestamp> {
    let number: i64 = text.trim().parse().ok()?;
    let milliseconds = if number > 40_000_000_000 { number } else { number.checked_mul(1000)? };
    let sensible = 631_152_000_000..7_258_118_400_000_i64;
    if sensible.contains(&milliseconds) { Timestamp::from_millisecond(milliseconds).ok() } else { None }
}

/// The time of a line `$PGHP,1,year,month,day,hour,minute,second,millisecond,…`.
fn gatehouse(line: &str) -> Option<Timestamp> {
    let rest = line.strip_prefix("$PGHP,1,")?;
    let mut numbers = rest.split(',').map(|field| field.parse::<i16>().ok());
    let mut next = || numbers.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second, millisecond) = (next()?, next()?, next()?, next()?);
    let small = |n: i16| i8::try_from(n).ok();
    let date = Date::new(year, small(month)?, small(day)?).ok()?;
    let nanosecond = i32::from(millisecond).checked_mul(1_000_000)?;
    let time = jiff::civil::Time::new(small(hour)?, small(minute)?, small(second)?, nanosecond).ok()?;
    TimeZone::UTC.to_timestamp(date.to_datetime(time)).ok()
}
