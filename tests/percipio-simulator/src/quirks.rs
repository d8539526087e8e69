//! How answers are odd without being wrong, and a switch for everything that nobody knows of the
//! vendor and that had to be inferred. The reference's paragraph is in brackets.

use serde::{Deserialize, Serialize};

/// The switches. Each can be turned while the simulator runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// No page is longer than this, whatever was asked for, and nothing says so. Default: none.
    pub page_cap: Option<u32>,
    /// No list heeds its offset: every page is the first one (2.3, seen as a loop in 2025).
    /// Default: they do.
    pub offset_ignored: bool,
    /// A list of one is the record itself, as gateways write it that make JSON of XML. Default: it is a
    /// list.
    pub one_in_place_of_a_list: bool,
    /// Whose answers have their UUIDs in capitals. Default: none.
    pub capital_ids: Vec<IdsOf>,
    /// Counting stops here: no `x-total-count` is higher. Default: it does not.
    pub counted_up_to: Option<u32>,
    /// What the bodies of errors are (3.3). Default: as described there.
    pub error_bodies: ErrorBodies,
    /// The status for a path of another organisation (1.2). Default: 403.
    pub wrong_organization_status: u16,
    /// The status for a service without permission (3.2). Default: 403.
    pub missing_permission_status: u16,
    /// A field nobody knows in a body is refused: 422 for accounts, 400 for reports. Else it is
    /// passed over. Default: refused.
    pub unknown_fields_refused: bool,

    /// What `x-total-count` of the accounts says (2.1). Default: the number.
    pub user_total: Total,
    /// Accounts move in the list while it is read (2.2). Default: they do not.
    pub moving_users: Option<Moving>,
    /// Erased accounts are in the list and can be read (11.5). Default: neither.
    pub erased_users_listed: bool,
    /// Accounts have login names; an organisation with SSO has none (4.2). Default: they have.
    pub login_names: bool,
    /// `isLXDCreator` and `isLXDPublisher` are there; older answers lack them (4.2). Default: they
    /// are.
    pub lxd_flags: bool,
    /// A look-up by external id, login name or mail address passes over the letters' case. Default:
    /// it does.
    pub lookups_ignore_case: bool,
    /// `updatedSince` leaves out what was updated at that very instant (4.7). Default: it does not.
    pub updated_since_exclusive: bool,
    /// Only the six known roles and the organisation's own can be written, others are 422 (10.3).
    /// Default: so.
    pub unknown_roles_refused: bool,
    /// A custom attribute nobody knows is 422; else it is passed over. Default: 422.
    pub unknown_attributes_refused: bool,
    /// Custom attributes that a PATCH leaves out of its list are cleared (11.7). Default: they
    /// stay.
    pub attributes_replaced: bool,
    /// A null in a PATCH clears the field (4.8); else it is passed over. Default: it clears.
    pub null_clears: bool,

    /// What `x-total-count` of the catalogue says (2.1). Default: the number.
    pub catalog_total: Total,
    /// The catalogue and searches spell types and states as reports do: `Linked Content`, `Active`.
    /// Default: `LINKED_CONTENT`, `ACTIVE`.
    pub title_case_types: bool,
    /// What the catalogue's `link` header holds (2.3). Default: first and last.
    pub link: Link,
    /// Whether a page of the catalogue comes with an `x-paging-request-id` (2.3). Default: it does.
    pub paging_request_id: PagingId,
    /// What a page after the first without a `pagingRequestId` is (10.4). Default: the first page.
    pub page_without_id: WithoutId,
    /// What a page with an empty `pagingRequestId` is (2.3). Default: the first page.
    pub page_with_empty_id: WithoutId,
    /// The status for a `pagingRequestId` that is unknown or forgotten (10.4). Default: 400.
    pub unknown_id_status: u16,
    /// Each page gives another `x-paging-request-id` for the same data set; all of them do.
    /// Default: the same one.
    pub new_id_each_page: bool,
    /// A catalogue page past the end is 204; else an empty list. An empty catalogue is 204 always.
    /// Default: an empty list.
    pub past_the_end_is_204: bool,

    /// What a search finds in content of other languages than its `localeCode`, which is `en` by
    /// default (6.1). Default: nothing.
    pub search_locale: SearchLocale,
    /// So many items that are not meant come with a search, before the one that is (6.1). Default:
    /// 2.
    pub search_finds_others: u32,
    /// Inactive items are found by a search. Default: they are.
    pub search_finds_inactive: bool,
    /// A search's items have `lifecycle`, `code` and `keywords` (6.2). Default: they do not.
    pub search_tells_lifecycle: bool,

    /// The status of an accepted report request, 200 or 202 (7.2). Default: 202.
    pub report_accepted_status: u16,
    /// The status for a report that is unknown or forgotten (7.2, 11.3). Default: 404.
    pub unknown_report_status: u16,
    /// Under which key a report that is not ready has its id (7.2). Default: `reportId`.
    pub poll_key: PollKey,
    /// A report's status is written `In_Progress` (7.2). Default: `IN_PROGRESS`.
    pub title_case_status: bool,
    /// A report that is ready says `PROCESSED` once before it gives its rows (7.2). Default: not.
    pub processed_first: bool,
    /// A report that is not ready is an empty list. Default: it says its status.
    pub empty_while_building: bool,
    /// How many rows in a hundred have no `userUuid`, and a `userId` in small letters (7.4: it is not
    /// in the service's own schema). Default: 0.
    pub without_user_uuid_percent: u32,
    /// A report without a window is refused with 422 (7.3); else it is about all time. Default:
    /// refused.
    pub window_required: bool,
    /// A longer window is refused with 400 (7.3). Default: no limit.
    pub max_window_days: Option<u32>,
    /// A window that ends later than now is refused with 400 (11.10). Default: taken.
    pub future_end_refused: bool,
    /// A window's end does not belong to it. Default: it does.
    pub window_end_exclusive: bool,
    /// Which status a row of a window has (11.9). Default: the current one.
    pub window_status: WindowStatus,
    /// Rows are as documented and not as seen: numbers are numbers, `% ofVideoOrBook`, custom
    /// attributes in an object of their own (7.4). Default: as seen.
    pub rows_as_documented: bool,
    /// Some rows have the documented statuses beside `Started` and `Completed` (7.4). Default:
    /// so.
    pub documented_statuses: bool,
    /// How many rows in a hundred have a status that no list of what is done has (7.4). Default: 0.
    pub unknown_status_percent: u32,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            page_cap: None,
            offset_ignored: false,
            one_in_place_of_a_list: false,
            capital_ids: Vec::new(),
            counted_up_to: None,
            error_bodies: ErrorBodies::Described,
            wrong_organization_status: 403,
            missing_permission_status: 403,
            unknown_fields_refused: true,
            user_total: Total::Exact,
            moving_users: None,
            erased_users_listed: false,
            login_names: true,
            lxd_flags: true,
            lookups_ignore_case: true,
            updated_since_exclusive: false,
            unknown_roles_refused: true,
            unknown_attributes_refused: true,
            attributes_replaced: false,
            null_clears: true,
            catalog_total: Total::Exact,
            title_case_types: false,
            link: Link::FirstAndLast,
            paging_request_id: PagingId::Told,
            page_without_id: WithoutId::FirstPage,
            page_with_empty_id: WithoutId::FirstPage,
            unknown_id_status: 400,
            new_id_each_page: false,
            past_the_end_is_204: false,
            search_locale: SearchLocale::Heeded,
            search_finds_others: 2,
            search_finds_inactive: true,
            search_tells_lifecycle: false,
            report_accepted_status: 202,
            unknown_report_status: 404,
            poll_key: PollKey::ReportId,
            title_case_status: false,
            processed_first: false,
            empty_while_building: false,
            without_user_uuid_percent: 0,
            window_required: true,
            max_window_days: None,
            future_end_refused: false,
            window_end_exclusive: false,
            window_status: WindowStatus::Current,
            rows_as_documented: false,
            documented_statuses: true,
            unknown_status_percent: 0,
        }
    }
}

