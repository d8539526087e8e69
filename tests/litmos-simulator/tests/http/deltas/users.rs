//! `/org/users/details`.

use litmos_simulator::{Deltas, Options, Possession};
use serde_json::{Value, json};

use super::{USERS, instant, is_recent, only, recent, switch};
use crate::{
    client::{get, start},
    writes::{ada, outcome, with, write},
};

/// As the vendor documents them.
const FIELDS: &str = "Id UserName FirstName LastName FullName Email AccessLevel DisableMessages \
    Active Skype PhoneWork PhoneMobile LastLogin LoginKey IsCustomUsername TimeZone SalesforceId \
    OriginalUserId Street1 Street2 City State PostalCode Country CompanyName JobTitle CustomField1 \
    CustomField2 CustomField3 CustomField4 CustomField5 CustomField6 CustomField7 CustomField8 \
    CustomField9 CustomField10 SalesforceContactId SalesforceAccountId CreatedDate UpdatedDate \
    CreatedBy UpdatedBy Brand ManagerId ManagerName EnableTextNotification Website Twitter \
    ExpirationDate ExternalEmployeeId ProfileType";

#[test]
fn a_row_has_the_whole_profile_and_no_secret() {
    let simulator = start(Options::default());
    let id = simulator.world().user_ids()[5].clone();
    assert!(simulator.world().rename_user(&id, "Noa", "New"));
    let row = only(&simulator, USERS);
    let mut fields: Vec<_> = FIELDS.split_whitespace().collect();
    fields.sort_unstable();
    assert_eq!(row.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>(), fields);
    let profile = get(&simulator, &format!("/users/{id}")).json();
    let same = |field: &str| row[field] == profile[field];
    let others =
        ["LoginKey", "OriginalUserId", "CreatedDate", "UpdatedDate", "CreatedBy", "UpdatedBy"];
    assert!(fields.iter().all(|field| others.contains(field) || same(field)));
    assert_eq!(row["LoginKey"], "/login.aspx?loginkey=");
    assert_eq!((&row["OriginalUserId"], &row["UpdatedBy"]), (&json!(700_005), &json!(700_000)));
    let created: jiff::Timestamp = profile["CreatedDate"].as_str().unwrap().parse().unwrap();
    assert_eq!(instant(&row["CreatedDate"]), Some(created.as_millisecond()));
    assert!(is_recent(&row["UpdatedDate"]));
    switch(&simulator, Deltas { iso_dates_of_users: true, ..Deltas::default() });
    assert_eq!(only(&simulator, USERS)["CreatedDate"], profile["CreatedDate"]);
}

#[test]
fn accounts_that_come_change_or_are_inactive_are_listed_and_deleted_ones_are_not() {
    let simulator = start(Options::default());
    let ids = simulator.world().user_ids();
    simulator.world().add_user("Noa", "Late");
    let row = only(&simulator, USERS);
    assert_eq!((&row["UpdatedDate"], &row["FirstName"]), (&Value::Null, &"Noa".into()));
    assert!(is_recent(&row["CreatedDate"]));
    assert!(
        simulator.world().set_active(&ids[1], false)
            && simulator.world().set_level(&ids[2], "Learner")
    );
    let rows = recent(&simulator, USERS);
    assert_eq!(rows.iter().map(|row| &row["Id"]).take(2).collect::<Vec<_>>(), [&ids[1], &ids[2]]);
    assert_eq!((&rows[0]["Active"], rows.len()), (&false.into(), 3));
    assert!(simulator.world().remove_user(&ids[1]));
    assert_eq!(recent(&simulator, USERS).len(), 2);
}

#[test]
fn writes_are_listed_and_what_belongs_to_coming_is_no_change() {
    let simulator = start(Options::default());
    let (other, manager) = (&simulator.world().user_ids()[3], &simulator.world().user_ids()[4]);
    let made = write(&simulator, "POST", "/users", &with(ada(), json!({ "ManagerId": manager })));
    let id = made.json()["Id"].as_str().unwrap().to_owned();
    let row = only(&simulator, USERS);
    assert_eq!((&row["Id"], &row["UpdatedDate"]), (&json!(id), &Value::Null));
    let profile = get(&simulator, &format!("/users/{other}")).json();
    let changed = with(profile, json!({ "ManagerId": manager }));
    assert_eq!(outcome(&simulator, "PUT", &format!("/users/{other}"), &changed).0, 200);
    let rows = recent(&simulator, USERS);
    assert_eq!((&rows[0]["Id"], &rows[0]["ManagerId"]), (&json!(other), &json!(manager)));
    assert!(is_recent(&rows[0]["UpdatedDate"]));
}

#[test]
fn leading_a_team_changes_the_level_and_so_the_account_but_only_then() {
    let options = Options { members_per_team: Some(5), leaders_percent: 0, ..Options::default() };
    let simulator = start(options);
    let team = simulator.world().team_ids()[2].clone();
    let member = simulator.truth().team_members().into_iter().find(|row| row.team_id == team);
    let member = member.unwrap().user_id;
    let owner = simulator.world().user_ids()[0].clone();
    let world = simulator.world();
    assert!(world.possess(&owner, Possession::Leader, &team, true));
    assert!(recent(&simulator, USERS).is_empty(), "an owner's level says nothing of teams");
    assert!(world.possess(&member, Possession::Leader, &team, true));
    assert_eq!(only(&simulator, USERS)["AccessLevel"], "Team_Leader");
    let before = simulator.truth().detailed_users();
    let updated = before.iter().find(|user| user.user_id == member).unwrap().updated_at;
    assert_eq!(
        updated.map(|at| at.as_millisecond()),
        instant(&only(&simulator, USERS)["UpdatedDate"])
    );
    assert!(world.possess(&member, Possession::Admin, &team, true));
    assert_eq!(simulator.truth().detailed_users(), before);
    assert!(world.delete_team(&team));
    assert_eq!(only(&simulator, USERS)["AccessLevel"], "Learner");
}
