//! Only the configured courses, for the whole of a run; and never none of them by mistake.

use scenarios::Scenario;
use serde_json::json;

use crate::support::{RUN, event, reason, requests_for, small};

const UNKNOWN: &str = "Zz00noSuch01";

fn limited_to(scenario: Scenario, courses: &[&str]) -> Scenario {
    let courses = courses.join(",");
    scenario.with(|env| env.set("ROLLCALL_LIMITED_COURSES", &courses))
}

/// Two courses of the organisation.
fn two(scenario: &Scenario) -> [String; 2] {
    let mut courses = scenario.simulator.world().course_ids();
    [courses.swap_remove(4), courses.swap_remove(1)]
}

#[test]
fn only_the_configured_courses_are_read_and_an_unknown_one_is_named() {
    let scenario = Scenario::new(small());
    let [one, other] = two(&scenario);
    let scenario = limited_to(scenario, &[&one, UNKNOWN, &other]);
    let answer = scenario.run(RUN).unwrap();
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    let manifest = scenario.manifest(RUN).unwrap();
    let mut scope = [one.as_str(), other.as_str(), UNKNOWN];
    scope.sort_unstable();
    assert_eq!(manifest["scope"]["limited_courses"], json!(scope));
    let unknown = reason(&scenario, "unknown_courses").unwrap();
    assert!(unknown.contains(UNKNOWN) && !unknown.contains(&one), "{unknown}");
    for table in ["courses", "enrolments"] {
        let mut truth = scenario.truth(table);
        truth.retain(|row| scope.contains(&row["course_id"].as_str().unwrap()));
        assert_eq!(scenario.table(table, RUN), truth, "{table}");
    }
    for table in ["users", "teams", "team_members"] {
        assert_eq!(scenario.table(table, RUN), scenario.truth(table), "{table}");
    }
    assert_eq!(requests_for(&scenario, "/courses"), 0, "the whole list is not asked for");
    let courses = scenario.simulator.log();
    let courses = courses.entries().iter().filter(|entry| entry.path.contains("/courses"));
    assert_eq!(courses.count(), 3 + 2, "each one, and the learners of those that are there");
}

#[test]
fn a_scope_of_which_nothing_exists_is_a_mistake_that_can_be_corrected() {
    let scenario = limited_to(Scenario::new(small()), &[UNKNOWN, "Zz00noSuch02"]);
    scenario.finish("sync-users", RUN).unwrap();
    scenario.finish("sync-teams", RUN).unwrap();
    for _ in 0..2 {
        let error = scenario.call("sync-courses", &event()).unwrap_err();
        assert_eq!(error.error_type, "InvalidConfiguration", "{error}");
        assert!(error.error_message.contains("ROLLCALL_LIMITED_COURSES"), "{error}");
        assert!(error.error_message.contains(UNKNOWN), "{error}");
    }
    let published = scenario.call("publish-snapshot", &event());
    assert_eq!(published.unwrap_err().error_type, "RunIncomplete");
    assert_eq!(scenario.latest(), None);
}

#[test]
fn a_scope_that_is_changed_during_a_run_is_refused_and_may_be_changed_back() {
    let scenario = Scenario::new(small());
    let [one, other] = two(&scenario);
    let scenario = limited_to(scenario, &[&one, &other]);
    scenario.finish("sync-users", RUN).unwrap();
    scenario.finish("sync-teams", RUN).unwrap();
    let aim = scenario.requests() + 1;
    assert_eq!(scenario.kill_when("sync-courses", RUN, || scenario.requests() >= aim), None);
    let mut scenario = scenario;
    // The last request of the one that was killed may still be on its way.
    let mut before = None;
    for changed in [&[one.as_str()][..], &[]] {
        scenario = limited_to(scenario, changed);
        let error = scenario.call("sync-courses", &event()).unwrap_err();
        assert_eq!(error.error_type, "InvalidConfiguration", "{error}");
        assert!(error.error_message.contains("ROLLCALL_LIMITED_COURSES"), "{error}");
        before.get_or_insert(scenario.requests());
    }
    let scenario = limited_to(scenario, &[&other, &one]);
    assert_eq!(Some(scenario.requests()), before, "the vendor was asked nothing");
    scenario.finish("sync-courses", RUN).unwrap();
    assert_eq!(scenario.call("publish-snapshot", &event()).unwrap()["verdict"], "published");
    assert_eq!(scenario.table("courses", RUN).len(), 2);
}
