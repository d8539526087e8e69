//! Finding one account, without ever taking another for it.

use super::user_record::UserRecord;
use super::uuid::is_uuid;

/// How an account is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserRef {
    /// By the vendor's UUID.
    Id(String),
    /// By the customer's key, in any case.
    ExternalId(String),
    /// By what the person signs in with, in any case.
    LoginName(String),
}

/// What looking for an account gave.
#[derive(Debug, Clone)]
pub enum UserLookup {
    /// The account; what it was asked for by may be spelled in another case there.
    Found(Box<UserRecord>),
    /// There is no such account.
    Missing,
    /// The vendor gave another account.
    Ambiguous {
        /// Whose record it was.
        user_id: String,
    },
}

impl UserRef {
    /// Where the account is; `None` if there can be none.
    pub(super) fn segments(&self) -> Option<Vec<&str>> {
        match self {
            Self::Id(id) => is_uuid(id).then(|| vec!["users", id]),
            Self::ExternalId(id) => Some(vec!["users", "external-user-id", id]),
            Self::LoginName(name) => Some(vec!["users", "login-name", name]),
        }
    }

    pub(super) fn judge(&self, record: UserRecord) -> UserLookup {
        let user = record.user();
        let (asked, found) = match self {
            Self::Id(id) => (id, Some(user.user_id.as_str())),
            Self::ExternalId(id) => (id, user.user_name.as_deref()),
            Self::LoginName(name) => {
                (name, record.attributes().get("loginName").and_then(|name| name.as_str()))
            }
        };
        if found.is_some_and(|found| same(found, asked)) {
            UserLookup::Found(Box::new(record))
        } else {
            UserLookup::Ambiguous { user_id: user.user_id.clone() }
        }
    }
}

/// Keys are unique without regard to case (Percipio reference 4.2).
fn same(found: &str, asked: &str) -> bool {
    found.trim().to_lowercase() == asked.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::list::tests::answer;
    use super::*;

    const ID: &str = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";

    fn judged(asked: &UserRef) -> Result<String, String> {
        let body = format!(r#"{{"id":"{ID}","externalUserId":"Éva-1","loginName":"Eva@Acme"}}"#);
        match asked.judge(UserRecord::read(&answer(200, &body)).unwrap()) {
            UserLookup::Found(record) => Ok(record.user().user_id.clone()),
            UserLookup::Ambiguous { user_id } => Err(user_id),
            UserLookup::Missing => panic!("{asked:?}"),
        }
    }

    #[test]
    fn the_answer_counts_only_if_it_is_who_was_asked_for() {
        use UserRef::{ExternalId, Id, LoginName};
        let text = str::to_owned;
        for one in [Id(ID.to_uppercase()), ExternalId(text("éva-1 ")), LoginName(text("eva@acme"))]
        {
            assert_eq!(judged(&one), Ok(ID.to_owned()), "{one:?}");
        }
        for other in [
            Id(ID.replace('6', "7")),
            ExternalId(text("eva-1")),
            ExternalId(text("Eva@Acme")),
            ExternalId(text(ID)),
            LoginName(text("Éva-1")),
            LoginName(text("")),
        ] {
            assert_eq!(judged(&other), Err(ID.to_owned()), "{other:?}");
        }
    }

    #[test]
    fn an_account_without_the_key_is_another_one() {
        let record = UserRecord::read(&answer(200, r#"{"id":"a","loginName":null}"#)).unwrap();
        for asked in [UserRef::ExternalId(String::new()), UserRef::LoginName(String::new())] {
            let judged = asked.judge(record.clone());
            assert!(matches!(judged, UserLookup::Ambiguous { .. }), "{judged:?}");
        }
    }

    #[test]
    fn an_id_is_a_uuid() {
        assert_eq!(UserRef::Id(ID.to_owned()).segments(), Some(vec!["users", ID]));
        assert_eq!(UserRef::Id("external-user-id/E1".to_owned()).segments(), None);
    }
}
