//! What is asked of the last published snapshot.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::halt::Trouble;

/// What the last published snapshot tells; nothing where none was published.
#[async_trait(?Send)]
pub trait LastSnapshot {
    /// The ids of the active accounts with this role.
    async fn active_with(&self, role: &str) -> Result<Vec<String>, Trouble>;

    /// The roles that its users have, as the vendor spells them.
    async fn roles(&self) -> Result<BTreeSet<String>, Trouble>;
}
