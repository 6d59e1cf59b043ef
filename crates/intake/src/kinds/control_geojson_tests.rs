use super::*;

fn decode(dates: &[&str], party: Option<&str>) -> (Vec<AreaVersion>, Problems) {
    let feature = |date: &&str| {
        format!(
            r#"{{"type":"Feature","properties":{{"date":"{date}"}},"geometry":{{"type":"Polygon","coordinates":[[[30,45],[31,45],[31,46],[30,45]]]}}}}"#
        )
    };
    let text = dates.iter().map(feature).collect::<Vec<_>>().join("\n");
    let mut context = Context::new(text.as_bytes(), "c.geojsonl", "map", "maker");
    context.party = party.map(Name::from);
    context.time_zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(2));
    let mut areas = Vec::new();
    let problems = ControlGeojson.decode(text.as_bytes(), &context, &mut |record| match record {
        Record::Area(area) => areas.push(area),
        other => panic!("{other:?}"),
    });
    (areas, problems)
}

#[test]
fn a_map_holds_until_the_next_and_the_last_as_long_as_the_step_before() {
    let (areas, problems) = decode(&["2031-02-15", "2031-02-01", "2031-02-15", "2031-02-22"], Some("B"));
    assert_eq!(problems.total(), 0);
    let spans: Vec<_> = areas.iter().map(|area| (area.valid.from.to_string(), area.valid.until.to_string())).collect();
    let at = |day: &str| format!("2031-{day}T22:00:00Z");
    let expected = [("01-31", "02-14"), ("02-14", "02-21"), ("02-14", "02-21"), ("02-21", "02-28")];
    assert_eq!(spans, expected.map(|(from, until)| (at(from), at(until))));
    assert!(areas.iter().all(|area| area.role == AreaRole::Control && area.party == Some("B".into())));
    let (alone, _) = decode(&["2031-02-15"], Some("B"));
    assert_eq!(alone[0].valid.seconds(), 86_400.0);
}

#[test]
fn maps_without_a_date_or_a_party_are_told_by_line() {
    let (areas, problems) = decode(&["2031-02-15", "soon", "2031-02-16"], Some("B"));
    assert_eq!(areas.len(), 2);
    assert_eq!(problems.kept().iter().map(|p| (p.code, p.line)).collect::<Vec<_>>(), [("bad_date", Some(2))]);
    let (areas, problems) = decode(&["2031-02-15"], None);
    assert!(areas.is_empty());
    assert_eq!(problems.kept()[0].code, "missing_party");
}
