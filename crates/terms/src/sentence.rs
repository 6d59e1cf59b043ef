//! Each rule as one English sentence and its remarks, for lawyers to read and approve.

use crate::moment::{Moment, When, Window};
use crate::quantity::{Comparison, Limit};
use crate::rule::{
    AreaRef, Conditions, Deadline, Exception, Ground, Modal, Proof, Rule, Side, Status, Then, What, Who,
};

/// The rule in English: whom it binds to what, where and when; then exceptions, proof, consequences, readings and
/// remarks, each a sentence of its own. Nothing that the rule states is left out.
///
/// A rule that could not be understood says so.
pub fn sentence(rule: &Rule) -> String {
    let Some(conditions) = &rule.conditions else {
        return format!("Rule {} could not be understood; see line {} of the rule file.", rule.clause.rule, rule.line);
    };
    let mut sentences = vec![format!("{}.", main(conditions))];
    sentences.extend(supplements(conditions));
    sentences.extend(
        (!rule.on_breach.is_empty())
            .then(|| format!("When a person confirms that it was not kept: {}.", rule.on_breach.join(", "))),
    );
    sentences.extend(rule.grade.as_ref().map(|grade| format!("Grade: {grade}.")));
    if let Status::Contested(parties) = &rule.status {
        sentences
            .push(format!("Contested by {}.", and(&parties.iter().map(|p| format!("Party {p}")).collect::<Vec<_>>())));
    }
    for reading in rule.readings.iter().filter(|reading| Some(&reading.conditions) != rule.conditions.as_ref()) {
        let more: String = supplements(&reading.conditions).iter().map(|s| format!(" {s}")).collect();
        sentences.push(format!("As Party {} reads it: {}.{more}", reading.name, main(&reading.conditions)));
    }
    for note in &rule.notes {
        let by = note.by.as_ref().map_or("Note".to_owned(), |party| format!("Party {party} notes"));
        sentences.push(format!("{by}: {}.", note.text.trim_end_matches('.')));
    }
    sentences.join(" ")
}

