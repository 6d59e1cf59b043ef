//! Where a rule holds, and how likely an incident lies there.

use crate::geometry::{InForce, LineVersion, Share, ZoneVersion, active, areas_named};
use crate::rule::{AreaRef, Conditions, Ground, LineRef, Side, Who};
use crate::world::{Prepared, Sight};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use truceline_domain::{AreaRole, LocalFrame, Measured, Name, PartyId, PlaceEstimate, Span, Timestamp, Wgs84, Where};

/// The most changes of geometry inside the time of one incident that are looked at.
const CHANGES_MAX: usize = 16;
/// Points along each axis of a named area at which its share of the scope is asked.
const AREA_STEPS: i32 = 20;

/// Where a rule holds, in one piece for all or one for each party.
#[derive(Debug)]
pub(crate) struct Scope<'p> {
    parts: Vec<Part<'p>>,
    /// True when each part holds for the land of one party and it must be known whose land it is.
    is_by_party: bool,
    /// Every instant at which some geometry begins or ends to hold, in order.
    changes: Vec<Timestamp>,
    zones: &'p [ZoneVersion<'p>],
    cache: RefCell<BTreeMap<(Name, Vec<usize>), Range>>,
}

#[derive(Debug)]
struct Part<'p> {
    ground: PartGround<'p>,
    side: Option<Vec<InForce<&'p ZoneVersion<'p>>>>,
}

#[derive(Debug)]
enum PartGround<'p> {
    Everywhere,
    Areas(Vec<InForce<&'p ZoneVersion<'p>>>),
    Line(Vec<InForce<&'p LineVersion<'p>>>, f64),
}

/// A probability with what may be true of it while the party or the version is open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub low: f64,
    pub best: f64,
    pub high: f64,
    pub is_centre_in: bool,
}

impl Range {
    /// The one that lies deeper inside.
    fn deeper(self, other: Self) -> Self {
        let depth = |range: &Self| (range.is_centre_in, range.low, range.best);
        if depth(&other) > depth(&self) { other } else { self }
    }

    fn sure(share: Share) -> Self {
        Self { low: share.p, best: share.p, high: share.p, is_centre_in: share.is_centre_in }
    }
}

/// Where an incident lies, as far as the scope is concerned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Placed {
    /// With this probability inside.
    At {
        range: Range,
        /// The geometry was not known at some instants of the incident's time.
        is_partly_unknown: bool,
    },
    /// The incident has no place that could be compared.
    Unknown,
    /// No geometry held at its time.
    NoGeometry,
}

