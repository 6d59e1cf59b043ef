//! The bag around the payload: BagIt 1.0 (RFC 8493), SHA-256 only, one way of writing each file.
//!
//! Because every tag file follows from the payload, a reader can make it again and so tell which of two files that
//! disagree was changed.

use super::bagged::{Fact, Files};
use crate::files::write_whole;
use std::collections::BTreeMap;
use std::path::Path;
use truceline_domain::Digest;

/// `bagit.txt`, byte for byte (RFC 8493 2.1.1).
const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const MANIFEST: &str = "manifest-sha256.txt";
const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
const INFO: &str = "bag-info.txt";
const DECLARED: &str = "bagit.txt";

/// Writes the tag files of a folder whose payload stands under `data/`. `info` is given the payload's octets and number
/// of files (`Payload-Oxum`).
///
/// # Errors
/// When the disk refuses.
pub fn write(folder: &Path, info: impl Fn(&str) -> String) -> anyhow::Result<()> {
    let payload = Files::below(folder)?.payload;
    let tags = [
        (DECLARED, DECLARATION.to_owned()),
        (INFO, info(&oxum(&payload))),
        (MANIFEST, manifest(payload.iter().map(|(path, fact)| (path.as_str(), fact.digest)))),
    ];
    for (name, text) in &tags {
        write_whole(&folder.join(name), text.as_bytes())?;
    }
    let tag_digests = tags.iter().map(|(name, text)| (*name, Digest::of(text.as_bytes())));
    let tag_digests: BTreeMap<&str, Digest> = tag_digests.collect();
    write_whole(&folder.join(TAG_MANIFEST), manifest(tag_digests).as_bytes())
}

/// Lines `<digest>  <path>`, as `sha256sum` writes and checks them.
pub fn manifest<'a>(listed: impl IntoIterator<Item = (&'a str, Digest)>) -> String {
    listed.into_iter().map(|(path, digest)| format!("{digest}  {}\n", encoded(path))).collect()
}

/// Reads such lines; `None` for what is not one of them, or not written as [`manifest`] writes it.
pub fn read_manifest(text: &str) -> Option<BTreeMap<String, Digest>> {
    let mut listed = BTreeMap::new();
    for line in text.lines() {
        let (digest, path) = line.split_once("  ")?;
        let before = listed.insert(decoded(path), Digest::from_hex(digest)?);
        if before.is_some() {
            return None;
        }
    }
    let again = manifest(listed.iter().map(|(path, digest)| (path.as_str(), *digest)));
    (again == text).then_some(listed)
}

/// What is wrong with the bag, each with the file's name. `info` makes `bag-info.txt` again from a sound payload.
pub fn faults(files: &Files, info: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut faults: Vec<String> = files.odd.iter().map(|path| format!("{path}: is no plain file")).collect();
    let known = [DECLARED, INFO, MANIFEST, TAG_MANIFEST];
    for name in files.tags.keys().filter(|name| !known.contains(&name.as_str())) {
        faults.push(format!("{name}: is not part of the package"));
    }
    for name in known.iter().filter(|name| !files.tags.contains_key(**name)) {
        faults.push(format!("{name}: is missing"));
    }
    let stated = files.tags.get(TAG_MANIFEST).and_then(|tag| read_manifest(tag.text.as_deref()?));
    let stated = stated.unwrap_or_default();
    let right = manifest(files.payload.iter().map(|(path, fact)| (path.as_str(), fact.digest)));
    let manifest_is_right = text_of(files, MANIFEST) == Some(&right);
    let info = if manifest_is_right { info(&oxum(&files.payload)) } else { None };
    let expected = [(DECLARED, Some(DECLARATION.to_owned())), (INFO, info), (MANIFEST, Some(right))];
    for (name, expected) in &expected {
        let Some(tag) = files.tags.get(*name) else { continue };
        let is_stated = stated.get(*name) == Some(&tag.digest);
        let is_right = expected.as_ref().map(|expected| tag.text.as_ref() == Some(expected));
        // A manifest that is stated and not right is right about another payload: that one is named below.
        match (is_right, is_stated) {
            (Some(true) | None, true) => {}
            (Some(true), false) => faults.push(format!("{TAG_MANIFEST}: was changed: it does not fit {name}")),
            (Some(false), true) if *name == MANIFEST => {}
            _ => faults.push(format!("{name}: was changed")),
        }
    }
    if !manifest_is_right {
        faults.extend(payload_faults(files));
    }
    let tags = expected.iter().filter_map(|(name, _)| Some((*name, files.tags.get(*name)?.digest)));
    let tags: BTreeMap<&str, Digest> = tags.collect();
    if faults.is_empty() && text_of(files, TAG_MANIFEST) != Some(&manifest(tags)) {
        faults.push(format!("{TAG_MANIFEST}: was changed"));
    }
    faults
}

fn text_of<'f>(files: &'f Files, name: &str) -> Option<&'f String> {
    files.tags.get(name)?.text.as_ref()
}

fn payload_faults(files: &Files) -> Vec<String> {
    let Some(listed) = text_of(files, MANIFEST).and_then(|text| read_manifest(text)) else {
        return vec![format!("{MANIFEST}: was changed: it is no list of digests")];
    };
    let mut faults = Vec::new();
    for (path, digest) in &listed {
        match files.payload.get(path) {
            None => faults.push(format!("{path}: is missing")),
            Some(fact) if fact.digest != *digest => faults.push(format!("{path}: was changed")),
            Some(_) => {}
        }
    }
    let extra = files.payload.keys().filter(|path| !listed.contains_key(*path));
    faults.extend(extra.map(|path| format!("{path}: was added")));
    faults
}

/// Octets and number of files of the payload.
fn oxum(payload: &BTreeMap<String, Fact>) -> String {
    let n_bytes: u64 = payload.values().map(|fact| fact.n_bytes).sum();
    format!("{n_bytes}.{}", payload.len())
}

/// RFC 8493 2.1.3: line ends and the percent sign itself are percent-encoded, nothing else.
fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn decoded(path: &str) -> String {
    path.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
}

#[cfg(test)]
#[path = "bag_tests.rs"]
mod tests;
