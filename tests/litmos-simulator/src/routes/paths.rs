//! `/learningpaths`.

use super::{Answer, Desk};
use crate::{
    reply::Refusal,
    wire::content::{Content, PATHS},
};

pub(super) fn list(desk: &Desk<'_>) -> Answer {
    desk.page(PATHS, desk.world.paths.listed(), |path| desk.world.path_record(path))
}

pub(super) fn one(desk: &Desk<'_>, id: &str) -> Answer {
    let unknown = || Refusal::new(404, "The learning path does not exist.");
    let path = desk.world.paths.find(id).ok_or_else(unknown)?;
    Ok(Content::One(PATHS, desk.dressed(desk.world.path_record(path))))
}

/// An unknown user has none; the vendor documents no 404.
pub(super) fn of_user(desk: &Desk<'_>, id: &str) -> Answer {
    let Some(user) = desk.world.find_user(id) else {
        return Ok(Content::List(PATHS, Vec::new()));
    };
    let paths = desk.world.paths_of(user);
    desk.page(PATHS, &paths, |path| desk.world.user_path_record(path, user))
}
