//! Accounts (Litmos reference 5.1).

use rollcall_roster::User;
use serde_json::Value;

use super::record::Record;
use crate::answer::Undecodable;
use crate::problem::said;
use crate::rows::{json, value};

/// Fields with a column of their own; the rest are attributes.
pub(super) const COLUMNS: [&str; 12] = [
    "Id",
    "UserName",
    "FirstName",
    "LastName",
    "Email",
    "Active",
    "AccessLevel",
    "Brand",
    "ManagerId",
    "CreatedDate",
    "UpdatedDate",
    "LastLogin",
];

pub(super) fn user(record: &mut Record) -> User {
    User {
        user_id: record.id(),
        user_name: record.text(&["UserName"]),
        first_name: record.text(&["FirstName"]),
        last_name: record.text(&["LastName"]),
        email: record.text(&["Email"]),
        active: record.flag(&["Active"]),
        role: record.text(&["AccessLevel"]),
        brand: record.text(&["Brand"]),
        manager_id: record.reference(&["ManagerId"]),
        created_at: record.instant(&["CreatedDate"]),
        updated_at: record.instant(&["UpdatedDate"]),
        last_login_at: record.instant(&["LastLogin"]),
        attributes: record.others(&COLUMNS),
    }
}

/// `Pagination.TotalCount` of `/users/paginated` (reference 2).
pub(super) fn total(body: &[u8]) -> Result<u64, Undecodable> {
    let value =
        value(json(body)?.get()).map_err(|problem| Undecodable::Unexpected(problem.to_owned()))?;
    let pagination = member(&value, "Pagination").unwrap_or(&value);
    let total = member(pagination, "TotalCount").and_then(|total| match total {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_u64(),
    });
    total.ok_or_else(|| {
        let problem = said(body).unwrap_or_else(|| "no TotalCount".to_owned());
        Undecodable::Unexpected(problem)
    })
}

fn member<'a>(value: &'a Value, wanted: &str) -> Option<&'a Value> {
    let members = value.as_object()?;
    members.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::super::dates::JsonDates;
    use super::super::list::page;
    use super::*;

    const ADA: &str = r#"[{"Id":"k3Qp_7aLm2x1","UserName":"ada@example.org","FirstName":"Ada ",
        "LastName":"O&#39;Hara","FullName":"Ada O&#39;Hara","Email":"ada@example.org",
        "AccessLevel":"Custom_Role","DisableMessages":false,"Active":true,"Skype":"",
        "LastLogin":"2024-03-06T08:00:01Z","LoginKey":"https:\/\/acme.litmos.com\/?loginkey=1111",
        "IsCustomUsername":false,"Password":"","OriginalId":700123,"CustomField1":"Sales",
        "CreatedDate":"2024-03-05T09:10:11Z","Points":0,"Brand":"Default","ManagerId":"-Zt5wQ9dN1s1",
        "ProfileType":null}]"#;

    #[test]
    fn an_account_has_its_columns_and_the_rest_as_attributes() {
        let page = page(ADA.as_bytes(), JsonDates::default(), user).unwrap();
        let text = |text: &str| Some(text.to_owned());
        let expected = User {
            user_id: "k3Qp_7aLm2x1".to_owned(),
            user_name: text("ada@example.org"),
            first_name: text("Ada"),
            last_name: text("O'Hara"),
            email: text("ada@example.org"),
            active: Some(true),
            role: text("Custom_Role"),
            brand: text("Default"),
            manager_id: text("-Zt5wQ9dN1s1"),
            created_at: Some("2024-03-05T09:10:11Z".parse().unwrap()),
            updated_at: None,
            last_login_at: Some("2024-03-06T08:00:01Z".parse().unwrap()),
            attributes: text(concat!(
                r#"{"CustomField1":"Sales","DisableMessages":false,"FullName":"Ada O'Hara","#,
                r#""IsCustomUsername":false,"OriginalId":700123,"Points":0}"#,
            )),
        };
        assert_eq!((page.rows, page.fault_count), (vec![expected], 0));
    }

    #[test]
    fn an_account_may_be_nothing_but_an_id() {
        let body = br#"[{"Id":"a","LastLogin":"","ManagerId":"0"}]"#;
        let page = page(body, JsonDates::default(), user).unwrap();
        assert_eq!(page.rows, [User { user_id: "a".to_owned(), ..User::default() }]);
    }

    #[test]
    fn a_bad_date_is_null_and_reported_without_its_value() {
        let body = br#"[{"Id":"a","LastLogin":"yesterday"}]"#;
        let page = page(body, JsonDates::default(), user).unwrap();
        assert_eq!((page.rows.len(), page.rows[0].last_login_at), (1, None));
        assert_eq!((page.faults[0].index, page.faults[0].id.as_deref()), (0, Some("a")));
        assert_eq!(page.faults[0].problem, "LastLogin cannot be read");
    }

    #[test]
    fn the_total_is_found_or_the_answer_makes_no_sense() {
        for body in [
            r#"{"Pagination":{"TotalCount":2417},"Items":[]}"#,
            r#"{"pagination":{"totalCount":" 2417 "}}"#,
            r#"{"TotalCount":2417}"#,
        ] {
            assert_eq!(total(body.as_bytes()), Ok(2417), "{body}");
        }
        for body in [
            "[]",
            "{}",
            r#"{"Pagination":{"TotalCount":null}}"#,
            r#"{"Detail":"No"}"#,
            r#"{"Errors":[]}"#,
            "null",
        ] {
            let total = total(body.as_bytes());
            assert!(matches!(total, Err(Undecodable::Unexpected(_))), "{body}");
        }
        assert!(matches!(total(b"<html>"), Err(Undecodable::Garbled(_))));
    }
}
