//! Learners and their courses as records.

use super::World;
use crate::wire::cell::{Cell, Record, field};

impl World {
    /// A learner as `/courses/{id}/users` lists it.
    pub(crate) fn learner_record(&self, course: u32, user: u32) -> Record {
        let progress = self.progress(course, user);
        let mut record = self.user_summary(user);
        record.truncate(4);
        record.extend([
            ("Completed", Cell::Bool(progress.completed)),
            ("PercentageComplete", Cell::Decimal(progress.percent)),
            ("CompliantTill", Cell::instant(progress.compliant_till)),
            ("DueDate", Cell::instant(progress.due)),
            ("AccessTillDate", Cell::instant(progress.access_till)),
        ]);
        record
    }

    /// A course as `/users/{id}/courses` lists it.
    pub(crate) fn user_course_record(&self, course: u32, user: u32) -> Record {
        let progress = self.progress(course, user);
        let record = self.course_record(course);
        let of_course = |name| field(&record, name).cloned().unwrap_or(Cell::Null);
        vec![
            ("Id", of_course("Id")),
            ("Code", of_course("Code")),
            ("Name", of_course("Name")),
            ("Active", of_course("Active")),
            ("Complete", Cell::Bool(progress.completed)),
            ("PercentageComplete", Cell::Decimal(progress.percent)),
            ("AssignedDate", Cell::Instant(progress.assigned)),
            ("StartDate", Cell::instant(progress.started)),
            ("DateCompleted", Cell::instant(progress.done)),
            ("UpToDate", Cell::Bool(true)),
            ("Overdue", Cell::Bool(false)),
            ("CompliantTill", Cell::instant(progress.compliant_till)),
            ("IsLearningPath", Cell::Bool(self.only_through_path(course, user))),
            ("CourseCreatedDate", Cell::Instant(self.course_made(course))),
            ("CourseCreator", Cell::Exact(self.users.id(0).into())),
            ("OriginalId", of_course("OriginalId")),
            ("ResultId", Cell::Exact(progress.result.to_string().into())),
            ("AccessTillDate", Cell::instant(progress.access_till)),
        ]
    }
}
