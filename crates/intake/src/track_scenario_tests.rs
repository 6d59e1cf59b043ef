use super::*;

const META: &str = r#"{"lat0":48.0,"lon0":37.8,"area":[-8000,-8000,8000,8000],"duration":60,"step":1.0,
    "sensors":[{"id":"R1","kind":"radar","x":0,"y":0,"z":10,"sig_az":0.3,"sig_rng":10,"pd":0.9,"rmax":8000}],
    "cooperative":[{"id":"C-RID","kind":"RemoteID/ADS-B","sig_pos":10}]}"#;
const SCANS: &str = "t_arr,t_meas,sensor,scan,n\n0.2,0.0,R1,0,1\n1.2,1.0,R1,1,0\n1.5,1.4,nobody,2,1\nsoon,2.0,R1,3,0\n";
const DETECTIONS: &str = "det,t_arr,t_meas,sensor,scan,az_deg,rng_m,rr_mps,el_deg,x,y,z,vx,vy,coop_id\n\
    0,0.2,0.0,R1,0,90.0,1500.0,-3.0,,,,,,,\n1,0.2,0.0,R1,0,north,1500.0,,,,,,,,\n";

#[test]
fn empty_looks_count_and_bad_rows_are_named() {
    let (scenario, problems) = read_meta(META, "meta.json");
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(scenario.sensors[0].name, "R1");
    let (scans, problems) = read_scans(SCANS, DETECTIONS, &scenario);
    // Two looks can be used, one of them empty; the stranger, the look without a time and the bad bearing are named.
    assert_eq!(scans.scans.len(), 2, "{problems:?}");
    assert_eq!(scans.plots.len(), 1);
    assert!(problems.len() >= 2, "{problems:?}");
    assert!(problems.iter().all(|problem| problem.line.is_some() || !problem.text.is_empty()), "{problems:?}");
}

#[test]
fn nothing_cut_or_changed_makes_it_panic() {
    let (scenario, _) = read_meta(META, "meta.json");
    for end in 0..META.len() {
        let _ = read_meta(META.get(..end).unwrap_or_default(), "meta.json");
    }
    for end in 0..DETECTIONS.len() {
        let _ = read_scans(SCANS, DETECTIONS.get(..end).unwrap_or_default(), &scenario);
        let _ = read_scans(SCANS.get(..end.min(SCANS.len())).unwrap_or_default(), DETECTIONS, &scenario);
    }
    let mut state = 1_u64;
    for _ in 0..2_000 {
        let mut bytes = DETECTIONS.as_bytes().to_vec();
        for _ in 0..3 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let place = (state >> 33) as usize % bytes.len();
            bytes[place] = b"0123456789,.-\neN"[(state >> 20) as usize % 16];
        }
        let _ = read_scans(SCANS, &String::from_utf8_lossy(&bytes), &scenario);
    }
}
