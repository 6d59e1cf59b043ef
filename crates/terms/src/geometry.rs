//! Areas and lines made ready for many questions: nearest edges by tree, shares of an estimate by the domain's points.

use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};
use std::sync::OnceLock;
use truceline_domain::{Area, AreaVersion, LocalFrame, Name, PlaceEstimate, ReferenceLine, Span, Timestamp, Wgs84};

type Edge = GeomWithData<Line<[f64; 2]>, ()>;
type Point = (f64, f64);

/// Standard deviations within which all of the domain's 32 × 48 points lie: √(−2 ln(1/64)) = 2.884.
pub(crate) const REACH_SIGMA: f64 = 2.885;
/// Sectors about the centre of an estimate into which the edges near it are sorted.
const SECTORS: usize = 64;
/// With an edge nearer than this to the centre, ways from the centre are a matter of rounding, m.
const CLOSE_M: f64 = 0.01;

/// Edges in a tree, longitudes relative to a meridian.
#[derive(Debug)]
pub(crate) struct Edges {
    tree: RTree<Edge>,
    lon0_deg: f64,
}

impl Edges {
    fn new(pieces: impl IntoIterator<Item = Vec<Point>>, is_closed: bool) -> Self {
        let mut lon0_deg = None;
        let mut edges = Vec::new();
        for piece in pieces {
            let relative = |&(lon, lat): &Point| (wrap_deg(lon - *lon0_deg.get_or_insert(lon)), lat);
            let local: Vec<Point> = piece.iter().map(relative).collect();
            let next = local.iter().cycle().skip(1);
            let n = if is_closed || local.len() == 1 { local.len() } else { local.len().saturating_sub(1) };
            edges.extend(
                local.iter().zip(next).take(n).map(|(a, b)| GeomWithData::new(Line::new([a.0, a.1], [b.0, b.1]), ())),
            );
        }
        Self { tree: RTree::bulk_load(edges), lon0_deg: lon0_deg.unwrap_or(0.0) }
    }

    fn local(&self, place: Wgs84) -> Point {
        (wrap_deg(place.lon_deg() - self.lon0_deg), place.lat_deg())
    }

    fn box_about(&self, frame: &LocalFrame, radius_m: f64) -> AABB<[f64; 2]> {
        let (x, y) = self.local(frame.origin());
        let (dlat, dlon) = frame.degrees_for_m(radius_m);
        AABB::from_corners([x - dlon, y - dlat], [x + dlon, y + dlat])
    }

    /// True when an edge may lie within the radius.
    pub fn any_near(&self, frame: &LocalFrame, radius_m: f64) -> bool {
        self.tree.locate_in_envelope_intersecting(&self.box_about(frame, radius_m)).next().is_some()
    }

    /// The edges that may lie within the radius, in metres east and north of the frame's origin.
    fn near_enu(&self, frame: &LocalFrame, radius_m: f64) -> impl Iterator<Item = (Point, Point)> + '_ {
        let (x, y) = self.local(frame.origin());
        let (m_lat, m_lon) = frame.degrees_for_m(1.0);
        let to_m = move |[ex, ey]: [f64; 2]| ((ex - x) / m_lon, (ey - y) / m_lat);
        let near = self.tree.locate_in_envelope_intersecting(&self.box_about(frame, radius_m));
        near.map(move |edge| (to_m(edge.geom().from), to_m(edge.geom().to)))
    }

    /// Distance from the place to the nearest edge, m; `None` when there is none.
    pub fn distance_m(&self, place: Wgs84) -> Option<f64> {
        let (x, y) = self.local(place);
        let frame = LocalFrame::about(place);
        let (m_lat, m_lon) = frame.degrees_for_m(1.0);
        let to_m = |[ex, ey]: [f64; 2]| ((ex - x) / m_lon, (ey - y) / m_lat);
        let first = self.tree.nearest_neighbor(&[x, y])?;
        let bound_m = point_to_edge((0.0, 0.0), (to_m(first.geom().from), to_m(first.geom().to)));
        // Degrees are not metres: every edge that could be nearer than the first one found is asked again.
        let near = self.near_enu(&frame, bound_m * 1.02 + 1.0);
        Some(near.map(|edge| point_to_edge((0.0, 0.0), edge)).fold(bound_m, f64::min))
    }
}

/// An angle difference in −180…180 degrees.
fn wrap_deg(deg: f64) -> f64 {
    (deg + 180.0).rem_euclid(360.0) - 180.0
}

