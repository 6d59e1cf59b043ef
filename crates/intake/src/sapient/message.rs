//! A SAPIENT message in memory: read from bytes with bounds, written in canonical order, taken apart by name.
//!
//! Fields that the table does not know are kept as they came and written behind the known ones; a known field that is
//! coded in another way than the table says counts as unknown, as protobuf wants it.

use super::schema::messages::{SAPIENT_MESSAGE, TIMESTAMP};
use super::schema::{Field, Form, Kind, Label};
use super::wire::{Reader, WireError, WireType, put_bytes, put_tag, put_varint};
use truceline_domain::Timestamp;

/// How deep messages may nest. The deepest that the standard's tables can mean anything with is far below.
pub const MAX_DEPTH: u32 = 32;
/// The most values one message may hold in all; with it the memory for a message of 1 MiB stays below 16 MiB.
pub const MAX_VALUES: u32 = 20_000;

/// One value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// 64-bit number.
    Double(f64),
    /// 32-bit number.
    Float(f32),
    /// Whole number of 32 bits.
    Int32(i32),
    /// Whole number of 64 bits.
    Int64(i64),
    /// Truth.
    Bool(bool),
    /// Number of a closed list; it may be none of the list.
    Enum(i32),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A message.
    Message(Box<Message>),
}

/// What one field holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Slot {
    #[default]
    Empty,
    One(Value),
    Many(Vec<Value>),
}

impl Slot {
    pub(super) fn values(&self) -> &[Value] {
        match self {
            Self::Empty => &[],
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// A message of one of the standard's kinds.
#[derive(Clone, Debug)]
pub struct Message {
    kind: &'static Kind,
    /// One for each field of the kind, or none at all while nothing was set.
    slots: Vec<Slot>,
    unknown: Vec<u8>,
}

impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.kind, other.kind)
            && self.unknown == other.unknown
            && self.fields().map(|(_, slot)| slot).eq(other.fields().map(|(_, slot)| slot))
    }
}

impl Message {
    /// An empty one.
    pub fn new(kind: &'static Kind) -> Self {
        Self { kind, slots: Vec::new(), unknown: Vec::new() }
    }

