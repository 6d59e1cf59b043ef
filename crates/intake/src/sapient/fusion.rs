//! The fusion node: what nodes connect to, without its sockets.

mod door;
mod peer;

pub(super) use door::Door;
pub use door::Registered;
pub use peer::PeerId;

use super::classes::names_a_person;
use super::compose::{Envelope, Request, ulid};
use super::edge::Profile;
use super::framing::MAX_MESSAGE;
use super::judge::{AgeLimits, ICD_VERSION, age_fault, faults, is_uuid};
use super::message::Message;
use super::node::{Facts, Node};
use super::report::{Report, Taken, take};
use peer::{Flow, Peer};
use std::collections::{BTreeMap, BTreeSet};
use truceline_domain::{DetectionId, Name, Outage, Problem, SensorId, Timestamp};

/// The most connections at one time.
const MAX_PEERS: usize = 1024;
/// The most that is held of a message of a connection on which no node has registered, bytes.
const MAX_HELD_UNREGISTERED: usize = 1 << 16;
/// After so many messages that are no protobuf a connection is closed.
const MAX_UNDECODABLE: u32 = 3;
/// The most nodes that were refused whose refusal is remembered.
const MAX_REFUSED: usize = 1024;

/// What a fusion node is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its own id: a UUID of version 4.
    pub node_id: String,
    /// The nodes that may register, and whose they are.
    pub register: Vec<Registered>,
    /// How old and how far ahead messages may be.
    pub age: AgeLimits,
    /// The least time between two reports of one object, s.
    pub least_gap_s: f64,
    /// After how many status intervals without a word a node counts as lost.
    pub lost_after_intervals: f64,
    /// How many messages a second are taken from each node of a connection.
    pub messages_per_s: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            node_id: String::new(),
            register: Vec::new(),
            age: AgeLimits::default(),
            least_gap_s: 0.08,
            lost_after_intervals: 3.0,
            messages_per_s: 5000.0,
        }
    }
}

/// Why something was refused that was well formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// A node of a kind that acts on things wanted to register.
    Effector,
    /// A task to follow, to move or to patrol.
    FollowTask,
    /// Any other task: this node gives tasks and takes none.
    Task,
    /// The register does not name the node, or not now.
    NotInRegister,
    /// The node speaks on another connection.
    NodeInUse,
    /// A version of the standard that is not spoken here.
    Version,
}

impl Refusal {
    /// A stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Effector => "effector",
            Self::FollowTask => "follow_task",
            Self::Task => "task",
            Self::NotInRegister => "not_in_register",
            Self::NodeInUse => "node_in_use",
            Self::Version => "version",
        }
    }
}

/// A node's alert, acknowledged already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// The node.
    pub node_id: Name,
    /// The alert's id.
    pub alert_id: String,
    /// Such as `WARNING`.
    pub kind: Option<&'static str>,
    /// Such as `ACTIVE` or `CLEAR`.
    pub status: Option<&'static str>,
    /// The node's words, unless they speak of a person.
    pub description: Option<String>,
    /// The node's time.
    pub at: Timestamp,
}

/// What is to be done or kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Send these bytes.
    Send {
        /// On which connection.
        peer: PeerId,
        /// Length and message.
        bytes: Vec<u8>,
    },
    /// A detection.
    Report(Box<Report>),
    /// A sensor could not see, up to now at most. An outage that lasts comes piece by piece.
    Outage(Outage),
    /// A node registered and was accepted.
    Joined {
        /// The node.
        node_id: Name,
        /// Its name in the register.
        sensor: SensorId,
    },
    /// A node's alert.
    Alert(Alert),
    /// A node's answer to a task.
    TaskAnswer {
        /// The node.
        node_id: Name,
        /// The task.
        task_id: String,
        /// Such as `ACCEPTED`.
        status: &'static str,
        /// The node's words.
        reasons: Vec<String>,
    },
    /// A middleware's answer to [`FusionNode::introduce`].
    Introduced {
        /// On which connection.
        peer: PeerId,
        /// True when it takes this node.
        is_accepted: bool,
        /// Its reasons.
        reasons: Vec<String>,
    },
    /// Something was refused and the sender told; for the record.
    Refused {
        /// Who wanted it.
        node_id: Name,
        /// What it was.
        what: Refusal,
        /// One sentence.
        why: String,
    },
    /// Something was wrong.
    Problem(Problem),
    /// Close the connection.
    Close {
        /// Which one.
        peer: PeerId,
        /// One sentence.
        why: String,
    },
}

