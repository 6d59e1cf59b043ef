//! FDSN StationXML 1.0 to 1.2: where channels stand, how they are turned, and what a count means.
//!
//! **What it is.** [`read`] gives one [`Channel`] for each channel and time in force, with its overall sensitivity and the
//! poles and zeros of its stages; [`stations`] turns them into the stations that the location of events needs. Encodings:
//! UTF-8 and ISO 8859-1.
//!
//! **What it needs.** `Network@code`, `Station@code`, `Channel@code`, latitude and longitude (the station's where the channel
//! has none). A station without channels becomes one channel with empty codes. A time in force that is open reads as all of
//! time in that direction, as does an end after the year 2200.
//!
//! **Error model.** A channel without a place or with numbers that are none is one problem and left out. An element that the
//! standard does not know is one warning for its name and is passed over with all that it holds; so are texts longer than
//! 64 KiB. A document type is refused, so that no entity can be declared and nothing grows; elements lie at most 64 deep. What
//! was read before a damaged place is kept.
//!
//! **What it cannot tell.** Whether the place was rounded to protect it; the shape of digital filters (FIR and coefficient
//! stages count with their gain alone, which holds well below half the sample rate).
//!
//! ```
//! let xml = br#"<FDSNStationXML xmlns="http://www.fdsn.org/xml/station/1" schemaVersion="1.2"><Network code="XX">
//!   <Station code="POST7"><Latitude>45.5</Latitude><Longitude>31.25</Longitude><Elevation>12</Elevation>
//!     <Channel code="HDF" locationCode="00"><Latitude>45.5</Latitude><Longitude>31.25</Longitude><Elevation>12</Elevation>
//!       <Depth>0</Depth><SampleRate>100</SampleRate></Channel></Station></Network></FDSNStationXML>"#;
//! let (channels, problems) = truceline_intake::stationxml::read(xml, "stations.xml");
//! assert_eq!((channels[0].id().as_str(), channels[0].rate_hz, problems.total()), ("XX.POST7.00.HDF", Some(100.0), 0));
//! ```
//!
//! # Source
//! FDSN StationXML schema 1.2 (2022).

mod response;
mod tree;

pub use response::{PolesAndZeros, Response, Stage};

use crate::kinds::sac::modality_of;
use std::collections::BTreeMap;
use tree::Node;
use truceline_domain::{Name, Problem, Problems, Span, Station, Timestamp, Wgs84};

/// One channel while it was set up in one way.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// Code of the network.
    pub network: String,
    /// Code of the station.
    pub station: String,
    /// Code of the location; empty when blank.
    pub location: String,
    /// Code of the channel.
    pub channel: String,
    /// Where it stands.
    pub place: Wgs84,
    /// Height of the ground above sea, m.
    pub elevation_m: f64,
    /// Depth of the sensor under the ground, m.
    pub depth_m: f64,
    /// Where positive motion points, degrees clockwise from north.
    pub azimuth_deg: Option<f64>,
    /// How far below the horizon it points, degrees; -90 is up.
    pub dip_deg: Option<f64>,
    /// Samples per second.
    pub rate_hz: Option<f64>,
    /// When this was in force.
    pub span: Span,
    /// Largest drift of the clock, s in one sample.
    pub clock_drift_s_per_sample: Option<f64>,
    /// What the sensor is.
    pub sensor: String,
    /// What a count means.
    pub sensitivity: Option<Sensitivity>,
    /// How the sensor answers at each frequency; `None` when the file does not say.
    pub response: Option<Response>,
}

/// Counts for one unit of input, at one frequency.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// Counts per unit.
    pub value: f64,
    /// Where it holds, Hz.
    pub frequency_hz: Option<f64>,
    /// The unit of input as written, such as `M/S` or `PA`.
    pub input_units: String,
}

/// Whether a station of the list is a site or one of its channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// `NET.STA`, one for each site.
    Site,
    /// `NET.STA.LOC.CHA`, as recordings are named.
    Channel,
}

impl Channel {
    /// `NET.STA.LOC.CHA`, as recordings of it are named.
    pub fn id(&self) -> Name {
        Name::from(format!("{}.{}.{}.{}", self.network, self.station, self.location, self.channel))
    }

    /// `NET.STA`.
    pub fn site(&self) -> Name {
        Name::from(format!("{}.{}", self.network, self.station))
    }
}

/// Reads an inventory; channels in the order of the file.
pub fn read(bytes: &[u8], file: &str) -> (Vec<Channel>, Problems) {
    let mut problems = Problems::default();
    let mut channels = Vec::new();
    let text = text_of(bytes, file, &mut problems);
    tree::walk(&text, file, &mut problems, |above, node| {
        let is_bare = node.name == "Station" && node.child("Channel").is_none();
        if node.name != "Channel" && !is_bare {
            return Ok(());
        }
        channels.push(channel(above, node, file)?);
        Ok(())
    });
    if channels.is_empty() && problems.total() == 0 {
        problems.push(Problem::error(file, "empty", "the file has no station"));
    }
    (channels, problems)
}

