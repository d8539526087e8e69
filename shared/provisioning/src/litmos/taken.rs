//! What was taken away is looked at once more: a yes of the vendor is not what it shows.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_vendor_client::VendorError;

use super::{LitmosVendor, RULES, there};
use crate::{
    Effect, Principal, StandingPart,
    vendor::{AccountLookup, ExecuteError, Vendor},
};

/// How many of those who are still in a team are named.
const NAMED: usize = 20;

/// What is looked at, each in one place of the vendor.
#[derive(Default)]
struct Looks<'a> {
    /// Who was removed from a team. Whoever is no member leads nothing.
    members: BTreeMap<&'a str, BTreeSet<&'a str>>,
    accounts: BTreeMap<&'a str, Vec<&'a Effect>>,
    others: Vec<&'a Effect>,
}

impl<'a> Looks<'a> {
    fn at(done: &'a [Effect]) -> Self {
        let mut looks = Self::default();
        for effect in done.iter().filter(|effect| effect.takes(&RULES.roles)) {
            match effect {
                Effect::Standing { team_id, user_id, part: StandingPart::Member, .. } => {
                    looks.members.entry(team_id).or_default().insert(user_id);
                }
                Effect::Role { user_id, .. } | Effect::Active { user_id, .. } => {
                    looks.accounts.entry(user_id).or_default().push(effect);
                }
                other => looks.others.push(other),
            }
        }
        let members = &looks.members;
        looks.others.retain(|effect| match effect {
            Effect::Standing { team_id, user_id, .. } => {
                !members.get(&**team_id).is_some_and(|removed| removed.contains(&**user_id))
            }
            _ => true,
        });
        looks
    }
}

impl LitmosVendor {
    /// One request for each place, and for a long list of members a request for each of its pages.
    pub(super) async fn look_whether_gone(&mut self, done: &[Effect]) -> Result<(), ExecuteError> {
        let looks = Looks::at(done);
        for (team_id, removed) in looks.members {
            let left = self.still_members(team_id, &removed).await?;
            if !left.is_empty() {
                let named: Vec<_> = left.iter().take(NAMED).copied().collect();
                let (count, named) = (left.len(), named.join(", "));
                return Err(still(format!("{count} in team {team_id}: {named}")));
            }
        }
        for (user_id, taken) in looks.accounts {
            let principal = Principal::UserId(user_id.to_owned());
            match self.account(&principal).await? {
                AccountLookup::Found(account) => {
                    if let Some(effect) = taken.iter().find(|effect| effect.is_held_by(&account)) {
                        return Err(still(told(effect)));
                    }
                }
                AccountLookup::Missing => {}
                AccountLookup::Ambiguous { .. } => {
                    return Err(still(format!("{user_id} cannot be looked at")));
                }
            }
        }
        for effect in looks.others {
            if self.stands(effect).await? {
                return Err(still(told(effect)));
            }
        }
        Ok(())
    }

    /// One is looked up in the user's own list, several in the team's: whoever was removed was seen
    /// in it.
    async fn still_members<'a>(
        &self,
        team_id: &str,
        removed: &BTreeSet<&'a str>,
    ) -> Result<Vec<&'a str>, VendorError> {
        let all: Vec<_> = removed.iter().copied().collect();
        if let [user_id] = all[..] {
            let is_member = if_there(self.is_member(team_id, user_id).await)?.unwrap_or(false);
            return Ok(if is_member { all } else { Vec::new() });
        }
        let listed = if_there(self.members_of(team_id).await)?.unwrap_or_default();
        Ok(all.into_iter().filter(|user_id| listed.contains_key(*user_id)).collect())
    }

    /// Whether what was taken is there. What the vendor does not know any more nobody has.
    async fn stands(&self, effect: &Effect) -> Result<bool, VendorError> {
        let held = match effect {
            Effect::Standing { team_id, user_id, part: StandingPart::Leader, .. } => {
                self.leads(team_id, user_id).await
            }
            Effect::Standing { team_id, user_id, part: StandingPart::Admin, .. } => {
                self.administers(team_id, user_id).await
            }
            Effect::Course { course_id, user_id, .. } => {
                self.has_course_by_itself(user_id, course_id).await
            }
            Effect::LearningPath { learning_path_id, user_id, .. } => {
                self.has_learning_path(user_id, learning_path_id).await
            }
            Effect::DeleteTeam { team_id, .. } => there(self.litmos.team_record(team_id).await),
            _ => Ok(false),
        };
        Ok(if_there(held)?.unwrap_or(false))
    }
}

/// `None` where the vendor says that there is no such thing.
fn if_there<T>(answer: Result<T, VendorError>) -> Result<Option<T>, VendorError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(VendorError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn still(what: String) -> ExecuteError {
    ExecuteError::StillThere(what)
}

fn told(effect: &Effect) -> String {
    let note = effect.note();
    format!("{} {}", note.action, note.detail)
}
