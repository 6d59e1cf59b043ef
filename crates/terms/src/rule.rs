//! What a rule is once it has been read: typed conditions, readings, faults.

use crate::moment::{DayCount, Moment, When};
use crate::quantity::Limit;
use crate::text::Clause;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use truceline_domain::{ClauseRef, Digest, EventClass, Name, PartyId, WeaponKind};

/// What rules may refer to, by the mission's own names.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Ids of the parties, such as `A`.
    pub parties: BTreeSet<String>,
    /// Names of reference lines.
    pub lines: BTreeSet<String>,
    /// Names of areas and zones.
    pub areas: BTreeSet<String>,
    /// Names of events, such as `ceasefire`.
    pub events: BTreeSet<String>,
    /// Names of storage and protected sites, and of lists of them.
    pub sites: BTreeSet<String>,
    /// The mission's time zone: a rule file may name it by its IANA name; every other zone is written as an offset.
    pub time_zone: Option<TimeZone>,
}

/// The agreement: its text and its rules.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Its version, usually the date of its text.
    pub version: Name,
    /// The work it is, such as `/akn/xx/act/agreement/2031-02-12/river-sector`.
    pub work: Name,
    /// The zone of its local times.
    pub time_zone: TimeZone,
    /// How it counts days after an event.
    pub day_count: DayCount,
    /// The clauses of its text, in order.
    pub clauses: Vec<Clause>,
    /// Its rules, in the order of the file; rules that could not be understood are among them, with their faults.
    pub rules: Vec<Rule>,
}

/// Whether a rule binds to do, binds not to do, or allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Modal {
    /// `must`
    Must,
    /// `must not`
    MustNot,
    /// `may`
    May,
}

impl Modal {
    /// The key in the notation.
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::MustNot => "must not",
            Self::May => "may",
        }
    }
}

/// Whom a rule binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// `each Party`
    EachParty,
    /// These parties.
    Parties(Vec<PartyId>),
}

/// A weapon as a rule describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct WeaponSpec {
    /// Its kind.
    pub kind: WeaponKind,
    /// Its calibre, mm, if the rule limits it.
    pub calibre_mm: Option<Limit>,
}

/// What a rule is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct What {
    /// Classes of events, in order, each once.
    pub classes: Vec<EventClass>,
    /// Weapons; empty when the rule does not tell them apart.
    pub weapons: Vec<WeaponSpec>,
    /// Other things in the rule's own words, such as documents; nothing is evaluated from them.
    pub other: Vec<String>,
}

/// An area that a rule names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaRef {
    /// `zone`, `area` or `site`.
    pub word: &'static str,
    /// Its name.
    pub name: Name,
    /// A date: the area as it was valid then; `None` means as it is valid at the time of each incident.
    pub version: Option<Name>,
}

/// A reference line that a rule names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineRef {
    /// Its name.
    pub name: Name,
    /// Its version; `None` means as it is valid at the time of each incident.
    pub version: Option<Name>,
}

/// Where a rule holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Ground {
    /// Everywhere in the mission's area.
    Everywhere,
    /// Inside any of these.
    Areas(Vec<AreaRef>),
    /// Nearer to a line than its limit, m.
    NearLine {
        /// The line.
        line: LineRef,
        /// The distance as written, in metres.
        distance: Limit,
    },
}

/// On which side a rule holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// On both sides.
    Both,
    /// On land that this party controls.
    Of(PartyId),
}

/// What defeats a rule; it is reported when it does.
#[derive(Clone, Debug, PartialEq)]
pub enum Exception {
    /// An activity that was announced.
    Notified {
        /// How long before it begins, s; `None`: the default.
        lead_s: Option<f64>,
        /// Whether the mission must have acknowledged it.
        acknowledged: bool,
    },
    /// Being inside a site or one of a list of sites.
    StoredAt(Name),
    /// `none`: announced activities do not defeat this rule.
    None,
}

/// What it takes for an incident to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// So many independent sources.
    Sources(u32),
    /// So many inspections: what the mission's own people or tables say.
    Inspections(u32),
    /// Reports by media, parties or the public are enough.
    Reports,
}

/// How long an obligation lasts once it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// For good.
    Stay,
    /// Until a moment.
    Until(Moment),
}

/// A moment that begins or ends an obligation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The moment.
    pub moment: Moment,
    /// `by`: the whole day still belongs to the time before it.
    pub is_by: bool,
}

/// The conditions of a rule in one reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions {
    /// Whom it binds.
    pub who: Who,
    /// Must, must not, may.
    pub modal: Modal,
    /// The act, such as `withdraw`; a word of one of the clause kinds, or one that none knows.
    pub act: Name,
    /// The name of the clause kind that evaluates it, if one does.
    pub kind: Option<&'static str>,
    /// What it is about.
    pub what: What,
    /// Where it holds.
    pub ground: Ground,
    /// On which side.
    pub side: Side,
    /// When it holds.
    pub when: When,
    /// When the obligation begins.
    pub start: Option<Deadline>,
    /// By when it is done.
    pub done: Option<Deadline>,
    /// How long it lasts after that.
    pub then: Option<Then>,
    /// What defeats it.
    pub except: Vec<Exception>,
    /// What it takes to count, any of these; empty when the rule does not say.
    pub verify: Vec<Proof>,
}

/// One reading of a contested rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Whose reading: `as written`, or a party.
    pub name: Name,
    /// The conditions as this reading has them.
    pub conditions: Conditions,
}

/// A remark on how a word is understood, by a party or by all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The party, if it is one's.
    pub by: Option<PartyId>,
    /// The remark.
    pub text: String,
}

/// Whether a rule's meaning is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// All read it alike.
    Agreed,
    /// These parties read it differently.
    Contested(Vec<PartyId>),
}

/// Why a rule cannot be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of the rule file.
    pub line: u32,
    /// The words in question.
    pub text: String,
    /// What is wrong with them.
    pub message: String,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The clause it stands for, with the digest of the clause's text.
    pub clause: ClauseRef,
    /// The line of the rule file where it begins.
    pub line: u32,
    /// Its conditions as written; `None` when they could not be understood.
    pub conditions: Option<Conditions>,
    /// The readings, when it is contested: `as written` first. Empty otherwise.
    pub readings: Vec<Reading>,
    /// Agreed or contested.
    pub status: Status,
    /// Remarks.
    pub notes: Vec<Note>,
    /// What a confirmed finding sets in motion, in the rule's words.
    pub on_breach: Vec<String>,
    /// The grade that the agreement gives it, if it does.
    pub grade: Option<Name>,
    /// SHA-256 of its lines without comments, white space collapsed: what lawyers approve.
    pub digest: Digest,
    /// Why it cannot be evaluated; empty when it can.
    pub faults: Vec<Fault>,
}

impl Rule {
    /// The conditions to evaluate, each with the name of its reading when the rule is contested.
    pub fn held_in(&self) -> Vec<(Option<&Name>, &Conditions)> {
        if self.readings.is_empty() {
            return self.conditions.iter().map(|conditions| (None, conditions)).collect();
        }
        self.readings.iter().map(|reading| (Some(&reading.name), &reading.conditions)).collect()
    }
}
