//! What is written about teams themselves.

use super::{World, places::PARENT};
use crate::wire::cell::Cell;

impl World {
    /// The team of that name, in any case: names are unique in the organisation.
    pub(crate) fn team_named(&self, name: &str) -> Option<u32> {
        let wanted = name.to_lowercase();
        let mut teams = self.teams.listed().iter().copied();
        teams.find(|team| self.team_name(*team).to_lowercase() == wanted)
    }

    /// Adds a team and gives its number.
    pub(crate) fn add_team(&mut self, name: String, about: String, parent: Option<u32>) -> u32 {
        let team = self.teams.add();
        let parent = parent.map_or(Cell::Null, |parent| Cell::Int(i64::from(parent)));
        self.teams.change(team, PARENT, parent);
        self.describe_team(team, name, about);
        team
    }

    /// Changes what a team is called.
    pub(crate) fn describe_team(&mut self, team: u32, name: String, about: String) {
        self.teams.change(team, "Name", Cell::Free(name.into()));
        self.teams.change(team, "Description", Cell::Free(about.into()));
    }

    /// Every team below one, at any depth.
    pub(crate) fn descendants(&self, team: u32) -> Vec<u32> {
        let above = |mut below: u32| {
            // a team's number is higher than those above it, so this ends
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
