//! `mission.toml` and `feeds.toml`: what the mission is called, who its parties are, where its captures come from.

use super::sealed_roles::SealedRole;
use super::toml_reader::{Notes, Table, TomlFile};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use truceline_domain::{Name, PartyId, Problem, Span, Timestamp};

/// A party and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Neutral id.
    pub id: PartyId,
    /// Display name; configuration, not judgement.
    pub name: String,
}

/// How coarse and how late places may leave the mission.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DisclosurePolicy {
    /// Side of the public grid's cells, m.
    pub public_cell_m: f64,
    /// Side of the liaison grid's cells, m.
    pub liaison_cell_m: f64,
    /// Hours before anything is public.
    pub public_delay_h: f64,
}

impl Default for DisclosurePolicy {
    /// 10 km and 72 h for the public, 5 km for liaison: the defaults proposed for this field.
    fn default() -> Self {
        Self { public_cell_m: 10_000.0, liaison_cell_m: 5_000.0, public_delay_h: 72.0 }
    }
}

/// Geometry that lives outside the folder, such as dated areas of control.
#[derive(Clone, Debug)]
pub struct GeometrySource {
    /// Name of the areas.
    pub name: Name,
    /// The file, relative to the folder or with `${TRUCELINE_DATA}`.
    pub path: String,
    /// Role of the areas, if the file does not say.
    pub role: String,
    /// Party of the areas, if the file does not say.
    pub party: Option<PartyId>,
    /// Intake's name of the format (`control_geojson` for dated areas of control); plain GeoJSON when not set.
    pub format: Option<String>,
    /// The property of each feature that names it, so that features become `name/value`.
    pub name_property: Option<String>,
    /// Take only the feature whose name property has this value, and call it by the name alone.
    pub only: Option<String>,
    /// Line in `mission.toml`.
    pub line: u64,
}

/// A line to be derived: where the edge of a control area runs inside the country, not along border or coast.
#[derive(Clone, Debug)]
pub struct ContactLineSource {
    /// Name of the line.
    pub name: Name,
    /// Name of the control areas whose edge it is.
    pub of: Name,
    /// Name of the areas that make up the country.
    pub country: Name,
    /// How far from border and coast an edge must lie to count, m.
    pub border_margin_m: f64,
    /// Pieces shorter than this are left out, m: bits of coast that two maps draw differently.
    pub min_piece_m: f64,
    /// Simplification, m.
    pub simplify_m: f64,
    /// The version to hold for all times, as the text of its start; `None` keeps every version.
    pub only_version: Option<String>,
    /// Line in `mission.toml`.
    pub line: u64,
}

/// What `mission.toml` says.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Name of the mission.
    pub name: String,
    /// One or two sentences.
    pub description: String,
    /// True for made-up geography and events.
    pub fictional: bool,
    /// Time zone by name or offset.
    pub time_zone_name: String,
    /// Languages of its documents.
    pub languages: Vec<String>,
    /// West, south, east, north in degrees.
    pub bounds_deg: Option<[f64; 4]>,
    /// The time it covers, if limited.
    pub span: Option<Span>,
    /// Whom to credit for data.
    pub credits: Vec<String>,
    /// The parties.
    pub parties: Vec<Party>,
    /// Named events that rules refer to.
    pub events: BTreeMap<Name, Timestamp>,
    /// Disclosure.
    pub disclosure: DisclosurePolicy,
    /// Paths of the agreement's text and rules, and its version.
    pub agreement: Option<(String, String, String)>,
    /// Who must come together to see where fire came from; none when points of origin are kept for nobody.
    pub sealed_roles: Vec<SealedRole>,
    /// Geometry from outside.
    pub geometry: Vec<GeometrySource>,
    /// Lines to derive.
    pub contact_lines: Vec<ContactLineSource>,
}

impl Settings {
    /// The time zone; UTC when none is set or known.
    pub fn time_zone(&self) -> TimeZone {
        time_zone(&self.time_zone_name).unwrap_or(TimeZone::UTC)
    }
}

/// A time zone by IANA name or fixed offset (`+02:00`).
pub fn time_zone(name: &str) -> Option<TimeZone> {
    if name == "UTC" || name == "Z" {
        return Some(TimeZone::UTC);
    }
    if name.starts_with(['+', '-']) {
        let probe = format!("2000-01-01T00:00:00{name}[{name}]");
        return probe.parse::<jiff::Zoned>().ok().map(|zoned| zoned.time_zone().clone());
    }
    TimeZone::get(name).ok()
}

