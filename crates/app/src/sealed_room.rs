//! The sealed room: where fire came from, kept so that two roles together can see it and nobody alone.
//!
//! A mission names the roles in `[sealed]` of `mission.toml`. A replay then writes, for each day with a sealed origin,
//! `days/DATE/origins.sealed`: the points by incident, encrypted in one layer for each role, with an entry `sealed` in the log.
//! Opening needs a key of every role, and becomes an entry `opened` (who, why, when, which bytes) before anything is shown.
//!
//! Encryption draws randomness, so sealing twice gives other bytes. The entry therefore carries a salted commitment to the
//! points and the roles; its salts come from the signing key. While the commitment stays the same, the file that is there
//! stays too, and a replay into the same folder changes nothing. In two folders these files and their entries differ.
//!
//! What never happens here: a point of origin in a file that is not encrypted, in a message, or in an entry of the log.

pub mod command;

use crate::derive::WindowResult;
use crate::files::write_whole;
use crate::mission::Mission;
use crate::seal::{Entry, Seal, SealedFile, superseded_path};
use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use truceline_domain::{Digest, Incident, RoomKey, Timestamp};
use truceline_evidence::commitment::{Record, Secret};
use truceline_evidence::keys::SignerKey;
use truceline_evidence::sealed::{self, Role};

/// Seals the origins of a mission's days to its roles.
pub struct SealedRoom {
    roles: Vec<Role>,
    /// Names and keys of the roles, so that a change of them is one of the commitment.
    roles_text: String,
    secret: Secret,
    /// Name of the log that the files belong to.
    log: String,
    known: BTreeMap<String, SealedFile>,
}

/// What the salts of commitments are derived from: always the same for one signing key, and known to nobody without it.
pub fn secret_of(key: &SignerKey) -> Secret {
    let text = format!("truceline-origins-secret@v1\n{}", key.secret_text());
    Secret::new(Digest::of(text.as_bytes()).0)
}

/// Path of a day's sealed origins below the folder of results.
fn path_of(date: &str) -> String {
    format!("days/{date}/origins.sealed")
}

/// What a sealed file belongs to: it cannot be passed off as that of another day, or of another log.
fn record_of(log: &str, path: &str) -> String {
    format!("{log} {path}")
}

impl SealedRoom {
    /// The room of a mission; `None` when the mission names no roles.
    ///
    /// # Errors
    /// When a role cannot be sealed to.
    pub fn of(mission: &Mission, secret: Secret, seal: &Seal) -> anyhow::Result<Option<Self>> {
        let named = &mission.settings.sealed_roles;
        if named.is_empty() {
            return Ok(None);
        }
        let roles = named.iter().map(|role| role.role()).collect::<Result<_, _>>()?;
        let text = json!(named.iter().map(|role| (&role.name, &role.recipients)).collect::<Vec<_>>());
        let (log, known) = (seal.state().origin, seal.sealed_files().clone());
        Ok(Some(Self { roles, roles_text: text.to_string(), secret, log, known }))
    }

    /// Writes a day's sealed origins below `folder` and returns the entry to be said of them; `None` when no detection
    /// of the day tells where fire came from. Earlier sealed files are kept beside it.
    ///
    /// # Errors
    /// When the disk refuses, or the day cannot be sealed.
    pub fn keep(&self, folder: &Path, date: &str, result: &WindowResult) -> anyhow::Result<Option<Entry>> {
        let Some(origins) = origins((date, &result.incidents)) else { return Ok(None) };
        let name = path_of(date);
        let path = folder.join(&name);
        let commitment = self.commitment(&name, &origins)?;
        let logged = self.known.get(&name);
        let is_kept = |file: &&SealedFile| file.commitment == commitment;
        if let Some(file) = logged.filter(is_kept).filter(|file| stands(&path, file.digest)) {
            return Ok(Some(Entry::sealed(result.window, (&name, file.digest), &commitment)));
        }
        if let Some(file) = logged
            && let Ok(old) = std::fs::read(&path)
            && Digest::of(&old) == file.digest
        {
            write_whole(&superseded_path(&path, file.digest), &old)?;
        }
        let bytes = sealed::seal(&record_of(&self.log, &name), origins.as_bytes(), &self.roles)
            .with_context(|| format!("couldn't seal {name}"))?;
        write_whole(&path, &bytes)?;
        Ok(Some(Entry::sealed(result.window, (&name, Digest::of(&bytes)), &commitment)))
    }

