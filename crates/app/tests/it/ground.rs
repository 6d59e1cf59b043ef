//! Ground sensors through the program: recordings of many nodes become one located incident; the commands on plain files.

use crate::house::{drill, root, written};
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use truceline::drill::Drill;
use truceline_domain::{LocalFrame, Wgs84, distance_m};

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_truceline")).arg("--quiet").args(arguments).output().unwrap()
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The rows of a table as maps from column to cell.
fn rows(table: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut lines = table.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| head.iter().zip(line.split(',')).map(|(h, c)| ((*h).to_owned(), c.to_owned())).collect();
    lines.map(row).collect()
}

/// A folder for `locate`: twelve microphones, `events` at known places and times, exact arrivals at the nine nearest
/// and one row that cannot be read.
fn day(folder: &Path, events: &[(f64, f64, f64)]) {
    let mut stations = "station,lat,lon,elev_m,sensor\n".to_owned();
    let frame = LocalFrame::about(Wgs84::new(48.0, 37.8).unwrap());
    let km_per_deg = (111.19, 111.32 * 48.0_f64.to_radians().cos());
    let places: Vec<(f64, f64)> = (0..12)
        .map(|k| (f64::from(k % 4) * 3.0 - 4.5 + 0.3 * f64::from(k % 3), f64::from(k / 4) * 3.0 - 3.0))
        .collect();
    for (k, (x_km, y_km)) in places.iter().enumerate() {
        let _ = writeln!(stations, "S{k:02},{},{},0,acoustic", 48.0 + y_km / km_per_deg.0, 37.8 + x_km / km_per_deg.1);
    }
    let mut picks = "station,phase,time,prob\nS00,A,yesterday,0.5\n".to_owned();
    let c_km_s = 0.3313 * (1.0_f64 + 5.0 / 273.15).sqrt();
    for (x, y, t) in events {
        let mut heard: Vec<(f64, usize)> =
            places.iter().enumerate().map(|(k, (sx, sy))| ((sx - x).hypot(sy - y), k)).collect();
        heard.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (range_km, k) in heard.into_iter().take(9) {
            let seconds = t + range_km / c_km_s;
            let (minute, second) = ((seconds / 60.0).floor(), seconds % 60.0);
            let _ = writeln!(picks, "S{k:02},A,2024-03-01T00:{minute:02}:{second:06.3}Z,0.9");
        }
    }
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("stations.csv"), stations).unwrap();
    std::fs::write(folder.join("picks.csv"), picks).unwrap();
    let config = r#"{"name":"day","lat0":48.0,"lon0":37.8,"x":[-12,12],"y":[-12,12],"z":[0,0.5],"vp":0.34,"vs":0.196,
        "n_picks":4,"n_p":4,"n_s":0,"n_ps":0,"tol":1.0,"wind_hourly":[[0,0],[0,0]],"temp_hourly_c":[5,5]}"#;
    std::fs::write(folder.join("config.json"), config).unwrap();
    // The frame of the folder is flat; it differs from the ellipsoid by less than a metre a kilometre.
    assert!(frame.degrees_for_m(1.0).0 > 0.0);
}

const EVENTS: [(f64, f64, f64); 3] = [(0.8, 0.4, 65.0), (-2.1, 1.3, 240.5), (1.9, -1.7, 600.25)];

