//! An item in JSON, with everything around what matters.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use simulator_kit::Dice;

use crate::world::{
    World,
    items::Item,
    kinds::{COURSE, ItemKind},
    uuid::{Kind, Uuid},
};

/// What every launch link has in it that nobody may ever see in a log or a snapshot.
pub const LAUNCH_SECRET: &str = "eyJhbGciOiJIUzI1NiJ9.c2ltdWxhdGVkLWxhdW5jaC1rZXk";

/// What a search leaves out.
const NOT_IN_SEARCHES: [&str; 3] = ["lifecycle", "code", "keywords"];

/// As the catalogue lists it.
pub(crate) fn listed(world: &World, number: u32) -> Value {
    let item = world.item(number);
    let dice = world.plan.dice("item", number);
    let id = world.item_id(number).to_string();
    let kind = item.kind;
    let xapi = format!("https://xapi.percipio.com/xapi/{}/{id}", kind.xapi);
    let titles = world.titles(number, &item);
    let locales: Vec<_> = titles.iter().map(|(locale, _)| *locale).collect();
    let localized: Vec<_> = titles
        .iter()
        .map(|(locale, title)| {
            json!({ "localeCode": locale, "title": title, "description": description(dice) })
        })
        .collect();
    json!({
        "id": id,
        "code": world.item_code(number, &item),
        "xapiActivityId": xapi,
        "xapiActivityTypeId": format!("http://adlnet.gov/expapi/activities/{}", kind.xapi),
        "characteristics": {
            "earnsBadge": dice.chance("badge", 50.0),
            "hasAssessment": kind == &COURSE,
            "isCompliance": false,
            "ratings": { "avgRating": 3.5 },
        },
        "contentType": {
            "percipioType": kind.percipio_type,
            "category": kind.category,
            "displayLabel": dice.pick("label", kind.labels),
            "source": null,
        },
        "localeCodes": locales,
        "localizedMetadata": localized,
        "lifecycle": lifecycle(&item),
        "link": format!("https://share.percipio.com/cd/{:012x}", dice.roll("link") >> 16),
        "aiccLaunch": launch(&id, kind),
        "ltiResourceLink": null,
        "imageUrl": format!("https://cdn2.percipio.com/public/images/{id}/modality.jpg?width=640"),
        "alternateImageUrl": format!("https://cdn2.percipio.com/public/images/{id}/alternate.jpg"),
        "keywords": dice.pick("keywords", &[&[][..], &["privacy", "C++"], &["état"]]),
        "by": dice.pick("by", &[&[][..], &["D'Angelo, Zoë"]]),
        "learningObjectives": objectives(dice),
        "duration": format!("PT{}M", world.estimated_seconds(number) / 60),
        "publication": null,
        "credentials": credentials(dice),
        "expertiseLevels": if kind.modalities.is_empty() { &[][..] } else { &["BEGINNER"][..] },
        "modalities": kind.modalities,
        "technologies": if dice.chance("technology", 30.0) {
            json!([{ "title": "Python", "version": null }])
        } else {
            json!([])
        },
        "associations": associations(world, number, kind),
        "providerSpecificAttributes": null,
        "licenseKeys": null,
    })
}

/// As a search finds it.
pub(crate) fn found(world: &World, number: u32, tells_lifecycle: bool) -> Value {
    let mut value = listed(world, number);
    if let Value::Object(fields) = &mut value {
        fields.retain(|name, _| tells_lifecycle || !NOT_IN_SEARCHES.contains(&name.as_str()));
        let all = fields.remove("associations").unwrap_or_default();
        let few = ["channels", "parent"].map(|name| (name.to_owned(), all[name].clone()));
        fields.insert("associations".to_owned(), Value::Object(Map::from_iter(few)));
    }
    value
}

fn lifecycle(item: &Item) -> Value {
    let at = |seconds: i64| Timestamp::from_second(seconds).unwrap_or_default().to_string();
    json!({
        "status": if item.active { "ACTIVE" } else { "INACTIVE" },
        "publishDate": at(item.published),
        "lastUpdatedDate": at(item.updated),
        "plannedRetirementDate": null,
        "retiredDate": if item.active { None } else { Some(at(item.updated)) },
        "includedFromActivity": false,
    })
}

fn description(dice: Dice) -> Option<&'static str> {
    let long = "In this item you will explore <b>what matters</b> &amp; why, step by step, with \
                examples from practice, exercises and a look at what comes next. Afterwards you \
                will know how to put it to use, and where to find more of it when you need it.";
    dice.pick("description", &[Some(long), Some(long), Some("<p>Short.</p>"), None])
}

fn launch(id: &str, kind: &ItemKind) -> Option<Value> {
    kind.is_course().then(|| {
        json!({
            "url": "https://api.percipio.com/content-integration/v1/aicc/launch",
            "params": format!("contentType={}&id={id}&entitlementKey={LAUNCH_SECRET}.{}",
                kind.xapi, &id[..8]),
        })
    })
}

fn objectives(dice: Dice) -> Vec<&'static str> {
    let all = [
        "discover the key concepts covered in this item",
        "recognize the most common threats & how to answer them",
        "outline the steps from a first draft to a finished plan",
        "summarize the key concepts covered in this item",
    ];
    all[..dice.below("objectives", 5) as usize].to_vec()
}

fn credentials(dice: Dice) -> Value {
    match dice.chance("credits", 20.0) {
        true => json!({ "cpeCredits": 1.5, "nasbaReady": true, "pduCredits": null }),
        false => Value::Null,
    }
}

fn associations(world: &World, number: u32, kind: &ItemKind) -> Value {
    let dice = world.plan.dice("item", number);
    let (area, subject) = dice.pick("area", crate::world::AREAS);
    let channel = world.item_id(number.saturating_sub(1)).to_string();
    let link = dice.pick("link of", &["undefined", "a1b2c3"]);
    let link = format!("https://share.percipio.com/cd/{link}");
    let parent = (kind.percipio_type == "VIDEO").then(|| world.parent(number)).flatten();
    let group = Uuid::of(world.plan.seed, Kind::Pool, number / 3).to_string();
    json!({
        "areas": [area],
        "subjects": [subject],
        "channels": [{ "id": channel, "title": subject, "link": link }],
        "journeys": [],
        "localizedChannels": [{
            "id": channel, "localeCode": "en-US", "title": subject, "description": null,
            "link": link,
            "xapiActivityId": format!("https://xapi.percipio.com/xapi/channel/{channel}"),
        }],
        "parent": parent.map(|course| json!({
            "id": world.item_id(course).to_string(),
            "type": "COURSE",
            "title": world.item(course).title,
            "link": link,
        })),
        "translationGroupId": dice.chance("translated", 40.0).then_some(group),
        "licensedLocales": dice.pick("licensed", &["", "en-US,fr-FR"]),
        "collections": ["DemoCollection"],
        "skills": [{ "localeCode": "en-US", "skills": [subject] }],
    })
}
