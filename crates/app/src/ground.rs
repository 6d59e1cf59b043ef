//! Ground sensors on plain files: picks from waveforms, events from picks, waveforms from a partner's server.
//!
//! | module | command |
//! |---|---|
//! | [`pick`] | `truceline pick`: onsets and bearings of waveform files |
//! | [`trigger`] | `truceline trigger`: STA/LTA triggers, sample by sample |
//! | [`locate`], [`tables`], [`pictures`] | `truceline locate`: events from a folder of stations and picks |
//! | [`listen`] | `truceline listen`: waveforms of a SeedLink server into a folder of captures |
//! | [`regional`] | `truceline regional`: events with regions from detections of infrasound arrays |
//! | [`heard`] | `truceline heard`: which charge would have been heard at a place and time |
//!
//! What `locate` writes can hold places from which fire came: its files are made readable by their owner alone, and
//! belong into the sealed room.

pub mod heard;
pub mod listen;
pub mod locate;
pub mod pick;
mod pictures;
pub mod regional;
mod tables;
pub mod trigger;

/// Problems were found.
const FOUND: u8 = 1;
