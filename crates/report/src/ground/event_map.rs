//! The map of one event: who heard it, who did not, and where it can have been.

use super::pen::{At, Frame, Pen, put, shown_name};
use super::plane::{Km, Plane};
use super::sealed::statement_svg;
use super::texts::{self, Texts};
use super::{Look, decimals_for};
use super::{map_areas, map_marks};
use crate::labels::fill;
use truceline_domain::{Timestamp, Wgs84};

/// What a station had to say of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StationState {
    /// It heard it, and counted with this weight, 0…1.
    Heard {
        /// The weight.
        weight: f64,
    },
    /// It should have heard it, with this probability, and did not.
    Silent {
        /// Probability that the arrival would have been picked.
        pd: f64,
    },
    /// It was down and counts for nothing.
    Down,
}

/// A station of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapStation {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Wgs84,
    /// True when it is an array.
    pub is_array: bool,
    /// What it had to say.
    pub state: StationState,
}

/// The direction from which a wave crossed an array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapBearing {
    /// Where the array stands.
    pub from: Wgs84,
    /// Back-azimuth, degrees clockwise from north.
    pub azimuth_deg: f64,
    /// Its error, one standard deviation, degrees.
    pub sigma_deg: f64,
}

/// An ellipse about the most likely place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapEllipse {
    /// Probability that it holds the event.
    pub probability: f64,
    /// Longer half axis, m.
    pub semi_major_m: f64,
    /// Shorter half axis, m.
    pub semi_minor_m: f64,
    /// Direction of the longer axis, degrees clockwise from north.
    pub azimuth_deg: f64,
}

/// A region that holds the event; several rings when the posterior has humps.
#[derive(Clone, Debug, PartialEq)]
pub struct MapRegion {
    /// Probability that it holds the event.
    pub probability: f64,
    /// Its area, km².
    pub area_km2: f64,
    /// Closed rings.
    pub rings: Vec<Vec<Wgs84>>,
}

/// Another place that explains the picks nearly as well.
#[derive(Clone, Debug, PartialEq)]
pub struct MapRival {
    /// What it is called.
    pub name: String,
    /// Where.
    pub place: Wgs84,
}

/// What the map of an event is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct EventMap {
    /// What the event is called.
    pub title: String,
    /// Origin time.
    pub origin: Timestamp,
    /// Its error, one standard deviation, s.
    pub origin_sigma_s: f64,
    /// The most likely place.
    pub place: Wgs84,
    /// Ellipses about it.
    pub ellipses: Vec<MapEllipse>,
    /// Regions, in place of ellipses.
    pub regions: Vec<MapRegion>,
    /// The stations within reach.
    pub stations: Vec<MapStation>,
    /// Bearings of arrays.
    pub bearings: Vec<MapBearing>,
    /// Rival places.
    pub rivals: Vec<MapRival>,
    /// True when the place must not be told: nothing of all this is then drawn.
    pub sealed: bool,
}

/// Draws the map of an event.
///
/// ```
/// use truceline_domain::Wgs84;
/// use truceline_report::ground::{EventMap, Look, MapEllipse, MapStation, StationState, event_map_svg};
///
/// let map = EventMap {
///     title: "E7".into(),
///     origin: "2031-02-15T04:10:02Z".parse().unwrap(),
///     origin_sigma_s: 0.1,
///     place: Wgs84::new(47.9, 37.9).unwrap(),
///     ellipses: vec![MapEllipse { probability: 0.9, semi_major_m: 400.0, semi_minor_m: 150.0, azimuth_deg: 30.0 }],
///     regions: vec![],
///     stations: vec![MapStation {
///         name: "<S01>".into(),
///         place: Wgs84::new(47.95, 37.8).unwrap(),
///         is_array: false,
///         state: StationState::Heard { weight: 1.0 },
///     }],
///     bearings: vec![],
///     rivals: vec![],
///     sealed: false,
/// };
/// let svg = event_map_svg(&map, &Look::default());
/// assert!(svg.contains("&lt;S01&gt;") && !svg.contains("<S01>"));
/// ```
pub fn event_map_svg(map: &EventMap, look: &Look) -> String {
    let texts = Texts::of(look.language);
    if map.sealed {
        return statement_svg("m", texts.map, look);
    }
    let mut art = MapArt::new(map, look);
    art.draw();
    art.finish()
}

