//! Runs a simulated Percipio until it is told to stop.

use std::{error::Error, io};

use clap::Parser as _;
use percipio_simulator::{Cli, Simulator};
use tokio::{
    signal::{
        ctrl_c,
        unix::{SignalKind, signal},
    },
    sync::oneshot,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::parse();
    let simulator = Simulator::start(cli.options()?)?;
    let ready = serde_json::json!({
        "base_url": simulator.base_url(),
        "api_token": simulator.api_token(),
        "organization_id": simulator.organization_id(),
    });
    #[expect(clippy::print_stdout, reason = "the line that callers wait for")]
    {
        println!("{ready}");
    }
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => {}
        result = ctrl_c() => result?,
        () = stdin_closed(), if cli.exit_with_stdin => {}
    }
    Ok(())
}

/// Waits on a thread of its own: a read of standard input cannot be given up.
async fn stdin_closed() {
    let (closed, wait) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = closed.send(());
    });
    let _ = wait.await;
}
