use super::*;

#[test]
fn kinds_of_sensors_and_arrays() {
    let text = b"station,lat,lon,elev_m,sensor\nA,48,37,10,acoustic-array\nB,48,37,,seismic\nC,48,37,nan,\n\
        D,48,37,1,sonar\nA,49,37,1,acoustic\n,1,2,3,\nE,37,148,1,infrasound_array\nF,148,37,1,\n";
    let (stations, problems) = read(text, "stations.csv");
    let shown: Vec<_> = stations.iter().map(|s| (s.id.as_str(), s.elevation_m, s.modality, s.is_array)).collect();
    let expected = [
        ("A", 10.0, Some(Modality::Acoustic), true),
        ("B", 0.0, Some(Modality::Seismic), false),
        ("C", 0.0, None, false),
        ("D", 1.0, None, false),
        ("E", 1.0, Some(Modality::Infrasound), true),
    ];
    assert_eq!(shown, expected);
    let told: Vec<_> = problems.kept().iter().map(|p| (p.line.unwrap(), p.code)).collect();
    assert_eq!(told, [(5, "unknown_word"), (6, "repeated_station"), (7, "missing_station"), (9, "bad_place")]);
    assert_eq!(read(write(&stations).as_bytes(), "again").0, stations);
}
