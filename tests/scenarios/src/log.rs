//! What a process wrote to its standard output and error.

use std::{fs::File, os::unix::fs::FileExt, process::Stdio};

use serde_json::Value;

/// The output of a process. It goes to an unnamed file and not through a pipe: what was written
/// before an answer is there when the answer is, and nobody has to keep reading.
#[derive(Debug)]
pub struct Log {
    file: File,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self { file: tempfile::tempfile().expect("the temporary folder is writable") }
    }

    /// A handle for a child; all of them share one position, so that lines do not overwrite.
    pub(crate) fn stdio(&self) -> Stdio {
        self.file.try_clone().expect("a file handle can be duplicated").into()
    }

    /// Everything so far.
    pub fn text(&self) -> String {
        let length = self.file.metadata().expect("an open file has a length").len();
        let mut bytes = vec![0; usize::try_from(length).expect("a log fits into memory")];
        // Not `read`: that would move the position the child writes at.
        self.file.read_exact_at(&mut bytes, 0).expect("a log only grows");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Everything so far, line by line.
    pub fn lines(&self) -> Vec<String> {
        self.text().lines().map(str::to_owned).collect()
    }

    /// The lines that are JSON objects; others, such as a panic's message, are left out.
    pub fn records(&self) -> Vec<Value> {
        let parse = |line: &str| serde_json::from_str(line).ok().filter(Value::is_object);
        self.text().lines().filter_map(parse).collect()
    }
}
