//! Provisioning requests: what may stand on the queue.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use jiff::Timestamp;
use serde_json::Value;

use crate::{Door, Entitlement, Invalid, account::Account, entitlement::is_id, fields::Fields};

/// The version of what requests look like.
const VERSION: u64 = 1;

/// A request that is well-formed. Whether it may be done is the policy's business.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Its id, unique for ever.
    pub request_id: RequestId,
    /// What is wanted.
    pub operation: Operation,
    /// When a grant ends.
    pub expires_at: Option<Timestamp>,
    /// By when its work must have begun.
    pub not_after: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// The ticket that it belongs to.
    pub ticket: Option<String>,
    /// Who wants it.
    pub requested_by: Option<String>,
    /// Only say what would be done.
    pub dry_run: bool,
    /// The vendor may mail the person.
    pub notify: bool,
}

/// The id of a request: `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}`, so that it can stand in an object key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestId(String);

/// What is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// Give somebody something.
    Grant {
        /// Whom.
        principal: Principal,
        /// What.
        entitlement: Entitlement,
    },
    /// Take it away.
    Revoke {
        /// From whom.
        principal: Principal,
        /// What.
        entitlement: Entitlement,
    },
    /// Make an account.
    CreateAccount {
        /// With at least a user name.
        account: Account,
    },
    /// Change an account.
    UpdateAccount {
        /// Whose.
        principal: Principal,
        /// Only what changes.
        account: Account,
    },
    /// Let somebody in again.
    EnableAccount {
        /// Whom.
        principal: Principal,
    },
    /// Let somebody in no more; memberships stay.
    DisableAccount {
        /// Whom.
        principal: Principal,
    },
    /// Make a team.
    CreateTeam {
        /// Its name.
        name: String,
        /// The team above.
        parent_team_id: Option<String>,
    },
    /// Change a team.
    UpdateTeam {
        /// Which.
        team_id: String,
        /// Its new name.
        name: Option<String>,
        /// The team above.
        parent_team_id: Option<String>,
    },
    /// Remove a team.
    DeleteTeam {
        /// Which.
        team_id: String,
    },
    /// Make a team have exactly these members.
    SetTeamMembers {
        /// Which.
        team_id: String,
        /// The wanted full list.
        members: Vec<Principal>,
        /// Who of the others is removed.
        remove: Remove,
    },
}

/// Which members are removed whom a list does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remove {
    /// All of them.
    All,
    /// Those whom the door has brought that sends the list.
    Own(Door),
}

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principal {
    /// By the vendor's id.
    UserId(String),
    /// By the exact user name.
    UserName(String),
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserId(id) => write!(f, "user id {id:?}"),
            Self::UserName(name) => write!(f, "user name {name:?}"),
        }
    }
}

impl RequestId {
    /// Ids that begin so are Rollcall's own.
    pub const RESERVED: &str = "rollcall.";

    /// Reads an id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
        let first = text.bytes().next()?.is_ascii_alphanumeric();
        (first && text.len() <= 128 && text.bytes().all(inner)).then(|| Self(text.to_owned()))
    }

    /// The id of a message's body, if it has a usable one.
    #[must_use]
    pub fn of(body: &Value) -> Option<Self> {
        Self::parse(body.get("request_id")?.as_str()?.trim())
    }

    /// Whether only Rollcall may use it.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        self.0.starts_with(Self::RESERVED)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Request {
    /// Reads a message's body.
    ///
    /// # Errors
    /// What is wrong first, with the field that it is wrong in.
    pub fn parse(body: Value) -> Result<Self, Invalid> {
        let mut fields = Fields::of("", body)?;
        let id = fields.required("request_id")?;
        let request_id = RequestId::parse(&id).ok_or_else(|| {
            fields.invalid("request_id", "must be like req-8841: [A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
        })?;
        match fields.take("version") {
            None => {}
            Some(version) if version == VERSION => {}
            Some(_) => return Err(fields.invalid("version", "must be 1, or left out")),
        }
        let name = fields.required("operation")?;
        let operation = operation(&name, Door::of(&request_id), &mut fields)?;
        let expires_at = fields.instant("expires_at")?;
        if expires_at.is_some() && !matches!(operation, Operation::Grant { .. }) {
            return Err(fields.invalid("expires_at", "is for a grant only"));
        }
        let request = Self {
            request_id,
            operation,
            expires_at,
            not_after: fields.instant("not_after")?,
            reason: fields.prose("reason")?,
            ticket: fields.prose("ticket")?,
            requested_by: fields.prose("requested_by")?,
            dry_run: fields.flag("dry_run")?.unwrap_or(false),
            notify: fields.flag("notify")?.unwrap_or(false),
        };
        fields.end()?;
        Ok(request)
    }
}

