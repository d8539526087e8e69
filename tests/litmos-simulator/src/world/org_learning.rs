//! Assignments and results as the lists of changes have them.

use super::{Dates, World, ids::Kind};
use crate::{
    deltas::Deltas,
    wire::cell::{Cell, Record, field},
};

impl World {
    /// An assignment as `/org/users/courses` lists it.
    pub(crate) fn org_assignment_record(&self, course: u32, user: u32, deltas: &Deltas) -> Record {
        let dates = self.assignment_dates(course, user, deltas.derived_assignments_listed);
        let dates = dates.unwrap_or(Dates::new(self.begins_assigned(course, user)));
        let mut record = vec![
            ("UserId", Cell::Exact(self.users.id(user).into())),
            ("Id", Cell::Exact(self.courses.id(course).into())),
            ("OriginalUserId", Cell::Int(Kind::User.original_id(user))),
            ("OriginalCourseId", Cell::Int(Kind::Course.original_id(course))),
            ("Active", Cell::Bool(dates.ended.is_none())),
        ];
        record.extend(self.link_dates(&dates));
        record
    }

    /// A result as `/org/results/details` lists it.
    pub(crate) fn org_result_record(&self, course: u32, user: u32, deltas: &Deltas) -> Record {
        let progress = self.progress(course, user);
        let dates = self.listed_result_dates(course, user, deltas);
        let record = self.course_record(course);
        let of_course = |name| field(&record, name).cloned().unwrap_or(Cell::Null);
        let [created, updated, created_by, updated_by] = self.link_dates(&dates);
        let by_path = self.by_path(course, user);
        vec![
            ("Id", of_course("Id")),
            ("UserId", Cell::Exact(self.users.id(user).into())),
            ("OriginalCourseId", Cell::Int(Kind::Course.original_id(course))),
            ("OriginalUserId", Cell::Int(Kind::User.original_id(user))),
            ("Name", of_course("Name")),
            ("Active", Cell::Bool(dates.ended.is_none())),
            created,
            updated,
            ("StartedDate", Cell::instant(progress.started)),
            ("Completed", Cell::Bool(progress.completed)),
            ("PercentageComplete", Cell::Decimal(progress.percent)),
            ("CompletedDate", Cell::instant(progress.done)),
            ("UpToDate", Cell::Bool(true)),
            ("Overdue", Cell::Bool(false)),
            ("CompliantTillDate", Cell::instant(progress.compliant_till)),
            ("DueDate", Cell::instant(progress.due)),
            ("LastAttemptDate", Cell::instant(progress.done.or(progress.started))),
            created_by,
            updated_by,
            ("Code", of_course("Code")),
            ("UserName", Cell::Free(self.user_name(user).into())),
            ("LearningPathAssignment", Cell::Bool(by_path)),
            ("TeamAssignment", Cell::Bool(!by_path && self.by_team(course, user))),
        ]
    }
}
