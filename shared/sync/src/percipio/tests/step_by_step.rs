//! Readings of lists that change between two pages: the steps of a walk one after another.

use std::{collections::BTreeSet, sync::Arc};

use percipio_simulator::{Change, Fault, Options, Quirks, Rule, Total};
use rollcall_roster::{Course, Row, Table, Timestamp, User};
use rollcall_snapshot::{
    Findings, Merge, PutMode, RunPlan, Scope, StagedRow, Store, encode_segment, store::MemoryStore,
};
use serde_json::json;

use super::tenant::Tenant;
use crate::{
    Brief, Step, SyncError, Walk,
    percipio::{CourseTask, List, Part, UserTask, UsersWalk, catalogue},
};

/// What steps gave.
struct Reading {
    rows: Vec<StagedRow>,
    findings: Findings,
}

impl Reading {
    /// Does all tasks, the first in their order first; `between` is called after each.
    async fn of<T: Ord + Copy>(
        first: Vec<T>,
        step: impl AsyncFnMut(T, &Findings) -> Result<Step<T>, SyncError>,
        between: impl FnMut(usize),
    ) -> Self {
        Self::on(Findings::default(), first, step, between).await
    }

    /// The same, given what was found before.
    async fn on<T: Ord + Copy>(
        findings: Findings,
        first: Vec<T>,
        mut step: impl AsyncFnMut(T, &Findings) -> Result<Step<T>, SyncError>,
        mut between: impl FnMut(usize),
    ) -> Self {
        let mut queue: BTreeSet<T> = first.into_iter().collect();
        let mut reading = Self { rows: Vec::new(), findings };
        let mut done = 0;
        while let Some(task) = queue.pop_first() {
            let step = step(task, &reading.findings).await.unwrap();
            reading.rows.extend(step.rows.into_iter().map(|(_, _, row)| row));
            reading.findings.add(step.findings);
            queue.extend(step.next);
            done += 1;
            between(done);
        }
        reading
    }

    async fn users(tenant: &Tenant, between: impl FnMut(usize)) -> Self {
        let (walk, scope) = (tenant.users_walk(), Scope::default());
        let plan = RunPlan::plain(Timestamp::UNIX_EPOCH);
        let first = UsersWalk::first(Brief { scope: &scope, plan: &plan });
        Self::of(first, async |task, found| walk.step(task, found).await, between).await
    }

    async fn catalogue(tenant: &Tenant, between: impl FnMut(usize)) -> Self {
        let client = tenant.connection().client;
        let step = async |part, found: &Findings| {
            Ok(catalogue::page(&client, (List::All, None), part, found, |part| part).await?)
        };
        Self::of(vec![Part::FIRST], step, between).await
    }

    /// The ids of the rows.
    async fn ids<R: Row>(self) -> BTreeSet<String> {
        let (store, encoded) = (Arc::new(MemoryStore::new()), encode_segment(&self.rows).unwrap());
        store.put("rows", encoded.bytes.clone(), PutMode::Create).await.unwrap();
        let segments = [encoded.stored_as("rows".to_owned())];
        let mut rows = Merge::<R>::new(store, &segments, None, |_, later| later);
        let mut ids = BTreeSet::new();
        while let Some(row) = rows.next().await.unwrap() {
            ids.insert(row.key().0.to_owned());
        }
        ids
    }
}

#[tokio::test]
async fn what_the_release_before_has_begun_is_read_to_its_end() {
    let tenant = Tenant::start(Options { users: 2_400, ..Options::default() });
    let first = tenant.simulator.world().user_ids().remove(0);
    // As 0.2.0 leaves it after the first page.
    let found = json!({ "vendor_count": { "users": 2_400 },
        "data_set": { "id": null, "total": 2_400, "first": first } });
    let found: Findings = serde_json::from_value(found).unwrap();
    let left = json!([
        { "list": "all", "reading": 0, "range": { "start": 1_000, "until": 2_000 } },
        { "list": "all", "reading": 0, "range": { "start": 2_000, "until": null } },
    ]);
    let walk = tenant.users_walk();
    let left: Vec<UserTask> = serde_json::from_value(left).unwrap();
    let step = async |task, found: &Findings| walk.step(task, found).await;
    let reading = Reading::on(found, left, step, |_| ()).await;
    assert_eq!(tenant.requests_for("/users?"), 2 + 3, "the rest of it, and once more");
    assert!(reading.findings.unsettled.is_empty());
    assert_eq!(reading.ids::<User>().await.len(), 2_400);

    let task: CourseTask =
        serde_json::from_value(json!({ "catalogue": { "start": 0, "until": null } })).unwrap();
    assert_eq!(task, CourseTask::Catalogue(Part::FIRST));
}

