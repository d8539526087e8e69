//! What the log tells: each line the run that it belongs to, and a failure one line.

use scenarios::{FUNCTIONS, PLENTY, Scenario};
use serde_json::Value;

use crate::support::{RUN, event, small};

#[test]
fn every_line_names_its_run_and_a_failure_has_one() {
    let scenario = Scenario::new(small());
    scenario.simulator.set_api_key("another");
    let reasons = ["VendorUnauthorized", "RunIncomplete", "RunIncomplete", "RunIncomplete"];
    for (function, reason) in FUNCTIONS.into_iter().zip(reasons) {
        let process = scenario.start(function);
        process.invoke(&event(), PLENTY).unwrap_err();
        let records = process.log().records();
        let lines: Vec<_> = records.iter().filter(|record| record["level"].is_string()).collect();
        for line in &lines {
            let named = line["spans"].as_array().unwrap().last().unwrap();
            assert_eq!(named["run_id"], RUN, "{line:#}");
        }
        let failures: Vec<&Value> = lines.into_iter().filter(|l| l["level"] == "ERROR").collect();
        let [failure] = &*failures else { panic!("{function}: {failures:#?}") };
        assert_eq!(
            (&failure["message"], &failure["error_type"]),
            (&"failed".into(), &reason.into())
        );
    }
}
