//! Teams and courses as the lists of changes have them.

use super::{World, ids::Kind};
use crate::wire::cell::{Cell, Record, field};

impl World {
    /// A team as `/org/teams` lists it.
    pub(crate) fn org_team_record(&self, team: u32) -> Record {
        let record = self.team_record(team);
        let of_team = |name| field(&record, name).cloned().unwrap_or(Cell::Null);
        let dates = self.team_dates(team);
        vec![
            ("Id", of_team("Id")),
            ("Name", of_team("Name")),
            ("OriginalTeamId", Cell::Int(Kind::Team.original_id(team))),
            ("Active", Cell::Bool(true)),
            ("CreatedDate", Cell::Instant(dates.created)),
            ("UpdatedDate", Cell::instant(dates.updated)),
            ("CreatedBy", self.creator("team", team)),
            ("UpdatedBy", self.updater(&dates)),
            ("ParentTeamId", of_team("ParentTeamId")),
            ("TeamCodeForBulkImport", of_team("TeamCodeForBulkImport")),
        ]
    }

    /// A course as `/org/courses` lists it.
    pub(crate) fn org_course_record(&self, course: u32) -> Record {
        let record = self.course_record(course);
        let of_course = |name| field(&record, name).cloned().unwrap_or(Cell::Null);
        let author = of_course("CreatedBy").text().and_then(|text| text.parse().ok());
        let dates = self.course_dates(course);
        vec![
            ("Id", of_course("Id")),
            ("Code", of_course("Code")),
            ("Name", of_course("Name")),
            ("Active", of_course("Active")),
            ("ForSale", of_course("ForSale")),
            ("OriginalCourseId", of_course("OriginalId")),
            ("Description", of_course("Description")),
            ("EcommerceShortDescription", of_course("EcommerceShortDescription")),
            ("EcommerceLongDescription", of_course("EcommerceLongDescription")),
            ("CourseCodeForBulkImport", of_course("CourseCodeForBulkImport")),
            ("Price", of_course("Price")),
            ("AccessTillDate", of_course("AccessTillDate")),
            ("AccessTillDays", of_course("AccessTillDays")),
            ("CreatedDate", Cell::Instant(dates.created)),
            ("UpdatedDate", Cell::instant(dates.updated)),
            ("CreatedBy", Cell::Int(author.unwrap_or_default())),
            ("UpdatedBy", self.updater(&dates)),
            ("CompliantTillDays", Cell::Null),
            ("TimeLimitDate", Cell::Null),
            ("TimeLimitDays", Cell::Null),
            ("DisplayOrder", of_course("SeqId")),
            ("IncludeInLibrary", of_course("CourseTeamLibrary")),
            ("CourseImageURL", Cell::Word("".into())),
        ]
    }
}
