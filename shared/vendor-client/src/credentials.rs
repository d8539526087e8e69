//! Where the key comes from, and when it is read again.

use std::error::Error;
use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;

/// Gives the key (or token) of the vendor account.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The key as last read; it may come from a cache. Asked before every request.
    ///
    /// # Errors
    /// If there is no key to be had.
    async fn current(&self) -> Result<SecretString, CredentialError>;

    /// Reads the key from where it is kept. From then on [`current`](Self::current) gives this one.
    ///
    /// # Errors
    /// If there is no key to be had.
    async fn reread(&self) -> Result<SecretString, CredentialError>;
}

/// The key could not be had. Carries a message and a cause, never a secret.
#[derive(Debug)]
pub struct CredentialError {
    message: String,
    is_passing: bool,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl CredentialError {
    /// With what a person should know; it must not hold the secret or parts of it.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_passing: false, source: None }
    }

    /// The same, of something that passes by itself: it may work later, and nobody has to act.
    #[must_use]
    pub fn passing(self) -> Self {
        Self { is_passing: true, ..self }
    }

    /// Whether it may work later by itself.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        self.is_passing
    }

    /// The same, with its cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for CredentialError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
