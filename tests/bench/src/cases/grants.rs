//! How many requests a change takes, since the vendor allows a hundred a minute to everybody.

use litmos_simulator::{Options, Possession};
use scenarios::{Function, Person, request};
use serde_json::{Value, json};

use crate::{
    Trouble,
    figures::{against, baton},
    options::Arguments,
    provisioning::{PROVISION, Provisioning, grant},
    report::{Report, Row},
    scene::RUN,
    sizes::{crowded, medium},
};

/// A change and what it may take.
struct Change {
    name: String,
    body: Value,
    status: &'static str,
    target: Option<usize>,
    /// What it takes if the team is listed to find out who is a member.
    by_list: Option<usize>,
}

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let options = medium(with.quick);
    let usual = Provisioning::new(with, options.clone())?;
    // Who else owns the vendor's account is looked for in the last published snapshot.
    usual.scene.run(RUN)?;
    let process = usual.scene.start(PROVISION);
    for change in team_changes(&usual, &options).into_iter().chain(other_changes(&usual)) {
        report.add(row(&usual, &process, change)?);
    }
    let options = crowded(with.quick);
    let crowded = Provisioning::new(with, options.clone())?;
    let process = crowded.scene.start(PROVISION);
    for change in team_changes(&crowded, &options) {
        report.add(row(&crowded, &process, change)?);
    }
    Ok(())
}

/// A member, new and there already.
fn team_changes(at: &Provisioning, options: &Options) -> [Change; 2] {
    let world = at.scene.simulator.world();
    let (team, size) = (&world.team_ids()[0], options.members_per_team.unwrap_or_default());
    let (new, there) = (at.learner(), at.learner());
    world.possess(&there.id, Possession::Member, team, true);
    let pages = baton::pages(size as usize + 1);
    let member = at.membership(0);
    [
        Change {
            name: format!("member of a team of {size}, there already"),
            body: grant(&there, &member),
            status: "already_done",
            target: Some(2),
            by_list: Some(1 + pages),
        },
        Change {
            name: format!("member of a team of {size}"),
            body: grant(&new, &member),
            status: "succeeded",
            target: Some(4),
            by_list: Some(1 + pages + 1),
        },
    ]
}

fn other_changes(at: &Provisioning) -> [Change; 5] {
    let world = at.scene.simulator.world();
    let owner = Person::at(&at.scene.simulator, &world.user_ids()[0]);
    let leader = format!("team:{}:leader", world.team_ids()[0]);
    let course = format!("course:{}:assigned", world.course_ids()[0]);
    let left = json!({ "principal": owner.by_name(), "entitlement": "role:Account_Owner" });
    let account = json!({ "user_name": "ben.new", "last_name": "New", "email": "ben@example.org" });
    let account = json!({ "account": account });
    [
        ("leader of a team", grant(&at.learner(), &leader), Some(6)),
        ("role", grant(&at.learner(), "role:Administrator"), Some(2)),
        ("ownership taken away, another owner checked", request("revoke", left), Some(4)),
        ("course", grant(&at.learner(), &course), None),
        ("account created", request("create_account", account), None),
    ]
    .map(|(name, body, target)| Change {
        name: name.to_owned(),
        body,
        status: "succeeded",
        target,
        by_list: None,
    })
}

fn row(at: &Provisioning, process: &Function, change: Change) -> Result<Row, Trouble> {
    let sent = at.ask(process, &change.body, change.status)?.len();
    let row = Row {
        case: format!("requests by user name: {}", change.name),
        measured: format!("**{sent}**"),
        target: change.target.map(|target| format!("≤ {target}")).unwrap_or_default(),
        met: change.target.map(|target| sent <= target),
        baton: match change.by_list {
            Some(requests) => {
                let listed = format!("grants nothing; with the team listed first {requests}");
                against(&listed, requests as f64, sent as f64)
            }
            None => "grants nothing".to_owned(),
        },
        ..Row::default()
    };
    Ok(row.figure("requests", sent as f64))
}
