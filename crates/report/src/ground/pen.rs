//! Writing a picture: numbers that are always numbers, texts that are always escaped and do not lie on each other.

use super::style;
use crate::format::escape;
use std::fmt::{self, Write as _};

/// A point of the picture: right, down, px.
pub(super) type Px = (f64, f64);

/// A coordinate with at most one decimal; what is no number, or far outside, is held.
#[derive(Clone, Copy)]
pub(super) struct At(pub(super) f64);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = if self.0.is_finite() { (self.0.clamp(-1e5, 1e5) * 10.0).round() as i64 } else { 0 };
        let sign = if tenths < 0 { "-" } else { "" };
        let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
        if tenth == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{tenth}") }
    }
}

/// Writing to a String cannot fail.
macro_rules! put {
    ($pen:expr, $($arg:tt)*) => { { use std::fmt::Write as _; let _ = write!($pen.svg, $($arg)*); } };
}
pub(super) use put;

/// A name as it may be shown: no signs that steer the direction of text or break XML, and not too long.
pub(super) fn shown_name(name: &str, most: usize) -> String {
    let plain = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    let mut chars = name.chars().filter(plain).map(|c| if c.is_control() { ' ' } else { c });
    let mut out: String = chars.by_ref().take(most).collect();
    if chars.next().is_some() {
        out.pop();
        out.push('…');
    }
    out
}

/// About how wide a text is in the pictures' fonts, px; rather too wide than too narrow.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let em = |c: char| match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '|' | '\'' | '!' | '(' | ')' | ' ' | '\u{a0}' | '\u{202f}' => 0.31,
        't' | 'f' | 'r' | '-' | '–' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | 'ш' | 'щ' | 'ж' | 'ю' | 'Ш' | 'Щ' | 'Ж' | 'Ю' | 'м' => 0.88,
        c if c.is_ascii_uppercase() => 0.67,
        c if c.is_ascii() => 0.58,
        c if c < '\u{1100}' => 0.64,
        _ => 1.05,
    };
    text.chars().map(em).sum::<f64>() * size
}

/// A text broken into lines no wider than `width`.
pub(super) fn lines(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match out.last_mut() {
            Some(line) if text_width(line, size) + text_width(word, size) + 0.31 * size <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
    }
    out
}

/// How a text stands to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Left, top, right, bottom.
pub(super) type Frame = [f64; 4];

/// The box that a text of this size takes.
pub(super) fn text_box((x, y): Px, anchor: Anchor, text: &str, size: f64) -> Frame {
    let wide = text_width(text, size);
    let left = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - 0.5 * wide,
        Anchor::End => x - wide,
    };
    [left, y - 0.82 * size, left + wide, y + 0.26 * size]
}

/// A picture that is being drawn.
pub(super) struct Pen {
    pub(super) svg: String,
    pub(super) width: f64,
    /// Marks the ids of this picture, so that several can stand on one page.
    pub(super) id: String,
    taken: Vec<Frame>,
}

impl Pen {
    /// `name` tells pictures on one page apart.
    pub(super) fn new(width: f64, kind: &str, name: &str) -> Self {
        let hash = name
            .bytes()
            .chain(width.to_bits().to_be_bytes())
            .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        Self {
            svg: String::with_capacity(32 * 1024),
            width,
            id: format!("{kind}{:08x}", hash >> 32),
            taken: Vec::new(),
        }
    }

