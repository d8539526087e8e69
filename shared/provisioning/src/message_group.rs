//! The message group of a request on the queue: whom or what it is about. Pure.
//!
//! Requests of one group act in the order they were sent, and one that has to wait keeps only its
//! own group waiting. Nothing here reads a group: any other one works as well, with its order.

use crate::{Operation, Principal, ledger::sha256};

/// The longest subject that is written as it is. SQS takes 128 characters, the kind included.
const LONGEST: usize = 100;

/// The group of a request.
#[must_use]
pub fn message_group(operation: &Operation) -> String {
    match operation {
        Operation::Grant { principal, .. }
        | Operation::Revoke { principal, .. }
        | Operation::UpdateAccount { principal, .. }
        | Operation::EnableAccount { principal }
        | Operation::DisableAccount { principal } => user_group(principal),
        Operation::CreateAccount { account } => {
            named("user", account.user_name.as_deref().unwrap_or_default())
        }
        Operation::CreateTeam { name, .. } => named("team", name),
        Operation::UpdateTeam { team_id, .. }
        | Operation::DeleteTeam { team_id }
        | Operation::SetTeamMembers { team_id, .. } => team_group(team_id),
    }
}

/// The group of what is about one account: by its id, if the sender knows it.
#[must_use]
pub fn user_group(principal: &Principal) -> String {
    match principal {
        Principal::UserId(id) => group("user", id),
        Principal::UserName(name) => named("user", name),
    }
}

/// The group of what is about one team. Whoever changes its members by grants puts those there too.
#[must_use]
pub fn team_group(team_id: &str) -> String {
    group("team", team_id)
}

/// The vendors tell names apart without case.
fn named(kind: &str, name: &str) -> String {
    group(kind, &name.to_lowercase())
}

/// What is hashed is the id, or the name in lower case, without its kind. No subject that is
/// written as it is begins with `~`.
fn group(kind: &str, subject: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._@+-".contains(&byte);
    if subject.len() <= LONGEST && subject.bytes().all(plain) {
        return format!("{kind}:{subject}");
    }
    format!("{kind}:~{}", &sha256(subject)[..32])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::Request;

    fn of(operation: &str, rest: Value) -> String {
        let mut body = json!({"request_id": "r", "operation": operation});
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        message_group(&Request::parse(body).unwrap().operation)
    }

    #[test]
    fn every_operation_is_in_the_group_of_its_subject() {
        let ana = json!({"user_name": "Ana@Example.org"});
        let by_id = json!({"user_id": "-Zt5wQ9dN1_s"});
        let account = json!({"user_name": "Cleo+1@example.org", "manager": "bo@example.org"});
        let team = json!({"team_id": "Tm12xyz01AB1"});
        let (name, member) = ("user:ana@example.org", "team:Tm12xyz01AB1:member");
        let cases = [
            ("grant", json!({"principal": ana, "entitlement": member}), name),
            ("revoke", json!({"principal": by_id, "entitlement": member}), "user:-Zt5wQ9dN1_s"),
            ("create_account", json!({"account": account}), "user:cleo+1@example.org"),
            ("update_account", json!({"principal": ana, "account": {"user_name": "ana.ek"}}), name),
            ("enable_account", json!({"principal": by_id}), "user:-Zt5wQ9dN1_s"),
            ("disable_account", json!({"principal": ana}), name),
            (
                "create_team",
                json!({"team": {"name": "North", "parent_team_id": "T1"}}),
                "team:north",
            ),
            (
                "update_team",
                json!({"team": {"team_id": "Tm12xyz01AB1", "name": "South"}}),
                "team:Tm12xyz01AB1",
            ),
            ("delete_team", json!({"team": team}), "team:Tm12xyz01AB1"),
            ("set_team_members", json!({"team": team, "members": [ana]}), "team:Tm12xyz01AB1"),
        ];
        assert_eq!(cases.each_ref().map(|(operation, ..)| *operation), Operation::NAMES);
        for (operation, rest, expected) in cases {
            assert_eq!(of(operation, rest), expected, "{operation}");
        }
    }

    #[test]
    fn what_sqs_refuses_or_is_too_long_is_hashed_without_its_kind() {
        let user = |name: &str| user_group(&Principal::UserName(name.to_owned()));
        let long = "a".repeat(100);
        for (name, expected) in [
            ("josé@example.org", "user:~55303a7975b541f6d6d4c6efb8fcc2d4"),
            ("JOSÉ@Example.org", "user:~55303a7975b541f6d6d4c6efb8fcc2d4"),
            ("Ana Ek", "user:~9707358bad226ce884e6200f6835e755"),
            ("a:b", "user:~6783a31eabf68ccc0660f935c0826282"),
            ("~a", "user:~8d5679ec94e658e1de328401393caa90"),
            (&long, &*format!("user:{long}")),
            (&format!("{long}a"), "user:~9d0793397991b57a99a07c6e6b4a92ba"),
        ] {
            assert_eq!(user(name), expected, "{name}");
        }
        assert_eq!(
            of("create_team", json!({"team": {"name": "Ana EK"}})),
            "team:~9707358bad226ce884e6200f6835e755"
        );
    }

    #[test]
    fn ids_keep_their_case() {
        let of_id = |id: &str| user_group(&Principal::UserId(id.to_owned()));
        assert_ne!(of_id("Us45kLm"), of_id("us45klm"));
        assert_ne!(team_group("Tm1"), team_group("tm1"));
    }

    proptest! {
        #[test]
        fn sqs_takes_every_group(subject in any::<String>(), is_name in any::<bool>()) {
            let principal =
                if is_name { Principal::UserName(subject) } else { Principal::UserId(subject) };
            let group = user_group(&principal);
            prop_assert!(group.len() <= 128 && group.bytes().all(|b| b.is_ascii_graphic()), "{group}");
        }
    }
}
