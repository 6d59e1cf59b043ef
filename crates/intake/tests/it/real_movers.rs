//! Recorded messages of movers against what other decoders read from them.

use crate::real_data::data;
use serde_json::Value;
use truceline_intake::{adsb, ais, cot, klv, mavlink, remote_id, stream};

const KNOT_MPS: f64 = 1852.0 / 3600.0;

fn json(path: &str) -> Option<Value> {
    Some(serde_json::from_slice(&data(path)?).unwrap())
}

fn adsb_of(bytes: &[u8]) -> Vec<adsb::Heard> {
    let mut decoder = adsb::Decoder::new();
    let at = "2031-02-15T06:10:00Z".parse().unwrap();
    let zone = jiff::tz::TimeZone::UTC;
    let mut heard = decoder.feed(bytes, at, &zone);
    heard.extend(decoder.end(at, &zone));
    println!(
        "{:?} {:?}",
        truceline_intake::stream::Stream::read(&decoder),
        truceline_intake::stream::Stream::rejected(&decoder)
    );
    heard
}

#[test]
fn aircraft_messages_are_read_as_another_decoder_reads_them() {
    let Some(beast) = data("protocols/adsb/modes1.beast.bin") else { return };
    let expected = json("protocols/adsb/modes1.decoded.json").unwrap();
    let (beast, avr) = (adsb_of(&beast), adsb_of(&data("protocols/adsb/modes1.avr.txt").unwrap()));
    let expected = expected.as_array().unwrap();
    assert_eq!((beast.len(), avr.len()), (expected.len(), expected.len()));
    for ((heard, avr), expected) in beast.iter().zip(&avr).zip(expected) {
        assert_eq!(heard, avr);
        let message = heard.message.as_ref().unwrap();
        let number = |field: &str| expected[field].as_f64().unwrap_or(f64::NAN);
        assert_eq!(f64::from(message.format), number("df"));
        assert_eq!(format!("{:06X}", message.icao), expected["icao"].as_str().unwrap());
        match &message.content {
            adsb::Content::Identification { callsign, category } => {
                assert_eq!(callsign, expected["callsign"].as_str().unwrap());
                assert_eq!(f64::from(category.1), number("category"));
            }
            adsb::Content::Airborne { altitude, cpr, surveillance_status, nic_b, type_code } => {
                assert_eq!(*altitude, Some(adsb::Altitude::Barometric(number("altitude") as i32)));
                assert_eq!(f64::from(*type_code), number("typecode"));
                assert_eq!(f64::from(*surveillance_status), number("surveillance_status"));
                assert_eq!(f64::from(u8::from(*nic_b)), number("nic_b"));
                let parts = [f64::from(u8::from(cpr.is_odd)), f64::from(cpr.lat), f64::from(cpr.lon)];
                assert_eq!(parts, [number("cpr_format"), number("cpr_lat"), number("cpr_lon")]);
            }
            adsb::Content::Velocity {
                ground,
                climb_ft_min,
                geometric_minus_barometric_ft,
                nac_v,
                subtype,
                is_climb_barometric,
                ..
            } => {
                let (mps, track_deg) = ground.unwrap();
                // The other decoder cuts the fraction of a knot off.
                assert_eq!((mps / KNOT_MPS + 1e-9).floor(), number("groundspeed"), "{expected}");
                assert!((track_deg - number("track")).abs() < 1e-9);
                assert_eq!(climb_ft_min.map(f64::from), expected["vertical_rate"].as_f64());
                assert_eq!(geometric_minus_barometric_ft.map(f64::from), expected["geo_minus_baro"].as_f64());
                assert_eq!((f64::from(*nac_v), f64::from(*subtype)), (number("nac_v"), number("subtype")));
                assert_eq!(*is_climb_barometric, expected["vr_source"] != "GNSS");
            }
            adsb::Content::Level(altitude) => {
                assert_eq!(*altitude, Some(adsb::Altitude::Barometric(number("altitude") as i32)));
            }
            adsb::Content::Squawk(squawk) => assert_eq!(format!("{squawk:04}"), expected["squawk"].as_str().unwrap()),
            adsb::Content::AllCall(capability) => assert_eq!(f64::from(*capability), number("capability")),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn aircraft_places_are_those_of_the_receiver() {
    let Some(beast) = data("protocols/adsb/modes1.beast.bin") else { return };
    let places = |bytes: &[u8]| -> Vec<(f64, f64)> {
        let reports = adsb_of(bytes).into_iter().filter_map(|heard| heard.report);
        reports.map(|report| (report.place.lat_deg(), report.place.lon_deg())).collect()
    };
    let ours = places(&beast);
    let receiver = places(&data("protocols/adsb/modes1.sbs.csv").unwrap());
    println!("{} places of ours, {} of the receiver", ours.len(), receiver.len());
    let near = |a: &(f64, f64), b: &(f64, f64)| (a.0 - b.0).abs() < 6e-6 && (a.1 - b.1).abs() < 6e-6;
    for place in &receiver {
        assert!(ours.iter().any(|other| near(place, other)), "{place:?}");
    }
    assert!(ours.len() >= receiver.len() && receiver.len() > 40);
}

fn remote_id_of(path: &str) -> Option<Vec<remote_id::Heard>> {
    let bytes = data(path)?;
    let mut decoder = remote_id::Decoder::new();
    let heard = decoder.feed(&bytes, "2031-02-15T06:10:00Z".parse().unwrap());
    decoder.end();
    println!("{path}: {:?} {:?}", stream::Stream::read(&decoder), stream::Stream::rejected(&decoder));
    Some(heard)
}

/// What the other dissector writes of each message, with the number of its frame (0 where frames are not numbered).
fn dissected(text: &str) -> Vec<(u64, Vec<String>)> {
    let (mut frame, mut messages) = (0, Vec::<(u64, Vec<String>)>::new());
    for line in text.lines().map(str::trim) {
        if let Some(number) = line.strip_prefix("# frame ") {
            frame = number.parse().unwrap();
        } else if line.starts_with("Open Drone ID - ") && !line.contains("Message Pack") {
            messages.push((frame, vec![line.to_owned()]));
        } else if let Some((_, message)) = messages.last_mut() {
            message.push(line.to_owned());
        }
    }
    messages
}

/// The value of the last line of a message that begins with that name, apart from the bits before it.
fn field<'a>(message: &'a [String], name: &str) -> &'a str {
    let bare = |line: &'a String| line.split_once(" = ").map_or(line.as_str(), |(_, text)| text);
    let found = message.iter().map(bare).filter_map(|line| line.strip_prefix(name)).next();
    found.unwrap_or_else(|| panic!("{name} {message:?}")).trim()
}

fn same_altitude(ours: Option<f64>, theirs: &str) {
    match ours {
        Some(m) => assert!(theirs.contains(&format!("({m:.1} m")), "{m} {theirs}"),
        None => assert!(theirs.contains("Unknown"), "{theirs}"),
    }
}

fn assert_same_message(ours: &remote_id::Message, theirs: &[String]) {
    let code = |text: &str| text.rsplit_once('(').unwrap().1.trim_end_matches(')').parse::<u8>().unwrap();
    match ours {
        remote_id::Message::BasicId(id) => {
            assert_eq!(id.id, field(theirs, "ID:"));
            assert_eq!((id.kind, id.aircraft), (code(field(theirs, "ID Type:")), code(field(theirs, "UA Type:"))));
        }
        remote_id::Message::Location(l) => {
            assert_eq!(l.status, code(field(theirs, "Operational Status:")));
            let direction = field(theirs, "Direction:").split_once(' ').unwrap().0.parse::<f64>().unwrap();
            let east_west = field(theirs, "East/West Direction Segment:").ends_with("(1)");
            let direction = direction + if east_west && direction < 180.0 { 180.0 } else { 0.0 };
            assert_eq!(l.direction_deg, Some(direction).filter(|deg| *deg != 181.0 && *deg < 360.0));
            match l.speed_mps {
                Some(mps) => assert!(field(theirs, "Speed:").contains(&format!("({mps:.2} m/s"))),
                None => assert!(field(theirs, "Speed:").contains("Unknown"), "{theirs:?}"),
            }
            assert_eq!(l.climb_mps.is_none(), field(theirs, "Vert Speed:").contains("Unknown"));
            for (name, ours) in
                [("UA Lattitude:", l.place_deg.map(|p| p.0)), ("UA Longitude:", l.place_deg.map(|p| p.1))]
            {
                let words = ours.map_or("0 ".to_owned(), |deg| format!("{:.0} ({deg:.7} deg", deg * 1e7));
                assert!(field(theirs, name).starts_with(&words), "{words} {theirs:?}");
            }
            same_altitude(l.pressure_altitude_m, field(theirs, "UA Pressure Altitude:"));
            same_altitude(l.ellipsoid_height_m, field(theirs, "UA Geodetic Altitude:"));
            same_altitude(l.height_m, field(theirs, "UA Height AGL:"));
            assert_eq!(l.horizontal_accuracy, code(field(theirs, "Horizontal Accuracy:")));
            assert_eq!(l.vertical_accuracy, code(field(theirs, "Vertical Accuracy:")));
            assert_eq!(l.pressure_accuracy, code(field(theirs, "Baro Accuracy:")));
            assert_eq!(l.speed_accuracy, code(field(theirs, "Speed Accuracy:")));
            let tenths = field(theirs, "Timestamp (1/10s since the hour):").split_once(' ').unwrap().0;
            assert_eq!(l.tenths_of_hour.unwrap().to_string(), tenths);
            let accuracy = field(theirs, "Timestamp Accuracy (1/10s):").parse::<f64>().unwrap();
            assert!((l.time_accuracy_s.unwrap_or(0.0) - accuracy * 0.1).abs() < 1e-9);
        }
        remote_id::Message::SelfId(kind) => assert_eq!(*kind, code(field(theirs, "Self Description Type:"))),
        remote_id::Message::System(s) => {
            assert_eq!(s.area_count.to_string(), field(theirs, "Area Count:"));
            assert!(field(theirs, "Area Radius:").contains(&format!("({} m)", s.area_radius_m)));
            assert_eq!(s.classification, code(field(theirs, "Classification Type:")));
            let class = theirs.iter().rfind(|line| line.contains("UA Classification Category: Class")).unwrap();
            assert_eq!(s.class, code(class));
            assert!(
                field(theirs, "UA Classification Category:")
                    .starts_with(["", "Open", "Specific", "Certified"][usize::from(s.category)])
            );
        }
        remote_id::Message::OperatorId => assert!(theirs[0].contains("Operator ID")),
        remote_id::Message::Authentication { .. } => assert!(theirs[0].contains("Authentication")),
    }
}

#[test]
fn remote_ids_over_wifi_are_read_as_the_dissector_reads_them() {
    for name in ["odid_wifi_bcn_sample.pcap", "odid_wifi_sample.pcap"] {
        let Some(heard) = remote_id_of(&format!("protocols/remote-id/{name}")) else { return };
        let text = String::from_utf8(data(&format!("protocols/remote-id/{name}.dissected.txt")).unwrap()).unwrap();
        let expected = dissected(&text);
        assert!(expected.len() > 20);
        assert_eq!(heard.len(), expected.len(), "{name}");
        for (ours, (frame, theirs)) in heard.iter().zip(&expected) {
            assert_eq!(ours.packet, *frame);
            assert_same_message(&ours.message, theirs);
        }
        let counters: Vec<&str> =
            text.lines().filter_map(|line| line.trim().strip_prefix("Message Counter: ")).collect();
        let mut ours: Vec<(u64, u8)> = heard.iter().map(|one| (one.packet, one.counter)).collect();
        ours.dedup();
        assert_eq!(ours.iter().map(|(_, counter)| counter.to_string()).collect::<Vec<_>>(), counters);
        assert!(heard.iter().filter_map(|one| one.report.as_ref()).count() > 3);
    }
}

#[test]
fn remote_ids_over_bluetooth_are_read_as_the_dissector_reads_them() {
    let name = "protocols/remote-id/odid_bt5_lr_sample.pcapng";
    let Some(heard) = remote_id_of(name) else { return };
    let text = String::from_utf8(data(&format!("{name}.first29frames.dissected.txt")).unwrap()).unwrap();
    let expected = dissected(&text);
    assert!(!expected.is_empty());
    let mut ours = heard.iter();
    for (frame, theirs) in &expected {
        let one = ours.next().unwrap();
        assert_eq!(one.packet, *frame, "{theirs:?}");
        assert_same_message(&one.message, theirs);
    }
}

#[test]
fn a_log_of_a_drone_is_read_as_another_decoder_reads_it() {
    let Some(bytes) = data("protocols/mavlink/quad_short.tlog") else { return };
    let expected = json("protocols/mavlink/quad_short.tlog.expected.json").unwrap();
    let mut decoder = mavlink::Decoder::new();
    let at = "2031-02-15T06:10:00Z".parse().unwrap();
    let mut heard = decoder.feed(&bytes, at);
    heard.extend(decoder.end(at));
    println!("{:?} {:?}", stream::Stream::read(&decoder), stream::Stream::rejected(&decoder));
    assert_eq!(heard.len() as u64, expected["total"].as_u64().unwrap());
    assert_eq!(stream::Stream::rejected(&decoder).total(), 0);
    let seconds = |one: &mavlink::Heard| one.frame.at.unwrap().as_microsecond() as f64 * 1e-6;
    let (first, last) = (heard.first().unwrap(), heard.last().unwrap());
    assert!((seconds(first) - expected["t_first"].as_f64().unwrap()).abs() < 1e-6);
    assert!((seconds(last) - expected["t_last"].as_f64().unwrap()).abs() < 1e-6);
    for (id, name) in [
        (0, "HEARTBEAT"),
        (24, "GPS_RAW_INT"),
        (30, "ATTITUDE"),
        (33, "GLOBAL_POSITION_INT"),
        (12_900, "OPEN_DRONE_ID_BASIC_ID"),
        (12_901, "OPEN_DRONE_ID_LOCATION"),
    ] {
        let of: Vec<_> = heard.iter().filter(|one| one.frame.id == id).collect();
        assert_eq!(of.len() as u64, expected["counts"][name].as_u64().unwrap(), "{name}");
        for (one, place) in [(of.first().unwrap(), "first"), (of.last().unwrap(), "last")] {
            assert_same_fields(&one.message, &expected[place][name]);
        }
    }
    let flights: Vec<_> = heard.iter().filter_map(|one| one.flight.as_ref()).collect();
    assert_eq!(flights.len(), 18);
    assert!(flights.iter().all(|flight| flight.is_in_air && flight.height_above_takeoff_m == Some(50.0)));
}

fn assert_same_fields(message: &mavlink::Message, expected: &Value) {
    let same = |fields: &[(&str, f64)]| {
        for (name, ours) in fields {
            let theirs = expected[*name].as_f64().unwrap_or_else(|| panic!("{name}"));
            assert!((ours - theirs).abs() < 1e-9, "{name} {ours} {theirs}");
        }
    };
    match message {
        mavlink::Message::Heartbeat { custom_mode, kind, autopilot, base_mode, system_status, version } => same(&[
            ("custom_mode", f64::from(*custom_mode)),
            ("type", f64::from(*kind)),
            ("autopilot", f64::from(*autopilot)),
            ("base_mode", f64::from(*base_mode)),
            ("system_status", f64::from(*system_status)),
            ("mavlink_version", f64::from(*version)),
        ]),
        mavlink::Message::Attitude { boot_ms, roll, pitch, yaw, rates } => same(&[
            ("time_boot_ms", f64::from(*boot_ms)),
            ("roll", f64::from(*roll)),
            ("pitch", f64::from(*pitch)),
            ("yaw", f64::from(*yaw)),
            ("rollspeed", f64::from(rates[0])),
            ("pitchspeed", f64::from(rates[1])),
            ("yawspeed", f64::from(rates[2])),
        ]),
        mavlink::Message::GlobalPosition(p) => same(&[
            ("time_boot_ms", f64::from(p.boot_ms)),
            ("lat", f64::from(p.lat)),
            ("lon", f64::from(p.lon)),
            ("alt", f64::from(p.alt_mm)),
            ("relative_alt", f64::from(p.relative_alt_mm)),
            ("vx", f64::from(p.vx)),
            ("vy", f64::from(p.vy)),
            ("vz", f64::from(p.vz)),
            ("hdg", f64::from(p.hdg)),
        ]),
        mavlink::Message::GpsRaw(g) => same(&[
            ("time_usec", g.time_us as f64),
            ("lat", f64::from(g.lat)),
            ("lon", f64::from(g.lon)),
            ("alt", f64::from(g.alt_mm)),
            ("eph", f64::from(g.eph)),
            ("epv", f64::from(g.epv)),
            ("vel", f64::from(g.vel)),
            ("cog", f64::from(g.cog)),
            ("fix_type", f64::from(g.fix_type)),
            ("satellites_visible", f64::from(g.satellites)),
            ("alt_ellipsoid", f64::from(g.alt_ellipsoid_mm)),
            ("h_acc", f64::from(g.h_acc_mm)),
            ("v_acc", f64::from(g.v_acc_mm)),
        ]),
        mavlink::Message::RemoteId { messages, .. } => match &messages[0] {
            remote_id::Message::BasicId(id) => {
                same(&[("id_type", f64::from(id.kind)), ("ua_type", f64::from(id.aircraft))]);
                let bytes: Vec<u8> =
                    expected["uas_id"].as_array().unwrap().iter().map(|b| b.as_u64().unwrap() as u8).collect();
                assert_eq!(id.id, String::from_utf8(bytes).unwrap().trim_end_matches('\0'));
            }
            remote_id::Message::Location(l) => {
                let (lat, lon) = l.place_deg.unwrap();
                same(&[
                    ("status", f64::from(l.status)),
                    ("direction", l.direction_deg.unwrap() * 100.0),
                    ("speed_horizontal", l.speed_mps.unwrap() * 100.0),
                    ("speed_vertical", l.climb_mps.unwrap() * 100.0),
                    ("altitude_barometric", l.pressure_altitude_m.unwrap()),
                    ("altitude_geodetic", l.ellipsoid_height_m.unwrap()),
                    ("height", l.height_m.unwrap()),
                    ("height_reference", f64::from(u8::from(l.is_height_above_ground))),
                    ("horizontal_accuracy", f64::from(l.horizontal_accuracy)),
                    ("vertical_accuracy", f64::from(l.vertical_accuracy)),
                    ("barometer_accuracy", f64::from(l.pressure_accuracy)),
                    ("speed_accuracy", f64::from(l.speed_accuracy)),
                    ("timestamp_accuracy", l.time_accuracy_s.unwrap() * 10.0),
                ]);
                assert_eq!((lat * 1e7).round(), expected["latitude"].as_f64().unwrap());
                assert_eq!((lon * 1e7).round(), expected["longitude"].as_f64().unwrap());
                let seconds = expected["timestamp"].as_f64().unwrap();
                assert!((f64::from(l.tenths_of_hour.unwrap()) * 0.1 - seconds).abs() < 0.051);
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn klv_of(bytes: &[u8], size: usize) -> Vec<klv::Packet> {
    let mut decoder = klv::Decoder::new();
    let mut packets: Vec<_> = bytes.chunks(size).flat_map(|piece| decoder.feed(piece)).collect();
    packets.extend(decoder.end());
    println!("{:?} {:?}", stream::Stream::read(&decoder), stream::Stream::rejected(&decoder));
    packets
}

#[test]
fn metadata_of_video_are_read_as_another_decoder_reads_them() {
    for name in ["monitor_seq.klv", "DynamicConstantMISMMSPacketData.bin", "DynamicOnlyMISMMSPacketData.bin"] {
        let Some(bytes) = data(&format!("protocols/klv-st0601/{name}")) else { return };
        let expected = json(&format!("protocols/klv-st0601/{name}.expected.json")).unwrap();
        let packets = klv_of(&bytes, 37);
        assert_eq!(packets.len(), expected.as_array().unwrap().len());
        for (packet, expected) in packets.iter().zip(expected.as_array().unwrap()) {
            let near = |tag: u32, field: &str| {
                let (ours, theirs) = (packet.number_of(tag).unwrap(), expected[field].as_f64().unwrap());
                assert!((ours - theirs).abs() <= 1e-12 * theirs.abs().max(1.0), "{field} {ours} {theirs}");
            };
            let fields = ["heading", "pitch", "roll"];
            fields.iter().zip(5..).for_each(|(field, tag)| near(tag, field));
            let fields = [
                "sensor_lat",
                "sensor_lon",
                "sensor_alt_msl",
                "hfov",
                "vfov",
                "rel_az",
                "rel_el",
                "rel_roll",
                "slant_range",
                "target_width",
                "frame_lat",
                "frame_lon",
                "frame_elev_msl",
            ];
            fields.iter().zip(13..).for_each(|(field, tag)| near(tag, field));
            assert_eq!(packet.values[&2], klv::Value::Micros(expected["timestamp_us"].as_i64().unwrap()));
            assert_eq!(packet.values[&65], klv::Value::Code(expected["version"].as_u64().unwrap()));
            for (tag, text) in expected["strings"].as_object().unwrap() {
                assert_eq!(
                    packet.values[&tag.parse::<u32>().unwrap()],
                    klv::Value::Text(text.as_str().unwrap().to_owned())
                );
            }
            for (n, corner) in expected["corners"].as_array().into_iter().flatten().enumerate() {
                for (part, tag) in [(0, 26 + 2 * n as u32), (1, 27 + 2 * n as u32)] {
                    assert!((packet.number_of(tag).unwrap() - corner[part].as_f64().unwrap()).abs() < 1e-15);
                }
            }
            let mut tags = packet.tags.clone();
            tags.sort_unstable();
            let theirs: Vec<u32> =
                expected["tags"].as_array().unwrap().iter().map(|tag| tag.as_u64().unwrap() as u32).collect();
            assert_eq!(tags, theirs);
            assert_eq!(format!("{:04x}", packet.checksum), expected["checksum_computed"].as_str().unwrap());
            assert_eq!(
                packet.stated_checksum.map(|sum| format!("{sum:04x}")).as_deref(),
                expected["checksum_stored"].as_str()
            );
            assert_eq!(packet.is_sound(), expected["checksum_ok"].as_bool().unwrap());
            assert_eq!(packet.flight.is_some(), packet.is_sound());
        }
    }
}

#[test]
fn metadata_within_a_transport_stream_are_those_of_the_bare_file() {
    let Some(bytes) = data("protocols/klv-st0601/monitor_seq.ts") else { return };
    let bare = klv_of(&data("protocols/klv-st0601/monitor_seq.klv").unwrap(), 4096);
    for size in [1316, 188, 61, bytes.len()] {
        let carried = klv_of(&bytes, size);
        assert_eq!(carried.len(), 20);
        assert!(
            carried
                .iter()
                .zip(&bare)
                .all(|(a, b)| (&a.values, &a.flight, &a.footprint) == (&b.values, &b.flight, &b.footprint))
        );
        assert!(carried.iter().all(|packet| packet.carried.is_some()));
    }
    let seen = bare.iter().filter_map(|packet| packet.footprint.as_ref()).collect::<Vec<_>>();
    println!("{} footprints, the first {:?}, checks {:?}", seen.len(), seen.first(), bare[0].checks());
    assert_eq!(seen.len(), 20);
}

fn cot_of(path: &str) -> Option<(Vec<cot::Event>, stream::Tally)> {
    let bytes = data(path)?;
    let mut decoder = cot::Decoder::new();
    let mut events: Vec<_> = bytes.chunks(100).flat_map(|piece| decoder.feed(piece)).collect();
    events.extend(decoder.end());
    Some((events, stream::Stream::rejected(&decoder).clone()))
}

#[test]
fn shared_events_give_the_drone_and_nothing_of_persons() {
    for (name, n_movers, counts) in [
        ("client-a.sent.xml", 1, vec![("control", 1), ("not_a_mover", 1), ("personal_data_refused", 1)]),
        ("client-a.received.xml", 0, vec![("control", 1), ("personal_data_refused", 1)]),
        ("client-b.received.xml", 1, vec![("not_a_mover", 1), ("personal_data_refused", 1)]),
        ("mesh-0.bin", 0, vec![("not_a_mover", 1)]),
        ("mesh-1.bin", 1, vec![]),
        ("stream.bin", 1, vec![("not_a_mover", 1)]),
    ] {
        let Some((events, rejected)) = cot_of(&format!("protocols/cot/{name}")) else { return };
        assert_eq!(rejected.counts().iter().map(|(reason, n)| (*reason, *n)).collect::<Vec<_>>(), counts, "{name}");
        assert_eq!(events.len(), n_movers, "{name}");
        for event in events {
            assert_eq!((event.uid.as_str(), event.lat_deg, event.lon_deg), ("uav-07", 48.2, 37.9));
            assert_eq!((event.hae_m, event.ce_m, event.track), (Some(1234.5), Some(10.0), Some((18.5, 91.2))));
            assert_eq!(event.at.unwrap().to_string(), "2026-11-21T19:02:25.66Z");
            assert_eq!(event.stale.unwrap().to_string(), "2026-11-21T19:02:55.66Z");
        }
    }
}

#[test]
fn ships_on_a_connection_are_those_of_the_file_in_any_pieces() {
    for path in ["protocols/ais/mixed.txt", "protocols/ais/ais_test_messages", "track/real/nmea/pyais_nmea_sample.txt"]
    {
        let Some(bytes) = data(path) else { return };
        let (mut file, mut problems) = (Vec::new(), truceline_domain::Problems::default());
        ais::each_message(&bytes, "f", &mut problems, &mut |heard| file.push(format!("{heard:?}")));
        for size in [1, 13, 82, 1000, bytes.len()] {
            let mut decoder = ais::Decoder::new();
            let mut heard: Vec<_> = bytes.chunks(size).flat_map(|piece| decoder.feed(piece)).collect();
            heard.extend(decoder.end());
            assert_eq!(heard.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>(), file, "{path} {size}");
            assert_eq!(stream::Stream::rejected(&decoder).counts(), problems.counts());
        }
    }
}
