//! Courses and enrolments: the catalogue, or the configured courses by search, and the report on
//! learning activity, which the vendor builds in the meantime.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use rollcall_roster::{Course, Enrolment, Extent, Table, Told};
use rollcall_snapshot::{COUNTED_UP_TO, Findings, Mode, OneOf, RowsRead};
use rollcall_vendor_client::{
    RowFault, VendorError,
    percipio::{OTHER_LANGUAGES, Report, SearchPage, canonical_id},
};
use serde::{Deserialize, Serialize};

use super::{
    Connection, RunUsers, Stash, catalogue,
    lists::List,
    odd,
    readings::{Part, READINGS},
    report::{self, Requested, Window},
};
use crate::{Brief, Meter, Slice, Step, SyncError, TableColumns, Walk};

/// Rows that are read of one report at most: with about 800 bytes each (reference 7.4), what a fast
/// vendor sends well within a slice.
const ROWS_AT_ONCE: u64 = 1_000_000;

/// Pages of what a search for one id finds: 10,000 items on whole pages.
const SEARCH_PAGES: u64 = 10;

/// A piece of the walk over the courses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourseTask {
    /// Request a report.
    Request {
        /// What it is for.
        #[serde(default)]
        list: List,
        /// What it is about; everything up to now that belongs to the list, if it is the first one.
        window: Option<Window>,
        /// How many reports of this window have failed.
        failed: u32,
    },
    /// Read a part of the catalogue.
    Catalogue(Part),
    /// Read a part of what has changed in the catalogue.
    Changed(Part),
    /// Search for one configured course.
    One {
        /// The course.
        course_id: String,
    },
    /// Ask for a report, and read it if it is there.
    Report(Requested),
}

/// The walk over the courses.
pub struct CoursesWalk {
    connection: Connection,
    stash: Stash,
    users: RunUsers,
    /// The configured courses, in the spelling of ids in tables.
    limited: Option<BTreeSet<String>>,
    mode: Mode,
    /// From when on changes are read, if they are.
    since: Option<Timestamp>,
    slice: Slice,
    pub(super) rows_at_once: u64,
    /// Waits for a report.
    pub(super) waits: &'static [SignedDuration],
}

impl CoursesWalk {
    /// A walk for a run, in this slice.
    #[must_use]
    pub fn new(
        connection: Connection,
        (stash, users): (Stash, RunUsers),
        brief: Brief<'_>,
        slice: Slice,
    ) -> Self {
        let ids = |ids: &Vec<String>| ids.iter().map(|id| canonical_id(id)).collect();
        let limited = brief.scope.limited_courses.as_ref().map(ids);
        let (mode, since) = (brief.plan.mode(), brief.since());
        let (rows_at_once, waits) = (ROWS_AT_ONCE, report::WAITS);
        Self { connection, stash, users, limited, mode, since, slice, rows_at_once, waits }
    }
}

#[async_trait]
impl Walk for CoursesWalk {
    type Task = CourseTask;

    fn tables(_: Mode) -> Vec<TableColumns> {
        let untold = ["percent_complete", "assigned_at", "due_at", "compliant_till", "source"];
        vec![
            TableColumns::all_but(Table::Courses, &[]),
            TableColumns::all_but(Table::Enrolments, &untold),
        ]
    }

    /// Reports are requested first: they are built while the catalogue is read. Configured courses
    /// are few, and searched for anew by any run.
    fn first(brief: Brief<'_>) -> Vec<CourseTask> {
        let is_read = |list: &List| !matches!(list, List::Count | List::Recount);
        let lists: Vec<_> = List::of(brief).filter(is_read).collect();
        let request = |list: &List| CourseTask::Request { list: *list, window: None, failed: 0 };
        let mut tasks: Vec<_> = lists.iter().map(request).collect();
        match &brief.scope.limited_courses {
            None => tasks.extend(lists.iter().map(|list| catalogue_of(*list)(Part::FIRST))),
            Some(ids) => {
                tasks.extend(ids.iter().map(|id| CourseTask::One { course_id: id.clone() }));
            }
        }
        tasks
    }

