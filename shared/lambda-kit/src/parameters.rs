//! Which parameter of the template sets which variable; `infra/tests/test_parameters.py` holds the two
//! together.

/// Variables and the parameters that say their values. What the stack makes itself has none.
const PARAMETERS: &[(&str, &str)] = &[
    ("ROLLCALL_CONNECTION", "Connection"),
    ("ROLLCALL_VENDOR", "Vendor"),
    ("ROLLCALL_REGION", "VendorRegion"),
    ("ROLLCALL_LITMOS_SOURCE", "LitmosSource"),
    ("ROLLCALL_LITMOS_DATES", "LitmosDates"),
    ("ROLLCALL_PERCIPIO_ORGANIZATION_ID", "PercipioOrganizationId"),
    ("ROLLCALL_SECRET_ID", "SecretArn"),
    ("ROLLCALL_LIMITED_COURSES", "LimitedCourses"),
    (
        "ROLLCALL_REQUESTS_PER_MINUTE",
        "RequestsPerMinute, ProvisionRequestsPerMinute or CheckConnectionRequestsPerMinute",
    ),
    ("ROLLCALL_BORROWED_REQUESTS_PER_MINUTE", "BorrowedRequestsPerMinute"),
    ("ROLLCALL_BASE_URL", "BaseUrl"),
    ("ROLLCALL_DELTA_OVERLAP_HOURS", "DeltaOverlapHours"),
    ("ROLLCALL_DELTA_MAX_AGE_DAYS", "DeltaMaxAgeDays"),
    ("ROLLCALL_MAX_SHRINK_PERCENT", "MaxShrinkPercent"),
    ("ROLLCALL_MAX_DANGLING_PERCENT", "MaxDanglingPercent"),
    ("ROLLCALL_UNREADABLE", "Unreadable"),
    ("ROLLCALL_SLICE_SECONDS", "SliceSeconds"),
    ("ROLLCALL_PROVISIONING", "Provisioning"),
    ("ROLLCALL_GRANTABLE_ROLES", "GrantableRoles"),
    ("ROLLCALL_PROTECTED_USERS", "ProtectedUsers"),
    ("ROLLCALL_MAX_GRANT_HOURS", "MaxGrantHours"),
    ("ROLLCALL_REQUIRE_TICKET", "RequireTicket"),
];

/// What a message about a variable adds for whoever deploys the template.
pub(crate) fn set_from(variable: &str) -> String {
    let parameter = PARAMETERS.iter().find(|(of, _)| *of == variable);
    parameter.map_or_else(String::new, |(_, name)| format!("; the template sets it from {name}"))
}
