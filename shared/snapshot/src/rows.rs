//! Sorted rows as streams, and two of them side by side.

use std::{cmp::Ordering, future::Future};

use rollcall_roster::{Row, Told};

use crate::{Merge, SegmentError, TableReader, WriteError};

/// Rows in the order of their keys, each key once.
pub trait Rows {
    /// A row.
    type Row: Row;

    /// The next row.
    fn next(&mut self) -> impl Future<Output = Result<Option<Self::Row>, RowsError>>;
}

/// Why rows cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// A staged segment.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// A table's part.
    #[error(transparent)]
    Parts(#[from] WriteError),
}

impl RowsError {
    /// Whether asking again would end the same.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Segment(error) => error.is_final(),
            Self::Parts(error) => error.is_final(),
        }
    }
}

impl<R: Row> Rows for Merge<R> {
    type Row = R;

    async fn next(&mut self) -> Result<Option<R>, RowsError> {
        Ok(Self::next(self).await?)
    }
}

impl<R: Row> Rows for TableReader<R> {
    type Row = R;

    async fn next(&mut self) -> Result<Option<R>, RowsError> {
        Ok(Self::next(self).await?)
    }
}

/// Two streams side by side: for each key what either has of it.
pub(crate) struct Join<A: Rows, B: Rows> {
    left: A,
    right: B,
    at_left: Option<A::Row>,
    at_right: Option<B::Row>,
    is_primed: bool,
}

impl<A: Rows, B: Rows> Join<A, B> {
    pub(crate) fn new(left: A, right: B) -> Self {
        Self { left, right, at_left: None, at_right: None, is_primed: false }
    }

    /// What the streams have of the next key; at least one of them has something.
    pub(crate) async fn next(
        &mut self,
    ) -> Result<Option<(Option<A::Row>, Option<B::Row>)>, RowsError> {
        if !self.is_primed {
            self.is_primed = true;
            self.at_left = self.left.next().await?;
            self.at_right = self.right.next().await?;
        }
        let order = match (&self.at_left, &self.at_right) {
            (None, None) => return Ok(None),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(left), Some(right)) => left.key().cmp(&right.key()),
        };
        let mut of_key = (None, None);
        if order.is_le() {
            let next = self.left.next().await?;
            of_key.0 = std::mem::replace(&mut self.at_left, next);
        }
        if order.is_ge() {
            let next = self.right.next().await?;
            of_key.1 = std::mem::replace(&mut self.at_right, next);
        }
        Ok(Some(of_key))
    }
}

/// Which keys lists of changes name, asked for in their order.
pub(crate) struct Named<R: Row> {
    told: Merge<Told<R>>,
    at: Option<Told<R>>,
    is_primed: bool,
}

impl<R: Row> Named<R> {
    pub(crate) fn new(told: Merge<Told<R>>) -> Self {
        Self { told, at: None, is_primed: false }
    }

    /// Whether a key is named; keys must be asked for in ascending order.
    pub(crate) async fn names(&mut self, key: (&str, &str)) -> Result<bool, RowsError> {
        while !self.is_primed || self.at.as_ref().is_some_and(|told| told.key() < key) {
            self.is_primed = true;
            self.at = self.told.next().await?;
        }
        Ok(self.at.as_ref().is_some_and(|told| told.key() == key))
    }
}
