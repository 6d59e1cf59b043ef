//! The base of the map: the mission's own lines and areas, projected, clipped and simplified once for all its reports.

use crate::map_frame::{MapFrame, Px, simplified};
use std::fmt::Write as _;
use truceline_domain::{AreaRole, AreaVersion, PartyId, ReferenceLine, Span};

/// The most bytes that the paths of a base take; the tolerance grows until they fit.
const BUDGET_BYTES: usize = 110_000;
/// The smallest tolerance, in units of the picture (960 wide).
const TOLERANCE: f64 = 0.6;

/// What a layer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LayerKind {
    Control,
    Water,
    Named,
    Zone,
    Line,
    ProtectedSite,
}

/// One drawn shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layer {
    pub(crate) kind: LayerKind,
    pub(crate) name: String,
    pub(crate) party: Option<PartyId>,
    pub(crate) valid: Span,
    pub(crate) path: String,
    pub(crate) label_at: Option<Px>,
    /// Width of the shape where its label stands, in units of the picture.
    pub(crate) label_room: f64,
}

/// Lines and areas made ready for drawing. Make it once for a mission and hand it to every snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct MapBase {
    pub(crate) frame: MapFrame,
    pub(crate) layers: Vec<Layer>,
}

impl MapBase {
    /// Projects, clips and simplifies the mission's geometry for `[west, south, east, north]` in degrees. Sensor
    /// coverage is left out: it would give away where sensors stand.
    pub fn new(lines: &[ReferenceLine], areas: &[AreaVersion], bounds_deg: [f64; 4]) -> Self {
        let frame = MapFrame::around(bounds_deg);
        let mut shapes: Vec<Shape> = areas.iter().filter_map(|area| Shape::of_area(area, &frame)).collect();
        shapes.extend(lines.iter().map(|line| Shape::of_line(line, &frame)));
        shapes.retain(|shape| !shape.parts.is_empty());
        shapes.sort_by(|a, b| (a.kind, &a.name, a.valid).cmp(&(b.kind, &b.name, b.valid)));
        let mut tolerance = TOLERANCE;
        loop {
            let layers: Vec<Layer> = shapes.iter().map(|shape| shape.layer(tolerance)).collect();
            let fits = layers.iter().map(|layer| layer.path.len()).sum::<usize>() <= BUDGET_BYTES;
            if fits || tolerance > 64.0 {
                return Self { frame, layers: if fits { layers } else { largest(layers) } };
            }
            tolerance *= 2.0;
        }
    }

    /// The layers in force at the end of a period.
    pub(crate) fn layers_at(&self, period: &Span) -> impl Iterator<Item = &Layer> {
        let from = period.from;
        let until = period.until;
        self.layers
            .iter()
            .filter(move |layer| layer.valid.from < until && layer.valid.until >= until && layer.valid.until > from)
    }
}

/// When even the coarsest drawing is too long, the shapes that fit are kept, longest outlines first.
fn largest(mut layers: Vec<Layer>) -> Vec<Layer> {
    let mut used = 0;
    layers.sort_by(|a, b| (a.kind, b.path.len(), &a.name).cmp(&(b.kind, a.path.len(), &b.name)));
    layers.retain(|layer| {
        let fits = used + layer.path.len() <= BUDGET_BYTES;
        used += if fits { layer.path.len() } else { 0 };
        fits
    });
    layers
}

struct Shape {
    kind: LayerKind,
    name: String,
    party: Option<PartyId>,
    valid: Span,
    closed: bool,
    parts: Vec<Vec<Px>>,
}

impl Shape {
    fn of_area(version: &AreaVersion, frame: &MapFrame) -> Option<Self> {
        let kind = match version.role {
            AreaRole::Control => LayerKind::Control,
            AreaRole::Zone => LayerKind::Zone,
            AreaRole::ProtectedSite => LayerKind::ProtectedSite,
            AreaRole::Named => LayerKind::Named,
            AreaRole::Water => LayerKind::Water,
            AreaRole::Coverage => return None,
        };
        let ring_px = |ring: Vec<(f64, f64)>| ring.into_iter().map(|(lon, lat)| frame.px_of(lon, lat)).collect();
        let rings = version.area.rings().map(|ring| frame.clip_ring(ring_px(ring)));
        let parts = rings.filter(|ring| ring.len() >= 3).collect();
        let (name, party) = (version.name.to_string(), version.party.clone());
        Some(Self { kind, name, party, valid: version.valid, closed: true, parts })
    }