#[test]
fn locate_finds_what_happened_and_names_the_rows_of_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    day(&at("day"), &EVENTS);
    let (events, arrivals) = (at("events.csv"), at("arrivals.csv"));
    let asked = ["locate", at("day").to_str().unwrap()].map(str::to_owned);
    let ask = |threads: &str, extra: &[&str]| {
        let mut words: Vec<&str> = asked.iter().map(String::as_str).collect();
        words.extend([
            "--events",
            events.to_str().unwrap(),
            "--arrivals",
            arrivals.to_str().unwrap(),
            "--threads",
            threads,
        ]);
        words.extend(extra);
        program(&words)
    };
    let output = ask("1", &[]);
    // The row that cannot be read is named, and the exit code says so.
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("picks.csv:2"));
    let (found, belongs) = (text(&events), text(&arrivals));
    let found = rows(&found);
    assert_eq!(found.len(), EVENTS.len());
    for (row, (x, y, t)) in found.iter().zip(EVENTS) {
        let number = |name: &str| row[name].parse::<f64>().unwrap();
        let east_m = (number("lon") - 37.8) * 111_320.0 * 48.0_f64.to_radians().cos() - 1_000.0 * x;
        let north_m = (number("lat") - 48.0) * 111_190.0 - 1_000.0 * y;
        assert!(east_m.hypot(north_m) < 25.0, "{east_m} {north_m}");
        let time: jiff::Timestamp = row["time"].parse().unwrap();
        let origin: jiff::Timestamp = "2024-03-01T00:00:00Z".parse().unwrap();
        assert!((time.duration_since(origin).as_secs_f64() - t).abs() < 0.1);
        assert!(number("major90_m") > 0.0 && number("major50_m") < number("major95_m"));
        assert!(number("log_odds") > 0.0);
    }
    // Row 0 is the one that cannot be read: no arrival may be numbered as if it were not there.
    let picks: Vec<usize> = rows(&belongs).iter().map(|row| row["pick_idx"].parse().unwrap()).collect();
    assert_eq!(picks.iter().max(), Some(&27));
    assert!(!picks.contains(&0));
    // Threads change nothing.
    ask("2", &[]);
    assert_eq!((text(&events), text(&arrivals)).1, belongs);
}

#[test]
#[cfg(unix)]
fn what_locate_writes_is_for_its_owner_alone_and_sheets_of_fire_hold_no_place() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    day(&folder.path().join("day"), &EVENTS);
    let (day, events, arrivals, sheets) = (at("day"), at("events.csv"), at("arrivals.csv"), at("sheets"));
    program(&["locate", &day, "--events", &events, "--arrivals", &arrivals, "--pictures", &sheets, "--language", "uk"]);
    for path in [&events, &arrivals, &format!("{sheets}/event-0.html")] {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o077, 0, "{path}");
    }
    assert!(text(Path::new(&format!("{sheets}/event-0-section.svg"))).starts_with("<svg"));
}

#[test]
fn stations_that_are_down_count_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (day_folder, events, arrivals) = (at("day"), at("events.csv"), at("arrivals.csv"));
    day(Path::new(&day_folder), &EVENTS[..1]);
    let ask = || {
        program(&["locate", &day_folder, "--events", &events, "--arrivals", &arrivals]);
        rows(&text(Path::new(&events))).remove(0)
    };
    let before = ask();
    let down = "sensor,from,until,pd_factor,cause\nS00,2024-03-01T00:00:00Z,2024-03-01T01:00:00Z,0,power\n";
    std::fs::write(format!("{day_folder}/outages.csv"), down).unwrap();
    let after = ask();
    let number = |row: &std::collections::BTreeMap<String, String>, name: &str| row[name].parse::<u32>().unwrap();
    assert!(number(&after, "n_missed") <= number(&before, "n_missed"));
    assert!(number(&after, "n_down") >= number(&before, "n_down"));
    // What it heard while it was said to be down is no part of the event any more, or weighs nothing.
    let rows_of_s00 = rows(&text(Path::new(&arrivals)));
    assert!(rows_of_s00.len() <= 9);
}

/// Eight nodes of the fictional line record one explosion that no other sensor of the drill tells.
const RECORDED: &str = "scenario recorded
title    One explosion on tape
about    Eight nodes of the network record it; nobody else speaks.
mission  orr-line
from     2031-03-04T00:00:00+02:00
until    2031-03-05T00:00:00+02:00
seed     3
temperature 10 C

at 02:14 explosions 1 at 12.4830,-37.4860
";

