//! Whatever happens and however talkative the logs are: no key and no login link leaves the vendor.

use std::collections::BTreeSet;

use litmos_simulator::{Fault, Options, Rule};
use scenarios::{SYNC_FUNCTIONS, Scenario, read_parts, vendor_says};

use crate::support::{RUN, event, small};

const OLD: &str = "00000000-1111-2222-3333-444444444444";
const NEW: &str = "99999999-8888-7777-6666-555555555555";

/// What must not be found, in lower case.
struct Forbidden(BTreeSet<String>);

impl Forbidden {
    /// Both keys, the links' parameter, and each link's own id, as the vendor sends them.
    fn of(scenario: &Scenario) -> Self {
        scenario.simulator.faults().clear();
        let users = vendor_says(&scenario.simulator, "/users/details?limit=1000");
        let links = users.split("loginkey=").skip(1);
        let mut words: BTreeSet<_> = links.map(|link| link[..36].to_lowercase()).collect();
        assert_eq!(words.len(), scenario.truth("users").len());
        words.extend([OLD, NEW, "loginkey"].map(str::to_owned));
        Self(words)
    }

    fn assert_none_in(&self, place: &str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        if let Some(word) = self.0.iter().find(|word| text.contains(*word)) {
            let at = text.find(word).unwrap_or_default();
            let around: String = text.chars().skip(at.saturating_sub(200)).take(500).collect();
            panic!("{word} is in {place}: …{around}…");
        }
    }
}

/// A run with a kill, failures of the vendor, a refused key and a changed one.
fn eventful_run(log_level: &str) -> (Scenario, Vec<String>) {
    let fault = |fault| Rule::new(fault).percent(5.0);
    let faults = [Fault::ServerError, Fault::CutOff, Fault::Html, Fault::Unavailable, Fault::Reset];
    let options = Options { latency_ms: 2, ..small() };
    let scenario = Scenario::new(options).with(|env| env.set("RUST_LOG", log_level));
    let often = |scenario: &Scenario| {
        scenario.simulator.faults().clear();
        faults.map(fault).into_iter().for_each(|rule| scenario.simulator.faults().add(rule));
    };
    let mut errors = Vec::new();
    often(&scenario);
    for (function, aim) in SYNC_FUNCTIONS.into_iter().zip([1, 4, 6]) {
        let aim = scenario.requests() + aim;
        scenario.kill_when(function, RUN, || scenario.requests() >= aim);
        // all of the vendor, for what is refused for one course alone is set aside
        scenario.simulator.faults().clear();
        scenario.simulator.faults().add(Rule::new(Fault::Forbidden));
        errors.extend(scenario.call(function, &event()).err());
        often(&scenario);
        scenario.simulator.set_api_key(NEW);
        errors.extend(scenario.call(function, &event()).err());
        scenario.connection.secret.update(&format!("{{\"api_key\": \"{NEW}\"}}"));
        scenario.finish(function, RUN).expect("nothing goes wrong that cannot be overcome");
        scenario.simulator.set_api_key(OLD);
        scenario.connection.secret.update(&format!("{{\"api_key\": \"{OLD}\"}}"));
    }
    scenario.call("publish-snapshot", &event()).expect("the run is complete");
    let kinds: Vec<_> = errors.iter().map(|error| error.error_type.as_str()).collect();
    assert_eq!(kinds, ["VendorForbidden", "VendorUnauthorized"].repeat(SYNC_FUNCTIONS.len()));
    (scenario, errors.into_iter().map(|error| error.error_message).collect())
}

#[test]
fn no_key_and_no_login_link_leaves_the_vendor() {
    let (scenario, errors) = eventful_run("trace");
    let forbidden = Forbidden::of(&scenario);
    let logs = scenario.logs();
    for told in ["repeating a request", "\"level\":\"TRACE\""] {
        assert!(logs.contains(told), "the logs are not talkative: {told}");
    }
    forbidden.assert_none_in("the logs", logs.as_bytes());
    forbidden.assert_none_in("the errors", errors.join("\n").as_bytes());
    let bucket = &scenario.connection.bucket;
    let keys = bucket.keys("");
    for kind in [".parquet", ".jsonl.zst", "/checkpoint.json", "/manifest.json", "/latest.json"] {
        assert!(keys.iter().any(|key| key.ends_with(kind)), "there is no {kind}");
    }
    for key in keys {
        let bytes = bucket.get(&key).unwrap();
        let plain = match &*key {
            // Its names as they lie there, its rows as they are read.
            key if key.ends_with(".parquet") => {
                let rows = read_parts(bucket, &[key.to_owned()]);
                [bytes, serde_json::to_vec(&rows).unwrap()].concat()
            }
            key if key.ends_with(".zst") => zstd::decode_all(&*bytes).unwrap(),
            _ => bytes,
        };
        forbidden.assert_none_in(&key, &plain);
    }
}
