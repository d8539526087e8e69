//! Lists in an answer: bare arrays, without any envelope (reference 1.3).

use reqwest::StatusCode;
use serde_json::Value;
use serde_json::value::RawValue;

use super::uuid;
use crate::answer::{Answer, Undecodable};
use crate::problem::said;
use crate::record::field;
use crate::rows::{elements, json, not_a_list, value};

/// The ids at the ends of a page, which show whether two pages belong together; `None` where the row
/// has none, and in an empty page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageEnds {
    /// The first row's id.
    pub first: Option<String>,
    /// The last row's id.
    pub last: Option<String>,
}

impl PageEnds {
    pub(super) fn of(rows: &[&RawValue]) -> Self {
        Self {
            first: rows.first().and_then(|row| id(row)),
            last: rows.last().and_then(|row| id(row)),
        }
    }
}

fn id(row: &RawValue) -> Option<String> {
    let Value::Object(fields) = value(row.get()).ok()? else { return None };
    field(&fields, &["id"]).and_then(uuid::id)
}

/// The rows of a list. One record in place of a list of one, as gateways write it that make JSON of
/// XML, is known by a `member` that all records of this list have.
///
/// Nothing but an array is an empty list, 204 neither: it is documented for the catalogue alone
/// (reference 3.2), whose pages see to that.
pub(super) fn rows<'a>(answer: &'a Answer, member: &str) -> Result<Vec<&'a RawValue>, Undecodable> {
    if answer.status == StatusCode::NO_CONTENT {
        return Err(Undecodable::Garbled("no content in place of a list".to_owned()));
    }
    let whole = json(&answer.body)?;
    if whole.get().starts_with('[') {
        return elements(whole);
    }
    match value(whole.get()) {
        Ok(Value::Object(fields))
            if field(&fields, &[member]).is_some() && said(&answer.body).is_none() =>
        {
            Ok(vec![whole])
        }
        _ => Err(not_a_list(&answer.body)),
    }
}

/// The items of a list within a record, or the one that stands in its place.
pub(super) fn one_or_many(value: &Value) -> impl Iterator<Item = &Value> {
    let (many, one) = match value {
        Value::Array(items) => (items.as_slice(), None),
        one => (&[][..], Some(one)),
    };
    many.iter().chain(one)
}

#[cfg(test)]
pub(super) mod tests {
    use reqwest::header::HeaderMap;

    use super::super::dialect::Dialect;
    use super::*;
    use crate::Page;
    use crate::rows::page;

    /// An answer of this status and body.
    pub(in crate::percipio) fn answer(status: u16, body: &str) -> Answer {
        let status = StatusCode::from_u16(status).unwrap();
        Answer { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
    }

    fn ids(status: u16, body: &str) -> Result<Page<String>, Undecodable> {
        let answer = answer(status, body);
        Ok(page(rows(&answer, "name")?, Dialect, |record| Ok(record.id())))
    }

    #[test]
    fn a_list_is_an_array() {
        let page = ids(200, r#" [{"id":"a"},{"id":"b"}] "#).unwrap();
        assert_eq!((page.rows, page.received), (vec!["a".to_owned(), "b".to_owned()], 2));
        assert_eq!(ids(200, "[]"), Ok(Page::empty()));
    }

    #[test]
    fn one_record_is_a_list_of_one_but_an_error_is_none() {
        let page = ids(200, r#"{"id":"a","Name":"A"}"#).unwrap();
        assert_eq!((page.rows, page.received), (vec!["a".to_owned()], 1));
        for other in
            [r#"{"id":"a"}"#, r#"{"id":"a","name":null}"#, r#"{"id":"a","name":"A","error":"No"}"#]
        {
            assert!(ids(200, other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_page_has_the_ids_of_its_ends() {
        let ends = |body: &str| {
            let answer = answer(200, body);
            let PageEnds { first, last } = PageEnds::of(&rows(&answer, "name").unwrap());
            (first.unwrap_or_default(), last.unwrap_or_default())
        };
        let told = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(ends(r#"[{"ID":" a "},7,{"id":"c"}]"#), told("a", "c"));
        assert_eq!(ends(r#"[{"id":"a"},{}]"#), told("a", ""));
        assert_eq!(ends("[]"), told("", ""));
        let id = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";
        assert_eq!(ends(&format!(r#"[{{"id":"{}"}}]"#, id.to_uppercase())), told(id, id));
    }

    #[test]
    fn what_is_no_list_is_asked_for_again_and_never_taken_for_an_empty_one() {
        for body in ["", "<html>", r#"[{"id":"a"},"#, "[]]", "null", "{}", r#"{"items":[]}"#] {
            assert!(matches!(ids(200, body), Err(Undecodable::Garbled(_))), "{body}");
        }
        for body in [r#"{"errors":[]}"#, r#"{"errors":[{}],"name":null}"#] {
            assert!(ids(200, body).is_err(), "{body}");
        }
        assert!(matches!(ids(204, ""), Err(Undecodable::Garbled(_))));
    }

    #[test]
    fn an_error_in_place_of_a_list_says_itself() {
        let Err(Undecodable::Unexpected(text)) = ids(200, r#"{"error":"Not now"}"#) else {
            panic!()
        };
        assert_eq!(text, "an error instead of a list: Not now");
    }
}
