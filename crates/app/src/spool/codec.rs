//! The bytes of one detection (form 1) and of one pick (form 1) in the working files. Only this file knows them.

use crate::located::HeardPick;
use std::collections::HashSet;
use truceline_domain::{
    ArrayBearing, Bearing, Count, Detection, DetectionId, Digest, Known, Means, Measured, Modality, Motion, Name,
    NotKnownReason, Phenomenon, Pick, PickFeatures, PlaceEstimate, RoomKey, Sealed, TimeEstimate, Timestamp, Wave,
    WeaponKind, Wgs84, Where,
};

/// Appends the form of a detection to `out`.
pub fn encode(detection: &Detection, out: &mut Vec<u8>) {
    let mut w = Writer { out };
    w.bytes(&detection.id.capture.0);
    w.u32(detection.id.record);
    w.text(detection.sensor.as_str());
    w.text(detection.owner.as_str());
    w.word(Modality::ALL, detection.modality);
    w.word(Means::ALL, detection.means);
    w.word(Phenomenon::ALL, detection.phenomenon);
    w.instant(detection.time.from);
    w.instant(detection.time.until);
    w.f64(detection.time.sigma_s);
    w.place(&detection.place);
    match detection.count {
        Known::Known(count) => {
            w.u8(0);
            w.u32(count.low);
            w.u32(count.high);
        }
        Known::NotKnown(reason) => w.reason(reason),
    }
    match detection.weapon {
        Known::Known(weapon) => {
            w.u8(0);
            w.word(WeaponKind::ALL, weapon);
        }
        Known::NotKnown(reason) => w.reason(reason),
    }
    // The spool lies inside the sealed store: the origin is computed with, never shown.
    let key = RoomKey::for_computation_inside_the_house();
    w.option(detection.origin.as_ref(), |w, origin| w.estimate(origin.open(&key)));
    w.option(detection.motion.as_ref(), |w, motion| {
        w.f64(motion.speed_mps);
        w.f64(motion.course_deg);
    });
    w.option(detection.claimed_identity.as_ref(), |w, name| w.text(name.as_str()));
    w.option(detection.dependence.as_ref(), |w, name| w.text(name.as_str()));
    w.option(detection.note.as_ref(), |w, name| w.text(name.as_str()));
}

/// Appends the form of a pick to `out`.
pub fn encode_pick(heard: &HeardPick, out: &mut Vec<u8>) {
    let (pick, features) = (&heard.pick, &heard.pick.features);
    let mut w = Writer { out };
    w.bytes(&heard.id.capture.0);
    w.u32(heard.id.record);
    w.u32(u32::try_from(heard.alone.len()).unwrap_or(u32::MAX));
    heard.alone.iter().for_each(|id| w.u32(id.record));
    w.text(pick.sensor.as_str());
    w.option(pick.wave.as_ref(), |w, wave| w.word(Wave::ALL, *wave));
    w.instant(pick.at);
    w.option(pick.sigma_s.as_ref(), |w, x| w.f64(*x));
    w.option(pick.confidence.as_ref(), |w, x| w.f64(*x));
    w.option(pick.bearing.as_ref(), |w, bearing| {
        w.measured(bearing.azimuth_deg);
        w.option(bearing.trace_velocity_mps.as_ref(), |w, x| w.measured(*x));
        w.option(bearing.fisher.as_ref(), |w, x| w.f64(*x));
        w.option(bearing.n_elements.as_ref(), |w, n| w.u32(*n));
    });
    for feature in [
        features.amplitude,
        features.snr,
        features.frequency_hz,
        features.duration_s,
        features.rise_s,
        features.phase_ratio,
        features.ripple,
    ] {
        w.option(feature.as_ref(), |w, x| w.f64(*x));
    }
    w.option(features.rounds.as_ref(), |w, (low, high)| {
        w.u32(*low);
        w.u32(*high);
    });
}

