//! From the lines of a rule file to typed rules: header, clauses, mandatory and contradictory keys, readings.

use crate::clauses::{self, ClauseKind};
use crate::moment::{Clockwork, DayCount, Moment, When};
use crate::notation::{self, Entry, Key, RawFile, RawRule};
use crate::piece::{Piece, hint};
use crate::quantity::Limit;
use crate::rule::{Agreement, Conditions, Fault, Ground, Modal, Names, Reading, Rule, Side, Status, What, Who};
use crate::text::{Clause, read_text};
use crate::values;
use jiff::tz::{Offset, TimeZone};
use std::collections::{BTreeMap, BTreeSet};
use truceline_domain::{ClauseRef, Digest, Name, Problem, Problems, Severity};

/// One file by its name and text.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The name that problems repeat.
    pub file: &'a str,
    /// Its content.
    pub text: &'a str,
}

/// The longest rule file that is read, in bytes.
const BYTES_MAX: usize = 4 << 20;
/// The name of the reading that takes a contested rule as it is written.
pub const AS_WRITTEN: &str = "as written";

/// Reads an agreement: its text and its rules, with every problem in both.
///
/// Rules that cannot be understood stay in the agreement with their faults, so that evaluating them says so.
///
/// # The notation of rules
/// The file begins with `agreement`, `timezone` and `day`; then `rule ID` with indented lines `key value # comment`.
///
/// | key | value |
/// |---|---|
/// | `clause` | id of the clause, then `sha256:` and the first digits of its text's digest, which is checked |
/// | `who` | `each Party`, or parties separated by `;` |
/// | `must`, `must not`, `may` | an act of a clause kind; what `may` be done yields no findings |
/// | `what` | classes of events, `any fire`, `heavy weapons`, `weapon kind artillery, calibre >= 100 mm`, with `;` |
/// | `where` | `everywhere`, `zone "N"`, `area "N"`, `site "N"` with `, version DATE`; `both sides`, `side of Party A` |
/// | `from`, `distance` | `line "N", version V` and `>= 25 km`; `must` says what is kept, `must not` what is closed (`<`) |
/// | `when` | `from M until M`, `daily 22:00 to 06:00`, `7 consecutive days`, `>= 48 h before, acknowledged` |
/// | `start`, `done` | `by M`; M is a date-time, a date, `day 2 after event N`, `event N`, `48 h after event N` |
/// | `then` | `stay`, `until M` |
/// | `except` | `notified >= 48 h before, acknowledged`, `stored at site list "N"`, `none`, with `;` |
/// | `verify` | `2 independent sources`, `1 inspection`, `reports`, with <code>\|</code> for or |
/// | `on breach` | `notify`, `meeting within 24 h`: what follows once people have confirmed it |
/// | `note` | a remark, with `Party B:` in front when it is one party's |
/// | `status` | `agreed`, `contested by Party B` |
/// | `reading` | `Party B: key value`: the line that this party reads differently; one line for each key |
/// | `grade` | a word of the agreement |
///
/// A contested rule is held in every reading: `as written`, and one for each party named by `reading` or `status`.
pub fn parse(text: Source<'_>, rules: Source<'_>, version: &str, names: &Names) -> (Agreement, Vec<Problem>) {
    let (clauses, text_problems) = read_text(text.file, text.text);
    let mut problems = Problems::default();
    let readable = if rules.text.len() > BYTES_MAX { "" } else { rules.text };
    if rules.text.len() > BYTES_MAX {
        problems.push(Problem::error(
            rules.file,
            "rules_too_long",
            format!("a rule file has at most {BYTES_MAX} bytes"),
        ));
    }
    let raw = notation::read(rules.file, readable, &mut problems);
    let mut agreement = header(&raw, (rules.file, version), names, &mut problems);
    agreement.clauses = clauses;
    let reader = RuleReader { agreement: &agreement, names, clauses: clause_index(&agreement.clauses) };
    let mut seen = BTreeSet::new();
    let mut read = Vec::with_capacity(raw.rules.len());
    for raw in &raw.rules {
        let (mut rule, mut found) = reader.rule(raw);
        if !seen.insert(raw.id.text) {
            found.push(
                raw.id.error("duplicate_rule", format!("rule `{}` stands in the file more than once", raw.id.text)),
            );
        }
        rule.faults = found.iter().filter(|p| p.severity == Severity::Error).map(fault).collect();
        problems.extend(found);
        read.push(rule);
    }
    problems.extend(clauses_without_rule(text.file, &agreement.clauses, &read));
    agreement.rules = read;
    let mut all = text_problems;
    all.extend(problems.into_vec());
    (agreement, all)
}

