//! A thousand grants at a vendor that refuses what is too much.

use std::{collections::BTreeMap, time::Instant};

use litmos_simulator::{Options, Write};
use scenarios::Person;

use crate::{
    Trouble,
    cases::memory,
    figures::minutes,
    limit::{SHARE, Traffic},
    options::Arguments,
    provisioning::{PROVISION, Provisioning, grant, invoke},
    report::{Report, Row},
    sizes::medium,
};

/// So many people become members of so many teams, one after the other.
const TEAMS: usize = 10;
const PEOPLE: usize = 100;

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let window = with.window();
    let options = Options { rate_limit: Some(window.limit(true)), ..medium(with.quick) };
    let at = Provisioning::new(with, options)?
        .with(|env| env.requests_per_minute(window.requests_per_minute()));
    let teams = at.scene.simulator.world().team_ids();
    let teams = &teams[..TEAMS];
    let people = PEOPLE / if with.quick { 10 } else { 1 };
    let people: Vec<_> = (0..people).map(|_| at.learner()).collect();
    send_in_turn(&at, &people);
    let process = at.scene.start(PROVISION);
    let began = Instant::now();
    while at.deliver(|event| invoke(&process, event))?.is_some() {}
    let wall = began.elapsed();
    let grants = teams.len() * people.len();
    at.expect_outcomes(grants, "succeeded")?;
    let kept = in_order(&at.scene.simulator.writes(), teams, &people);
    let mut traffic = Traffic::default();
    traffic.add(&at.scene.simulator.log());
    let used = window.used_percent(&traffic);
    let row = Row {
        case: format!("{grants} grants at a limit of 100 per window (sliding), share {SHARE}"),
        measured: format!(
            "**{} refused**, {used:.1} % of the share; {} requests in {}, ideal {}; in order for \
             {kept} of {} people ({})",
            traffic.refused,
            traffic.requests,
            minutes(window.real(wall)),
            minutes(window.real(window.ideal(traffic.requests))),
            people.len(),
            window.note(),
        ),
        target: "0 refused, ≥ 95 %, all in order".to_owned(),
        met: Some(traffic.refused == 0 && used >= 95.0 && kept == people.len()),
        ..Row::default()
    };
    report.add(row.figure("share_percent", used).figure("refused", traffic.refused as f64));
    report.add(memory::row("the same: peak memory".to_owned(), &process));
    Ok(())
}

/// Everybody's first team, then everybody's second: each batch is about many people, and each
/// person's requests lie in many batches.
fn send_in_turn(at: &Provisioning, people: &[Person]) {
    for entitlement in (0..TEAMS).map(|team| at.membership(team)) {
        people.iter().for_each(|person| at.send(&grant(person, &entitlement)));
    }
}

/// How many people were added to exactly these teams in this order.
fn in_order(writes: &[Write], teams: &[String], people: &[Person]) -> usize {
    let mut told = BTreeMap::<_, Vec<_>>::new();
    for write in writes {
        let user = write.body[0]["Id"].as_str().unwrap_or_default();
        told.entry(user).or_default().push(&*write.path);
    }
    let wanted: Vec<_> = teams.iter().map(|team| format!("/v1.svc/teams/{team}/users")).collect();
    let kept = |person: &&Person| told.get(&*person.id).is_some_and(|told| *told == wanted);
    people.iter().filter(kept).count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn write(team: &str, user: &str) -> Write {
        let path = format!("/v1.svc/teams/{team}/users");
        let (method, body) = ("POST".to_owned(), json!([{ "Id": user }]));
        Write { method, path, query: String::new(), body, applied: true, mail: false }
    }

    #[test]
    fn only_who_was_added_to_every_team_once_and_in_turn_counts() {
        let person = |id: &str| Person { id: id.to_owned(), name: String::new() };
        let people = ["a", "b"].map(person);
        let teams = ["1", "2"].map(str::to_owned);
        let kept = |told: &[(&str, &str)]| {
            let writes: Vec<_> = told.iter().map(|(team, user)| write(team, user)).collect();
            in_order(&writes, &teams, &people)
        };
        assert_eq!(kept(&[("1", "a"), ("1", "b"), ("2", "b"), ("2", "a")]), 2);
        assert_eq!(kept(&[("2", "a"), ("1", "b"), ("2", "b"), ("1", "a")]), 1, "a's are swapped");
        assert_eq!(kept(&[("1", "a"), ("2", "a"), ("2", "a"), ("1", "b")]), 0, "twice; missing");
    }
}
