//! The map layer: incidents as GeoJSON (RFC 7946), points for the mission, cells for the public.

use crate::grid::CellBounds;
use crate::hex::Id;
use crate::json::Json;
use crate::shown::{Shown, ShownIncident, ShownPlace};
use crate::tables::EXACT_DECIMALS;

/// `incidents.geojson`.
pub(crate) fn incidents_geojson(shown: &Shown) -> String {
    let mut json = Json::with_capacity(512 + shown.incidents.len() * 420);
    json.object(|json| {
        json.key("type").string("FeatureCollection");
        json.key("truceline").object(|json| stamp(json, shown));
        json.key("features").array(|json| {
            for incident in &shown.incidents {
                json.line_break();
                json.object(|json| feature(json, shown, incident));
            }
        });
    });
    json.into_text()
}

/// What every machine-readable export says of itself: what it is, for whom, and where the log stood.
pub(crate) fn stamp(json: &mut Json, shown: &Shown) {
    let snapshot = shown.snapshot;
    json.key("mission").string(&snapshot.mission.name);
    json.key("fictional").boolean(snapshot.mission.fictional);
    json.key("marking").string(crate::daily::marking(shown));
    json.key("period").object(|json| {
        json.key("from").word(snapshot.period.from);
        json.key("until").word(snapshot.period.until);
    });
    json.key("cell_m");
    match shown.grid {
        Some(grid) => json.number(grid.cell_m(), 0),
        None => json.null(),
    }
    json.key("agreement_version").string(&snapshot.mission.agreement_version);
    json.key("mission_digest").word(snapshot.mission.digest);
    json.key("generator").string(concat!("truceline-report/", env!("CARGO_PKG_VERSION")));
    json.key("log");
    match &snapshot.log {
        None => json.null(),
        Some(log) => json.object(|json| {
            json.key("origin").string(&log.origin);
            json.key("size").whole(log.size);
            json.key("root").string(&log.root);
        }),
    }
}

fn feature(json: &mut Json, shown: &Shown, incident: &ShownIncident) {
    json.key("type").string("Feature");
    json.key("id").word(Id::Incident(&incident.id));
    json.key("geometry");
    geometry(json, shown, &incident.place);
    json.key("properties").object(|json| properties(json, shown, incident));
}

fn geometry(json: &mut Json, shown: &Shown, place: &ShownPlace) {
    match (place, shown.grid) {
        (ShownPlace::Estimate(estimate), _) => json.object(|json| {
            json.key("type").string("Point");
            let at = (estimate.centre.lon_deg(), estimate.centre.lat_deg());
            json.key("coordinates");
            position(json, at, EXACT_DECIMALS);
        }),
        (ShownPlace::Cell { cell, .. }, Some(grid)) => json.object(|json| {
            json.key("type").string("Polygon");
            json.key("coordinates").array(|json| json.array(|json| ring(json, &grid.bounds(*cell), grid.decimals())));
        }),
        _ => json.null(),
    }
}

/// Counter-clockwise, first place repeated, as RFC 7946 section 3.1.6 asks.
fn ring(json: &mut Json, b: &CellBounds, decimals: usize) {
    for at in [(b.west, b.south), (b.east, b.south), (b.east, b.north), (b.west, b.north), (b.west, b.south)] {
        position(json, at, decimals);
    }
}

fn position(json: &mut Json, (lon, lat): (f64, f64), decimals: usize) {
    json.array(|json| {
        json.number(lon, decimals);
        json.number(lat, decimals);
    });
}

fn properties(json: &mut Json, shown: &Shown, incident: &ShownIncident) {
    json.key("class").string(incident.class.word());
    json.key("verdict").string(incident.verdict.map_or("no_finding", |v| v.word()));
    json.key("from").word(incident.time.from);
    json.key("until").word(incident.time.until);
    json.key("place").string(incident.place.word());
    match (&incident.place, shown.grid) {
        (ShownPlace::Area(name), _) => json.key("area").string(name),
        (ShownPlace::Cell { cell, .. }, Some(grid)) => json.key("cell").string(&grid.name(*cell)),
        (ShownPlace::Estimate(estimate), _) => {
            let ellipse = estimate.ellipse(0.9);
            json.key("semi_major_90_m").number(ellipse.semi_major_m, 0);
            json.key("semi_minor_90_m").number(ellipse.semi_minor_m, 0);
            json.key("azimuth_deg").number(ellipse.azimuth_deg, 0);
        }
        _ => {}
    }
    counts(json, incident);
}

/// The counts of an incident, as keys of the object that is open.
pub(crate) fn counts(json: &mut Json, incident: &ShownIncident) {
    json.key("observations").whole(incident.counts.observations);
    json.key("rounds");
    match incident.counts.rounds {
        None => json.null(),
        Some(rounds) => json.array(|json| {
            json.whole(rounds.low.into());
            json.whole(rounds.best.into());
            json.whole(rounds.high.into());
        }),
    }
    json.key("smm_style").whole(incident.counts.smm_style);
    json.key("n_independent").whole(incident.n_independent.into());
    if !incident.origin_shares.is_empty() {
        json.key("origin_in_area_controlled_by").object(|json| {
            for share in incident.origin_shares {
                json.key(share.party.as_str()).number(share.probability, 2);
            }
        });
    }
}
