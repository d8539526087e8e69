//! What a run that cannot tell a column takes over from the run before: pure.

use crate::{Enrolment, User};

impl Enrolment {
    /// Takes the columns that the present run cannot tell from the row as it was, if the enrolment
    /// still has the same status.
    pub(crate) fn take_over(&mut self, before: &Self, untold: &[String]) {
        if self.status != before.status {
            return;
        }
        let is_untold = |column: &str| untold.iter().any(|untold| untold == column);
        macro_rules! take_over {
            ($($column:ident),*) => {
                $(if is_untold(stringify!($column)) {
                    self.$column = before.$column;
                })*
            };
        }
        take_over!(percent_complete, assigned_at, started_at, due_at, completed_at);
        take_over!(compliant_till, source);
    }
}

impl User {
    /// Takes the time of the last change from the account as it was, if nothing but the last sign-in
    /// differs.
    pub(crate) fn take_over(&mut self, before: &Self, untold: &[String]) {
        if !untold.iter().any(|untold| untold == "updated_at") {
            return;
        }
        let was = Self {
            updated_at: self.updated_at,
            last_login_at: self.last_login_at,
            ..before.clone()
        };
        if *self == was {
            self.updated_at = before.updated_at;
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use crate::{Enrolment, EnrolmentStatus, Row, Source, Team, User};

    const DAY: Option<Timestamp> = Some(Timestamp::UNIX_EPOCH);

    fn untold(columns: &[&str]) -> Vec<String> {
        columns.iter().map(|&column| column.to_owned()).collect()
    }

    #[test]
    fn an_enrolment_keeps_what_is_untold_while_its_status_stays() {
        let before = Enrolment {
            status: Some(EnrolmentStatus::InProgress),
            assigned_at: DAY,
            started_at: DAY,
            due_at: DAY,
            source: Some(Source::Team),
            ..Enrolment::default()
        };
        let plain = |status| Enrolment { status: Some(status), ..Enrolment::default() };
        let mut same = plain(EnrolmentStatus::InProgress);
        same.carry(&before, &untold(&["assigned_at", "source"]));
        let wanted = Enrolment {
            assigned_at: DAY,
            source: Some(Source::Team),
            ..plain(EnrolmentStatus::InProgress)
        };
        assert_eq!(same, wanted, "a due date that the run can tell is not taken over");
        let mut done = plain(EnrolmentStatus::Completed);
        done.carry(&before, &untold(&["assigned_at", "source"]));
        assert_eq!(done, plain(EnrolmentStatus::Completed));
    }

    #[test]
    fn an_account_keeps_the_time_of_its_last_change_while_it_is_unchanged() {
        let user = |role: &str, last_login_at, updated_at| User {
            user_id: "u".into(),
            role: Some(role.into()),
            last_login_at,
            updated_at,
            ..User::default()
        };
        let before = user("Learner", None, DAY);
        for (now, columns, updated_at) in [
            (user("Learner", None, None), &["updated_at"][..], DAY),
            (user("Learner", DAY, None), &["updated_at"], DAY),
            (user("Administrator", None, None), &["updated_at"], None),
            (user("Learner", None, None), &["brand"], None),
        ] {
            let mut carried = now.clone();
            carried.carry(&before, &untold(columns));
            assert_eq!(carried, User { updated_at, ..now });
        }
    }

    #[test]
    fn other_rows_have_nothing_to_take_over() {
        let team = |name: &str| Team { name: Some(name.into()), ..Team::default() };
        let mut now = team("new");
        now.carry(&team("old"), &untold(&["name"]));
        assert_eq!(now, team("new"));
    }
}
