//! A vendor in memory, for tests: strict about what Litmos is strict about, and silent about the
//! leadership of those whose accounts may not be used.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use rollcall_vendor_client::VendorError;
use serde_json::{Value, json};

use crate::{
    Change, Effect, Entitlement, Principal, StandingPart, TeamField,
    account::{AccountField, ObservedAccount},
    litmos,
    observed::ObservedTeam,
    outcome::ResultIds,
    rules::VendorRules,
    vendor::{AccountLookup, ExecuteError, Resolved, Vendor},
};

/// What is at the vendor.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) accounts: BTreeMap<String, ObservedAccount>,
    pub(crate) teams: BTreeMap<String, ObservedTeam>,
    pub(crate) standings: BTreeMap<(String, String), BTreeSet<StandingPart>>,
    /// Assigned courses and learning paths, by entitlement and user.
    pub(crate) assigned: BTreeSet<(Entitlement, String)>,
    /// Every write that was carried out.
    pub(crate) writes: Vec<Effect>,
    /// The trouble that the next writes meet.
    pub(crate) trouble: Option<Trouble>,
    /// About these there is no answer, or none in time.
    pub(crate) poisoned: BTreeSet<String>,
    /// Nobody is answered.
    pub(crate) away: bool,
    /// These many of the next looks at an account or at what somebody has find nothing.
    pub(crate) blind: u32,
    /// The look after so many others finds nothing.
    pub(crate) blind_after: u32,
    /// These many of the next lists of members show nobody.
    pub(crate) unlisting: u32,
    made: u32,
}

/// What happens to the `nth` write from now, from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trouble {
    pub(crate) nth: u32,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Not carried out, and no answer.
    LostBefore,
    /// Carried out, but no answer.
    LostAfter,
    /// Refused for good.
    Forbidden,
    /// Not carried out, and never an answer.
    Silent,
    /// Taken, but not yet to be seen when it is looked at.
    SeenLater,
    /// Taken, and the look after it is refused.
    SeenByNobody,
    /// Not carried out, and the vendor says that it was.
    Ignored,
}

/// A handle on the world; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct FakeVendor {
    world: Arc<Mutex<World>>,
    rules: &'static VendorRules,
}

