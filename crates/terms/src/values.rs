//! The values of a rule's keys: parties, things, places, exceptions, proof.

use crate::moment::Clockwork;
use crate::piece::{Piece, hint};
use crate::quantity::{Dimension, amount, limit};
use crate::rule::{
    AreaRef, Deadline, Exception, LineRef, Names, Note, Proof, Side, Status, Then, WeaponSpec, What, Who,
};
use truceline_domain::{EventClass, Name, PartyId, Problem, WeaponKind};

/// The classes that are fire: what a monitoring mission counts as the use of weapons. An explosion of open cause is
/// among them, as the tables of monitoring missions count it; other causes show in its other classes.
pub const FIRE: [EventClass; 6] = [
    EventClass::SmallArms,
    EventClass::Shelling,
    EventClass::Explosion,
    EventClass::AirStrike,
    EventClass::Clash,
    EventClass::MixedFire,
];

/// Words for several classes at once, and everyday words for one.
const GROUPS: [(&str, &[EventClass]); 16] = [
    ("any fire", &FIRE),
    ("all fire", &FIRE),
    ("fire of any kind", &FIRE),
    ("heavy weapons", &[EventClass::HeavyWeapon]),
    ("any heavy weapon", &[EventClass::HeavyWeapon]),
    ("military presence", &[EventClass::MilitaryPresence]),
    ("drones", &[EventClass::DroneFlight]),
    ("drone flights", &[EventClass::DroneFlight]),
    ("aircraft", &[EventClass::AircraftFlight]),
    ("aircraft flights", &[EventClass::AircraftFlight]),
    ("any flight", &[EventClass::DroneFlight, EventClass::AircraftFlight]),
    ("vessels", &[EventClass::Vessel]),
    ("explosions", &[EventClass::Explosion]),
    ("air strikes", &[EventClass::AirStrike]),
    ("clashes", &[EventClass::Clash]),
    ("hot spots", &[EventClass::Fire]),
];

/// Reads one party: `Party A`, or its id.
pub(crate) fn party(piece: Piece<'_>, names: &Names) -> Result<PartyId, Problem> {
    let piece = piece.trim();
    let bare = piece.strip("Party").unwrap_or(piece);
    let bare = bare.name().filter(|(_, rest)| rest.is_empty()).map_or(bare, |(name, _)| name);
    let found = [piece.text, bare.text].into_iter().find(|text| names.parties.contains(*text));
    found.map(PartyId::from).ok_or_else(|| {
        let known = names.parties.iter().map(String::as_str);
        let problem = piece.error("unknown_party", format!("the mission has no party `{}`", bare.text));
        problem.with_hint(hint(bare.text, known))
    })
}

/// Reads `who`.
pub(crate) fn who(piece: Piece<'_>, names: &Names) -> Result<Who, Problem> {
    if matches!(piece.text, "each Party" | "each party" | "the Parties" | "both Parties" | "all Parties") {
        return Ok(Who::EachParty);
    }
    piece.split(';').into_iter().map(|item| party(item, names)).collect::<Result<Vec<_>, _>>().map(Who::Parties)
}

/// Adds what one `what` line says.
pub(crate) fn what(piece: Piece<'_>, into: &mut What) -> Result<(), Problem> {
    for item in piece.split(';') {
        if let Some(weapon) = item.strip("weapon kind") {
            into.weapons.push(weapon_spec(weapon)?);
        } else if let Some((_, classes)) = GROUPS.iter().find(|(word, _)| *word == item.text) {
            into.classes.extend_from_slice(classes);
        } else {
            into.classes.push(class(item.strip("class").unwrap_or(item))?);
        }
    }
    into.classes.sort_unstable();
    into.classes.dedup();
    Ok(())
}

fn class(piece: Piece<'_>) -> Result<EventClass, Problem> {
    piece.text.replace(' ', "_").parse::<EventClass>().map_err(|_| {
        let words = EventClass::ALL.iter().map(|class| class.word()).chain(GROUPS.iter().map(|(word, _)| *word));
        let problem = piece.error("unknown_class", format!("`{}` is no class of events", piece.text));
        problem.with_hint(hint(piece.text, words.chain(["weapon kind artillery"])))
    })
}

