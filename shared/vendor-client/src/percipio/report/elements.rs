//! The elements of one JSON array that comes in pieces.
//!
//! Only where an element begins and ends is found out here; what it says, and whether it is JSON at
//! all, is for `serde_json` to judge. No library gives elements out of pieces without a thread of
//! its own or the whole text.

use std::ops::Range;

/// Far above the largest row that was ever seen (1 kB, Percipio reference 7.4). Without a bound, a
/// text that never ends would have to be kept.
const LARGEST_ELEMENT: usize = 1 << 20;

/// Takes pieces and gives elements. Keeps one piece and the beginning of one element.
#[derive(Debug, Default)]
pub(super) struct Elements {
    text: Vec<u8>,
    /// Everything before is done with.
    place: usize,
    expected: Expected,
}

/// What comes next.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Expected {
    #[default]
    Array,
    FirstElement,
    Element,
    /// The rest of the element that begins at the place.
    RestOf(Found),
    CommaOrEnd,
    Nothing,
}

/// What is known of the beginning of an element.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Found {
    bytes: usize,
    depth: usize,
    in_text: bool,
    after_backslash: bool,
}

/// The text is no JSON array.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoArray;

impl Elements {
    /// Adds a piece. What there is of whole elements has to be taken before.
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.text.drain(..self.place);
        self.place = 0;
        self.text.extend_from_slice(piece);
    }

    /// The text of the next element, if it is there in full; it may be no JSON.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, NoArray> {
        let element = self.find()?;
        Ok(element.and_then(|element| self.text.get(element)))
    }

    /// Whether the array has ended.
    pub(super) fn is_complete(&self) -> bool {
        self.expected == Expected::Nothing
    }

    fn find(&mut self) -> Result<Option<Range<usize>>, NoArray> {
        use Expected::{Array, CommaOrEnd, Element, FirstElement, Nothing, RestOf};
        while let Some(rest) = self.text.get(self.place..).filter(|rest| !rest.is_empty()) {
            let first = rest[0];
            self.expected = match self.expected {
                RestOf(found) => match found.go_on(rest) {
                    Ok(length) => {
                        let element = self.place..self.place + length;
                        (self.place, self.expected) = (element.end, CommaOrEnd);
                        return Ok(Some(element));
                    }
                    Err(found) if found.bytes > LARGEST_ELEMENT => return Err(NoArray),
                    Err(found) => {
                        self.expected = RestOf(found);
                        return Ok(None);
                    }
                },
                same if is_blank(first) => same,
                Array if first == b'[' => FirstElement,
                CommaOrEnd if first == b',' => Element,
                FirstElement | CommaOrEnd if first == b']' => Nothing,
                FirstElement | Element => {
                    self.expected = RestOf(Found::default());
                    continue;
                }
                Array | CommaOrEnd | Nothing => return Err(NoArray),
            };
            self.place += 1;
        }
        Ok(None)
    }
}

