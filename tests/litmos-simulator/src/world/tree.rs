//! What is written about teams themselves.

use jiff::Timestamp;

use super::{Dates, World, places::PARENT};
use crate::wire::cell::Cell;

impl World {
    /// The team of that name, in any case: names are unique in the organisation.
    pub(crate) fn team_named(&self, name: &str) -> Option<u32> {
        let wanted = name.to_lowercase();
        let mut teams = self.teams.listed().iter().copied();
        teams.find(|team| self.team_name(*team).to_lowercase() == wanted)
    }

    /// Adds a team and gives its number.
    pub(crate) fn add_team(
        &mut self,
        name: String,
        about: String,
        parent: Option<u32>,
        at: Timestamp,
    ) -> u32 {
        let team = self.teams.add();
        self.history.teams.insert(team, Dates::new(at));
        self.move_team(team, parent, at);
        self.describe_team(team, name, about, at);
        team
    }

    /// Changes what a team is called.
    pub(crate) fn describe_team(&mut self, team: u32, name: String, about: String, at: Timestamp) {
        self.teams.change(team, "Description", Cell::Free(about.into()));
        self.name_team(team, name, at);
    }

    /// Changes a team's name.
    pub(super) fn name_team(&mut self, team: u32, name: String, at: Timestamp) {
        self.teams.change(team, "Name", Cell::Free(name.into()));
        self.touch_team(team, at);
    }

    /// Puts a team below another one, which must not be below it, or at the top.
    pub(super) fn move_team(&mut self, team: u32, parent: Option<u32>, at: Timestamp) {
        let parent = parent.map_or(Cell::Null, |parent| Cell::Int(i64::from(parent)));
        self.teams.change(team, PARENT, parent);
        self.touch_team(team, at);
    }

    /// Every team below one, at any depth.
    pub(crate) fn descendants(&self, team: u32) -> Vec<u32> {
        let above = |mut below: u32| {
            // no team is below itself, so this ends
            while let Some(parent) = self.parent(below) {
                if parent == team {
                    return true;
                }
                below = parent;
            }
            false
        };
        self.teams.listed().iter().copied().filter(|below| above(*below)).collect()
    }
}