#[test]
fn what_many_nodes_record_becomes_one_incident() {
    let folder = tempfile::tempdir().unwrap();
    let mut scenario = RECORDED.to_owned();
    for node in 1..=8 {
        let _ = writeln!(scenario, "record AC.{node:02} 02:12..02:20 rate 200 Hz");
    }
    let path = folder.path().join("recorded.scenario");
    std::fs::write(&path, scenario).unwrap();
    let mut drill = Drill::read(&path, Some(&root().join("missions")), None).unwrap();
    // Only the tapes are left: what the simulated network located itself is taken away.
    drill.simulated.captures.retain(|capture| capture.name.ends_with(".wav"));
    assert_eq!(drill.simulated.captures.len(), 8);
    let derived = drill.derive().unwrap();
    // Eight nodes heard it: one happening, not eight.
    assert_eq!(derived.incidents.len(), 1, "{:?}", derived.incidents);
    // The sound could have been a weapon being fired: its place is told no nearer than the first node tells alone, and it
    // truly lies in there.
    let estimate = derived.incidents[0].estimate().unwrap();
    assert!(estimate.sigma_minor_m() > 2_000.0, "{estimate:?}");
    let error_m = distance_m(estimate.centre, Wgs84::new(12.4830, -37.4860).unwrap());
    assert!(error_m < 2.0 * estimate.sigma_major_m(), "{error_m} m");
}

#[test]
fn a_replay_of_tapes_gives_the_same_bytes_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut scenario = RECORDED.to_owned();
    for node in 1..=6 {
        let _ = writeln!(scenario, "record AC.{node:02} 02:12..02:20 rate 200 Hz");
    }
    let path = folder.path().join("recorded.scenario");
    std::fs::write(&path, scenario).unwrap();
    let drill = Drill::read(&path, Some(&root().join("missions")), None).unwrap();
    let (mission, mut captures) = written(&drill, folder.path());
    let (mission, _) = truceline::mission::read(&mission);
    let result = |captures: Vec<std::path::PathBuf>, out: &str| {
        let out = folder.path().join(out);
        crate::house::replayed(&mission, captures, &out);
        text(&out.join("days/2031-03-04/result.json"))
    };
    let forwards = result(captures.clone(), "a");
    captures.reverse();
    assert_eq!(forwards, result(captures.clone(), "b"));
    // A second run over the same folder reads its own segments and picks again.
    assert_eq!(forwards, result(captures, "b"));
    let incidents =
        serde_json::from_str::<serde_json::Value>(&forwards).unwrap()["incidents"].as_array().unwrap().len();
    assert!(incidents >= 1);
}

/// A mortar fires five rounds over the line; sixteen nodes record launches and impacts.
#[test]
fn where_a_weapon_fired_stands_in_nothing_that_tapes_lead_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut scenario = RECORDED.replace(
        "at 02:14 explosions 1 at 12.4830,-37.4860",
        "at 02:14 fire 5 rounds every 31 s mortar from 12.5180,-37.0300 to 12.4810,-37.0300 by A spread 50 m",
    );
    for node in 8..=23 {
        let _ = writeln!(scenario, "record AC.{node:02} 02:12..02:20 rate 200 Hz");
    }
    let path = folder.path().join("fired.scenario");
    std::fs::write(&path, scenario).unwrap();
    let drill = Drill::read(&path, Some(&root().join("missions")), None).unwrap();
    let (mission, captures) = written(&drill, folder.path());
    let tapes: Vec<_> = captures.into_iter().filter(|path| path.extension().is_some_and(|e| e == "wav")).collect();
    assert_eq!(tapes.len(), 16);
    let (mission, _) = truceline::mission::read(&mission);
    let out = folder.path().join("out");
    crate::house::replayed(&mission, tapes, &out);
    let launch = Wgs84::new(12.5180, -37.0300).unwrap();
    let result: serde_json::Value = serde_json::from_str(&text(&out.join("days/2031-03-04/result.json"))).unwrap();
    let incidents = result["incidents"].as_array().unwrap();
    assert!(!incidents.is_empty());
    for incident in incidents {
        let place = &incident["place"];
        let (Some(lat), Some(lon)) = (place["lat"].as_f64(), place["lon"].as_f64()) else { continue };
        let far_m = distance_m(Wgs84::new(lat, lon).unwrap(), launch);
        let major_m = place["ellipse_90"]["semi_major_m"].as_f64().unwrap_or(f64::MAX);
        assert!(far_m > 500.0 || major_m > 500.0, "the launch is told to {major_m} m: {incident}");
    }
}

