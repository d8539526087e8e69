//! What differs between two runs.

use std::collections::BTreeSet;

use rollcall_roster::{Column, ColumnType, Row};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The columns of `changes`.
pub(crate) const COLUMNS: &[Column] = &[
    text("table", false),
    text("change", false),
    text("key", false),
    text("before", true),
    text("after", true),
    Column { name: "missed_by_delta", column_type: ColumnType::Bool, nullable: true },
];

const fn text(name: &'static str, nullable: bool) -> Column {
    Column { name, column_type: ColumnType::Text, nullable }
}

/// A row of `changes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ChangeRow {
    pub(crate) table: String,
    pub(crate) change: Change,
    /// JSON array of the id columns.
    pub(crate) key: String,
    /// JSON object of the row as it was.
    pub(crate) before: Option<String>,
    /// JSON object of the row as it is.
    pub(crate) after: Option<String>,
    /// Whether the delta runs before had missed it; `None` where none of them is the base.
    #[serde(default)]
    pub(crate) missed_by_delta: Option<bool>,
}

/// How a row differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has other values.
    Changed,
}

/// How many rows of a table differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeCounts {
    /// New rows.
    pub added: u64,
    /// Rows that are gone.
    pub removed: u64,
    /// Rows with other values.
    pub changed: u64,
}

impl ChangeCounts {
    pub(crate) fn count(&mut self, change: Change) {
        match change {
            Change::Added => self.added += 1,
            Change::Removed => self.removed += 1,
            Change::Changed => self.changed += 1,
        }
    }
}

/// The columns that the two runs can tell.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) before: BTreeSet<String>,
    pub(crate) after: BTreeSet<String>,
}

impl Known {
    /// How a row differs, if it does.
    pub(crate) fn change<R: Row>(&self, old: Option<&R>, new: Option<&R>) -> Option<ChangeRow> {
        let (change, row) = match (old, new) {
            (None, Some(new)) => (Change::Added, new),
            (Some(old), None) => (Change::Removed, old),
            (Some(old), Some(new)) if self.differ(old, new) => (Change::Changed, new),
            _ => return None,
        };
        Some(ChangeRow {
            table: R::TABLE.name().to_owned(),
            change,
            key: key_json(row),
            before: old.map(|row| told(row, &self.before).to_string()),
            after: new.map(|row| told(row, &self.after).to_string()),
            missed_by_delta: None,
        })
    }

    fn differ<R: Row>(&self, old: &R, new: &R) -> bool {
        if old == new {
            return false;
        }
        let both: BTreeSet<_> = self.before.intersection(&self.after).cloned().collect();
        told(old, &both) != told(new, &both)
    }
}

fn key_json<R: Row>(row: &R) -> String {
    let (first, second) = row.key();
    match R::TABLE.key_columns().len() {
        1 => serde_json::json!([first]).to_string(),
        _ => serde_json::json!([first, second]).to_string(),
    }
}

/// The columns of a row that a run can tell.
fn told<R: Row>(row: &R, known: &BTreeSet<String>) -> Value {
    let mut value = serde_json::to_value(row).expect("a row is a plain struct");
    if let Value::Object(members) = &mut value {
        members.retain(|name, _| known.contains(name));
    }
    value
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use proptest::prelude::*;
    use rollcall_roster::{Table, Team};

    use super::*;
    use crate::{Part, PartsWriter, TableReader, rows::Join, store::MemoryStore};

    type Names = BTreeMap<u8, (u8, u8)>;

    async fn table(store: &MemoryStore, key: &str, rows: &Names) -> Vec<Part> {
        let mut writer = PartsWriter::new(Table::Teams.columns());
        for (id, (name, code)) in rows {
            let team = Team {
                team_id: format!("{id:03}"),
                name: Some(name.to_string()),
                code: Some(code.to_string()),
                parent_team_id: None,
            };
            writer.push(team).unwrap();
        }
        vec![writer.store(store, key.into()).await.unwrap()]
    }

    fn known(columns: &[&str]) -> BTreeSet<String> {
        columns.iter().map(|&column| column.to_owned()).collect()
    }

    async fn compare(before: &Names, after: &Names) -> (Vec<(String, Change)>, usize) {
        let store = MemoryStore::new();
        let base = table(&store, "base", before).await;
        let run = table(&store, "run", after).await;
        let store = Arc::new(store);
        let known = Known {
            before: known(&["team_id", "name", "code"]),
            after: known(&["team_id", "name"]),
        };
        let base = TableReader::<Team>::new(store.clone(), base);
        let mut both = Join::new(base, TableReader::<Team>::new(store, run));
        let (mut changes, mut rows) = (Vec::new(), 0);
        while let Some((old, new)) = both.next().await.unwrap() {
            rows += usize::from(new.is_some());
            let change = known.change(old.as_ref(), new.as_ref());
            changes.extend(change.map(|change| (change.key, change.change)));
        }
        (changes, rows)
    }

    proptest! {
        /// The comparison says what a comparison of two maps says, by the columns both can tell.
        #[test]
        fn a_comparison_is_that_of_two_maps(
            before in prop::collection::btree_map(0..20_u8, (0..2_u8, 0..2_u8), 0..20),
            after in prop::collection::btree_map(0..20_u8, (0..2_u8, 0..2_u8), 0..20),
        ) {
            let mut wanted = Vec::new();
            for id in 0..20_u8 {
                let change = match (before.get(&id), after.get(&id)) {
                    (None, Some(_)) => Change::Added,
                    (Some(_), None) => Change::Removed,
                    (Some(old), Some(new)) if old.0 != new.0 => Change::Changed,
                    _ => continue,
                };
                wanted.push((format!("[\"{id:03}\"]"), change));
            }
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let (changes, rows) = runtime.block_on(compare(&before, &after));
            prop_assert_eq!(changes, wanted);
            prop_assert_eq!(rows, after.len());
        }
    }
}
