//! `/search-content`: a search in full texts, which finds more than was meant.

use simulator_kit::{Dice, Reply};

use super::Desk;
use crate::{
    quirks::{IdsOf, SearchLocale},
    refusal::Refusal,
    reply::with_total,
    wire,
    world::{World, items::Item},
};

const DEFAULT: usize = 25;
const TYPES: [&str; 9] = [
    "COURSE",
    "VIDEO",
    "BOOK",
    "AUDIOBOOK",
    "CHANNEL",
    "LINKED_CONTENT",
    "SCHEDULED_CONTENT",
    "ASSESSMENT",
    "JOURNEY",
];
const MODALITIES: [&str; 6] = ["READ", "WATCH", "LISTEN", "PRACTICE", "ATTEND", "ASSESS"];
const LEVELS: [&str; 3] = ["BEGINNER", "INTERMEDIATE", "EXPERT"];
/// Several ids in one search find this many times as much that is not meant.
const BROAD: usize = 5;

pub(super) fn page(desk: &Desk<'_>) -> Result<Reply, Refusal> {
    let text = desk.call.parameter("q").filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| Refusal::invalid("q"))?;
    let page = desk.page(DEFAULT)?;
    let types = desk.call.words("typeFilter", &TYPES)?;
    let modalities = desk.call.words("modality", &MODALITIES)?;
    desk.call.words("expertiseLevel", &LEVELS)?;
    let locale = locale(desk)?;
    let wanted = |number: u32, item: &Item| {
        let kind = item.kind;
        locale.is_none_or(|locale| is_in(locale, &desk.world, number, item))
            && (item.active || desk.quirks.search_finds_inactive)
            && types.as_ref().is_none_or(|types| types.contains(&kind.percipio_type))
            && modalities.as_ref().is_none_or(|wanted| {
                kind.modalities.iter().any(|modality| wanted.contains(modality))
            })
    };
    let found = search(desk, text, &wanted);
    let tells = desk.quirks.search_tells_lifecycle;
    let rows = page.cut(&found).iter().map(|item| wire::item::found(&desk.world, *item, tells));
    let list = desk.records(rows.collect(), IdsOf::Catalogue);
    Ok(with_total(list, desk.counted(found.len()), desk.quirks.catalog_total))
}

/// The language that everything must be in, if any.
fn locale<'a>(desk: &'a Desk<'_>) -> Result<Option<&'a str>, Refusal> {
    let told = desk.call.parameter("localeCode").unwrap_or("en");
    let world = &desk.world;
    let is_known = || {
        let mut listed = world.listed_items().into_iter();
        listed.any(|number| is_in(told, world, number, &world.item(number)))
    };
    match desk.quirks.search_locale {
        SearchLocale::Ignored => Ok(None),
        SearchLocale::Strict if !is_known() => Err(Refusal::invalid("localeCode")),
        SearchLocale::Heeded | SearchLocale::Strict => Ok(Some(told)),
    }
}

/// `en` is `en-US` too.
fn is_in(locale: &str, world: &World, number: u32, item: &Item) -> bool {
    let titles = world.titles(number, item);
    titles.iter().any(|(named, _)| *named == locale || named.split('-').next() == Some(locale))
}

/// What is found, what is meant not at the front.
fn search(desk: &Desk<'_>, text: &str, wanted: &dyn Fn(u32, &Item) -> bool) -> Vec<u32> {
    let world = &desk.world;
    let words: Vec<&str> = text.split([' ', ',', '"']).filter(|word| !word.is_empty()).collect();
    let ids: Vec<u32> = words.iter().filter_map(|word| world.find_item(word)).collect();
    let listed = world.listed_items();
    let meant: Vec<u32> = match ids.is_empty() {
        false => ids.into_iter().filter(|item| world.item_listed(*item)).collect(),
        true => listed.iter().copied().filter(|item| titled(world, *item, &words)).collect(),
    };
    let passes = |item: &u32| wanted(*item, &world.item(*item));
    let more = desk.quirks.search_finds_others as usize;
    let more = if words.len() > 1 { more * BROAD } else { more };
    let start = Dice::new(world.plan.seed, text, 0).below("others", listed.len().max(1) as u64);
    let others = listed.iter().cycle().skip(start as usize).take(listed.len()).copied();
    let others = others.filter(|item| passes(item) && !meant.contains(item)).take(more);
    others.chain(meant.iter().copied().filter(passes)).collect()
}

fn titled(world: &World, item: u32, words: &[&str]) -> bool {
    let title = world.item(item).title.to_lowercase();
    words.iter().all(|word| title.contains(&word.to_lowercase()))
}
