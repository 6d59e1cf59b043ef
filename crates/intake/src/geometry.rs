//! The geometry of a mission: zones, areas of control, protected sites and reference lines as GeoJSON.
//!
//! **What it is.** A FeatureCollection (or a Feature on each line). `properties` of a feature: `name` and `role` are
//! needed; `party`, `version`, `valid_from`, `valid_until` (exclusive) and `source` may stand. Roles of polygons:
//! `control`, `zone`, `protected_site`, `area`, `coverage`, `water`; the role of lines: `reference_line`.
//!
//! **What it needs.** WGS 84, longitude first. A date without a time means the beginning of that local day. Without
//! `valid_from` or `valid_until` the feature holds from the beginning or to the end of time. Rings are joined by the
//! even-odd rule: where two polygons of one feature overlap, the overlap counts as outside.
//!
//! **Error model.** A feature that cannot be used is one problem with its line; the others are read.
//!
//! **What it cannot tell.** Whether a line on the map is the line that the agreement means.
//!
//! # Source
//! RFC 7946.

use crate::field::instant;
use crate::geojson::{Feature, Shape, each_feature};
use crate::suggest;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use truceline_domain::{Area, AreaRole, AreaVersion, Name, Problem, Problems, ReferenceLine, Span, Timestamp};

const LINE_ROLE: &str = "reference_line";
const PROPERTIES: [&str; 7] = ["name", "role", "party", "version", "valid_from", "valid_until", "source"];

/// Reads the areas and reference lines of a file. `file` names it in problems; `time_zone` is for dates and times without
/// an offset.
///
/// ```
/// let bytes = br#"{"type":"Feature","properties":{"name":"buffer","role":"zone"},
///     "geometry":{"type":"Polygon","coordinates":[[[30,45],[31,45],[31,46],[30,45]]]}}"#;
/// let utc = jiff::tz::TimeZone::UTC;
/// let (areas, lines, problems) = truceline_intake::geometry::read(bytes, "zones.geojson", &utc);
/// assert_eq!((areas.len(), lines.len(), problems.total()), (1, 0, 0));
/// ```
pub fn read(bytes: &[u8], file: &str, time_zone: &TimeZone) -> (Vec<AreaVersion>, Vec<ReferenceLine>, Problems) {
    let (mut areas, mut lines, mut problems) = (Vec::new(), Vec::new(), Problems::default());
    each_feature(bytes, file, &mut problems, |feature, problems| {
        let Feature { line, properties, geometry } = feature;
        let reader = Reader { file, line, properties: &properties, time_zone };
        reader.warn_of_other_properties(problems);
        match geometry {
            Shape::Rings(rings) => areas.push(reader.area(rings)?),
            Shape::Lines(pieces) => lines.push(reader.line(pieces)?),
        }
        Ok(())
    });
    (areas, lines, problems)
}

/// One feature's properties.
struct Reader<'a> {
    file: &'a str,
    line: u64,
    properties: &'a Map<String, Value>,
    time_zone: &'a TimeZone,
}

impl Reader<'_> {
    fn error(&self, code: &'static str, text: &str, message: &str) -> Problem {
        Problem::error(self.file, code, message).at_line(self.line).with_text(text)
    }

    fn text(&self, property: &str) -> Option<&str> {
        let text = self.properties.get(property)?.as_str()?.trim();
        (!text.is_empty()).then_some(text)
    }

    fn warn_of_other_properties(&self, problems: &mut Problems) {
        for name in self.properties.keys().filter(|name| !PROPERTIES.contains(&name.as_str())) {
            let near = PROPERTIES.iter().any(|known| strsim::osa_distance(name, known) == 1);
            if near {
                let problem = Problem::warning(self.file, "unknown_property", "the property is not read");
                problems.push(problem.at_line(self.line).with_text(name).with_hint(suggest::hint(name, &PROPERTIES)));
            }
        }
    }

    fn name(&self) -> Result<Name, Problem> {
        let missing =
            || self.error("missing_name", "", "the feature has no name").with_hint("add it to its properties");
        self.text("name").map(Name::from).ok_or_else(missing)
    }

    fn area(&self, rings: Vec<Vec<(f64, f64)>>) -> Result<AreaVersion, Problem> {
        Ok(AreaVersion {
            name: self.name()?,
            role: self.role()?,
            party: self.text("party").map(Name::from),
            valid: self.valid()?,
            source: self.text("source").unwrap_or_default().to_owned(),
            area: Area::from_rings(rings),
        })
    }

    fn role(&self) -> Result<AreaRole, Problem> {
        let word = self.text("role").unwrap_or_default();
        if word == LINE_ROLE {
            let problem = self.error("bad_role", word, "a reference line is drawn as a polygon");
            return Err(problem.with_hint("draw it as a LineString"));
        }
        AreaRole::from_word(word).ok_or_else(|| self.unknown_role(word))
    }

    fn unknown_role(&self, word: &str) -> Problem {
        let mut roles = AreaRole::ALL.map(AreaRole::word).to_vec();
        roles.push(LINE_ROLE);
        let message = if word.is_empty() { "the feature has no role" } else { "this is no role" };
        self.error("unknown_role", word, message).with_hint(suggest::hint(word, &roles))
    }

    fn line(&self, pieces: Vec<Vec<truceline_domain::Wgs84>>) -> Result<ReferenceLine, Problem> {
        let word = self.text("role").unwrap_or_default();
        if word != LINE_ROLE {
            let is_area = AreaRole::from_word(word).is_some();
            let problem = self.error("bad_role", word, "an area is drawn as a line").with_hint("draw it as a Polygon");
            return Err(if is_area { problem } else { self.unknown_role(word) });
        }
        if pieces.iter().any(|piece| piece.len() < 2) {
            return Err(self.error("bad_geometry", word, "a piece of the line has fewer than two places"));
        }
        Ok(ReferenceLine {
            name: self.name()?,
            version: self.text("version").or_else(|| self.text("valid_from")).unwrap_or_default().to_owned(),
            party: self.text("party").map(Name::from),
            valid: self.valid()?,
            source: self.text("source").unwrap_or_default().to_owned(),
            pieces,
        })
    }

    fn valid(&self) -> Result<Span, Problem> {
        let from = self.instant("valid_from", Span::ALWAYS.from)?;
        let until = self.instant("valid_until", Span::ALWAYS.until)?;
        let text = self.text("valid_until").unwrap_or_default();
        Span::new(from, until).ok_or_else(|| self.error("bad_time", text, "the end lies before the beginning"))
    }

    fn instant(&self, property: &str, otherwise: Timestamp) -> Result<Timestamp, Problem> {
        let Some(text) = self.text(property) else { return Ok(otherwise) };
        let wrong = || self.error("bad_time", text, &format!("{property} is no time or date"));
        instant(text, self.time_zone)
            .ok_or_else(|| wrong().with_hint("write it as 2031-02-15 or 2031-02-15T00:00:00+02:00"))
    }
}

#[cfg(test)]
#[path = "geometry_tests.rs"]
mod tests;
