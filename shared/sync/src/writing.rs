//! The writing half: staged rows become the tables' parts, once.

use std::collections::{BTreeSet, HashSet};

use rollcall_roster::{Course, Enrolment, Row, Table, Team, TeamMember, User};
use rollcall_snapshot::{Carried, Held, Kind, Merge, Mode, OneOf, PartsWriter, Unseen, WriteError};

use crate::{Slice, SyncError, Walk, base::Source, run::Book};

/// How far the writing came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// All tables are whole.
    Everything,
    /// The slice was over; some parts were written.
    SomeParts,
}

/// Writes the tables' parts, from where the checkpoint says it was left.
pub(crate) async fn write<W: Walk>(
    book: &mut Book<'_, W>,
    slice: Slice,
) -> Result<Written, SyncError> {
    let tables: Vec<_> = book.checkpoint.tables.keys().copied().collect();
    for table in tables {
        let written = match table {
            Table::Courses => table_of::<Course, W>(book, slice, None).await?,
            Table::Enrolments => table_of::<Enrolment, W>(book, slice, W::one_of()).await?,
            Table::TeamMembers => table_of::<TeamMember, W>(book, slice, None).await?,
            Table::Teams => table_of::<Team, W>(book, slice, None).await?,
            Table::Users => table_of::<User, W>(book, slice, None).await?,
        };
        if written == Written::SomeParts {
            return Ok(written);
        }
    }
    Ok(Written::Everything)
}

async fn table_of<R: Row, W: Walk>(
    book: &mut Book<'_, W>,
    slice: Slice,
    one_of: Option<OneOf<R>>,
) -> Result<Written, SyncError> {
    let held = book.checkpoint.tables.entry(R::TABLE).or_default().clone();
    if held.whole {
        return Ok(Written::Everything);
    }
    let mut source = source_of(book, &held, one_of).await?;
    let gone = gone(book, R::TABLE).await?;
    let mut writer = PartsWriter::new(R::TABLE.columns());
    let written_up_to = held.last.clone().unwrap_or_default();
    let mut last = held.last;
    while let Some(row) = source.next().await? {
        let (first, second) = row.key();
        let is_written = (first, second) <= (&written_up_to.0, &written_up_to.1);
        if is_written || gone.contains(first) {
            continue;
        }
        last = Some((first.to_owned(), second.to_owned()));
        let full = writer.push(row).map_err(|source| {
            let key = R::TABLE.name().to_owned();
            WriteError::Format { key, source }
        })?;
        if full {
            store_part::<R, W>(book, &mut writer, last.clone()).await?;
            book.save().await?;
            if slice.winds_down() {
                return Ok(Written::SomeParts);
            }
        }
    }
    let parts = book.checkpoint.tables.get(&R::TABLE).map_or(0, |held| held.parts.len());
    if writer.has_rows() || parts == 0 {
        store_part::<R, W>(book, &mut writer, last).await?;
    }
    book.checkpoint.tables.entry(R::TABLE).or_default().whole = true;
    Ok(Written::Everything)
}

/// The rows of a table, by the kind of run. Rows that are written already may be among them.
async fn source_of<R: Row, W: Walk>(
    book: &Book<'_, W>,
    held: &Held,
    one_of: Option<OneOf<R>>,
) -> Result<Source<R>, SyncError> {
    let (sync, checkpoint) = (book.sync, &book.checkpoint);
    let staged = checkpoint.staged.get(&R::TABLE).map(Vec::as_slice).unwrap_or_default();
    let told = checkpoint.told.get(&R::TABLE).map(Vec::as_slice).unwrap_or_default();
    let found = || {
        let later: OneOf<R> = |_, later| later;
        Merge::new(sync.store.clone(), staged, held.last.as_ref(), one_of.unwrap_or(later))
    };
    let unread = checkpoint.findings.unreadable.get(&owner(R::TABLE));
    let unread = unread.filter(|ids| !ids.is_empty());
    let plan = book.plan();
    Ok(match (&plan.kind, unread) {
        (Kind::Full { carries: None, .. }, None) => Source::Found(found()),
        (Kind::Full { carries: None, .. }, Some(unread)) => {
            let before = match plan.stand_in() {
                Some(before) => sync.overlay(before, told, one_of).await?,
                None => sync.nothing(),
            };
            let unseen = of_unread::<R>(unread, Unseen::default());
            Source::Carried(Box::new(Carried::new(found(), before, Vec::new(), unseen)))
        }
        (Kind::Full { carries: Some(base), .. }, unread) => {
            let before = sync.overlay(&base.run_id, told, one_of).await?;
            let known = &held.known_columns;
            let columns = R::TABLE.columns().iter().map(|column| column.name.to_owned());
            let untold = columns.filter(|column| !known.contains(column)).collect();
            let mut unseen = match R::TABLE {
                Table::TeamMembers => {
                    let teams = checkpoint.staged.get(&Table::Teams);
                    let teams = teams.map(Vec::as_slice).unwrap_or_default();
                    sync.unseen_members(&checkpoint.run_id, teams).await?
                }
                _ => Unseen::default(),
            };
            if let Some(unread) = unread {
                unseen = of_unread::<R>(unread, unseen);
            }
            Source::Carried(Box::new(Carried::new(found(), before, untold, unseen)))
        }
        (Kind::Delta(base), _) => {
            Source::Changed(Box::new(sync.overlay(&base.run_id, told, one_of).await?))
        }
    })
}

/// What stands for teams or courses that could not be read: of their members and enrolments what was
/// before, whatever was found; of themselves what was before if they were not found either.
fn of_unread<R: Row>(ids: &BTreeSet<String>, unseen: Unseen) -> Unseen {
    let ids = ids.iter().map(|id| id.as_str().into()).collect();
    if owner(R::TABLE) == R::TABLE {
        // Rows of one id have an empty second one.
        Unseen { first: ids, second: HashSet::from(["".into()]), ..unseen }
    } else {
        Unseen { unread: ids, ..unseen }
    }
}

/// The things that are gone, by the ids of which rows of a table begin.
async fn gone<W: Walk>(book: &Book<'_, W>, table: Table) -> Result<HashSet<String>, SyncError> {
    let (checkpoint, owner) = (&book.checkpoint, owner(table));
    let vanished = checkpoint.findings.vanished.get(&owner).into_iter().flatten();
    let mut gone: HashSet<_> = vanished.cloned().collect();
    // A walk over everything has seen for itself which teams are there.
    if owner == Table::Teams && book.plan().mode() == Mode::Delta {
        let told = checkpoint.told.get(&owner).map(Vec::as_slice).unwrap_or_default();
        gone.extend(book.sync.gone_teams(told).await?);
    }
    Ok(gone)
}

async fn store_part<R: Row, W: Walk>(
    book: &mut Book<'_, W>,
    writer: &mut PartsWriter<R>,
    last: Option<(String, String)>,
) -> Result<(), SyncError> {
    let held = book.checkpoint.tables.entry(R::TABLE).or_default();
    let sync = book.sync;
    let key = sync.keys.part(R::TABLE.name(), &book.checkpoint.run_id, held.parts.len());
    held.parts.push(writer.store(&*sync.store, key).await?);
    held.last = last;
    Ok(())
}

/// The table of the things that a table's rows belong to, by their first id.
const fn owner(table: Table) -> Table {
    match table {
        Table::Courses | Table::Enrolments => Table::Courses,
        Table::Teams | Table::TeamMembers => Table::Teams,
        Table::Users => Table::Users,
    }
}
