//! The wire forms, version 1: what leaves the process as JSON. Written by hand so that the nouns stay free of it.
//!
//! Only mission-internal readers get these (results of a replay, the page on loopback). A sealed origin has no field
//! here; places for readers outside the mission are made by the report room.

use crate::derive::WindowResult;
use crate::mission::Mission;
use serde_json::{Map, Value, json};
use truceline_domain::{
    Arrival, Case, Commitment, CoverageStatement, Finding, Incident, Name, PlaceEstimate, Problem, Span, Subject,
    Timestamp, Where,
};

/// Version of all forms in this file.
pub const VERSION: u32 = 1;

fn instant(at: Timestamp) -> Value {
    Value::String(at.to_string())
}

fn open_instant(at: Timestamp) -> Value {
    if at == Timestamp::MIN || at == Timestamp::MAX { Value::Null } else { instant(at) }
}

/// A number with `digits` decimals, so that the last bits of a float never show.
fn rounded(x: f64, digits: i32) -> Value {
    let scale = 10_f64.powi(digits);
    let x = (x * scale).round() / scale;
    if x.is_finite() { json!(x) } else { Value::Null }
}

fn estimate(estimate: &PlaceEstimate) -> Value {
    let ellipse = estimate.ellipse(0.9);
    json!({
        "lat": rounded(estimate.centre.lat_deg(), 6),
        "lon": rounded(estimate.centre.lon_deg(), 6),
        "ellipse_90": {
            "semi_major_m": rounded(ellipse.semi_major_m, 1),
            "semi_minor_m": rounded(ellipse.semi_minor_m, 1),
            "azimuth_deg": rounded(ellipse.azimuth_deg, 1),
        },
    })
}

fn place(place: &Where) -> Value {
    match place {
        Where::Estimate(at) => estimate(at),
        Where::Bearing(bearing) => bearing.estimate().as_ref().map_or(Value::Null, estimate),
        Where::Area(_) | Where::NotKnown(_) => Value::Null,
    }
}

fn area_name(place: &Where) -> Value {
    match place {
        Where::Area(name) => json!(name.as_str()),
        _ => Value::Null,
    }
}

/// One incident.
pub fn incident(incident: &Incident) -> Value {
    let rounds = incident.counts.rounds.map(|r| json!({"low": r.low, "best": r.best, "high": r.high}));
    let shares = incident
        .origin_shares
        .iter()
        .map(|share| json!({"party": share.party.as_str(), "probability": rounded(share.probability, 2)}));
    let posterior =
        incident.class_posterior.iter().map(|(class, p)| json!({"class": class.word(), "probability": rounded(*p, 3)}));
    json!({
        "id": incident.id.to_string(),
        "class": incident.class.word(),
        "class_posterior": posterior.collect::<Vec<_>>(),
        "time": {
            "from": instant(incident.time.from),
            "until": instant(incident.time.until),
            "sigma_s": rounded(incident.time.sigma_s, 3),
        },
        "place": place(&incident.place),
        "area": area_name(&incident.place),
        "counts": {
            "observations": incident.counts.observations,
            "rounds": rounds,
            "smm_style": incident.counts.smm_style,
        },
        "modalities": incident.modalities().iter().map(|m| m.word()).collect::<Vec<_>>(),
        "owners": incident.owners().iter().map(|o| o.as_str().to_owned()).collect::<Vec<_>>(),
        "n_independent": incident.n_independent,
        "origin_shares": shares.collect::<Vec<_>>(),
        "arrivals": incident.arrivals.iter().map(arrival).collect::<Vec<_>>(),
        "rivals": incident.rivals.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "reasons": incident.reasons,
        "supersedes": incident.supersedes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "method": format!("{}/{}", incident.derivation.method, incident.derivation.version),
    })
}

fn arrival(arrival: &Arrival) -> Value {
    let detection = &arrival.detection;
    json!({
        "detection": detection.id.to_string(),
        "sensor": detection.sensor.as_str(),
        "modality": detection.modality.word(),
        "means": detection.means.word(),
        "phenomenon": detection.phenomenon.word(),
        "time": instant(detection.time.midpoint()),
        "residual_m": arrival.residual_m.map(|r| rounded(r, 1)),
        "residual_s": rounded(arrival.residual_s, 3),
        "weight": rounded(arrival.weight, 4),
        "note": detection.note.as_ref().map(|note| note.as_str().to_owned()),
    })
}

