//! Recorded real data: the numbers of rows that their descriptions state.

use std::collections::BTreeMap;
use std::path::PathBuf;
use truceline_domain::{Detection, Known, Phenomenon, Severity, Where};
use truceline_intake::{Context, Record, kind_named, picks, read, unpack};

/// The file under the data folder, or `None` (said on the terminal) when the data is absent.
pub fn data(path: &str) -> Option<Vec<u8>> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = PathBuf::from(std::env::var("TRUCELINE_DATA").unwrap_or_else(|_| default.to_owned()));
    let bytes = std::fs::read(root.join(path)).ok();
    if bytes.is_none() {
        println!("skipped: data absent ({path})");
    }
    bytes
}

struct Read {
    detections: Vec<Detection>,
    areas: Vec<truceline_domain::AreaVersion>,
    errors: Vec<String>,
    warnings: BTreeMap<&'static str, usize>,
}

fn read_as(kind: &str, path: &str) -> Option<Read> {
    let bytes = data(path)?;
    let mut context = Context::new(&bytes, path, "source", "owner");
    context.party = Some("A".into());
    context.time_zone = jiff::tz::TimeZone::get("Europe/Kyiv").unwrap();
    let mut result = Read { detections: Vec::new(), areas: Vec::new(), errors: Vec::new(), warnings: BTreeMap::new() };
    let kind = kind_named(kind).unwrap();
    assert!(kind.recognises(path, &unpack(path, &bytes).0), "{path}");
    let problems = read(kind, &bytes, &context, &mut |record| match record {
        Record::Detection(detection) => result.detections.push(detection),
        Record::Area(area) => result.areas.push(area),
        other => panic!("{other:?}"),
    });
    for problem in problems.into_vec() {
        match problem.severity {
            Severity::Error => result.errors.push(format!("{problem:?}")),
            Severity::Warning => *result.warnings.entry(problem.code).or_default() += 1,
        }
    }
    Some(result)
}

#[test]
fn firms_rows_are_those_of_the_description() {
    let years = [
        (2012, 92_268),
        (2013, 78_183),
        (2016, 124_371),
        (2018, 91_932),
        (2019, 127_967),
        (2020, 120_028),
        (2022, 133_979),
    ];
    let yearly = years.map(|(year, n)| (format!("firms-ukraine/firms_ua_{year}.csv.gz"), n));
    let full = [
        ("full_modis_2022-02-24_2022-11-07", 15_583),
        ("full_snpp_nrt_2022-09-01_2022-11-07", 4_248),
        ("nrt_viirs_3sat_2026-06-27_2026-07-02", 5_731),
    ];
    let full = full.map(|(name, n)| (format!("firms-ukraine/{name}.csv.gz"), n));
    for (path, n) in yearly.into_iter().chain(full) {
        let Some(read) = read_as("firms", &path) else { return };
        assert_eq!((read.detections.len(), read.errors, read.warnings), (n, vec![], BTreeMap::new()), "{path}");
        let sigmas = read.detections.iter().filter_map(Detection::estimate).map(|place| place.sigma_major_m());
        assert!(sigmas.into_iter().all(|m| (200.0..2_000.0).contains(&m)), "{path}");
    }
}

#[test]
fn the_easter_truce_shows_in_the_news() {
    let Some(read) = read_as("viina", "viina/viina_incidents_202504.csv.gz") else { return };
    assert_eq!((read.detections.len(), read.errors.len(), read.warnings), (3_763, 0, BTreeMap::new()));
    let kinetic = |day: &str| {
        let at: truceline_domain::Timestamp = format!("{day}T00:00:00+03:00").parse().unwrap();
        let fire = [Phenomenon::Shelling, Phenomenon::AirStrike, Phenomenon::DroneStrike];
        let of_day = read.detections.iter().filter(|d| d.time.from == at && fire.contains(&d.phenomenon));
        of_day.count()
    };
    assert!(kinetic("2025-04-20") * 2 < kinetic("2025-04-17"), "{} {}", kinetic("2025-04-20"), kinetic("2025-04-17"));
}

#[test]
fn news_of_january_2024() {
    let Some(read) = read_as("viina", "viina/viina_incidents_202401.csv.gz") else { return };
    assert_eq!((read.detections.len(), read.errors.len(), read.warnings), (7_391, 0, BTreeMap::new()));
    let whole_days = read.detections.iter().filter(|d| d.time.until.duration_since(d.time.from).as_hours() == 24);
    assert_eq!(whole_days.count(), 3_530, "rows whose time is 00:00:00");
}

#[test]
fn events_with_deaths() {
    let Some(read) = read_as("ucdp", "conflict-events/ucdp_ged_ukraine_2014_2021.csv.gz") else { return };
    assert_eq!((read.detections.len(), read.errors.len()), (2_989, 0));
    assert_eq!(read.warnings, BTreeMap::from([("contradiction", 13)]), "rows with low, best, high out of order");
    assert_eq!(read.detections.iter().filter(|d| matches!(d.place, Where::Area(_))).count(), 470);
}

#[test]
fn placed_footage() {
    let Some(read) = read_as("cir", "conflict-events/cir_geolocated_2022.csv.gz") else { return };
    assert_eq!((read.detections.len(), read.errors.len()), (6_646, 4), "four rows have no date");
    let firing = read.detections.iter().filter(|d| d.phenomenon == Phenomenon::Launch);
    assert!(firing.clone().all(|d| d.origin.is_some() && d.estimate().is_none()));
    assert_eq!(firing.count(), 85);
}

