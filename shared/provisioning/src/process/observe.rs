//! Finds out what is there, as far as a request needs it.

use std::collections::BTreeSet;

use rollcall_vendor_client::VendorError;

use super::halt::Halt;
use crate::{
    Entitlement, Operation, Principal, StandingPart,
    account::Account,
    observed::{Observed, ObservedTeam},
    seen::Seen,
    vendor::{AccountLookup, Resolved, Vendor},
};

/// Asks the vendor. `known` is who the principal was found to be before.
pub(crate) async fn observe(
    operation: &Operation,
    known: Option<&Principal>,
    vendor: &mut dyn Vendor,
) -> Result<Seen, Halt> {
    let mut seen = Seen::default();
    if let Some(principal) = operation.principal() {
        let user_id = found(known.unwrap_or(principal), vendor, &mut seen.there).await?;
        seen.user_id = Some(user_id);
    }
    match operation {
        Operation::Grant { entitlement, .. } | Operation::Revoke { entitlement, .. } => {
            let user_id = seen.user_id.clone().unwrap_or_default();
            let needs = matches!(operation, Operation::Grant { .. });
            let parts = needed(entitlement, needs);
            look(entitlement, &user_id, &parts, vendor, &mut seen.there).await?;
        }
        Operation::CreateAccount { account } => {
            let user_name = account.user_name.clone().unwrap_or_default();
            match vendor.account(&Principal::UserName(user_name)).await? {
                AccountLookup::Found(there) => {
                    seen.user_id = Some(there.user_id.clone());
                    seen.there.saw(there);
                }
                AccountLookup::Missing => {
                    seen.manager_id = manager(account, vendor, &mut seen.there).await?;
                    if !account.attributes.is_empty() {
                        seen.blank = vendor.blank_attributes().await?;
                    }
                }
                AccountLookup::Ambiguous { user_id } => {
                    return Err(ambiguous("account.user_name", &user_id));
                }
            }
        }
        Operation::UpdateAccount { account, .. } => {
            seen.manager_id = manager(account, vendor, &mut seen.there).await?;
        }
        Operation::EnableAccount { .. } | Operation::DisableAccount { .. } => {}
        Operation::CreateTeam { name, parent_team_id } => {
            parent(parent_team_id.as_ref(), vendor).await?;
            seen.team = vendor.team_named(name).await?;
            let elsewhere =
                |there: &Option<String>| parent_team_id.is_some() && there != parent_team_id;
            if seen.team.as_ref().is_some_and(|team| elsewhere(&team.parent_team_id)) {
                return Err(Halt::rejected(
                    "team_name_taken",
                    "there is a team of this name below another one, and names are unique: move it by \
                     update_team, or choose another name",
                ));
            }
        }
        Operation::UpdateTeam { team_id, parent_team_id, .. } => {
            let above = parent(parent_team_id.as_ref(), vendor).await?;
            seen.team = vendor.team(team_id).await?;
            let Some(team) = &seen.team else { return Err(no_team("team.team_id", team_id)) };
            if team.parent_team_id != *parent_team_id
                && let Some(parent) = above
            {
                seen.above = ancestors(parent, vendor).await?;
            }
        }
        Operation::DeleteTeam { team_id } => {
            seen.team = vendor.team(team_id).await?;
            if seen.team.is_some() {
                seen.has_subteams = vendor.has_subteams(team_id).await?;
                members(team_id, vendor, &mut seen.there).await?;
            }
        }
        Operation::SetTeamMembers { team_id, members: wanted, .. } => {
            members(team_id, vendor, &mut seen.there).await?;
            resolve(team_id, wanted, vendor, &mut seen).await?;
        }
    }
    if let Some(team) = &seen.team {
        seen.there.teams.insert(team.team_id.clone(), team.clone());
    }
    Ok(seen)
}

/// Looks at what somebody has of an entitlement.
pub(crate) async fn look(
    entitlement: &Entitlement,
    user_id: &str,
    parts: &[StandingPart],
    vendor: &mut dyn Vendor,
    there: &mut Observed,
) -> Result<(), VendorError> {
    match entitlement {
        Entitlement::Team { team_id, .. } => {
            let parts = parts.iter().copied().collect();
            let is = vendor.standing(team_id, user_id, &parts).await?;
            if !is.is_empty() {
                there.standings.insert((team_id.clone(), user_id.to_owned()), is);
            }
        }
        Entitlement::Course { course_id } => {
            if vendor.is_assigned(user_id, entitlement).await? {
                there.courses.insert((course_id.clone(), user_id.to_owned()));
            }
        }
        Entitlement::LearningPath { learning_path_id } => {
            if vendor.is_assigned(user_id, entitlement).await? {
                there.learning_paths.insert((learning_path_id.clone(), user_id.to_owned()));
            }
        }
        Entitlement::Role { .. } => {}
    }
    Ok(())
}

/// What of a team has to be known.
fn needed(entitlement: &Entitlement, grants: bool) -> Vec<StandingPart> {
    match entitlement {
        Entitlement::Team { level, .. } if grants => level.parts().into_iter().collect(),
        other => other.part().into_iter().collect(),
    }
}

