//! Which runs query engines find.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;

use super::*;

const TABLES: [&str; 7] =
    ["changes", "courses", "enrolments", "manifests", "team_members", "teams", "users"];

/// A catalogue that takes only so many registrations.
#[derive(Default)]
struct FakeCatalogue {
    takes: usize,
    held: Mutex<Vec<(String, RunId, String)>>,
}

impl FakeCatalogue {
    fn taking(takes: usize) -> Arc<Self> {
        Arc::new(Self { takes, ..Self::default() })
    }

    fn held(&self) -> Vec<(String, RunId, String)> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn tables_of(&self, hour: i64) -> BTreeSet<String> {
        let held = self.held().into_iter().filter(|(_, run_id, _)| *run_id == run(hour));
        held.map(|(table, ..)| table).collect()
    }
}

#[async_trait]
impl Catalogue for FakeCatalogue {
    async fn register(
        &self,
        table: &str,
        run_id: &RunId,
        folder: &str,
    ) -> Result<(), CatalogueError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() < self.takes {
            held.push((table.to_owned(), run_id.clone(), folder.to_owned()));
            return Ok(());
        }
        let (table, run_id) = (table.to_owned(), run_id.clone());
        Err(CatalogueError { table, run_id, reason: "told to".into(), source: None })
    }
}

fn registering(store: Arc<dyn Store>, catalogue: &Arc<FakeCatalogue>) -> Publisher {
    Publisher { catalogue: Some(catalogue.clone()), ..publisher(store) }
}

fn everything() -> BTreeSet<String> {
    TABLES.map(str::to_owned).into()
}

#[tokio::test]
async fn a_published_run_is_registered_with_all_its_folders() {
    let store = Arc::new(MemoryStore::new());
    finish(&store, &run(1), 20, "Ann").await;
    let catalogue = FakeCatalogue::taking(usize::MAX);
    let publisher = registering(store.clone(), &catalogue);
    for hour in [1, 2] {
        publisher.publish(&run(1), None, at(hour)).await.unwrap();
    }
    assert_eq!(catalogue.tables_of(1), everything());
    for (table, run_id, folder) in catalogue.held() {
        let above = if table == "manifests" { "acme" } else { "acme/snapshots" };
        assert_eq!(folder, format!("{above}/{table}/run_id={run_id}/"));
        assert_ne!(store.list(&folder).await.unwrap(), []);
    }
}

#[tokio::test]
async fn what_was_not_registered_is_made_up_for_and_the_run_is_published_all_the_same() {
    for takes in 0..TABLES.len() {
        let store = Arc::new(MemoryStore::new());
        finish(&store, &run(1), 20, "Ann").await;
        let full = FakeCatalogue::taking(takes);
        let failed = registering(store.clone(), &full).publish(&run(1), None, at(1)).await;
        assert!(matches!(failed, Err(PublishError::Catalogue(_))), "{failed:?}");
        assert_eq!(latest(&store).await, Some(run(1)));
        assert!(store.get("acme/runs/current.json").await.unwrap().is_none());
        assert!(!full.tables_of(1).contains("manifests"), "it is registered last");
        let catalogue = FakeCatalogue::taking(usize::MAX);
        let again = registering(store, &catalogue).publish(&run(1), None, at(2)).await.unwrap();
        assert_eq!(again.verdict, Verdict::Published);
        assert_eq!(catalogue.tables_of(1), everything());
    }
}

#[tokio::test]
async fn a_quarantined_run_is_registered_when_it_is_accepted() {
    let store = Arc::new(MemoryStore::new());
    published(&store, 1, 100, "Ann").await;
    finish(&store, &run(2), 50, "Ann").await;
    let catalogue = FakeCatalogue::taking(usize::MAX);
    let publisher = registering(store, &catalogue);
    let quarantined = publisher.publish(&run(2), None, at(2)).await.unwrap();
    assert_eq!((quarantined.verdict, catalogue.held()), (Verdict::Quarantined, Vec::new()));
    let accept = Acceptance { by: "lee".into(), reason: "they left".into() };
    publisher.publish(&run(2), Some(&accept), at(3)).await.unwrap();
    assert_eq!(catalogue.tables_of(2), everything());
}

#[tokio::test]
async fn a_superseded_run_is_not_registered() {
    let store = Arc::new(MemoryStore::new());
    published(&store, 2, 100, "Ann").await;
    finish(&store, &run(1), 100, "Ann").await;
    let catalogue = FakeCatalogue::taking(usize::MAX);
    let late = registering(store, &catalogue).publish(&run(1), None, at(3)).await;
    assert!(matches!(late, Err(PublishError::Superseded { .. })), "{late:?}");
    assert_eq!(catalogue.held(), []);
}
