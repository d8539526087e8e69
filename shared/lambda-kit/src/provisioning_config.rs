//! The configuration of provisioning.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use rollcall_provisioning::{Door, DoorSenders, Mode, Policy};
use url::Url;

use crate::config::{ConfigError, Variables, wrong};

/// The configuration of a function that takes part in provisioning.
#[derive(Debug, Clone)]
pub(crate) struct ProvisioningConfig {
    /// `ROLLCALL_PROVISIONING`
    pub(crate) mode: Mode,
    /// The rules.
    pub(crate) policy: Policy,
    /// `ROLLCALL_PROVISION_QUEUE_URL`
    pub(crate) provision_queue: Url,
    /// `ROLLCALL_OUTCOME_QUEUE_URL`
    pub(crate) outcome_queue: Option<Url>,
}

const QUEUE_FORM: &str =
    "the URL of an SQS queue, like https://sqs.eu-west-1.amazonaws.com/123456789012/outcomes";
const FIFO_QUEUE_FORM: &str = "the URL of a FIFO queue of SQS, like \
                               https://sqs.eu-west-1.amazonaws.com/123456789012/provision.fifo";

impl ProvisioningConfig {
    pub(crate) fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let variable = "ROLLCALL_PROVISION_QUEUE_URL";
        let provision_queue = variables.required(variable, FIFO_QUEUE_FORM)?;
        Ok(Self {
            mode: mode(variables)?,
            policy: Policy {
                grantable_roles: grantable_roles(variables)?,
                protected_users: protected_users(variables)?,
                max_grant: max_grant(variables)?,
                require_ticket: require_ticket(variables)?,
                door_senders: door_senders(variables)?,
            },
            provision_queue: fifo_queue(variable, &provision_queue)?,
            outcome_queue: variables
                .get("ROLLCALL_OUTCOME_QUEUE_URL")
                .map(|url| queue("ROLLCALL_OUTCOME_QUEUE_URL", &url))
                .transpose()?,
        })
    }
}

fn mode(variables: &Variables<'_>) -> Result<Mode, ConfigError> {
    match variables.get("ROLLCALL_PROVISIONING").as_deref() {
        None | Some("off") => Ok(Mode::Off),
        Some("dry-run") => Ok(Mode::DryRun),
        Some("on") => Ok(Mode::On),
        Some(other) => Err(wrong("ROLLCALL_PROVISIONING", "off, dry-run or on", other)),
    }
}

/// The vendor's least role may be given whatever is listed.
pub(crate) fn grantable_roles(variables: &Variables<'_>) -> Result<BTreeSet<String>, ConfigError> {
    let variable = "ROLLCALL_GRANTABLE_ROLES";
    let roles = list(variables, variable);
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_- ".contains(c);
    if let Some(role) = roles.iter().find(|role| !role.chars().all(allowed)) {
        let form =
            "the vendor's names of roles with commas between them, like Learner,Administrator";
        return Err(wrong(variable, form, role));
    }
    Ok(roles)
}

/// A wrong separator would protect nobody.
fn protected_users(variables: &Variables<'_>) -> Result<BTreeSet<String>, ConfigError> {
    let variable = "ROLLCALL_PROTECTED_USERS";
    let users = list(variables, variable);
    match users.iter().find(|user| !may_be_user(user)) {
        Some(user) => Err(wrong(variable, "user names or ids with commas between them", user)),
        None => Ok(users),
    }
}

/// What stands between names, or around them; commas and semicolons of other scripts separate nothing
/// here (the last one looks like a semicolon, and is Greek).
const BETWEEN: &str = ";|<>\"，、；،؛﹐﹑﹔､︐︑︔\u{37e}";

/// Quotes; within a name they may be apostrophes.
const QUOTES: &str = "'`´‘’‚“”„«»‹›";

/// Whether a text may be one user name: what no vendor takes is none (Litmos reference, user names;
/// Percipio reference, login names).
fn may_be_user(text: &str) -> bool {
    let is_of_none = |c: char| c.is_control() || is_invisible(c) || BETWEEN.contains(c);
    !text.contains(is_of_none) && (!text.contains('@') || may_be_address(text))
}

