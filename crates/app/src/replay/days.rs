//! Incidents sorted into the mission's days, and released in order once no open incident can begin in them.

use crate::mission::Mission;
use std::collections::BTreeMap;
use truceline_domain::{DetectionId, Incident, Span, Timestamp};
use truceline_fusion::Fused;

/// A day with what began in it.
#[derive(Debug)]
pub struct Day {
    /// Local midnight to local midnight.
    pub span: Span,
    /// Incidents that began in it.
    pub incidents: Vec<Incident>,
    /// Detections that no incident explains, each with its earliest moment.
    pub unexplained: Vec<(Timestamp, DetectionId)>,
}

impl Day {
    /// In the order of time, then id: a day does not show in which order its groups closed.
    fn in_order(mut self) -> Self {
        self.incidents.sort_by_key(|incident| (incident.time.from, incident.id));
        self.unexplained.sort_unstable();
        self
    }
}

/// Days waiting for their last incident.
pub struct DayQueue<'m> {
    mission: &'m Mission,
    /// The next day to release; `None` until the first one is known.
    next: Option<Span>,
    days: BTreeMap<Timestamp, Day>,
    /// End of the day that the stream is in.
    boundary: Timestamp,
    n_outside: u64,
}

/// A gap without any incident longer than this is jumped when the mission states no time of its own, so that one row
/// with a wrong year does not make ten thousand empty days.
const FILLED_GAP_DAYS: f64 = 400.0;

impl<'m> DayQueue<'m> {
    /// An empty queue; a mission with a stated time begins at its first day.
    pub fn new(mission: &'m Mission) -> Self {
        let next = mission.settings.span.map(|span| mission.day_of(span.from));
        Self { mission, next, days: BTreeMap::new(), boundary: Timestamp::MIN, n_outside: 0 }
    }

    /// True when the stream has come to a new day.
    pub fn passes_a_day(&mut self, at: Timestamp) -> bool {
        if at < self.boundary {
            return false;
        }
        self.boundary = self.mission.day_of(at).until;
        true
    }

    /// Takes incidents and unexplained detections into their days; those outside the mission's time are counted.
    pub fn put(&mut self, fused: Fused) {
        for incident in fused.incidents {
            let at = incident.time.from;
            match self.day_at(at) {
                Some(day) => day.incidents.push(incident),
                None => self.n_outside += incident.arrivals.len() as u64,
            }
        }
        for detection in fused.unexplained {
            match self.day_at(detection.time.from) {
                Some(day) => day.unexplained.push((detection.time.from, detection.id)),
                None => self.n_outside += 1,
            }
        }
    }

    fn day_at(&mut self, at: Timestamp) -> Option<&mut Day> {
        if !self.mission.span().contains(at) {
            return None;
        }
        let span = self.mission.day_of(at);
        Some(self.days.entry(span.from).or_insert_with(|| Day { span, incidents: Vec::new(), unexplained: Vec::new() }))
    }

    /// Number of days that end before `open_since`.
    pub fn n_ready(&self, open_since: Timestamp) -> usize {
        self.days.values().take_while(|day| day.span.until <= open_since).count()
    }

    /// The days that end before `open_since`, in order, empty ones between them included.
    pub fn release(&mut self, open_since: Timestamp) -> Vec<Day> {
        let mut released = Vec::new();
        while let Some(day) = self.days.first_entry().filter(|entry| entry.get().span.until <= open_since) {
            let day = day.remove();
            self.fill_until(day.span.from, &mut released);
            self.next = Some(self.mission.day_of(day.span.until));
            released.push(day.in_order());
        }
        released
    }

    /// All days that are left, and the empty ones up to the end of the mission's stated time.
    pub fn release_rest(&mut self) -> Vec<Day> {
        let mut released = self.release(Timestamp::MAX);
        if let Some(span) = self.mission.settings.span {
            self.fill_until(span.until, &mut released);
        }
        released
    }

    fn fill_until(&mut self, until: Timestamp, released: &mut Vec<Day>) {
        let Some(mut next) = self.next else { return };
        let gap_days = until.duration_since(next.from).as_secs_f64() / 86_400.0;
        let is_stated = self.mission.settings.span.is_some();
        while next.from < until && (is_stated || gap_days < FILLED_GAP_DAYS) {
            released.push(Day { span: next, incidents: Vec::new(), unexplained: Vec::new() });
            let following = self.mission.day_of(next.until);
            if following.from <= next.from {
                break;
            }
            next = following;
        }
        self.next = Some(next);
    }

    /// Detections outside the mission's time.
    pub fn n_outside(&self) -> u64 {
        self.n_outside
    }
}
