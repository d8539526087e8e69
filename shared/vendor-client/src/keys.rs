//! The key in use, read again at most once for any number of simultaneous refusals.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::credentials::{CredentialError, Credentials};

/// The credentials of a client and its clones.
pub(crate) struct KeyRing {
    credentials: Arc<dyn Credentials>,
    rereads: AtomicU64,
    reading: Mutex<()>,
}

/// A key, and how often keys had been read again when it was taken.
pub(crate) struct Key {
    secret: SecretString,
    header: HeaderValue,
    rereads: u64,
}

impl KeyRing {
    pub(crate) fn new(credentials: Arc<dyn Credentials>) -> Self {
        Self { credentials, rereads: AtomicU64::new(0), reading: Mutex::new(()) }
    }

    pub(crate) async fn current(&self) -> Result<Key, CredentialError> {
        let rereads = self.rereads.load(Ordering::Acquire);
        Key::new(self.credentials.current().await?, rereads)
    }

    /// Another key than the refused one, if there is one.
    pub(crate) async fn instead_of(&self, refused: &Key) -> Result<Option<Key>, CredentialError> {
        let _reading = self.reading.lock().await;
        let rereads = self.rereads.load(Ordering::Acquire);
        let key = if rereads == refused.rereads {
            let secret = self.credentials.reread().await?;
            self.rereads.store(rereads + 1, Ordering::Release);
            Key::new(secret, rereads + 1)?
        } else {
            self.current().await?
        };
        let changed = key.secret.expose_secret() != refused.secret.expose_secret();
        Ok(changed.then_some(key))
    }
}

impl Key {
    fn new(secret: SecretString, rereads: u64) -> Result<Self, CredentialError> {
        let mut header = HeaderValue::from_str(secret.expose_secret()).map_err(|_| {
            CredentialError::new("the key holds characters that cannot be sent in a header")
        })?;
        header.set_sensitive(true);
        Ok(Self { secret, header, rereads })
    }

    /// The key as a header that `Debug` does not show.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// A text without the key, should a proxy have echoed it.
    pub(crate) fn hidden_in(&self, text: &str) -> String {
        match self.secret.expose_secret() {
            "" => text.to_owned(),
            key => text.replace(key, "[key]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_hides_the_key() {
        let key = Key::new("5ecre7".into(), 0).unwrap();
        assert_eq!(key.header(), "5ecre7");
        assert!(!format!("{:?}", key.header()).contains("5ecre7"));
    }
}
