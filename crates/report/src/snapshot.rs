//! What a report is made from: one mission, one period, one reader.

use crate::{MapBase, PeriodCounts};
use jiff::tz::TimeZone;
use truceline_domain::{
    Commitment, CoverageStatement, CoverageWording, Digest, Finding, Incident, IncidentId, Name, PartyId, Span,
};

/// A party as readers know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The neutral id.
    pub id: PartyId,
    /// What the mission calls it.
    pub display_name: String,
}

/// What holds for every report of one adopted mission folder.
#[derive(Clone, Debug)]
pub struct Mission {
    /// Its name.
    pub name: String,
    /// What it watches over, in a sentence or two.
    pub description: String,
    /// True for made-up missions; every page then says so.
    pub fictional: bool,
    /// The zone of local times.
    pub time_zone: TimeZone,
    /// What the zone is called: an IANA name or an offset.
    pub time_zone_name: String,
    /// The parties in the order of the mission file; their tints on the map follow it.
    pub parties: Vec<Party>,
    /// Who must be named for data and maps.
    pub credits: Vec<String>,
    /// The version of the agreement that findings were held against.
    pub agreement_version: String,
    /// Digest of the adopted folder.
    pub digest: Digest,
}

/// The language of fixed words. Names, reasons and clause sentences stay as they came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Ukrainian.
    Uk,
    /// Russian.
    Ru,
    /// French.
    Fr,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 4] = [Self::En, Self::Uk, Self::Ru, Self::Fr];

    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Uk => "uk",
            Self::Ru => "ru",
            Self::Fr => "fr",
        }
    }

    /// The language for a code, if it is one of the four.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// Who will read it. Whatever a reader may not see is absent from every byte that is made for them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Audience {
    /// People inside the mission: places with their error, sensors by name.
    Mission,
    /// Everybody: places as cells of a fixed grid, times to the hour, no sensors, no distances.
    Public {
        /// Size of a grid cell, m; at least 1,000 is used.
        cell_m: f64,
    },
}

/// A clause as the report quotes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseText {
    /// Its stable id in the text.
    pub eid: Name,
    /// Its heading, such as `Article 2, paragraph 1`.
    pub heading: String,
    /// Its words.
    pub text: String,
    /// The rules that stand for it: rule id and the rule as a sentence.
    pub rules: Vec<(Name, String)>,
}

/// One day of a period.
#[derive(Clone, Debug, PartialEq)]
pub struct DayCount {
    /// The day and what was counted in it.
    pub counts: PeriodCounts,
    /// What silence was worth on that day, over the classes that matter; `None` when nobody stated it.
    pub wording: Option<CoverageWording>,
}

/// Where the evidence log stood when the report was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogState {
    /// Name of the log.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root hash as the checkpoint writes it.
    pub root: String,
}

/// Everything a report says, borrowed. Make one with [`Snapshot::new`] and fill in what there is.
#[derive(Clone, Debug)]
pub struct Snapshot<'a> {
    /// The mission.
    pub mission: &'a Mission,
    /// Lines and areas made ready for drawing, once for all reports of a mission.
    pub map: &'a MapBase,
    /// What is reported on; `until` exclusive.
    pub period: Span,
    /// Language of fixed words.
    pub language: Language,
    /// Who reads it.
    pub audience: Audience,
    /// The incidents of the period, in any order; the one that replaced another, not both.
    pub incidents: Vec<&'a Incident>,
    /// The findings of the period, in any order.
    pub findings: Vec<&'a Finding>,
    /// What could have been seen.
    pub coverage: Vec<&'a CoverageStatement>,
    /// The clauses that findings name, in the order of the text.
    pub clauses: &'a [ClauseText],
    /// The book of guarantees; empty when the report does not show it.
    pub commitments: &'a [Commitment],
    /// Problems of input by code, with their number.
    pub problems: Vec<(String, u64)>,
    /// The period before, for comparison.
    pub previous: Option<PeriodCounts>,
    /// The days of a longer period, in order; empty when there is one day only.
    pub days: Vec<DayCount>,
    /// Where the log stood.
    pub log: Option<LogState>,
    /// Number of captures the period rests on.
    pub n_captures: u64,
    /// The incident of an incident sheet.
    pub incident: Option<IncidentId>,
}

impl<'a> Snapshot<'a> {
    /// A snapshot for people of the mission, in English, with nothing in it yet.
    pub fn new(mission: &'a Mission, map: &'a MapBase, period: Span) -> Self {
        Self {
            mission,
            map,
            period,
            language: Language::En,
            audience: Audience::Mission,
            incidents: Vec::new(),
            findings: Vec::new(),
            coverage: Vec::new(),
            clauses: &[],
            commitments: &[],
            problems: Vec::new(),
            previous: None,
            days: Vec::new(),
            log: None,
            n_captures: 0,
            incident: None,
        }
    }

    /// What is counted in the period, by the same rules as every day and the period before.
    pub fn counts(&self) -> PeriodCounts {
        PeriodCounts::of(self.period, &self.incidents, &self.findings)
    }
}
