//! The listener and its connections.

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, atomic::AtomicBool},
    thread,
};

use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use crate::{control, service, socket::Socket, vendor::Vendor};

/// A server on 127.0.0.1, on a thread of its own; stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    /// Starts one on a port, or on a free one for 0, with a name for its thread; it is reachable
    /// when this returns.
    ///
    /// # Errors
    /// The port is taken, or the system has no threads or sockets left.
    pub fn start<V: Vendor>(name: &str, port: u16, vendor: Arc<V>) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || runtime.block_on(run(vendor, listener, stopped)))?;
        Ok(Self { port, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it is: scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // a server that is gone already needs no telling, and one that panicked has said so
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(thread::JoinHandle::join);
    }
}

/// Serves until told to stop.
async fn run<V: Vendor>(vendor: Arc<V>, listener: TcpListener, stop: oneshot::Receiver<()>) {
    tokio::select! {
        () = accept(vendor, listener) => {}
        _ = stop => {}
    }
}

async fn accept<V: Vendor>(vendor: Arc<V>, listener: TcpListener) {
    loop {
        // an accept can fail because the caller is gone already; the next one is another caller
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        tokio::spawn(connection(Arc::clone(&vendor), stream));
    }
}

async fn connection<V: Vendor>(vendor: Arc<V>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let socket = Socket::new(stream, Arc::clone(&reset));
    let serve = service_fn(|request: Request<Incoming>| {
        let (vendor, reset) = (Arc::clone(&vendor), Arc::clone(&reset));
        async move {
            if request.uri().path().starts_with(control::PREFIX) {
                return Ok(control::serve(vendor, request).await);
            }
            service::serve(&*vendor, request, &reset).await
        }
    });
    // whatever ends a connection early was meant to, or is the caller's doing
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(socket), serve)
        .await;
}