impl<'p> Scope<'p> {
    /// The scope of a rule's conditions; `for_land` when `who` names whose land it is (presence), not who acted.
    pub fn of(prepared: &'p Prepared<'p>, conditions: &Conditions, is_for_land: bool) -> Self {
        let sides: Option<Vec<PartyId>> = match (&conditions.side, &conditions.who) {
            (Side::Of(party), _) => Some(vec![party.clone()]),
            (Side::Both, Who::Parties(parties)) if is_for_land => Some(parties.clone()),
            _ => None,
        };
        let parties: Vec<PartyId> = sides.clone().unwrap_or_else(|| prepared.world.parties.to_vec());
        let is_by_party = sides.is_none() && has_line_by_party(prepared, &conditions.ground);
        let parts: Vec<Part<'p>> = if sides.is_some() || is_by_party {
            parties.iter().map(|party| Part::of(prepared, &conditions.ground, Some(party))).collect()
        } else {
            vec![Part::of(prepared, &conditions.ground, None)]
        };
        let mut changes: Vec<Timestamp> =
            parts.iter().flat_map(Part::spans).flat_map(|span| [span.from, span.until]).collect();
        changes.sort_unstable();
        changes.dedup();
        Self { parts, is_by_party, changes, zones: &prepared.zones, cache: RefCell::default() }
    }

    /// The instants at which an incident of this time must be asked about.
    fn instants(&self, sight: &Sight<'_>) -> Vec<Timestamp> {
        let first = self.changes.partition_point(|at| *at <= sight.hull.from);
        let inside = self.changes.iter().skip(first).take_while(|at| **at < sight.hull.until).take(CHANGES_MAX);
        let mut all: Vec<Timestamp> = inside.copied().collect();
        all.push(if all.is_empty() { sight.midpoint } else { sight.hull.from });
        all
    }

    /// Where the incident lies. While the geometry changes inside its time, the range spans what each version says.
    pub fn place(&self, sight: &Sight<'_>) -> Placed {
        let instants = self.instants(sight);
        let mut ranges = Vec::with_capacity(instants.len());
        let mut is_partly_unknown = false;
        for at in instants {
            match self.range_at(sight, at) {
                Placed::At { range, .. } => ranges.push(range),
                Placed::Unknown => return Placed::Unknown,
                Placed::NoGeometry => is_partly_unknown = true,
            }
        }
        let Some(first) = ranges.first().copied() else { return Placed::NoGeometry };
        let range = ranges.iter().fold(first, |all, range| Range {
            low: all.low.min(range.low),
            best: all.best,
            high: all.high.max(range.high),
            is_centre_in: all.is_centre_in || range.is_centre_in,
        });
        let range = Range { best: range.best.clamp(range.low, range.high), ..range };
        Placed::At { range, is_partly_unknown }
    }

    fn range_at(&self, sight: &Sight<'_>, at: Timestamp) -> Placed {
        if self.parts.iter().any(|part| !part.has_geometry(at)) {
            return Placed::NoGeometry;
        }
        let known = |range| Placed::At { range, is_partly_unknown: false };
        // What moves was in the scope when it was at any one of its places.
        let ranges = sight.places().iter().map(|estimate| self.range_of_estimate(estimate, at));
        if let Some(range) = ranges.reduce(Range::deeper) {
            return known(range);
        }
        if matches!(self.parts.as_slice(), [Part { ground: PartGround::Everywhere, side: None }]) {
            return known(Range::sure(Share::ALL));
        }
        match &sight.incident.place {
            Where::Area(name) => self.range_of_area(name, at).map_or(Placed::Unknown, known),
            _ => Placed::Unknown,
        }
    }

    fn range_of_estimate(&self, estimate: &PlaceEstimate, at: Timestamp) -> Range {
        if !self.is_by_party {
            let shares = self.parts.iter().map(|part| part.share(estimate, at));
            let sum = shares.fold(Share::NONE, |a, b| Share {
                p: (a.p + b.p).min(1.0),
                is_centre_in: a.is_centre_in || b.is_centre_in,
            });
            return Range::sure(sum);
        }
        let on_ground: Vec<Share> = self.parts.iter().map(|part| part.ground_share(estimate, at)).collect();
        let nearest = on_ground.iter().map(|share| share.p).fold(f64::INFINITY, f64::min).min(1.0);
        let farthest = on_ground.iter().map(|share| share.p).fold(0.0, f64::max);
        if farthest <= 0.0 {
            return Range::sure(Share::NONE);
        }
        let sides: Vec<Share> = self.parts.iter().map(|part| part.side_share(estimate, at)).collect();
        let inside: Vec<Share> = self.parts.iter().map(|part| part.share(estimate, at)).collect();
        let open = (1.0 - sides.iter().map(|share| share.p).sum::<f64>()).clamp(0.0, 1.0);
        let sure: f64 = inside.iter().map(|share| share.p).sum();
        let (low, high) = ((sure + open * nearest).min(1.0), (sure + open * farthest).min(1.0));
        let any_centre = |shares: &[Share]| shares.iter().any(|share| share.is_centre_in);
        // On nobody's land the best place counts for whichever party it is nearest the limit of.
        let is_centre_in = any_centre(&inside) || (!any_centre(&sides) && any_centre(&on_ground));
        Range { low, best: 0.5 * (low + high), high, is_centre_in }
    }

    /// What is known of an incident that is only placed in a named area: in the scope when the whole area is, out of it
    /// when no part is, and open between, because nothing says where in the area it was. The best value is the share
    /// of the area. `None` when the mission has no such area at that time.
    fn range_of_area(&self, name: &Name, at: Timestamp) -> Option<Range> {
        let areas = areas_named(self.zones, name, None);
        let now: Vec<&ZoneVersion<'_>> = active(&areas, at).collect();
        if now.is_empty() {
            return None;
        }
        let key =
            (name.clone(), self.signature(at).chain(now.iter().map(|zone| std::ptr::from_ref(*zone).addr())).collect());
        if let Some(range) = self.cache.borrow().get(&key) {
            return Some(*range);
        }
        let places: Vec<Wgs84> = now.iter().flat_map(|zone| inner_places(zone)).collect();
        let share = |with_side: bool| {
            let inside = |place: &&Wgs84| self.parts.iter().any(|part| part.contains(**place, at, with_side));
            places.iter().filter(inside).count() as f64 / places.len().max(1) as f64
        };
        let (sure, best) = (share(true), share(!self.is_by_party));
        // A zone smaller than the grid is found by its corners.
        let touches = || {
            self.parts
                .iter()
                .any(|part| part.corners(at).any(|corner| now.iter().any(|z| z.zone.contains(corner, 0.0))))
        };
        let high = if best > 0.0 || touches() { 1.0 } else { 0.0 };
        let range = Range { low: if sure >= 1.0 { 1.0 } else { 0.0 }, best, high, is_centre_in: best >= 0.5 };
        self.cache.borrow_mut().insert(key, range);
        Some(range)
    }

    fn signature(&self, at: Timestamp) -> impl Iterator<Item = usize> {
        std::iter::once(self.changes.partition_point(|change| *change <= at))
    }

    /// Distance past the limit with its error, positive on the forbidden side, m.
    pub fn margin_m(&self, sight: &Sight<'_>) -> Option<Measured> {
        let margins = sight.places().iter().filter_map(|estimate| self.margin_at(estimate, sight.midpoint));
        margins.reduce(|deepest, next| if next.value > deepest.value { next } else { deepest })
    }

    fn margin_at(&self, estimate: &PlaceEstimate, at: Timestamp) -> Option<Measured> {
        let margins = self.parts.iter().filter_map(|part| part.margin_m(estimate.centre, at).map(|m| (m, part)));
        // With a line for each party, the one on whose land the best place lies counts; without that, the smallest.
        let on_land = |part: &Part<'_>| part.side_share(estimate, at).is_centre_in;
        let all: Vec<(f64, bool)> = margins.map(|(margin, part)| (margin, on_land(part))).collect();
        let owned = all.iter().filter(|(_, is_on_land)| *is_on_land).map(|(margin, _)| *margin).reduce(f64::max);
        let value = owned.or_else(|| all.iter().map(|(margin, _)| *margin).reduce(f64::min))?;
        Measured::new(value, estimate.sigma_major_m()).ok()
    }

    /// True when it must be known whose land a place is on, and some of the estimate is on nobody's.
    pub fn is_party_open(&self, sight: &Sight<'_>) -> bool {
        let Some(estimate) = sight.estimate.as_ref().filter(|_| self.is_by_party) else { return false };
        let owned: f64 = self.parts.iter().map(|part| part.side_share(estimate, sight.midpoint).p).sum();
        owned < crate::judge::SURE
    }

    /// True when the scope is bounded by a distance from a line.
    pub fn is_by_distance(&self) -> bool {
        self.parts.iter().any(|part| matches!(part.ground, PartGround::Line(..)))
    }

    /// True when some geometry that the rule needs does not hold at some instant of the span.
    pub fn lacks_geometry(&self, span: Span) -> bool {
        let changes = self.changes.iter().copied().filter(|at| span.contains(*at));
        std::iter::once(span.from).chain(changes).any(|at| self.parts.iter().any(|part| !part.has_geometry(at)))
    }
}

