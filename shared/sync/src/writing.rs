//! The writing half: staged rows become the tables' parts, once.

use rollcall_roster::{Course, Enrolment, Row, Table, Team, TeamMember, User};
use rollcall_snapshot::{Merge, PartsWriter, WriteError};

use crate::{Slice, SyncError, Walk, run::Book};

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
            Table::Courses => table_of::<Course, W>(book, slice, later).await?,
            Table::Enrolments => table_of::<Enrolment, W>(book, slice, W::one_of).await?,
            Table::TeamMembers => table_of::<TeamMember, W>(book, slice, later).await?,
            Table::Teams => table_of::<Team, W>(book, slice, later).await?,
            Table::Users => table_of::<User, W>(book, slice, later).await?,
        };
        if written == Written::SomeParts {
            return Ok(written);
        }
    }
    Ok(Written::Everything)
}

/// Of two readings of one row.
fn later<R>(_: R, later: R) -> R {
    later
}

async fn table_of<R: Row, W: Walk>(
    book: &mut Book<'_, W>,
    slice: Slice,
    one_of: fn(R, R) -> R,
) -> Result<Written, SyncError> {
    let held = book.checkpoint.tables.entry(R::TABLE).or_default().clone();
    if held.whole {
        return Ok(Written::Everything);
    }
    let segments = book.checkpoint.staged.get(&R::TABLE).cloned().unwrap_or_default();
    let gone = book.checkpoint.findings.vanished.get(&owner(R::TABLE)).cloned().unwrap_or_default();
    let mut merge = Merge::new(book.sync.store.clone(), &segments, held.last.as_ref(), one_of);
    let mut writer = PartsWriter::new(R::TABLE.columns());
    let mut last = held.last.clone();
    while let Some(row) = merge.next().await? {
        let (first, second) = row.key();
        if gone.contains(first) {
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