fn weapon_spec(piece: Piece<'_>) -> Result<WeaponSpec, Problem> {
    let mut parts = piece.split(',').into_iter();
    let word = parts.next().unwrap_or(piece);
    let kind = word.text.replace(' ', "_").parse::<WeaponKind>().map_err(|_| {
        let words = WeaponKind::ALL.iter().map(|kind| kind.word());
        let problem = word.error("unknown_weapon", format!("`{}` is no kind of weapon", word.text));
        problem.with_hint(hint(word.text, words))
    })?;
    let mut spec = WeaponSpec { kind, calibre_mm: None };
    for part in parts {
        let Some(calibre) = part.strip("calibre") else {
            let problem = part.error("bad_weapon", format!("`{}` is not understood here", part.text));
            return Err(problem.with_hint("write `weapon kind artillery, calibre >= 100 mm`"));
        };
        let (calibre, rest) = limit(calibre, Dimension::Calibre)?;
        nothing_left(rest)?;
        spec.calibre_mm = Some(calibre);
    }
    Ok(spec)
}

/// Where a rule holds, by its key `where`.
pub(crate) enum Where {
    Everywhere,
    Areas(Vec<AreaRef>),
    Side(Side),
}

/// Reads `where`.
pub(crate) fn place(piece: Piece<'_>, names: &Names) -> Result<Where, Problem> {
    match piece.text {
        "everywhere" => return Ok(Where::Everywhere),
        "both sides" | "on both sides" => return Ok(Where::Side(Side::Both)),
        _ => {}
    }
    if let Some(of) = piece.strip("side of").or_else(|| piece.strip("the side of")) {
        return party(of, names).map(|party| Where::Side(Side::Of(party)));
    }
    piece.split(';').into_iter().map(|item| area(item, names)).collect::<Result<Vec<_>, _>>().map(Where::Areas)
}

fn area(piece: Piece<'_>, names: &Names) -> Result<AreaRef, Problem> {
    let (word, rest) = piece.word();
    let word = match word.text {
        "zone" => "zone",
        "area" => "area",
        "site" => "site",
        _ => {
            let problem = piece.error("bad_where", format!("`{}` is no place", piece.text));
            let hints = ["zone", "area", "site", "everywhere", "both sides", "side of Party"];
            return Err(problem.with_hint(hint(word.text, hints)));
        }
    };
    let (name, version) = named(rest, piece)?;
    let known = names.areas.iter().chain(&names.sites).map(String::as_str);
    if !known.clone().any(|known| known == name.text) {
        let problem = name.error("unknown_area", format!("the mission has no area `{}`", name.text));
        return Err(problem.with_hint(hint(name.text, known)));
    }
    if let Some(date) = version.filter(|v| v.text.parse::<jiff::civil::Date>().is_err()) {
        let problem = date.error("bad_version", "the version of an area is a date");
        return Err(problem.with_hint("write `version 2031-02-12`"));
    }
    Ok(AreaRef { word, name: name.text.into(), version: version.map(|v| v.text.into()) })
}

/// Reads `from`.
pub(crate) fn line(piece: Piece<'_>, names: &Names) -> Result<LineRef, Problem> {
    let Some(rest) = piece.strip("line") else {
        let problem = piece.error("bad_from", "distances are measured from a line");
        return Err(problem.with_hint("write `line \"contact\", version 2031-02-12`"));
    };
    let (name, version) = named(rest, piece)?;
    if !names.lines.contains(name.text) {
        let problem = name.error("unknown_line", format!("the mission has no line `{}`", name.text));
        return Err(problem.with_hint(hint(name.text, names.lines.iter().map(String::as_str))));
    }
    Ok(LineRef { name: name.text.into(), version: version.map(|v| v.text.into()) })
}

