//! What a page of markup says, for messages.

/// What is looked at of a page.
const LOOKED_AT: usize = 64 << 10;

/// The text of markup on one line: without tags, comments, scripts and styles.
pub(crate) fn plain_text(markup: &str) -> String {
    let mut rest = beginning(markup);
    let mut text = String::new();
    while let Some(place) = rest.find('<') {
        let (before, tag) = rest.split_at(place);
        text.push_str(before);
        let length = tag_length(tag);
        text.push_str(if length == 1 { "<" } else { " " });
        rest = &tag[length..];
    }
    text.push_str(rest);
    one_line(&text)
}

/// The title of a page of HTML.
pub(crate) fn title(markup: &str) -> Option<String> {
    let markup = beginning(markup);
    let lower = markup.to_ascii_lowercase();
    let tag = lower.find("<title")?;
    let start = tag + lower[tag..].find('>')? + 1;
    let length = lower[start..].find("</title")?;
    Some(one_line(&markup[start..start + length])).filter(|title| !title.is_empty())
}

/// The name of the first element: `html`, `Users`.
pub(crate) fn root(markup: &str) -> Option<&str> {
    let mut rest = beginning(markup);
    loop {
        let tag = &rest[rest.find('<')?..];
        if tag[1..].starts_with(|first: char| first.is_ascii_alphabetic()) {
            let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-');
            let end = tag[1..].find(|c| !is_of_name(c)).map_or(tag.len(), |end| end + 1);
            return Some(&tag[1..end]);
        }
        rest = &tag[tag_length(tag)..];
    }
}

/// Whether a text is a page of HTML: markup whose root says so, or that has a title.
pub(crate) fn is_page(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let is_html =
        |root: &str| root.rsplit(':').next().is_some_and(|name| name.eq_ignore_ascii_case("html"));
    text.starts_with('<') && (root(text).is_some_and(is_html) || title(text).is_some())
}

/// What a page for people, or a piece of one, may begin with.
const OF_PAGES: [&str; 26] = [
    "html", "head", "title", "meta", "link", "style", "script", "base", "body", "div", "span", "p",
    "h1", "h2", "h3", "h4", "h5", "h6", "center", "font", "b", "br", "hr", "pre", "table", "img",
];

/// Whether a name is one of a page for people, and not of a record.
pub(crate) fn is_of_a_page(name: &str) -> bool {
    let name = name.rsplit(':').next().unwrap_or(name);
    OF_PAGES.iter().any(|of_page| of_page.eq_ignore_ascii_case(name))
}

/// How much of a text that begins with `<` is markup; 1 if it is only that character.
fn tag_length(tag: &str) -> usize {
    let to = |end: &str| tag.find(end).map_or(tag.len(), |place| place + end.len());
    if tag.starts_with("<!--") {
        return to("-->");
    }
    if !tag[1..].starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next)) {
        return 1;
    }
    let lower = tag.to_ascii_lowercase();
    let hidden = ["script", "style"].iter().find(|name| lower[1..].starts_with(**name));
    let end = hidden.and_then(|name| lower.find(&format!("</{name}")));
    let from = end.unwrap_or_default();
    tag[from..].find('>').map_or(tag.len(), |place| from + place + 1)
}

fn beginning(markup: &str) -> &str {
    &markup[..markup.floor_char_boundary(LOOKED_AT)]
}

fn one_line(text: &str) -> String {
    let text = html_escape::decode_html_entities(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIGN_IN: &str = "<?xml version=\"1.0\"?>\r\n<!-- <b> --><!DOCTYPE html>\n<HTML xmlns=\"x\">\
        <head><Title lang=en>Sign in &amp;\n go</title><style>p > a {}</style>\
        <script>if (a < b) {}</script></head><body><p>Please <b>wait</b>";

    #[test]
    fn a_page_is_told_by_its_text_its_title_and_its_root() {
        assert_eq!(plain_text(SIGN_IN), "Sign in & go Please wait");
        assert_eq!(title(SIGN_IN).as_deref(), Some("Sign in & go"));
        assert_eq!(root(SIGN_IN), Some("HTML"));
        assert_eq!(root("<Users xmlns:i='x'><User>"), Some("Users"));
        assert_eq!((title("<html>"), title("<title></title>"), root("text")), (None, None, None));
    }

    #[test]
    fn a_page_has_html_for_root_or_a_title() {
        for page in [
            SIGN_IN,
            "\u{feff}\r\n<html>",
            "<x:html xmlns:x='http://www.w3.org/1999/xhtml'>",
            "<!-- a --><head><title>Blocked</title>",
        ] {
            assert!(is_page(page), "{page}");
        }
        for text in [
            "",
            "Blocked",
            "<p>Bad <b>since</b></p>",
            "<Error><Message>No</Message></Error>",
            r#"{"Detail":"<html><title>No</title>"}"#,
            "no <html>",
        ] {
            assert!(!is_page(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_tag_is_text() {
        for (markup, expected) in
            [("1 < 2 <3", "1 < 2 <3"), ("a<b", "a"), ("<!-- a", ""), ("<script>x", "x"), ("", "")]
        {
            assert_eq!(plain_text(markup), expected, "{markup}");
        }
    }

    proptest! {
        #[test]
        fn no_markup_is_too_odd(markup in "(<(/|!--|\\?)?[sS]?(cript|title)?é?.{0,5}>?.?){0,6}") {
            let (_, _, _) = (plain_text(&markup), title(&markup), root(&markup));
        }
    }
}
