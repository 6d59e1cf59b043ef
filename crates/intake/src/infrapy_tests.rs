use super::*;

#[test]
fn both_spellings_are_read_and_bad_ones_keep_the_numbers() {
    let text = br#"[
        {"Peak F-Stat Time (UTC)": "2012-08-27T23:14:58", "F Statistic": 12.9, "Trace Velocity (m/s)": 350.0, "Name": "W220",
         "Back Azimuth": 111.0, "Latitude": 34.3, "Longitude": -108.7, "Elevation": -999.0, "Start": -5, "End": 25, "Array Dimension": 4},
        {"Back Azimuth": 1.0}, 7,
        {"Time (UTC)": "2010-01-01T12:39:16.970000", "F Stat.": null, "Trace Vel. (m/s)": null, "Back Azimuth": -74.25,
         "Latitude": 35.9, "Longitude": -106.3, "Start": null, "Array Dim.": 5}]"#;
    let (detections, problems) = read(text, "d");
    assert_eq!(detections.iter().map(|d| (d.index, d.n_elements)).collect::<Vec<_>>(), [(0, Some(4)), (3, Some(5))]);
    let [first, last] = [&detections[0], &detections[1]];
    assert_eq!(
        (first.elevation_m, first.start_s, first.end_s, first.name.as_str()),
        (None, Some(-5.0), Some(25.0), "W220")
    );
    assert_eq!(
        (last.at.to_string().as_str(), last.back_azimuth_deg, last.fisher),
        ("2010-01-01T12:39:16.97Z", 285.75, None)
    );
    assert_eq!(problems.kept().iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["detection 1", "detection 2"]);
}

#[test]
fn other_json_is_told() {
    for (text, code) in [("{}", "no_list"), ("[", "bad_json"), ("", "bad_json")] {
        assert_eq!(read(text.as_bytes(), "d").1.kept()[0].code, code);
    }
    let deep = "[".repeat(100_000);
    assert_eq!(read(deep.as_bytes(), "d").1.total(), 1);
}