/// A node and the connection on which it speaks.
struct Entry {
    node: Node,
    peer: Option<PeerId>,
}

/// What is handed along while one message is taken.
#[derive(Clone, Copy)]
struct Now<'a> {
    peer: PeerId,
    frame: &'a [u8],
    at: Timestamp,
    /// The record that it becomes, when the caller knows; else the frame names itself.
    id: Option<DetectionId>,
}

/// A fusion node. Give it what comes on each connection and the time; do what it says.
pub struct FusionNode {
    settings: Settings,
    door: Door,
    peers: BTreeMap<PeerId, Peer>,
    nodes: BTreeMap<String, Entry>,
    refused: BTreeSet<String>,
    counts: BTreeMap<&'static str, u64>,
    n_tasks: u64,
}

impl FusionNode {
    /// A fusion node with nobody connected.
    ///
    /// # Errors
    /// When its id or one of the register's is no UUID of version 4, or an id stands twice in the register.
    pub fn new(settings: Settings) -> Result<Self, Problem> {
        if !is_uuid(&settings.node_id) {
            let problem = Problem::error("sapient", "bad_node_id", "the id of the fusion node is no UUID of version 4");
            return Err(problem.with_text(&settings.node_id).with_hint("version 4, lower case, with dashes"));
        }
        let door = Door::listed(&settings.register)?;
        Ok(Self::with_door(settings, door))
    }

    pub(super) fn with_door(settings: Settings, door: Door) -> Self {
        Self {
            settings,
            door,
            peers: BTreeMap::new(),
            nodes: BTreeMap::new(),
            refused: BTreeSet::new(),
            counts: BTreeMap::new(),
            n_tasks: 0,
        }
    }

    /// How often each thing was refused, dropped or wrong, by a stable word.
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    /// The nodes that are registered and not gone, with their names in the register.
    pub fn registered(&self) -> impl Iterator<Item = (&str, &SensorId)> {
        let here = self.nodes.iter().filter(|(_, entry)| entry.peer.is_some() && !entry.node.is_gone());
        here.map(|(id, entry)| (id.as_str(), &entry.node.sensor))
    }

    /// A connection was made.
    pub fn connected(&mut self, peer: PeerId, now: Timestamp) -> Vec<Output> {
        if self.peers.len() >= MAX_PEERS && !self.peers.contains_key(&peer) {
            self.count("too many connections");
            return vec![Output::Close { peer, why: "there are too many connections".to_owned() }];
        }
        self.peers.insert(peer, Peer::new(now));
        Vec::new()
    }

    /// Bytes came on a connection, in pieces of any size.
    pub fn feed(&mut self, peer: PeerId, bytes: &[u8], now: Timestamp) -> Vec<Output> {
        let mut out = Vec::new();
        let Some(mut frames) = self.peers.get_mut(&peer).map(|peer| std::mem::take(&mut peer.frames)) else {
            return out;
        };
        frames.push(bytes);
        while let Some(frame) = frames.next_frame() {
            if self.flows(peer, now, &mut out) {
                self.message(Now { peer, frame, at: now, id: None }, &mut out);
            }
            if !self.peers.contains_key(&peer) {
                return out;
            }
        }
        if let Some(length) = frames.refused_length() {
            self.count("message too long");
            let why = format!("a message of {length} bytes was announced; the limit is {MAX_MESSAGE}");
            self.close(peer, &why, now, &mut out);
        } else if let Some(held) = self.peers.get_mut(&peer) {
            if held.nodes.is_empty() && frames.n_waiting() > MAX_HELD_UNREGISTERED {
                self.count("message too long");
                self.close(peer, "a long message comes before any registration", now, &mut out);
            } else {
                held.frames = frames;
            }
        }
        out
    }

