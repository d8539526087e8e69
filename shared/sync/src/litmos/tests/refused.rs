//! Which runs are refused before they read anything, what ends a run, and that the next one begins at
//! once.

use std::sync::Arc;

use jiff::Timestamp;
use litmos_simulator::{Fault, Options, Rule};
use rollcall_snapshot::{
    Latest, Mode, PutMode, Scope, Store, UnusableObject, Verdict, publish::Acceptance,
    store::FailingStore,
};

use super::site::Site;
use crate::{
    SyncError,
    test_runs::{Account, keys, run},
};

fn options() -> Options {
    Options { users: 40, teams: 4, courses: 6, ..Options::default() }
}

fn courses(site: &Site, count: usize) -> Scope {
    let mut ids = site.simulator.world().course_ids();
    ids.sort_unstable();
    Scope { limited_courses: Some(ids[..count].to_vec()) }
}

impl Site {
    /// Reads a run that must fail; asserts that it is over and has let others begin.
    async fn read_to_its_end(&self, hour: i64, mode: Mode) -> SyncError {
        let error = self.read_on(self.store.clone(), hour, mode).await.unwrap_err();
        assert!(error.ends_run(), "{error}");
        let current = self.store.get(&keys().current_run()).await.unwrap();
        assert!(current.is_none(), "{error}");
        error
    }

    /// The same, before it asks the vendor for anything.
    async fn refuse(&self, hour: i64, mode: Mode) -> SyncError {
        self.simulator.reset_log();
        let error = self.read_to_its_end(hour, mode).await;
        assert_eq!(self.simulator.log().count(), 0, "{error}");
        error
    }
}

/// In whichever function it is noticed.
#[tokio::test]
async fn a_configuration_that_changes_in_mid_run_ends_it_and_the_next_one_goes_by_it() {
    for (mode, writes) in [(Mode::Full, 3), (Mode::Full, 9), (Mode::Delta, 3), (Mode::Delta, 9)] {
        for is_account in [false, true] {
            let mut site = Site::start(options());
            site.run(1, Mode::Full).await;
            let killed = FailingStore::killed_at_write(site.store.clone(), writes);
            site.read_on(Arc::new(killed), 2, mode).await.unwrap_err();
            let began = site.subject.clone();
            if is_account {
                site.subject.account.base_url = "https://elsewhere.example".to_owned();
            } else {
                site.subject.scope = courses(&site, 2);
            }
            let case = format!("{mode:?} {writes} {is_account}");
            let error = site.refuse(2, mode).await;
            assert!(matches!(error, SyncError::SubjectChanged { .. }), "{case}: {error}");
            let wanted = if is_account { "base URL" } else { "ROLLCALL_LIMITED_COURSES" };
            assert!(error.to_string().contains(wanted), "{case}: {error}");
            site.run(3, Mode::Full).await;
            assert_eq!(site.manifest(3).await.scope, site.subject.scope, "{case}");
            assert_eq!(site.manifest(3).await.account.as_ref(), Some(&site.subject.account));
            assert_ne!(site.subject, began);
        }
    }
}

/// Readers of a connection never find another account's people unless somebody has accepted it.
#[tokio::test]
async fn another_account_under_the_same_name_waits_to_be_accepted() {
    let one = Site::start(Options { seed: 1, ..options() });
    one.run(1, Mode::Full).await;
    let mut other = Site::start(Options { seed: 2, ..options() });
    other.store = one.store.clone();
    other.subject.account.account = "other".to_owned();
    other.read_on(other.store.clone(), 2, Mode::Delta).await.unwrap();
    let judged = other.publish_on(other.store.clone(), 2).await;
    assert_eq!(judged.verdict, Verdict::Quarantined);
    let [why, fell_back] = &judged.reasons[..] else { panic!("{:?}", judged.reasons) };
    assert!(why.starts_with("another_account: ") && why.contains("account other instead of acme"));
    assert!(fell_back.starts_with("fell_back: ") && fell_back.contains("another_account"));
    assert!(judged.changes.values().all(|counts| *counts == Default::default()), "not compared");
    let accept = Acceptance { by: "lee".into(), reason: "it has moved".into() };
    let publisher = other.publisher(other.store.clone());
    publisher.publish(&run(2), Some(&accept), Timestamp::now()).await.unwrap();
    other.run(3, Mode::Delta).await;
    assert_eq!(other.manifest(3).await.base_run_id, Some(run(2)));
    other.assert_true(3, "over what was accepted").await;
}

