//! Evidence packages: one day of a mission in one folder that anyone can check and derive again, without the mission's
//! machines, without network and without trust in whoever made it.
//!
//! A package is a BagIt 1.0 bag (RFC 8493) whose payload is also an RO-Crate 1.1, with C2SP `tlog-proof` files inside:
//!
//! ```text
//! bagit.txt bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt
//! data/README.md                    what this is, for a judge
//! data/result.json                  the day's result as it was sealed
//! data/earlier/<sha256>.json        results of that day which it took the place of
//! data/mission/…                    every adopted file
//! data/external/…                   files of the shared data that the mission's geometry is read from
//! data/captures/<sha256>            every capture that can touch the day
//! data/package.json                 what is in here, for programs
//! data/custody.json                 adopted, captured, derived, exported: when, by whom, under which entry
//! data/ro-crate-metadata.json
//! data/contents.txt                 digests of all the above; the entry `exported` of the log holds its digest
//! data/log.vkey                     the log's public key
//! data/proofs/checkpoint            signed by the log
//! data/proofs/….tlog-proof, .entry  each entry concerned, and the proof that the log holds it
//! ```
//!
//! The list of contents leaves out only the proofs: they prove the entry that vouches for the list. Captures that hold
//! points of origin of fire are left out unless the package is made for the sealed room.

mod again;
mod bag;
mod bagged;
mod check;
mod command;
mod custody;
mod description;
mod export;
mod proofs;
mod readme;
mod reproduce;
mod selection;

pub use check::verify;
pub use command::{ExportArgs, ReproduceArgs, run_export, run_reproduce};
pub use export::{Exported, Pick, Request, export};
pub use reproduce::{Outcome, Reproduction, reproduce};

use std::path::Path;

/// True for a folder that is laid out as a bag.
pub fn is_package(folder: &Path) -> bool {
    folder.join("bagit.txt").is_file() || folder.join("manifest-sha256.txt").is_file()
}
