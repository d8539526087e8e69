//! The memory of a batch, and of looking for somebody else who owns the vendor's account.

use scenarios::{Function, Person, request};
use serde_json::{Value, json};

use crate::{
    Trouble,
    figures::mib,
    options::Arguments,
    provisioning::{MEMORY_MIB, PROVISION, Provisioning, grant, invoke},
    report::{Report, Row},
    scene::RUN,
    sizes::{many_accounts, medium},
};

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let usual = Provisioning::new(with, medium(with.quick))?;
    let batch = batch(&usual);
    let process = carry_out(&usual, &batch)?;
    let case = format!("peak memory of {PROVISION} with a batch of {}", batch.len());
    report.add(row(case, &process));
    let options = many_accounts(with.quick);
    let accounts = options.users;
    let large = Provisioning::new(with, options)?;
    large.scene.run(RUN)?;
    let process = carry_out(&large, &[ownership_taken_away(&large)])?;
    let case = format!("the same, another owner looked for in a snapshot of {accounts} users");
    report.add(row(case, &process));
    Ok(())
}

fn batch(at: &Provisioning) -> Vec<Value> {
    let world = at.scene.simulator.world();
    let (team, other) = (&world.team_ids()[0], &world.team_ids()[1]);
    let about = |person: Person, operation: &str, mut members: Value| {
        members["principal"] = person.by_name();
        request(operation, members)
    };
    let grant = |entitlement: &str| grant(&at.learner(), entitlement);
    let account = json!({ "user_name": "ben.new", "last_name": "New", "email": "ben@example.org" });
    vec![
        grant(&at.membership(0)),
        grant(&format!("team:{team}:leader")),
        grant(&format!("course:{}:assigned", world.course_ids()[0])),
        grant(&format!("learning_path:{}:assigned", world.learning_path_ids()[0])),
        grant("role:Administrator"),
        request("create_account", json!({ "account": account })),
        about(at.learner(), "update_account", json!({ "account": { "last_name": "Doe" } })),
        about(at.learner(), "disable_account", json!({})),
        request("create_team", json!({ "team": { "name": "Night shift" } })),
        request("update_team", json!({ "team": { "team_id": other, "name": "Day shift" } })),
    ]
}

fn ownership_taken_away(at: &Provisioning) -> Value {
    let simulator = &at.scene.simulator;
    let owner = Person::at(simulator, &simulator.world().user_ids()[0]);
    let members = json!({ "principal": owner.by_name(), "entitlement": "role:Account_Owner" });
    request("revoke", members)
}

/// Has requests carried out as one batch of a new process.
fn carry_out(at: &Provisioning, bodies: &[Value]) -> Result<Function, Trouble> {
    bodies.iter().for_each(|body| at.send(body));
    let process = at.scene.start(PROVISION);
    let delivery = at.deliver(|event| invoke(&process, event))?;
    let delivered = delivery.map_or(0, |delivery| delivery.records.len());
    if delivered != bodies.len() {
        return Err(format!("a batch of {delivered} instead of {}", bodies.len()).into());
    }
    at.expect_outcomes(bodies.len(), "succeeded")?;
    Ok(process)
}

/// What a process has used at most.
pub(crate) fn row(case: String, process: &Function) -> Row {
    let memory = mib(process.peak_memory());
    let row = Row {
        case,
        measured: format!("**{memory:.1} MiB**"),
        target: format!("≤ {MEMORY_MIB} MiB"),
        met: Some(memory <= MEMORY_MIB),
        ..Row::default()
    };
    row.figure("memory_mib", memory)
}