#[tokio::test]
async fn a_list_at_rest_is_read_once() {
    let tenant = Tenant::start(Options { users: 2_400, ..Options::default() });
    let reading = Reading::users(&tenant, |_| ()).await;
    assert_eq!(tenant.requests_for("/users?"), 3);
    assert_eq!(reading.findings.vendor_count[&Table::Users], 2_400);
    assert!(reading.findings.unsettled.is_empty());
    assert_eq!(reading.findings.data_set.as_ref().unwrap().pages.misfits(), 0);
}

#[tokio::test]
async fn who_slips_between_two_pages_is_read_the_next_time_though_the_count_stays() {
    for user_total in [Total::Exact, Total::Absent] {
        let quirks = Quirks { user_total, ..Quirks::default() };
        let tenant = Tenant::start(Options { users: 2_400, quirks, ..Options::default() });
        let world = tenant.simulator.world();
        let gone = world.user_ids().remove(0);
        let change = |done| {
            if done == 1 {
                world.change(Change::EraseUser { id: gone.clone() }).unwrap();
                world.add_user("new-1", "Zoë", "O'Neil");
            }
        };
        let reading = Reading::users(&tenant, change).await;
        let pages = tenant.requests_for("/users?");
        assert_eq!(pages, if user_total == Total::Exact { 6 } else { 8 }, "read twice");
        assert!(reading.findings.unsettled.is_empty());
        let ids = reading.ids::<User>().await;
        let there = world.user_ids();
        assert!(there.iter().all(|id| ids.contains(id)), "all who are there");
    }
}

#[tokio::test]
async fn a_list_that_never_keeps_still_says_so() {
    let tenant = Tenant::start(Options { users: 2_400, ..Options::default() });
    let world = tenant.simulator.world();
    let ids = world.user_ids();
    let change = |done: usize| {
        world.change(Change::EraseUser { id: ids[done].clone() });
        world.add_user(&format!("new-{done}"), "Zoë", "O'Neil");
    };
    let reading = Reading::users(&tenant, change).await;
    assert_eq!(tenant.requests_for("/users?"), 9, "three readings");
    let unsettled = reading.findings.unsettled["GET /users"];
    assert_eq!((unsettled.told, unsettled.read), (Some(2_400), 2_400));
}

#[tokio::test]
async fn a_catalogue_that_was_replaced_is_read_from_its_beginning() {
    let quirks = Quirks { page_cap: Some(50), ..Quirks::default() };
    let tenant = Tenant::start(Options { items: 230, quirks, ..Options::default() });
    let world = tenant.simulator.world();
    let items = world.item_ids();
    // As long as it was, with the same first item, and yet another one.
    let change = |done| {
        if done == 2 {
            world.change(Change::HideItem { id: items[20].clone() }).unwrap();
            let (title, percipio_type) = ("New".to_owned(), "COURSE".to_owned());
            world.change(Change::AddItem { title, percipio_type }).unwrap();
            tenant.simulator.faults().add(Rule::new(Fault::Forgotten).times(1));
        }
    };
    let reading = Reading::catalogue(&tenant, change).await;
    assert!(reading.findings.unsettled.is_empty());
    let ids = reading.ids::<Course>().await;
    let there = world.course_ids();
    assert!(there.iter().all(|id| ids.contains(id)), "everything that is there");
    assert_eq!(tenant.requests_for("/catalog-content?"), 3 + 5);
}

#[tokio::test]
async fn a_catalogue_that_changes_under_its_id_is_read_again() {
    // A vendor that makes another data set of each page and does not say so.
    let tenant = Tenant::start(Options { items: 230, ..Options::default() });
    let quirks = Quirks { page_cap: Some(50), ..Quirks::default() };
    tenant.simulator.set_quirks(quirks.clone());
    let world = tenant.simulator.world();
    let items = world.item_ids();
    let client = tenant.connection().client;
    let mut done = 0;
    let step = async |part: Part, found: &Findings| {
        let mut found = found.clone();
        if let Some(set) = &mut found.data_set {
            // As if the id named what is there now.
            set.id = client.open_catalog(None).await?.paging_request_id;
        }
        Ok(catalogue::page(&client, (List::All, None), part, &found, |part| part).await?)
    };
    let change = |_| {
        done += 1;
        if done == 1 {
            world.change(Change::HideItem { id: items[20].clone() }).unwrap();
            let (title, percipio_type) = ("New".to_owned(), "COURSE".to_owned());
            world.change(Change::AddItem { title, percipio_type }).unwrap();
        }
    };
    let reading = Reading::of(vec![Part::FIRST], step, change).await;
    assert!(reading.findings.unsettled.is_empty());
    assert_eq!(reading.findings.unknown_types.keys().collect::<Vec<_>>(), ["MICRO_LESSON"]);
    let ids = reading.ids::<Course>().await;
    assert!(world.course_ids().iter().all(|id| ids.contains(id)));
}
