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

use crate::files::read_regular;
use anyhow::Context as _;
use std::path::Path;
use truceline_domain::{Outage, Problem};
use truceline_intake::{Context, Record, outages::Outages};

/// Problems were found.
const FOUND: u8 = 1;

/// Largest table that is read, bytes.
const TABLE_MAX_BYTES: u64 = 1 << 30;

/// A table's bytes: unpacked, without a mark of byte order.
fn bytes_of(path: &Path, found: &mut Vec<Problem>) -> anyhow::Result<Vec<u8>> {
    let bytes = read_regular(path, TABLE_MAX_BYTES).with_context(|| format!("couldn't read {}", path.display()))?;
    let (unpacked, problems) = truceline_intake::unpack(&path.display().to_string(), &bytes);
    found.extend(problems.into_vec());
    Ok(match unpacked {
        std::borrow::Cow::Owned(unpacked) => unpacked,
        std::borrow::Cow::Borrowed(same) if same.len() == bytes.len() => bytes,
        std::borrow::Cow::Borrowed(rest) => rest.to_vec(),
    })
}

/// A table of outages.
fn outages_of(path: &Path, found: &mut Vec<Problem>) -> anyhow::Result<Vec<Outage>> {
    let bytes = bytes_of(path, found)?;
    let name = path.display().to_string();
    let mut outages = Vec::new();
    let problems =
        truceline_intake::read(&Outages, &bytes, &Context::new(&bytes, &name, "outages", ""), &mut |record| {
            if let Record::Outage(outage) = record {
                outages.push(outage);
            }
        });
    found.extend(problems.into_vec());
    Ok(outages)
}
