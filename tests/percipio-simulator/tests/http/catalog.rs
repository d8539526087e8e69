//! The catalogue and its stateful pages.

use std::collections::HashSet;

use percipio_simulator::{
    Fault, LAUNCH_SECRET, Link, Options, PagingId, Quirks, Rule, Simulator, Total, WithoutId,
};

use crate::client::{Answer, catalog, start, texts};

fn id_of(answer: &Answer) -> String {
    answer.header("x-paging-request-id").unwrap().to_owned()
}

fn ids(answer: &Answer) -> Vec<String> {
    texts(&answer.rows(), "id")
}

#[test]
fn the_first_page_freezes_a_data_set_and_its_id_opens_every_page_in_any_order() {
    let simulator = start(Options::default());
    let known = simulator.world().item_ids();
    let first = catalog(&simulator, "max=1");
    let id = id_of(&first);
    assert_eq!((first.total(), ids(&first)), (Some(120), known[..1].to_vec()));
    simulator.world().shrink_items(10);
    simulator.world().rename_item(&known[3], "Renamed");
    let page = |offset: usize, max: usize| {
        let page = catalog(&simulator, &format!("offset={offset}&max={max}&pagingRequestId={id}"));
        assert_eq!((page.total(), id_of(&page)), (Some(120), id.clone()));
        page
    };
    let (last, begin) = (page(100, 50), page(0, 100));
    assert_eq!([ids(&begin), ids(&last)].concat(), known);
    assert!(!begin.text().contains("Renamed"));
    assert_eq!(page(120, 50).text(), "[]");
    let fresh = catalog(&simulator, "");
    assert_eq!((fresh.total(), fresh.rows().len()), (Some(10), 10));
    assert!(fresh.text().contains("Renamed") && id_of(&fresh) != id);
}

#[test]
fn the_id_can_be_empty_or_missing_and_the_offset_ignored() {
    let simulator = start(Options::default());
    for (paging_request_id, expected) in
        [(PagingId::Told, true), (PagingId::Empty, false), (PagingId::Absent, false)]
    {
        simulator.set_quirks(Quirks { paging_request_id, ..Quirks::default() });
        let header = catalog(&simulator, "").header("x-paging-request-id").map(str::to_owned);
        assert_eq!(header.is_some(), paging_request_id != PagingId::Absent);
        assert_eq!(header.is_some_and(|id| !id.is_empty()), expected);
    }
    simulator.set_quirks(Quirks { offset_ignored: true, ..Quirks::default() });
    let id = id_of(&catalog(&simulator, ""));
    let later = catalog(&simulator, &format!("offset=50&pagingRequestId={id}"));
    assert_eq!(ids(&later), simulator.world().item_ids());
}

#[test]
fn a_later_page_without_an_id_or_with_an_empty_one_is_what_the_switch_says() {
    let simulator = start(Options::default());
    let known = simulator.world().item_ids();
    let (first, second) = ((200, known[0].clone()), (200, known[50].clone()));
    for (without, later, empty) in [
        (WithoutId::FirstPage, &first, &first),
        (WithoutId::NewDataSet, &second, &first),
        (WithoutId::Refused, &(400, String::new()), &(400, String::new())),
    ] {
        simulator.set_quirks(Quirks {
            page_without_id: without,
            page_with_empty_id: without,
            ..Quirks::default()
        });
        let begins = |query: &str| {
            let answer = catalog(&simulator, query);
            let rows = if answer.status == 200 { ids(&answer) } else { Vec::new() };
            (answer.status, rows.first().cloned().unwrap_or_default())
        };
        assert_eq!(begins("offset=50&max=50"), *later, "{without:?}");
        assert_eq!(begins("offset=0&max=50"), first, "{without:?}");
        assert_eq!(begins("offset=50&max=50&pagingRequestId="), *later, "{without:?}");
        assert_eq!(begins("offset=0&max=50&pagingRequestId="), *empty, "{without:?}");
    }
}

#[test]
fn an_id_that_is_unknown_or_forgotten_is_refused() {
    let simulator = start(Options::default());
    let id = id_of(&catalog(&simulator, "max=50"));
    let next = |id: &str| catalog(&simulator, &format!("offset=50&max=50&pagingRequestId={id}"));
    assert_eq!(next("6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01").status, 400);
    assert_eq!(next(&id).status, 200);
    simulator.faults().add(Rule::new(Fault::Forgotten).times(1));
    assert_eq!(next(&id).code(), "invalid_paging_request_id");
    simulator.set_quirks(Quirks { unknown_id_status: 404, ..Quirks::default() });
    assert_eq!(next(&id).status, 404);
}

#[test]
fn ids_may_change_from_page_to_page_and_all_of_them_work() {
    let quirks = Quirks { new_id_each_page: true, ..Quirks::default() };
    let simulator = start(Options { quirks, ..Options::default() });
    let first = catalog(&simulator, "max=50");
    let query = |offset: usize, id: &str| format!("offset={offset}&max=50&pagingRequestId={id}");
    let second = catalog(&simulator, &query(50, &id_of(&first)));
    assert_ne!(id_of(&first), id_of(&second));
    let by_latest = catalog(&simulator, &query(100, &id_of(&second)));
    let by_first = catalog(&simulator, &query(100, &id_of(&first)));
    assert_eq!((by_latest.rows().len(), ids(&by_latest)), (20, ids(&by_first)));
}

