//! Learning paths: what they hold, and who holds them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{World, ids::Kind, plan::Plan};
use crate::wire::cell::{Cell, Record};

/// How somebody holds a learning path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holding {
    /// By way of a team; else directly.
    pub(crate) through_team: bool,
}

/// Everybody who holds one path.
pub(super) type Holders = BTreeMap<u32, Holding>;

impl Plan {
    /// The courses of a path. Every second one has one course and people who hold it from the
    /// start; the others have two and nobody.
    pub(super) fn path_courses(self, path: u32) -> impl Iterator<Item = u32> {
        let count = self.courses.min(1 + path % 2);
        (0..count).map(move |place| (path * 3 + place) % self.courses)
    }

    /// How a user begins to hold a path: some of its course's learners do.
    pub(super) fn begins_holding(&self, path: u32, user: u32) -> Option<Holding> {
        let course = self.path_courses(path).next()?;
        let dice = self.dice("path holder", path.wrapping_mul(0x9e37_79b9) ^ user);
        let begins = path.is_multiple_of(2)
            && self.begins_learning(course, user)
            && dice.chance("holds", 30.0);
        begins.then(|| Holding { through_team: dice.chance("team", 25.0) })
    }
}

impl World {
    /// The paths that a course is in.
    pub(super) fn paths_with(&self, course: u32) -> impl Iterator<Item = u32> {
        let paths = self.paths.listed().iter().copied();
        paths.filter(move |path| self.plan.path_courses(*path).any(|held| held == course))
    }

    /// How a user holds a path, if at all.
    pub(crate) fn holding(&self, path: u32, user: u32) -> Option<Holding> {
        match self.holders.get(&path) {
            Some(holders) => holders.get(&user).copied(),
            None => self.plan.begins_holding(path, user),
        }
    }

    /// The paths of a user.
    pub(crate) fn paths_of(&self, user: u32) -> Vec<u32> {
        let paths = self.paths.listed().iter().copied();
        paths.filter(|path| self.holding(*path, user).is_some()).collect()
    }

    /// Assigns a path directly, and so its courses.
    pub(crate) fn take_path(&mut self, path: u32, user: u32, at: Timestamp) {
        if self.holding(path, user).is_some() {
            return;
        }
        let holding = Holding { through_team: false };
        self.rearrange(path, user, at, |holders| holders.insert(user, holding));
    }

    /// Ends it.
    pub(crate) fn drop_path(&mut self, path: u32, user: u32, at: Timestamp) {
        self.rearrange(path, user, at, |holders| holders.remove(&user));
    }

    /// Changes who holds a path, and notes what that means for its courses.
    fn rearrange(
        &mut self,
        path: u32,
        user: u32,
        at: Timestamp,
        change: impl FnOnce(&mut Holders) -> Option<Holding>,
    ) {
        let courses = self.plan.path_courses(path);
        let before: Vec<_> = courses.map(|course| (course, self.standing(course, user))).collect();
        change(self.touched_path(path));
        for (course, standing) in before {
            self.settle(course, user, standing, at);
        }
    }

    pub(super) fn holders(&self, path: u32) -> Holders {
        self.holders.get(&path).cloned().unwrap_or_else(|| {
            let courses = self.plan.path_courses(path);
            let learners = courses.flat_map(|course| self.plan.first_learners(course));
            let holding = |user| Some((user, self.plan.begins_holding(path, user)?));
            learners.filter_map(holding).collect()
        })
    }

    fn touched_path(&mut self, path: u32) -> &mut Holders {
        if !self.holders.contains_key(&path) {
            self.holders.insert(path, self.holders(path));
        }
        self.holders.entry(path).or_default()
    }

    /// A path as `/learningpaths` lists it.
    pub(crate) fn path_record(&self, path: u32) -> Record {
        vec![
            ("Id", Cell::Exact(self.paths.id(path).into())),
            ("Name", Cell::Free(format!("Path no. {path} & more").into())),
            ("Description", Cell::Free("".into())),
            ("Active", Cell::Bool(true)),
            ("OriginalId", Cell::Int(Kind::Path.original_id(path))),
            ("ForSale", Cell::Bool(false)),
            ("Price", Cell::Price(0.0)),
            ("EcommerceShortDescription", Cell::Free("".into())),
            ("EcommerceLongDescription", Cell::Free("".into())),
            ("AccessTillDate", Cell::Null),
            ("AccessTillDays", Cell::Null),
            ("IsEquivalency", Cell::Bool(false)),
            ("LearningPathTeamLibrary", Cell::Bool(false)),
        ]
    }
}
