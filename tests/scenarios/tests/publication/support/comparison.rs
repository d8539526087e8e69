//! What must differ between two runs, and what `changes` says.

use std::collections::{BTreeMap, BTreeSet};

use scenarios::{Scenario, TABLES};
use serde_json::{Value, json};

/// What must differ between two runs, in the order of `changes`, from the tables themselves.
pub(crate) fn differences(scenario: &Scenario, before: &str, after: &str) -> Vec<Value> {
    let rows = |table, run_id| -> BTreeMap<Vec<String>, Value> {
        let known = known_columns(scenario, table, run_id);
        let rows = scenario.table(table, run_id).into_iter();
        rows.map(|row| (ids(table, &row), told(row, &known))).collect()
    };
    let mut changes = Vec::new();
    for table in TABLES {
        let (old, new) = (rows(table, before), rows(table, after));
        let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let (before, after) = (old.get(key), new.get(key));
            let change = match (before, after) {
                (None, _) => "added",
                (_, None) => "removed",
                _ if before != after => "changed",
                _ => continue,
            };
            changes.push(json!({
                "table": table, "change": change, "key": key, "before": before, "after": after,
                "missed_by_delta": null,
            }));
        }
    }
    changes
}

/// The rows of `changes` with its JSON texts read.
pub(crate) fn changes(scenario: &Scenario, run_id: &str) -> Vec<Value> {
    let mut rows = scenario.table("changes", run_id);
    for row in &mut rows {
        for column in ["key", "before", "after"] {
            if let Some(text) = row[column].as_str() {
                row[column] = serde_json::from_str(text).expect("the column holds JSON");
            }
        }
    }
    rows
}

fn ids(table: &str, row: &Value) -> Vec<String> {
    let columns: &[&str] = match table {
        "users" => &["user_id"],
        "teams" => &["team_id"],
        "courses" => &["course_id"],
        "team_members" => &["team_id", "user_id"],
        _ => &["course_id", "user_id"],
    };
    columns.iter().map(|&column| scenarios::text(&row[column])).collect()
}

fn known_columns(scenario: &Scenario, table: &str, run_id: &str) -> Vec<Value> {
    let manifest = scenario.manifest(run_id).expect("the run is judged");
    manifest["tables"][table]["known_columns"].as_array().unwrap().clone()
}

/// A row without the columns that the run cannot tell.
fn told(mut row: Value, known: &[Value]) -> Value {
    row.as_object_mut().unwrap().retain(|column, _| known.iter().any(|known| known == column));
    row
}
