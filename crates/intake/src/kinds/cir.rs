//! `cir`: incidents that open-source investigators placed and verified (Centre for Information Resilience and others).
//!
//! **What it is.** A row is one piece of footage placed on the map: `entry`, `date`, `event_group`, `lat`, `lon`,
//! `country`, `province`, `arms/munition`, `violence level`.
//!
//! **What it needs.** `date`, `lat`, `lon`, `event_group`.
//!
//! **Place.** That of a building: 30 m standard deviation (chosen by us: the size of a building and the error of image
//! maps). Rows of firing positions place the origin of fire; the place goes into the sealed origin, and the detection
//! names only the province.
//!
//! **Time.** The date is often that of the footage or its publication: some moment from three days before the local day
//! to its end (chosen by us).
//!
//! **Phenomenon.** By the words of `event_group`:
//!
//! | words | phenomenon |
//! |---|---|
//! | Firing Positions | launch |
//! | Bombing, Explosion | explosion |
//! | Ground Battle | clash |
//! | Casualty | casualties |
//! | Infrastructure Damage, Losses (without Presence) | damage |
//! | Presence | military presence; heavy weapon when the munition names one |
//! | anything else | other |
//!
//! **Error model.** A row without a readable date or place is one problem.
//!
//! **What it cannot tell.** When exactly; who fired; the share of events that nobody filmed. Two rows can show one event.
//!
//! # Source
//! Centre for Information Resilience, "Eyes on Russia"; categories as they stand in the published table.

use crate::field;
use crate::table::{Column, Row, Table, header_has};
use crate::{Context, Record, SensorKind};
use truceline_domain::{
    Detection, Known, Means, Modality, Name, NotKnownReason, Phenomenon, PlaceEstimate, Problem, Problems, Sealed,
    SignedDuration, TimeEstimate, WeaponKind, Where,
};

const COLUMNS: [&str; 8] = ["entry", "date", "event_group", "lat", "lon", "country", "province", "arms/munition"];
const REQUIRED: [&[&str]; 4] = [&["date"], &["event_group"], &["lat"], &["lon"]];
/// Standard deviation of a placed building, m.
const BUILDING_M: f64 = 30.0;
/// How long before its date an event may lie, h.
const FOOTAGE_DELAY_H: i64 = 72;

/// The format.
pub struct Cir;

impl SensorKind for Cir {
    fn name(&self) -> &'static str {
        "cir"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        header_has(head, &REQUIRED)
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut problems = Problems::default();
        let Some(table) = Table::open(bytes, context.name, &REQUIRED, &mut problems) else { return problems };
        let columns = COLUMNS.map(|name| table.column(&[name]));
        table.each(&mut problems, |row, problems| {
            let detection = detection(row, columns, context)?;
            problems.extend(super::warn_if_later_than(row, detection.time.from, context.received_at));
            sink(Record::Detection(detection));
            Ok(())
        });
        problems
    }
}

fn detection(row: &Row, columns: [Column; 8], context: &Context) -> Result<Detection, Problem> {
    let [entry, date, group, lat, lon, country, province, arms] = columns;
    let estimate = PlaceEstimate::circular(row.place(lat, lon)?, BUILDING_M);
    let weapon = weapon(row.text(arms));
    let phenomenon = phenomenon(row.text(group), weapon);
    let province = row.text(province);
    let is_origin = phenomenon == Phenomenon::Launch;
    let place = match (is_origin, province) {
        (false, _) => Where::Estimate(estimate),
        (true, "") => Where::NotKnown(NotKnownReason::Withheld),
        (true, province) => Where::Area(Name::from(province)),
    };
    let entry = row.text(entry);
    let note = [row.text(group), province, row.text(country), row.text(arms)];
    let note: Vec<&str> = note.into_iter().filter(|text| !text.is_empty()).collect();
    Ok(Detection {
        id: context.id(row.index),
        sensor: context.source.clone(),
        owner: context.owner.clone(),
        modality: Modality::OpenSource,
        means: Means::Reported,
        phenomenon,
        time: time(row, date, context)?,
        place,
        count: Known::NotKnown(NotKnownReason::NotStated),
        weapon: weapon.map_or(Known::NotKnown(NotKnownReason::NotStated), Known::Known),
        origin: is_origin.then(|| Sealed::new(estimate)),
        motion: None,
        claimed_identity: None,
        dependence: (!entry.is_empty()).then(|| Name::from(format!("cir {entry}"))),
        note: Some(Name::from(note.join("; "))),
    })
}

fn time(row: &Row, column: Column, context: &Context) -> Result<TimeEstimate, Problem> {
    let text = row.text(column);
    let wrong = || row.error("bad_date", text, "this is no date").with_hint("write it as 2031-02-15");
    let day = field::date(text).and_then(|day| field::day_span(day, &context.time_zone)).ok_or_else(wrong)?;
    let from = day.from.checked_sub(SignedDuration::from_hours(FOOTAGE_DELAY_H)).unwrap_or(day.from);
    Ok(TimeEstimate::within(from, day.until, 0.0))
}

fn phenomenon(group: &str, weapon: Option<WeaponKind>) -> Phenomenon {
    let has = |word: &str| group.contains(word);
    match () {
        () if has("Firing Position") => Phenomenon::Launch,
        () if has("Bombing") || has("Explosion") => Phenomenon::Explosion,
        () if has("Battle") => Phenomenon::Clash,
        () if has("Casualty") => Phenomenon::Casualties,
        () if has("Presence") && weapon.is_some_and(is_heavy) => Phenomenon::HeavyWeapon,
        () if has("Presence") => Phenomenon::MilitaryPresence,
        () if has("Damage") || has("Losses") => Phenomenon::Damage,
        () => Phenomenon::Other,
    }
}

fn is_heavy(weapon: WeaponKind) -> bool {
    matches!(
        weapon,
        WeaponKind::Mlrs | WeaponKind::Missile | WeaponKind::Tank | WeaponKind::Artillery | WeaponKind::Mortar
    )
}

/// The first kind of weapon whose designation stands in the text.
fn weapon(arms: &str) -> Option<WeaponKind> {
    const DESIGNATIONS: [(&str, WeaponKind); 20] = [
        ("9M55", WeaponKind::Mlrs),
        ("Smerch", WeaponKind::Mlrs),
        ("Uragan", WeaponKind::Mlrs),
        ("9M27", WeaponKind::Mlrs),
        ("Grad", WeaponKind::Mlrs),
        ("BM-21", WeaponKind::Mlrs),
        ("TOS-1", WeaponKind::Mlrs),
        ("MLRS", WeaponKind::Mlrs),
        ("Iskand", WeaponKind::Missile),
        ("Isken", WeaponKind::Missile),
        ("9M79", WeaponKind::Missile),
        ("Toch", WeaponKind::Missile),
        ("Kalibr", WeaponKind::Missile),
        ("T-72", WeaponKind::Tank),
        ("T-80", WeaponKind::Tank),
        ("T-90", WeaponKind::Tank),
        ("2S", WeaponKind::Artillery),
        ("owitzer", WeaponKind::Artillery),
        ("ortar", WeaponKind::Mortar),
        ("RPG", WeaponKind::Rpg),
    ];
    DESIGNATIONS.iter().find(|(designation, _)| arms.contains(designation)).map(|(_, kind)| *kind)
}

#[cfg(test)]
#[path = "cir_tests.rs"]
mod tests;
