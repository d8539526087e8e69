//! A learning path as its holder sees it.

use super::{World, ids::Kind};
use crate::wire::cell::{Cell, Record, field};

impl World {
    /// A path as `/users/{id}/learningpaths` lists it: as far as its first course.
    pub(crate) fn user_path_record(&self, path: u32, user: u32) -> Record {
        let record = self.path_record(path);
        let of_path = |name| field(&record, name).cloned().unwrap_or(Cell::Null);
        let course = self.plan.path_courses(path).next();
        let progress = course.map(|course| self.progress(course, user));
        let progress = progress.as_ref();
        vec![
            ("Id", of_path("Id")),
            ("Name", of_path("Name")),
            ("Active", of_path("Active")),
            ("OriginalId", Cell::Int(Kind::Path.original_id(path))),
            ("Complete", Cell::Bool(progress.is_some_and(|state| state.completed))),
            ("PercentageComplete", Cell::Decimal(progress.map_or(0.0, |state| state.percent))),
            ("AssignedDate", Cell::instant(progress.map(|state| state.assigned))),
            ("StartDate", Cell::instant(progress.and_then(|state| state.started))),
            ("DateCompleted", Cell::instant(progress.and_then(|state| state.done))),
            ("ResultId", Cell::Exact(format!("{}", 990_000 + path).into())),
            ("AccessTillDate", Cell::Null),
        ]
    }
}
