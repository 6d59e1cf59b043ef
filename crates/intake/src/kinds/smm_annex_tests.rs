use super::*;
use proptest::prelude::*;
use truceline_domain::{Detection, Known, NotKnownReason, Phenomenon, WeaponKind, Where};

const HEADER: &str = "SMM position,Event location,Means,No.,Observation,Description,Weapon,Date and time\n";

fn read(rows: &str) -> (AnnexTable, Vec<Detection>, Problems) {
    let text = format!("{HEADER}{rows}");
    let mut context = Context::new(text.as_bytes(), "a.csv", "mission", "mission");
    context.time_zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(2));
    let (table, mut problems) = AnnexTable::read(text.as_bytes(), "a.csv");
    let detections = table.detections(&context, &BTreeMap::new(), &mut problems);
    (table, detections, problems)
}

fn canonical_cell() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[A-Za-z0-9 ,\"()/-]{0,14}", "N/K"]
}

fn canonical_row() -> impl Strategy<Value = String> {
    let reasons = NotKnownReason::ALL.map(|reason| reason.word().replace('_', " "));
    let reasons: Vec<String> = reasons.into_iter().filter(|reason| reason != "not observed").collect();
    let not_known =
        prop_oneof![Just("N/K".to_owned()), prop::sample::select(reasons).prop_map(|reason| format!("N/K ({reason})"))];
    let name = "[A-Za-z][a-z]{0,6}( \"?[a-z]{1,5},?)?[a-z]";
    let position = prop_oneof![
        name.prop_map(String::from),
        (name, -900..900_i32, -1800..1800_i32).prop_map(|(name, lat, lon)| format!(
            "{name} @ {} {}",
            f64::from(lat) / 10.0,
            f64::from(lon) / 10.0
        )),
    ];
    let point = prop::sample::select(vec![
        "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW",
    ]);
    let location = prop_oneof![
        (0..20_u32, 1..20_u32, point.clone()).prop_map(|(near, width, point)| format!(
            "{}-{}km {point}",
            f64::from(near) / 2.0,
            f64::from(near + width) / 2.0
        )),
        (0..20_u32, point.clone()).prop_map(|(km, point)| format!("{km}km {point}")),
        point.prop_map(str::to_owned),
        not_known.clone(),
    ];
    let means = prop::sample::select(vec!["Recorded", "Heard", "Saw", "Saw and heard", "Reported"]);
    let number = prop_oneof![(0..5000_u32).prop_map(|n| n.to_string()), not_known.clone()];
    let observation = prop::sample::select(vec![
        "Explosion",
        "Projectile",
        "Muzzle flash",
        "Illumination flare",
        "Tracer round",
        "Burst",
        "Shot",
        "Total",
        "Green laser",
    ]);
    let weapon = prop_oneof![
        Just("Mortar (82mm / type N/K)".to_owned()),
        Just("IFV (BMP-2) cannon (30mm)".to_owned()),
        not_known
    ];
    let time = prop_oneof![
        Just("2031-02-15".to_owned()),
        (0..24, 0..60).prop_map(|(h, m)| format!("{h:02}:{m:02}")),
        (0..24, 0..60, 0..59).prop_map(|(h, a, b)| format!("{h:02}:{:02}-{h:02}:{b:02}", if a == b { 59 } else { a })),
        (0..24, 0..60).prop_map(|(h, m)| format!("2031-02-15 {h:02}:{m:02}")),
        (0..24, 0..60, 1..60).prop_map(|(h, m, s)| format!("2031-02-15 {h:02}:{m:02}:{s:02}")),
        (0..12, 12..24, 0..60).prop_map(|(a, b, m)| format!("2031-02-15 {a:02}:{m:02}-{b:02}:{m:02}")),
        (0..24, 0..24).prop_map(|(a, b)| format!("2031-02-15 {a:02}:00-2031-02-16 {b:02}:30")),
    ];
    (position, location, means, number, observation, canonical_cell(), weapon, time).prop_map(
        |(position, location, means, number, observation, description, weapon, time)| {
            let cells =
                [position, location, means.to_owned(), number, observation.to_owned(), description, weapon, time];
            cells.iter().map(|cell| crate::table::quoted(cell, ',').into_owned()).collect::<Vec<_>>().join(",") + "\n"
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn canonical_files_come_back_byte_for_byte(rows in prop::collection::vec(canonical_row(), 0..6)) {
        let text = format!("{HEADER}{}", rows.concat());
        let (table, problems) = AnnexTable::read(text.as_bytes(), "a.csv");
        prop_assert_eq!(table.rows.len(), rows.len(), "{:?}", problems.kept());
        prop_assert_eq!(table.write(','), text);
        let tabs = table.write('\t');
        prop_assert_eq!(AnnexTable::read(tabs.as_bytes(), "a.tsv").0, table);
    }
}

#[test]
fn a_row_becomes_a_bearing_with_its_errors() {
    let (_, found, problems) =
        read("camera @ 45.5 31.25,4-6km ESE,Recorded,3,Explosion,Impact,Mortar (82mm),2031-02-15 21:05\n");
    assert_eq!(problems.total(), 0);
    let Where::Bearing(bearing) = found[0].place else { panic!() };
    assert_eq!((bearing.azimuth_deg.value, bearing.range_m), (112.5, Some((4000.0, 6000.0))));
    assert!((bearing.azimuth_deg.sigma - 6.495).abs() < 0.001);
    assert_eq!((found[0].phenomenon, found[0].weapon), (Phenomenon::Impact, Known::Known(WeaponKind::Mortar)));
    assert_eq!(found[0].time.from.to_string(), "2031-02-15T19:05:00Z");
    assert_eq!(found[0].time.until.to_string(), "2031-02-15T19:06:00Z");
}

#[test]
fn a_time_alone_belongs_to_the_day_of_the_feed() {
    let text = format!("{HEADER}c,N,Heard,2,Shot,,N/K,23:50-00:10\nc,N,Heard,2,Shot,,N/K,06:10\n");
    let (table, mut problems) = AnnexTable::read(text.as_bytes(), "a.csv");
    assert_eq!(table.write(','), text);
    let mut context = Context::new(b"", "a.csv", "s", "o");
    assert!(table.detections(&context, &BTreeMap::new(), &mut problems).is_empty());
    assert_eq!(
        problems.kept().iter().map(|p| (p.code, p.line)).collect::<Vec<_>>(),
        [("bad_time", Some(2)), ("bad_time", Some(3))]
    );
    context.reference_date = Some(jiff::civil::date(2031, 2, 15));
    let found = table.detections(&context, &BTreeMap::new(), &mut Problems::default());
    assert_eq!(found[0].time.from.to_string(), "2031-02-15T23:50:00Z");
    assert_eq!(found[0].time.until.to_string(), "2031-02-16T00:11:00Z");
}

#[test]
fn not_known_keeps_its_reason() {
    let (_, found, _) = read("camera,N/K (weather),Heard,N/K,Burst,,N/K (technical),2031-02-15\n");
    assert_eq!(found[0].place, Where::NotKnown(NotKnownReason::Weather));
    assert_eq!(found[0].count, Known::NotKnown(NotKnownReason::NotObserved));
    assert_eq!(found[0].weapon, Known::NotKnown(NotKnownReason::Technical));
}

#[test]
fn totals_are_no_detections_and_are_checked() {
    let rows = "c,N,Heard,2,Shot,,N/K,2031-02-15\nc,N,Heard,3,Burst,,N/K,2031-02-15\nc,N/K,Heard,5,Total,,N/K,2031-02-15\n\
                c,N,Heard,1,Shot,,N/K,2031-02-15\nc,N/K,Heard,5,Total,,N/K,2031-02-15\n";
    let (table, found, problems) = read(rows);
    assert_eq!((table.rows.len(), found.len()), (5, 3));
    let told: Vec<_> = problems.kept().iter().filter(|p| p.code == "contradiction").map(|p| p.line).collect();
    assert_eq!(told, [Some(6)]);
}

#[test]
fn positions_are_looked_up_or_missed_with_a_warning() {
    let (table, found, problems) = read("patrol,2km N,Heard,2,Shot,,N/K,2031-02-15\n");
    assert_eq!(found[0].place, Where::NotKnown(NotKnownReason::NotStated));
    assert_eq!(problems.kept()[0].code, "unknown_position");
    let place = truceline_domain::Wgs84::new(45.5, 31.25).unwrap();
    let register = BTreeMap::from([("patrol".to_owned(), place)]);
    let mut problems = Problems::default();
    let found = table.detections(&Context::new(b"", "a", "s", "o"), &register, &mut problems);
    assert_eq!(problems.total(), 0);
    assert!(
        matches!(found[0].place, Where::Bearing(bearing) if bearing.from == place && bearing.range_m == Some((1500.0, 2500.0)))
    );
}

#[test]
fn bad_cells_cost_their_row() {
    let good = "c,N,Heard,2,Shot,,N/K,2031-02-15\n";
    for bad in [
        "c,6-4km N,Heard,2,Shot,,N/K,2031-02-15",
        "c,NX,Heard,2,Shot,,N/K,2031-02-15",
        "c,N,Smelt,2,Shot,,N/K,2031-02-15",
        "c,N,Heard,many,Shot,,N/K,2031-02-15",
        "c,N,Heard,2,Shot,,N/K (bored),2031-02-15",
        "c,N,Heard,2,Shot,,N/K,noon",
    ] {
        let (table, _, problems) = read(&format!("{bad}\n{good}"));
        assert_eq!((table.rows.len(), table.rows[0].index), (1, 1), "{bad}");
        assert_eq!(problems.kept()[0].line, Some(2), "{bad}");
    }
}

#[test]
fn an_export_tells_no_exact_place() {
    let text = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/detections/detections.csv")).unwrap();
    let mut found = Vec::new();
    let context = Context::new(&text, "d.csv", "s", "o");
    crate::detections::Detections.decode(&text, &context, &mut |record| {
        if let Record::Detection(detection) = record {
            found.push(detection);
        }
    });
    let table = AnnexTable::from_detections(&found, &jiff::tz::TimeZone::fixed(jiff::tz::offset(2)));
    let written = table.write(',');
    assert_eq!(AnnexTable::read(written.as_bytes(), "a.csv").0.write(','), written);
    for place in ["45.5", "31.2", "45.6", "31.5"] {
        assert!(!written.contains(place), "{written}");
    }
    assert!(written.contains("mic-1,N/K (withheld),Recorded,N/K (not stated),Explosion,Undetermined,N/K (not stated),2031-02-15 08:09-08:10"), "{written}");
    assert!(written.contains("2-4km W,Recorded,N/K,Muzzle flash"), "{written}");
}