fn links(simulator: &Simulator, query: &str, link: Link) -> Vec<(String, String, String)> {
    simulator.set_quirks(Quirks { link, ..Quirks::default() });
    let answer = catalog(simulator, query);
    let header = answer.header("link").unwrap_or_default().to_owned();
    let id = id_of(&answer);
    let start = format!("/v2/organizations/{}/catalog-content?", simulator.organization_id());
    let one = |link: &str| {
        let (url, rest) = link.strip_prefix('<').unwrap().split_once(">; ").unwrap();
        let query =
            url.strip_prefix(&start).unwrap().replace(&format!("&pagingRequestId={id}"), "");
        let quoted: Vec<&str> = rest.split('"').collect();
        (query, quoted[1].to_owned(), quoted[5].to_owned())
    };
    header.split(", ").filter(|link| !link.is_empty()).map(one).collect()
}

#[test]
fn the_link_header_names_pages_by_offset() {
    let simulator = start(Options::default());
    let link = |offset: usize, rel: &str| {
        (format!("offset={offset}&max=50"), (offset / 50 + 1).to_string(), rel.to_owned())
    };
    let (first, last) = (link(0, "first"), link(100, "last"));
    let seen = links(&simulator, "max=50", Link::FirstAndLast);
    assert_eq!(seen, [first.clone(), last.clone()]);
    assert_eq!(links(&simulator, "max=50", Link::WithoutLast), seen[..1]);
    assert_eq!(links(&simulator, "max=50", Link::Absent), []);
    assert_eq!(links(&simulator, "max=50", Link::All), [first.clone(), link(50, "next"), last]);
    let id = id_of(&catalog(&simulator, "max=50"));
    let query = format!("max=50&offset=50&pagingRequestId={id}");
    let seen = links(&simulator, &query, Link::All);
    assert_eq!(seen, [first, link(0, "prev"), link(100, "next last")]);
}

#[test]
fn nothing_to_give_is_204() {
    let simulator = start(Options::default());
    let none = catalog(&simulator, "updatedSince=2090-01-01T00:00:00Z");
    assert_eq!((none.status, none.text(), none.total()), (204, "", Some(0)));
    let id = id_of(&catalog(&simulator, "max=1"));
    simulator.set_quirks(Quirks { past_the_end_is_204: true, ..Quirks::default() });
    let past = catalog(&simulator, &format!("offset=120&pagingRequestId={id}"));
    assert_eq!(past.status, 204);
}

#[test]
fn updated_since_shows_items_that_changed_since() {
    let simulator = start(Options::default());
    let rows = catalog(&simulator, "").rows();
    let updated =
        |row: &serde_json::Value| row["lifecycle"]["lastUpdatedDate"].as_str().unwrap().to_owned();
    let mut days: Vec<_> = rows.iter().map(updated).collect();
    days.sort_unstable();
    let query = format!("updatedSince={}", days[100]);
    assert_eq!(catalog(&simulator, &query).rows().len(), 20);
    let id = simulator.world().course_ids()[0].clone();
    simulator.world().set_item_active(&id, false);
    let changed = catalog(&simulator, "updatedSince=2026-02-01T00:00:00Z");
    assert_eq!(ids(&changed), [id]);
    assert_eq!(changed.rows()[0]["lifecycle"]["status"], "INACTIVE");
    for query in ["updatedSince=lately", "transformName=x", "max=0"] {
        assert_eq!(catalog(&simulator, query).status, 400, "{query}");
    }
}

#[test]
fn items_are_of_many_kinds_with_nulls_languages_and_a_secret() {
    let simulator = start(Options { items: 300, ..Options::default() });
    let answer = catalog(&simulator, "");
    let rows = answer.rows();
    let kinds: HashSet<_> =
        rows.iter().map(|row| row["contentType"]["percipioType"].as_str().unwrap()).collect();
    for kind in ["COURSE", "ASSESSMENT", "VIDEO", "CHANNEL", "COMPLIANCE", "MICRO_LESSON"] {
        assert!(kinds.contains(kind), "{kind}");
    }
    for row in &rows {
        let kind = row["contentType"]["percipioType"].as_str().unwrap();
        assert_eq!(row["code"].is_string(), kind == "COURSE");
        assert_eq!(row["aiccLaunch"].is_object(), ["COURSE", "ASSESSMENT"].contains(&kind));
        assert!(["ACTIVE", "INACTIVE"].contains(&row["lifecycle"]["status"].as_str().unwrap()));
        assert_eq!(row["lifecycle"]["publishDate"].as_str().unwrap().len(), 20);
    }
    assert!(answer.text().contains(LAUNCH_SECRET));
    let titles = |row: &serde_json::Value| row["localizedMetadata"].as_array().unwrap().clone();
    assert!(rows.iter().any(|row| titles(row)[0]["localeCode"] == "fr-FR"));
    assert!(rows.iter().any(|row| titles(row)[0]["title"] == ""));
    assert!(rows.iter().any(|row| titles(row)[0]["description"].is_null()));
    let mean = answer.text().len() / rows.len();
    assert!((1900..2900).contains(&mean), "{mean}");
}

#[test]
fn the_number_can_be_missing_and_pages_can_be_capped() {
    let quirks = Quirks { catalog_total: Total::Absent, page_cap: Some(30), ..Quirks::default() };
    let simulator = start(Options { quirks, ..Options::default() });
    let page = catalog(&simulator, "max=100");
    assert_eq!((page.rows().len(), page.total()), (30, None));
}