fn has_line_by_party(prepared: &Prepared<'_>, ground: &Ground) -> bool {
    let Ground::NearLine { line, .. } = ground else { return false };
    prepared.lines.iter().any(|version| is_meant(line, version) && version.line.party.is_some())
}

fn is_meant(line: &LineRef, version: &LineVersion<'_>) -> bool {
    version.line.name == line.name && line.version.as_ref().is_none_or(|v| v.as_str() == version.line.version)
}

/// The lines that count for a party: its own where it has one, else the common ones.
fn lines_for<'p>(
    prepared: &'p Prepared<'p>,
    line: &LineRef,
    party: Option<&PartyId>,
) -> Vec<InForce<&'p LineVersion<'p>>> {
    let all: Vec<&LineVersion<'_>> = prepared.lines.iter().filter(|version| is_meant(line, version)).collect();
    let has_own = party.is_some_and(|party| all.iter().any(|v| v.line.party.as_ref() == Some(party)));
    let counts = |version: &&&LineVersion<'_>| match (&version.line.party, has_own) {
        (Some(own), true) => Some(own) == party,
        (Some(_), false) => party.is_none(),
        (None, has_own) => !has_own,
    };
    let valid = |version: &LineVersion<'_>| if line.version.is_some() { Span::ALWAYS } else { version.line.valid };
    all.iter().filter(counts).map(|of| InForce { valid: valid(of), of: *of }).collect()
}

