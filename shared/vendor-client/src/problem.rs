//! What a vendor says about an error, in whatever shape it says it.

use serde_json::Value;

/// How many characters of a message are kept.
const LONGEST: usize = 300;

/// What an error object [says](said), else the reason phrase, else the beginning of the body without
/// tags (Litmos reference 4.3).
pub(crate) fn problem(body: &[u8], reason: Option<&str>) -> String {
    said(body)
        .or_else(|| reason.map(str::to_owned))
        .filter(|text| !text.trim().is_empty())
        .unwrap_or_else(|| plain(&String::from_utf8_lossy(body)))
}

/// The beginning of a message, for logs and errors.
pub(crate) fn beginning(text: &str) -> String {
    let text: String = text.trim().chars().take(LONGEST).collect();
    if text.is_empty() { "no message".to_owned() } else { text }
}

/// What an error object says: its `Detail` or `Message`, its `error`, or its `errors` (Percipio
/// reference 3.3).
pub(crate) fn said(body: &[u8]) -> Option<String> {
    let Value::Object(members) = serde_json::from_slice(body).ok()? else {
        return None;
    };
    let told = ["Detail", "Message"].into_iter().find_map(|wanted| {
        let (_, value) = members.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        text(value)
    });
    told.or_else(|| text(members.get("error")?)).or_else(|| {
        let errors = members.get("errors")?.as_array()?.iter().filter_map(code);
        Some(errors.collect::<Vec<_>>().join("; ")).filter(|text| !text.is_empty())
    })
}

/// `code`, or `code: additionalInfo`.
fn code(error: &Value) -> Option<String> {
    let code = text(error.get("code")?)?;
    let info = error.get("additionalInfo").and_then(text);
    Some(info.map_or(code.clone(), |info| format!("{code}: {info}")))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Markup as one line of text.
fn plain(markup: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for character in markup.chars() {
        match character {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                text.push(' ');
            }
            _ if in_tag => {}
            _ => text.push(character),
        }
    }
    let text = html_escape::decode_html_entities(&text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
            (r#"{"errors":[{"code":"a","additionalInfo":"b"},{"code":"c"},7]}"#, None, "a: b; c"),
            (r#"{"error":"","errors":[{}]}"#, Some("r"), "r"),
            (page, Some("r"), "r"),
            (page, Some(" "), "Request & Error Oh no"),
            (page, None, "Request & Error Oh no"),
            ("plain", None, "plain"),
            ("", None, "no message"),
        ] {
            assert_eq!(beginning(&problem(body.as_bytes(), reason)), expected, "{body} {reason:?}");
        }
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        assert_eq!(beginning(&"é".repeat(1000)), "é".repeat(300));
    }
}
