//! GeoJSON (RFC 7946) as far as maps of areas and lines need it: a FeatureCollection, one Feature, or a Feature on each
//! line; with the line of the file for every feature.
//!
//! Error model: a feature that cannot be read is one problem; in a damaged collection the features before and after the
//! damage are read. Depth is bounded by the JSON reader (128 levels). A third coordinate is left out.

use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use truceline_domain::{Problem, Problems, Wgs84};

/// The most places in one feature.
const MAX_PLACES: usize = 4_000_000;

/// A feature and where it stands.
pub(crate) struct Feature {
    /// Its first line, from 1.
    pub(crate) line: u64,
    /// Its `properties`, empty when there are none.
    pub(crate) properties: serde_json::Map<String, Value>,
    /// Its geometry.
    pub(crate) geometry: Shape,
}

/// The geometries that are read.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// The rings of a Polygon or MultiPolygon, each of `(lon_deg, lat_deg)`.
    Rings(Vec<Vec<(f64, f64)>>),
    /// The pieces of a LineString or MultiLineString.
    Lines(Vec<Vec<Wgs84>>),
}

type Raw<'a> = BTreeMap<String, &'a RawValue>;

/// Reads every feature of `bytes` and hands it to `take`, whose error becomes the one problem of the feature.
pub(crate) fn each_feature(
    bytes: &[u8],
    file: &str,
    problems: &mut Problems,
    mut take: impl FnMut(Feature, &mut Problems) -> Result<(), Problem>,
) {
    let text = String::from_utf8_lossy(bytes);
    if text.trim().is_empty() {
        problems.push(Problem::error(file, "empty", "the file has no content").with_hint("fetch the file again"));
        return;
    }
    if matches!(text, std::borrow::Cow::Owned(_)) {
        let problem =
            Problem::warning(file, "not_utf8", "the file is not UTF-8 text; the bytes that are none were replaced");
        problems.push(problem.with_hint("save the file as UTF-8"));
    }
    let lines = Lines::of(&text);
    let mut one = |raw: &str, offset: usize, problems: &mut Problems| {
        let line = lines.at(offset);
        let outcome = feature(raw, file, line).and_then(|feature| take(feature, problems));
        if let Err(problem) = outcome {
            problems.push(problem);
        }
    };
    match serde_json::from_str::<Raw>(&text) {
        Ok(top) => {
            let kind = top.get("type").map_or("", |raw| raw.get().trim_matches('"'));
            match top.get("features") {
                Some(features) if kind == "FeatureCollection" => {
                    let start = offset_in(&text, features.get());
                    elements(&text, start, &mut |raw, offset| one(raw, offset, problems));
                }
                _ => one(&text, 0, problems),
            }
        }
        Err(error) if text.contains("\"FeatureCollection\"") => {
            damaged_collection(&text, file, &error, problems, &mut one);
        }
        Err(_) => {
            let content = text.lines().filter(|line| !line.trim().is_empty());
            for line in content {
                one(line, offset_in(&text, line), problems);
            }
        }
    }
}

/// The lines of a text by their first byte.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(n, _)| n).collect())
    }

    fn at(&self, offset: usize) -> u64 {
        self.0.partition_point(|end| *end < offset) as u64 + 1
    }
}

