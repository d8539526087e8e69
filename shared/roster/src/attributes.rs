//! Attributes: a JSON object as text, its names sorted.

use std::collections::BTreeMap;

use serde_json::Value;

type Attributes = BTreeMap<String, Value>;

/// The attributes as they were, with those that are told now in their place; `null` says that there
/// is none any more.
pub(crate) fn overlaid(before: Option<&str>, now: Option<&str>) -> Option<String> {
    let read = |text: &str| serde_json::from_str::<Attributes>(text).unwrap_or_default();
    let mut all = before.map(read).unwrap_or_default();
    all.extend(now.map(read).unwrap_or_default());
    all.retain(|_, value| !value.is_null());
    let text = || serde_json::to_string(&all).expect("names and values");
    (!all.is_empty()).then(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_now_replaces_what_was() {
        for (before, now, wanted) in [
            (None, None, None),
            (None, Some(r#"{"B":1,"C":null}"#), Some(r#"{"B":1}"#)),
            (Some(r#"{"A":1}"#), None, Some(r#"{"A":1}"#)),
            (Some(r#"{"A":1}"#), Some(r#"{"A":null}"#), None),
            (
                Some(r#"{"A":1,"C":[2]}"#),
                Some(r#"{"B":1,"A":"x"}"#),
                Some(r#"{"A":"x","B":1,"C":[2]}"#),
            ),
        ] {
            assert_eq!(overlaid(before, now).as_deref(), wanted);
        }
    }
}
