//! The fields of AIS messages, by bit offset and length as ITU-R M.1371-5, annex 8, lists them.

/// A decoded message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Type, 1…27 (others are kept raw).
    pub kind: u8,
    /// How often it was repeated.
    pub repeat: u8,
    /// Who claims to send it.
    pub mmsi: u32,
    /// True when the payload is shorter than the type wants; then only complete fields are there.
    pub is_short: bool,
    /// What the type holds.
    pub body: Body,
}

/// What a message holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Types 1, 2, 3, 9, 18, 19, 27.
    Position(Position),
    /// Types 4 and 11.
    Base(Base),
    /// Type 5.
    Voyage(Voyage),
    /// Type 24.
    StaticB(StaticB),
    /// Type 21.
    Aid(Aid),
    /// Any other type.
    Raw,
}

impl Body {
    /// The name of the ship, when the message gives one.
    pub fn name(&self) -> Option<&str> {
        let name = match self {
            Self::Position(position) => position.name.as_deref(),
            Self::Voyage(voyage) => voyage.name.as_deref(),
            Self::StaticB(part) => part.name.as_deref(),
            Self::Base(_) | Self::Aid(_) | Self::Raw => None,
        };
        name.filter(|name| !name.is_empty())
    }
}

/// A position report. A field that the message marks as not available is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Position {
    /// Navigational status, 0…15.
    pub status: Option<u8>,
    /// Rate of turn as sent, −127…127; `None` for −128.
    pub turn: Option<i8>,
    /// Speed over ground, knots; 102.2 means that or more.
    pub speed_kt: Option<f64>,
    /// Altitude of an aircraft, m; 4094 means that or more.
    pub altitude_m: Option<u16>,
    /// True when the error is below 10 m.
    pub is_accurate: Option<bool>,
    /// Longitude, degrees; may be out of range when the message is wrong.
    pub lon_deg: Option<f64>,
    /// Latitude, degrees; may be out of range when the message is wrong.
    pub lat_deg: Option<f64>,
    /// Course over ground, degrees.
    pub course_deg: Option<f64>,
    /// True heading, degrees.
    pub heading_deg: Option<u16>,
    /// Second of the minute, 0…59; 60…63 mean that there is none and why.
    pub second: Option<u8>,
    /// Special manoeuvre, 0…2.
    pub manoeuvre: Option<u8>,
    /// True when receiver autonomous integrity monitoring is in use.
    pub has_raim: Option<bool>,
    /// Radio status as sent.
    pub radio: Option<u32>,
    /// The ship's name (type 19).
    pub name: Option<String>,
}

/// A base station's report, with its UTC clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Base {
    /// Year, month, day, hour, minute, second as sent (0, 24, 60 mean not available).
    pub utc: Option<[u16; 6]>,
    /// Longitude, degrees.
    pub lon_deg: Option<f64>,
    /// Latitude, degrees.
    pub lat_deg: Option<f64>,
}

/// Distances from the reference point of a ship, m.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimensions {
    /// To the bow.
    pub bow: u16,
    /// To the stern.
    pub stern: u16,
    /// To port.
    pub port: u8,
    /// To starboard.
    pub starboard: u8,
}

/// Static and voyage data of a class A ship.
#[derive(Clone, Debug, PartialEq)]
pub struct Voyage {
    /// AIS version.
    pub version: Option<u8>,
    /// IMO number as sent.
    pub imo: Option<u32>,
    /// Call sign.
    pub callsign: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Type of ship and cargo.
    pub ship_type: Option<u8>,
    /// Its size.
    pub dimensions: Option<Dimensions>,
    /// Kind of position fixing.
    pub epfd: Option<u8>,
    /// Month, day, hour, minute of arrival as sent.
    pub eta: Option<[u8; 4]>,
    /// Draught, m.
    pub draught_m: Option<f64>,
    /// Destination.
    pub destination: Option<String>,
    /// True when the data terminal is not ready.
    pub dte: Option<bool>,
}

/// One part of the static data of a class B craft.
#[derive(Clone, Debug, PartialEq)]
pub struct StaticB {
    /// Part A (0) or B (1).
    pub part: Option<u8>,
    /// Name (part A).
    pub name: Option<String>,
    /// Type of craft (part B).
    pub ship_type: Option<u8>,
    /// Call sign (part B).
    pub callsign: Option<String>,
}

