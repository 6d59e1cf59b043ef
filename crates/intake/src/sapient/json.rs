//! The JSON form of a message, as protobuf defines it with the field names of the interface descriptions.

use super::message::{Message, Value};
use super::schema::messages::{SAPIENT_MESSAGE, TIMESTAMP};
use super::schema::{Field, Form, Kind, Label};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Number, Value as Json};
use truceline_domain::Timestamp;

/// How deep JSON may nest; the same limit as on the wire.
const MAX_DEPTH: u32 = super::message::MAX_DEPTH;

/// The message as JSON. Fields that the table does not know are left out.
pub fn to_json(message: &Message) -> Json {
    let mut object = Map::new();
    for (field, slot) in message.fields() {
        let value = match (field.label, slot.values()) {
            (Label::Repeated, values) => Json::Array(values.iter().map(|value| shown(field, value)).collect()),
            (_, [value, ..]) => shown(field, value),
            (_, []) => continue,
        };
        object.insert(field.name.to_owned(), value);
    }
    Json::Object(object)
}

/// The message that a JSON object means.
///
/// # Errors
/// A sentence that names the field which is unknown or holds the wrong thing.
pub fn from_json(json: &Json) -> Result<Message, String> {
    read(json, &SAPIENT_MESSAGE, MAX_DEPTH)
}

fn shown(field: &Field, value: &Value) -> Json {
    match value {
        Value::Double(number) => shown_number(*number, Number::from_f64(*number)),
        Value::Float(number) => {
            // The shortest decimal that gives the same 32 bits, not the 64-bit number that they are.
            let shortest = number.to_string().parse().ok().and_then(Number::from_f64);
            shown_number(f64::from(*number), shortest)
        }
        Value::Int32(number) => Json::from(*number),
        Value::Int64(number) => Json::from(number.to_string()),
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Enum(number) => match field.form {
            Form::Enum(words) => words.word(*number).map_or_else(|| Json::from(*number), Json::from),
            _ => Json::from(*number),
        },
        Value::Text(text) => Json::from(text.as_str()),
        Value::Bytes(bytes) => Json::from(BASE64.encode(bytes)),
        Value::Message(message) if std::ptr::eq(message.kind(), &TIMESTAMP) => shown_time(message),
        Value::Message(message) => to_json(message),
    }
}

fn shown_number(number: f64, finite: Option<Number>) -> Json {
    match finite {
        Some(number) => Json::Number(number),
        None if number.is_nan() => Json::from("NaN"),
        None if number > 0.0 => Json::from("Infinity"),
        None => Json::from("-Infinity"),
    }
}

fn shown_time(time: &Message) -> Json {
    let (seconds, nanos) = (time.whole("seconds").unwrap_or(0), time.whole("nanos").unwrap_or(0));
    match i32::try_from(nanos).ok().and_then(|nanos| Timestamp::new(seconds, nanos).ok()) {
        // Three, six or nine digits, as many as it takes.
        Some(at) if nanos == 0 => Json::from(format!("{at:.0}")),
        Some(at) if nanos % 1_000_000 == 0 => Json::from(format!("{at:.3}")),
        Some(at) if nanos % 1000 == 0 => Json::from(format!("{at:.6}")),
        Some(at) => Json::from(format!("{at:.9}")),
        None => Json::from(format!("{seconds} s {nanos} ns")),
    }
}

fn read(json: &Json, kind: &'static Kind, depth: u32) -> Result<Message, String> {
    let depth = depth.checked_sub(1).ok_or("messages are nested too deep")?;
    if std::ptr::eq(kind, &TIMESTAMP) {
        let text = json.as_str().ok_or("a time is a text")?;
        let at: Timestamp = text.parse().map_err(|_| format!("`{text}` is no time"))?;
        return Ok(super::message::timestamp(at));
    }
    let object = json.as_object().ok_or_else(|| format!("{} is an object", kind.name))?;
    let mut message = Message::new(kind);
    for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
        let found = kind.index_of_name(name).and_then(|index| Some((index, kind.fields.get(index)?)));
        let (index, field) = found.ok_or_else(|| format!("{} has no field `{name}`", kind.name))?;
        let values = match (field.label, value) {
            (Label::Repeated, Json::Array(values)) => values.as_slice(),
            (Label::Repeated, _) => return Err(format!("{}.{name} is a list", kind.name)),
            _ => std::slice::from_ref(value),
        };
        for value in values {
            message.put(index, field, value_of(field, value, depth)?);
        }
    }
    Ok(message)
}

fn value_of(field: &Field, json: &Json, depth: u32) -> Result<Value, String> {
    let wrong = || format!("`{}` cannot hold {}", field.name, json.to_string().chars().take(60).collect::<String>());
    let value = match field.form {
        Form::Double => number_of(json).map(Value::Double),
        Form::Float => number_of(json).map(|number| Value::Float(number as f32)),
        Form::Int32 => json.as_i64().and_then(|number| i32::try_from(number).ok()).map(Value::Int32),
        Form::Int64 => json.as_str().and_then(|text| text.parse().ok()).or_else(|| json.as_i64()).map(Value::Int64),
        Form::Bool => json.as_bool().map(Value::Bool),
        Form::Text => json.as_str().map(Value::from),
        Form::Bytes => json.as_str().and_then(|text| BASE64.decode(text).ok()).map(Value::Bytes),
        Form::Enum(words) => {
            let by_number = || json.as_i64().and_then(|number| i32::try_from(number).ok());
            json.as_str().and_then(|word| words.number(word)).or_else(by_number).map(Value::Enum)
        }
        Form::Message(kind) => return Ok(Value::from(read(json, kind, depth)?)),
    };
    value.ok_or_else(wrong)
}

fn number_of(json: &Json) -> Option<f64> {
    match json.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        Some(_) => None,
        None => json.as_f64(),
    }
}
