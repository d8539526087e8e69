//! Finding one account, without ever taking another for it.

use super::user_record::UserRecord;

/// How an account is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserRef {
    /// By the vendor's id, to the letter.
    Id(String),
    /// By what the person signs in with, in any case.
    Name(String),
}

/// What looking for an account gave.
#[derive(Debug, Clone)]
pub enum UserLookup {
    /// The account; its user name may be spelled in another case than asked.
    Found(Box<UserRecord>),
    /// There is no such account.
    Missing,
    /// The vendor gave another account. It takes ids and user names in the same place, so an id that
    /// is somebody's user name, or a user name that is somebody's id, cannot be told apart (Litmos
    /// reference 7.3).
    Ambiguous {
        /// Whose record it was.
        user_id: String,
    },
}

impl UserRef {
    /// What stands in the path.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Id(text) | Self::Name(text) => text,
        }
    }

    pub(super) fn judge(&self, record: UserRecord) -> UserLookup {
        let user = record.user();
        let is_the_one = match self {
            Self::Id(id) => user.user_id == *id,
            Self::Name(name) => user.user_name.as_deref().is_some_and(|found| same(found, name)),
        };
        if is_the_one {
            UserLookup::Found(Box::new(record))
        } else {
            UserLookup::Ambiguous { user_id: user.user_id.clone() }
        }
    }
}

/// As SQL Server compares by default: neither case nor trailing blanks count, accents do (7.2).
fn same(found: &str, asked: &str) -> bool {
    folded(found) == folded(asked)
}

pub(super) fn folded(name: &str) -> String {
    name.trim_end().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::dates::JsonDates;
    use super::*;

    fn judged(asked: UserRef) -> Result<String, String> {
        let body = r#"{"Id":"k3Qp_7aLm2x1","UserName":"Zo&euml;@Example.org"}"#;
        let record = UserRecord::read(body.as_bytes(), JsonDates::default()).unwrap();
        match asked.judge(record) {
            UserLookup::Found(record) => Ok(record.user().user_name.clone().unwrap()),
            UserLookup::Ambiguous { user_id } => Err(user_id),
            UserLookup::Missing => panic!("{asked:?}"),
        }
    }

    #[test]
    fn the_answer_counts_only_if_it_is_who_was_asked_for() {
        for name in ["Zoë@Example.org", "zoË@example.ORG", "zoë@example.org "] {
            assert_eq!(judged(UserRef::Name(name.to_owned())).as_deref(), Ok("Zoë@Example.org"));
        }
        assert!(judged(UserRef::Id("k3Qp_7aLm2x1".to_owned())).is_ok());
        for other in ["zoe@example.org", "k3Qp_7aLm2x1", "oë@example.org"] {
            assert_eq!(judged(UserRef::Name(other.to_owned())), Err("k3Qp_7aLm2x1".to_owned()));
        }
        for other in ["k3qp_7alm2x1", "Zoë@Example.org"] {
            assert!(judged(UserRef::Id(other.to_owned())).is_err());
        }
    }
}
