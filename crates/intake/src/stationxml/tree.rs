//! The elements of a document, one station at a time in memory, with bounds on depth and on what is unknown.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeSet;
use truceline_domain::{Problem, Problems};

/// The deepest that elements may lie.
const MAX_DEPTH: usize = 64;
/// The longest text of an element, bytes.
const MAX_TEXT: usize = 1 << 16;
/// The most names that are told as unknown.
const MAX_UNKNOWN: usize = 100;

/// One element with what it holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// Its name without a prefix.
    pub(super) name: String,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// Its text.
    pub(super) text: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
}

impl Node {
    /// The first child of that name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of that name.
    pub(super) fn all<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// An attribute without blanks around it; empty when absent.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// The number that a child holds.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.child(name)?.text.trim().parse().ok().filter(|value: &f64| value.is_finite())
    }
}

/// Elements whose content is read.
const READ: [&str; 41] = [
    "FDSNStationXML",
    "Network",
    "Station",
    "Channel",
    "Latitude",
    "Longitude",
    "Elevation",
    "Depth",
    "Azimuth",
    "Dip",
    "SampleRate",
    "ClockDrift",
    "Sensor",
    "Description",
    "Type",
    "Response",
    "InstrumentSensitivity",
    "Value",
    "Frequency",
    "InputUnits",
    "OutputUnits",
    "Name",
    "Stage",
    "PolesZeros",
    "PzTransferFunctionType",
    "NormalizationFactor",
    "NormalizationFrequency",
    "Zero",
    "Pole",
    "Real",
    "Imaginary",
    "StageGain",
    "Decimation",
    "InputSampleRate",
    "Factor",
    "SampleRateRatio",
    "NumberSamples",
    "NumberSeconds",
    "Manufacturer",
    "Model",
    "SerialNumber",
];

/// Elements that the standard knows and this reader passes over.
const PASSED_OVER: [&str; 44] = [
    "Source",
    "Sender",
    "Module",
    "ModuleURI",
    "Created",
    "TotalNumberStations",
    "SelectedNumberStations",
    "Site",
    "CreationDate",
    "TerminationDate",
    "TotalNumberChannels",
    "SelectedNumberChannels",
    "Comment",
    "Identifier",
    "Operator",
    "Vault",
    "Geology",
    "Equipment",
    "ExternalReference",
    "DataAvailability",
    "CalibrationUnits",
    "StorageFormat",
    "WaterLevel",
    "PreAmplifier",
    "DataLogger",
    "InstrumentPolynomial",
    "Coefficients",
    "ResponseList",
    "FIR",
    "Polynomial",
    "Offset",
    "Delay",
    "Correction",
    "Vendor",
    "InstallationDate",
    "RemovalDate",
    "CalibrationDate",
    "ResourceId",
    "HistoricalCode",
    "AlternateCode",
    "FrequencyRangeGroup",
    "FrequencyStart",
    "FrequencyEnd",
    "FrequencyDBVariation",
];

/// Reads the document and shows each element that was read, when it ends, with the elements above it (outermost first); the
/// error that comes back becomes a problem. A channel is dropped after it was shown; of it only its name stays.
pub(super) fn walk(
    text: &str,
    file: &str,
    problems: &mut Problems,
    mut show: impl FnMut(&[Node], &Node) -> Result<(), Problem>,
) {
    let mut walker = Walker { file, text, line: (0, 1), open: Vec::new(), n_skipped: 0, unknown: BTreeSet::new() };
    let mut reader = Reader::from_str(text);
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let outcome = match reader.read_event() {
            Ok(Event::Eof) if walker.open.is_empty() && walker.n_skipped == 0 => return,
            Ok(Event::Eof) => Err(walker.wrong(at, "bad_xml", "the document breaks off".to_owned())),
            Ok(event) => walker.take(event, at, problems, &mut show),
            Err(error) => Err(walker.wrong(at, "bad_xml", format!("the document is no sound XML: {error}"))),
        };
        if let Err(problem) = outcome {
            problems.push(problem);
            return;
        }
    }
}

struct Walker<'a> {
    file: &'a str,
    text: &'a str,
    /// An offset and its line.
    line: (usize, u64),
    open: Vec<Node>,
    /// How many elements that are passed over stand open inside the innermost one.
    n_skipped: usize,
    unknown: BTreeSet<String>,
}

