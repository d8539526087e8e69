//! What the vendor has but did not give, and which run's rows stand for it.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use super::{PublishError, Publisher, examine::ids_of};
use crate::{Findings, Manifest, RunId, RunPlan, TeamOrCourse, Unreadable};

/// What a delta run has from its base, as far as it is still there: it reads none of it itself.
pub(super) fn of_base(
    base: Option<&Manifest>,
    is_there: impl Fn(&TeamOrCourse) -> bool,
) -> BTreeMap<TeamOrCourse, Unreadable> {
    let of_base = base.into_iter().flat_map(|base| &base.unreadable);
    let still = of_base.filter(|(of, _)| is_there(of));
    still.map(|(of, unreadable)| (of.clone(), unreadable.clone())).collect()
}

/// What a run that reads everything could not read.
pub(super) async fn found(
    publisher: &Publisher,
    run_id: &RunId,
    plan: Option<&RunPlan>,
    findings: &Findings,
) -> Result<BTreeMap<TeamOrCourse, Unreadable>, PublishError> {
    let found: BTreeSet<_> = findings.unreadable().collect();
    let mut unreadable = BTreeMap::new();
    if found.is_empty() {
        return Ok(unreadable);
    }
    let before = match plan.and_then(RunPlan::stand_in) {
        Some(before) => Some(publisher.manifest(before).await?),
        None => None,
    };
    let before = before.as_ref();
    let mut ids_before = BTreeMap::new();
    for of in found {
        if let Some(already) = before.and_then(|before| before.unreadable.get(&of)) {
            unreadable.insert(of, already.clone());
            continue;
        }
        let ids = match ids_before.entry(of.table()) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(unread) => {
                let table = before.and_then(|before| before.tables.get(of.table().name()));
                let parts = table.map(|table| table.parts.clone()).unwrap_or_default();
                unread.insert(ids_of(publisher, of.table(), parts).await?)
            }
        };
        let before = before.filter(|_| ids.contains(of.id()));
        let rows_of = before.map(|before| before.run_id.clone());
        unreadable.insert(of, Unreadable { since: run_id.clone(), rows_of });
    }
    Ok(unreadable)
}
