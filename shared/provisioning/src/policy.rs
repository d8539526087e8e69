//! What the operator allows. Effects are judged, not the operation's name. Pure.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::{
    Change, DoorSenders, Effect, Operation, Request,
    account::AccountField,
    observed::Observed,
    rules::{Roles, same_role},
};

/// What the stack does with requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Nothing: every request is rejected.
    #[default]
    Off,
    /// Says what it would do.
    DryRun,
    /// Carries them out.
    On,
}

/// What the operator allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Roles that may be given.
    pub grantable_roles: BTreeSet<String>,
    /// User names and ids of accounts that no request may touch.
    pub protected_users: BTreeSet<String>,
    /// How long a grant may last; with it, a grant must end.
    pub max_grant: Option<SignedDuration>,
    /// Whether a request must name its ticket.
    pub require_ticket: bool,
    /// Who may use the ids of doors.
    pub door_senders: DoorSenders,
}

/// The rule that a request breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No reason is told.
    #[error("reason is missing: every request says why")]
    ReasonRequired,
    /// No ticket is told.
    #[error("ticket is missing: RequireTicket (ROLLCALL_REQUIRE_TICKET) asks for one")]
    TicketRequired,
    /// The grant has no end.
    #[error(
        "expires_at is missing: MaxGrantHours (ROLLCALL_MAX_GRANT_HOURS) lets nothing be given for \
         ever, whichever operation gives it; use a grant that ends"
    )]
    EndRequired,
    /// The grant ends too late.
    #[error(
        "expires_at is later than MaxGrantHours (ROLLCALL_MAX_GRANT_HOURS) allows: {0} at the latest"
    )]
    GrantTooLong(Timestamp),
    /// The grant has ended already.
    #[error("expires_at is in the past")]
    Expired,
    /// The role may not be given.
    #[error(
        "the role {0} may not be given: it is not in GrantableRoles (ROLLCALL_GRANTABLE_ROLES)"
    )]
    RoleNotGrantable(String),
    /// The account may not be touched.
    #[error(
        "{0} is protected by ProtectedUsers (ROLLCALL_PROTECTED_USERS): no request may change that \
         account"
    )]
    ProtectedUser(String),
    /// Nobody else could be shown to own the vendor's account.
    #[error(
        "{user_name} may be the last active {role}: no other one of the last published snapshot \
         could be verified at the vendor"
    )]
    LastAccountOwner {
        /// Who would leave.
        user_name: String,
        /// The owner's role.
        role: &'static str,
    },
}

impl Rejection {
    /// The outcome's code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ReasonRequired => "reason_required",
            Self::TicketRequired => "ticket_required",
            Self::EndRequired => "end_required",
            Self::GrantTooLong(_) => "grant_too_long",
            Self::Expired => "expired",
            Self::RoleNotGrantable(_) => "role_not_grantable",
            Self::ProtectedUser(_) => "protected_user",
            Self::LastAccountOwner { .. } => "last_account_owner",
        }
    }
}

