//! Statements about what truly happens, and about what somebody says happened.

use crate::clauses::Clauses;
use crate::cursor::{Cursor, LENGTH};
use crate::{Fire, Happening, HappeningKind, Report, Said, Voyage};
use truceline_domain::{Phenomenon, TimeEstimate, WeaponKind, Wgs84};

/// The most rounds, bursts or weapons of one statement.
const MAX_N: u32 = 10_000;

/// How a happening is written.
#[derive(Clone, Copy)]
enum Verb {
    Fire,
    Blast,
    Explosions,
    Shots,
    Wildfire,
    Flight,
    Vessel,
    Ghost,
    Weapons,
    Thunderstorm,
    State(Phenomenon),
}

const VERBS: [(&str, Verb); 14] = [
    ("fire", Verb::Fire),
    ("blast", Verb::Blast),
    ("explosion", Verb::Explosions),
    ("explosions", Verb::Explosions),
    ("shots", Verb::Shots),
    ("wildfire", Verb::Wildfire),
    ("flight", Verb::Flight),
    ("vessel", Verb::Vessel),
    ("ghost", Verb::Ghost),
    ("weapons", Verb::Weapons),
    ("thunderstorm", Verb::Thunderstorm),
    ("jamming", Verb::State(Phenomenon::Impediment)),
    ("power_loss", Verb::State(Phenomenon::PowerLoss)),
    ("dose", Verb::State(Phenomenon::DoseRate)),
];

/// `at TIME VERB …`
pub(super) fn happening(cursor: &mut Cursor<'_, '_>) -> Option<Happening> {
    let line = cursor.line();
    let span = cursor.span_or_instant("the time");
    let verb = cursor.one_of_words("happening", &VERBS)?;
    let (kind, clauses) = match verb {
        Verb::Fire => fire(cursor),
        Verb::Blast => blast(cursor),
        Verb::Explosions => explosions(cursor),
        Verb::Shots => shots(cursor),
        Verb::Wildfire => wildfire(cursor),
        Verb::Flight => flight(cursor),
        Verb::Vessel => vessel(cursor),
        Verb::Ghost => ghost(cursor),
        Verb::Weapons => weapons(cursor),
        Verb::Thunderstorm => thunderstorm(cursor),
        Verb::State(phenomenon) => state(cursor, phenomenon),
    }?;
    (!cursor.failed).then_some(Happening { line, span, by: clauses.by, cause: clauses.cause, kind })
}

type Read = Option<(HappeningKind, Clauses)>;

/// `fire 6 rounds every 31 s mortar from P to P by A spread 60 m`
fn fire(cursor: &mut Cursor<'_, '_>) -> Read {
    let rounds = cursor.count("the number of rounds", MAX_N);
    if !cursor.eat("round") {
        cursor.keyword("rounds");
    }
    let clauses = Clauses::read(cursor, &["weapon", "from", "to"], &["every", "by", "spread", "cause"]);
    let fire = Fire {
        rounds,
        every_s: clauses.every_s.unwrap_or(10.0),
        weapon: clauses.weapon?,
        from: clauses.from?,
        to: clauses.to?,
        spread_m: clauses.spread_m.unwrap_or(40.0),
    };
    Some((HappeningKind::Fire(fire), clauses))
}

/// `blast quarry 20 holes every 25 ms at P charge 2 t`
fn blast(cursor: &mut Cursor<'_, '_>) -> Read {
    cursor.keyword("quarry");
    let holes = cursor.count("the number of holes", MAX_N);
    if !cursor.eat("hole") {
        cursor.keyword("holes");
    }
    let clauses = Clauses::read(cursor, &["at"], &["every", "charge", "by", "cause"]);
    let every_s = clauses.every_s.unwrap_or(0.025);
    Some((HappeningKind::Blast { at: clauses.at?, holes, every_s, charge_t: clauses.charge_t }, clauses))
}

