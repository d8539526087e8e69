//! What is there now, as far as a request touches it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Entitlement,
    account::ObservedAccount,
    effect::StandingPart,
    plan::Part,
    rules::{Roles, same_role},
};

/// What was observed at the vendor before anything is planned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observed {
    /// Accounts by user id.
    pub accounts: BTreeMap<String, ObservedAccount>,
    /// What users are in teams, by team and user.
    pub standings: BTreeMap<(String, String), BTreeSet<StandingPart>>,
    /// Who has which course, by course and user.
    pub courses: BTreeSet<(String, String)>,
    /// Who has which learning path, by learning path and user.
    pub learning_paths: BTreeSet<(String, String)>,
    /// Teams by id.
    pub teams: BTreeMap<String, ObservedTeam>,
    /// The user names of everybody who was seen, by user id.
    pub user_names: BTreeMap<String, String>,
}

/// A team as the vendor has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ObservedTeam {
    /// The vendor's id.
    pub team_id: String,
    /// Its name.
    pub name: Option<String>,
    /// The team above.
    pub parent_team_id: Option<String>,
}

impl Observed {
    /// Notes an account.
    pub fn saw(&mut self, account: ObservedAccount) {
        if let Some(user_name) = &account.user_name {
            self.user_names.insert(account.user_id.clone(), user_name.clone());
        }
        self.accounts.insert(account.user_id.clone(), account);
    }

    /// Whether somebody is something in a team.
    #[must_use]
    pub fn stands(&self, team_id: &str, user_id: &str, part: StandingPart) -> bool {
        let key = (team_id.to_owned(), user_id.to_owned());
        self.standings.get(&key).is_some_and(|parts| parts.contains(&part))
    }

    /// Whether somebody may be a leader or an admin of a team although it could not be seen: the vendor
    /// lists those only whose accounts may be used. Only a member can be one, and nobody with the least
    /// role where leading gives another.
    #[must_use]
    pub fn may_stand_unseen(
        &self,
        team_id: &str,
        user_id: &str,
        part: StandingPart,
        roles: &Roles,
    ) -> bool {
        let is_listed =
            self.accounts.get(user_id).is_some_and(|account| account.active == Some(true));
        let has_least = self.role_of(user_id).is_some_and(|role| roles.is_least(role));
        let leads_nothing = roles.of_teams.is_some() && has_least;
        part != StandingPart::Member
            && !is_listed
            && !leads_nothing
            && self.stands(team_id, user_id, StandingPart::Member)
            && !self.stands(team_id, user_id, part)
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

    /// Somebody's role.
    #[must_use]
    pub fn role_of(&self, user_id: &str) -> Option<&str> {
        self.accounts.get(user_id)?.role.as_deref()
    }

    /// For the log: what was there, without what is nobody's business.
    #[must_use]
    pub fn brief(&self) -> String {
        let accounts = self.accounts.values().map(|account| {
            let role = account.role.as_deref().unwrap_or("no role");
            let active = if account.active == Some(true) { "active" } else { "not active" };
            format!("{} is {role}, {active}", account.user_id)
        });
        let standings = self
            .standings
            .iter()
            .take(5)
            .map(|((team, user), is)| format!("{user} in team {team}: {is:?}"));
        let courses = self.courses.iter().map(|(id, user)| format!("{user} has course {id}"));
        let paths =
            self.learning_paths.iter().map(|(id, user)| format!("{user} has learning path {id}"));
        let teams = self.teams.keys().map(|team| format!("team {team}"));
        let all: Vec<_> =
            accounts.chain(standings).chain(courses).chain(paths).chain(teams).collect();
        if all.is_empty() { "nothing".to_owned() } else { all.join("; ") }
    }

    /// Whether somebody has a part of an entitlement.
    #[must_use]
    pub fn has(&self, user_id: &str, entitlement: &Entitlement, part: Part) -> bool {
        match entitlement {
            Entitlement::Team { team_id, .. } => {
                part.standing().is_some_and(|part| self.stands(team_id, user_id, part))
            }
            Entitlement::Course { course_id } => self.has_course(course_id, user_id),
            Entitlement::LearningPath { learning_path_id } => {
                self.has_learning_path(learning_path_id, user_id)
            }
            Entitlement::Role { name } => {
                self.role_of(user_id).is_some_and(|role| same_role(role, name))
            }
        }
    }

    /// For the intent: whoever reads it later sees what the plan came from.
    #[must_use]
    pub fn record(&self) -> Value {
        let pairs = |pairs: &BTreeSet<(String, String)>, of: &str| -> Vec<Value> {
            pairs.iter().map(|(id, user)| json!({of: id, "user_id": user})).collect()
        };
        let standings: Vec<_> = self
            .standings
            .iter()
            .map(|((team, user), is)| json!({"team_id": team, "user_id": user, "is": is}))
            .collect();
        json!({
            "accounts": self.accounts.values().collect::<Vec<_>>(),
            "standings": standings,
            "courses": pairs(&self.courses, "course_id"),
            "learning_paths": pairs(&self.learning_paths, "learning_path_id"),
            "teams": self.teams.values().collect::<Vec<_>>(),
        })
    }
}