impl Found {
    /// The element's length, or what is known of it at the end of the text.
    fn go_on(mut self, text: &[u8]) -> Result<usize, Self> {
        for (place, &byte) in text.iter().enumerate().skip(self.bytes) {
            if self.in_text {
                match byte {
                    _ if self.after_backslash => self.after_backslash = false,
                    b'\\' => self.after_backslash = true,
                    b'"' if self.depth == 0 => return Ok(place + 1),
                    b'"' => self.in_text = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'[' | b'{' => self.depth += 1,
                b']' | b'}' if self.depth == 1 => return Ok(place + 1),
                b']' | b'}' if self.depth > 1 => self.depth -= 1,
                // A number or a word ends where something else begins.
                b']' | b'}' | b',' if self.depth == 0 => return Ok(place),
                blank if self.depth == 0 && is_blank(blank) => return Ok(place),
                _ => {}
            }
        }
        self.bytes = text.len();
        Err(self)
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::*;

    /// All elements, if the text in these pieces is an array.
    fn elements<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<String>> {
        let (mut elements, mut found) = (Elements::default(), Vec::new());
        let mut longest = 0;
        for piece in pieces {
            elements.push(piece);
            while let Some(text) = elements.next().ok()? {
                let element: &RawValue = serde_json::from_slice(text).ok()?;
                longest = longest.max(text.len());
                found.push(element.get().to_owned());
            }
            let begun = elements.text.len() - elements.place;
            assert!(elements.text.len() <= piece.len() + longest.max(begun), "more is kept");
        }
        elements.is_complete().then_some(found)
    }

    /// What `serde_json` makes of the whole.
    fn whole(text: &[u8]) -> Option<Vec<String>> {
        let found: Vec<&RawValue> = serde_json::from_slice(text).ok()?;
        Some(found.into_iter().map(|element| element.get().to_owned()).collect())
    }

    #[test]
    fn elements_of_every_kind_are_found() {
        let text = br#" [ {"a":"]},\"[{"} , [1,[2]],"x,\\", -1.5e3,true ,null ] "#;
        let expected = [r#"{"a":"]},\"[{"}"#, "[1,[2]]", r#""x,\\""#, "-1.5e3", "true", "null"];
        assert_eq!(elements([&text[..]]).unwrap(), expected);
        for empty in ["[]", " [ ] "] {
            assert_eq!(elements([empty.as_bytes()]), Some(Vec::new()));
        }
    }

    #[test]
    fn what_is_no_array_is_not_taken_for_one() {
        for text in [
            "", " ", "{}", "1", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1]]", "[1],", "[}",
            "[{]", "[1}", "[\"a]", "[tru]", "[\"a\"1]", "[1\"a\"]", "[{}{}]", "<html>", "[<html>]",
        ] {
            assert_eq!(elements([text.as_bytes()]), None, "{text}");
        }
    }

    #[test]
    fn an_element_without_end_is_given_up() {
        let piece = vec![b'a'; 1 << 16];
        let endless = [&b"[\""[..]].into_iter().chain(std::iter::repeat_n(&piece[..], 16));
        let mut elements = Elements::default();
        let mut found = Ok(None);
        for piece in endless {
            assert_eq!(found, Ok(None));
            elements.push(piece);
            found = elements.next().map(|element| element.map(<[u8]>::len));
        }
        assert_eq!(found, Err(NoArray));
    }

    /// JSON text in spellings that a writer of ours would not choose.
    fn value() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("true".to_owned()),
            "-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?",
            r#""([a-zé\[\]{},: ]|\\"|\\\\|\\/|\\u00e9|\\n){0,12}""#,
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3)
                    .prop_map(|items| format!("[{}]", items.join(" , "))),
                inner.prop_map(|value| format!("{{ \"]a\\\\\" :{value}\n}}")),
            ]
        })
    }

    fn array() -> impl Strategy<Value = String> {
        let items = prop::collection::vec(value(), 0..5);
        (items, "[ \n\t\r]{0,2}", "[ \n\t\r]{0,2}").prop_map(|(items, before, after)| {
            let items = items.join(&format!("{before},{after}"));
            format!("{before}[{after}{items}{before}]{after}")
        })
    }

    proptest! {
        #[test]
        fn any_array_in_any_pieces_is_what_it_is_as_a_whole(text in array(), size in 1_usize..9) {
            let expected = whole(text.as_bytes());
            prop_assert!(expected.is_some());
            prop_assert_eq!(elements(text.as_bytes().chunks(size)), expected);
        }

        #[test]
        fn a_cut_or_damaged_array_is_none_or_still_one(
            text in array(), size in 1_usize..9, place in any::<prop::sample::Index>(), byte in any::<u8>(),
        ) {
            let mut text = text.into_bytes();
            let place = place.index(text.len());
            prop_assert_eq!(elements(text[..place].chunks(size)), whole(&text[..place]));
            text[place] = byte;
            prop_assert_eq!(elements(text.chunks(size)), whole(&text));
        }

        #[test]
        fn any_text_is_an_array_only_if_it_is_one(text in "[\\[\\]{}\",: 1a\\\\]{0,12}") {
            prop_assert_eq!(elements(text.as_bytes().chunks(3)), whole(text.as_bytes()));
        }
    }
}
