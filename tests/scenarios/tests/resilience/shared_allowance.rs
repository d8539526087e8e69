//! A sync uses what provisioning leaves of its share, and leaves it what it needs.

use std::{
    thread,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use litmos_simulator::{Options, RateLimit};
use scenarios::{
    Binaries, Environment, Function, PLENTY, Person, Provisioning, SYNC_FUNCTIONS, Scenario,
    request,
};
use serde_json::{Value, json};

use crate::support::{RUN, event, small, wide};

/// The real minute, ten times as fast.
const WINDOW: Duration = Duration::from_secs(6);
const LIMIT: u32 = 100;
/// The usual shares, ten times as large.
const SHARE: u32 = 300;
const BORROWED: u32 = 550;
/// From one grant to the next: every five seconds.
const GRANT_EVERY: Duration = Duration::from_millis(850);

fn borrowing(environment: Environment) -> Environment {
    let borrowed = BORROWED.to_string();
    environment.requests_per_minute(SHARE).set("ROLLCALL_BORROWED_REQUESTS_PER_MINUTE", &borrowed)
}

/// Makes the sync's part of a run; how long it took and how many requests.
fn sync(environment: &Environment) -> (Duration, u64) {
    let (start, mut requests) = (Instant::now(), 0);
    for function in SYNC_FUNCTIONS {
        let process = Function::start(&Binaries::built().path(function), environment);
        let answer = process.invoke(&event(), PLENTY).expect("nothing disturbs it");
        assert_eq!(answer["status"], "complete", "{answer:#}");
        requests += answer["requests"]["sent"].as_u64().expect("a number of requests");
    }
    (start.elapsed(), requests)
}

#[test]
fn while_grants_arrive_nothing_is_refused_and_the_sync_is_faster_than_its_share() {
    let limit = RateLimit {
        requests: LIMIT,
        window_ms: WINDOW.as_millis() as u64,
        // No fixed window holds more than this one.
        sliding: true,
        count_refused: false,
    };
    let world = Provisioning::in_world(Options {
        rate_limit: Some(limit),
        learning_paths: 4,
        leaders_percent: 0,
        ..wide()
    });
    let world = world.with(|environment| environment.requests_per_minute(BORROWED));
    let syncing = borrowing(world.scenario.environment.clone());
    world.warm_up();
    let syncing = thread::spawn(move || sync(&syncing));
    let mut grants = 0;
    let mut next = Instant::now();
    while !syncing.is_finished() {
        let new = world.vendor().world().add_user("Ana", "Diaz");
        let person = Person::at(world.vendor(), &new);
        let entitlement = format!("team:{}:member", world.cast.north);
        let grant = json!({ "principal": person.by_name(), "entitlement": entitlement });
        world.send(&request("grant", grant));
        grants += 1;
        world.deliver();
        next += GRANT_EVERY;
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    let (took, requests) = syncing.join().unwrap();
    let mut outcomes = world.deliver_all();
    outcomes.extend(world.take_outcomes());
    let log = world.vendor().log();
    assert_eq!(log.refused(), 0, "{} in a window", log.max_in_window(WINDOW));
    assert_eq!(outcomes.len(), grants);
    assert!(outcomes.iter().all(|outcome| outcome["status"] == "succeeded"), "{outcomes:#?}");
    let alone = Duration::from_secs(60) * u32::try_from(requests).unwrap() / SHARE;
    assert!(took < alone.mul_f64(0.85), "{requests} requests in {took:?}, {grants} grants");
}

#[test]
fn a_sync_keeps_to_its_share_while_provisioning_holds_its_lease_and_uses_both_if_not() {
    let interval = |requests_per_minute| Duration::from_secs(60) / requests_per_minute;
    let now = Timestamp::now();
    let held = json!({
        "owner": "somebody", "until": now + SignedDuration::from_hours(1), "next_request_at": null,
        "taken_at": now, "busy_ms": 0,
    });
    let free = json!({ "owner": null, "until": now, "next_request_at": now });
    for (lease, expected) in [
        (Some(held), interval(SHARE)),
        (Some(free), interval(SHARE + BORROWED)),
        (Some(json!("damaged")), interval(SHARE + BORROWED)),
        (None, interval(SHARE + BORROWED)),
    ] {
        let gap = usual_gap(lease.as_ref());
        assert!(gap >= expected.mul_f64(0.8) && gap < expected.mul_f64(1.7), "{lease:?}: {gap:?}");
    }
}

/// The middle one of the gaps between a sync's requests, with this lease in the store.
fn usual_gap(lease: Option<&Value>) -> Duration {
    let scenario = Scenario::new(small()).with(borrowing);
    if let Some(lease) = lease {
        let key = format!("{}/locks/provision.json", scenario.connection.name);
        scenario.connection.bucket.put(&key, lease.to_string());
    }
    scenario.finish("sync-users", RUN).expect("nothing disturbs it");
    scenario.simulator.reset_log();
    scenario.finish("sync-courses", RUN).expect("nothing disturbs it");
    let log = scenario.simulator.log();
    let mut gaps: Vec<_> = log.entries().windows(2).map(|two| two[1].at - two[0].at).collect();
    gaps.sort_unstable();
    gaps[gaps.len() / 2]
}
