//! Posteriors with more than one hump: a sum of normal laws far apart, its regions of highest density, and the ellipse
//! about the highest hump that holds as much.
//!
//! The set {density > λ} of far-apart normal laws with masses m and covariances C is one ellipse about each of them,
//! of squared radius 2·ln(m/(A·λ)) with A = 2π·√|C|, and holds Σ max(0, m − A·λ).

use super::Region;
use super::dense::{Square, add_outer, axes, inverse, quadratic};
use super::network::Network;

/// Rings and rays of the points that stand for a hump.
const POINTS: (usize, usize) = (16, 16);
/// Corners of a drawn ellipse.
const N_CORNERS: usize = 48;

/// One hump.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hump {
    /// Share of the posterior, 0…1.
    pub(super) share: f64,
    /// East and north of its middle, km.
    pub(super) middle_km: (f64, f64),
    /// Covariance over east and north, km².
    pub(super) covariance: Square<2>,
}

impl Hump {
    /// Area over which the hump's share would be spread at its highest density, km².
    fn spread_km2(&self) -> f64 {
        let [[ee, en], [_, nn]] = self.covariance;
        std::f64::consts::TAU * (ee * nn - en * en).max(1e-18).sqrt()
    }

    /// The place `radius` standard deviations out in a direction that runs through 0…1 around.
    fn out(&self, radius: f64, around: f64) -> (f64, f64) {
        let (longer, shorter, azimuth_deg) = axes(&self.covariance);
        let ((sin, cos), (s, c)) = (azimuth_deg.to_radians().sin_cos(), (std::f64::consts::TAU * around).sin_cos());
        let (along, across) = (radius * longer * c, radius * shorter * s);
        (self.middle_km.0 + along * sin + across * cos, self.middle_km.1 + along * cos - across * sin)
    }
}

/// The smallest region that holds a probability; `widen` multiplies its squared radii (Student's law).
pub(super) fn region(humps: &[Hump], probability: f64, widen: f64, network: &Network) -> Region {
    let level = level(humps, probability);
    let mut region = Region { probability, area_km2: 0.0, rings: Vec::new() };
    for hump in humps {
        let squared = widen * 2.0 * (hump.share / (hump.spread_km2() * level)).ln();
        if squared > 0.0 && squared.is_finite() {
            region.area_km2 += 0.5 * hump.spread_km2() * squared;
            let corner = |index: usize| hump.out(squared.sqrt(), index as f64 / N_CORNERS as f64);
            let place = |(east, north): (f64, f64)| network.wgs84(east, north);
            region.rings.push((0..=N_CORNERS).map(|index| place(corner(index % N_CORNERS))).collect());
        }
    }
    region
}

/// The density λ above which a probability lies, 1/km².
fn level(humps: &[Hump], probability: f64) -> f64 {
    let held = |level: f64| humps.iter().map(|hump| (hump.share - hump.spread_km2() * level).max(0.0)).sum::<f64>();
    let (mut low, mut high) = (0.0, humps.iter().map(|hump| hump.share / hump.spread_km2()).fold(0.0, f64::max));
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if held(middle) > probability { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Second moments about the middle of the first hump, and for each probability the squared distance from it, in units
/// of these, that holds it.
pub(super) fn about_first(humps: &[Hump], probabilities: [f64; 3]) -> Option<(Square<2>, [(f64, f64); 3])> {
    let first = humps.first()?;
    let mut shape: Square<2> = [[0.0; 2]; 2];
    for hump in humps {
        let off = [hump.middle_km.0 - first.middle_km.0, hump.middle_km.1 - first.middle_km.1];
        shape = super::dense::plus(&shape, hump.share, &hump.covariance);
        add_outer(&mut shape, hump.share, &off, &off);
    }
    let (back, _) = inverse(&shape)?;
    let mut points: Vec<(f64, f64)> = Vec::new();
    for hump in humps {
        for ring in 0..POINTS.0 {
            let radius = (-2.0 * (1.0 - (ring as f64 + 0.5) / POINTS.0 as f64).ln()).sqrt();
            for ray in 0..POINTS.1 {
                let (east, north) = hump.out(radius, ray as f64 / POINTS.1 as f64);
                let off = [east - first.middle_km.0, north - first.middle_km.1];
                points.push((quadratic(&back, &off), hump.share));
            }
        }
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let total: f64 = points.iter().map(|point| point.1).sum();
    let radius2 = |probability: f64| {
        let mut held = 0.0;
        let reached = points.iter().find(|(_, share)| {
            held += share;
            held >= probability * total
        });
        reached.or(points.last()).map_or(1.0, |point| point.0)
    };
    Some((shape, probabilities.map(|probability| (probability, radius2(probability)))))
}
