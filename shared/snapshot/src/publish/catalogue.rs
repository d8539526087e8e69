//! The catalogue through which query engines find published runs: what is not registered there
//! cannot be queried by accident.

use std::error::Error;

use async_trait::async_trait;

use super::Publisher;
use crate::{Manifest, RunId};

/// The table of manifests. Registered last of a run: whoever finds a run here finds all of it.
const MANIFESTS: &str = "manifests";

/// Where query engines look up which runs there are.
#[async_trait]
pub trait Catalogue: Send + Sync {
    /// Makes a run's folder part of a table. Once more is no harm.
    async fn register(
        &self,
        table: &str,
        run_id: &RunId,
        folder: &str,
    ) -> Result<(), CatalogueError>;
}

/// The catalogue did not take a run.
#[derive(Debug, thiserror::Error)]
#[error("cannot register run {run_id} in table {table}: {reason}")]
pub struct CatalogueError {
    /// The table.
    pub table: String,
    /// The run.
    pub run_id: RunId,
    /// The catalogue's own words.
    pub reason: String,
    /// What the client library reports.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl Publisher {
    /// Registers everything of a published run, if there is a catalogue.
    pub(super) async fn register(&self, manifest: &Manifest) -> Result<(), CatalogueError> {
        let Some(catalogue) = &self.catalogue else { return Ok(()) };
        let run_id = &manifest.run_id;
        for table in manifest.tables.keys() {
            catalogue.register(table, run_id, &self.keys.parts_of(table, run_id)).await?;
        }
        catalogue.register(MANIFESTS, run_id, &self.keys.manifest_folder(run_id)).await
    }
}
