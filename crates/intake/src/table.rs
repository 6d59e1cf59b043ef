//! Tables as text: comma, semicolon or tab between the fields, quotes by RFC 4180, columns known by the header.
//!
//! Error model: a row that is not sound (quotes, number of fields, encoding, size) gives one problem and is left out; the
//! next line is read as a row again. An opening quote that never closes properly therefore costs its own line only.
//! Fields borrow from the bytes; only quoted fields with escapes are copied.

use std::borrow::Cow;
use std::str::FromStr;
use truceline_domain::{Problem, Problems, Wgs84};

/// The longest row, bytes.
pub(crate) const MAX_ROW_BYTES: usize = 1 << 20;
/// The most columns of a table.
const MAX_COLUMNS: usize = 256;

/// A table with its header read.
pub(crate) struct Table<'a> {
    file: &'a str,
    bytes: &'a [u8],
    delimiter: u8,
    header: Vec<String>,
    cursor: Cursor,
}

/// Where the next row begins.
#[derive(Clone, Copy)]
struct Cursor {
    offset: usize,
    line: u64,
}

/// A column of a table; reads as empty where the table has no such column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column(Option<usize>);

impl Column {
    /// A column that the table does not have.
    pub(crate) const ABSENT: Self = Self(None);

    /// True when the table has it.
    pub(crate) fn exists(self) -> bool {
        self.0.is_some()
    }
}

/// One row of a table.
pub(crate) struct Row<'r, 'a> {
    file: &'a str,
    /// Its first line, from 1.
    pub(crate) line: u64,
    /// Its number among the rows with content, from 0; bad rows count.
    pub(crate) index: u32,
    fields: &'r [Cow<'a, str>],
}

impl<'a> Table<'a> {
    /// Reads the header. `required` lists the columns without which the bytes are no such table, each with the names it
    /// may have; when one is missing, the problem quotes the first line (services answer with a sentence in place of a
    /// table).
    pub(crate) fn open(bytes: &'a [u8], file: &'a str, required: &[&[&str]], problems: &mut Problems) -> Option<Self> {
        let Some((start, line, text)) = first_line(bytes) else {
            problems.push(Problem::error(file, "empty", "the file has no content").with_hint("fetch the file again"));
            return None;
        };
        let delimiter = delimiter_of(text);
        let header = header_fields(text, delimiter);
        if header.len() > MAX_COLUMNS {
            let message = format!("the first line has more than {MAX_COLUMNS} columns");
            problems.push(Problem::error(file, "bad_header", message).at_line(line));
            return None;
        }
        let table = Self { file, bytes, delimiter, header, cursor: Cursor { offset: start, line } };
        let missing: Vec<&str> = required
            .iter()
            .filter(|names| !table.column(names).exists())
            .filter_map(|names| names.first().copied())
            .collect();
        if missing.is_empty() {
            table.warn_of_repeated_columns(problems);
            return Some(table.after_header());
        }
        let message = format!("the first line is not the header of this table: no column `{}`", missing.join("`, `"));
        let hint = "a service may have answered with an error in place of data, or the kind of the feed is wrong";
        let shown = String::from_utf8_lossy(text);
        problems.push(Problem::error(file, "bad_header", message).at_line(line).with_text(&shown).with_hint(hint));
        None
    }

    fn after_header(mut self) -> Self {
        self.cursor = next_line(self.bytes, self.cursor);
        self
    }

    fn warn_of_repeated_columns(&self, problems: &mut Problems) {
        for (n, name) in self.header.iter().enumerate() {
            if !name.is_empty() && self.header.iter().take(n).any(|earlier| earlier == name) {
                let message = "the header names this column twice; the first one counts";
                let problem = Problem::warning(self.file, "repeated_column", message).with_text(name);
                problems.push(problem.at_line(self.cursor.line));
            }
        }
    }

    /// The first column with one of these names (lower case).
    pub(crate) fn column(&self, names: &[&str]) -> Column {
        Column(names.iter().find_map(|name| self.header.iter().position(|column| column == name)))
    }

