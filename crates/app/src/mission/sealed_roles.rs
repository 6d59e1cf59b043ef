//! `[sealed]` of `mission.toml`: the roles that must come together to see where fire came from.

use super::toml_reader::{Notes, Table};
use truceline_domain::Problem;
use truceline_evidence::sealed::{Role, SealError, seal};

/// A role: one person of it is needed to open what is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRole {
    /// What the mission calls it.
    pub name: String,
    /// Public keys of its people, each `age1...`.
    pub recipients: Vec<String>,
}

impl SealedRole {
    /// The role as the evidence room has it.
    ///
    /// # Errors
    /// When a key is none.
    pub fn role(&self) -> Result<Role, SealError> {
        let keys: Vec<&str> = self.recipients.iter().map(String::as_str).collect();
        Role::new(&self.name, &keys)
    }
}

const HINT: &str = "write `roles = [\"evidence-officer: age1…\", \"commission: age1…\"]`; `truceline sealed key FILE` \
                    makes a key and prints its `age1…`";

/// Reads the section. A role that stands there several times has several people. Empty when it cannot be used as it is.
pub fn section(t: &mut Table<'_, '_>, n: &mut Notes<'_>) -> Vec<SealedRole> {
    let texts = t.texts("roles", n);
    let mut roles: Vec<SealedRole> = Vec::new();
    let mut bad = Vec::new();
    for text in &texts {
        match one(text) {
            Ok((name, key)) => match roles.iter_mut().find(|role| role.name == name) {
                Some(role) => role.recipients.push(key),
                None => roles.push(SealedRole { name, recipients: vec![key] }),
            },
            // A secret that stands here by mistake is not carried on into messages.
            Err(message) => bad.push((message, if is_secret(text) { "" } else { text.as_str() })),
        }
    }
    if bad.is_empty() {
        // The evidence room alone says who may be sealed to: sealing nothing to them asks it.
        let asked: Result<Vec<Role>, SealError> = roles.iter().map(SealedRole::role).collect();
        bad.extend(asked.and_then(|roles| seal("", b"", &roles)).err().map(|error| (error.to_string(), "")));
    }
    for (message, text) in &bad {
        n.push(Problem::error(n.file, "bad_role", message).at_line(t.line()).with_text(text).with_hint(HINT));
    }
    if bad.is_empty() { roles } else { Vec::new() }
}

/// `name: age1…`.
fn one(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once(':').map(|(name, key)| (name.trim(), key.trim()));
    let (name, key) =
        parts.filter(|(name, _)| !name.is_empty()).ok_or("a role needs a name, a colon and a public key")?;
    if is_secret(text) {
        return Err("this is a secret key: it must not stand in a mission, make a new one".to_owned());
    }
    Role::new(name, &[key]).map_err(|_| "the public key of this role cannot be read".to_owned())?;
    Ok((name.to_owned(), key.to_owned()))
}

fn is_secret(text: &str) -> bool {
    text.to_ascii_uppercase().contains("AGE-SECRET-KEY-")
}

#[cfg(test)]
#[path = "sealed_roles_tests.rs"]
mod tests;
