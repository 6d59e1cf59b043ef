//! One connection: its bytes, its nodes, its pace.

use super::super::framing::Frames;
use std::collections::BTreeSet;
use truceline_domain::Timestamp;

/// The caller's number of a connection; never used again for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PeerId(pub u64);

/// Whether another message may come.
pub(super) enum Flow {
    Open,
    Full {
        /// True the first time in a second.
        is_news: bool,
    },
}

pub(super) struct Peer {
    pub(super) frames: Frames,
    pub(super) nodes: BTreeSet<String>,
    pub(super) n_undecodable: u32,
    /// How many messages may come at once.
    tokens: f64,
    counted_at: Timestamp,
    told_at: Option<Timestamp>,
}

impl Peer {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            frames: Frames::default(),
            nodes: BTreeSet::new(),
            n_undecodable: 0,
            tokens: f64::INFINITY,
            counted_at: now,
            told_at: None,
        }
    }

    /// A leaky bucket that holds one second of the pace of all nodes of the connection.
    pub(super) fn flow(&mut self, now: Timestamp, per_node_s: f64) -> Flow {
        let capacity = per_node_s * self.nodes.len().max(1) as f64;
        let elapsed_s = now.duration_since(self.counted_at).as_secs_f64().max(0.0);
        self.counted_at = self.counted_at.max(now);
        self.tokens = (self.tokens + elapsed_s * capacity).min(capacity);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Flow::Open;
        }
        let is_news = self.told_at.is_none_or(|told_at| now.duration_since(told_at).as_secs_f64() >= 1.0);
        if is_news {
            self.told_at = Some(now);
        }
        Flow::Full { is_news }
    }
}
