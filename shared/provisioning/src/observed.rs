//! What is there now, as far as a request touches it.

use std::collections::{BTreeMap, BTreeSet};

use crate::effect::StandingPart;

/// What was observed at the vendor before anything is planned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// Roles by user id.
    pub roles: BTreeMap<String, String>,
    /// What users are in teams, by team and user.
    pub standings: BTreeMap<(String, String), BTreeSet<StandingPart>>,
    /// Who has which course, by course and user.
    pub courses: BTreeSet<(String, String)>,
    /// Who has which learning path, by learning path and user.
    pub learning_paths: BTreeSet<(String, String)>,
}

impl Observed {
    /// Whether somebody is something in a team.
    #[must_use]
    pub fn stands(&self, team_id: &str, user_id: &str, part: StandingPart) -> bool {
        let key = (team_id.to_owned(), user_id.to_owned());
        self.standings.get(&key).is_some_and(|parts| parts.contains(&part))
    }

    /// Whether somebody has a course.
    #[must_use]
    pub fn has_course(&self, course_id: &str, user_id: &str) -> bool {
        self.courses.contains(&(course_id.to_owned(), user_id.to_owned()))
    }

    /// Whether somebody has a learning path.
    #[must_use]
    pub fn has_learning_path(&self, learning_path_id: &str, user_id: &str) -> bool {
        self.learning_paths.contains(&(learning_path_id.to_owned(), user_id.to_owned()))
    }
}