impl Policy {
    /// Judges a request by what it says.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check_request(&self, request: &Request, now: Timestamp) -> Result<(), Rejection> {
        if request.reason.is_none() {
            return Err(Rejection::ReasonRequired);
        }
        if self.require_ticket && request.ticket.is_none() {
            return Err(Rejection::TicketRequired);
        }
        if !matches!(request.operation, Operation::Grant { .. }) {
            return Ok(());
        }
        match (request.expires_at, self.max_grant) {
            (Some(end), _) if end <= now => Err(Rejection::Expired),
            (Some(end), Some(longest)) if end.duration_since(now) > longest => {
                Err(Rejection::GrantTooLong(now + longest))
            }
            (None, Some(_)) => Err(Rejection::EndRequired),
            _ => Ok(()),
        }
    }

    /// Judges who is touched, by user name or id.
    ///
    /// # Errors
    /// If the user is protected.
    pub fn check_user(&self, user: &str) -> Result<(), Rejection> {
        let mut protected = self.protected_users.iter();
        if protected.any(|protected| same_name(protected, user)) {
            return Err(Rejection::ProtectedUser(user.to_owned()));
        }
        Ok(())
    }

    /// Judges what is to be done.
    ///
    /// # Errors
    /// The first rule that an effect breaks; then nothing of the plan may be done.
    pub fn check_effects(
        &self,
        request: &Request,
        effects: &[Effect],
        there: &Observed,
        roles: &Roles,
    ) -> Result<(), Rejection> {
        effects.iter().try_for_each(|effect| self.check_effect(effect, there, roles))?;
        effects
            .iter()
            .try_for_each(|effect| self.check_activation(effect, effects, there, roles))?;
        let gives = |effect| gives(effect, roles);
        let for_ever = request.expires_at.is_none() && effects.iter().any(gives);
        if for_ever && self.max_grant.is_some() {
            return Err(Rejection::EndRequired);
        }
        Ok(())
    }

    fn check_effect(
        &self,
        effect: &Effect,
        there: &Observed,
        roles: &Roles,
    ) -> Result<(), Rejection> {
        match effect {
            Effect::Role { to, .. } => self.check_role(to, roles)?,
            Effect::CreateAccount(account) => {
                self.check_role(&account.role, roles)?;
                self.check_user(&account.user_name)?;
            }
            Effect::Field { field: AccountField::UserName, to, .. } => {
                self.check_user(to.as_str().unwrap_or_default())?;
            }
            Effect::DeleteTeam { team_id, .. } => {
                let of_team = there.standings.keys().filter(|(team, _)| team == team_id);
                of_team.into_iter().try_for_each(|(_, user)| self.check_id(user, there))?;
            }
            _ => {}
        }
        effect.user_id().map_or(Ok(()), |user_id| self.check_id(user_id, there))
    }

    /// Whoever is let in has the access of the role that the account has then. A role that comes from
    /// a team is given by nobody, so nobody can be allowed to give it.
    fn check_activation(
        &self,
        effect: &Effect,
        effects: &[Effect],
        there: &Observed,
        roles: &Roles,
    ) -> Result<(), Rejection> {
        let Effect::Active { user_id, active: true } = effect else { return Ok(()) };
        let becomes = effects.iter().find_map(|effect| match effect {
            Effect::Role { user_id: whose, to, .. } if whose == user_id => Some(to.as_str()),
            _ => None,
        });
        match becomes.or_else(|| there.role_of(user_id)) {
            Some(role) if roles.is_of_teams(role) => Ok(()),
            Some(role) => self.check_role(role, roles),
            None => Err(Rejection::RoleNotGrantable("that the vendor does not tell".to_owned())),
        }
    }

    /// Nobody without a name can be shown to be unprotected.
    fn check_id(&self, user_id: &str, there: &Observed) -> Result<(), Rejection> {
        self.check_user(user_id)?;
        match there.user_names.get(user_id).filter(|name| !name.trim().is_empty()) {
            Some(name) => self.check_user(name),
            None if self.protected_users.is_empty() => Ok(()),
            None => Err(Rejection::ProtectedUser(user_id.to_owned())),
        }
    }

    /// The least role is nobody's gain: everybody may have it.
    pub(crate) fn check_role(&self, role: &str, roles: &Roles) -> Result<(), Rejection> {
        let mut grantable = self.grantable_roles.iter();
        if roles.is_least(role) || grantable.any(|grantable| same_role(grantable, role)) {
            return Ok(());
        }
        Err(Rejection::RoleNotGrantable(role.to_owned()))
    }
}

/// Whether somebody has more access after it.
fn gives(effect: &Effect, roles: &Roles) -> bool {
    match effect {
        Effect::Standing { change, .. }
        | Effect::Course { change, .. }
        | Effect::LearningPath { change, .. } => *change == Change::Give,
        Effect::Role { from, to, .. } => !roles.is_least(to) && !(roles.raises)(to, from),
        Effect::CreateAccount(account) => !roles.is_least(&account.role),
        _ => false,
    }
}

/// The active owner of the vendor's account who would be none afterwards: somebody else has to be
/// one.
pub(crate) fn leaving_owner<'a>(
    effects: &'a [Effect],
    there: &Observed,
    roles: &Roles,
) -> Option<&'a str> {
    let leaves = |effect: &&Effect| match effect {
        Effect::Role { from, to, .. } => roles.is_owners(from) && !roles.is_owners(to),
        Effect::Active { active, .. } => !active,
        _ => false,
    };
    let is_owner = |user_id: &&str| {
        there.accounts.get(*user_id).is_some_and(|account| roles.is_active_owner(account))
    };
    effects.iter().filter(leaves).filter_map(Effect::user_id).find(is_owner)
}

