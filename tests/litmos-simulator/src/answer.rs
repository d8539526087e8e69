//! What goes wrong with a request, and what is answered.

use hyper::Method;

use crate::{
    call::{Call, harmless_query},
    faults::{Fault, Loss},
    reply::{Refusal, Reply},
    routes::{self, Desk, Done, Pen},
    service::{Arrived, Decision},
    state::State,
    tamper::tamper,
};

/// First what goes wrong, then the answer.
pub(crate) fn decide(state: &State, request: &Arrived<'_>) -> Decision {
    let subject = format!("{}?{}", request.uri.path(), harmless_query(request.uri));
    let faults = state.faults.lock().strike(request.method.as_str(), &subject);
    if let Some(entry) = state.log.lock().entry_mut(request.number) {
        entry.faults = faults.iter().map(|fault| fault.name()).collect();
    }
    let failed = faults.iter().find_map(|fault| failure(*fault, request.call));
    let decision = match failed {
        Some(reply) => Decision::plain(reply),
        None if *request.method == Method::GET => Decision::plain(read(state, request, &faults)),
        // what a connection takes with it before it was read is not carried out
        None if faults.contains(&Fault::Reset) => {
            Decision { silent: true, ..Decision::plain(Reply::empty(200)) }
        }
        None => lose(write(state, request), &faults, request.call),
    };
    let cut = faults.contains(&Fault::CutOff);
    let reply = if cut { decision.reply.cut_off() } else { decision.reply };
    Decision { reply, faults, ..decision }
}

/// The whole answer of a fault that leaves nothing of the real one.
fn failure(fault: Fault, call: &Call) -> Option<Reply> {
    let refuse = |status, detail| Reply::refusal(call.format(), &Refusal::new(status, detail));
    Some(match fault {
        Fault::Unavailable => refuse(503, "Service Unavailable"),
        Fault::RateLimited => Reply::rate_limited(call.format()),
        Fault::GatewayTimeout => refuse(504, "Gateway Timeout"),
        Fault::ServerError => Reply::server_error(),
        Fault::Unauthorized => refuse(401, "The API key has expired."),
        Fault::Forbidden => refuse(403, "You do not have the proper permissions for this call."),
        Fault::NotFound => refuse(404, "Not Found"),
        Fault::Html => Reply::html(),
        _ => return None,
    })
}

/// Takes the answer of a write away.
fn lose(decision: Decision, faults: &[Fault], call: &Call) -> Decision {
    let lost = faults.iter().find_map(|fault| match fault {
        Fault::AnswerLost { with } => Some(*with),
        _ => None,
    });
    match lost {
        None => decision,
        Some(Loss::Reset) => Decision { silent: true, ..decision },
        Some(Loss::Unavailable) => {
            let reply = failure(Fault::Unavailable, call).unwrap_or_else(|| Reply::empty(503));
            Decision { reply, ..decision }
        }
        Some(Loss::GatewayTimeout) => {
            let reply = failure(Fault::GatewayTimeout, call).unwrap_or_else(|| Reply::empty(504));
            Decision { reply, ..decision }
        }
    }
}

fn read(state: &State, request: &Arrived<'_>, faults: &[Fault]) -> Reply {
    let (call, format) = (request.call, request.call.format());
    let (world, quirks) = (state.world.read(), state.quirks.read());
    match routes::read(&Desk { world: &world, quirks: &quirks, call }) {
        Ok(mut content) => {
            faults.iter().for_each(|fault| tamper(&mut content, *fault));
            Reply::ok(format, content.encode(format))
        }
        Err(refusal) => Reply::refusal(format, &refusal),
    }
}

fn write(state: &State, request: &Arrived<'_>) -> Decision {
    let format = request.call.format();
    let (mut world, quirks) = (state.world.write(), state.quirks.read());
    let (call, body) = (request.call, request.body);
    let mut pen = Pen { world: &mut world, quirks: &quirks, call, body };
    match routes::write(&mut pen, request.method) {
        Ok(Done { status, content, mail }) => {
            let reply = match content {
                Some(content) => Reply::created(format, content.encode(format)),
                None => Reply::empty(status),
            };
            Decision { applied: true, mail, ..Decision::plain(reply) }
        }
        Err(refusal) if refusal.status == 500 => Decision::plain(Reply::server_error()),
        Err(refusal) => Decision::plain(Reply::refusal(format, &refusal)),
    }
}