    /// The names of the columns, lower case, in the order of the header.
    pub(crate) fn header(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(String::as_str)
    }

    /// Calls `read` for each row with content; its error is the one problem of a row that is left out.
    pub(crate) fn each(
        mut self,
        problems: &mut Problems,
        mut read: impl FnMut(&Row<'_, 'a>, &mut Problems) -> Result<(), Problem>,
    ) {
        let mut fields = Vec::with_capacity(self.header.len());
        let mut index = 0_u32;
        while self.cursor.offset < self.bytes.len() {
            let here = self.cursor;
            let outcome = self.next_row(&mut fields);
            if matches!(outcome, Ok(false)) {
                continue;
            }
            let row = Row { file: self.file, line: here.line, index, fields: &fields };
            if let Err(problem) = outcome.and_then(|_| read(&row, problems)) {
                problems.push(problem);
            }
            index = index.saturating_add(1);
        }
    }

    /// Splits the row at the cursor and moves on; `Ok(false)` for a blank line.
    fn next_row(&mut self, fields: &mut Vec<Cow<'a, str>>) -> Result<bool, Problem> {
        fields.clear();
        let here = self.cursor;
        let line = line_at(self.bytes, here.offset);
        self.cursor = next_line(self.bytes, here);
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(false);
        }
        let wrong = |code, message: String| {
            let shown = String::from_utf8_lossy(line.get(..line.len().min(512)).unwrap_or_default());
            Problem::error(self.file, code, message).at_line(here.line).with_text(&shown)
        };
        if line.len() > MAX_ROW_BYTES {
            return Err(wrong("row_too_long", format!("the row is longer than {MAX_ROW_BYTES} bytes")));
        }
        let n_columns = self.header.len();
        if !line.contains(&b'"') {
            let text = std::str::from_utf8(line).map_err(|_| not_utf8(&wrong))?;
            fields.extend(text.split(char::from(self.delimiter)).take(MAX_COLUMNS + 1).map(Cow::Borrowed));
            return fit(fields, n_columns).map(|()| true).map_err(|n| column_count(&wrong, n, n_columns));
        }
        let split = split_quoted(self.bytes, here, self.delimiter, fields);
        let fitted = split.and_then(|after| fit(fields, n_columns).map(|()| after).map_err(Unsound::Columns));
        match fitted {
            Ok(after) => {
                self.cursor = after;
                Ok(true)
            }
            Err(Unsound::Columns(n)) => Err(column_count(&wrong, n, n_columns)),
            Err(Unsound::Encoding) => Err(not_utf8(&wrong)),
            Err(Unsound::Quotes) => {
                let problem =
                    wrong("bad_quotes", "a quoted field does not end with a quote and a delimiter".to_owned());
                Err(problem.with_hint("inside a quoted field a quote is written twice"))
            }
        }
    }
}

/// Why a row could not be split.
enum Unsound {
    Quotes,
    Encoding,
    Columns(usize),
}

