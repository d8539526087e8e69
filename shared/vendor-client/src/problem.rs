//! What a vendor says about an error, in whatever shape it says it.

use reqwest::StatusCode;
use serde_json::{Map, Value};

use crate::markup::plain_text;

/// How many characters of a message are kept.
const LONGEST: usize = 300;
/// Larger answers are not looked through for words.
const LARGEST_ERROR: usize = 1 << 20;
/// Members of an error object that hold a sentence, the best ones first.
const SENTENCES: [&str; 6] =
    ["Detail", "Message", "error_description", "ErrorMessage", "faultstring", "ExceptionMessage"];
/// Members that hold an error, or several.
const ERRORS: [&str; 4] = ["error", "errors", "fault", "ResponseStatus"];
/// What some servers write instead of a status' usual words.
const ALSO_USUAL: [&str; 5] = [
    "servicetemporarilyunavailable",
    "unprocessablecontent",
    "contenttoolarge",
    "movedtemporarily",
    "objectmoved",
];

/// What an error object [says](said) or the body is a text of, else a reason phrase of the vendor's
/// own, else the body without tags, else whatever the reason phrase is (Litmos reference 4.3).
pub(crate) fn problem(status: StatusCode, reason: Option<&str>, body: &[u8]) -> String {
    said(body)
        .or_else(|| json_text(body))
        .or_else(|| own_reason(status, reason).map(str::to_owned))
        .or_else(|| {
            Some(plain_text(&String::from_utf8_lossy(body))).filter(|text| !text.is_empty())
        })
        .or_else(|| told(reason).or(status.canonical_reason()).map(str::to_owned))
        .unwrap_or_default()
}

/// A reason phrase that says more than the status does.
pub(crate) fn own_reason(status: StatusCode, reason: Option<&str>) -> Option<&str> {
    told(reason).filter(|reason| !is_usual(status, reason))
}

fn told(reason: Option<&str>) -> Option<&str> {
    reason.map(str::trim).filter(|reason| !reason.is_empty())
}

/// Whether the words are those of the rate limit: the vendor says "The API rating limit has been
/// exceeded." (Litmos reference 4.1), gateways have words of their own.
pub(crate) fn is_rate_limit(text: &str) -> bool {
    let words = text.to_ascii_lowercase();
    let words: Vec<_> =
        words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let words = format!(" {} ", words.join(" "));
    [" rating limit", " rate limit", " ratelimit", " too many requests "]
        .iter()
        .any(|told| words.contains(told))
}

/// The beginning of a message, for logs and errors.
pub(crate) fn beginning(text: &str) -> String {
    let text: String = text.trim().chars().take(LONGEST).collect();
    if text.is_empty() { "no message".to_owned() } else { text }
}

/// A text with nobody's mail address in it, plain or as part of a URL.
pub(crate) fn without_addresses(text: &str) -> String {
    let is_of_one = |c: char| c.is_alphanumeric() || "._%+-@".contains(c);
    let holds_something = |side: &str| side.contains(char::is_alphanumeric);
    let is_one = |word: &str| {
        let mut sides = ["@", "%40"].iter().filter_map(|at| word.split_once(at));
        sides.any(|(name, host)| holds_something(name) && holds_something(host))
    };
    let mut shown = String::new();
    for part in text.split_inclusive(|c| !is_of_one(c)) {
        let word = part.trim_end_matches(|c| !is_of_one(c));
        shown.push_str(if is_one(word) { "[address]" } else { word });
        shown.push_str(&part[word.len()..]);
    }
    shown
}

/// What an error object says: a sentence, or what its `error` or its `errors` say (Percipio
/// reference 3.3).
pub(crate) fn said(body: &[u8]) -> Option<String> {
    match json(body)? {
        Value::Object(members) => sentence(&members),
        _ => None,
    }
}

/// The text, if that is all there is in the body.
pub(crate) fn json_text(body: &[u8]) -> Option<String> {
    json(body).as_ref().and_then(text)
}

fn json(body: &[u8]) -> Option<Value> {
    let body = (body.len() <= LARGEST_ERROR).then_some(body)?;
    serde_json::from_slice(body).ok()
}

fn sentence(members: &Map<String, Value>) -> Option<String> {
    let member = |wanted: &&str| {
        members.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    };
    let sentence = SENTENCES.iter().filter_map(member).find_map(text);
    sentence.or_else(|| ERRORS.iter().filter_map(member).find_map(error))
}