/// Reads `"name", version V`.
fn named<'a>(rest: Piece<'a>, whole: Piece<'a>) -> Result<(Piece<'a>, Option<Piece<'a>>), Problem> {
    let Some((name, rest)) = rest.name() else {
        return Err(whole
            .error("no_name", "a name is missing")
            .with_hint("put it in double quotes, such as \"contact\""));
    };
    if rest.is_empty() {
        return Ok((name, None));
    }
    let after_comma = rest.text.starts_with(',').then(|| rest.after(1));
    match after_comma.and_then(|rest| rest.strip("version")).filter(|v| !v.is_empty()) {
        Some(version) => Ok((name, Some(version))),
        None => {
            let problem = rest.error("bad_version", format!("`{}` is not understood here", rest.text));
            Err(problem.with_hint("write `, version 2031-02-12`"))
        }
    }
}

/// Reads `except`.
pub(crate) fn except(piece: Piece<'_>, names: &Names) -> Result<Vec<Exception>, Problem> {
    piece.split(';').into_iter().map(|item| exception(item, names)).collect()
}

fn exception(item: Piece<'_>, names: &Names) -> Result<Exception, Problem> {
    if item.text == "none" {
        return Ok(Exception::None);
    }
    if let Some(site) = item.strip("stored at site list").or_else(|| item.strip("stored at site")) {
        return site_name(site, item, names).map(Exception::StoredAt);
    }
    let mut parts = item.split(',').into_iter();
    let head = parts.next().unwrap_or(item);
    // `movement notified`, `flights notified`, `notified activity`: the noun is for people, the classes of the
    // announced activity decide.
    let Some(at) = head.text.split_whitespace().position(|word| word == "notified").filter(|at| *at <= 2) else {
        let problem = item.error("unknown_exception", format!("`{}` is no exception", item.text));
        let known = [
            "none",
            "notified activity",
            "movement notified >= 48 h before, acknowledged",
            "stored at site list \"A\"",
        ];
        return Err(problem.with_hint(hint(item.text, known)));
    };
    let tail = (0..=at).fold(head, |rest, _| rest.word().1);
    let mut lead_s = None;
    if tail.text.starts_with(['>', '<']) {
        let (lead, rest) = limit(tail, Dimension::Time)?;
        if !lead.comparison.is_lower_bound() || rest.text != "before" {
            return Err(tail
                .error("bad_exception", "the notice is not understood")
                .with_hint("write `>= 48 h before`"));
        }
        lead_s = Some(lead.value);
    } else if !matches!(tail.text, "" | "activity" | "activities" | "before") {
        return Err(tail
            .error("bad_exception", format!("`{}` is not understood here", tail.text))
            .with_hint("write `notified >= 48 h before`"));
    }
    let mut acknowledged = false;
    for part in parts {
        if part.text != "acknowledged" {
            return Err(part
                .error("bad_exception", format!("`{}` is not understood here", part.text))
                .with_hint(hint(part.text, ["acknowledged"])));
        }
        acknowledged = true;
    }
    Ok(Exception::Notified { lead_s, acknowledged })
}

fn site_name(piece: Piece<'_>, whole: Piece<'_>, names: &Names) -> Result<Name, Problem> {
    let Some((name, rest)) = piece.name() else {
        return Err(whole
            .error("no_name", "the name of the site is missing")
            .with_hint("write `stored at site list \"A\"`"));
    };
    nothing_left(rest)?;
    let mut known = names.sites.iter().chain(&names.areas).map(String::as_str);
    if known.any(|known| known == name.text) {
        return Ok(name.text.into());
    }
    let known = names.sites.iter().chain(&names.areas).map(String::as_str);
    Err(name
        .error("unknown_site", format!("the mission has no site `{}`", name.text))
        .with_hint(hint(name.text, known)))
}

/// Reads `verify`.
pub(crate) fn verify(piece: Piece<'_>) -> Result<Vec<Proof>, Problem> {
    piece.split('|').into_iter().map(proof).collect()
}

