//! How many requests a sync takes.

use std::collections::HashSet;

use litmos_simulator::{Options, Simulator};

use crate::{
    Trouble,
    figures::{against, baton},
    options::Arguments,
    report::{Report, Row},
    scene::{RUN, SYNCS, Scene},
    sizes::{allowed_requests, medium},
};

/// With nobody but plain learners, as the released connectors were measured, and with leaders.
pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let plain = medium(with.quick);
    let leaders_percent = Options::default().leaders_percent;
    let led = Options { leaders_percent, ..plain.clone() };
    report.add(row("requests, everybody a plain learner", with, plain)?);
    report.add(row("requests, with leaders and administrators", with, led)?);
    Ok(())
}

fn row(case: &str, with: &Arguments, options: Options) -> Result<Row, Trouble> {
    let allowed = allowed_requests(&options);
    let scene = Scene::new(with, options)?;
    let mut sent = Vec::new();
    for function in SYNCS {
        sent.push(scene.finish(function, RUN)?.requests.count());
    }
    let total: usize = sent.iter().sum();
    let asked = teams_to_ask(&scene.simulator);
    let allowed = allowed as usize + 2 * asked;
    let [users, teams, courses] = <[usize; 3]>::try_from(sent).unwrap_or_default();
    let measured = format!("**{total}** (users {users}, teams {teams}, courses {courses})");
    let target = match asked {
        0 => format!("≤ {allowed}"),
        _ => format!("≤ {allowed}, with 2 for each of {asked} teams"),
    };
    // It asks for no leaders, so that only the first figure compares.
    let baton = if asked == 0 {
        against("724", baton::REQUESTS, total as f64)
    } else {
        "asks for no leaders".to_owned()
    };
    let met = Some(total <= allowed);
    let row = Row { case: case.to_owned(), measured, target, met, baton, ..Row::default() };
    Ok(row.figure("requests", total as f64).figure("allowed", allowed as f64))
}

/// The teams with a member who may lead: whoever is no plain learner.
fn teams_to_ask(simulator: &Simulator) -> usize {
    let truth = simulator.truth();
    let plain = |role: Option<&str>| role == Some("Learner");
    let users = truth.users().into_iter().filter(|user| !plain(user.role.as_deref()));
    let users: HashSet<String> = users.map(|user| user.user_id).collect();
    let members = truth.team_members().into_iter();
    let members = members.filter(|member| users.contains(&member.user_id));
    members.map(|member| member.team_id).collect::<HashSet<_>>().len()
}
