//! Room `intake`: the bytes of one capture become records.
//!
//! What comes in: bytes as a feed delivered them, and a [`Context`] that says whose they are. What goes out: records
//! (detections, areas, outages, recordings) one by one into a sink, and [`Problems`] that say where something was wrong
//! (file, line, the offending text, a hint). What never happens here: files, sockets, clocks; a panic; a good row lost
//! without a word. A row that cannot be used gives exactly one problem of severity `error`; a row that can be used but
//! looks odd gives a record and a warning.
//!
//! There is one file for each format under `kinds/`; each opens with a manual page. [`KINDS`] lists them all, and one
//! suite of tests holds for every one of them.
//!
//! ```
//! use truceline_intake::{Context, Record, kind_named, read};
//!
//! let bytes = b"date,lat,lon,sensor\n2031-02-15,45.5,31.25,S\n2031-02-15,north,31.25,S\n";
//! let context = Context::new(bytes, "fires.csv", "viirs", "space-agency");
//! let mut records = Vec::new();
//! let problems = read(kind_named("firms").unwrap(), bytes, &context, &mut |record| records.push(record));
//!
//! assert!(matches!(records.as_slice(), [Record::Detection(_)]));
//! assert_eq!(problems.kept()[0].line, Some(3));
//! assert_eq!(problems.kept()[0].text, "north");
//! ```

mod field;
pub mod flight;
mod geojson;
pub mod geometry;
pub mod infrapy;
mod kinds;
pub mod picks;
pub mod sapient;
pub mod seedlink;
pub mod stationxml;
pub mod stream;
mod suggest;
mod table;
pub mod track_scenario;
mod unpack;

pub use kinds::{adsb, ais, cot, detections, klv, mavlink, miniseed, outages, remote_id, sac, smm_annex, wav};
pub use unpack::unpack;

use jiff::civil;
use jiff::tz::TimeZone;
use truceline_domain::{
    AreaVersion, CaptureId, Detection, DetectionId, Digest, Name, Outage, PartyId, Problems, Recording, SensorId,
    Timestamp,
};

/// One thing that was read from a capture.
#[derive(Clone, Debug)]
pub enum Record {
    /// A measurement or a row of a report.
    Detection(Detection),
    /// An area with its validity.
    Area(AreaVersion),
    /// A time in which a sensor could not see.
    Outage(Outage),
    /// A waveform.
    Recording(Recording),
}

/// What the reader of a capture is told besides its bytes.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// The capture; ids of detections are made of it.
    pub capture: CaptureId,
    /// The name of the file, for problems.
    pub name: &'a str,
    /// The sensor or source that delivered it.
    pub source: SensorId,
    /// Who owns the sensor or speaks.
    pub owner: Name,
    /// The party that the content belongs to, where a format needs one (areas of control).
    pub party: Option<PartyId>,
    /// For local times without an offset.
    pub time_zone: TimeZone,
    /// When the capture came.
    pub received_at: Timestamp,
    /// The day that times without a date belong to, if the feed knows it.
    pub reference_date: Option<civil::Date>,
}

impl<'a> Context<'a> {
    /// A context for `bytes`: local time is UTC, the time of reception is the end of time (so nothing comes from the
    /// future), no party. Change the fields that are known.
    pub fn new(bytes: &[u8], name: &'a str, source: &str, owner: &str) -> Self {
        Self {
            capture: Digest::of(bytes),
            name,
            source: source.into(),
            owner: owner.into(),
            party: None,
            time_zone: TimeZone::UTC,
            received_at: Timestamp::MAX,
            reference_date: None,
        }
    }

    /// The id of a record of this capture.
    pub(crate) fn id(&self, record: u32) -> DetectionId {
        DetectionId { capture: self.capture, record }
    }
}

/// One format.
pub trait SensorKind: Sync {
    /// Its name in `feeds.toml`, such as `firms`.
    fn name(&self) -> &'static str;

    /// True when a file of that name that begins with `head` (unpacked, at least the first line) looks like this format.
    fn recognises(&self, name: &str, head: &[u8]) -> bool;

    /// Reads unpacked bytes; records go into `sink` in the order of the bytes.
    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems;

    /// How many record numbers each row of the format takes: the row of a detection is its record divided by this.
    fn records_per_row(&self) -> u32 {
        1
    }
}

/// Every format, in the order in which [`recognise`] asks them.
pub static KINDS: &[&dyn SensorKind] = &[
    &wav::Wav,
    &miniseed::Miniseed,
    &sac::Sac,
    &detections::Detections,
    &outages::Outages,
    &kinds::firms::Firms,
    &kinds::viina::Viina,
    &kinds::ucdp::Ucdp,
    &kinds::cir::Cir,
    &kinds::smm_daily::SmmDaily,
    &smm_annex::SmmAnnex,
    &kinds::control_geojson::ControlGeojson,
    &ais::Ais,
    &sapient::Sapient,
    &adsb::Adsb,
    &remote_id::RemoteId,
    &mavlink::Mavlink,
    &klv::Klv,
    &cot::Cot,
];

/// The format of that name.
pub fn kind_named(name: &str) -> Option<&'static dyn SensorKind> {
    KINDS.iter().copied().find(|kind| kind.name() == name)
}

/// The first format that recognises a file by its name and its unpacked first bytes.
pub fn recognise(name: &str, head: &[u8]) -> Option<&'static dyn SensorKind> {
    KINDS.iter().copied().find(|kind| kind.recognises(name, head))
}

/// Unpacks and decodes: what a feed calls on the bytes of a capture.
pub fn read(kind: &dyn SensorKind, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
    let (unpacked, mut problems) = unpack(context.name, bytes);
    if problems.total() > 0 && unpacked.is_empty() {
        return problems;
    }
    problems.absorb(kind.decode(&unpacked, context, sink));
    problems
}

/// Puts the problems of one step behind those of another.
trait Absorb {
    fn absorb(&mut self, later: Problems);
}

impl Absorb for Problems {
    fn absorb(&mut self, later: Problems) {
        if self.total() == 0 {
            *self = later;
        } else {
            self.extend(later.into_vec());
        }
    }
}
