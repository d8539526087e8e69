//! On what, and when, it was measured.

use std::{fs, io, thread};

use jiff::Timestamp;
use serde::Serialize;

/// What Linux says about the machine.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    date: String,
    cores: usize,
    memory_gib: u64,
    processor: String,
    /// Running processes over the last minute: what else the machine was doing.
    load_before: String,
}

impl Machine {
    pub(crate) fn now() -> io::Result<Self> {
        let kibibytes = field("/proc/meminfo", "MemTotal")?;
        let kibibytes: u64 = kibibytes.trim_end_matches(" kB").parse().unwrap_or_default();
        let load = fs::read_to_string("/proc/loadavg")?;
        Ok(Self {
            date: Timestamp::now().strftime("%Y-%m-%d").to_string(),
            cores: thread::available_parallelism()?.get(),
            memory_gib: (kibibytes + (1 << 19)) >> 20,
            processor: field("/proc/cpuinfo", "model name")?,
            load_before: load.split(' ').next().unwrap_or_default().to_owned(),
        })
    }

    /// One line for the table's head.
    pub(crate) fn line(&self) -> String {
        let Self { date, cores, memory_gib, processor, load_before } = self;
        format!("{date}; {cores} cores ({processor}), {memory_gib} GiB; load before: {load_before}")
    }
}

/// The value of the first line that begins with a name.
fn field(file: &str, name: &str) -> io::Result<String> {
    let text = fs::read_to_string(file)?;
    let value = text.lines().filter_map(|line| line.strip_prefix(name)?.split_once(':')).next();
    Ok(value.map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned()))
}
