//! Reads the members of a JSON object strictly: what is wrong is named, what is unknown too.

use jiff::{Timestamp, civil::DateTime};
use serde_json::{Map, Value};

/// What is wrong with a request, by the field's path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct Invalid {
    /// The field, like `team.name`.
    pub field: String,
    /// What it must be.
    pub problem: String,
}

/// The longest text that a request may hold.
const LONGEST: usize = 1_000;

/// The members of an object that have not been read yet.
pub(crate) struct Fields {
    path: String,
    members: Map<String, Value>,
}

impl Fields {
    pub(crate) fn of(path: &str, value: Value) -> Result<Self, Invalid> {
        match value {
            Value::Object(members) => Ok(Self { path: path.to_owned(), members }),
            _ => {
                let field = if path.is_empty() { "the request" } else { path };
                Err(Invalid { field: field.to_owned(), problem: "must be an object".to_owned() })
            }
        }
    }

    pub(crate) fn invalid(&self, name: &str, problem: &str) -> Invalid {
        Invalid { field: self.path_of(name), problem: problem.to_owned() }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A member, absent if it is null.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Invalid> {
        self.text_of(name, is_line)
    }

    /// A text that may have lines, as people write them.
    pub(crate) fn prose(&mut self, name: &str) -> Result<Option<String>, Invalid> {
        self.text_of(name, is_prose)
    }

    fn text_of(
        &mut self,
        name: &str,
        is_allowed: impl Fn(char) -> bool,
    ) -> Result<Option<String>, Invalid> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => self.within_bounds(name, &text, is_allowed).map(Some),
            Some(_) => Err(self.invalid(name, "must be a text")),
        }
    }

    pub(crate) fn checked(&self, name: &str, text: &str) -> Result<String, Invalid> {
        self.within_bounds(name, text, is_line)
    }

    fn within_bounds(
        &self,
        name: &str,
        text: &str,
        is_allowed: impl Fn(char) -> bool,
    ) -> Result<String, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(self.invalid(name, "must not be empty"));
        }
        if text.chars().count() > LONGEST {
            return Err(self.invalid(name, "must have at most 1000 characters"));
        }
        if !text.chars().all(is_allowed) {
            return Err(self.invalid(name, "must not hold control characters"));
        }
        Ok(text.to_owned())
    }

    pub(crate) fn required(&mut self, name: &str) -> Result<String, Invalid> {
        self.text(name)?.ok_or_else(|| self.invalid(name, "is missing"))
    }

    pub(crate) fn flag(&mut self, name: &str) -> Result<Option<bool>, Invalid> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.invalid(name, "must be true or false")),
        }
    }

    pub(crate) fn instant(&mut self, name: &str) -> Result<Option<Timestamp>, Invalid> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| self.invalid(name, not_an_instant(&text)))
    }

    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Self>, Invalid> {
        let path = self.path_of(name);
        self.take(name).map(|value| Self::of(&path, value)).transpose()
    }

    pub(crate) fn required_object(&mut self, name: &str) -> Result<Self, Invalid> {
        self.object(name)?.ok_or_else(|| self.invalid(name, "is missing"))
    }

    /// What is left, name by name.
    pub(crate) fn rest(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.members)
    }

    /// Nothing may be left.
    pub(crate) fn end(self) -> Result<(), Invalid> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(name) => Err(self.invalid(name, "is not known here")),
        }
    }
}

fn is_line(c: char) -> bool {
    !c.is_control()
}

/// What a text that people write may hold: no control characters but line breaks and tabs.
pub(crate) fn is_prose(c: char) -> bool {
    !c.is_control() || matches!(c, '\n' | '\r' | '\t')
}

/// Why a text is no instant.
fn not_an_instant(text: &str) -> &'static str {
    let (day, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, ""));
    let zone = time.find(['Z', 'z', '+', '-']);
    let local = zone.map_or(text, |at| &text[..day.len() + 1 + at]);
    let is_day = day.len() == 10 && day.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match local.parse::<DateTime>() {
        Ok(_) if time.is_empty() => "must have a time too, like 2026-12-01T17:00:00Z",
        Ok(_) if zone.is_none() => "must have its time zone, like 2026-12-01T17:00:00Z",
        // The only thing that is left to be wrong, in forms that are right.
        Ok(_) if is_day => "is too far away: leave it out if it has no end",
        Err(_) if is_day => "names a day or a time that there is not",
        _ => "must be an instant like 2026-12-01T17:00:00Z",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wrong_with_an_instant_is_told() {
        for (text, told) in [
            ("9999-12-31T23:59:59Z", "is too far away: "),
            ("2026-12-01T17:00:00", "must have its time zone"),
            ("2026-12-01", "must have a time"),
            ("2027-02-30T10:00:00Z", "names a day or a time that there is not"),
            ("2027-02-28T25:00:00+01:00", "names a day or a time that there is not"),
            ("tomorrow", "must be an instant like"),
            ("To", "must be an instant like"),
        ] {
            let mut fields = Fields::of("", json!({"expires_at": text})).unwrap();
            let invalid = fields.instant("expires_at").unwrap_err();
            assert!(invalid.problem.starts_with(told), "{text}: {invalid}");
        }
    }
}
