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

/// A published run that began at hour 1,000.
fn published(mode: Mode, carried: bool) -> Manifest {
    let run_id = RunId::at(hours(1_000));
    Manifest {
        version: MANIFEST_VERSION,
        connection: "acme".into(),
        vendor: "litmos".into(),
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
        let plan = RunPlan::settle(asked, latest, scope, LIMITS, hours(hour));
        assert_eq!(plan.kind, wanted, "{asked:?} {hour}");
        assert_eq!((plan.asked, plan.settled_at), (asked, hours(hour)));
        assert_eq!(plan.page_cap, latest.and(Some(100)));
        assert_eq!(plan.longest_page, latest.and(Some(1_000)));
    }
}

#[test]
fn a_plan_reads_back() {
    for kind in [full(Some("why"), Some(base(None))), full(None, None), Kind::Delta(base(Some(1)))]
    {
        let (page_cap, longest_page) = (Some(7), Some(9));
        let (asked, settled_at) = (Mode::Delta, hours(1));
        let plan = RunPlan { asked, kind, settled_at, page_cap, longest_page };
        let text = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<RunPlan>(&text).unwrap(), plan, "{text}");
    }
}
