use super::*;

fn decode(text: &str) -> (Vec<Detection>, Problems) {
    let context = Context::new(text.as_bytes(), "f.csv", "viirs", "agency");
    let mut detections = Vec::new();
    let problems = Firms.decode(text.as_bytes(), &context, &mut |record| match record {
        Record::Detection(detection) => detections.push(detection),
        other => panic!("{other:?}"),
    });
    (detections, problems)
}

#[test]
fn all_spellings_of_a_time_mean_the_same_minute() {
    for (text, minute) in [
        ("7", 7),
        ("0007", 7),
        ("00:07", 7),
        ("659", 419),
        ("0659", 419),
        ("06:59", 419),
        ("06:59:30", 419),
        ("2359", 1439),
        ("0", 0),
    ] {
        assert_eq!(minute_of_day(text), Some(minute), "{text}");
    }
    for bad in ["", "2400", "60", "12345", "-7", "ab", "1:2"] {
        assert_eq!(minute_of_day(bad), None, "{bad}");
    }
}

#[test]
fn place_errors_follow_the_pixel() {
    let (detections, _) =
        decode("latitude,longitude,scan,track,acq_date,acq_time,satellite\n45,31,2.5,1.5,2031-02-15,923,Terra\n");
    let place = detections[0].estimate().unwrap();
    assert!((place.var_east_m2.sqrt() - (2500.0_f64.powi(2) / 12.0 + 4e4).sqrt()).abs() < 1e-9);
    assert!((place.var_north_m2.sqrt() - (1500.0_f64.powi(2) / 12.0 + 4e4).sqrt()).abs() < 1e-9);
    let (detections, _) = decode("date,lat,lon,sensor\n2031-02-15,45,31,S\n2031-02-15,45,31,M\n");
    let sigma = |n: usize| detections[n].estimate().unwrap().sigma_major_m();
    assert!((sigma(0) - 227.4).abs() < 0.1 && (sigma(1) - 351.2).abs() < 0.1, "{} {}", sigma(0), sigma(1));
}

#[test]
fn one_overpass_has_one_key_and_a_day_without_times_is_a_whole_day() {
    let (detections, _) = decode(
        "latitude,longitude,acq_date,acq_time,satellite\n45,31,2031-02-15,923,N\n45,32,2031-02-15,0923,N\n45,31,2031-02-15,923,N20\n45,31,2031-02-15,924,N\n",
    );
    let keys: Vec<_> = detections.iter().map(|d| d.dependence.clone().unwrap()).collect();
    assert!(keys[0] == keys[1] && keys[0] != keys[2] && keys[0] != keys[3]);
    let (detections, _) = decode("date,lat,lon,sensor\n2031-02-15,45,31,S\n");
    assert_eq!(detections[0].time.from.to_string(), "2031-02-15T00:00:00Z");
    assert_eq!(detections[0].time.until.to_string(), "2031-02-16T00:00:00Z");
    assert_eq!(detections[0].dependence, Some("S-NPP 2031-02-15".into()));
}

#[test]
fn static_sources_and_confidence_stand_in_the_note() {
    let (detections, _) = decode(
        "lat,lon,acq_date,acq_time,satellite,confidence,frp,daynight,type\n45,31,2031-02-15,923,A,88,35.3,N,2.0\n",
    );
    assert_eq!(
        detections[0].note.as_ref().unwrap().as_str(),
        "Aqua, confidence 88, frp 35.3 MW, night, static land source"
    );
}

#[test]
fn bad_rows_are_told_with_a_hint() {
    let (detections, problems) = decode(
        "date,lat,lon,sensor\n2031-02-15,145,31,S\n2031-02-30,45,31,S\n2031-02-15,45,31,Q\n2031-02-15,\"45,1\",31,S\n2031-02-15,45,31,S\n",
    );
    assert_eq!(detections.len(), 1);
    let told: Vec<_> = problems.kept().iter().map(|p| (p.code, p.line, p.hint.is_some())).collect();
    let expected = [("bad_place", 2), ("bad_date", 3), ("unknown_satellite", 4), ("bad_number", 5)];
    assert_eq!(told, expected.map(|(code, line)| (code, Some(line), true)));
}

#[test]
fn an_impossible_pixel_is_a_warning_and_the_nominal_one_counts() {
    let (detections, problems) =
        decode("lat,lon,acq_date,acq_time,satellite,scan,track\n45,31,2031-02-15,923,N,400,0.4\n");
    assert_eq!(problems.kept()[0].code, "bad_pixel");
    assert!(detections[0].estimate().unwrap().sigma_major_m() < 240.0);
}
