//! The organisation's custom attributes.

use super::{
    names::ATTRIBUTES,
    plan::Plan,
    uuid::{Kind, Uuid},
};

/// The custom attributes: a label, an id and a key in reports for each.
#[derive(Debug)]
pub(crate) struct Labels {
    labels: Vec<Label>,
    /// Places in the order of the labels.
    sorted: Vec<usize>,
}

/// A custom attribute.
#[derive(Debug)]
pub(crate) struct Label {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    /// The name in camel case.
    pub(crate) key: String,
}

impl Labels {
    pub(super) fn new(plan: &Plan) -> Self {
        let label = |place: u32| {
            let known = ATTRIBUTES.get(place as usize).map(|(name, _)| (*name).to_owned());
            let name = known.unwrap_or_else(|| format!("Custom Attribute {place}"));
            Label { id: Uuid::of(plan.seed, Kind::Attribute, place), key: camel_case(&name), name }
        };
        let labels: Vec<Label> = (0..plan.attributes).map(label).collect();
        let mut sorted: Vec<usize> = (0..labels.len()).collect();
        sorted.sort_by(|a, b| labels[*a].name.cmp(&labels[*b].name));
        Self { labels, sorted }
    }

    /// Each with its place in an account, in the order of the names.
    pub(crate) fn by_name(&self) -> impl Iterator<Item = (usize, &Label)> {
        self.sorted.iter().map(|place| (*place, &self.labels[*place]))
    }

    /// The place of the one with that id.
    pub(crate) fn with_id(&self, id: &str) -> Option<usize> {
        let id = Uuid::parse(id)?;
        self.labels.iter().position(|label| label.id == id)
    }

    /// The place of the one with that name.
    pub(crate) fn named(&self, name: &str) -> Option<usize> {
        self.labels.iter().position(|label| label.name == name)
    }
}

fn camel_case(label: &str) -> String {
    let mut key = String::new();
    for word in label.split_whitespace() {
        let lower = word.to_lowercase();
        match (key.is_empty(), lower.chars().next()) {
            (false, Some(first)) => {
                key.extend(first.to_uppercase());
                key.push_str(&lower[first.len_utf8()..]);
            }
            _ => key.push_str(&lower),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_keys_as_they_were_seen() {
        for (label, key) in [
            ("Employee ID", "employeeId"),
            ("Is a Manager", "isAManager"),
            ("HRBP Owner", "hrbpOwner"),
            ("Custom Attribute 1", "customAttribute1"),
            ("Divison Owner", "divisonOwner"),
        ] {
            assert_eq!(camel_case(label), key);
        }
    }
}
