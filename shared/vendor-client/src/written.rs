//! Answers to writes.

use crate::answer::Undecodable;
use crate::foreign::is_error;
use crate::markup::{is_of_a_page, root};
use crate::problem::said;
use crate::rows::{json, not_json};

/// A write is answered with nothing (Litmos reference 4.2), or with some record that is not needed, as
/// an object or as XML. Everything else is no answer: the caller looks whether it was done.
pub(crate) fn done(body: &[u8]) -> Result<(), Undecodable> {
    if let Some(said) = said(body) {
        return Err(Undecodable::Unexpected(format!("an error instead of an answer: {said}")));
    }
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    let is_answer = match text.as_bytes().first() {
        None => true,
        // A page of a proxy or of maintenance is not the vendor's word, and an error no "done".
        Some(b'<') => root(text).is_some_and(|root| !is_of_a_page(root) && !is_error(root)),
        Some(b'{') => json(body).is_ok(),
        // A sentence, a number or a list is said by no vendor that has carried something out.
        Some(_) => false,
    };
    if is_answer { Ok(()) } else { Err(not_json()) }
}

/// An unreadable answer to a creation: it may well have happened, whatever the answer says.
pub(crate) fn unclear(undecodable: Undecodable) -> Undecodable {
    match undecodable {
        Undecodable::Garbled(text) | Undecodable::Foreign(text) | Undecodable::Unexpected(text) => {
            Undecodable::Garbled(text)
        }
        limit @ Undecodable::TooMany(_) => limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_or_a_record_is_done() {
        for body in ["", " ", r#"{"Id":"Tm1","Name":"n"}"#, "{}", "<Team><Id>a</Id></Team>"] {
            assert_eq!(done(body.as_bytes()), Ok(()), "{body}");
        }
    }

    #[test]
    fn a_page_or_an_error_is_not() {
        for body in [
            "<html><p>Wait",
            "\n<!DOCTYPE html>",
            "<?xml version=\"1.0\"?>\r\n<!DOCTYPE html PUBLIC \"x\"><html><head>",
            "<!-- maintenance --><html>",
            "\u{feff}<!DOCTYPE html><html>",
            "<h1>Down for maintenance</h1>",
            "<TITLE>Sign in</TITLE>",
            "<x:html xmlns:x='http://www.w3.org/1999/xhtml'>",
            "true",
            "null",
            "200",
            "[]",
            r#"[{"Id":"Tm1"}]"#,
            "<Error><Message>No</Message></Error>",
            "Service temporarily unavailable",
            "\"The API rating limit has been exceeded.\"",
            "{\"Id\":",
        ] {
            assert!(matches!(done(body.as_bytes()), Err(Undecodable::Garbled(_))), "{body}");
        }
        let Err(Undecodable::Unexpected(text)) = done(br#"{"Detail":"No"}"#) else { panic!() };
        assert!(text.ends_with("No"));
    }
}