fn main(conditions: &Conditions) -> String {
    let who = match &conditions.who {
        Who::EachParty => "Each Party".to_owned(),
        Who::Parties(parties) => and(&parties.iter().map(|party| format!("Party {party}")).collect::<Vec<_>>()),
    };
    let parts = [
        format!("{who} {} {}", conditions.modal.word(), conditions.act),
        what(&conditions.what),
        place(conditions),
        when(&conditions.when),
        times(conditions),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn supplements(conditions: &Conditions) -> Vec<String> {
    let mut sentences = Vec::new();
    let exceptions: Vec<String> = conditions.except.iter().map(exception).collect();
    if !exceptions.is_empty() {
        sentences.push(format!("Exceptions: {}.", exceptions.join("; ")));
    }
    let proofs: Vec<String> = conditions.verify.iter().map(proof).collect();
    if !proofs.is_empty() {
        sentences.push(format!("An incident counts on {}.", proofs.join(" or ")));
    }
    sentences
}

fn what(what: &What) -> String {
    let classes = what.classes.iter().map(|class| class.word().replace('_', " "));
    let weapons = what.weapons.iter().map(|weapon| {
        let kind = weapon.kind.word().replace('_', " ");
        match &weapon.calibre_mm {
            Some(limit) => format!("{kind} of a calibre of {}", bounded(limit)),
            None => kind,
        }
    });
    let all: Vec<String> = classes.chain(weapons).collect();
    if all.is_empty() { String::new() } else { format!("({})", and(&all)) }
}

fn bounded(limit: &Limit) -> String {
    match limit.comparison {
        Comparison::AtLeast => format!("{} or more", limit.written),
        Comparison::MoreThan => format!("more than {}", limit.written),
        Comparison::AtMost => format!("{} or less", limit.written),
        Comparison::LessThan => format!("less than {}", limit.written),
    }
}

fn place(conditions: &Conditions) -> String {
    let side = match &conditions.side {
        Side::Both => String::new(),
        Side::Of(party) => format!(" on the side of Party {party}"),
    };
    match &conditions.ground {
        Ground::Everywhere if side.is_empty() && matches!(conditions.when, When::Notice { .. }) => String::new(),
        Ground::Everywhere if side.is_empty() => "everywhere in the mission's area".to_owned(),
        Ground::Everywhere => side.trim_start().to_owned(),
        Ground::Areas(areas) => format!("in {}{side}", and(&areas.iter().map(area).collect::<Vec<_>>())),
        Ground::NearLine { line, distance } => {
            let to = if conditions.modal == Modal::Must { "to a distance of" } else { "at a distance of" };
            format!(
                "{to} {} from the line \"{}\"{}{side}",
                bounded(distance),
                line.name,
                version(line.version.as_ref())
            )
        }
    }
}

fn area(area: &AreaRef) -> String {
    format!("the {} \"{}\"{}", area.word, area.name, version(area.version.as_ref()))
}

fn version(version: Option<&truceline_domain::Name>) -> String {
    version.map_or(String::new(), |version| format!(" in its version of {version}"))
}

fn when(when: &When) -> String {
    match when {
        When::Always => String::new(),
        When::Windows(windows) => windows.iter().map(window).collect::<Vec<_>>().join(", and "),
        When::Days { n, from } => {
            let from = from.as_ref().map_or(String::new(), |m| format!(" counted from {}", moment(m)));
            format!("for {n} consecutive days{from}")
        }
        When::Notice { lead_s, acknowledged } => {
            format!("{}{}", lead(*lead_s), if *acknowledged { ", acknowledged by the mission" } else { "" })
        }
    }
}

fn lead(lead_s: f64) -> String {
    format!("at least {} hours before", (lead_s / 360.0).round() / 10.0)
}

fn window(window: &Window) -> String {
    let daily = window.daily.map(|(from, until)| {
        format!("daily from {} to {} local time", from.strftime("%H:%M"), until.strftime("%H:%M"))
    });
    let from = window.from.as_ref().map(|m| format!("from {}", moment(m)));
    let until = window.until.as_ref().map(|m| format!("until {}", moment(m)));
    [daily, from, until].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn times(conditions: &Conditions) -> String {
    let by =
        |deadline: &Deadline| format!("{}{}", if deadline.is_by { "by " } else { "from " }, moment(&deadline.moment));
    let start = conditions.start.as_ref().map(|start| format!("beginning {}", by(start)));
    let done = conditions.done.as_ref().map(|done| format!("complete by {}", moment(&done.moment)));
    let then = conditions.then.as_ref().map(|then| match then {
        Then::Stay => "and staying so".to_owned(),
        Then::Until(until) => format!("and staying so until {}", moment(until)),
    });
    let all: Vec<String> = [start, done, then].into_iter().flatten().collect();
    all.join(", ").replace(", and ", " and ")
}

fn moment(moment: &Moment) -> String {
    match moment {
        Moment::At(at) => at.to_string(),
        Moment::Date(date) => date.to_string(),
        Moment::Day { n, event } => format!("day {n} after the event \"{event}\""),
        Moment::After { seconds: 0, event } => format!("the event \"{event}\""),
        Moment::After { seconds, event } => {
            format!("{} hours after the event \"{event}\"", (*seconds as f64 / 360.0).round() / 10.0)
        }
    }
}

fn exception(exception: &Exception) -> String {
    match exception {
        Exception::None => "none".to_owned(),
        Exception::StoredAt(site) => format!("what is stored at the sites \"{site}\""),
        Exception::Notified { lead_s, acknowledged } => {
            let lead = lead_s.map_or(String::new(), |lead_s| format!(" {}", lead(lead_s)));
            format!("activities announced{lead}{}", if *acknowledged { " and acknowledged by the mission" } else { "" })
        }
    }
}

fn proof(proof: &Proof) -> String {
    let counted = |n: u32, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    match proof {
        Proof::Sources(n) => counted(*n, "independent source"),
        Proof::Inspections(n) => counted(*n, "inspection"),
        Proof::Reports => "reports".to_owned(),
    }
}

fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

#[cfg(test)]
#[path = "sentence_tests.rs"]
mod tests;
