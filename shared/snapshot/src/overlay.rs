//! A table as it is after changes: one pass over the table as it was, what lists of changes tell, and
//! what a walk over everything has found.

use std::{collections::HashSet, sync::Arc};

use rollcall_roster::{Row, Told};

use crate::{
    Merge, Part, Segment, Store, TableReader,
    rows::{Join, Rows, RowsError},
};

/// How two readings of a row become one, the earlier first.
pub type OneOf<R> = fn(R, R) -> R;

/// A table with what lists of changes tell of it.
pub struct Overlay<R: Row> {
    join: Join<TableReader<R>, Merge<Told<R>>>,
    /// For rows that are not simply replaced: one of the row as it was and as it is told.
    one_of: Option<OneOf<R>>,
}

impl<R: Row> Overlay<R> {
    /// The rows of `base` after what is `told` in these segments.
    pub fn new(
        store: &Arc<dyn Store>,
        base: Vec<Part>,
        told: &[Segment],
        one_of: Option<OneOf<R>>,
    ) -> Self {
        let and = move |one: Told<R>, other: Told<R>| match one_of {
            Some(one_of) => Told { row: one_of(one.row, other.row), ..other },
            None => one.and(other),
        };
        let told = Merge::new(Arc::clone(store), told, None, and);
        Self { join: Join::new(TableReader::new(Arc::clone(store), base), told), one_of }
    }
}

impl<R: Row> Rows for Overlay<R> {
    type Row = R;

    async fn next(&mut self) -> Result<Option<R>, RowsError> {
        while let Some(of_key) = self.join.next().await? {
            let row = match (of_key, self.one_of) {
                ((before, None), _) => before,
                ((Some(before), Some(told)), Some(one_of)) => Some(one_of(before, told.row)),
                ((before, Some(told)), _) => told.onto(before),
            };
            if row.is_some() {
                return Ok(row);
            }
        }
        Ok(None)
    }
}

/// What a walk over everything has found, with what only the run before could tell.
pub struct Carried<R: Row> {
    join: Join<Merge<R>, Overlay<R>>,
    /// The columns that the walk cannot tell.
    untold: Vec<String>,
    /// Which rows the walk cannot see.
    unseen: Unseen,
}

/// Rows that a walk over everything cannot see though they may be there.
#[derive(Debug, Default)]
pub struct Unseen {
    /// First ids of rows that it cannot see if their second id is one of `second`.
    pub first: HashSet<Box<str>>,
    /// Second ids.
    pub second: HashSet<Box<str>>,
    /// First ids of rows that could not be read to their end: what was found of them does not count.
    pub unread: HashSet<Box<str>>,
}

impl<R: Row> Carried<R> {
    /// The rows that were `found`, and of the table as it was `before` the columns `untold` and the
    /// rows `unseen`.
    pub fn new(found: Merge<R>, before: Overlay<R>, untold: Vec<String>, unseen: Unseen) -> Self {
        Self { join: Join::new(found, before), untold, unseen }
    }
}

impl<R: Row> Rows for Carried<R> {
    type Row = R;

    async fn next(&mut self) -> Result<Option<R>, RowsError> {
        while let Some((found, before)) = self.join.next().await? {
            match (found, before) {
                (Some(found), before) if self.unseen.unread.contains(found.key().0) => {
                    if before.is_some() {
                        return Ok(before);
                    }
                }
                (Some(mut found), before) => {
                    if let Some(before) = before {
                        found.carry(&before, &self.untold);
                    }
                    return Ok(Some(found));
                }
                (None, Some(before)) if self.unseen.covers(before.key()) => {
                    return Ok(Some(before));
                }
                (None, _) => {}
            }
        }
        Ok(None)
    }
}

impl Unseen {
    fn covers(&self, (first, second): (&str, &str)) -> bool {
        let is_unseen = self.first.contains(first) && self.second.contains(second);
        is_unseen || self.unread.contains(first)
    }
}

#[cfg(test)]
mod tests;
