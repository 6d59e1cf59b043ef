//! As much DER (X.690) as a token needs: elements of one tag byte and a definite length of the shortest form, none of
//! them copied.

use x509_cert::der::DateTime;

/// The tag byte of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag(u8);

impl Tag {
    pub const BOOLEAN: Self = Self(0x01);
    pub const INTEGER: Self = Self(0x02);
    pub const BITS: Self = Self(0x03);
    pub const OCTETS: Self = Self(0x04);
    pub const NULL: Self = Self(0x05);
    pub const OID: Self = Self(0x06);
    pub const GENERALIZED_TIME: Self = Self(0x18);
    pub const SEQUENCE: Self = Self(0x30);
    pub const SET: Self = Self(0x31);
    /// `[0]` and `[1]` of a primitive type, with its content in place.
    pub const IMPLICIT_0: Self = Self(0x80);
    pub const IMPLICIT_1: Self = Self(0x81);
    /// `[0]` and `[1]` around other elements.
    pub const CONTEXT_0: Self = Self(0xa0);
    pub const CONTEXT_1: Self = Self(0xa1);
}

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    pub tag: Tag,
    /// Without tag and length.
    pub content: &'a [u8],
    /// With them.
    pub whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The elements in it, as far as they can be read.
    pub const fn children(&self) -> Elements<'a> {
        Elements { rest: self.content }
    }
}

/// Elements one after the other. Ends early where one is malformed; [`Elements::is_whole`] tells.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    /// The next one, which must have this tag.
    pub fn next_of(&mut self, tag: Tag) -> Option<Element<'a>> {
        self.next().filter(|element| element.tag == tag)
    }

    /// Whether nothing is left.
    pub const fn is_whole(&self) -> bool {
        self.rest.is_empty()
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let (tag, after_tag) = self.rest.split_first()?;
        // Tags of several bytes do not occur here.
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (length, body) = length(after_tag)?;
        let (content, rest) = body.split_at_checked(length)?;
        let whole = self.rest.get(..self.rest.len() - rest.len())?;
        self.rest = rest;
        Some(Element { tag: Tag(*tag), content, whole })
    }
}

/// A definite length of the shortest form, and what follows it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if *first < 0x80 {
        return Some((usize::from(*first), rest));
    }
    let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    let is_shortest = digits.first().is_some_and(|digit| *digit != 0) && digits.len() <= 4;
    let length = digits.iter().fold(0_usize, |length, digit| length << 8 | usize::from(*digit));
    (is_shortest && length >= 0x80).then_some((length, rest))
}

/// The one element that these bytes are.
pub fn only(bytes: &[u8]) -> Option<Element<'_>> {
    let mut elements = Elements { rest: bytes };
    let element = elements.next()?;
    elements.is_whole().then_some(element)
}

/// The bytes of an element.
pub fn encode(tag: Tag, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag.0];
    let length = content.len().to_be_bytes();
    let digits: Vec<u8> = length.iter().copied().skip_while(|digit| *digit == 0).collect();
    match (digits.as_slice(), u8::try_from(digits.len())) {
        ([], _) => bytes.push(0),
        ([short], _) if *short < 0x80 => bytes.push(*short),
        (long, n) => {
            bytes.push(0x80 | n.unwrap_or(0x7f));
            bytes.extend_from_slice(long);
        }
    }
    bytes.extend_from_slice(content);
    bytes
}

/// A `GeneralizedTime` as RFC 3161 2.4.2 has it, `YYYYMMDDhhmmss[.f...]Z`, in milliseconds since 1970; finer digits are
/// dropped.
pub fn time_ms(text: &[u8]) -> Option<u64> {
    let text = str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let all_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if whole.len() != 14 || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let number = |from: usize, until: usize| whole.get(from..until)?.parse::<u8>().ok();
    let year = whole.get(..4)?.parse().ok()?;
    let (month, day) = (number(4, 6)?, number(6, 8)?);
    let (hour, minute, second) = (number(8, 10)?, number(10, 12)?, number(12, 14)?);
    let time = DateTime::new(year, month, day, hour, minute, second).ok()?;
    let ms: String = fraction.chars().chain("00".chars()).take(3).collect();
    time.unix_duration().as_secs().checked_mul(1000)?.checked_add(ms.parse().ok()?)
}