/// What an error is, or several are.
fn error(value: &Value) -> Option<String> {
    match value {
        Value::Array(errors) => {
            let told: Vec<_> = errors.iter().take(5).filter_map(error).collect();
            (!told.is_empty()).then(|| told.join("; "))
        }
        Value::Object(members) => {
            coded(value).or_else(|| sentence(members)).or_else(|| by_field(members))
        }
        value => text(value),
    }
}

/// `code`, or `code: additionalInfo` (or another sentence).
fn coded(error: &Value) -> Option<String> {
    let code = match error.get("code")? {
        Value::Number(code) => code.to_string(),
        code => text(code)?,
    };
    let info = error.get("additionalInfo").and_then(text);
    let info = info.or_else(|| sentence(error.as_object()?));
    Some(info.map_or(code.clone(), |info| format!("{code}: {info}")))
}

/// `{"UserName": ["is taken"]}`, as ASP.NET tells what is wrong with fields.
fn by_field(members: &Map<String, Value>) -> Option<String> {
    let lists = members.iter().filter(|(_, told)| told.is_array()).take(5);
    let told: Vec<_> =
        lists.filter_map(|(field, told)| Some(format!("{field}: {}", error(told)?))).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// Whether a reason phrase says no more than the status does.
fn is_usual(status: StatusCode, reason: &str) -> bool {
    let letters = |text: &str| {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let reason = letters(reason);
    status.canonical_reason().map(letters) == Some(reason.clone()) || ALSO_USUAL.contains(&&*reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_taken_from_the_best_place() {
        let page = "<html><head><title>Request &amp; Error</title></head>\n<body><p>Oh</p> no";
        for (body, reason, expected) in [
            (r#"{"Message":"m","Detail":"d"}"#, Some("r"), "d"),
            (r#"{"detail":"","message":"m"}"#, Some("r"), "m"),
            (r#"{"Detail":3}"#, Some("r"), "r"),
            (r#"{"error":"e"}"#, Some("r"), "e"),
            (r#"{"error":"e","error_description":"why"}"#, Some("r"), "why"),
            (r#"{"error":{"message":"m"}}"#, Some("r"), "m"),
            (r#"{"error":{"code":403,"message":"m"}}"#, Some("r"), "403: m"),
            (r#"{"fault":{"faultstring":"f","detail":{"errorcode":"x"}}}"#, Some("r"), "f"),
            (r#"{"errors":[{"code":"a","additionalInfo":"b"},{"code":"c"},7]}"#, None, "a: b; c"),
            (r#"{"Errors":[{"Message":"m"},"n"]}"#, Some("r"), "m; n"),
            (
                r#"{"title":"t","errors":{"UserName":["is taken"]}}"#,
                Some("r"),
                "UserName: is taken",
            ),
            (r#"{"error":"","errors":[{}]}"#, Some("r"), "r"),
            (r#""all there is""#, Some("r"), "all there is"),
            (page, Some("r"), "r"),
            (page, Some(" "), "Request & Error Oh no"),
            (page, Some("Bad Request"), "Request & Error Oh no"),
            (page, None, "Request & Error Oh no"),
            ("plain", Some("bad request"), "plain"),
            ("", Some("Bad Request"), "Bad Request"),
            ("", None, "Bad Request"),
        ] {
            let told = problem(StatusCode::BAD_REQUEST, reason, body.as_bytes());
            assert_eq!(told, expected, "{body} {reason:?}");
        }
        let busy = problem(
            StatusCode::SERVICE_UNAVAILABLE,
            Some("Service Temporarily Unavailable"),
            b"why",
        );
        assert_eq!(busy, "why");
    }

    #[test]
    fn a_rate_limit_is_known_by_its_words() {
        for text in [
            "The API rating limit has been exceeded.",
            "<b>API</b> Rate-Limit exceeded",
            "429: Too Many\nRequests!",
            "RATELIMIT_EXCEEDED",
            "the site is rate limited",
        ] {
            assert!(is_rate_limit(text), "{text}");
        }
        for text in
            ["", "Service Unavailable", "corporate limits", "the rate, and a limit", "too many"]
        {
            assert!(!is_rate_limit(text), "{text}");
        }
    }

    #[test]
    fn a_mail_address_is_not_shown() {
        for (text, expected) in [
            ("No user 'ada.l+1@example.org'.", "No user '[address]'."),
            ("GET /users/ada%40example.org?x", "GET /users/[address]?x"),
            ("Zoë@Example.org", "[address]"),
            ("a @ b, 100%, é", "a @ b, 100%, é"),
        ] {
            assert_eq!(without_addresses(text), expected);
        }
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        assert_eq!(beginning(&"é".repeat(1000)), "é".repeat(300));
        assert_eq!(beginning(" "), "no message");
    }
}
