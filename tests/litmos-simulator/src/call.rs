//! A request as the routes see it.

use std::borrow::Cow;

use hyper::Uri;
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use crate::{options::Quirks, paging::Page, reply::Refusal, wire::content::Format};

/// A request for a path under `/v1.svc`.
#[derive(Debug)]
pub(crate) struct Call {
    segments: Vec<String>,
    query: Vec<(String, String)>,
}

impl Call {
    pub(crate) fn new(uri: &Uri) -> Self {
        let segments = uri.path().split('/').filter(|segment| !segment.is_empty());
        let decode = |segment| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        Self { segments: segments.map(decode).collect(), query: query.into_owned().collect() }
    }

    /// The segments after the base, decoded; nothing if the base is another.
    pub(crate) fn segments(&self) -> Option<&[String]> {
        let (base, rest) = self.segments.split_first()?;
        base.eq_ignore_ascii_case("v1.svc").then_some(rest)
    }

    /// A parameter; the names' case does not matter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is `false`, in any case.
    pub(crate) fn is_false(&self, name: &str) -> bool {
        self.parameter(name).is_some_and(|value| value.eq_ignore_ascii_case("false"))
    }

    /// Whether a parameter is `true`, in any case.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.parameter(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(crate) fn format(&self) -> Format {
        match self.parameter("format") {
            Some(format) if format.eq_ignore_ascii_case("json") => Format::Json,
            _ => Format::Xml,
        }
    }

    pub(crate) fn page(&self, quirks: &Quirks) -> Result<Page, Refusal> {
        let Page { start, limit } =
            Page::new(self.parameter("limit"), self.parameter("start"), quirks)?;
        let cap = quirks.page_caps.iter().find(|(path, _)| self.is_for(path));
        let limit = cap.map_or(limit, |(_, cap)| limit.min((*cap).max(1) as usize));
        let is_ignored = quirks.start_ignored.iter().any(|path| self.is_for(path));
        Ok(Page { start: if is_ignored { 0 } else { start }, limit })
    }

    /// Whether it is for a path, in which `*` stands for any one segment.
    fn is_for(&self, path: &str) -> bool {
        let Some(segments) = self.segments() else { return false };
        let words = path.split('/').filter(|word| !word.is_empty());
        let is_same =
            |(word, segment): (&str, &String)| word == "*" || word.eq_ignore_ascii_case(segment);
        words.clone().count() == segments.len() && words.zip(segments).all(is_same)
    }
}

/// The query without a key that somebody sent in it.
pub(crate) fn harmless_query(query: &str) -> String {
    let name = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        Cow::from(percent_decode_str(name).decode_utf8_lossy().to_lowercase())
    };
    let harmless: Vec<_> = query.split('&').filter(|pair| name(pair) != "apikey").collect();
    harmless.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_and_parameters_may_be_in_any_case_and_ids_stay_as_they_are() {
        let call = Call::new(&"/V1.Svc/Users/a%40B?Limit=5&FORMAT=Json".parse().unwrap());
        assert_eq!(call.segments().unwrap(), ["Users", "a@B"]);
        assert_eq!(call.parameter("limit"), Some("5"));
        assert_eq!(call.format(), Format::Json);
        assert!(Call::new(&"/v2/users".parse().unwrap()).segments().is_none());
    }

    #[test]
    fn lists_may_be_cut_or_begin_anew_by_their_path() {
        let quirks = Quirks {
            page_caps: [("/teams/*/users".to_owned(), 7)].into(),
            start_ignored: vec!["/Teams".to_owned()],
            ..Quirks::default()
        };
        let page = |path: &str| {
            let uri = format!("/v1.svc{path}?limit=50&start=3").parse().unwrap();
            Call::new(&uri).page(&quirks).unwrap()
        };
        assert_eq!(page("/teams/a/users"), Page { start: 3, limit: 7 });
        assert_eq!(page("/teams/a/leaders"), Page { start: 3, limit: 50 });
        assert_eq!(page("/teams"), Page { start: 0, limit: 50 });
    }

    #[test]
    fn a_key_in_the_query_is_not_kept() {
        assert_eq!(harmless_query("source=s&api%6Bey=secret&limit=1"), "source=s&limit=1");
    }
}
