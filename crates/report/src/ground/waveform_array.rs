//! What an array made of its waveforms: Fisher ratio, back-azimuth and trace velocity against time.

use super::axis::Axis;
use super::pen::{Anchor, At, put};
use super::seconds_from;
use super::waveform::{ArrayWindow, WaveformArray};
use super::waveform_art::WaveArt;

/// One number of a window, with its error and the panel that shows it.
struct Dots<'a> {
    name: &'static str,
    axis: Axis,
    value: &'a dyn Fn(&ArrayWindow) -> Option<(f64, f64)>,
}

/// Draws the three panels from `y` down; gives where the next one begins.
pub(super) fn panels(art: &mut WaveArt, y: f64) -> f64 {
    let Some(array) = art.waveform.array.as_ref() else { return y };
    let windows = thinned(art, array);
    let high = if art.look.is_narrow() { 56.0 } else { 70.0 };
    let most = windows.iter().map(|w| w.fisher).chain(array.threshold).filter(|f| f.is_finite()).fold(1.0, f64::max);
    let fisher = Axis::new((0.0, 1.12 * most), (y + high, y));
    let y = fisher_panel(art, (array, &windows), fisher, (y, y + high));
    let azimuth = Dots {
        name: art.texts.azimuth,
        axis: Axis::new((0.0, 360.0), (y + high, y)),
        value: &|w| Some((w.azimuth_deg.value.rem_euclid(360.0), w.azimuth_deg.sigma)),
    };
    let y = dots(art, (array, &windows), &azimuth, (y, y + high));
    let velocity = |w: &ArrayWindow| w.trace_velocity_mps.map(|v| (v.value, v.sigma));
    if windows.iter().all(|w| velocity(w).is_none()) {
        return y;
    }
    let velocity =
        Dots { name: art.texts.velocity, axis: velocity_axis(array, &windows, (y + high, y)), value: &velocity };
    dots(art, (array, &windows), &velocity, (y, y + high))
}

/// The best window of each column of the picture, in the order of time.
fn thinned(art: &WaveArt, array: &WaveformArray) -> Vec<ArrayWindow> {
    let mut shown: Vec<ArrayWindow> =
        array.windows.iter().filter(|w| art.time.holds(seconds_from(art.zero, w.at))).copied().collect();
    shown.sort_by(|a, b| a.at.cmp(&b.at).then(b.fisher.total_cmp(&a.fisher)));
    let step_px = ((art.time.px.1 - art.time.px.0) / 420.0).max(1.5);
    let mut out: Vec<(f64, ArrayWindow)> = Vec::new();
    for window in shown {
        let place = (art.x(window.at) / step_px).floor();
        match out.last_mut() {
            Some((last, best)) if *last == place => {
                if window.fisher > best.fisher || !best.fisher.is_finite() {
                    *best = window;
                }
            }
            _ => out.push((place, window)),
        }
    }
    out.into_iter().map(|(_, window)| window).collect()
}

fn is_signal(array: &WaveformArray, window: &ArrayWindow) -> bool {
    array.threshold.is_none_or(|threshold| window.fisher >= threshold)
}

/// The range of the trace velocities that are signals; others are held at the edge.
fn velocity_axis(array: &WaveformArray, windows: &[ArrayWindow], px: (f64, f64)) -> Axis {
    let value = |w: &ArrayWindow| w.trace_velocity_mps.map(|v| v.value).filter(|v| v.is_finite());
    let mut all: Vec<f64> = windows.iter().filter(|w| is_signal(array, w)).filter_map(value).collect();
    if all.is_empty() {
        all = windows.iter().filter_map(value).collect();
    }
    all.sort_by(f64::total_cmp);
    let last = all.len().saturating_sub(1);
    let share = |s: f64| all.get((s * last as f64).round() as usize).copied().unwrap_or(0.0);
    let (low, high) = (share(0.02), share(0.98));
    let room = (0.25 * (high - low)).max(0.08 * high.abs()).max(10.0);
    Axis::new(((low - room).max(0.0), high + room), px)
}

fn fisher_panel(
    art: &mut WaveArt,
    (array, windows): (&WaveformArray, &[ArrayWindow]),
    axis: Axis,
    (top, bottom): (f64, f64),
) -> f64 {
    art.panel((top, bottom), art.texts.fisher, &axis, None);
    let finite = windows.iter().filter(|w| w.fisher.is_finite());
    let points: Vec<(f64, f64)> = finite.map(|w| (art.x(w.at), axis.at(w.fisher))).collect();
    art.pen.line("wv", &points);
    if let Some(threshold) = array.threshold.filter(|t| axis.holds(*t)) {
        let (left, right) = art.time.px;
        let y = axis.at(threshold);
        put!(art.pen, r#"<path class="th" d="M{} {}H{}"/>"#, At(left), At(y), At(right));
        let text = format!("{} {}", art.texts.threshold, art.look.number(threshold, 1));
        let places = [((right - 4.0, y - 4.0), Anchor::End), ((right - 4.0, y + 12.0), Anchor::End)];
        let _ = art.pen.text_where_free("tk halo", &places, &text, (11.0, [left, top, right, bottom]));
    }
    bottom + 26.0
}

/// A panel of points; those under the threshold are small and hollow.
fn dots(
    art: &mut WaveArt,
    (array, windows): (&WaveformArray, &[ArrayWindow]),
    dots: &Dots,
    (top, bottom): (f64, f64),
) -> f64 {
    let axis = dots.axis;
    if axis.until == 360.0 {
        azimuth_ground(art, &axis, (top, bottom), dots.name);
    } else {
        art.panel((top, bottom), dots.name, &axis, None);
    }
    let (mut below, mut whiskers, mut above) = (String::new(), String::new(), String::new());
    for window in windows {
        let Some((value, sigma)) = (dots.value)(window).filter(|v| v.0.is_finite()) else { continue };
        let (x, y) = (At(art.x(window.at)), At(axis.held(value)));
        if is_signal(array, window) {
            if sigma.is_finite() && sigma > 0.0 {
                whiskers.push_str(&format!("M{x} {}V{}", At(axis.held(value - sigma)), At(axis.held(value + sigma))));
            }
            above.push_str(&format!("M{x} {y}m-2.4 0a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0-4.8 0z"));
        } else if axis.holds(value) {
            below.push_str(&format!("M{x} {y}m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0z"));
        }
    }
    for (class, path) in [("tr", below), ("wp wh", whiskers), ("wp mk", above)] {
        if !path.is_empty() {
            put!(art.pen, r#"<path class="{class}" d="{path}"/>"#);
        }
    }
    bottom + 26.0
}

/// Rules at the quarters of the compass.
fn azimuth_ground(art: &mut WaveArt, axis: &Axis, (top, bottom): (f64, f64), name: &str) {
    let (left, right) = art.time.px;
    for value in [0.0, 90.0, 180.0, 270.0, 360.0] {
        let y = axis.at(value);
        put!(art.pen, r#"<path class="gr" d="M{} {}H{}"/>"#, At(left), At(y), At(right));
        if value % 180.0 == 0.0 {
            art.pen.text("tk e", (left - 6.0, y + 3.6), &art.look.number(value, 0));
        }
    }
    put!(art.pen, r#"<path class="ax" d="M{} {}V{}H{}"/>"#, At(left), At(top), At(bottom), At(right));
    art.pen.text("ti", (left, top - 6.0), name);
}