fn fault(problem: &Problem) -> Fault {
    Fault { line: problem.line.unwrap_or(0), text: problem.text.clone(), message: problem.message.clone() }
}

fn clause_index(clauses: &[Clause]) -> BTreeMap<&str, &Clause> {
    clauses.iter().map(|clause| (clause.eid.as_str(), clause)).collect()
}

fn header(raw: &RawFile<'_>, (file, version): (&str, &str), names: &Names, problems: &mut Problems) -> Agreement {
    let line = |word: &str| raw.header.iter().find(|(key, _)| key.text == word).map(|(_, value)| *value);
    let missing = |word: &str, example: &str| {
        let problem = Problem::error(file, "missing_header", format!("the header has no line `{word}`"));
        problem.at_line(1).with_hint(format!("write `{word} {example}`"))
    };
    let work = line("agreement").filter(|value| !value.is_empty());
    if work.is_none() {
        problems.push(missing("agreement", "/akn/xx/act/agreement/2031-02-12/river-sector"));
    }
    let time_zone = match line("timezone").map(|value| zone(value, names)) {
        Some(Ok(zone)) => zone,
        Some(Err(problem)) => {
            problems.push(problem);
            TimeZone::UTC
        }
        None => {
            problems.push(missing("timezone", "+02:00"));
            TimeZone::UTC
        }
    };
    let day_count = match line("day").map(day_count) {
        Some(Ok(count)) => count,
        Some(Err(problem)) => {
            problems.push(problem);
            DayCount::Calendar { first: 1 }
        }
        None => {
            problems.extend(counted_days(raw).map(|piece| {
                let problem = piece.warning("day_not_stated", "the header does not say how days are counted");
                problem.with_hint("write `day calendar, day 1 = the day of the event`, which is assumed")
            }));
            DayCount::Calendar { first: 1 }
        }
    };
    let work = work.map_or("", |piece| piece.text).into();
    Agreement { version: version.into(), work, time_zone, day_count, clauses: Vec::new(), rules: Vec::new() }
}

/// The first value that counts days after an event.
fn counted_days<'a>(raw: &RawFile<'a>) -> Option<Piece<'a>> {
    let values = raw.rules.iter().flat_map(|rule| &rule.entries).map(|entry| entry.value);
    values.into_iter().find(|value| value.text.contains("day ") && value.text.contains("after event"))
}

fn zone(piece: Piece<'_>, names: &Names) -> Result<TimeZone, Problem> {
    if matches!(piece.text, "UTC" | "Z" | "+00:00") {
        return Ok(TimeZone::UTC);
    }
    if let Some(zone) = names.time_zone.as_ref().filter(|zone| zone.iana_name() == Some(piece.text)) {
        return Ok(zone.clone());
    }
    offset_seconds(piece.text).and_then(|s| Offset::from_seconds(s).ok()).map(TimeZone::fixed).ok_or_else(|| {
        let problem = piece.error("bad_timezone", format!("`{}` is no offset and not the mission's zone", piece.text));
        problem.with_hint("write the offset, such as `+02:00`")
    })
}

fn offset_seconds(text: &str) -> Option<i32> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let whole = |text: &str, max: i32| text.parse::<i32>().ok().filter(|n| text.len() == 2 && (0..=max).contains(n));
    Some(sign * (whole(hours, 18)? * 3_600 + whole(minutes, 59)? * 60))
}

