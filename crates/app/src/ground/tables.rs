//! The tables of `truceline locate`, as text.

use crate::files::cell;
use std::fmt::Write as _;
use truceline_domain::Timestamp;
use truceline_fusion::ground::{Chain, Event, GroundClass, Located};

/// Every class, in the order of the columns, with its word.
const CLASSES: [(GroundClass, &str); 9] = [
    (GroundClass::Launch, "launch"),
    (GroundClass::Impact, "impact"),
    (GroundClass::SmallArms, "small_arms"),
    (GroundClass::SupersonicRound, "supersonic_round"),
    (GroundClass::QuarryBlast, "quarry_blast"),
    (GroundClass::Thunder, "thunder"),
    (GroundClass::SonicBoom, "sonic_boom"),
    (GroundClass::Fireworks, "fireworks"),
    (GroundClass::Earthquake, "earthquake"),
];

/// The word of a class.
pub(super) fn word(class: GroundClass) -> &'static str {
    CLASSES.iter().find(|(other, _)| *other == class).map_or("", |(_, word)| word)
}

/// One line for each event: time, place, covariance, ellipses, classes, rounds, odds.
///
/// Ellipses: half axes in metres, azimuth of the longer one in degrees clockwise from north. Covariance: m², east and
/// north. `regions` says whether regions stand for the ellipses (more than one hump). Empty: not known.
pub(super) fn events(located: &Located) -> String {
    let mut text = String::from(
        "event_idx,time,lat,lon,depth_km,time_sigma_s,depth_sigma_km,var_east_m2,cov_east_north_m2,var_north_m2,\
         major50_m,minor50_m,major90_m,minor90_m,major95_m,minor95_m,azimuth_deg,regions,log_odds,n_arrivals,n_missed,\
         n_down,rounds_low,rounds_best,rounds_high,class,p_class",
    );
    for (_, word) in CLASSES {
        let _ = write!(text, ",p_{word}");
    }
    text.push('\n');
    let mut n_arrivals = vec![0_usize; located.events.len()];
    for arrival in &located.arrivals {
        if let Some(n) = n_arrivals.get_mut(arrival.event) {
            *n += 1;
        }
    }
    for ((index, event), n) in located.events.iter().enumerate().zip(n_arrivals) {
        line(&mut text, index, event, n);
    }
    text
}

fn line(text: &mut String, index: usize, event: &Event, n_arrivals: usize) {
    let place = &event.epicentre;
    let _ = write!(
        text,
        "{index},{},{:.7},{:.7},{:.3},{:.4},{:.3},{:.2},{:.2},{:.2}",
        micros(event.time),
        place.centre.lat_deg(),
        place.centre.lon_deg(),
        event.depth_km,
        event.time_sigma_s,
        event.depth_sigma_km,
        place.var_east_m2,
        place.cov_east_north_m2,
        place.var_north_m2,
    );
    for (major_m, minor_m) in event.ellipse_m {
        let _ = write!(text, ",{major_m:.2},{minor_m:.2}");
    }
    let _ = write!(
        text,
        ",{:.2},{},{:.2},{n_arrivals},{},{}",
        event.ellipse_azimuth_deg,
        event.regions.len(),
        event.log_odds,
        event.misses.len(),
        event.uncovered.len(),
    );
    let _ = match event.rounds {
        Some((low, best, high)) => write!(text, ",{low},{best},{high}"),
        None => write!(text, ",,,"),
    };
    let _ = match event.classes.first() {
        Some((class, p)) => write!(text, ",{},{p:.4}", word(*class)),
        None => write!(text, ",,"),
    };
    for (class, _) in CLASSES {
        let _ = match event.classes.iter().find(|(other, _)| *other == class) {
            Some((_, p)) => write!(text, ",{p:.4}"),
            None => write!(text, ","),
        };
    }
    text.push('\n');
}

/// One line for each arrival; `rows` gives the row of the picks' table for each pick.
pub(super) fn arrivals(located: &Located, rows: &[usize]) -> String {
    let mut text = String::from("pick_idx,event_idx,wave,residual_s,weight\n");
    for arrival in &located.arrivals {
        let row = rows.get(arrival.pick).copied().unwrap_or(arrival.pick);
        let _ = writeln!(
            text,
            "{row},{},{},{:.4},{:.4}",
            arrival.event,
            arrival.wave.word(),
            arrival.residual_s,
            arrival.weight
        );
    }
    text
}

/// The rounds whose launch and impact were both heard. The launch is sealed: neither its place nor which event it is stands
/// here.
pub(super) fn chains(chains: &[Chain]) -> String {
    let mut text = String::from("impact_event_idx,probability\n");
    for chain in chains {
        let _ = writeln!(text, "{},{:.4}", chain.impact, chain.probability);
    }
    text
}

/// The stations whose clocks cannot be right.
pub(super) fn clocks(located: &Located) -> String {
    let mut text = String::from("station,from,until,offset_s,drift_s_per_h,n_arrivals\n");
    for clock in &located.clocks {
        let _ = writeln!(
            text,
            "{},{},{},{:.4},{:.5},{}",
            cell(clock.station.as_str()),
            micros(clock.span.from),
            micros(clock.span.until),
            clock.offset_s,
            clock.drift_s_per_h,
            clock.n_arrivals
        );
    }
    text
}

/// Wind and temperature as the events speak for them.
pub(super) fn air(located: &Located) -> String {
    let mut text =
        String::from("from,until,wind_east_mps,wind_north_mps,wind_sigma_mps,temperature_c,temperature_sigma_c\n");
    for air in &located.air {
        let (east, north) = air.wind_mps;
        let _ = writeln!(
            text,
            "{},{},{east:.2},{north:.2},{:.2},{:.2},{:.2}",
            micros(air.span.from),
            micros(air.span.until),
            air.wind_sigma_mps,
            air.temperature_c,
            air.temperature_sigma_c
        );
    }
    text
}

/// The regions of events with more than one hump, and the 90 % ellipses of the others, as GeoJSON.
pub(super) fn regions(located: &Located) -> serde_json::Value {
    let features = located.events.iter().enumerate().flat_map(|(index, event)| {
        let region = move |region: &truceline_fusion::ground::Region| {
            let rings = region.rings.iter().map(|ring| {
                let points = ring.iter().map(|place| serde_json::json!([place.lon_deg(), place.lat_deg()]));
                serde_json::json!([points.collect::<Vec<_>>()])
            });
            serde_json::json!({
                "type": "Feature",
                "properties": {
                    "event_idx": index, "probability": region.probability, "area_km2": region.area_km2,
                },
                "geometry": { "type": "MultiPolygon", "coordinates": rings.collect::<Vec<_>>() },
            })
        };
        event.regions.iter().map(region).collect::<Vec<_>>()
    });
    serde_json::json!({ "type": "FeatureCollection", "features": features.collect::<Vec<_>>() })
}

/// A time to the microsecond, as RFC 3339.
pub(super) fn micros(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

#[cfg(test)]
#[path = "tables_tests.rs"]
mod tests;
