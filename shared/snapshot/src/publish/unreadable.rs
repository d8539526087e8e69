//! What the vendor has but did not give, and which run's rows stand for it.

use std::collections::{BTreeMap, BTreeSet};

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
    for of in found {
        let since = match &before {
            Some(before) => since(publisher, before, &of, run_id).await?,
            None => Unreadable { since: run_id.clone(), rows_of: None },
        };
        unreadable.insert(of, since);
    }
    Ok(unreadable)
}

/// Since when it cannot be read, by the run whose rows stand for it.
async fn since(
    publisher: &Publisher,
    before: &Manifest,
    of: &TeamOrCourse,
    run_id: &RunId,
) -> Result<Unreadable, PublishError> {
    if let Some(already) = before.unreadable.get(of) {
        return Ok(already.clone());
    }
    let table = of.table();
    let parts = before.tables.get(table.name()).map(|table| table.parts.clone());
    let ids = ids_of(publisher, table, parts.unwrap_or_default()).await?;
    let rows_of = ids.contains(of.id()).then(|| before.run_id.clone());
    Ok(Unreadable { since: run_id.clone(), rows_of })
}
