//! Grants, revocations, and the end of grants.

use std::collections::BTreeSet;

use super::{Added, Part, Plan, Unplannable, not_given_by_teams, not_left_with_teams};
use crate::{
    Entitlement, TeamLevel,
    effect::{Change, Effect, StandingPart},
    observed::Observed,
    rules::{Roles, same_role},
};

/// What a grant has to do.
///
/// # Errors
/// If it would lower a role, or the role is no role to grant.
pub fn grant(
    user_id: &str,
    entitlement: &Entitlement,
    there: &Observed,
    roles: &Roles,
) -> Result<Plan, Unplannable> {
    let mut plan = Plan::default();
    match entitlement {
        Entitlement::Team { team_id, level } => {
            for part in level.parts() {
                if !there.stands(team_id, user_id, part) {
                    plan.effects.push(standing(team_id, user_id, part, Change::Give));
                    plan.added.added.insert(part.into());
                }
            }
        }
        Entitlement::Course { .. } | Entitlement::LearningPath { .. } => {
            if !assigned(user_id, entitlement, there) {
                plan.effects.extend(assignment(user_id, entitlement, Change::Give));
                plan.added.added.insert(Part::Assigned);
            }
        }
        Entitlement::Role { name } => {
            let from = role_of(user_id, there)?;
            not_given_by_teams(name, roles)?;
            if !same_role(from, name) {
                if !(roles.raises)(from, name) {
                    return Err(Unplannable::WouldDemote(from.to_owned()));
                }
                plan.effects.push(role(user_id, from, name));
                let before = Some(from.to_owned());
                plan.added = Added { added: [Part::Role].into(), before };
            }
        }
    }
    Ok(plan)
}

/// What a grant gives must not be there already: its end would take away what it has not added.
///
/// # Errors
/// If it would make somebody a leader or admin who may be one unseen.
pub fn check_given(effects: &[Effect], there: &Observed, roles: &Roles) -> Result<(), Unplannable> {
    let unseen = |effect: &Effect| match effect {
        Effect::Standing { team_id, user_id, part, change: Change::Give } => {
            there.may_stand_unseen(team_id, user_id, *part, roles)
        }
        _ => false,
    };
    if effects.iter().any(unseen) { Err(Unplannable::AccountInactive) } else { Ok(()) }
}

/// What a revocation has to do. Ending a membership ends leadership with it.
///
/// # Errors
/// If the role is no role to revoke.
pub fn revoke(
    user_id: &str,
    entitlement: &Entitlement,
    there: &Observed,
    roles: &Roles,
) -> Result<Plan, Unplannable> {
    let mut plan = Plan::default();
    match entitlement {
        Entitlement::Team { team_id, level } => {
            let part = level.part();
            // What may be there unseen is taken all the same: taking twice does no harm.
            if there.stands(team_id, user_id, part)
                || there.may_stand_unseen(team_id, user_id, part, roles)
            {
                plan.effects.push(standing(team_id, user_id, part, Change::Take));
            }
        }
        Entitlement::Course { .. } | Entitlement::LearningPath { .. } => {
            if assigned(user_id, entitlement, there) {
                plan.effects.extend(assignment(user_id, entitlement, Change::Take));
            }
        }
        Entitlement::Role { name } => {
            not_left_with_teams(name, roles)?;
            let current = role_of(user_id, there)?;
            // Only if it is still current: another role is not this request's business.
            if same_role(current, name) && !roles.is_least(name) {
                plan.effects.push(role(user_id, current, roles.least));
            }
        }
    }
    Ok(plan)
}

/// What the end of a grant has to do: exactly what the grant added is taken away, as far as it is
/// there still.
///
/// A membership that was added ends even if somebody made the member a leader meanwhile, outside
/// Rollcall: leadership cannot stand without it, and access that should have ended must not stay.
///
/// # Errors
/// If the principal's role is not known.
pub fn expire(
    user_id: &str,
    entitlement: &Entitlement,
    added: &Added,
    there: &Observed,
    roles: &Roles,
) -> Result<Plan, Unplannable> {
    let mut plan = Plan::default();
    match entitlement {
        Entitlement::Team { team_id, .. } => {
            // What needs membership first; and with the membership it is gone by itself.
            let membership = added.added.contains(&Part::Member);
            let ends = |part: &StandingPart| {
                let stands = there.stands(team_id, user_id, *part)
                    || there.may_stand_unseen(team_id, user_id, *part, roles);
                stands && (!membership || *part == StandingPart::Member)
            };
            let parts = added.added.iter().filter_map(|part| part.standing()).filter(ends);
            plan.effects.extend(parts.map(|part| standing(team_id, user_id, part, Change::Take)));
        }
        Entitlement::Course { .. } | Entitlement::LearningPath { .. } => {
            if added.added.contains(&Part::Assigned) && assigned(user_id, entitlement, there) {
                plan.effects.extend(assignment(user_id, entitlement, Change::Take));
            }
        }
        Entitlement::Role { name } => {
            if let Some(before) = added.before.as_ref().filter(|before| !same_role(before, name)) {
                let current = role_of(user_id, there)?;
                if same_role(current, name) {
                    plan.effects.push(role(user_id, current, before));
                }
            }
        }
    }
    Ok(plan)
}

fn role_of<'a>(user_id: &str, there: &'a Observed) -> Result<&'a str, Unplannable> {
    there.role_of(user_id).ok_or(Unplannable::RoleUnknown)
}

fn role(user_id: &str, from: &str, to: &str) -> Effect {
    Effect::Role { user_id: user_id.to_owned(), from: from.to_owned(), to: to.to_owned() }
}

impl Entitlement {
    /// What it is in a team, if it is about one.
    pub(crate) fn part(&self) -> Option<StandingPart> {
        match self {
            Self::Team { level, .. } => Some(level.part()),
            Self::Course { .. } | Self::LearningPath { .. } | Self::Role { .. } => None,
        }
    }
}

impl TeamLevel {
    /// What it is in the team.
    #[must_use]
    pub const fn part(self) -> StandingPart {
        match self {
            Self::Member => StandingPart::Member,
            Self::Leader => StandingPart::Leader,
            Self::Admin => StandingPart::Admin,
        }
    }

    /// Everything that it needs, membership first: the vendor makes nobody else a leader or admin.
    #[must_use]
    pub fn parts(self) -> BTreeSet<StandingPart> {
        BTreeSet::from([StandingPart::Member, self.part()])
    }
}

fn standing(team_id: &str, user_id: &str, part: StandingPart, change: Change) -> Effect {
    let (team_id, user_id) = (team_id.to_owned(), user_id.to_owned());
    Effect::Standing { team_id, user_id, part, change }
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
#[path = "grants_tests.rs"]
mod tests;
