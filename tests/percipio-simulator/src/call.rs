//! A request as the routes see it.

use hyper::Uri;
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use crate::{options::Permissions, refusal::Refusal};

/// The services, each with a prefix and a permission of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    UserManagement,
    ContentDiscovery,
    Reporting,
    Common,
}

impl Service {
    fn of(prefix: &str) -> Option<Self> {
        match prefix {
            "user-management" => Some(Self::UserManagement),
            "content-discovery" => Some(Self::ContentDiscovery),
            "reporting" => Some(Self::Reporting),
            "common" => Some(Self::Common),
            _ => None,
        }
    }

    pub(crate) fn permitted(self, permissions: Permissions) -> bool {
        match self {
            Self::UserManagement => permissions.user_management,
            Self::ContentDiscovery => permissions.content_discovery,
            Self::Reporting => permissions.reporting,
            Self::Common => permissions.common,
        }
    }
}

/// A request for a path.
#[derive(Debug)]
pub(crate) struct Call {
    segments: Vec<String>,
    query: Vec<(String, String)>,
}

/// The parts of a path that every route shares, and the rest.
#[derive(Debug)]
pub(crate) struct Address<'a> {
    pub(crate) version: &'a str,
    pub(crate) organization_id: &'a str,
    pub(crate) rest: Vec<&'a str>,
}

impl Call {
    pub(crate) fn new(uri: &Uri) -> Self {
        let segments = uri.path().split('/').filter(|segment| !segment.is_empty());
        let decode = |segment| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        Self { segments: segments.map(decode).collect(), query: query.into_owned().collect() }
    }

    pub(crate) fn service(&self) -> Option<Service> {
        Service::of(self.segments.first()?)
    }

    /// `/{service}/{version}/organizations/{organization}/…`.
    pub(crate) fn address(&self) -> Option<Address<'_>> {
        let words: Vec<&str> = self.segments.iter().map(String::as_str).collect();
        let [_, version, "organizations", organization_id, rest @ ..] = words.as_slice() else {
            return None;
        };
        Some(Address { version, organization_id, rest: rest.to_vec() })
    }

    /// A parameter; the first one if it is there twice.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A parameter that is an instant.
    pub(crate) fn instant(&self, name: &str) -> Result<Option<jiff::Timestamp>, Refusal> {
        let text = self.parameter(name);
        let parse = |text: &str| text.parse().map_err(|_| Refusal::invalid(name));
        text.map(parse).transpose()
    }

    /// A parameter that is a list with commas, every word one of these.
    pub(crate) fn words(&self, name: &str, known: &[&str]) -> Result<Option<Vec<&str>>, Refusal> {
        let Some(text) = self.parameter(name) else { return Ok(None) };
        let words: Vec<&str> = text.split(',').collect();
        match words.iter().all(|word| known.contains(word)) {
            true => Ok(Some(words)),
            false => Err(Refusal::invalid(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(uri: &str) -> Call {
        Call::new(&uri.parse().unwrap())
    }

    #[test]
    fn a_key_in_the_path_is_decoded_after_the_path_is_cut() {
        let call = call("/user-management/v1/organizations/o/users/external-user-id/HR%2Fa%2Bb");
        assert_eq!(call.service(), Some(Service::UserManagement));
        let address = call.address().unwrap();
        assert_eq!((address.version, address.organization_id), ("v1", "o"));
        assert_eq!(address.rest, ["users", "external-user-id", "HR/a+b"]);
    }

    #[test]
    fn other_paths_have_no_address_and_other_prefixes_no_service() {
        assert!(call("/user-management/v1/organisations/o/users").address().is_none());
        assert!(call("/users").service().is_none());
    }

    #[test]
    fn parameters_are_taken_to_the_letter() {
        let call = call("/x?max=5&typeFilter=COURSE,ASSESSMENT&since=soon");
        assert_eq!((call.parameter("max"), call.parameter("Max")), (Some("5"), None));
        let known = ["COURSE", "ASSESSMENT"];
        assert_eq!(call.words("typeFilter", &known).unwrap().unwrap(), known);
        assert!(call.words("typeFilter", &["COURSE"]).is_err());
        assert!(call.instant("since").is_err());
    }
}
