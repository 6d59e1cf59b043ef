//! What stands on the map of an event.

use super::axis::{decimals_of, round_step};
use super::event_map::{MapArt, MapStation, StationState};
use super::map_areas::{area_style, is_drawable, percent};
use super::pen::{Anchor, At, put, shown_name};
use super::texts;
use crate::labels::fill;
use crate::map_frame::simplified;

/// More names than this would only be noise.
const NAMES_MAX: usize = 60;
/// More stations than this are not drawn.
const STATIONS_MAX: usize = 900;

/// The line of a latitude or longitude through the picture.
struct Rule {
    is_meridian: bool,
    value_deg: f64,
    points: Vec<(f64, f64)>,
}

/// Latitudes and longitudes that run through the picture, with the decimals of their names.
fn rules(art: &MapArt) -> (Vec<Rule>, usize) {
    let [left, top, right, bottom] = art.frame;
    let border = (0..=32).flat_map(|k| {
        let t = f64::from(k) / 32.0;
        let (x, y) = (left + t * (right - left), top + t * (bottom - top));
        [(x, top), (x, bottom), (left, y), (right, y)]
    });
    let start = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let [south, west, north, east] = border
        .map(|p| art.plane.degrees(art.km(p)))
        .fold(start, |h, (lat, lon)| [h[0].min(lat), h[1].min(lon), h[2].max(lat), h[3].max(lon)]);
    let room = if art.look.is_narrow() { 100.0 } else { 120.0 };
    let (across, down) = (((right - left) / room).max(2.0), ((bottom - top) / room).max(2.0));
    let least = ((east - west) / across).max((north - south) / down);
    let step = if least > 5.0 {
        [10.0, 15.0, 30.0, 60.0].into_iter().find(|s| *s >= least).unwrap_or(90.0)
    } else {
        round_step(least)
    };
    let lat = |k: i32| south + (north - south) * f64::from(k) / 48.0;
    let lon = |k: i32| west + (east - west) * f64::from(k) / 48.0;
    let mut all = Vec::new();
    for value in between(west, east, step) {
        let points = (0..=48).map(|k| art.px(art.plane.km_of(lat(k), value))).collect();
        all.push(Rule { is_meridian: true, value_deg: value, points });
    }
    for value in between(south, north, step) {
        let points = (0..=48).map(|k| art.px(art.plane.km_of(value, lon(k)))).collect();
        all.push(Rule { is_meridian: false, value_deg: value, points });
    }
    (all, decimals_of(step))
}

fn between(from: f64, until: f64, step: f64) -> impl Iterator<Item = f64> {
    let first = (from / step).ceil();
    let n = ((until / step).floor() - first).clamp(-1.0, 40.0);
    (0..(n + 1.0) as u32).map(move |k| (first + f64::from(k)) * step)
}

/// Latitudes and longitudes as thin lines.
pub(super) fn graticule(art: &mut MapArt) {
    for rule in rules(art).0 {
        art.pen.line("gr", &simplified(&rule.points, 0.2));
    }
}

/// Their names along the upper and the left edge, where there is room.
pub(super) fn degrees(art: &mut MapArt) {
    let [left, top, ..] = art.frame;
    let (rules, decimals) = rules(art);
    for rule in rules {
        let sides = if rule.is_meridian { ["E", "W"] } else { ["N", "S"] };
        let wrapped =
            if rule.is_meridian { (rule.value_deg + 180.0).rem_euclid(360.0) - 180.0 } else { rule.value_deg };
        let side = if wrapped < 0.0 { sides[1] } else { sides[0] };
        let name = format!("{}°\u{a0}{side}", art.look.number(wrapped.abs(), decimals));
        let at = if rule.is_meridian {
            crosses(&rule.points, |p| p.1 - top).map(|p| ((p.0, top + 13.0), Anchor::Middle))
        } else {
            crosses(&rule.points, |p| p.0 - left).map(|p| ((left + 5.0, p.1 - 3.0), Anchor::Start))
        };
        if let Some(place) = at {
            let _ = art.pen.text_where_free("tk onland", &[place], &name, (11.0, art.frame));
        }
    }
}

/// Where a line crosses the zero of a measure.
fn crosses(points: &[(f64, f64)], measure: impl Fn((f64, f64)) -> f64) -> Option<(f64, f64)> {
    points.iter().zip(points.iter().skip(1)).find_map(|(a, b)| {
        let (da, db) = (measure(*a), measure(*b));
        let t = da / (da - db);
        ((da < 0.0) != (db < 0.0) && t.is_finite()).then_some((a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1)))
    })
}

