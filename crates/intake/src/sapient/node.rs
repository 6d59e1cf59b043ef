//! What is known of one node: what it registered, where it stands, whether it can see, what it said last.

use super::compose::ulid_bits;
use super::message::Message;
use super::place::{Fix, North, fix};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use truceline_domain::{Modality, Name, Outage, SensorId, Span, Timestamp};

/// Kinds of nodes that act on things. They are not accepted.
const EFFECTORS: &[&str] =
    &["NODE_TYPE_KINETIC", "NODE_TYPE_JAMMER", "NODE_TYPE_CYBER", "NODE_TYPE_LDEW", "NODE_TYPE_RFDEW"];
/// How many ids of reports are remembered for each node.
const MAX_IDS: usize = 4096;
/// How many objects of each node have the time of their last report remembered.
const MAX_OBJECTS: usize = 4096;
/// The status interval of a node that has not registered or registers nonsense, s.
const DEFAULT_INTERVAL_S: f64 = 10.0;

/// What a registration says, as far as it matters here.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Facts {
    pub(super) kinds: Vec<&'static str>,
    pub(super) interval_s: f64,
    /// Metres a second in one unit of the velocities that it sends.
    pub(super) speed_mps: f64,
    pub(super) modes: Vec<String>,
}

impl Default for Facts {
    fn default() -> Self {
        Self { kinds: Vec::new(), interval_s: DEFAULT_INTERVAL_S, speed_mps: 1.0, modes: Vec::new() }
    }
}

impl Facts {
    pub(super) fn of(registration: &Message) -> Self {
        let kinds = registration.messages("node_definition").filter_map(|node| node.word("node_type")).collect();
        let interval = registration.message("status_definition").and_then(|status| status.message("status_interval"));
        let modes = registration.messages("mode_definition").filter_map(|mode| mode.text("mode_name")).take(64);
        Self {
            kinds,
            interval_s: interval.and_then(seconds).unwrap_or(DEFAULT_INTERVAL_S),
            speed_mps: speed_mps(registration),
            modes: modes.map(str::to_owned).collect(),
        }
    }

    pub(super) fn is_effector(&self) -> bool {
        self.kinds.iter().any(|kind| EFFECTORS.contains(kind))
    }

    pub(super) fn is_camera(&self) -> bool {
        self.kinds.contains(&"NODE_TYPE_CAMERA")
    }

    pub(super) fn is_person(&self) -> bool {
        self.kinds.contains(&"NODE_TYPE_HUMAN")
    }

    /// How it senses, by the first of its kinds that says so.
    pub(super) fn modality(&self) -> Option<Modality> {
        self.kinds.iter().find_map(|kind| match *kind {
            "NODE_TYPE_RADAR" => Some(Modality::Radar),
            "NODE_TYPE_CAMERA" => Some(Modality::Camera),
            "NODE_TYPE_SEISMIC" => Some(Modality::Seismic),
            "NODE_TYPE_ACOUSTIC" => Some(Modality::Acoustic),
            "NODE_TYPE_PASSIVE_RF" => Some(Modality::Radio),
            "NODE_TYPE_HUMAN" => Some(Modality::Patrol),
            "NODE_TYPE_RADIATION" => Some(Modality::Radiation),
            _ => None,
        })
    }
}

/// A `Duration` in seconds, when it is one that can be waited for (a millisecond to a day).
fn seconds(duration: &Message) -> Option<f64> {
    let unit_s = match duration.word("units")? {
        "TIME_UNITS_NANOSECONDS" => 1e-9,
        "TIME_UNITS_MICROSECONDS" => 1e-6,
        "TIME_UNITS_MILLISECONDS" => 1e-3,
        "TIME_UNITS_SECONDS" => 1.0,
        "TIME_UNITS_MINUTES" => 60.0,
        "TIME_UNITS_HOURS" => 3600.0,
        "TIME_UNITS_DAYS" => 86_400.0,
        _ => return None,
    };
    duration.number("value").map(|value| value * unit_s).filter(|s| (1e-3..=86_400.0).contains(s))
}