fn not_utf8(wrong: &impl Fn(&'static str, String) -> Problem) -> Problem {
    wrong("not_utf8", "the row is not UTF-8 text".to_owned()).with_hint("save the file as UTF-8")
}

fn column_count(wrong: &impl Fn(&'static str, String) -> Problem, n: usize, n_columns: usize) -> Problem {
    let problem = wrong("column_count", format!("the row has {n} fields, the header {n_columns}"));
    problem.with_hint("the row may be cut, or a field with a delimiter needs quotes")
}

/// Empty fields behind the last column are no fault.
fn fit(fields: &mut Vec<Cow<str>>, n_columns: usize) -> Result<(), usize> {
    let surplus = fields.get(n_columns..).unwrap_or_default();
    if fields.len() < n_columns || surplus.iter().any(|field| !field.trim().is_empty()) {
        return Err(fields.len());
    }
    fields.truncate(n_columns);
    Ok(())
}

/// Splits a row that has quotes; it may run over several lines. Gives the place after it.
fn split_quoted<'a>(
    bytes: &'a [u8],
    start: Cursor,
    delimiter: u8,
    fields: &mut Vec<Cow<'a, str>>,
) -> Result<Cursor, Unsound> {
    let mut at = start;
    loop {
        let rest = bytes.get(at.offset..).unwrap_or_default();
        let (field, n_bytes, n_lines) = match rest {
            [b'"', inner @ ..] => quoted_field(inner)?,
            _ => plain_field(rest, delimiter)?,
        };
        fields.push(field);
        at = Cursor { offset: at.offset + n_bytes, line: at.line + n_lines };
        if fields.len() > MAX_COLUMNS || at.offset - start.offset > MAX_ROW_BYTES {
            return Err(Unsound::Columns(fields.len()));
        }
        match bytes.get(at.offset..).unwrap_or_default() {
            [] => return Ok(at),
            [b'\n', ..] => return Ok(Cursor { offset: at.offset + 1, line: at.line + 1 }),
            [b'\r', b'\n', ..] => return Ok(Cursor { offset: at.offset + 2, line: at.line + 1 }),
            [next, ..] if *next == delimiter => at.offset += 1,
            _ => return Err(Unsound::Quotes),
        }
    }
}

type Field<'a> = (Cow<'a, str>, usize, u64);

/// The field after an opening quote, with the bytes it takes (both quotes counted) and the line ends inside.
fn quoted_field(inner: &[u8]) -> Result<Field<'_>, Unsound> {
    let mut from = 0;
    let mut escaped = false;
    let window = inner.get(..inner.len().min(MAX_ROW_BYTES)).unwrap_or_default();
    loop {
        let rest = window.get(from..).unwrap_or_default();
        let quote = from + rest.iter().position(|b| *b == b'"').ok_or(Unsound::Quotes)?;
        if window.get(quote + 1) == Some(&b'"') {
            escaped = true;
            from = quote + 2;
            continue;
        }
        let raw = window.get(..quote).unwrap_or_default();
        let text = std::str::from_utf8(raw).map_err(|_| Unsound::Encoding)?;
        let n_lines = raw.iter().filter(|b| **b == b'\n').count() as u64;
        let field = if escaped { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) };
        return Ok((field, quote + 2, n_lines));
    }
}

fn plain_field(rest: &[u8], delimiter: u8) -> Result<Field<'_>, Unsound> {
    let end = rest.iter().position(|b| *b == delimiter || *b == b'\n').unwrap_or(rest.len());
    let raw = rest.get(..end).unwrap_or_default();
    let raw = match (raw, rest.get(end)) {
        ([body @ .., b'\r'], Some(b'\n')) => body,
        _ => raw,
    };
    let text = std::str::from_utf8(raw).map_err(|_| Unsound::Encoding)?;
    Ok((Cow::Borrowed(text), raw.len(), 0))
}

/// The line at an offset without its end.
fn line_at(bytes: &[u8], offset: usize) -> &[u8] {
    let rest = bytes.get(offset..).unwrap_or_default();
    let line = rest.split(|b| *b == b'\n').next().unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn next_line(bytes: &[u8], at: Cursor) -> Cursor {
    let rest = bytes.get(at.offset..).unwrap_or_default();
    let end = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |n| n + 1);
    Cursor { offset: at.offset + end, line: at.line + 1 }
}

/// The first line with content: its offset, number and text.
fn first_line(bytes: &[u8]) -> Option<(usize, u64, &[u8])> {
    let mut at = Cursor { offset: 0, line: 1 };
    while at.offset < bytes.len() {
        let line = line_at(bytes, at.offset);
        if !line.iter().all(u8::is_ascii_whitespace) {
            return Some((at.offset, at.line, line));
        }
        at = next_line(bytes, at);
    }
    None
}

