//! Rows of the six lists, as the reference shows them.

use rollcall_roster::EnrolmentStatus;
use serde_json::{Value, json};

use super::super::dates::JsonDates;
use super::*;

fn record(value: Value) -> Record {
    Record::new(value, JsonDates::default()).unwrap()
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[test]
fn an_account_is_told_with_attributes_that_may_be_cleared() {
    let row = json!({"Id": "u", "UserName": "ada", "Active": false, "AccessLevel": "Learner",
        "LastLogin": "", "LoginKey": "?loginkey=", "OriginalUserId": 7, "City": "", "Skype": "a",
        "CreatedDate": "2024-03-05T09:10:11Z", "UpdatedDate": "/Date(1709714412770-0800)/",
        "CreatedBy": 700_001, "UpdatedBy": -1, "Brand": "Default", "ManagerId": "0"});
    let row = user(&mut record(row));
    let expected = User {
        user_id: "u".to_owned(),
        user_name: Some("ada".to_owned()),
        active: Some(false),
        role: Some("Learner".to_owned()),
        brand: Some("Default".to_owned()),
        created_at: at("2024-03-05T09:10:11Z"),
        updated_at: at("2024-03-06T08:40:12.77Z"),
        attributes: Some(r#"{"City":null,"OriginalId":7,"Skype":"a"}"#.to_owned()),
        ..User::default()
    };
    let updated = expected.updated_at;
    assert_eq!(row, Told::new(expected, Extent::Columns, updated, false));
}

#[test]
fn a_course_is_told_without_what_the_list_of_courses_does_not_have() {
    let row = json!({"Id": "c", "Code": "SEC1", "Name": "Security", "Active": false,
        "OriginalCourseId": 590_001, "Price": 0.0, "DisplayOrder": 3, "CreatedBy": 1,
        "CreatedDate": "2024-03-05T09:10:11", "UpdatedDate": null, "IncludeInLibrary": true});
    let row = course(&mut record(row));
    assert_eq!(row.row.attributes.as_deref(), Some(r#"{"OriginalId":590001,"Price":0}"#));
    assert_eq!(row.row.active, Some(false));
    assert_eq!((row.at, row.there.gone), (at("2024-03-05T09:10:11Z"), false));
}

#[test]
fn a_team_or_membership_that_is_not_active_is_gone() {
    for (active, gone) in [(json!(true), false), (json!(false), true), (Value::Null, false)] {
        let row = json!({"Id": "t", "Name": "North", "Active": active, "ParentTeamId": "0"});
        let team = team(&mut record(row));
        assert_eq!((team.row.name.as_deref(), team.there.gone), (Some("North"), gone));
        let row = json!({"TeamId": "t", "Id": "u", "Active": active, "IsTeamLeader": true,
            "IsTeamAdmin": false, "UpdatedDate": "2024-03-05T09:12:41.007"});
        let told = member(&mut record(row)).unwrap();
        let row = TeamMember {
            team_id: "t".to_owned(),
            user_id: "u".to_owned(),
            is_leader: Some(true),
            is_admin: Some(false),
        };
        let expected = Told::new(row, Extent::Whole, at("2024-03-05T09:12:41.007Z"), gone);
        assert_eq!(told, expected);
    }
    assert_eq!(member(&mut record(json!({"Id": "u"}))), Err("no TeamId"));
}

#[test]
fn an_assignment_is_a_link_and_a_result_tells_everything() {
    let row = json!({"UserId": "u", "Id": "c", "Active": false,
        "CreatedDate": "/Date(1709629860120-0800)/", "UpdatedDate": "/Date(1709714412770-0800)/"});
    let told = assignment(&mut record(row)).unwrap();
    let assigned_at = at("2024-03-05T09:11:00.12Z");
    let ids =
        Enrolment { course_id: "c".to_owned(), user_id: "u".to_owned(), ..Enrolment::default() };
    let link = Enrolment { assigned_at, ..ids.clone() };
    let updated = at("2024-03-06T08:40:12.77Z");
    assert_eq!(told, Told::new(link, Extent::Link, updated, true));
    let row = json!({"Id": "c", "UserId": "u", "Active": true, "Completed": true,
        "CreatedDate": "2024-03-05T09:11:00.12", "UpdatedDate": "2024-03-06T08:40:12.77",
        "StartedDate": "2024-03-06T08:00:01.5", "PercentageComplete": 100.0,
        "CompletedDate": "2024-03-06T08:40:12.77", "DueDate": null, "CompliantTillDate": "",
        "LearningPathAssignment": false, "TeamAssignment": true});
    let told = result(&mut record(row)).unwrap();
    let expected = Enrolment {
        status: Some(EnrolmentStatus::Completed),
        percent_complete: Some(100.0),
        assigned_at,
        started_at: at("2024-03-06T08:00:01.5Z"),
        completed_at: updated,
        source: Some(Source::Team),
        ..ids
    };
    assert_eq!(told, Told::new(expected, Extent::Whole, updated, false));
    for decode in [assignment, result] {
        assert_eq!(decode(&mut record(json!({"Id": "c"}))), Err("no UserId"));
    }
}

#[test]
fn a_source_is_told_or_null() {
    for (path, team, expected) in [
        (json!(true), json!(true), Some(Source::LearningPath)),
        (json!("false"), json!(1), Some(Source::Team)),
        (json!(false), json!(false), Some(Source::Direct)),
        (Value::Null, json!(false), None),
        (Value::Null, Value::Null, None),
    ] {
        let row = json!({"Id": "c", "LearningPathAssignment": path, "TeamAssignment": team});
        assert_eq!(source(&mut record(row)), expected);
    }
}