/// Bearings of arrays as thin wedges, a little beyond the event.
pub(super) fn wedges(art: &mut MapArt) {
    let across_km = (art.frame[2] - art.frame[0]).hypot(art.frame[3] - art.frame[1]) / art.px_per_km;
    for bearing in &art.map.bearings {
        if !(bearing.azimuth_deg.is_finite() && bearing.sigma_deg.is_finite()) {
            continue;
        }
        let (x, y) = art.plane.km(bearing.from);
        let reach = (1.35 * x.hypot(y)).clamp(0.15 * across_km, 2.0 * across_km).min(9_000.0);
        let half = bearing.sigma_deg.abs().clamp(0.2, 60.0);
        let at = |azimuth: f64, t: f64| art.px(art.plane.km_from(bearing.from, azimuth, t * reach));
        let edge = |azimuth: f64| (0..=12).map(move |k| (azimuth, f64::from(k) / 12.0));
        let arc = (0..=8).map(|k| (bearing.azimuth_deg - half + 0.25 * half * f64::from(k), 1.0));
        let back = edge(bearing.azimuth_deg + half).collect::<Vec<_>>().into_iter().rev();
        let outline: Vec<_> =
            edge(bearing.azimuth_deg - half).chain(arc).chain(back).map(|(azimuth, t)| at(azimuth, t)).collect();
        let beam: Vec<_> = edge(bearing.azimuth_deg).map(|(azimuth, t)| at(azimuth, t)).collect();
        art.pen.line("wedge", &simplified(&outline, 0.3));
        art.pen.line("beam", &simplified(&beam, 0.3));
    }
}

/// Rays from the event to the stations that heard it, as wide as these counted.
pub(super) fn rays(art: &mut MapArt) {
    let event = art.place_px(art.map.place);
    for station in art.stations.iter().take(STATIONS_MAX) {
        if let StationState::Heard { weight } = station.state {
            let weight = if weight.is_finite() { weight.clamp(0.0, 1.0) } else { 0.0 };
            let (x, y) = art.place_px(station.place);
            put!(
                art.pen,
                r#"<path class="ray" stroke-width="{:.1}" d="M{} {}L{} {}"/>"#,
                0.6 + 1.8 * weight,
                At(event.0),
                At(event.1),
                At(x),
                At(y)
            );
        }
    }
}

/// The outline of a station's mark about the origin.
fn station_shape(is_array: bool) -> &'static str {
    if is_array { "M0-6.2L6.2 0 0 6.2-6.2 0z" } else { "M0-5.6L5.2 3.8H-5.2z" }
}

const CROSS: &str = "M-4-4L4 4M4-4L-4 4";

