//! What is answered to a request, and what is kept of it.

use hyper::Method;
use serde_json::json;
use simulator_kit::{Arrived, Outcome, Reply, decide};

use crate::{
    admission::{admit, too_many},
    body::Body,
    call::{Call, Service},
    faults::Fault,
    quirks::ErrorBodies,
    refusal::Refusal,
    reply::{self, with_retry_after},
    routes::{Desk, route},
    state::State,
    writes::Write,
};

/// What a request has done.
#[derive(Default)]
struct Deed {
    /// Whether it was carried out.
    applied: bool,
    /// The account that it created.
    created: Option<String>,
    /// Whether mail was sent for it.
    mail: bool,
}

/// Answers at one moment; a write is noted at that moment too.
pub(crate) fn answer(state: &State, request: &Arrived) -> Outcome {
    let head = &request.head;
    let call = Call::new(&head.uri);
    let body = Body::new(&head.headers, request.body.clone());
    let (outcome, deed) = match admit(state, request, &call) {
        Err(reply) => (Outcome::plain(reply), Deed::default()),
        Ok(()) => {
            let faults = state.shared.strike(request);
            if faults.contains(&Fault::Forgotten) {
                state.data_sets.lock().forget();
                state.reports.lock().forget();
            }
            let bodies = state.quirks.read().error_bodies;
            let desk = || Desk {
                state,
                world: state.world_now(),
                quirks: state.quirks.read().clone(),
                call: &call,
                body: &body,
                faults: &faults,
                at: request.at,
            };
            let carry_out = || carry_out(&desk(), &head.method, bodies);
            decide(&head.method, &faults, |fault| failure(fault, bodies), carry_out)
        }
    };
    if head.method != Method::GET && call.service() == Some(Service::UserManagement) {
        state.shared.writes.lock().push(Write {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: request.query.clone().unwrap_or_default(),
            body: body.harmless(),
            applied: deed.applied,
            created: deed.created,
            mail: deed.mail,
        });
    }
    outcome
}

/// The whole answer of a fault that leaves nothing of the real one.
fn failure(fault: Fault, bodies: ErrorBodies) -> Option<Reply> {
    let refuse = |refusal: Refusal| reply::refusal(&refusal, bodies);
    let gateway = |status, text: &str| refuse(Refusal::gateway(status, text));
    Some(match fault {
        Fault::Unavailable => gateway(503, "Service Unavailable"),
        Fault::BadGateway => gateway(502, "Bad Gateway"),
        Fault::GatewayTimeout => gateway(504, "Gateway Timeout"),
        Fault::ServerError => reply::server_error(),
        Fault::RateLimited { retry_after } => {
            let seconds = retry_after.map(|seconds| seconds.to_string());
            with_retry_after(refuse(too_many()), seconds.as_deref())
        }
        Fault::BadRequest => refuse(Refusal::invalid("")),
        Fault::Unauthorized => gateway(401, "The token has expired"),
        Fault::Forbidden => gateway(403, "Forbidden"),
        Fault::NotFound => refuse(Refusal::not_found("")),
        Fault::Unprocessable => refuse(Refusal::unprocessable("is_an_invalid_field", "")),
        Fault::Redirect => reply::redirect(),
        Fault::Html => reply::html(),
        Fault::NotJson => reply::not_json(),
        Fault::Empty => Reply::empty(200),
        Fault::NoContent => Reply::empty(204),
        Fault::EmptyList => reply::json(200, &json!([])),
        Fault::EmptyErrors => reply::json(200, &json!({ "errors": [] })),
        _ => return None,
    })
}

fn carry_out(desk: &Desk<'_>, method: &Method, bodies: ErrorBodies) -> (Reply, Deed) {
    match route(desk, method) {
        Ok(done) => {
            let applied = *method != Method::GET;
            (done.reply, Deed { applied, created: done.created, mail: done.mail })
        }
        Err(refusal) => (reply::refusal(&refusal, bodies), Deed::default()),
    }
}