    fn of_line(line: &ReferenceLine, frame: &MapFrame) -> Self {
        let piece_px = |piece: &Vec<_>| piece.iter().map(|place| frame.px(*place)).collect::<Vec<_>>();
        let parts = line.pieces.iter().flat_map(|piece| frame.clip_line(&piece_px(piece))).collect();
        let (name, party) = (line.name.to_string(), line.party.clone());
        Self { kind: LayerKind::Line, name, party, valid: line.valid, closed: false, parts }
    }

    fn layer(&self, tolerance: f64) -> Layer {
        let mut path = String::new();
        for part in &self.parts {
            write_path(&mut path, &simplified(part, tolerance), self.closed);
        }
        let label = if self.closed { ring_label(&self.parts) } else { line_label(&self.parts) };
        Layer {
            kind: self.kind,
            name: self.name.clone(),
            party: self.party.clone(),
            valid: self.valid,
            path,
            label_at: label.map(|(at, _)| at),
            label_room: label.map_or(0.0, |(_, room)| room),
        }
    }
}

/// Appends the points with one decimal, each relative to the one before.
fn write_path(path: &mut String, points: &[Px], closed: bool) {
    let tenths = |v: f64| (v * 10.0).round() as i64;
    let mut previous: Option<(i64, i64)> = None;
    for (x, y) in points.iter().map(|p| (tenths(p.0), tenths(p.1))) {
        let (verb, dx, dy) = match previous {
            None => ("M", x, y),
            Some((px, py)) => ("l", x - px, y - py),
        };
        if previous.is_none() || dx != 0 || dy != 0 {
            path.push_str(verb);
            write_tenths(path, dx);
            path.push(' ');
            write_tenths(path, dy);
        }
        previous = Some((x, y));
    }
    if closed {
        path.push('z');
    }
}

fn write_tenths(path: &mut String, tenths: i64) {
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, part) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    // Writing to a String cannot fail.
    let _ = if part == 0 { write!(path, "{sign}{whole}") } else { write!(path, "{sign}{whole}.{part}") };
}

/// A point well inside the largest ring, and the width of the shape there: the middle of the widest stretch on the
/// horizontal through the ring's centre of mass.
fn ring_label(rings: &[Vec<Px>]) -> Option<(Px, f64)> {
    let size = |ring: &Vec<Px>| centroid(ring).map_or(0.0, |(_, area)| area);
    let largest = rings.iter().max_by(|a, b| size(a).total_cmp(&size(b)))?;
    let ((_, y), _) = centroid(largest)?;
    let mut crossings: Vec<f64> = rings.iter().flat_map(|ring| crossings_at(ring, y)).collect();
    crossings.sort_by(f64::total_cmp);
    let stretches = crossings.chunks_exact(2).filter_map(|pair| match pair {
        [a, b] => Some((*a, *b)),
        _ => None,
    });
    let (a, b) = stretches.max_by(|p, q| (p.1 - p.0).total_cmp(&(q.1 - q.0)))?;
    Some(((0.5 * (a + b), y), b - a))
}

/// Centre of mass and area of a ring.
fn centroid(ring: &[Px]) -> Option<(Px, f64)> {
    let edges = ring.iter().zip(ring.iter().cycle().skip(1));
    let (area2, sx, sy) = edges.fold((0.0, 0.0, 0.0), |(area2, sx, sy), (a, b)| {
        let cross = a.0 * b.1 - b.0 * a.1;
        (area2 + cross, sx + (a.0 + b.0) * cross, sy + (a.1 + b.1) * cross)
    });
    (area2 != 0.0).then(|| ((sx / (3.0 * area2), sy / (3.0 * area2)), 0.5 * area2.abs()))
}

fn crossings_at(ring: &[Px], y: f64) -> Vec<f64> {
    let edges = ring.iter().zip(ring.iter().cycle().skip(1));
    edges.filter(|(a, b)| (a.1 > y) != (b.1 > y)).map(|(a, b)| a.0 + (y - a.1) * (b.0 - a.0) / (b.1 - a.1)).collect()
}

/// The middle point of the longest part and its number of points as a stand-in for room.
fn line_label(parts: &[Vec<Px>]) -> Option<(Px, f64)> {
    let length = |part: &Vec<Px>| -> f64 {
        part.iter().zip(part.iter().skip(1)).map(|(a, b)| (a.0 - b.0).hypot(a.1 - b.1)).sum()
    };
    let longest = parts.iter().max_by(|a, b| length(a).total_cmp(&length(b)))?;
    longest.get(longest.len() / 3).map(|at| (*at, length(longest)))
}

#[cfg(test)]
#[path = "map_base_tests.rs"]
mod tests;
