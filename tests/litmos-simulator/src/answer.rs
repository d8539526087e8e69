//! What is answered to a request, and what is kept of it.

use hyper::Method;
use simulator_kit::{Arrived, Outcome, Reply, decide};

use crate::{
    admission::admit,
    body::Body,
    call::Call,
    faults::Fault,
    reply::{self, Refusal},
    routes::{self, Desk, Done, Pen},
    state::State,
    tamper::{tamper, with_odd_bytes},
    wire::content::Format,
    world::now,
    writes::Write,
};

/// What a request has done.
#[derive(Default)]
struct Deed {
    /// Whether a write was carried out.
    applied: bool,
    /// Whether mail was sent for it.
    mail: bool,
}

/// Answers at one moment; a write is noted at that moment too.
pub(crate) fn answer(state: &State, request: &Arrived) -> Outcome {
    state.arrive();
    let head = &request.head;
    let call = Call::new(&head.uri);
    let body = Body::new(&head.headers, request.body.clone());
    let (outcome, deed) = match admit(state, request, &call) {
        Err(reply) => (Outcome::plain(reply), Deed::default()),
        Ok(()) => {
            let faults = state.shared.strike(request);
            let carry_out = || match head.method {
                Method::GET => (read(state, &call, &faults), Deed::default()),
                _ => write(state, &head.method, &call, &body),
            };
            decide(&head.method, &faults, |fault| failure(fault, &call), carry_out)
        }
    };
    if head.method != Method::GET {
        state.shared.writes.lock().push(Write {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: request.query.clone().unwrap_or_default(),
            body: body.harmless(),
            applied: deed.applied,
            mail: deed.mail,
        });
    }
    outcome
}

/// The whole answer of a fault that leaves nothing of the real one.
fn failure(fault: Fault, call: &Call) -> Option<Reply> {
    let refuse = |status, detail| reply::refusal(call.format(), &Refusal::new(status, detail));
    Some(match fault {
        Fault::Unavailable => refuse(503, "Service Unavailable"),
        Fault::RateLimited => reply::rate_limited(call.format()),
        Fault::GatewayTimeout => refuse(504, "Gateway Timeout"),
        Fault::ServerError => reply::server_error(),
        Fault::Unauthorized => refuse(401, "The API key has expired."),
        Fault::Forbidden => refuse(403, "You do not have the proper permissions for this call."),
        Fault::NotFound => refuse(404, "Not Found"),
        Fault::Page { status } => reply::not_let_through(status),
        Fault::Html => reply::html(),
        Fault::RateLimitedAs { form } => reply::rate_limited_as(form),
        Fault::Instead { what } => reply::foreign(what),
        _ => return None,
    })
}

fn read(state: &State, call: &Call, faults: &[Fault]) -> Reply {
    let format = call.format();
    let (world, quirks) = (state.world.read(), state.quirks.read());
    match routes::read(&Desk { world: &world, quirks: &quirks, call }) {
        Ok(mut content) => {
            faults.iter().for_each(|fault| tamper(&mut content, *fault));
            let mut body = content.encode(format);
            for fault in faults {
                if let (Fault::OddBytes { kind }, Format::Json) = (*fault, format) {
                    body = with_odd_bytes(&body, kind);
                }
            }
            reply::ok(format, body)
        }
        Err(refusal) => reply::refusal(format, &refusal),
    }
}

fn write(state: &State, method: &Method, call: &Call, body: &Body) -> (Reply, Deed) {
    let format = call.format();
    let (mut world, quirks) = (state.world.write(), state.quirks.read());
    let mut pen = Pen { world: &mut world, quirks: &quirks, call, body, at: now() };
    match routes::write(&mut pen, method) {
        Ok(Done { status, content, mail }) => {
            let reply = match content {
                Some(content) => reply::created(format, content.encode(format)),
                None => Reply::empty(status),
            };
            (reply, Deed { applied: true, mail })
        }
        Err(refusal) if refusal.status == 500 => (reply::server_error(), Deed::default()),
        Err(refusal) => (reply::refusal(format, &refusal), Deed::default()),
    }
}