/// Distance from a point to a segment.
fn point_to_edge((px, py): Point, (a, b): (Point, Point)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length2 = dx * dx + dy * dy;
    let t = if length2 > 0.0 { (((px - a.0) * dx + (py - a.1) * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (a.0 + t * dx - px).hypot(a.1 + t * dy - py)
}

/// True when the way from the origin to `p` crosses the edge. One end of the edge counts as part of it, so that a way
/// through a corner crosses once.
fn crosses(p: Point, (a, b): (Point, Point)) -> bool {
    let side = |q: Point| p.0 * q.1 - p.1 * q.0 > 0.0;
    let turn = |q: Point| (b.0 - a.0) * (q.1 - a.1) - (b.1 - a.1) * (q.0 - a.0) > 0.0;
    side(a) != side(b) && turn((0.0, 0.0)) != turn(p)
}

/// Edges sorted by the directions in which they are seen from the origin, so that the way to a point is asked only
/// about edges that lie in its direction.
struct Sectors {
    edges: Vec<Vec<(Point, Point)>>,
}

impl Sectors {
    fn of(near: &[(Point, Point)]) -> Self {
        let mut edges = vec![Vec::new(); SECTORS];
        for edge in near {
            let (from, to) = (turn_of(edge.0), turn_of(edge.1));
            let across = (to - from + 0.5).rem_euclid(1.0) - 0.5;
            // An edge that passes the origin closely may lie in any direction.
            let (first, n) = if across.abs() > 0.49 { (0, SECTORS) } else { spanned(from, across) };
            for at in (first..first + n.min(SECTORS)).map(|at| at % SECTORS) {
                edges.get_mut(at).into_iter().for_each(|sector| sector.push(*edge));
            }
        }
        Self { edges }
    }

    /// True when the way from the origin to the point crosses an odd number of edges.
    fn is_crossed(&self, point: Point) -> bool {
        let sector = self.edges.get(sector_of(turn_of(point)));
        sector.is_some_and(|edges| edges.iter().filter(|edge| crosses(point, **edge)).count() % 2 == 1)
    }
}

/// The first sector of an edge and how many it touches, with one more on either side for rounding.
fn spanned(from: f64, across: f64) -> (usize, usize) {
    let begin = if across < 0.0 { from + across } else { from };
    let first = sector_of((begin - 1.0 / SECTORS as f64).rem_euclid(1.0));
    (first, (across.abs() * SECTORS as f64).ceil() as usize + 3)
}

/// The direction of a point as a share of a full turn, 0…1.
fn turn_of((x, y): Point) -> f64 {
    (y.atan2(x) / std::f64::consts::TAU).rem_euclid(1.0)
}

fn sector_of(turn: f64) -> usize {
    ((turn * SECTORS as f64) as usize).min(SECTORS - 1)
}

/// How much of an estimate lies in something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Share {
    /// Probability of being inside.
    pub p: f64,
    /// Whether the best place lies inside.
    pub is_centre_in: bool,
}

impl Share {
    pub const ALL: Self = Self { p: 1.0, is_centre_in: true };
    pub const NONE: Self = Self { p: 0.0, is_centre_in: false };

    fn sure(is_inside: bool) -> Self {
        if is_inside { Self::ALL } else { Self::NONE }
    }

    /// True when it is neither 0 nor 1.
    pub fn is_partial(self) -> bool {
        self.p > 0.0 && self.p < 1.0
    }
}

/// An area made ready.
#[derive(Debug)]
pub(crate) struct Zone<'a> {
    pub area: &'a Area,
    bounds: Option<(Point, Point)>,
    edges: OnceLock<Edges>,
}

impl<'a> Zone<'a> {
    pub fn new(area: &'a Area) -> Self {
        Self { area, bounds: area.bounds(), edges: OnceLock::new() }
    }

    fn edges(&self) -> &Edges {
        self.edges.get_or_init(|| Edges::new(self.area.rings(), true))
    }

    /// True when the place lies further than the radius outside the area's bounds.
    fn is_far(&self, frame: &LocalFrame, radius_m: f64) -> bool {
        let Some(((west, south), (east, north))) = self.bounds else { return true };
        let place = frame.origin();
        let (dlat, dlon) = frame.degrees_for_m(radius_m);
        let dx = wrap_deg(place.lon_deg() - 0.5 * (west + east)).abs() - 0.5 * (east - west);
        place.lat_deg() < south - dlat || place.lat_deg() > north + dlat || dx > dlon
    }

    /// Distance to the edge, positive inside, m.
    pub fn depth_m(&self, place: Wgs84) -> Option<f64> {
        let distance_m = self.edges().distance_m(place)?;
        Some(if self.area.contains(place) { distance_m } else { -distance_m })
    }

    /// True when the place lies inside, or not further than the margin outside.
    pub fn contains(&self, place: Wgs84, margin_m: f64) -> bool {
        let frame = LocalFrame::about(place);
        if self.is_far(&frame, margin_m) {
            return false;
        }
        self.area.contains(place) || (margin_m > 0.0 && self.edges().distance_m(place).is_some_and(|d| d <= margin_m))
    }

    /// The share of the estimate inside the area widened by a margin: the same points that the domain asks.
    pub fn share(&self, place: &PlaceEstimate, margin_m: f64) -> Share {
        let frame = LocalFrame::about(place.centre);
        let reach_m = REACH_SIGMA * place.sigma_major_m() + margin_m;
        if self.is_far(&frame, reach_m) {
            return Share::NONE;
        }
        let is_inside = self.area.contains(place.centre);
        if !self.edges().any_near(&frame, reach_m) {
            return Share::sure(is_inside);
        }
        let near: Vec<(Point, Point)> = self.edges().near_enu(&frame, reach_m).collect();
        let sectors = Sectors::of(&near);
        let is_on_edge = near.iter().any(|edge| point_to_edge((0.0, 0.0), *edge) < CLOSE_M);
        let inside_area = |p: Point| {
            if is_on_edge { self.area.contains(frame.wgs84_from_enu(p)) } else { sectors.is_crossed(p) != is_inside }
        };
        let inside = |p: Point| {
            inside_area(p) || (margin_m > 0.0 && near.iter().any(|edge| point_to_edge(p, *edge) <= margin_m))
        };
        if place.sigma_major_m() <= 0.0 {
            return Share::sure(inside((0.0, 0.0)));
        }
        let points = place.quadrature_enu_m(32, 48);
        let n = points.iter().filter(|point| inside(**point)).count();
        Share { p: n as f64 / points.len() as f64, is_centre_in: inside((0.0, 0.0)) }
    }
}

/// A version of an area made ready.
#[derive(Debug)]
pub(crate) struct ZoneVersion<'a> {
    pub version: &'a AreaVersion,
    pub zone: Zone<'a>,
}

