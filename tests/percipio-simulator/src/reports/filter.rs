//! Which rows a report has.

use std::collections::HashSet;

use crate::world::{
    World,
    activity::{Seen, Window},
};

/// What a request leaves of the rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub(crate) window: Window,
    /// Types of content as rows name them; nothing for all.
    pub(crate) content_types: Option<HashSet<String>>,
    /// In capital letters; nothing for all.
    pub(crate) status: Option<String>,
    /// Names, one of which must be the user's; nothing for all.
    pub(crate) audiences: Option<HashSet<String>>,
    /// The language without its region; nothing for all.
    pub(crate) locale: Option<String>,
}

impl Filter {
    pub(crate) fn passes(&self, world: &World, seen: &Seen) -> bool {
        let status = |wanted: &String| seen.status.eq_ignore_ascii_case(wanted);
        let content_type = |wanted: &HashSet<String>| {
            wanted.contains(world.content_type(seen.item, world.item(seen.item).kind))
        };
        let audience = |wanted: &HashSet<String>| {
            world.audiences_of(seen.user).iter().any(|name| wanted.contains(name))
        };
        let locale = |wanted: &String| {
            let language = world.language(seen.item, &world.item(seen.item));
            language.split('-').next() == Some(wanted.as_str())
        };
        self.status.as_ref().is_none_or(status)
            && self.content_types.as_ref().is_none_or(content_type)
            && self.audiences.as_ref().is_none_or(audience)
            && self.locale.as_ref().is_none_or(locale)
    }
}
