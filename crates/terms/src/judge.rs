//! What a rule says about one incident.
//!
//! Probabilities of place and time are taken as independent: the joint one is their product. An incident agrees or
//! does not agree with a clause only when that is sure to 0.975 (two standard deviations on one side, the allowance for
//! position error of distance rules), its best place lies on the same side, its class is sure to 0.95, and its sources
//! are what the rule asks for. Requiring the best place too keeps a larger error from ever turning one side into the
//! other.

use crate::geometry::Share;
use crate::held::{Held, Said, Schedule};
use crate::notice::{Notice, Requirement, notice};
use crate::rule::{Conditions, Exception, Proof, WeaponSpec, Who};
use crate::scope::{Placed, Range, Scope};
use crate::weapons::{Fit, weapon_fit};
use crate::world::{Classes, Sight};
use truceline_domain::{EventClass, Modality, Name, Reason, Verdict};

/// From here on it is sure: Φ(1.96), the one-sided reading of "distance + 2 sigma < limit".
pub(crate) const SURE: f64 = 0.975;
/// Below this an incident is clearly out of scope and nothing is said.
const OUT: f64 = 0.001;
/// The class of an incident is sure from here on (1 in 20 wrong, as for the 95 % bounds of absence statements).
const CLASS_SURE: f64 = 0.95;
/// Below this a class is no serious possibility.
pub(crate) const FAINT: f64 = 0.05;

/// Sums of class probabilities are compared with room for rounding.
pub(crate) fn class_sure(p: f64) -> bool {
    p >= CLASS_SURE - 1e-9
}

/// Who acted, when a rule binds some parties only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    /// Whose fire it was: by the shares of the sealed origin.
    Origin,
    /// Whose land it is on: the scope has taken care of it.
    Land,
}

/// What a clause kind looks for.
#[derive(Debug)]
pub(crate) struct Look<'l> {
    /// Classes whose weapon does not matter.
    pub plain: Classes,
    /// Classes that count only with one of these weapons.
    pub armed: Classes,
    pub weapons: &'l [WeaponSpec],
    /// Classes that are reported as undetermined: they say nothing of a cause.
    pub shadows: Classes,
    pub actor: Actor,
    /// What each of the classes is, for coverage.
    pub classes: Vec<EventClass>,
}

impl<'l> Look<'l> {
    /// What the rule lists, or `default` when it lists nothing; weapons stand for the classes that `armed` gives.
    pub fn of(conditions: &'l Conditions, default: &[EventClass], armed: impl Fn(&WeaponSpec) -> EventClass) -> Self {
        let what = &conditions.what;
        let is_bare = what.classes.is_empty() && what.weapons.is_empty();
        let plain: Vec<EventClass> = if is_bare { default.to_vec() } else { what.classes.clone() };
        let armed: Vec<EventClass> = what.weapons.iter().map(armed).collect();
        let mut classes: Vec<EventClass> = plain.iter().chain(&armed).copied().collect();
        classes.sort_unstable();
        classes.dedup();
        Self {
            plain: Classes::of(&plain),
            armed: Classes::of(&armed),
            weapons: &what.weapons,
            shadows: Classes::default(),
            actor: Actor::Land,
            classes,
        }
    }

    /// The same for rules about fire: a hot spot and harm without a cause are reported, and who fired matters.
    pub fn at_fire(mut self) -> Self {
        self.actor = Actor::Origin;
        let causeless = [EventClass::Fire, EventClass::Harm];
        let listed = self.plain.with(self.armed);
        let left: Vec<EventClass> = causeless.into_iter().filter(|class| !listed.contains(*class)).collect();
        self.shadows = Classes::of(&left);
        self
    }

    /// All classes that the rule is about.
    pub fn forbidden(&self) -> Classes {
        self.plain.with(self.armed)
    }
}

/// What the judge says, and whether it bears on the calm of a window.
#[derive(Clone, Debug)]
pub(crate) struct Judged<'s, 'a> {
    pub sight: &'s Sight<'a>,
    pub said: Said,
    /// A hot spot alone does not disturb calm; everything else does.
    pub counts: bool,
    /// It is there for people to see and speaks of no cause; exceptions do not matter.
    is_shadow: bool,
}

