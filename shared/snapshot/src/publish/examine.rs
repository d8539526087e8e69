//! Reads a finished run's tables once: counts what the verdict needs, writes `changes`.

use std::{
    any::Any,
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use rollcall_roster::{Course, Enrolment, Row, Table, Team, TeamMember, Told, User};

use super::{
    Finished, PublishError, Publisher,
    evidence::{Evidence, TableEvidence},
    plan_of, scope_of, unreadable,
};
use crate::{
    AccountChange, ChangeCounts, Findings, Held, Manifest, Merge, Mode, Part, PartsWriter, RunId,
    RunPlan, Segment, TableManifest, TableReader, TeamOrCourse, WriteError,
    changes::{COLUMNS, ChangeRow, Known},
    rows::{Join, Named},
};

/// What a reading of the tables gave.
pub(super) struct Examined {
    pub(super) evidence: Evidence,
    pub(super) changes: TableManifest,
    pub(super) counts: BTreeMap<String, ChangeCounts>,
    /// How many of the changes the delta runs before had missed, if there were any.
    pub(super) missed: Option<BTreeMap<String, ChangeCounts>>,
}

/// Ids of one table.
pub(super) type Ids = HashSet<Box<str>>;

/// Reads every table of the run beside the base's.
pub(super) async fn examine(
    publisher: &Publisher,
    run_id: &RunId,
    finished: &[Finished],
    base: Option<&Manifest>,
    account_change: AccountChange,
) -> Result<Examined, PublishError> {
    // Two accounts have nothing in common: every row would be a change.
    let base = base.filter(|_| !matches!(account_change, AccountChange::OtherAccount(_)));
    let mut findings = Findings::default();
    let mut held = BTreeMap::new();
    for function in finished {
        findings.add(function.findings.clone());
        held.extend(function.tables.iter().map(|(table, held)| (*table, held)));
    }
    let scope_changed = base.is_some_and(|base| base.scope != scope_of(finished));
    let plan = plan_of(finished);
    let fell_back = plan.and_then(RunPlan::fell_back).map(str::to_owned);
    let told = finished.iter().flat_map(|function| &function.told);
    let mut examiner = Examiner {
        publisher,
        run_id,
        held,
        base,
        scope_changed,
        told: follows_deltas(plan, base)
            .then(|| told.map(|(table, segments)| (*table, segments.as_slice())).collect()),
        evidence: Evidence {
            findings,
            scope_changed,
            mode: plan.map(RunPlan::mode).unwrap_or_default(),
            fell_back,
            account_change,
            ..Evidence::default()
        },
        writer: PartsWriter::new(COLUMNS),
        parts: Vec::new(),
        counts: BTreeMap::new(),
        missed: BTreeMap::new(),
    };
    let users = examiner.ids(Table::Users).await?;
    let teams = examiner.ids(Table::Teams).await?;
    let courses = examiner.ids(Table::Courses).await?;
    let is_there = |of: &TeamOrCourse| match of {
        TeamOrCourse::Course(id) => courses.contains(id.as_str()),
        TeamOrCourse::Team(id) => teams.contains(id.as_str()),
    };
    let unreadable = match examiner.evidence.mode {
        Mode::Full => {
            unreadable::found(publisher, run_id, plan, &examiner.evidence.findings).await?
        }
        Mode::Delta => unreadable::of_base(base, is_there),
    };
    let is_read = |of: TeamOrCourse| !unreadable.contains_key(&of);
    // By name, as `changes` is sorted.
    examiner.table::<Course>(|_| None).await?;
    examiner
        .table::<Enrolment>(|row| {
            missing([(&users, &row.user_id), (&courses, &row.course_id)])
                .filter(|_| is_read(TeamOrCourse::Course(row.course_id.clone())))
        })
        .await?;
    examiner
        .table::<TeamMember>(|row| {
            missing([(&users, &row.user_id), (&teams, &row.team_id)])
                .filter(|_| is_read(TeamOrCourse::Team(row.team_id.clone())))
        })
        .await?;
    examiner.table::<Team>(|_| None).await?;
    examiner.table::<User>(|_| None).await?;
    examiner.evidence.unreadable = unreadable;
    examiner.note_memberships_unsure(!teams.is_empty());
    examiner.finish().await
}

/// The first of a row's ids that is not among those that there are.
fn missing<'a>(ids: [(&Ids, &'a String); 2]) -> Option<&'a str> {
    let missing = ids.into_iter().find(|(there, id)| !there.contains(id.as_str()));
    missing.map(|(_, id)| id.as_str())
}

/// The ids in a table.
pub(super) async fn ids_of(
    publisher: &Publisher,
    table: Table,
    parts: Vec<Part>,
) -> Result<Ids, PublishError> {
    let store = Arc::clone(&publisher.store);
    let mut reader =
        TableReader::<BTreeMap<String, Box<str>>>::of_columns(store, parts, table.key_columns());
    let mut ids = Ids::new();
    while let Some(row) = reader.next().await? {
        ids.extend(row.into_values());
    }
    Ok(ids)
}