/// Reads `mission.toml`.
pub fn read_settings(file: &str, text: &str) -> (Settings, Vec<Problem>) {
    let mut toml = TomlFile::parse(file, text);
    toml.check_sections(&[
        "mission",
        "party",
        "events",
        "agreement",
        "disclosure",
        "sealed",
        "geometry",
        "contact_line",
    ]);
    let mut settings = toml.table("mission", mission_section).unwrap_or_default();
    settings.parties = toml.tables("party", |t, n| {
        let id = t.required_text("id", n)?;
        let name = t.text("name", n).unwrap_or_else(|| id.clone());
        Some(Party { id: id.into(), name })
    });
    let events = toml.table("events", |t, n| t.instants(n)).unwrap_or_default();
    settings.events = events.into_iter().map(|(name, at)| (Name::from(name), at)).collect();
    settings.agreement = toml
        .table("agreement", |t, n| {
            let text = t.required_text("text", n);
            let rules = t.required_text("rules", n);
            let version = t.required_text("version", n);
            Some((text?, rules?, version?))
        })
        .flatten();
    settings.disclosure = toml.table("disclosure", disclosure_section).unwrap_or_default();
    settings.sealed_roles = toml.table("sealed", super::sealed_roles::section).unwrap_or_default();
    settings.geometry = toml.tables("geometry", geometry_section);
    settings.contact_lines = toml.tables("contact_line", contact_line_section);
    let mut problems = toml.into_problems();
    problems.extend(missing_parts(file, &settings));
    (settings, problems)
}

/// The longest time of a mission, s: fifty years, so that a slip in the year does not make millions of days.
const SPAN_MAX_S: f64 = 50.0 * 366.0 * 86_400.0;

