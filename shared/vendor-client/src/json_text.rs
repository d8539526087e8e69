//! The JSON text of an answer, whatever bytes it came in.
//!
//! One odd character is no reason to lose a record, or a page of a thousand. Vendors and proxies put a
//! byte order mark before an answer, cut a text in the middle of a surrogate pair (.NET counts UTF-16
//! units and writes such a half as `\ud83d`), or mix bytes of another encoding in; `serde_json` refuses
//! all of that, rightly.

mod flaws;

use std::borrow::Cow;

use self::flaws::{Flaw, Flaws};

/// An answer as JSON text whose every text can be read: what cannot be decoded is U+FFFD, control
/// characters and backslashes that escape nothing are escaped, and what no number of 64 bits can hold
/// is the text of its digits. An answer that is no JSON stays what it is.
#[must_use]
pub fn readable_json(bytes: &[u8]) -> Cow<'_, str> {
    map(decoded(bytes), |text| mended(text, |_| true))
}

/// The same with everything that JSON can carry as it came, to be written back to the vendor: halves
/// of surrogate pairs to the letter, numbers of any length. A byte that is no UTF-8 cannot be sent in
/// JSON, so it is U+FFFD here too.
pub(crate) fn json_as_written(bytes: &[u8]) -> Cow<'_, str> {
    map(decoded(bytes), |text| mended(text, Flaw::is_no_json))
}

/// The characters: UTF-8, or UTF-16 if a byte order mark or the first character says so.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xef, 0xbb, 0xbf, text @ ..] => String::from_utf8_lossy(text),
        [0xff, 0xfe, text @ ..] => utf16(text, u16::from_le_bytes).into(),
        [0xfe, 0xff, text @ ..] => utf16(text, u16::from_be_bytes).into(),
        [b'[' | b'{' | b'<', 0, ..] => utf16(bytes, u16::from_le_bytes).into(),
        [0, b'[' | b'{' | b'<', ..] => utf16(bytes, u16::from_be_bytes).into(),
        _ => String::from_utf8_lossy(bytes),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (units, half) = bytes.as_chunks::<2>();
    let units = units.iter().map(|bytes| unit(*bytes));
    let characters =
        char::decode_utf16(units).map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER));
    characters.chain((!half.is_empty()).then_some(char::REPLACEMENT_CHARACTER)).collect()
}

/// The text without the flaws that are to be mended.
fn mended(text: &str, is_to_be: impl Fn(Flaw) -> bool) -> Option<String> {
    if !text.trim_start().starts_with(['{', '[', '"']) {
        return None;
    }
    let (mut mended, mut done) = (String::new(), 0);
    for (place, flaw) in Flaws::of(text).filter(|(_, flaw)| is_to_be(*flaw)) {
        mended.push_str(&text[done..place.start]);
        mended.push_str(&flaw.mended(&text[place.clone()]));
        done = place.end;
    }
    mended.push_str(&text[done..]);
    (done > 0).then_some(mended)
}

