//! The command line.

use std::{
    io,
    path::{Path, PathBuf},
};

use clap::Parser;
use scenarios::Binaries;

use crate::{cases::Case, limit::Window};

/// Measures the functions against simulated vendors, Litmos and Percipio, and prints one Markdown table.
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    /// Only this case; may be given several times
    #[arg(long = "case", value_enum)]
    only: Vec<Case>,
    /// Smaller sizes: does it work at all
    #[arg(long)]
    pub(crate) quick: bool,
    /// Also write everything that was measured as JSON
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
    /// The length that the vendor's 60-second window is scaled to
    #[arg(long, value_parser = clap::value_parser!(u64).range(1_000..=60_000))]
    window_ms: Option<u64>,
    /// Where the built functions are [default: ROLLCALL_BINARIES, or target/lambda]
    #[arg(long)]
    binaries: Option<PathBuf>,
}

impl Arguments {
    /// What is to be measured.
    pub(crate) fn cases(&self) -> &[Case] {
        if self.only.is_empty() { Case::ALL } else { &self.only }
    }

    /// The vendor's window. A short one makes the machine's own delays look large.
    pub(crate) fn window(&self) -> Window {
        Window { ms: self.window_ms.unwrap_or(if self.quick { 2_000 } else { 6_000 }) }
    }

    /// The functions, in the profile that is deployed.
    pub(crate) fn binaries(&self) -> io::Result<Binaries> {
        if let Some(folder) = &self.binaries {
            return Ok(Binaries::at(folder));
        }
        if std::env::var_os("ROLLCALL_BINARIES").is_some() {
            return Ok(Binaries::built());
        }
        let executable = std::env::current_exe()?;
        let target = executable.ancestors().nth(2).unwrap_or(Path::new("target"));
        Ok(Binaries::at(target.join("lambda")))
    }
}
