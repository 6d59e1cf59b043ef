//! One day derived again from captures: the same rooms in the same order as a replay, without its folder.
//!
//! Everything is held in memory: the captures may hold points of origin, which must not lie about on a reader's disk.

use crate::derive::Deriver;
use crate::ingest::{self, CaptureFile, Decoded};
use crate::mission::Mission;
use rayon::prelude::*;
use serde_json::Value;
use truceline_domain::{Detection, Span};
use truceline_fusion::{Fuser, Parameters};

/// The bytes of the day's `result.json`; `before` is the result that it took the place of.
///
/// # Errors
/// When a capture cannot be read.
pub fn derive_day(
    mission: &Mission,
    (captures, day): (&[CaptureFile], Span),
    before: Option<&Value>,
) -> anyhow::Result<Vec<u8>> {
    let decoded: Vec<Decoded> = captures.par_iter().map(|file| decode(mission, file)).collect::<anyhow::Result<_>>()?;
    let repeated = crate::frames::streams(decoded.iter().filter_map(|decoded| decoded.signed.as_ref())).repeated;
    let is_first = |decoded: &Decoded| !decoded.signed.as_ref().is_some_and(|s| repeated.contains(&s.capture));
    let (mut detections, mut outages, mut areas): (Vec<Detection>, Vec<_>, Vec<_>) = Default::default();
    let mut picks = Vec::new();
    for decoded in decoded.into_iter().filter(is_first) {
        detections.extend(decoded.detections);
        picks.extend(decoded.picks);
        outages.extend(decoded.outages);
        areas.extend(decoded.areas);
    }
    let mut detections = crate::located::located(mission, picks, &outages).instead_of(detections);
    detections.sort_by_cached_key(|detection| (detection.time.from, detection.id));
    let deriver = Deriver::new(mission, areas, outages);
    let ground = deriver.ground();
    let mut fuser = Fuser::new(deriver.controls(), &Parameters::default());
    detections.into_iter().for_each(|detection| fuser.push(detection));
    let fused = fuser.finish();
    let is_inside = |at| day.contains(at) && mission.span().contains(at);
    let incidents = fused.incidents.into_iter().filter(|incident| is_inside(incident.time.from)).collect();
    let unexplained = fused.unexplained.iter().map(|detection| (detection.time.from, detection.id));
    let unexplained: Vec<_> = unexplained.filter(|(at, _)| is_inside(*at)).collect();
    let result = deriver.window(&ground, day, incidents);
    Ok(crate::replay::result_bytes((mission, &result), &unexplained, before))
}

/// Reads one capture.
///
/// # Errors
/// When its file cannot be read.
pub fn decode(mission: &Mission, file: &CaptureFile) -> anyhow::Result<Decoded> {
    let bytes = ingest::read_capture(file)
        .map_err(|problem| anyhow::anyhow!("couldn't read capture `{}`: {}", file.name, problem.message))?;
    let received_at = ingest::arrival_of_a_file(mission, file);
    Ok(ingest::decode(mission, file, (&bytes, received_at)))
}
