//! Made-up incidents, findings and acts.

use truceline_domain::*;

pub fn at(text: &str) -> Timestamp {
    format!("2031-03-01T{text}Z").parse().unwrap()
}

pub fn id(name: &str) -> IncidentId {
    IncidentId(Digest::of(name.as_bytes()))
}

pub fn place(lat: f64, lon: f64) -> Wgs84 {
    Wgs84::new(lat, lon).unwrap()
}

pub fn incident(name: &str) -> Incident {
    Incident {
        id: id(name),
        class: EventClass::Shelling,
        class_posterior: vec![(EventClass::Shelling, 1.0)],
        time: TimeEstimate::instant(at("02:14:00"), 20.0),
        place: Where::Estimate(PlaceEstimate::circular(place(47.51, 35.2), 400.0)),
        arrivals: Vec::new(),
        counts: Counts { observations: 18, rounds: None, smm_style: 18 },
        origin_shares: Vec::new(),
        n_independent: 3,
        rivals: Vec::new(),
        reasons: Vec::new(),
        supersedes: Vec::new(),
        derivation: Derivation { method: "fusion/link", version: 1 },
    }
}

pub fn detection(record: u32) -> Detection {
    Detection {
        id: DetectionId { capture: Digest::of(b"capture"), record },
        sensor: "node-7".into(),
        owner: "mission".into(),
        modality: Modality::Acoustic,
        means: Means::Recorded,
        phenomenon: Phenomenon::Impact,
        time: TimeEstimate::instant(at("02:14:03"), 0.01),
        place: Where::Estimate(PlaceEstimate::circular(place(47.513, 35.207), 30.0)),
        count: Known::Known(Count::exactly(1)),
        weapon: Known::NotKnown(NotKnownReason::NotObserved),
        origin: None,
        motion: None,
        claimed_identity: None,
        dependence: None,
        note: None,
    }
}

pub fn arrival(detection: Detection) -> Arrival {
    Arrival { detection, residual_m: Some(3.0), residual_s: 0.1, weight: 0.5 }
}

pub fn finding(incident: &str, rule: &str, verdict: Verdict) -> Finding {
    Finding {
        id: FindingId(Digest::of(format!("{incident} {rule}").as_bytes())),
        clause: ClauseRef {
            eid: "art_2__para_1".into(),
            rule: rule.into(),
            version: "2031-02-12".into(),
            text_digest: Digest::of(b"text"),
        },
        reading: None,
        subject: Subject::Incident(id(incident)),
        verdict,
        probability_inside: None,
        margin_m: None,
        exempted_by: None,
        reasons: vec![Reason::new("inside", "it lies inside")],
        derivation: Derivation { method: "terms", version: 1 },
    }
}

pub fn act(incident: &str, kind: ActKind, (actor, role): (&str, ActorRole), time: &str) -> Act {
    let incident = id(incident);
    Act { incident, kind, actor: actor.into(), role, at: at(time), reason: "seen and weighed".into(), into: None }
}

/// The whole way of one case, in five pairs of hands.
pub fn whole_way(incident: &str) -> Vec<Act> {
    vec![
        act(incident, ActKind::Escalate, ("Ivel", ActorRole::WatchOfficer), "02:20:00"),
        act(incident, ActKind::Verify, ("Orsan", ActorRole::Analyst), "04:00:00"),
        act(incident, ActKind::Determine, ("Maro", ActorRole::Commission), "09:00:00"),
        act(incident, ActKind::Notify, ("Tesk", ActorRole::LiaisonOfficer), "10:00:00"),
        act(incident, ActKind::Close, ("Maro", ActorRole::Commission), "20:00:00"),
    ]
}