/// Whose ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdsOf {
    /// The ids in accounts.
    Users,
    /// The ids in the catalogue and in searches.
    Catalogue,
    /// The ids in reports.
    Reports,
}

/// What the bodies of errors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorBodies {
    /// `{"error"}` from the gateway, `{"errors": [{"code"}]}` from a service.
    Described,
    /// Nothing.
    Empty,
    /// A page for people.
    Html,
}

/// What `x-total-count` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    /// The number.
    Exact,
    /// It is not there.
    Absent,
    /// The number and so many more, or less.
    OffBy(i64),
}

/// How accounts move while they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moving {
    /// Every so many pages.
    pub every_pages: u32,
    /// This many rows.
    pub rows: u32,
    /// Where to.
    pub way: Way,
}

/// Where accounts move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Others are put in before them: rows come twice, none is missed by who reads to the end, and
    /// `x-total-count` grows.
    Back,
    /// The first ones go to the end: these come twice, as many others never, and `x-total-count`
    /// stays.
    Ahead,
}

/// What the catalogue's `link` header holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// `first` and `last`, as it was seen.
    FirstAndLast,
    /// `prev` and `next` too; one link can be `rel="next last"`.
    All,
    /// `first` only.
    WithoutLast,
    /// It is not there.
    Absent,
}

/// Whether a page tells the id of its data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PagingId {
    /// It does.
    Told,
    /// The header is there and empty.
    Empty,
    /// It is not there.
    Absent,
}

/// What a page without an id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithoutId {
    /// The first page, of a new data set: a walk by offset never ends.
    FirstPage,
    /// The page that was asked for, of a new data set.
    NewDataSet,
    /// 400.
    Refused,
}

/// What the `localeCode` of a search does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchLocale {
    /// Nothing in another language is found.
    Heeded,
    /// The same, and a language in which there is nothing at all is 400.
    Strict,
    /// It is passed over.
    Ignored,
}

/// Under which key a report that is not ready has its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PollKey {
    /// `reportId`.
    ReportId,
    /// `id`.
    Id,
    /// None.
    Absent,
}

/// Which status a row has that is about a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowStatus {
    /// The current one, whatever the window.
    Current,
    /// The one at the window's end.
    AtEnd,
    /// What the window's own accesses make of it: what was completed before is started here.
    Within,
}
