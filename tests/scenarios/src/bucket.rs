//! A bucket in the local AWS.

use aws_sdk_s3::primitives::ByteStream;
use serde_json::Value;

use crate::{LocalAws, blocking};

/// A bucket in S3. What a test cannot expect, such as a refused listing, panics.
#[derive(Debug, Clone)]
pub struct Bucket {
    client: aws_sdk_s3::Client,
    name: String,
}

impl Bucket {
    /// Makes a new one.
    pub fn create(aws: &LocalAws, name: &str) -> Self {
        let client = aws.s3.clone();
        let request = client.create_bucket().bucket(name);
        blocking::wait(request.send()).expect("a bucket can be created");
        Self { client, name: name.to_owned() }
    }

    /// Its name: `ROLLCALL_BUCKET`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The keys that begin with `prefix`, sorted.
    pub fn keys(&self, prefix: &str) -> Vec<String> {
        let request = self.client.list_objects_v2().bucket(&self.name).prefix(prefix);
        let mut pages = request.into_paginator().send();
        let mut keys: Vec<String> = blocking::wait(async move {
            let mut keys = Vec::new();
            while let Some(page) = pages.next().await {
                let page = page.expect("a bucket can be listed");
                keys.extend(page.contents().iter().filter_map(|object| object.key.clone()));
            }
            keys
        });
        keys.sort();
        keys
    }

    /// An object, if it is there.
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        let request = self.client.get_object().bucket(&self.name).key(key);
        blocking::wait(async move {
            let object = match request.send().await {
                Ok(object) => object,
                Err(error) if error.as_service_error().is_some_and(|e| e.is_no_such_key()) => {
                    return None;
                }
                Err(error) => panic!("the object cannot be read: {error:?}"),
            };
            let body = object.body.collect().await.expect("the object can be read to its end");
            Some(body.to_vec())
        })
    }

    /// An object that is JSON, if it is there.
    pub fn get_json(&self, key: &str) -> Option<Value> {
        let bytes = self.get(key)?;
        Some(serde_json::from_slice(&bytes).unwrap_or_else(|e| panic!("{key} is not JSON: {e}")))
    }

    /// Writes an object, whether it is there or not.
    pub fn put(&self, key: &str, bytes: impl Into<Vec<u8>>) {
        let request = self.client.put_object().bucket(&self.name).key(key);
        let request = request.body(ByteStream::from(bytes.into()));
        blocking::wait(request.send()).expect("an object can be written");
    }

    /// Writes an object only if it is not there; false if it is.
    pub fn put_new(&self, key: &str, bytes: impl Into<Vec<u8>>) -> bool {
        let request = self.client.put_object().bucket(&self.name).key(key).if_none_match("*");
        let request = request.body(ByteStream::from(bytes.into()));
        match blocking::wait(request.send()) {
            Ok(_) => true,
            Err(error) if error.raw_response().is_some_and(|r| r.status().as_u16() == 412) => false,
            Err(error) => panic!("the object cannot be written: {error:?}"),
        }
    }

    /// Deletes an object.
    pub fn delete(&self, key: &str) {
        let request = self.client.delete_object().bucket(&self.name).key(key);
        blocking::wait(request.send()).expect("an object can be deleted");
    }
}
