//! What goes wrong with a request, and what is answered.

use std::time::Duration;

use hyper::Method;

use crate::{
    delivery::{Cut, Delivery},
    faults::{Fault, Loss},
    quirks::ErrorBodies,
    refusal::Refusal,
    reply::Reply,
    routes::{Desk, route},
    service::{Arrived, Decision, too_many},
    state::State,
};

/// First what goes wrong, then the answer.
pub(crate) fn decide(state: &State, request: &Arrived<'_>) -> Decision {
    let subject = request.uri.path_and_query().map_or("", |subject| subject.as_str());
    let faults = state.faults.lock().strike(request.method.as_str(), subject);
    if let Some(entry) = state.log.lock().entry_mut(request.number) {
        entry.faults = faults.iter().map(|fault| fault.name()).collect();
    }
    if faults.contains(&Fault::Forgotten) {
        state.data_sets.lock().forget();
        state.reports.lock().forget();
    }
    let bodies = state.quirks.read().error_bodies;
    let failed = faults.iter().find_map(|fault| failure(*fault, bodies));
    let reads = *request.method == Method::GET;
    let decision = match failed {
        Some(reply) => Decision::plain(reply),
        // what a connection takes with it before it was read is not carried out
        None if faults.contains(&Fault::Reset) && !reads => {
            Decision { silent: true, ..Decision::plain(Reply::empty(200)) }
        }
        None => lose(carry_out(state, request, &faults, bodies), &faults, bodies),
    };
    Decision { delivery: delivery(&faults), faults, ..decision }
}

/// The whole answer of a fault that leaves nothing of the real one.
fn failure(fault: Fault, bodies: ErrorBodies) -> Option<Reply> {
    let refuse = |refusal: Refusal| Reply::refusal(&refusal, bodies);
    let gateway = |status, text: &str| refuse(Refusal::gateway(status, text));
    Some(match fault {
        Fault::Unavailable => gateway(503, "Service Unavailable"),
        Fault::BadGateway => gateway(502, "Bad Gateway"),
        Fault::GatewayTimeout => gateway(504, "Gateway Timeout"),
        Fault::ServerError => Reply::server_error(),
        Fault::RateLimited { retry_after } => {
            let seconds = retry_after.map(|seconds| seconds.to_string());
            refuse(too_many()).with_retry_after(seconds.as_deref())
        }
        Fault::BadRequest => refuse(Refusal::invalid("")),
        Fault::Unauthorized => gateway(401, "The token has expired"),
        Fault::Forbidden => gateway(403, "Forbidden"),
        Fault::NotFound => refuse(Refusal::not_found("")),
        Fault::Unprocessable => refuse(Refusal::unprocessable("is_an_invalid_field", "")),
        Fault::Redirect => Reply::redirect(),
        Fault::Html => Reply::html(),
        Fault::NotJson => Reply::not_json(),
        Fault::Empty => Reply::empty(200),
        _ => return None,
    })
}

/// Takes the answer of a request that was carried out away.
fn lose(decision: Decision, faults: &[Fault], bodies: ErrorBodies) -> Decision {
    let lost = faults.iter().find_map(|fault| match fault {
        Fault::AnswerLost { with } => Some(*with),
        _ => None,
    });
    let instead = match lost {
        None => return decision,
        Some(Loss::Reset) => return Decision { silent: true, ..decision },
        Some(Loss::Unavailable) => Fault::Unavailable,
        Some(Loss::GatewayTimeout) => Fault::GatewayTimeout,
    };
    match failure(instead, bodies) {
        Some(reply) => Decision { reply, ..decision },
        None => decision,
    }
}

fn carry_out(
    state: &State,
    request: &Arrived<'_>,
    faults: &[Fault],
    bodies: ErrorBodies,
) -> Decision {
    let desk = Desk {
        state,
        world: state.world_now(),
        quirks: state.quirks.read().clone(),
        call: request.call,
        body: request.body,
        faults,
        at: request.at,
    };
    match route(&desk, request.method) {
        Ok(done) => Decision {
            applied: *request.method != Method::GET,
            created: done.created,
            mail: done.mail,
            ..Decision::plain(done.reply)
        },
        Err(refusal) => Decision::plain(Reply::refusal(&refusal, bodies)),
    }
}

fn delivery(faults: &[Fault]) -> Delivery {
    let mut delivery = Delivery::default();
    for fault in faults {
        match fault {
            Fault::Reset => (delivery.reset, delivery.cut) = (true, Some(Cut::Half)),
            Fault::CutOff { after_bytes } => {
                delivery.cut = Some(after_bytes.map_or(Cut::Half, Cut::After));
            }
            Fault::Stall { ms } => delivery.stall += Duration::from_millis(*ms),
            _ => {}
        }
    }
    delivery
}
