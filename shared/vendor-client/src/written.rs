//! Answers to writes.

use crate::answer::Undecodable;
use crate::problem::said;
use crate::rows::not_json;

/// A write is answered with nothing (Litmos reference 4.2), or with some record that is not needed.
pub(crate) fn done(body: &[u8]) -> Result<(), Undecodable> {
    if let Some(said) = said(body) {
        return Err(Undecodable::Unexpected(format!("an error instead of an answer: {said}")));
    }
    // A page of a proxy or of maintenance, not the vendor's word.
    let start = String::from_utf8_lossy(&body[..body.len().min(100)]).trim_start().to_lowercase();
    let is_page = ["<html", "<!doctype"].iter().any(|tag| start.starts_with(tag));
    if is_page { Err(not_json()) } else { Ok(()) }
}

/// An unreadable answer to a creation: it may well have happened, whatever the answer says.
pub(crate) fn unclear(undecodable: Undecodable) -> Undecodable {
    match undecodable {
        Undecodable::Garbled(text) | Undecodable::Unexpected(text) => Undecodable::Garbled(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_or_a_record_is_done() {
        for body in ["", " ", r#"{"Id":"Tm1","Name":"n"}"#, "<Team><Id>a</Id></Team>", "true"] {
            assert_eq!(done(body.as_bytes()), Ok(()), "{body}");
        }
    }

    #[test]
    fn a_page_or_an_error_is_not() {
        for body in ["<html><p>Wait", "\n<!DOCTYPE html>"] {
            assert!(matches!(done(body.as_bytes()), Err(Undecodable::Garbled(_))), "{body}");
        }
        let Err(Undecodable::Unexpected(text)) = done(br#"{"Detail":"No"}"#) else { panic!() };
        assert!(text.ends_with("No"));
    }
}
