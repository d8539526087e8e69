//! What was sent: JSON or XML, read as strictly as the vendor's serialiser reads it.

mod json;
mod shape;
mod xml;

use bytes::Bytes;
use hyper::{HeaderMap, header::HeaderValue};
use serde_json::Value;
use simulator_kit::media_type;

pub(crate) use self::shape::{COURSE, Form, PATH, Shape, TEAM, USER};
use crate::reply::Refusal;

/// The body of a request.
#[derive(Debug)]
pub(crate) struct Body {
    bytes: Bytes,
    language: Option<Language>,
}

#[derive(Debug, Clone, Copy)]
enum Language {
    Json,
    Xml,
}

impl Body {
    pub(crate) fn new(headers: &HeaderMap<HeaderValue>, bytes: Bytes) -> Self {
        let language = match media_type(headers).to_ascii_lowercase().as_str() {
            "application/json" | "text/json" => Some(Language::Json),
            "application/xml" | "text/xml" => Some(Language::Xml),
            _ => None,
        };
        Self { bytes, language }
    }

    /// The one thing in the body; nothing if there is none.
    pub(crate) fn one(&self, shape: &'static Shape) -> Result<Option<Form>, Refusal> {
        let Some(text) = self.text()? else { return Ok(None) };
        let form = match self.language {
            Some(Language::Json) => json::one(text, shape),
            Some(Language::Xml) => xml::one(text, shape),
            None => return Err(Refusal::unlabelled()),
        };
        form.ok_or_else(Refusal::unreadable)
    }

    /// The list in the body, empty if there is none.
    pub(crate) fn list(&self, shape: &'static Shape) -> Result<Vec<Form>, Refusal> {
        let Some(text) = self.text()? else { return Ok(Vec::new()) };
        let forms = match self.language {
            Some(Language::Json) => json::list(text, shape),
            Some(Language::Xml) => xml::list(text, shape),
            None => return Err(Refusal::unlabelled()),
        };
        forms.ok_or_else(Refusal::unreadable)
    }

    /// For logs: what was sent, without passwords.
    pub(crate) fn harmless(&self) -> Value {
        simulator_kit::harmless(&self.bytes, |name| name == "password")
    }

    fn text(&self) -> Result<Option<&str>, Refusal> {
        let text = std::str::from_utf8(&self.bytes).map_err(|_| Refusal::unreadable())?;
        let text = text.trim_start_matches('\u{feff}').trim();
        Ok(Some(text).filter(|text| !text.is_empty()))
    }
}
