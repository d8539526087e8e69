//! What the operator allows. Effects are judged, not the operation's name. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::{Effect, Operation, Request};

/// What the operator allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Roles that may be given.
    pub grantable_roles: BTreeSet<String>,
    /// User names that no request may touch.
    pub protected_users: BTreeSet<String>,
    /// How long a grant may last; with it, a grant must end.
    pub max_grant: Option<SignedDuration>,
    /// Whether a request must name its ticket.
    pub require_ticket: bool,
}

/// The rule that a request breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No reason is told.
    #[error("reason is missing: every request says why")]
    ReasonRequired,
    /// No ticket is told.
    #[error("ticket is missing: ROLLCALL_REQUIRE_TICKET asks for one")]
    TicketRequired,
    /// The grant has no end.
    #[error("expires_at is missing: ROLLCALL_MAX_GRANT_HOURS lets no grant stand for ever")]
    EndRequired,
    /// The grant ends too late.
    #[error("expires_at is later than ROLLCALL_MAX_GRANT_HOURS allows: {0} at the latest")]
    GrantTooLong(Timestamp),
    /// The grant has ended already.
    #[error("expires_at is in the past")]
    Expired,
    /// The role may not be given.
    #[error("the role {0} may not be given: it is not in ROLLCALL_GRANTABLE_ROLES")]
    RoleNotGrantable(String),
    /// The account may not be touched.
    #[error("{0} is protected: no request may change that account")]
    ProtectedUser(String),
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

    /// Judges what is to be done. `user_names` has the names of everybody who is touched.
    ///
    /// # Errors
    /// The first rule that an effect breaks; then nothing of the plan may be done.
    pub fn check_effects(
        &self,
        effects: &[Effect],
        user_names: &BTreeMap<String, String>,
    ) -> Result<(), Rejection> {
        let protected = |name: &&String| {
            self.protected_users.iter().any(|protected| same_name(protected, name))
        };
        for effect in effects {
            if let Some(name) = user_names.get(effect.user_id()).filter(protected) {
                return Err(Rejection::ProtectedUser(name.clone()));
            }
            if let Effect::Role { to, .. } = effect
                && !self.grantable_roles.contains(to)
            {
                return Err(Rejection::RoleNotGrantable(to.clone()));
            }
        }
        Ok(())
    }
}

/// User names differ in more than case (the vendor's database compares them so), and protection
/// shall not be got around by a capital letter.
fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Change, StandingPart, role::LEAST_ROLE};

    const NOW: &str = "2026-11-22T10:00:00Z";

    fn policy() -> Policy {
        Policy {
            grantable_roles: [LEAST_ROLE.to_owned()].into(),
            protected_users: ["Owner@example.org".to_owned()].into(),
            max_grant: Some(SignedDuration::from_hours(24)),
            require_ticket: true,
        }
    }

    #[test]
    fn each_rule_has_its_code() {
        let tomorrow = "2026-11-23T10:00:00Z";
        for (change, code) in [
            (json!({}), None),
            (json!({"reason": null}), Some("reason_required")),
            (json!({"ticket": null}), Some("ticket_required")),
            (json!({"expires_at": null}), Some("end_required")),
            (json!({"expires_at": "2026-11-23T10:00:01Z"}), Some("grant_too_long")),
            (json!({"expires_at": NOW}), Some("expired")),
            (json!({"operation": "revoke", "expires_at": null}), None),
        ] {
            let mut body = json!({
                "request_id": "r", "operation": "grant", "principal": {"user_name": "a"},
                "entitlement": "team:t:member", "expires_at": tomorrow, "reason": "x", "ticket": "y",
            });
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let request = Request::parse(body).unwrap();
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
        let role =
            |to: &str| Effect::Role { user_id: "u".into(), from: LEAST_ROLE.into(), to: to.into() };
        let join = |user_id: &str| Effect::TeamStanding {
            team_id: "t".into(),
            user_id: user_id.into(),
            part: StandingPart::Member,
            change: Change::Give,
        };
        let names = [("u", "ana"), ("o", "owner@EXAMPLE.org")];
        let names = names.map(|(id, name)| (id.to_owned(), name.to_owned())).into();
        for (effects, code) in [
            (vec![join("u"), role(LEAST_ROLE)], None),
            (vec![join("u"), role("Administrator")], Some("role_not_grantable")),
            (vec![join("u"), join("o")], Some("protected_user")),
        ] {
            let judged = policy().check_effects(&effects, &names);
            assert_eq!(judged.err().map(|rejection| rejection.code()), code, "{effects:?}");
        }
    }
}
