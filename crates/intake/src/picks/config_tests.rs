use super::*;

const WHOLE: &str = r#"{"name":"n","lat0":48.0,"lon0":37.8,"seed":1,"x":[-33,33],"y":[-23,23.5],"z":[0,0.5],"vp":0.34,"vs":0.196,
"n_picks":4,"n_p":4,"n_s":0,"n_ps":0,"tol":1.0,"wind_hourly":[[1.18,7.57],[0,-1]],"temp_hourly_c":[2.8,2]}"#;

#[test]
fn a_whole_config_is_read_and_other_keys_passed_over() {
    let (config, problems) = read(WHOLE.as_bytes(), "config.json");
    let config = config.unwrap();
    assert_eq!(problems.total(), 0);
    assert_eq!((config.y_km, config.n_picks, config.tolerance_s), ((-23.0, 23.5), 4, 1.0));
    assert_eq!(config.wind_hourly_mps, [(1.18, 7.57), (0.0, -1.0)]);
    assert_eq!(config.temperature_hourly_c, [2.8, 2.0]);
    assert_eq!(config.start.to_string(), "2024-03-01T00:00:00Z");
}

#[test]
fn every_wrong_key_is_told_at_once() {
    let text = WHOLE
        .replace("\"vp\":0.34", "\"Vp\":0.34")
        .replace("[-33,33]", "[33,-33]")
        .replace("\"n_p\":4", "\"n_p\":1.5")
        .replace("[0,-1]", "[0]");
    let (config, problems) = read(text.as_bytes(), "config.json");
    assert_eq!(config, None);
    let told: Vec<_> = problems.kept().iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    let missing = problems.kept().iter().find(|problem| problem.code == "missing_key").unwrap();
    assert_eq!(missing.hint.as_deref(), Some("did you mean `Vp`?"));
    for (text, code) in [("[]", "bad_config"), ("{", "bad_json"), ("", "bad_json")] {
        assert_eq!(read(text.as_bytes(), "c").1.kept()[0].code, code);
    }
}

#[test]
fn layers_and_start_may_be_given() {
    let more = r#","layers":[[0,5.3,2.75],[1,5.65,2.8]],"start":"2031-02-15T06:00:00Z"}"#;
    let text = format!("{}{more}", WHOLE.trim_end_matches('}'));
    let config = read(text.as_bytes(), "c").0.unwrap();
    assert_eq!(config.layers, [(0.0, 5.3, 2.75), (1.0, 5.65, 2.8)]);
    assert_eq!(config.start.to_string(), "2031-02-15T06:00:00Z");
    assert!(read(text.replace("[1,5.65", "[0,5.65").as_bytes(), "c").0.is_none());
}

#[test]
fn tables_of_speeds() {
    let text = b"# depth vp vs rho\n    0.00     5.30000   2.75000   2.60000    1456.0\n1,5.65,2.8\n\n0.5 6 3\n9 3 6\n";
    let (layers, problems) = read_layers(text, "velocity_1d.txt");
    assert_eq!(layers, [(0.0, 5.3, 2.75), (1.0, 5.65, 2.8)]);
    assert_eq!(problems.kept().iter().map(|p| p.line).collect::<Vec<_>>(), [Some(5), Some(6)]);
    assert_eq!(read_layers(b"", "v").1.kept()[0].code, "empty");
}
