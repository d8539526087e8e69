//! Which write does what.

mod accounts;
mod courses;
mod members;
mod paths;
mod teams;
mod user_teams;
mod vetting;

use std::collections::BTreeSet;

use hyper::Method;
use jiff::Timestamp;

use super::{Desk, no_endpoint};
use crate::{
    body::{Body, Form},
    call::Call,
    options::Quirks,
    reply::Refusal,
    wire::content::Content,
    world::{Sent, World, shelf::Shelf},
};

/// What every write can see and change.
pub(crate) struct Pen<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) quirks: &'a Quirks,
    pub(crate) call: &'a Call,
    pub(crate) body: &'a Body,
    /// When it happens.
    pub(crate) at: Timestamp,
}

/// A write that was carried out.
pub(crate) struct Done {
    pub(crate) status: u16,
    /// What was created.
    pub(crate) content: Option<Content>,
    /// Whether mail was sent for it.
    pub(crate) mail: bool,
}

impl Done {
    /// Carried out; nothing more to say.
    const PLAIN: Self = Self { status: 200, content: None, mail: false };
    /// The same for what adds something.
    const ADDED: Self = Self { status: 201, ..Self::PLAIN };
}

/// What becomes of a write.
type Outcome = Result<Done, Refusal>;

/// Carries out a request that is no GET.
pub(crate) fn write(pen: &mut Pen<'_>, method: &Method) -> Outcome {
    let segments = pen.call.segments().ok_or_else(no_endpoint)?.to_vec();
    let words: Vec<String> = segments.iter().map(|word| word.to_ascii_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let at = |place: usize| segments.get(place).map(String::as_str).unwrap_or_default();
    let (id, other) = (at(1), at(3));
    match (method.as_str(), words.as_slice()) {
        ("POST", ["users"]) => accounts::create(pen),
        ("PUT", ["users", _]) => accounts::replace(pen, id),
        ("DELETE", ["users", _]) => accounts::delete(pen, id),
        ("POST", ["users", _, "teams"]) => user_teams::join(pen, id),
        ("DELETE", ["users", _, "teams"]) => user_teams::leave_all(pen, id),
        ("POST", ["users", _, "courses"]) => courses::assign(pen, id),
        ("DELETE", ["users", _, "courses", _]) => courses::unassign(pen, id, other),
        ("POST", ["users", _, "learningpaths"]) => paths::assign(pen, id),
        ("DELETE", ["users", _, "learningpaths", _]) => paths::unassign(pen, id, other),
        ("POST", ["teams"]) => teams::create(pen, None),
        ("POST", ["teams", _, "teams"]) => teams::create(pen, Some(id)),
        ("PUT", ["teams", _]) => teams::replace(pen, id),
        ("DELETE", ["teams", _]) => teams::delete(pen, id),
        ("POST", ["teams", _, "users"]) => members::add(pen, id),
        ("DELETE", ["teams", _, "users", _]) => members::remove(pen, id, other),
        ("PUT" | "DELETE", ["teams", _, role @ ("leaders" | "admins"), _]) => {
            members::promote(pen, id, other, *role == "leaders", method == Method::PUT)
        }
        _ => Err(Refusal::new(405, "Method not allowed.")),
    }
}

impl Pen<'_> {
    /// The same things, to read them.
    fn desk(&self) -> Desk<'_> {
        Desk { world: self.world, quirks: self.quirks, call: self.call }
    }

    /// Text as it is meant.
    fn meant(&self, mut form: Form) -> Form {
        if self.quirks.entities_in_writes {
            form.decode_entities();
        }
        form
    }

    /// An account by its id; here a user name does not do.
    fn user(&self, id: &str, status: u16, detail: &str) -> Result<u32, Refusal> {
        self.world.users.find(id).ok_or_else(|| Refusal::new(status, detail))
    }
}

/// Those of a list that exist, each once.
fn known(forms: &[Form], shelf: &Shelf) -> BTreeSet<u32> {
    forms.iter().filter_map(|form| shelf.find(&form.text("Id"))).collect()
}