/// Of names like addresses, and of them only, it is certain that they hold no blank and no other `@`,
/// nor what people write between or around addresses (`mailto:`), or for many of them (`*`).
fn may_be_address(text: &str) -> bool {
    let is_of_none = |c: char| c.is_whitespace() || "*:/()[]{}".contains(c);
    let is_quote = |c: char| QUOTES.contains(c);
    let is_quoted = text.starts_with(is_quote) || text.ends_with(is_quote);
    text.matches('@').count() == 1 && !text.contains(is_of_none) && !is_quoted
}

/// What comes along unseen when a name is copied: soft hyphens, joiners and blanks without width, marks
/// of direction, the byte order mark.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What stands between commas.
fn list(variables: &Variables<'_>, variable: &str) -> BTreeSet<String> {
    let text = variables.get(variable).unwrap_or_default();
    let items = text.split(',').map(|item| item.trim().to_owned());
    items.filter(|item| !item.is_empty()).collect()
}

fn max_grant(variables: &Variables<'_>) -> Result<Option<SignedDuration>, ConfigError> {
    let form = "a whole number of hours from 1 to 99999";
    let allowed = |hours: &i64| (1..=99_999).contains(hours);
    let hours = variables.number("ROLLCALL_MAX_GRANT_HOURS", form, allowed)?;
    Ok(hours.map(SignedDuration::from_hours))
}

fn require_ticket(variables: &Variables<'_>) -> Result<bool, ConfigError> {
    match variables.get("ROLLCALL_REQUIRE_TICKET").as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(wrong("ROLLCALL_REQUIRE_TICKET", "true or false", other)),
    }
}

/// Pairs of a door and the unique id of a user or a role of IAM.
fn door_senders(variables: &Variables<'_>) -> Result<DoorSenders, ConfigError> {
    let variable = "ROLLCALL_DOOR_SENDERS";
    let mut senders = DoorSenders::default();
    for pair in list(variables, variable) {
        let (door, sender) = pair.split_once(':').unwrap_or_default();
        let door = Door::ALL.into_iter().find(|known| known.name() == door);
        let is_id = !sender.is_empty() && sender.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match door.filter(|_| is_id) {
            Some(door) => senders.admit(door, sender),
            None => {
                let form = "doors (c1, scim, review) and unique ids of users or roles of IAM, like \
                            scim:AROAIO23YVJENQZJOL4VO,review:AIDAIO23YVJENQZJOL4VO";
                return Err(wrong(variable, form, &pair));
            }
        }
    }
    Ok(senders)
}

fn queue(variable: &'static str, url: &str) -> Result<Url, ConfigError> {
    url_of_queue(url).ok_or_else(|| wrong(variable, QUEUE_FORM, url))
}

/// In a queue without order a request might overtake the one before it about the same account.
fn fifo_queue(variable: &'static str, url: &str) -> Result<Url, ConfigError> {
    let fifo = url_of_queue(url).filter(|url| url.path().ends_with(".fifo"));
    fifo.ok_or_else(|| wrong(variable, FIFO_QUEUE_FORM, url))
}

fn url_of_queue(url: &str) -> Option<Url> {
    Url::parse(url).ok().filter(|url| matches!(url.scheme(), "https" | "http"))
}

#[cfg(test)]
mod tests {
    use rollcall_provisioning::RequestId;

    use super::*;

    const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/q.fifo";

    fn read(variable: &str, value: &str) -> Result<ProvisioningConfig, ConfigError> {
        let look_up = |name: &str| match name {
            name if name == variable => Some(value.to_owned()),
            "ROLLCALL_PROVISION_QUEUE_URL" => Some(QUEUE.to_owned()),
            _ => None,
        };
        ProvisioningConfig::read(&Variables(&look_up))
    }

    #[test]
    fn without_configuration_nothing_is_allowed() {
        let config = read("", "").unwrap();
        assert_eq!((config.mode, config.policy), (Mode::Off, Policy::default()));
        assert!(config.outcome_queue.is_none());
    }

