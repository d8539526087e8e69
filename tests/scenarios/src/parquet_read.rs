//! Reading tables back with a reader that shares no code with the writer.

use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::{Bucket, tools::tool};

const SCRIPT: &str = include_str!("read_parts.py");

/// The rows of a run's table, part after part, as DuckDB reads them: every column is there,
/// null or not, and timestamps are RFC 3339 in UTC without needless digits.
///
/// # Panics
/// If the table has no parts or they cannot be read, with what the reader wrote.
pub fn read_table(bucket: &Bucket, connection: &str, table: &str, run_id: &str) -> Vec<Value> {
    let prefix = format!("{connection}/snapshots/{table}/run_id={run_id}/");
    let keys = bucket.keys(&prefix);
    assert!(!keys.is_empty(), "nothing lies under {prefix}");
    read_parts(bucket, &keys)
}

/// The rows of some Parquet objects, in this order.
///
/// # Panics
/// If one cannot be read, with what the reader wrote.
pub fn read_parts(bucket: &Bucket, keys: &[String]) -> Vec<Value> {
    let folder = TempDir::new().expect("the temporary folder is writable");
    let mut reader = Command::new(tool("python"));
    reader.args(["-c", SCRIPT]);
    for (number, key) in keys.iter().enumerate() {
        let part = folder.path().join(format!("{number:05}.parquet"));
        let bytes = bucket.get(key).unwrap_or_else(|| panic!("{key} is not there"));
        std::fs::write(&part, bytes).expect("the temporary folder is writable");
        reader.arg(part);
    }
    let output = reader.output().expect("python starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the parts cannot be read:\n{errors}");
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).expect("the reader prints JSON")).collect()
}
