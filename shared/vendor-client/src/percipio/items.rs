//! Content of the catalogue (reference 6.2).

use rollcall_roster::{Course, CourseKind};
use serde_json::Value;

use super::content_type::ContentType;
use super::dialect::{Dialect, Record};
use super::list::one_or_many;
use super::uuid::canonical_id;
use crate::record;

/// Fields with a column of their own; the rest are attributes. `contentType` and `lifecycle` say
/// more than their columns hold.
const COLUMNS: [&str; 2] = ["id", "code"];
/// The language that a title is taken in, if there is one.
const TITLE_LOCALE: &str = "en-US";

/// What stands in the catalogue.
#[derive(Debug, PartialEq)]
pub(super) enum Item {
    /// A course or an assessment.
    Course(Course),
    /// Content of a type that is known, and neither of these.
    Other,
    /// Content of a type that nobody knows; the vendor's word.
    Unknown(String),
}

pub(super) fn item(record: &mut Record) -> Result<Item, &'static str> {
    let Some(wire) = record.value(&["contentType"]).and_then(|it| text(it, "percipioType")) else {
        return Err("no content type");
    };
    let kind = match ContentType::new(&wire) {
        ContentType::Course => CourseKind::Course,
        ContentType::Assessment => CourseKind::Assessment,
        ContentType::Other => return Ok(Item::Other),
        ContentType::Unknown(word) => return Ok(Item::Unknown(word)),
    };
    Ok(Item::Course(Course {
        course_id: canonical_id(&record.id()),
        code: record.text(&["code"]),
        name: title(record),
        active: active(record),
        kind: Some(kind),
        attributes: record.others(&COLUMNS),
    }))
}

/// Null where it is not told: what a search finds has no `lifecycle`.
fn active(record: &mut Record) -> Option<bool> {
    let status = text(record.value(&["lifecycle"])?, "status");
    match status.map(|status| status.to_ascii_uppercase()).as_deref() {
        Some("ACTIVE") => Some(true),
        Some("INACTIVE") => Some(false),
        _ => {
            record.note("lifecycle");
            None
        }
    }
}

/// In English, else the first there is.
fn title(record: &mut Record) -> Option<String> {
    let metadata = record.value(&["localizedMetadata"])?;
    if !(metadata.is_array() || metadata.get("title").is_some()) {
        record.note("localizedMetadata");
        return None;
    }
    let titled = one_or_many(metadata).map(|item| (text(item, "localeCode"), text(item, "title")));
    let titles: Vec<_> = titled.filter_map(|(locale, title)| Some((locale, title?))).collect();
    let in_english = titles.iter().position(|(locale, _)| {
        let locale = locale.as_ref().map(|locale| locale.replace('_', "-"));
        locale.is_some_and(|locale| locale.eq_ignore_ascii_case(TITLE_LOCALE))
    });
    titles.into_iter().nth(in_english.unwrap_or(0)).map(|(_, title)| title)
}