/// Where a part of `text` begins in it.
fn offset_in(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// Calls `each` on the elements of the array at `start` until one cannot be read; gives the offset of that one, or `None`
/// when the array was read to its end.
fn elements(text: &str, start: usize, each: &mut impl FnMut(&str, usize)) -> Option<usize> {
    let mut offset = start + text.get(start..)?.find('[')? + 1;
    loop {
        let rest = text.get(offset..)?;
        let gap = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', ',']).len();
        offset += gap;
        let rest = text.get(offset..)?;
        if rest.starts_with(']') {
            return None;
        }
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        let Some(Ok(raw)) = stream.next() else { return Some(offset) };
        each(raw.get(), offset);
        offset += stream.byte_offset().max(1);
    }
}

/// Reads what can be read of a collection that is no sound JSON: a feature that breaks off is a problem, and reading
/// goes on at the next thing that looks like a feature.
fn damaged_collection(
    text: &str,
    file: &str,
    error: &serde_json::Error,
    problems: &mut Problems,
    one: &mut impl FnMut(&str, usize, &mut Problems),
) {
    let message = format!("the file is no sound JSON: {error}");
    let hint = "the features that could be read were; fetch the file again";
    problems.push(Problem::error(file, "bad_json", message).at_line(error.line() as u64).with_hint(hint));
    let Some(mut start) = text.find("\"features\"") else { return };
    let mut first = true;
    while let Some(stopped) = elements_or_one(text, start, first, &mut |raw, offset| one(raw, offset, problems)) {
        first = false;
        match next_feature(text, stopped + 1) {
            Some(next) => start = next,
            None => return,
        }
    }
}

/// The elements of the array after `start`, or (not `first`) those that follow each other from `start` on.
fn elements_or_one(text: &str, start: usize, first: bool, each: &mut impl FnMut(&str, usize)) -> Option<usize> {
    if first {
        return elements(text, start, each);
    }
    let mut offset = start;
    loop {
        let rest = text.get(offset..)?;
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        let Some(Ok(raw)) = stream.next() else { return Some(offset) };
        each(raw.get(), offset);
        offset += stream.byte_offset().max(1);
        let rest = text.get(offset..)?;
        offset += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', ',']).len();
    }
}

/// The brace that opens the next object with the word `"Feature"` in it.
fn next_feature(text: &str, from: usize) -> Option<usize> {
    let mut from = (from..=text.len()).find(|n| text.is_char_boundary(*n))?;
    loop {
        let word = from + text.get(from..)?.find("\"Feature\"")?;
        if let Some(brace) = text.get(from..word)?.rfind('{') {
            return Some(from + brace);
        }
        from = word + 1;
    }
}

fn feature(raw: &str, file: &str, line: u64) -> Result<Feature, Problem> {
    let wrong = |code, message: String| Problem::error(file, code, message).at_line(line).with_text(head(raw));
    let value: Value =
        serde_json::from_str(raw).map_err(|error| wrong("bad_json", format!("this is no sound JSON: {error}")))?;
    let Value::Object(mut object) = value else {
        return Err(wrong("not_a_feature", "this is no GeoJSON feature".to_owned()));
    };
    if object.get("type").and_then(Value::as_str) != Some("Feature") {
        let problem = wrong("not_a_feature", "this is no GeoJSON feature".to_owned());
        return Err(problem.with_hint("the file holds a FeatureCollection, a Feature, or a Feature on each line"));
    }
    let properties = match object.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => serde_json::Map::new(),
    };
    let geometry = object.get("geometry").unwrap_or(&Value::Null);
    let geometry = shape(geometry).map_err(|message| wrong("bad_geometry", message))?;
    Ok(Feature { line, properties, geometry })
}

/// The beginning of a text, for a problem.
fn head(raw: &str) -> &str {
    raw.char_indices().nth(120).map_or(raw, |(end, _)| raw.get(..end).unwrap_or_default()).trim_end()
}

fn shape(geometry: &Value) -> Result<Shape, String> {
    let kind = geometry.get("type").and_then(Value::as_str).unwrap_or("null");
    let coordinates = geometry.get("coordinates").unwrap_or(&Value::Null);
    let mut reader = Coordinates { n_places: 0 };
    match kind {
        "Polygon" => reader.rings(coordinates).map(Shape::Rings),
        "MultiPolygon" => {
            let polygons = parts(coordinates)?.iter().map(|polygon| reader.rings(polygon));
            Ok(Shape::Rings(polygons.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect()))
        }
        "LineString" => Ok(Shape::Lines(vec![reader.line(coordinates)?])),
        "MultiLineString" => {
            let pieces = parts(coordinates)?.iter().map(|piece| reader.line(piece));
            pieces.collect::<Result<_, _>>().map(Shape::Lines)
        }
        other => Err(format!("a geometry of type {other} is not read here; polygons and lines are")),
    }
}

fn list(value: &Value) -> Result<&Vec<Value>, String> {
    value.as_array().ok_or_else(|| "the coordinates are not nested as their type wants".to_owned())
}

/// The parts of a Multi… geometry.
fn parts(value: &Value) -> Result<&Vec<Value>, String> {
    let parts = list(value)?;
    if parts.is_empty() { Err("the geometry has no part".to_owned()) } else { Ok(parts) }
}

/// Reads coordinates and counts them.
struct Coordinates {
    n_places: usize,
}

impl Coordinates {
    fn rings(&mut self, polygon: &Value) -> Result<Vec<Vec<(f64, f64)>>, String> {
        let mut rings = Vec::new();
        for ring in list(polygon)? {
            let ring: Vec<_> = self.line(ring)?.iter().map(|place| (place.lon_deg(), place.lat_deg())).collect();
            let closing = usize::from(ring.len() > 1 && ring.first() == ring.last());
            if ring.len() - closing < 3 {
                return Err(format!("a ring has {} places; it needs three", ring.len() - closing));
            }
            rings.push(ring);
        }
        if rings.is_empty() { Err("a polygon has no ring".to_owned()) } else { Ok(rings) }
    }

    fn line(&mut self, line: &Value) -> Result<Vec<Wgs84>, String> {
        list(line)?.iter().map(|place| self.place(place)).collect()
    }

    fn place(&mut self, place: &Value) -> Result<Wgs84, String> {
        self.n_places += 1;
        if self.n_places > MAX_PLACES {
            return Err(format!("the geometry has more than {MAX_PLACES} places"));
        }
        let number = |n: usize| list(place).ok()?.get(n)?.as_f64();
        let (Some(lon), Some(lat)) = (number(0), number(1)) else {
            return Err("a place is not two numbers, longitude first".to_owned());
        };
        Wgs84::new(lat, lon).map_err(|_| format!("`{lon}, {lat}` is no longitude and latitude (longitude comes first)"))
    }
}
