//! Where the event can have been: ellipses, regions, and the corner that magnifies what is too small to be seen.

use super::event_map::{MapArt, MapEllipse};
use super::map_marks::{STAR, length, scale_m};
use super::pen::{Anchor, At, Frame, put, text_box};
use crate::map_frame::simplified;

/// Points of all rings of a region together, as a bound on the size.
const RING_POINTS_MAX: usize = 3_000;
/// Points of an ellipse's outline.
const ELLIPSE_POINTS: u32 = 72;
/// An ellipse smaller than this is shown again, magnified.
const SMALL_PX: f64 = 16.0;
/// The probability of each region, beside its largest ring.
pub(super) fn label_regions(art: &mut MapArt) {
    let mut regions: Vec<_> = art.map.regions.iter().take(6).collect();
    regions.sort_by(|a, b| a.probability.total_cmp(&b.probability));
    for region in regions {
        let Some(ring) = region.rings.iter().max_by(|a, b| across(art, a).total_cmp(&across(art, b))) else { continue };
        let points: Vec<_> = ring.iter().map(|p| art.place_px(*p)).filter(|p| art.shows(*p)).collect();
        let far = |measure: fn(&(f64, f64)) -> f64| {
            points.iter().max_by(|a, b| measure(a).total_cmp(&measure(b))).copied().unwrap_or_default()
        };
        let (right, left, top, low) = (far(|p| p.0), far(|p| -p.0), far(|p| -p.1), far(|p| p.1));
        let places = [
            ((right.0 + 4.0, right.1 + 3.5), Anchor::Start),
            ((left.0 - 4.0, left.1 + 3.5), Anchor::End),
            ((top.0, top.1 - 4.0), Anchor::Middle),
            ((low.0, low.1 + 12.0), Anchor::Middle),
        ];
        let text = percent(art, region.probability);
        if !points.is_empty() {
            let _ = art.pen.text_where_free("pct onland", &places, &text, (10.5, art.frame));
        }
    }
}

/// How far a ring reaches across the picture, px.
fn across(art: &MapArt, ring: &[truceline_domain::Wgs84]) -> f64 {
    let start = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let [left, top, right, bottom] = ring
        .iter()
        .map(|p| art.place_px(*p))
        .fold(start, |h, (x, y)| [h[0].min(x), h[1].min(y), h[2].max(x), h[3].max(y)]);
    (right - left).max(bottom - top)
}

/// The style of an area: the likelier it holds the event, the fainter it is drawn.
pub(super) fn area_style(probability: f64) -> &'static str {
    match probability {
        p if p < 0.7 => "r5",
        p if p < 0.925 => "r9",
        _ => "rx",
    }
}

/// Regions, the widest first.
pub(super) fn regions(art: &mut MapArt) {
    let mut regions: Vec<_> = art.map.regions.iter().collect();
    regions.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    for region in regions {
        let total: usize = region.rings.iter().map(Vec::len).sum();
        let tolerance = if total > RING_POINTS_MAX { 1.2 } else { 0.4 };
        put!(art.pen, r#"<path class="{}" fill-rule="evenodd" d=""#, area_style(region.probability));
        let mut left = RING_POINTS_MAX;
        for ring in &region.rings {
            let points: Vec<_> = ring.iter().map(|p| art.place_px(*p)).collect();
            let points = simplified(&points, tolerance);
            let Some(rest) = left.checked_sub(points.len()) else { break };
            left = rest;
            if points.len() >= 3 {
                art.pen.outline(&points);
                art.pen.svg.push('Z');
            }
        }
        art.pen.svg.push_str("\"/>");
    }
}

/// The outline of an ellipse in metres east and north of its centre.
fn ellipse_m(ellipse: &MapEllipse) -> Vec<(f64, f64)> {
    let (sin, cos) = ellipse.azimuth_deg.to_radians().sin_cos();
    let point = |k: u32| {
        let (s, c) = (std::f64::consts::TAU * f64::from(k) / f64::from(ELLIPSE_POINTS)).sin_cos();
        let (along, across) = (c * ellipse.semi_major_m, s * ellipse.semi_minor_m);
        (along * sin + across * cos, along * cos - across * sin)
    };
    (0..ELLIPSE_POINTS).map(point).collect()
}

/// True when an ellipse has an extent.
pub(super) fn is_drawable(ellipse: &MapEllipse) -> bool {
    [ellipse.semi_major_m, ellipse.semi_minor_m, ellipse.azimuth_deg].into_iter().all(f64::is_finite)
        && ellipse.semi_major_m > 0.0
}

/// Ellipses that can be drawn, the widest first.
fn sorted_ellipses<'a>(art: &MapArt<'a>) -> Vec<&'a MapEllipse> {
    let mut all: Vec<&MapEllipse> = art.map.ellipses.iter().filter(|e| is_drawable(e)).take(6).collect();
    all.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    all
}

