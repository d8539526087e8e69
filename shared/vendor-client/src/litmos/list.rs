//! Lists and single records in an answer.

use serde_json::value::RawValue;

use super::dates::JsonDates;
use super::record::Record;
use crate::Page;
use crate::answer::Undecodable;
use crate::foreign::is_error;
use crate::rows::{self, Members, bad_record, elements, json, members, not_a_list, value};

/// How deep a list may lie in an object.
const DEEPEST: u32 = 3;

/// A page, row by row.
pub(super) fn page<T>(
    body: &[u8],
    dates: JsonDates,
    row: impl Fn(&mut Record) -> T,
) -> Result<Page<T>, Undecodable> {
    Ok(rows::page(rows(body)?, dates, |record| Ok(row(record))))
}

/// One record, bare or as the only member of an object.
pub(super) fn one<T>(
    body: &[u8],
    dates: JsonDates,
    row: impl Fn(&mut Record) -> T,
) -> Result<T, Undecodable> {
    let whole = json(body)?;
    let inner = only_member(&members(whole)).filter(|inner| is_object(inner)).unwrap_or(whole);
    let record = value(inner.get()).and_then(|value| Record::new(value, dates));
    let mut record = record.map_err(|problem| bad_record(body, problem))?;
    Ok(row(&mut record))
}

/// The rows of a list: a bare array, or one in an object under `Items` or as its only member. A
/// gateway that makes JSON of XML writes a list of one as the object itself.
pub(super) fn rows(body: &[u8]) -> Result<Vec<&RawValue>, Undecodable> {
    match unwrap(json(body)?, DEEPEST) {
        Some(List::Rows(list)) => elements(list),
        Some(List::Row(row)) => Ok(vec![row]),
        None => Err(not_a_list(body)),
    }
}

enum List<'a> {
    Rows(&'a RawValue),
    Row(&'a RawValue),
}

fn unwrap(list: &RawValue, depth: u32) -> Option<List<'_>> {
    if list.get().starts_with('[') {
        return Some(List::Rows(list));
    }
    let members = members(list);
    let named = |wanted: &[&str]| {
        let is_one = |name: &str| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
        members.iter().find(|(name, _)| is_one(name)).map(|(_, value)| *value)
    };
    let is_filled = |value: &RawValue| !matches!(value.get(), "null" | "[]" | r#""""#);
    if depth < DEEPEST && named(&["Id"]).is_some_and(is_filled) {
        return Some(List::Row(list));
    }
    // An error beside the items is about them.
    let is_whole = !named(&["Errors", "Error"]).is_some_and(is_filled);
    let items = named(&["Items", "Item"]).filter(|_| is_whole);
    unwrap(items.or_else(|| only_member(&members))?, depth.checked_sub(1)?)
}

/// Whether a member is what a gateway made of XML's attributes and declarations (`@xmlns`, `?xml`).
pub(super) fn is_attribute(name: &str) -> bool {
    name.starts_with(['@', '-', '?', '#', '$']) || name.starts_with("xmlns")
}

/// What an object holds in its only member, unless that is named like an error; attributes do not
/// count.
fn only_member<'a>(members: &Members<'a>) -> Option<&'a RawValue> {
    let mut members = members.iter().filter(|(name, _)| !is_attribute(name));
    let (name, only) = members.next().filter(|_| members.next().is_none())?;
    (!is_error(name)).then_some(*only)
}

fn is_object(value: &RawValue) -> bool {
    value.get().starts_with('{')
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
        assert_eq!(faults, [(1, "no id; it has Name"), (3, "not an object")]);
    }

    #[test]
    fn a_bad_row_alone_on_its_page_costs_itself_only() {
        let no_id = r#"[{"Id":null,"UserName":"ada","FirstName":"Ada","Email":null}]"#;
        for (body, problem) in [
            ("[7]", "not an object"),
            ("[{}]", "no id; it is empty"),
            (no_id, "no id; it has FirstName, UserName"),
        ] {
            let page = ids(body).unwrap();
            assert_eq!((page.rows.len(), page.received, page.faulty_rows), (0, 1, 1), "{body}");
            assert_eq!((page.faults[0].index, page.faults[0].problem.as_str()), (0, problem));
        }
        assert_eq!(ids(r#"[{"Id":"a"},{},{}]"#).unwrap().rows, ["a"]);
    }

    #[test]
    fn a_damaged_text_is_noted_and_its_row_is_not_faulty() {
        let body = r#"[{"Id":"a"},{"Id":"b","JobTitle":"Fun \ufffd","Odd":["?"]}]"#;
        let page = ids(&body.replace('?', "\u{fffd}")).unwrap();
        assert_eq!((page.rows.len(), page.faulty_rows, page.fault_count), (2, 0, 2));
        assert_eq!((page.faults[0].index, page.faults[0].id.as_deref()), (1, Some("b")));
        assert!(page.faults[0].problem.starts_with("JobTitle holds a character"), "{page:?}");
    }

    #[test]
    fn what_is_too_much_for_the_memory_is_not_read() {
        let rows = |count: usize| format!("[1{}]", ",1".repeat(count - 1));
        assert_eq!(ids(&rows(100_000)).unwrap().faulty_rows, 100_000);
        assert_eq!(unexpected(&rows(100_001)), "a list of more than 100000 rows");
        let odd = format!(r#"[{{"Id":"a","Odd":{}}},{{"Id":"b"}}]"#, rows(1_000_002));
        let page = ids(&odd).unwrap();
        assert_eq!(
            (page.rows.join(""), page.faults[0].problem.as_str()),
            ("b".into(), "too many values")
        );
    }

    #[test]
    fn a_list_of_one_may_be_the_object_itself() {
        for body in [
            r#"{"Teams":{"Team":{"Id":"a","Name":"n"}}}"#,
            r#"{"Team":{"Id":"a"}}"#,
            r#"{"?xml":{"@version":"1.0"},"Teams":{"@xmlns:i":"x","Team":{"Id":"a"}}}"#,
            r#"{"Teams":{"@xmlns:i":"x","Team":[{"Id":"a"}]}}"#,
        ] {
            assert_eq!(ids(body).unwrap().rows, ["a"], "{body}");
        }
    }

    #[test]
    fn an_error_is_no_list_whatever_it_holds() {
        for body in [
            r#"{"Errors":[]}"#,
            r#"{"errors":[{"Id":"a"}]}"#,
            r#"{"Error":{"Id":"a"}}"#,
            r#"{"ValidationErrors":[{"Id":"a"}]}"#,
            r#"{"Messages":[]}"#,
            r#"{"Items":[],"Errors":[{"Message":"No"}]}"#,
            r#"{"Items":[],"Error":"No"}"#,
            r#"{"Teams":null}"#,
            r#"{"Teams":{}}"#,
            r#"{"Teams":{"Team":null}}"#,
            r#"{"Teams":{"Team":{"Id":null}}}"#,
            r#"{"Id":"a"}"#,
        ] {
            assert!(ids(body).is_err(), "{body}");
        }
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
        for body in [r#"{"Name":"n"}"#, r#"{"Errors":[]}"#, r#"{"Error":{"Id":"a"}}"#, "null", "[]"]
        {
            assert!(matches!(id(body), Err(Undecodable::Unexpected(_))), "{body}");
        }
    }
}
