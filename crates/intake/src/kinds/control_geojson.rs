//! `control_geojson`: the land that a party controls, one map for each date.
//!
//! **What it is.** GeoJSON, a Feature (Polygon or MultiPolygon) for each date in `properties.date`: a Feature on each
//! line, a FeatureCollection, or a single Feature. Each becomes an area of the role `control`, named by
//! `properties.name` or else after the feed.
//!
//! **What it needs.** The party: from the feed (`party`), or `properties.party`, which counts first.
//!
//! **Validity.** A map holds from the beginning of its local day until the beginning of the next date in the file. The
//! last holds for as long as the step before it, one day when there is only one date: a map is not stretched over days
//! that its maker has not seen.
//!
//! **Error model.** A feature without a date, a party or a readable polygon is one problem with its line; the others are
//! read. Rings are joined by the even-odd rule.
//!
//! **What it cannot tell.** Whether the maker of the map is right; such maps take a side and lag behind events by hours
//! or days; a boundary on them is a judgement, with an error that they do not state.
//!
//! # Source
//! RFC 7946.

use crate::field;
use crate::geojson::{Feature, Shape, each_feature};
use crate::{Context, Record, SensorKind};
use jiff::civil::Date;
use std::collections::BTreeSet;
use truceline_domain::{Area, AreaRole, AreaVersion, Name, PartyId, Problem, Problems, Span, Timestamp};

/// The format.
pub struct ControlGeojson;

impl SensorKind for ControlGeojson {
    fn name(&self) -> &'static str {
        "control_geojson"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        let head = String::from_utf8_lossy(head);
        head.trim_start().starts_with('{') && head.contains("\"Feature") && head.contains("\"date\"")
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut problems = Problems::default();
        let mut maps: Vec<Map> = Vec::new();
        each_feature(bytes, context.name, &mut problems, |feature, _| {
            maps.push(Map::of(feature, context)?);
            Ok(())
        });
        let dates: Vec<Date> = maps.iter().map(|map| map.date).collect::<BTreeSet<_>>().into_iter().collect();
        maps.sort_by_key(|map| map.date);
        for map in maps {
            match valid(map.date, &dates, context) {
                Some(valid) => sink(Record::Area(map.version(valid, context))),
                None => problems.push(map.without_a_day(context)),
            }
        }
        problems
    }
}

/// One map of the file.
struct Map {
    line: u64,
    date: Date,
    name: Option<Name>,
    party: PartyId,
    area: Area,
}

impl Map {
    fn of(feature: Feature, context: &Context) -> Result<Self, Problem> {
        let error = |code, message: &str| Problem::error(context.name, code, message).at_line(feature.line);
        let text = |key: &str| feature.properties.get(key).and_then(|value| value.as_str());
        let given = text("date").unwrap_or_default();
        let date = field::date(given).ok_or_else(|| {
            error("bad_date", "the feature has no date").with_text(given).with_hint("write it as 2031-02-15")
        })?;
        let party = text("party").map(Name::from).or_else(|| context.party.clone());
        let party = party.ok_or_else(|| {
            error("missing_party", "nobody says whose control this is").with_hint("state `party` in feeds.toml")
        })?;
        let name = text("name").map(Name::from);
        let Shape::Rings(rings) = feature.geometry else {
            return Err(error("bad_geometry", "control is drawn as a line").with_hint("draw it as a polygon"));
        };
        Ok(Self { line: feature.line, date, name, party, area: Area::from_rings(rings) })
    }

    fn version(self, valid: Span, context: &Context) -> AreaVersion {
        AreaVersion {
            name: self.name.unwrap_or_else(|| context.source.clone()),
            role: AreaRole::Control,
            party: Some(self.party),
            valid,
            source: format!("{} of {}", context.owner, self.date),
            area: self.area,
        }
    }

    fn without_a_day(&self, context: &Context) -> Problem {
        let message = "the date has no place on the time line";
        Problem::error(context.name, "bad_date", message).at_line(self.line).with_text(&self.date.to_string())
    }
}

/// When the map of `date` holds; `dates` are those of the file, in order.
fn valid(date: Date, dates: &[Date], context: &Context) -> Option<Span> {
    let n = dates.partition_point(|other| *other < date);
    let end = match (dates.get(n + 1), n.checked_sub(1).and_then(|before| dates.get(before))) {
        (Some(next), _) => *next,
        (None, Some(before)) => date.checked_add(date - *before).ok()?,
        (None, None) => date.tomorrow().ok()?,
    };
    let first = |day: Date| -> Option<Timestamp> { Some(field::day_span(day, &context.time_zone)?.from) };
    Span::new(first(date)?, first(end)?)
}

#[cfg(test)]
#[path = "control_geojson_tests.rs"]
mod tests;
