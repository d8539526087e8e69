//! What a user is assigned to (Litmos reference 5.1.5, 5.4).

use super::record::Record;

/// A course in a user's list.
#[derive(Debug, Clone, PartialEq)]
pub struct UserCourse {
    /// The course.
    pub course_id: String,
    /// Whether it is done.
    pub complete: Option<bool>,
    /// How much of it is done.
    pub percent_complete: Option<f64>,
    /// Whether it is held through a learning path; then it cannot be taken away by itself.
    pub is_learning_path: Option<bool>,
}

/// A learning path in a user's list.
#[derive(Debug, Clone, PartialEq)]
pub struct UserLearningPath {
    /// The learning path.
    pub learning_path_id: String,
    /// Whether it is done.
    pub complete: Option<bool>,
    /// How much of it is done.
    pub percent_complete: Option<f64>,
}

/// A learning path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearningPath {
    /// The vendor's immutable id.
    pub learning_path_id: String,
    /// Title.
    pub name: Option<String>,
    /// Whether it is on offer.
    pub active: Option<bool>,
}

pub(super) fn user_course(record: &mut Record) -> UserCourse {
    UserCourse {
        course_id: record.id(),
        complete: record.flag(&["Complete", "Completed"]),
        percent_complete: record.percent(&["PercentageComplete"]),
        is_learning_path: record.flag(&["IsLearningPath"]),
    }
}

pub(super) fn user_learning_path(record: &mut Record) -> UserLearningPath {
    UserLearningPath {
        learning_path_id: record.id(),
        complete: record.flag(&["Complete", "Completed"]),
        percent_complete: record.percent(&["PercentageComplete"]),
    }
}

pub(super) fn learning_path(record: &mut Record) -> LearningPath {
    LearningPath {
        learning_path_id: record.id(),
        name: record.text(&["Name"]),
        active: record.flag(&["Active"]),
    }
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
    fn a_course_of_a_user_says_how_far_and_through_what() {
        let row = json!({"Id": "Cq81zzYt0aB1", "Complete": true, "PercentageComplete": 100.0,
            "IsLearningPath": "True", "ResultId": "338120001"});
        let expected = UserCourse {
            course_id: "Cq81zzYt0aB1".to_owned(),
            complete: Some(true),
            percent_complete: Some(100.0),
            is_learning_path: Some(true),
        };
        assert_eq!(user_course(&mut record(row)), expected);
        let bare = user_course(&mut record(json!({"Id": "c"})));
        assert_eq!(
            (bare.complete, bare.percent_complete, bare.is_learning_path),
            (None, None, None)
        );
    }

    #[test]
    fn a_learning_path_of_a_user_says_how_far() {
        let row = json!({"Id": "Lp1", "Complete": false, "PercentageComplete": "50"});
        let expected = UserLearningPath {
            learning_path_id: "Lp1".to_owned(),
            complete: Some(false),
            percent_complete: Some(50.0),
        };
        assert_eq!(user_learning_path(&mut record(row)), expected);
    }

    #[test]
    fn a_learning_path_has_a_name() {
        let row = json!({"Id": "Lp1", "Name": "R&amp;D ", "Active": true, "ForSale": false});
        let expected = LearningPath {
            learning_path_id: "Lp1".to_owned(),
            name: Some("R&D".to_owned()),
            active: Some(true),
        };
        assert_eq!(learning_path(&mut record(row)), expected);
    }
}
