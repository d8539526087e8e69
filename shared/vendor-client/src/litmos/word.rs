//! What Litmos says itself, and what a server in front of it says.

use crate::spoken::Spoken;

/// The vendor tells an error as `{"Detail": "…"}`, and by the same words as reason phrase (Litmos
/// reference 4.3), which are believed where nothing else came. How it would tell one in XML is not
/// known, and JSON is what is asked for. A page, or a bare "Not Found" with no body, is what IIS or a
/// proxy answers that has not let the request through.
pub(super) fn is_own(spoken: &Spoken) -> bool {
    spoken.tells("Detail") || (spoken.has_no_body() && spoken.has_own_reason())
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;

    const PAGE: &str =
        "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title>";

    #[test]
    fn only_the_vendors_own_form_is_its_word() {
        for (reason, body, expected) in [
            ("No team with this id", r#"{"Detail":"No team with this id"}"#, true),
            ("Not Found", r#"{"Detail":"Not Found"}"#, true),
            ("Not Found", " {\"detail\":\"No user\"}\n", true),
            ("No team with this id", "", true),
            ("No team with this id", " \r\n", true),
            ("Not Found", "", false),
            ("", "", false),
            ("Not Found", PAGE, false),
            ("No team with this id", PAGE, false),
            ("Not Found", "<Error><Detail>No team</Detail></Error>", false),
            ("Not Found", "404 page not found", false),
            ("Not Found", r#""No team""#, false),
            ("Not Found", r#"{"message":"no Route matched with those values"}"#, false),
            ("Not Found", r#"{"Detail":" "}"#, false),
            ("Not Found", r#"{"Detail":{"a":"b"}}"#, false),
            ("Not Found", r#"[{"Detail":"No team"}]"#, false),
        ] {
            let (status, reason, body) = (StatusCode::NOT_FOUND, Some(reason), body.as_bytes());
            let spoken = Spoken { status, reason, body };
            assert_eq!(is_own(&spoken), expected, "{spoken:?}");
        }
    }
}
