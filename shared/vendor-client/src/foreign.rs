//! Answers of success that are not the vendor's: what they are instead.

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::value::RawValue;

use crate::answer::{Answer, Undecodable};
use crate::markup::{is_page, plain_text, root, title};
use crate::problem::{is_rate_limit, json_text, said};

/// How many characters of a text are told.
const SHOWN: usize = 100;

impl Undecodable {
    /// What was wrong is told by the answer itself: the rate limit's words, an answer that is cut off,
    /// or something else from its beginning to its end, such as a page for people.
    pub(crate) fn seen_in(self, answer: &Answer) -> Self {
        let text = String::from_utf8_lossy(&answer.body);
        let start = text.trim_start();
        let is_structured = start.starts_with(['{', '[']);
        let words = said(&answer.body).or_else(|| json_text(&answer.body));
        let words = words.or_else(|| (!is_structured).then(|| plain_text(&text)));
        match (self, words) {
            (_, Some(words)) if is_rate_limit(&words) => Self::TooMany(words),
            (Self::Garbled(_), _) if start.is_empty() => {
                Self::Garbled("the answer is empty".to_owned())
            }
            (Self::Garbled(_), _) if !is_structured => {
                Self::Foreign(described(&answer.headers, start))
            }
            (Self::Garbled(problem), _) if is_json(&text) => Self::Foreign(problem),
            (other, _) => other,
        }
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// What a text is that is neither a JSON object nor a list. Of XML only the root is told: the rest may
/// be about people.
fn described(headers: &HeaderMap, text: &str) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let kind: String = kind.chars().take(SHOWN).collect();
    let kind = if kind.is_empty() { "no Content-Type" } else { &kind };
    let root = root(text).filter(|_| text.starts_with('<'));
    match root {
        Some(_) if is_page(text) => match title(text) {
            Some(title) => format!("a page titled {:?} ({kind}) instead of JSON", cut(&title)),
            None => {
                format!("a page that says {:?} ({kind}) instead of JSON", cut(&plain_text(text)))
            }
        },
        Some(root) if is_error(root) => {
            format!("XML that says {:?} ({kind}) instead of JSON", cut(&plain_text(text)))
        }
        Some(root) => format!(
            "XML that begins with <{}> ({kind}) instead of JSON: does a proxy drop `format=json` or \
             the Accept header?",
            cut(root)
        ),
        None if is_json(text) => {
            format!("{} ({kind}) instead of a JSON object or list", cut(text))
        }
        None => format!("a text that says {:?} ({kind}) instead of JSON", cut(&plain_text(text))),
    }
}

/// Whether a name is one of an error.
pub(crate) fn is_error(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words =
        ["error", "fault", "exception", "failure", "problem", "message", "warning", "detail"];
    words.iter().any(|word| name.contains(word))
}

fn cut(text: &str) -> String {
    text.trim().chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderValue;

    use super::*;

    fn seen(kind: &'static str, body: &str) -> Undecodable {
        let mut headers = HeaderMap::new();
        if !kind.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        let answer = Answer { status: StatusCode::OK, headers, body: body.as_bytes().to_vec() };
        Undecodable::Garbled("bad".to_owned()).seen_in(&answer)
    }

    #[test]
    fn a_whole_answer_of_something_else_says_what_it_is() {
        let sign_in =
            "<!DOCTYPE html><html><head><title>Sign in to your account</title></head></html>";
        let users = "<?xml version=\"1.0\"?><Users><User><UserName>ada</UserName></User></Users>";
        let prolog =
            "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\"><html><body>Down</body></html>";
        for (kind, body, expected) in [
            (
                "text/html; charset=utf-8",
                sign_in,
                "a page titled \"Sign in to your account\" (text/html) instead of JSON",
            ),
            ("text/html", prolog, "a page that says \"Down\" (text/html) instead of JSON"),
            ("", "Down <b>for", "a text that says \"Down for\" (no Content-Type) instead of JSON"),
            (
                "application/xml",
                users,
                "XML that begins with <Users> (application/xml) instead of JSON: does a proxy drop `format=json` or the Accept header?",
            ),
            (
                "text/xml",
                "<Fault><Reason>No</Reason></Fault>",
                "XML that says \"No\" (text/xml) instead of JSON",
            ),
            ("text/json", "null", "null (text/json) instead of a JSON object or list"),
            ("", r#"{"a":1}"#, "bad"),
        ] {
            assert_eq!(seen(kind, body), Undecodable::Foreign(expected.to_owned()), "{body}");
        }
    }

    #[test]
    fn what_is_cut_off_or_empty_stays_garbled() {
        for (body, expected) in
            [("", "the answer is empty"), ("  \n", "the answer is empty"), (r#"[{"Id""#, "bad")]
        {
            assert_eq!(seen("", body), Undecodable::Garbled(expected.to_owned()), "{body}");
        }
    }

    #[test]
    fn the_rate_limits_words_are_known_in_any_form() {
        for body in [
            "Too many requests",
            "\"Rate limit\"",
            "<p>API rating limit",
            r#"{"error":"rate limit"}"#,
        ] {
            assert!(matches!(seen("", body), Undecodable::TooMany(_)), "{body}");
        }
        // What is about somebody or something is not the vendor's word.
        for body in [r#"{"Name":"Rate limit"}"#, r#"[{"Name":"Rate limit"},"#] {
            assert!(!matches!(seen("", body), Undecodable::TooMany(_)), "{body}");
        }
    }
}
