//! The environment of a function, as the deployment would set it.

use std::collections::BTreeMap;

use crate::{Connection, local_aws};

/// The variables of the configuration, right unless a test makes them wrong.
#[derive(Debug, Clone)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// A connection to a Litmos at `base_url` (up to and including `/v1.svc`), as fast as it can.
    pub fn litmos(connection: &Connection, base_url: &str) -> Self {
        Self::of(connection, "litmos", base_url).set("ROLLCALL_LITMOS_SOURCE", "rollcall-tests")
    }

    /// A connection to an organization of a Percipio at `base_url`, as fast as it can.
    pub fn percipio(connection: &Connection, base_url: &str, organization_id: &str) -> Self {
        Self::of(connection, "percipio", base_url)
            .set("ROLLCALL_PERCIPIO_ORGANIZATION_ID", organization_id)
    }

    fn of(connection: &Connection, vendor: &str, base_url: &str) -> Self {
        Self { variables: BTreeMap::new() }
            .set("ROLLCALL_CONNECTION", &connection.name)
            .set("ROLLCALL_VENDOR", vendor)
            .set("ROLLCALL_SECRET_ID", connection.secret.id())
            .set("ROLLCALL_BUCKET", connection.bucket.name())
            .set("ROLLCALL_BASE_URL", base_url)
            .requests_per_minute(1_000_000)
            .set("AWS_ENDPOINT_URL", &connection.endpoint)
            .set("AWS_REGION", local_aws::REGION)
            .set("AWS_ACCESS_KEY_ID", local_aws::ACCESS_KEY)
            .set("AWS_SECRET_ACCESS_KEY", local_aws::ACCESS_KEY)
    }

    /// `ROLLCALL_REQUESTS_PER_MINUTE`.
    #[must_use]
    pub fn requests_per_minute(self, requests: u32) -> Self {
        self.set("ROLLCALL_REQUESTS_PER_MINUTE", &requests.to_string())
    }

    /// `ROLLCALL_SLICE_SECONDS`.
    #[must_use]
    pub fn slice_seconds(self, seconds: u32) -> Self {
        self.set("ROLLCALL_SLICE_SECONDS", &seconds.to_string())
    }

    /// `ROLLCALL_LITMOS_SOURCE`.
    #[must_use]
    pub fn source(self, source: &str) -> Self {
        self.set("ROLLCALL_LITMOS_SOURCE", source)
    }

    /// Any variable.
    #[must_use]
    pub fn set(mut self, variable: &str, value: &str) -> Self {
        self.variables.insert(variable.to_owned(), value.to_owned());
        self
    }

    /// Leaves a variable out.
    #[must_use]
    pub fn without(mut self, variable: &str) -> Self {
        self.variables.remove(variable);
        self
    }
}

impl<'a> IntoIterator for &'a Environment {
    type Item = (&'a String, &'a String);
    type IntoIter = std::collections::btree_map::Iter<'a, String, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.variables.iter()
    }
}
