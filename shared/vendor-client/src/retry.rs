//! Repeats what is worth repeating, each attempt in a slot of its own.

use std::time::Duration;

use reqwest::Method;
use tokio::time::Instant;
use tracing::warn;

use crate::answer::{Answer, Incoming, Undecodable, Unread};
use crate::call::{Call, Repeats};
use crate::errors::VendorError;
use crate::patience::Patience;
use crate::transport::{Failure, Transport, Trouble};

impl Transport {
    /// Sends, reads and decodes, with the repeats that the call allows.
    pub(crate) async fn run<T>(
        &self,
        call: &Call,
        patience: Patience,
        decode: impl Fn(&Answer) -> Result<T, Undecodable>,
    ) -> Result<T, VendorError> {
        let (decode, texts) = (&decode, call.texts());
        let take = |incoming: Incoming| async move { read(&incoming.whole(texts).await?, decode) };
        self.take(call, patience, take).await
    }

    /// The same for an answer that need not be read to its end: what is worth repeating is what
    /// `take` says, and what it has taken is beyond repeats.
    pub(crate) async fn take<T, F>(
        &self,
        call: &Call,
        patience: Patience,
        take: impl Fn(Incoming) -> F,
    ) -> Result<T, VendorError>
    where
        F: Future<Output = Result<T, Unread>>,
    {
        let mut key = self.keys.current().await?;
        let mut key_is_fresh = false;
        let mut may_be_done = false;
        let mut attempt = 0;
        let mut patience = patience;
        loop {
            attempt += 1;
            let slot = self.pacer.slot().await;
            self.meter.sending(attempt > 1);
            let sent_at = Instant::now();
            let attempted = self.attempt(call, &key, patience, &take).await;
            let took = sent_at.elapsed();
            match attempted {
                Ok(taken) => {
                    self.pacer.succeeded(slot);
                    self.meter.set_trouble(None);
                    return Ok(taken);
                }
                Err(Failure::Refused { trouble, retry_after }) => {
                    self.pacer.refused(slot);
                    self.meter.refused_one();
                    if let Some(wait) = retry_after {
                        self.pacer.hold_back(wait);
                    }
                    may_be_done |= !trouble.nothing_done;
                    // The next slot is the wait: it is held back for everybody.
                    let wait = self.pacer.until_next();
                    patience = patience.after(took);
                    self.note(call, attempt, patience, trouble, wait)?;
                }
                Err(Failure::Transient(trouble)) => {
                    let wait = self.pacer.wait(attempt as usize - 1);
                    may_be_done |= !trouble.nothing_done;
                    patience = patience.after_trouble(took);
                    self.note(call, attempt, patience, trouble, wait)?;
                    tokio::time::sleep(wait).await;
                }
                Err(Failure::Unauthorized(detail)) => {
                    self.pacer.succeeded(slot);
                    let other =
                        if key_is_fresh { None } else { self.keys.instead_of(&key).await? };
                    let Some(other) = other else {
                        let hint = self.unauthorized_hint(call);
                        let call = call.to_string();
                        return Err(VendorError::Unauthorized { call, detail, hint });
                    };
                    warn!(path = call.path(), status = 401, attempt, wait_ms = 0, "another key");
                    (key, key_is_fresh) = (other, true);
                }
                Err(Failure::Final(error)) => {
                    self.pacer.succeeded(slot);
                    let is_gone = matches!(error, VendorError::NotFound { .. });
                    // What an earlier attempt may have taken away, and is away, was taken away.
                    if is_gone && may_be_done && *call.method() == Method::DELETE {
                        self.meter.set_trouble(None);
                        return take(Incoming::nothing(key)).await.map_err(|_| error);
                    }
                    return Err(error);
                }
            }
        }
    }

    /// Logs a trouble that is followed by a repeat; after the last one comes the error instead.
    fn note(
        &self,
        call: &Call,
        attempt: u32,
        left: Patience,
        trouble: Trouble,
        wait: Duration,
    ) -> Result<(), VendorError> {
        self.meter.set_trouble(Some(format!("{call}, attempt {attempt}: {}", trouble.said())));
        if call.repeats() == Repeats::Harmful && !trouble.nothing_done {
            let (call, said) = (call.to_string(), trouble.said());
            let Trouble { status, source, .. } = trouble;
            return Err(VendorError::Ambiguous { call, status, trouble: said, source });
        }
        if left.is_spent() {
            let given_up = if trouble.is_foreign { unexpected } else { unavailable };
            return Err(given_up(call, attempt, trouble));
        }
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        let (method, path) = (call.method().as_str(), call.path());
        let Trouble { status, text, .. } = trouble;
        warn!(method, path, status, attempt, wait_ms, trouble = text, "repeating a request");
        Ok(())
    }

    /// What a person should check when the key is refused: also whether it is the right address.
    fn unauthorized_hint(&self, call: &Call) -> String {
        let hint = self.conventions.unauthorized_hint;
        let asked = call.url().origin().ascii_serialization();
        format!(
            "{hint}, and that the account is in the region (or at the base URL) that was asked: {asked}"
        )
    }
}

/// What was not usable in so many attempts may be so later.
fn unavailable(call: &Call, attempts: u32, trouble: Trouble) -> VendorError {
    let (call, said) = (call.to_string(), trouble.said());
    let Trouble { status, source, .. } = trouble;
    VendorError::Unavailable { call, attempts, status, trouble: said, source }
}

/// What was somebody else's answer in so many attempts stays so.
fn unexpected(call: &Call, attempts: u32, trouble: Trouble) -> VendorError {
    let status = trouble.status.unwrap_or_default();
    let detail = format!("{} ({attempts} attempts)", trouble.text);
    VendorError::Unexpected { call: call.to_string(), status, detail }
}

fn read<T>(
    answer: &Answer,
    decode: impl Fn(&Answer) -> Result<T, Undecodable>,
) -> Result<T, Unread> {
    Ok(decode(answer).map_err(|undecodable| undecodable.seen_in(answer))?)
}
