//! The lists of Litmos, and how a page of one is read.

use std::future::Future;

use rollcall_roster::Table;
use rollcall_snapshot::{Findings, PagesSeen};
use rollcall_vendor_client::{Page, VendorError};

use crate::{
    connection::{faults_of, if_there},
    paging::{self, Look, Next, Trail},
};

/// An offset behind the end of any list: whoever heeds `start` has no rows there.
const BEYOND: u64 = 1_000_000_000;

/// The kinds of lists. How the vendor cuts its pages is judged for each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListKind {
    Users,
    Teams,
    TeamMembers,
    TeamLeaders,
    TeamAdmins,
    Courses,
    CourseUsers,
    ChangedUsers,
    ChangedTeams,
    ChangedMembers,
    ChangedCourses,
    ChangedAssignments,
    ChangedResults,
}

impl ListKind {
    /// Its name in messages, findings and checkpoints.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Teams => "teams",
            Self::TeamMembers => "team members",
            Self::TeamLeaders => "leaders",
            Self::TeamAdmins => "admins",
            Self::Courses => "courses",
            Self::CourseUsers => "enrolments",
            Self::ChangedUsers => "changed users",
            Self::ChangedTeams => "changed teams",
            Self::ChangedMembers => "changed memberships",
            Self::ChangedCourses => "changed courses",
            Self::ChangedAssignments => "changed assignments",
            Self::ChangedResults => "changed results",
        }
    }

    /// The table that its rows are about.
    pub(super) const fn table(self) -> Table {
        match self {
            Self::Users | Self::ChangedUsers => Table::Users,
            Self::Teams | Self::ChangedTeams => Table::Teams,
            Self::TeamMembers | Self::TeamLeaders | Self::TeamAdmins | Self::ChangedMembers => {
                Table::TeamMembers
            }
            Self::Courses | Self::ChangedCourses => Table::Courses,
            Self::CourseUsers | Self::ChangedAssignments | Self::ChangedResults => {
                Table::Enrolments
            }
        }
    }
}

/// One list: of its kind there is one for each team or course, or only one.
#[derive(Debug, Clone, Copy)]
pub(super) struct List<'a> {
    pub(super) kind: ListKind,
    /// Of which team or course.
    pub(super) of: Option<&'a str>,
}

/// What a page of a list gave.
pub(super) struct ListPage<R> {
    pub(super) page: Page<R>,
    pub(super) look: Look,
    /// What it tells of faulty rows.
    pub(super) findings: Findings,
}

impl List<'_> {
    fn name(&self) -> String {
        let kind = self.kind.name();
        self.of.map_or_else(|| kind.to_owned(), |id| format!("{kind} of {id}"))
    }

    /// Reads a page.
    ///
    /// # Errors
    /// If the vendor does not give it, or gives the page before for ever.
    pub(super) async fn read<R, F>(
        &self,
        (start, trail): (u64, &Trail),
        id: impl Fn(&R) -> String,
        read: impl Fn(u64) -> F,
    ) -> Result<ListPage<R>, VendorError>
    where
        F: Future<Output = Result<Page<R>, VendorError>>,
    {
        let page = read(start).await?;
        let look = Look::of(&self.name(), start, &page, id);
        // A list that has moved by a whole page looks the same: rows that cannot be there prove it.
        if trail.is_repeated(&look) && read(BEYOND).await?.received > 0 {
            return Err(self.ignores_start(start));
        }
        let findings = faults_of(self.kind.table(), self.kind.name(), &page);
        Ok(ListPage { page, look, findings })
    }

    fn ignores_start(&self, start: u64) -> VendorError {
        let detail = format!(
            "the list ignores `start`: from row {start} it begins as it did before, and it has rows \
             from row {BEYOND} on; it cannot be read to its end"
        );
        VendorError::Unexpected {
            call: format!("the list of {}", self.name()),
            status: 200,
            detail,
        }
    }
}

impl<R> ListPage<R> {
    /// Where the list goes on. Where its end is doubtful it is asked for more at once, unless there are
    /// many of its kind: then that is noted, so that one of them is asked for more and not each.
    pub(super) fn follow(&mut self, list: List<'_>, trail: &Trail, found: &Findings) -> Next {
        let (next, shown) = paging::follow(list.kind.name(), trail, &self.look, found);
        self.findings.add(shown);
        match (next, list.of) {
            (Next::Doubtful, Some(id)) if self.look.start == 0 => {
                let doubtful = [(id.to_owned(), self.look.received)].into();
                let seen = PagesSeen { doubtful, ..PagesSeen::default() };
                let pages = [(list.kind.name().to_owned(), seen)].into();
                self.findings.add(Findings { pages, ..Findings::default() });
                Next::Doubtful
            }
            (Next::Doubtful, _) => trail.on(&self.look),
            (next, _) => next,
        }
    }
}

/// Asks one of the lists of a kind of which it is doubtful for more. Gives what that shows and, if
/// there is more, whose lists are to be read again: all that are as doubtful.
///
/// # Errors
/// If the vendor does not answer.
pub(super) async fn settle_ends<'a, R, F>(
    kind: ListKind,
    found: &'a Findings,
    read: impl Fn(&'a str, u64) -> F,
) -> Result<(Findings, Vec<&'a str>), VendorError>
where
    F: Future<Output = Result<Page<R>, VendorError>>,
{
    let doubtful = paging::unsettled(kind.name(), found);
    for &(id, rows) in &doubtful {
        let Some(more) = if_there(read(id, rows).await)? else { continue };
        let cut_off = doubtful.iter().filter(|_| more.received > 0).map(|(id, _)| *id).collect();
        return Ok((probed(kind, rows, more.received), cut_off));
    }
    Ok((Findings::default(), Vec::new()))
}

/// What a list that was asked for more, as its end was doubtful, shows of its kind: it was at its
/// end, or its page of so many rows was cut off.
fn probed(kind: ListKind, rows: u64, more: u64) -> Findings {
    let cap = (more > 0).then_some(rows);
    let seen = PagesSeen { cap, probed: more == 0, ..PagesSeen::default() };
    let pages = [(kind.name().to_owned(), seen)].into();
    Findings { page_cap: cap, pages, ..Findings::default() }
}
