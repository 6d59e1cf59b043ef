use super::*;

fn decode(rows: &str) -> (Vec<Detection>, Problems) {
    let header = "report,period_end,days,donetsk_violations,donetsk_explosions,luhansk_violations,luhansk_explosions,prev_donetsk,prev_luhansk,cumulative_since_20200727,note";
    let text = format!("{header}\n{rows}");
    let mut context = Context::new(text.as_bytes(), "d.csv", "mission", "mission");
    context.time_zone = jiff::tz::TimeZone::get("Europe/Kyiv").unwrap();
    let mut detections = Vec::new();
    let problems = SmmDaily.decode(text.as_bytes(), &context, &mut |record| match record {
        Record::Detection(detection) => detections.push(detection),
        other => panic!("{other:?}"),
    });
    (detections, problems)
}

fn told(problems: &Problems) -> Vec<(&'static str, Option<u32>)> {
    problems.kept().iter().map(|p| (p.code, p.line)).collect()
}

#[test]
fn a_row_counts_both_regions_and_explosions_once() {
    let (found, problems) =
        decode("8/2031,2031-02-16,2,12,3.0,4,,,,16,exercise\n9/2031,2031-02-17,1,0,0,0,0,12,4,16,\n");
    assert_eq!(problems.total(), 0);
    let shown: Vec<_> = found.iter().map(|d| (d.id.record, d.place.clone(), d.count)).collect();
    let area = |name: &str| Where::Area(name.into());
    assert_eq!(
        shown,
        [(0, area("Donetsk"), Known::Known(Count::exactly(12))), (1, area("Luhansk"), Known::Known(Count::exactly(4)))]
    );
    assert_eq!(
        found[0].note.as_ref().unwrap().as_str(),
        "report 8/2031, Donetsk region, 3 explosions among them; exercise"
    );
    assert_eq!(found[0].time.from.to_string(), "2031-02-14T17:30:00Z");
    assert_eq!(found[0].time.until.to_string(), "2031-02-16T17:30:00Z");
}

#[test]
fn regions_of_which_nothing_is_stated_are_no_zeros() {
    let (found, problems) = decode("1,2031-02-16,1,,3,,,,,,\n");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].count, Known::NotKnown(NotKnownReason::NotStated));
    assert_eq!(told(&problems), [("not_stated", Some(2))]);
}

#[test]
fn contradictions_are_told_with_their_line() {
    let (found, problems) = decode(
        "1,2031-02-14,1,5,6,1,,,,6,\n2,2031-02-15,1,1,,1,,4,1,8,\n3,2031-02-16,1,1,,1,,1,1,11,\n4,2031-02-17,1,1,,0,,1,1,10,\n4,2031-02-17,1,1,,0,,1,1,12,\n",
    );
    assert_eq!(found.len(), 8);
    let expected = [
        ("contradiction", Some(2)), // six explosions among five violations
        ("contradiction", Some(3)), // four for the period before, which stated five
        ("contradiction", Some(4)), // 8 + 2 is not 11
        ("contradiction", Some(5)), // 11 + 1 is not 10
        ("contradiction", Some(5)), // and the total falls
        ("same_period", Some(6)),
    ];
    assert_eq!(told(&problems), expected);
}

#[test]
fn rows_that_cannot_be_read_are_told() {
    let (found, problems) =
        decode("1,soon,1,5,,1,,,,,\n1,2031-02-14,0,5,,1,,,,,\n1,2031-02-14,1,-5,,1,,,,,\n1,2031-02-14,1,2.5,,1,,,,,\n");
    assert!(found.is_empty());
    assert_eq!(
        told(&problems),
        [("bad_date", Some(2)), ("bad_days", Some(3)), ("bad_count", Some(4)), ("bad_count", Some(5))]
    );
}
