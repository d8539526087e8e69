//! What a request carries.

use std::fmt;

use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const XML: HeaderValue = HeaderValue::from_static("application/xml");

/// The body of a request.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// None, and no word about it: a GET.
    Absent,
    /// A write that says everything in its path.
    Empty,
    /// JSON text.
    Json(String),
    /// XML text.
    Xml(String),
}

impl Body {
    /// With the headers that belong to it. Litmos wants `Content-Type` on every write, and IIS a
    /// `Content-Length` on an empty one (Litmos reference 1.4).
    pub(crate) fn put_on(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Absent => request,
            Self::Empty => request.header(CONTENT_TYPE, JSON).header(CONTENT_LENGTH, "0"),
            Self::Json(text) => request.header(CONTENT_TYPE, JSON).body(text.clone()),
            Self::Xml(text) => request.header(CONTENT_TYPE, XML).body(text.clone()),
        }
    }
}

impl fmt::Debug for Body {
    /// Only the size: bodies are about people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("Absent"),
            Self::Empty => f.write_str("Empty"),
            Self::Json(text) => write!(f, "Json({} bytes)", text.len()),
            Self::Xml(text) => write!(f, "Xml({} bytes)", text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_shows_nothing_of_a_body() {
        let bodies = [Body::Absent, Body::Empty, Body::Json("{}".into()), Body::Xml("<a/>".into())];
        let shown = format!("{bodies:?}");
        assert_eq!(shown, "[Absent, Empty, Json(2 bytes), Xml(4 bytes)]");
    }
}
