//! Whole files: written to a temporary name, then renamed, so that a reader never meets half of one.

use anyhow::Context as _;
use std::path::Path;

/// Writes a file as a whole, making its folder when needed.
///
/// # Errors
/// When the disk refuses; the file is then as it was.
pub fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let write = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&unfinished, bytes)?;
        std::fs::rename(&unfinished, path)
    };
    write().with_context(|| format!("couldn't write {}", path.display()))
}
