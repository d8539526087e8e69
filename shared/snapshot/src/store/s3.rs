//! The store on S3.

use std::{error::Error, time::Duration};

use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    config::{
        Builder,
        interceptors::InterceptorContext,
        retry::{ClassifyRetry, RetryAction, RetryConfig},
    },
    error::{ProvideErrorMetadata, SdkError},
};
use bytes::Bytes;

use super::{Entry, Object, PutMode, Store, StoreError, Version};

/// A bucket.
#[derive(Debug, Clone)]
pub struct S3Store {
    client: Client,
    bucket: String,
}

/// How often a request is sent before it is given up: what S3 answers with 500 or 503 passes within
/// seconds, and a connection that broke is made anew.
const ATTEMPTS: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// S3 answers 409 to a conditional write while another one of the same key is under way: whether the
/// condition holds is not decided yet, and the request is to be sent again (`PutObject` in the API
/// reference). The SDK itself takes it for final.
#[derive(Debug)]
struct RetryConcurrentWrites;

impl ClassifyRetry for RetryConcurrentWrites {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response().map(|response| response.status().as_u16()) {
            Some(409) => RetryAction::transient_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "concurrent conditional writes"
    }
}

impl S3Store {
    /// The bucket of this name, reached as configured; how requests are repeated is the store's own.
    #[must_use]
    pub fn new(config: Builder, bucket: &str) -> Self {
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(FIRST_WAIT)
            .with_max_backoff(LONGEST_WAIT);
        let config = config.retry_config(retries).retry_classifier(RetryConcurrentWrites).build();
        Self { client: Client::from_conf(config), bucket: bucket.to_owned() }
    }

    fn failure<E, R>(&self, action: &'static str, key: &str, error: SdkError<E, R>) -> StoreError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        // 412: the condition does not hold; 404 on a write under `If-Match`: what was to be replaced
        // is gone. Not 409: that says nothing about what is there.
        let is_gone = action == "write" && error.code() == Some("NoSuchKey");
        if is_gone || error.code() == Some("PreconditionFailed") {
            return StoreError::Conflict { key: key.to_owned() };
        }
        let place = format!("s3://{}/{key}", self.bucket);
        // What the service itself says is enough; without it the cause is in the layers below.
        let (reason, source): (_, Option<Box<dyn Error + Send + Sync>>) =
            match (error.code(), error.message()) {
                (Some(code), Some(message)) => (format!("{code}: {message}"), None),
                (Some(code), None) => (code.to_owned(), None),
                (None, _) => (error.to_string(), Some(Box::new(error))),
            };
        StoreError::Unavailable { action, place, reason, source }
    }

    fn broken(&self, action: &'static str, key: &str, reason: &str) -> StoreError {
        let place = format!("s3://{}/{key}", self.bucket);
        StoreError::Unavailable { action, place, reason: reason.to_owned(), source: None }
    }
}

fn entry(object: aws_sdk_s3::types::Object) -> Entry {
    let size = object.size.unwrap_or_default().unsigned_abs();
    Entry { key: object.key.unwrap_or_default(), size }
}

#[async_trait]
impl Store for S3Store {
    async fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        let mut attempts = ATTEMPTS;
        loop {
            let request = self.client.get_object().bucket(&self.bucket).key(key);
            let answer = match request.send().await {
                Ok(answer) => answer,
                Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
                Err(error) => return Err(self.failure("read", key, error)),
            };
            let version = answer.e_tag.map(Version);
            let version = version.ok_or_else(|| self.broken("read", key, "no ETag came back"))?;
            attempts -= 1;
            // The SDK asks again where no answer began, not where one broke off.
            match answer.body.collect().await {
                Ok(body) => return Ok(Some(Object { bytes: body.into_bytes(), version })),
                Err(_) if attempts > 0 => {}
                Err(error) => return Err(self.broken("read", key, &error.to_string())),
            }
        }
    }

    async fn put(&self, key: &str, bytes: Bytes, mode: PutMode) -> Result<Version, StoreError> {
        let request = self.client.put_object().bucket(&self.bucket).key(key).body(bytes.into());
        let request = match mode {
            PutMode::Overwrite => request,
            PutMode::Create => request.if_none_match("*"),
            PutMode::Update(version) => request.if_match(version.0),
        };
        let answer = request.send().await.map_err(|error| self.failure("write", key, error))?;
        let version = answer.e_tag.ok_or_else(|| self.broken("write", key, "no ETag came back"))?;
        Ok(Version(version))
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
        let mut pages = request.into_paginator().send();
        let mut entries = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| self.failure("list", prefix, error))?;
            entries.extend(page.contents.unwrap_or_default().into_iter().map(entry));
        }
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(entries)
    }

    async fn list_after(&self, prefix: &str, after: &str) -> Result<Vec<Entry>, StoreError> {
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
        let mut pages = request.start_after(after).into_paginator().send();
        let mut entries = Vec::new();
        // A page without objects is not the end.
        while entries.is_empty()
            && let Some(page) = pages.next().await
        {
            let page = page.map_err(|error| self.failure("list", prefix, error))?;
            entries.extend(page.contents.unwrap_or_default().into_iter().map(entry));
        }
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(entries)
    }

    async fn delete(&self, key: &str, version: &Version) -> Result<(), StoreError> {
        let request = self.client.delete_object().bucket(&self.bucket).key(key);
        match request.if_match(&version.0).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("NoSuchKey") => Ok(()),
            Err(error) => Err(self.failure("delete", key, error)),
        }
    }
}

#[cfg(test)]
mod tests;
