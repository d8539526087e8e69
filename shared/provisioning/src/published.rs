//! What the last published snapshot tells of a vendor's users.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use rollcall_roster::Table;
use rollcall_snapshot::{
    Keys, Latest, MANIFEST_VERSION, Manifest, Store, TableReader, document, store::Object,
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    process::{LastSnapshot, Trouble},
    rules::same_role,
};

/// The last published snapshot of a connection.
pub struct PublishedSnapshot {
    /// Where it lies.
    pub store: Arc<dyn Store>,
    /// The connection's keys.
    pub keys: Keys,
}

/// What has to be known of a user here.
#[derive(Deserialize)]
struct User {
    user_id: String,
    role: Option<String>,
    active: Option<bool>,
}

const COLUMNS: &[&str] = &["user_id", "role", "active"];

#[async_trait(?Send)]
impl LastSnapshot for PublishedSnapshot {
    async fn active_with(&self, role: &str) -> Result<Vec<String>, Trouble> {
        let mut users = self.users().await?;
        let mut active = Vec::new();
        while let Some(user) = users.next().await.map_err(trouble)? {
            let has_role = user.role.is_some_and(|has| same_role(&has, role));
            if has_role && user.active == Some(true) {
                active.push(user.user_id);
            }
        }
        Ok(active)
    }

    async fn roles(&self) -> Result<BTreeSet<String>, Trouble> {
        let mut users = self.users().await?;
        let mut roles = BTreeSet::new();
        while let Some(user) = users.next().await.map_err(trouble)? {
            roles.extend(user.role);
        }
        Ok(roles)
    }
}

impl PublishedSnapshot {
    /// Its users; none if nothing was published yet.
    async fn users(&self) -> Result<TableReader<User>, Trouble> {
        let mut parts = Vec::new();
        if let Some(Latest { manifest: key, .. }) = self.read(&self.keys.latest()).await? {
            let manifest = self.read::<Manifest>(&key).await?;
            let mut manifest = manifest.ok_or_else(|| trouble(format!("{key} is missing")))?;
            let users = manifest.tables.remove(Table::Users.name());
            parts = users.map(|table| table.parts).unwrap_or_default();
        }
        Ok(TableReader::of_columns(Arc::clone(&self.store), parts, COLUMNS))
    }

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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use rollcall_roster::User as Row;
    use rollcall_snapshot::{PartsWriter, PutMode, store::MemoryStore};
    use serde_json::{Value, json};

    use super::*;

    const MANIFEST: &str = "acme/manifests/run_id=20261121T220000Z/manifest.json";

    async fn put(store: &MemoryStore, key: &str, document: &Value) {
        let bytes = Bytes::from(document.to_string());
        store.put(key, bytes, PutMode::Overwrite).await.unwrap();
    }

    /// A snapshot of these users, each with a role and whether it is active.
    async fn publish(store: &MemoryStore, users: &[(&str, Option<&str>, bool)]) {
        let mut writer = PartsWriter::new(Table::Users.columns());
        for (user_id, role, active) in users {
            let role = role.map(str::to_owned);
            let (user_id, active) = ((*user_id).to_owned(), Some(*active));
            writer.push(Row { user_id, role, active, ..Row::default() }).unwrap();
        }
        let part = writer.store(store, "acme/users.parquet".to_owned()).await.unwrap();
        let (run_id, at) = ("20261121T220000Z", "2026-11-21T22:00:00Z");
        let users = json!({"rows": part.rows, "known_columns": [], "parts": [part]});
        let manifest = json!({
            "version": 1, "connection": "acme", "vendor": "litmos", "run_id": run_id,
            "started_at": at, "finished_at": at, "base_run_id": null, "verdict": "published",
            "reasons": [], "scope": {"limited_courses": null}, "tables": {"users": users},
            "requests": {},
        });
        put(store, MANIFEST, &manifest).await;
        put(store, "acme/latest.json", &json!({"run_id": run_id, "manifest": MANIFEST})).await;
    }

    fn published(store: &Arc<MemoryStore>) -> PublishedSnapshot {
        PublishedSnapshot { store: store.clone(), keys: Keys::new("acme") }
    }

    #[tokio::test]
    async fn users_tell_the_roles_there_are_and_who_has_one() {
        let store = Arc::new(MemoryStore::new());
        let users = [
            ("a", Some("Account_Owner"), true),
            ("b", Some("account_owner"), true),
            ("c", Some("Account_Owner"), false),
            ("d", Some("Buyer"), true),
            ("e", None, true),
        ];
        publish(&store, &users).await;
        let snapshot = published(&store);
        assert_eq!(snapshot.active_with("Account_Owner").await.unwrap(), ["a", "b"]);
        let roles = snapshot.roles().await.unwrap();
        assert!(roles.iter().eq(["Account_Owner", "Buyer", "account_owner"]), "{roles:?}");
    }

    #[tokio::test]
    async fn only_where_nothing_was_published_nobody_is_known() {
        let store = Arc::new(MemoryStore::new());
        assert_eq!(published(&store).roles().await, Ok(BTreeSet::new()));
        publish(&store, &[("a", None, true)]).await;
        put(&store, "acme/users.parquet", &json!("damaged")).await;
        assert!(published(&store).roles().await.is_err());
        let latest = json!({"run_id": "20261121T220000Z", "manifest": "acme/gone.json"});
        put(&store, "acme/latest.json", &latest).await;
        let trouble = published(&store).roles().await.unwrap_err();
        assert!(trouble.reason.ends_with("acme/gone.json is missing"), "{trouble:?}");
    }
}
