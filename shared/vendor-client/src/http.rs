//! The HTTP client that all vendor clients share.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};

/// A connection pool. Clones share it; one per process is enough.
///
/// * TLS by rustls with aws-lc-rs, and Mozilla's certificates compiled in: reqwest's own default
///   reads the machine's certificate store whenever a client is built.
/// * HTTP/1.1: requests go out one at a time, so HTTP/2 gains nothing, and the vendor's error text
///   may stand in the reason phrase, which HTTP/2 does not carry.
/// * No redirects, cookies, referers, proxies from the environment, or repeats of its own: each
///   request on the wire is one the pacer has let through.
#[derive(Debug, Clone)]
pub struct Http {
    pub(crate) client: reqwest::Client,
    pub(crate) timeouts: Timeouts,
}

/// How long to wait for a vendor.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the whole answer is read; of an answer that is read piece by piece, until its head or
    /// its next piece.
    pub request: Duration,
}

impl Timeouts {
    /// 5 s to connect; 60 s for the answer, since pages of 1,000 rows are slow (Litmos reference 4.1).
    pub const USUAL: Self =
        Self { connect: Duration::from_secs(5), request: Duration::from_secs(60) };
}

impl Default for Timeouts {
    fn default() -> Self {
        Self::USUAL
    }
}

/// The HTTP client could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum HttpSetupError {
    /// The TLS configuration is wrong.
    #[error("TLS could not be set up")]
    Tls(#[from] rustls::Error),
    /// The client's configuration is wrong.
    #[error("the HTTP client could not be set up")]
    Client(#[from] reqwest::Error),
}

impl Http {
    /// A pool with these timeouts.
    ///
    /// # Errors
    /// If the client cannot be set up; that is a bug or a broken build.
    pub fn new(timeouts: Timeouts) -> Result<Self, HttpSetupError> {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.request)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .user_agent(concat!("rollcall/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, timeouts })
    }
}
