//! Statements of neighbouring windows put together into one for a longer period.

use crate::wording::{Summary, missed_upper_95, wording};
use truceline_domain::{CoverageGap, CoverageStatement, CoverageWording, Span};

/// One statement for a period from those of its parts (one class and area, windows that do not overlap): share and mean
/// weighed by time, the worst kept, detections added, gaps in the order of time. `None` when there is no part.
pub fn joined(parts: &[&CoverageStatement], period: Span) -> Option<CoverageStatement> {
    let first = parts.first()?;
    let summary = |part: &&CoverageStatement| Summary {
        share_pd90: part.share_pd90,
        mean_pd: part.mean_pd,
        worst_pd: part.worst_pd,
    };
    let seen = Summary::over_time(parts.iter().map(|part| (part.window.seconds(), summary(part))));
    let n_detected = parts.iter().map(|part| part.n_detected).sum();
    // A class was monitored when somebody could have seen it in any part; a part with detections says so too.
    let monitored = parts.iter().any(|part| part.wording != CoverageWording::NotMonitored);
    let mut gaps: Vec<CoverageGap> = parts.iter().flat_map(|part| part.gaps.iter().cloned()).collect();
    gaps.sort_by(|a, b| (a.span, &a.sensor, &a.cause).cmp(&(b.span, &b.sensor, &b.cause)));
    gaps.dedup();
    Some(CoverageStatement {
        class: first.class,
        area: first.area.clone(),
        window: period,
        share_pd90: seen.share_pd90,
        mean_pd: seen.mean_pd,
        worst_pd: seen.worst_pd,
        n_detected,
        missed_upper_95: missed_upper_95(n_detected, &seen),
        gaps,
        wording: wording(n_detected, monitored, &seen),
    })
}

#[cfg(test)]
#[path = "join_tests.rs"]
mod tests;
