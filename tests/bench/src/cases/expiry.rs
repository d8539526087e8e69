//! Many grants that are due at once.

use std::time::{Duration, Instant};

use scenarios::{ending, soon, wait_until};
use serde_json::json;

use crate::{
    Trouble,
    figures::{mib, time},
    options::Arguments,
    provisioning::{EXPIRE_GRANTS, PROVISION, Provisioning, grant},
    report::{Report, Row},
    scene::failed,
    sizes::medium,
};

const DUE: usize = 1_000;
/// How many are sent at one tick.
const AT_A_TICK: usize = 300;
/// As the template has it.
const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let due = DUE / if with.quick { 20 } else { 1 };
    let at = Provisioning::new(with, medium(with.quick))?;
    make_due(&at, due)?;
    let process = at.scene.start(EXPIRE_GRANTS);
    process.start_time();
    let began = Instant::now();
    let answer = process.invoke(&json!({}), DEADLINE);
    let took = began.elapsed();
    let answer = answer.map_err(|error| failed(EXPIRE_GRANTS, &error))?;
    if answer != json!({ "due": due, "sent": due.min(AT_A_TICK) }) {
        return Err(format!("{due} grants were due, not {answer}").into());
    }
    let memory = mib(process.peak_memory());
    let row = Row {
        case: format!("{EXPIRE_GRANTS} with {due} grants that are due"),
        measured: format!("**{}**, {memory:.1} MiB", time(took)),
        target: format!("≤ {} s, its time-out", DEADLINE.as_secs()),
        met: Some(took <= DEADLINE),
        ..Row::default()
    };
    report.add(row.figure("seconds", took.as_secs_f64()).figure("memory_mib", memory));
    Ok(())
}

/// One grant that has ended, and copies of its entry under other ids: only entries are looked at.
fn make_due(at: &Provisioning, due: usize) -> Result<(), Trouble> {
    let body = grant(&at.learner(), &at.membership(0));
    let (process, end) = (at.scene.start(PROVISION), soon());
    at.ask(&process, &ending(body, end), "succeeded")?;
    let connection = &at.scene.connection;
    let keys = connection.bucket.keys(&format!("{}/ledger/expiring/", connection.name));
    let [key] = &*keys else { return Err(format!("not one entry: {keys:?}").into()) };
    let mut entry = connection.bucket.get_json(key).ok_or("the entry has gone")?;
    let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
    for copy in 1..due {
        let id = format!("copy-{copy}");
        entry["request_id"] = id.as_str().into();
        connection.bucket.put(&format!("{folder}/{id}.json"), entry.to_string());
    }
    wait_until(end);
    Ok(())
}