fn day_count(piece: Piece<'_>) -> Result<DayCount, Problem> {
    match piece.text.split_whitespace().collect::<Vec<_>>().join(" ").as_str() {
        "calendar, day 1 = the day of the event" | "calendar" => Ok(DayCount::Calendar { first: 1 }),
        "calendar, day 0 = the day of the event" | "calendar, day 1 = the day after the event" => {
            Ok(DayCount::Calendar { first: 0 })
        }
        "24 h, day 1 begins at the event" | "24 h" => Ok(DayCount::Elapsed),
        other => {
            let problem = piece.error("bad_day", format!("`{other}` is no way to count days"));
            let known = [
                "calendar, day 1 = the day of the event",
                "calendar, day 1 = the day after the event",
                "24 h, day 1 begins at the event",
            ];
            Err(problem.with_hint(hint(other, known)))
        }
    }
}

/// Leaf clauses of the body that no rule stands for, on themselves or on a clause around them.
fn clauses_without_rule<'a>(
    file: &'a str,
    clauses: &'a [Clause],
    rules: &'a [Rule],
) -> impl Iterator<Item = Problem> + 'a {
    let ruled: BTreeSet<&str> = rules.iter().map(|rule| rule.clause.eid.as_str()).collect();
    let by_eid = clause_index(clauses);
    let is_ruled = move |clause: &Clause| {
        let mut at = Some(clause);
        while let Some(clause) = at {
            if ruled.contains(clause.eid.as_str()) {
                return true;
            }
            at = clause.parent.as_ref().and_then(|parent| by_eid.get(parent.as_str()).copied());
        }
        false
    };
    clauses
        .iter()
        .filter(|c| c.is_leaf && !c.num.is_empty() && !c.eid.as_str().starts_with("att_"))
        .filter(move |c| !is_ruled(c))
        .map(move |clause| {
            let problem = Problem::warning(file, "clause_without_rule", format!("no rule stands for `{}`", clause.eid));
            let problem = problem.at_line(u64::from(clause.line)).at_column(1).with_text(&clause.text);
            problem.with_hint(format!("write a rule with `clause {}`, or `may` when it binds nobody", clause.eid))
        })
}

struct RuleReader<'a> {
    agreement: &'a Agreement,
    names: &'a Names,
    clauses: BTreeMap<&'a str, &'a Clause>,
}

