//! Percipio: a token has its services one by one.

use rollcall_vendor_client::{VendorError, percipio::Percipio};

use crate::{
    report::{BUCKET, Check, Report},
    told::{names, outcome, rows_read, told},
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

/// Checks the vendor, one service after another. Whether a token that lacks a permission is told so
/// by 401 or by 403 is not known (Percipio reference 3.2): only one that no service takes is bad.
pub(crate) async fn check(percipio: &Percipio, report: &mut Report) {
    report.checks.push(Check::passed("read_teams", "Percipio has no teams: the tables are empty"));
    let mut token = Token::default();
    let reports = percipio.probe_credentials().await;
    token.see_report(&reports);
    let reports = reports.map(|()| "the token may request reports on learning activity".to_owned());
    report.checks.push(of_service("read_enrolments", reports));
    let users = read_users(percipio, report).await;
    token.see_list(&users);
    report.checks.push(of_service("read_users", users));
    let courses = read_courses(percipio, report).await;
    token.see_list(&courses);
    report.checks.push(of_service("read_courses", courses));
    let attributes = percipio.custom_attributes().await;
    token.see_list(&attributes);
    if token.is_known() {
        report.checks.push(Check::passed("credentials", "the vendor takes the API token"));
        let attributes = told_attributes(attributes, report);
        report.checks.push(of_service("read_attributes", attributes));
    } else {
        report.checks.clear();
        report.refused_credentials = token.is_refused;
        report.checks.push(Check::failed("credentials", token.trouble.unwrap_or_default()));
        report.fail_the_rest("nothing was read, since the credentials could not be shown to work");
    }
}

/// What the answers show of the token, whatever it may read.
#[derive(Default)]
struct Token {
    /// Some service let something be read, or said what may not be.
    is_taken: bool,
    /// Some service refused the token.
    is_refused: bool,
    /// The report that nobody has requested was not found, which any server may say.
    knows_no_report: bool,
    /// The first thing that went wrong.
    trouble: Option<String>,
}

impl Token {
    fn see_report(&mut self, answer: &Result<(), VendorError>) {
        self.knows_no_report = answer.is_ok();
        self.see(answer.as_ref().err());
    }

    fn see_list<T>(&mut self, answer: &Result<T, VendorError>) {
        self.is_taken |= answer.is_ok();
        self.see(answer.as_ref().err());
    }

    fn see(&mut self, error: Option<&VendorError>) {
        let Some(error) = error else { return };
        self.is_taken |= matches!(error, VendorError::Forbidden { .. });
        self.is_refused |= matches!(error, VendorError::Unauthorized { .. });
        self.trouble.get_or_insert_with(|| told(error));
    }

    /// A server that refuses some calls, and not the one for a report, knows the token.
    fn is_known(&self) -> bool {
        self.is_taken || (self.knows_no_report && self.is_refused)
    }
}

/// A check of one service. What to look at is another thing where only this one refuses the token.
fn of_service(name: &'static str, read: Result<String, VendorError>) -> Check {
    match read {
        Err(VendorError::Unauthorized { call, detail, .. }) => {
            let said = format!("{call}: the vendor forbids this service to the token ({detail})");
            Check::failed(name, said)
        }
        read => outcome(name, read),
    }
}

async fn read_users(percipio: &Percipio, report: &mut Report) -> Result<String, VendorError> {
    let count = percipio.count_users().await?;
    report.counts.extend(count.map(|count| ("users", count)));
    let page = percipio.users(0, None).await?.page;
    for user in &page.rows {
        report.schema.roles.extend(user.role.clone());
        report.schema.user_attributes.extend(names(user.attributes.as_deref()));
    }
    rows_read("users", &page)
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
fn told_attributes(
    listed: Result<Vec<String>, VendorError>,
    report: &mut Report,
) -> Result<String, VendorError> {
    use VendorError::{Forbidden, Foreign, NotFound, Unauthorized};
    match listed {
        Ok(listed) => {
            let message = format!("{} custom attributes", listed.len());
            report.schema.user_attributes.extend(listed);
            Ok(message)
        }
        Err(Unauthorized { .. } | Forbidden { .. } | NotFound { .. } | Foreign { .. }) => {
            Ok("the token may not use the Common service, which is not needed: names of \
                attributes are taken from accounts"
                .to_owned())
        }
        Err(error) => Err(error),
    }
}