fn delimiter_of(header: &[u8]) -> u8 {
    let count = |delimiter: u8| header.iter().filter(|b| **b == delimiter).count();
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// The names of a header line, lower case; used to read tables and to recognise them.
fn header_fields(line: &[u8], delimiter: u8) -> Vec<String> {
    let shown = line.get(..line.len().min(MAX_ROW_BYTES)).unwrap_or_default();
    let name = |field: &[u8]| {
        let text = String::from_utf8_lossy(field);
        text.trim().trim_matches('"').trim().to_lowercase()
    };
    shown.split(|b| *b == delimiter).take(MAX_COLUMNS + 1).map(name).collect()
}

/// True when the first line of `head` names all these columns (each by one of its names).
pub(crate) fn header_has(head: &[u8], required: &[&[&str]]) -> bool {
    let Some((_, _, line)) = first_line(head) else { return false };
    let header = header_fields(line, delimiter_of(line));
    required.iter().all(|names| names.iter().any(|name| header.iter().any(|column| column == name)))
}

/// A field as a row of text: quoted when it must be.
pub(crate) fn quoted(text: &str, delimiter: char) -> Cow<'_, str> {
    let special = |c: char| c == delimiter || matches!(c, '"' | '\n' | '\r');
    let edge = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    if edge || text.contains(special) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

impl Row<'_, '_> {
    /// A problem of this row with its line and the offending text.
    pub(crate) fn error(&self, code: &'static str, text: &str, message: impl Into<String>) -> Problem {
        Problem::error(self.file, code, message).at_line(self.line).with_text(text)
    }

    /// The same as a warning: the row is used.
    pub(crate) fn warning(&self, code: &'static str, text: &str, message: impl Into<String>) -> Problem {
        Problem::warning(self.file, code, message).at_line(self.line).with_text(text)
    }

    /// The field as it stands.
    pub(crate) fn exact(&self, column: Column) -> &str {
        column.0.and_then(|n| self.fields.get(n)).map_or("", |field| field.as_ref())
    }

    /// The field without blanks around it.
    pub(crate) fn text(&self, column: Column) -> &str {
        self.exact(column).trim()
    }

    /// A finite number; `what` names it in the problem.
    pub(crate) fn number(&self, column: Column, what: &str) -> Result<f64, Problem> {
        let text = self.text(column);
        match f64::from_str(text) {
            Ok(value) if value.is_finite() => Ok(value),
            _ if text.is_empty() => Err(self.error("missing_number", "", format!("the {what} is missing"))),
            _ => {
                let problem = self.error("bad_number", text, format!("the {what} is not a number"));
                let comma = text.contains(',') && text.replacen(',', ".", 1).parse::<f64>().is_ok();
                Err(if comma { problem.with_hint("write a point before the decimals") } else { problem })
            }
        }
    }

    /// A finite number, or nothing for an empty field.
    pub(crate) fn number_if_any(&self, column: Column, what: &str) -> Result<Option<f64>, Problem> {
        if self.text(column).is_empty() { Ok(None) } else { self.number(column, what).map(Some) }
    }

    /// A whole number that is not negative; `21.0` counts as 21.
    pub(crate) fn whole(&self, column: Column, what: &str) -> Result<u32, Problem> {
        let value = self.number(column, what)?;
        if value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value) {
            return Ok(value as u32);
        }
        Err(self.error("bad_count", self.text(column), format!("the {what} is not a whole number from 0")))
    }

    /// A whole number, or nothing for an empty field.
    pub(crate) fn whole_if_any(&self, column: Column, what: &str) -> Result<Option<u32>, Problem> {
        if self.text(column).is_empty() { Ok(None) } else { self.whole(column, what).map(Some) }
    }

    /// A place from its two columns.
    pub(crate) fn place(&self, lat: Column, lon: Column) -> Result<Wgs84, Problem> {
        let (lat_deg, lon_deg) = (self.number(lat, "latitude")?, self.number(lon, "longitude")?);
        Wgs84::new(lat_deg, lon_deg).map_err(|_| {
            let text = format!("{}, {}", self.text(lat), self.text(lon));
            let message = "latitude runs from -90 to 90, longitude from -180 to 180";
            let problem = self.error("bad_place", &text, message);
            let swapped = Wgs84::new(lon_deg, lat_deg).is_ok();
            if swapped { problem.with_hint("latitude and longitude may be swapped") } else { problem }
        })
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
