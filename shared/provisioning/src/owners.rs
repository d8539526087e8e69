//! Who owned the vendor's account when the last snapshot was taken.

use std::sync::Arc;

use async_trait::async_trait;
use rollcall_roster::Table;
use rollcall_snapshot::{
    Keys, Latest, MANIFEST_VERSION, Manifest, Store, TableReader, document, store::Object,
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::process::{Owners, Trouble};

/// The last published snapshot of a connection.
pub struct PublishedOwners {
    /// Where it lies.
    pub store: Arc<dyn Store>,
    /// The connection's keys.
    pub keys: Keys,
}

/// What has to be known of a user here.
#[derive(Deserialize)]
struct Owner {
    user_id: String,
    role: Option<String>,
    active: Option<bool>,
}

const COLUMNS: &[&str] = &["user_id", "role", "active"];

#[async_trait(?Send)]
impl Owners for PublishedOwners {
    async fn candidates(&self, role: &str) -> Result<Vec<String>, Trouble> {
        let Some(latest) = self.read::<Latest>(&self.keys.latest()).await? else {
            return Ok(Vec::new());
        };
        let manifest = self.read::<Manifest>(&latest.manifest).await?;
        let users = manifest.and_then(|manifest| {
            manifest.tables.get(Table::Users.name()).map(|table| table.parts.clone())
        });
        let store = Arc::clone(&self.store);
        let mut rows = TableReader::<Owner>::of_columns(store, users.unwrap_or_default(), COLUMNS);
        let mut owners = Vec::new();
        while let Some(user) = rows.next().await.map_err(trouble)? {
            if user.role.as_deref() == Some(role) && user.active == Some(true) {
                owners.push(user.user_id);
            }
        }
        Ok(owners)
    }
}

impl PublishedOwners {
    async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Trouble> {
        let object = self.store.get(key).await.map_err(trouble)?;
        let read =
            |object: Object| document::read(&object.bytes, MANIFEST_VERSION).map_err(trouble);
        object.map(read).transpose()
    }
}

fn trouble(error: impl std::fmt::Display) -> Trouble {
    Trouble::new(format!("the last published snapshot cannot be read: {error}"))
}
