//! Where a text differs from JSON that can be read.

use std::borrow::Cow;
use std::ops::Range;

/// What is wrong with a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Half of a surrogate pair, as an escape.
    HalfPair,
    /// A number that neither 64 bits nor a float can hold.
    Number,
    /// A control character in a text.
    Control,
    /// A backslash that escapes nothing.
    Backslash,
    /// `\'`, as JavaScript writes it.
    Quote,
    /// `NaN`, `INF` and the like, as .NET writes them.
    NoNumber,
}

impl Flaw {
    /// Whether it is no JSON at all; else it is JSON that cannot be read.
    pub(super) fn is_no_json(self) -> bool {
        !matches!(self, Self::HalfPair | Self::Number)
    }

    /// What stands for it in JSON.
    pub(super) fn mended(self, text: &str) -> Cow<'static, str> {
        match self {
            Self::HalfPair => r"\ufffd".into(),
            Self::Number | Self::NoNumber => format!("\"{text}\"").into(),
            Self::Control => format!("\\u{:04x}", text.bytes().next().unwrap_or_default()).into(),
            Self::Backslash => r"\\".into(),
            Self::Quote => "'".into(),
        }
    }
}

/// The flaws of a text, in their order.
pub(super) struct Flaws<'a> {
    text: &'a [u8],
    place: usize,
    in_text: bool,
}

impl<'a> Flaws<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text: text.as_bytes(), place: 0, in_text: false }
    }

    /// How long what stands here is, and what is wrong with it.
    fn here(&self) -> (usize, Option<Flaw>) {
        let rest = &self.text[self.place..];
        match rest[0] {
            b'\\' if self.in_text => escape(rest),
            ..0x20 if self.in_text => (1, Some(Flaw::Control)),
            b'-' | b'0'..=b'9' | b'N' | b'I' if !self.in_text => number(rest),
            _ => (1, None),
        }
    }
}

impl Iterator for Flaws<'_> {
    type Item = (Range<usize>, Flaw);

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(first) = self.text.get(self.place) {
            let (length, flaw) = self.here();
            self.in_text ^= *first == b'"';
            let place = self.place..self.place + length;
            self.place = place.end;
            if let Some(flaw) = flaw {
                return Some((place, flaw));
            }
        }
        None
    }
}

/// What begins with a backslash.
fn escape(text: &[u8]) -> (usize, Option<Flaw>) {
    match text.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => (2, None),
        Some(b'\'') => (2, Some(Flaw::Quote)),
        Some(b'u') => match (unit(text), text.get(6..).and_then(unit)) {
            (None, _) => (1, Some(Flaw::Backslash)),
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, None),
            (Some(0xd800..=0xdfff), _) => (6, Some(Flaw::HalfPair)),
            (Some(_), _) => (6, None),
        },
        // The text is cut off.
        None => (1, None),
        Some(_) => (1, Some(Flaw::Backslash)),
    }
}

/// The UTF-16 unit that `\uXXXX` stands for.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(br"\u")?.get(..4)?;
    let digits = str::from_utf8(digits)
        .ok()
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

/// What begins like a number.
fn number(text: &[u8]) -> (usize, Option<Flaw>) {
    let is_of_it = |byte: &&u8| matches!(byte, b'+' | b'-' | b'.') || byte.is_ascii_alphanumeric();
    let length = text.iter().take_while(is_of_it).count();
    let word = str::from_utf8(&text[..length]).unwrap_or_default();
    let flaw = match word.trim_start_matches('-') {
        "NaN" | "INF" | "Infinity" => Some(Flaw::NoNumber),
        // Up to here everything fits.
        digits if digits.len() < 19 && !digits.contains(['e', 'E']) => None,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            let fits = word.parse::<i64>().is_ok() || word.parse::<u64>().is_ok();
            (!fits).then_some(Flaw::Number)
        }
        _ => word.parse().is_ok_and(f64::is_infinite).then_some(Flaw::Number),
    };
    (length, flaw)
}