/// A map that is being drawn.
pub(super) struct MapArt<'a> {
    pub(super) map: &'a EventMap,
    pub(super) look: &'a Look,
    pub(super) texts: Texts,
    pub(super) pen: Pen,
    pub(super) plane: Plane,
    /// The picture, px.
    pub(super) frame: Frame,
    /// The point of the plane in the middle of the picture, km.
    middle: Km,
    pub(super) px_per_km: f64,
    /// Stations in the order of weight, then name.
    pub(super) stations: Vec<&'a MapStation>,
}

impl<'a> MapArt<'a> {
    fn new(map: &'a EventMap, look: &'a Look) -> Self {
        let texts = Texts::of(look.language);
        let width = look.width();
        let mut pen = Pen::new(width, "m", &map.title);
        let top = heading(&mut pen, map, look, &texts);
        let plane = Plane::about(map.place);
        let [west, south, east, north] = extent(map, &plane);
        let (wide, high) = (east - west, north - south);
        let inner = width - 16.0;
        let height = (inner * high / wide).clamp(0.55 * inner, if look.is_narrow() { 1.25 } else { 0.7 } * inner);
        let frame = [8.0, top, width - 8.0, top + height.round()];
        let px_per_km = (inner / wide).min(height / high);
        let mut stations: Vec<&MapStation> = map.stations.iter().collect();
        stations.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then_with(|| a.name.cmp(&b.name)));
        let middle = (0.5 * (west + east), 0.5 * (south + north));
        Self { map, look, texts, pen, plane, frame, middle, px_per_km, stations }
    }

    /// Where a point of the plane lies in the picture.
    pub(super) fn px(&self, (east, north): Km) -> (f64, f64) {
        let [left, top, right, bottom] = self.frame;
        (
            0.5 * (left + right) + (east - self.middle.0) * self.px_per_km,
            0.5 * (top + bottom) - (north - self.middle.1) * self.px_per_km,
        )
    }

    pub(super) fn place_px(&self, place: Wgs84) -> (f64, f64) {
        self.px(self.plane.km(place))
    }

    /// The point of the plane at a point of the picture.
    pub(super) fn km(&self, (x, y): (f64, f64)) -> Km {
        let [left, top, right, bottom] = self.frame;
        (
            self.middle.0 + (x - 0.5 * (left + right)) / self.px_per_km,
            self.middle.1 - (y - 0.5 * (top + bottom)) / self.px_per_km,
        )
    }

    pub(super) fn shows(&self, (x, y): (f64, f64)) -> bool {
        let [left, top, right, bottom] = self.frame;
        (left..=right).contains(&x) && (top..=bottom).contains(&y)
    }

    fn draw(&mut self) {
        self.pen.clip("map", self.frame);
        self.pen.rect("land", self.frame);
        self.pen.open_clipped("map");
        map_marks::graticule(self);
        map_marks::wedges(self);
        map_areas::regions(self);
        map_areas::ellipses(self);
        map_marks::rays(self);
        map_marks::stations(self);
        map_marks::rivals(self);
        map_marks::event(self);
        self.pen.close();
        map_marks::scale_and_north(self);
        map_areas::inset(self);
        map_areas::label_regions(self);
        map_marks::names(self);
        map_marks::degrees(self);
        let [left, top, right, bottom] = self.frame;
        put!(
            self.pen,
            r#"<rect class="ax" x="{}" y="{}" width="{}" height="{}"/>"#,
            At(left),
            At(top),
            At(right - left),
            At(bottom - top)
        );
    }

    fn finish(mut self) -> String {
        let entries = map_marks::legend(&self);
        let width = self.pen.width;
        let mut y = self.frame[3] + 12.0;
        y += self.pen.legend(&entries, (16.0, y), width - 32.0);
        let off = self.map.stations.iter().filter(|s| !self.shows(self.place_px(s.place))).count();
        let language = self.look.language;
        if off > 0 {
            let text = fill(language, self.texts.not_drawn, &[("n", &off.to_string())]);
            y += self.pen.paragraph("tk", (16.0, y + 12.0), &text, (11.0, width - 32.0));
        }
        let description = self.description();
        let title = format!("{}: {}", self.texts.map, shown_name(&self.map.title, 48));
        self.pen.finish((&title, &description), y + 8.0, language.code())
    }

    fn description(&self) -> String {
        let count =
            |what: fn(&StationState) -> bool| self.map.stations.iter().filter(|s| what(&s.state)).count().to_string();
        let place = place_text(self.map.place, self.look, self.metre_decimals());
        let place = fill(self.look.language, self.texts.map_place, &[("place", &place)]);
        let values = [
            ("heard", count(|s| matches!(s, StationState::Heard { .. }))),
            ("silent", count(|s| matches!(s, StationState::Silent { .. }))),
            ("down", count(|s| matches!(s, StationState::Down))),
            ("place", place),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
        fill(self.look.language, self.texts.map_desc, &values)
    }

    fn metre_decimals(&self) -> usize {
        decimals_for_degrees(self.map.ellipses.iter().map(|e| e.semi_major_m).fold(0.0, f64::max))
    }
}

