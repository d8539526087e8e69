//! Searches, which find more than was meant.

use percipio_simulator::{Options, Quirks, SearchLocale};
use serde_json::Value;

use crate::client::{catalog, search, start, texts};

#[test]
fn an_id_finds_its_item_among_others() {
    let simulator = start(Options::default());
    let id = simulator.world().course_ids()[5].clone();
    let found = search(&simulator, &format!("q={id}&typeFilter=COURSE,ASSESSMENT"));
    let ids = texts(&found.rows(), "id");
    assert_eq!((ids.len(), found.total()), (3, Some(3)));
    assert_eq!((&ids[2], ids[0] == id), (&id, false));
    let row = &found.rows()[2];
    for name in ["lifecycle", "code", "keywords"] {
        assert!(row.get(name).is_none(), "{name}");
    }
    assert!(row["associations"].get("areas").is_none() && row["localizedMetadata"].is_array());
    simulator.set_quirks(Quirks {
        search_finds_others: 0,
        search_tells_lifecycle: true,
        ..Quirks::default()
    });
    let alone = search(&simulator, &format!("q={id}")).rows();
    assert_eq!(texts(&alone, "id"), [id]);
    assert!(alone[0].get("lifecycle").is_some());
}

#[test]
fn what_is_not_in_the_catalogue_or_filtered_out_is_not_found_but_others_are() {
    let simulator = start(Options::default());
    let id = simulator.world().course_ids()[5].clone();
    let found = |query: &str| {
        let ids = texts(&search(&simulator, query).rows(), "id");
        (ids.len(), ids.contains(&id))
    };
    assert_eq!(found(&format!("q={id}&typeFilter=VIDEO")), (2, false));
    assert_eq!(found(&format!("q={id}&modality=READ")), (2, false));
    assert_eq!(found("q=6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01"), (2, false));
    simulator.world().set_item_active(&id, false);
    assert_eq!(found(&format!("q={id}")), (3, true));
    simulator.set_quirks(Quirks { search_finds_inactive: false, ..Quirks::default() });
    assert_eq!(found(&format!("q={id}")), (2, false));
    simulator.set_quirks(Quirks::default());
    simulator.world().hide_item(&id);
    assert_eq!(found(&format!("q={id}")), (2, false));
}

#[test]
fn a_search_is_one_in_one_language() {
    let simulator = start(Options::default());
    let titles = |row: &Value, locale: &str| {
        let mut titles = row["localizedMetadata"].as_array().unwrap().iter();
        titles.any(|title| title["localeCode"] == locale)
    };
    let rows = catalog(&simulator, "").rows();
    let french = rows.iter().find(|row| titles(row, "fr-FR")).unwrap()["id"].as_str().unwrap();
    let found = |rest: &str| {
        let answer = search(&simulator, &format!("q={french}{rest}"));
        (answer.status, answer.status == 200 && answer.text().contains(french))
    };
    for (search_locale, in_english, in_japanese) in [
        (SearchLocale::Heeded, (200, false), (200, false)),
        (SearchLocale::Strict, (200, false), (400, false)),
        (SearchLocale::Ignored, (200, true), (200, true)),
    ] {
        simulator.set_quirks(Quirks { search_locale, ..Quirks::default() });
        assert_eq!((found(""), found("&localeCode=ja")), (in_english, in_japanese));
        for locale in ["fr", "fr-FR"] {
            assert_eq!(found(&format!("&localeCode={locale}")), (200, true));
        }
    }
}

#[test]
fn several_ids_in_one_search_find_far_too_much() {
    let simulator = start(Options::default());
    let ids = simulator.world().course_ids();
    let found = search(&simulator, &format!("q={}%20{}", ids[0], ids[1]));
    assert_eq!(found.rows().len(), 12);
}

#[test]
fn words_find_titles_and_pages_default_to_25() {
    let quirks = Quirks { search_locale: SearchLocale::Ignored, ..Quirks::default() };
    let simulator = start(Options { items: 600, quirks, ..Options::default() });
    let found = search(&simulator, "q=security");
    assert_eq!(found.rows().len(), 25);
    let total = found.total().unwrap();
    assert!(total > 40);
    let all = search(&simulator, "q=security&max=1000").rows();
    assert_eq!(all.len(), total);
    let titled = |text: &str| text.contains("Security basics");
    let counted = all.iter().filter(|row| titled(&row["localizedMetadata"].to_string())).count();
    let known = catalog(&simulator, "").rows();
    let known = known.iter().filter(|row| titled(&row["localizedMetadata"].to_string())).count();
    assert!(counted >= known && counted + 2 >= all.len());
}

#[test]
fn a_search_without_words_or_with_unknown_ones_is_400() {
    let simulator = start(Options::default());
    for query in ["", "q=", "q=x&typeFilter=course", "q=x&typeFilter=COURSE,%20VIDEO", "q=x&max=0"]
    {
        assert_eq!(search(&simulator, query).status, 400, "{query}");
    }
}
