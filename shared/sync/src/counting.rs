//! How many rows of a table are staged, each counted once, however often it was read.

use std::sync::Arc;

use rollcall_roster::{Course, Enrolment, Row, Table, Team, TeamMember, User};
use rollcall_snapshot::{Merge, Segment, SegmentError};

use crate::Sync;

impl Sync {
    /// Counts the rows of a table in these segments.
    ///
    /// # Errors
    /// If a segment is missing or damaged, or the store does not answer.
    pub(crate) async fn count_staged(
        &self,
        table: Table,
        staged: &[Segment],
    ) -> Result<u64, SegmentError> {
        match table {
            Table::Courses => self.count_rows::<Course>(staged).await,
            Table::Enrolments => self.count_rows::<Enrolment>(staged).await,
            Table::TeamMembers => self.count_rows::<TeamMember>(staged).await,
            Table::Teams => self.count_rows::<Team>(staged).await,
            Table::Users => self.count_rows::<User>(staged).await,
        }
    }

    async fn count_rows<R: Row>(&self, staged: &[Segment]) -> Result<u64, SegmentError> {
        let mut merged = Merge::new(Arc::clone(&self.store), staged, None, |_: R, later| later);
        let mut rows = 0;
        while merged.next().await?.is_some() {
            rows += 1;
        }
        Ok(rows)
    }
}