async fn found(
    principal: &Principal,
    vendor: &mut dyn Vendor,
    there: &mut Observed,
) -> Result<String, Halt> {
    match vendor.account(principal).await? {
        AccountLookup::Found(account) => {
            let user_id = account.user_id.clone();
            there.saw(account);
            Ok(user_id)
        }
        AccountLookup::Missing => Err(Halt::rejected(
            "principal_not_found",
            format!("principal: the vendor has no account with the {principal}"),
        )),
        AccountLookup::Ambiguous { user_id } => Err(ambiguous("principal", &user_id)),
    }
}

fn ambiguous(field: &str, user_id: &str) -> Halt {
    Halt::rejected(
        "principal_ambiguous",
        format!(
            "{field}: the vendor answers with another account ({user_id}); its ids and user names \
             cannot be told apart here: name the account the other way"
        ),
    )
}

async fn manager(
    account: &Account,
    vendor: &mut dyn Vendor,
    there: &mut Observed,
) -> Result<Option<String>, Halt> {
    let Some(name) = &account.manager else { return Ok(None) };
    match vendor.account(&Principal::UserName(name.clone())).await? {
        AccountLookup::Found(manager) => {
            let user_id = manager.user_id.clone();
            there.saw(manager);
            Ok(Some(user_id))
        }
        AccountLookup::Missing | AccountLookup::Ambiguous { .. } => Err(Halt::rejected(
            "manager_not_found",
            format!("account.manager: the vendor has no account with the user name {name:?}"),
        )),
    }
}

fn no_team(field: &str, team_id: &str) -> Halt {
    Halt::rejected("team_not_found", format!("{field}: the vendor has no team {team_id:?}"))
}

async fn parent(
    parent_team_id: Option<&String>,
    vendor: &mut dyn Vendor,
) -> Result<Option<ObservedTeam>, Halt> {
    let Some(team_id) = parent_team_id else { return Ok(None) };
    match vendor.team(team_id).await? {
        None => Err(no_team("team.parent_team_id", team_id)),
        there => Ok(there),
    }
}

/// The teams above one, a request for each.
async fn ancestors(
    team: ObservedTeam,
    vendor: &mut dyn Vendor,
) -> Result<BTreeSet<String>, VendorError> {
    let (mut above, mut next) = (BTreeSet::new(), team.parent_team_id);
    // A ring that is there already has an end too.
    while let Some(team_id) = next.filter(|team_id| above.insert(team_id.clone())) {
        next = vendor.team(&team_id).await?.and_then(|team| team.parent_team_id);
    }
    Ok(above)
}

async fn members(team_id: &str, vendor: &mut dyn Vendor, there: &mut Observed) -> Result<(), Halt> {
    let members = match vendor.members(team_id).await {
        Err(VendorError::NotFound { .. }) => return Err(no_team("team.team_id", team_id)),
        other => other?,
    };
    for (user_id, user_name) in &members {
        let key = (team_id.to_owned(), user_id.clone());
        there.standings.insert(key, [StandingPart::Member].into());
        if !user_name.is_empty() {
            there.user_names.insert(user_id.clone(), user_name.clone());
        }
    }
    Ok(())
}

/// How many accounts that may not be used are asked for whether they are members: each is a request,
/// at every attempt. More are added without a look, which changes nothing of those who are.
const LOOKED_AT: usize = 10;

/// The wanted members. One who is not in the team's list may be in it all the same, if the account
/// may not be used: the vendor lists active members only.
async fn resolve(
    team_id: &str,
    wanted: &[Principal],
    vendor: &mut dyn Vendor,
    seen: &mut Seen,
) -> Result<(), Halt> {
    let mut looked = 0;
    let known = seen.there.user_names.clone();
    let resolved = vendor.resolve(wanted, &known).await?;
    for (index, (principal, resolved)) in wanted.iter().zip(resolved).enumerate() {
        let field = format!("members[{index}]");
        let (user_id, user_name, active) = match resolved {
            Resolved::Found { user_id, user_name, active } => (user_id, user_name, active),
            Resolved::Missing => {
                return Err(Halt::rejected(
                    "principal_not_found",
                    format!("{field}: the vendor has no account with the {principal}"),
                ));
            }
            Resolved::Ambiguous => return Err(ambiguous(&field, "another")),
            Resolved::TooMany { most } => {
                return Err(Halt::rejected(
                    "too_many_members",
                    format!(
                        "members: at most {most} people who are not in the team yet can be looked up in \
                         time at this vendor: send lists that bring in fewer at a time"
                    ),
                ));
            }
        };
        if active != Some(true) {
            seen.unlisted.insert(user_id.clone());
        }
        let listed = seen.there.stands(team_id, &user_id, StandingPart::Member);
        if !listed && active != Some(true) && looked < LOOKED_AT {
            looked += 1;
            let parts = [StandingPart::Member].into();
            let is = vendor.standing(team_id, &user_id, &parts).await?;
            if !is.is_empty() {
                seen.there.standings.insert((team_id.to_owned(), user_id.clone()), is);
            }
        }
        seen.there.user_names.insert(user_id.clone(), user_name);
        seen.wanted.insert(user_id);
    }
    Ok(())
}