/// The unit of velocities that the first mode which names one names; metres a second else.
fn speed_mps(registration: &Message) -> f64 {
    let detections = registration.messages("mode_definition").flat_map(|mode| mode.messages("detection_definition"));
    let units = detections.filter_map(|definition| definition.message("velocity_type")?.message("enu_velocity_units"));
    let words: Vec<_> = units.filter_map(|units| units.word("east_north_rate_units")).take(1).collect();
    if words.contains(&"SPEED_UNITS_KPH") { 1.0 / 3.6 } else { 1.0 }
}

/// Whether a node can see.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sight {
    Up,
    Down {
        cause: String,
        /// Up to when that was told.
        told_until: Timestamp,
        /// True when it must register again to come back.
        is_gone: bool,
    },
}

/// The answer to a status report.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) outages: Vec<Outage>,
    pub(super) warnings: Vec<String>,
}

/// A node.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) id: Name,
    pub(super) sensor: SensorId,
    pub(super) owner: Name,
    pub(super) modality: Modality,
    pub(super) facts: Facts,
    pub(super) north: North,
    /// Where it stands, by the register or its own last word.
    pub(super) fix: Option<Fix>,
    pub(super) heard_at: Timestamp,
    sight: Sight,
    last_new: Option<Message>,
    ids: VecDeque<u128>,
    known_ids: BTreeSet<u128>,
    objects: BTreeMap<u128, Timestamp>,
}

impl Node {
    pub(super) fn new(id: &str, (sensor, owner, modality): (SensorId, Name, Modality), at: Timestamp) -> Self {
        Self {
            id: id.into(),
            sensor,
            owner,
            modality,
            facts: Facts::default(),
            north: North::default(),
            fix: None,
            heard_at: at,
            sight: Sight::Up,
            last_new: None,
            ids: VecDeque::new(),
            known_ids: BTreeSet::new(),
            objects: BTreeMap::new(),
        }
    }

    /// Takes a registration; an outage that it ends is told.
    pub(super) fn register(&mut self, facts: Facts, at: Timestamp) -> Vec<Outage> {
        self.facts = facts;
        self.last_new = None;
        let mut outages = Vec::new();
        self.come_back(at, &mut outages);
        self.heard_at = at;
        outages
    }

    pub(super) fn is_gone(&self) -> bool {
        matches!(self.sight, Sight::Down { is_gone: true, .. })
    }

    /// Notes that it spoke, which ends a silence but not a fault that it told itself.
    pub(super) fn spoke(&mut self, at: Timestamp, outages: &mut Vec<Outage>) {
        self.heard_at = self.heard_at.max(at);
        if matches!(&self.sight, Sight::Down { cause, is_gone: false, .. } if cause == SILENT) {
            self.come_back(at, outages);
        }
    }

    /// Takes a status report.
    ///
    /// # Errors
    /// The fault, in one sentence.
    pub(super) fn status(&mut self, report: &Message, at: Timestamp) -> Result<Heard, String> {
        let is_new = match report.word("info") {
            Some("INFO_NEW") => true,
            Some("INFO_UNCHANGED") => false,
            _ => return Err("Unknown status info".to_owned()),
        };
        if !is_new {
            self.check_unchanged(report)?;
        }
        let mut heard = Heard::default();
        if is_new {
            self.last_new = Some(report.clone());
            self.place(report, &mut heard.warnings);
        }
        match report.word("system") {
            Some("SYSTEM_GOODBYE") => self.go_down("left in good order", (at, true), &mut heard.outages),
            Some("SYSTEM_ERROR") => self.go_down("fault told by the node", (at, false), &mut heard.outages),
            _ if does_not_detect(report) => self.go_down("not detecting", (at, false), &mut heard.outages),
            _ => self.come_back(at, &mut heard.outages),
        }
        Ok(heard)
    }

    fn check_unchanged(&self, report: &Message) -> Result<(), String> {
        let Some(last) = &self.last_new else {
            return Err("Status report \"Unchanged\" received before \"New\"".to_owned());
        };
        let system = |report: &Message| report.word("system").unwrap_or("").trim_start_matches("SYSTEM_").to_owned();
        if !super::judge::same(report, last, "system") {
            let (now, before) = (system(report), system(last));
            return Err(format!(
                "Status report \"Unchanged\" has system \"{now}\" different from last \"New\" system \"{before}\""
            ));
        }
        let differs = |name: &&str| !report.all(name).is_empty() && !super::judge::same(report, last, name);
        match ["mode", "node_location"].into_iter().find(differs) {
            Some(name) => Err(format!("Status report \"Unchanged\" has {name} different from last \"New\"")),
            None => Ok(()),
        }
    }

