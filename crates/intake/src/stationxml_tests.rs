use super::*;
use proptest::prelude::*;

fn wrapped(inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<FDSNStationXML xmlns=\"x\">\n<Network code=\"XX\">\n{inner}\n</Network></FDSNStationXML>"
    )
}

fn a_channel(code: &str, more: &str) -> String {
    format!(
        "<Channel code=\"{code}\" locationCode=\"  \"><Latitude unit=\"DEGREES\">45.5</Latitude><Longitude>31.25</Longitude>\n\
        <Elevation>12.5</Elevation><Depth>2.5</Depth>{more}</Channel>"
    )
}

fn codes(problems: &Problems) -> Vec<(Option<u32>, &'static str)> {
    problems.kept().iter().map(|problem| (problem.line, problem.code)).collect()
}

#[test]
fn unknown_elements_are_told_once_and_passed_over() {
    let more = "<Azimuth>90</Azimuth><f:Odd><Latitude>1</Latitude></f:Odd><f:Odd/><ClockDrift>5e-4</ClockDrift>\
        <Sensor><Type>a &amp; b &#x41;</Type></Sensor><Dip>-90</Dip>";
    let (channels, problems) =
        read(wrapped(&format!("<Station code=\"A\">{}</Station>", a_channel("BHZ", more))).as_bytes(), "s");
    assert_eq!(codes(&problems), [(Some(5), "unknown_element")]);
    let channel = &channels[0];
    assert_eq!((channel.id().as_str(), channel.place.lat_deg(), channel.azimuth_deg), ("XX.A..BHZ", 45.5, Some(90.0)));
    assert_eq!(
        (channel.sensor.as_str(), channel.clock_drift_s_per_sample, channel.dip_deg),
        ("a & b A", Some(5e-4), Some(-90.0))
    );
    assert_eq!((channel.span, channel.response.clone()), (Span::ALWAYS, None));
}

#[test]
fn channels_that_cannot_be_used_are_told_and_the_others_kept() {
    let inner = format!(
        "<Station code=\"A\"><Latitude>45</Latitude><Longitude>31</Longitude>\n<Channel code=\"BHZ\"/>\n{}\n{}\n{}</Station>\n\
         <Station code=\"B\"><Latitude>44</Latitude><Longitude>30</Longitude></Station><Station code=\"C\"/>",
        a_channel("", ""),
        a_channel("BHN", "<SampleRate>many</SampleRate>"),
        "<Channel code=\"BHE\"><Latitude>95</Latitude></Channel>",
    );
    let (channels, problems) = read(wrapped(&inner).as_bytes(), "s");
    assert_eq!(channels.iter().map(|c| c.id().to_string()).collect::<Vec<_>>(), ["XX.A..BHZ", "XX.B.."]);
    let expected =
        [(Some(6), "missing_code"), (Some(8), "bad_number"), (Some(10), "bad_place"), (Some(11), "bad_place")];
    assert_eq!(codes(&problems), expected);
}

#[test]
fn stations_are_sites_or_channels() {
    let old =
        a_channel("BHZ", "").replace("<Channel ", "<Channel endDate=\"2020-01-01T00:00:00\" ").replace("45.5", "40");
    let inner = format!(
        "<Station code=\"A\">{}{old}{}</Station><Station code=\"B\">{}</Station>",
        a_channel("BHZ", ""),
        a_channel("BHN", ""),
        a_channel("HDF", "")
    );
    let (channels, _) = read(wrapped(&inner).as_bytes(), "s");
    let shown = |naming| -> Vec<(String, f64, f64, Option<&'static str>)> {
        let of = |s: Station| (s.id.to_string(), s.place.lat_deg(), s.elevation_m, s.modality.map(|m| m.word()));
        stations(&channels, naming).into_iter().map(of).collect()
    };
    let expected =
        [("XX.A".to_owned(), 45.5, 10.0, Some("seismic")), ("XX.B".to_owned(), 45.5, 10.0, Some("infrasound"))];
    assert_eq!(shown(Naming::Site), expected);
    assert_eq!(shown(Naming::Channel).len(), 3);
}

