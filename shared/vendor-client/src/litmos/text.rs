//! Text as it is meant.

/// HTML entities decoded once, outer blanks trimmed (Litmos reference 1.6, 7.1).
///
/// Works on one string of a parsed answer: decoding before parsing would let `&quot;` end strings.
pub(super) fn meant(wire: &str) -> String {
    html_escape::decode_html_entities(wire).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn entities_are_decoded_once_and_outer_blanks_go() {
        for (wire, expected) in [
            ("R&amp;D", "R&D"),
            ("O&#39;Hara &#x26; Co", "O'Hara & Co"),
            ("&quot;A&quot; &lt;b&gt;", "\"A\" <b>"),
            ("&amp;lt;", "&lt;"),
            (" a  b \t", "a  b"),
            ("&nbsp;x", "x"),
            ("AT&T; a & b &unknown;", "AT&T; a & b &unknown;"),
            ("Zo&euml;", "Zoë"),
        ] {
            assert_eq!(meant(wire), expected, "{wire}");
        }
    }

    proptest! {
        #[test]
        fn what_the_vendor_encodes_comes_back(text in ".{0,40}") {
            let wire = html_escape::encode_quoted_attribute(&text);
            prop_assert_eq!(meant(&wire), text.trim());
        }

        #[test]
        fn text_without_entities_is_left_alone(text in "[^&]{0,40}") {
            prop_assert_eq!(meant(&text), text.trim());
        }
    }
}
