//! Statements about who watches and what is announced.

use crate::cursor::{Cursor, DURATION, LENGTH};
use crate::{Clutter, Delay, Ground, Notice, Pass, Record};
use truceline_domain::{Area, EventClass, Modality, Name, Outage, Reach, Sensor, Span, Wgs84};

/// The most items of a list in one statement.
const MAX_ITEMS: usize = 1_000;

/// `sensor N1 acoustic owner mission at 12.51,-37.02 sees explosion 8 km 0.95; shelling everywhere 0.9`
pub(super) fn sensor(cursor: &mut Cursor<'_, '_>) -> Option<Sensor> {
    let id = cursor.name("the sensor's id");
    let modality: Option<Modality> = cursor.one_of("modality");
    cursor.keyword("owner");
    let owner = cursor.name("an owner");
    let place = cursor.eat("at").then(|| cursor.place("the sensor's place"));
    cursor.keyword("sees");
    let mut reach = Vec::new();
    loop {
        reach.extend(one_reach(cursor));
        if !cursor.eat(";") || reach.len() >= MAX_ITEMS {
            break;
        }
    }
    cursor.end();
    let modality = modality.filter(|_| !cursor.failed)?;
    Some(Sensor { id, modality, owner, place, reach, valid: Span::ALWAYS })
}

fn one_reach(cursor: &mut Cursor<'_, '_>) -> Option<Reach> {
    let class: Option<EventClass> = cursor.one_of("class of events");
    let range_m = if cursor.eat("everywhere") { f64::INFINITY } else { cursor.quantity("a range", LENGTH) };
    let pd = cursor.number("a probability of detection", (0.0, 1.0));
    Some(Reach { class: class?, range_m, pd })
}

/// `notice EX-1 by B exercise shelling;explosion 08:00..16:00 area "morrin range" margin 0 km notified … acknowledged …`
pub(super) fn notice(cursor: &mut Cursor<'_, '_>) -> Option<Notice> {
    let line = cursor.line();
    let id = cursor.name("the notice's id");
    cursor.keyword("by");
    let by = cursor.name("a party");
    let kind = cursor.name("what is announced");
    let mut classes = Vec::new();
    loop {
        classes.extend(cursor.one_of::<EventClass>("class of events"));
        if !cursor.eat(";") || classes.len() >= MAX_ITEMS {
            break;
        }
    }
    let span = cursor.span("the announced time");
    let ground = ground(cursor);
    let margin_m = if cursor.eat("margin") { cursor.quantity("a margin", LENGTH) } else { 0.0 };
    cursor.keyword("notified");
    let notified_at = cursor.instant("when it was announced");
    let acknowledged_at = cursor.eat("acknowledged").then(|| cursor.instant("when it was acknowledged"));
    cursor.end();
    let ground = ground.filter(|_| !cursor.failed)?;
    Some(Notice { line, id, by, kind, classes, span, ground, margin_m, notified_at, acknowledged_at })
}

/// `area NAME`, `disc 12.5,-37.0 radius 2 km`, or `polygon 12.5,-37.0 12.6,-37.0 12.6,-36.9`.
fn ground(cursor: &mut Cursor<'_, '_>) -> Option<Ground> {
    #[derive(Clone, Copy)]
    enum Shape {
        Named,
        Disc,
        Polygon,
    }
    let known = [("area", Shape::Named), ("disc", Shape::Disc), ("polygon", Shape::Polygon)];
    match cursor.one_of_words("kind of area", &known)? {
        Shape::Named => Some(Ground::Named(cursor.name("an area"))),
        Shape::Disc => {
            let centre = cursor.place("the middle of the disc");
            cursor.keyword("radius");
            Some(Ground::Shape(Area::disc(centre, cursor.quantity("a radius", LENGTH))))
        }
        Shape::Polygon => polygon(cursor),
    }
}

fn polygon(cursor: &mut Cursor<'_, '_>) -> Option<Ground> {
    let mut corners: Vec<Wgs84> = Vec::new();
    while corners.len() < MAX_ITEMS && cursor.peek().is_some_and(|word| word.text.contains(',')) {
        corners.push(cursor.place("a corner"));
    }
    if corners.len() < 3 {
        let next = cursor.peek();
        cursor.fail(next, "bad_polygon", "a polygon has at least three corners");
        return None;
    }
    Some(Ground::Shape(Area::from_rings([corners.iter().map(|p| (p.lon_deg(), p.lat_deg())).collect()])))
}

/// `outage AC.01;AC.02 01:40..05:25 factor 0 cause "jamming"`
pub(super) fn outages(cursor: &mut Cursor<'_, '_>) -> Vec<(u32, Outage)> {
    let line = cursor.line();
    let sensors = ids(cursor);
    let span = cursor.span("the outage");
    cursor.keyword("factor");
    let pd_factor = cursor.number("what is left of the probability of detection", (0.0, 1.0));
    cursor.keyword("cause");
    let cause = cursor.name("a cause").to_string();
    cursor.end();
    if cursor.failed {
        return Vec::new();
    }
    sensors.into_iter().map(|sensor| (line, Outage { sensor, span, pd_factor, cause: cause.clone() })).collect()
}

/// Ids with `;` between them.
fn ids(cursor: &mut Cursor<'_, '_>) -> Vec<Name> {
    let mut ids = Vec::new();
    loop {
        ids.push(cursor.name("a sensor"));
        if !cursor.eat(";") || ids.len() >= MAX_ITEMS {
            return ids;
        }
    }
}

/// `pass VIIRS-1 at 01:31; 12:58`
pub(super) fn passes(cursor: &mut Cursor<'_, '_>) -> Vec<Pass> {
    let line = cursor.line();
    let sensor = cursor.name("a sensor");
    cursor.keyword("at");
    let mut passes = Vec::new();
    loop {
        let at = cursor.instant("the time of a pass");
        passes.push(Pass { line, sensor: sensor.clone(), at });
        if !cursor.eat(";") || passes.len() >= MAX_ITEMS {
            break;
        }
    }
    cursor.end();
    if cursor.failed { Vec::new() } else { passes }
}

/// `clutter AC 2 per day explosion`
pub(super) fn clutter(cursor: &mut Cursor<'_, '_>) -> Option<Clutter> {
    let line = cursor.line();
    let sensor = cursor.name("a sensor");
    let per_day = cursor.number("the number of false alarms", (0.0, 10_000.0));
    cursor.keyword("per");
    cursor.keyword("day");
    let phenomenon = cursor.one_of("phenomenon");
    cursor.end();
    let phenomenon = phenomenon.filter(|_| !cursor.failed)?;
    Some(Clutter { line, sensor, per_day, phenomenon })
}

/// `late R1 06:00..07:00 by 9 h`
pub(super) fn delay(cursor: &mut Cursor<'_, '_>) -> Option<Delay> {
    let line = cursor.line();
    let sensor = cursor.name("a sensor");
    let span = cursor.span("the time of the observations");
    cursor.keyword("by");
    let by_s = cursor.quantity("a delay", DURATION);
    cursor.end();
    (!cursor.failed).then_some(Delay { line, sensor, span, by_s })
}

/// `record AC.15 02:13..02:20 rate 100 Hz`
pub(super) fn record(cursor: &mut Cursor<'_, '_>) -> Option<Record> {
    let line = cursor.line();
    let sensor = cursor.name("a node");
    let span = cursor.span("the recorded time");
    cursor.keyword("rate");
    let rate_hz = cursor.number("the rate", (1.0, 48_000.0));
    cursor.keyword("Hz");
    cursor.end();
    (!cursor.failed).then_some(Record { line, sensor, span, rate_hz })
}
