//! Reads a finished run's tables once: counts what the verdict needs, writes `changes`.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use rollcall_roster::{Course, Enrolment, Row, Table, Team, TeamMember, User};

use super::{
    Finished, PublishError, Publisher,
    judge::{Evidence, TableEvidence},
    scope_of,
};
use crate::{
    ChangeCounts, Findings, Held, Manifest, Part, PartsWriter, RunId, TableManifest, TableReader,
    WriteError,
    changes::{COLUMNS, ChangeRow, Comparison, Known, Step},
};

/// What a reading of the tables gave.
pub(super) struct Examined {
    pub(super) evidence: Evidence,
    pub(super) changes: TableManifest,
    pub(super) counts: BTreeMap<String, ChangeCounts>,
}

type Ids = HashSet<Box<str>>;

/// Reads every table of the run beside the base's.
pub(super) async fn examine(
    publisher: &Publisher,
    run_id: &RunId,
    finished: &[Finished],
    base: Option<&Manifest>,
) -> Result<Examined, PublishError> {
    let mut findings = Findings::default();
    let mut held = BTreeMap::new();
    for function in finished {
        findings.add(function.findings.clone());
        held.extend(function.tables.iter().map(|(table, held)| (*table, held)));
    }
    let scope_changed = base.is_some_and(|base| base.scope != scope_of(finished));
    let mut examiner = Examiner {
        publisher,
        run_id,
        held,
        base,
        scope_changed,
        evidence: Evidence { findings, scope_changed, ..Evidence::default() },
        writer: PartsWriter::new(COLUMNS),
        parts: Vec::new(),
        counts: BTreeMap::new(),
    };
    let users = examiner.ids(Table::Users).await?;
    let teams = examiner.ids(Table::Teams).await?;
    let courses = examiner.ids(Table::Courses).await?;
    let known = |ids: &Ids, id: &str| ids.contains(id);
    // By name, as `changes` is sorted.
    examiner.table::<Course>(|_| false).await?;
    examiner
        .table::<Enrolment>(|row| !known(&users, &row.user_id) || !known(&courses, &row.course_id))
        .await?;
    examiner
        .table::<TeamMember>(|row| !known(&users, &row.user_id) || !known(&teams, &row.team_id))
        .await?;
    examiner.table::<Team>(|_| false).await?;
    examiner.table::<User>(|_| false).await?;
    examiner.finish().await
}

/// Counts the changes of a run that was judged before.
pub(super) async fn recount(
    publisher: &Publisher,
    manifest: &Manifest,
) -> Result<BTreeMap<String, ChangeCounts>, PublishError> {
    let compared = |table: &&Table| manifest.tables.contains_key(table.name());
    let mut counts: BTreeMap<String, ChangeCounts> = Table::ALL
        .iter()
        .filter(compared)
        .map(|table| (table.name().to_owned(), ChangeCounts::default()))
        .collect();
    let parts = manifest.tables.get("changes").map(|changes| changes.parts.clone());
    let mut reader =
        TableReader::<ChangeRow>::new(publisher.store.clone(), parts.unwrap_or_default());
    while let Some(row) = reader.next().await? {
        counts.entry(row.table).or_default().count(row.change);
    }
    Ok(counts)
}

struct Examiner<'a> {
    publisher: &'a Publisher,
    run_id: &'a RunId,
    held: BTreeMap<Table, &'a Held>,
    base: Option<&'a Manifest>,
    scope_changed: bool,
    evidence: Evidence,
    writer: PartsWriter<ChangeRow>,
    parts: Vec<Part>,
    counts: BTreeMap<String, ChangeCounts>,
}

