use super::plane::Plane;
use super::texts::Texts;
use super::*;
use proptest::prelude::*;
use truceline_domain::{Measured, Wave, Wgs84, distance_m};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn place(lat_deg: f64, lon_deg: f64) -> Wgs84 {
    Wgs84::wrapped(lat_deg, lon_deg)
}

fn arrival(station: &str, wave: Wave, numbers: [f64; 5]) -> SectionArrival {
    let [distance_km, time_s, sigma_s, residual_s, weight] = numbers;
    SectionArrival { station: station.into(), distance_km, time_s, sigma_s, residual_s, wave, weight }
}

fn section() -> Section {
    Section {
        title: "E7".into(),
        origin: at("2031-02-15T04:10:02.537Z"),
        origin_sigma_s: 0.08,
        arrivals: vec![
            arrival("S01", Wave::P, [12.375, 2.11, 0.05, 0.021, 1.0]),
            arrival("S01", Wave::Air, [12.375, 36.9, 0.2, -0.31, 0.6]),
            arrival("S02", Wave::P, [18.125, 3.02, 0.05, -0.04, 0.9]),
            arrival("S03", Wave::P, [25.5, 5.9, 0.05, 1.65, 0.05]),
        ],
        curves: vec![TravelCurve::straight(Wave::P, 5.9, 30.0), TravelCurve::straight(Wave::Air, 0.335, 30.0)],
        silences: vec![
            Silence {
                station: "S04".into(),
                distance_km: 21.0,
                wave: Wave::P,
                expected_s: (3.4, 3.8),
                absence: Absence::Silent { pd: 0.81 },
            },
            Silence {
                station: "S05".into(),
                distance_km: 8.0,
                wave: Wave::P,
                expected_s: (1.2, 1.5),
                absence: Absence::Down,
            },
        ],
        traces: vec![SectionTrace {
            distance_km: 12.375,
            from_s: 0.0,
            step_s: 0.5,
            samples: vec![0.0, 0.1, -0.8, 0.3],
        }],
        sealed: false,
    }
}

fn event_map() -> EventMap {
    let station = |name: &str, lat, lon, is_array, state| MapStation {
        name: name.into(),
        place: place(lat, lon),
        is_array,
        state,
    };
    let ellipse = |probability, k: f64| MapEllipse {
        probability,
        semi_major_m: 900.0 * k,
        semi_minor_m: 300.0 * k,
        azimuth_deg: 40.0,
    };
    EventMap {
        title: "E7".into(),
        origin: at("2031-02-15T04:10:02.537Z"),
        origin_sigma_s: 0.08,
        place: place(48.12345, 37.65432),
        ellipses: vec![ellipse(0.5, 1.18), ellipse(0.9, 2.15), ellipse(0.95, 2.45)],
        regions: vec![],
        stations: vec![
            station("S01", 48.2, 37.5, true, StationState::Heard { weight: 1.0 }),
            station("S02", 48.0, 37.8, false, StationState::Heard { weight: 0.4 }),
            station("S04", 48.25, 37.85, false, StationState::Silent { pd: 0.81 }),
            station("S05", 48.05, 37.55, false, StationState::Down),
        ],
        bearings: vec![MapBearing { from: place(48.2, 37.5), azimuth_deg: 126.5, sigma_deg: 4.0 }],
        rivals: vec![MapRival { name: "B".into(), place: place(48.16, 37.7) }],
        sealed: false,
    }
}

fn waveform(samples: &[f32]) -> Waveform<'_> {
    let from = at("2031-02-15T04:10:00Z");
    Waveform {
        title: "N04".into(),
        span: None,
        traces: vec![WaveTrace {
            name: "N04 HDF".into(),
            unit: "Pa".into(),
            rate_hz: 10.0,
            segments: vec![(from, samples)],
        }],
        picks: vec![
            TracePick { trace: 0, at: at("2031-02-15T04:10:02Z"), sigma_s: 0.05, wave: Some(Wave::Shock) },
            TracePick { trace: 0, at: at("2031-02-15T04:10:03Z"), sigma_s: 0.1, wave: None },
        ],
        problems: vec![TraceProblem {
            trace: Some(0),
            span: Span::new(at("2031-02-15T04:10:04Z"), at("2031-02-15T04:10:05Z")).unwrap(),
            kind: ProblemKind::Clipped,
        }],
        ratio: Some(RatioTrace { from, rate_hz: 10.0, values: samples, on: 0.8, off: 0.3 }),
        array: Some(WaveformArray {
            windows: vec![ArrayWindow {
                at: at("2031-02-15T04:10:02Z"),
                fisher: 7.5,
                azimuth_deg: Measured { value: 126.5, sigma: 3.0 },
                trace_velocity_mps: Some(Measured { value: 341.0, sigma: 6.0 }),
            }],
            threshold: Some(3.0),
        }),
        sealed: false,
    }
}

