//! Percipio: a token has its services one by one.

use rollcall_vendor_client::{VendorError, percipio::Percipio};

use crate::{
    report::{BUCKET, Check, Report},
    told::{names, outcome, told},
};

/// The checks, in the order of the answer.
pub(crate) const CHECKS: &[&str] = &[
    "credentials",
    "read_users",
    "read_teams",
    "read_courses",
    "read_enrolments",
    "read_attributes",
    BUCKET,
];

/// Checks the vendor, one service after another.
pub(crate) async fn check(percipio: &Percipio, report: &mut Report) {
    let reports = percipio.probe_credentials().await;
    let users = percipio.count_users().await;
    // A wrong token is refused by every service; one that lacks a permission is known to them.
    // A server that is not Percipio may know no report either, but has no users.
    for answer in [reports.as_ref().err(), users.as_ref().err()].into_iter().flatten() {
        if !matches!(answer, VendorError::Forbidden { .. }) {
            report.checks.push(Check::failed("credentials", told(answer)));
            report.fail_the_rest("not tried, since the credentials could not be shown to work");
            return;
        }
    }
    report.checks.push(Check::passed("credentials", "the vendor takes the API token"));
    let reports = reports.map(|()| "the token may request reports on learning activity".to_owned());
    report.checks.push(outcome("read_enrolments", reports));
    let users = match users {
        Ok(count) => {
            report.counts.extend(count.map(|count| ("users", count)));
            read_users(percipio, report).await
        }
        Err(error) => Err(error),
    };
    report.checks.push(outcome("read_users", users));
    report.checks.push(Check::passed("read_teams", "Percipio has no teams: the tables are empty"));
    let courses = read_courses(percipio, report).await;
    report.checks.push(outcome("read_courses", courses));
    let attributes = read_attributes(percipio, report).await;
    report.checks.push(outcome("read_attributes", attributes));
}

async fn read_users(percipio: &Percipio, report: &mut Report) -> Result<String, VendorError> {
    let page = percipio.users(0, None).await?.page;
    for user in &page.rows {
        report.schema.roles.extend(user.role.clone());
        report.schema.user_attributes.extend(names(user.attributes.as_deref()));
    }
    Ok(format!("{} users read", page.rows.len()))
}

async fn read_courses(percipio: &Percipio, report: &mut Report) -> Result<String, VendorError> {
    let opened = percipio.open_catalog(None).await?;
    for course in &opened.page.rows {
        report.schema.course_attributes.extend(names(course.attributes.as_deref()));
    }
    let items = opened.total.map_or("items".to_owned(), |total| format!("{total} items"));
    Ok(format!("the catalogue has {items} of all kinds"))
}

/// Snapshots do without this service, and provisioning takes the names from accounts then.
async fn read_attributes(percipio: &Percipio, report: &mut Report) -> Result<String, VendorError> {
    match percipio.custom_attributes().await {
        Ok(listed) => {
            let message = format!("{} custom attributes", listed.len());
            report.schema.user_attributes.extend(listed);
            Ok(message)
        }
        Err(VendorError::Forbidden { .. }) => Ok("the token has no permission for the Common \
                service, which is not needed: names of attributes are taken from accounts"
            .to_owned()),
        Err(error) => Err(error),
    }
}