/// One finding; `sentence` is its rule in words.
pub fn finding(finding: &Finding, sentence: &str) -> Value {
    let subject = match &finding.subject {
        Subject::Incident(id) => json!({"kind": "incident", "id": id.to_string()}),
        Subject::Window { span, area } => {
            json!({"kind": "window", "from": instant(span.from), "until": instant(span.until), "area": area.as_str()})
        }
    };
    json!({
        "id": finding.id.to_string(),
        "verdict": finding.verdict.word(),
        "clause": {
            "eid": finding.clause.eid.as_str(),
            "rule": finding.clause.rule.as_str(),
            "version": finding.clause.version.as_str(),
            "text_sha256": finding.clause.text_digest.to_string(),
            "sentence": sentence,
        },
        "reading": finding.reading.as_ref().map(|reading| reading.as_str().to_owned()),
        "subject": subject,
        "probability_inside": finding.probability_inside.map(|p| rounded(p, 4)),
        "margin_m": finding.margin_m.map(|m| json!({"value": rounded(m.value, 1), "sigma": rounded(m.sigma, 1)})),
        "exempted_by": finding.exempted_by.as_ref().map(|id| id.as_str().to_owned()),
        "reasons": finding.reasons.iter().map(|r| json!({"code": r.code, "text": r.text})).collect::<Vec<_>>(),
        "method": format!("{}/{}", finding.derivation.method, finding.derivation.version),
    })
}

/// One statement of coverage.
pub fn coverage(statement: &CoverageStatement) -> Value {
    let gaps = statement.gaps.iter().map(|gap| {
        json!({
            "sensor": gap.sensor.as_str(),
            "from": instant(gap.span.from),
            "until": instant(gap.span.until),
            "cause": gap.cause,
        })
    });
    json!({
        "class": statement.class.word(),
        "area": statement.area.as_str(),
        "from": instant(statement.window.from),
        "until": instant(statement.window.until),
        "share_pd90": rounded(statement.share_pd90, 4),
        "mean_pd": rounded(statement.mean_pd, 4),
        "worst_pd": rounded(statement.worst_pd, 4),
        "n_detected": statement.n_detected,
        "missed_upper_95": statement.missed_upper_95.map(|bound| rounded(bound, 2)),
        "gaps": gaps.collect::<Vec<_>>(),
        "wording": statement.wording.word(),
    })
}

/// One case.
pub fn case(case: &Case) -> Value {
    let clocks = case.clocks.iter().map(|clock| json!({"name": clock.name.as_str(), "due": instant(clock.due)}));
    json!({
        "id": format!("case-{}", case.incident),
        "incident": case.incident.to_string(),
        "state": case.state.word(),
        "findings": case.findings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "clocks": clocks.collect::<Vec<_>>(),
        "n_acts": case.acts.len(),
    })
}

/// One problem.
pub fn problem(problem: &Problem) -> Value {
    json!({
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity.word(),
        "code": problem.code,
        "text": problem.text,
        "message": problem.message,
        "hint": problem.hint,
    })
}

/// One commitment.
pub fn commitment(commitment: &Commitment) -> Value {
    let sources = commitment.sources.iter().map(|source| {
        json!({"cited": source.cited.as_str(), "status": source.status.word(), "legal_force": source.legal_force.word()})
    });
    json!({
        "id": commitment.id.as_str(),
        "who": commitment.who.iter().map(|who| who.as_str().to_owned()).collect::<Vec<_>>(),
        "what": commitment.what,
        "domain": commitment.domain.as_str(),
        "conditions": commitment.conditions,
        "sources": sources.collect::<Vec<_>>(),
        "disputed": commitment.is_disputed(),
    })
}