    fn commitment(&self, name: &str, origins: &str) -> anyhow::Result<String> {
        // An id stands for one record for ever, or two values would share a salt. It is hashed into the commitment only.
        let id = format!("{name} {} {}", Digest::of(origins.as_bytes()), Digest::of(self.roles_text.as_bytes()));
        let fields = [("origins", origins), ("roles", self.roles_text.as_str())];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).to_vec();
        Ok(Record::new(&id, fields)?.commitment(&self.secret).to_string())
    }
}

/// Whether the file is there as the log has it; one that was put aside by an interrupted run is put back.
fn stands(path: &Path, digest: Digest) -> bool {
    let is_it = |path: &Path| std::fs::read(path).ok().filter(|bytes| Digest::of(bytes) == digest);
    is_it(path).is_some()
        || is_it(&superseded_path(path, digest)).is_some_and(|bytes| write_whole(path, &bytes).is_ok())
}

/// The origins of a day's incidents as JSON; `None` when there is none.
fn origins((date, incidents): (&str, &[Incident])) -> Option<String> {
    let told: Vec<Value> = incidents.iter().filter_map(origins_of).collect();
    (!told.is_empty()).then(|| json!({"day": date, "form": 1, "incidents": told}).to_string())
}

/// Where the detections of an incident place its origin. Fusion publishes shares by party and no point; the points stay
/// in the detections, as the sensors gave them.
fn origins_of(incident: &Incident) -> Option<Value> {
    // The one place that takes the points out to hand them on (segments of a replay only carry them to fusion): what
    // is made of them here leaves encrypted to the mission's roles or not at all.
    let key = RoomKey::for_computation_inside_the_house();
    let told = incident.arrivals.iter().filter_map(|arrival| {
        let at = arrival.detection.origin.as_ref()?.open(&key);
        Some(json!({
            "detection": arrival.detection.id.to_string(),
            "sensor": arrival.detection.sensor.as_str(),
            "lat": at.centre.lat_deg(),
            "lon": at.centre.lon_deg(),
            "var_east_m2": at.var_east_m2,
            "var_north_m2": at.var_north_m2,
            "cov_east_north_m2": at.cov_east_north_m2,
        }))
    });
    let told: Vec<Value> = told.collect();
    (!told.is_empty()).then(|| json!({"id": incident.id.to_string(), "origins": told}))
}

/// A wish to see the origins of a day.
pub struct Opening<'a> {
    /// Output folder of the replay.
    pub out: &'a Path,
    /// The day.
    pub day: &'a str,
    /// Secret keys, one of each role at least.
    pub role_keys: &'a [String],
    /// Who opens it.
    pub actor: &'a str,
    /// Why.
    pub reason: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Opens the sealed origins of a day. The entry in the log, signed with `key`, is on the disk before this returns; with keys
/// that do not open it nothing is said.
///
/// # Errors
/// When there is nothing of that day, when it is not what the log says, when a role is missing, or when the log cannot
/// be written.
pub fn open(opening: &Opening<'_>, key: SignerKey) -> anyhow::Result<String> {
    for (name, text) in [("--actor", opening.actor), ("--reason", opening.reason)] {
        ensure!(!text.trim().is_empty() && !text.contains(char::is_control), "`{name}` must be one line of words");
    }
    let evidence = opening.out.join("evidence");
    ensure!(evidence.join("log/checkpoint").exists(), "there is no log in {}", opening.out.display());
    let mut seal = Seal::open(&evidence, key)?;
    let name = path_of(opening.day);
    let Some(file) = seal.sealed_files().get(&name) else {
        bail!("the log names no sealed origins of {}", opening.day)
    };
    let digest = file.digest;
    let path = opening.out.join(&name);
    let bytes = std::fs::read(&path).with_context(|| format!("couldn't read {}", path.display()))?;
    ensure!(Digest::of(&bytes) == digest, "{} is not what the log says: it was changed", path.display());
    let keys: Vec<&str> = opening.role_keys.iter().map(String::as_str).collect();
    let value = sealed::open(&record_of(&seal.state().origin, &name), &bytes, &keys)
        .context("a key of every role is needed, and these are not")?;
    let value = String::from_utf8(value).context("what was sealed is no text")?;
    seal.say(&[Entry::opened((&name, digest), (opening.actor, opening.reason), opening.at)])?;
    Ok(value)
}
