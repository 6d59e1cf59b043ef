//! `report.json`: the same facts as the page, for programs. The schema's name carries its version.

use crate::geojson::{counts as incident_counts, stamp};
use crate::hex::Id;
use crate::json::Json;
use crate::shown::{Shown, ShownFinding, ShownIncident, ShownPlace, ShownSubject};
use crate::tables::EXACT_DECIMALS;
use crate::{PeriodCounts, VerdictCounts};
use truceline_domain::{CoverageStatement, Incident, Span};

/// Raised whenever a reader of the old form could misread the new one.
pub(crate) const SCHEMA: &str = "truceline.report/1";

/// Writes it.
pub(crate) fn report_json(shown: &Shown) -> String {
    let mut json = Json::with_capacity(4_096 + shown.incidents.len() * 1_200 + shown.findings.len() * 640);
    json.object(|json| {
        json.key("schema").string(SCHEMA);
        stamp(json, shown);
        json.key("captures").whole(shown.snapshot.n_captures);
        json.key("counts").object(|json| period_counts(json, &shown.counts));
        previous_and_days(json, shown);
        json.key("coverage").array(|json| {
            for statement in crate::coverage::sorted(shown) {
                json.line_break();
                json.object(|json| coverage(json, statement, shown.is_public()));
            }
        });
        json.key("problems").object(|json| {
            for (code, n) in &shown.snapshot.problems {
                json.key(code).whole(*n);
            }
        });
        json.key("incidents").array(|json| {
            for shown_incident in &shown.incidents {
                json.line_break();
                json.object(|json| incident(json, shown, shown_incident));
            }
        });
        json.key("findings").array(|json| {
            for shown_finding in &shown.findings {
                json.line_break();
                json.object(|json| finding(json, shown_finding));
            }
        });
        json.key("credits").array(|json| shown.snapshot.mission.credits.iter().for_each(|credit| json.string(credit)));
    });
    json.into_text()
}

fn previous_and_days(json: &mut Json, shown: &Shown) {
    json.key("previous");
    match &shown.snapshot.previous {
        None => json.null(),
        Some(previous) => json.object(|json| period_counts(json, previous)),
    }
    json.key("days").array(|json| {
        for day in &shown.snapshot.days {
            json.line_break();
            json.object(|json| {
                period_counts(json, &day.counts);
                json.key("coverage");
                match day.wording {
                    None => json.null(),
                    Some(wording) => json.string(wording.word()),
                }
            });
        }
    });
}

fn span(json: &mut Json, span: Span) {
    json.object(|json| {
        json.key("from").word(span.from);
        json.key("until").word(span.until);
    });
}

fn period_counts(json: &mut Json, counts: &PeriodCounts) {
    json.key("period");
    span(json, counts.span);
    json.key("incidents").whole(counts.incidents());
    json.key("observations").whole(counts.observations);
    json.key("rounds").object(|json| {
        json.key("low").whole(counts.rounds.low);
        json.key("best").whole(counts.rounds.best);
        json.key("high").whole(counts.rounds.high);
        json.key("stated_by_incidents").whole(counts.rounds.n_incidents);
    });
    json.key("smm_style").whole(counts.smm_style);
    json.key("by_class").object(|json| counts.by_class.iter().for_each(|(class, n)| json.key(class.word()).whole(*n)));
    json.key("incidents_by_verdict").object(|json| verdicts(json, &counts.incidents_by_verdict));
    json.key("findings").whole(counts.findings());
    json.key("findings_by_verdict").object(|json| verdicts(json, &counts.findings_by_verdict));
}

fn verdicts(json: &mut Json, counts: &VerdictCounts) {
    json.key("inconsistent").whole(counts.inconsistent);
    json.key("undetermined").whole(counts.undetermined);
    json.key("consistent").whole(counts.consistent);
    json.key("no_finding").whole(counts.no_finding);
}

/// A coverage statement; for the public without the names, times and causes of losses.
pub(crate) fn coverage(json: &mut Json, statement: &CoverageStatement, public: bool) {
    json.key("class").string(statement.class.word());
    json.key("area").string(statement.area.as_str());
    json.key("window");
    span(json, if public { crate::shown::whole_hours(statement.window) } else { statement.window });
    json.key("wording").string(statement.wording.word());
    json.key("share_pd90").number(statement.share_pd90, 2);
    json.key("mean_pd").number(statement.mean_pd, 2);
    json.key("worst_pd").number(statement.worst_pd, 2);
    json.key("detected").whole(statement.n_detected);
    json.key("missed_upper_95");
    match statement.missed_upper_95 {
        None => json.null(),
        Some(missed) => json.number(missed, 1),
    }
    json.key("n_gaps").whole(statement.gaps.len() as u64);
    if !public {
        json.key("gaps").array(|json| {
            for gap in &statement.gaps {
                json.object(|json| {
                    json.key("sensor").string(gap.sensor.as_str());
                    json.key("from").word(gap.span.from);
                    json.key("until").word(gap.span.until);
                    json.key("cause").string(&gap.cause);
                });
            }
        });
    }
}

