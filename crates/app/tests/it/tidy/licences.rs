//! What the program is built from: licences that let anyone use it, packages from the public registry, and none of
//! those that were weighed and set aside.

use super::spdx::is_allowed;
use super::{Complaint, Scope, assert_none, cargo_metadata, root};
use serde_json::Value;

/// Licences without copyleft over the whole program.
const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "MIT-0",
];

/// Packages under a licence that binds their own files only, used unmodified; or fonts under the fonts' licence.
const ALLOWED_FOR: [(&str, &str, &str); 3] = [
    ("axe-core", "MPL-2.0", "a tool of the page's tests, not shipped"),
    ("lightningcss", "MPL-2.0", "a tool of the page's build, not shipped"),
    ("@fontsource/noto-sans", "OFL-1.1", "a font, shipped unmodified"),
];

/// Packages weighed and set aside; a name ending in `*` stands for all that begin so.
const SET_ASIDE: [(&str, &str); 17] = [
    ("chrono", "time is jiff"),
    ("time", "time is jiff"),
    ("openssl*", "needs a system library; TLS is rustls"),
    ("native-tls", "needs a system library; TLS is rustls"),
    ("gdal*", "needs a system library; rasters are read by tiff, geometry is geo"),
    ("proj-sys", "needs a system library; projections are proj4rs"),
    ("libmseed*", "needs C; waveforms are read by our own reader"),
    ("ffmpeg*", "needs C"),
    ("nyx-space", "copyleft; orbits are sgp4"),
    ("serde_yaml", "one format for people, TOML"),
    ("actix*", "the web server is axum"),
    ("librocksdb-sys", "minutes of C++; the store is SQLite"),
    ("duckdb", "minutes of C++; the store is SQLite"),
    ("rdkafka*", "needs C; the bus beyond one machine is NATS"),
    ("aws-sdk*", "objects are object_store, without a vendor"),
    ("headless_chrome", "documents are HTML by minijinja, PDF by typst"),
    ("casbin", "plain typed rules"),
];

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn set_aside(name: &str) -> Option<&'static str> {
    let matches = |pattern: &str| match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    };
    SET_ASIDE.iter().find(|(pattern, _)| matches(pattern)).map(|(_, reason)| *reason)
}

fn licence_complaint(name: &str, licence: Option<&str>) -> Option<String> {
    let Some(licence) = licence else {
        return Some(format!("`{name}` states no licence: do without it"));
    };
    let base = |listed: &str| name == listed || name.starts_with(&format!("{listed}-"));
    let mut allowed = ALLOWED.to_vec();
    allowed.extend(ALLOWED_FOR.iter().filter(|(listed, ..)| base(listed)).map(|(_, licence, _)| *licence));
    match is_allowed(licence, &allowed) {
        Ok(true) => None,
        Ok(false) => Some(format!("`{name}` is under `{licence}`, which is not on the list: do without it")),
        Err(problem) => Some(format!("the licence of `{name}` cannot be read: {problem}")),
    }
}

/// What is wrong with one package as cargo describes it.
fn package_complaints(package: &Value) -> Vec<String> {
    let name = package["name"].as_str().unwrap_or_default();
    let mut found: Vec<String> = licence_complaint(name, package["license"].as_str()).into_iter().collect();
    found.extend(set_aside(name).map(|reason| format!("`{name}` was set aside: {reason}")));
    if let Some(source) = package["source"].as_str().filter(|source| *source != REGISTRY) {
        found.push(format!("`{name}` comes from `{source}`: take it from the public registry"));
    }
    found
}

/// The name of an npm package from its place in the lock file.
fn npm_name(place: &str) -> &str {
    place.rsplit("node_modules/").next().unwrap_or(place)
}

#[test]
fn a_bad_package_is_seen() {
    let package = |name: &str, licence: &str, source: &str| serde_json::json!({ "name": name, "license": licence, "source": source });
    assert!(package_complaints(&package("a", "MIT OR Apache-2.0", REGISTRY)).is_empty());
    assert_eq!(package_complaints(&package("a", "AGPL-3.0-only", REGISTRY)).len(), 1);
    assert_eq!(package_complaints(&package("openssl-sys", "MIT", REGISTRY)).len(), 1);
    assert_eq!(package_complaints(&package("a", "MIT", "git+https://example.org/a")).len(), 1);
    assert_eq!(package_complaints(&serde_json::json!({ "name": "a" })).len(), 1);
    assert!(licence_complaint("lightningcss-linux-x64-gnu", Some("MPL-2.0")).is_none());
    assert!(licence_complaint("other", Some("MPL-2.0")).is_some());
    assert_eq!(npm_name("node_modules/a/node_modules/@b/c"), "@b/c");
}

#[test]
fn every_package_may_be_used() {
    let metadata = cargo_metadata(Scope::Everything);
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let mut complaints = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let entry = format!("name = {}", package["name"]);
        let line = lock.lines().position(|line| line == entry).map_or(0, |idx| idx + 1);
        for what in package_complaints(package) {
            complaints.push(Complaint::new("Cargo.lock", line, what));
        }
    }
    assert_none("licences and origins of the program's packages", complaints);
}

#[test]
fn every_package_of_the_page_may_be_used() {
    let text = std::fs::read_to_string(root().join("web/package-lock.json")).unwrap();
    let lock: Value = serde_json::from_str(&text).unwrap();
    let mut complaints = Vec::new();
    for (place, package) in lock["packages"].as_object().unwrap() {
        let line =
            text.lines().position(|line| line.trim().starts_with(&format!("\"{place}\":"))).map_or(0, |idx| idx + 1);
        let what = licence_complaint(npm_name(place), package["license"].as_str());
        complaints.extend(what.map(|what| Complaint::new("web/package-lock.json", line, what)));
    }
    assert_none("licences of the page's packages", complaints);
}