/// What the rule says about an incident with its exceptions; nothing when it is clearly none of its business.
pub(crate) fn judge<'s, 'a>(
    held: &Held<'_>,
    look: &Look<'_>,
    at: (&Scope<'_>, &Schedule),
    sight: &'s Sight<'a>,
) -> Option<Judged<'s, 'a>> {
    let mut judged = bare(held, look, at, sight)?;
    if judged.said.verdict != Verdict::Consistent && !judged.is_shadow {
        exempt(held, (sight, look.forbidden()), &mut judged.said);
    }
    Some(judged)
}

/// What the rule says about an incident before its exceptions.
pub(crate) fn bare<'s, 'a>(
    held: &Held<'_>,
    look: &Look<'_>,
    (scope, schedule): (&Scope<'_>, &Schedule),
    sight: &'s Sight<'a>,
) -> Option<Judged<'s, 'a>> {
    if !sight.classes.shares(look.forbidden().with(look.shadows)) {
        return None;
    }
    let p_time = schedule.probability(&sight.incident.time, sight.hull);
    if p_time < OUT {
        return None;
    }
    let p_class = sight.class_probability(look.forbidden());
    if p_class < FAINT {
        return shadow(look, (scope, p_time), sight);
    }
    let fit = look.fit(sight);
    if fit == Fit::No {
        return None;
    }
    let placing = Placing::of(scope, sight, p_time)?;
    let mut said = placing.said(scope, sight);
    let doubts: Vec<Reason> = [
        class_doubt(p_class),
        fit.doubt(),
        actor_doubt(held, look, sight),
        proof_doubt(&held.conditions.verify, sight),
    ]
    .into_iter()
    .flatten()
    .collect();
    if said.verdict == Verdict::Inconsistent && !doubts.is_empty() {
        said.verdict = Verdict::Undetermined;
        said.reasons.clear();
    }
    if said.verdict == Verdict::Undetermined {
        said.reasons.extend(doubts);
    }
    Some(Judged { sight, said, counts: true, is_shadow: false })
}

impl Look<'_> {
    fn fit(&self, sight: &Sight<'_>) -> Fit {
        if self.weapons.is_empty() || sight.class_probability(self.plain) >= FAINT {
            return Fit::Yes;
        }
        weapon_fit(sight.incident, self.weapons)
    }
}

/// Where and when an incident is against a scope, in one number and its bounds.
struct Placing {
    placed: Placed,
    p_time: f64,
}

impl Placing {
    /// Nothing when it is clearly out of scope, or no geometry held: that is said of the window.
    fn of(scope: &Scope<'_>, sight: &Sight<'_>, p_time: f64) -> Option<Self> {
        let placed = scope.place(sight);
        match placed {
            Placed::NoGeometry => None,
            Placed::At { range, .. } if range.high * p_time < OUT && !range.is_centre_in => None,
            _ => Some(Self { placed, p_time }),
        }
    }

    fn said(&self, scope: &Scope<'_>, sight: &Sight<'_>) -> Said {
        let Placed::At { range, is_partly_unknown } = self.placed else {
            return Said::undetermined(
                "place_unknown",
                "the incident has no place that can be compared with the clause",
            );
        };
        let joint = |p: f64| (p * self.p_time).clamp(0.0, 1.0);
        let margin_m = scope.margin_m(sight);
        // For a distance the margin must exceed two standard deviations besides.
        let is_clear = !scope.is_by_distance() || margin_m.is_none_or(|m| m.value > 2.0 * m.sigma);
        let is_in = joint(range.low) >= SURE && range.is_centre_in && is_clear && !is_partly_unknown;
        let is_out =
            joint(range.high) <= 1.0 - SURE && (!range.is_centre_in || self.p_time <= 1.0 - SURE) && !is_partly_unknown;
        let (verdict, reasons) = if is_in {
            (Verdict::Inconsistent, vec![in_scope(margin_m)])
        } else if is_out {
            (
                Verdict::Consistent,
                vec![Reason::new("outside_scope", "the incident lies outside the place or time of the clause")],
            )
        } else {
            (Verdict::Undetermined, self.doubts(range, is_partly_unknown, scope.is_party_open(sight)))
        };
        Said { verdict, probability_inside: Some(joint(range.best)), margin_m, exempted_by: None, reasons }
    }

    fn doubts(&self, range: Range, is_partly_unknown: bool, is_party_open: bool) -> Vec<Reason> {
        let mut doubts = Vec::new();
        if is_partly_unknown {
            doubts.push(Reason::new(
                "no_geometry",
                "the geometry of the clause is not known for all of the incident's time",
            ));
        }
        if is_party_open {
            doubts.push(Reason::new(
                "party_unknown",
                "it is not known whose land the place is on, and each party has a line of its own",
            ));
        }
        if self.p_time < SURE {
            doubts.push(Reason::new(
                "time_uncertain",
                format!("the incident lies in the clause's time with probability {:.2}", self.p_time),
            ));
        }
        if range.low < SURE && (range.high > 1.0 - SURE || range.is_centre_in) || doubts.is_empty() {
            doubts.push(Reason::new(
                "place_uncertain",
                format!("the incident lies in the clause's place with probability {:.2}", range.best),
            ));
        }
        doubts
    }
}

fn in_scope(margin_m: Option<truceline_domain::Measured>) -> Reason {
    let text = match margin_m {
        Some(m) => format!("inside by {:.2} ± {:.2} km", m.value / 1_000.0, m.sigma / 1_000.0),
        None => "inside the place and time of the clause".to_owned(),
    };
    Reason::new("in_scope", text)
}

fn class_doubt(p_class: f64) -> Option<Reason> {
    let text = || format!("the incident is of a class that the clause forbids with probability {p_class:.2}");
    (!class_sure(p_class)).then(|| Reason::new("class_uncertain", text()))
}

/// A rule that binds some parties needs to know whose fire it was.
fn actor_doubt(held: &Held<'_>, look: &Look<'_>, sight: &Sight<'_>) -> Option<Reason> {
    let Who::Parties(parties) = &held.conditions.who else { return None };
    if look.actor == Actor::Land {
        return None;
    }
    let shares = sight.incident.origin_shares.iter().filter(|share| parties.contains(&share.party));
    let p: f64 = shares.map(|share| share.probability).sum();
    (p < SURE).then(|| {
        Reason::new(
            "actor_unknown",
            format!("the clause binds some parties, and their part in it has probability {p:.2}"),
        )
    })
}

const REPORTS: [Modality; 3] = [Modality::OpenSource, Modality::PartyReport, Modality::PublicReport];
const INSPECTIONS: [Modality; 2] = [Modality::Patrol, Modality::MissionTable];
const CLAIMS: [Modality; 2] = [Modality::Ais, Modality::Adsb];

/// Why the sources are not what the rule asks for, if they are not. A mission's own table counts as verified.
pub(crate) fn proof_doubt(verify: &[Proof], sight: &Sight<'_>) -> Option<Reason> {
    if sight.count_of(&[Modality::MissionTable]) > 0 {
        return None;
    }
    let is_reported = sight.is_only(&REPORTS);
    let stated = |proof: &Proof| match proof {
        Proof::Sources(n) => sight.incident.n_independent >= *n && !is_reported,
        Proof::Inspections(n) => sight.count_of(&INSPECTIONS) >= *n as usize,
        Proof::Reports => sight.incident.n_independent >= 1,
    };
    if verify.iter().any(stated) {
        return None;
    }
    let reason = |code, text: &str| Some(Reason::new(code, text));
    if is_reported {
        return reason("reports_only", "only reports by media, parties or the public speak of it");
    }
    if !verify.is_empty() || sight.incident.n_independent == 0 {
        let n = sight.incident.n_independent;
        return Some(Reason::new(
            "not_corroborated",
            format!("{n} independent sources are fewer than the clause asks for"),
        ));
    }
    if sight.is_only(&[Modality::ThermalSatellite]) {
        return reason("single_source", "a single thermal anomaly is all that speaks of it");
    }
    if sight.is_only(&CLAIMS) {
        return reason("claimed_position_only", "only the position that it sends of itself speaks of it");
    }
    None
}

/// Hot spots and harm in scope: never more than undetermined, because they tell no cause.
fn shadow<'s, 'a>(look: &Look<'_>, (scope, p_time): (&Scope<'_>, f64), sight: &'s Sight<'a>) -> Option<Judged<'s, 'a>> {
    if !look.shadows.contains(sight.incident.class) {
        return None;
    }
    let Placed::At { range, .. } = scope.place(sight) else { return None };
    let p = range.best * p_time;
    if p <= 1.0 - SURE {
        return None;
    }
    let is_fire = sight.incident.class == EventClass::Fire;
    let mut said = if is_fire {
        Said::undetermined("fire_alone_says_no_cause", "a hot spot alone does not say what caused it")
    } else {
        Said::undetermined("cause_unknown", "harm or damage was reported without its cause")
    };
    said.probability_inside = Some(p.clamp(0.0, 1.0));
    Some(Judged { sight, said, counts: !is_fire, is_shadow: true })
}

