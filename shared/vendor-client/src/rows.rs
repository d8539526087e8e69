//! The rows of a page, and single records.

use std::collections::BTreeMap;

use serde::de::{Deserializer as _, Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::answer::Undecodable;
use crate::problem::said;
use crate::record::{Dialect, Record};
use crate::{Page, RowFault};

/// Far above any page: a hundred times what is asked for. A body of 64 MiB may hold as many million
/// rows, each of which takes a hundred times its length when it is decoded.
const MOST_ROWS: usize = 100_000;
/// Far above any record; so many take about 100 MiB when they are decoded.
const MOST_VALUES: usize = 1_000_000;
/// How many fields of a row without an id are named.
const NAMED: usize = 10;

/// A page, row by row: a bad row costs itself only. What is wrong with one is its own fault's problem,
/// or what `row` says. Whether too many are bad is for whoever sees the whole run to judge: a page may
/// have one row.
pub(crate) fn page<T, D: Dialect>(
    rows: Vec<&RawValue>,
    dialect: D,
    row: impl Fn(&mut Record<D>) -> Result<T, &'static str>,
) -> Page<T> {
    let mut page = Page::empty();
    for (index, raw) in (0..).zip(rows) {
        page.received += 1;
        let fault = |id, problem| RowFault { index, id, problem };
        let mut record = match value(raw.get()).and_then(|value| Record::new(value, dialect)) {
            Ok(record) => record,
            Err(problem) => {
                page.add_fault(fault(None, format!("{problem}{}", shape(raw.get()))));
                page.faulty_rows += 1;
                continue;
            }
        };
        let decoded = row(&mut record);
        let id = record.id();
        page.faulty_rows += u64::from(decoded.is_err() || !record.unreadable().is_empty());
        for name in record.unreadable() {
            page.add_fault(fault(Some(id.clone()), format!("{name} cannot be read")));
        }
        match decoded {
            Ok(decoded) => page.rows.push(decoded),
            Err(problem) => page.add_fault(fault(Some(id.clone()), problem.to_owned())),
        }
        // A note: the row is there, and so is the text, but for what nobody can read.
        for name in record.damaged() {
            let problem = format!("{name} holds a character that cannot be decoded (U+FFFD)");
            page.add_fault(fault(Some(id.clone()), problem));
        }
    }
    page
}

/// Which fields a row has that is none: their names, and nothing that they hold.
fn shape(row: &str) -> String {
    let Ok(Value::Object(fields)) = value(row) else { return String::new() };
    let mut filled = fields.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name);
    let names: Vec<_> = filled.by_ref().take(NAMED).map(String::as_str).collect();
    let more = if filled.next().is_some() { ", …" } else { "" };
    if names.is_empty() {
        "; it is empty".to_owned()
    } else {
        format!("; it has {}{more}", names.join(", "))
    }
}

/// The members of an object by their names, each as its text; of two of one name, the last.
pub(crate) type Members<'a> = BTreeMap<String, &'a RawValue>;

/// The members of an object; none of anything else.
pub(crate) fn members(object: &RawValue) -> Members<'_> {
    serde_json::from_str(object.get()).unwrap_or_default()
}

/// The elements of a list.
pub(crate) fn elements(list: &RawValue) -> Result<Vec<&RawValue>, Undecodable> {
    let mut reader = serde_json::Deserializer::from_str(list.get());
    reader.deserialize_seq(Elements).map_err(|error| match error.classify() {
        serde_json::error::Category::Data if list.get().starts_with('[') => {
            Undecodable::Unexpected(format!("a list of more than {MOST_ROWS} rows"))
        }
        _ => not_a_list(list.get().as_bytes()),
    })
}

struct Elements;

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            if elements.len() == MOST_ROWS {
                return Err(A::Error::custom("too many"));
            }
            elements.push(element);
        }
        Ok(elements)
    }
}

/// One value, unless decoding it would take more memory than there is.
pub(crate) fn value(text: &str) -> Result<Value, &'static str> {
    if text.len() > MOST_VALUES && text.bytes().filter(|byte| *byte == b',').count() > MOST_VALUES {
        return Err("too many values");
    }
    serde_json::from_str(text).map_err(|_| "not readable")
}

/// The one value that an answer holds.
pub(crate) fn only_value(body: &[u8]) -> Result<Value, Undecodable> {
    value(json(body)?.get()).map_err(|problem| bad_record(body, problem))
}

/// What is wrong with an answer that should have been one record.
pub(crate) fn bad_record(body: &[u8], problem: &str) -> Undecodable {
    Undecodable::Unexpected(match said(body) {
        Some(said) => format!("an error instead of a record: {said}"),
        None => format!("the record is bad: {problem}"),
    })
}

/// What is wrong with JSON that should have been a list.
pub(crate) fn not_a_list(body: &[u8]) -> Undecodable {
    if let Some(said) = said(body) {
        return Undecodable::Unexpected(format!("an error instead of a list: {said}"));
    }
    let members = serde_json::from_slice::<Map<String, Value>>(&body[..body.len().min(1 << 20)]);
    let names: Vec<_> =
        members.unwrap_or_default().into_iter().take(NAMED).map(|(name, _)| name).collect();
    Undecodable::Garbled(match names.is_empty() {
        true => "not a list".to_owned(),
        false => format!("not a list, but an object with {}", names.join(", ")),
    })
}

/// The whole of an answer as JSON that is not looked into yet.
pub(crate) fn json(body: &[u8]) -> Result<&RawValue, Undecodable> {
    serde_json::from_slice(body).map_err(|_| not_json())
}

pub(crate) fn not_json() -> Undecodable {
    Undecodable::Garbled("the answer is not JSON".to_owned())
}
