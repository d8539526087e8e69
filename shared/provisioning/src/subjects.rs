//! Whom and what requests are about, so that one that has to wait keeps those behind it waiting that
//! touch the same. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Entitlement, Operation, Principal, Request, account::Account};

/// Whom and what a request is about.
///
/// A team's own operations have to wait for the grants in it before them, and the other way round;
/// two people's grants in one team need not wait for each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subjects {
    /// What it changes.
    own: BTreeSet<String>,
    /// What it takes part in.
    shared: BTreeSet<String>,
}

impl Subjects {
    /// What a message claims to be about; nothing, if it makes no sense.
    pub(crate) fn claimed(body: &Value) -> Self {
        let mut body = body.clone();
        if let Some(members) = body.as_object_mut() {
            // What only the ends of grants tell.
            members.retain(|name, _| !["grant", "expires_at"].contains(&name.as_str()));
        }
        Request::parse(body).map(|request| Self::of(&request.operation)).unwrap_or_default()
    }

    pub(crate) fn of(operation: &Operation) -> Self {
        let mut subjects = Self::default();
        if let Some(principal) = operation.principal() {
            subjects.add(principal);
        }
        if let Some(Entitlement::Team { team_id, .. }) = operation.entitlement() {
            subjects.takes_part_in(team_id);
        }
        match operation {
            Operation::CreateAccount { account: Account { user_name: Some(name), .. } }
            | Operation::UpdateAccount { account: Account { user_name: Some(name), .. }, .. } => {
                subjects.add(&Principal::UserName(name.clone()));
            }
            Operation::CreateTeam { name, .. } => {
                subjects.own.insert(format!("team named {}", name.trim().to_lowercase()));
            }
            Operation::UpdateTeam { team_id, .. }
            | Operation::DeleteTeam { team_id }
            | Operation::SetTeamMembers { team_id, .. } => {
                subjects.own.insert(team(team_id));
            }
            _ => {}
        }
        if let Operation::CreateAccount { account } | Operation::UpdateAccount { account, .. } =
            operation
            && let Some(manager) = &account.manager
        {
            subjects.shared.insert(named(manager));
        }
        if let Operation::CreateTeam { parent_team_id: Some(parent), .. }
        | Operation::UpdateTeam { parent_team_id: Some(parent), .. } = operation
        {
            subjects.takes_part_in(parent);
        }
        if let Operation::SetTeamMembers { members, .. } = operation {
            members.iter().for_each(|member| subjects.add(member));
        }
        subjects
    }

    pub(crate) fn add(&mut self, principal: &Principal) {
        self.own.insert(match principal {
            // Percipio's are the same in capitals; two of Litmos that differ in case only wait for
            // each other without need.
            Principal::UserId(id) => format!("user {}", id.to_ascii_lowercase()),
            Principal::UserName(name) => named(name),
        });
    }

    pub(crate) fn takes_part_in(&mut self, team_id: &str) {
        self.shared.insert(team(team_id));
    }
}

fn named(user_name: &str) -> String {
    format!("user named {}", user_name.trim().to_lowercase())
}

fn team(team_id: &str) -> String {
    format!("team {team_id}")
}

/// What the requests that have to wait are about.
#[derive(Debug, Default)]
pub struct Waiting {
    subjects: Subjects,
    groups: BTreeSet<String>,
    everybody: bool,
}

impl Waiting {
    /// Whether a request has to wait too.
    pub(crate) fn holds_back(&self, subjects: &Subjects) -> bool {
        let Subjects { own, shared } = &self.subjects;
        let behind = |one: &BTreeSet<String>, other: &BTreeSet<String>| !one.is_disjoint(other);
        self.everybody
            || behind(own, &subjects.own)
            || behind(own, &subjects.shared)
            || behind(shared, &subjects.own)
    }

    /// Whether a message of this group has to wait, whatever it says: the queue promises its order.
    pub(crate) fn holds_back_group(&self, group: Option<&str>) -> bool {
        group.is_some_and(|group| self.groups.contains(group))
    }

    /// A message of this group has to wait.
    pub(crate) fn add_group(&mut self, group: Option<&str>) {
        self.groups.extend(group.map(str::to_owned));
    }

    /// A request has to wait.
    pub(crate) fn add(&mut self, subjects: Subjects) {
        self.subjects.own.extend(subjects.own);
        self.subjects.shared.extend(subjects.shared);
    }

    /// Nothing goes through any more.
    pub(crate) fn add_everybody(&mut self) {
        self.everybody = true;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn subjects(operation: &str, principal: &str, what: &str) -> Subjects {
        let principal = match principal.strip_prefix('#') {
            Some(id) => json!({"user_id": id}),
            None => json!({"user_name": principal}),
        };
        let body = match operation {
            "grant" => json!({"entitlement": what, "principal": principal}),
            "disable_account" => json!({"principal": principal}),
            "set_team_members" => json!({"team": {"team_id": what}, "members": [principal]}),
            _ => json!({"team": {"team_id": what}}),
        };
        let mut body = body.as_object().unwrap().clone();
        body.extend([("request_id".into(), json!("r")), ("operation".into(), json!(operation))]);
        Subjects::of(&Request::parse(body.into()).unwrap().operation)
    }

    #[test]
    fn who_waits_for_whom() {
        let (ana, course, team) = ("Ana@example.org", "course:c:assigned", "team:t:member");
        for (first, then, waits) in [
            (("grant", ana, course), ("disable_account", "ana@example.org ", ""), true),
            (("grant", ana, course), ("disable_account", "bo@example.org", ""), false),
            (("grant", "#u1", team), ("grant", "#U1", course), true),
            (("grant", "#u1", team), ("grant", "#u2", team), false),
            (("grant", "#u1", team), ("delete_team", "", "t"), true),
            (("grant", "#u1", team), ("delete_team", "", "other"), false),
            (("set_team_members", "#u1", "t"), ("grant", "#u2", team), true),
            (("set_team_members", "#u1", "t"), ("grant", "#u1", course), true),
            (("set_team_members", "#u1", "t"), ("grant", "#u2", course), false),
        ] {
            let mut waiting = Waiting::default();
            waiting.add(subjects(first.0, first.1, first.2));
            let then = subjects(then.0, then.1, then.2);
            assert_eq!(waiting.holds_back(&then), waits, "{first:?} {then:?}");
        }
    }
}
