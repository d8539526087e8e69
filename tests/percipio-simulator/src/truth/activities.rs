//! What users have done, as it is meant.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::{CourseAndUser, listed};
use crate::{
    quirks::Quirks,
    world::{
        World,
        activity::{Activity as Meant, Seen, Window},
        uuid::Kind,
    },
};

/// What a user has done with an item, over all time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// The user.
    pub user_id: String,
    /// The item.
    pub item_id: String,
    /// The item's type as reports name it, like `Course`.
    pub content_type: String,
    /// The status as reports say it, like `Completed`.
    pub status: String,
    /// The first access; to the millisecond, as all instants.
    pub first_access: Timestamp,
    /// The last access.
    pub last_access: Timestamp,
    /// When it was completed; reports tell only the day.
    pub completed_at: Option<Timestamp>,
    /// Accesses; at least one, though reports say 0 of some.
    pub accesses: u32,
    /// Whether the user is in the list.
    pub user_listed: bool,
    /// Whether the item is in the catalogue.
    pub item_listed: bool,
}

/// Everything.
pub(super) fn all(
    world: Arc<World>,
    quirks: Quirks,
) -> impl Iterator<Item = Activity> + Send + use<> {
    let learnt: Vec<Meant> = world.learnt.values().cloned().collect();
    let places = 0..world.pairs.count();
    let derived = Arc::clone(&world);
    let meant = places.filter_map(move |place| derived.activity(place)).chain(learnt);
    meant.filter_map(move |meant| {
        let seen = meant.seen(&world, Window::default(), &quirks)?;
        Some(activity(&world, seen))
    })
}

fn activity(world: &World, seen: Seen) -> Activity {
    let at = |milliseconds| Timestamp::from_millisecond(milliseconds).unwrap_or_default();
    let (user_listed, item_listed) = listed(world, seen.user, seen.item);
    Activity {
        user_id: world.user_id(seen.user).to_string(),
        item_id: world.item_id(seen.item).to_string(),
        content_type: world.content_type(seen.item, world.item(seen.item).kind).to_owned(),
        status: seen.status.into_owned(),
        first_access: at(seen.first),
        last_access: at(seen.last),
        completed_at: seen.completed.map(at),
        accesses: seen.accesses,
        user_listed,
        item_listed,
    }
}

/// The pairs with activity whose item is a course or an assessment.
pub(super) fn about_courses(world: &World) -> impl Iterator<Item = CourseAndUser> + '_ {
    let derived = (0..world.pairs.count()).map(|place| world.pairs.at(place));
    let derived = derived.filter(|pair| !world.learnt.contains_key(pair));
    let pairs = derived.chain(world.learnt.keys().copied());
    let about = pairs.filter(|(_, item)| world.item(*item).kind.is_course());
    about.map(|(user, item)| (world.item_id(item), world.user_id(user)))
}

/// The activity of a pair.
pub(super) fn find(world: &World, (item, user): CourseAndUser) -> Option<Meant> {
    let seed = world.plan.seed;
    let (user, item) = (user.number(seed, Kind::User)?, item.number(seed, Kind::Item)?);
    let learnt = world.learnt.get(&(user, item)).cloned();
    learnt.or_else(|| world.activity(world.pairs.find(user, item)?))
}
