//! The vendor's key, in Secrets Manager.

use async_trait::async_trait;
use aws_sdk_secretsmanager::{Client, error::ProvideErrorMetadata};
use rollcall_vendor_client::{CredentialError, Credentials, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

/// Reads the key once, and again when the vendor refuses it.
pub(crate) struct SecretKey {
    client: Client,
    secret_id: String,
    read: Mutex<Option<SecretString>>,
}

#[derive(Deserialize)]
struct Content {
    api_key: String,
}

impl SecretKey {
    pub(crate) fn new(client: Client, secret_id: &str) -> Self {
        Self { client, secret_id: secret_id.to_owned(), read: Mutex::new(None) }
    }

    async fn fetch(&self) -> Result<SecretString, CredentialError> {
        let request = self.client.get_secret_value().secret_id(&self.secret_id);
        let answer =
            request.send().await.map_err(|error| match (error.code(), error.message()) {
                (Some(code), Some(message)) => {
                    self.error(&format!("cannot be read: {code}: {message}"))
                }
                (Some(code), None) => self.error(&format!("cannot be read: {code}")),
                (None, _) => self.error("cannot be read").caused_by(error),
            })?;
        let text = answer.secret_string.unwrap_or_default();
        parse(&text).map_err(|problem| self.error(problem))
    }

    fn error(&self, problem: &str) -> CredentialError {
        CredentialError::new(format!(
            "the secret {} (ROLLCALL_SECRET_ID) {problem}",
            self.secret_id
        ))
    }
}

/// The key in a secret's text. The problem names the form, never what is there.
fn parse(text: &str) -> Result<SecretString, &'static str> {
    let content: Content = serde_json::from_str(text)
        .map_err(|_| "must be JSON like {\"api_key\": \"…\"}, with a text as api_key")?;
    let key = content.api_key.trim();
    if key.is_empty() {
        return Err("has an empty api_key; put the Litmos API key there");
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("has an api_key with blanks or other characters that no key has");
    }
    Ok(SecretString::from(key.to_owned()))
}

#[async_trait]
impl Credentials for SecretKey {
    async fn current(&self) -> Result<SecretString, CredentialError> {
        let mut read = self.read.lock().await;
        if let Some(key) = &*read {
            return Ok(key.clone());
        }
        let key = self.fetch().await?;
        *read = Some(key.clone());
        Ok(key)
    }

    async fn reread(&self) -> Result<SecretString, CredentialError> {
        let mut read = self.read.lock().await;
        let key = self.fetch().await?;
        *read = Some(key.clone());
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_secret_is_described_and_not_shown() {
        assert!(parse(r#"{"api_key": " 1234-abcd ", "note": 1}"#).is_ok());
        for wrong in
            ["", "hunter2", "{}", r#"{"api_key": ""}"#, r#"{"api_key": 5}"#, r#"{"api_key":"a b"}"#]
        {
            let problem = parse(wrong).unwrap_err();
            assert!(problem.contains("api_key") && !problem.contains("hunter2"), "{problem}");
        }
    }
}
