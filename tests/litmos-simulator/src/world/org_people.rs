//! Accounts and memberships as the lists of changes have them.

use jiff::Timestamp;

use super::{Dates, World, ids::Kind};
use crate::wire::cell::{Cell, Record, field};

/// The fields of an account, in the order of the wire; `OriginalUserId` is new here, as are the
/// dates and who acted.
const USER: &str = "Id UserName FirstName LastName FullName Email AccessLevel DisableMessages \
                    Active Skype PhoneWork PhoneMobile LastLogin LoginKey IsCustomUsername \
                    TimeZone SalesforceId OriginalUserId Street1 Street2 City State PostalCode \
                    Country CompanyName JobTitle CustomField1 CustomField2 CustomField3 \
                    CustomField4 CustomField5 CustomField6 CustomField7 CustomField8 \
                    CustomField9 CustomField10 SalesforceContactId SalesforceAccountId \
                    CreatedDate UpdatedDate CreatedBy UpdatedBy Brand ManagerId ManagerName \
                    EnableTextNotification Website Twitter ExpirationDate ExternalEmployeeId \
                    ProfileType";
/// What is left of the link that signs its bearer in.
const LOGIN_STUB: &str = "/login.aspx?loginkey=";

impl World {
    /// An account as `/org/users/details` lists it; its dates are in either form.
    pub(crate) fn org_user_record(&self, user: u32, iso_dates: bool) -> Record {
        let record = self.user_record(user);
        let dates = self.user_dates(user);
        let date = |at: Option<Timestamp>| match iso_dates {
            true => Cell::Iso(at),
            false => Cell::instant(at),
        };
        let cell = |name| match name {
            "LoginKey" => Cell::Exact(LOGIN_STUB.into()),
            "OriginalUserId" => Cell::Int(Kind::User.original_id(user)),
            "CreatedDate" => date(Some(dates.created)),
            "UpdatedDate" => date(dates.updated),
            "CreatedBy" => self.creator("user", user),
            "UpdatedBy" => self.updater(&dates),
            _ => field(&record, name).cloned().unwrap_or(Cell::Null),
        };
        USER.split_whitespace().map(|name| (name, cell(name))).collect()
    }

    /// A membership as `/org/teams/users` lists it.
    pub(crate) fn org_member_record(&self, team: u32, user: u32) -> Record {
        let dates = self.member_dates(team, user);
        let roles = self.roles(team, user).unwrap_or_default();
        let mut record = vec![
            ("TeamId", Cell::Exact(self.teams.id(team).into())),
            ("Id", Cell::Exact(self.users.id(user).into())),
            ("OriginalTeamId", Cell::Int(Kind::Team.original_id(team))),
            ("OriginalUserId", Cell::Int(Kind::User.original_id(user))),
            ("Active", Cell::Bool(dates.ended.is_none())),
            ("IsTeamLeader", Cell::Bool(roles.leader)),
            ("IsTeamAdmin", Cell::Bool(roles.admin)),
        ];
        record.extend(self.link_dates(&dates));
        record
    }

    /// The dates of a link and who acted.
    pub(super) fn link_dates(&self, dates: &Dates) -> [(&'static str, Cell); 4] {
        [
            ("CreatedDate", Cell::Instant(dates.created)),
            ("UpdatedDate", Cell::instant(dates.touched())),
            ("CreatedBy", Cell::Int(self.owner())),
            ("UpdatedBy", self.updater(dates)),
        ]
    }

    /// Who made a thing: the first account, or nobody, which has two numbers.
    pub(super) fn creator(&self, topic: &str, number: u32) -> Cell {
        Cell::Int(self.plan.dice(topic, number).pick("creator", &[-1, 0, self.owner()]))
    }

    /// Who changed it last.
    pub(super) fn updater(&self, dates: &Dates) -> Cell {
        Cell::Int(dates.touched().map_or(0, |_| self.owner()))
    }

    fn owner(&self) -> i64 {
        Kind::User.original_id(0)
    }
}
