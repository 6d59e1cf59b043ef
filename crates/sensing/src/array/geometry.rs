//! Where the elements of an array stand.

use truceline_domain::{LocalFrame, SensorId, Wgs84};

/// The elements of one array, in metres about their middle. Elements are known by their sensor ids and kept in that order.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrayGeometry {
    id: SensorId,
    frame: LocalFrame,
    elements: Vec<(SensorId, (f64, f64))>,
}

impl ArrayGeometry {
    /// The array `id` with its elements at their places; an element named twice counts once, where it was named first. The
    /// middle is the mean of the places. `None` without any element.
    ///
    /// # Errors
    /// Distances within 0.1 % ([`LocalFrame`]); heights are left out, as the waves are taken to run level.
    pub fn new(id: SensorId, places: &[(SensorId, Wgs84)]) -> Option<Self> {
        let (_, first) = places.first()?;
        let mut sorted: Vec<_> = places.to_vec();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        sorted.dedup_by(|b, a| a.0 == b.0);
        let about_first = LocalFrame::about(*first);
        let (east, north) = mean(sorted.iter().map(|(_, place)| about_first.enu_from_wgs84(*place)));
        let frame = LocalFrame::about(about_first.wgs84_from_enu((east, north)));
        let elements = sorted.into_iter().map(|(id, place)| (id, frame.enu_from_wgs84(place))).collect();
        Some(Self { id, frame, elements })
    }

    /// The array's own id, under which its picks go.
    pub fn id(&self) -> &SensorId {
        &self.id
    }

    /// The middle of the elements.
    pub fn centre(&self) -> Wgs84 {
        self.frame.origin()
    }

    /// The elements with metres east and north of the middle, in the order of their ids.
    pub fn elements(&self) -> &[(SensorId, (f64, f64))] {
        &self.elements
    }

    /// The largest distance between two elements, m.
    pub fn aperture_m(&self) -> f64 {
        let pairs =
            self.elements.iter().flat_map(|(_, a)| self.elements.iter().map(move |(_, b)| (a.0 - b.0, a.1 - b.1)));
        pairs.map(|(east, north)| east.hypot(north)).fold(0.0, f64::max)
    }
}

/// The mean of points; zero of none.
pub(crate) fn mean(points: impl Iterator<Item = (f64, f64)>) -> (f64, f64) {
    let (n, east, north) = points.fold((0.0, 0.0, 0.0), |(n, e, u), p| (n + 1.0, e + p.0, u + p.1));
    if n > 0.0 { (east / n, north / n) } else { (0.0, 0.0) }
}