impl RuleReader<'_> {
    fn rule(&self, raw: &RawRule<'_>) -> (Rule, Vec<Problem>) {
        let mut problems = raw.faults.clone();
        problems.extend(accusing(raw.id));
        let (own, of_readings): (Vec<Entry<'_>>, Vec<Entry<'_>>) =
            raw.entries.iter().partition(|entry| entry.key != Key::Reading);
        problems.extend(duplicates(raw, &own));
        let clause = self.clause(raw, &own, &mut problems);
        let conditions = self.conditions(raw, &own, &mut problems);
        let status = value(&own, Key::Status).map_or(Ok(Status::Agreed), |piece| values::status(piece, self.names));
        let status = status.unwrap_or_else(|problem| {
            problems.push(problem);
            Status::Agreed
        });
        let readings = self.readings(raw, (&own, &of_readings), (&status, conditions.as_ref()), &mut problems);
        let on_breach = gather(&own, Key::OnBreach, &mut problems, values::on_breach);
        let notes = own.iter().filter(|e| e.key == Key::Note).map(|e| values::note(e.value, self.names)).collect();
        let grade = value(&own, Key::Grade).map(|piece| Name::from(piece.text));
        problems
            .extend(own.iter().filter(|e| matches!(e.key, Key::Note | Key::Grade)).filter_map(|e| accusing(e.value)));
        let digest = Digest::of(raw.written.as_bytes());
        let rule = Rule {
            clause,
            line: raw.id.line,
            conditions,
            readings,
            status,
            notes,
            on_breach,
            grade,
            digest,
            faults: Vec::new(),
        };
        (rule, problems)
    }

    fn clause(&self, raw: &RawRule<'_>, own: &[Entry<'_>], problems: &mut Vec<Problem>) -> ClauseRef {
        let nobody = Digest::of(b"");
        let of = |eid: &str, text_digest| ClauseRef {
            eid: eid.into(),
            rule: raw.id.text.into(),
            version: self.agreement.version.clone(),
            text_digest,
        };
        let Some(piece) = value(own, Key::Clause) else {
            let problem = raw.id.error("rule_without_clause", format!("rule `{}` stands for no clause", raw.id.text));
            problems.push(problem.with_hint("write `clause` and the id of the clause, such as `art_2__para_2-1`"));
            return of("", nobody);
        };
        let (eid, digest) = piece.word();
        let Some(clause) = self.clauses.get(eid.text) else {
            let problem = eid.error("unknown_clause", format!("the text has no clause `{}`", eid.text));
            problems.push(problem.with_hint(hint(eid.text, self.clauses.keys().copied())));
            return of(eid.text, nobody);
        };
        problems.extend(digest_problem(digest, clause));
        of(eid.text, clause.digest)
    }

    /// The readings of a contested rule: as written, then each one that lines `reading NAME: key value` describe, then
    /// the parties that contest it and do not say how.
    fn readings(
        &self,
        raw: &RawRule<'_>,
        (own, of_readings): (&[Entry<'_>], &[Entry<'_>]),
        (status, written): (&Status, Option<&Conditions>),
        problems: &mut Vec<Problem>,
    ) -> Vec<Reading> {
        let differing = self.differing(of_readings, problems);
        let Status::Contested(parties) = status else {
            if let Some(first) = of_readings.first() {
                let problem = first.value.error("reading_of_agreed", "a rule that is agreed has no readings");
                problems.push(problem.with_hint("write `status contested by Party B`"));
            }
            return Vec::new();
        };
        let mut readings: Vec<Reading> = written
            .map(|conditions| Reading { name: AS_WRITTEN.into(), conditions: conditions.clone() })
            .into_iter()
            .collect();
        for (name, entries) in &differing {
            let replaced = |entry: &&Entry<'_>| !entries.iter().any(|e| same_key(e.key, entry.key));
            let merged: Vec<Entry<'_>> = own.iter().filter(replaced).chain(entries).copied().collect();
            let conditions = self.conditions(raw, &merged, problems);
            readings.extend(conditions.map(|conditions| Reading { name: name.clone(), conditions }));
        }
        for party in parties.iter().filter(|party| !differing.contains_key(*party)) {
            let shown = format!("rule `{}` is contested by `{party}`, but no reading says what differs", raw.id.text);
            let problem = raw.id.warning("reading_not_stated", shown);
            problems.push(problem.with_hint(format!("write `reading Party {party}: from line \"…\", version …`")));
            readings.extend(written.map(|conditions| Reading { name: party.clone(), conditions: conditions.clone() }));
        }
        readings
    }

    fn differing<'e>(&self, entries: &[Entry<'e>], problems: &mut Vec<Problem>) -> BTreeMap<Name, Vec<Entry<'e>>> {
        let mut differing: BTreeMap<Name, Vec<Entry<'e>>> = BTreeMap::new();
        for entry in entries {
            let Some(at) = entry.value.text.find(':') else {
                let problem = entry.value.error("bad_reading", "whose reading it is must be followed by a colon");
                problems.push(problem.with_hint("write `reading Party B: from line \"contact\", version 2030-09-19`"));
                continue;
            };
            let party = values::party(entry.value.part(0, at), self.names);
            match (party, notation::entry(entry.value.after(at + 1))) {
                (Ok(_), Ok(inner)) if matches!(inner.key, Key::Clause | Key::Status | Key::Reading | Key::Note) => {
                    problems.push(
                        inner.value.error("bad_reading", format!("a reading does not change `{}`", inner.key.word())),
                    );
                }
                (Ok(party), Ok(inner)) => differing.entry(party).or_default().push(inner),
                (party, inner) => problems.extend(party.err().into_iter().chain(inner.err())),
            }
        }
        differing
    }

    fn conditions(&self, raw: &RawRule<'_>, entries: &[Entry<'_>], problems: &mut Vec<Problem>) -> Option<Conditions> {
        let before = problems.len();
        let mut shape = Shape { raw, entries, names: self.names, zone: &self.agreement.time_zone, problems };
        let conditions = shape.conditions();
        let failed = problems.iter().skip(before).any(|problem| problem.severity == Severity::Error);
        // A reading repeats the lines of the rule, and so their problems: each is said once.
        let known: BTreeSet<Problem> = problems.iter().take(before).cloned().collect();
        let mut at = 0;
        problems.retain(|problem| {
            at += 1;
            at <= before || !known.contains(problem)
        });
        conditions.filter(|_| !failed)
    }
}