    #[test]
    fn lists_stand_between_commas() {
        let config = read("ROLLCALL_PROTECTED_USERS", " a@b.c , Ümit@b.c,,").unwrap();
        assert!(config.policy.protected_users.iter().eq(["a@b.c", "Ümit@b.c"]));
        let config = read("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator").unwrap();
        assert!(config.policy.grantable_roles.iter().eq(["Administrator", "Learner"]));
    }

    #[test]
    fn a_door_may_have_several_senders() {
        let config = read("ROLLCALL_DOOR_SENDERS", "review:AROAREVIEW, review:AIDALEE").unwrap();
        let id = RequestId::parse("review.c.1").unwrap();
        for (sender, may) in [("AROAREVIEW:x", true), ("AIDALEE", true), ("AIDABO", false)] {
            assert_eq!(config.policy.door_senders.may_use(&id, Some(sender)), may, "{sender}");
        }
    }

    #[test]
    fn a_wrong_value_is_named_and_a_right_one_taken() {
        for (variable, right, wrong) in [
            ("ROLLCALL_PROVISIONING", &["off", "dry-run", "on"][..], &["yes", "On"][..]),
            ("ROLLCALL_GRANTABLE_ROLES", &["Account_Owner"], &["a/b", "role:Learner"]),
            (
                "ROLLCALL_PROTECTED_USERS",
                &[
                    "a@b.c, d e",
                    "-Zt5wQ9dN1s1",
                    "o'neil+lms@b.c,Ümit@b.c,山田@b.c",
                    "ACME\\lee (old), a/b:c*, 'a', [a], mailto:a",
                ],
                &[
                    "a@b.c;d@e.f",
                    "a\nb",
                    "a@b.c d@e.f",
                    "A B <a@b.c>",
                    "a@x，b@x",
                    "a@x、b@x",
                    "a@x；b@x",
                    "a，b",
                    "a、b",
                    "a；b",
                    "a،b",
                    "a\u{37e}b",
                    "a@x+b@x",
                    "a@@x",
                    "a@x/b",
                    "a@x/b@x",
                    "a@x:b",
                    "a@x:b@x",
                    "'a@x'",
                    "'a@x",
                    "a@x'",
                    "‘a@x’",
                    "“a@x”",
                    "`a@x`",
                    "[a@x]",
                    "(a@x)",
                    "{a@x}",
                    "mailto:a@x",
                    "MAILTO:a@x",
                    "*@x",
                    "a\u{200b}@x",
                    "a@x\u{feff}",
                    "a\u{200e}b",
                    "\u{202a}a@x\u{202c}",
                    "a@x\u{2060}",
                ],
            ),
            ("ROLLCALL_MAX_GRANT_HOURS", &["1", "99999"], &["0", "-1", "1.5", "100000", "a"]),
            ("ROLLCALL_REQUIRE_TICKET", &["true", "false"], &["1", "True"]),
            (
                "ROLLCALL_DOOR_SENDERS",
                &["c1:AROAC1", "scim:AROASCIM, review:AROAREVIEW,review:AIDALEE"],
                &[
                    "AROAC1",
                    "c1:",
                    "rollcall:AROA",
                    "SCIM:AROA",
                    "scim:AROA:lee",
                    "scim:arn/x",
                    "scim:*",
                ],
            ),
            (
                "ROLLCALL_PROVISION_QUEUE_URL",
                &[QUEUE],
                &["q.fifo", "arn:aws:sqs:x:1:q", "https://sqs.eu-west-1.amazonaws.com/1/q"],
            ),
            ("ROLLCALL_OUTCOME_QUEUE_URL", &[QUEUE], &["q", "ftp://a/b"]),
        ] {
            for value in right {
                assert!(read(variable, value).is_ok(), "{variable}={value}");
            }
            for value in wrong {
                let error = read(variable, value).unwrap_err().to_string();
                assert!(error.starts_with(&format!("{variable} must be ")), "{value}: {error}");
            }
        }
        let missing = read("ROLLCALL_PROVISION_QUEUE_URL", " ").unwrap_err().to_string();
        assert!(missing.starts_with("ROLLCALL_PROVISION_QUEUE_URL is missing"), "{missing}");
    }
}
