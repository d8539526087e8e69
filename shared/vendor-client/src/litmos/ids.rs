//! Lists of ids as bodies (Litmos reference 5.1.5, 5.2.2, 5.4): of a record only its id counts.

use serde_json::{Value, json};

use crate::body::Body;

/// `[{"Id":"…"}]`, which is proven for the members of teams (1.4).
pub(super) fn json_list(ids: &[impl AsRef<str>]) -> Body {
    let list: Value = ids.iter().map(|id| json!({"Id": id.as_ref()})).collect();
    Body::Json(list.to_string())
}

/// `<Courses><Course><Id>…</Id></Course></Courses>`, the safe choice for assignments (1.4).
pub(super) fn xml_list(list: &str, item: &str, ids: &[impl AsRef<str>]) -> Body {
    let items = ids.iter().map(|id| {
        let id = html_escape::encode_text(id.as_ref());
        format!("<{item}><Id>{id}</Id></{item}>")
    });
    Body::Xml(format!("<{list}>{}</{list}>", items.collect::<String>()))
}

/// Whether a text can be an id in a body. Control characters cannot be written in XML; the vendor
/// would answer 500, which looks like an outage.
pub(super) fn is_id(id: &str) -> bool {
    !id.is_empty() && !id.chars().any(|c| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_escaped() {
        let ids = ["-a_1", "<b>&\"'"];
        let json = r#"[{"Id":"-a_1"},{"Id":"<b>&\"'"}]"#;
        assert_eq!(json_list(&ids), Body::Json(json.to_owned()));
        let xml = "<Courses><Course><Id>-a_1</Id></Course>\
                   <Course><Id>&lt;b&gt;&amp;\"'</Id></Course></Courses>";
        assert_eq!(xml_list("Courses", "Course", &ids), Body::Xml(xml.to_owned()));
    }

    #[test]
    fn not_everything_can_be_an_id() {
        assert!(is_id("-bA_Q8jb") && is_id("é <"));
        for id in ["", "a\0", "a\nb", "\u{ffff}"] {
            assert!(!is_id(id), "{id:?}");
        }
    }
}
