//! A share of everything changes, as it does in an organisation that is at work.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use simulator_kit::Dice;

use super::{
    World,
    names::{FIRST, LAST},
};

/// How much was changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Churned {
    /// Users with another name.
    pub users: u32,
    /// Memberships that were added, ended, or became a leader's or a plain member's.
    pub memberships: u32,
    /// Enrolments that made progress, came or ended.
    pub enrolments: u32,
}

impl World {
    /// Changes about this share of the users, memberships and enrolments; always the same ones for
    /// a seed and a state.
    pub(crate) fn churn(&mut self, seed: u64, percent: f64, at: Timestamp) -> Churned {
        let mut churned = Churned::default();
        for user in self.users.listed().to_vec() {
            let dice = Dice::new(seed, "churned user", u64::from(user));
            if dice.chance("renamed", percent) {
                let (first, last) = (dice.pick("first", FIRST).0, dice.pick("last", LAST).0);
                self.name_user(user, first.to_owned(), format!("{last}-{}", seed % 1000), at);
                churned.users += 1;
            }
        }
        for team in self.teams.listed().to_vec() {
            let dice = Dice::new(seed, "churned team", u64::from(team));
            let members: Vec<u32> = self.group(team).into_keys().collect();
            for place in 0..share(members.len(), percent, dice) {
                let dice = Dice::new(dice.roll("member"), "churned", u64::from(place));
                churned.memberships += u32::from(self.churn_member(team, &members, dice, at));
            }
        }
        for course in self.courses.listed().to_vec() {
            let dice = Dice::new(seed, "churned course", u64::from(course));
            for place in 0..share(self.plan.begun_class(course) as usize, percent, dice) {
                let dice = Dice::new(dice.roll("learner"), "churned", u64::from(place));
                churned.enrolments += u32::from(self.churn_learner(course, dice, at));
            }
        }
        churned
    }

    /// One more member, one less, or one who leads or no longer does.
    fn churn_member(&mut self, team: u32, members: &[u32], dice: Dice, at: Timestamp) -> bool {
        let member = dice.pick("member", members);
        match dice.below("kind", 3) {
            0 => match self.anybody(dice).filter(|user| !self.is_member(team, *user)) {
                Some(user) => self.join(team, user, at),
                None => return false,
            },
            1 if self.is_member(team, member) => self.leave(team, member, at),
            _ => {
                let Some(mut roles) = self.roles(team, member) else { return false };
                roles.leader = !roles.leader;
                self.set_roles(team, member, roles, at);
            }
        }
        true
    }

    /// Mostly one who learns, else one more learner or one less.
    fn churn_learner(&mut self, course: u32, dice: Dice, at: Timestamp) -> bool {
        let learner = self.plan.begun_learner(course, dice.roll("learner"));
        let kind = dice.below("kind", 10);
        if kind < 2 {
            let user = self.anybody(dice).filter(|user| !self.holds(course, *user));
            user.inspect(|user| self.assign(course, *user, at)).is_some()
        } else if !self.users.contains(learner) || !self.holds(course, learner) {
            false
        } else if kind < 4 && self.holds_directly(course, learner) {
            self.unassign(course, learner, at);
            true
        } else {
            let percent = dice.pick("percent", &[10.0, 33.33, 50.0, 75.5, 100.0, 100.0]);
            self.learn(course, learner, (percent, percent == 100.0), at);
            true
        }
    }

    fn anybody(&self, dice: Dice) -> Option<u32> {
        let users = self.users.listed();
        users.get(dice.below("anybody", users.len().max(1) as u64) as usize).copied()
    }
}

/// So much of a count, and by chance one more for the fraction.
fn share(count: usize, percent: f64, dice: Dice) -> u32 {
    let exact = count as f64 * percent / 100.0;
    exact as u32 + u32::from(dice.chance("fraction", exact.fract() * 100.0))
}
