//! Whom a reader believes (C2SP `tlog-policy`): keys of logs, keys of witnesses, and how many of them must have
//! cosigned.
//!
//! ```text
//! log monitor.example/evidence+b8d376cc+ASRe... https://monitor.example/evidence
//! witness north north.example/w+07e69232+BPve... https://north.example/witness
//! witness south south.example/w+f5d6c08c+BP85...
//! witness ngo ngo.example/w+4ab1fa22+BKk1...
//! group parties all north south
//! group enough any parties ngo
//! quorum enough
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::keys::{Algorithm, KeyError, VerifierKey};
use crate::note::SignedBy;

/// Most lines that a policy may have.
const MAX_LINES: usize = 10_000;

/// Keys and the rule by which cosignatures are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Known>,
    witnesses: Vec<(String, Known)>,
    groups: Vec<Group>,
    /// `None`: no cosignature is asked for.
    quorum: Option<String>,
}

/// A key, and where its owner can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The public key.
    pub key: VerifierKey,
    /// Address as in the policy.
    pub url: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    name: String,
    needed: usize,
    members: Vec<String>,
}

/// Why a text is no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyProblem {
    /// Line, from 1; the last one for what is missing.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for PolicyProblem {}

/// Why a checkpoint does not satisfy a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// Not a checkpoint of a log in the policy, or a signature of a known key fails.
    Checkpoint(CheckpointError),
    /// Too few witnesses cosigned it.
    Quorum {
        /// Names, as in the policy, of the witnesses which did.
        cosigned: Vec<String>,
        /// Names of those which did not.
        missing: Vec<String>,
    },
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(error) => error.fmt(f),
            Self::Quorum { cosigned, missing } => {
                let named = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                write!(f, "too few cosignatures: {} (without one: {})", named(cosigned), named(missing))
            }
        }
    }
}

impl std::error::Error for PolicyError {}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// The first line that is wrong.
    pub fn parse(text: &str) -> Result<Self, PolicyProblem> {
        let mut reading = Reading::default();
        let mut last = 0;
        for (line, text) in (1..).zip(text.lines()) {
            last = line;
            let at_line = |what: String| PolicyProblem { line, what };
            if line > MAX_LINES {
                return Err(at_line(format!("more than {MAX_LINES} lines")));
            }
            let mut words = text.split([' ', '\t']).filter(|word| !word.is_empty());
            match words.next() {
                None => {}
                Some(word) if word.starts_with('#') => {}
                Some(keyword) => reading.line(keyword, &words.collect::<Vec<_>>()).map_err(at_line)?,
            }
        }
        reading.finish().map_err(|what| PolicyProblem { line: last, what })
    }

    /// Logs that are believed.
    #[must_use]
    pub fn logs(&self) -> &[Known] {
        &self.logs
    }

    /// Witnesses by their names in the policy.
    pub fn witnesses(&self) -> impl Iterator<Item = (&str, &Known)> {
        self.witnesses.iter().map(|(name, known)| (name.as_str(), known))
    }

    /// All keys, of logs and of witnesses: what [`crate::verify::verify_log`] takes.
    #[must_use]
    pub fn keys(&self) -> Vec<VerifierKey> {
        let witnesses = self.witnesses.iter().map(|(_, known)| known);
        self.logs.iter().chain(witnesses).map(|known| known.key.clone()).collect()
    }

    /// Opens a signed checkpoint: of a log of this policy, with enough cosignatures.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn open(&self, note: &[u8]) -> Result<SignedCheckpoint, PolicyError> {
        let signed = Checkpoint::open(note, &self.keys()).map_err(PolicyError::Checkpoint)?;
        let by_a_log = signed.signed_by.iter().any(|by| self.logs.iter().any(|log| log.key == by.key));
        if !by_a_log {
            return Err(PolicyError::Checkpoint(CheckpointError::NotByLog));
        }
        self.check(&signed.signed_by).map(|()| signed)
    }

    /// Whether these signatures, which hold, are enough cosignatures.
    ///
    /// # Errors
    /// [`PolicyError::Quorum`].
    pub fn check(&self, signed_by: &[SignedBy]) -> Result<(), PolicyError> {
        let has = |known: &Known| signed_by.iter().any(|by| by.key == known.key);
        let mut holds: BTreeMap<&str, bool> = BTreeMap::new();
        holds.extend(self.witnesses.iter().map(|(name, known)| (name.as_str(), has(known))));
        for group in &self.groups {
            // Members stand above their group, so that they are decided already.
            let n = group.members.iter().filter(|name| holds.get(name.as_str()) == Some(&true)).count();
            holds.insert(&group.name, n >= group.needed);
        }
        if self.quorum.as_deref().is_none_or(|quorum| holds.get(quorum) == Some(&true)) {
            return Ok(());
        }
        let (with, without): (Vec<_>, Vec<_>) = self.witnesses.iter().partition(|(_, known)| has(known));
        let names = |list: Vec<&(String, Known)>| list.into_iter().map(|(name, _)| name.clone()).collect();
        Err(PolicyError::Quorum { cosigned: names(with), missing: names(without) })
    }
}

