//! What the tracker states beside tracks: claims and what sensors make of them, zones and lines, beginnings and ends.

/// One statement, with when it holds, when it was known, and the plots behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When it happened, as far as known.
    pub time_s: f64,
    /// The time of the measurement that settled it.
    pub known_s: f64,
    /// The track it concerns.
    pub track: Option<u64>,
    /// The identity it concerns.
    pub identity: Option<u32>,
    /// What is stated.
    pub what: Happening,
    /// Numbers of the plots behind it, latest last.
    pub plots: Vec<u64>,
}

/// The kinds of statements. None of them is a breach: they say what was measured.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// A mover was inside a zone with P > 0.95 for three seconds; `time_s` is when that began.
    Entered {
        /// Index into the zones and lines watched.
        watched: u32,
        /// Probability inside when it was settled.
        probability: f64,
    },
    /// It was outside with P > 0.95 for three seconds.
    Left {
        /// Index into the zones and lines watched.
        watched: u32,
        /// How long it was inside.
        inside_s: f64,
    },
    /// It went from one side of a line to the other, each with P > 0.95.
    Crossed {
        /// Index into the zones and lines watched.
        watched: u32,
        /// Whether it ends on the left of the line as drawn.
        to_left: bool,
    },
    /// A cooperative report names a place that sensors watch and see nothing at.
    ClaimNotCorroborated {
        /// Probability that something is there, by what sensors saw.
        probability: f64,
    },
    /// Reports of one identity fit one track, then another.
    IdentityOnTwoTracks {
        /// The track that bore it before.
        other: u64,
    },
    /// Two reports of one identity that no mover could both have made.
    ImpossibleJump {
        /// Metres between them beyond what was predicted.
        gap_m: f64,
        /// The speed that it would take.
        speed_mps: f64,
    },
    /// A mover that reported itself is still seen and reports no longer; `time_s` is its last report.
    WentDark,
    /// It reports again.
    Reports,
    /// A mover of a kind that often reports itself is seen and has not.
    DarkContact,
    /// A track was first shown.
    Appeared {
        /// Probability that a mover there would have been seen in the half minute before; low = it began in a gap.
        watched: f64,
        /// Where it began, east.
        east_m: f64,
        /// Where it began, north.
        north_m: f64,
    },
}
