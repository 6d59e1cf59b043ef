use super::*;

fn decode(rows: &str) -> (Vec<Detection>, Problems) {
    let header = "id,type_of_violence,where_prec,adm_1,latitude,longitude,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low";
    let text = format!("{header}\n{rows}");
    let context = Context::new(text.as_bytes(), "u.csv", "ucdp", "ucdp");
    let mut detections = Vec::new();
    let problems = Ucdp.decode(text.as_bytes(), &context, &mut |record| match record {
        Record::Detection(detection) => detections.push(detection),
        other => panic!("{other:?}"),
    });
    (detections, problems)
}

#[test]
fn precision_codes_become_errors() {
    let row = |code: u32| format!("{code},1,{code},Middle,45,31,1,2031-02-15,2031-02-15,1,0,0,0,1,1,1\n");
    let (found, problems) = decode(&(1..=8).map(row).collect::<String>());
    let sigmas: Vec<_> = found.iter().map(|d| d.estimate().map(|place| place.sigma_major_m())).collect();
    assert_eq!(sigmas, [Some(3_000.0), Some(12_500.0), Some(15_000.0), None, Some(75_000.0), None, None]);
    assert_eq!(found[3].place, Where::Area("Middle".into()));
    assert_eq!(problems.kept().iter().map(|p| (p.code, p.line)).collect::<Vec<_>>(), [("bad_precision", Some(9))]);
}

#[test]
fn dates_are_widened_only_where_the_row_gives_one() {
    let (found, _) = decode(
        "1,1,1,,45,31,1,2031-02-15,2031-02-15,,,,,,,\n2,1,1,,45,31,2,2031-02-15,2031-02-15,,,,,,,\n3,1,1,,45,31,4,2031-02-01,2031-02-28,,,,,,,\n",
    );
    let hours: Vec<_> = found.iter().map(|d| d.time.until.duration_since(d.time.from).as_hours()).collect();
    assert_eq!(hours, [24, 24 * 7, 24 * 28]);
}

#[test]
fn contradictions_keep_the_row() {
    let (found, problems) = decode(
        "1,3,1,,45,31,1,2031-02-15,2031-02-15,0,0,4,0,4,3,1\n2,1,1,,45,31,1,2031-02-16,2031-02-15,1,0,0,0,2,2,2\n",
    );
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].count, Known::Known(Count { low: 1, high: 4 }));
    let told: Vec<_> = problems.kept().iter().map(|p| (p.code, p.line)).collect();
    assert_eq!(
        told,
        [("contradiction", Some(2)), ("contradiction", Some(3)), ("bad_time", Some(3)), ("contradiction", Some(3))]
    );
}