#[derive(Default)]
struct Reading {
    logs: Vec<Known>,
    witnesses: Vec<(String, Known)>,
    groups: Vec<Group>,
    quorum: Option<Option<String>>,
    names: BTreeSet<String>,
    grouped: BTreeSet<String>,
}

impl Reading {
    fn line(&mut self, keyword: &str, words: &[&str]) -> Result<(), String> {
        match (keyword, words) {
            ("log", [key, url @ ..]) if url.len() <= 1 => self.log(key, url.first()),
            ("witness", [name, key, url @ ..]) if url.len() <= 1 => self.witness(name, key, url.first()),
            ("group", [name, needed, members @ ..]) => self.group(name, needed, members),
            ("quorum", [name]) => self.set_quorum(name),
            ("log" | "witness" | "group" | "quorum", _) => Err(format!("`{keyword}` has too few words, or too many")),
            _ => Err(format!("`{keyword}` is neither log, witness, group nor quorum")),
        }
    }

    fn log(&mut self, key: &str, url: Option<&&str>) -> Result<(), String> {
        let known = self.known(key, url, Algorithm::Ed25519)?;
        self.logs.push(known);
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str, url: Option<&&str>) -> Result<(), String> {
        let known = self.known(key, url, Algorithm::CosignatureV1)?;
        self.define(name)?;
        self.witnesses.push((name.to_owned(), known));
        Ok(())
    }

    fn known(&self, key: &str, url: Option<&&str>, expected: Algorithm) -> Result<Known, String> {
        let key = VerifierKey::parse(key).map_err(|error: KeyError| format!("`{key}`: {error}"))?;
        if key.algorithm() != expected {
            let kind = if expected == Algorithm::Ed25519 { "a log (type 0x01)" } else { "a witness (type 0x04)" };
            return Err(format!("the key of {} is not that of {kind}", key.name()));
        }
        let mut all = self.logs.iter().chain(self.witnesses.iter().map(|(_, known)| known));
        match all.find(|known| known.key.key_bytes() == key.key_bytes()) {
            Some(other) => Err(format!("the key of {} is there twice: {} has it", key.name(), other.key.name())),
            None => Ok(Known { key, url: url.map(|url| (*url).to_owned()) }),
        }
    }

    fn group(&mut self, name: &str, needed: &str, members: &[&str]) -> Result<(), String> {
        let needed = match needed {
            "all" => members.len(),
            "any" => 1,
            number => number.parse().map_err(|_| format!("`{number}` is neither all, any nor a number"))?,
        };
        if needed == 0 || needed > members.len() {
            return Err(format!("{needed} of {} members can't be asked for", members.len()));
        }
        for member in members {
            if !self.names.contains(*member) {
                return Err(format!("`{member}` is no witness and no group above this line"));
            }
            if !self.grouped.insert((*member).to_owned()) {
                return Err(format!("`{member}` is in a group already"));
            }
        }
        self.define(name)?;
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.groups.push(Group { name: name.to_owned(), needed, members });
        Ok(())
    }

    fn set_quorum(&mut self, name: &str) -> Result<(), String> {
        if self.quorum.is_some() {
            return Err("there is a quorum already".into());
        }
        if name != "none" && !self.names.contains(name) {
            return Err(format!("`{name}` is no witness and no group above this line"));
        }
        self.quorum = Some((name != "none").then(|| name.to_owned()));
        Ok(())
    }

    fn define(&mut self, name: &str) -> Result<(), String> {
        if name == "none" || !self.names.insert(name.to_owned()) {
            return Err(format!("the name `{name}` is taken"));
        }
        Ok(())
    }

    fn finish(self) -> Result<Policy, String> {
        let quorum = self.quorum.ok_or("there is no quorum line (`quorum none` asks for no witness)")?;
        Ok(Policy { logs: self.logs, witnesses: self.witnesses, groups: self.groups, quorum })
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