fn accusing(piece: Piece<'_>) -> Option<Problem> {
    let word = crate::words::accusing_words(piece.text).first().copied()?;
    let problem = piece.warning("accusing_word", format!("`{word}` accuses, and findings would repeat it"));
    Some(problem.with_hint("say what is to be done or not, and leave the judgement to people"))
}

fn same_key(a: Key, b: Key) -> bool {
    a == b || (a.is_act() && b.is_act())
}

fn value<'a>(entries: &[Entry<'a>], key: Key) -> Option<Piece<'a>> {
    entries.iter().find(|entry| entry.key == key).map(|entry| entry.value)
}

fn gather<'a, T>(
    entries: &[Entry<'a>],
    key: Key,
    problems: &mut Vec<Problem>,
    read: impl Fn(Piece<'a>) -> Result<Vec<T>, Problem>,
) -> Vec<T> {
    let mut all = Vec::new();
    for entry in entries.iter().filter(|entry| entry.key == key) {
        match read(entry.value) {
            Ok(some) => all.extend(some),
            Err(problem) => problems.push(problem),
        }
    }
    all
}

fn duplicates(raw: &RawRule<'_>, entries: &[Entry<'_>]) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let again = entries.iter().filter(|entry| !entry.key.may_repeat() && !seen.insert(entry.key));
    again
        .map(|entry| {
            let shown = format!("`{}` stands twice in rule `{}`", entry.key.word(), raw.id.text);
            entry.value.error("duplicate_key", shown).with_hint("keep one; lists are written with `;`")
        })
        .collect()
}

/// Checks `sha256:9f2c…` against the clause's text: a prefix of at least eight digits, or the whole digest.
fn digest_problem(piece: Piece<'_>, clause: &Clause) -> Option<Problem> {
    if piece.is_empty() {
        return None;
    }
    let full = clause.digest.to_string();
    let hint = format!("the digest of the text is `sha256:{}`", clause.digest.short());
    let digits = piece.text.strip_prefix("sha256:").map(|digits| digits.trim_end_matches(['.', '…']));
    match digits {
        Some(digits) if digits.len() < 4 || !digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) => Some(
            piece.error("bad_digest", "a digest has at least four hexadecimal digits in lower case").with_hint(hint),
        ),
        Some(digits) if full.starts_with(digits) => None,
        Some(_) => {
            let shown = format!("the text of `{}` is not the one this rule was written for", clause.eid);
            Some(piece.error("clause_changed", shown).with_hint(format!("read the clause again; {hint}")))
        }
        None => Some(piece.error("bad_digest", format!("`{}` is no digest", piece.text)).with_hint(hint)),
    }
}

/// The words that some clause kind is written with.
fn known_acts(modal: Modal) -> impl Iterator<Item = &'static str> {
    let acts = clauses::KINDS.iter().flat_map(|kind| kind.acts());
    acts.filter(move |(of, _)| *of == modal).map(|(_, word)| *word)
}

/// The entries of one reading on their way to conditions.
struct Shape<'s, 'a> {
    raw: &'s RawRule<'a>,
    entries: &'s [Entry<'a>],
    names: &'s Names,
    zone: &'s TimeZone,
    problems: &'s mut Vec<Problem>,
}

