//! Killed at any write, or with any call to the store gone wrong, a run of either kind ends in the same
//! tables.

use std::sync::Arc;

use litmos_simulator::Options;
use rollcall_snapshot::{
    Mode,
    store::{FailingStore, StoreFault},
};

use super::site::Site;
use crate::test_runs::{Account, copy};

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
            let mortal = Arc::new(FailingStore::killed_at_write(site.store.clone(), writes));
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

#[tokio::test]
async fn whatever_one_call_to_the_store_does_a_run_ends_the_same() {
    let options = Options { users: 24, teams: 3, courses: 3, ..Options::default() };
    let mut site = Site::start(options);
    site.run(1, Mode::Full).await;
    site.simulator.world().churn(1, 20.0);
    for mode in [Mode::Delta, Mode::Full] {
        for fault in [StoreFault::Refused, StoreFault::Unanswered, StoreFault::Overtaken(2)] {
            site.assert_survives(fault, 2, mode).await;
        }
    }
}
