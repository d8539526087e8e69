//! What changed in a stretch of time.
//!
//! What nothing has happened to since the start is looked at only if the stretch reaches back
//! that far: there may be millions of pairs.

use std::collections::BTreeMap;

use super::{Dates, Pair, World, groups::begun, history::beginning, shelf::Shelf};
use crate::{deltas::Deltas, window::Window};

impl World {
    /// The users that came or changed, active or not.
    pub(crate) fn users_changed(&self, window: Window) -> Vec<u32> {
        things(&self.users, &self.history.users, window, |user| self.user_dates(user))
    }

    /// The teams that came or changed.
    pub(crate) fn teams_changed(&self, window: Window) -> Vec<u32> {
        things(&self.teams, &self.history.teams, window, |team| self.team_dates(team))
    }

    /// The courses that came or changed.
    pub(crate) fn courses_changed(&self, window: Window) -> Vec<u32> {
        things(&self.courses, &self.history.courses, window, |course| self.course_dates(course))
    }

    /// The memberships that came, changed or ended, of active users and others.
    pub(crate) fn members_changed(&self, window: Window, deltas: &Deltas) -> Vec<Pair> {
        let begun = self
            .begun_pairs(window, &self.teams, |team| begun(&self.plan, team).into_keys().collect());
        let noted = self.history.members.keys().copied();
        self.pairs(&self.teams, begun, noted, |team, user| {
            let dates = self.member_dates(team, user);
            let listed = dates.ended.is_none() || !deltas.removals_unlisted;
            listed && window.has(dates.last())
        })
    }

    /// The assignments that came or ended.
    pub(crate) fn assignments_changed(&self, window: Window, deltas: &Deltas) -> Vec<Pair> {
        let derived = deltas.derived_assignments_listed;
        let begun = self.begun_pairs(window, &self.courses, |course| self.begun_learners(course));
        let noted = self.assigned.keys().chain(self.history.through_paths.keys()).copied();
        self.pairs(&self.courses, begun, noted, |course, user| {
            self.assignment_dates(course, user, derived).is_some_and(|dates| {
                let listed = dates.ended.is_none() || !deltas.removals_unlisted;
                listed && window.has(dates.last())
            })
        })
    }

    /// The results that came, changed or ended.
    pub(crate) fn results_changed(&self, window: Window, deltas: &Deltas) -> Vec<Pair> {
        let begun = self.begun_pairs(window, &self.courses, |course| self.begun_learners(course));
        let noted = self.history.results.keys().copied();
        self.pairs(&self.courses, begun, noted, |course, user| {
            let dates = self.listed_result_dates(course, user, deltas);
            window.has(dates.last())
                && (!deltas.unbegun_results_unlisted || self.progress(course, user).begun())
        })
    }

    /// The dates of a result as they are listed: one may not tell that it ended.
    pub(crate) fn listed_result_dates(&self, course: u32, user: u32, deltas: &Deltas) -> Dates {
        let dates = self.result_dates(course, user);
        let ended = dates.ended.filter(|_| !deltas.ended_results_untouched);
        Dates { ended, ..dates }
    }

    /// The pairs of the start, if they have to be looked at.
    fn begun_pairs(
        &self,
        window: Window,
        shelf: &Shelf,
        users: impl Fn(u32) -> Vec<u32>,
    ) -> Vec<Pair> {
        if !window.reaches_back_to(beginning()) {
            return Vec::new();
        }
        let of = |number| users(number).into_iter().map(move |user| (number, user));
        shelf.listed().iter().flat_map(|number| of(*number)).collect()
    }

    /// Those pairs whose thing and whose user are there and that are to be listed, once each.
    fn pairs(
        &self,
        shelf: &Shelf,
        mut pairs: Vec<Pair>,
        noted: impl Iterator<Item = Pair>,
        listed: impl Fn(u32, u32) -> bool,
    ) -> Vec<Pair> {
        pairs.extend(noted);
        pairs.sort_unstable();
        pairs.dedup();
        pairs.retain(|(number, user)| {
            shelf.contains(*number) && self.users.contains(*user) && listed(*number, *user)
        });
        pairs
    }
}

/// The things of a kind that are there and whose last change lies in a window.
fn things(
    shelf: &Shelf,
    noted: &BTreeMap<u32, Dates>,
    window: Window,
    dates: impl Fn(u32) -> Dates,
) -> Vec<u32> {
    let changed = |number: &u32| window.has(dates(*number).last());
    match window.reaches_back_to(beginning()) {
        true => shelf.listed().iter().copied().filter(changed).collect(),
        false => {
            let there = noted.keys().copied().filter(|number| shelf.contains(*number));
            there.filter(changed).collect()
        }
    }
}
