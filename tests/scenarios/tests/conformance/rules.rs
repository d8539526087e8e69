//! The rules.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use scenarios::{SYNC_FUNCTIONS, Scenario, Vendor};
use serde_json::{Value, json};

use crate::vendors::{Rules, Trouble, World};

const RUN: &str = "20261121T220000Z";
/// Pages of a few rows, so that there is something to be interrupted in.
const CAPPED: World = World { page_cap: Some(5), repeats: false, latency_ms: 0, limit: None };

type Parts = BTreeMap<String, (Value, Value)>;

fn publish<V: Vendor>(scenario: &Scenario<V>) -> Parts {
    for function in SYNC_FUNCTIONS {
        scenario.finish(function, RUN).unwrap_or_else(|error| panic!("{function}: {error}"));
    }
    let answer = scenario.call("publish-snapshot", &json!({ "run_id": RUN })).unwrap();
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    scenario.listed_parts(RUN)
}

/// The parts of an undisturbed run, and the requests that it took.
fn undisturbed<R: Rules>() -> (Parts, usize) {
    let scenario = R::scenario(CAPPED);
    let parts = publish(&scenario);
    scenario.assert_tables_are_true(RUN);
    (parts, scenario.requests())
}

pub(crate) fn every_page_is_read<R: Rules>() {
    for page_cap in [None, Some(1), Some(7)] {
        let scenario = R::scenario(World { page_cap, ..World::default() });
        publish(&scenario);
        scenario.assert_tables_are_true(RUN);
    }
}

pub(crate) fn rows_that_come_twice_are_there_once<R: Rules>() {
    let scenario = R::scenario(World { repeats: true, ..CAPPED });
    publish(&scenario);
    scenario.assert_tables_are_true(RUN);
}

pub(crate) fn a_killed_run_ends_as_an_undisturbed_one<R: Rules>() {
    let (wanted, requests) = undisturbed::<R>();
    let scenario = R::scenario(World { latency_ms: 3, ..CAPPED });
    let mut kills = 0;
    for function in SYNC_FUNCTIONS {
        for more in [1, 4, 9] {
            let aim = scenario.requests() + more;
            let killed = scenario.kill_when(function, RUN, || scenario.requests() >= aim);
            kills += usize::from(killed.is_none());
        }
        scenario.finish(function, RUN).unwrap();
    }
    assert!(kills >= 3, "{kills} kills show nothing");
    assert_eq!(publish(&scenario), wanted);
    let repeated = scenario.requests() - requests;
    assert!(repeated <= 15 * kills, "{repeated} requests for {kills} kills");
}

pub(crate) fn a_run_of_short_slices_ends_as_an_undisturbed_one<R: Rules>() {
    let (wanted, requests) = undisturbed::<R>();
    let scenario = R::scenario(World { latency_ms: 150, ..CAPPED });
    let scenario = scenario.with(|environment| environment.slice_seconds(1));
    let slices: u32 =
        SYNC_FUNCTIONS.map(|function| scenario.finish(function, RUN).unwrap().1).iter().sum();
    assert!(slices > 3, "no slice was too short");
    assert_eq!(publish(&scenario), wanted);
    assert_eq!(scenario.requests(), requests, "nothing is asked for twice");
}

pub(crate) fn a_wrong_key_is_told_at_once<R: Rules>() {
    let scenario = R::scenario(World::default());
    scenario.connection.secret.update(&R::secret("another-key"));
    let error = scenario.call("sync-users", &json!({ "run_id": RUN })).unwrap_err();
    assert_eq!(error.error_type, "VendorUnauthorized", "{error}");
    assert!(error.error_message.contains("check "), "{error}");
    assert_eq!(scenario.requests(), 1, "the key is the same when it is read again");
    assert!(!error.error_message.contains("another-key"));
}

