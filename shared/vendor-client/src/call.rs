//! A request before it is sent.

use std::fmt;
use std::time::Duration;

use reqwest::Method;
use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::body::Body;

/// A method, a path below the base URL, a query and a body.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: Method,
    url: Url,
    path: String,
    /// Who it is about, in words that are not to be shown.
    name: Option<String>,
    body: Body,
    repeats: Repeats,
    texts: Texts,
    longest: Option<Duration>,
}

/// What stands for a name where a path is shown.
const NAME: &str = "{name}";

/// Whether a request that may have been carried out is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeats {
    /// Twice is as good as once.
    Harmless,
    /// Twice may be two: the caller has to look.
    Harmful,
}

/// How the texts of an answer are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Texts {
    /// Every one can be read, whatever half characters are in it.
    Readable,
    /// As they came, as they are to be written back to the vendor.
    AsWritten,
}

impl Call {
    /// `None` if a segment cannot stand in a path: it is empty, or `.` or `..`, which a server (and
    /// `Url`) would take as a way to another record, or begins or goes on with such a way, which a
    /// server may decode. No record has such an id.
    pub(crate) fn new(
        method: Method,
        base: &Url,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> Option<Self> {
        let leads_elsewhere = |segment: &&str| {
            segment.is_empty() || segment.split(['/', '\\']).any(|part| matches!(part, "." | ".."))
        };
        if base.cannot_be_a_base() || segments.iter().any(leads_elsewhere) {
            return None;
        }
        let below: String =
            segments.iter().map(|segment| format!("/{}", encoded(segment))).collect();
        let mut url = base.clone();
        url.set_path(&format!("{}{below}", base.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let body = if method == Method::GET { Body::Absent } else { Body::Empty };
        let (repeats, texts) = (Repeats::Harmless, Texts::Readable);
        Some(Self { method, url, path: below, name: None, body, repeats, texts, longest: None })
    }

    pub(crate) fn with_body(self, body: Body) -> Self {
        Self { body, ..self }
    }

    /// With a segment that is somebody's name, which logs and errors do not show: who a request is
    /// about is told by ids there.
    pub(crate) fn about(self, name: &str) -> Self {
        let shown =
            |segment: &str| if segment == encoded(name) { NAME } else { segment }.to_owned();
        let path = self.path.split('/').map(shown).collect::<Vec<_>>().join("/");
        Self { path, name: Some(name.to_owned()), ..self }
    }

    /// A text as it may be shown. A name of three letters or less is not looked for: it would be found
    /// within other words.
    pub(crate) fn without_name(&self, text: &str) -> String {
        match self.name.as_deref() {
            Some(name) if name.len() > 3 => text.replace(name, NAME).replace(&encoded(name), NAME),
            _ => text.to_owned(),
        }
    }

    pub(crate) fn with_harmful_repeats(self) -> Self {
        Self { repeats: Repeats::Harmful, ..self }
    }

    /// With an answer that is to be written back to the vendor.
    pub(crate) fn with_texts_as_written(self) -> Self {
        Self { texts: Texts::AsWritten, ..self }
    }

    /// With an answer that may take this long in all, and not as long as is usual with the vendor:
    /// longer if it is read piece by piece, or less.
    pub(crate) fn within(self, longest: Duration) -> Self {
        Self { longest: Some(longest), ..self }
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// The path below the base URL, without the query and names of people.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn body(&self) -> &Body {
        &self.body
    }

    pub(crate) fn repeats(&self) -> Repeats {
        self.repeats
    }

    pub(crate) fn texts(&self) -> Texts {
        self.texts
    }

    pub(crate) fn longest(&self) -> Option<Duration> {
        self.longest
    }
}

/// A segment with everything encoded that is not a letter, a digit or `*-._`: user names stand in
/// paths too, and their `@` and `+` have to be encoded (Litmos reference 7.3).
fn encoded(segment: &str) -> String {
    // As in a form, where only a blank becomes a plus sign.
    byte_serialize(segment.as_bytes()).collect::<String>().replace('+', "%20")
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(base: &str, segments: &[&str]) -> Option<(String, String)> {
        let base = Url::parse(base).unwrap();
        let call = Call::new(Method::GET, &base, segments, &[("source", "a b&c")])?;
        Some((call.url().to_string(), call.to_string()))
    }

    #[test]
    fn ids_stand_in_paths_as_they_are() {
        let id = "-bA/.x?x#é %2e+@Zz_1";
        let encoded = "-bA%2F.x%3Fx%23%C3%A9%20%252e%2B%40Zz_1";
        for base in ["https://v.example/v1.svc", "https://v.example/v1.svc/"] {
            let (url, named) = call(base, &["teams", id, "users"]).unwrap();
            assert_eq!(named, format!("GET /teams/{encoded}/users"));
            let expected = format!("https://v.example/v1.svc/teams/{encoded}/users?source=a+b%26c");
            assert_eq!(url, expected);
        }
        let (url, named) = call("http://127.0.0.1:9/", &["users"]).unwrap();
        assert_eq!(
            (url.as_str(), named.as_str()),
            ("http://127.0.0.1:9/users?source=a+b%26c", "GET /users")
        );
    }

    #[test]
    fn a_name_is_not_shown() {
        let base = Url::parse("https://v.example/v1.svc").unwrap();
        let call = Call::new(Method::GET, &base, &["users", "ada+1@e.org"], &[]).unwrap();
        let call = call.about("ada+1@e.org");
        assert_eq!(
            (call.to_string().as_str(), call.path()),
            ("GET /users/{name}", "/users/{name}")
        );
        assert_eq!(call.url().path(), "/v1.svc/users/ada%2B1%40e.org");
        let said = call.without_name("no ada+1@e.org at users/ada%2B1%40e.org");
        assert_eq!(said, "no {name} at users/{name}");
    }

    #[test]
    fn without_a_query_there_is_no_question_mark() {
        let base = Url::parse("https://v.example").unwrap();
        let call = Call::new(Method::PATCH, &base, &["users", "u"], &[]).unwrap();
        assert_eq!(call.url().as_str(), "https://v.example/users/u");
    }

    #[test]
    fn what_would_lead_elsewhere_is_no_id() {
        for id in ["", ".", "..", "../teams", "a/../b", "a/..", "..\\teams", "./a"] {
            assert_eq!(call("https://v.example/v1.svc", &["teams", id, "users"]), None);
        }
    }
}
