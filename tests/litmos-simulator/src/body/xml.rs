//! Bodies in XML: an element that is not at its place is passed over as if it were not there.

use roxmltree::{Document, Node};

use super::shape::{Form, Kind, Shape, Value};

const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// One thing; nothing inside for nil, and nothing at all if it cannot be read.
pub(super) fn one(text: &str, shape: &'static Shape) -> Option<Option<Form>> {
    let document = Document::parse(text).ok()?;
    let root = document.root_element();
    match root.has_tag_name(shape.item) {
        true if nil(root) => Some(None),
        true => form(root, shape).map(Some),
        false => None,
    }
}

/// A list with its root.
pub(super) fn list(text: &str, shape: &'static Shape) -> Option<Vec<Form>> {
    let document = Document::parse(text).ok()?;
    let root = document.root_element();
    if !root.has_tag_name(shape.list) {
        return None;
    }
    let items = root.children().filter(|node| node.has_tag_name(shape.item));
    items.map(|item| form(item, shape)).collect()
}

fn form(element: Node<'_, '_>, shape: &'static Shape) -> Option<Form> {
    let mut form = Form::default();
    let fields: Vec<_> = shape.fields().collect();
    let mut from = 0;
    for node in element.children().filter(Node::is_element) {
        let later = fields.iter().enumerate().skip(from);
        let Some((place, (name, kind))) = { later }.find(|(_, (name, _))| node.has_tag_name(*name))
        else {
            continue;
        };
        from = place + 1;
        if node.children().any(|child| child.is_element()) {
            return None;
        }
        let text: String = node.children().filter_map(|child| child.text()).collect();
        let value = match (kind, text.trim()) {
            (Kind::Text, _) if nil(node) => continue,
            (Kind::Text, _) => Value::Text(text),
            (Kind::Flag, "true" | "1") => Value::Flag(true),
            (Kind::Flag, "false" | "0") => Value::Flag(false),
            (Kind::Number, number) => number.parse::<f64>().ok().map(|_| Value::Number)?,
            _ => return None,
        };
        form.put(name, value);
    }
    Some(form)
}

fn nil(node: Node<'_, '_>) -> bool {
    node.attribute((INSTANCE, "nil")) == Some("true")
}

#[cfg(test)]
mod tests {
    use super::{super::shape::USER, *};
    use crate::world::Sent;

    fn user(inner: &str) -> Option<Form> {
        one(&format!("<User>{inner}</User>"), &USER).map(Option::unwrap)
    }

    #[test]
    fn an_element_after_its_place_is_passed_over() {
        let form = user("<Id>a</Id><Email>m</Email><UserName>u</UserName><City>x &amp; y</City>");
        let form = form.unwrap();
        let texts = ["Id", "Email", "UserName", "City"].map(|name| form.text(name));
        assert_eq!(texts, ["a", "m", "", "x & y"]);
    }

    #[test]
    fn flags_and_numbers_must_be_some_and_texts_can_be_nil() {
        let nil = r#"<City xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>"#;
        assert_eq!(user(nil).unwrap().text("City"), "");
        assert!(user("<Active>1</Active>").unwrap().flag("Active"));
        for bad in ["<Active>yes</Active>", "<Active/>", "<Points>x</Points>", "<Id><b/></Id>"] {
            assert!(user(bad).is_none(), "{bad}");
        }
        assert!(one("<Team/>", &USER).is_none() && one("<User>", &USER).is_none());
    }
}
