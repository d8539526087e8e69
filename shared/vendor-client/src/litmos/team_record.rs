//! A team to be changed.

use rollcall_roster::Team;
use serde_json::Value;

use super::dates::JsonDates;
use super::raw::RawRecord;
use super::record::Record;
use super::teams;
use crate::answer::Undecodable;
use crate::rows::bad_record;

/// A team as the vendor gave it, its description and unknown fields included, and what it means.
///
/// The setters change the fields they name and leave every other one to the letter as it was read.
#[derive(Clone)]
pub struct TeamRecord {
    raw: RawRecord,
    team: Team,
}

impl TeamRecord {
    pub(super) fn read(body: &[u8]) -> Result<Self, Undecodable> {
        let raw = RawRecord::read(body)?;
        let team = decode(&raw).map_err(|problem| bad_record(body, problem))?;
        Ok(Self { raw, team })
    }

    /// The team, changes included.
    #[must_use]
    pub fn team(&self) -> &Team {
        &self.team
    }

    /// The wire names of the fields that differ from what was read.
    pub fn changed_fields(&self) -> impl Iterator<Item = &str> {
        self.raw.changed()
    }

    /// The name; names are unique in an account.
    pub fn set_name(&mut self, name: &str) {
        self.set("Name", name);
    }

    /// The team above; `None` is the top level. That a write moves a team is not documented
    /// (Litmos reference 5.2.1): look afterwards.
    pub fn set_parent(&mut self, team_id: Option<&str>) {
        if self.team.parent_team_id.as_deref() != team_id {
            self.set("ParentTeamId", team_id.unwrap_or(""));
        }
    }

    /// What is written.
    pub(super) fn body(&self) -> String {
        self.raw.text()
    }

    fn set(&mut self, name: &str, value: &str) {
        self.raw.set(name, &Value::from(value));
        if let Ok(team) = decode(&self.raw) {
            self.team = team;
        }
    }
}

impl std::fmt::Debug for TeamRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TeamRecord").field("team", &self.team).finish_non_exhaustive()
    }
}

fn decode(raw: &RawRecord) -> Result<Team, &'static str> {
    // A team has no dates.
    Ok(teams::team(&mut Record::new(raw.meaning()?, JsonDates::default())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NORTH: &str = concat!(
        r#"{"Id":"Tm1","Name":"North &amp; region","Description":"<b>\/","#,
        r#""TeamCodeForBulkImport":"405494-North","ParentTeamId":"Tm0","New":1.0}"#,
    );

    fn north() -> TeamRecord {
        TeamRecord::read(NORTH.as_bytes()).unwrap()
    }

    #[test]
    fn setters_change_their_field_and_no_other() {
        let mut team = north();
        team.set_name("South");
        team.set_parent(None);
        let expected = NORTH.replace("North &amp; region", "South").replace("Tm0", "");
        assert_eq!(team.body(), expected);
        assert_eq!(team.changed_fields().collect::<Vec<_>>(), ["Name", "ParentTeamId"]);
        assert_eq!(
            (team.team().name.as_deref(), &team.team().parent_team_id),
            (Some("South"), &None)
        );
    }

    #[test]
    fn what_is_there_already_changes_nothing() {
        let mut team = north();
        team.set_name("North & region");
        team.set_parent(Some("Tm0"));
        assert_eq!((team.body().as_str(), team.changed_fields().count()), (NORTH, 0));
        let mut top = TeamRecord::read(br#"{"Id":"Tm1","Name":"n"}"#).unwrap();
        top.set_parent(None);
        assert_eq!(top.body(), r#"{"Id":"Tm1","Name":"n"}"#);
    }
}
