//! `truceline track` on a made scenario: tracks, statements and links, the same bytes every time.

use std::path::Path;
use std::process::Command;

/// One radar at the origin and one drone that flies east past it, seen every second; a transponder that lies.
fn scenario(folder: &Path) {
    let meta = r#"{"lat0":48.0,"lon0":37.8,"area":[-8000,-8000,8000,8000],"duration":60,"step":1.0,
        "sensors":[{"id":"R1","kind":"radar","x":0,"y":0,"z":10,"period":1.0,"sig_az":0.3,"sig_rng":10,"sig_rr":0.5,"pd":0.95,
                    "clutter":0.1,"rmax":8000,"reach":{"multirotor":8000,"fixedwing":8000,"vehicle":8000,"vessel":8000}}],
        "cooperative":[{"id":"C-RID","kind":"RemoteID/ADS-B","period":1.0,"sig_pos":10}]}"#;
    let (mut scans, mut detections) = (
        "t_arr,t_meas,sensor,scan,n\n".to_owned(),
        "det,t_arr,t_meas,sensor,scan,az_deg,rng_m,rr_mps,el_deg,x,y,z,vx,vy,coop_id\n".to_owned(),
    );
    for k in 0..60_u32 {
        let t = f64::from(k);
        let (x, y, vx) = (-2_000.0 + 20.0 * t, 1_500.0, 20.0);
        let (range_m, azimuth_deg) = (f64::hypot(x, y), f64::atan2(x, y).to_degrees().rem_euclid(360.0));
        let rate = vx * x / range_m;
        scans.push_str(&format!("{:.2},{t:.2},R1,{k},1\n", t + 0.2));
        detections
            .push_str(&format!("{k},{:.2},{t:.2},R1,{k},{azimuth_deg:.4},{range_m:.2},{rate:.3},,,,,,,\n", t + 0.2));
    }
    std::fs::write(folder.join("meta.json"), meta).unwrap();
    std::fs::write(folder.join("scans.csv"), scans).unwrap();
    std::fs::write(folder.join("detections.csv"), detections).unwrap();
}

fn track(folder: &Path, order: &str) -> (String, String) {
    let (out, links) = (folder.join(format!("{order}.csv")), folder.join(format!("{order}-links.csv")));
    let output = Command::new(env!("CARGO_BIN_EXE_truceline"))
        .args(["--quiet", "track"])
        .arg(folder)
        .args(["--order", order, "--out"])
        .arg(&out)
        .arg("--links")
        .arg(&links)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (std::fs::read_to_string(out).unwrap(), std::fs::read_to_string(links).unwrap())
}

#[test]
fn one_mover_is_one_track_where_it_is_with_the_reports_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    scenario(folder.path());
    let (tracks, links) = track(folder.path(), "meas");
    let rows: Vec<Vec<&str>> = tracks.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert!(rows.len() > 40, "{tracks}");
    let numbers: std::collections::BTreeSet<&str> = rows.iter().map(|row| row[1]).collect();
    assert_eq!(numbers.len(), 1, "{numbers:?}");
    for row in rows.iter().filter(|row| row[0].parse::<f64>().unwrap() > 20.0) {
        let number = |k: usize| row[k].parse::<f64>().unwrap();
        let x = -2_000.0 + 20.0 * number(0);
        assert!((number(2) - x).hypot(number(3) - 1_500.0) < 40.0, "{row:?}");
        assert!((0.9..=1.0).contains(&number(7)), "{row:?}");
    }
    assert!(links.lines().count() > 50);
    assert_eq!(track(folder.path(), "meas"), (tracks, links));
}

#[test]
fn late_arrival_leaves_the_same_chain_of_reports() {
    let folder = tempfile::tempdir().unwrap();
    scenario(folder.path());
    let ends = |links: &str| {
        links.lines().skip(1).map(|line| line.split(',').take(2).collect::<Vec<_>>().join(",")).collect::<Vec<_>>()
    };
    assert_eq!(ends(&track(folder.path(), "meas").1), ends(&track(folder.path(), "arrival").1));
}
