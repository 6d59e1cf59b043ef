//! One sheet with pictures for each located event, for people.

use crate::files::write_private;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use truceline_domain::{Station, Timestamp, Wave, Wgs84};
use truceline_fusion::ground::{Classified, Event, EventArrival, GroundClass, Input, Located, Settings};
use truceline_report::Language;
use truceline_report::ground::{
    Absence, EventMap, EventSheet, EvidenceLine, Look, MapBearing, MapEllipse, MapRegion, MapStation, MissLine,
    Section, SectionArrival, Silence, SourceClass, StationState, TravelCurve, event_map_svg, event_sheet_html,
    section_svg, tells_origin_of_fire,
};

/// How sheets are asked for.
pub(super) struct Ask<'a> {
    /// The most that are drawn.
    pub most: usize,
    /// True in the sealed room: places of fire are drawn too.
    pub sealed_room: bool,
    /// Language of their words.
    pub language: &'a str,
}

/// Writes `event-N.html`, `event-N-map.svg` and `event-N-section.svg` for the events with the highest odds.
///
/// # Errors
/// When the language is none of the four, or the disk refuses.
pub(super) fn write(
    into: &Path,
    (input, located, classified): (&Input<'_>, &Located, &[Classified]),
    ask: &Ask<'_>,
) -> anyhow::Result<()> {
    let language = Language::from_code(ask.language)
        .ok_or_else(|| anyhow::anyhow!("no language `{}`; there are en, uk, ru, fr", ask.language))?;
    let look = Look { language, ..Look::default() };
    let mut order: Vec<usize> = (0..located.events.len()).collect();
    let odds = |index: &usize| located.events.get(*index).map_or(f64::NEG_INFINITY, |event| event.log_odds);
    order.sort_by(|a, b| odds(b).total_cmp(&odds(a)).then(a.cmp(b)));
    let scene = Scene::of(input, located);
    let sealed = crate::located::sealed_places(&located.events);
    for index in order.into_iter().take(ask.most) {
        let Some(event) = located.events.get(index) else { continue };
        let sheet =
            scene.sheet((index, event), classified.get(index), (sealed.get(index) != Some(&false), ask.sealed_room));
        let name = |end: &str| into.join(format!("event-{index}{end}"));
        write_private(&name(".html"), event_sheet_html(&sheet, &look).as_bytes())?;
        write_private(&name("-map.svg"), event_map_svg(&sheet.map, &look).as_bytes())?;
        write_private(&name("-section.svg"), section_svg(&sheet.section, &look).as_bytes())?;
    }
    Ok(())
}

struct Scene<'a> {
    input: &'a Input<'a>,
    arrivals: BTreeMap<usize, Vec<&'a EventArrival>>,
    station_of: BTreeMap<&'a str, usize>,
}

impl<'a> Scene<'a> {
    fn of(input: &'a Input<'a>, located: &'a Located) -> Self {
        let mut arrivals: BTreeMap<usize, Vec<&EventArrival>> = BTreeMap::new();
        for arrival in &located.arrivals {
            arrivals.entry(arrival.event).or_default().push(arrival);
        }
        let station_of =
            input.stations.iter().enumerate().map(|(index, station)| (station.id.as_str(), index)).collect();
        Self { input, arrivals, station_of }
    }

    fn station(&self, arrival: &EventArrival) -> Option<(usize, &'a Station)> {
        let index = *self.station_of.get(self.input.picks.get(arrival.pick)?.sensor.as_str())?;
        Some((index, self.input.stations.get(index)?))
    }