impl Operation {
    /// The names of all.
    pub const NAMES: [&str; 10] = [
        "grant",
        "revoke",
        "create_account",
        "update_account",
        "enable_account",
        "disable_account",
        "create_team",
        "update_team",
        "delete_team",
        "set_team_members",
    ];

    /// Its name in requests and outcomes.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Grant { .. } => "grant",
            Self::Revoke { .. } => "revoke",
            Self::CreateAccount { .. } => "create_account",
            Self::UpdateAccount { .. } => "update_account",
            Self::EnableAccount { .. } => "enable_account",
            Self::DisableAccount { .. } => "disable_account",
            Self::CreateTeam { .. } => "create_team",
            Self::UpdateTeam { .. } => "update_team",
            Self::DeleteTeam { .. } => "delete_team",
            Self::SetTeamMembers { .. } => "set_team_members",
        }
    }

    /// Who it is about, if it is one account.
    #[must_use]
    pub const fn principal(&self) -> Option<&Principal> {
        match self {
            Self::Grant { principal, .. }
            | Self::Revoke { principal, .. }
            | Self::UpdateAccount { principal, .. }
            | Self::EnableAccount { principal }
            | Self::DisableAccount { principal } => Some(principal),
            Self::CreateAccount { .. }
            | Self::CreateTeam { .. }
            | Self::UpdateTeam { .. }
            | Self::DeleteTeam { .. }
            | Self::SetTeamMembers { .. } => None,
        }
    }

    /// What it is about, if it is an entitlement.
    #[must_use]
    pub const fn entitlement(&self) -> Option<&Entitlement> {
        match self {
            Self::Grant { entitlement, .. } | Self::Revoke { entitlement, .. } => Some(entitlement),
            _ => None,
        }
    }
}

const OPERATIONS: &str = "must be grant, revoke, create_account, update_account, enable_account, \
                          disable_account, create_team, update_team, delete_team or \
                          set_team_members";

fn operation(name: &str, door: Option<Door>, fields: &mut Fields) -> Result<Operation, Invalid> {
    Ok(match name {
        "grant" => {
            Operation::Grant { principal: principal(fields)?, entitlement: entitlement(fields)? }
        }
        "revoke" => {
            Operation::Revoke { principal: principal(fields)?, entitlement: entitlement(fields)? }
        }
        "create_account" => {
            let account = account(fields)?;
            if account.user_name.is_none() {
                return Err(fields.invalid("account.user_name", "is missing"));
            }
            Operation::CreateAccount { account }
        }
        "update_account" => {
            let (principal, account) = (principal(fields)?, account(fields)?);
            if account == Account::default() {
                return Err(fields.invalid("account", "must name what changes"));
            }
            Operation::UpdateAccount { principal, account }
        }
        "enable_account" => Operation::EnableAccount { principal: principal(fields)? },
        "disable_account" => Operation::DisableAccount { principal: principal(fields)? },
        "create_team" => {
            let mut team = fields.required_object("team")?;
            let (name, parent_team_id) = (team.required("name")?, id(&mut team, "parent_team_id")?);
            team.end()?;
            Operation::CreateTeam { name, parent_team_id }
        }
        "update_team" => {
            let (mut team, team_id) = existing_team(fields)?;
            let (name, parent_team_id) = (team.text("name")?, id(&mut team, "parent_team_id")?);
            team.end()?;
            if name.is_none() && parent_team_id.is_none() {
                return Err(fields.invalid("team", "must name what changes"));
            }
            Operation::UpdateTeam { team_id, name, parent_team_id }
        }
        "delete_team" => {
            let (team, team_id) = existing_team(fields)?;
            team.end()?;
            Operation::DeleteTeam { team_id }
        }
        "set_team_members" => {
            let (team, team_id) = existing_team(fields)?;
            team.end()?;
            let (members, remove) = (members(fields)?, remove(door, fields)?);
            Operation::SetTeamMembers { team_id, members, remove }
        }
        _ => return Err(fields.invalid("operation", OPERATIONS)),
    })
}