fn mission_section(t: &mut Table<'_, '_>, n: &mut Notes<'_>) -> Settings {
    let name = t.required_text("name", n).unwrap_or_default();
    let time_zone_name = t.required_text("time_zone", n).unwrap_or_else(|| "UTC".to_owned());
    if time_zone(&time_zone_name).is_none() {
        let problem = Problem::error(n.file, "unknown_time_zone", "this time zone is not known")
            .at_line(t.line())
            .with_text(&time_zone_name)
            .with_hint("write an offset such as `+02:00` or a name such as `Europe/Kyiv`");
        n.push(problem);
    }
    let (from, until) = (t.instant("from", n), t.instant("until", n));
    if from.is_some() != until.is_some() {
        let problem = Problem::error(n.file, "half_a_span", "`from` and `until` belong together: give both or neither");
        n.push(problem.at_line(t.line()));
    }
    let span = from.zip(until).and_then(|(from, until)| {
        let span = Span::new(from, until).filter(|span| span.from < span.until);
        if span.is_none() {
            n.push(Problem::error(n.file, "span_backwards", "`until` must lie after `from`").at_line(t.line()));
        }
        let too_long = span.filter(|span| span.seconds() > SPAN_MAX_S);
        if too_long.is_some() {
            let message = "a mission's time may not be longer than fifty years";
            n.push(Problem::error(n.file, "span_too_long", message).at_line(t.line()));
        }
        span.filter(|_| too_long.is_none())
    });
    let bounds_deg = t.numbers("area", n).and_then(|numbers| {
        let bounds = <[f64; 4]>::try_from(numbers).ok().filter(|[w, s, e, north]| {
            let on_earth = |lon: f64, lat: f64| (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
            w < e && s < north && on_earth(*w, *s) && on_earth(*e, *north)
        });
        if bounds.is_none() {
            let message = "`area` must be west, south, east, north in degrees";
            n.push(Problem::error(n.file, "bad_area", message).at_line(t.line()));
        }
        bounds
    });
    Settings {
        name,
        time_zone_name,
        span,
        bounds_deg,
        description: t.text("description", n).unwrap_or_default(),
        fictional: t.flag("fictional", n).unwrap_or(false),
        languages: t.texts("languages", n),
        credits: t.texts("credits", n),
        ..Settings::default()
    }
}

fn disclosure_section(t: &mut Table<'_, '_>, n: &mut Notes<'_>) -> DisclosurePolicy {
    let default = DisclosurePolicy::default();
    let mut positive = |key, fallback| match t.number(key, n) {
        Some(number) if number > 0.0 => number,
        Some(_) => {
            n.push(Problem::error(n.file, "not_positive", format!("`{key}` must be more than zero")).at_line(t.line()));
            fallback
        }
        None => fallback,
    };
    DisclosurePolicy {
        public_cell_m: positive("public_cell_m", default.public_cell_m),
        liaison_cell_m: positive("liaison_cell_m", default.liaison_cell_m),
        public_delay_h: positive("public_delay_h", default.public_delay_h),
    }
}

fn geometry_section(t: &mut Table<'_, '_>, n: &mut Notes<'_>) -> Option<GeometrySource> {
    let name = t.required_text("name", n);
    let path = t.required_text("path", n);
    let role = t.text("role", n).unwrap_or_else(|| "area".to_owned());
    let party = t.text("party", n).map(PartyId::from);
    let format = t.text("format", n);
    let name_property = t.text("name_property", n);
    let only = t.text("only", n);
    Some(GeometrySource { name: name?.into(), path: path?, role, party, format, name_property, only, line: t.line() })
}

fn contact_line_section(t: &mut Table<'_, '_>, n: &mut Notes<'_>) -> Option<ContactLineSource> {
    let name = t.required_text("name", n);
    let of = t.required_text("of", n);
    let country = t.required_text("country", n);
    let border_margin_m = t.number("border_margin_m", n).unwrap_or(3_000.0);
    let min_piece_m = t.number("min_piece_m", n).unwrap_or(0.0);
    let simplify_m = t.number("simplify_m", n).unwrap_or(0.0);
    let only_version = t.text("only_version", n);
    let line = t.line();
    Some(ContactLineSource {
        name: name?.into(),
        of: of?.into(),
        country: country?.into(),
        border_margin_m,
        min_piece_m,
        simplify_m,
        only_version,
        line,
    })
}

fn missing_parts(file: &str, settings: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    if settings.parties.is_empty() {
        let problem = Problem::error(file, "no_parties", "the mission names no parties");
        problems.push(problem.with_hint("add `[[party]]` with `id = \"A\"` and `name = \"…\"` for each"));
    }
    if settings.agreement.is_none() {
        let problem = Problem::error(file, "no_agreement", "the mission names no agreement");
        problems.push(problem.with_hint("add `[agreement]` with `text`, `rules` and `version`"));
    }
    let mut seen = std::collections::BTreeSet::new();
    for party in settings.parties.iter().filter(|party| !seen.insert(party.id.clone())) {
        problems.push(Problem::error(file, "party_twice", "two parties have this id").with_text(party.id.as_str()));
    }
    problems
}

/// Where captures come from.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Name of the feed.
    pub name: String,
    /// Intake's name of the format; `None` to recognise it.
    pub kind: Option<String>,
    /// File or folder, relative to the mission or with `${TRUCELINE_DATA}`.
    pub path: String,
    /// The sensor or source of the register that it speaks for.
    pub source: Name,
    /// Who owns that source.
    pub owner: Name,
    /// The party it concerns, for areas of control.
    pub party: Option<PartyId>,
    /// Time zone of local times in it; the mission's when not set.
    pub time_zone: Option<String>,
    /// Line in `feeds.toml`.
    pub line: u64,
}

/// Reads `feeds.toml`.
pub fn read_feeds(file: &str, text: &str) -> (Vec<Feed>, Vec<Problem>) {
    let mut toml = TomlFile::parse(file, text);
    toml.check_sections(&["feed"]);
    let feeds = toml.tables("feed", |t, n| {
        let path = t.required_text("path", n);
        let source = t.required_text("source", n);
        let kind = t.text("kind", n);
        if let Some(kind) = kind.as_deref().filter(|kind| truceline_intake::kind_named(kind).is_none()) {
            let known: Vec<&str> = truceline_intake::KINDS.iter().map(|kind| kind.name()).collect();
            let problem =
                Problem::error(n.file, "unknown_format", "no format of this name can be read").with_text(kind);
            n.push(super::toml_reader::hinted(problem.at_line(t.line()), kind, &known));
        }
        let zone = t.text("time_zone", n);
        if let Some(zone) = zone.as_deref().filter(|zone| time_zone(zone).is_none()) {
            n.push(
                Problem::error(n.file, "unknown_time_zone", "this time zone is not known")
                    .at_line(t.line())
                    .with_text(zone),
            );
        }
        let owner = t.text("owner", n).unwrap_or_else(|| "mission".to_owned());
        let party = t.text("party", n).map(PartyId::from);
        let (path, source) = (path?, source?);
        let name = t.text("name", n).unwrap_or_else(|| source.clone());
        Some(Feed {
            name,
            kind,
            path,
            source: source.into(),
            owner: owner.into(),
            party,
            time_zone: zone,
            line: t.line(),
        })
    });
    (feeds, toml.into_problems())
}
