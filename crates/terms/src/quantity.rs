//! Quantities with a unit and a comparison: `>= 25 km`, `100 mm or more` is written `>= 100 mm`.

use crate::piece::{Piece, hint};
use truceline_domain::Problem;

/// Metres in a nautical mile (exact; International Hydrographic Conference, Monaco 1929).
const NAUTICAL_MILE_M: f64 = 1_852.0;

/// How a quantity compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comparison {
    /// `>=`
    AtLeast,
    /// `>`
    MoreThan,
    /// `<=`
    AtMost,
    /// `<`
    LessThan,
}

impl Comparison {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::AtLeast, Self::MoreThan, Self::AtMost, Self::LessThan];

    /// The sign used in the notation.
    pub fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::MoreThan => ">",
            Self::AtMost => "<=",
            Self::LessThan => "<",
        }
    }

    /// True when a value compares so with a limit.
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::AtLeast => value >= limit,
            Self::MoreThan => value > limit,
            Self::AtMost => value <= limit,
            Self::LessThan => value < limit,
        }
    }

    /// True for `>=` and `>`.
    pub fn is_lower_bound(self) -> bool {
        matches!(self, Self::AtLeast | Self::MoreThan)
    }
}

/// What a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// Distances on the ground, kept in metres.
    Length,
    /// Durations, kept in seconds.
    Time,
    /// Calibres, kept in millimetres.
    Calibre,
}

/// Units with what they measure and their size in the kept unit.
const UNITS: [(&str, Dimension, f64); 7] = [
    ("m", Dimension::Length, 1.0),
    ("km", Dimension::Length, 1_000.0),
    ("nm", Dimension::Length, NAUTICAL_MILE_M),
    ("min", Dimension::Time, 60.0),
    ("h", Dimension::Time, 3_600.0),
    ("d", Dimension::Time, 86_400.0),
    ("mm", Dimension::Calibre, 1.0),
];

/// A quantity with its comparison, as written and in the kept unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// How it compares.
    pub comparison: Comparison,
    /// The value in metres, seconds or millimetres, by its dimension.
    pub value: f64,
    /// Number and unit as written, such as `25 km`.
    pub written: String,
}

/// Reads a comparison, a number and a unit of the wanted dimension; returns the limit and the rest.
pub(crate) fn limit(piece: Piece<'_>, wanted: Dimension) -> Result<(Limit, Piece<'_>), Problem> {
    let piece = piece.trim();
    let Some(comparison) = Comparison::ALL.into_iter().find(|c| piece.text.starts_with(c.sign())) else {
        let problem = piece.error("no_comparison", "a comparison is missing before the number");
        return Err(problem.with_hint(format!("write `>= {}`", example(wanted))));
    };
    let (value, written, rest) = amount(piece.after(comparison.sign().len()), wanted)?;
    Ok((Limit { comparison, value, written }, rest))
}

/// Reads a number and a unit of the wanted dimension: the value in the kept unit, as written, and the rest.
pub(crate) fn amount(piece: Piece<'_>, wanted: Dimension) -> Result<(f64, String, Piece<'_>), Problem> {
    let piece = piece.trim();
    let digits = piece.text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(piece.text.len());
    let number = piece.part(0, digits);
    let Some(value) = number.text.parse::<f64>().ok().filter(|v| v.is_finite() && *v < 1e12) else {
        let problem = piece.error("bad_number", "a number is missing");
        return Err(problem.with_hint(format!("write `{}`", example(wanted))));
    };
    let rest = piece.after(digits);
    let end = rest.text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.text.len());
    let unit = rest.part(0, end);
    let names = UNITS.iter().filter(|(_, dimension, _)| *dimension == wanted).map(|(name, ..)| *name);
    match UNITS.iter().find(|(name, ..)| *name == unit.text) {
        Some((name, dimension, size)) if *dimension == wanted => {
            Ok((value * size, format!("{} {name}", number.text), rest.after(end)))
        }
        Some(_) => Err(unit
            .error("wrong_unit", "this unit does not measure what the key is about")
            .with_hint(format!("one of {}", names.collect::<Vec<_>>().join(", ")))),
        None => {
            Err(unit.error("unknown_unit", format!("`{}` is no unit", unit.text)).with_hint(hint(unit.text, names)))
        }
    }
}

fn example(wanted: Dimension) -> &'static str {
    match wanted {
        Dimension::Length => "25 km",
        Dimension::Time => "48 h",
        Dimension::Calibre => "100 mm",
    }
}

#[cfg(test)]
#[path = "quantity_tests.rs"]
mod tests;
