//! What a message of 25 bytes says.

/// The length of every message.
const LENGTH: usize = 25;
/// The most messages of a pack.
const MAX_PACK: usize = 9;

/// The bound of the place when none is stated, m.
const DEFAULT_BOUND_M: f64 = 92.6;
/// Radius of 95 % over standard deviation along an axis, for a circular normal error.
const CIRCULAR_95: f64 = 2.447_746_830_680_816;

/// A message. What would tell of a person is left out when it is read: the operator's place, height and number.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Type 0: who it claims to be.
    BasicId(BasicId),
    /// Type 1: where it is.
    Location(Location),
    /// Type 2: a page of a signature; the bytes are not kept.
    Authentication {
        /// 0 none, 1 of the id, 2 of the operator's id, 3 of the message set, 4 network, 5 specific.
        kind: u8,
        /// 0…15.
        page: u8,
    },
    /// Type 3: free text may name persons, so only its kind is kept (0 text, 1 emergency, 2 extended status).
    SelfId(u8),
    /// Type 4 without the operator's place.
    System(System),
    /// Type 5; nothing of it is kept.
    OperatorId,
}

/// Who a drone claims to be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BasicId {
    /// 0 none, 1 serial number, 2 registration, 3 UUID of a traffic service, 4 session.
    pub kind: u8,
    /// 0 not declared, 1 aeroplane, 2 helicopter or multirotor … 15 other.
    pub aircraft: u8,
    /// Text, or hex digits for kinds 3 and 4.
    pub id: String,
}

/// Where a drone is. What the message marks as unknown is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// 0 undeclared, 1 on the ground, 2 in the air, 3 emergency, 4 failure of remote id.
    pub status: u8,
    /// True when the height is above ground, false above the take-off.
    pub is_height_above_ground: bool,
    /// Direction, degrees.
    pub direction_deg: Option<f64>,
    /// Speed over ground, m/s; 254.25 means that or more.
    pub speed_mps: Option<f64>,
    /// Climb, m/s; ±62 means that or more.
    pub climb_mps: Option<f64>,
    /// Latitude and longitude, degrees.
    pub place_deg: Option<(f64, f64)>,
    /// Pressure altitude, m.
    pub pressure_altitude_m: Option<f64>,
    /// Height above the ellipsoid, m.
    pub ellipsoid_height_m: Option<f64>,
    /// Height, m.
    pub height_m: Option<f64>,
    /// Code of the horizontal accuracy, 0…15.
    pub horizontal_accuracy: u8,
    /// Code of the vertical accuracy.
    pub vertical_accuracy: u8,
    /// Code of the accuracy of the pressure altitude.
    pub pressure_accuracy: u8,
    /// Code of the accuracy of the speed.
    pub speed_accuracy: u8,
    /// Tenths of a second after the full hour.
    pub tenths_of_hour: Option<u16>,
    /// Error of that time, s.
    pub time_accuracy_s: Option<f64>,
}

impl Location {
    /// Standard deviation along each axis: the bound over 2.45; without a bound 92.6 m is taken for it.
    pub fn sigma_m(&self) -> f64 {
        self.bound_m().unwrap_or(DEFAULT_BOUND_M) / CIRCULAR_95
    }

    /// The 95 % bound of the place, m; `None` for unknown.
    pub fn bound_m(&self) -> Option<f64> {
        const BOUNDS_M: [f64; 12] = [18_520.0, 7408.0, 3704.0, 1852.0, 926.0, 555.6, 185.2, 92.6, 30.0, 10.0, 3.0, 1.0];
        BOUNDS_M.get(usize::from(self.horizontal_accuracy).checked_sub(1)?).copied()
    }
}

/// The system, without its operator.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// 0 undeclared, 1 European Union.
    pub classification: u8,
    /// How many aircraft fly as a group.
    pub area_count: u16,
    /// Radius of the group's area, m.
    pub area_radius_m: u16,
    /// Top of the area, m above the ellipsoid.
    pub ceiling_m: Option<f64>,
    /// Bottom of the area, m above the ellipsoid.
    pub floor_m: Option<f64>,
    /// Category of the European Union: 1 open, 2 specific, 3 certified.
    pub category: u8,
    /// Class of the European Union, 1…7 for C0…C6.
    pub class: u8,
}

