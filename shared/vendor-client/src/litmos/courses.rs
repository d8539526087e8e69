//! Courses and whom they are assigned to (Litmos reference 5.3).

use rollcall_roster::{Course, CourseKind, Enrolment, EnrolmentStatus};

use super::record::Record;

/// Fields with a column of their own; the rest are attributes.
pub(super) const COLUMNS: [&str; 4] = ["Id", "Code", "Name", "Active"];

/// Both names of one field (reference 7.6).
const COMPLETED: [&str; 2] = ["Completed", "Complete"];

pub(super) fn course(record: &mut Record) -> Course {
    Course {
        course_id: record.id(),
        code: record.text(&["Code"]),
        name: record.text(&["Name"]),
        active: record.flag(&["Active"]),
        kind: Some(CourseKind::Course),
        attributes: record.others(&COLUMNS),
    }
}

pub(super) fn enrolment(course_id: &str, record: &mut Record) -> Enrolment {
    let (status, percent_complete) = progress(record);
    Enrolment {
        course_id: course_id.to_owned(),
        user_id: record.id(),
        status,
        percent_complete,
        assigned_at: None,
        started_at: None,
        due_at: record.instant(&["DueDate"]),
        completed_at: None,
        compliant_till: record.instant(&["CompliantTill", "ComplaintTill"]),
        source: None,
    }
}

/// How far a user is with a course.
pub(super) fn progress(record: &mut Record) -> (Option<EnrolmentStatus>, Option<f64>) {
    let completed = record.flag(&COMPLETED);
    let percent = record.percent(&["PercentageComplete"]);
    // What cannot be read may say that it is done.
    let may_be_done = completed.is_none() && record.value(&COMPLETED).is_some();
    let status = EnrolmentStatus::from_progress(completed.unwrap_or(false), percent);
    (status.filter(|_| !may_be_done), percent)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::dates::JsonDates;
    use super::*;

    fn record(value: Value) -> Record {
        Record::new(value, JsonDates::default()).unwrap()
    }

    #[test]
    fn a_course_keeps_what_has_no_column() {
        let course = course(&mut record(json!({"Id": "Cq81zzYt0aB1", "Code": "SEC1",
            "Name": "Security &amp; basics", "Active": "True", "ForSale": false, "Price": 0.00,
            "Description": "", "AccessTillDate": null, "OriginalId": 590_001})));
        let expected = Course {
            course_id: "Cq81zzYt0aB1".to_owned(),
            code: Some("SEC1".to_owned()),
            name: Some("Security & basics".to_owned()),
            active: Some(true),
            kind: Some(CourseKind::Course),
            attributes: Some(r#"{"ForSale":false,"OriginalId":590001,"Price":0}"#.to_owned()),
        };
        assert_eq!(course, expected);
    }

    #[test]
    fn an_enrolment_has_progress_and_dates() {
        let row = json!({"Id": "u", "UserName": "n", "Completed": false, "PercentageComplete": 50.0,
            "ComplaintTill": "2025-01-01T00:00:00", "DueDate": "/Date(1714435200000-0700)/"});
        let expected = Enrolment {
            course_id: "c".to_owned(),
            user_id: "u".to_owned(),
            status: Some(EnrolmentStatus::InProgress),
            percent_complete: Some(50.0),
            assigned_at: None,
            started_at: None,
            due_at: Some("2024-04-30T00:00:00Z".parse().unwrap()),
            completed_at: None,
            compliant_till: Some("2025-01-01T00:00:00Z".parse().unwrap()),
            source: None,
        };
        assert_eq!(enrolment("c", &mut record(row)), expected);
    }

    #[test]
    fn a_status_is_told_or_null() {
        use EnrolmentStatus::{Assigned, Completed, InProgress};
        for (row, status) in [
            (json!({"Id": "u"}), None),
            (json!({"Id": "u", "Completed": false}), None),
            (json!({"Id": "u", "Completed": false, "PercentageComplete": null}), None),
            (json!({"Id": "u", "Completed": false, "PercentageComplete": "half"}), None),
            (json!({"Id": "u", "Completed": false, "PercentageComplete": -1.0}), None),
            (json!({"Id": "u", "Completed": false, "PercentageComplete": 150.0}), None),
            (json!({"Id": "u", "Completed": "odd", "PercentageComplete": 0.0}), None),
            (json!({"Id": "u", "Completed": true, "PercentageComplete": 150.0}), Some(Completed)),
            (json!({"Id": "u", "Completed": true, "PercentageComplete": null}), Some(Completed)),
            (
                json!({"Id": "u", "Completed": false, "PercentageComplete": "50,0"}),
                Some(InProgress),
            ),
            (json!({"Id": "u", "Completed": false, "PercentageComplete": "50%"}), Some(InProgress)),
            (json!({"Id": "u", "PercentageComplete": "0.0"}), Some(Assigned)),
            (json!({"Id": "u", "Completed": false, "PercentageComplete": "7"}), Some(InProgress)),
            (json!({"Id": "u", "Complete": 1, "PercentageComplete": 0}), Some(Completed)),
        ] {
            assert_eq!(enrolment("c", &mut record(row)).status, status);
        }
    }

    #[test]
    fn both_spellings_of_compliant_are_read() {
        for name in ["CompliantTill", "ComplaintTill"] {
            let row = json!({"Id": "u", name: "2025-01-01T00:00:00"});
            assert!(enrolment("c", &mut record(row)).compliant_till.is_some(), "{name}");
        }
    }
}
