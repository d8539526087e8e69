//! Measures the functions and prints the table of the README.
//!
//! The functions are the built binaries, each a process of its own; the vendor is simulated on a
//! thread of this process, S3 and SQS by MiniStack, so that neither counts as a function's memory.
//! They do share the machine's cores with the functions: times are those of all three together.

mod cases;
mod figures;
mod limit;
mod machine;
mod options;
mod provisioning;
mod report;
mod scene;
mod sizes;

use std::{error::Error, fs, process::ExitCode};

use clap::Parser as _;

use crate::{machine::Machine, options::Arguments, report::Report};

/// Whatever keeps a case from being measured.
type Trouble = Box<dyn Error>;

fn main() -> Result<ExitCode, Trouble> {
    let arguments = Arguments::parse();
    let mut report = Report::new(Machine::now()?, arguments.quick);
    for case in arguments.cases() {
        eprintln!("{} …", case.name());
        // One case that cannot be measured does not take the others with it.
        if let Err(trouble) = case.measure(&arguments, &mut report) {
            report.failed(case.name(), &*trouble);
        }
    }
    #[expect(clippy::print_stdout, reason = "the table is what the program is run for")]
    {
        print!("{}", report.markdown());
    }
    if let Some(path) = &arguments.json {
        fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