/// The messages of a payload: one message, or all of a pack. The second value says what was wrong with the rest.
pub(super) fn read(payload: &[u8]) -> (Vec<Message>, Option<&'static str>) {
    let Some(head) = payload.first() else { return (Vec::new(), Some("short_message")) };
    if head >> 4 != 0xF {
        return match payload.get(..LENGTH).map(one) {
            Some(Ok(message)) => (vec![message], None),
            Some(Err(reason)) => (Vec::new(), Some(reason)),
            None => (Vec::new(), Some("short_message")),
        };
    }
    let [_, size, n, rest @ ..] = payload else { return (Vec::new(), Some("short_message")) };
    let n = usize::from(*n);
    if usize::from(*size) != LENGTH || n > MAX_PACK {
        return (Vec::new(), Some("bad_pack"));
    }
    let mut messages = Vec::new();
    let mut wrong = (n == 0).then_some("empty_pack");
    for bytes in rest.chunks_exact(LENGTH).take(n) {
        match one(bytes) {
            Ok(message) => messages.push(message),
            Err(reason) => wrong = Some(reason),
        }
    }
    if rest.len() < n * LENGTH {
        wrong = Some("short_message");
    }
    (messages, wrong)
}

/// The bytes of a message, little endian, with zeros behind the end.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn u8(&self, at: usize) -> u8 {
        self.0.get(at).copied().unwrap_or(0)
    }

    fn u16(&self, at: usize) -> u16 {
        u16::from_le_bytes([self.u8(at), self.u8(at + 1)])
    }

    fn i32(&self, at: usize) -> i32 {
        i32::from_le_bytes([self.u8(at), self.u8(at + 1), self.u8(at + 2), self.u8(at + 3)])
    }

    /// Half metres above −1000 m; 0 means unknown.
    fn altitude(&self, at: usize) -> Option<f64> {
        let raw = self.u16(at);
        (raw != 0).then(|| f64::from(raw) * 0.5 - 1000.0)
    }
}

fn one(bytes: &[u8]) -> Result<Message, &'static str> {
    let fields = Fields(bytes);
    let (high, low) = (fields.u8(1) >> 4, fields.u8(1) & 0xF);
    match fields.u8(0) >> 4 {
        0 => Ok(Message::BasicId(BasicId {
            kind: high,
            aircraft: low,
            id: id(high, bytes.get(2..22).unwrap_or_default()),
        })),
        1 => Ok(Message::Location(location(&fields))),
        2 => Ok(Message::Authentication { kind: high, page: low }),
        3 => Ok(Message::SelfId(fields.u8(1))),
        4 => Ok(Message::System(System {
            classification: fields.u8(1) >> 2 & 7,
            area_count: fields.u16(10),
            area_radius_m: u16::from(fields.u8(12)) * 10,
            ceiling_m: fields.altitude(13),
            floor_m: fields.altitude(15),
            category: fields.u8(17) >> 4,
            class: fields.u8(17) & 0xF,
        })),
        5 => Ok(Message::OperatorId),
        _ => Err("unknown_message"),
    }
}

fn id(kind: u8, bytes: &[u8]) -> String {
    if matches!(kind, 3 | 4) {
        let last = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
        return bytes.iter().take(last).map(|byte| format!("{byte:02x}")).collect();
    }
    let text = bytes.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte));
    text.map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect::<String>().trim().to_owned()
}

fn location(fields: &Fields) -> Location {
    let flags = fields.u8(1);
    let direction = u16::from(fields.u8(2)) + if flags & 2 == 0 { 0 } else { 180 };
    let speed = (f64::from(fields.u8(3)), flags & 1 == 1);
    let place = (fields.i32(5), fields.i32(9));
    let tenths = fields.u16(21);
    let climb = fields.u8(4).cast_signed();
    Location {
        status: flags >> 4,
        is_height_above_ground: flags & 4 != 0,
        direction_deg: (direction < 360).then(|| f64::from(direction)),
        speed_mps: match speed {
            (255.0, true) => None,
            (raw, true) => Some(raw * 0.75 + 63.75),
            (raw, false) => Some(raw * 0.25),
        },
        climb_mps: (-124..=124).contains(&climb).then(|| f64::from(climb) * 0.5),
        place_deg: (place != (0, 0)).then(|| (f64::from(place.0) * 1e-7, f64::from(place.1) * 1e-7)),
        pressure_altitude_m: fields.altitude(13),
        ellipsoid_height_m: fields.altitude(15),
        height_m: fields.altitude(17),
        horizontal_accuracy: fields.u8(19) & 0xF,
        vertical_accuracy: fields.u8(19) >> 4,
        pressure_accuracy: fields.u8(20) >> 4,
        speed_accuracy: fields.u8(20) & 0xF,
        tenths_of_hour: (tenths <= 36_000).then_some(tenths),
        time_accuracy_s: Some(fields.u8(23) & 0xF).filter(|raw| *raw > 0).map(|raw| f64::from(raw) * 0.1),
    }
}