/// Ellipses, the widest first.
pub(super) fn ellipses(art: &mut MapArt) {
    for ellipse in sorted_ellipses(art) {
        let outline: Vec<_> = ellipse_m(ellipse).into_iter().map(|(e, n)| art.px((0.001 * e, 0.001 * n))).collect();
        put!(art.pen, r#"<path class="{}" d=""#, area_style(ellipse.probability));
        art.pen.outline(&outline);
        art.pen.svg.push_str("Z\"/>");
    }
}

/// Ellipses too small to be seen, magnified in the corner where least lies.
pub(super) fn inset(art: &mut MapArt) {
    let all = sorted_ellipses(art);
    let Some(widest) = all.iter().map(|e| e.semi_major_m).reduce(f64::max) else { return };
    if 0.001 * widest * art.px_per_km >= SMALL_PX || widest <= 0.0 {
        label_ellipses(art, &all);
        return;
    }
    let [left, top, right, bottom] = art.frame;
    let side = (0.24 * (right - left)).clamp(96.0, 180.0);
    let (x0, y0) = (left + 8.0, top + 24.0);
    let corners = [
        [right - side - 8.0, bottom - side - 8.0],
        [x0, y0],
        [x0, bottom - side - 42.0],
        [right - side - 8.0, top + 54.0],
    ];
    let event = art.place_px(art.map.place);
    let marks: Vec<(f64, f64)> = art.stations.iter().map(|s| art.place_px(s.place)).collect();
    let cost = |[x, y]: &[f64; 2]| {
        let inside = |p: &(f64, f64)| p.0 > x - 8.0 && p.0 < x + side + 8.0 && p.1 > y - 8.0 && p.1 < y + side + 8.0;
        marks.iter().filter(|p| inside(p)).count() + if inside(&event) { 1_000 } else { 0 }
    };
    let Some([x, y]) = corners.into_iter().min_by_key(cost) else { return };
    let frame = [x, y, x + side, y + side];
    put!(
        art.pen,
        r#"<path class="lead" d="M{} {}L{} {}"/>"#,
        At(event.0),
        At(event.1),
        At(event.0.clamp(x, x + side)),
        At(event.1.clamp(y, y + side))
    );
    draw_inset(art, frame, &all, 0.36 * side / widest);
    art.pen.take(frame);
}

fn draw_inset(art: &mut MapArt, frame: Frame, all: &[&MapEllipse], px_per_m: f64) {
    let [left, top, right, bottom] = frame;
    let centre = (0.5 * (left + right), 0.5 * (top + bottom) - 4.0);
    art.pen.rect("box", frame);
    for ellipse in all {
        let outline: Vec<_> =
            ellipse_m(ellipse).into_iter().map(|(e, n)| (centre.0 + e * px_per_m, centre.1 - n * px_per_m)).collect();
        put!(art.pen, r#"<path class="{}" d=""#, area_style(ellipse.probability));
        art.pen.outline(&outline);
        art.pen.svg.push_str("Z\"/>");
    }
    put!(
        art.pen,
        r#"<path class="star" transform="translate({} {}) scale(.6)" d="{STAR}"/>"#,
        At(centre.0),
        At(centre.1)
    );
    art.pen.take([centre.0 - 6.0, centre.1 - 6.0, centre.0 + 6.0, centre.1 + 6.0]);
    let metres = scale_m(1_000.0 * px_per_m, 0.45 * (right - left));
    let (x, y) = (left + 8.0, bottom - 8.0);
    put!(art.pen, r#"<path class="sc" d="M{} {}v4H{}v-4"/>"#, At(x), At(y - 4.0), At(x + metres * px_per_m));
    let name = length(art, metres);
    let words = art.texts.magnified;
    art.pen.text("tk halo", (x, y - 8.0), &name);
    art.pen.take(text_box((x, y - 8.0), Anchor::Start, &name, 11.0));
    art.pen.text("tk halo", (x, top + 14.0), words);
    art.pen.take(text_box((x, top + 14.0), Anchor::Start, words, 11.0));
    for ellipse in all {
        label_ellipse(art, (ellipse, "pct halo"), (centre, px_per_m), frame);
    }
}

fn label_ellipses(art: &mut MapArt, all: &[&MapEllipse]) {
    let centre = art.place_px(art.map.place);
    for ellipse in all {
        label_ellipse(art, (ellipse, "pct onland"), (centre, 0.001 * art.px_per_km), art.frame);
    }
}

/// The probability of an ellipse, at an end of one of its axes.
fn label_ellipse(
    art: &mut MapArt,
    (ellipse, class): (&MapEllipse, &str),
    (centre, px_per_m): ((f64, f64), f64),
    within: Frame,
) {
    let (sin, cos) = ellipse.azimuth_deg.to_radians().sin_cos();
    let ends =
        [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0), (0.75, 0.68), (-0.75, -0.68), (0.75, -0.68), (-0.75, 0.68)];
    let places: Vec<_> = ends
        .into_iter()
        .map(|(a, b): (f64, f64)| {
            let (along, across) = (a * ellipse.semi_major_m * px_per_m, b * ellipse.semi_minor_m * px_per_m);
            let (e, n) = (along * sin + across * cos, along * cos - across * sin);
            let out = 4.0 / e.hypot(n).max(1.0);
            let anchor = if e < 0.0 { Anchor::End } else { Anchor::Start };
            ((centre.0 + e * (1.0 + out), centre.1 - n * (1.0 + out) + 3.5), anchor)
        })
        .collect();
    let text = percent(art, ellipse.probability);
    let _ = art.pen.text_where_free(class, &places, &text, (10.5, within));
}

/// A probability as the map writes it.
pub(super) fn percent(art: &MapArt, probability: f64) -> String {
    let share = if probability.is_finite() { probability.clamp(0.0, 1.0) } else { 0.0 };
    art.look.format().share(share)
}
