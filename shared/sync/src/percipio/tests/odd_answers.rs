//! What is no list is never an empty one, and an empty report is not believed at once.

use percipio_simulator::{Fault, Options, Quirks, ReportTime, Rule, Total};
use rollcall_roster::{Enrolment, Table, User};
use rollcall_snapshot::Mode;

use super::tenant::Tenant;
use crate::{Status, test_runs::Account};

const REPORT: &str = "/report-requests/";
const CATALOGUE: &str = "/catalog-content";

#[tokio::test]
async fn an_answer_without_rows_is_no_end_of_a_list() {
    for (fault, part, skip) in [
        (Fault::EmptyErrors, "/users", 0),
        (Fault::NoContent, "/users", 1),
        (Fault::EmptyList, "/users", 0),
        (Fault::EmptyList, "/users", 1),
        (Fault::EmptyList, CATALOGUE, 0),
        (Fault::EmptyList, CATALOGUE, 1),
        (Fault::NoContent, CATALOGUE, 0),
        (Fault::NoContent, CATALOGUE, 1),
    ] {
        let quirks = Quirks { page_cap: Some(50), ..Quirks::default() };
        let tenant = Tenant::start(Options { quirks, ..Options::default() });
        let truth = tenant.simulator.truth();
        tenant.simulator.faults().add(Rule::new(fault).on(part).skip(skip).times(1));
        let case = format!("{fault:?} of {part} after {skip}");
        tenant.users().await.unwrap_or_else(|error| panic!("{case}: {error}"));
        let courses = tenant.courses().await.unwrap_or_else(|error| panic!("{case}: {error}"));
        let users = tenant.table::<User>("sync-users").await.len();
        assert_eq!(users, truth.users().len(), "{case}");
        let rows = courses.tables[Table::Courses.name()].rows;
        assert_eq!(rows, truth.courses().len() as u64, "{case}");
        assert!(tenant.findings().await.unsettled.is_empty(), "{case}");
    }
}

#[tokio::test]
async fn a_list_that_is_always_shorter_than_told_says_so() {
    let quirks = Quirks { catalog_total: Total::OffBy(60), ..Quirks::default() };
    let tenant = Tenant::start(Options { items: 230, quirks, ..Options::default() });
    tenant.courses().await.unwrap();
    let unsettled = tenant.findings().await.unsettled["GET /catalog-content"];
    assert_eq!((unsettled.told, unsettled.read), (Some(290), 230));
    tenant.users().await.unwrap();
    tenant.teams().await.unwrap();
    let publication = tenant.publish_on(tenant.store.clone(), 0).await;
    let told = "list_incomplete: GET /catalog-content gave 230 rows, the vendor counts 290";
    assert!(
        publication.reasons.iter().any(|reason| reason.starts_with(told)),
        "{:?}",
        publication.reasons
    );
}

#[tokio::test]
async fn a_list_of_nothing_while_the_report_is_built_is_no_report() {
    let report = ReportTime { polls: 2, ..ReportTime::default() };
    let quirks = Quirks { empty_while_building: true, ..Quirks::default() };
    let tenant = Tenant::start(Options { report, quirks, ..Options::default() });
    tenant.courses().await.unwrap();
    let rows = tenant.table::<Enrolment>("sync-courses").await;
    assert_eq!(rows, tenant.simulator.truth().enrolments());
    assert_eq!(tenant.simulator.reports().len(), 1);
}

#[tokio::test]
async fn other_answers_that_hold_nothing_are_no_report() {
    for fault in [Fault::EmptyErrors, Fault::NoContent, Fault::EmptyList] {
        let tenant = Tenant::start(Options::default());
        let rule = Rule::new(fault).on(REPORT).method("GET").times(2);
        tenant.simulator.faults().add(rule);
        tenant.courses().await.unwrap();
        let rows = tenant.table::<Enrolment>("sync-courses").await;
        assert_eq!(rows, tenant.simulator.truth().enrolments(), "{fault:?}");
    }
}

#[tokio::test]
async fn an_empty_report_is_believed_when_it_stays_empty() {
    let tenant = Tenant::start(Options { activities: 0, ..Options::default() });
    assert_eq!(tenant.courses().await.unwrap().status, Status::Complete);
    assert_eq!(tenant.requests_for(REPORT), 2 + 3, "a request, a question too early, and three");
    assert!(tenant.table::<Enrolment>("sync-courses").await.is_empty());

    let tenant = Tenant::start(Options::default());
    tenant.run(1, Mode::Full).await;
    let before = Account::table::<Enrolment>(&tenant, 1).await;
    tenant.simulator.reset_log();
    tenant.run(2, Mode::Delta).await;
    assert_eq!(tenant.requests_for(REPORT), 2 + 1);
    assert_eq!(Account::table::<Enrolment>(&tenant, 2).await, before);
}

#[tokio::test]
async fn a_search_is_read_to_its_end() {
    for catalog_total in [Total::Exact, Total::Absent] {
        let quirks = Quirks {
            search_finds_others: 30,
            page_cap: Some(10),
            catalog_total,
            ..Quirks::default()
        };
        let mut tenant = Tenant::start(Options { items: 200, quirks, ..Options::default() });
        let ids = tenant.simulator.world().course_ids()[..3].to_vec();
        tenant.scope.limited_courses = Some(ids);
        let answer = tenant.courses().await.unwrap();
        assert_eq!(answer.tables[Table::Courses.name()].rows, 3);
        assert!(tenant.findings().await.unknown_courses.is_empty());
    }
}
