//! Geometry that lies outside the folder, brought into the mission's words: names, roles and parties.

use super::settings::GeometrySource;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use truceline_domain::{AreaRole, AreaVersion, Name, Problem, Problems};
use truceline_intake::{Context, Record};

/// The areas of one source, named as `mission.toml` says.
pub fn areas(source: &GeometrySource, bytes: &[u8], zone: &TimeZone) -> (Vec<AreaVersion>, Problems) {
    match &source.format {
        Some(format) => by_format(source, (format, bytes), zone),
        None => plain(source, bytes, zone),
    }
}

/// Areas read by one of intake's formats, such as dated areas of control.
fn by_format(source: &GeometrySource, (format, bytes): (&str, &[u8]), zone: &TimeZone) -> (Vec<AreaVersion>, Problems) {
    let Some(kind) = truceline_intake::kind_named(format) else {
        let mut problems = Problems::default();
        let known: Vec<&str> = truceline_intake::KINDS.iter().map(|kind| kind.name()).collect();
        let problem = Problem::error("mission.toml", "unknown_format", "no format of this name can be read");
        problems.push(super::toml_reader::hinted(problem.at_line(source.line).with_text(format), format, &known));
        return (Vec::new(), problems);
    };
    let owner = source.name.as_str();
    let mut context = Context::new(bytes, &source.path, owner, owner);
    context.party.clone_from(&source.party);
    context.time_zone = zone.clone();
    let mut areas = Vec::new();
    let problems = kind.decode(bytes, &context, &mut |record| {
        if let Record::Area(area) = record {
            areas.push(area);
        }
    });
    for area in &mut areas {
        area.name = source.name.clone();
        area.role = AreaRole::from_word(&source.role).unwrap_or(area.role);
        area.party.clone_from(&source.party);
        area.source.clone_from(&source.path);
    }
    (areas, problems)
}

/// Plain GeoJSON whose features are given the names and roles that intake expects.
fn plain(source: &GeometrySource, bytes: &[u8], zone: &TimeZone) -> (Vec<AreaVersion>, Problems) {
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else {
        // Not one JSON value: perhaps a feature on each line; intake reads that and says what is wrong.
        let (areas, _, problems) = truceline_intake::geometry::read(bytes, &source.path, zone);
        return (areas, problems);
    };
    if let Some(features) = value.get_mut("features").and_then(Value::as_array_mut) {
        features.retain_mut(|feature| rename(source, feature));
    }
    let (mut areas, _, problems) = truceline_intake::geometry::read(value.to_string().as_bytes(), &source.path, zone);
    for area in &mut areas {
        area.source.clone_from(&source.path);
    }
    (areas, problems)
}

/// Names a feature; false when it is not wanted.
fn rename(source: &GeometrySource, feature: &mut Value) -> bool {
    let own = source.name_property.as_deref().and_then(|property| feature.get("properties")?.get(property)?.as_str());
    let own = own.map(str::to_owned);
    if source.only.is_some() && source.only != own {
        return false;
    }
    let name = match own.filter(|_| source.only.is_none()) {
        Some(own) => format!("{}/{own}", source.name),
        None => source.name.to_string(),
    };
    let party = source.party.as_ref().map(Name::as_str);
    if let Some(fields) = feature.as_object_mut() {
        fields.insert("properties".to_owned(), json!({"name": name, "role": source.role, "party": party}));
    }
    true
}
