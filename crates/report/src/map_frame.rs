//! From degrees to the picture: a plain cylindrical frame true to scale along its middle latitude, and clipping.

use truceline_domain::Wgs84;

/// Width of the picture, in its own units.
pub(crate) const WIDTH: f64 = 960.0;
const HEIGHT_MIN: f64 = 360.0;
const HEIGHT_MAX: f64 = 860.0;
/// How far geometry is kept beyond the edge, so that outlines do not show along it.
const MARGIN: f64 = 12.0;
/// Mean length of a degree of latitude, m.
const M_PER_DEG: f64 = 111_195.0;

/// A point of the picture: right, down.
pub(crate) type Px = (f64, f64);

/// Where places come to lie in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MapFrame {
    lon0_deg: f64,
    lat0_deg: f64,
    per_deg_lon: f64,
    per_deg_lat: f64,
    pub(crate) height: f64,
}

impl MapFrame {
    /// The frame that shows `[west, south, east, north]`. Bounds that are not finite or empty are widened to something
    /// that can be drawn; `west` greater than `east` crosses the date line.
    pub(crate) fn around([west, south, east, north]: [f64; 4]) -> Self {
        let finite = [west, south, east, north].into_iter().all(f64::is_finite);
        let [west, south, east, north] = if finite { [west, south, east, north] } else { [-180.0, -60.0, 180.0, 75.0] };
        let (south, north) = (south.min(north).clamp(-85.0, 85.0), south.max(north).clamp(-85.0, 85.0));
        let span_lon = if east < west { east + 360.0 - west } else { east - west }.clamp(0.02, 360.0);
        let span_lat = (north - south).clamp(0.02, 170.0);
        let lat0_deg = 0.5 * (south + north);
        let squeeze = lat0_deg.to_radians().cos().max(0.05);
        let by_width = WIDTH / (span_lon * squeeze * 1.05);
        let height = (span_lat * 1.05 * by_width).clamp(HEIGHT_MIN, HEIGHT_MAX).round();
        let per_deg_lat = by_width.min(height / (span_lat * 1.05));
        Self { lon0_deg: west + 0.5 * span_lon, lat0_deg, per_deg_lon: per_deg_lat * squeeze, per_deg_lat, height }
    }

    /// Where a place lies.
    pub(crate) fn px(&self, place: Wgs84) -> Px {
        self.px_of(place.lon_deg(), place.lat_deg())
    }

    pub(crate) fn px_of(&self, lon_deg: f64, lat_deg: f64) -> Px {
        let east = (lon_deg - self.lon0_deg + 180.0).rem_euclid(360.0) - 180.0;
        (0.5 * WIDTH + east * self.per_deg_lon, 0.5 * self.height - (lat_deg - self.lat0_deg) * self.per_deg_lat)
    }

    /// Metres for one unit of the picture.
    pub(crate) fn m_per_px(&self) -> f64 {
        M_PER_DEG / self.per_deg_lat
    }

    /// True when a point lies in the picture.
    pub(crate) fn shows(&self, (x, y): Px) -> bool {
        (0.0..=WIDTH).contains(&x) && (0.0..=self.height).contains(&y)
    }

    /// West, south, east, north of the picture; east may pass 180.
    pub(crate) fn edges_deg(&self) -> [f64; 4] {
        let (dlon, dlat) = (0.5 * WIDTH / self.per_deg_lon, 0.5 * self.height / self.per_deg_lat);
        [self.lon0_deg - dlon, self.lat0_deg - dlat, self.lon0_deg + dlon, self.lat0_deg + dlat]
    }

    fn window(&self) -> [f64; 4] {
        [-MARGIN, -MARGIN, WIDTH + MARGIN, self.height + MARGIN]
    }

    /// The part of a ring inside the picture and a little beyond (Sutherland and Hodgman, 1974).
    pub(crate) fn clip_ring(&self, ring: Vec<Px>) -> Vec<Px> {
        let [left, top, right, bottom] = self.window();
        let ring = clip_half(&ring, |p| p.0 - left);
        let ring = clip_half(&ring, |p| right - p.0);
        let ring = clip_half(&ring, |p| p.1 - top);
        clip_half(&ring, |p| bottom - p.1)
    }