/// Stations: filled when they heard, hollow when they should have, crossed when they were down.
pub(super) fn stations(art: &mut MapArt) {
    let drawn: Vec<&MapStation> = art.stations.iter().rev().copied().collect();
    let skip = drawn.len().saturating_sub(STATIONS_MAX);
    for station in drawn.into_iter().skip(skip) {
        let (x, y) = art.place_px(station.place);
        if !art.shows((x, y)) {
            continue;
        }
        let (style, shape, says) = match station.state {
            StationState::Heard { weight } => {
                let says = format!("{}, {} {}", art.texts.heard, art.texts.weight, art.look.number(weight, 2));
                ("hd", station_shape(station.is_array), says)
            }
            StationState::Silent { pd } => {
                let pd = art.look.format().percent(if pd.is_finite() { pd } else { 0.0 });
                ("si", station_shape(station.is_array), format!("{} ({pd})", art.texts.silent_short))
            }
            StationState::Down => ("dn", CROSS, art.texts.down.to_owned()),
        };
        put!(art.pen, r#"<path class="{style}" transform="translate({} {})" d="{shape}">"#, At(x), At(y));
        art.pen.told(&format!("{}: {says}", shown_name(&station.name, 32)));
        art.pen.svg.push_str("</path>");
        art.pen.take([x - 6.0, y - 6.0, x + 6.0, y + 6.0]);
    }
}

/// Rival places as broken circles.
pub(super) fn rivals(art: &mut MapArt) {
    for rival in art.map.rivals.iter().take(20) {
        let (x, y) = art.place_px(rival.place);
        put!(art.pen, r#"<circle class="rv" cx="{}" cy="{}" r="6">"#, At(x), At(y));
        art.pen.told(&format!("{}: {}", art.texts.rival, shown_name(&rival.name, 32)));
        art.pen.svg.push_str("</circle>");
        art.pen.take([x - 7.0, y - 7.0, x + 7.0, y + 7.0]);
    }
}

pub(super) const STAR: &str = "M0-8L1.9-2.6 7.6-2.5 3 1 4.7 6.5 0 3.2-4.7 6.5-3 1-7.6-2.5-1.9-2.6z";

/// The most likely place.
pub(super) fn event(art: &mut MapArt) {
    let (x, y) = art.place_px(art.map.place);
    put!(art.pen, r#"<path class="star" transform="translate({} {})" d="{STAR}">"#, At(x), At(y));
    art.pen.told(art.texts.place);
    art.pen.svg.push_str("</path>");
    art.pen.take([x - 9.0, y - 9.0, x + 9.0, y + 9.0]);
}

/// A length of 1, 2 or 5 times a power of ten, m, that takes no more than `room` px.
pub(super) fn scale_m(px_per_km: f64, room: f64) -> f64 {
    let most_m = 1_000.0 * room / px_per_km;
    let step = round_step(most_m);
    if step <= most_m { step } else { round_step(0.45 * most_m) }
}

/// A length in the unit that suits it.
pub(super) fn length(art: &MapArt, metres: f64) -> String {
    let unit = |u| texts::unit(art.look.language, u);
    if metres >= 1_000.0 {
        format!("{}\u{a0}{}", art.look.format().whole((metres / 1_000.0).round() as u64), unit("km"))
    } else {
        format!("{}\u{a0}{}", art.look.number(metres, decimals_of(metres.max(1e-3))), unit("m"))
    }
}

/// The scale at the lower left and the arrow to the north at the upper right.
pub(super) fn scale_and_north(art: &mut MapArt) {
    let [left, top, right, bottom] = art.frame;
    let metres = scale_m(art.px_per_km, 0.25 * (right - left));
    let (x, y) = (left + 12.0, bottom - 12.0);
    let end = x + 0.001 * metres * art.px_per_km;
    let name = length(art, metres);
    put!(art.pen, r#"<path class="sc" d="M{} {}v5H{}v-5"/>"#, At(x), At(y - 5.0), At(end));
    art.pen.text("ti onland", (x, y - 10.0), &name);
    art.pen.take([left, bottom - 36.0, (end + 6.0).max(x + 60.0), bottom]);
    let x = right - 20.0;
    put!(art.pen, r#"<path class="no" d="M{} {}l6 20-6-5-6 5z"/>"#, At(x), At(top + 10.0));
    art.pen.text("ti onland m", (x, top + 43.0), art.texts.north);
    art.pen.take([x - 14.0, top, right, top + 48.0]);
}

/// Names of stations and rivals, where there is room.
pub(super) fn names(art: &mut MapArt) {
    let rivals = art.map.rivals.iter().take(20).map(|r| (art.place_px(r.place), shown_name(&r.name, 20)));
    let stations = art.stations.iter().take(NAMES_MAX).map(|s| (art.place_px(s.place), shown_name(&s.name, 16)));
    let all: Vec<_> = rivals.chain(stations).filter(|(at, _)| art.shows(*at)).collect();
    for ((x, y), name) in all {
        let places = [
            ((x + 8.5, y + 3.6), Anchor::Start),
            ((x - 8.5, y + 3.6), Anchor::End),
            ((x, y - 8.5), Anchor::Middle),
            ((x, y + 15.0), Anchor::Middle),
        ];
        let [left, top, right, bottom] = art.frame;
        let within = [left + 2.0, top + 2.0, right - 2.0, bottom - 2.0];
        let _ = art.pen.text_where_free("nm onland", &places, &name, (10.5, within));
    }
}

/// What the marks mean: only those that are there.
pub(super) fn legend(art: &MapArt) -> Vec<(String, String)> {
    let mut entries = Vec::new();
    let mut add = |symbol: String, words: &str| entries.push((symbol, words.to_owned()));
    add(format!(r#"<path class="star" d="{STAR}"/>"#), art.texts.place);
    let any = |what: fn(&StationState) -> bool| art.stations.iter().any(|s| what(&s.state));
    if any(|s| matches!(s, StationState::Heard { .. })) {
        add(format!(r#"<path class="hd" d="{}"/>"#, station_shape(false)), art.texts.heard);
        add(r#"<path class="ray" stroke-width="2" d="M-9 4L9-4"/>"#.to_owned(), art.texts.ray);
    }
    if any(|s| matches!(s, StationState::Silent { .. })) {
        add(format!(r#"<path class="si" d="{}"/>"#, station_shape(false)), art.texts.silent_short);
    }
    if any(|s| matches!(s, StationState::Down)) {
        add(format!(r#"<path class="dn" d="{CROSS}"/>"#), art.texts.down);
    }
    if art.stations.iter().any(|s| s.is_array) {
        add(format!(r#"<path class="hd" d="{}"/>"#, station_shape(true)), art.texts.array);
    }
    if !art.map.bearings.is_empty() {
        let symbol = r#"<path class="wedge" d="M-9 5L9-5V5z"/><path class="beam" d="M-9 5L9 0"/>"#;
        add(symbol.to_owned(), art.texts.bearing);
    }
    let areas = art.map.ellipses.iter().filter(|e| is_drawable(e)).map(|e| e.probability);
    let mut areas: Vec<f64> = areas.chain(art.map.regions.iter().map(|r| r.probability)).collect();
    areas.sort_by(f64::total_cmp);
    areas.dedup();
    for probability in areas.into_iter().take(6) {
        let words = fill(art.look.language, art.texts.holds, &[("p", &percent(art, probability))]);
        add(format!(r#"<path class="{}" d="M-8-5H8V5H-8z"/>"#, area_style(probability)), &words);
    }
    if !art.map.rivals.is_empty() {
        add(r#"<circle class="rv" r="6"/>"#.to_owned(), art.texts.rival);
    }
    entries
}