#[test]
fn drills_without_tapes_are_untouched_by_the_locator() {
    let derived = drill("01-mortar-across-the-line").derive().unwrap();
    assert!(!derived.incidents.is_empty());
}

/// A server of SeedLink 3.1 that sends one record, breaks the connection, and sends the next when asked to go on.
fn server(records: Vec<Vec<u8>>) -> (std::net::SocketAddr, std::thread::JoinHandle<Vec<String>>) {
    use std::io::{BufRead as _, BufReader, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let played = std::thread::spawn(move || {
        let mut heard = Vec::new();
        for (number, record) in records.iter().enumerate() {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            for line in lines {
                let line = line.unwrap();
                let answer = match line.split(' ').next().unwrap() {
                    "HELLO" => "SeedLink v3.1 (Test/1) :: SLPROTO:3.1\r\nTest\r\n",
                    "END" | "FETCH" => "",
                    _ => "OK\r\n",
                };
                stream.write_all(answer.as_bytes()).unwrap();
                let ends = line == "END";
                heard.push(line);
                if ends {
                    break;
                }
            }
            stream.write_all(format!("SL{:06X}", 16 + number).as_bytes()).unwrap();
            stream.write_all(record).unwrap();
            if number + 1 == records.len() {
                stream.write_all(b"END").unwrap();
            }
        }
        heard
    });
    (address, played)
}

/// A record of miniSEED 2 of a station `ABC`, as long as version 3.1 wants it, with a mark.
fn record(mark: u8) -> Vec<u8> {
    let mut record = b"000001D ABC    BHZXX".to_vec();
    record.extend([0x07, 0xEF, 0, 46, 0, 0, 0, 0, 0, 0]);
    record.resize(511, 0);
    record.push(mark);
    record
}

#[test]
fn listening_goes_on_where_the_connection_broke_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("captures");
    let (address, played) = server(vec![record(1), record(2)]);
    let (address, out_text) = (address.to_string(), out.to_str().unwrap().to_owned());
    let output = program(&["listen", &address, "--station", "XX_ABC", "--out", &out_text]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let heard = played.join().unwrap();
    // The second session asked for what follows the record that was on disk.
    assert!(heard.iter().any(|line| line.starts_with("DATA 000011") || line.starts_with("DATA 11")), "{heard:?}");
    let mut files: Vec<_> = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "mseed"));
    files.sort();
    let bytes: Vec<u8> = files.iter().flat_map(|path| std::fs::read(path).unwrap()).collect();
    assert_eq!(bytes, [record(1), record(2)].concat());
    assert!(
        !std::fs::read_dir(&out).unwrap().any(|entry| entry.unwrap().path().extension().is_some_and(|e| e == "part"))
    );
}

