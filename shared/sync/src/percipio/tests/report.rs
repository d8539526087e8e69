//! The report: waited for, requested again, read again, read in pieces.

use std::time::Duration;

use percipio_simulator::{Fault, Options, Quirks, ReportTime, Rule, WindowStatus};
use rollcall_roster::Enrolment;

use super::tenant::Tenant;
use crate::{
    Status, SyncError,
    percipio::{CourseTask, report::WAITS},
};

const REQUEST: &str = "/report-requests/learning-activity";
const ANSWER: &str = "/report-requests/";

fn report(polls: u32) -> Options {
    Options { report: ReportTime { polls, ..ReportTime::default() }, ..Options::default() }
}

async fn is_whole(tenant: &Tenant) -> bool {
    let read = tenant.table::<Enrolment>("sync-courses").await;
    read == tenant.simulator.truth().enrolments()
}

#[tokio::test]
async fn a_report_is_waited_for_outside() {
    let tenant = Tenant { waits: WAITS, ..Tenant::start(report(1)) };
    let first = tenant.courses().await.unwrap();
    assert_eq!((first.status, first.wait_seconds), (Status::Continue, 5));
    let sent = tenant.simulator.log().count();
    // Whoever calls too early gets the same answer, and the vendor no request.
    let early = tenant.courses().await.unwrap();
    assert_eq!((early.status, early.requests), (Status::Continue, first.requests));
    assert!((1..=5).contains(&early.wait_seconds), "{}", early.wait_seconds);
    assert_eq!(tenant.simulator.log().count(), sent);
    assert_eq!(tenant.simulator.reports().len(), 1);
    let checkpoint = tenant.checkpoint().await;
    let [CourseTask::Report(requested)] = &checkpoint.pending[..] else { panic!("{checkpoint:?}") };
    assert_eq!(requested.report_id, tenant.simulator.reports()[0].id);
}

#[tokio::test]
async fn a_report_that_failed_or_was_forgotten_is_requested_once_more() {
    for fault in [
        Rule::new(Fault::ReportFails).on(REQUEST),
        Rule::new(Fault::Forgotten).on(ANSWER).method("GET").skip(1),
    ] {
        let tenant = Tenant::start(report(2));
        tenant.simulator.faults().add(fault.clone().times(1));
        tenant.courses().await.unwrap();
        assert!(is_whole(&tenant).await);
        assert_eq!(tenant.simulator.reports().len(), 2);

        let tenant = Tenant::start(report(2));
        tenant.simulator.faults().add(fault);
        let outcome = tenant.courses().await;
        assert!(matches!(outcome, Err(SyncError::ReportFailed(_))), "{outcome:?}");
        assert_eq!(tenant.simulator.reports().len(), 2);
    }
}

#[tokio::test]
async fn a_report_may_be_forgotten_in_other_words() {
    for unknown_report_status in [400, 404, 410] {
        let quirks = Quirks { unknown_report_status, ..Quirks::default() };
        let tenant = Tenant::start(Options { quirks, ..report(0) });
        let forgotten = Rule::new(Fault::Forgotten).on(ANSWER).method("GET").times(1);
        tenant.simulator.faults().add(forgotten);
        tenant.courses().await.unwrap();
        assert!(is_whole(&tenant).await, "{unknown_report_status}");
        assert_eq!(tenant.simulator.reports().len(), 2);
    }
}

#[tokio::test]
async fn a_report_that_breaks_off_is_read_again() {
    for fault in [
        Fault::CutOff { after_bytes: None },
        Fault::CutOff { after_bytes: Some(100_000) },
        Fault::NotJson,
        Fault::Empty,
        Fault::Html,
        Fault::Reset,
        Fault::Unavailable,
    ] {
        let tenant = Tenant::start(report(0));
        let rule = Rule::new(fault).on(ANSWER).method("GET");
        tenant.simulator.faults().add(rule.clone().times(1));
        let outcome = tenant.courses().await;
        assert!(outcome.is_ok(), "{fault:?}: {outcome:?}");
        assert!(is_whole(&tenant).await, "{fault:?}");
        assert_eq!(tenant.simulator.reports().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_report_that_always_breaks_off_fails_the_slice_and_fills_no_table() {
    let tenant = Tenant::start(report(0));
    let rule = Rule::new(Fault::CutOff { after_bytes: Some(100_000) }).on(ANSWER).method("GET");
    tenant.simulator.faults().add(rule);
    let outcome = tenant.courses().await;
    assert!(matches!(outcome, Err(SyncError::Vendor(_))), "{outcome:?}");
    assert!(tenant.checkpoint().await.tables.values().all(|held| held.parts.is_empty()));
    tenant.simulator.faults().clear();
    tenant.courses().await.unwrap();
    assert!(is_whole(&tenant).await);
}

#[tokio::test]
async fn a_long_report_is_read_in_pieces() {
    let base = Quirks::default;
    for quirks in [
        base(),
        Quirks { window_end_exclusive: true, ..base() },
        Quirks { window_status: WindowStatus::AtEnd, ..base() },
        Quirks { window_status: WindowStatus::Within, ..base() },
    ] {
        let case = format!("{quirks:?}");
        let activities = 3_000;
        let options = Options { activities, quirks, ..report(1) };
        let tenant = Tenant { rows_at_once: 400, ..Tenant::start(options) };
        tenant.courses().await.unwrap();
        assert!(is_whole(&tenant).await, "{case}");
        let reports = tenant.simulator.reports().len();
        assert!((3..=6).contains(&reports), "{reports} reports; {case}");
    }
}

#[tokio::test]
async fn a_report_slower_than_any_slice_is_left_and_its_rest_requested() {
    let options = Options { activities: 4_000, course_activity_percent: 100, ..report(0) };
    let tenant = Tenant { lasts: Duration::from_secs(3), ..Tenant::start(options) };
    // Longer than a slice, and nothing comes of it but what came before.
    let stall = Rule::new(Fault::Stall { ms: 60_000 }).on(ANSWER).method("GET").times(2);
    tenant.simulator.faults().add(stall);
    tenant.courses().await.unwrap();
    assert!(is_whole(&tenant).await);
    assert_eq!(tenant.simulator.reports().len(), 3);
}
