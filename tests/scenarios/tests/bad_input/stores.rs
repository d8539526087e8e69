//! The bucket: missing or out of reach, it is named, and soon.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use scenarios::Scenario;

use crate::support::{
    FIRST, SECOND, assert_names, event, nobody_listens_here, objects, published, small,
};

const OF_A_RUN: [&str; 4] = ["sync-users", "sync-teams", "sync-courses", "publish-snapshot"];

/// Within this an invocation must have said what is wrong.
const SOON: Duration = Duration::from_secs(30);

fn assert_unavailable(scenario: &Scenario, bucket: &str) {
    for function in OF_A_RUN {
        let began = Instant::now();
        let error = scenario.call(function, &event(SECOND)).unwrap_err();
        assert_names(&error, "StoreUnavailable", &[&format!("s3://{bucket}/")]);
        assert!(began.elapsed() < SOON, "{function}: {:?}", began.elapsed());
    }
}

#[test]
fn a_bucket_that_is_not_there_is_named() {
    let scenario = published().with(|e| e.set("ROLLCALL_BUCKET", "no-such-bucket"));
    let before = objects(&scenario);
    assert_unavailable(&scenario, "no-such-bucket");
    assert_eq!(objects(&scenario), before);
}

#[test]
fn a_store_out_of_reach_is_said_before_long() {
    let scenario = published().with(|e| e.set("AWS_ENDPOINT_URL", &nobody_listens_here()));
    let before = objects(&scenario);
    let bucket = scenario.connection.bucket.name().to_owned();
    assert_unavailable(&scenario, &bucket);
    assert_eq!(objects(&scenario), before);
    assert_eq!(scenario.latest().as_deref(), Some(FIRST));
}

#[test]
fn a_store_that_takes_the_call_and_never_answers_is_given_up() {
    // Connections wait in the queue of a listener that accepts none.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let scenario = Scenario::new(small()).with(|e| e.set("AWS_ENDPOINT_URL_S3", &endpoint));
    let process = scenario.start("publish-snapshot");
    let error = process.invoke(&event(SECOND), SOON).unwrap_err();
    assert_names(&error, "StoreUnavailable", &[scenario.connection.bucket.name()]);
}
