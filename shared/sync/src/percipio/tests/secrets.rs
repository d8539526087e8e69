//! A launch link holds a signed key: it is neither in a table nor in what is staged for one.

use percipio_simulator::{LAUNCH_SECRET, Options};
use rollcall_roster::{Course, Table};
use rollcall_snapshot::Merge;

use super::tenant::Tenant;

/// Courses as they were staged.
async fn staged(tenant: &Tenant) -> Vec<Course> {
    let segments = tenant.checkpoint().await.staged[&Table::Courses].clone();
    let mut merge = Merge::new(tenant.store.clone(), &segments, None, |_, later| later);
    let mut rows = Vec::new();
    while let Some(row) = merge.next().await.unwrap() {
        rows.push(row);
    }
    rows
}

#[tokio::test]
async fn no_launch_link_is_kept() {
    let catalogue = Tenant::start(Options::default());
    let mut searched = Tenant::start(Options::default());
    searched.scope.limited_courses = Some(searched.simulator.world().course_ids());
    for tenant in [catalogue, searched] {
        tenant.courses().await.unwrap();
        let rows = tenant.table::<Course>("sync-courses").await;
        for row in rows.into_iter().chain(staged(&tenant).await) {
            let attributes = row.attributes.as_deref().unwrap();
            assert!(attributes.contains("localizedMetadata"), "{attributes}");
            let row = format!("{row:?}");
            assert!(!row.contains(LAUNCH_SECRET) && !row.contains("aiccLaunch"), "{row}");
        }
    }
}