#[test]
fn a_response_is_its_gain_where_it_is_normalised() {
    // A seismometer of 1 s and 0.7 of critical damping, 100 V s/m, and 10^6 counts per volt.
    let stages = "<Response><InstrumentSensitivity><Value>1e8</Value><Frequency>20</Frequency><InputUnits><Name>M/S</Name></InputUnits>\
        </InstrumentSensitivity><Stage number=\"1\"><PolesZeros><PzTransferFunctionType>LAPLACE (RADIANS/SECOND)</PzTransferFunctionType>\
        <NormalizationFactor>1</NormalizationFactor><Zero><Real>0</Real><Imaginary>0</Imaginary></Zero>\
        <Zero><Real>0</Real><Imaginary>0</Imaginary></Zero><Pole><Real>-4.398</Real><Imaginary>4.487</Imaginary></Pole>\
        <Pole><Real>-4.398</Real><Imaginary>-4.487</Imaginary></Pole></PolesZeros><StageGain><Value>100</Value></StageGain></Stage>\
        <Stage number=\"2\"><StageGain><Value>1e6</Value></StageGain></Stage></Response>";
    let (channels, problems) =
        read(wrapped(&format!("<Station code=\"A\">{}</Station>", a_channel("BHZ", stages))).as_bytes(), "s");
    assert_eq!(problems.total(), 0, "{:?}", problems.kept());
    let sensitivity = channels[0].sensitivity.clone().unwrap();
    assert_eq!((sensitivity.value, sensitivity.input_units.as_str()), (1e8, "M/S"));
    let response = channels[0].response.clone().unwrap();
    let size = |hz: f64| {
        let (re, im) = response.at(hz);
        re.hypot(im)
    };
    assert!((size(50.0) / 1e8 - 1.0).abs() < 1e-3, "flat above its corner");
    assert!((size(1.0) / 1e8 - 1.0 / 1.4).abs() < 0.01, "1/(2h) at its corner");
    assert!((size(0.01) / size(0.1) - 0.01).abs() < 1e-3, "falls with the square below");
}

#[test]
fn hostile_documents_are_refused() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><FDSNStationXML>&b;</FDSNStationXML>";
    let deep = "<FDSNStationXML>".to_owned() + &"<x>".repeat(100_000);
    let cases = [
        (bomb.to_owned(), "document_type"),
        (deep, "too_deep"),
        ("<FDSNStationXML>&secret;</FDSNStationXML>".to_owned(), "entity"),
        ("<html/>".to_owned(), "not_stationxml"),
        ("<FDSNStationXML><Network>".to_owned(), "bad_xml"),
        ("<FDSNStationXML></Network>".to_owned(), "bad_xml"),
        ("".to_owned(), "empty"),
        ("hello".to_owned(), "empty"),
        ("<FDSNStationXML/>".to_owned(), "empty"),
    ];
    for (text, code) in cases {
        let (channels, problems) = read(text.as_bytes(), "s");
        assert!(channels.is_empty());
        assert_eq!(problems.kept().last().map(|problem| problem.code), Some(code), "{}", &text[..text.len().min(60)]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn damage_keeps_what_came_before(cut in 0_usize..600, sign: u8) {
        let whole = wrapped(&format!("<Station code=\"A\">{}{}</Station>", a_channel("BHZ", ""), a_channel("BHN", "")));
        let (channels, problems) = read(&whole.as_bytes()[..cut.min(whole.len())], "s");
        prop_assert!(channels.len() <= 2 && (channels.len() == 2 || problems.total() > 0));
        let mut damaged = whole.into_bytes();
        let at = cut % damaged.len();
        damaged[at] = sign;
        let _ = read(&damaged, "s");
    }
}