fn principal(fields: &mut Fields) -> Result<Principal, Invalid> {
    principal_of(fields.required_object("principal")?)
}

fn principal_of(mut fields: Fields) -> Result<Principal, Invalid> {
    let principal = match (id(&mut fields, "user_id")?, fields.text("user_name")?) {
        (Some(user_id), None) => Principal::UserId(user_id),
        (None, Some(user_name)) => Principal::UserName(user_name),
        _ => return Err(fields.invalid("user_id", "or user_name must be told, and not both")),
    };
    fields.end()?;
    Ok(principal)
}

fn id(fields: &mut Fields, name: &str) -> Result<Option<String>, Invalid> {
    let Some(id) = fields.text(name)? else { return Ok(None) };
    if is_id(&id) {
        return Ok(Some(id));
    }
    Err(fields.invalid(name, "must be an id of the vendor: letters, digits, - and _"))
}

fn entitlement(fields: &mut Fields) -> Result<Entitlement, Invalid> {
    let text = fields.required("entitlement")?;
    Entitlement::try_from(text).map_err(|error| fields.invalid("entitlement", &error.to_string()))
}

fn existing_team(fields: &mut Fields) -> Result<(Fields, String), Invalid> {
    let mut team = fields.required_object("team")?;
    let team_id = id(&mut team, "team_id")?;
    let team_id = team_id.ok_or_else(|| team.invalid("team_id", "is missing"))?;
    Ok((team, team_id))
}

fn members(fields: &mut Fields) -> Result<Vec<Principal>, Invalid> {
    let allow_empty = fields.flag("allow_empty")?.unwrap_or(false);
    let Some(Value::Array(members)) = fields.take("members") else {
        return Err(fields.invalid("members", "must be a list of principals"));
    };
    if members.is_empty() && !allow_empty {
        return Err(
            fields.invalid("members", "is empty; tell \"allow_empty\": true if that is meant")
        );
    }
    let read = |(index, member)| principal_of(Fields::of(&format!("members[{index}]"), member)?);
    members.into_iter().enumerate().map(read).collect()
}

fn remove(door: Option<Door>, fields: &mut Fields) -> Result<Remove, Invalid> {
    match (fields.text("remove")?.as_deref(), door) {
        (None | Some("all"), _) => Ok(Remove::All),
        (Some("own"), Some(door)) => Ok(Remove::Own(door)),
        (Some("own"), None) => {
            let problem = "may be own only where the request_id is one of a door's: it begins with \
                           c1., scim. or review.";
            Err(fields.invalid("remove", problem))
        }
        (Some(_), _) => Err(fields.invalid("remove", "must be all or own")),
    }
}

fn account(fields: &mut Fields) -> Result<Account, Invalid> {
    let mut told = fields.required_object("account")?;
    let account = Account {
        user_name: told.text("user_name")?,
        first_name: told.text("first_name")?,
        last_name: told.text("last_name")?,
        email: told.text("email")?,
        role: told.text("role")?,
        active: told.flag("active")?,
        manager: told.text("manager")?,
        attributes: match told.object("attributes")? {
            Some(attributes) => texts(attributes)?,
            None => BTreeMap::new(),
        },
    };
    told.end()?;
    Ok(account)
}

/// Custom fields; an empty text clears one.
fn texts(mut fields: Fields) -> Result<BTreeMap<String, String>, Invalid> {
    let (mut texts, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for (name, value) in fields.rest() {
        // The vendors tell attributes apart without case.
        if !seen.insert(name.to_lowercase()) {
            return Err(fields.invalid(&name, "is there twice, in two spellings"));
        }
        let text = match &value {
            Value::String(text) if text.trim().is_empty() => String::new(),
            Value::String(text) => fields.checked(&name, text)?,
            _ => return Err(fields.invalid(&name, "must be a text")),
        };
        texts.insert(name, text);
    }
    Ok(texts)
}

#[cfg(test)]
mod tests;
