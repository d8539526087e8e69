//! What Percipio says itself, and what a server in front of it says.

use crate::problem::said;
use crate::spoken::Spoken;

/// The vendor tells errors in JSON, in two shapes at least (Percipio reference 3.3). That 404 is
/// documented with no body told of (3.2), so that one without a body is believed too. A page, or a
/// text, is somebody else's.
pub(super) fn is_own(spoken: &Spoken) -> bool {
    spoken.has_no_body() || said(spoken.body).is_some()
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;

    #[test]
    fn an_error_in_json_or_nothing_is_its_word() {
        for (body, expected) in [
            (r#"{"error":"No such user"}"#, true),
            (r#"{"errors":[{"code":"not_found"}]}"#, true),
            ("", true),
            ("<html><body>Not Found", false),
            ("404 page not found", false),
            (r#""not found""#, false),
            ("{}", false),
            ("[]", false),
        ] {
            let (status, body) = (StatusCode::NOT_FOUND, body.as_bytes());
            let spoken = Spoken { status, reason: Some("Not Found"), body };
            assert_eq!(is_own(&spoken), expected, "{spoken:?}");
        }
    }
}
