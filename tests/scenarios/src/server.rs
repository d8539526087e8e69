//! A Python program that serves on loopback and ends with the test, however the test ends.

use std::{
    net::TcpListener,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use tempfile::TempDir;

use crate::{Log, tools::tool};

/// Standard input is a pipe from the test: it ends with the test's process, even a killed one.
/// Statics, such as a shared emulator, are never dropped, so dropping alone is not enough.
const LEASH: &str = include_str!("leash.py");

/// A server in a process group and a temporary folder of its own.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    log: Log,
    _folder: TempDir,
}

impl Server {
    /// Starts it; `configure` gets the command and the temporary folder.
    pub(crate) fn start(program: &str, configure: impl FnOnce(&mut Command, &Path)) -> Self {
        let folder = TempDir::new().expect("the temporary folder is writable");
        let log = Log::new();
        let mut command = Command::new(tool("python"));
        command.args(["-c", LEASH]).arg(tool(program)).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", folder.path()).env("TMPDIR", folder.path());
        configure(&mut command, folder.path());
        command.process_group(0).stdin(Stdio::piped()).stdout(log.stdio()).stderr(log.stdio());
        let child = command.spawn().expect("python starts");
        Self { child, log, _folder: folder }
    }

    /// Waits until `ready`; false if the server ended instead.
    ///
    /// # Panics
    /// If neither happens within a minute, with what the server wrote.
    pub(crate) fn wait_until(&mut self, ready: impl Fn() -> bool) -> bool {
        let patience = Instant::now() + Duration::from_secs(60);
        loop {
            if self.child.try_wait().expect("a child can be waited for").is_some() {
                return false;
            }
            if ready() {
                return true;
            }
            assert!(Instant::now() < patience, "the server is not ready:\n{}", self.log.text());
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let group = i32::try_from(self.child.id()).expect("process ids are small");
        // Fails only if the whole group has ended already.
        let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free loopback port");
    listener.local_addr().expect("a bound socket has an address").port()
}
