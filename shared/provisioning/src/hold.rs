//! Access that Rollcall gave and that still stands: what its end will take away. Pure.
//!
//! A user's holds belong together. Membership that one grant brought may be needed by another one
//! that lasts longer: at the end of the first it passes on instead of being taken away. And a role
//! that one grant raised further must not fall back to one that has ended meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Entitlement, RequestId, StandingPart, TeamLevel,
    plan::{Added, Part},
    rules::same_role,
};

/// What Rollcall gave somebody of one entitlement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// To whom.
    pub user_id: String,
    /// What.
    pub entitlement: Entitlement,
    /// The latest grant of it.
    pub request_id: String,
    /// What was added, by this grant and those before it.
    #[serde(flatten)]
    pub given: Added,
    /// When it ends; without, it stays.
    pub expires_at: Option<Timestamp>,
}

/// The holds of one user.
pub type Holds = BTreeMap<Entitlement, Hold>;

impl Hold {
    /// Whether the end that a grant has set is due, and still its own: not prolonged since.
    #[must_use]
    pub fn is_due(&self, request_id: &RequestId, now: Timestamp) -> bool {
        let own = self.request_id == request_id.as_str();
        own && self.expires_at.is_some_and(|end| end <= now)
    }
}

/// Which holds have ended outside if a grant has to make somebody a member: whoever is none is nothing in
/// the team. Those that have an end are looked at by that: one list that shows no membership may be wrong.
#[must_use]
pub(crate) fn ended_outside(
    holds: &Holds,
    entitlement: &Entitlement,
    adds: &Added,
) -> BTreeSet<Entitlement> {
    let of_team = |held: &Entitlement| held != entitlement && held.team() == entitlement.team();
    let is_none = adds.added.contains(&Part::Member);
    let others = holds.values().filter(|hold| is_none && hold.expires_at.is_none());
    others.map(|hold| hold.entitlement.clone()).filter(of_team).collect()
}

/// What is held of an entitlement. A hold of a role stays under the spelling that it was made with.
#[must_use]
pub(crate) fn held_of<'a>(holds: &'a Holds, entitlement: &Entitlement) -> Option<&'a Hold> {
    let same = || holds.values().find(|hold| hold.entitlement.is_same(entitlement));
    holds.get(entitlement).or_else(same)
}

/// The holds after a grant. It takes over what earlier grants of the same added, and its own end
/// takes the place of theirs. There is no hold where Rollcall has added nothing.
#[must_use]
pub(crate) fn granted(
    holds: &Holds,
    user_id: &str,
    entitlement: &Entitlement,
    request_id: &RequestId,
    added: &Added,
    expires_at: Option<Timestamp>,
) -> Holds {
    let mut after = holds.clone();
    let own = take_out(&mut after, entitlement);
    let mut given = added.clone();
    for own in &own {
        given.added.extend(&own.given.added);
        given.before = given.before.or_else(|| own.given.before.clone());
    }
    // What another grant brought, this one needs too: it has to be here when the other one ends.
    let shares = after.values().any(|hold| {
        hold.given.added.iter().any(|part| entitlement.shares(&hold.entitlement, *part))
    });
    let keeps = !own.is_empty() || shares || !given.is_nothing();
    if keeps {
        let (user_id, request_id) = (user_id.to_owned(), request_id.as_str().to_owned());
        let entitlement = entitlement.clone();
        let hold = Hold { user_id, entitlement, request_id, given, expires_at };
        after.insert(hold.entitlement.clone(), hold);
    }
    after
}

/// The holds after a revocation: what is gone is held no more. A role that is revoked gives way to
/// the least one.
#[must_use]
pub(crate) fn revoked(holds: &Holds, entitlement: &Entitlement, least_role: &str) -> Holds {
    let mut after = holds.clone();
    match entitlement {
        // Nothing in a team stands without membership.
        Entitlement::Team { team_id, level: TeamLevel::Member } => {
            after.retain(|held, _| held.team() != Some(team_id));
        }
        // The membership that came with it stays, and so does its end.
        Entitlement::Team { level, .. } => {
            if let Some(hold) = after.get_mut(entitlement) {
                hold.given.added.remove(&Part::from(level.part()));
                if hold.given.is_nothing() {
                    after.remove(entitlement);
                }
            }
        }
        Entitlement::Course { .. } | Entitlement::LearningPath { .. } => {
            after.remove(entitlement);
        }
        Entitlement::Role { name } => {
            take_out(&mut after, entitlement);
            fall_back(&mut after, name, Some(least_role));
        }
    }
    after
}

/// The holds of somebody who is a member of a team for good from now on, and is still this in it besides.
#[must_use]
pub(crate) fn member_for_good(
    holds: &Holds,
    team_id: &str,
    still: &BTreeSet<StandingPart>,
) -> Holds {
    let mut after = holds.clone();
    for hold in after.values_mut().filter(|hold| hold.entitlement.team() == Some(team_id)) {
        hold.given.added.retain(|part| {
            *part != Part::Member && part.standing().is_some_and(|part| still.contains(&part))
        });
    }
    after.retain(|held, hold| held.team() != Some(team_id) || !hold.given.is_nothing());
    after
}

/// What the end of a grant may take away, and the holds after it.
#[must_use]
pub(crate) fn ended(holds: &Holds, entitlement: &Entitlement) -> (Added, Holds) {
    let mut after = holds.clone();
    let own = held_of(holds, entitlement).and_then(|own| after.remove(&own.entitlement));
    let Some(own) = own else { return (Added::default(), after) };
    let mut taken = own.given;
    if let Entitlement::Role { name } = entitlement {
        fall_back(&mut after, name, taken.before.as_deref());
    }
    taken.added.retain(|part| {
        let heir = after.values_mut().find(|hold| hold.entitlement.shares(entitlement, *part));
        heir.is_none_or(|heir| {
            heir.given.added.insert(*part);
            false
        })
    });
    (taken, after)
}

/// Takes out what is held of an entitlement, in whatever spelling.
fn take_out(holds: &mut Holds, entitlement: &Entitlement) -> Vec<Hold> {
    let is_same = |held: &Entitlement, _: &mut Hold| held.is_same(entitlement);
    holds.extract_if(.., is_same).map(|(_, hold)| hold).collect()
}

/// Whoever would be given a role back that has ended gets what was there before it.
fn fall_back(holds: &mut Holds, ended: &str, before: Option<&str>) {
    for hold in holds.values_mut() {
        if hold.given.before.as_ref().is_some_and(|before| same_role(before, ended)) {
            hold.given.before = before.map(str::to_owned);
        }
    }
}

impl Entitlement {
    pub(crate) fn team(&self) -> Option<&str> {
        match self {
            Self::Team { team_id, .. } => Some(team_id),
            Self::Course { .. } | Self::LearningPath { .. } | Self::Role { .. } => None,
        }
    }

    /// Whether it needs a part that belongs to another entitlement too.
    fn shares(&self, other: &Self, part: Part) -> bool {
        match (self, part.standing()) {
            (Self::Team { team_id, level }, Some(standing)) => {
                other.team() == Some(team_id) && level.parts().contains(&standing)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
#[path = "hold_tests.rs"]
mod tests;
