//! Whole files: written to a temporary name, then renamed, so that a reader never meets half of one.

use anyhow::Context as _;
use std::path::Path;

/// Makes a folder that only its owner can look into.
///
/// # Errors
/// When the disk refuses.
pub fn private_folder(path: &Path) -> anyhow::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).with_context(|| format!("couldn't make {}", path.display()))
}

/// The bytes of a regular file of at most `max_bytes`; pipes, devices and folders are refused.
///
/// # Errors
/// When it is something else, too large, or cannot be read.
pub fn read_regular(path: &Path, max_bytes: u64) -> std::io::Result<Vec<u8>> {
    let data = std::fs::metadata(path)?;
    if !data.is_file() {
        return Err(std::io::Error::other("not a regular file"));
    }
    if data.len() > max_bytes {
        return Err(std::io::Error::other("the file is too large"));
    }
    std::fs::read(path)
}

/// Refuses pipes, devices and folders as targets: a whole file would take their place.
fn regular_or_new(path: &Path) -> anyhow::Result<()> {
    match std::fs::metadata(path) {
        Ok(data) if !data.is_file() => anyhow::bail!("{} is no regular file; name another", path.display()),
        _ => Ok(()),
    }
}

/// Writes a file as a whole, making its folder when needed.
///
/// # Errors
/// When the target is a pipe, device or folder, or the disk refuses; the file is then as it was.
pub fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    regular_or_new(path)?;
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

/// Writes a file as a whole that only its owner can read: what it holds belongs into the sealed room.
///
/// # Errors
/// When the disk refuses; the file is then as it was.
pub fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write as _;
    regular_or_new(path)?;
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let write = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // One left over by an interrupted run may be readable by others.
        if std::fs::exists(&unfinished)? {
            std::fs::remove_file(&unfinished)?;
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&unfinished)?.write_all(bytes)?;
        std::fs::rename(&unfinished, path)
    };
    write().with_context(|| format!("couldn't write {}", path.display()))
}

/// A cell of a table as text, quoted where it must be (RFC 4180).
pub fn cell(field: &str) -> std::borrow::Cow<'_, str> {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\"")).into()
    } else {
        field.into()
    }
}