    /// Readings of the catalogue follow on each other; reports are being built meanwhile.
    fn stage(task: &CourseTask) -> u8 {
        match task {
            CourseTask::Request { .. } | CourseTask::One { .. } => 0,
            CourseTask::Catalogue(part) | CourseTask::Changed(part) => part.reading,
            CourseTask::Report(_) => READINGS + 1,
        }
    }

    fn not_before(task: &CourseTask) -> Option<Timestamp> {
        match task {
            CourseTask::Report(requested) => requested.not_before,
            _ => None,
        }
    }

    fn one_of() -> Option<OneOf<Enrolment>> {
        Some(report::further)
    }

    async fn step(
        &self,
        task: CourseTask,
        found: &Findings,
    ) -> Result<Step<CourseTask>, SyncError> {
        match task {
            CourseTask::Request { list, window, failed } => {
                self.request(list, window, failed).await
            }
            CourseTask::Catalogue(part) => self.catalogue(List::All, part, found).await,
            CourseTask::Changed(part) => self.catalogue(List::Changed, part, found).await,
            CourseTask::One { course_id } => self.search(course_id).await,
            CourseTask::Report(requested) => self.ask(requested).await,
        }
    }

    fn meter(&self) -> Meter {
        self.connection.meter()
    }
}

impl CoursesWalk {
    async fn catalogue(
        &self,
        list: List,
        part: Part,
        found: &Findings,
    ) -> Result<Step<CourseTask>, SyncError> {
        let (client, of) = (&self.connection.client, (list, self.since));
        Ok(catalogue::page(client, of, part, found, catalogue_of(list)).await?)
    }

    /// What a search finds is a whole reading of the course, and what it has become since. Where what
    /// it finds cannot be read, nothing is known of the course.
    async fn search(&self, course_id: String) -> Result<Step<CourseTask>, SyncError> {
        let SearchPage { found, faults, .. } = self.find(&course_id).await?;
        let mut step = Step { findings: faults_of_one(&faults), ..Step::default() };
        let gone = found.is_none();
        if gone && !faults.is_empty() {
            return Ok(step);
        }
        if gone {
            step.findings.unknown_courses.insert(course_id.clone());
        }
        if self.mode == Mode::Full {
            step.stage(&found);
        }
        if self.since.is_some() {
            let course_id = canonical_id(&course_id);
            let row = found.unwrap_or_else(|| Course { course_id, ..Course::default() });
            step.tell([&Told::new(row, Extent::Whole, None, gone)]);
        }
        Ok(step)
    }

    /// A search is one in one language. What is in none of those that are known here is told as
    /// unknown, though it may be in the catalogue.
    async fn find(&self, course_id: &str) -> Result<SearchPage, VendorError> {
        let mut page = self.find_in(course_id, None).await?;
        let mut languages = OTHER_LANGUAGES.into_iter();
        while !page.tells_of_it()
            && let Some(language) = languages.next()
        {
            page = match self.find_in(course_id, Some(language)).await {
                // The vendor may not have all of them.
                Err(
                    VendorError::Unexpected { status: 400, .. }
                    | VendorError::Foreign { status: 400, .. },
                ) => page,
                answer => answer?,
            };
        }
        Ok(page)
    }

    /// The page that tells of the course, or the last one: a search finds others too, in any order.
    async fn find_in(
        &self,
        course_id: &str,
        language: Option<&str>,
    ) -> Result<SearchPage, VendorError> {
        let client = &self.connection.client;
        let mut offset = 0;
        for _ in 0..SEARCH_PAGES {
            let page = client.search_content(course_id, language, offset).await?;
            offset += page.received;
            let total = page.total.filter(|&total| total != COUNTED_UP_TO);
            let ends = page.received == 0 || total.is_some_and(|total| offset >= total);
            if ends || page.tells_of_it() {
                return Ok(page);
            }
        }
        Err(odd("GET /search-content", "what is found for one id has no end"))
    }

