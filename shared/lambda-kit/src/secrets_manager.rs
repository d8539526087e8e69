//! A secret as Secrets Manager has it.

use std::error::Error;

use async_trait::async_trait;
use aws_sdk_secretsmanager::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
};

/// Where a secret is kept.
#[async_trait]
pub(crate) trait SecretSource: Send + Sync {
    /// The secret's bytes, as they are now.
    async fn read(&self) -> Result<Vec<u8>, SecretFault>;
}

/// Why a secret cannot be read.
#[derive(Debug)]
pub(crate) struct SecretFault {
    pub(crate) problem: String,
    /// Whether it may work later by itself; else somebody has to act.
    pub(crate) is_passing: bool,
    pub(crate) source: Option<Box<dyn Error + Send + Sync>>,
}

/// A secret in Secrets Manager, by its id or ARN.
pub(crate) struct SecretsManager {
    pub(crate) client: Client,
    pub(crate) secret_id: String,
}

#[async_trait]
impl SecretSource for SecretsManager {
    async fn read(&self) -> Result<Vec<u8>, SecretFault> {
        let request = self.client.get_secret_value().secret_id(&self.secret_id);
        let answer = request.send().await.map_err(fault)?;
        let text = answer.secret_string.map(String::into_bytes);
        Ok(text.or(answer.secret_binary.map(|bytes| bytes.into_inner())).unwrap_or_default())
    }
}

fn fault<E>(error: SdkError<E>) -> SecretFault
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    let status = error.raw_response().map(|answer| answer.status().as_u16());
    let is_passing = is_passing(status, error.code());
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => {
            let problem = format!("cannot be read: {code}: {message}");
            SecretFault { problem, is_passing, source: None }
        }
        (Some(code), None) => {
            SecretFault { problem: format!("cannot be read: {code}"), is_passing, source: None }
        }
        (None, _) => {
            let problem = "cannot be read".to_owned();
            SecretFault { problem, is_passing, source: Some(Box::new(error)) }
        }
    }
}

/// Whether an answer, or that there was none, says nothing about the secret: no connection, a time-out,
/// a fault of the service, too many requests.
fn is_passing(status: Option<u16>, code: Option<&str>) -> bool {
    let names = |code: &str| {
        ["Throttl", "TooManyRequests", "InternalService", "ServiceUnavailable", "RequestTimeout"]
            .iter()
            .any(|name| code.contains(name))
    };
    status.is_none_or(|status| status >= 500 || matches!(status, 408 | 429))
        || code.is_some_and(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_about_the_secret_passes() {
        for (status, code) in [
            (None, None),
            (Some(500), Some("InternalServiceError")),
            (Some(503), None),
            (Some(400), Some("ThrottlingException")),
            (Some(429), None),
        ] {
            assert!(is_passing(status, code), "{status:?} {code:?}");
        }
        for code in ["ResourceNotFoundException", "AccessDeniedException", "DecryptionFailure"] {
            assert!(!is_passing(Some(400), Some(code)), "{code}");
        }
    }
}