impl Walker<'_> {
    /// Counts lines on from the last place that was asked for.
    fn line_at(&mut self, at: usize) -> u64 {
        let (known_at, line) = self.line;
        let between = self.text.as_bytes().get(known_at..at.max(known_at)).unwrap_or_default();
        self.line = (at.max(known_at), line + between.iter().filter(|b| **b == b'\n').count() as u64);
        self.line.1
    }

    fn wrong(&mut self, at: usize, code: &'static str, message: String) -> Problem {
        let line = self.line_at(at);
        Problem::error(self.file, code, message).at_line(line)
    }

    /// Takes one event; an error ends the reading.
    fn take(
        &mut self,
        event: Event,
        at: usize,
        problems: &mut Problems,
        show: &mut impl FnMut(&[Node], &Node) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        match event {
            Event::Start(start) => self.begin(&start, at, problems)?,
            Event::Empty(start) => {
                self.begin(&start, at, problems)?;
                self.end(problems, show);
            }
            Event::End(_) => self.end(problems, show),
            Event::Text(text) => self.write(&String::from_utf8_lossy(&text)),
            Event::CData(text) => self.write(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(reference) => {
                let named = quick_xml::escape::resolve_predefined_entity(&String::from_utf8_lossy(&reference))
                    .map(str::to_owned);
                let sign = reference.resolve_char_ref().ok().flatten().map(String::from).or(named);
                let Some(sign) = sign else {
                    return Err(self.wrong(
                        at,
                        "entity",
                        "the document uses an entity that is not one of XML's own".to_owned(),
                    ));
                };
                self.write(&sign);
            }
            Event::DocType(_) => {
                let problem = self.wrong(at, "document_type", "the document declares a document type".to_owned());
                return Err(problem.with_hint("take the declaration out; a station file needs none"));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => {}
        }
        Ok(())
    }

    fn begin(&mut self, start: &BytesStart, at: usize, problems: &mut Problems) -> Result<(), Problem> {
        if self.open.len() + self.n_skipped >= MAX_DEPTH {
            return Err(self.wrong(at, "too_deep", format!("elements lie more than {MAX_DEPTH} deep")));
        }
        let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
        if self.open.is_empty() && self.n_skipped == 0 && name != "FDSNStationXML" {
            let problem = self.wrong(at, "not_stationxml", "the document is no StationXML".to_owned());
            return Err(problem.with_text(&name));
        }
        let is_read = self.n_skipped == 0 && READ.contains(&name.as_str());
        if !is_read {
            let is_news =
                self.n_skipped == 0 && !PASSED_OVER.contains(&name.as_str()) && self.unknown.len() < MAX_UNKNOWN;
            self.n_skipped += 1;
            if is_news && self.unknown.insert(name.clone()) {
                let line = self.line_at(at);
                let message = "the standard does not know this element; it is passed over";
                problems.push(Problem::warning(self.file, "unknown_element", message).at_line(line).with_text(&name));
            }
            return Ok(());
        }
        let mut all = start.attributes();
        let attributes = all.with_checks(false).take(32).filter_map(|attribute| {
            let attribute = attribute.ok()?;
            let key = String::from_utf8_lossy(attribute.key.local_name().as_ref()).into_owned();
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
            Some((key, value.into_owned()))
        });
        let attributes = attributes.collect();
        let line = self.line_at(at);
        self.open.push(Node { name, line, attributes, ..Node::default() });
        Ok(())
    }

    fn write(&mut self, text: &str) {
        if let Some(node) = self.open.last_mut().filter(|_| self.n_skipped == 0) {
            let fits = node.text.len() + text.len() <= MAX_TEXT && !(node.text.is_empty() && text.trim().is_empty());
            if fits {
                node.text.push_str(text);
            }
        }
    }

    fn end(&mut self, problems: &mut Problems, show: &mut impl FnMut(&[Node], &Node) -> Result<(), Problem>) {
        if self.n_skipped > 0 {
            self.n_skipped -= 1;
            return;
        }
        let Some(node) = self.open.pop() else { return };
        if let Err(problem) = show(&self.open, &node) {
            problems.push(problem);
        }
        let Some(parent) = self.open.last_mut() else { return };
        match node.name.as_str() {
            // That a station has channels must stay known, what they held need not.
            "Channel" if parent.child("Channel").is_none() => {
                parent.children.push(Node { name: node.name, ..Node::default() });
            }
            "Channel" | "Station" | "Network" => {}
            _ => parent.children.push(node),
        }
    }
}