pub(crate) fn a_key_that_is_changed_meanwhile_is_read_again<R: Rules>() {
    let (wanted, requests) = undisturbed::<R>();
    let scenario = R::scenario(World { latency_ms: 5, ..CAPPED });
    let answer = scenario.meanwhile("sync-users", RUN, 3, || {
        scenario.connection.secret.update(&R::secret("the-next-key"));
        R::set_key(&scenario.simulator, "the-next-key");
    });
    assert_eq!(answer.unwrap()["status"], "complete", "the same invocation goes on");
    assert_eq!(publish(&scenario), wanted);
    let refused = scenario.requests() - requests;
    assert!((1..=4).contains(&refused), "{refused} requests had the old key");
}

pub(crate) fn a_key_is_shown_nowhere<R: Rules>() {
    let scenario = R::scenario(CAPPED);
    let scenario = scenario.with(|environment| environment.set("RUST_LOG", "trace"));
    let key = R::key(&scenario.simulator);
    R::fail(&scenario.simulator, Trouble::Html, 2, Some(1));
    R::fail(&scenario.simulator, Trouble::Unavailable, 4, Some(1));
    publish(&scenario);
    let report = scenario.call("check-connection", &json!({})).unwrap();
    let bucket = &scenario.connection.bucket;
    let objects = bucket.keys("").into_iter().filter_map(|key| bucket.get(&key));
    let objects: String =
        objects.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
    assert!(scenario.logs().contains("staged"), "there are logs");
    for shown in [&scenario.logs(), &report.to_string(), &objects] {
        assert!(!shown.contains(&key));
    }
}

pub(crate) fn a_share_below_the_limit_is_never_refused<R: Rules>() {
    let (wanted, requests) = undisturbed::<R>();
    // 20 in a second and a half are 800 a minute.
    let scenario = R::scenario(World { limit: Some((20, 1_500)), ..CAPPED });
    let scenario = scenario.with(|environment| environment.requests_per_minute(760));
    for function in SYNC_FUNCTIONS {
        let aim = scenario.requests() + 3;
        scenario.kill_when(function, RUN, || scenario.requests() >= aim);
        scenario.finish(function, RUN).unwrap();
    }
    assert_eq!(publish(&scenario), wanted);
    assert_eq!(R::refused(&scenario.simulator), 0);
    assert!(requests > 20, "the limit could be met");
}

pub(crate) fn a_share_above_the_limit_gives_way<R: Rules>() {
    let (wanted, requests) = undisturbed::<R>();
    let scenario = R::scenario(World { limit: Some((20, 1_500)), ..CAPPED });
    let scenario = scenario.with(|environment| environment.requests_per_minute(1_600));
    assert_eq!(publish(&scenario), wanted);
    let refused = R::refused(&scenario.simulator);
    assert!(refused > 0 && refused < requests / 2, "{refused} of {requests}");
}

pub(crate) fn troubles_that_pass_change_nothing<R: Rules>() {
    let (wanted, requests) = undisturbed::<R>();
    let scenario = R::scenario(CAPPED);
    let troubles = [
        Trouble::Unavailable,
        Trouble::RateLimited,
        Trouble::Reset,
        Trouble::CutOff,
        Trouble::Html,
    ];
    for (place, trouble) in (0_u64..).zip(troubles) {
        R::fail(&scenario.simulator, trouble, 2 + 4 * place, Some(1));
    }
    assert_eq!(publish(&scenario), wanted);
    assert_eq!(scenario.requests(), requests + troubles.len());
}

pub(crate) fn a_silent_vendor_costs_no_more_than_the_slice<R: Rules>() {
    let scenario = R::scenario(CAPPED);
    R::fail(&scenario.simulator, Trouble::Silence, 0, None);
    let (began, limit) = (Instant::now(), Duration::from_secs(5));
    let error = scenario.call_within("sync-users", &json!({ "run_id": RUN }), limit).unwrap_err();
    assert!(began.elapsed() < limit, "it ends before it is killed");
    assert_eq!(error.error_type, "VendorUnavailable", "{error}");
    R::heal(&scenario.simulator);
    assert_eq!(publish(&scenario), undisturbed::<R>().0);
}
