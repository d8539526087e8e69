//! The catalogue's data set: frozen, named by an id, forgotten some day.

use percipio_simulator::{Change, Fault, Options, Quirks, Rule, Total};
use rollcall_roster::Course;
use rollcall_snapshot::Findings;

use super::tenant::Tenant;
use crate::{
    SyncError,
    percipio::{catalogue, ranges::Range},
};

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
        assert!(log.entries().iter().any(|entry| entry.query == "offset=0&max=1"), "opened anew");
    }
}

#[tokio::test]
async fn a_catalogue_that_changed_meanwhile_is_not_read_on() {
    let tenant = Tenant::start(options(Quirks::default()));
    let client = &tenant.connection().client;
    let nothing = Findings::default();
    let first = catalogue::page(client, Range::WHOLE, &nothing, |range| range).await.unwrap();
    let (next, found) = (first.next[0], first.findings);
    assert!(catalogue::page(client, next, &found, |range| range).await.is_ok());

    let (title, percipio_type) = ("New".to_owned(), "COURSE".to_owned());
    tenant.simulator.world().change(Change::AddItem { title, percipio_type }).unwrap();
    assert!(catalogue::page(client, next, &found, |range| range).await.is_ok(), "it is frozen");
    tenant.simulator.faults().add(Rule::new(Fault::Forgotten).times(1));
    let outcome = catalogue::page(client, next, &found, |range| range).await;
    assert!(outcome.unwrap_err().to_string().contains("changed while it was read"));
}

#[tokio::test]
async fn a_catalogue_that_ends_before_its_length_is_not_whole() {
    let quirks = Quirks { catalog_total: Total::OffBy(60), ..Quirks::default() };
    let tenant = Tenant::start(options(quirks));
    let outcome = tenant.courses().await;
    assert!(matches!(outcome, Err(SyncError::Vendor(_))), "{outcome:?}");
    assert!(outcome.unwrap_err().to_string().contains("ends before its x-total-count"));
}
