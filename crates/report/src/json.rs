//! Writing JSON (RFC 8259) straight into text, keys in the order they are written.

use std::fmt::{Display, Write as _};

/// A JSON text that is being written. Values inside objects come through [`Json::key`].
pub(crate) struct Json {
    text: String,
    /// True when the next value or key needs a comma before it.
    comma: bool,
}

impl Json {
    pub(crate) fn with_capacity(n_bytes: usize) -> Self {
        Self { text: String::with_capacity(n_bytes), comma: false }
    }

    pub(crate) fn object(&mut self, fill: impl FnOnce(&mut Self)) {
        self.wrapped(('{', '}'), fill);
    }

    pub(crate) fn array(&mut self, fill: impl FnOnce(&mut Self)) {
        self.wrapped(('[', ']'), fill);
    }

    fn wrapped(&mut self, (open, close): (char, char), fill: impl FnOnce(&mut Self)) {
        self.before_value();
        self.text.push(open);
        self.comma = false;
        fill(self);
        self.text.push(close);
        self.comma = true;
    }

    /// The key of the value that is written next.
    pub(crate) fn key(&mut self, key: &str) -> &mut Self {
        self.before_value();
        self.quoted(key);
        self.text.push(':');
        self.comma = false;
        self
    }

    pub(crate) fn string(&mut self, value: &str) {
        self.before_value();
        self.quoted(value);
        self.comma = true;
    }

    /// A string made by `Display`, of characters that need no escape: ids, instants.
    pub(crate) fn word(&mut self, value: impl Display) {
        self.bare(format_args!("\"{value}\""));
    }

    pub(crate) fn whole(&mut self, value: u64) {
        self.bare(value);
    }

    pub(crate) fn boolean(&mut self, value: bool) {
        self.bare(value);
    }

    /// A number with fixed decimals; `null` when it is not finite.
    pub(crate) fn number(&mut self, value: f64, decimals: usize) {
        if value.is_finite() {
            self.bare(format_args!("{value:.decimals$}"));
        } else {
            self.null();
        }
    }

    pub(crate) fn null(&mut self) {
        self.bare("null");
    }

    /// A line end between the items of a long list, so that people and line tools can read it.
    pub(crate) fn line_break(&mut self) {
        if self.comma {
            self.text.push(',');
            self.comma = false;
        }
        self.text.push('\n');
    }

    pub(crate) fn into_text(mut self) -> String {
        self.text.push('\n');
        self.text
    }

    fn bare(&mut self, value: impl Display) {
        self.before_value();
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{value}");
        self.comma = true;
    }

    fn before_value(&mut self) {
        if self.comma {
            self.text.push(',');
        }
    }

    fn quoted(&mut self, value: &str) {
        self.text.push('"');
        for c in value.chars() {
            match c {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                c if c.is_control() => {
                    let _ = write!(self.text, "\\u{:04x}", u32::from(c));
                }
                // So that the text can stand inside a page.
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    let _ = write!(self.text, "\\u{:04x}", u32::from(c));
                }
                c => self.text.push(c),
            }
        }
        self.text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::Json;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_survives(text in ".*", key in ".*") {
            let mut json = Json::with_capacity(64);
            json.object(|json| {
                json.key(&key).array(|json| {
                    json.string(&text);
                    json.null();
                    json.number(-1.5, 2);
                    json.line_break();
                    json.whole(7);
                });
            });
            let value: serde_json::Value = serde_json::from_str(&json.into_text()).unwrap();
            prop_assert_eq!(&value[&key], &serde_json::json!([text, null, -1.5, 7]));
        }
    }
}
