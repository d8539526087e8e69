//! However talkative the logs are: no launch link and no token leaves the vendor.

use percipio_simulator::{LAUNCH_SECRET, Options, Simulator};
use scenarios::{Scenario, read_parts};

const RUN: &str = "20261121T220000Z";

fn assert_none_in(place: &str, bytes: &[u8], token: &str) {
    let text = String::from_utf8_lossy(bytes);
    for word in [LAUNCH_SECRET, "aiccLaunch", token] {
        assert!(!text.contains(word), "{word} is in {place}");
    }
}

/// An object's names as they lie there, its rows as they are read.
fn plain(scenario: &Scenario<Simulator>, key: &str) -> Vec<u8> {
    let bucket = &scenario.connection.bucket;
    let bytes = bucket.get(key).unwrap();
    if key.ends_with(".parquet") {
        let rows = read_parts(bucket, &[key.to_owned()]);
        return [bytes, serde_json::to_vec(&rows).unwrap()].concat();
    }
    if key.ends_with(".zst") { zstd::decode_all(&*bytes).unwrap() } else { bytes }
}

#[test]
fn no_launch_link_and_no_token_leaves_the_vendor() {
    let all = Scenario::percipio(Options::default()).with(|env| env.set("RUST_LOG", "trace"));
    let few = Scenario::percipio(Options::default());
    let ids = few.simulator.world().course_ids().join(",");
    let few = few.with(|env| env.set("RUST_LOG", "trace").set("ROLLCALL_LIMITED_COURSES", &ids));
    for scenario in [all, few] {
        scenario.run(RUN).unwrap();
        let token = scenario.simulator.api_token();
        let logs = scenario.logs();
        assert!(logs.contains("\"level\":\"TRACE\""), "the logs are not talkative");
        assert_none_in("the logs", logs.as_bytes(), &token);
        let keys = scenario.connection.bucket.keys("");
        for kind in [".parquet", ".jsonl.zst", "/checkpoint.json"] {
            assert!(keys.iter().any(|key| key.ends_with(kind)), "there is no {kind}");
        }
        for key in keys {
            assert_none_in(&key, &plain(&scenario, &key), &token);
        }
    }
}