/// `explosions 5 at P spread 300 m cause "ammunition cooking off"`
fn explosions(cursor: &mut Cursor<'_, '_>) -> Read {
    let numbered = cursor.peek().is_some_and(|word| word.text.starts_with(|c: char| c.is_ascii_digit()));
    let n = if numbered { cursor.count("the number of explosions", MAX_N) } else { 1 };
    let clauses = Clauses::read(cursor, &["at"], &["spread", "by", "cause"]);
    Some((HappeningKind::Explosions { at: clauses.at?, n, spread_m: clauses.spread_m.unwrap_or(0.0) }, clauses))
}

/// `shots 30 bursts at P by A`
fn shots(cursor: &mut Cursor<'_, '_>) -> Read {
    let n = cursor.count("the number of shots", MAX_N);
    let known = [
        ("bursts", Phenomenon::Burst),
        ("burst", Phenomenon::Burst),
        ("shots", Phenomenon::Shot),
        ("shot", Phenomenon::Shot),
    ];
    let phenomenon = cursor.one_of_words("kind of shots", &known);
    let clauses = Clauses::read(cursor, &["at"], &["spread", "by", "cause"]);
    let spread_m = clauses.spread_m.unwrap_or(50.0);
    Some((HappeningKind::Shots { at: clauses.at?, n, phenomenon: phenomenon?, spread_m }, clauses))
}

/// `wildfire at P grows 3 km towards 95 deg pixels 14`
fn wildfire(cursor: &mut Cursor<'_, '_>) -> Read {
    let clauses = Clauses::read(cursor, &["at"], &["grows", "towards", "pixels", "by", "cause"]);
    let kind = HappeningKind::Wildfire {
        at: clauses.at?,
        grows_m: clauses.grows_m.unwrap_or(0.0),
        towards_deg: clauses.towards_deg.unwrap_or(0.0),
        pixels: clauses.pixels.unwrap_or(4),
    };
    Some((kind, clauses))
}

/// `flight drone from P via P to P at 180 km/h height 150 m by A`
fn flight(cursor: &mut Cursor<'_, '_>) -> Read {
    let known = [("drone", Phenomenon::DroneInFlight), ("aircraft", Phenomenon::AircraftInFlight)];
    let phenomenon = cursor.one_of_words("kind of flight", &known);
    let clauses = Clauses::read(cursor, &["from", "to", "at"], &["via", "height", "by", "identity", "cause"]);
    let path = path(cursor, &clauses)?;
    let kind = HappeningKind::Flight {
        phenomenon: phenomenon?,
        path,
        speed_mps: clauses.speed_mps?,
        height_m: clauses.height_m.unwrap_or(150.0),
        identity: clauses.identity.clone(),
    };
    Some((kind, clauses))
}

/// `vessel from P via P to P at 9 kn identity "MMSI 999000111" silent 02:10..06:40 hull 38 m`
fn vessel(cursor: &mut Cursor<'_, '_>) -> Read {
    let clauses = Clauses::read(cursor, &["from", "to", "at"], &["via", "identity", "silent", "hull", "by", "cause"]);
    let voyage = Voyage {
        path: path(cursor, &clauses)?,
        speed_mps: clauses.speed_mps?,
        identity: clauses.identity.clone(),
        silent: clauses.silent,
        hull_m: clauses.hull_m,
        is_ghost: false,
    };
    Some((HappeningKind::Voyage(voyage), clauses))
}

/// `ghost from P to P at 90 kn identity "MMSI 999000111"`: positions of a vessel that is not there
fn ghost(cursor: &mut Cursor<'_, '_>) -> Read {
    let clauses = Clauses::read(cursor, &["from", "to", "at", "identity"], &["via", "by", "cause"]);
    let voyage = Voyage {
        path: path(cursor, &clauses)?,
        speed_mps: clauses.speed_mps?,
        identity: clauses.identity.clone(),
        silent: None,
        hull_m: None,
        is_ghost: true,
    };
    Some((HappeningKind::Voyage(voyage), clauses))
}

