//! When a simulator that runs as a program ends.

use std::io;

use tokio::{
    signal::{
        ctrl_c,
        unix::{SignalKind, signal},
    },
    sync::oneshot,
};

/// Waits for SIGTERM or SIGINT.
///
/// # Errors
/// The system does not let the program wait for signals.
pub async fn told_to_stop() -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        result = ctrl_c() => result,
    }
}

/// Waits for the end of standard input, on a thread of its own: a read of it cannot be given up.
pub async fn stdin_closed() {
    let (closed, wait) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = closed.send(());
    });
    let _ = wait.await;
}
