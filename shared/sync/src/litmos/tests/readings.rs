//! What the two kinds of run can tell alike, and comparisons of it with the truth.

use std::collections::BTreeSet;

use rollcall_roster::{Course, Enrolment, Team, TeamMember, User};
use rollcall_snapshot::Mode;
use serde_json::{Map, Value};

use super::site::Site;
use crate::test_runs::{Account, assert_same};

/// An account as every kind of run tells it: not when it was changed, not when the person signed in
/// last, and not the name of a manager, whose own change changes no row of the account.
pub(super) fn comparable(user: User) -> User {
    let attributes = user.attributes.as_deref().unwrap_or("{}");
    let mut attributes: Map<String, Value> = serde_json::from_str(attributes).unwrap();
    for untold in ["ManagerName", "Points", "JobRole", "SkipFirstLogin", "Culture"] {
        attributes.remove(untold);
    }
    let attributes = Some(Value::Object(attributes).to_string());
    User { attributes, updated_at: None, last_login_at: None, ..user }
}

/// A course without what lists of changes do not tell of a new one.
pub(super) fn comparable_course(course: Course) -> Course {
    let attributes = course.attributes.as_deref().unwrap_or("{}");
    let mut attributes: Map<String, Value> = serde_json::from_str(attributes).unwrap();
    for untold in ["CourseTeamLibrary", "CreatedBy", "Tags", "SeqId", "Categories"] {
        attributes.remove(untold);
    }
    Course { attributes: Some(Value::Object(attributes).to_string()), ..course }
}

/// An enrolment without what only lists of changes tell.
pub(super) fn undated(enrolment: Enrolment) -> Enrolment {
    let Enrolment { course_id, user_id, status, percent_complete, due_at, compliant_till, .. } =
        enrolment;
    Enrolment {
        course_id,
        user_id,
        status,
        percent_complete,
        due_at,
        compliant_till,
        ..Enrolment::default()
    }
}

impl Site {
    /// Compares a run's tables with what the vendor has, as far as every kind of run tells it.
    pub(super) async fn assert_true(&self, hour: i64, case: &str) {
        let truth = self.simulator.truth();
        let users: Vec<_> = self.table::<User>(hour).await.into_iter().map(comparable).collect();
        let meant: Vec<_> = truth.users().into_iter().map(comparable).collect();
        assert_same(&users, &meant, case);
        assert_same(&self.table::<Team>(hour).await, &truth.teams(), case);
        let courses = self.table::<Course>(hour).await.into_iter().map(comparable_course);
        let meant = truth.courses().into_iter().map(comparable_course);
        assert_same(&courses.collect::<Vec<_>>(), &meant.collect::<Vec<_>>(), case);
        let rows = self.table::<Enrolment>(hour).await.into_iter().map(undated);
        let enrolments: Vec<_> = rows.collect();
        assert_same(&enrolments, &truth.enrolments(), case);
        let asleep = self.asleep(hour).await;
        let seen: BTreeSet<_> = users_that(&users, |user| user.active == Some(true))
            .into_iter()
            .filter(|user| !asleep.contains(user))
            .collect();
        let of_seen = |members: Vec<TeamMember>| -> Vec<_> {
            members.into_iter().filter(|member| seen.contains(&member.user_id)).collect()
        };
        let members = self.table::<TeamMember>(hour).await;
        assert_same(&of_seen(members.clone()), &of_seen(truth.team_members()), case);
        // Of inactive users not all memberships are known, but those that are known are so.
        let all = truth.detailed_team_members();
        let wrong = members.iter().find(|member| !all.contains(member));
        assert!(wrong.is_none(), "{case}: {wrong:?}");
    }

    /// Whom no full run up to this one has seen active: their memberships are in no list that was
    /// read, unless they have changed, until a full run sees them.
    async fn asleep(&self, hour: i64) -> BTreeSet<String> {
        let mut asleep: Option<BTreeSet<String>> = None;
        for hour in 1..=hour {
            if self.manifest(hour).await.mode == Mode::Delta {
                continue;
            }
            let users = self.table::<User>(hour).await;
            let inactive: BTreeSet<_> =
                users_that(&users, |user| user.active == Some(false)).into_iter().collect();
            let still = |before: BTreeSet<_>| before.intersection(&inactive).cloned().collect();
            asleep = Some(asleep.map_or_else(|| inactive.clone(), still));
        }
        asleep.unwrap_or_default()
    }
}

fn users_that(users: &[User], wanted: impl Fn(&&User) -> bool) -> Vec<String> {
    users.iter().filter(wanted).map(|user| user.user_id.clone()).collect()
}
