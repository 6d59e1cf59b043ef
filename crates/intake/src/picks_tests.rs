use super::*;
use proptest::prelude::*;
use truceline_domain::Timestamp;

#[test]
fn rows_keep_their_numbers() {
    let text = b"station,phase,time,prob,amp,event,baz\nA,P,2024-03-01T00:00:03.126Z,0.759,1e-7,-1,172.7\n\n\
        B,S,2024-03-01T25:00:00Z,0.5,,0,\nB,S,2024-03-01T00:00:14.336Z,0.387,,0,-10\nB,x,2024-03-01T00:00:15Z,1.2,nan,,\n\
        B,x,2024-03-01T00:00:15Z,,,,\n,P,2024-03-01T00:00:15Z,,,,\n";
    let (picks, problems) = read(text, "picks.csv");
    assert_eq!(picks.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [0, 2, 3, 4]);
    let told: Vec<_> = problems.kept().iter().map(|p| (p.line.unwrap(), p.code)).collect();
    assert_eq!(told, [(4, "bad_time"), (6, "out_of_range"), (6, "unknown_phase"), (8, "missing_station")]);
    let bearings: Vec<_> = picks.iter().map(|(_, p)| p.bearing.map(|b| b.azimuth_deg.value)).collect();
    assert_eq!(bearings, [Some(172.7), Some(350.0), None, None]);
    let features = &picks[0].1.features;
    assert_eq!((features.amplitude, picks[0].1.confidence, picks[2].1.confidence), (Some(1e-7), Some(0.759), None));
    assert_eq!(picks[1].1.sensor, picks[2].1.sensor);
}

#[test]
fn names_of_phases() {
    let waves = ["P", "Lg", "I", "air", "A", "N", "M", "Sn", "s"].map(|name| wave_of_phase(name).unwrap().word());
    assert_eq!(waves, ["P", "Rg", "air", "air", "air", "shock", "muzzle", "S", "S"]);
    assert!(Wave::ALL.iter().all(|wave| wave_of_phase(wave.word()) == Some(*wave)));
    assert_eq!(wave_of_phase("tx"), None);
}

#[test]
fn the_own_word_counts_before_the_name_of_the_phase() {
    let (picks, problems) = read(b"station,time,phase,wave\nA,2024-03-01T00:00:03Z,A,muzzle\n", "p");
    assert_eq!((picks[0].1.wave, problems.total()), (Some(Wave::Muzzle), 0));
}

#[test]
fn no_table_of_picks_is_told() {
    for bytes in [b"".as_slice(), b"a,b\n1,2\n", b"\xFF\xFE\x00", b"{}"] {
        let (picks, problems) = read(bytes, "x");
        assert!(picks.is_empty() && problems.total() == 1);
    }
}

fn any_pick() -> impl Strategy<Value = Pick> {
    let number = || prop::option::of(0.001_f64..1e4);
    let bearing = (0.0_f64..360.0, 0.1_f64..20.0, prop::option::of((200.0_f64..9_000.0, 1.0_f64..50.0)), number());
    let features =
        (prop::array::uniform6(number()), prop::option::of(0.0_f64..=1.0), prop::option::of((0_u32..5, 5_u32..9)));
    let wave = prop::option::of(prop::sample::select(Wave::ALL));
    let head =
        ("[A-Za-z0-9 .,\"_-]{0,8}[A-Z]", wave, 0_i64..4_000_000_000_000_000, number(), prop::option::of(0.0_f64..=1.0));
    (head, prop::option::of(bearing), features).prop_map(|(head, bearing, (six, ripple, rounds))| {
        let (sensor, wave, at, sigma_s, confidence) = head;
        let [amplitude, snr, frequency_hz, duration_s, rise_s, phase_ratio] = six;
        let bearing = bearing.map(|(azimuth, sigma, trace, fisher)| ArrayBearing {
            azimuth_deg: Measured { value: azimuth, sigma },
            trace_velocity_mps: trace.map(|(value, sigma)| Measured { value, sigma }),
            fisher,
            n_elements: fisher.map(|f| 3 + f as u32),
        });
        let features = PickFeatures { amplitude, snr, frequency_hz, duration_s, rise_s, phase_ratio, ripple, rounds };
        let at = Timestamp::from_microsecond(at).unwrap();
        Pick { sensor: Name::from(sensor.trim()), wave, at, sigma_s, confidence, bearing, features: features.into() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_is_written_is_read_back(picks in prop::collection::vec(any_pick(), 0..8)) {
        let (read, problems) = read(write(&picks).as_bytes(), "again");
        prop_assert_eq!(problems.total(), 0, "{:?}", problems.kept());
        prop_assert!(read.iter().enumerate().all(|(n, (row, _))| n == *row));
        prop_assert_eq!(read.into_iter().map(|(_, pick)| pick).collect::<Vec<_>>(), picks);
    }

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, "x");
        let head = b"station,phase,time,prob,baz,rounds\n".as_slice();
        let _ = read(&[head, bytes.as_slice()].concat(), "x");
        let _ = (stations::read(&bytes, "x"), config::read(&bytes, "x"), config::read_layers(&bytes, "x"));
    }
}
