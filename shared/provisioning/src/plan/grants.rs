//! The planner: from what is wanted and what is there to what is to be done. Pure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    Entitlement, TeamLevel,
    effect::{Change, Effect, StandingPart},
    observed::Observed,
    role::{LEAST_ROLE, TEAM_ROLE, raises},
};

/// What is to be done; nothing, if it is so already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In this order.
    pub effects: Vec<Effect>,
    /// What a grant adds: what its end may take away, and nothing else.
    pub added: Added,
}

/// What a grant has added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// What was added in the team.
    pub standing: BTreeSet<StandingPart>,
    /// The assignment was added.
    pub assigned: bool,
    /// The role before, if the role was changed.
    pub role_before: Option<String>,
}

/// A request that cannot be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unplannable {
    /// The principal's role is already more, or cannot be compared.
    #[error(
        "the principal's role is not below the one that is granted; a grant never lowers a role"
    )]
    WouldDemote,
    /// The role comes from a team.
    #[error("Team_Leader comes from leading a team: grant team:{{id}}:leader instead")]
    RoleOfTeams,
    /// The principal was not observed.
    #[error("the principal's role is not known")]
    Unobserved,
}

/// What a grant has to do.
///
/// # Errors
/// If it would lower a role, or the role is no role to grant.
pub fn grant(
    user_id: &str,
    entitlement: &Entitlement,
    there: &Observed,
) -> Result<Plan, Unplannable> {
    let mut plan = Plan::default();
    match entitlement {
        Entitlement::Team { team_id, level } => {
            for part in parts_of(*level) {
                if !there.stands(team_id, user_id, part) {
                    plan.effects.push(standing(team_id, user_id, part, Change::Give));
                    plan.added.standing.insert(part);
                }
            }
        }
        Entitlement::Course { .. } | Entitlement::LearningPath { .. } => {
            if !assigned(user_id, entitlement, there) {
                plan.effects.extend(assignment(user_id, entitlement, Change::Give));
                plan.added.assigned = true;
            }
        }
        Entitlement::Role { name } => {
            let from = role_of(user_id, there)?;
            if name == TEAM_ROLE {
                return Err(Unplannable::RoleOfTeams);
            }
            if from != name {
                if !raises(from, name) {
                    return Err(Unplannable::WouldDemote);
                }
                plan.effects.push(role(user_id, from, name));
                plan.added.role_before = Some(from.to_owned());
            }
        }
    }
    Ok(plan)
}

/// What a revocation has to do. Ending a membership ends leadership with it.
///
/// # Errors
/// If the role is no role to revoke.
pub fn revoke(
    user_id: &str,
    entitlement: &Entitlement,
    there: &Observed,
) -> Result<Plan, Unplannable> {
    let mut plan = Plan::default();
    match entitlement {
        Entitlement::Team { team_id, level } => {
            let part = part_of(*level);
            if there.stands(team_id, user_id, part) {
                plan.effects.push(standing(team_id, user_id, part, Change::Take));
            }
        }
        Entitlement::Course { .. } | Entitlement::LearningPath { .. } => {
            if assigned(user_id, entitlement, there) {
                plan.effects.extend(assignment(user_id, entitlement, Change::Take));
            }
        }
        Entitlement::Role { name } if name == TEAM_ROLE => return Err(Unplannable::RoleOfTeams),
        Entitlement::Role { name } => {
            // Only if it is still current: another role is not this request's business.
            if role_of(user_id, there)? == name && name != LEAST_ROLE {
                plan.effects.push(role(user_id, name, LEAST_ROLE));
            }
        }
    }
    Ok(plan)
}

/// What the end of a grant has to do: exactly what the grant added is taken away, as far as it is
/// there still.
///
/// # Errors
/// If the principal was not observed.
pub fn expire(
    user_id: &str,
    entitlement: &Entitlement,
    added: &Added,
    there: &Observed,
) -> Result<Plan, Unplannable> {
    let mut plan = Plan::default();
    match entitlement {
        Entitlement::Team { team_id, .. } => {
            let ends = |part: &StandingPart| there.stands(team_id, user_id, *part);
            let takes = |part| standing(team_id, user_id, part, Change::Take);
            // What needs membership first; and with the membership it is gone by itself.
            let membership = added.standing.contains(&StandingPart::Member);
            let parts = added
                .standing
                .iter()
                .filter(|part| ends(part) && (!membership || **part == StandingPart::Member));
            plan.effects.extend(parts.copied().map(takes));
        }
        Entitlement::Course { .. } | Entitlement::LearningPath { .. } => {
            if added.assigned && assigned(user_id, entitlement, there) {
                plan.effects.extend(assignment(user_id, entitlement, Change::Take));
            }
        }
        Entitlement::Role { name } => {
            if let Some(before) = &added.role_before
                && role_of(user_id, there)? == name
            {
                plan.effects.push(role(user_id, name, before));
            }
        }
    }
    Ok(plan)
}

fn role_of<'a>(user_id: &str, there: &'a Observed) -> Result<&'a str, Unplannable> {
    there.roles.get(user_id).map(String::as_str).ok_or(Unplannable::Unobserved)
}

fn role(user_id: &str, from: &str, to: &str) -> Effect {
    Effect::Role { user_id: user_id.to_owned(), from: from.to_owned(), to: to.to_owned() }
}

const fn part_of(level: TeamLevel) -> StandingPart {
    match level {
        TeamLevel::Member => StandingPart::Member,
        TeamLevel::Leader => StandingPart::Leader,
        TeamLevel::Admin => StandingPart::Admin,
    }
}

/// Membership first: the vendor makes nobody else a leader or admin.
fn parts_of(level: TeamLevel) -> BTreeSet<StandingPart> {
    BTreeSet::from([StandingPart::Member, part_of(level)])
}

fn standing(team_id: &str, user_id: &str, part: StandingPart, change: Change) -> Effect {
    let (team_id, user_id) = (team_id.to_owned(), user_id.to_owned());
    Effect::TeamStanding { team_id, user_id, part, change }
}

fn assigned(user_id: &str, entitlement: &Entitlement, there: &Observed) -> bool {
    match entitlement {
        Entitlement::Course { course_id } => there.has_course(course_id, user_id),
        Entitlement::LearningPath { learning_path_id } => {
            there.has_learning_path(learning_path_id, user_id)
        }
        Entitlement::Team { .. } | Entitlement::Role { .. } => false,
    }
}

fn assignment(user_id: &str, entitlement: &Entitlement, change: Change) -> Option<Effect> {
    let user_id = user_id.to_owned();
    match entitlement.clone() {
        Entitlement::Course { course_id } => Some(Effect::Course { course_id, user_id, change }),
        Entitlement::LearningPath { learning_path_id } => {
            Some(Effect::LearningPath { learning_path_id, user_id, change })
        }
        Entitlement::Team { .. } | Entitlement::Role { .. } => None,
    }
}

#[cfg(test)]
mod tests;
