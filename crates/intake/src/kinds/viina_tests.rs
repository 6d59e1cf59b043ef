use super::*;
use truceline_domain::Phenomenon as P;

#[test]
fn the_strongest_label_decides() {
    for (labels, phenomenon) in [
        ("loc|artillery|civcas", P::Shelling),
        ("artillery|airstrike", P::AirStrike),
        ("uav|aad|loc", P::DroneInFlight),
        ("uav|aad|property", P::DroneStrike),
        ("ied", P::Explosion),
        ("firefighb", P::Clash),
        ("airalerb|loc", P::AirAlert),
        ("retreab", P::Other),
        ("civcas", P::Casualties),
        ("hospital", P::Damage),
        ("", P::Other),
        ("nonsense", P::Other),
    ] {
        assert_eq!(meaning(labels).0, phenomenon, "{labels}");
    }
}

fn decode(rows: &str) -> (Vec<Detection>, Problems) {
    let text = format!("datetime,lon,lat,place_name,event_type,headline\n{rows}");
    let mut context = Context::new(text.as_bytes(), "v.csv", "news", "desk");
    context.time_zone = jiff::tz::TimeZone::get("Europe/Kyiv").unwrap();
    let mut detections = Vec::new();
    let problems = Viina.decode(text.as_bytes(), &context, &mut |record| match record {
        Record::Detection(detection) => detections.push(detection),
        other => panic!("{other:?}"),
    });
    (detections, problems)
}

#[test]
fn times_are_days_or_the_hours_before_the_report() {
    let (found, _) = decode(
        "2025-04-19 00:00:00,31,45,Velin,loc,a\n2025-04-19 14:30:00,31,45,Velin,loc,b\n2025-04-19 01:00:00,31,45,Velin,loc,c\n",
    );
    let spans: Vec<_> = found.iter().map(|d| (d.time.from.to_string(), d.time.until.to_string())).collect();
    let expected = [
        ("2025-04-18T21:00:00Z", "2025-04-19T21:00:00Z"),
        ("2025-04-18T21:00:00Z", "2025-04-19T11:30:00Z"),
        ("2025-04-18T19:00:00Z", "2025-04-18T22:00:00Z"),
    ];
    assert_eq!(spans, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[test]
fn one_digest_is_one_source_and_capitals_are_vague() {
    let (found, problems) = decode(
        "2025-04-19 00:00:00,31,45,Velin,loc,same\n2025-04-19 00:00:00,32,45,Kyiv,loc,same\n2025-04-19 00:00:00,32,45,Orsk,foo,other\n",
    );
    assert_eq!(found[0].dependence, found[1].dependence);
    assert_ne!(found[0].dependence, found[2].dependence);
    let sigma = |n: usize| found[n].estimate().unwrap().sigma_major_m();
    assert_eq!((sigma(0), sigma(1)), (3_000.0, 10_000.0));
    assert_eq!(problems.kept().iter().map(|p| (p.code, p.line)).collect::<Vec<_>>(), [("unknown_label", Some(4))]);
}