/// The other text, if there is one.
fn map<'a>(text: Cow<'a, str>, other: impl Fn(&str) -> Option<String>) -> Cow<'a, str> {
    match other(&text) {
        Some(other) => other.into(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn read(bytes: &[u8]) -> Value {
        serde_json::from_str(&readable_json(bytes)).unwrap()
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        let utf16 = |unit: fn(u16) -> [u8; 2]| {
            "{\"ö\":1}".encode_utf16().flat_map(unit).collect::<Vec<_>>()
        };
        let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
        for bytes in [
            [&b"\xef\xbb\xbf"[..], "{\"ö\":1}".as_bytes()].concat(),
            [b"\xff\xfe", &little[..]].concat(),
            [b"\xfe\xff", &big[..]].concat(),
            little,
            big,
        ] {
            assert_eq!(read(&bytes), json!({"ö": 1}), "{bytes:x?}");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_the_replacement_character() {
        for (bytes, expected) in [
            (&b"[\"K\xf6ln\"]"[..], json!(["K\u{fffd}ln"])),
            (b"[\"\xe2\x82\"]", json!(["\u{fffd}"])),
            (br#"["Fun \ud83d"]"#, json!(["Fun \u{fffd}"])),
            (br#"["\ude00 Fun"]"#, json!(["\u{fffd} Fun"])),
            (br#"["\uD83D\uD83D\uDE00"]"#, json!(["\u{fffd}\u{1f600}"])),
            (br#"["\ud83dx\ude00"]"#, json!(["\u{fffd}x\u{fffd}"])),
            (br#"{"\ud83d":"\ud83d\\"}"#, json!({"\u{fffd}": "\u{fffd}\\"})),
            (b"[\"a\"]\0", Value::Null),
        ] {
            let text = readable_json(bytes);
            assert_eq!(
                serde_json::from_str::<Value>(&text).unwrap_or_default(),
                expected,
                "{text}"
            );
        }
        // A text of .NET, cut and in the wrong encoding.
        assert_eq!(read(b"\xff\xfe[\0\"\0\x3d\xd8\"\0]\0"), json!(["\u{fffd}"]));
    }

    #[test]
    fn what_can_be_read_is_left_as_it_is() {
        for text in [
            "",
            r#"{"a":"\ud83d\ude00 \uD83D\uDE00 \\ud83d \" \/ \b\f\n\r\t","n":-1.5e3,"u":18446744073709551615}"#,
            r#"[-9223372036854775808,true,null,"Infinity NaN 99999999999999999999"]"#,
            "<html>\u{1} \\x 'NaN'",
            "99999999999999999999",
        ] {
            for read in [readable_json(text.as_bytes()), json_as_written(text.as_bytes())] {
                assert!(matches!(&read, Cow::Borrowed(same) if *same == text), "{read}");
            }
        }
    }

    #[test]
    fn what_is_no_json_inside_a_text_is_a_character_like_others() {
        for (text, expected) in [
            ("[\"a\tb\nc\u{1}\"]", json!(["a\tb\nc\u{1}"])),
            (r#"["O\'Hara \x41 \u12 C:\users"]"#, json!([r"O'Hara \x41 \u12 C:\users"])),
        ] {
            assert_eq!(read(text.as_bytes()), expected, "{text}");
            let written = json_as_written(text.as_bytes());
            assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_number_that_nothing_can_hold_is_the_text_of_its_digits() {
        let text = r#"{"Id":18446744073709551616,"b":[-9223372036854775809,1e999],"c":NaN,"d":-INF,"e":0.10}"#;
        let expected = json!({"Id": "18446744073709551616", "b": ["-9223372036854775809", "1e999"],
            "c": "NaN", "d": "-INF", "e": 0.1});
        assert_eq!(read(text.as_bytes()), expected);
    }

    #[test]
    fn what_is_written_back_keeps_halves_and_numbers_to_the_letter() {
        let text = r#"{"JobTitle":"Fun \ud83d","n":18446744073709551616,"\ude00":1e999}"#;
        assert_eq!(json_as_written(text.as_bytes()), text);
        assert_eq!(json_as_written(b"\xef\xbb\xbf{\"a\":\"\xf6\"}"), "{\"a\":\"\u{fffd}\"}");
    }

    proptest! {
        #[test]
        fn any_text_in_json_can_be_read(text in prop::collection::vec(any::<u8>(), 0..40)) {
            // Whatever is between the quotes, unless it ends the text.
            let inside: Vec<_> = text.into_iter().filter(|byte| *byte != b'"').collect();
            let bytes = [b"[\"", &inside[..], b"  \"]"].concat();
            prop_assert!(serde_json::from_str::<Value>(&readable_json(&bytes)).is_ok());
        }

        #[test]
        fn any_json_means_what_it_meant(text in "\\PC{0,20}", number in any::<f64>(), whole in any::<i64>()) {
            let value = json!({&text: [&text, number, whole], "a": {"b": text}});
            let text = value.to_string();
            prop_assert_eq!(readable_json(text.as_bytes()), text.as_str());
        }

        #[test]
        fn no_bytes_are_too_odd(bytes in "[\\[{\"].{0,20}", more in prop::collection::vec(any::<u8>(), 0..20)) {
            let bytes = [bytes.as_bytes(), &more].concat();
            let (_, _) = (readable_json(&bytes), json_as_written(&bytes));
        }
    }
}
