//! Tables as text (RFC 4180): UTF-8, CRLF, header row; safe to open in a spreadsheet.

use std::fmt::{Display, Write as _};

/// A table that is being written.
pub(crate) struct Csv {
    text: String,
    at_row_start: bool,
}

impl Csv {
    /// A table with its header row and room for `n_rows`.
    pub(crate) fn new(header: &[&str], n_rows: usize) -> Self {
        let mut csv = Self { text: String::with_capacity(128 + n_rows * 240), at_row_start: true };
        for name in header {
            csv.text(name);
        }
        csv.end_row();
        csv
    }

    /// A cell of text. A spreadsheet would compute what begins with `= + - @`, a tab or a line end: such a cell gets an
    /// apostrophe in front, unless it is a plain number.
    pub(crate) fn text(&mut self, cell: &str) {
        self.separate();
        let tempting = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        let guard = if tempting && cell.parse::<f64>().is_err() { "'" } else { "" };
        if cell.contains([',', '"', '\r', '\n']) {
            self.text.push('"');
            self.text.push_str(guard);
            self.text.push_str(&cell.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(guard);
            self.text.push_str(cell);
        }
    }

    /// A cell that is a number, an id or an instant: nothing that needs quoting or guarding.
    pub(crate) fn plain(&mut self, cell: impl Display) {
        self.separate();
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{cell}");
    }

    /// A number with fixed decimals.
    pub(crate) fn number(&mut self, value: f64, decimals: usize) {
        self.plain(format_args!("{value:.decimals$}"));
    }

    /// A cell that may be empty.
    pub(crate) fn optional(&mut self, cell: Option<impl Display>) {
        match cell {
            Some(cell) => self.plain(cell),
            None => self.empty(),
        }
    }

    pub(crate) fn empty(&mut self) {
        self.separate();
    }

    pub(crate) fn end_row(&mut self) {
        self.text.push_str("\r\n");
        self.at_row_start = true;
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    fn separate(&mut self) {
        if !self.at_row_start {
            self.text.push(',');
        }
        self.at_row_start = false;
    }
}

#[cfg(test)]
mod tests {
    use super::Csv;

    #[test]
    fn formulas_are_guarded_and_numbers_stay_numbers() {
        let mut csv = Csv::new(&["a"], 1);
        for cell in ["=1+1", "-2.5", "@x", "+cmd|' /C calc'!A0", "a,\"b\"", "\tq", "Київ"] {
            csv.text(cell);
        }
        csv.number(-1.25, 3);
        csv.end_row();
        let expected = "a\r\n'=1+1,-2.5,'@x,'+cmd|' /C calc'!A0,\"a,\"\"b\"\"\",'\tq,Київ,-1.250\r\n";
        assert_eq!(csv.into_text(), expected);
    }
}
