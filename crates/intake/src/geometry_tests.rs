use super::*;

fn feature(properties: &str, geometry: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{geometry}}}"#)
}

const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[30,45],[31,45],[31,46],[30,46],[30,45]]]}"#;
const LINE: &str = r#"{"type":"LineString","coordinates":[[30,45],[31,45.5]]}"#;

fn read_all(features: &[String]) -> (Vec<AreaVersion>, Vec<ReferenceLine>, Vec<Problem>) {
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}", features.join(",\n"));
    let (areas, lines, problems) = read(text.as_bytes(), "g.geojson", &TimeZone::fixed(jiff::tz::offset(2)));
    (areas, lines, problems.into_vec())
}

#[test]
fn areas_and_lines_with_their_validity() {
    let (areas, lines, problems) = read_all(&[
        feature(
            r#""name":"buffer","role":"zone","valid_from":"2031-02-15","valid_until":"2031-03-01T00:00:00Z","source":"annex 2""#,
            SQUARE,
        ),
        feature(r#""name":"contact","role":"reference_line","version":"2031-02-12","party":"A""#, LINE),
    ]);
    assert_eq!(problems, []);
    assert_eq!((areas[0].role, areas[0].source.as_str()), (AreaRole::Zone, "annex 2"));
    assert_eq!(areas[0].valid.from.to_string(), "2031-02-14T22:00:00Z");
    assert_eq!(areas[0].valid.until.to_string(), "2031-03-01T00:00:00Z");
    assert_eq!((lines[0].version.as_str(), lines[0].party.as_ref().map(Name::as_str)), ("2031-02-12", Some("A")));
    assert_eq!((lines[0].valid, lines[0].pieces[0].len()), (Span::ALWAYS, 2));
}

#[test]
fn faults_are_told_by_line_with_hints() {
    let cases = [
        (feature(r#""name":"x","role":"zome""#, SQUARE), "unknown_role", Some("did you mean `zone`?")),
        (feature(r#""name":"x","role":"reference_lin""#, LINE), "unknown_role", Some("did you mean `reference_line`?")),
        (feature(r#""name":"x","role":"zone""#, LINE), "bad_role", Some("draw it as a Polygon")),
        (feature(r#""role":"zone""#, SQUARE), "missing_name", Some("add it to its properties")),
        (feature(r#""name":"x","role":"zone","valid_from":"soon""#, SQUARE), "bad_time", None),
        (
            feature(
                r#""name":"x","role":"zone""#,
                r#"{"type":"Polygon","coordinates":[[[45,130],[46,131],[46,130]]]}"#,
            ),
            "bad_geometry",
            None,
        ),
        (
            feature(r#""name":"x","role":"zone""#, r#"{"type":"Polygon","coordinates":[[[30,45],[31,45]]]}"#),
            "bad_geometry",
            None,
        ),
        (feature(r#""name":"x","role":"zone""#, r#"{"type":"Point","coordinates":[30,45]}"#), "bad_geometry", None),
        ("17".to_owned(), "not_a_feature", None),
    ];
    for (bad, code, hint) in cases {
        let good = feature(r#""name":"ok","role":"area""#, SQUARE);
        let (areas, _, problems) = read_all(&[good.clone(), bad.clone(), good]);
        assert_eq!(areas.len(), 2, "{bad}");
        assert_eq!(problems.iter().map(|p| (p.code, p.line)).collect::<Vec<_>>(), [(code, Some(3))], "{bad}");
        if hint.is_some() {
            assert_eq!(problems[0].hint.as_deref(), hint);
        }
    }
}

#[test]
fn a_damaged_collection_keeps_its_sound_features() {
    let good = feature(r#""name":"ok","role":"area""#, SQUARE);
    let broken = &good[..good.len() / 2];
    let (areas, _, problems) = read_all(&[good.clone(), broken.to_owned(), good.clone(), good]);
    assert!(areas.len() >= 2, "{}", areas.len());
    assert!(problems.iter().any(|p| p.code == "bad_json" && p.line.is_some()), "{problems:?}");
}

#[test]
fn a_slip_in_a_property_is_a_warning() {
    let (areas, _, problems) = read_all(&[feature(r#""name":"x","role":"zone","partyy":"A""#, SQUARE)]);
    assert_eq!(areas.len(), 1);
    assert_eq!((problems[0].code, problems[0].hint.as_deref()), ("unknown_property", Some("did you mean `party`?")));
}