fn text(value: &Value, name: &str) -> Option<String> {
    record::text(value.get(name)?, Dialect).ok()?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The reference's example (6.3).
    fn demo() -> Value {
        json!({ "id": "b1644cf0-0000-11e8-8234-000000000001", "code": "xx_demo01_a01_enus",
            "xapiActivityTypeId": "http://adlnet.gov/expapi/activities/course",
            "characteristics": {"earnsBadge": true, "isCompliance": false},
            "contentType": {"percipioType": "COURSE", "category": "COURSE",
                "displayLabel": "Course", "source": null},
            "localeCodes": ["en-US"],
            "localizedMetadata":
                [{"localeCode": "en-US", "title": "Demo course", "description": null}],
            "lifecycle": {"status": "ACTIVE", "publishDate": "2020-04-02T12:24:33Z",
                "retiredDate": null, "includedFromActivity": false},
            "aiccLaunch": {"url": "https://x", "params": "key"}, "keywords": [],
            "duration": "PT52M30S", "publication": null, "credentials": {"cpeCredits": 1.0},
            "associations": {"areas": ["Security"], "parent": null},
            "licenseKeys": null })
    }

    fn read(value: Value) -> (Result<Item, &'static str>, Vec<&'static str>) {
        let mut record = Record::new(value, Dialect).unwrap();
        (item(&mut record), record.unreadable().to_vec())
    }

    fn with(name: &str, value: Value) -> (Course, Vec<&'static str>) {
        let mut item = demo();
        item[name] = value;
        let (Ok(Item::Course(course)), unreadable) = read(item) else { panic!("no course") };
        (course, unreadable)
    }

    #[test]
    fn a_course_keeps_what_has_no_column_but_no_key() {
        let expected = Course {
            course_id: "b1644cf0-0000-11e8-8234-000000000001".to_owned(),
            code: Some("xx_demo01_a01_enus".to_owned()),
            name: Some("Demo course".to_owned()),
            active: Some(true),
            kind: Some(CourseKind::Course),
            attributes: Some(
                concat!(
                    r#"{"associations":{"areas":["Security"],"parent":null},"#,
                    r#""characteristics":{"earnsBadge":true,"isCompliance":false},"#,
                    r#""contentType":{"category":"COURSE","displayLabel":"Course","#,
                    r#""percipioType":"COURSE","source":null},"credentials":{"cpeCredits":1},"#,
                    r#""duration":"PT52M30S","keywords":[],"#,
                    r#""lifecycle":{"includedFromActivity":false,"#,
                    r#""publishDate":"2020-04-02T12:24:33Z","retiredDate":null,"status":"ACTIVE"},"#,
                    r#""localeCodes":["en-US"],"localizedMetadata":[{"description":null,"#,
                    r#""localeCode":"en-US","title":"Demo course"}],"#,
                    r#""xapiActivityTypeId":"http://adlnet.gov/expapi/activities/course"}"#,
                )
                .to_owned(),
            ),
        };
        assert_eq!(read(demo()), (Ok(Item::Course(expected)), Vec::new()));
    }

    #[test]
    fn only_courses_and_assessments_are_taken() {
        let (assessment, _) = with("contentType", json!({"percipioType": "ASSESSMENT"}));
        assert_eq!(assessment.kind, Some(CourseKind::Assessment));
        for spelling in ["Course", "course", " COURSE"] {
            let (course, _) = with("contentType", json!({"percipioType": spelling}));
            assert_eq!(course.kind, Some(CourseKind::Course), "{spelling}");
        }
        for other in ["VIDEO", "Book", "CHANNEL", "JOURNEY", "COMPLIANCE", "Linked Content"] {
            let item = json!({"id": "a", "contentType": {"percipioType": other}, "lifecycle": 7});
            assert_eq!(read(item), (Ok(Item::Other), Vec::new()), "{other}");
        }
        for odd in [json!(null), json!({}), json!("COURSE"), json!({"percipioType": null})] {
            let item = json!({"id": "a", "contentType": odd});
            assert_eq!(read(item), (Err("no content type"), Vec::new()));
        }
        let new = json!({"id": "a", "contentType": {"percipioType": "SOMETHING_NEW"}});
        assert_eq!(read(new), (Ok(Item::Unknown("SOMETHING_NEW".to_owned())), Vec::new()));
    }

    #[test]
    fn whether_it_is_on_offer_is_told_or_null() {
        for (lifecycle, active, unreadable) in [
            (json!({"status": "ACTIVE"}), Some(true), &[][..]),
            (json!({"status": "INACTIVE"}), Some(false), &[]),
            (json!({"status": " Inactive"}), Some(false), &[]),
            (json!(null), None, &[]),
            (json!({"status": "RESTING"}), None, &["lifecycle"]),
            (json!({}), None, &["lifecycle"]),
        ] {
            let (course, found) = with("lifecycle", lifecycle);
            assert_eq!((course.active, &found[..]), (active, unreadable));
        }
    }

    #[test]
    fn a_title_is_english_or_the_first_that_is_one() {
        let titled = |locale: &str, title: &str| json!({"localeCode": locale, "title": title});
        for (metadata, name) in [
            (json!([titled("fr-FR", "Cours"), titled("en-US", " Course ")]), Some("Course")),
            (json!([titled("de-DE", " "), titled("fr-FR", "Cours")]), Some("Cours")),
            (json!([titled("fr-FR", "Cours"), titled("en-US", "")]), Some("Cours")),
            (json!([titled("fr-FR", "Cours"), titled("EN_us", "Course")]), Some("Course")),
            (titled("fr-FR", "Cours"), Some("Cours")),
            (json!([7, {"title": null}]), None),
            (json!([]), None),
            (json!(null), None),
        ] {
            let (course, unreadable) = with("localizedMetadata", metadata);
            assert_eq!((course.name.as_deref(), unreadable), (name, Vec::new()));
        }
        assert_eq!(with("localizedMetadata", json!("Course")).1, ["localizedMetadata"]);
    }
}