/// An aid to navigation.
#[derive(Clone, Debug, PartialEq)]
pub struct Aid {
    /// Kind of aid.
    pub aid_type: Option<u8>,
    /// Name.
    pub name: Option<String>,
    /// Longitude, degrees.
    pub lon_deg: Option<f64>,
    /// Latitude, degrees.
    pub lat_deg: Option<f64>,
    /// True when it is off its place.
    pub is_off_position: Option<bool>,
    /// True when there is no real aid at the place.
    pub is_virtual: Option<bool>,
}

/// The bits of a payload.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    bits: Vec<bool>,
}

impl Bits {
    /// Adds the bits of one part; `None` when a character is not of the six-bit alphabet.
    pub(super) fn push(&mut self, payload: &str, fill: usize) -> Option<()> {
        for byte in payload.bytes() {
            let six = match byte {
                48..=87 => byte - 48,
                96..=119 => byte - 56,
                _ => return None,
            };
            self.bits.extend((0..6).rev().map(|shift| six >> shift & 1 == 1));
        }
        self.bits.truncate(self.bits.len().saturating_sub(fill));
        Some(())
    }

    /// An unsigned field, if all of it is there.
    fn unsigned(&self, offset: usize, length: usize) -> Option<u32> {
        let field = self.bits.get(offset..offset + length)?;
        Some(field.iter().fold(0, |sum, bit| sum << 1 | u32::from(*bit)))
    }

    fn signed(&self, offset: usize, length: usize) -> Option<i32> {
        let raw = i64::from(self.unsigned(offset, length)?);
        let sign = 1_i64 << (length - 1);
        i32::try_from(if raw >= sign { raw - 2 * sign } else { raw }).ok()
    }

    fn byte(&self, offset: usize, length: usize) -> Option<u8> {
        u8::try_from(self.unsigned(offset, length)?).ok()
    }

    fn short(&self, offset: usize, length: usize) -> Option<u16> {
        u16::try_from(self.unsigned(offset, length)?).ok()
    }

    fn flag(&self, offset: usize) -> Option<bool> {
        self.bits.get(offset).copied()
    }

    /// Six-bit text: `@` ends it, blanks at its end are dropped.
    fn text(&self, offset: usize, length: usize) -> Option<String> {
        let field = self.bits.get(offset..offset + length)?;
        let codes = field.chunks_exact(6).map(|six| six.iter().fold(0_u8, |sum, bit| sum << 1 | u8::from(*bit)));
        let characters =
            codes.take_while(|code| *code != 0).map(|code| char::from(if code < 32 { code + 64 } else { code }));
        Some(characters.collect::<String>().trim_end().to_owned())
    }

    /// Longitude and latitude beside each other, 28 and 27 bits of 1/600000 degree.
    fn place(&self, offset: usize) -> (Option<f64>, Option<f64>) {
        let degrees = |raw: i32| f64::from(raw) / 600_000.0;
        let lon = self.signed(offset, 28).filter(|raw| *raw != 108_600_000).map(degrees);
        let lat = self.signed(offset + 28, 27).filter(|raw| *raw != 54_600_000).map(degrees);
        (lon, lat)
    }

    fn dimensions(&self, offset: usize) -> Option<Dimensions> {
        Some(Dimensions {
            bow: self.short(offset, 9)?,
            stern: self.short(offset + 9, 9)?,
            port: self.byte(offset + 18, 6)?,
            starboard: self.byte(offset + 24, 6)?,
        })
    }

    /// The whole message; `None` when not even type and sender are there.
    pub(super) fn message(&self) -> Option<Message> {
        let (kind, repeat, mmsi) = (self.byte(0, 6)?, self.byte(6, 2)?, self.unsigned(8, 30)?);
        let (wanted, body) = match kind {
            1..=3 => (168, Body::Position(self.class_a())),
            4 | 11 => (168, Body::Base(self.base())),
            5 => (422, Body::Voyage(self.voyage())),
            9 => (168, Body::Position(self.aircraft())),
            18 => (168, Body::Position(self.class_b())),
            19 => (312, Body::Position(Position { name: self.text(143, 120), ..self.class_b() })),
            21 => (272, Body::Aid(self.aid())),
            24 => (160, Body::StaticB(self.static_b())),
            27 => (95, Body::Position(self.long_range())),
            _ => (38, Body::Raw),
        };
        Some(Message { kind, repeat, mmsi, is_short: self.bits.len() < wanted, body })
    }

    fn speed(&self, offset: usize) -> Option<f64> {
        self.unsigned(offset, 10).filter(|raw| *raw != 1023).map(|raw| f64::from(raw) / 10.0)
    }