/// Reads one pick; `None` when the bytes are not of this form.
pub fn decode_pick(bytes: &[u8], names: &mut Names) -> Option<HeardPick> {
    let mut r = Reader { rest: bytes, names };
    let id = DetectionId { capture: Digest(r.array()?), record: r.u32()? };
    let n_alone = r.u32()?;
    let alone = (0..n_alone).map(|_| Some(DetectionId { capture: id.capture, record: r.u32()? }));
    let alone = alone.collect::<Option<Vec<_>>>()?;
    let pick = Pick {
        sensor: r.name()?,
        wave: r.option(|r| r.word(Wave::ALL))?,
        at: r.instant()?,
        sigma_s: r.option(Reader::f64)?,
        confidence: r.option(Reader::f64)?,
        bearing: r.option(|r| {
            Some(ArrayBearing {
                azimuth_deg: r.measured()?,
                trace_velocity_mps: r.option(Reader::measured)?,
                fisher: r.option(Reader::f64)?,
                n_elements: r.option(Reader::u32)?,
            })
        })?,
        features: PickFeatures {
            amplitude: r.option(Reader::f64)?,
            snr: r.option(Reader::f64)?,
            frequency_hz: r.option(Reader::f64)?,
            duration_s: r.option(Reader::f64)?,
            rise_s: r.option(Reader::f64)?,
            phase_ratio: r.option(Reader::f64)?,
            ripple: r.option(Reader::f64)?,
            rounds: r.option(|r| Some((r.u32()?, r.u32()?)))?,
        }
        .into(),
    };
    Some(HeardPick { id, alone, pick })
}

struct Writer<'o> {
    out: &'o mut Vec<u8>,
}

impl Writer<'_> {
    fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }
    fn u8(&mut self, n: u8) {
        self.out.push(n);
    }
    fn u32(&mut self, n: u32) {
        self.bytes(&n.to_be_bytes());
    }
    fn f64(&mut self, x: f64) {
        self.bytes(&x.to_bits().to_be_bytes());
    }
    fn instant(&mut self, at: Timestamp) {
        self.bytes(&at.as_nanosecond().to_be_bytes());
    }
    fn text(&mut self, text: &str) {
        self.u32(u32::try_from(text.len()).unwrap_or(u32::MAX));
        self.bytes(text.as_bytes());
    }
    fn word<T: PartialEq>(&mut self, all: &[T], word: T) {
        let place = all.iter().position(|known| *known == word).unwrap_or(usize::from(u8::MAX));
        self.u8(u8::try_from(place).unwrap_or(u8::MAX));
    }
    fn reason(&mut self, reason: NotKnownReason) {
        self.u8(1);
        self.word(&NotKnownReason::ALL, reason);
    }
    fn option<T>(&mut self, value: Option<&T>, put: impl FnOnce(&mut Self, &T)) {
        match value {
            None => self.u8(0),
            Some(value) => {
                self.u8(1);
                put(self, value);
            }
        }
    }
    fn measured(&mut self, measured: Measured) {
        self.f64(measured.value);
        self.f64(measured.sigma);
    }
    fn wgs84(&mut self, place: Wgs84) {
        self.f64(place.lat_deg());
        self.f64(place.lon_deg());
    }
    fn estimate(&mut self, estimate: &PlaceEstimate) {
        self.wgs84(estimate.centre);
        self.f64(estimate.var_east_m2);
        self.f64(estimate.var_north_m2);
        self.f64(estimate.cov_east_north_m2);
    }
    fn place(&mut self, place: &Where) {
        match place {
            Where::Estimate(estimate) => {
                self.u8(0);
                self.estimate(estimate);
            }
            Where::NotKnown(reason) => self.reason(*reason),
            Where::Area(name) => {
                self.u8(2);
                self.text(name.as_str());
            }
            Where::Bearing(bearing) => {
                self.u8(3);
                self.wgs84(bearing.from);
                self.f64(bearing.azimuth_deg.value);
                self.f64(bearing.azimuth_deg.sigma);
                self.option(bearing.range_m.as_ref(), |w, (near_m, far_m)| {
                    w.f64(*near_m);
                    w.f64(*far_m);
                });
            }
        }
    }
}

/// Names already met, so that equal ones share their memory.
#[derive(Debug, Default)]
pub struct Names(HashSet<Interned>);

#[derive(Debug, PartialEq, Eq, Hash)]
struct Interned(Name);

impl std::borrow::Borrow<str> for Interned {
    fn borrow(&self) -> &str {
        self.0.as_str()
    }
}

