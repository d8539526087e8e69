//! Which path is answered with what.

mod catalog;
mod common;
mod reports;
mod search;
mod users;
mod write;

use std::{sync::Arc, time::Duration};

use hyper::Method;
use serde_json::Value;
use simulator_kit::Reply;

use crate::{
    body::Body,
    call::{Address, Call, Service},
    faults::Fault,
    paging::Page,
    quirks::{IdsOf, Quirks},
    refusal::Refusal,
    reply, spelling,
    state::State,
    tamper,
    world::World,
};

/// What every route can see.
pub(crate) struct Desk<'a> {
    pub(crate) state: &'a State,
    /// The organisation as it is now; a write makes another.
    pub(crate) world: Arc<World>,
    pub(crate) quirks: Quirks,
    pub(crate) call: &'a Call,
    pub(crate) body: &'a Body,
    pub(crate) faults: &'a [Fault],
    /// When the request arrived, since the start.
    pub(crate) at: Duration,
}

/// A request that was carried out.
pub(crate) struct Done {
    pub(crate) reply: Reply,
    /// The account that it created.
    pub(crate) created: Option<String>,
    /// Whether mail was sent for it.
    pub(crate) mail: bool,
}

impl From<Reply> for Done {
    fn from(reply: Reply) -> Self {
        Self { reply, created: None, mail: false }
    }
}

/// Carries out a request.
pub(crate) fn route(desk: &Desk<'_>, method: &Method) -> Result<Done, Refusal> {
    let service = desk.call.service().ok_or_else(Refusal::no_route)?;
    let Address { version, organization_id, rest } =
        desk.call.address().ok_or_else(Refusal::no_route)?;
    if !organization_id.eq_ignore_ascii_case(&desk.state.organization_id) {
        let status = desk.quirks.wrong_organization_status;
        return Err(Refusal::gateway(status, "The token is not valid for this organization"));
    }
    if !service.permitted(*desk.state.permissions.read()) {
        let status = desk.quirks.missing_permission_status;
        return Err(Refusal::gateway(status, "The service account may not use this service"));
    }
    match (service, version, method) {
        (Service::UserManagement, "v1", &Method::GET) => users::read(desk, &rest).map(Done::from),
        (Service::UserManagement, "v1", _) => write::write(desk, method, &rest),
        (Service::ContentDiscovery, "v2", &Method::GET) if rest == ["catalog-content"] => {
            catalog::page(desk).map(Done::from)
        }
        (Service::ContentDiscovery, "v1", &Method::GET) if rest == ["search-content"] => {
            search::page(desk).map(Done::from)
        }
        (Service::Reporting, "v1", _) => reports::route(desk, method, &rest).map(Done::from),
        (Service::Common, _, &Method::GET) => common::read(desk, version, &rest).map(Done::from),
        _ => Err(Refusal::no_route()),
    }
}

impl Desk<'_> {
    fn page(&self, default: usize) -> Result<Page, Refusal> {
        Page::new(self.call, default, &self.quirks)
    }

    /// A list as it is sent.
    fn list(&self, mut rows: Vec<Value>) -> Reply {
        tamper::list(&mut rows, self.faults);
        match rows.as_slice() {
            [one] if self.quirks.one_in_place_of_a_list => reply::json(200, one),
            _ => reply::json(200, &Value::Array(rows)),
        }
    }

    /// A list of records with ids of this kind.
    fn records(&self, mut rows: Vec<Value>, of: IdsOf) -> Reply {
        spelling::spell(&mut rows, of, &self.quirks);
        self.list(rows)
    }

    /// A number of records as far as counting goes.
    fn counted(&self, count: usize) -> usize {
        self.quirks.counted_up_to.map_or(count, |most| count.min(most as usize))
    }
}