/// Whether it is known which changes the delta runs before have missed: lists of changes were read
/// over again from where the last of them began.
fn follows_deltas(plan: Option<&RunPlan>, base: Option<&Manifest>) -> bool {
    let (Some(plan), Some(base)) = (plan, base) else { return false };
    let asked = plan.base().is_some_and(|of| of.since.is_some() && of.run_id == base.run_id);
    plan.mode() == Mode::Full && base.mode == Mode::Delta && asked
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

fn as_user<R: Row>(row: &R) -> Option<&User> {
    (row as &dyn Any).downcast_ref()
}

struct Examiner<'a> {
    publisher: &'a Publisher,
    run_id: &'a RunId,
    held: BTreeMap<Table, &'a Held>,
    base: Option<&'a Manifest>,
    scope_changed: bool,
    /// What lists of changes name, if that tells what delta runs have missed.
    told: Option<BTreeMap<Table, &'a [Segment]>>,
    evidence: Evidence,
    writer: PartsWriter<ChangeRow>,
    parts: Vec<Part>,
    counts: BTreeMap<String, ChangeCounts>,
    missed: BTreeMap<String, ChangeCounts>,
}

impl Examiner<'_> {
    async fn ids(&self, table: Table) -> Result<Ids, PublishError> {
        let parts = self.held.get(&table).map(|held| held.parts.clone()).unwrap_or_default();
        ids_of(self.publisher, table, parts).await
    }

    /// Reads a table beside the base's; `dangles` tells of a row which id it points at in vain.
    async fn table<R: Row>(
        &mut self,
        dangles: impl for<'a> Fn(&'a R) -> Option<&'a str>,
    ) -> Result<(), PublishError> {
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
        let mut both = Join::new(before, after);
        let mut named = self.named::<R>();
        let (mut counts, mut missed) = (ChangeCounts::default(), ChangeCounts::default());
        let mut last: Option<(String, String)> = None;
        while let Some((old, new)) = both.next().await? {
            self.note_woken(old.as_ref(), new.as_ref());
            let dangling = new.as_ref().and_then(&dangles);
            if let Some(row) = &new {
                counted.rows += 1;
                if let Some(id) = dangling {
                    counted.dangling.add(id);
                }
                let (first, second) = row.key();
                let ascends = last
                    .as_ref()
                    .is_none_or(|last| (last.0.as_str(), last.1.as_str()) < (first, second));
                counted.misplaced += u64::from(!ascends);
                last = Some((first.to_owned(), second.to_owned()));
            }
            let change = known.as_ref().and_then(|known| known.change(old.as_ref(), new.as_ref()));
            let Some(mut change) = change else { continue };
            if new.is_some() {
                counted.fresh += 1;
                if let Some(id) = dangling {
                    counted.fresh_dangling.add(id);
                }
            }
            if let (Some(named), Some(row)) = (&mut named, new.as_ref().or(old.as_ref())) {
                let is_missed = !named.names(row.key()).await?;
                change.missed_by_delta = Some(is_missed);
                if is_missed {
                    missed.count(change.change);
                }
            }
            counts.count(change.change);
            self.write(change).await?;
        }
        self.missed.insert(table.name().to_owned(), missed);
        self.counts.insert(table.name().to_owned(), counts);
        self.evidence.tables.insert(table, counted);
        Ok(())
    }

    /// Adds what the base was not sure of, which only a full run reads; nothing where there are no teams.
    fn note_memberships_unsure(&mut self, has_teams: bool) {
        let unsure = &mut self.evidence.memberships_unsure;
        match self.base.filter(|_| self.evidence.mode == Mode::Delta && has_teams) {
            Some(base) => unsure.extend(base.memberships_unsure.iter().cloned()),
            None => unsure.clear(),
        }
    }

    /// Notes an account that a delta run finds active and the base did not.
    fn note_woken<R: Row>(&mut self, old: Option<&R>, new: Option<&R>) {
        let (Some(old), Some(new)) = (old.and_then(as_user), new.and_then(as_user)) else { return };
        let woken = old.active != Some(true) && new.active == Some(true);
        if woken && self.evidence.mode == Mode::Delta {
            self.evidence.memberships_unsure.insert(new.user_id.clone());
        }
    }

    fn named<R: Row>(&self) -> Option<Named<R>> {
        let told = self.told.as_ref()?.get(&R::TABLE).copied().unwrap_or_default();
        let store = Arc::clone(&self.publisher.store);
        Some(Named::new(Merge::new(store, told, None, Told::and)))
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
        let missed = self.told.is_some().then_some(self.missed);
        Ok(Examined { evidence: self.evidence, changes, counts: self.counts, missed })
    }
}
