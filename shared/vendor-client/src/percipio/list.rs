//! Lists in an answer: bare arrays, without any envelope (reference 1.3).

use reqwest::StatusCode;
use serde_json::value::RawValue;

use super::dialect::{Dialect, Record};
use crate::Page;
use crate::answer::{Answer, Undecodable};
use crate::rows::{self, elements, json};

/// A page, row by row.
pub(super) fn page<T>(
    answer: &Answer,
    row: impl Fn(&mut Record) -> Result<T, &'static str>,
) -> Result<Page<T>, Undecodable> {
    Ok(rows::page(rows(answer)?, Dialect, row))
}

/// The rows of a list. Only 204 means "nothing" without saying so (reference 2.3).
pub(super) fn rows(answer: &Answer) -> Result<Vec<&RawValue>, Undecodable> {
    if answer.status == StatusCode::NO_CONTENT {
        return Ok(Vec::new());
    }
    elements(json(&answer.body)?)
}

#[cfg(test)]
pub(super) mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    /// An answer of this status and body.
    pub(in crate::percipio) fn answer(status: u16, body: &str) -> Answer {
        let status = StatusCode::from_u16(status).unwrap();
        Answer { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
    }

    fn ids(status: u16, body: &str) -> Result<Page<String>, Undecodable> {
        page(&answer(status, body), |record| Ok(record.id()))
    }

    #[test]
    fn a_list_is_an_array() {
        let page = ids(200, r#" [{"id":"a"},{"id":"b"}] "#).unwrap();
        assert_eq!((page.rows, page.received), (vec!["a".to_owned(), "b".to_owned()], 2));
        for (status, body) in [(200, "[]"), (204, "")] {
            assert_eq!(ids(status, body), Ok(Page::empty()));
        }
    }

    #[test]
    fn what_is_no_list_is_asked_for_again_and_never_taken_for_an_empty_one() {
        for body in ["", "<html>", r#"[{"id":"a"},"#, "[]]", "null", "{}", r#"{"items":[]}"#] {
            assert!(matches!(ids(200, body), Err(Undecodable::Garbled(_))), "{body}");
        }
    }

    #[test]
    fn an_error_in_place_of_a_list_says_itself() {
        let Err(Undecodable::Unexpected(text)) = ids(200, r#"{"error":"Not now"}"#) else {
            panic!()
        };
        assert_eq!(text, "an error instead of a list: Not now");
    }
}
