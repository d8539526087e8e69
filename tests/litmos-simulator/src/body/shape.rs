//! What can be sent: names, types, and the order that XML must keep.

use std::collections::HashMap;

use html_escape::decode_html_entities;

use crate::world::Sent;

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Flag,
    Number,
}

/// One kind of thing.
#[derive(Debug)]
pub(crate) struct Shape {
    /// The element of a list in XML.
    pub(super) list: &'static str,
    /// The element of one.
    pub(super) item: &'static str,
    /// In the order of the wire.
    fields: &'static str,
}

/// An account.
pub(crate) const USER: Shape = Shape {
    list: "Users",
    item: "User",
    fields: "Id UserName FirstName LastName FullName Email AccessLevel DisableMessages? Active? \
             Skype PhoneWork PhoneMobile LastLogin LoginKey IsCustomUsername? Password \
             SkipFirstLogin? TimeZone SalesforceId OriginalId# Street1 Street2 City State \
             PostalCode Country CompanyName JobTitle CustomField1 CustomField2 CustomField3 \
             Culture CustomField4 CustomField5 CustomField6 CustomField7 CustomField8 \
             CustomField9 CustomField10 SalesforceContactId SalesforceAccountId CreatedDate \
             Points# Brand ManagerId ManagerName EnableTextNotification? Website Twitter \
             ExpirationDate JobRole ExternalEmployeeId ProfileType",
};
/// A team.
pub(crate) const TEAM: Shape = Shape {
    list: "Teams",
    item: "Team",
    fields: "Id Name Description TeamCodeForBulkImport ParentTeamId",
};
/// A course, of which only the id counts.
pub(crate) const COURSE: Shape = Shape { list: "Courses", item: "Course", fields: "Id" };
/// A learning path, of which only the id counts.
pub(crate) const PATH: Shape = Shape { list: "LearningPaths", item: "LearningPath", fields: "Id" };

impl Shape {
    /// Names and types in the order of the wire.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static str, Kind)> + use<> {
        self.fields.split_whitespace().map(|word| match word.strip_suffix('?') {
            Some(name) => (name, Kind::Flag),
            None => match word.strip_suffix('#') {
                Some(name) => (name, Kind::Number),
                None => (word, Kind::Text),
            },
        })
    }
}

/// The value of a field; a number is never asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Flag(bool),
    Number,
}

/// One thing that was sent: what it left out or sent as null is not in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    values: HashMap<&'static str, Value>,
}

impl Form {
    pub(super) fn put(&mut self, name: &'static str, value: Value) {
        self.values.insert(name, value);
    }

    /// Gives a field a value if it has none or an empty one.
    pub(crate) fn default_to(&mut self, name: &'static str, text: &str) {
        if self.text(name).is_empty() {
            self.put(name, Value::Text(text.to_owned()));
        }
    }

    /// Sets a flag.
    pub(crate) fn raise(&mut self, name: &'static str) {
        self.put(name, Value::Flag(true));
    }

    /// Puts what HTML entities stand for in their place.
    pub(crate) fn decode_entities(&mut self) {
        for value in self.values.values_mut() {
            if let Value::Text(text) = value {
                *text = decode_html_entities(text).into_owned();
            }
        }
    }
}

impl Sent for Form {
    fn text(&self, name: &str) -> String {
        match self.values.get(name) {
            Some(Value::Text(text)) => text.trim().to_owned(),
            _ => String::new(),
        }
    }

    fn flag(&self, name: &str) -> bool {
        self.values.get(name) == Some(&Value::Flag(true))
    }
}