/// Names beyond this many are not shared any more, so that free texts do not pile up.
const SHARED_MAX: usize = 4_096;

impl Names {
    fn get(&mut self, text: &str) -> Name {
        if let Some(known) = self.0.get(text) {
            return known.0.clone();
        }
        let name = Name::from(text);
        if self.0.len() < SHARED_MAX {
            self.0.insert(Interned(name.clone()));
        }
        name
    }
}

/// Reads one detection; `None` when the bytes are not of this form.
pub fn decode(bytes: &[u8], names: &mut Names) -> Option<Detection> {
    let mut r = Reader { rest: bytes, names };
    let id = DetectionId { capture: Digest(r.array()?), record: r.u32()? };
    let sensor = r.name()?;
    let owner = r.name()?;
    let modality = r.word(Modality::ALL)?;
    let means = r.word(Means::ALL)?;
    let phenomenon = r.word(Phenomenon::ALL)?;
    let (from, until, sigma_s) = (r.instant()?, r.instant()?, r.f64()?);
    Some(Detection {
        id,
        sensor,
        owner,
        modality,
        means,
        phenomenon,
        time: TimeEstimate::within(from, until, sigma_s),
        place: r.place()?,
        count: match r.u8()? {
            0 => Known::Known(Count { low: r.u32()?, high: r.u32()? }),
            _ => Known::NotKnown(r.word(&NotKnownReason::ALL)?),
        },
        weapon: match r.u8()? {
            0 => Known::Known(r.word(WeaponKind::ALL)?),
            _ => Known::NotKnown(r.word(&NotKnownReason::ALL)?),
        },
        origin: r.option(|r| r.estimate().map(Sealed::new))?,
        motion: r.option(|r| Some(Motion { speed_mps: r.f64()?, course_deg: r.f64()? }))?,
        claimed_identity: r.option(Reader::name)?,
        dependence: r.option(Reader::name)?,
        note: r.option(Reader::name)?,
    })
}

struct Reader<'b, 'n> {
    rest: &'b [u8],
    names: &'n mut Names,
}

impl<'b> Reader<'b, '_> {
    fn take(&mut self, n: usize) -> Option<&'b [u8]> {
        let (head, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(head)
    }
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }
    fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }
    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }
    fn f64(&mut self) -> Option<f64> {
        self.array().map(|bytes| f64::from_bits(u64::from_be_bytes(bytes)))
    }
    fn instant(&mut self) -> Option<Timestamp> {
        Timestamp::from_nanosecond(i128::from_be_bytes(self.array()?)).ok()
    }
    fn name(&mut self) -> Option<Name> {
        let n = usize::try_from(self.u32()?).ok()?;
        let text = std::str::from_utf8(self.take(n)?).ok()?;
        Some(self.names.get(text))
    }
    fn word<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        all.get(usize::from(self.u8()?)).copied()
    }
    fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.u8()? {
            0 => Some(None),
            _ => read(self).map(Some),
        }
    }
    fn measured(&mut self) -> Option<Measured> {
        Measured::new(self.f64()?, self.f64()?).ok()
    }
    fn wgs84(&mut self) -> Option<Wgs84> {
        let (lat_deg, lon_deg) = (self.f64()?, self.f64()?);
        Wgs84::new(lat_deg, lon_deg).ok()
    }
    fn estimate(&mut self) -> Option<PlaceEstimate> {
        Some(PlaceEstimate {
            centre: self.wgs84()?,
            var_east_m2: self.f64()?,
            var_north_m2: self.f64()?,
            cov_east_north_m2: self.f64()?,
        })
    }
    fn place(&mut self) -> Option<Where> {
        Some(match self.u8()? {
            0 => Where::Estimate(self.estimate()?),
            1 => Where::NotKnown(self.word(&NotKnownReason::ALL)?),
            2 => Where::Area(self.name()?),
            _ => Where::Bearing(Bearing {
                from: self.wgs84()?,
                azimuth_deg: Measured::new(self.f64()?, self.f64()?).ok()?,
                range_m: self.option(|r| Some((r.f64()?, r.f64()?)))?,
            }),
        })
    }
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