    /// Reads one SapientMessage (without its length).
    ///
    /// # Errors
    /// When the bytes are no protobuf, or nest or hold more than the limits.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let mut message = Self::new(&SAPIENT_MESSAGE);
        let mut left = MAX_VALUES;
        message.merge(Reader { rest: bytes }, MAX_DEPTH, &mut left)?;
        Ok(message)
    }

    /// Its bytes in canonical order, without a length before them.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        self.write(&mut out);
        out
    }

    /// What kind it is.
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// The fields that it does not know, as they came.
    pub fn unknown(&self) -> &[u8] {
        &self.unknown
    }

    /// The fields that are there, in the order of their numbers.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static Field, &Slot)> {
        self.kind.fields.iter().zip(&self.slots).filter(|(_, slot)| !slot.values().is_empty())
    }

    pub(super) fn slot(&self, index: usize) -> &[Value] {
        self.slots.get(index).map_or(&[], Slot::values)
    }

    /// All values of a field.
    pub fn all(&self, name: &str) -> &[Value] {
        let index = self.kind.index_of_name(name);
        debug_assert!(index.is_some(), "{} has no field {name}", self.kind.name);
        index.map_or(&[], |index| self.slot(index))
    }

    /// The value of a field that comes once.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.all(name).first()
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        if let Some(Value::Text(text)) = self.value(name) { Some(text) } else { None }
    }

    /// All texts of a repeated field.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.all(name).iter().filter_map(|value| if let Value::Text(text) = value { Some(text.as_str()) } else { None })
    }

    /// A number of either length.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.value(name)? {
            Value::Double(number) => Some(*number),
            Value::Float(number) => Some(f64::from(*number)),
            _ => None,
        }
    }

    /// A whole number, or the number of a value of a closed list.
    pub fn whole(&self, name: &str) -> Option<i64> {
        match self.value(name)? {
            Value::Int32(number) | Value::Enum(number) => Some(i64::from(*number)),
            Value::Int64(number) => Some(*number),
            _ => None,
        }
    }

    /// A truth.
    pub fn truth(&self, name: &str) -> Option<bool> {
        if let Some(Value::Bool(truth)) = self.value(name) { Some(*truth) } else { None }
    }

    /// The word of a value of a closed list; empty for a number that is none of it.
    pub fn word(&self, name: &str) -> Option<&'static str> {
        let field = self.kind.fields.get(self.kind.index_of_name(name)?)?;
        let (Form::Enum(words), Some(Value::Enum(number))) = (field.form, self.value(name)) else { return None };
        Some(words.word(*number).unwrap_or(""))
    }

    /// A message inside.
    pub fn message(&self, name: &str) -> Option<&Message> {
        if let Some(Value::Message(message)) = self.value(name) { Some(message) } else { None }
    }

    /// All messages of a repeated field.
    pub fn messages(&self, name: &str) -> impl Iterator<Item = &Message> {
        self.all(name)
            .iter()
            .filter_map(|value| if let Value::Message(message) = value { Some(&**message) } else { None })
    }

    /// The field of that one-of which is there.
    pub fn which(&self, one_of: &str) -> Option<&'static Field> {
        let index = self.kind.one_ofs.iter().position(|group| group.name == one_of)?;
        let label = Label::OneOf(u8::try_from(index).ok()?);
        self.fields().map(|(field, _)| field).find(|field| field.label == label)
    }

    /// A time, when it lies within what can be told.
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        let time = self.message(name)?;
        let nanos = i32::try_from(time.whole("nanos").unwrap_or(0)).ok()?;
        Timestamp::new(time.whole("seconds").unwrap_or(0), nanos).ok()
    }

    /// The same with a field set (repeated fields get one more). A field that the kind does not have changes nothing.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let index = self.kind.index_of_name(name);
        debug_assert!(index.is_some(), "{} has no field {name}", self.kind.name);
        if let Some((index, field)) = index.and_then(|index| Some((index, self.kind.fields.get(index)?))) {
            self.put(index, field, value.into());
        }
        self
    }

    /// The same with a value of a closed list by its word.
    #[must_use]
    pub fn with_word(self, name: &str, word: &str) -> Self {
        let field = self.kind.index_of_name(name).and_then(|index| self.kind.fields.get(index));
        let number = field.and_then(|field| if let Form::Enum(words) = field.form { words.number(word) } else { None });
        debug_assert!(number.is_some(), "{} has no {name} {word}", self.kind.name);
        match number {
            Some(number) => self.with(name, Value::Enum(number)),
            None => self,
        }
    }

    /// The same with only those values of a field that `keeps` keeps.
    #[must_use]
    pub(super) fn keeping(mut self, name: &str, keeps: impl Fn(&Value) -> bool) -> Self {
        let slot = self.kind.index_of_name(name).and_then(|index| self.slots.get_mut(index));
        match slot {
            Some(Slot::Many(values)) => values.retain(keeps),
            Some(slot) if !slot.values().iter().all(keeps) => *slot = Slot::Empty,
            _ => {}
        }
        self
    }

    pub(super) fn put(&mut self, index: usize, field: &Field, value: Value) {
        if self.slots.is_empty() {
            self.slots.resize(self.kind.fields.len(), Slot::Empty);
        }
        if matches!(field.label, Label::OneOf(_)) {
            let fellows =
                self.kind.fields.iter().zip(&mut self.slots).filter(|(fellow, _)| fellow.label == field.label);
            fellows.for_each(|(_, slot)| *slot = Slot::Empty);
        }
        let Some(slot) = self.slots.get_mut(index) else { return };
        match (field.label, slot) {
            (Label::Repeated, Slot::Many(values)) => values.push(value),
            (Label::Repeated, slot) => *slot = Slot::Many(vec![value]),
            (Label::Implicit, slot) if is_zero(&value) => *slot = Slot::Empty,
            (_, slot) => *slot = Slot::One(value),
        }
    }

    fn merge(&mut self, mut reader: Reader, depth: u32, left: &mut u32) -> Result<(), WireError> {
        while !reader.rest.is_empty() {
            let before = reader.rest;
            let (number, wire_type) = reader.tag()?;
            let known = self.kind.index_of_number(number).and_then(|at| Some((at, self.kind.fields.get(at)?)));
            match known {
                Some((index, field)) if wire_type == wire_type_of(field.form) => {
                    self.read(index, field, &mut reader, (depth, left))?;
                }
                Some((index, field)) if is_packed(field) && wire_type == WireType::Bytes => {
                    let mut packed = Reader { rest: reader.bytes()? };
                    while !packed.rest.is_empty() {
                        self.read(index, field, &mut packed, (depth, left))?;
                    }
                }
                _ => {
                    reader.skip(wire_type)?;
                    let n = before.len() - reader.rest.len();
                    self.unknown.extend_from_slice(before.get(..n).unwrap_or(&[]));
                }
            }
        }
        Ok(())
    }

    fn read(
        &mut self,
        index: usize,
        field: &'static Field,
        reader: &mut Reader,
        (depth, left): (u32, &mut u32),
    ) -> Result<(), WireError> {
        *left = left.checked_sub(1).ok_or(WireError::TooMany)?;
        let value = match field.form {
            Form::Double => Value::Double(f64::from_le_bytes(reader.array()?)),
            Form::Float => Value::Float(f32::from_le_bytes(reader.array()?)),
            // Negative numbers are written with 64 bits; what does not fit is cut, as protobuf does.
            Form::Int32 => Value::Int32(reader.varint()? as i32),
            Form::Int64 => Value::Int64(reader.varint()? as i64),
            Form::Bool => Value::Bool(reader.varint()? != 0),
            Form::Enum(_) => Value::Enum(reader.varint()? as i32),
            Form::Text => {
                let text = std::str::from_utf8(reader.bytes()?).map_err(|_| WireError::BadText)?;
                Value::Text(text.to_owned())
            }
            Form::Bytes => Value::Bytes(reader.bytes()?.to_vec()),
            Form::Message(kind) => {
                let inner = Reader { rest: reader.bytes()? };
                let depth = depth.checked_sub(1).ok_or(WireError::TooDeep)?;
                // A message that comes twice where one belongs is one message in two parts.
                let mut message = self.taken(index, field).unwrap_or_else(|| Box::new(Self::new(kind)));
                message.merge(inner, depth, left)?;
                Value::Message(message)
            }
        };
        self.put(index, field, value);
        Ok(())
    }

    fn taken(&mut self, index: usize, field: &Field) -> Option<Box<Self>> {
        if field.label == Label::Repeated {
            return None;
        }
        match std::mem::take(self.slots.get_mut(index)?) {
            Slot::One(Value::Message(message)) => Some(message),
            _ => None,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        for (field, slot) in self.fields() {
            if is_packed(field) {
                let mut packed = Vec::new();
                slot.values().iter().for_each(|value| write_bare(&mut packed, value));
                put_bytes(out, field.number, &packed);
                continue;
            }
            for value in slot.values() {
                put_tag(out, field.number, wire_type_of(field.form));
                write_bare(out, value);
            }
        }
        out.extend_from_slice(&self.unknown);
    }
}

