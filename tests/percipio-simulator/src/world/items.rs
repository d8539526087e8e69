//! What there is to learn.

use std::collections::{BTreeSet, HashMap};

use super::{
    World,
    kinds::{ASSESSMENT, COURSE, ItemKind, OTHERS},
    names::TOPICS,
    plan::Plan,
    uuid::{Kind, Uuid},
};

/// 2019-01-01T00:00:00Z in seconds: nothing was published before, and everything in five years.
const FIRST_DAY: i64 = 1_546_300_800;
const YEARS: u64 = 5 * 365 * 86_400;

/// An item, as far as it can change or others depend on it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) kind: &'static ItemKind,
    pub(crate) title: String,
    pub(crate) active: bool,
    /// In seconds since 1970.
    pub(crate) published: i64,
    /// In seconds since 1970.
    pub(crate) updated: i64,
}

/// What is not as derived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Catalogue {
    changed: HashMap<u32, Item>,
    /// The numbers of those that are not in the list.
    unlisted: BTreeSet<u32>,
    /// The next item's number.
    next: u32,
}

impl Catalogue {
    pub(super) fn new(begin: u32, end: u32) -> Self {
        Self { unlisted: (begin..end).collect(), next: end, ..Self::default() }
    }
}

impl Item {
    fn derived(plan: &Plan, number: u32) -> Self {
        let dice = plan.dice("item", number);
        let published = FIRST_DAY + dice.below("published", YEARS) as i64;
        let kind = match plan.begins_as_course(number) {
            true if dice.chance("assessment", 15.0) => &ASSESSMENT,
            true => &COURSE,
            false => &OTHERS[dice.below("kind", OTHERS.len() as u64) as usize],
        };
        Self {
            kind,
            title: format!("{} {number}", dice.pick("topic", TOPICS).0),
            active: !dice.chance("inactive", f64::from(plan.inactive_items_percent)),
            published,
            updated: published + dice.below("updated", 50_000_000) as i64,
        }
    }
}

impl World {
    /// The item of that number, which must be there.
    pub(crate) fn item(&self, item: u32) -> Item {
        match self.catalogue.changed.get(&item) {
            Some(item) => item.clone(),
            None => Item::derived(&self.plan, item),
        }
    }

    pub(crate) fn item_id(&self, item: u32) -> Uuid {
        Uuid::of(self.plan.seed, Kind::Item, item)
    }

    /// The item of that id, in the list or not.
    pub(crate) fn find_item(&self, id: &str) -> Option<u32> {
        let number = Uuid::parse(id)?.number(self.plan.seed, Kind::Item)?;
        (number < self.catalogue.next).then_some(number)
    }

    /// Whether an item is in the list.
    pub(crate) fn item_listed(&self, item: u32) -> bool {
        item < self.catalogue.next && !self.catalogue.unlisted.contains(&item)
    }

    /// The numbers of the items in the order of the list.
    pub(crate) fn listed_items(&self) -> Vec<u32> {
        (0..self.catalogue.next).filter(|item| self.item_listed(*item)).collect()
    }

    /// The courseware code, which only courses have.
    pub(crate) fn item_code(&self, number: u32, item: &Item) -> Option<String> {
        let letters = self.plan.dice("item", number).pick("topic", TOPICS).1;
        (item.kind == &COURSE).then(|| format!("{letters}_a{number:05}_a01_enus"))
    }

    /// The course that a video belongs to, if there is one nearby.
    pub(crate) fn parent(&self, video: u32) -> Option<u32> {
        let near = (1..64).map(|step| video.saturating_sub(step));
        near.into_iter().find(|number| self.item(*number).kind == &COURSE)
    }

    /// Puts an item in another's place.
    pub(crate) fn put_item(&mut self, number: u32, item: Item) {
        self.catalogue.changed.insert(number, item);
    }

    /// Adds an item at the end of the list and gives its number.
    pub(crate) fn add_item(&mut self, item: Item) -> u32 {
        let number = self.catalogue.next;
        self.catalogue.next += 1;
        self.put_item(number, item);
        number
    }

    /// Takes an item out of the list, as a content rule does.
    pub(crate) fn hide_item(&mut self, item: u32) {
        self.catalogue.unlisted.insert(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn the_catalogue_is_mixed_and_has_exactly_so_many_courses_and_assessments() {
        let world = World::new(&Options { items: 300, course_percent: 30, ..Options::default() });
        let items: Vec<_> = world.listed_items().into_iter().map(|n| world.item(n)).collect();
        let of = |kind: &ItemKind| items.iter().filter(|item| item.kind == kind).count();
        assert_eq!((items.len(), of(&COURSE) + of(&ASSESSMENT)), (300, 90));
        assert!(of(&ASSESSMENT) > 3 && OTHERS.iter().all(|kind| of(kind) > 0));
        assert!(items.iter().any(|item| !item.active));
    }
}
