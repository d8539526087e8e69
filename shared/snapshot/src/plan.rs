//! What kind of run it is and what it builds on, settled once when the run begins.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{AccountChange, Manifest, RunAccount, RunId, Scope};

/// The two kinds of run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everything is read.
    #[default]
    Full,
    /// Only what has changed is read, and laid over the last published snapshot.
    Delta,
}

impl Mode {
    /// Its name in events and manifests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Delta => "delta",
        }
    }
}

/// What a run builds on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The published run.
    pub run_id: RunId,
    /// From when on changes are asked for; `None`: they are not, it was too long ago.
    pub since: Option<Timestamp>,
}

/// What a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Kind {
    /// Everything is read.
    Full {
        /// Why it is not the delta run that was asked for.
        fell_back: Option<String>,
        /// What it takes over what it cannot tell from, if there is anything to take over.
        carries: Option<Base>,
    },
    /// Changes of a base.
    Delta(Base),
}

/// What a run is, and when that was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPlan {
    /// What was asked for.
    pub asked: Mode,
    /// What it is.
    pub kind: Kind,
    /// When that was settled.
    pub settled_at: Timestamp,
    /// The length at which the vendor was seen to cap its pages by the run before.
    #[serde(default)]
    pub page_cap: Option<u64>,
    /// Rows of the longest page that the vendor gave in the runs before, back to a full one.
    #[serde(default)]
    pub longest_page: Option<u64>,
    /// The last published run of the same account when that was settled.
    #[serde(default)]
    pub last_published: Option<RunId>,
    /// What it is asked for; `None` in a run that a release began that did not settle it.
    #[serde(default)]
    pub scope: Option<Scope>,
    /// The account that it reads; `None` likewise.
    #[serde(default)]
    pub account: Option<RunAccount>,
}

/// What a function is configured to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSubject {
    /// Which courses.
    pub scope: Scope,
    /// Of which account.
    pub account: RunAccount,
}

impl RunSubject {
    /// In what the account differs from the one that an earlier run has read, if it is another one.
    #[must_use]
    pub fn other_account(&self, before: &Manifest) -> Option<String> {
        match AccountChange::since(&before.vendor, before.account.as_ref(), &self.account) {
            AccountChange::OtherAccount(told) => Some(told),
            AccountChange::Same | AccountChange::OtherAddress(_) => None,
        }
    }
}

/// What an operator allows delta runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeltaLimits {
    /// How far before its base's start a delta run asks for changes: whatever time zone the vendor
    /// takes an instant for, and however late it lists a change.
    pub overlap: SignedDuration,
    /// How old a base may be.
    pub max_age: SignedDuration,
}

impl RunPlan {
    /// A run that reads everything and builds on nothing: what runs were before there were others.
    #[must_use]
    pub const fn plain(settled_at: Timestamp) -> Self {
        let kind = Kind::Full { fell_back: None, carries: None };
        Self {
            asked: Mode::Full,
            kind,
            settled_at,
            page_cap: None,
            longest_page: None,
            last_published: None,
            scope: None,
            account: None,
        }
    }

    /// Settles what a run is that was asked for, `latest` being the last published one.
    #[must_use]
    pub fn settle(
        asked: Mode,
        subject: &RunSubject,
        latest: Option<&Manifest>,
        limits: DeltaLimits,
        now: Timestamp,
    ) -> Self {
        let usable = usable(subject, latest, limits, now);
        let kind = match (asked, usable) {
            (Mode::Delta, Ok(base)) => Kind::Delta(base),
            (Mode::Delta, Err((why, base))) => Kind::Full { fell_back: Some(why), carries: base },
            (Mode::Full, Ok(base)) => Kind::Full { fell_back: None, carries: Some(base) },
            (Mode::Full, Err((_, base))) => Kind::Full { fell_back: None, carries: base },
        };
        let kind = match kind {
            // What no delta run has told there is no need to take over.
            Kind::Full { fell_back, .. } if !latest.is_some_and(Manifest::knows_changes) => {
                Kind::Full { fell_back, carries: None }
            }
            kind => kind,
        };
        let same_account = latest.filter(|latest| subject.other_account(latest).is_none());
        let page_cap = same_account.and_then(|latest| latest.page_cap);
        let RunSubject { scope, account } = subject.clone();
        let (scope, account) = (Some(scope), Some(account));
        let last_published = same_account.map(|latest| latest.run_id.clone());
        let longest_page = same_account.and_then(|latest| latest.longest_page);
        Self {
            asked,
            kind,
            settled_at: now,
            page_cap,
            longest_page,
            last_published,
            scope,
            account,
        }
    }

    /// What a function that is configured for this `subject` would read otherwise than the run does,
    /// by the variable's name; `None` if nothing.
    #[must_use]
    pub fn differs_from(&self, subject: &RunSubject) -> Option<String> {
        let scope = self.scope.as_ref().filter(|scope| **scope != subject.scope);
        let scope = scope.map(|began| {
            let courses = |scope: &Scope| {
                scope.limited_courses.as_ref().map_or("all".to_owned(), |ids| ids.join(","))
            };
            format!(
                "LimitedCourses (ROLLCALL_LIMITED_COURSES) is {} and was {}",
                courses(&subject.scope),
                courses(began)
            )
        });
        let account =
            self.account.as_ref().and_then(|began| subject.account.differences_from(began));
        let told: Vec<_> = scope.into_iter().chain(account).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    /// What it is.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        match self.kind {
            Kind::Full { .. } => Mode::Full,
            Kind::Delta(_) => Mode::Delta,
        }
    }

    /// Why it is not the delta run that was asked for.
    #[must_use]
    pub fn fell_back(&self) -> Option<&str> {
        match &self.kind {
            Kind::Full { fell_back, .. } => fell_back.as_deref(),
            Kind::Delta(_) => None,
        }
    }

    /// What it builds on, if on anything.
    #[must_use]
    pub const fn base(&self) -> Option<&Base> {
        match &self.kind {
            Kind::Full { carries, .. } => carries.as_ref(),
            Kind::Delta(base) => Some(base),
        }
    }

    /// The run whose rows stand for what cannot be read.
    #[must_use]
    pub fn stand_in(&self) -> Option<&RunId> {
        self.base().map(|base| &base.run_id).or(self.last_published.as_ref())
    }
}

/// What changes can be laid over; otherwise why not, and what can be taken over all the same.
fn usable(
    subject: &RunSubject,
    latest: Option<&Manifest>,
    limits: DeltaLimits,
    now: Timestamp,
) -> Result<Base, (String, Option<Base>)> {
    let Some(latest) = latest else {
        return Err(("there is no published run yet".to_owned(), None));
    };
    if let Some(told) = subject.other_account(latest) {
        return Err((
            format!("another_account: run {} read another one: {told}", latest.run_id),
            None,
        ));
    }
    if latest.scope != subject.scope {
        return Err((format!("run {} had other limited_courses", latest.run_id), None));
    }
    let run_id = latest.run_id.clone();
    let age = now.duration_since(latest.started_at);
    if age > limits.max_age {
        let (days, allowed) = (age.as_hours() / 24, limits.max_age.as_hours() / 24);
        let why = format!("run {run_id} is {days} days old, {allowed} are allowed");
        return Err((why, Some(Base { run_id, since: None })));
    }
    let since = latest.started_at.saturating_sub(limits.overlap).unwrap_or(latest.started_at);
    Ok(Base { run_id, since: Some(since) })
}

#[cfg(test)]
mod tests;