    fn sheet(
        &self,
        (index, event): (usize, &Event),
        classified: Option<&Classified>,
        (may_be_fired, sealed_room): (bool, bool),
    ) -> EventSheet<'static> {
        let classes: Vec<_> = event.classes.iter().map(|(class, p)| (source_class(*class), *p)).collect();
        let sealed = may_be_fired && !sealed_room;
        // Inside the sealed room the sheet is whole; the class stands in the evidence.
        let classes = if sealed_room && tells_origin_of_fire(&classes) { Vec::new() } else { classes };
        let title = format!("event {index}");
        let arrivals = self.arrivals.get(&index).map(Vec::as_slice).unwrap_or_default();
        let name = |station: usize| self.input.stations.get(station).map_or(String::new(), |s| s.id.to_string());
        EventSheet {
            origin: event.time,
            origin_sigma_s: event.time_sigma_s,
            depth_km: (event.depth_sigma_km > 0.0).then_some((event.depth_km, event.depth_sigma_km)),
            classes,
            rounds: event.rounds,
            log_odds: event.log_odds,
            evidence: evidence(event, classified),
            misses: event
                .misses
                .iter()
                .map(|miss| MissLine { station: name(miss.station), wave: miss.wave, pd: miss.pd })
                .collect(),
            uncovered: event.uncovered.iter().map(|station| name(*station)).collect(),
            map: self.map((&title, sealed), event, arrivals),
            section: self.section((&title, sealed), event, arrivals),
            waveforms: Vec::new(),
            sealed,
            title,
        }
    }

    fn map(&self, (title, sealed): (&str, bool), event: &Event, arrivals: &[&EventArrival]) -> EventMap {
        let heard: BTreeMap<usize, f64> =
            arrivals.iter().filter_map(|arrival| Some((self.station(arrival)?.0, arrival.weight))).collect();
        let silent: BTreeMap<usize, f64> = event.misses.iter().map(|miss| (miss.station, miss.pd)).collect();
        let down: BTreeSet<usize> = event.uncovered.iter().copied().collect();
        let stations = self.input.stations.iter().enumerate().filter_map(|(index, station)| {
            let state = match (heard.get(&index), silent.get(&index)) {
                (Some(weight), _) => StationState::Heard { weight: *weight },
                (None, Some(pd)) => StationState::Silent { pd: *pd },
                (None, None) if down.contains(&index) => StationState::Down,
                (None, None) => return None,
            };
            let name = station.id.to_string();
            Some(MapStation { name, place: station.place, is_array: station.is_array, state })
        });
        let bearing = |arrival: &&EventArrival| {
            let (_, station) = self.station(arrival)?;
            let azimuth = self.input.picks.get(arrival.pick)?.bearing?.azimuth_deg;
            Some(MapBearing { from: station.place, azimuth_deg: azimuth.value, sigma_deg: azimuth.sigma })
        };
        let ellipses = PROBABILITIES.iter().zip(event.ellipse_m).map(|(probability, (semi_major_m, semi_minor_m))| {
            let azimuth_deg = event.ellipse_azimuth_deg;
            MapEllipse { probability: *probability, semi_major_m, semi_minor_m, azimuth_deg }
        });
        let region = |region: &truceline_fusion::ground::Region| MapRegion {
            probability: region.probability,
            area_km2: region.area_km2,
            rings: region.rings.clone(),
        };
        EventMap {
            title: title.to_owned(),
            origin: event.time,
            origin_sigma_s: event.time_sigma_s,
            place: event.epicentre.centre,
            ellipses: if event.regions.is_empty() { ellipses.collect() } else { Vec::new() },
            regions: event.regions.iter().map(region).collect(),
            stations: stations.collect(),
            bearings: arrivals.iter().filter_map(bearing).collect(),
            rivals: Vec::new(),
            sealed,
        }
    }

    fn section(&self, (title, sealed): (&str, bool), event: &Event, arrivals: &[&EventArrival]) -> Section {
        let distance_km = |place: Wgs84| truceline_domain::distance_m(event.epicentre.centre, place) / 1_000.0;
        let settings = self.input.settings;
        let told = arrivals.iter().filter_map(|arrival| {
            let (_, station) = self.station(arrival)?;
            let pick = self.input.picks.get(arrival.pick)?;
            Some(SectionArrival {
                station: station.id.to_string(),
                distance_km: distance_km(station.place),
                time_s: seconds(event.time, pick.at),
                sigma_s: pick.sigma_s.unwrap_or(0.0),
                residual_s: arrival.residual_s,
                wave: arrival.wave,
                weight: arrival.weight,
            })
        });
        let told: Vec<SectionArrival> = told.collect();
        let sound_km_s = fitted_sound_km_s(&told);
        let reach_km = told.iter().map(|arrival| arrival.distance_km).fold(1.0, f64::max) * 1.1;
        let waves: BTreeSet<Wave> = told.iter().map(|arrival| arrival.wave).collect();
        let silence = |station: usize, wave: Wave, absence: Absence| {
            let station = self.input.stations.get(station)?;
            let distance_km = distance_km(station.place);
            let expected_s = travel_s((settings, sound_km_s), (wave, event.depth_km), distance_km);
            let margin_s = settings.tolerance_s.max(0.02 * expected_s);
            let expected_s = (expected_s - margin_s, expected_s + margin_s);
            Some(Silence { station: station.id.to_string(), distance_km, wave, expected_s, absence })
        };
        let silent = event.misses.iter().filter_map(|m| silence(m.station, m.wave, Absence::Silent { pd: m.pd }));
        let first = waves.first().copied().unwrap_or(Wave::Air);
        let down = event.uncovered.iter().filter_map(|station| silence(*station, first, Absence::Down));
        let silences = silent.chain(down).collect();
        let curve = |wave: &Wave| {
            let at = |k: u32| 0.02 * f64::from(k) * reach_km;
            let points = (0..=50).map(|k| (at(k), travel_s((settings, sound_km_s), (*wave, event.depth_km), at(k))));
            TravelCurve { wave: *wave, points: points.collect() }
        };
        Section {
            title: title.to_owned(),
            origin: event.time,
            origin_sigma_s: event.time_sigma_s,
            curves: waves.iter().map(curve).collect(),
            arrivals: told,
            silences,
            traces: Vec::new(),
            sealed,
        }
    }
}

