//! What the vendor has but does not give: nobody loses access by it, and every manifest says so.

use litmos_simulator::{Fault, Options, Possession, Quirks, Rule};
use rollcall_roster::{Course, Enrolment, TeamMember};
use rollcall_snapshot::{
    Mode, Scope, TeamOrCourse, Unreadable, Verdict,
    publish::{Acceptance, Publication},
};

use super::site::Site;
use crate::test_runs::{Account, run};

/// Teams that all have leaders, so that all their lists are asked for.
fn options() -> Options {
    let (members_per_team, learners_per_course) = (Some(8), Some(8));
    let sizes = Options { users: 60, teams: 5, courses: 5, ..Options::default() };
    Options { members_per_team, learners_per_course, leaders_percent: 100, ..sizes }
}

/// A published run, after which somebody leaves everything, and somebody comes.
async fn site(options: Options) -> Site {
    let site = Site::start(options);
    site.run(1, Mode::Full).await;
    let (world, truth) = (site.simulator.world(), site.simulator.truth());
    for member in truth.team_members() {
        let leaves = member.is_leader == Some(true);
        let what = if leaves { Possession::Leader } else { Possession::Member };
        world.possess(&member.user_id, what, &member.team_id, !leaves);
    }
    let newcomer = world.add_user("New", "Comer");
    for team in world.team_ids() {
        assert!(world.possess(&newcomer, Possession::Member, &team, true));
    }
    for course in world.course_ids() {
        assert!(world.possess(&newcomer, Possession::Course, &course, true));
    }
    site
}

/// A run of the kind, whatever becomes of it.
async fn publication(site: &Site, hour: i64, mode: Mode) -> Publication {
    site.read_on(site.store.clone(), hour, mode).await.unwrap();
    site.publish_on(site.store.clone(), hour).await
}

fn reason<'a>(publication: &'a Publication, code: &str) -> Option<&'a String> {
    publication.reasons.iter().find(|reason| reason.starts_with(code))
}

/// A run's members and enrolments of a team or course, and those of others.
async fn rows(site: &Site, hour: i64, of: &TeamOrCourse) -> [(Vec<TeamMember>, Vec<Enrolment>); 2] {
    let (team, course) = match of {
        TeamOrCourse::Team(id) => (id.as_str(), ""),
        TeamOrCourse::Course(id) => ("", id.as_str()),
    };
    let members = site.table::<TeamMember>(hour).await;
    let enrolments = site.table::<Enrolment>(hour).await;
    let (its_members, members) = members.into_iter().partition(|row| row.team_id == team);
    let (its, enrolments) = enrolments.into_iter().partition(|row| row.course_id == course);
    [(its_members, its), (members, enrolments)]
}

/// The `place`-th team or course.
fn named(site: &Site, list: &str, place: usize) -> TeamOrCourse {
    let world = site.simulator.world();
    match list {
        "courses" => TeamOrCourse::Course(world.course_ids().swap_remove(place)),
        _ => TeamOrCourse::Team(world.team_ids().swap_remove(place)),
    }
}

fn unreadable(since: i64, rows_of: Option<i64>) -> Unreadable {
    Unreadable { since: run(since), rows_of: rows_of.map(run) }
}

#[tokio::test]
async fn what_is_not_given_keeps_the_rows_of_the_run_before_in_whatever_way_it_fails() {
    let pages_of = |page_cap| Quirks { page_cap: Some(page_cap), ..Quirks::default() };
    for (list, of, fault, skip, quirks) in [
        ("teams", "users", Fault::ServerError, 0, Quirks::default()),
        ("teams", "leaders", Fault::ServerError, 0, Quirks::default()),
        ("teams", "admins", Fault::CutOff, 0, Quirks::default()),
        // It is there itself.
        ("teams", "users", Fault::NotFound, 0, Quirks::default()),
        ("courses", "users", Fault::Reset, 0, Quirks::default()),
        // Read in part.
        ("courses", "users", Fault::ServerError, 1, pages_of(3)),
    ] {
        let case = format!("{list}, {of}, {fault:?}, {skip}");
        let site = site(Options { quirks, ..options() }).await;
        let bad = named(&site, list, 2);
        let path = format!("/{list}/{}/{of}", bad.id());
        site.simulator.faults().add(Rule::new(fault).on(path).skip(skip));
        let judged = publication(&site, 2, Mode::Full).await;
        assert_eq!(judged.verdict, Verdict::Quarantined, "{case}");
        let reason = reason(&judged, "unreadable: ").unwrap();
        let since = format!("{bad} (since run {}, its rows are those of run {}; ", run(2), run(1));
        assert!(
            reason.contains(&since) && reason.contains("GET /") == (fault != Fault::NotFound),
            "{reason}"
        );
        let manifest = site.manifest(2).await;
        assert_eq!(manifest.unreadable[&bad], unreadable(2, Some(1)), "{case}");
        assert_eq!(manifest.unreadable.len(), 1, "{case}");
        let ([its_before, _], [its, others]) =
            (rows(&site, 1, &bad).await, rows(&site, 2, &bad).await);
        assert_eq!(its, its_before, "{case}");
        site.simulator.faults().clear();
        let undisturbed = Site { store: std::sync::Arc::default(), ..site };
        undisturbed.run(3, Mode::Full).await;
        let [its_now, others_now] = rows(&undisturbed, 3, &bad).await;
        assert!(its_now != its && others == others_now, "{case}");
    }
}

