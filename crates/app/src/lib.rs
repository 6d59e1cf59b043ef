//! The program: the only room with a clock, sockets and a disk, and the only one that knows the order of the others.
//!
//! Captures come in from files and feeds, go through intake, sensing, fusion, terms and casework in that order, and come
//! out as reports, a page and entries of the log.

pub mod cli;
pub mod demo;
pub mod derive;
pub mod drill;
pub mod files;
pub mod frames;
pub mod ground;
pub mod ingest;
pub mod init;
pub mod live;
pub mod located;
pub mod mission;
pub mod package;
pub mod problems;
pub mod progress;
pub mod replay;
pub mod reporting;
pub mod seal;
pub mod sealed_room;
pub mod serve;
pub mod spool;
pub mod stamps;
pub mod track;
pub mod wire;
pub mod witness;
