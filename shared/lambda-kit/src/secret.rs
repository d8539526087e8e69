//! The vendor's key, in Secrets Manager.

use async_trait::async_trait;
use aws_sdk_secretsmanager::{Client, error::ProvideErrorMetadata};
use rollcall_vendor_client::{CredentialError, Credentials, SecretString};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use crate::Vendor;

/// Reads the key once an invocation, and again when the vendor refuses it.
pub(crate) struct SecretKey {
    client: Client,
    secret_id: String,
    vendor: Vendor,
    read: Mutex<Option<SecretString>>,
}

impl SecretKey {
    pub(crate) fn new(client: Client, secret_id: &str, vendor: Vendor) -> Self {
        Self { client, secret_id: secret_id.to_owned(), vendor, read: Mutex::new(None) }
    }

    /// The next to ask goes by the secret as it is then.
    pub(crate) async fn forget(&self) {
        *self.read.lock().await = None;
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
        parse(&text, self.vendor.secret_member()).map_err(|problem| self.error(&problem))
    }

    fn error(&self, problem: &str) -> CredentialError {
        CredentialError::new(format!(
            "the secret {} (ROLLCALL_SECRET_ID) {problem}",
            self.secret_id
        ))
    }
}

/// The key in a secret's text. The problem names the form, never what is there.
fn parse(text: &str, member: &str) -> Result<SecretString, String> {
    let content = serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
    let Some(key) = content.get(member).and_then(Value::as_str).map(str::trim) else {
        return Err(format!("must be JSON like {{\"{member}\": \"…\"}}, with a text as {member}"));
    };
    if key.is_empty() {
        return Err(format!("has an empty {member}; put the vendor's key there"));
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!("has an {member} with blanks or other characters that no key has"));
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
        for member in ["api_key", "api_token"] {
            let good = format!(r#"{{"{member}": " 1234-abcd ", "note": 1}}"#);
            assert!(parse(&good, member).is_ok());
            for wrong in ["", "hunter2", "{}", r#"{"x": ""}"#, r#"{"x": 5}"#, r#"{"x":"hunter 2"}"#]
            {
                let problem = parse(&wrong.replace('x', member), member).unwrap_err();
                assert!(problem.contains(member) && !problem.contains("hunter"), "{problem}");
            }
        }
        assert!(parse(r#"{"api_key": "1"}"#, "api_token").is_err());
    }
}
