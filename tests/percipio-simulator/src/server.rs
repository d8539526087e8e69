//! The listener and its connections.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use crate::{control, delivery::ResetOnPurpose, service, socket::Socket, state::State};

/// Serves until told to stop.
pub(crate) async fn run(state: Arc<State>, listener: TcpListener, stop: oneshot::Receiver<()>) {
    tokio::select! {
        () = accept(state, listener) => {}
        _ = stop => {}
    }
}

async fn accept(state: Arc<State>, listener: TcpListener) {
    loop {
        // an accept can fail because the caller is gone already; the next one is another caller
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        tokio::spawn(connection(Arc::clone(&state), stream));
    }
}

async fn connection(state: Arc<State>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let socket = Socket::new(stream, Arc::clone(&reset));
    let serve = service_fn(|request: Request<Incoming>| {
        let (state, reset) = (Arc::clone(&state), Arc::clone(&reset));
        async move {
            if request.uri().path().starts_with(control::PREFIX) {
                return Ok(control::serve(state, request).await);
            }
            let served = service::serve(&state, request).await;
            reset.store(served.reset, Ordering::Relaxed);
            // an error here ends the connection without a byte
            served.response.ok_or(ResetOnPurpose)
        }
    });
    // whatever ends a connection early was meant to, or is the caller's doing
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(socket), serve)
        .await;
}