/// User names differ in more than case (the vendor's database compares them so), and protection
/// shall not be got around by a capital letter.
fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        Change, NewAccount, StandingPart,
        account::ObservedAccount,
        litmos::{OWNER_ROLE, RULES},
    };

    const NOW: &str = "2026-11-22T10:00:00Z";

    fn policy() -> Policy {
        Policy {
            grantable_roles: [RULES.roles.least.to_owned()].into(),
            protected_users: ["Owner@example.org", "By_Id"].map(str::to_owned).into(),
            max_grant: Some(SignedDuration::from_hours(24)),
            require_ticket: true,
            ..Policy::default()
        }
    }

    fn request(change: Value) -> Request {
        let mut body = json!({
            "request_id": "r", "operation": "grant", "principal": {"user_name": "a"},
            "entitlement": "team:t:member", "expires_at": "2026-11-23T10:00:00Z",
            "reason": "x", "ticket": "y",
        });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        Request::parse(body).unwrap()
    }

    #[test]
    fn each_rule_has_its_code() {
        for (change, code) in [
            (json!({}), None),
            (json!({"reason": null}), Some("reason_required")),
            (json!({"ticket": null}), Some("ticket_required")),
            (json!({"expires_at": null}), Some("end_required")),
            (json!({"expires_at": "2026-11-23T10:00:01Z"}), Some("grant_too_long")),
            (json!({"expires_at": NOW}), Some("expired")),
            (json!({"operation": "revoke", "expires_at": null}), None),
        ] {
            let request = request(change.clone());
            let judged = policy().check_request(&request, NOW.parse().unwrap());
            assert_eq!(judged.err().map(|rejection| rejection.code()), code, "{change}");
        }
        let free = Policy::default();
        let body = json!({
            "request_id": "r", "operation": "grant", "principal": {"user_name": "a"},
            "entitlement": "team:t:member", "reason": "x",
        });
        free.check_request(&Request::parse(body).unwrap(), NOW.parse().unwrap()).unwrap();
    }

    #[test]
    fn effects_are_judged_whatever_they_come_from() {
        let role = |to: &str| Effect::Role {
            user_id: "u".into(),
            from: RULES.roles.least.into(),
            to: to.into(),
        };
        let join = |user_id: &str| Effect::Standing {
            team_id: "t".into(),
            user_id: user_id.into(),
            part: StandingPart::Member,
            change: Change::Give,
        };
        let create = |user_name: &str, role: &str| {
            let (user_name, role) = (user_name.into(), role.into());
            Effect::CreateAccount(NewAccount { user_name, role, active: true, fields: Vec::new() })
        };
        let rename = |to: &str| Effect::Field {
            user_id: "u".into(),
            field: AccountField::UserName,
            from: "ana".into(),
            to: to.into(),
        };
        let delete = |team: &str| Effect::DeleteTeam { team_id: team.into(), name: None };
        let mut there = Observed::default();
        for (id, name) in
            [("u", "ana"), ("o", "owner@EXAMPLE.org"), ("nameless", " "), ("By_Id", "bo")]
        {
            there.user_names.insert(id.into(), name.into());
        }
        for (team, user) in [("plain", "u"), ("owned", "o")] {
            there.standings.insert((team.into(), user.into()), [StandingPart::Member].into());
        }
        let endless = request(json!({"expires_at": null}));
        let protected = Some("protected_user");
        for (effects, code) in [
            (vec![create("bo.nomail", RULES.roles.least), rename("bo"), delete("plain")], None),
            (vec![create("bo.nomail", "Account_Owner")], Some("role_not_grantable")),
            (vec![create(" OWNER@example.org", RULES.roles.least)], protected),
            (vec![rename("owner@example.org")], protected),
            (vec![delete("owned")], protected),
            (vec![join("nobody knows")], protected),
            (vec![join("nameless")], protected),
            (vec![join("By_Id")], protected),
            (vec![join("u"), role(RULES.roles.least)], None),
            (vec![join("u"), role("Administrator")], Some("role_not_grantable")),
            (vec![join("u"), join("o")], Some("protected_user")),
        ] {
            let free = Policy { max_grant: None, ..policy() };
            let judged = free.check_effects(&endless, &effects, &there, &RULES.roles);
            assert_eq!(judged.err().map(|rejection| rejection.code()), code, "{effects:?}");
        }
    }

    /// To let an administrator in again is to give an administrator's access.
    #[test]
    fn an_activation_gives_what_the_role_gives() {
        let policy = Policy { grantable_roles: ["Administrator".to_owned()].into(), ..policy() };
        let to = |to: &str| Effect::Role { user_id: "u".into(), from: "x".into(), to: to.into() };
        let active = |active| Effect::Active { user_id: "u".into(), active };
        for (role, effects, allowed) in [
            (Some("Learner"), vec![active(true)], true),
            (Some("Team_Leader"), vec![active(true)], true),
            (Some("Administrator"), vec![active(true)], true),
            (Some("learner"), vec![active(true)], true),
            (Some("team_leader"), vec![active(true)], true),
            (Some("administrator"), vec![active(true)], true),
            (Some("Account_Owner"), vec![active(true)], false),
            (Some("Account_Owner"), vec![active(false)], true),
            (Some("Account_Owner"), vec![to("Learner"), active(true)], true),
            (None, vec![active(true)], false),
        ] {
            let mut there = Observed::default();
            let (user_id, user_name) = ("u".to_owned(), Some("ana".to_owned()));
            let role = role.map(str::to_owned);
            there.saw(ObservedAccount { user_id, user_name, role, ..ObservedAccount::default() });
            let request = request(json!({}));
            let judged = policy.check_effects(&request, &effects, &there, &RULES.roles);
            let code = judged.err().map(|rejection| rejection.code());
            assert_eq!(code, (!allowed).then_some("role_not_grantable"), "{effects:?}");
        }
    }

    /// Where a grant must end, nothing else is a way around it.
    #[test]
    fn nothing_is_given_for_ever_where_grants_must_end() {
        let any = ["Administrator".to_owned(), "Account_Owner".to_owned()].into();
        let policy = Policy { grantable_roles: any, protected_users: BTreeSet::new(), ..policy() };
        let standing = |change| {
            let (team_id, user_id) = ("t".into(), "u".into());
            Effect::Standing { team_id, user_id, part: StandingPart::Member, change }
        };
        let role = |from: &str, to: &str| Effect::Role {
            user_id: "u".into(),
            from: from.into(),
            to: to.into(),
        };
        let account = |role: &str| {
            let (user_name, role) = ("dee.nomail".into(), role.into());
            Effect::CreateAccount(NewAccount { user_name, role, active: true, fields: Vec::new() })
        };
        for (effect, ends) in [
            (standing(Change::Give), true),
            (standing(Change::Take), false),
            (role(RULES.roles.least, "Administrator"), true),
            (role("Account_Owner", "Administrator"), false),
            (role("Administrator", RULES.roles.least), false),
            (role("Custom", "Administrator"), true),
            (role("Custom", "LEARNER"), false),
            (account("Administrator"), true),
            (account(RULES.roles.least), false),
            (account("LEARNER"), false),
        ] {
            let effects = [effect];
            let judged = |request: &Request| {
                let judged =
                    policy.check_effects(request, &effects, &Observed::default(), &RULES.roles);
                judged.err().map(|rejection| rejection.code())
            };
            let endless = request(json!({"expires_at": null}));
            assert_eq!(judged(&endless), ends.then_some("end_required"), "{effects:?}");
            assert_eq!(judged(&request(json!({}))), None, "{effects:?}");
        }
    }

    #[test]
    fn an_owner_leaves_by_another_role_or_by_being_disabled() {
        let with = |role: &str, active| {
            let mut there = Observed::default();
            there.saw(ObservedAccount {
                user_id: "o".into(),
                role: Some(role.into()),
                active: Some(active),
                ..ObservedAccount::default()
            });
            there
        };
        let role = |from: &str, to: &str| Effect::Role {
            user_id: "o".into(),
            from: from.into(),
            to: to.into(),
        };
        let active = |active| Effect::Active { user_id: "o".into(), active };
        for (there, effect, leaves) in [
            (with(OWNER_ROLE, true), role(OWNER_ROLE, RULES.roles.least), true),
            (with(OWNER_ROLE, true), active(false), true),
            (with("account_owner", true), role("account_owner", RULES.roles.least), true),
            (with("account_owner", true), active(false), true),
            (with(OWNER_ROLE, true), role(OWNER_ROLE, "ACCOUNT_OWNER"), false),
            (with(OWNER_ROLE, true), active(true), false),
            (with(OWNER_ROLE, false), role(OWNER_ROLE, RULES.roles.least), false),
            (with("Administrator", true), active(false), false),
            (with(RULES.roles.least, true), role(RULES.roles.least, OWNER_ROLE), false),
        ] {
            let effects = [effect];
            assert_eq!(
                leaving_owner(&effects, &there, &RULES.roles).is_some(),
                leaves,
                "{effects:?}"
            );
        }
    }
}