/// The result of a window, as it is kept and sealed.
pub fn window(result: &WindowResult, mission: &Mission) -> Value {
    json!({
        "form": VERSION,
        "window": {"from": instant(result.window.from), "until": instant(result.window.until)},
        "mission": {"name": mission.settings.name, "digest": mission.digest().to_string()},
        "incidents": result.incidents.iter().map(incident).collect::<Vec<_>>(),
        "findings": result.findings.iter().map(|f| finding(f, mission.sentence_of(&f.clause.rule))).collect::<Vec<_>>(),
        "coverage": result.coverage.iter().map(coverage).collect::<Vec<_>>(),
        "cases": result.cases.iter().map(case).collect::<Vec<_>>(),
    })
}

/// What the page needs to know of the mission once.
pub fn mission(mission: &Mission, span: Span) -> Value {
    let settings = &mission.settings;
    let clauses = mission.agreement.clauses.iter().filter(|clause| clause.is_leaf).map(|clause| {
        let rules: Vec<&str> = mission.rules_of(&clause.eid).map(Name::as_str).collect();
        json!({"eid": clause.eid.as_str(), "heading": clause.heading, "text": clause.text, "rules": rules})
    });
    let sensors = mission.sensors.iter().map(|sensor| {
        json!({
            "id": sensor.id.as_str(),
            "modality": sensor.modality.word(),
            "owner": sensor.owner.as_str(),
            "lat": sensor.place.map(|place| rounded(place.lat_deg(), 5)),
            "lon": sensor.place.map(|place| rounded(place.lon_deg(), 5)),
        })
    });
    let version = settings.agreement.as_ref().map(|(_, _, version)| version.clone()).unwrap_or_default();
    json!({
        "name": settings.name,
        "description": settings.description,
        "fictional": settings.fictional,
        "view": "mission",
        "time_zone": settings.time_zone_name,
        "parties": settings.parties.iter().map(|p| json!({"id": p.id.as_str(), "name": p.name})).collect::<Vec<_>>(),
        "bbox": mission.bounds_deg(),
        "languages": settings.languages,
        "span": {"from": instant(span.from), "until": instant(span.until)},
        "credits": settings.credits,
        "agreement": {"title": mission.agreement_title(), "version": version, "clauses": clauses.collect::<Vec<_>>()},
        "sensors": sensors.collect::<Vec<_>>(),
        "commitments": mission.commitments.iter().map(commitment).collect::<Vec<_>>(),
    })
}

/// The mission's lines and areas as GeoJSON (RFC 7946).
pub fn geometry(mission: &Mission) -> Value {
    let mut features: Vec<Value> = Vec::new();
    let position = |lon: f64, lat: f64| json!([rounded(lon, 5), rounded(lat, 5)]);
    for area in &mission.areas {
        let polygons = area.area.polygons().into_iter().map(|polygon| {
            let rings = polygon.into_iter().map(|ring| {
                let first = ring.first().copied();
                ring.into_iter().chain(first).map(|(lon, lat)| position(lon, lat)).collect::<Vec<_>>()
            });
            rings.collect::<Vec<_>>()
        });
        let geometry = json!({"type": "MultiPolygon", "coordinates": polygons.collect::<Vec<_>>()});
        features.push(feature(geometry, (area.name.as_str(), area.role.word()), (area.party.as_ref(), area.valid)));
    }
    for line in &mission.lines {
        let pieces = line
            .pieces
            .iter()
            .map(|piece| piece.iter().map(|place| position(place.lon_deg(), place.lat_deg())).collect::<Vec<_>>());
        let geometry = json!({"type": "MultiLineString", "coordinates": pieces.collect::<Vec<_>>()});
        features.push(feature(geometry, (line.name.as_str(), "reference_line"), (line.party.as_ref(), line.valid)));
    }
    json!({"type": "FeatureCollection", "features": features})
}

fn feature(
    geometry: Value,
    (name, role): (&str, &str),
    (party, valid): (Option<&truceline_domain::PartyId>, Span),
) -> Value {
    let mut properties = Map::new();
    properties.insert("name".to_owned(), json!(name));
    properties.insert("role".to_owned(), json!(role));
    properties.insert("party".to_owned(), json!(party.map(|party| party.as_str().to_owned())));
    properties.insert("valid_from".to_owned(), open_instant(valid.from));
    properties.insert("valid_until".to_owned(), open_instant(valid.until));
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}