/// The stations of channels: places as they stood last, heights of the sensors (depth taken off), in the order of the
/// first channel of each.
pub fn stations(channels: &[Channel], naming: Naming) -> Vec<Station> {
    let mut stations: Vec<(Station, Timestamp)> = Vec::new();
    let mut places: BTreeMap<Name, usize> = BTreeMap::new();
    for channel in channels {
        let id = if naming == Naming::Site { channel.site() } else { channel.id() };
        let station = Station {
            id: id.clone(),
            place: channel.place,
            elevation_m: channel.elevation_m - channel.depth_m,
            modality: modality_of(&channel.channel),
            is_array: false,
        };
        let place = *places.entry(id).or_insert_with(|| {
            stations.push((station.clone(), channel.span.until));
            stations.len() - 1
        });
        if let Some(known) = stations.get_mut(place) {
            let is_mixed = known.0.modality != station.modality;
            if channel.span.until > known.1 {
                *known = (station, channel.span.until);
            }
            // A site that both hears and feels is of no one kind.
            if is_mixed {
                known.0.modality = None;
            }
        }
    }
    stations.into_iter().map(|(station, _)| station).collect()
}

/// The document as text by its declared encoding.
fn text_of(bytes: &[u8], file: &str, problems: &mut Problems) -> String {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(120)).unwrap_or_default()).to_ascii_lowercase();
    let declaration = head.split("?>").next().unwrap_or_default();
    if declaration.contains("8859-1") || declaration.contains("windows-1252") {
        return bytes.iter().copied().map(char::from).collect();
    }
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        let message = "the file is not UTF-8 text; the bytes that are none were replaced";
        problems.push(Problem::warning(file, "not_utf8", message));
    }
    text.into_owned()
}

/// A channel (or a station without any) with the elements above it, the outermost first.
fn channel(above: &[Node], node: &Node, file: &str) -> Result<Channel, Problem> {
    let outer = |name: &str| above.iter().rev().find(|outer| outer.name == name);
    let station = if node.name == "Station" { Some(node) } else { outer("Station") };
    let network = outer("Network").map_or("", |network| network.attribute("code"));
    let station_code = station.map_or("", |station| station.attribute("code"));
    let wrong =
        |code, text: &str, message: String| Problem::error(file, code, message).at_line(node.line).with_text(text);
    let is_channel = node.name == "Channel";
    let code = if is_channel { node.attribute("code") } else { "" };
    let location = if is_channel { node.attribute("locationCode") } else { "" };
    let id = format!("{network}.{station_code}.{location}.{code}");
    if network.is_empty() || station_code.is_empty() || (is_channel && code.is_empty()) {
        return Err(wrong("missing_code", &id, "the channel has no network, station or channel code".to_owned()));
    }
    let number = |name: &str| -> Result<Option<f64>, Problem> {
        let own = node.child(name).or_else(|| station.and_then(|station| station.child(name)));
        let Some(found) = own else { return Ok(None) };
        let value = found.text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
        value.map(Some).ok_or_else(|| wrong("bad_number", &found.text, format!("`{name}` of {id} is not a number")))
    };
    let place = number("Latitude")?.zip(number("Longitude")?);
    let place = place.ok_or_else(|| wrong("bad_place", &id, "the channel has no latitude and longitude".to_owned()))?;
    let place = Wgs84::new(place.0, place.1).map_err(|invalid| wrong("bad_place", &id, invalid.to_string()))?;
    let text =
        |path: &[&str]| path.iter().try_fold(node, |at, name| at.child(name)).map(|at| at.text.trim().to_owned());
    let rate_hz = number("SampleRate")?.filter(|hz| *hz > 0.0);
    Ok(Channel {
        network: network.to_owned(),
        station: station_code.to_owned(),
        location: location.to_owned(),
        channel: code.to_owned(),
        place,
        elevation_m: number("Elevation")?.unwrap_or(0.0),
        depth_m: number("Depth")?.unwrap_or(0.0),
        azimuth_deg: number("Azimuth")?,
        dip_deg: number("Dip")?,
        rate_hz,
        span: span(node).ok_or_else(|| wrong("bad_time", &id, "the channel ends before it begins".to_owned()))?,
        clock_drift_s_per_sample: number("ClockDrift")?,
        sensor: text(&["Sensor", "Description"]).or_else(|| text(&["Sensor", "Type"])).unwrap_or_default(),
        sensitivity: node.child("Response").and_then(sensitivity),
        response: node.child("Response").and_then(response::of),
    })
}

/// The time in force; an end that is open or centuries away is the end of time.
fn span(node: &Node) -> Option<Span> {
    let from = crate::picks::instant(node.attribute("startDate")).unwrap_or(Timestamp::MIN);
    let until = crate::picks::instant(node.attribute("endDate")).unwrap_or(Timestamp::MAX);
    Span::new(from, until)
}

fn sensitivity(response: &Node) -> Option<Sensitivity> {
    let node = response.child("InstrumentSensitivity")?;
    let value = node.number("Value").filter(|value| *value != 0.0)?;
    let units = node.child("InputUnits").and_then(|units| units.child("Name"));
    let input_units = units.map(|name| name.text.trim().to_owned()).unwrap_or_default();
    Some(Sensitivity { value, frequency_hz: node.number("Frequency"), input_units })
}

#[cfg(test)]
#[path = "stationxml_tests.rs"]
mod tests;