fn incident(json: &mut Json, shown: &Shown, incident: &ShownIncident) {
    json.key("id").word(Id::Incident(&incident.id));
    json.key("class").string(incident.class.word());
    json.key("verdict").string(incident.verdict.map_or("no_finding", |v| v.word()));
    json.key("time").object(|json| {
        json.key("from").word(incident.time.from);
        json.key("until").word(incident.time.until);
        if let Some(sigma_s) = incident.time.sigma_s {
            json.key("sigma_s").number(sigma_s, 3);
        }
    });
    json.key("place").object(|json| place(json, shown, &incident.place));
    incident_counts(json, incident);
    json.key("n_detections").whole(incident.n_arrivals as u64);
    json.key("supersedes").array(|json| incident.supersedes.iter().for_each(|id| json.word(id)));
    json.key("method").word(format_args!("{}/{}", incident.derivation.method, incident.derivation.version));
    if let Some(full) = incident.full {
        exact_incident(json, full);
    }
}

fn place(json: &mut Json, shown: &Shown, place: &ShownPlace) {
    json.key("kind").string(place.word());
    match (place, shown.grid) {
        (ShownPlace::Estimate(estimate), _) => {
            let ellipse = estimate.ellipse(0.9);
            json.key("lat").number(estimate.centre.lat_deg(), EXACT_DECIMALS);
            json.key("lon").number(estimate.centre.lon_deg(), EXACT_DECIMALS);
            json.key("semi_major_90_m").number(ellipse.semi_major_m, 0);
            json.key("semi_minor_90_m").number(ellipse.semi_minor_m, 0);
            json.key("azimuth_deg").number(ellipse.azimuth_deg, 0);
        }
        (ShownPlace::Cell { cell, .. }, Some(grid)) => {
            let centre = grid.centre(*cell);
            json.key("cell").string(&grid.name(*cell));
            json.key("lat").number(centre.lat_deg(), grid.decimals());
            json.key("lon").number(centre.lon_deg(), grid.decimals());
        }
        (ShownPlace::Area(name), _) => json.key("area").string(name),
        (ShownPlace::Direction { azimuth_deg, sigma_deg }, _) => {
            json.key("azimuth_deg").number(*azimuth_deg, 1);
            json.key("azimuth_sigma_deg").number(*sigma_deg, 1);
        }
        _ => {}
    }
}

fn exact_incident(json: &mut Json, full: &Incident) {
    json.key("class_posterior").object(|json| {
        full.class_posterior.iter().for_each(|(class, p)| json.key(class.word()).number(*p, 3));
    });
    json.key("owners").array(|json| full.owners().iter().for_each(|owner| json.string(owner.as_str())));
    json.key("modalities").array(|json| full.modalities().iter().for_each(|m| json.string(m.word())));
    json.key("detections").array(|json| full.members().for_each(|id| json.word(Id::Detection(&id))));
    json.key("rivals").array(|json| full.rivals.iter().for_each(|id| json.word(id)));
    json.key("reasons").array(|json| full.reasons.iter().for_each(|reason| json.string(reason)));
}

fn finding(json: &mut Json, finding: &ShownFinding) {
    json.key("id").word(Id::Finding(&finding.id));
    json.key("clause").string(finding.eid.as_str());
    json.key("rule").string(finding.rule.as_str());
    json.key("reading");
    optional_text(json, finding.reading.map(|r| r.as_str()));
    match finding.subject {
        ShownSubject::Incident(id) => json.key("incident").word(Id::Incident(&id)),
        ShownSubject::Window { span: window, area } => {
            json.key("window");
            span(json, window);
            json.key("area").string(area);
        }
    }
    json.key("verdict").string(finding.verdict.word());
    json.key("likelihood");
    optional_text(json, finding.likelihood.map(|l| l.word()));
    json.key("exempted_by");
    optional_text(json, finding.exempted_by.map(|name| name.as_str()));
    json.key("reason_codes").array(|json| finding.reasons.iter().for_each(|reason| json.string(reason.code)));
    exact_finding(json, finding);
}

fn exact_finding(json: &mut Json, finding: &ShownFinding) {
    let Some(full) = finding.full else { return };
    if let Some(probability) = finding.probability {
        json.key("probability").number(probability, 3);
    }
    if let Some(margin) = full.margin_m {
        json.key("margin_m").number(margin.value, 0);
        json.key("margin_sigma_m").number(margin.sigma, 0);
    }
    json.key("reasons").array(|json| full.reasons.iter().for_each(|reason| json.string(&reason.text)));
    json.key("text_digest").word(Id::Digest(&full.clause.text_digest));
    json.key("method").word(format_args!("{}/{}", full.derivation.method, full.derivation.version));
}

fn optional_text(json: &mut Json, text: Option<&str>) {
    match text {
        None => json.null(),
        Some(text) => json.string(text),
    }
}