#[test]
fn silence_is_said_to_be_worth_what_the_stations_could_have_heard() {
    let folder = tempfile::tempdir().unwrap();
    day(folder.path(), &EVENTS[..1]);
    let stations = folder.path().join("stations.csv").to_str().unwrap().to_owned();
    let ask = |noise: &str| {
        let words = [
            "heard",
            &stations,
            "--at",
            "48.0,37.8",
            "--from",
            "2024-03-01T00:00:00Z",
            "--until",
            "2024-03-01T01:00:00Z",
        ];
        let output = program(&[words.as_slice(), &["--noise-db", noise]].concat());
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(ask("50").contains("no explosion of at least"), "{}", ask("50"));
    assert!(ask("160").contains("not assessable"), "{}", ask("160"));
}

#[test]
fn far_infrasound_becomes_a_region() {
    let Some(data) = crate::house::data("far infrasound") else { return };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("event.geojson").to_str().unwrap().to_owned();
    let file = data.join("assoc/infrasound-detections/uttr-2004-06-02.dets.json");
    let output = program(&["regional", file.to_str().unwrap(), "--members", "0,1,2,3", "--out", &out]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let value: serde_json::Value = serde_json::from_str(&text(Path::new(&out))).unwrap();
    let region = value["features"].as_array().unwrap().iter().find(|f| f["properties"]["probability"] == 0.9).unwrap();
    let ring = region["geometry"]["coordinates"][0].as_array().unwrap();
    // The ground truth of the shot lies within the box of the region.
    let all = |k: usize| ring.iter().map(move |point| point[k].as_f64().unwrap());
    let inside = |k: usize, x: f64| all(k).fold(f64::MAX, f64::min) < x && x < all(k).fold(f64::MIN, f64::max);
    assert!(inside(0, -112.896) && inside(1, 41.131));
}

#[test]
fn an_array_tells_a_direction_from_waveforms() {
    let Some(data) = crate::house::data("array of infrasound") else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let brp = data.join("assoc/infrasound-brp");
    let (waveforms, stations) = (brp.join("brp_20120409T1800.mseed"), brp.join("stations.csv"));
    let words = ["pick", waveforms.to_str().unwrap(), "--stations", stations.to_str().unwrap(), "--kind", "infrasound"];
    let (picks, pictures) = (at("picks.csv"), at("pictures"));
    let output = program(&[words.as_slice(), &["--array", "BRP", "--out", &picks, "--pictures", &pictures]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let picks = rows(&text(Path::new(&picks)));
    assert!(!picks.is_empty() && picks.iter().all(|pick| pick["station"] == "BRP"));
    // Sound crosses the ground no slower than sound and, from a shot on the ground, not much faster.
    let best = picks
        .iter()
        .max_by(|a, b| a["fisher"].parse::<f64>().unwrap().total_cmp(&b["fisher"].parse().unwrap()))
        .unwrap();
    assert!((280.0..450.0).contains(&best["trace_velocity_mps"].parse::<f64>().unwrap()), "{best:?}");
    assert!(text(&folder.path().join("pictures/array.svg")).starts_with("<svg"));
    // One by one, channels give onsets under the names of the list.
    let (single, outages) = (at("single.csv"), at("outages.csv"));
    let output = program(&[words.as_slice(), &["--out", &single, "--outages", &outages]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(text(Path::new(&single)).contains("BRP1,"));
}

#[test]
fn chains_name_the_impact_alone_and_quarries_must_be_right() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (day_folder, events, arrivals, chains, quarries) =
        (at("day"), at("events.csv"), at("arrivals.csv"), at("chains.csv"), at("quarries.csv"));
    day(Path::new(&day_folder), &EVENTS);
    let ask = || {
        let words = ["locate", &day_folder, "--events", &events, "--arrivals", &arrivals];
        program(&[words.as_slice(), &["--chains", &chains, "--quarries", &quarries]].concat())
    };
    std::fs::write(&quarries, "name,lat,lon,radius_m\npit,48.01,37.81,300\n").unwrap();
    ask();
    assert_eq!(text(Path::new(&chains)).lines().next(), Some("impact_event_idx,probability"));
    std::fs::write(&quarries, "name,lat,lon,radius_m\npit,148.01,37.81,300\n").unwrap();
    let output = ask();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("quarries.csv:2"));
}

/// The words with which flight logs name the mission's own aircraft make nothing disappear when a table says them.
#[test]
fn a_table_cannot_pass_a_drone_off_as_the_missions_own() {
    let mut drill = drill("01-mortar-across-the-line");
    let before = drill.derive().unwrap().incidents.len();
    for capture in &mut drill.simulated.captures {
        if let truceline_scenario::Content::Detections(detections) = &mut capture.content {
            detections.iter_mut().for_each(|detection| detection.claimed_identity = Some("own mavlink 1".into()));
        }
    }
    assert!(before > 0);
    assert!(!drill.derive().unwrap().incidents.is_empty());
}