impl FakeVendor {
    /// With nobody in it.
    pub(crate) fn with_rules(rules: &'static VendorRules) -> Self {
        Self { world: Arc::default(), rules }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

impl World {
    pub(crate) fn account(&mut self, user_id: &str, role: &str) {
        let account = ObservedAccount {
            user_id: user_id.into(),
            user_name: Some(format!("{user_id}@example.org")),
            last_name: Some("Diaz".into()),
            role: Some(role.into()),
            active: Some(true),
            attributes: [("CustomField1".to_owned(), json!(""))].into(),
            ..ObservedAccount::default()
        };
        self.accounts.insert(user_id.into(), account);
    }

    pub(crate) fn team(&mut self, team_id: &str) {
        let name = Some(format!("Team {team_id}"));
        let team = ObservedTeam { team_id: team_id.into(), name, parent_team_id: None };
        self.teams.insert(team_id.into(), team);
    }

    pub(crate) fn is(&self, team_id: &str, user_id: &str) -> BTreeSet<StandingPart> {
        let key = (team_id.to_owned(), user_id.to_owned());
        self.standings.get(&key).cloned().unwrap_or_default()
    }

    pub(crate) fn is_active(&self, user_id: &str) -> bool {
        self.accounts.get(user_id).is_some_and(|account| account.active == Some(true))
    }

    fn leads_any(&self, user_id: &str) -> bool {
        let mut standings = self.standings.iter().filter(|((_, user), _)| user == user_id);
        standings.any(|(_, is)| is.iter().any(|part| *part != StandingPart::Member))
    }

    pub(crate) fn apply(&mut self, effect: &Effect) -> Result<ResultIds, VendorError> {
        let mut ids = ResultIds::default();
        match effect.clone() {
            Effect::Standing { team_id, user_id, part, change } => {
                if !self.teams.contains_key(&team_id) {
                    return Err(not_found());
                }
                let parts = self.standings.entry((team_id, user_id)).or_default();
                match (part, change) {
                    (StandingPart::Member, Change::Take) => parts.clear(),
                    (_, Change::Take) => drop_part(parts, part),
                    (StandingPart::Member, Change::Give) => add_part(parts, part),
                    (_, Change::Give) if !parts.contains(&StandingPart::Member) => {
                        return Err(not_found());
                    }
                    (_, Change::Give) => add_part(parts, part),
                }
            }
            Effect::Course { course_id, user_id, change } => {
                self.assign(Entitlement::Course { course_id }, user_id, change);
            }
            Effect::LearningPath { learning_path_id, user_id, change } => {
                self.assign(Entitlement::LearningPath { learning_path_id }, user_id, change);
            }
            Effect::Role { user_id, to, .. } => {
                // Who leads a team is a learner that reads otherwise.
                let reads = litmos::RULES.roles.of_teams == Some(&*to);
                let role = if reads { litmos::RULES.roles.least.to_owned() } else { to };
                self.of(&user_id)?.role = Some(role);
            }
            Effect::Active { user_id, active } => self.of(&user_id)?.active = Some(active),
            Effect::Field { user_id, field, to, .. } => {
                let account = self.of(&user_id)?;
                let text = to.as_str().map(str::to_owned);
                match field {
                    AccountField::UserName => account.user_name = text,
                    AccountField::FirstName => account.first_name = text,
                    AccountField::LastName => account.last_name = text,
                    AccountField::Email => account.email = text,
                    AccountField::Manager => account.manager_id = text,
                    AccountField::Attribute(name) => drop(account.attributes.insert(name, to)),
                }
            }
            Effect::CreateAccount(new) => {
                let name = Some(new.user_name.clone());
                if self.accounts.values().any(|account| account.user_name == name) {
                    return Err(conflict());
                }
                let user_id = self.next("new-user");
                self.account(&user_id, &new.role);
                self.of(&user_id)?.user_name = name;
                ids.user_id = Some(user_id);
            }
            Effect::CreateTeam { name, parent_team_id } => {
                if self.teams.values().any(|team| team.name.as_deref() == Some(&name)) {
                    return Err(conflict());
                }
                let team_id = self.next("new-team");
                let team =
                    ObservedTeam { team_id: team_id.clone(), name: Some(name), parent_team_id };
                self.teams.insert(team_id.clone(), team);
                ids.team_id = Some(team_id);
            }
            Effect::TeamField { team_id, field, to, .. } => {
                let team = self.teams.get_mut(&team_id).ok_or_else(not_found)?;
                match field {
                    TeamField::Name => team.name = Some(to),
                    TeamField::Parent => team.parent_team_id = Some(to),
                }
            }
            Effect::DeleteTeam { team_id, .. } => {
                self.teams.remove(&team_id).ok_or_else(not_found)?;
                self.standings.retain(|(team, _), _| *team != team_id);
            }
        }
        Ok(ids)
    }

    fn assign(&mut self, what: Entitlement, user_id: String, change: Change) {
        match change {
            Change::Give => self.assigned.insert((what, user_id)),
            Change::Take => self.assigned.remove(&(what, user_id)),
        };
    }

    fn of(&mut self, user_id: &str) -> Result<&mut ObservedAccount, VendorError> {
        self.accounts.get_mut(user_id).ok_or_else(not_found)
    }

    fn next(&mut self, what: &str) -> String {
        self.made += 1;
        format!("{what}-{}", self.made)
    }

    /// Whether a look finds nothing, whatever is there.
    fn is_blind(&mut self) -> bool {
        if self.blind_after > 0 {
            self.blind_after -= 1;
            self.blind = u32::from(self.blind_after == 0);
            return false;
        }
        let is_blind = self.blind > 0;
        self.blind = self.blind.saturating_sub(1);
        is_blind
    }

    /// What keeps somebody from being asked about.
    fn reach(&self, user_id: &str) -> Result<(), VendorError> {
        if self.away || self.poisoned.contains(user_id) { Err(lost()) } else { Ok(()) }
    }

    /// The kind of trouble of this very write.
    fn meets(&mut self) -> Option<Kind> {
        let trouble = self.trouble.as_mut()?;
        trouble.nth = trouble.nth.saturating_sub(1);
        if trouble.nth > 0 {
            return None;
        }
        self.trouble.take().map(|trouble| trouble.kind)
    }
}

fn add_part(parts: &mut BTreeSet<StandingPart>, part: StandingPart) {
    parts.insert(part);
}

fn drop_part(parts: &mut BTreeSet<StandingPart>, part: StandingPart) {
    parts.remove(&part);
}

fn call() -> String {
    "PUT /x".to_owned()
}

fn not_found() -> VendorError {
    VendorError::NotFound { call: call(), detail: "no such thing".to_owned() }
}

fn conflict() -> VendorError {
    VendorError::Conflict { call: call(), detail: "the name is taken".to_owned() }
}

fn lost() -> VendorError {
    let trouble = "no answer".to_owned();
    VendorError::Unavailable { call: call(), attempts: 1, status: None, trouble, source: None }
}

#[async_trait]
impl Vendor for FakeVendor {
    fn supports(&self, _: &str, _: Option<&Entitlement>) -> bool {
        true
    }

    fn is_user_id(&self, text: &str) -> bool {
        !text.is_empty()
    }

    fn rules(&self) -> &'static VendorRules {
        self.rules
    }

    async fn answers(&mut self) -> Result<(), VendorError> {
        self.world().reach("nobody")
    }

    async fn blank_attributes(&mut self) -> Result<BTreeMap<String, Value>, VendorError> {
        Ok([("CustomField1".to_owned(), json!(""))].into())
    }

    async fn account(&mut self, principal: &Principal) -> Result<AccountLookup, VendorError> {
        let team_role = self.rules.roles.of_teams;
        let mut world = self.world();
        let named = match principal {
            Principal::UserId(name) | Principal::UserName(name) => name.split('@').next(),
        };
        world.reach(named.unwrap_or_default())?;
        if world.is_blind() {
            return Ok(AccountLookup::Missing);
        }
        let found = match principal {
            Principal::UserId(id) => world.accounts.get(id),
            Principal::UserName(name) => {
                world.accounts.values().find(|account| account.user_name.as_ref() == Some(name))
            }
        };
        let Some(mut account) = found.cloned() else { return Ok(AccountLookup::Missing) };
        if account.role.as_deref() == Some(self.rules.roles.least)
            && let Some(role) = team_role.filter(|_| world.leads_any(&account.user_id))
        {
            account.role = Some(role.to_owned());
        }
        Ok(AccountLookup::Found(account))
    }

    async fn resolve(
        &mut self,
        principals: &[Principal],
        _: &BTreeMap<String, String>,
    ) -> Result<Vec<Resolved>, VendorError> {
        let mut resolved = Vec::new();
        for principal in principals {
            resolved.push(match self.account(principal).await? {
                AccountLookup::Found(account) => Resolved::Found {
                    user_id: account.user_id,
                    user_name: account.user_name.unwrap_or_default(),
                    active: account.active,
                },
                AccountLookup::Missing => Resolved::Missing,
                AccountLookup::Ambiguous { .. } => Resolved::Ambiguous,
            });
        }
        Ok(resolved)
    }

    async fn standing(
        &mut self,
        team_id: &str,
        user_id: &str,
        parts: &BTreeSet<StandingPart>,
    ) -> Result<BTreeSet<StandingPart>, VendorError> {
        let mut world = self.world();
        if world.is_blind() {
            return Ok(BTreeSet::new());
        }
        let world = world;
        let told = |part: &StandingPart| {
            *part == StandingPart::Member || (parts.contains(part) && world.is_active(user_id))
        };
        Ok(world.is(team_id, user_id).into_iter().filter(told).collect())
    }

    async fn is_assigned(
        &mut self,
        user_id: &str,
        entitlement: &Entitlement,
    ) -> Result<bool, VendorError> {
        let mut world = self.world();
        Ok(!world.is_blind() && world.assigned.contains(&(entitlement.clone(), user_id.to_owned())))
    }

    async fn exists(&mut self, entitlement: &Entitlement) -> Result<bool, VendorError> {
        Ok(match entitlement {
            Entitlement::Team { team_id, .. } => self.world().teams.contains_key(team_id),
            _ => true,
        })
    }

    async fn team(&mut self, team_id: &str) -> Result<Option<ObservedTeam>, VendorError> {
        let mut world = self.world();
        if world.is_blind() {
            return Ok(None);
        }
        Ok(world.teams.get(team_id).cloned())
    }

    async fn team_named(&mut self, name: &str) -> Result<Option<ObservedTeam>, VendorError> {
        let world = self.world();
        Ok(world.teams.values().find(|team| team.name.as_deref() == Some(name)).cloned())
    }

    async fn has_subteams(&mut self, team_id: &str) -> Result<bool, VendorError> {
        let is_below = |team: &ObservedTeam| team.parent_team_id.as_deref() == Some(team_id);
        Ok(self.world().teams.values().any(is_below))
    }

    async fn members(&mut self, team_id: &str) -> Result<BTreeMap<String, String>, VendorError> {
        let mut world = self.world();
        if !world.teams.contains_key(team_id) {
            return Err(not_found());
        }
        if world.unlisting > 0 {
            world.unlisting -= 1;
            return Ok(BTreeMap::new());
        }
        let of_team = world.standings.iter().filter(|((team, user), is)| {
            team == team_id && !is.is_empty() && world.is_active(user)
        });
        Ok(of_team.map(|((_, user), _)| (user.clone(), format!("{user}@example.org"))).collect())
    }

    async fn see_taken(&mut self, done: &[Effect]) -> Result<(), ExecuteError> {
        let world = self.world();
        let stands = |effect: &&Effect| match effect {
            Effect::Standing { team_id, user_id, part, .. } => {
                world.is(team_id, user_id).contains(part)
            }
            Effect::Course { course_id, user_id, .. } => {
                let course_id = course_id.clone();
                world.assigned.contains(&(Entitlement::Course { course_id }, user_id.clone()))
            }
            Effect::LearningPath { learning_path_id, user_id, .. } => {
                let learning_path_id = learning_path_id.clone();
                let what = Entitlement::LearningPath { learning_path_id };
                world.assigned.contains(&(what, user_id.clone()))
            }
            Effect::Role { user_id, .. } | Effect::Active { user_id, .. } => {
                world.accounts.get(user_id).is_some_and(|account| effect.is_held_by(account))
            }
            Effect::DeleteTeam { team_id, .. } => world.teams.contains_key(team_id),
            _ => false,
        };
        let mut taken = done.iter().filter(|effect| effect.takes(&self.rules.roles));
        match taken.find(stands) {
            Some(effect) => Err(ExecuteError::StillThere(effect.note().action)),
            None => Ok(()),
        }
    }

    async fn execute(&mut self, step: &[Effect], _: bool) -> Result<ResultIds, ExecuteError> {
        let trouble = self.world().meets();
        match trouble {
            Some(Kind::Silent) => std::future::pending().await,
            Some(Kind::LostBefore) => return Err(lost().into()),
            Some(Kind::Forbidden) => {
                let detail = "not yours".to_owned();
                return Err(VendorError::Forbidden { call: call(), detail }.into());
            }
            Some(Kind::Ignored) => return Ok(ResultIds::default()),
            Some(Kind::LostAfter | Kind::SeenLater | Kind::SeenByNobody) | None => {}
        }
        let mut world = self.world();
        let mut ids = ResultIds::default();
        for effect in step {
            ids = world.apply(effect)?;
            world.writes.push(effect.clone());
        }
        match trouble {
            Some(Kind::SeenByNobody) => {
                let detail = "not yours".to_owned();
                Err(ExecuteError::Unseen(VendorError::Forbidden { call: call(), detail }))
            }
            Some(Kind::SeenLater) => Err(ExecuteError::NotApplied("not to be seen".to_owned())),
            Some(_) => Err(lost().into()),
            None => Ok(ids),
        }
    }
}
