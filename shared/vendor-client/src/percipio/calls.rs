//! What the calls have in common.

use std::time::Duration;

use reqwest::Method;

use super::Percipio;
use crate::VendorError;
use crate::answer::{Answer, Undecodable};
use crate::call::Call;

/// How long a short answer may take: about one account, or the names of attributes. It comes in a
/// second or two (Percipio reference 3.4), and a function that changes accounts has two minutes: for
/// what it looks up, for the write, for a second attempt at each, and for noting down what became of
/// it.
const SHORT: Duration = Duration::from_secs(15);

/// A service of the API; a token may have the permission for one and not for another (Percipio
/// reference 1.1).
#[derive(Debug, Clone, Copy)]
pub(super) enum Service {
    Users,
    Catalog,
    Search,
    Reports,
    Common,
}

impl Service {
    fn path(self) -> [&'static str; 2] {
        match self {
            Self::Users => ["user-management", "v1"],
            Self::Catalog => ["content-discovery", "v2"],
            Self::Search => ["content-discovery", "v1"],
            Self::Reports => ["reporting", "v1"],
            Self::Common => ["common", "v1"],
        }
    }
}

impl Percipio {
    /// A call of the organization.
    pub(super) fn call(
        &self,
        method: Method,
        service: Service,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Call, VendorError> {
        let named = format!("{method} /{}", segments.join("/"));
        let organization = ["organizations", self.settings.organization_id.as_str()];
        let segments = [&service.path()[..], &organization, segments].concat();
        Call::new(method, &self.settings.base_url, &segments, query)
            .ok_or_else(|| VendorError::NotFound { call: named, detail: "not an id".to_owned() })
    }

    /// A call that is answered shortly.
    pub(super) fn short_call(
        &self,
        method: Method,
        service: Service,
        segments: &[&str],
    ) -> Result<Call, VendorError> {
        Ok(self.call(method, service, segments, &[])?.within(SHORT))
    }

    /// What a list says.
    pub(super) async fn get<T>(
        &self,
        service: Service,
        segments: &[&str],
        query: &[(&str, &str)],
        decode: impl Fn(&Answer) -> Result<T, Undecodable>,
    ) -> Result<T, VendorError> {
        let call = self.call(Method::GET, service, segments, query)?;
        self.run(&call, decode).await
    }

    /// What is answered shortly.
    pub(super) async fn get_short<T>(
        &self,
        service: Service,
        segments: &[&str],
        decode: impl Fn(&Answer) -> Result<T, Undecodable>,
    ) -> Result<T, VendorError> {
        let call = self.short_call(Method::GET, service, segments)?;
        self.run(&call, decode).await
    }

    pub(super) async fn run<T>(
        &self,
        call: &Call,
        decode: impl Fn(&Answer) -> Result<T, Undecodable>,
    ) -> Result<T, VendorError> {
        self.transport.run(call, self.patience, decode).await
    }
}
