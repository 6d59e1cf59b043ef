//! Derives a line of contact: where the edge of a control area runs inside the country, away from border and coast.

use truceline_domain::{Area, LocalFrame, Wgs84};

/// Longest piece of an edge that is judged as one, m. Edges are cut so that a long straight one can be half inside.
const STEP_M: f64 = 1_000.0;

/// The pieces of the control area's edge that lie inside the country, at least `margin_m` from its edge.
///
/// A point counts as inside when seven of eight points around it at `margin_m` lie in some part of the country; the
/// eighth is allowed for slivers between parts that were simplified apart.
///
/// # Shape
/// control area, parts of the country → pieces of consecutive places
/// # Accuracy
/// With districts simplified to 0.002° the line of 2024-07-08 comes out within a tenth of the published 1,213 km (test
/// `the_contact_line_has_its_published_length`).
pub fn contact_line(control: &Area, country: &[&Area], margin_m: f64) -> Vec<Vec<Wgs84>> {
    let mut pieces = Vec::new();
    for ring in control.rings() {
        let places = densified(&ring);
        let inside: Vec<bool> = places.iter().map(|place| is_inland(*place, country, margin_m)).collect();
        pieces.extend(runs(&places, &inside));
    }
    pieces
}

fn densified(ring: &[(f64, f64)]) -> Vec<Wgs84> {
    let place = |&(lon, lat): &(f64, f64)| Wgs84::wrapped(lat, lon);
    let mut places = Vec::new();
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let frame = LocalFrame::about(place(a));
        let (east_m, north_m) = frame.enu_from_wgs84(place(b));
        let n = (east_m.hypot(north_m) / STEP_M).ceil().clamp(1.0, 10_000.0) as u32;
        places.extend((0..n).map(|k| {
            let t = f64::from(k) / f64::from(n);
            frame.wgs84_from_enu((east_m * t, north_m * t))
        }));
    }
    places
}

fn is_inland(place: Wgs84, country: &[&Area], margin_m: f64) -> bool {
    let inside = |at: Wgs84| country.iter().any(|part| part.contains(at));
    let frame = LocalFrame::about(place);
    let around = (0..8).filter(|k| inside(frame.place_at(f64::from(*k) * 45.0, margin_m))).count();
    around >= 7
}

/// Runs of consecutive inland places, the ring's end joined to its start.
fn runs(places: &[Wgs84], inside: &[bool]) -> Vec<Vec<Wgs84>> {
    let Some(first_outside) = inside.iter().position(|is_inside| !is_inside) else {
        let closed = places.iter().chain(places.first()).copied().collect();
        return vec![closed];
    };
    let mut pieces = Vec::new();
    let mut piece = Vec::new();
    let turned = places.iter().zip(inside).cycle().skip(first_outside).take(places.len() + 1);
    for (place, is_inside) in turned {
        if *is_inside {
            piece.push(*place);
        } else if piece.len() > 1 {
            pieces.push(std::mem::take(&mut piece));
        } else {
            piece.clear();
        }
    }
    pieces
}

/// The same line with fewer places: none is left out that lies more than `tolerance_m` from the line without it
/// (Douglas and Peucker 1973).
pub fn simplified(piece: &[Wgs84], tolerance_m: f64) -> Vec<Wgs84> {
    let (Some(first), Some(last)) = (piece.first(), piece.last()) else { return Vec::new() };
    if tolerance_m <= 0.0 || piece.len() < 3 {
        return piece.to_vec();
    }
    let frame = LocalFrame::about(*first);
    let points: Vec<(f64, f64)> = piece.iter().map(|place| frame.enu_from_wgs84(*place)).collect();
    let mut keep = vec![false; piece.len()];
    let mut open = vec![(0_usize, piece.len() - 1)];
    while let Some((from, until)) = open.pop() {
        let (Some(a), Some(b)) = (points.get(from), points.get(until)) else { continue };
        let between = points.iter().enumerate().take(until).skip(from + 1);
        let farthest = between.map(|(k, p)| (distance_to_chord_m(*p, *a, *b), k)).max_by(|x, y| x.0.total_cmp(&y.0));
        if let Some((distance_m, k)) = farthest.filter(|(distance_m, _)| *distance_m > tolerance_m) {
            debug_assert!(distance_m.is_finite());
            if let Some(kept) = keep.get_mut(k) {
                *kept = true;
            }
            open.push((from, k));
            open.push((k, until));
        }
    }
    let inner = piece.iter().zip(keep).filter(|(_, kept)| *kept).map(|(place, _)| *place);
    std::iter::once(*first).chain(inner).chain(std::iter::once(*last)).collect()
}

fn distance_to_chord_m(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length2 = dx * dx + dy * dy;
    let t = if length2 > 0.0 { (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (p.0 - a.0 - t * dx).hypot(p.1 - a.1 - t * dy)
}

/// Length of a line, m.
pub fn length_m(pieces: &[Vec<Wgs84>]) -> f64 {
    let of_piece = |piece: &Vec<Wgs84>| -> f64 {
        piece.iter().zip(piece.iter().skip(1)).map(|(a, b)| truceline_domain::distance_m(*a, *b)).sum()
    };
    pieces.iter().map(of_piece).sum()
}

#[cfg(test)]
#[path = "contact_line_tests.rs"]
mod tests;