fn sheet(samples: &[f32]) -> EventSheet<'_> {
    EventSheet {
        title: "E7".into(),
        origin: at("2031-02-15T04:10:02.537Z"),
        origin_sigma_s: 0.08,
        depth_km: Some((0.0, 0.0)),
        classes: vec![(SourceClass::Impact, 0.9), (SourceClass::Launch, 0.1)],
        rounds: Some((1, 2, 4)),
        log_odds: 23.0,
        evidence: vec![EvidenceLine { what: "bearing 126.5° of S01".into(), decibans: 14.2 }],
        misses: vec![MissLine { station: "S04".into(), wave: Wave::P, pd: 0.81 }],
        uncovered: vec!["S05".into()],
        map: event_map(),
        section: section(),
        waveforms: vec![waveform(samples)],
        sealed: false,
    }
}

fn samples() -> Vec<f32> {
    (0..80_u8).map(|k| (f32::from(k) * 0.7).sin() * if k > 20 { 1.0 } else { 0.1 }).collect()
}

fn look(language: Language, width_px: f64) -> Look {
    Look { language, width_px, zone: TimeZone::fixed(jiff::tz::offset(2)) }
}

/// Every element closed in order, every `&` the start of a known entity, no control characters.
fn assert_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in svg.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or_else(|| panic!("an open tag: {part}"));
        assert!(!text.contains('>'), "{part}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{part}");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
    for entity in svg.split('&').skip(1) {
        assert!(["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|e| entity.starts_with(e)), "{entity}");
    }
    assert!(!svg.chars().any(|c| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{202e}')));
    let (_, drawn) = svg.split_once("</style>").unwrap();
    for bad in ["NaN", "inf", "href", "url(h", "<script"] {
        assert!(!drawn.contains(bad), "{bad}: {drawn}");
    }
    assert_eq!(svg.matches("http").count(), 1, "only the name space");
}

fn body(svg: &str) -> String {
    let (before, rest) = svg.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    format!("{before}{after}").replace("><", ">\n<")
}

#[test]
fn pictures_as_they_are() {
    let samples = samples();
    insta::assert_snapshot!("section", body(&section_svg(&section(), &look(Language::En, 640.0))));
    insta::assert_snapshot!("event_map", body(&event_map_svg(&event_map(), &look(Language::Uk, 640.0))));
    insta::assert_snapshot!("waveform", body(&waveform_svg(&waveform(&samples), &look(Language::Fr, 640.0))));
    let sealed = section_svg(&Section { sealed: true, ..section() }, &look(Language::En, 640.0));
    insta::assert_snapshot!("sealed", body(&sealed));
}

#[test]
fn all_languages_and_widths_are_well_formed_and_keep_within_the_picture() {
    let samples = samples();
    for language in Language::ALL {
        for width in [280.0, 380.0, 640.0, 1_200.0] {
            let look = look(language, width);
            let svgs = [
                section_svg(&section(), &look),
                event_map_svg(&event_map(), &look),
                waveform_svg(&waveform(&samples), &look),
                section_svg(&Section { sealed: true, ..section() }, &look),
            ];
            for svg in svgs {
                assert_well_formed(&svg);
                assert!(svg.contains("role=\"img\"") && svg.contains("<desc "));
                assert_texts_lie_within(&svg, width);
            }
        }
    }
}

fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
    let (_, rest) = tag.split_once(&format!(" {name}=\"")).unwrap();
    rest.split_once('"').unwrap().0
}

fn assert_texts_lie_within(svg: &str, width: f64) {
    for part in svg.split("<text").skip(1) {
        let (tag, rest) = part.split_once('>').unwrap();
        let text = rest.split_once('<').unwrap().0.replace("&#39;", "'");
        let class: Vec<&str> = attribute(tag, "class").split(' ').collect();
        let anchor = if class.contains(&"e") {
            pen::Anchor::End
        } else if class.contains(&"m") {
            pen::Anchor::Middle
        } else {
            pen::Anchor::Start
        };
        let size = if class.contains(&"h1") { 14.0 } else { 11.0 };
        let x: f64 = attribute(tag, "x").parse().unwrap();
        let [left, _, right, _] = pen::text_box((x, 0.0), anchor, &text, size);
        assert!(left >= -6.0 && right <= width + 8.0, "`{text}` from {left} to {right} of {width}");
    }
}

#[test]
fn hostile_names_stay_text() {
    let name = "</text><script>alert(1)</script>&\"'\u{0}\u{202e}\u{ffff}";
    let mut section = section();
    section.title = name.into();
    section.arrivals[0].station = name.into();
    section.silences[0].station = name.into();
    let mut map = event_map();
    map.title = name.into();
    map.stations[0].name = name.into();
    map.rivals[0].name = name.into();
    let samples = samples();
    let mut waveform = waveform(&samples);
    waveform.title = name.into();
    waveform.traces[0].name = name.into();
    waveform.traces[0].unit = name.into();
    let look = look(Language::En, 900.0);
    for svg in [section_svg(&section, &look), event_map_svg(&map, &look), waveform_svg(&waveform, &look)] {
        assert_well_formed(&svg);
        assert!(svg.contains("&lt;script&gt;"));
    }
    let mut sheet = sheet(&samples);
    sheet.title = name.into();
    sheet.evidence[0].what = name.into();
    sheet.uncovered[0] = name.into();
    let page = event_sheet_html(&sheet, &look);
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
}

#[test]
fn the_order_of_the_input_does_not_matter() {
    let mut turned = section();
    turned.arrivals.reverse();
    turned.silences.reverse();
    let look = look(Language::En, 900.0);
    assert_eq!(section_svg(&section(), &look), section_svg(&turned, &look));
    let mut turned = event_map();
    turned.stations.reverse();
    turned.ellipses.reverse();
    assert_eq!(event_map_svg(&event_map(), &look), event_map_svg(&turned, &look));
}

#[test]
fn large_input_makes_small_pictures() {
    let long: Vec<f32> =
        (0..400_000_u32).map(|k| f32::from((k.wrapping_mul(2_654_435_761) >> 16) as u16) - 3e4).collect();
    let mut many = waveform(&long);
    let trace = WaveTrace { rate_hz: 200.0, ..many.traces[0].clone() };
    many.traces = vec![trace; 14];
    let window = many.array.as_ref().unwrap().windows[0];
    let later_window = |k: u32| ArrayWindow { at: later(window.at, f64::from(k) * 0.1), ..window };
    many.array.as_mut().unwrap().windows = (0..20_000).map(later_window).collect();
    many.picks = (0..5_000).map(|k| TracePick { at: later(window.at, f64::from(k) * 0.3), ..many.picks[0] }).collect();
    let wide = look(Language::Ru, 2_400.0);
    let svg = waveform_svg(&many, &wide);
    assert!(svg.len() < 300_000, "{}", svg.len());

    let mut crowded = section();
    crowded.arrivals =
        (0..5_000).map(|k| arrival(&format!("S{k}"), Wave::S, [f64::from(k) * 0.01, 1.0, 0.1, 0.1, 0.5])).collect();
    crowded.traces = vec![
        SectionTrace {
            distance_km: 3.0,
            from_s: 0.0,
            step_s: 1e-4,
            samples: long[..20_000].iter().map(|v| v / 3e4).collect()
        };
        60
    ];
    let svg = section_svg(&crowded, &wide);
    assert!(svg.len() < 300_000 && svg.contains("300 из 5000"), "{}", svg.len());

    let mut dense = event_map();
    dense.stations = (0..3_000)
        .map(|k| MapStation { place: place(48.0 + f64::from(k) * 1e-4, 37.5), ..dense.stations[0].clone() })
        .collect();
    let ring = (0..100_000)
        .map(|k| {
            let a = f64::from(k) * 6.283e-5;
            place(48.1 + 0.2 * a.sin() + 0.01 * (90.0 * a).sin(), 37.6 + 0.2 * a.cos())
        })
        .collect();
    dense.regions = vec![MapRegion { probability: 0.9, area_km2: 0.9, rings: vec![ring] }];
    let svg = event_map_svg(&dense, &wide);
    assert!(svg.len() < 300_000, "{}", svg.len());
}

#[test]
fn the_outline_holds_every_spike_and_breaks_at_missing_samples() {
    let mut long = vec![0.0_f32; 200_000];
    long[123_456] = 1.0;
    long[50_000..50_100].fill(f32::NAN);
    let mut one = waveform(&long);
    one.ratio = None;
    one.array = None;
    one.picks.clear();
    let svg = waveform_svg(&one, &look(Language::En, 600.0));
    let (_, rest) = svg.split_once(r#"<path class="wv" d=""#).unwrap();
    let outline = rest.split_once('"').unwrap().0;
    assert_eq!(outline.matches('M').count(), 2, "a gap breaks the line");
    let ys = outline.split(['M', 'L']).skip(1).map(|p| p.split([' ', 'V', 'h']).nth(1).unwrap());
    let flat: Vec<f64> = ys.map(|y| y.parse().unwrap()).collect();
    let spike: f64 = outline.split('V').nth(1).unwrap().split('L').next().unwrap().parse().unwrap();
    assert_eq!(outline.matches('V').count(), 1);
    assert!(flat.iter().all(|y| *y > spike + 50.0), "the spike stands out");
}

#[test]
fn silent_and_dead_stations_are_told_apart_without_colour() {
    let svg = section_svg(&section(), &look(Language::En, 900.0));
    assert!(svg.contains("S04 P: 21.0\u{a0}km, silent though expected (81\u{a0}%)"));
    assert!(svg.contains("S05: 8.0\u{a0}km, down, counts for nothing"));
    let svg = event_map_svg(&event_map(), &look(Language::En, 900.0));
    let count = |class: &str| svg.matches(&format!(r#"<path class="{class}" transform="translate("#)).count();
    // Each mark once on the map and once in the legend's group, which moves the group and not the path.
    assert_eq!((count("hd"), count("si"), count("dn")), (2, 1, 1));
    assert_eq!(svg.matches(r#"<path class="ray""#).count(), 2 + 1);
}

#[test]
fn an_ellipse_too_small_to_be_seen_is_magnified() {
    let mut map = event_map();
    let large = event_map_svg(&map, &look(Language::En, 900.0));
    for ellipse in &mut map.ellipses {
        ellipse.semi_major_m *= 0.02;
        ellipse.semi_minor_m *= 0.02;
    }
    let small = event_map_svg(&map, &look(Language::En, 900.0));
    assert!(!large.contains("magnified") && small.contains("magnified"));
    for svg in [large, small] {
        for text in [">50\u{a0}%<", ">90\u{a0}%<", ">95\u{a0}%<"] {
            assert!(svg.contains(text), "{text}");
        }
    }
}

#[test]
fn the_plane_is_true_from_its_centre_at_every_scale() {
    for (lat, lon) in [(48.1, 37.8), (52.0, 179.9), (-33.0, -179.99), (69.0, 20.0), (0.0, 0.0)] {
        let centre = place(lat, lon);
        let plane = Plane::about(centre);
        for (dlat, dlon) in [(0.009, 0.0), (0.0, 0.013), (0.7, -0.4), (-3.0, 5.0), (4.0, 4.0), (6.0, -8.0)] {
            let there = place(lat + dlat, lon + dlon);
            let (x, y) = plane.km(there);
            let (drawn, true_km) = (x.hypot(y), 0.001 * distance_m(centre, there));
            assert!((drawn / true_km - 1.0).abs() < 0.004, "{lat} {lon} {dlat} {dlon}: {drawn} {true_km}");
            let (lat2, lon2) = plane.degrees((x, y));
            assert!((lat2 - lat - dlat).abs() < 1e-9 && (lon2 - lon - dlon).abs() < 1e-9, "does not jump at 180°");
        }
    }
    let plane = Plane::about(place(50.0, 30.0));
    let (x, y) = plane.km_from(place(50.0, 30.0), 60.0, 300.0);
    assert!((x.hypot(y) - 300.0).abs() < 1e-6 && (x.atan2(y).to_degrees() - 60.0).abs() < 1e-9);
}

#[test]
fn a_map_across_the_date_line_is_as_wide_as_it_should_be() {
    let shifted = |dlon: f64| {
        let mut map = event_map();
        let by = |p: Wgs84| place(p.lat_deg(), p.lon_deg() + dlon);
        map.place = by(map.place);
        map.stations.iter_mut().for_each(|s| s.place = by(s.place));
        map.bearings.iter_mut().for_each(|b| b.from = by(b.from));
        map.rivals.iter_mut().for_each(|r| r.place = by(r.place));
        event_map_svg(&map, &look(Language::En, 900.0))
    };
    let rays = |svg: &str| {
        svg.split(r#"class="ray""#).skip(1).map(|r| r.split('/').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // 37.65432 + 142.34568 = 180.
    assert_eq!(rays(&shifted(0.0)), rays(&shifted(142.345_68)));
}

#[test]
fn launches_and_other_fire_are_sealed_by_their_classes() {
    use SourceClass::{Impact, Launch, SmallArms, SupersonicRound, Thunder};
    assert!(tells_origin_of_fire(&[(Launch, 1.0)]));
    assert!(tells_origin_of_fire(&[(Impact, 0.4), (Launch, 0.3), (SmallArms, 0.2), (SupersonicRound, 0.1)]));
    assert!(tells_origin_of_fire(&[(Launch, f64::NAN), (Impact, 1.0)]));
    assert!(!tells_origin_of_fire(&[(Impact, 0.7), (Launch, 0.3)]));
    assert!(!tells_origin_of_fire(&[(Thunder, 1.0)]) && !tells_origin_of_fire(&[]));
}

#[test]
fn a_sealed_sheet_holds_nothing_that_tells_the_place() {
    let samples = samples();
    for language in Language::ALL {
        let look = look(language, 900.0);
        let mut sheet = sheet(&samples);
        sheet.classes = vec![(SourceClass::Launch, 0.6), (SourceClass::Impact, 0.4)];
        let page = event_sheet_html(&sheet, &look);
        let (_, page) = page.split_once("</style>").unwrap();
        for leak in [
            "48.1", "48,1", "37.6", "37,6", "12.4", "12,4", "18.1", "126", "S01", "S02", "S04", "S05", "02.5", "36.9",
            "0.31", "<svg",
        ] {
            assert!(!page.contains(leak), "{leak} in {page}");
        }
        // Everything of the place changed: not one byte follows.
        sheet.map.place = place(-12.0, 99.0);
        sheet.map.stations.truncate(1);
        sheet.map.ellipses.clear();
        sheet.section.arrivals.truncate(2);
        sheet.waveforms.clear();
        sheet.misses.clear();
        sheet.evidence.clear();
        sheet.uncovered.clear();
        (sheet.log_odds, sheet.depth_km) = (3.0, None);
        sheet.origin = at("2031-02-15T04:10:51.1Z");
        let again = event_sheet_html(&sheet, &look);
        assert_eq!(page, again.split_once("</style>").unwrap().1);
        sheet.title = "48.123 37.654".into();
        assert!(!event_sheet_html(&sheet, &look).contains("48.123"));
    }
}

#[test]
fn every_language_has_the_same_slots_and_accuses_nobody() {
    let slots = |text: &str| {
        let mut all: Vec<String> =
            text.split('{').skip(1).map(|part| part.split(['}', ':']).next().unwrap().to_owned()).collect();
        all.sort();
        all.dedup();
        all
    };
    let english = Texts::of(Language::En).entries();
    let accusing =
        ["violat", "breach", "guilty", "aggress", "порушен", "нарушен", "винн", "винов", "agress", "coupable"];
    for language in Language::ALL {
        for ((key, text), (_, reference)) in Texts::of(language).entries().into_iter().zip(&english) {
            assert!(!text.trim().is_empty(), "{key} {language:?}");
            assert_eq!(slots(text), slots(reference), "{key} {language:?}");
            assert!(!accusing.iter().any(|word| text.to_lowercase().contains(word)), "{key}: {text}");
        }
    }
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -1e3..1e3_f64,
        1 => any::<f64>(),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 1e300, f64::MIN_POSITIVE]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_number_makes_a_picture_invalid(v in prop::array::uniform24(any_number()), width in any_number()) {
        let mut section = section();
        section.origin_sigma_s = v[0];
        section.arrivals[0] = arrival("A", Wave::Rg, [v[1], v[2], v[3], v[4], v[5]]);
        section.arrivals[1] = arrival("B", Wave::Muzzle, [v[6], v[7], v[8], v[9], v[10]]);
        section.curves[0].points.push((v[11], v[12]));
        section.silences[0].expected_s = (v[13], v[14]);
        section.silences[0].distance_km = v[15];
        section.silences[1].distance_km = v[16];
        section.traces[0].step_s = v[17];
        section.traces[0].from_s = v[18];
        section.traces[0].samples.push(v[19] as f32);
        let mut map = event_map();
        map.origin_sigma_s = v[0];
        map.place = place(v[1], v[2]);
        map.stations[0].place = place(v[3], v[4]);
        map.stations[1].state = StationState::Heard { weight: v[5] };
        map.stations[2].state = StationState::Silent { pd: v[6] };
        map.bearings[0] = MapBearing { from: place(v[7], v[8]), azimuth_deg: v[9], sigma_deg: v[10] };
        map.ellipses[0] = MapEllipse { probability: v[11], semi_major_m: v[12], semi_minor_m: v[13], azimuth_deg: v[14] };
        map.regions = vec![MapRegion { probability: v[15], area_km2: v[15], rings: vec![vec![place(v[16], v[17]), place(v[18], v[19]), place(v[20], v[21])], vec![]] }];
        let samples: Vec<f32> = v.iter().map(|x| *x as f32).collect();
        let mut waveform = waveform(&samples);
        waveform.traces[0].rate_hz = v[0];
        waveform.picks[0].sigma_s = v[1];
        waveform.ratio.as_mut().unwrap().on = v[2];
        waveform.ratio.as_mut().unwrap().rate_hz = v[3];
        let array = waveform.array.as_mut().unwrap();
        array.threshold = Some(v[4]);
        array.windows[0].fisher = v[5];
        array.windows[0].azimuth_deg = Measured { value: v[6], sigma: v[7] };
        array.windows[0].trace_velocity_mps = Some(Measured { value: v[8], sigma: v[9] });
        let look = look(Language::Fr, width);
        for svg in [section_svg(&section, &look), event_map_svg(&map, &look), waveform_svg(&waveform, &look)] {
            assert_well_formed(&svg);
        }
    }

    #[test]
    fn a_sealed_picture_depends_on_nothing_but_the_look(v in prop::array::uniform8(any_number()), name in ".{0,20}") {
        let look = look(Language::Uk, 700.0);
        let empty = Section { title: String::new(), arrivals: vec![], curves: vec![], silences: vec![], traces: vec![], sealed: true, ..section() };
        let mut full = Section { title: name.clone(), sealed: true, ..section() };
        full.arrivals[0] = arrival(&name, Wave::P, [v[0], v[1], v[2], v[3], v[4]]);
        prop_assert_eq!(section_svg(&full, &look), section_svg(&empty, &look));
        let one = event_map_svg(&EventMap { sealed: true, ..event_map() }, &look);
        let two = EventMap { title: name, place: place(v[5], v[6]), stations: vec![], ellipses: vec![], sealed: true, ..event_map() };
        prop_assert_eq!(one, event_map_svg(&two, &look));
        let samples = samples();
        let three = waveform_svg(&Waveform { sealed: true, ..waveform(&samples) }, &look);
        let four = waveform_svg(&Waveform { sealed: true, picks: vec![], ..waveform(&[]) }, &look);
        prop_assert_eq!(three, four);
    }
}