#[tokio::test]
async fn what_is_named_is_published_with_the_same_rows_and_a_reason_until_it_can_be_read() {
    let mut site = site(options()).await;
    let team = named(&site, "teams", 1);
    let fault = || {
        let path = format!("/teams/{}/users", team.id());
        site.simulator.faults().add(Rule::new(Fault::ServerError).on(path));
    };
    fault();
    let quarantined = publication(&site, 2, Mode::Full).await;
    assert_eq!(quarantined.verdict, Verdict::Quarantined);
    site.unreadable.insert(team.clone());
    let [(members, _), _] = rows(&site, 1, &team).await;
    assert!(!members.is_empty());
    for (hour, mode) in [(3, Mode::Full), (4, Mode::Delta), (5, Mode::Full), (6, Mode::Full)] {
        let published = site.run(hour, mode).await;
        let reason = reason(&published, "known_unreadable: ").unwrap();
        let told = format!("{team} (since run {}, its rows are those of run {}", run(3), run(1));
        assert!(reason.contains(&told), "run {hour}: {reason}");
        let manifest = site.manifest(hour).await;
        assert_eq!(manifest.unreadable[&team], unreadable(3, Some(1)), "run {hour}");
        // What lists of changes tell of it counts all the same.
        let [(now, _), _] = rows(&site, hour, &team).await;
        assert_eq!(now == members, hour == 3, "run {hour}");
    }
    site.simulator.faults().clear();
    let readable = site.run(7, Mode::Full).await;
    assert_eq!(reason(&readable, "known_unreadable: "), None);
    assert!(site.manifest(7).await.unreadable.is_empty());
    site.assert_true(7, "readable again").await;
}

#[tokio::test]
async fn accepting_takes_no_access_away_and_delta_runs_go_on_saying_so() {
    let site = site(options()).await;
    let course = named(&site, "courses", 1);
    let path = format!("/courses/{}/users", course.id());
    site.simulator.faults().add(Rule::new(Fault::ServerError).on(path));
    let quarantined = publication(&site, 2, Mode::Full).await;
    assert_eq!(quarantined.verdict, Verdict::Quarantined);
    let publisher = site.publisher(site.store.clone());
    let accept = Acceptance { by: "lee".into(), reason: "it is known".into() };
    let now = jiff::Timestamp::now();
    let accepted = publisher.publish(&run(2), Some(&accept), now).await.unwrap();
    assert_eq!(accepted.verdict, Verdict::Published);
    let [(_, before), _] = rows(&site, 1, &course).await;
    let [(_, after), _] = rows(&site, 2, &course).await;
    assert!(!before.is_empty() && before == after);
    let delta = site.run(3, Mode::Delta).await;
    assert!(reason(&delta, "known_unreadable: ").is_some(), "{:?}", delta.reasons);
    assert_eq!(site.manifest(3).await.unreadable[&course], unreadable(2, Some(1)));
    // What a full run cannot read it takes from there, with what the delta run was told.
    let full = publication(&site, 4, Mode::Full).await;
    assert_eq!(full.verdict, Verdict::Quarantined);
    assert_eq!(site.manifest(4).await.unreadable[&course], unreadable(2, Some(1)));
    let of = |hour| rows(&site, hour, &course);
    assert_eq!(of(3).await[0], of(4).await[0]);
}

#[tokio::test]
async fn rows_that_stand_in_for_others_are_not_counted_where_they_point_nowhere() {
    for list in ["teams", "courses"] {
        let site = site(options()).await;
        let bad = named(&site, list, 1);
        let path = format!("/{list}/{}/users", bad.id());
        site.simulator.faults().add(Rule::new(Fault::ServerError).on(path));
        let [(members, enrolments), _] = rows(&site, 1, &bad).await;
        let members = members.into_iter().map(|member| member.user_id);
        for user in members.chain(enrolments.into_iter().map(|row| row.user_id)) {
            assert!(site.simulator.world().remove_user(&user));
        }
        let judged = publication(&site, 2, Mode::Full).await;
        assert_eq!(judged.measured.unwrap().dangling, 0, "{:?}", judged.reasons);
        assert!(reason(&judged, "unreadable: ").is_some());
    }
}

#[tokio::test]
async fn what_no_run_has_read_has_no_rows() {
    let site = Site::start(options());
    let team = named(&site, "teams", 1);
    // The last of its lists, so that some of it is staged.
    let path = format!("/teams/{}/admins", team.id());
    site.simulator.faults().add(Rule::new(Fault::ServerError).on(path));
    let judged = publication(&site, 1, Mode::Full).await;
    let reason = reason(&judged, "unreadable: ").unwrap();
    assert!(reason.contains("no run has read it yet: it has no rows"), "{reason}");
    assert_eq!(site.manifest(1).await.unreadable[&team], unreadable(1, None));
    let [(its, _), (others, _)] = rows(&site, 1, &team).await;
    assert!(its.is_empty() && !others.is_empty());
}

#[tokio::test]
async fn a_configured_course_that_is_not_given_stays_as_it_was() {
    let mut site = Site::start(options());
    let mut few = site.simulator.world().course_ids()[..3].to_vec();
    few.sort_unstable();
    site.subject.scope = Scope { limited_courses: Some(few.clone()) };
    site.run(1, Mode::Full).await;
    site.simulator.faults().add(Rule::new(Fault::ServerError).on(format!("/courses/{}", few[1])));
    let judged = publication(&site, 2, Mode::Full).await;
    assert_eq!(judged.verdict, Verdict::Quarantined, "{:?}", judged.reasons);
    assert_eq!(site.table::<Course>(2).await, site.table::<Course>(1).await);
    assert_eq!(site.table::<Enrolment>(2).await, site.table::<Enrolment>(1).await);
    assert_eq!(judged.changes["courses"], Default::default());
}
