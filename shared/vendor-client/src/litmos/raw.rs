//! A record as it was read, to be written back with changes.
//!
//! A PUT replaces the whole record (Litmos reference 5.1.3), so whatever is not meant to change has
//! to go back as it came: fields that nobody here knows, spellings of numbers, entities in text, half
//! a surrogate pair. Only a byte that is no UTF-8 cannot be sent in JSON, and goes back as U+FFFD.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::list::is_attribute;
use super::record::is_secret;
use super::text::meant;
use crate::answer::Undecodable;
use crate::foreign::is_error;
use crate::json_text::readable_json;
use crate::rows::{not_json, value};

/// The members of an object in their order, each value as its text.
#[derive(Clone)]
pub(super) struct RawRecord {
    fields: Vec<Field>,
}

#[derive(Clone)]
struct Field {
    name: String,
    /// The name as it was read.
    written: Box<RawValue>,
    read: Box<RawValue>,
    /// What is to be written instead.
    new: Option<Box<RawValue>>,
}

impl RawRecord {
    /// An object, bare or as the only member of another one, but for attributes.
    pub(super) fn read(body: &[u8]) -> Result<Self, Undecodable> {
        let whole: &RawValue = serde_json::from_slice(body).map_err(|_| not_json())?;
        let read = |text: &str| serde_json::from_str::<Self>(text).ok();
        let no_object = || Undecodable::Garbled("not a record".to_owned());
        let outer = read(whole.get()).ok_or_else(no_object)?;
        let mut members = outer.fields.iter().filter(|field| !is_attribute(&field.name));
        let only = members.next().filter(|only| members.next().is_none() && !is_error(&only.name));
        let inner = only.and_then(|only| read(only.read.get()));
        let mut record = inner.unwrap_or(outer);
        // They are sent back empty (5.1.3), so they need not be kept.
        let secrets = record.fields.iter_mut().filter(|field| is_secret(&field.name));
        secrets.for_each(|field| field.read = raw(&Value::from("")));
        Ok(record)
    }

    /// What the record means, with the changes.
    pub(super) fn meaning(&self) -> Result<Value, &'static str> {
        value(&readable_json(self.text().as_bytes()))
    }

    /// As JSON text, with the changes.
    pub(super) fn text(&self) -> String {
        let members = self
            .fields
            .iter()
            .map(|field| format!("{}:{}", field.written.get(), field.value().get()));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }

    /// A field's value, if the record has the field.
    pub(super) fn value(&self, name: &str) -> Option<Value> {
        let field = self.fields.iter().find(|field| field.is(name))?;
        meaning(field.value())
    }

    /// The names of all fields.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// Puts a value in a field, adding the field if there is none. A value that means what was read
    /// leaves the field as it was read.
    pub(super) fn set(&mut self, name: &str, value: &Value) {
        if !self.fields.iter().any(|field| field.is(name)) {
            let (written, read) = (raw(&Value::from(name)), raw(&Value::Null));
            self.fields.push(Field { name: name.to_owned(), written, read, new: None });
        }
        // All spellings of the name: which one the vendor would heed is not known.
        let fields = self.fields.iter_mut().filter(|field| field.is(name));
        fields.for_each(|field| field.set(value));
    }

    /// The names of the fields that differ from what was read.
    pub(super) fn changed(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(|field| field.new.is_some()).map(|field| field.name.as_str())
    }
}

impl Field {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn value(&self) -> &RawValue {
        self.new.as_ref().unwrap_or(&self.read)
    }

    fn set(&mut self, value: &Value) {
        let same = meaning(&self.read).is_some_and(|read| same(&read, value));
        self.new = (!same).then(|| raw(value));
    }
}

/// Whether two values mean the same: `null` is `""`, entities and outer blanks do not count (1.6).
fn same(read: &Value, wanted: &Value) -> bool {
    match (read, wanted) {
        (Value::String(text), Value::Null) => text.is_empty(),
        (Value::Null, Value::String(text)) => text.is_empty(),
        (Value::String(read), Value::String(wanted)) => meant(read) == wanted.trim(),
        (Value::Number(read), Value::Number(wanted)) if read.is_f64() || wanted.is_f64() => {
            read.as_f64() == wanted.as_f64()
        }
        (read, wanted) => read == wanted,
    }
}

/// What a value means: it may hold what JSON can carry and a text cannot.
fn meaning(value: &RawValue) -> Option<Value> {
    serde_json::from_str(&readable_json(value.get().as_bytes())).ok()
}

fn raw(value: &Value) -> Box<RawValue> {
    // A value has only text for names, so it can always be written.
    RawValue::from_string(value.to_string()).unwrap_or_default()
}

impl<'de> Deserialize<'de> for RawRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<Field>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((written, read)) = map.next_entry::<Box<RawValue>, _>()? {
                    let name =
                        meaning(&written).as_ref().and_then(Value::as_str).map(str::to_owned);
                    let name = name.ok_or_else(|| A::Error::custom("a name that is no text"))?;
                    fields.push(Field { name, written, read, new: None });
                }
                Ok(fields)
            }
        }
        Ok(Self { fields: deserializer.deserialize_map(InOrder)? })
    }
}

#[cfg(test)]
mod tests;