impl Examiner<'_> {
    async fn ids(&self, table: Table) -> Result<Ids, PublishError> {
        let parts = self.held.get(&table).map(|held| held.parts.clone()).unwrap_or_default();
        let store = Arc::clone(&self.publisher.store);
        let mut reader = TableReader::<BTreeMap<String, Box<str>>>::of_columns(
            store,
            parts,
            table.key_columns(),
        );
        let mut ids = Ids::new();
        while let Some(row) = reader.next().await? {
            ids.extend(row.into_values());
        }
        Ok(ids)
    }

    async fn table<R: Row>(&mut self, dangles: impl Fn(&R) -> bool) -> Result<(), PublishError> {
        let table = R::TABLE;
        let Some(held) = self.held.get(&table).copied() else { return Ok(()) };
        self.note_strays(table.name(), &held.parts).await?;
        let base = self.base_of(table);
        let mut counted =
            TableEvidence { base_rows: base.map(|base| base.rows), ..TableEvidence::default() };
        let known = base.map(|base| Known {
            before: base.known_columns.iter().cloned().collect(),
            after: held.known_columns.iter().cloned().collect(),
        });
        let base_parts = base.map(|base| base.parts.clone()).unwrap_or_default();
        let store = &self.publisher.store;
        let before = TableReader::<R>::new(store.clone(), base_parts);
        let after = TableReader::<R>::new(store.clone(), held.parts.clone());
        let mut comparison = Comparison::new(before, after, known);
        let mut counts = ChangeCounts::default();
        let mut last: Option<(String, String)> = None;
        while let Some(step) = comparison.next().await? {
            let change = match step {
                Step::Gone(change) => Some(change),
                Step::Row(row, change) => {
                    counted.rows += 1;
                    counted.dangling += u64::from(dangles(&row));
                    let (first, second) = row.key();
                    let ascends = last
                        .as_ref()
                        .is_none_or(|last| (last.0.as_str(), last.1.as_str()) < (first, second));
                    counted.misplaced += u64::from(!ascends);
                    last = Some((first.to_owned(), second.to_owned()));
                    change
                }
            };
            if let Some(change) = change {
                counts.count(change.change);
                self.write(change).await?;
            }
        }
        self.counts.insert(table.name().to_owned(), counts);
        self.evidence.tables.insert(table, counted);
        Ok(())
    }

    /// The base's table, if the two can be compared.
    fn base_of(&self, table: Table) -> Option<&TableManifest> {
        let of_courses = matches!(table, Table::Courses | Table::Enrolments);
        if of_courses && self.scope_changed {
            return None;
        }
        self.base.and_then(|base| base.tables.get(table.name()))
    }

    /// Notes what lies in a run folder besides its parts.
    async fn note_strays(&mut self, folder: &str, parts: &[Part]) -> Result<(), PublishError> {
        let folder = self.publisher.keys.parts_of(folder, self.run_id);
        let there = self.publisher.store.list(&folder).await?;
        let keys = there.into_iter().map(|entry| entry.key);
        let strays = keys.filter(|key| !parts.iter().any(|part| part.key == *key));
        self.evidence.strays.extend(strays);
        Ok(())
    }

    async fn write(&mut self, change: ChangeRow) -> Result<(), PublishError> {
        let full = self.writer.push(change);
        let key = self.publisher.keys.part("changes", self.run_id, self.parts.len());
        let full = full.map_err(|source| WriteError::Format { key: key.clone(), source })?;
        if full {
            self.parts.push(self.writer.store(&*self.publisher.store, key).await?);
        }
        Ok(())
    }

    async fn finish(mut self) -> Result<Examined, PublishError> {
        if self.writer.has_rows() || self.parts.is_empty() {
            let key = self.publisher.keys.part("changes", self.run_id, self.parts.len());
            self.parts.push(self.writer.store(&*self.publisher.store, key).await?);
        }
        let parts = std::mem::take(&mut self.parts);
        self.note_strays("changes", &parts).await?;
        let changes = TableManifest {
            rows: parts.iter().map(|part| part.rows).sum(),
            known_columns: COLUMNS.iter().map(|column| column.name.to_owned()).collect(),
            parts,
        };
        Ok(Examined { evidence: self.evidence, changes, counts: self.counts })
    }
}
