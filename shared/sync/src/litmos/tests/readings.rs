//! What the two kinds of run can tell alike, and comparisons of it with the truth.

use std::collections::BTreeSet;

use rollcall_roster::{Course, Enrolment, Team, TeamMember, User};
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
fn comparable_course(course: Course) -> Course {
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
        let active: BTreeSet<_> =
            meant_users(&users, |user| user.active == Some(true)).into_iter().collect();
        let members = self.table::<TeamMember>(hour).await;
        let of_active: Vec<_> =
            members.iter().filter(|member| active.contains(&member.user_id)).cloned().collect();
        assert_same(&of_active, &truth.team_members(), case);
        // Of inactive users not all memberships are known, but those that are known are so.
        let all = truth.detailed_team_members();
        let wrong = members.iter().find(|member| !all.contains(member));
        assert!(wrong.is_none(), "{case}: {wrong:?}");
    }
}

fn meant_users(users: &[User], wanted: impl Fn(&&User) -> bool) -> Vec<String> {
    users.iter().filter(wanted).map(|user| user.user_id.clone()).collect()
}
