//! The vendor's key, in Secrets Manager.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;
use rollcall_vendor_client::{CredentialError, Credentials, SecretString, readable_json};
use serde_json::{Map, Value};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep},
};

use crate::{
    Vendor,
    secrets_manager::{SecretFault, SecretSource, SecretsManager},
};

/// Waits before the secret is asked for again, on top of the repeats of AWS' own client.
const WAITS: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];
/// After so long it is not asked for again: a caller has other things to do with its time.
const LONGEST: Duration = Duration::from_secs(8);

/// Reads the key once an invocation, and again when the vendor refuses it.
///
/// A fault that passes by itself is tried again for some seconds. Lasts it longer, the key of an earlier
/// invocation goes on to serve, but for one that the vendor has just refused.
pub(crate) struct SecretKey {
    source: Arc<dyn SecretSource>,
    secret_id: String,
    vendor: Vendor,
    held: Mutex<HeldKey>,
}

/// The key as it was last read.
#[derive(Default)]
struct HeldKey {
    key: Option<SecretString>,
    /// Whether this invocation goes by it.
    is_current: bool,
}

impl SecretKey {
    pub(crate) fn new(client: Client, secret_id: &str, vendor: Vendor) -> Self {
        let secret_id = secret_id.to_owned();
        let source = SecretsManager { client, secret_id: secret_id.clone() };
        Self { source: Arc::new(source), secret_id, vendor, held: Mutex::default() }
    }

    /// The next to ask goes by the secret as it is then.
    pub(crate) async fn forget(&self) {
        self.held.lock().await.is_current = false;
    }

    /// Reads the key and holds it. What is certainly wrong with the secret makes an earlier key void.
    async fn fetch(&self, held: &mut HeldKey) -> Result<SecretString, CredentialError> {
        let key = match self.read().await {
            Ok(secret) => parse(&secret, self.vendor.secret_member())
                .map_err(|problem| CredentialError::new(self.about(&problem))),
            Err(SecretFault { problem, is_passing, source }) => {
                let error = CredentialError::new(self.about(&problem));
                let error = if is_passing { error.passing() } else { error };
                Err(match source {
                    Some(source) => error.caused_by(source),
                    None => error,
                })
            }
        };
        if !key.as_ref().is_err_and(CredentialError::is_passing) {
            *held = HeldKey { key: key.as_ref().ok().cloned(), is_current: key.is_ok() };
        }
        key
    }

    async fn read(&self) -> Result<Vec<u8>, SecretFault> {
        let began = Instant::now();
        for wait in WAITS {
            match self.source.read().await {
                Err(fault) if fault.is_passing && began.elapsed() + wait < LONGEST => {
                    sleep(wait).await
                }
                other => return other,
            }
        }
        self.source.read().await
    }

    fn about(&self, problem: &str) -> String {
        format!("the secret {} (ROLLCALL_SECRET_ID) {problem}", self.secret_id)
    }
}