#[tokio::test]
async fn another_address_of_the_account_is_only_told() {
    let mut site = Site::start(options());
    site.run(1, Mode::Full).await;
    site.subject.account.base_url = "https://proxy.example/v1.svc".to_owned();
    let published = site.run(2, Mode::Delta).await;
    assert_eq!(site.manifest(2).await.mode, Mode::Delta);
    let told = published.reasons.iter().any(|reason| reason.starts_with("other_address: "));
    assert!(told, "{:?}", published.reasons);
}

#[tokio::test]
async fn a_run_that_cannot_be_published_reads_nothing() {
    let site = Site::start(options());
    site.run(5, Mode::Full).await;
    // With the id of a published run it is that run, and complete.
    for (hour, mode) in [(3, Mode::Full), (4, Mode::Delta)] {
        let error = site.refuse(hour, mode).await;
        assert!(matches!(error, SyncError::Superseded { .. }), "{error}");
    }
    // One that is under way when readers go on to a later one than it would follow.
    let killed = FailingStore::killed_at_write(site.store.clone(), 9);
    site.read_on(Arc::new(killed), 6, Mode::Delta).await.unwrap_err();
    let later = Latest { run_id: run(7), manifest: keys().manifest(&run(5)) };
    let later = serde_json::to_vec(&later).unwrap().into();
    site.store.put(&keys().latest(), later, PutMode::Overwrite).await.unwrap();
    let error = site.refuse(6, Mode::Delta).await;
    assert!(matches!(error, SyncError::Superseded { .. }), "{error}");
}

/// What the message advises works.
#[tokio::test]
async fn a_base_of_which_something_is_gone_is_found_before_anything_is_read() {
    let site = Site::start(options());
    site.run(1, Mode::Full).await;
    let manifest = site.manifest(1).await;
    for key in [keys().manifest(&run(1)), manifest.tables["users"].parts[0].key.clone()] {
        let object = site.store.get(&key).await.unwrap().unwrap();
        site.store.delete(&key, &object.version).await.unwrap();
        for (hour, mode) in [(2, Mode::Full), (3, Mode::Delta)] {
            let error = site.refuse(hour, mode).await;
            let missing = UnusableObject::Missing(key.clone()).to_string();
            assert_eq!(error.to_string(), missing);
        }
        site.store.put(&key, object.bytes, PutMode::Create).await.unwrap();
    }
    site.run(4, Mode::Delta).await;
}

/// A new run is what the message advises, and it begins at once.
#[tokio::test]
async fn a_damaged_document_ends_the_run_and_the_next_one_begins_at_once() {
    for key in [keys().checkpoint(&run(2), "sync-users"), keys().plan(&run(2))] {
        let site = Site::start(options());
        site.run(1, Mode::Full).await;
        let killed = FailingStore::killed_at_write(site.store.clone(), 3);
        site.read_on(Arc::new(killed), 2, Mode::Full).await.unwrap_err();
        if key.ends_with("plan.json") {
            let checkpoint = keys().checkpoint(&run(2), "sync-users");
            let there = site.store.get(&checkpoint).await.unwrap().unwrap();
            site.store.delete(&checkpoint, &there.version).await.unwrap();
        }
        site.store.put(&key, "{".into(), PutMode::Overwrite).await.unwrap();
        let error = site.refuse(2, Mode::Full).await.to_string();
        assert!(error.contains(&key) && error.contains("start a new one"), "{error}");
        site.run(3, Mode::Full).await;
    }
}

#[tokio::test]
async fn an_error_of_the_vendor_that_is_final_ends_the_run() {
    let site = Site::start(options());
    for (fault, path) in [(Fault::Forbidden, "/teams"), (Fault::Unauthorized, "/courses")] {
        site.simulator.faults().add(Rule::new(fault).on(path));
        let error = site.read_to_its_end(1, Mode::Full).await;
        assert!(matches!(error, SyncError::Vendor(_)), "{error}");
        site.simulator.faults().clear();
    }
    site.run(2, Mode::Full).await;
}
