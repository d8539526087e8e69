//! Litmos: one key for everything.

use std::collections::BTreeSet;

use rollcall_vendor_client::{VendorError, litmos::Litmos};

use crate::{
    report::{BUCKET, Check, Report},
    told::{names, outcome, rows_read, told},
};

/// The checks, in the order of the answer.
pub(crate) const CHECKS: &[&str] =
    &["credentials", "read_users", "read_teams", "read_courses", BUCKET];

/// Checks the vendor, one list after another.
pub(crate) async fn check(litmos: &Litmos, report: &mut Report) {
    match litmos.count_users().await {
        Ok(count) => {
            report.counts.insert("users", count);
            report.checks.push(Check::passed("credentials", "the vendor takes the API key"));
        }
        // Known to the vendor, but not allowed to: the credentials as such are good.
        Err(error @ VendorError::Forbidden { .. }) => {
            report.checks.push(Check::passed("credentials", "the vendor takes the API key"));
            report.checks.push(Check::failed("read_users", told(&error)));
        }
        Err(error) => {
            report.refused_credentials = matches!(error, VendorError::Unauthorized { .. });
            report.checks.push(Check::failed("credentials", told(&error)));
            report.fail_the_rest("not tried, since the credentials could not be shown to work");
            return;
        }
    }
    if !report.checks.iter().any(|check| check.is("read_users")) {
        let users = read_users(litmos, report).await;
        report.checks.push(outcome("read_users", users));
    }
    let teams = read_teams(litmos).await;
    report.checks.push(outcome("read_teams", teams));
    let courses = read_courses(litmos, report).await;
    report.checks.push(outcome("read_courses", courses));
}

async fn read_users(litmos: &Litmos, report: &mut Report) -> Result<String, VendorError> {
    let page = litmos.users(0).await?;
    for user in &page.rows {
        report.schema.roles.extend(user.role.clone());
        report.schema.user_attributes.extend(names(user.attributes.as_deref()));
    }
    let read = rows_read("users", &page)?;
    let Some(user) = page.rows.first() else { return Ok(read) };
    let fields = litmos.user_custom_fields(&user.user_id).await;
    Ok(with_custom_fields(read, fields, &mut report.schema.user_attributes))
}

async fn read_teams(litmos: &Litmos) -> Result<String, VendorError> {
    let page = litmos.teams(0).await?;
    rows_read("teams", &page)
}

async fn read_courses(litmos: &Litmos, report: &mut Report) -> Result<String, VendorError> {
    let page = litmos.courses(0).await?;
    for course in &page.rows {
        report.schema.course_attributes.extend(names(course.attributes.as_deref()));
    }
    let read = rows_read("courses", &page)?;
    let fields = litmos.course_custom_fields().await;
    Ok(with_custom_fields(read, fields, &mut report.schema.course_attributes))
}

/// No run reads the list of custom fields, so that one that may not be read is a note only.
fn with_custom_fields(
    read: String,
    fields: Result<Vec<String>, VendorError>,
    attributes: &mut BTreeSet<String>,
) -> String {
    match fields {
        Ok(fields) => {
            attributes.extend(fields);
            read
        }
        Err(error) => {
            format!("{read}; names of custom fields not, which no run needs: {}", told(&error))
        }
    }
}