/// The key in a secret's text. The problem names the form, never what is there.
fn parse(secret: &[u8], member: &str) -> Result<SecretString, String> {
    let content = serde_json::from_str::<Map<String, Value>>(&readable_json(secret));
    let content = content.unwrap_or_default();
    let is_outer = |c: char| c.is_whitespace() || c == '\u{feff}';
    let Some(key) =
        content.get(member).and_then(Value::as_str).map(|key| key.trim_matches(is_outer))
    else {
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
        let mut held = self.held.lock().await;
        if let (true, Some(key)) = (held.is_current, &held.key) {
            return Ok(key.clone());
        }
        match (self.fetch(&mut held).await, &held.key) {
            (Err(error), Some(key)) if error.is_passing() => {
                tracing::warn!(reason = %error, "going on with the key that was read last");
                let key = key.clone();
                held.is_current = true;
                Ok(key)
            }
            (fetched, _) => fetched,
        }
    }

    async fn reread(&self) -> Result<SecretString, CredentialError> {
        let mut held = self.held.lock().await;
        *held = HeldKey::default();
        self.fetch(&mut held).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use secrecy::ExposeSecret;

    use super::*;

    /// Answers by script, the last one for ever.
    struct Script {
        answers: Vec<Result<&'static str, bool>>,
        asked: AtomicUsize,
    }

    #[async_trait]
    impl SecretSource for Script {
        async fn read(&self) -> Result<Vec<u8>, SecretFault> {
            let place = self.asked.fetch_add(1, Ordering::SeqCst).min(self.answers.len() - 1);
            self.answers[place].map(|key| format!(r#"{{"api_key":"{key}"}}"#).into_bytes()).map_err(
                |is_passing| SecretFault {
                    problem: "is away".to_owned(),
                    is_passing,
                    source: None,
                },
            )
        }
    }

    const AWAY: Result<&str, bool> = Err(true);
    const GONE: Result<&str, bool> = Err(false);

    fn key(answers: &[Result<&'static str, bool>]) -> (SecretKey, Arc<Script>) {
        let script = Arc::new(Script { answers: answers.to_vec(), asked: AtomicUsize::new(0) });
        let key = SecretKey {
            source: script.clone(),
            secret_id: "acme/litmos".to_owned(),
            vendor: Vendor::Litmos,
            held: Mutex::default(),
        };
        (key, script)
    }

    fn shown(key: Result<SecretString, CredentialError>) -> Result<String, bool> {
        key.map(|key| key.expose_secret().to_owned()).map_err(|error| {
            assert!(error.to_string().contains("acme/litmos (ROLLCALL_SECRET_ID)"), "{error}");
            error.is_passing()
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_passing_fault_is_tried_again_for_some_seconds() {
        let (secret, script) = key(&[AWAY, AWAY, AWAY, Ok("k1")]);
        assert_eq!(shown(secret.current().await), Ok("k1".to_owned()));
        assert_eq!(shown(secret.current().await), Ok("k1".to_owned()));
        assert_eq!(script.asked.load(Ordering::SeqCst), 4);
        let (secret, script) = key(&[AWAY]);
        let began = Instant::now();
        assert_eq!(shown(secret.current().await), Err(true));
        assert!(began.elapsed() < LONGEST && script.asked.load(Ordering::SeqCst) == 4);
    }

    #[tokio::test(start_paused = true)]
    async fn while_a_fault_lasts_the_key_of_before_serves() {
        let (secret, script) = key(&[Ok("k1"), AWAY, AWAY, AWAY, AWAY, Ok("k2")]);
        secret.current().await.unwrap();
        secret.forget().await;
        for _ in 0..2 {
            assert_eq!(shown(secret.current().await), Ok("k1".to_owned()));
        }
        assert_eq!(script.asked.load(Ordering::SeqCst), 5, "one invocation asks once");
        secret.forget().await;
        assert_eq!(shown(secret.current().await), Ok("k2".to_owned()));
    }

    /// Else the vendor would be told the same key again, and somebody that it is wrong.
    #[tokio::test(start_paused = true)]
    async fn a_key_that_was_refused_does_not_serve_again() {
        let script = [[Ok("k1")].as_slice(), &[AWAY; 8], &[Ok("k2")]].concat();
        let (secret, _) = key(&script);
        secret.current().await.unwrap();
        assert_eq!(shown(secret.reread().await), Err(true));
        assert_eq!(shown(secret.current().await), Err(true), "nor for the next request");
        assert_eq!(shown(secret.reread().await), Ok("k2".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_certainly_wrong_is_said_at_once_and_voids_the_key_of_before() {
        for wrong in [GONE, Ok("")] {
            let (secret, script) = key(&[Ok("k1"), wrong, AWAY]);
            secret.current().await.unwrap();
            secret.forget().await;
            assert_eq!(shown(secret.current().await), Err(false));
            assert_eq!(script.asked.load(Ordering::SeqCst), 2);
            assert_eq!(shown(secret.current().await), Err(true));
        }
    }

    #[test]
    fn a_malformed_secret_is_described_and_not_shown() {
        let parse = |text: &str, member| parse(text.as_bytes(), member);
        for member in ["api_key", "api_token"] {
            for good in [
                r#"{"x": " 1234-abcd ", "note": 1}"#,
                "\u{feff}{\"x\": \"\u{feff}1234-abcd\"}",
                r#"{"x": "1234-abcd", "note": "\ud83d"}"#,
            ] {
                assert!(parse(&good.replace('x', member), member).is_ok(), "{good}");
            }
            for wrong in ["", "hunter2", "{}", r#"{"x": ""}"#, r#"{"x": 5}"#, r#"{"x":"hunter 2"}"#]
            {
                let problem = parse(&wrong.replace('x', member), member).unwrap_err();
                assert!(problem.contains(member) && !problem.contains("hunter"), "{problem}");
            }
        }
        assert!(parse(r#"{"api_key": "1"}"#, "api_token").is_err());
    }
}
