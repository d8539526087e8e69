//! Killed at any write and called again, a run ends as an undisturbed one.

use std::{collections::BTreeMap, sync::Arc};

use percipio_simulator::{Options, Quirks, ReportTime};
use rollcall_snapshot::{
    Mode, Store,
    store::{FailingStore, MemoryStore, StoreFault},
};

use super::tenant::Tenant;
use crate::test_runs::Account;

/// The tables' objects by key.
async fn tables(store: &MemoryStore) -> BTreeMap<String, Vec<u8>> {
    let mut objects = BTreeMap::new();
    for entry in store.list("acme/snapshots/").await.unwrap() {
        let object = store.get(&entry.key).await.unwrap().unwrap();
        objects.insert(entry.key, object.bytes.to_vec());
    }
    objects
}

#[tokio::test]
async fn killed_at_any_write_a_run_ends_in_the_same_tables() {
    let report = ReportTime { polls: 2, ..ReportTime::default() };
    let quirks = Quirks { page_cap: Some(50), ..Quirks::default() };
    let options = Options { activities: 1_500, items: 180, report, quirks, ..Options::default() };
    let mut tenant = Tenant { rows_at_once: 300, ..Tenant::start(options) };
    let undisturbed = tenant.courses().await.unwrap();
    let (wanted, requests) = (tables(&tenant.store).await, tenant.simulator.log().count());
    let reports = tenant.simulator.reports().len();

    let (mut survived, mut requested_again) = (false, 0);
    for writes in 1..200 {
        tenant = tenant.anew();
        tenant.simulator.reset_log();
        let before = tenant.simulator.reports().len();
        let mortal = FailingStore::killed_at_write(tenant.store.clone(), writes);
        survived = tenant.courses_on(Arc::new(mortal)).await.is_ok();
        let answer = tenant.courses().await.unwrap();
        assert_eq!(answer.tables, undisturbed.tables, "killed at write {writes}");
        assert_eq!(tables(&tenant.store).await, wanted, "killed at write {writes}");
        let repeated = tenant.simulator.log().count() - requests;
        assert!(repeated <= 6, "killed at write {writes}: {repeated} requests repeated");
        requested_again += tenant.simulator.reports().len() - before - reports;
        if survived {
            break;
        }
    }
    assert!(survived, "more writes than were tried");
    // A report that was requested is known at once.
    assert_eq!(requested_again, 0);
}

#[tokio::test]
async fn whatever_one_call_to_the_store_does_a_run_ends_the_same() {
    let report = ReportTime { polls: 1, ..ReportTime::default() };
    let options = Options { users: 24, activities: 60, items: 12, report, ..Options::default() };
    let mut tenant = Tenant::start(options);
    tenant.run(1, Mode::Full).await;
    let world = tenant.simulator.world();
    assert!(world.set_active(&world.user_ids()[3], false));
    for mode in [Mode::Delta, Mode::Full] {
        for fault in [StoreFault::Refused, StoreFault::Unanswered, StoreFault::Overtaken(2)] {
            tenant.assert_survives(fault, 2, mode).await;
        }
    }
}
