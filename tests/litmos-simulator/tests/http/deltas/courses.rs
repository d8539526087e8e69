//! `/org/courses`.

use litmos_simulator::Options;

use super::{COURSES, is_recent, only, recent};
use crate::client::{get, start};

/// As the vendor documents them.
const FIELDS: &str = "Id Code Name Active ForSale OriginalCourseId Description \
    EcommerceShortDescription EcommerceLongDescription CourseCodeForBulkImport Price \
    AccessTillDate AccessTillDays CreatedDate UpdatedDate CreatedBy UpdatedBy CompliantTillDays \
    TimeLimitDate TimeLimitDays DisplayOrder IncludeInLibrary CourseImageURL";

#[test]
fn a_course_that_is_renamed_is_listed_until_it_is_deleted() {
    let simulator = start(Options::default());
    let id = simulator.world().course_ids()[4].clone();
    assert!(simulator.world().rename_course(&id, "Renamed"));
    let row = only(&simulator, COURSES);
    let mut fields: Vec<_> = FIELDS.split_whitespace().collect();
    fields.sort_unstable();
    assert_eq!(row.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>(), fields);
    let course = get(&simulator, &format!("/courses/{id}")).json();
    let same = ["Id", "Code", "Name", "Active", "Description", "Price", "AccessTillDate"];
    assert!(same.iter().all(|field| row[field] == course[field]));
    assert_eq!(row["OriginalCourseId"], 590_004);
    assert!(is_recent(&row["UpdatedDate"]) && !is_recent(&row["CreatedDate"]));
    assert!(simulator.world().delete_course(&id));
    assert!(recent(&simulator, COURSES).is_empty());
}