/// Decimals of a degree that an error in metres deserves.
pub(super) fn decimals_for_degrees(error_m: f64) -> usize {
    match error_m {
        m if m <= 0.0 || !m.is_finite() => 3,
        m if m < 100.0 => 5,
        m if m < 1_000.0 => 4,
        m if m < 10_000.0 => 3,
        _ => 2,
    }
}

/// Latitude and longitude in words.
pub(super) fn place_text(place: Wgs84, look: &Look, decimals: usize) -> String {
    let side = |value: f64, sides: [&'static str; 2]| if value < 0.0 { sides[1] } else { sides[0] };
    format!(
        "{}°\u{a0}{}, {}°\u{a0}{}",
        look.number(place.lat_deg().abs(), decimals),
        side(place.lat_deg(), ["N", "S"]),
        look.number(place.lon_deg().abs(), decimals),
        side(place.lon_deg(), ["E", "W"]),
    )
}

fn heading(pen: &mut Pen, map: &EventMap, look: &Look, texts: &Texts) -> f64 {
    let width = pen.width - 32.0;
    let mut y = 24.0;
    let title = format!("{}: {}", texts.map, shown_name(&map.title, 48));
    y += pen.paragraph("h1", (16.0, y), &title, (14.0, width));
    let decimals = decimals_for(map.origin_sigma_s);
    let at = look.instant(map.origin, decimals);
    let sigma = look.number(map.origin_sigma_s, decimals);
    let line = format!("{}: {at} ±\u{a0}{sigma}\u{a0}{}", texts.origin, texts::unit(look.language, "s"));
    y += pen.paragraph("h2", (16.0, y), &line, (11.5, width));
    y - 4.0
}

/// How early a station is named.
fn rank(station: &MapStation) -> f64 {
    let finite = |v: f64| if v.is_finite() { v.clamp(0.0, 1.0) } else { 0.0 };
    match station.state {
        StationState::Heard { weight } => 2.0 + finite(weight),
        StationState::Silent { pd } => 1.0 + 0.5 * finite(pd),
        StationState::Down => 0.0,
    }
}

/// West, south, east, north of what is to be seen, km of the plane, with a margin.
fn extent(map: &EventMap, plane: &Plane) -> Frame {
    let points = map.stations.iter().map(|s| plane.km(s.place)).chain(map.rivals.iter().map(|r| plane.km(r.place)));
    let mut hull = points.chain([(0.0, 0.0)]).fold([0.0_f64; 4], |h, p| around(h, p, 0.0));
    let reach = (hull[2] - hull[0]).max(hull[3] - hull[1]);
    // Areas widen the picture, but not without bound: a region much larger than the network is cut.
    let most = if reach > 0.0 { 2.0 * reach } else { 5_000.0 };
    let largest = map.ellipses.iter().map(|e| 0.001 * e.semi_major_m).filter(|r| r.is_finite()).fold(0.0, f64::max);
    hull = around(hull, (0.0, 0.0), largest.min(most));
    for place in map.regions.iter().flat_map(|region| region.rings.iter().flatten()) {
        let (x, y) = plane.km(*place);
        hull = around(hull, (x.clamp(-most, most), y.clamp(-most, most)), 0.0);
    }
    let span = (hull[2] - hull[0]).max(hull[3] - hull[1]).max(0.2);
    let (dx, dy) = (margin(hull[2] - hull[0], span), margin(hull[3] - hull[1], span));
    [hull[0] - dx, hull[1] - dy, hull[2] + dx, hull[3] + dy]
}

/// A twelfth on each side, and more where the extent is a line.
fn margin(wide: f64, span: f64) -> f64 {
    (0.08 * span).max(0.5 * (0.3 * span - wide))
}

fn around([west, south, east, north]: Frame, (x, y): Km, reach: f64) -> Frame {
    [west.min(x - reach), south.min(y - reach), east.max(x + reach), north.max(y + reach)]
}
