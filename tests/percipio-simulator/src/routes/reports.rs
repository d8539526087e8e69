//! `/report-requests`.

use std::sync::Arc;

use hyper::Method;
use jiff::Timestamp;
use serde_json::{Value, json};
use simulator_kit::Reply;

use super::Desk;
use crate::{
    faults::Fault,
    refusal::Refusal,
    reply,
    reports::{
        Standing, request,
        rows::{Rows, View},
    },
    world::uuid::Uuid,
};

pub(super) fn route(desk: &Desk<'_>, method: &Method, rest: &[&str]) -> Result<Reply, Refusal> {
    match (method, rest) {
        (&Method::POST, ["report-requests", "learning-activity"]) => order(desk),
        (&Method::GET, ["report-requests", id]) => ask(desk, id),
        _ => Err(Refusal::no_route()),
    }
}

fn order(desk: &Desk<'_>) -> Result<Reply, Refusal> {
    let body = desk.body.object()?;
    let filter = request::read(&body, Timestamp::now(), &desk.quirks)?;
    let fails = desk.faults.contains(&Fault::ReportFails);
    let (world, body) = (Arc::clone(&desk.world), Value::Object(body));
    let id = desk.state.reports.lock().order(world, filter, body, desk.at, fails);
    let status = desk.quirks.report_accepted_status;
    Ok(reply::json(status, &json!({ "id": id, "status": "PENDING" })))
}

/// Whatever id it is, if there is no such report it is not found: which is how credentials are
/// tried.
fn ask(desk: &Desk<'_>, id: &str) -> Result<Reply, Refusal> {
    if Uuid::parse(id).is_none() {
        return Err(Refusal::invalid("reportRequestId"));
    }
    let time = *desk.state.report_time.read();
    let now = desk.state.shared.now();
    let standing = desk.state.reports.lock().ask(id, now, time, &desk.quirks);
    match standing {
        Standing::Unknown => {
            let status = desk.quirks.unknown_report_status;
            Err(Refusal::service(status, "not_found", "report"))
        }
        Standing::Status(_) if desk.quirks.empty_while_building => Ok(reply::json(200, &json!([]))),
        Standing::Status(status) => Ok(reply::json(200, &status)),
        Standing::Ready(world, filter) => {
            let view = View::new(world, filter, desk.quirks.clone());
            Ok(reply::rows(Rows::new(view, desk.faults.to_vec())))
        }
    }
}
