//! Lists and single records in an answer.

use serde_json::Value;
use serde_json::value::RawValue;

use super::dates::JsonDates;
use super::record::Record;
use crate::Page;
use crate::answer::Undecodable;
use crate::rows::{self, bad_record, json, not_a_list, not_json};

/// How deep a list may lie in an object.
const DEEPEST: u32 = 3;

type Members<'a> = std::collections::BTreeMap<String, &'a RawValue>;

/// A page, row by row.
pub(super) fn page<T>(
    body: &[u8],
    dates: JsonDates,
    row: impl Fn(&mut Record) -> T,
) -> Result<Page<T>, Undecodable> {
    rows::page(rows(body)?, dates, |record| Ok(row(record)))
}

/// One record, bare or as the only member of an object.
pub(super) fn one<T>(
    body: &[u8],
    dates: JsonDates,
    row: impl Fn(&mut Record) -> T,
) -> Result<T, Undecodable> {
    let value: Value = serde_json::from_slice(body).map_err(|_| not_json())?;
    let inner = match &value {
        Value::Object(fields) if fields.len() == 1 => fields.values().find(|v| v.is_object()),
        _ => None,
    };
    let inner = inner.unwrap_or(&value).clone();
    let mut record = Record::new(inner, dates).map_err(|problem| bad_record(body, problem))?;
    Ok(row(&mut record))
}

/// The rows of a list: a bare array, or one in an object under `Items` or as its only member.
pub(super) fn rows(body: &[u8]) -> Result<Vec<&RawValue>, Undecodable> {
    unwrap(json(body)?, DEEPEST).ok_or_else(|| not_a_list(body))
}

fn unwrap(value: &RawValue, depth: u32) -> Option<Vec<&RawValue>> {
    let text = value.get();
    if text.starts_with('[') {
        return serde_json::from_str(text).ok();
    }
    let members: Members<'_> = serde_json::from_str(text).ok()?;
    let is_items = |name: &str| ["Items", "Item"].iter().any(|it| it.eq_ignore_ascii_case(name));
    let items = members.iter().find(|(name, _)| is_items(name)).map(|(_, items)| *items);
    let only = members.values().next().filter(|_| members.len() == 1).copied();
    unwrap(items.or(only)?, depth.checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page whose rows are their ids.
    fn ids(body: &str) -> Result<Page<String>, Undecodable> {
        page(body.as_bytes(), JsonDates::default(), |record| record.id())
    }

    fn unexpected(body: &str) -> String {
        match ids(body) {
            Err(Undecodable::Unexpected(text)) => text,
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn lists_come_bare_or_wrapped() {
        for body in [
            r#"[{"Id":"a"},{"Id":"b"}]"#,
            r#" {"Users":[{"Id":"a"},{"Id":"b"}]}"#,
            r#"{"ArrayOfUser":{"User":[{"Id":"a"},{"Id":"b"}]}}"#,
            r#"{"Pagination":{"Start":0},"Items":[{"Id":"a"},{"Id":"b"}]}"#,
            r#"{"item":[{"Id":"a"},{"Id":"b"}],"Pagination":null}"#,
        ] {
            let page = ids(body).unwrap();
            assert_eq!((page.rows, page.received), (vec!["a".into(), "b".into()], 2), "{body}");
        }
        assert_eq!(ids("[]"), Ok(Page::empty()));
        assert_eq!(ids(r#"{"Users":[]}"#), Ok(Page::empty()));
    }

    #[test]
    fn what_is_no_list_is_asked_for_again_and_never_taken_for_an_empty_one() {
        let deep = format!("{}[]{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000));
        for body in [
            "",
            "<html></html>",
            r#"[{"Id":"a"},"#,
            "[]]",
            "null",
            "{}",
            r#"{"Items":null}"#,
            &deep,
        ] {
            assert!(matches!(ids(body), Err(Undecodable::Garbled(_))), "{body}");
        }
    }

    #[test]
    fn an_error_in_place_of_a_list_says_itself() {
        assert!(unexpected(r#"{"Detail":"Not now","Code":3}"#).ends_with("Not now"));
        assert!(unexpected(r#"{"Message":"Never"}"#).ends_with("Never"));
    }

    #[test]
    fn a_bad_row_costs_itself_only() {
        let page = ids(r#"[{"Id":"a"},{"Name":"x"},{"Id":"b"},7,{"Id":"c"}]"#).unwrap();
        assert_eq!((page.rows.join(""), page.received, page.fault_count), ("abc".into(), 5, 2));
        let faults: Vec<_> =
            page.faults.iter().map(|fault| (fault.index, fault.problem.as_str())).collect();
        assert_eq!(faults, [(1, "no id"), (3, "not an object")]);
    }

    #[test]
    fn half_bad_is_passed_by_and_more_is_systematic() {
        assert_eq!(ids(r#"[{"Id":"a"},{}]"#).unwrap().rows, ["a"]);
        assert_eq!(unexpected(r#"[{"Id":"a"},{},{}]"#), "2 of 3 rows are bad, the first: no id");
        assert_eq!(unexpected("[7]"), "1 of 1 rows are bad, the first: not an object");
        assert_eq!(
            unexpected(r#"[{"Id":"\ud800"}]"#),
            "1 of 1 rows are bad, the first: not readable"
        );
    }

    #[test]
    fn only_the_first_faults_are_described_and_all_are_counted() {
        let rows = [r#"{"Id":"a"}"#, "7"].repeat(50).join(",");
        let page = ids(&format!("[{rows}]")).unwrap();
        assert_eq!((page.faults.len(), page.fault_count, page.rows.len()), (20, 50, 50));
    }

    #[test]
    fn one_record_comes_bare_or_wrapped() {
        let id = |body: &str| one(body.as_bytes(), JsonDates::default(), |record| record.id());
        assert_eq!(id(r#"{"Id":"a","Name":"n"}"#), Ok("a".into()));
        assert_eq!(id(r#"{"Team":{"Id":"a"}}"#), Ok("a".into()));
        assert_eq!(id(r#"{"Id":"a"}"#), Ok("a".into()));
        assert!(matches!(id("<html>"), Err(Undecodable::Garbled(_))));
        let Err(Undecodable::Unexpected(text)) = id(r#"{"Detail":"Gone"}"#) else { panic!() };
        assert!(text.ends_with("Gone"));
        assert!(matches!(id(r#"{"Name":"n"}"#), Err(Undecodable::Unexpected(_))));
    }
}