    /// Where a person stands is nobody's business: the register's word counts for a human post.
    fn place(&mut self, report: &Message, warnings: &mut Vec<String>) {
        let Some(location) = report.message("node_location").filter(|_| !self.facts.is_person()) else { return };
        match fix(location) {
            Ok(fix) => self.fix = Some(fix),
            Err(why) => warnings.push(format!("the place of the node is not read: {why}")),
        }
    }

    fn go_down(&mut self, cause: &str, (at, is_gone): (Timestamp, bool), outages: &mut Vec<Outage>) {
        self.come_back(at, outages);
        self.sight = Sight::Down { cause: cause.to_owned(), told_until: at, is_gone };
    }

    fn come_back(&mut self, at: Timestamp, outages: &mut Vec<Outage>) {
        outages.extend(self.piece(at));
        self.sight = Sight::Up;
    }

    /// Ends the connection: it is blind to us since it last spoke.
    pub(super) fn lost(&mut self, cause: &str, at: Timestamp) -> Vec<Outage> {
        match &mut self.sight {
            Sight::Down { is_gone, .. } => *is_gone = true,
            Sight::Up => {
                self.sight = Sight::Down { cause: cause.to_owned(), told_until: self.heard_at, is_gone: true };
            }
        }
        self.piece(at).into_iter().collect()
    }

    /// Looks at the clock: a node that was silent for too long is down, and an outage that lasts is told piece by piece,
    /// never beyond now.
    pub(super) fn tick(&mut self, at: Timestamp, n_intervals: f64) -> Option<Outage> {
        let since_s = |from: Timestamp| at.duration_since(from).as_secs_f64();
        match &self.sight {
            Sight::Up if since_s(self.heard_at) > n_intervals * self.facts.interval_s => {
                self.sight = Sight::Down { cause: SILENT.to_owned(), told_until: self.heard_at, is_gone: false };
            }
            Sight::Down { told_until, .. } if since_s(*told_until) >= self.facts.interval_s.max(1.0) => {}
            _ => return None,
        }
        self.piece(at)
    }

    /// What was not yet told of the outage that lasts.
    fn piece(&mut self, at: Timestamp) -> Option<Outage> {
        let Sight::Down { cause, told_until, .. } = &mut self.sight else { return None };
        let span = Span::new(*told_until, at).filter(|span| span.from < span.until)?;
        *told_until = at;
        Some(Outage { sensor: self.sensor.clone(), span, pd_factor: 0.0, cause: cause.clone() })
    }

    /// Notes the id of a report; false when it came before.
    pub(super) fn is_first(&mut self, report_id: &str) -> bool {
        let bits = ulid_bits(report_id);
        if !self.known_ids.insert(bits) {
            return false;
        }
        self.ids.push_back(bits);
        if self.ids.len() > MAX_IDS
            && let Some(oldest) = self.ids.pop_front()
        {
            self.known_ids.remove(&oldest);
        }
        true
    }

    /// Seconds since the last report of the object, negative when this one is older.
    pub(super) fn gap_s(&mut self, object_id: &str, at: Timestamp) -> Option<f64> {
        if self.objects.len() >= MAX_OBJECTS {
            self.objects.retain(|_, seen| at.duration_since(*seen).as_secs() < 10);
            if self.objects.len() >= MAX_OBJECTS {
                self.objects.clear();
            }
        }
        let last = self.objects.entry(ulid_bits(object_id));
        let before = match &last {
            std::collections::btree_map::Entry::Occupied(entry) => Some(*entry.get()),
            std::collections::btree_map::Entry::Vacant(_) => None,
        };
        let latest = last.or_insert(at);
        *latest = at.max(*latest);
        before.map(|before| at.duration_since(before).as_secs_f64())
    }
}

/// The cause of the outage of a node that sends no status reports.
const SILENT: &str = "no status reports";

fn does_not_detect(report: &Message) -> bool {
    report.messages("status").any(|status| status.word("status_type") == Some("STATUS_TYPE_NOT_DETECTING"))
}
