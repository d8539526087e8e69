//! The key in use, read again at most once for any number of simultaneous refusals.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::conventions::KeyHeader;
use crate::credentials::{CredentialError, Credentials};
use crate::problem::{beginning, without_addresses};

/// The credentials of a client and its clones.
pub(crate) struct KeyRing {
    credentials: Arc<dyn Credentials>,
    form: KeyHeader,
    rereads: AtomicU64,
    reading: Mutex<()>,
}

/// A key, and how often keys had been read again when it was taken.
#[derive(Clone)]
pub(crate) struct Key {
    secret: SecretString,
    header: HeaderValue,
    rereads: u64,
}

impl KeyRing {
    pub(crate) fn new(credentials: Arc<dyn Credentials>, form: KeyHeader) -> Self {
        Self { credentials, form, rereads: AtomicU64::new(0), reading: Mutex::new(()) }
    }

    pub(crate) async fn current(&self) -> Result<Key, CredentialError> {
        let rereads = self.rereads.load(Ordering::Acquire);
        Key::new(self.credentials.current().await?, self.form, rereads)
    }

    /// Another key than the refused one, if there is one.
    pub(crate) async fn instead_of(&self, refused: &Key) -> Result<Option<Key>, CredentialError> {
        let _reading = self.reading.lock().await;
        let rereads = self.rereads.load(Ordering::Acquire);
        let key = if rereads == refused.rereads {
            let secret = self.credentials.reread().await?;
            self.rereads.store(rereads + 1, Ordering::Release);
            Key::new(secret, self.form, rereads + 1)?
        } else {
            self.current().await?
        };
        let changed = key.secret.expose_secret() != refused.secret.expose_secret();
        Ok(changed.then_some(key))
    }
}

impl Key {
    fn new(secret: SecretString, form: KeyHeader, rereads: u64) -> Result<Self, CredentialError> {
        let header = form.value(secret.expose_secret()).map_err(|_| {
            CredentialError::new("the key holds characters that cannot be sent in a header")
        })?;
        Ok(Self { secret, header, rereads })
    }

    /// The key as a header that `Debug` does not show.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// The beginning of what a vendor says, for logs and errors: without the key, should a proxy
    /// have echoed it, and without mail addresses.
    pub(crate) fn shown(&self, text: &str) -> String {
        match self.secret.expose_secret() {
            "" => beginning(&without_addresses(text)),
            key => beginning(&without_addresses(&text.replace(key, "[key]"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_hides_the_key() {
        let key = Key::new("5ecre7".into(), KeyHeader::Bearer, 0).unwrap();
        assert_eq!(key.header(), "Bearer 5ecre7");
        assert!(!format!("{:?}", key.header()).contains("5ecre7"));
        assert_eq!(key.shown("Bearer 5ecre7?"), "Bearer [key]?");
    }
}