    /// The parts of a line inside the picture and a little beyond (Liang and Barsky, 1984, segment by segment).
    pub(crate) fn clip_line(&self, line: &[Px]) -> Vec<Vec<Px>> {
        let mut parts: Vec<Vec<Px>> = Vec::new();
        let mut open = false;
        for (a, b) in line.iter().zip(line.iter().skip(1)) {
            let Some((from, to, leaves)) = clip_segment(*a, *b, self.window()) else {
                open = false;
                continue;
            };
            match parts.last_mut() {
                Some(part) if open => part.push(to),
                _ => parts.push(vec![from, to]),
            }
            open = !leaves;
        }
        parts
    }
}

/// Keeps the side of a ring on which `inside` is not negative.
fn clip_half(ring: &[Px], inside: impl Fn(Px) -> f64) -> Vec<Px> {
    let mut kept = Vec::with_capacity(ring.len() + 4);
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let (da, db) = (inside(*a), inside(*b));
        if da >= 0.0 {
            kept.push(*a);
        }
        if (da >= 0.0) != (db >= 0.0) {
            kept.push(between(*a, *b, da / (da - db)));
        }
    }
    kept
}

fn between(a: Px, b: Px, t: f64) -> Px {
    (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1))
}

/// The piece of a segment in a window, and whether it leaves the window before its end.
fn clip_segment(a: Px, b: Px, [left, top, right, bottom]: [f64; 4]) -> Option<(Px, Px, bool)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut t0, mut t1) = (0.0_f64, 1.0_f64);
    for (p, q) in [(-dx, a.0 - left), (dx, right - a.0), (-dy, a.1 - top), (dy, bottom - a.1)] {
        if p == 0.0 && q < 0.0 {
            return None;
        }
        if p < 0.0 {
            t0 = t0.max(q / p);
        } else if p > 0.0 {
            t1 = t1.min(q / p);
        }
    }
    (t0 <= t1).then(|| (between(a, b, t0), between(a, b, t1), t1 < 1.0))
}

/// Points that are simplified together; a bound on the work for a line that bends everywhere.
const STRETCH: usize = 512;

/// Leaves out points that change the drawn line by less than `tolerance` (Douglas and Peucker, 1973), stretch by
/// stretch and with a stack of its own, so that no input is too long for it.
pub(crate) fn simplified(points: &[Px], tolerance: f64) -> Vec<Px> {
    let thinned = thinned(points, 0.5 * tolerance);
    let last = thinned.len().saturating_sub(1);
    let mut keep = vec![false; thinned.len()];
    let mut open: Vec<(usize, usize)> =
        (0..=last).step_by(STRETCH).map(|from| (from, (from + STRETCH).min(last))).collect();
    while let Some((first, last)) = open.pop() {
        for end in [first, last] {
            if let Some(kept) = keep.get_mut(end) {
                *kept = true;
            }
        }
        if let Some(far) = farthest(&thinned, (first, last), tolerance) {
            open.push((first, far));
            open.push((far, last));
        }
    }
    thinned.into_iter().zip(keep).filter(|(_, kept)| *kept).map(|(p, _)| p).collect()
}

/// Drops points nearer than `step` to the one kept before; first and last stay.
fn thinned(points: &[Px], step: f64) -> Vec<Px> {
    let mut kept: Vec<Px> = Vec::with_capacity(points.len().min(4_096));
    for p in points {
        if kept.last().is_none_or(|k| (k.0 - p.0).hypot(k.1 - p.1) >= step) {
            kept.push(*p);
        }
    }
    if let (Some(last), Some(kept_last)) = (points.last(), kept.last())
        && last != kept_last
    {
        kept.push(*last);
    }
    kept
}

/// The index of the point farthest from the chord, when it is farther than `tolerance`.
fn farthest(points: &[Px], (first, last): (usize, usize), tolerance: f64) -> Option<usize> {
    let (a, b) = (*points.get(first)?, *points.get(last)?);
    let inner = points.iter().enumerate().take(last).skip(first + 1);
    let (far, distance) = inner
        .map(|(k, p)| (k, to_segment(*p, a, b)))
        .fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best });
    (distance > tolerance).then_some(far)
}

fn to_segment(p: Px, a: Px, b: Px) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length2 = dx * dx + dy * dy;
    let t = if length2 > 0.0 { (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (p.0 - a.0 - t * dx).hypot(p.1 - a.1 - t * dy)
}

#[cfg(test)]
#[path = "map_frame_tests.rs"]
mod tests;
