//! Evidence: an append-only log of opaque bytes, and the means by which anyone can check, offline and without trust in
//! whoever runs it, that nothing in it was changed, removed, or reordered.
//!
//! * **What comes in:** entries, as bytes whose meaning is unknown here (at most 65,535 each); captures, as bytes of
//!   any size kept beside the log under their hash; a key, made from 32 bytes of entropy that the caller draws.
//! * **What goes out:** a folder that any client of C2SP `tlog-tiles` can read; signed checkpoints; RFC 6962 proofs
//!   of inclusion and of consistency; a [`verify::Verification`] that names what is wrong.
//! * **What never happens here:** no entry is interpreted, none is ever altered or dropped, no clock is read, no
//!   randomness is drawn, no socket is opened. No other package of the house is imported: an auditor builds and
//!   reads this one alone.
//!
//! Unlike its neighbours this package touches the disk, in [`store::directory`], [`captures`], and the program
//! `truceline-verify`: a log that is not durable is no evidence, and an auditor must be able to run all of it.
//!
//! Three modules stand behind features, so that the auditor's program does not depend on what they need:
//! `store::objects` (`objects`; the caller's runtime opens the sockets), `sealed` (`sealing`; age draws randomness),
//! `timestamp` (`timestamps`).
//!
//! | module | what it is | source |
//! |---|---|---|
//! | [`merkle`] | hashes, roots, proofs | RFC 6962 2.1, RFC 9162 2.1 |
//! | [`keys`], [`note`] | keys and signed notes | C2SP signed-note, tlog-cosignature |
//! | [`checkpoint`] | origin, size, root | C2SP tlog-checkpoint |
//! | [`tile`] | how the log is cut into files | C2SP tlog-tiles |
//! | [`store`] | two contracts and their implementations | |
//! | [`log`] | appending | |
//! | [`committer`] | appending from many threads: group commit, duplicates | |
//! | [`verify`] | checking everything from outside | |
//! | [`captures`] | files named by their hash | |
//! | [`proof`] | one entry's place, in a file of its own | C2SP tlog-proof |
//! | [`witness`] | cosigning, and asking for it | C2SP tlog-witness |
//! | [`policy`] | whose cosignatures are enough | C2SP tlog-policy |
//! | [`split`] | two histories of one log, proved | |
//! | [`times`] | clocks of witnesses held against each other | |
//! | [`frames`] | frames that a station signed | C2SP signed-note |
//! | [`commitment`] | commit now, reveal single fields later | RFC 6962, RFC 2104 |
//! | `sealed` | values that two roles open together | age v1 |
//! | `timestamp` | tokens of outside authorities | RFC 3161, RFC 5652 |
//!
//! ```
//! use truceline_evidence::keys::SignerKey;
//! use truceline_evidence::log::Log;
//! use truceline_evidence::merkle::{leaf_hash, verify_inclusion};
//! use truceline_evidence::store::memory::Memory;
//! use truceline_evidence::verify::verify_log;
//!
//! let entropy = [7; 32]; // from a secure source, and kept secret
//! let key = SignerKey::from_entropy("monitor.example/evidence", &entropy)?;
//! let public = [key.verifier().clone()];
//!
//! let mut log = Log::create(Memory::new(), key)?;
//! let indexes = log.append_batch(&["shots heard at 04:12", "gate 3 opened"])?;
//! assert_eq!(indexes, 0..2);
//!
//! let proof = log.inclusion_proof(1)?;
//! verify_inclusion(&leaf_hash(b"gate 3 opened"), 1, log.size(), &proof, &log.root())?;
//!
//! let found = verify_log(log.store(), log.checkpoint(), &public);
//! assert!(found.is_sound());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod captures;
pub mod checkpoint;
pub mod commitment;
pub mod committer;
mod durable;
mod edge;
pub mod frames;
pub mod keys;
pub mod log;
pub mod merkle;
pub mod note;
pub mod policy;
pub mod proof;
mod recent;
#[cfg(feature = "sealing")]
pub mod sealed;
pub mod split;
pub mod store;
pub mod tile;
pub mod times;
#[cfg(feature = "timestamps")]
pub mod timestamp;
pub mod verify;
pub mod witness;
