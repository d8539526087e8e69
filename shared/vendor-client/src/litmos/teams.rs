//! Teams and who is in them (Litmos reference 5.2).

use rollcall_roster::Team;

use super::record::Record;

/// A user in a team's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The user.
    pub user_id: String,
    /// What the user signs in with.
    pub user_name: Option<String>,
    /// The user's access level; often absent in these lists.
    pub role: Option<String>,
}

pub(super) fn team(record: &mut Record) -> Team {
    Team {
        team_id: record.id(),
        name: record.text(&["Name"]),
        code: record.text(&["TeamCodeForBulkImport"]),
        parent_team_id: record.reference(&["ParentTeamId"]),
    }
}

pub(super) fn member(record: &mut Record) -> Member {
    let user_name = record.text(&["UserName"]);
    Member { user_id: record.id(), user_name, role: record.text(&["AccessLevel"]) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::dates::JsonDates;
    use super::*;

    #[test]
    fn a_team_may_have_a_code_and_a_parent() {
        let team = |value| team(&mut Record::new(value, JsonDates::default()).unwrap());
        let all = json!({"Id": "Tm0aQ-44kLs1", "Name": "North &amp; region ",
            "TeamCodeForBulkImport": "405494-North", "ParentTeamId": "Tm1"});
        let expected = Team {
            team_id: "Tm0aQ-44kLs1".to_owned(),
            name: Some("North & region".to_owned()),
            code: Some("405494-North".to_owned()),
            parent_team_id: Some("Tm1".to_owned()),
        };
        assert_eq!(team(all), expected);
        for none in [json!(""), json!("0"), json!(null)] {
            let team = team(json!({"Id": "t", "ParentTeamId": none}));
            assert_eq!(team, Team { team_id: "t".to_owned(), ..Team::default() });
        }
    }

    #[test]
    fn a_member_may_have_no_role() {
        let member = |value| member(&mut Record::new(value, JsonDates::default()).unwrap());
        let (user_id, user_name) = ("u".to_owned(), Some("n".to_owned()));
        let with = json!({"Id": "u", "UserName": "n", "AccessLevel": "Team_Leader"});
        let role = Some("Team_Leader".to_owned());
        let expected = Member { user_id: user_id.clone(), user_name, role };
        assert_eq!(member(with), expected);
        let bare = Member { user_id, user_name: None, role: None };
        assert_eq!(member(json!({"Id": "u", "AccessLevel": null})), bare);
    }
}