impl<'a> Shape<'_, 'a> {
    fn conditions(&mut self) -> Option<Conditions> {
        let (names, clock) = (self.names, Clockwork { zone: self.zone, names: self.names });
        let act = self.act();
        let who = self.one(Key::Who, |piece| values::who(piece, names));
        if self.value(Key::Who).is_none() {
            self.missing("who", "each Party");
        }
        let what = self.what();
        let (ground, side) = self.ground();
        let when = self.one(Key::When, |piece| clock.when(piece)).unwrap_or(When::Always);
        let start = self.one(Key::Start, |piece| values::deadline(piece, clock));
        let done = self.one(Key::Done, |piece| values::deadline(piece, clock));
        let then = self.one(Key::Then, |piece| values::then(piece, clock));
        let except = gather(self.entries, Key::Except, self.problems, |piece| values::except(piece, names));
        let verify = self.one(Key::Verify, values::verify).unwrap_or_default();
        let (modal, act) = act?;
        let Some(ground) = ground else {
            // The place is at fault; whether anyone knows the act can be said all the same.
            if modal != Modal::May && !known_acts(modal).any(|word| word == act.text) {
                self.unknown_act(modal, act);
            }
            return None;
        };
        let mut conditions = Conditions {
            who: who.unwrap_or(Who::EachParty),
            modal,
            act: act.text.into(),
            kind: None,
            what,
            ground,
            side,
            when,
            start,
            done,
            then,
            except,
            verify,
        };
        self.check_order(&conditions);
        if modal != Modal::May {
            conditions.kind = self.kind(act, &conditions);
        }
        Some(conditions)
    }

    fn value(&self, key: Key) -> Option<Piece<'a>> {
        value(self.entries, key)
    }

    fn one<T>(&mut self, key: Key, read: impl Fn(Piece<'a>) -> Result<T, Problem>) -> Option<T> {
        match read(self.value(key)?) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn missing(&mut self, key: &str, example: &str) {
        let problem = self.raw.id.error("missing_key", format!("rule `{}` has no `{key}`", self.raw.id.text));
        self.problems.push(problem.with_hint(format!("write `{key} {example}`")));
    }

    fn act(&mut self) -> Option<(Modal, Piece<'a>)> {
        let acts: Vec<&Entry<'a>> = self.entries.iter().filter(|entry| entry.key.is_act()).collect();
        let first = acts.first();
        if let (Some(a), Some(b)) = (first, acts.get(1)) {
            let shown = format!("rule `{}` says both `{}` and `{}`", self.raw.id.text, a.key.word(), b.key.word());
            self.problems.push(b.value.error("contradictory_keys", shown).with_hint("make two rules of it"));
        }
        let Some(entry) = first else {
            self.missing("must", "withdraw");
            return None;
        };
        let modal = match entry.key {
            Key::MustNot => Modal::MustNot,
            Key::May => Modal::May,
            _ => Modal::Must,
        };
        Some((modal, entry.value))
    }

    fn what(&mut self) -> What {
        let mut what = What::default();
        for entry in self.entries.iter().filter(|entry| entry.key == Key::What) {
            if let Err(problem) = values::what(entry.value, &mut what) {
                self.problems.push(problem);
            }
        }
        what
    }

    /// Where it holds. A line needs a distance and the other way round; areas and a line together contradict.
    fn ground(&mut self) -> (Option<Ground>, Side) {
        let names = self.names;
        let place = self.one(Key::Where, |piece| values::place(piece, names));
        let line = self.one(Key::From, |piece| values::line(piece, names));
        let distance = self.one(Key::Distance, values::distance);
        let (has_from, has_distance) = (self.value(Key::From).is_some(), self.value(Key::Distance).is_some());
        if has_from && !has_distance {
            self.missing("distance", ">= 25 km");
        }
        if has_distance && !has_from {
            self.missing("from", "line \"contact\"");
        }
        let side = match &place {
            Some(values::Where::Side(side)) => side.clone(),
            _ => Side::Both,
        };
        let ground = match (place, line.zip(distance)) {
            (Some(values::Where::Areas(_)), Some(_)) => {
                self.contradiction(Key::Where, "an area", "a distance from a line");
                None
            }
            (Some(values::Where::Everywhere), Some(_)) => {
                self.contradiction(Key::Where, "everywhere", "a distance from a line");
                None
            }
            (Some(values::Where::Areas(areas)), None) => Some(Ground::Areas(areas)),
            (_, Some((line, distance))) => Some(Ground::NearLine { line, distance }),
            (_, None) if has_from || has_distance => None,
            (_, None) => Some(Ground::Everywhere),
        };
        (ground, side)
    }

    fn contradiction(&mut self, key: Key, one: &str, other: &str) {
        let piece = self.value(key).unwrap_or(self.raw.id);
        let shown = format!("rule `{}` names both {one} and {other}", self.raw.id.text);
        self.problems.push(piece.error("contradictory_keys", shown).with_hint("make two rules of it"));
    }

    /// What is done before it starts contradicts itself, when both can be compared without knowing the events.
    fn check_order(&mut self, conditions: &Conditions) {
        let (Some(start), Some(done)) = (&conditions.start, &conditions.done) else { return };
        let is_late = match (&start.moment, &done.moment) {
            (Moment::At(start), Moment::At(done)) => done < start,
            (Moment::Date(start), Moment::Date(done)) => done < start,
            (Moment::Day { n, event }, Moment::Day { n: m, event: other }) => event == other && m < n,
            (Moment::After { seconds: n, event }, Moment::After { seconds: m, event: other }) => {
                event == other && m < n
            }
            _ => false,
        };
        if is_late {
            self.contradiction(Key::Done, "a `done`", "a later `start`");
        }
    }

    fn kind(&mut self, act: Piece<'a>, conditions: &Conditions) -> Option<&'static str> {
        let Some(kind) = clauses::claiming(conditions) else {
            self.unknown_act(conditions.modal, act);
            return None;
        };
        self.check_parameters(*kind);
        if let Ground::NearLine { distance, .. } = &conditions.ground {
            self.check_distance(conditions.modal, distance);
        }
        Some(kind.name())
    }

    fn unknown_act(&mut self, modal: Modal, act: Piece<'a>) {
        let shown = format!("no clause kind knows `{} {}`", modal.word(), act.text);
        self.problems.push(act.error("unknown_act", shown).with_hint(hint(act.text, known_acts(modal))));
    }

    fn check_parameters(&mut self, kind: &dyn ClauseKind) {
        for parameter in kind.parameters().iter().filter(|parameter| parameter.is_required) {
            if !self.entries.iter().any(|entry| entry.key.word() == parameter.key) {
                self.missing(parameter.key, parameter.example);
            }
        }
        let common = [
            "clause",
            "who",
            "must",
            "must not",
            "may",
            "what",
            "verify",
            "except",
            "on breach",
            "note",
            "status",
            "grade",
        ];
        for entry in self.entries {
            let word = entry.key.word();
            if !common.contains(&word) && !kind.parameters().iter().any(|parameter| parameter.key == word) {
                let shown =
                    format!("rule `{}` is read as `{}`, which does not know `{word}`", self.raw.id.text, kind.name());
                let keys: Vec<_> = kind.parameters().iter().map(|parameter| parameter.key).collect();
                let known = format!("it knows {}", keys.join(", "));
                self.problems.push(entry.value.error("key_not_understood", shown).with_hint(known));
            }
        }
    }

    /// `must` states the distance that is kept, `must not` the strip that is forbidden.
    fn check_distance(&mut self, modal: Modal, distance: &Limit) {
        let piece = self.value(Key::Distance).unwrap_or(self.raw.id);
        let problem = piece
            .error("ambiguous_distance", format!("`{}` does not fit `{}`", distance.comparison.sign(), modal.word()));
        match (modal, distance.comparison.is_lower_bound()) {
            (Modal::Must, false) => {
                self.problems.push(problem.with_hint(format!("write what is kept: `>= {}`", distance.written)));
            }
            (Modal::MustNot, true) => {
                self.problems
                    .push(problem.with_hint(format!("write the strip that is closed: `< {}`", distance.written)));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
