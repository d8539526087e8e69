//! The catalogue's data set: frozen, named by an id, forgotten some day.

use percipio_simulator::{Fault, Link, Options, PagingId, Quirks, Rule, Total, WithoutId};
use rollcall_roster::Course;
use rollcall_snapshot::Findings;

use super::tenant::Tenant;
use crate::{
    SyncError,
    percipio::{List, Part, catalogue},
};

/// Everything in the catalogue.
const ALL: (List, Option<rollcall_roster::Timestamp>) = (List::All, None);

fn options(quirks: Quirks) -> Options {
    Options { items: 230, quirks: Quirks { page_cap: Some(50), ..quirks }, ..Options::default() }
}

async fn ids(tenant: &Tenant) -> Vec<String> {
    let courses = tenant.table::<Course>("sync-courses").await.into_iter();
    courses.map(|course| course.course_id).collect()
}

#[tokio::test]
async fn an_id_that_is_forgotten_is_replaced() {
    for status in [400, 404] {
        let quirks = Quirks { unknown_id_status: status, ..Quirks::default() };
        let tenant = Tenant::start(options(quirks));
        let forgotten = Rule::new(Fault::Forgotten).on("/catalog-content").skip(2).times(1);
        tenant.simulator.faults().add(forgotten);
        tenant.courses().await.unwrap();
        let mut meant = tenant.simulator.world().course_ids();
        meant.sort_unstable();
        assert_eq!(ids(&tenant).await, meant);
        let log = tenant.simulator.log();
        let opened = log.entries().iter().filter(|entry| entry.query == "offset=0&max=1000");
        assert_eq!(opened.count(), 2, "read from the beginning");
    }
}

#[tokio::test]
async fn a_data_set_that_is_forgotten_again_and_again_ends_the_run() {
    let tenant = Tenant::start(options(Quirks::default()));
    let forgotten = Rule::new(Fault::Forgotten).on("/catalog-content").skip(2);
    tenant.simulator.faults().add(forgotten);
    let outcome = tenant.courses().await.unwrap_err();
    assert!(outcome.to_string().contains("forgot the data set of each reading"), "{outcome}");
    assert!(tenant.requests_for("/catalog-content?") <= 20);
}

/// Why a run stops.
async fn stops(options: Options) -> String {
    let outcome = Tenant::start(options).courses().await;
    assert!(matches!(outcome, Err(SyncError::Vendor(_))), "{outcome:?}");
    outcome.unwrap_err().to_string()
}

#[tokio::test]
async fn a_catalogue_that_goes_round_in_circles_is_left() {
    for (course_percent, catalog_total) in
        [(40, Total::Exact), (40, Total::Absent), (0, Total::Exact), (0, Total::Absent)]
    {
        let quirks = Quirks { offset_ignored: true, catalog_total, ..Quirks::default() };
        let why = stops(Options { course_percent, ..options(quirks) }).await;
        assert!(why.contains("is the first one again"), "{course_percent}: {why}");
    }
}

#[tokio::test]
async fn a_catalogue_has_an_end() {
    let tenant = Tenant::start(options(Quirks::default()));
    let client = &tenant.connection().client;
    let nothing = Findings::default();
    let first = catalogue::page(client, ALL, Part::FIRST, &nothing, |part| part).await.unwrap();
    let far = serde_json::from_str(r#"{"start": 10000001, "until": null}"#).unwrap();
    let outcome = catalogue::page(client, ALL, far, &first.findings, |part| part).await;
    assert!(outcome.unwrap_err().to_string().contains("has no end"));
    let quirks = Quirks { catalog_total: Total::OffBy(1_000_000_000_000), ..Quirks::default() };
    let why = stops(Options { items: 1_100, quirks, ..Options::default() }).await;
    assert!(why.contains("too long to be true"), "{why}");
}

#[tokio::test]
async fn pages_are_not_asked_for_without_an_id() {
    for paging_request_id in [PagingId::Absent, PagingId::Empty] {
        let quirks = Quirks { paging_request_id, ..Quirks::default() };
        let why = stops(options(quirks.clone())).await;
        assert!(why.contains("no x-paging-request-id"), "{why}");
        // One page needs none.
        let tenant = Tenant::start(Options { quirks, ..Options::default() });
        tenant.courses().await.unwrap();
        assert_eq!(ids(&tenant).await.len(), tenant.simulator.truth().courses().len());
    }
}

#[tokio::test]
async fn a_catalogue_may_be_as_long_as_only_a_link_tells() {
    let base = || Quirks { catalog_total: Total::Absent, ..Quirks::default() };
    let (refused, anew) = (WithoutId::Refused, WithoutId::NewDataSet);
    for quirks in [
        base(),
        Quirks { link: Link::All, ..base() },
        Quirks { link: Link::WithoutLast, ..base() },
        Quirks { link: Link::Absent, ..base() },
        Quirks { page_without_id: refused, page_with_empty_id: refused, ..base() },
        Quirks { page_without_id: anew, page_with_empty_id: anew, ..base() },
    ] {
        let case = format!("{quirks:?}");
        let tenant = Tenant::start(Options { items: 1_100, quirks, ..Options::default() });
        tenant.courses().await.unwrap();
        let mut meant = tenant.simulator.world().course_ids();
        meant.sort_unstable();
        assert_eq!(ids(&tenant).await, meant, "{case}");
        assert_eq!(tenant.requests_for("/catalog-content?"), 3, "two, and one of one row: {case}");
    }
}
