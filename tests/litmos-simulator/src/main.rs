//! Runs a simulated Litmos until it is told to stop.

use std::error::Error;

use clap::Parser as _;
use litmos_simulator::{Cli, Simulator};
use simulator_kit::{stdin_closed, told_to_stop};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::parse();
    let simulator = Simulator::start(cli.options()?)?;
    let ready = serde_json::json!({
        "base_url": simulator.base_url(),
        "api_key": simulator.api_key(),
        "source": simulator.source(),
    });
    #[expect(clippy::print_stdout, reason = "the line that callers wait for")]
    {
        println!("{ready}");
    }
    tokio::select! {
        result = told_to_stop() => result?,
        () = stdin_closed(), if cli.exit_with_stdin => {}
    }
    Ok(())
}
