//! A secret in the local AWS.

use crate::{LocalAws, blocking};

/// A secret in Secrets Manager.
#[derive(Debug, Clone)]
pub struct Secret {
    client: aws_sdk_secretsmanager::Client,
    id: String,
}

impl Secret {
    /// Makes a new one; its value is taken as it is, malformed or not.
    pub fn create(aws: &LocalAws, name: &str, value: &str) -> Self {
        let client = aws.secrets.clone();
        let request = client.create_secret().name(name).secret_string(value);
        let answer = blocking::wait(request.send()).expect("a secret can be created");
        let id = answer.arn().expect("a new secret has an ARN").to_owned();
        Self { client, id }
    }

    /// Its ARN: `ROLLCALL_SECRET_ID`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Replaces the value.
    pub fn update(&self, value: &str) {
        let request = self.client.put_secret_value().secret_id(&self.id).secret_string(value);
        blocking::wait(request.send()).expect("a secret can be updated");
    }

    /// Deletes it at once.
    pub fn delete(&self) {
        let request = self.client.delete_secret().secret_id(&self.id);
        blocking::wait(request.force_delete_without_recovery(true).send())
            .expect("a secret can be deleted");
    }
}