/// A version of a reference line made ready.
#[derive(Debug)]
pub(crate) struct LineVersion<'a> {
    pub line: &'a ReferenceLine,
    edges: OnceLock<Edges>,
}

impl<'a> LineVersion<'a> {
    pub fn new(line: &'a ReferenceLine) -> Self {
        Self { line, edges: OnceLock::new() }
    }

    fn edges(&self) -> &Edges {
        let points = |piece: &Vec<Wgs84>| piece.iter().map(|p| (p.lon_deg(), p.lat_deg())).collect::<Vec<_>>();
        self.edges.get_or_init(|| Edges::new(self.line.pieces.iter().map(points), false))
    }

    /// Distance from the place, m; `None` for a line without places.
    pub fn distance_m(&self, place: Wgs84) -> Option<f64> {
        self.edges().distance_m(place)
    }

    /// The share of the estimate nearer than the limit: Φ of the distance, as the domain computes it for a line.
    pub fn share(&self, place: &PlaceEstimate, limit_m: f64) -> Share {
        let frame = LocalFrame::about(place.centre);
        let sigma_m = place.sigma_major_m();
        // Φ(−4) = 3·10⁻⁵ lies far below what is called out of scope.
        if !self.edges().any_near(&frame, limit_m + 4.0 * sigma_m) {
            return Share::NONE;
        }
        let Some(distance_m) = self.distance_m(place.centre) else { return Share::NONE };
        let is_centre_in = distance_m < limit_m;
        if sigma_m <= 0.0 {
            return Share::sure(is_centre_in);
        }
        let p = normal_cdf((limit_m - distance_m) / sigma_m) - normal_cdf((-limit_m - distance_m) / sigma_m);
        Share { p: p.clamp(0.0, 1.0), is_centre_in }
    }
}

/// The standard normal distribution function, error below 1.5e-7.
///
/// # Source
/// Abramowitz and Stegun, formula 7.1.26.
fn normal_cdf(x: f64) -> f64 {
    let z = x.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let poly =
        t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let erf = 1.0 - poly * (-z * z).exp();
    0.5 * (1.0 + if x < 0.0 { -erf } else { erf })
}

/// A geometry with the time in which a rule takes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InForce<T> {
    pub valid: Span,
    pub of: T,
}

/// Those that hold at an instant.
pub(crate) fn active<T: Copy>(all: &[InForce<T>], at: Timestamp) -> impl Iterator<Item = T> + Clone + '_ {
    all.iter().filter(move |held| held.valid.contains(at)).map(|held| held.of)
}

/// The areas of a name: as valid at each time, or as they were on the date of a version.
pub(crate) fn areas_named<'p, 'a>(
    all: &'p [ZoneVersion<'a>],
    name: &Name,
    at: Option<Timestamp>,
) -> Vec<InForce<&'p ZoneVersion<'a>>> {
    let named = all.iter().filter(|zone| zone.version.name == *name);
    match at {
        None => named.map(|of| InForce { valid: of.version.valid, of }).collect(),
        Some(at) => {
            named.filter(|of| of.version.valid.contains(at)).map(|of| InForce { valid: Span::ALWAYS, of }).collect()
        }
    }
}

#[cfg(test)]
#[path = "geometry_tests.rs"]
mod tests;
