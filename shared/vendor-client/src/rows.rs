//! The rows of a page, and single records.

use serde_json::value::RawValue;

use crate::answer::Undecodable;
use crate::problem::said;
use crate::record::{Dialect, Record};
use crate::{Page, RowFault};

/// A page, row by row: a bad row costs itself only, unless most are bad. What is wrong with one is
/// its own fault's problem, or what `row` says.
pub(crate) fn page<T, D: Dialect>(
    rows: Vec<&RawValue>,
    dialect: D,
    row: impl Fn(&mut Record<D>) -> Result<T, &'static str>,
) -> Result<Page<T>, Undecodable> {
    let mut page = Page::empty();
    let mut first_bad = None;
    for (index, raw) in (0..).zip(rows) {
        page.received += 1;
        let faults_before = page.fault_count;
        let value = serde_json::from_str(raw.get()).map_err(|_| "not readable");
        let mut fault = |id, problem| page.add_fault(RowFault { index, id, problem });
        let record = value.and_then(|value| Record::new(value, dialect));
        let (id, decoded) = match record {
            Ok(mut record) => {
                let decoded = row(&mut record);
                for name in record.unreadable() {
                    fault(Some(record.id()), format!("{name} cannot be read"));
                }
                (Some(record.id()), decoded)
            }
            Err(problem) => (None, Err(problem)),
        };
        match decoded {
            Ok(decoded) => page.rows.push(decoded),
            Err(problem) => {
                fault(id, problem.to_owned());
                first_bad.get_or_insert(problem);
            }
        }
        page.faulty_rows += u64::from(page.fault_count > faults_before);
    }
    let bad = page.received - page.rows.len() as u64;
    match first_bad {
        Some(problem) if bad * 2 > page.received => Err(mostly_bad(bad, page.received, problem)),
        _ => Ok(page),
    }
}

/// Too many rows are bad for it to be their own fault.
pub(crate) fn mostly_bad(bad: u64, received: u64, first: &str) -> Undecodable {
    let text = format!("{bad} of {received} rows are bad, the first: {first}");
    Undecodable::Unexpected(text)
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
    match said(body) {
        Some(said) => Undecodable::Unexpected(format!("an error instead of a list: {said}")),
        None => Undecodable::Garbled("not a list".to_owned()),
    }
}

/// The whole of an answer as JSON that is not looked into yet.
pub(crate) fn json(body: &[u8]) -> Result<&RawValue, Undecodable> {
    serde_json::from_slice(body).map_err(|_| not_json())
}

pub(crate) fn not_json() -> Undecodable {
    Undecodable::Garbled("the answer is not JSON".to_owned())
}