    fn course(&self, offset: usize) -> Option<f64> {
        self.unsigned(offset, 12).filter(|raw| *raw < 3600).map(|raw| f64::from(raw) / 10.0)
    }

    fn heading(&self, offset: usize) -> Option<u16> {
        self.short(offset, 9).filter(|deg| *deg < 360)
    }

    fn class_a(&self) -> Position {
        let (lon_deg, lat_deg) = self.place(61);
        Position {
            status: self.byte(38, 4),
            turn: self.signed(42, 8).and_then(|raw| i8::try_from(raw).ok()).filter(|raw| *raw != -128),
            speed_kt: self.speed(50),
            is_accurate: self.flag(60),
            lon_deg,
            lat_deg,
            course_deg: self.course(116),
            heading_deg: self.heading(128),
            second: self.byte(137, 6),
            manoeuvre: self.byte(143, 2),
            has_raim: self.flag(148),
            radio: self.unsigned(149, 19),
            ..Position::default()
        }
    }

    fn aircraft(&self) -> Position {
        let (lon_deg, lat_deg) = self.place(61);
        Position {
            altitude_m: self.short(38, 12).filter(|m| *m != 4095),
            // Whole knots here, not tenths.
            speed_kt: self.unsigned(50, 10).filter(|raw| *raw != 1023).map(f64::from),
            is_accurate: self.flag(60),
            lon_deg,
            lat_deg,
            course_deg: self.course(116),
            second: self.byte(128, 6),
            ..Position::default()
        }
    }

    fn class_b(&self) -> Position {
        let (lon_deg, lat_deg) = self.place(57);
        Position {
            speed_kt: self.speed(46),
            is_accurate: self.flag(56),
            lon_deg,
            lat_deg,
            course_deg: self.course(112),
            heading_deg: self.heading(124),
            second: self.byte(133, 6),
            ..Position::default()
        }
    }

    fn long_range(&self) -> Position {
        let degrees = |raw: i32| f64::from(raw) / 600.0;
        Position {
            is_accurate: self.flag(38),
            has_raim: self.flag(39),
            status: self.byte(40, 4),
            lon_deg: self.signed(44, 18).filter(|raw| *raw != 108_600).map(degrees),
            lat_deg: self.signed(62, 17).filter(|raw| *raw != 54_600).map(degrees),
            speed_kt: self.unsigned(79, 6).filter(|raw| *raw != 63).map(f64::from),
            course_deg: self.unsigned(85, 9).filter(|raw| *raw < 360).map(f64::from),
            ..Position::default()
        }
    }

    fn base(&self) -> Base {
        let (lon_deg, lat_deg) = self.place(79);
        let fields = [(38, 14), (52, 4), (56, 5), (61, 5), (66, 6), (72, 6)];
        let mut utc = [0; 6];
        let complete = utc
            .iter_mut()
            .zip(fields)
            .all(|(part, (offset, length))| self.short(offset, length).map(|value| *part = value).is_some());
        Base { utc: complete.then_some(utc), lon_deg, lat_deg }
    }

    fn voyage(&self) -> Voyage {
        let eta = || Some([self.byte(274, 4)?, self.byte(278, 5)?, self.byte(283, 5)?, self.byte(288, 6)?]);
        Voyage {
            version: self.byte(38, 2),
            imo: self.unsigned(40, 30),
            callsign: self.text(70, 42),
            name: self.text(112, 120),
            ship_type: self.byte(232, 8),
            dimensions: self.dimensions(240),
            epfd: self.byte(270, 4),
            eta: eta(),
            draught_m: self.unsigned(294, 8).map(|raw| f64::from(raw) / 10.0),
            destination: self.text(302, 120),
            dte: self.flag(422),
        }
    }

    fn static_b(&self) -> StaticB {
        let part = self.byte(38, 2);
        let is_a = part == Some(0);
        StaticB {
            part,
            name: if is_a { self.text(40, 120) } else { None },
            ship_type: if is_a { None } else { self.byte(40, 8) },
            callsign: if is_a { None } else { self.text(90, 42) },
        }
    }

    fn aid(&self) -> Aid {
        let (lon_deg, lat_deg) = self.place(164);
        Aid {
            aid_type: self.byte(38, 5),
            name: self.text(43, 120),
            lon_deg,
            lat_deg,
            is_off_position: self.flag(259),
            is_virtual: self.flag(269),
        }
    }
}
