//! What Linux tells about a running process, and the signals to send it.

use std::{
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// Sends a signal. The caller holds the process unreaped, so that the id cannot be another's.
pub(crate) fn signal(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).expect("process ids are small");
    kill(Pid::from_raw(pid), signal).expect("a child can be signalled");
}

/// The most memory the process has ever had resident, in bytes; nothing once it has ended.
pub(crate) fn peak_memory(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// What the process has had of the processors so far, all threads together; nothing once it is gone.
pub(crate) fn cpu_time(pid: u32) -> Option<Duration> {
    /// Of the lines in `/proc`, on every Linux there is.
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets and may itself contain some; the state comes first after it.
    let fields = stat.rsplit(") ").next()?.split(' ').skip(11).take(2);
    let ticks: u32 = fields.filter_map(|ticks| ticks.parse::<u32>().ok()).sum();
    Some(TICK * ticks)
}

/// Waits until every thread of the process has stopped, or runs again: a signal is only sent,
/// not yet obeyed, when `kill` returns.
pub(crate) fn wait_until_stopped(pid: u32, stopped: bool) {
    let patience = Instant::now() + Duration::from_secs(5);
    while is_stopped(pid).is_some_and(|now| now != stopped) {
        assert!(Instant::now() < patience, "process {pid} does not obey the signal");
        thread::sleep(Duration::from_micros(200));
    }
}

fn is_stopped(pid: u32) -> Option<bool> {
    let mut threads = std::fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    Some(threads.all(|thread| {
        let stat = thread.and_then(|thread| std::fs::read_to_string(thread.path().join("stat")));
        // The state follows the name, which stands in brackets and may itself contain some.
        stat.is_ok_and(|stat| stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T')))
    }))
}
