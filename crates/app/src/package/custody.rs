//! `custody.json` and `ro-crate-metadata.json`: what happened to the things in a package, and what each file is.

use super::description::Description;
use super::proofs::LoggedEntry;
use serde_json::{Value, json};

/// Events in the order of the log, then the export itself. The index of the export's own entry stands in its proof: it
/// is not known before the list of contents is closed.
pub fn events(description: &Description, entries: &[&LoggedEntry]) -> Value {
    let logged = entries.iter().map(|entry| {
        let texts = ["content", "path", "name", "source", "format", "received_at", "from", "until", "mission"];
        let mut event = serde_json::Map::new();
        event.insert("event".to_owned(), json!(entry.text("kind")));
        event.insert("entry".to_owned(), json!(entry.index));
        for key in texts.into_iter().filter(|key| !entry.text(key).is_empty()) {
            event.insert(key.to_owned(), json!(entry.text(key)));
        }
        Value::Object(event)
    });
    let withheld: Vec<&str> = description.withheld().map(|capture| capture.sha256.as_str()).collect();
    let exported = json!({
        "event": "exported",
        "at": description.exported_at,
        "by": description.made_by,
        "day": description.day,
        "marking": description.marking,
        "withheld": withheld,
        "logged": description.is_logged,
    });
    json!({"form": 1, "events": logged.chain(std::iter::once(exported)).collect::<Vec<_>>()})
}

/// RO-Crate 1.1: the descriptor, the root, each file and what made it. Digests of the proofs are left to the manifest.
pub fn crate_metadata(description: &Description, files: &[(String, Option<String>)]) -> Value {
    let parts: Vec<Value> = files.iter().map(|(path, _)| json!({"@id": id_of(path)})).collect();
    let mut graph = vec![
        json!({
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        }),
        json!({
            "@id": "./",
            "@type": "Dataset",
            "name": format!("{}: {}", description.mission, description.day),
            "description": "Evidence package: one day of a mission with its result, captures, mission files and proofs.",
            "datePublished": description.exported_at,
            "license": {"@id": "#terms"},
            "conditionsOfAccess": description.marking,
            "temporalCoverage": format!("{}/{}", description.from, description.until),
            "hasPart": parts,
            "mentions": {"@id": "#export"},
        }),
        json!({
            "@id": "#terms",
            "@type": "CreativeWork",
            "name": "Terms of use",
            "description": "Not for publication. The sources and their licences are named in mission/mission.toml.",
        }),
        json!({
            "@id": "#truceline",
            "@type": "SoftwareApplication",
            "name": "truceline",
            "softwareVersion": env!("CARGO_PKG_VERSION"),
        }),
        json!({
            "@id": "#derivation",
            "@type": "CreateAction",
            "name": "Derivation of the day's result",
            "instrument": {"@id": "#truceline"},
            "object": description.captures.iter().filter(|c| c.is_included)
                .map(|c| json!({"@id": format!("captures/{}", c.sha256)})).collect::<Vec<_>>(),
            "result": {"@id": "result.json"},
        }),
        json!({
            "@id": "#export",
            "@type": "CreateAction",
            "name": "Export of this package",
            "instrument": {"@id": "#truceline"},
            "endTime": description.exported_at,
            "result": {"@id": "./"},
        }),
    ];
    graph.extend(files.iter().map(|(path, sha256)| {
        let mut file = json!({"@id": id_of(path), "@type": "File", "name": path, "encodingFormat": media_type(path)});
        if let (Value::Object(fields), Some(sha256)) = (&mut file, sha256) {
            fields.insert("sha256".to_owned(), json!(sha256));
        }
        file
    }));
    json!({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph})
}

/// A relative path as a URI reference (RFC 3986): what is neither unreserved nor a slash is percent-encoded.
fn id_of(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "json" | "entry" => "application/json",
        "geojson" => "application/geo+json",
        "csv" => "text/csv",
        "md" => "text/markdown",
        "txt" | "vkey" | "tlog-proof" => "text/plain",
        "toml" => "application/toml",
        "gz" => "application/gzip",
        _ => "application/octet-stream",
    }
}
