//! JSON as the vendor writes it: PascalCase names, Microsoft dates and `\/` for every slash.

use std::io;

use bytes::Bytes;
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};
use serde_json::{ser::Formatter, value::RawValue};

use super::{
    cell::{Cell, Record},
    content::{Content, Row},
    date,
};

/// The bytes of a JSON body.
pub(super) fn encode(content: &Content) -> Bytes {
    let mut body = Vec::new();
    content
        .serialize(&mut serde_json::Serializer::with_formatter(&mut body, SlashEscaping))
        .expect("cells are plain values and the target is memory");
    body.into()
}

struct SlashEscaping;

impl Formatter for SlashEscaping {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut parts = fragment.split('/');
        writer.write_all(parts.next().unwrap_or_default().as_bytes())?;
        for part in parts {
            writer.write_all(b"\\/")?;
            writer.write_all(part.as_bytes())?;
        }
        Ok(())
    }
}

struct Fields<'a>(&'a [(&'static str, Cell)]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, cell) in self.0 {
            map.serialize_entry(name, cell)?;
        }
        map.end()
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Record(record) => Fields(record).serialize(serializer),
            Self::Stray(text) => serializer.serialize_str(text),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Free(text) | Self::Word(text) | Self::Exact(text) => {
                serializer.serialize_str(text)
            }
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Decimal(value) => serializer.serialize_f64(*value),
            Self::Price(value) => RawValue::from_string(format!("{value:.2}"))
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
            Self::Instant(at) => serializer.serialize_str(&date::microsoft(*at)),
            Self::WallClock(at) => serializer.serialize_str(&date::wall_clock(*at)),
            Self::Iso(None) => serializer.serialize_str(""),
            Self::Iso(Some(at)) => serializer.collect_str(at),
            Self::List(items) => items.serialize(serializer),
        }
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::List(_, rows) => rows.serialize(serializer),
            Self::One(_, record) => Fields(record).serialize(serializer),
            Self::Paginated(_, pagination, rows) => paginated(serializer, pagination, rows),
            Self::Parameters(record) => parameters(serializer, record),
        }
    }
}

fn paginated<S: Serializer>(
    serializer: S,
    pagination: &Record,
    rows: &[Row],
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("Pagination", &Fields(pagination))?;
    map.serialize_entry("Items", rows)?;
    map.end()
}

/// A list of objects with one entry each.
fn parameters<S: Serializer>(serializer: S, record: &Record) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(record.len()))?;
    for pair in record {
        list.serialize_element(&Fields(std::slice::from_ref(pair)))?;
    }
    list.end()
}

#[cfg(test)]
mod tests {
    use super::super::content::USERS;
    use super::*;

    fn text(content: &Content) -> String {
        String::from_utf8(encode(content).to_vec()).unwrap()
    }

    #[test]
    fn slashes_are_escaped_and_every_type_has_its_form() {
        let record = vec![
            ("A", Cell::Free("a/b \"c\"".into())),
            ("B", Cell::Price(0.0)),
            ("C", Cell::Decimal(50.0)),
            ("D", Cell::Instant("2024-01-01T00:00:01Z".parse().unwrap())),
            ("E", Cell::Iso(Some("2016-12-21T12:49:02Z".parse().unwrap()))),
            ("F", Cell::Iso(None)),
            ("G", Cell::Null),
        ];
        assert_eq!(
            text(&Content::One(USERS, record)),
            r#"{"A":"a\/b \"c\"","B":0.00,"C":50.0,"D":"\/Date(1704067201000-0800)\/","E":"2016-12-21T12:49:02Z","F":"","G":null}"#
        );
    }

    #[test]
    fn lists_are_bare_and_paginated_ones_are_wrapped() {
        let rows = vec![Row::Stray("x"), Row::Record(vec![("Id", Cell::Int(1))])];
        assert_eq!(text(&Content::List(USERS, rows.clone())), r#"["x",{"Id":1}]"#);
        let pagination = vec![("TotalCount", Cell::Int(2))];
        assert_eq!(
            text(&Content::Paginated(USERS, pagination, rows)),
            r#"{"Pagination":{"TotalCount":2},"Items":["x",{"Id":1}]}"#
        );
        let pairs = vec![("A", Cell::Int(1)), ("B", Cell::Int(2))];
        assert_eq!(text(&Content::Parameters(pairs)), r#"[{"A":1},{"B":2}]"#);
    }
}
