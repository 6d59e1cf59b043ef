//! Statements about what the machine is to make of it.

use crate::cursor::Cursor;
use crate::{CountKind, CountRange, ExpectationKind};
use truceline_domain::{CoverageWording, Span, Verdict};

const VERDICTS: [(&str, Verdict); 3] = [
    ("consistent", Verdict::Consistent),
    ("undetermined", Verdict::Undetermined),
    ("inconsistent", Verdict::Inconsistent),
];

const WORDINGS: [(&str, CoverageWording); 5] = [
    ("detected", CoverageWording::Detected),
    ("none_detected_high", CoverageWording::NoneDetectedHigh),
    ("none_detected_partial", CoverageWording::NoneDetectedPartial),
    ("not_assessable", CoverageWording::NotAssessable),
    ("not_monitored", CoverageWording::NotMonitored),
];

#[derive(Clone, Copy)]
enum Topic {
    Incidents,
    Rounds,
    Finding,
    No,
    Origin,
    Coverage,
    Count,
}

const TOPICS: [(&str, Topic); 7] = [
    ("incidents", Topic::Incidents),
    ("rounds", Topic::Rounds),
    ("finding", Topic::Finding),
    ("no", Topic::No),
    ("origin", Topic::Origin),
    ("coverage", Topic::Coverage),
    ("count", Topic::Count),
];

/// What follows `expect`, and the stretch of time that it is limited to.
pub(super) fn expectation(cursor: &mut Cursor<'_, '_>) -> Option<(ExpectationKind, Option<Span>)> {
    let kind = match cursor.one_of_words("expectation", &TOPICS)? {
        Topic::Incidents => incidents(cursor),
        Topic::Rounds => rounds(cursor),
        Topic::Finding => finding(cursor),
        Topic::No => nothing(cursor),
        Topic::Origin => origin(cursor),
        Topic::Coverage => coverage(cursor),
        Topic::Count => count(cursor),
    };
    let window = window(cursor);
    let kind = with_area(cursor, kind);
    cursor.end();
    kind.filter(|_| !cursor.failed).map(|kind| (kind, window))
}

/// The next word is a stretch of time.
fn window(cursor: &mut Cursor<'_, '_>) -> Option<Span> {
    let is_span = cursor.peek().is_some_and(|word| word.text.contains("..") && word.text.contains(':'));
    is_span.then(|| cursor.span("the window"))
}

/// `5..7` or `6`.
fn range(cursor: &mut Cursor<'_, '_>) -> Option<CountRange> {
    let word = cursor.word("a count")?;
    let (low, high) = word.text.split_once("..").unwrap_or((word.text, word.text));
    let parsed = low.parse().ok().zip(high.parse().ok());
    let range = parsed.map(|(low, high)| CountRange { low, high }).filter(|range| range.low <= range.high);
    if range.is_none() {
        cursor.fail_with(
            Some(word),
            "bad_count",
            "a count is a whole number or `lowest..highest`",
            Some("write `5..7`".to_owned()),
        );
    }
    range
}

/// `incidents 1 shelling`
fn incidents(cursor: &mut Cursor<'_, '_>) -> Option<ExpectationKind> {
    let n = range(cursor);
    let class = cursor.one_of("class of events");
    Some(ExpectationKind::Incidents { n: n?, class: class? })
}

/// `rounds 5..7 shelling`
fn rounds(cursor: &mut Cursor<'_, '_>) -> Option<ExpectationKind> {
    let n = range(cursor)?;
    let names_class = cursor.peek().is_some_and(|word| !word.text.contains(".."));
    let class = if names_class { cursor.one_of("class of events") } else { None };
    Some(ExpectationKind::Rounds { n, class })
}

/// `finding CF-1 inconsistent`
fn finding(cursor: &mut Cursor<'_, '_>) -> Option<ExpectationKind> {
    let rule = cursor.name("a rule");
    let verdict = cursor.one_of_words("verdict", &VERDICTS)?;
    Some(ExpectationKind::Finding { rule, verdict })
}

/// `no finding W-1`, `no finding W-1 inconsistent`, `no origin`
fn nothing(cursor: &mut Cursor<'_, '_>) -> Option<ExpectationKind> {
    if cursor.eat("origin") {
        return Some(ExpectationKind::NoOrigin);
    }
    cursor.keyword("finding");
    let rule = cursor.name("a rule");
    let names_verdict = cursor.peek().is_some_and(|word| !word.text.contains(".."));
    let verdict = if names_verdict { cursor.one_of_words("verdict", &VERDICTS) } else { None };
    Some(ExpectationKind::NoFinding { rule, verdict })
}

/// `origin A >= 0.95`
fn origin(cursor: &mut Cursor<'_, '_>) -> Option<ExpectationKind> {
    let party = cursor.name("a party");
    cursor.keyword(">=");
    Some(ExpectationKind::Origin { party, at_least: cursor.number("a probability", (0.0, 1.0)) })
}

/// `coverage drone_flight not_assessable 01:40..05:25 area central-sector`
fn coverage(cursor: &mut Cursor<'_, '_>) -> Option<ExpectationKind> {
    let class = cursor.one_of("class of events");
    let wording = cursor.one_of_words("wording", &WORDINGS);
    Some(ExpectationKind::Coverage { class: class?, wording: wording?, area: None })
}

/// Adds `area NAME` to an expectation about coverage.
fn with_area(cursor: &mut Cursor<'_, '_>, kind: Option<ExpectationKind>) -> Option<ExpectationKind> {
    match kind {
        Some(ExpectationKind::Coverage { class, wording, .. }) if cursor.eat("area") => {
            Some(ExpectationKind::Coverage { class, wording, area: Some(cursor.name("an area")) })
        }
        other => other,
    }
}

/// `count smm 18`
fn count(cursor: &mut Cursor<'_, '_>) -> Option<ExpectationKind> {
    let known = CountKind::ALL.map(|kind| (kind.word(), kind));
    let kind = cursor.one_of_words("count", &known);
    let n = range(cursor);
    Some(ExpectationKind::Count { kind: kind?, n: n? })
}