/// The places of a path, which must be walked at some speed.
fn path(cursor: &mut Cursor<'_, '_>, clauses: &Clauses) -> Option<Vec<Wgs84>> {
    if clauses.speed_mps.is_none_or(|speed| speed <= 0.0) && !cursor.failed {
        cursor.fail_with(None, "missing_clause", "a speed is missing", Some("write `at 180 km/h`".to_owned()));
    }
    let places = [clauses.from?].into_iter().chain(clauses.via.iter().copied()).chain([clauses.to?]);
    Some(places.collect())
}

/// `weapons 4 artillery at P by A calibre 152 mm decoys 2`
fn weapons(cursor: &mut Cursor<'_, '_>) -> Read {
    let n = cursor.count("the number of weapons", MAX_N);
    let clauses = Clauses::read(cursor, &["weapon", "at"], &["calibre", "decoys", "by", "cause"]);
    let kind = HappeningKind::Weapons {
        at: clauses.at?,
        n,
        weapon: clauses.weapon?,
        calibre_mm: clauses.calibre_mm,
        decoys: clauses.decoys.unwrap_or(0),
    };
    Some((kind, clauses))
}

/// `thunderstorm at P radius 15 km strokes 60`
fn thunderstorm(cursor: &mut Cursor<'_, '_>) -> Read {
    let clauses = Clauses::read(cursor, &["at", "radius", "strokes"], &["cause"]);
    let kind = HappeningKind::Thunderstorm { at: clauses.at?, radius_m: clauses.radius_m?, strokes: clauses.strokes? };
    Some((kind, clauses))
}

/// `jamming at P radius 20 km`, `power_loss at P`, `dose at P reading 0.10..0.14 uSv/h`
fn state(cursor: &mut Cursor<'_, '_>, phenomenon: Phenomenon) -> Read {
    let (required, allowed): (&[&str], &[&str]) = match phenomenon {
        Phenomenon::DoseRate => (&["at", "reading"], &["radius", "cause"]),
        _ => (&["at"], &["radius", "by", "cause"]),
    };
    let clauses = Clauses::read(cursor, required, allowed);
    let radius_m = clauses.radius_m.unwrap_or(100.0);
    Some((HappeningKind::State { phenomenon, at: clauses.at?, radius_m, reading: clauses.reading }, clauses))
}

/// `report party-b at 09:30 says 12 impact mortar 02:10..02:20 at P within 1 km note "…"`, or `… area NAME …`
pub(super) fn report(cursor: &mut Cursor<'_, '_>, forged: bool) -> Option<Report> {
    let line = cursor.line();
    let source = cursor.name("a source");
    cursor.keyword("at");
    let received_at = cursor.instant("when it came in");
    cursor.keyword("says");
    let n = cursor.count("how many", MAX_N);
    let phenomenon = cursor.one_of("phenomenon");
    let weapon = cursor.peek().and_then(|word| word.text.parse::<WeaponKind>().ok());
    if weapon.is_some() {
        cursor.take();
    }
    let span = cursor.span_or_instant("when it is said to have happened");
    let place = said(cursor);
    let note = cursor.eat("note").then(|| cursor.name("a note").to_string());
    cursor.end();
    let (phenomenon, place) = phenomenon.zip(place).filter(|_| !cursor.failed)?;
    // Who says `at 02:14` means that minute.
    let time = TimeEstimate::within(span.from, span.until, if span.from == span.until { 30.0 } else { 60.0 });
    Some(Report { line, source, received_at, n, phenomenon, weapon, time, place, note, forged })
}

fn said(cursor: &mut Cursor<'_, '_>) -> Option<Said> {
    let known = [("at", true), ("area", false)];
    if !cursor.one_of_words("word before a place", &known)? {
        return Some(Said::Area(cursor.name("an area")));
    }
    let place = cursor.place("where it is said to have happened");
    let within_m = if cursor.eat("within") { cursor.quantity("how near", LENGTH) } else { 1_000.0 };
    Some(Said::Near(place, within_m))
}
