//! Writing a file so that it survives: temporary file, `fsync`, rename, `fsync` of the directory.
//!
//! The order is that of Pillai et al., *All File Systems Are Not Created Equal* (OSDI 2014): the content must be on
//! disk before the name is, and the name before success is reported. After a failed `fsync` the state of the page
//! cache is unknown (Rebello et al., ATC 2020), therefore the temporary file is dropped and never tried again.
//! What this cannot promise: a disk that reports a flush before it has happened; a directory flush on systems where
//! directories cannot be opened (there the rename is left to the file system's journal); and a folder whose writer
//! was killed between creating and flushing it, followed by a loss of power, on a file system that does not
//! commit the creation of a folder together with the files in it (ext4, XFS and Btrfs do).

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Creates a folder and those above it, each durable in its parent.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().unwrap_or(Path::new(""));
    create_folder(parent)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    sync_folder(parent)
}

/// Writes `bytes` under a temporary name in an existing folder of the same file system, then moves them to `path`.
pub fn write(path: &Path, temporary: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(temporary)?;
    let written = file.write_all(bytes).and_then(|()| settle(&file, temporary, path));
    if written.is_err() {
        // If this fails too, the leftover is removed when the folder is next opened for writing.
        let _ = fs::remove_file(temporary);
    }
    written
}

/// Like [`write()`] for several files: all are flushed before the first gets its name, and every folder is flushed once.
/// The file system can so commit them together; nothing else about the order is promised between them.
pub fn write_all(files: &[(PathBuf, &[u8])], temporary: &Path) -> io::Result<()> {
    let folders: BTreeSet<&Path> = files.iter().filter_map(|(path, _)| path.parent()).collect();
    folders.iter().try_for_each(|folder| create_folder(folder))?;
    let named: Vec<PathBuf> = (0..files.len()).map(|n| temporary.join(format!("next-{n}"))).collect();
    let written = write_temporary(files, &named)
        .and_then(|()| files.iter().zip(&named).try_for_each(|((path, _), temporary)| fs::rename(temporary, path)));
    if written.is_err() {
        // Those that have their name already are gone from here; what remains is removed at the next opening.
        named.iter().for_each(|temporary| drop(fs::remove_file(temporary)));
        return written;
    }
    folders.into_iter().try_for_each(sync_folder)
}

fn write_temporary(files: &[(PathBuf, &[u8])], named: &[PathBuf]) -> io::Result<()> {
    let mut open = Vec::with_capacity(files.len());
    for ((_, bytes), temporary) in files.iter().zip(named) {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(temporary)?;
        file.write_all(bytes)?;
        open.push(file);
    }
    open.iter().try_for_each(File::sync_all)
}

/// Flushes a written temporary file and gives it its name.
pub fn settle(file: &File, temporary: &Path, path: &Path) -> io::Result<()> {
    file.sync_all()?;
    fs::rename(temporary, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Flushes the names in a folder.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Reads a file, but not more than `limit` bytes; `None` when it does not exist.
pub fn read_up_to(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Err(error) if is_absent(&error) => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(file, limit), &mut bytes)?;
    Ok(Some(bytes))
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The entries of a folder, sorted by name; empty when it does not exist.
pub fn sorted_names(folder: &Path) -> io::Result<Vec<(String, bool)>> {
    let listed = match fs::read_dir(folder) {
        Err(error) if is_absent(&error) => return Ok(Vec::new()),
        listed => listed?,
    };
    let mut names = Vec::new();
    for item in listed {
        let item = item?;
        names.push((item.file_name().to_string_lossy().into_owned(), item.file_type()?.is_dir()));
    }
    names.sort();
    Ok(names)
}

/// Removes what an interrupted writer left in its folder of temporary files, and makes sure that folder exists.
pub fn clear_temporary(folder: &Path) -> io::Result<()> {
    create_folder(folder)?;
    for (name, _) in sorted_names(folder)? {
        fs::remove_file(folder.join(name))?;
    }
    Ok(())
}