    /// A text of the class at a place.
    pub(super) fn text(&mut self, class: &str, (x, y): Px, text: &str) {
        put!(self, r#"<text class="{class}" x="{}" y="{}">"#, At(x), At(y));
        escape(&mut self.svg, text);
        self.svg.push_str("</text>");
    }

    /// A text broken into lines; gives the height that they take.
    pub(super) fn paragraph(&mut self, class: &str, (x, y): Px, text: &str, (size, width): (f64, f64)) -> f64 {
        let step = 1.45 * size;
        let broken = lines(text, size, width);
        for (k, line) in broken.iter().enumerate() {
            self.text(class, (x, y + step * k as f64), line);
        }
        step * broken.len() as f64
    }

    /// What a pointer or a reader of screens is told of the mark that was opened last.
    pub(super) fn told(&mut self, text: &str) {
        self.svg.push_str("<title>");
        escape(&mut self.svg, text);
        self.svg.push_str("</title>");
    }

    /// A line through points.
    pub(super) fn line(&mut self, class: &str, points: &[Px]) {
        if points.len() < 2 {
            return;
        }
        put!(self, r#"<path class="{class}" d=""#);
        self.outline(points);
        self.svg.push_str("\"/>");
    }

    /// The points of an outline as path data.
    pub(super) fn outline(&mut self, points: &[Px]) {
        for (k, (x, y)) in points.iter().enumerate() {
            put!(self, "{}{} {}", if k == 0 { "M" } else { "L" }, At(*x), At(*y));
        }
    }

    /// A rectangle; nothing when it is empty.
    pub(super) fn rect(&mut self, class: &str, [left, top, right, bottom]: Frame) {
        if right > left && bottom > top {
            put!(
                self,
                r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}"/>"#,
                At(left),
                At(top),
                At(right - left),
                At(bottom - top)
            );
        }
    }

    /// Declares a rectangle outside of which what names it is not shown.
    pub(super) fn clip(&mut self, name: &str, [left, top, right, bottom]: Frame) {
        put!(
            self,
            r#"<clipPath id="{}-{name}"><rect x="{}" y="{}" width="{}" height="{}"/></clipPath>"#,
            self.id,
            At(left),
            At(top),
            At((right - left).max(0.0)),
            At((bottom - top).max(0.0))
        );
    }

    /// Opens a group that is shown inside a declared rectangle.
    pub(super) fn open_clipped(&mut self, name: &str) {
        put!(self, r#"<g clip-path="url(#{}-{name})">"#, self.id);
    }

    pub(super) fn close(&mut self) {
        self.svg.push_str("</g>");
    }

    /// Keeps texts away from a box.
    pub(super) fn take(&mut self, frame: Frame) {
        self.taken.push(frame);
    }

    /// True when nothing lies there yet.
    pub(super) fn is_free(&self, [left, top, right, bottom]: Frame) -> bool {
        self.taken.iter().all(|[l, t, r, b]| right <= *l || left >= *r || bottom <= *t || top >= *b)
    }

    /// Writes a text at the first of the places where it lies on nothing and inside `within`; false when there is none.
    pub(super) fn text_where_free(
        &mut self,
        class: &str,
        places: &[(Px, Anchor)],
        text: &str,
        (size, within): (f64, Frame),
    ) -> bool {
        let fits = |frame: Frame| {
            let inside =
                frame[0] >= within[0] && frame[1] >= within[1] && frame[2] <= within[2] && frame[3] <= within[3];
            inside && self.is_free(frame)
        };
        let found = places.iter().find(|(at, anchor)| fits(text_box(*at, *anchor, text, size)));
        let Some((at, anchor)) = found.copied() else { return false };
        self.take(text_box(at, anchor, text, size));
        let side = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " m",
            Anchor::End => " e",
        };
        self.text(&format!("{class}{side}"), at, text);
        true
    }

    /// Entries of a legend in rows; gives the height that they take. A symbol is drawn about the origin, 18 px wide.
    pub(super) fn legend(&mut self, entries: &[(String, String)], (left, top): Px, width: f64) -> f64 {
        let (mut x, mut y) = (left, top);
        for (symbol, words) in entries {
            let broken = lines(words, 11.0, width - 26.0);
            let wide = 26.0 + broken.iter().map(|line| text_width(line, 11.0)).fold(0.0, f64::max);
            if x > left && x + wide > left + width {
                (x, y) = (left, y + 18.0);
            }
            put!(self, r#"<g transform="translate({} {})">{symbol}</g>"#, At(x + 9.0), At(y + 6.0));
            for (k, line) in broken.iter().enumerate() {
                y += if k > 0 { 14.0 } else { 0.0 };
                self.text("ti", (x + 24.0, y + 10.0), line);
            }
            x += wide + 14.0;
        }
        if entries.is_empty() { 0.0 } else { y + 18.0 - top }
    }

    /// The whole picture, with what it is called and what it shows for those who do not see it.
    pub(super) fn finish(self, (title, description): (&str, &str), height: f64, language: &str) -> String {
        let (id, width) = (&self.id, At(self.width));
        let mut out = String::with_capacity(self.svg.len() + style::sheet().len() + 1_024);
        let _ = write!(
            out,
            r#"<svg xmlns="http://www.w3.org/2000/svg" class="tg" width="{width}" height="{h}" viewBox="0 0 {width} {h}" role="img" lang="{language}" aria-labelledby="{id}-t {id}-d"><title id="{id}-t">"#,
            h = At(height.ceil()),
        );
        escape(&mut out, title);
        let _ = write!(out, r#"</title><desc id="{id}-d">"#);
        escape(&mut out, description);
        let _ = write!(
            out,
            r#"</desc><style>{}</style><defs><pattern id="{id}-hx" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hx" d="M0 0V6"/></pattern></defs><rect class="bg" width="100%" height="100%"/>"#,
            style::sheet()
        );
        out.push_str(&self.svg);
        out.push_str("</svg>\n");
        out
    }
}
