//! Reports: asked for, built for a while, then given as one long list.

pub(crate) mod filter;
pub(crate) mod request;
pub(crate) mod row;
pub(crate) mod rows;

use std::{sync::Arc, time::Duration};

use serde::Serialize;
use serde_json::{Value, json};

use self::filter::Filter;
use crate::{
    options::ReportTime,
    quirks::{PollKey, Quirks},
    spelling::title_case,
    world::{
        World,
        uuid::{Kind, Uuid},
    },
};

/// A report that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Its id.
    pub id: String,
    /// The request's body.
    pub body: Value,
    /// Whether the request (by `isFileRequiredInSftp`, true if it is left out) wanted a file too.
    pub file_in_sftp: bool,
    /// How often its status was given.
    pub polls: u32,
    /// How often its rows were begun to be given.
    pub downloads: u32,
    /// Whether it fails.
    pub fails: bool,
}

/// A report and what it is made from.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) report: Report,
    pub(crate) filter: Filter,
    world: Arc<World>,
    asked_at: Duration,
    said_processed: bool,
    forgotten: bool,
}

/// What there is to say about a report.
#[derive(Debug)]
pub(crate) enum Standing {
    Unknown,
    Status(Value),
    Ready(Arc<World>, Filter),
}

/// Every report that was asked for.
#[derive(Debug, Default)]
pub(crate) struct Reports(Vec<Order>);

impl Reports {
    /// Notes a request and gives the report's id.
    pub(crate) fn order(
        &mut self,
        world: Arc<World>,
        filter: Filter,
        body: Value,
        asked_at: Duration,
        fails: bool,
    ) -> String {
        let id = Uuid::of(world.plan.seed, Kind::Report, self.0.len() as u32).to_string();
        let file_in_sftp = body["isFileRequiredInSftp"] != Value::Bool(false);
        let report = Report { id: id.clone(), body, file_in_sftp, polls: 0, downloads: 0, fails };
        let (said_processed, forgotten) = (false, false);
        self.0.push(Order { report, filter, world, asked_at, said_processed, forgotten });
        id
    }

    /// How it stands with a report for who asks now.
    pub(crate) fn ask(
        &mut self,
        id: &str,
        now: Duration,
        time: ReportTime,
        quirks: &Quirks,
    ) -> Standing {
        let known = |order: &&mut Order| order.report.id.eq_ignore_ascii_case(id);
        let found = self.0.iter_mut().find(known).filter(|order| !order.forgotten);
        let Some(order) = found else { return Standing::Unknown };
        let rows = u64::from(order.world.pairs.count());
        let whole = Duration::from_millis(time.ms + time.ms_per_1000 * rows / 1000);
        let built = order.report.polls >= time.polls && now - order.asked_at >= whole;
        let status = match (built, order.report.fails) {
            (true, true) => "FAILED",
            (true, false) if quirks.processed_first && !order.said_processed => "PROCESSED",
            (true, false) => {
                order.report.downloads += 1;
                return Standing::Ready(Arc::clone(&order.world), order.filter.clone());
            }
            (false, _) if order.report.polls == 0 => "PENDING",
            (false, _) => "IN_PROGRESS",
        };
        order.said_processed = status == "PROCESSED";
        order.report.polls += 1;
        Standing::Status(order.status(status, quirks))
    }

    pub(crate) fn forget(&mut self) {
        self.0.iter_mut().for_each(|order| order.forgotten = true);
    }

    pub(crate) fn all(&self) -> Vec<Report> {
        self.0.iter().map(|order| order.report.clone()).collect()
    }
}

impl Order {
    fn status(&self, word: &str, quirks: &Quirks) -> Value {
        let word = if quirks.title_case_status { title_case(word, "_") } else { word.to_owned() };
        let mut value = json!({ "status": word });
        match quirks.poll_key {
            PollKey::ReportId => value["reportId"] = json!(self.report.id),
            PollKey::Id => value["id"] = json!(self.report.id),
            PollKey::Absent => {}
        }
        if self.report.fails && word.eq_ignore_ascii_case("failed") {
            value["error"] = json!("The report could not be generated.");
        }
        value
    }
}