fn areas_of<'p>(prepared: &'p Prepared<'p>, areas: &[AreaRef]) -> Vec<InForce<&'p ZoneVersion<'p>>> {
    let zone = &prepared.agreement.time_zone;
    let start_of = |version: &Name| {
        let date = version.as_str().parse::<jiff::civil::Date>().ok()?;
        Some(date.to_zoned(zone.clone()).ok()?.timestamp())
    };
    areas
        .iter()
        .flat_map(|area| areas_named(&prepared.zones, &area.name, area.version.as_ref().and_then(start_of)))
        .collect()
}

/// Places inside an area on a regular grid, always the same ones.
fn inner_places(zone: &ZoneVersion<'_>) -> Vec<Wgs84> {
    let Some(((west, south), (east, north))) = zone.zone.area.bounds() else { return Vec::new() };
    let along = |low: f64, high: f64, k: i32| low + (high - low) * (f64::from(k) + 0.5) / f64::from(AREA_STEPS);
    let grid = (0..AREA_STEPS).flat_map(|i| (0..AREA_STEPS).map(move |j| (i, j)));
    grid.map(|(i, j)| Wgs84::wrapped(along(south, north, i), along(west, east, j)))
        .filter(|p| zone.zone.area.contains(*p))
        .collect()
}

impl<'p> Part<'p> {
    fn of(prepared: &'p Prepared<'p>, ground: &Ground, party: Option<&PartyId>) -> Self {
        let ground = match ground {
            Ground::Everywhere => PartGround::Everywhere,
            Ground::Areas(areas) => PartGround::Areas(areas_of(prepared, areas)),
            Ground::NearLine { line, distance } => PartGround::Line(lines_for(prepared, line, party), distance.value),
        };
        let controlled = |party: &PartyId| {
            let of_party = |zone: &&ZoneVersion<'_>| {
                zone.version.role == AreaRole::Control && zone.version.party.as_ref() == Some(party)
            };
            prepared.zones.iter().filter(of_party).map(|of| InForce { valid: of.version.valid, of }).collect()
        };
        Self { ground, side: party.map(controlled) }
    }

    fn spans(&self) -> BTreeSet<Span> {
        let of_ground: Vec<Span> = match &self.ground {
            PartGround::Everywhere => Vec::new(),
            PartGround::Areas(areas) => areas.iter().map(|held| held.valid).collect(),
            PartGround::Line(lines, _) => lines.iter().map(|held| held.valid).collect(),
        };
        of_ground.into_iter().chain(self.side.iter().flatten().map(|held| held.valid)).collect()
    }

    fn has_geometry(&self, at: Timestamp) -> bool {
        let of_ground = match &self.ground {
            PartGround::Everywhere => true,
            PartGround::Areas(areas) => active(areas, at).next().is_some(),
            PartGround::Line(lines, _) => active(lines, at).next().is_some(),
        };
        of_ground && self.side.as_ref().is_none_or(|side| active(side, at).next().is_some())
    }

    fn ground_share(&self, estimate: &PlaceEstimate, at: Timestamp) -> Share {
        match &self.ground {
            PartGround::Everywhere => Share::ALL,
            PartGround::Areas(areas) => union_share(active(areas, at), estimate),
            PartGround::Line(lines, limit_m) => {
                let shares = active(lines, at).map(|line| line.share(estimate, *limit_m));
                shares.fold(Share::NONE, |a, b| if b.p > a.p { b } else { a })
            }
        }
    }

    fn side_share(&self, estimate: &PlaceEstimate, at: Timestamp) -> Share {
        self.side.as_ref().map_or(Share::ALL, |side| union_share(active(side, at), estimate))
    }

    /// Both at once: where ground and side are both uncertain, points of the estimate are asked for both.
    fn share(&self, estimate: &PlaceEstimate, at: Timestamp) -> Share {
        let ground = self.ground_share(estimate, at);
        if ground.p <= 0.0 || self.side.is_none() {
            return ground;
        }
        let side = self.side_share(estimate, at);
        let is_centre_in = ground.is_centre_in && side.is_centre_in;
        if !ground.is_partial() || !side.is_partial() {
            return Share { p: ground.p * side.p, is_centre_in };
        }
        Share { p: share_of_points(estimate, |place| self.contains(place, at, true)), is_centre_in }
    }

    fn contains(&self, place: Wgs84, at: Timestamp, with_side: bool) -> bool {
        let on_ground = match &self.ground {
            PartGround::Everywhere => true,
            PartGround::Areas(areas) => active(areas, at).any(|zone| zone.zone.contains(place, 0.0)),
            PartGround::Line(lines, limit_m) => {
                active(lines, at).any(|line| line.distance_m(place).is_some_and(|d| d < *limit_m))
            }
        };
        let on_side =
            |side: &Vec<InForce<&ZoneVersion<'_>>>| active(side, at).any(|zone| zone.zone.contains(place, 0.0));
        on_ground && (!with_side || self.side.as_ref().is_none_or(on_side))
    }

    /// The places that bound the ground: corners of its areas, places of its lines.
    fn corners(&self, at: Timestamp) -> Box<dyn Iterator<Item = Wgs84> + '_> {
        let of_area =
            |zone: &'p ZoneVersion<'p>| zone.zone.area.rings().flatten().map(|(lon, lat)| Wgs84::wrapped(lat, lon));
        match &self.ground {
            PartGround::Everywhere => Box::new(std::iter::empty()),
            PartGround::Areas(areas) => Box::new(active(areas, at).flat_map(of_area)),
            PartGround::Line(lines, _) => {
                Box::new(active(lines, at).flat_map(|line| line.line.pieces.iter().flatten().copied()))
            }
        }
    }

    fn margin_m(&self, place: Wgs84, at: Timestamp) -> Option<f64> {
        match &self.ground {
            PartGround::Everywhere => None,
            PartGround::Areas(areas) => active(areas, at).filter_map(|zone| zone.zone.depth_m(place)).reduce(f64::max),
            PartGround::Line(lines, limit_m) => {
                active(lines, at).filter_map(|line| line.distance_m(place)).reduce(f64::min).map(|d| limit_m - d)
            }
        }
    }
}

/// The share of an estimate in any of several areas.
fn union_share<'z, 'p: 'z>(
    zones: impl Iterator<Item = &'z ZoneVersion<'p>> + Clone,
    estimate: &PlaceEstimate,
) -> Share {
    let mut partial: Vec<Share> = Vec::new();
    for zone in zones.clone() {
        let share = zone.zone.share(estimate, 0.0);
        if share.p >= 1.0 {
            return share;
        }
        if share.p > 0.0 || share.is_centre_in {
            partial.push(share);
        }
    }
    match partial.as_slice() {
        [] => Share::NONE,
        [only] => *only,
        several => Share {
            p: share_of_points(estimate, |place| zones.clone().any(|zone| zone.zone.contains(place, 0.0))),
            is_centre_in: several.iter().any(|share| share.is_centre_in),
        },
    }
}

/// The share of 16 × 24 equal-probability points of the estimate for which something holds.
fn share_of_points(estimate: &PlaceEstimate, holds: impl Fn(Wgs84) -> bool) -> f64 {
    let frame = LocalFrame::about(estimate.centre);
    let points = estimate.quadrature_enu_m(16, 24);
    points.iter().filter(|point| holds(frame.wgs84_from_enu(**point))).count() as f64 / points.len() as f64
}
