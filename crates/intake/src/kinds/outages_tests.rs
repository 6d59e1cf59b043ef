use super::*;
use proptest::prelude::*;

fn decode(text: &str) -> (Vec<Outage>, Problems) {
    let context = Context::new(text.as_bytes(), "o.csv", "s", "o");
    let mut outages = Vec::new();
    let problems = Outages.decode(text.as_bytes(), &context, &mut |record| match record {
        Record::Outage(outage) => outages.push(outage),
        other => panic!("{other:?}"),
    });
    (outages, problems)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_read_back(rows in prop::collection::vec(("[a-z,\"\n -]{0,6}[a-z]", 0..4_000_000_000_000_i64, 0..1_000_000_000_i64, 0.0..=1.0_f64, "[a-z,\"\n ]{0,8}[a-z]"), 0..5)) {
        let at = |ms: i64| Timestamp::from_millisecond(ms).unwrap();
        let outage = |(sensor, from, length, pd_factor, cause): (String, i64, i64, f64, String)| Outage {
            sensor: sensor.into(),
            span: Span { from: at(from), until: at(from + length) },
            pd_factor,
            cause,
        };
        let outages: Vec<Outage> = rows.into_iter().map(outage).collect();
        let (read, problems) = decode(&encode(&outages));
        prop_assert_eq!(problems.total(), 0);
        prop_assert_eq!(read, outages);
    }
}

#[test]
fn bad_rows_are_told() {
    let (outages, problems) = decode(
        "sensor,from,until,pd_factor,cause\n,2031-02-15,2031-02-16,0,x\na,2031-02-16,2031-02-15,0,x\na,2031-02-15,2031-02-16,2,x\na,2031-02-15,,0,x\na,2031-02-15,2031-02-16,,\n",
    );
    assert_eq!((outages.len(), outages[0].pd_factor, outages[0].cause.as_str()), (1, 0.0, "not stated"));
    let told: Vec<_> = problems.kept().iter().map(|p| (p.code, p.line)).collect();
    let expected = [("missing_sensor", 2), ("bad_time", 3), ("bad_pd_factor", 4), ("bad_time", 5)];
    assert_eq!(told, expected.map(|(code, line)| (code, Some(line))));
}