fn proof(item: Piece<'_>) -> Result<Proof, Problem> {
    if item.text == "reports" {
        return Ok(Proof::Reports);
    }
    let (number, rest) = item.word();
    let n = number.text.parse::<u32>().ok().filter(|n| (1..=100).contains(n));
    match (n, rest.text) {
        (Some(n), "independent sources" | "independent source" | "sources" | "source") => Ok(Proof::Sources(n)),
        (Some(n), "inspection" | "inspections") => Ok(Proof::Inspections(n)),
        _ => {
            let problem = item.error("bad_verify", format!("`{}` is no kind of proof", item.text));
            let known = ["2 independent sources", "1 independent source", "1 inspection", "reports"];
            Err(problem.with_hint(hint(item.text, known)))
        }
    }
}

/// Reads `start` and `done`: a moment, with or without `by`.
pub(crate) fn deadline(piece: Piece<'_>, clock: Clockwork<'_>) -> Result<Deadline, Problem> {
    if let Some(by) = piece.strip("by") {
        return Ok(Deadline { moment: clock.moment(by)?, is_by: true });
    }
    let bare = piece.strip("from").or_else(|| piece.strip("at")).unwrap_or(piece);
    Ok(Deadline { moment: clock.moment(bare)?, is_by: false })
}

/// Reads `then`.
pub(crate) fn then(piece: Piece<'_>, clock: Clockwork<'_>) -> Result<Then, Problem> {
    if piece.text == "stay" {
        return Ok(Then::Stay);
    }
    match piece.strip("until").or_else(|| piece.strip("stay until")) {
        Some(moment) => clock.moment(moment).map(Then::Until),
        None => Err(piece
            .error("bad_then", format!("`{}` is not understood here", piece.text))
            .with_hint("write `stay` or `until M`")),
    }
}

/// Reads `distance`.
pub(crate) fn distance(piece: Piece<'_>) -> Result<crate::quantity::Limit, Problem> {
    let (limit, rest) = limit(piece, Dimension::Length)?;
    nothing_left(rest)?;
    Ok(limit)
}

/// Reads `status`.
pub(crate) fn status(piece: Piece<'_>, names: &Names) -> Result<Status, Problem> {
    if piece.text == "agreed" {
        return Ok(Status::Agreed);
    }
    match piece.strip("contested by") {
        Some(parties) => parties
            .split(';')
            .into_iter()
            .map(|item| party(item, names))
            .collect::<Result<Vec<_>, _>>()
            .map(Status::Contested),
        None => {
            let problem = piece.error("bad_status", format!("`{}` is no status", piece.text));
            let several = piece
                .text
                .contains('|')
                .then(|| "a rule has one status: `agreed` or `contested by Party B`".to_owned());
            Err(problem.with_hint(several.unwrap_or_else(|| hint(piece.text, ["agreed", "contested by Party B"]))))
        }
    }
}

/// Reads `note`: a remark, by a party when it begins with one.
pub(crate) fn note(piece: Piece<'_>, names: &Names) -> Note {
    let by = piece.text.find(':').and_then(|at| Some((party(piece.part(0, at), names).ok()?, piece.after(at + 1))));
    match by {
        Some((by, rest)) => Note { by: Some(by), text: rest.text.to_owned() },
        None => Note { by: None, text: piece.text.to_owned() },
    }
}

/// Reads `on breach`: notify, or a meeting within a time.
pub(crate) fn on_breach(piece: Piece<'_>) -> Result<Vec<String>, Problem> {
    let one = |item: Piece<'_>| {
        if let Some(within) = item.strip("meeting within") {
            let (_, _, rest) = amount(within, Dimension::Time)?;
            nothing_left(rest)?;
        } else if item.word().0.text != "notify" {
            let problem = item.error("bad_on_breach", format!("`{}` is not understood here", item.text));
            return Err(problem.with_hint(hint(item.text, ["notify", "meeting within 24 h"])));
        }
        Ok(item.text.to_owned())
    };
    // A comma separates here too: `notify, meeting within 24 h`.
    piece.split(';').into_iter().flat_map(|item| item.split(',')).map(one).collect()
}

fn nothing_left(rest: Piece<'_>) -> Result<(), Problem> {
    if rest.is_empty() {
        return Ok(());
    }
    Err(rest.error("too_much", format!("`{}` does not belong here", rest.text)))
}
