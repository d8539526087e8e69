//! One runtime for the SDK clients and the servers, hidden from the tests.

use std::{
    future::Future,
    sync::{LazyLock, mpsc},
};

use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("the harness needs a tokio runtime")
});

/// The runtime that servers of the harness run on.
pub(crate) fn runtime() -> &'static Runtime {
    &RUNTIME
}

/// Waits for a future. Unlike `block_on` it also works inside an asynchronous test.
pub(crate) fn wait<F>(future: F) -> F::Output
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let (done, result) = mpsc::sync_channel(1);
    RUNTIME.spawn(async move {
        let output = future.await;
        // Nobody listens any more only if the waiting thread is gone.
        let _ = done.send(output);
    });
    result.recv().expect("the future panicked")
}
