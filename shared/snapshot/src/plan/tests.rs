//! What becomes of what was asked for.

use std::collections::BTreeMap;

use super::*;
use crate::{MANIFEST_VERSION, Verdict};

const LIMITS: DeltaLimits = DeltaLimits {
    overlap: SignedDuration::from_hours(24),
    max_age: SignedDuration::from_hours(24 * 30),
};

fn hours(hours: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
}

fn account(name: &str) -> RunAccount {
    let [vendor, region, account, base_url] =
        ["litmos", "us", name, "https://api.litmos.com/v1.svc"].map(str::to_owned);
    RunAccount { vendor, region, account, base_url }
}

/// A published run that began at hour 1,000.
fn published(mode: Mode, carried: bool) -> Manifest {
    let run_id = RunId::at(hours(1_000));
    Manifest {
        version: MANIFEST_VERSION,
        connection: "acme".into(),
        vendor: "litmos".into(),
        account: Some(account("acme")),
        run_id: run_id.clone(),
        mode,
        started_at: hours(1_000),
        finished_at: hours(1_001),
        base_run_id: None,
        full_run: None,
        page_cap: Some(100),
        longest_page: Some(1_000),
        carried_from: carried.then_some(run_id),
        missed_by_delta: None,
        memberships_unsure: Default::default(),
        unreadable: BTreeMap::new(),
        verdict: Verdict::Published,
        reasons: Vec::new(),
        scope: Scope::default(),
        tables: BTreeMap::new(),
        requests: BTreeMap::new(),
    }
}

fn base(since: Option<i64>) -> Base {
    Base { run_id: RunId::at(hours(1_000)), since: since.map(hours) }
}

fn full(fell_back: Option<&str>, carries: Option<Base>) -> Kind {
    Kind::Full { fell_back: fell_back.map(str::to_owned), carries }
}

#[test]
fn a_run_is_what_was_asked_for_if_it_can_be() {
    let plain = published(Mode::Full, false);
    let delta = published(Mode::Delta, false);
    let carried = published(Mode::Full, true);
    let all = Scope::default();
    let few = Scope { limited_courses: Some(vec!["c".into()]) };
    let none = "there is no published run yet";
    let other = "run 19700211T160000Z had other limited_courses";
    let old = "run 19700211T160000Z is 30 days old, 30 are allowed";
    let (month, more) = (1_000 + 24 * 30, 1_000 + 24 * 30 + 1);
    for (asked, latest, scope, hour, wanted) in [
        (Mode::Full, None, &all, 1_001, full(None, None)),
        (Mode::Full, Some(&plain), &all, 1_001, full(None, None)),
        (Mode::Full, Some(&delta), &all, 1_001, full(None, Some(base(Some(976))))),
        (Mode::Full, Some(&carried), &all, 1_001, full(None, Some(base(Some(976))))),
        (Mode::Full, Some(&delta), &few, 1_001, full(None, None)),
        (Mode::Full, Some(&delta), &all, more, full(None, Some(base(None)))),
        (Mode::Delta, Some(&plain), &all, 1_001, Kind::Delta(base(Some(976)))),
        (Mode::Delta, Some(&delta), &all, month, Kind::Delta(base(Some(976)))),
        (Mode::Delta, None, &all, 1_001, full(Some(none), None)),
        (Mode::Delta, Some(&delta), &few, 1_001, full(Some(other), None)),
        (Mode::Delta, Some(&delta), &all, more, full(Some(old), Some(base(None)))),
        (Mode::Delta, Some(&plain), &all, more, full(Some(old), None)),
    ] {
        let subject = RunSubject { scope: scope.clone(), account: account("acme") };
        let plan = RunPlan::settle(asked, &subject, latest, LIMITS, hours(hour));
        assert_eq!(plan.kind, wanted, "{asked:?} {hour}");
        assert_eq!((plan.asked, plan.settled_at), (asked, hours(hour)));
        assert_eq!(plan.page_cap, latest.and(Some(100)));
        assert_eq!(plan.differs_from(&subject), None);
        // Whatever kind of run it is, the last published one stands in for what cannot be read.
        assert_eq!(plan.stand_in(), latest.map(|latest| &latest.run_id));
        assert_eq!(plan.longest_page, latest.and(Some(1_000)));
    }
}

/// Nothing of it is taken over, not even how the vendor pages.
#[test]
fn a_base_of_another_account_is_none() {
    let latest = published(Mode::Delta, false);
    let subject = RunSubject { scope: Scope::default(), account: account("other") };
    for asked in [Mode::Full, Mode::Delta] {
        let plan = RunPlan::settle(asked, &subject, Some(&latest), LIMITS, hours(1_001));
        let Kind::Full { fell_back, carries: None } = &plan.kind else { panic!("{plan:?}") };
        assert_eq!(fell_back.is_some(), asked == Mode::Delta);
        assert!(fell_back.as_ref().is_none_or(|why| why.starts_with("another_account: ")));
        assert_eq!((plan.page_cap, plan.stand_in()), (None, None));
    }
    let unknown = Manifest { account: None, ..latest };
    let plan = RunPlan::settle(Mode::Delta, &subject, Some(&unknown), LIMITS, hours(1_001));
    assert_eq!(plan.mode(), Mode::Delta, "what tells no account counts as the same");
}

#[test]
fn what_a_run_is_about_is_settled_once() {
    let courses = |id: &str| Scope { limited_courses: Some(vec![id.to_owned()]) };
    let began = RunSubject { scope: courses("c"), account: account("acme") };
    let plan = RunPlan::settle(Mode::Full, &began, None, LIMITS, hours(1));
    assert_eq!(plan.differs_from(&began), None);
    for (scope, account, wanted) in [
        (courses("d"), account("acme"), "LimitedCourses (ROLLCALL_LIMITED_COURSES) is d and was c"),
        (
            Scope::default(),
            account("acme"),
            "LimitedCourses (ROLLCALL_LIMITED_COURSES) is all and was c",
        ),
        (courses("c"), account("other"), "account other instead of acme"),
    ] {
        let told = plan.differs_from(&RunSubject { scope, account });
        assert_eq!(told.as_deref(), Some(wanted));
    }
    let earlier = RunPlan { scope: None, account: None, ..plan };
    let other = RunSubject { scope: Scope::default(), account: account("other") };
    assert_eq!(earlier.differs_from(&other), None, "an earlier release settled neither");
}

#[test]
fn a_plan_reads_back() {
    for kind in [full(Some("why"), Some(base(None))), full(None, None), Kind::Delta(base(Some(1)))]
    {
        let plan = RunPlan {
            asked: Mode::Delta,
            kind,
            settled_at: hours(1),
            page_cap: Some(7),
            longest_page: Some(9),
            last_published: Some(RunId::at(hours(1_000))),
            scope: Some(Scope::default()),
            account: Some(account("acme")),
        };
        let text = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<RunPlan>(&text).unwrap(), plan, "{text}");
    }
}