/// A value without its tag.
fn write_bare(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Double(number) => out.extend_from_slice(&number.to_le_bytes()),
        Value::Float(number) => out.extend_from_slice(&number.to_le_bytes()),
        Value::Int32(number) | Value::Enum(number) => put_varint(out, i64::from(*number) as u64),
        Value::Int64(number) => put_varint(out, *number as u64),
        Value::Bool(truth) => put_varint(out, u64::from(*truth)),
        Value::Text(text) => with_length(out, |out| out.extend_from_slice(text.as_bytes())),
        Value::Bytes(bytes) => with_length(out, |out| out.extend_from_slice(bytes)),
        Value::Message(message) => with_length(out, |out| message.write(out)),
    }
}

/// Writes something behind its length without a second buffer: most lengths take one byte, so one is left for it.
fn with_length(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    out.push(0);
    write(out);
    let length = out.len() - at - 1;
    match out.get_mut(at) {
        Some(byte) if length < 0x80 => *byte = length as u8,
        _ => {
            let mut varint = Vec::new();
            put_varint(&mut varint, length as u64);
            out.splice(at..=at, varint);
        }
    }
}

fn wire_type_of(form: Form) -> WireType {
    match form {
        Form::Double => WireType::Fixed64,
        Form::Float => WireType::Fixed32,
        Form::Int32 | Form::Int64 | Form::Bool | Form::Enum(_) => WireType::Varint,
        Form::Text | Form::Bytes | Form::Message(_) => WireType::Bytes,
    }
}

/// Repeated numbers are written behind one tag.
fn is_packed(field: &Field) -> bool {
    field.label == Label::Repeated && wire_type_of(field.form) != WireType::Bytes
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Double(number) => number.to_bits() == 0,
        Value::Float(number) => number.to_bits() == 0,
        Value::Int32(number) | Value::Enum(number) => *number == 0,
        Value::Int64(number) => *number == 0,
        Value::Bool(truth) => !truth,
        Value::Text(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::Message(_) => false,
    }
}

/// The time as the protobuf library writes it.
pub(super) fn timestamp(at: Timestamp) -> Message {
    // Nanoseconds count upwards from the second before.
    let nanos = at.as_nanosecond();
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).unwrap_or_default();
    let nanos = i32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or_default();
    Message::new(&TIMESTAMP).with("seconds", Value::Int64(seconds)).with("nanos", Value::Int32(nanos))
}

macro_rules! into_value {
    ($($from:ty => $variant:ident by $change:expr),+ $(,)?) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant($change(value))
            }
        })+
    };
}

into_value! {
    f64 => Double by |v| v,
    f32 => Float by |v| v,
    bool => Bool by |v| v,
    i32 => Int32 by |v| v,
    String => Text by |v| v,
    &str => Text by str::to_owned,
    Vec<u8> => Bytes by |v| v,
    Message => Message by Box::new,
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
