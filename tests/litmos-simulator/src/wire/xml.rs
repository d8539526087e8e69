//! XML as the vendor writes it: no declaration, `i:nil` for null, dates without a zone.

use std::fmt::Write as _;

use html_escape::{encode_double_quoted_attribute, encode_text};

use super::{
    cell::{Cell, Record},
    content::{Content, Names, Row},
    date,
};

const NAMESPACE: &str = r#" xmlns:i="http://www.w3.org/2001/XMLSchema-instance""#;

/// The text of an XML body.
pub(super) fn encode(content: &Content) -> String {
    let mut body = String::new();
    let root = match content {
        Content::List(names, _) => names.list,
        Content::One(names, _) => names.item,
        Content::Paginated(..) => "UserCollection",
        Content::Parameters(_) => "UserCustomField",
    };
    element(&mut body, root, NAMESPACE, |body| match content {
        Content::List(names, rows) => items(body, *names, rows),
        Content::One(_, record) => fields(body, record),
        Content::Paginated(names, pagination, rows) => {
            element(body, "Pagination", "", |body| fields(body, pagination));
            element(body, "Items", "", |body| items(body, *names, rows));
        }
        Content::Parameters(record) => parameters(body, record),
    });
    body
}

/// The body of an error.
pub(crate) fn error(detail: &str) -> String {
    format!("<Error><Detail>{}</Detail></Error>", encode_text(detail))
}

fn element(body: &mut String, name: &str, attributes: &str, inner: impl FnOnce(&mut String)) {
    let _ = write!(body, "<{name}{attributes}>");
    inner(body);
    let _ = write!(body, "</{name}>");
}

fn items(body: &mut String, names: Names, rows: &[Row]) {
    for row in rows {
        element(body, names.item, "", |body| match row {
            Row::Record(record) => fields(body, record),
            Row::Stray(text) => body.push_str(&encode_text(text)),
        });
    }
}

fn fields(body: &mut String, record: &Record) {
    for (name, cell) in record {
        match content(cell) {
            None => {
                let _ = write!(body, r#"<{name} i:nil="true"/>"#);
            }
            Some(text) if text.is_empty() => {
                let _ = write!(body, "<{name}/>");
            }
            Some(text) => element(body, name, "", |body| body.push_str(&text)),
        }
    }
}

fn parameters(body: &mut String, record: &Record) {
    for (name, cell) in record {
        let attribute = format!(" fieldname=\"{}\"", encode_double_quoted_attribute(name));
        element(body, "Parameter", &attribute, |body| {
            body.push_str(&content(cell).unwrap_or_default());
        });
    }
}

/// What stands between the tags; nothing for null.
fn content(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Null => None,
        Cell::Free(text) | Cell::Word(text) | Cell::Exact(text) => {
            Some(encode_text(text.as_ref()).into_owned())
        }
        Cell::Bool(value) => Some(value.to_string()),
        Cell::Int(value) => Some(value.to_string()),
        Cell::Decimal(value) => Some(format!("{value:?}")),
        Cell::Price(value) => Some(format!("{value:.2}")),
        Cell::Instant(at) | Cell::WallClock(at) => Some(date::zoneless(*at)),
        Cell::Iso(at) => Some(at.map(|at| at.to_string()).unwrap_or_default()),
        Cell::List(texts) => Some(
            texts.iter().map(|text| format!("<string>{}</string>", encode_text(text))).collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::content::USERS;
    use super::*;

    #[test]
    fn null_empty_and_text_have_their_own_forms() {
        let record = vec![
            ("A", Cell::Free("x &amp; <y>".into())),
            ("B", Cell::Null),
            ("C", Cell::Word("".into())),
            ("D", Cell::Decimal(50.0)),
        ];
        assert_eq!(
            encode(&Content::List(USERS, vec![Row::Record(record)])),
            r#"<Users xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><User><A>x &amp;amp; &lt;y&gt;</A><B i:nil="true"/><C/><D>50.0</D></User></Users>"#
        );
        assert_eq!(
            encode(&Content::List(USERS, Vec::new())),
            r#"<Users xmlns:i="http://www.w3.org/2001/XMLSchema-instance"></Users>"#
        );
        assert_eq!(error("a & b"), "<Error><Detail>a &amp; b</Detail></Error>");
    }

    #[test]
    fn parameters_name_their_field_in_an_attribute() {
        let text = encode(&Content::Parameters(vec![("Cost centre", Cell::Free("7".into()))]));
        assert!(text.contains(r#"<Parameter fieldname="Cost centre">7</Parameter>"#), "{text}");
    }
}
