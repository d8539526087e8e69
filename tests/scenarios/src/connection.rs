//! What a test has for itself in an AWS it shares with others.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::{Bucket, LocalAws, Secret};

/// A connection: a name, a bucket and the vendor's credentials, used by one test only.
#[derive(Debug, Clone)]
pub struct Connection {
    /// `ROLLCALL_CONNECTION`.
    pub name: String,
    /// The snapshot bucket.
    pub bucket: Bucket,
    /// Where the vendor's API key or token lies.
    pub secret: Secret,
    /// Where the AWS listens that both lie in.
    pub endpoint: String,
}

impl Connection {
    /// A Litmos connection with an empty bucket.
    pub fn litmos(aws: &LocalAws, api_key: &str) -> Self {
        Self::with_secret(aws, "litmos", &json!({ "api_key": api_key }))
    }

    /// A Percipio connection with an empty bucket.
    pub fn percipio(aws: &LocalAws, api_token: &str) -> Self {
        Self::with_secret(aws, "percipio", &json!({ "api_token": api_token }))
    }

    fn with_secret(aws: &LocalAws, vendor: &str, secret: &Value) -> Self {
        let name = unique(vendor);
        let bucket = Bucket::create(aws, &unique("snapshots"));
        let secret = Secret::create(aws, &format!("rollcall/{name}"), &secret.to_string());
        Self { name, bucket, secret, endpoint: aws.endpoint().to_owned() }
    }
}

/// Nothing outside this process uses the same emulator, so that counting is enough.
fn unique(prefix: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("{prefix}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}
