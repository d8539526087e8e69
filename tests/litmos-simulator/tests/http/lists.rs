//! What each list holds, and its pages.

use litmos_simulator::{Options, Quirks, Repeats};
use serde_json::Value;

use crate::client::{get, start, walk};

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| row["Id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn lists_are_in_the_order_of_insertion_and_pages_default_to_100() {
    let simulator = start(Options::default());
    let known = simulator.world().user_ids();
    assert!(!known.is_sorted());
    let rows = walk(&simulator, "/users", 30);
    assert_eq!(ids(&rows), known);
    assert_eq!(get(&simulator, "/users").json().as_array().unwrap().len(), 100);
    let details = walk(&simulator, "/users/details", 1000);
    assert!(details.is_sorted_by_key(|row| row["OriginalId"].as_i64().unwrap()));
}

#[test]
fn inactive_users_are_everywhere_but_in_teams() {
    let options = Options { members_per_team: Some(60), ..Options::default() };
    let simulator = start(Options { learners_per_course: Some(90), ..options });
    let inactive = |rows: &[Value]| rows.iter().filter(|row| row["Active"] == false).count();
    let users = walk(&simulator, "/users", 1000);
    assert!(inactive(&users) > 5);
    let active = get(&simulator, "/users/paginated?showInactive=False&limit=1").json();
    assert_eq!(active["Pagination"]["TotalCount"], users.len() - inactive(&users));
    assert_eq!(active["Items"].as_array().unwrap().len(), 1);
    for team in simulator.world().team_ids() {
        let members = walk(&simulator, &format!("/teams/{team}/users"), 1000);
        assert_eq!((members.len(), inactive(&members)), (60, 0));
    }
    let course = simulator.world().course_ids()[0].clone();
    let learners = |simulator| walk(simulator, &format!("/courses/{course}/users"), 1000).len();
    assert_eq!(learners(&simulator), 90);
    simulator.set_quirks(Quirks { inactive_learners: false, ..Quirks::default() });
    assert!(learners(&simulator) < 90);
}

#[test]
fn a_user_is_found_by_id_in_its_case_and_by_name_in_any() {
    let simulator = start(Options::default());
    let user = &simulator.truth().users()[3];
    let one = get(&simulator, &format!("/users/{}", user.user_id)).json();
    assert_eq!(one["Id"], *user.user_id);
    let name = user.user_name.as_ref().unwrap().to_uppercase().replace('@', "%40");
    assert_eq!(get(&simulator, &format!("/USERS/{name}")).json()["Id"], *user.user_id);
    let twins = simulator.world().user_ids();
    assert_eq!(twins[8].to_lowercase(), twins[9].to_lowercase());
    assert_eq!(get(&simulator, &format!("/users/{}", twins[9])).json()["OriginalId"], 700_009);
}

#[test]
fn a_users_teams_and_courses_are_the_other_side_of_the_lists() {
    let simulator = start(Options::default());
    let members = simulator.truth().team_members();
    let user = &members[0].user_id;
    let mut expected: Vec<_> =
        members.iter().filter(|row| row.user_id == *user).map(|row| row.team_id.clone()).collect();
    let mut teams = ids(&walk(&simulator, &format!("/users/{user}/teams"), 100));
    teams.sort_unstable();
    expected.sort_unstable();
    assert_eq!(teams, expected);
    let enrolments = simulator.truth().enrolments();
    let count = enrolments.iter().filter(|row| row.user_id == *user).count();
    let courses = walk(&simulator, &format!("/users/{user}/courses"), 100);
    assert_eq!(courses.len(), count);
    assert!(courses.iter().all(|row| row.get("DateCompleted").is_some()));
    let fields = get(&simulator, &format!("/users/{user}/usercustomfields")).json();
    assert!(fields[0].get("Department").is_some());
}

#[test]
fn since_looks_at_the_day_of_creation() {
    let simulator = start(Options::default());
    let count = |since: &str| {
        let path = format!("/users/details?limit=1000&since={since}");
        get(&simulator, &path).json().as_array().unwrap().len()
    };
    assert_eq!(count("2000-01-01"), 200);
    assert!((1..200).contains(&count("2018-01-01%2012:00")));
    assert_eq!(get(&simulator, "/users/details?since=lately").status, 406);
}

#[test]
fn pages_can_be_capped_too_long_or_shifted() {
    let lengths = |quirks| {
        let simulator = start(Options { quirks, ..Options::default() });
        let first = get(&simulator, "/users?limit=150").json().as_array().unwrap().len();
        (first, walk(&simulator, "/users", 50).len())
    };
    let quirks = Quirks::default;
    assert_eq!(lengths(quirks()), (150, 200));
    assert_eq!(lengths(Quirks { page_cap: Some(40), ..quirks() }), (40, 200));
    let (long, all) = lengths(Quirks { long_page_every: Some(1), ..quirks() });
    assert!((151..=153).contains(&long) && all == 200);
    let repeats = Some(Repeats { every_pages: 1, rows: 2 });
    assert_eq!(lengths(Quirks { repeats, ..quirks() }), (150, 208));
}

#[test]
fn the_custom_fields_of_courses_are_described() {
    let simulator = start(Options::default());
    let fields = get(&simulator, "/coursecustomfields").json();
    assert_eq!(fields[1]["Dropdown"][0], "Staff");
}