    /// A connection is over.
    pub fn closed(&mut self, peer: PeerId, now: Timestamp) -> Vec<Output> {
        let mut out = Vec::new();
        if self.peers.remove(&peer).is_some() {
            self.forget(peer, now, &mut out);
        }
        out
    }

    /// Time went on: call it about once a second.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Output> {
        let n_intervals = self.settings.lost_after_intervals;
        self.nodes.values_mut().filter_map(|entry| entry.node.tick(now, n_intervals)).map(Output::Outage).collect()
    }

    /// Asks something of a node.
    ///
    /// # Errors
    /// When the node is not here, has no such mode, or is no camera that could look.
    pub fn ask(&mut self, node_id: &str, request: &Request, now: Timestamp) -> Result<Vec<Output>, Problem> {
        let refuse = |message: &str| Err(Problem::error("sapient", "task_not_sent", message).with_text(node_id));
        let Some((entry, peer)) = self.nodes.get(node_id).and_then(|entry| Some((entry, entry.peer?))) else {
            return refuse("the node is not connected");
        };
        match request {
            Request::Mode(mode) if !entry.node.facts.modes.contains(mode) => {
                return refuse("the node has no such mode");
            }
            Request::LookAt { .. } if !entry.node.facts.is_camera() => return refuse("the node is no camera"),
            _ => {}
        }
        self.n_tasks += 1;
        let task_id = ulid(now, &format!("{} {node_id} {}", self.settings.node_id, self.n_tasks));
        let envelope = Envelope { from: &self.settings.node_id, to: Some(node_id), at: now };
        Ok(vec![Output::Send { peer, bytes: envelope.around("task", request.task(&task_id)) }])
    }

    /// Registers this fusion node with a middleware that wants to know who listens.
    pub fn introduce(&mut self, peer: PeerId, profile: &Profile, now: Timestamp) -> Vec<Output> {
        let envelope = Envelope { from: &self.settings.node_id, to: None, at: now };
        vec![Output::Send { peer, bytes: envelope.around("registration", profile.registration()) }]
    }

    /// One message of a recording, at the time that it tells itself.
    pub(super) fn recorded(&mut self, peer: PeerId, (frame, at): (&[u8], Timestamp), id: DetectionId) -> Vec<Output> {
        let mut out = Vec::new();
        self.message(Now { peer, frame, at, id: Some(id) }, &mut out);
        out
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// True when a message may come now.
    fn flows(&mut self, id: PeerId, now: Timestamp, out: &mut Vec<Output>) -> bool {
        let Some(peer) = self.peers.get_mut(&id) else { return false };
        match peer.flow(now, self.settings.messages_per_s) {
            Flow::Open => return true,
            Flow::Full { is_news } if is_news => {
                let message = "messages come faster than the limit; the surplus is dropped";
                out.push(Output::Problem(Problem::warning("sapient", "too_fast", message)));
            }
            Flow::Full { .. } => {}
        }
        self.count("too fast");
        false
    }

    fn message(&mut self, now: Now, out: &mut Vec<Output>) {
        let message = match Message::decode(now.frame) {
            Ok(message) => message,
            Err(error) => return self.undecodable(now, &error.to_string(), out),
        };
        let mut found = faults(&message);
        if self.door.checks_age() {
            found.splice(0..0, age_fault(&message, now.at, self.settings.age));
        }
        if found.is_empty() && message.time("timestamp").is_none() {
            found.push("timestamp (message timestamp reasonable): Timestamp out of range".to_owned());
        }
        let content = message.which("content").map_or("", |field| field.name);
        if !found.is_empty() {
            return self.invalid(now, (&message, content), &found, out);
        }
        let inner = message.message(content);
        let (Some(inner), Some(node_id)) = (inner, message.text("node_id")) else { return };
        match content {
            "registration" => self.registration(now, (node_id, inner), out),
            "registration_ack" => out.push(Output::Introduced {
                peer: now.peer,
                is_accepted: inner.truth("acceptance") == Some(true),
                reasons: inner.texts("ack_response_reason").map(str::to_owned).collect(),
            }),
            "task" => self.task(now, (node_id, inner), out),
            "error" => {
                self.count("error told by a node");
                let said = inner.texts("error_message").next().unwrap_or("");
                out.push(problem(node_id, "node_reports_error", &format!("the other side refused a message: {said}")));
            }
            _ if !self.knows(now, node_id, out) => {}
            "status_report" => self.status(now, (node_id, inner), out),
            "detection_report" => self.detection(now, (node_id, &message), out),
            "alert" => self.alert(now, (node_id, &message), out),
            "task_ack" => out.push(Output::TaskAnswer {
                node_id: node_id.into(),
                task_id: inner.text("task_id").unwrap_or("").to_owned(),
                status: inner.word("task_status").map_or("", |word| word.trim_start_matches("TASK_STATUS_")),
                reasons: inner.texts("reason").map(str::to_owned).collect(),
            }),
            _ => self.count("message of no use here"),
        }
    }

    fn undecodable(&mut self, now: Now, why: &str, out: &mut Vec<Output>) {
        self.count("no protobuf");
        out.push(problem("", "no_protobuf", &format!("a message is no protobuf: {why}")));
        self.send(now.peer, None, now.at, out, |envelope| envelope.error(now.frame, &[format!("DecodeError: {why}")]));
        let Some(peer) = self.peers.get_mut(&now.peer) else { return };
        peer.n_undecodable += 1;
        if peer.n_undecodable >= MAX_UNDECODABLE {
            self.close(now.peer, "too many messages are no protobuf", now.at, out);
        }
    }

    fn invalid(&mut self, now: Now, (message, content): (&Message, &str), found: &[String], out: &mut Vec<Output>) {
        self.count("invalid message");
        let node_id = message.text("node_id").unwrap_or("");
        let first = found.first().map_or("", String::as_str);
        out.push(problem(node_id, "invalid_message", &format!("a message is not as the standard wants it: {first}")));
        let version = message.message("registration").and_then(|registration| registration.text("icd_version"));
        if version.is_some_and(|version| version.replace('_', " ") != ICD_VERSION) {
            out.push(refused(node_id, Refusal::Version, "this version of the standard is not spoken here"));
            return self.send(now.peer, Some(node_id), now.at, out, |envelope| envelope.registration_ack(found));
        }
        // An answer to an error that is wrong itself would be answered again.
        if content != "error" {
            let to = Some(node_id).filter(|id| is_uuid(id));
            self.send(now.peer, to, now.at, out, |envelope| envelope.error(now.frame, found));
        }
    }

    /// True when the node registered on this connection; else the sender is told.
    fn knows(&mut self, now: Now, node_id: &str, out: &mut Vec<Output>) -> bool {
        if self.nodes.get(node_id).is_some_and(|entry| entry.peer == Some(now.peer) && !entry.node.is_gone()) {
            return true;
        }
        if self.door.takes_unregistered() && !self.refused.contains(node_id) {
            self.count("node without registration");
            let message =
                "the node speaks without a registration in the recording; what it would say there is not known";
            out.push(Output::Problem(Problem::warning("sapient", "no_registration", message).with_text(node_id)));
            let facts = self.nodes.get(node_id).map_or_else(Facts::default, |entry| entry.node.facts.clone());
            return self.admit(now, node_id, facts, out).is_ok();
        }
        self.count("node not registered");
        let fault = format!("Node ID {node_id} is not registered on this connection");
        if !self.refused.contains(node_id) {
            out.push(problem(node_id, "not_registered", "a node speaks that is not registered on this connection"));
        }
        self.send(now.peer, Some(node_id), now.at, out, |envelope| envelope.error(now.frame, &[fault]));
        false
    }

    fn registration(&mut self, now: Now, (node_id, registration): (&str, &Message), out: &mut Vec<Output>) {
        let facts = Facts::of(registration);
        let answer = if facts.is_effector() {
            Err((Refusal::Effector, "effector nodes are not accepted"))
        } else {
            self.admit(now, node_id, facts, out)
        };
        let reasons = match answer {
            Ok(()) => {
                self.refused.remove(node_id);
                let sensor = self.nodes.get(node_id).map_or_else(|| "".into(), |entry| entry.node.sensor.clone());
                out.push(Output::Joined { node_id: node_id.into(), sensor });
                Vec::new()
            }
            Err((what, why)) => {
                self.count(what.word());
                if self.refused.len() < MAX_REFUSED {
                    self.refused.insert(node_id.to_owned());
                }
                out.push(refused(node_id, what, why));
                vec![why.to_owned()]
            }
        };
        self.send(now.peer, Some(node_id), now.at, out, |envelope| envelope.registration_ack(&reasons));
    }

    fn admit(
        &mut self,
        now: Now,
        node_id: &str,
        facts: Facts,
        out: &mut Vec<Output>,
    ) -> Result<(), (Refusal, &'static str)> {
        if let Some(entry) = self.nodes.get_mut(node_id) {
            let silent_s = now.at.duration_since(entry.node.heard_at).as_secs_f64();
            // A connection that broke without a word may last for minutes: a node that came back is not kept waiting.
            if entry.peer.is_some_and(|peer| peer != now.peer) && silent_s <= entry.node.facts.interval_s {
                return Err((Refusal::NodeInUse, "the node speaks on another connection"));
            }
        }
        let mut node = self.door.open(node_id, &facts, now.at).map_err(|why| (Refusal::NotInRegister, why))?;
        if let Some(warning) = self.door.differs(node_id, &facts) {
            out.push(Output::Problem(Problem::warning("sapient", "differs_from_register", warning).with_text(node_id)));
        }
        let entry = match self.nodes.remove(node_id) {
            Some(entry) => entry,
            None => {
                node.heard_at = now.at;
                Entry { node, peer: None }
            }
        };
        let entry = self.nodes.entry(node_id.to_owned()).or_insert(entry);
        let before = entry.peer.replace(now.peer);
        out.extend(entry.node.register(facts, now.at).into_iter().map(Output::Outage));
        if let Some(peer) = before.and_then(|before| self.peers.get_mut(&before)) {
            peer.nodes.remove(node_id);
        }
        if let Some(peer) = self.peers.get_mut(&now.peer) {
            peer.nodes.insert(node_id.to_owned());
        }
        Ok(())
    }

    fn status(&mut self, now: Now, (node_id, report): (&str, &Message), out: &mut Vec<Output>) {
        let Some(Entry { node, .. }) = self.nodes.get_mut(node_id) else { return };
        let mut outages = Vec::new();
        node.spoke(now.at, &mut outages);
        let answer = node.status(report, now.at);
        out.extend(outages.into_iter().map(Output::Outage));
        match answer {
            Ok(heard) => {
                out.extend(heard.outages.into_iter().map(Output::Outage));
                out.extend(heard.warnings.iter().map(|warning| problem(node_id, "bad_place", warning)));
            }
            Err(fault) => {
                self.count("status against the last one");
                out.push(problem(node_id, "bad_status", &format!("a status report contradicts the last one: {fault}")));
                self.send(now.peer, Some(node_id), now.at, out, |envelope| envelope.error(now.frame, &[fault]));
            }
        }
    }

    fn detection(&mut self, now: Now, (node_id, message): (&str, &Message), out: &mut Vec<Output>) {
        let Some(Entry { node, .. }) = self.nodes.get_mut(node_id) else { return };
        let (Some(report), Some(at)) = (message.message("detection_report"), message.time("timestamp")) else { return };
        let mut outages = Vec::new();
        node.spoke(now.at, &mut outages);
        out.extend(outages.into_iter().map(Output::Outage));
        if !node.is_first(report.text("report_id").unwrap_or("")) {
            return self.count("report id came before");
        }
        let gap_s = node.gap_s(report.text("object_id").unwrap_or(""), at).filter(|gap_s| *gap_s > 0.0);
        if let Some(gap_s) = gap_s.filter(|gap_s| *gap_s < self.settings.least_gap_s) {
            self.count("object reported too soon again");
            let fault = format!("Detection time delta {gap_s:.3} s too small for one object");
            return self.send(now.peer, Some(node_id), now.at, out, |envelope| envelope.error(now.frame, &[fault]));
        }
        match take((message, report), node, (at, now.id, now.frame)) {
            Taken::Person => self.count("personal data refused"),
            Taken::Thing { report, warnings, left_out } => {
                left_out.into_iter().for_each(|what| self.count(what));
                out.extend(warnings.iter().map(|warning| problem(node_id, "bad_place", warning)));
                out.push(Output::Report(report));
            }
        }
    }

    fn alert(&mut self, now: Now, (node_id, message): (&str, &Message), out: &mut Vec<Output>) {
        let Some(Entry { node, .. }) = self.nodes.get_mut(node_id) else { return };
        let (Some(alert), Some(at)) = (message.message("alert"), message.time("timestamp")) else { return };
        let alert_id = alert.text("alert_id").unwrap_or("").to_owned();
        let description = alert.text("description").filter(|text| !names_a_person(text));
        let is_withheld = description.is_none() && !alert.all("description").is_empty();
        let description = description.map(|text| text.chars().take(500).collect());
        let mut outages = Vec::new();
        node.spoke(now.at, &mut outages);
        out.extend(outages.into_iter().map(Output::Outage));
        if is_withheld {
            self.count("personal data refused");
        }
        self.send(now.peer, Some(node_id), now.at, out, |envelope| envelope.alert_ack(&alert_id));
        out.push(Output::Alert(Alert {
            node_id: node_id.into(),
            alert_id,
            kind: alert.word("alert_type").map(|word| word.trim_start_matches("ALERT_TYPE_")),
            status: alert.word("status").map(|word| word.trim_start_matches("ALERT_STATUS_")),
            description,
            at,
        }));
    }

    /// Tasks go from here to nodes and never the other way; one to follow is written down by name.
    fn task(&mut self, now: Now, (node_id, task): (&str, &Message), out: &mut Vec<Output>) {
        let command = task.message("command").and_then(|command| command.which("command")).map(|field| field.name);
        let (what, why) = match command {
            Some("follow" | "move_to" | "patrol") => (Refusal::FollowTask, "follow and movement tasks are refused"),
            _ => (Refusal::Task, "this fusion node takes no tasks"),
        };
        self.count(what.word());
        out.push(refused(node_id, what, why));
        let task_id = task.text("task_id").unwrap_or("");
        self.send(now.peer, Some(node_id), now.at, out, |envelope| {
            envelope.task_ack(task_id, "TASK_STATUS_REJECTED", &[why.to_owned()])
        });
    }

    fn send(
        &self,
        peer: PeerId,
        to: Option<&str>,
        at: Timestamp,
        out: &mut Vec<Output>,
        message: impl FnOnce(Envelope) -> Vec<u8>,
    ) {
        if self.door.answers() {
            out.push(Output::Send { peer, bytes: message(Envelope { from: &self.settings.node_id, to, at }) });
        }
    }

    fn close(&mut self, peer: PeerId, why: &str, now: Timestamp, out: &mut Vec<Output>) {
        self.peers.remove(&peer);
        self.forget(peer, now, out);
        out.push(Output::Close { peer, why: why.to_owned() });
    }

    fn forget(&mut self, peer: PeerId, now: Timestamp, out: &mut Vec<Output>) {
        for entry in self.nodes.values_mut().filter(|entry| entry.peer == Some(peer)) {
            entry.peer = None;
            out.extend(entry.node.lost("connection lost", now).into_iter().map(Output::Outage));
        }
    }
}

fn problem(node_id: &str, code: &'static str, message: &str) -> Output {
    let message = message.trim_end_matches('.').replace('\n', " ");
    Output::Problem(Problem::error("sapient", code, message).with_text(node_id))
}

fn refused(node_id: &str, what: Refusal, why: &str) -> Output {
    Output::Refused { node_id: node_id.into(), what, why: why.to_owned() }
}

#[cfg(test)]
#[path = "fusion_tests.rs"]
mod tests;