#[test]
fn daily_counts_add_up_to_the_table() {
    let Some(read) = read_as("smm_daily", "osce-smm/osce_smm_daily_2020-07_2021-08.csv") else { return };
    assert_eq!(read.errors, Vec::<String>::new());
    assert_eq!(read.warnings, BTreeMap::new(), "neighbouring reports agree with each other");
    let text = String::from_utf8(data("osce-smm/osce_smm_daily_2020-07_2021-08.csv").unwrap()).unwrap();
    let cells = text.lines().skip(1).flat_map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        [cells[3].parse::<u32>().unwrap(), cells[5].parse::<u32>().unwrap()]
    });
    let counted = read.detections.iter().map(|d| if let Known::Known(count) = d.count { count.low } else { 0 });
    assert_eq!(counted.sum::<u32>(), cells.sum::<u32>());
    let first = &read.detections[0];
    assert_eq!(first.time.until.to_string(), "2020-07-27T16:30:00Z", "19:30 in Kyiv in summer");
}

#[test]
fn maps_of_control() {
    for (path, n) in [("occupied_fortnightly_2024-07_2025-06", 26), ("occupied_daily_2025-04-13_04-26", 14)] {
        let Some(read) = read_as("control_geojson", &format!("deepstate-control/{path}.geojsonl.gz")) else { return };
        assert_eq!((read.areas.len(), read.errors.len()), (n, 0));
        assert!(read.areas.windows(2).all(|pair| pair[0].valid.until == pair[1].valid.from));
        let donetsk = truceline_domain::Wgs84::new(48.0, 37.8).unwrap();
        let kyiv = truceline_domain::Wgs84::new(50.45, 30.52).unwrap();
        assert!(read.areas.iter().all(|area| area.area.contains(donetsk) && !area.area.contains(kyiv)));
    }
}

#[test]
fn regions_of_a_country_as_mission_geometry_lack_their_roles() {
    let Some(bytes) = data("ua-admin/oblasts_simplified.geojson.gz") else { return };
    let (plain, _) = unpack("oblasts", &bytes);
    let (areas, lines, problems) = truceline_intake::geometry::read(&plain, "oblasts", &jiff::tz::TimeZone::UTC);
    assert_eq!((areas.len(), lines.len(), problems.total()), (0, 0, 27));
    let text = String::from_utf8(plain.into_owned()).unwrap();
    let text = text.replace("\"ADMIN_1\"", "\"role\": \"area\", \"name\"");
    let (areas, _, problems) = truceline_intake::geometry::read(text.as_bytes(), "oblasts", &jiff::tz::TimeZone::UTC);
    assert_eq!((areas.len(), problems.total()), (27, 0));
}

#[test]
fn picks_stations_and_configs_of_real_and_made_days() {
    let days = [
        ("italy-2016-10-14-am", 61_503, 56),
        ("synthetic/aco-10k", 9_068, 80),
        ("synthetic/aco-1k", 996, 80),
        ("synthetic/syn-10k", 9_862, 40),
        ("synthetic/syn-1k", 980, 40),
    ];
    for (day, n_picks, n_stations) in days {
        let Some(bytes) = data(&format!("assoc/{day}/picks.csv")) else { return };
        let (picks, problems) = picks::read(&bytes, day);
        assert_eq!((picks.len(), problems.total()), (n_picks, 0), "{day}: {:?}", problems.kept());
        assert!(picks.iter().enumerate().all(|(n, (row, pick))| n == *row && pick.wave.is_some()));
        let (stations, problems) = picks::stations::read(&data(&format!("assoc/{day}/stations.csv")).unwrap(), day);
        assert_eq!((stations.len(), problems.total()), (n_stations, 0));
        let (config, problems) = picks::config::read(&data(&format!("assoc/{day}/config.json")).unwrap(), day);
        assert!(config.is_some() && problems.total() == 0);
    }
    let layers = picks::config::read_layers(&data("assoc/italy-2016-10-14-am/velocity_1d.txt").unwrap(), "v").0;
    assert_eq!((layers.len(), layers[1]), (7, (1.0, 5.65, 2.8)));
}

#[test]
fn detections_of_infrasound_arrays() {
    let files = [("hrr5-2012-08-27", 5), ("uttr-2004-06-02", 10), ("synthetic-DLIAR", 8), ("synthetic-I57US", 6)];
    for (name, n) in files {
        let Some(bytes) = data(&format!("assoc/infrasound-detections/{name}.dets.json")) else { return };
        let (detections, problems) = truceline_intake::infrapy::read(&bytes, name);
        assert_eq!((detections.len(), problems.total()), (n, 0), "{name}: {:?}", problems.kept());
        assert!(detections.iter().all(|d| (0.0..360.0).contains(&d.back_azimuth_deg) && d.n_elements.is_some()));
    }
}

#[test]
fn an_inventory_with_responses() {
    let Some(bytes) = data("protocols/stationxml/AU.MEEK.xml") else { return };
    let (channels, problems) = truceline_intake::stationxml::read(&bytes, "AU.MEEK.xml");
    assert_eq!((channels.len(), problems.total()), (1, 0), "{:?}", problems.kept());
    let channel = &channels[0];
    assert_eq!((channel.id().as_str(), channel.rate_hz, channel.elevation_m), ("AU.MEEK..SHE", Some(20.0), 530.0));
    assert_eq!(
        (channel.clock_drift_s_per_sample, channel.azimuth_deg, channel.dip_deg),
        (Some(5e-4), Some(90.0), Some(0.0))
    );
    assert_eq!(channel.span.until.to_string(), "2008-05-11T23:59:59Z");
    let sensitivity = channel.sensitivity.clone().unwrap();
    assert_eq!((sensitivity.value, sensitivity.frequency_hz), (8.09053e8, Some(4.0)));
    let (re, im) = channel.response.clone().unwrap().at(4.0);
    assert!((re.hypot(im) / sensitivity.value - 1.0).abs() < 0.002, "{}", re.hypot(im));
}
