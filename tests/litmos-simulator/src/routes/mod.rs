//! Which path is answered with what.

mod courses;
mod org;
mod paths;
mod teams;
mod users;
mod write;

use crate::{
    call::Call,
    options::Quirks,
    reply::Refusal,
    wire::{
        cell::Record,
        content::{Content, Names, Row},
        dress::dress,
    },
    world::World,
};

pub(crate) use self::write::{Done, Pen, write};

/// What every reading route can see.
pub(crate) struct Desk<'a> {
    pub(crate) world: &'a World,
    pub(crate) quirks: &'a Quirks,
    pub(crate) call: &'a Call,
}

/// A route's answer.
pub(crate) type Answer = Result<Content, Refusal>;

/// Answers a reading request.
pub(crate) fn read(desk: &Desk<'_>) -> Answer {
    let segments = desk.call.segments().ok_or_else(no_endpoint)?;
    let words: Vec<String> = segments.iter().map(|word| word.to_ascii_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let id = segments.get(1).map(String::as_str).unwrap_or_default();
    match words.as_slice() {
        ["users"] => users::list(desk),
        ["users", "paginated"] => users::paginated(desk),
        ["users", "details"] => users::details(desk),
        ["users", _] => users::one(desk, id),
        ["users", _, "usercustomfields"] => users::custom_fields(desk, id),
        ["users", _, "teams"] => users::teams(desk, id),
        ["users", _, "courses"] => users::courses(desk, id),
        ["users", _, "courses", _] => users::course(desk, id, &segments[3]),
        ["users", _, "learningpaths"] => paths::of_user(desk, id),
        ["learningpaths"] => paths::list(desk),
        ["learningpaths", _] => paths::one(desk, id),
        ["teams"] => teams::list(desk),
        ["teams", _] => teams::one(desk, id),
        ["teams", _, "teams"] => teams::below(desk, id),
        ["teams", _, "users"] => teams::members(desk, id),
        ["teams", _, "leaders"] => teams::leaders(desk, id),
        ["teams", _, "admins"] => teams::admins(desk, id),
        ["courses"] => courses::list(desk),
        ["courses", _] => courses::one(desk, id),
        ["courses", _, "users"] => courses::learners(desk, id),
        ["org", "users", "details"] => org::users(desk),
        ["org", "users", "courses"] => org::assignments(desk),
        ["org", "teams"] => org::teams(desk),
        ["org", "teams", "users"] => org::members(desk),
        ["org", "courses"] => org::courses(desk),
        ["org", "results", "details"] => org::results(desk),
        ["coursecustomfields"] => courses::custom_fields(),
        _ => Err(no_endpoint()),
    }
}

fn no_endpoint() -> Refusal {
    Refusal::new(404, "Endpoint not found.")
}

impl Desk<'_> {
    /// The page of a list that was asked for.
    fn page<T: Copy>(&self, names: Names, keys: &[T], record: impl Fn(T) -> Record) -> Answer {
        Ok(Content::List(names, self.rows(keys, record)?))
    }

    fn rows<T: Copy>(&self, keys: &[T], record: impl Fn(T) -> Record) -> Result<Vec<Row>, Refusal> {
        let newest_first: Vec<T>;
        let keys = if self.quirks.newest_first {
            newest_first = keys.iter().rev().copied().collect();
            &newest_first
        } else {
            keys
        };
        let page = self.call.page(self.quirks)?.cut(keys, self.quirks);
        Ok(page.into_iter().map(|key| Row::Record(self.dressed(record(key)))).collect())
    }

    fn dressed(&self, mut record: Record) -> Record {
        dress(self.world.seed(), self.quirks, &mut record);
        record
    }
}