/// Exceptions defeat the rule and are reported: storage sites first, then announced activities.
fn exempt(held: &Held<'_>, (sight, forbidden): (&Sight<'_>, Classes), said: &mut Said) {
    if let Some((name, share)) = stored_at(held, sight) {
        if share.p >= SURE && share.is_centre_in {
            return explained(
                said,
                &name,
                Reason::new("stored_at_site", format!("inside the site `{name}`, which the clause leaves out")),
            );
        }
        return in_part(
            said,
            Reason::new("stored_in_part", format!("inside the site `{name}` with probability {:.2}", share.p)),
        );
    }
    let Some(requirement) = Requirement::of(held.conditions) else { return };
    match notice(&held.prepared.announced, sight, (requirement, forbidden)) {
        Notice::Explains(activity) => {
            let reason =
                Reason::new("notified_activity", format!("the announced activity `{}` explains it", activity.id));
            explained(said, &activity.id, reason);
        }
        Notice::InPart(activity) => {
            in_part(
                said,
                Reason::new("notified_in_part", format!("the announced activity `{}` may explain it", activity.id)),
            );
        }
        Notice::Late(activity) => {
            let text = format!("the activity `{}` was announced too late to count", activity.id);
            said.reasons.push(Reason::new("notice_late", text));
        }
        Notice::OutsideWindow(activity) => {
            let text = format!("in the place of the announced activity `{}`, outside its time", activity.id);
            said.reasons.push(Reason::new("outside_notified_window", text));
        }
        Notice::OutsideArea(_) | Notice::None => {}
    }
}

fn explained(said: &mut Said, by: &Name, reason: Reason) {
    said.verdict = Verdict::Consistent;
    said.exempted_by = Some(by.clone());
    said.reasons = vec![reason];
}

fn in_part(said: &mut Said, reason: Reason) {
    if said.verdict == Verdict::Inconsistent {
        said.verdict = Verdict::Undetermined;
        said.reasons.clear();
    }
    said.reasons.push(reason);
}

/// The site that the rule leaves out and the incident lies in, perhaps.
fn stored_at(held: &Held<'_>, sight: &Sight<'_>) -> Option<(Name, Share)> {
    let estimate = sight.estimate.as_ref()?;
    let of_site = |name: &Name| {
        let zones = held
            .prepared
            .zones
            .iter()
            .filter(|zone| zone.version.name == *name && zone.version.valid.contains(sight.midpoint));
        let share =
            zones.map(|zone| zone.zone.share(estimate, 0.0)).fold(Share::NONE, |a, b| if b.p > a.p { b } else { a });
        (share.p > 1.0 - SURE || share.is_centre_in).then(|| (name.clone(), share))
    };
    held.conditions.except.iter().find_map(|exception| match exception {
        Exception::StoredAt(name) => of_site(name),
        _ => None,
    })
}
