//! The clauses of a happening: `from … to … by … every …`, in any order, each with its own kind of value.

use crate::cursor::{ANGLE, CALIBRE, Cursor, DURATION, LENGTH, MASS, SPEED, Units};
use crate::words::{Word, nearest_hint};
use truceline_domain::{Name, PartyId, Span, WeaponKind, Wgs84};

/// What the clauses of one statement said.
#[derive(Debug, Default)]
pub(crate) struct Clauses {
    pub(crate) from: Option<Wgs84>,
    pub(crate) via: Vec<Wgs84>,
    pub(crate) to: Option<Wgs84>,
    pub(crate) at: Option<Wgs84>,
    pub(crate) speed_mps: Option<f64>,
    pub(crate) by: Option<PartyId>,
    pub(crate) weapon: Option<WeaponKind>,
    pub(crate) every_s: Option<f64>,
    pub(crate) spread_m: Option<f64>,
    pub(crate) radius_m: Option<f64>,
    pub(crate) grows_m: Option<f64>,
    pub(crate) towards_deg: Option<f64>,
    pub(crate) height_m: Option<f64>,
    pub(crate) hull_m: Option<f64>,
    pub(crate) charge_t: Option<f64>,
    pub(crate) calibre_mm: Option<f64>,
    pub(crate) decoys: Option<u32>,
    pub(crate) pixels: Option<u32>,
    pub(crate) strokes: Option<u32>,
    pub(crate) reading: Option<(f64, f64)>,
    pub(crate) identity: Option<Name>,
    pub(crate) silent: Option<Span>,
    pub(crate) cause: Option<String>,
}

/// All clauses, for hints.
const KEYS: [&str; 22] = [
    "from", "via", "to", "at", "by", "every", "spread", "radius", "grows", "towards", "height", "hull", "charge",
    "calibre", "decoys", "pixels", "strokes", "reading", "identity", "silent", "cause", "weapon",
];

/// The most places of a path.
const MAX_VIA: usize = 200;

impl Clauses {
    /// Reads clauses to the end of the statement. `required` must be there; besides them, only `allowed` may.
    pub(crate) fn read(cursor: &mut Cursor<'_, '_>, required: &[&str], allowed: &[&str]) -> Self {
        let mut clauses = Self::default();
        let mut seen: Vec<&str> = Vec::new();
        while let Some(word) = cursor.take() {
            let key = clauses.clause(cursor, word);
            let Some(key) = key else { continue };
            if !required.contains(&key) && !allowed.contains(&key) {
                let usable = [required, allowed].concat().join(", ");
                cursor.fail_with(
                    Some(word),
                    "wrong_clause",
                    format!("`{key}` has no meaning here"),
                    Some(format!("usable are {usable}")),
                );
            }
            if seen.contains(&key) && key != "via" {
                cursor.fail(Some(word), "twice", format!("`{key}` stands here twice"));
            }
            seen.push(key);
        }
        for key in required.iter().filter(|key| !seen.contains(key)) {
            cursor.fail(None, "missing_clause", format!("`{key}` is missing"));
        }
        clauses
    }

    /// Reads one clause whose first word is taken; gives its key.
    fn clause(&mut self, cursor: &mut Cursor<'_, '_>, word: &Word<'_>) -> Option<&'static str> {
        if let Ok(weapon) = word.text.parse::<WeaponKind>() {
            self.weapon = Some(weapon);
            return Some("weapon");
        }
        let Some(key) = KEYS.into_iter().find(|key| *key == word.text) else {
            let known = KEYS.into_iter().chain(WeaponKind::ALL.iter().map(|kind| kind.word()));
            let hint = nearest_hint(word.text, known);
            cursor.fail_with(Some(word), "unknown_word", format!("`{}` begins no clause", word.text), hint);
            return None;
        };
        if self.place_clause(cursor, key) || self.quantity_clause(cursor, key) || self.word_clause(cursor, key) {
            return Some(key);
        }
        self.number_clause(cursor, key);
        Some(key)
    }

    fn place_clause(&mut self, cursor: &mut Cursor<'_, '_>, key: &str) -> bool {
        match key {
            "from" => self.from = Some(cursor.place("the place after `from`")),
            "to" => self.to = Some(cursor.place("the place after `to`")),
            "via" if self.via.len() < MAX_VIA => self.via.push(cursor.place("the place after `via`")),
            "via" => cursor.fail(None, "too_many", format!("a path has at most {MAX_VIA} places")),
            // `at 12.5,-37.0` is a place, `at 180 km/h` a speed.
            "at" if cursor.peek().is_some_and(|next| next.text.contains(',')) => {
                self.at = Some(cursor.place("the place after `at`"))
            }
            "at" => self.speed_mps = Some(cursor.quantity("a speed", SPEED)),
            _ => return false,
        }
        true
    }

    fn quantity_clause(&mut self, cursor: &mut Cursor<'_, '_>, key: &str) -> bool {
        let (slot, units): (&mut Option<f64>, Units) = match key {
            "every" => (&mut self.every_s, DURATION),
            "spread" => (&mut self.spread_m, LENGTH),
            "radius" => (&mut self.radius_m, LENGTH),
            "grows" => (&mut self.grows_m, LENGTH),
            "towards" => (&mut self.towards_deg, ANGLE),
            "height" => (&mut self.height_m, LENGTH),
            "hull" => (&mut self.hull_m, LENGTH),
            "charge" => (&mut self.charge_t, MASS),
            "calibre" => (&mut self.calibre_mm, CALIBRE),
            _ => return false,
        };
        *slot = Some(cursor.quantity(&format!("what follows `{key}`"), units));
        true
    }

    fn word_clause(&mut self, cursor: &mut Cursor<'_, '_>, key: &str) -> bool {
        match key {
            "by" => self.by = Some(cursor.name("a party")),
            "identity" => self.identity = Some(cursor.name("an identity")),
            "cause" => self.cause = cursor.word("a cause").map(|word| word.text.to_owned()),
            "silent" => self.silent = Some(cursor.span("the silence")),
            "reading" => self.reading = reading(cursor),
            "weapon" => self.weapon = cursor.one_of("weapon kind"),
            _ => return false,
        }
        true
    }

    fn number_clause(&mut self, cursor: &mut Cursor<'_, '_>, key: &str) {
        let slot = match key {
            "decoys" => &mut self.decoys,
            "pixels" => &mut self.pixels,
            _ => &mut self.strokes,
        };
        *slot = Some(cursor.count(&format!("what follows `{key}`"), 1_000));
    }
}

/// A dose rate as `0.10..0.14 uSv/h`.
fn reading(cursor: &mut Cursor<'_, '_>) -> Option<(f64, f64)> {
    let word = cursor.word("a reading")?;
    let (low, high) = word.text.split_once("..").unwrap_or((word.text, word.text));
    let parsed = low.parse::<f64>().ok().zip(high.parse::<f64>().ok());
    let usable = parsed.filter(|(low, high)| 0.0 <= *low && low <= high && high.is_finite());
    if usable.is_none() {
        cursor.fail_with(
            Some(word),
            "bad_number",
            "a reading is `lowest..highest`",
            Some("write `0.10..0.14 uSv/h`".to_owned()),
        );
    }
    cursor.keyword("uSv/h");
    usable
}
