//! Rows of the tables from records as meant.

use std::collections::BTreeMap;

use rollcall_roster::{Course, CourseKind, Enrolment, EnrolmentStatus, Team, User};
use serde_json::Value;

use crate::{
    wire::cell::{Cell, Record},
    world::Progress,
};

/// What is not in a column of its own, by the vendor's names.
type Attributes = BTreeMap<&'static str, Value>;

fn json(attributes: &Attributes) -> Option<String> {
    Some(serde_json::to_string(attributes).expect("a map of plain values"))
}

fn text(cell: &Cell) -> Option<String> {
    cell.text().map(str::to_owned)
}

fn flag(cell: &Cell) -> Option<bool> {
    if let Cell::Bool(value) = cell { Some(*value) } else { None }
}

pub(super) fn user(record: Record) -> User {
    let mut row = User::default();
    let mut attributes = Attributes::new();
    for (name, cell) in record {
        match (name, &cell) {
            ("Id", cell) => row.user_id = text(cell).unwrap_or_default(),
            ("UserName", cell) => row.user_name = text(cell),
            ("FirstName", cell) => row.first_name = text(cell),
            ("LastName", cell) => row.last_name = text(cell),
            ("Email", cell) => row.email = text(cell),
            ("Active", cell) => row.active = flag(cell),
            ("AccessLevel", cell) => row.role = text(cell),
            ("Brand", cell) => row.brand = text(cell),
            ("ManagerId", cell) => row.manager_id = text(cell),
            ("CreatedDate", Cell::Iso(at)) => row.created_at = *at,
            ("LastLogin", Cell::Iso(at)) => row.last_login_at = *at,
            ("LoginKey" | "Password", _) => {}
            (name, cell) => attributes.extend(cell.plain().map(|value| (name, value))),
        }
    }
    row.attributes = json(&attributes);
    row
}

pub(super) fn team(record: Record) -> Team {
    let mut row = Team::default();
    for (name, cell) in record {
        match name {
            "Id" => row.team_id = text(&cell).unwrap_or_default(),
            "Name" => row.name = text(&cell),
            "TeamCodeForBulkImport" => row.code = text(&cell),
            "ParentTeamId" => row.parent_team_id = text(&cell),
            _ => {}
        }
    }
    row
}

pub(super) fn course(record: Record) -> Course {
    let mut row = Course {
        course_id: String::new(),
        code: None,
        name: None,
        active: None,
        kind: Some(CourseKind::Course),
        attributes: None,
    };
    let mut attributes = Attributes::new();
    for (name, cell) in record {
        match name {
            "Id" => row.course_id = text(&cell).unwrap_or_default(),
            "Code" => row.code = text(&cell),
            "Name" => row.name = text(&cell),
            "Active" => row.active = flag(&cell),
            _ => attributes.extend(cell.plain().map(|value| (name, value))),
        }
    }
    row.attributes = json(&attributes);
    row
}

pub(super) fn enrolment(course_id: &str, user_id: String, progress: &Progress) -> Enrolment {
    let percent = Some(progress.percent);
    Enrolment {
        course_id: course_id.to_owned(),
        user_id,
        status: EnrolmentStatus::from_progress(progress.completed, percent),
        percent_complete: percent,
        assigned_at: None,
        started_at: None,
        due_at: progress.due,
        completed_at: None,
        compliant_till: progress.compliant_till,
        source: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_sorted_plain_and_without_secrets_or_nothing() {
        let record = vec![
            ("Id", Cell::Exact("u".into())),
            ("LoginKey", Cell::Exact("https://secret".into())),
            ("Password", Cell::Exact("".into())),
            ("Points", Cell::Int(3)),
            ("City", Cell::Free(" St. John's ".into())),
            ("Skype", Cell::Word("".into())),
            ("DisableMessages", Cell::Bool(false)),
            ("ManagerId", Cell::Exact("".into())),
        ];
        let row = user(record);
        assert_eq!(
            row.attributes.unwrap(),
            r#"{"City":"St. John's","DisableMessages":false,"Points":3}"#
        );
        assert_eq!((row.user_id.as_str(), row.manager_id), ("u", None));
    }

    #[test]
    fn a_courses_dates_are_rfc_3339_and_its_prices_numbers() {
        let record = vec![
            ("Id", Cell::Exact("c".into())),
            ("Price", Cell::Price(49.5)),
            ("AccessTillDate", Cell::Instant("2027-01-15T08:00:00.12Z".parse().unwrap())),
            ("AccessTillDays", Cell::Null),
        ];
        assert_eq!(
            course(record).attributes.unwrap(),
            r#"{"AccessTillDate":"2027-01-15T08:00:00.12Z","Price":49.5}"#
        );
    }
}
