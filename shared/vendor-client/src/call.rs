//! A request before it is sent.

use std::fmt;

use url::Url;

/// A GET: its path below the base URL, and its query.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    url: Url,
    path: String,
}

impl Call {
    /// `None` if a segment cannot stand in a path: it is empty, or `.` or `..`, which a server (and
    /// `Url`) would take as a way to another record. No record has such an id.
    pub(crate) fn new(base: &Url, segments: &[&str], query: &[(&str, &str)]) -> Option<Self> {
        if segments.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
            return None;
        }
        let mut url = base.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(segments);
        let path = url.path()[base.path().trim_end_matches('/').len()..].to_owned();
        url.query_pairs_mut().extend_pairs(query);
        Some(Self { url, path })
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// The path below the base URL, without the query.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GET {}", self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(base: &str, segments: &[&str]) -> Option<(String, String)> {
        let base = Url::parse(base).unwrap();
        let call = Call::new(&base, segments, &[("source", "a b&c")])?;
        Some((call.url().to_string(), call.to_string()))
    }

    #[test]
    fn ids_stand_in_paths_as_they_are() {
        let id = "-bA/..?x#é %2e+@Zz_1";
        let encoded = "-bA%2F..%3Fx%23%C3%A9%20%252e+@Zz_1";
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
    fn what_would_lead_elsewhere_is_no_id() {
        for id in ["", ".", ".."] {
            assert_eq!(call("https://v.example/v1.svc", &["teams", id, "users"]), None);
        }
    }
}
