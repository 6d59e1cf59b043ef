//! The package as others meet it: published sample logs, a second implementation, the command line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "test code")]

mod killed;
mod program;
mod samples;
mod second_client;
mod tampered;

use std::path::PathBuf;

/// The folder of sample logs, or `None`, said aloud, where the data is absent.
fn samples() -> Option<PathBuf> {
    let default = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let data = std::env::var_os("TRUCELINE_DATA").map_or_else(default, PathBuf::from);
    let samples = data.join("protocols/tlog");
    if samples.is_dir() {
        return Some(samples);
    }
    println!("skipped: data absent ({})", samples.display());
    None
}