    async fn request(
        &self,
        list: List,
        window: Option<Window>,
        failed: u32,
    ) -> Result<Step<CourseTask>, SyncError> {
        let since = self.since.filter(|_| list.is_of_changes());
        let window = window.unwrap_or_else(|| Window::up_to(Timestamp::now(), since));
        let report_id = self.connection.client.request_report(window.into()).await?;
        tracing::info!(report_id, ?window, failed, "report requested");
        let requested = Requested::now(report_id, list, window, failed);
        Ok(Step::costly([CourseTask::Report(requested)]))
    }

    async fn ask(&self, requested: Requested) -> Result<Step<CourseTask>, SyncError> {
        let now = Timestamp::now();
        match self.connection.client.report(&requested.report_id).await {
            Ok(Report::NotReady(said)) => {
                tracing::info!(report_id = requested.report_id, said, "the report is not ready");
                match requested.clone().later(now, self.waits) {
                    Some(later) => Ok(Step::costly([CourseTask::Report(later)])),
                    None => request_anew(&requested, "it takes too long"),
                }
            }
            Ok(Report::Failed(said)) => request_anew(&requested, &said),
            // It was there: the vendor has forgotten it. How it says so is not known (reference 11).
            Err(
                VendorError::NotFound { detail, .. }
                | VendorError::Foreign { status: 400 | 404 | 410, detail, .. }
                | VendorError::Unexpected { status: 400 | 410, detail, .. },
            ) => request_anew(&requested, &detail),
            Ok(Report::Ready(rows)) => {
                let (window, limited) = (requested.window, self.limited.as_ref());
                let (staging, rows_at_once) = ((&self.stash, &self.users), self.rows_at_once);
                let read = report::read(*rows, window, limited, staging, rows_at_once, self.slice);
                match read.await {
                    Ok(reading) if reading.received == 0 && requested.is_doubted() => {
                        let report_id = &requested.report_id;
                        tracing::info!(report_id, "an empty report: asked for once more");
                        Ok(Step::costly([CourseTask::Report(requested.doubted(now, self.waits))]))
                    }
                    Ok(reading) => {
                        let list = requested.list;
                        let request = |window| {
                            let window = Some(window);
                            CourseTask::Request { list, window, failed: 0 }
                        };
                        let rest = reading.rest.map(request);
                        let staged = |segment| (list.shelf(), Table::Enrolments, segment);
                        let segments = reading.segments.into_iter().map(staged).collect();
                        let findings = reading.findings;
                        Ok(Step { segments, findings, ..Step::costly(rest) })
                    }
                    Err(SyncError::Vendor(error @ VendorError::Unavailable { .. })) => {
                        tracing::warn!(report_id = requested.report_id, reason = %error, "the report broke off");
                        Ok(Step::costly([CourseTask::Report(
                            requested.again(error, now + self.waits[0])?,
                        )]))
                    }
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// A report that failed is requested once more; then something is wrong.
fn request_anew(requested: &Requested, said: &str) -> Result<Step<CourseTask>, SyncError> {
    let Requested { list, window, failed, .. } = *requested;
    if failed > 0 {
        return Err(SyncError::ReportFailed(said.to_owned()));
    }
    tracing::warn!(reason = said, "the report failed");
    let again = CourseTask::Request { list, window: Some(window), failed: failed + 1 };
    Ok(Step::costly([again]))
}

/// What is wrong with the one item of a search that is a row.
fn faults_of_one(faults: &[RowFault]) -> Findings {
    let described = faults.iter().map(|fault| {
        let id = fault.id.as_deref().unwrap_or_default();
        format!("search for {id}: {}", fault.problem)
    });
    let rows = RowsRead { read: 1, faulty: u64::from(!faults.is_empty()) };
    Findings {
        rows_read: BTreeMap::from([(Table::Courses, rows)]),
        faulty_rows: faults.len() as u64,
        faults: described.collect(),
        ..Findings::default()
    }
}

/// The piece of work that reads a part of the catalogue, or of what has changed in it.
fn catalogue_of(list: List) -> fn(Part) -> CourseTask {
    if list.is_of_changes() { CourseTask::Changed } else { CourseTask::Catalogue }
}
