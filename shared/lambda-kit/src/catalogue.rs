//! The catalogue, in AWS Glue.

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_glue::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    types::{PartitionInput, StorageDescriptor},
};
use rollcall_snapshot::{
    RunId,
    publish::{Catalogue, CatalogueError},
};

/// The Glue database of a connection. Its tables are made by the template.
pub(crate) struct GlueCatalogue {
    client: Client,
    database: String,
    bucket: String,
}

impl GlueCatalogue {
    pub(crate) fn new(aws: &SdkConfig, database: &str, bucket: &str) -> Self {
        let (database, bucket) = (database.to_owned(), bucket.to_owned());
        Self { client: Client::new(aws), database, bucket }
    }

    /// How a table's objects are read: a partition of it is read the same way.
    async fn storage(
        &self,
        table: &str,
        run_id: &RunId,
    ) -> Result<StorageDescriptor, CatalogueError> {
        let asked = self.client.get_table().database_name(&self.database).name(table).send().await;
        let answer = asked.map_err(|error| failure(table, run_id, error))?;
        let storage = answer.table.and_then(|table| table.storage_descriptor);
        storage.ok_or_else(|| CatalogueError {
            table: table.to_owned(),
            run_id: run_id.clone(),
            reason: "the table says nothing about its storage".into(),
            source: None,
        })
    }
}

#[async_trait]
impl Catalogue for GlueCatalogue {
    async fn register(
        &self,
        table: &str,
        run_id: &RunId,
        folder: &str,
    ) -> Result<(), CatalogueError> {
        let mut storage = self.storage(table, run_id).await?;
        storage.location = Some(format!("s3://{}/{folder}", self.bucket));
        let partition = PartitionInput::builder()
            .values(run_id.to_string())
            .storage_descriptor(storage)
            .build();
        let request = self.client.create_partition().database_name(&self.database);
        match request.table_name(table).partition_input(partition).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("AlreadyExistsException") => Ok(()),
            Err(error) => Err(failure(table, run_id, error)),
        }
    }
}

fn failure<E, R>(table: &str, run_id: &RunId, error: SdkError<E, R>) -> CatalogueError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let (table, run_id) = (table.to_owned(), run_id.clone());
    // What the service itself says is enough; without it the cause is in the layers below.
    match (error.code(), error.message()) {
        (Some(code), message) => {
            let reason = format!("{code}: {}", message.unwrap_or("no more is said"));
            CatalogueError { table, run_id, reason, source: None }
        }
        (None, _) => {
            let reason = error.to_string();
            CatalogueError { table, run_id, reason, source: Some(Box::new(error)) }
        }
    }
}
