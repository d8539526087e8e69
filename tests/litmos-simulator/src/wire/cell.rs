//! A field's value and a record of them, as meant: the wire's oddness comes later.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value;

/// Text that is often a literal.
pub(crate) type Text = Cow<'static, str>;

/// A field's value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// No value, always written as null.
    Null,
    /// What a person typed; entities and blanks may get in. Empty = no value, null or "".
    Free(Text),
    /// A code or an id. Empty = no value, null or "".
    Word(Text),
    /// Text that is written exactly so.
    Exact(Text),
    /// True or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A decimal with at least one place.
    Decimal(f64),
    /// A decimal with two places.
    Price(f64),
    /// An instant in the vendor's usual form.
    Instant(Timestamp),
    /// The same where the vendor's usual form is a wall clock.
    WallClock(Timestamp),
    /// An instant in the form user records have: ISO 8601 with `Z`, empty when there is none.
    Iso(Option<Timestamp>),
    /// Several texts.
    List(&'static [&'static str]),
}

/// A record in the order of the wire.
pub(crate) type Record = Vec<(&'static str, Cell)>;

impl Cell {
    /// An instant or null.
    pub(crate) fn instant(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Null, Self::Instant)
    }

    /// The text of a text cell, trimmed; nothing if it is empty.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Free(text) | Self::Word(text) | Self::Exact(text) => {
                Some(text.trim()).filter(|text| !text.is_empty())
            }
            _ => None,
        }
    }

    /// The value as JSON says it plainly; nothing for null and empty text.
    pub(crate) fn plain(&self) -> Option<Value> {
        match self {
            Self::Null | Self::Iso(None) => None,
            Self::Free(_) | Self::Word(_) | Self::Exact(_) => self.text().map(Value::from),
            Self::Bool(value) => Some(Value::from(*value)),
            Self::Int(value) => Some(Value::from(*value)),
            Self::Decimal(value) | Self::Price(value) => Some(number(*value)),
            Self::Instant(at) | Self::WallClock(at) | Self::Iso(Some(at)) => {
                Some(Value::from(at.to_string()))
            }
            Self::List(items) => Some(items.iter().copied().collect()),
        }
    }
}

/// A decimal that is whole is meant as a whole number: the wire has `0`, `0.0` and `0.00`.
#[expect(clippy::cast_possible_truncation, reason = "whole and far below 2^52")]
fn number(value: f64) -> Value {
    if value.fract() == 0.0 { Value::from(value as i64) } else { Value::from(value) }
}

/// The field of that name.
pub(crate) fn field<'a>(record: &'a Record, name: &str) -> Option<&'a Cell> {
    record.iter().find(|(field, _)| *field == name).map(|(_, cell)| cell)
}
