//! Killed at any write, a run of either kind ends in the same tables.

use std::sync::Arc;

use litmos_simulator::Options;
use rollcall_snapshot::{
    Mode, PutMode, Store,
    store::{MemoryStore, MortalStore},
};

use super::site::Site;
use crate::test_runs::Account;

fn options() -> Options {
    Options { users: 120, teams: 6, courses: 6, ..Options::default() }
}

/// A site where a delta run has been published and more has changed since.
async fn site() -> Site {
    let site = Site::start(options());
    site.run(1, Mode::Full).await;
    site.simulator.world().churn(1, 10.0);
    site.run(2, Mode::Delta).await;
    site.simulator.world().churn(2, 10.0);
    site
}

/// The same objects in a store of their own.
pub(super) async fn copy(store: &MemoryStore) -> Arc<MemoryStore> {
    let copy = MemoryStore::new();
    for entry in store.list("").await.unwrap() {
        let object = store.get(&entry.key).await.unwrap().unwrap();
        copy.put(&entry.key, object.bytes, PutMode::Create).await.unwrap();
    }
    Arc::new(copy)
}

#[tokio::test]
async fn killed_at_any_write_a_run_ends_the_same() {
    let mut site = site().await;
    let before = site.store.clone();
    for mode in [Mode::Delta, Mode::Full] {
        site.store = copy(&before).await;
        site.run(3, mode).await;
        let undisturbed = site.parts(3).await;
        let mut survived = false;
        for writes in 1..80 {
            site.store = copy(&before).await;
            let mortal = Arc::new(MortalStore::new(site.store.clone(), writes));
            survived = site.read_on(mortal, 3, mode).await.is_ok();
            site.run(3, mode).await;
            assert_eq!(site.parts(3).await, undisturbed, "{mode:?} killed at write {writes}");
            if survived {
                break;
            }
        }
        assert!(survived, "more writes than were tried");
    }
}