/// The probabilities of the ellipses of an event.
const PROBABILITIES: [f64; 3] = [0.5, 0.9, 0.95];
/// Sound at 10 °C in still air, where no arrival tells, km/s.
const SOUND_KM_S: f64 = 0.337;

/// The speed of sound that the fitted travel times of an event come to over all directions, km/s: least squares through the
/// origin.
fn fitted_sound_km_s(arrivals: &[SectionArrival]) -> f64 {
    let heard = arrivals.iter().filter(|arrival| matches!(arrival.wave, Wave::Air | Wave::Muzzle));
    let (squares, products) = heard.fold((0.0, 0.0), |(squares, products), arrival| {
        let fitted_s = arrival.time_s - arrival.residual_s;
        (squares + arrival.distance_km * arrival.distance_km, products + arrival.distance_km * fitted_s)
    });
    if products > 0.0 { squares / products } else { SOUND_KM_S }
}
/// Surface waves, for the drawn curve, km/s.
const RG_KM_S: f64 = 2.75;

/// Travel time of a wave for the drawn curves: constant speeds.
fn travel_s((settings, sound_km_s): (&Settings, f64), (wave, depth_km): (Wave, f64), distance_km: f64) -> f64 {
    match wave {
        Wave::P => distance_km.hypot(depth_km) / settings.p_km_s.max(1e-3),
        Wave::S => distance_km.hypot(depth_km) / settings.s_km_s.max(1e-3),
        Wave::Rg => distance_km / RG_KM_S,
        Wave::Air | Wave::Shock | Wave::Muzzle => distance_km / sound_km_s.max(0.1),
    }
}

fn seconds(from: Timestamp, until: Timestamp) -> f64 {
    until.duration_since(from).as_secs_f64()
}

/// Ten times the decimal logarithm of e.
const DECIBANS_PER_NAT: f64 = 4.342_944_819_032_518;

/// Each piece of evidence, by how much it speaks for the likeliest class against the next.
fn evidence(event: &Event, classified: Option<&Classified>) -> Vec<EvidenceLine> {
    let clutter = EvidenceLine {
        what: "all picks together, against clutter".to_owned(),
        decibans: DECIBANS_PER_NAT * event.log_odds,
    };
    let mut lines = vec![clutter];
    let (Some(classified), [(best, _), (next, _), ..]) = (classified, event.classes.as_slice()) else { return lines };
    for piece in &classified.evidence {
        let of = |class: &GroundClass| piece.log_likelihood.iter().find(|(c, _)| c == class).map_or(0.0, |(_, ln)| *ln);
        lines.push(EvidenceLine {
            what: format!(
                "{} ({} against {})",
                piece.what,
                truceline_fusion::ground::word(*best),
                truceline_fusion::ground::word(*next)
            ),
            decibans: DECIBANS_PER_NAT * (of(best) - of(next)),
        });
    }
    lines
}

fn source_class(class: GroundClass) -> SourceClass {
    match class {
        GroundClass::Launch => SourceClass::Launch,
        GroundClass::Impact => SourceClass::Impact,
        GroundClass::SmallArms => SourceClass::SmallArms,
        GroundClass::SupersonicRound => SourceClass::SupersonicRound,
        GroundClass::QuarryBlast => SourceClass::QuarryBlast,
        GroundClass::Thunder => SourceClass::Thunder,
        GroundClass::SonicBoom => SourceClass::SonicBoom,
        GroundClass::Fireworks => SourceClass::Fireworks,
        GroundClass::Earthquake => SourceClass::Earthquake,
    }
}
