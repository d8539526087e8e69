//! What an account must be like, in the vendor's words.

use super::Outcome;
use crate::{body::Form, reply::Refusal, world::Sent};

/// The job roles there are.
const JOB_ROLES: &[&str] = &["Assessor", "Manager"];
/// The vendor refuses some characters and does not say which.
const REFUSED: &[char] = &['<', '>', '"', '%', '*', '|', '\\', '/', '?', ':', ';', ','];

/// Whether the vendor takes such an account; whether its name is free is another question.
pub(super) fn vet(form: &Form) -> Result<(), Refusal> {
    let refuse = |status, detail| Err(Refusal::new(status, detail));
    let user_name = form.text("UserName");
    if user_name.chars().count() <= 3 {
        return refuse(409, "Username must be greater than 3 characters.");
    }
    if user_name.contains(REFUSED) || user_name.contains(char::is_control) {
        return refuse(409, "Invalid special character's in the username.");
    }
    if !mail_address(&form.text("Email"), form.flag("IsCustomUsername")) {
        return refuse(409, "Invalid email address.");
    }
    if !culture(&form.text("Culture")) {
        return refuse(409, "Culture is invalid");
    }
    let role = form.text("JobRole");
    if !role.is_empty() && !JOB_ROLES.contains(&role.as_str()) {
        return refuse(409, "Job Role is invalid");
    }
    mobile(form)?;
    let long = |name, most| form.text(name).chars().count() > most;
    if long("UserName", 255) || long("FirstName", 50) || long("LastName", 50) {
        return Err(check_the_body());
    }
    Ok(())
}

/// The level of its own that a write gives an account; nothing if it leaves it as it is.
///
/// `Team_Leader` is what leading a team makes of a learner: writing it does nothing.
pub(super) fn own_level(form: &Form) -> Result<Option<Option<&'static str>>, Refusal> {
    match form.text("AccessLevel").to_ascii_lowercase().as_str() {
        "" | "learner" => Ok(Some(None)),
        "administrator" => Ok(Some(Some("Administrator"))),
        "account_owner" => Ok(Some(Some("Account_Owner"))),
        "team_leader" => Ok(None),
        _ => Err(check_the_body()),
    }
}

/// For a body that can be read and makes no sense.
pub(super) fn check_the_body() -> Refusal {
    Refusal::new(400, "Please check the xml/json in the body of the request.")
}

/// A name that is in use.
pub(super) fn taken() -> Outcome {
    Err(Refusal::new(409, "UserName already exists"))
}

fn mail_address(email: &str, can_be_missing: bool) -> bool {
    match email.split_once('@') {
        None => email.is_empty() && can_be_missing,
        Some((name, host)) => {
            !name.is_empty() && !host.is_empty() && !email.contains(char::is_whitespace)
        }
    }
}

fn culture(code: &str) -> bool {
    let (language, region) = code.split_once('-').unwrap_or((code, "US"));
    let letters = |text: &str| text.chars().all(|letter| letter.is_ascii_alphabetic());
    code.is_empty() || (language.len() == 2 && region.len() >= 2 && letters(language))
}

fn mobile(form: &Form) -> Result<(), Refusal> {
    let number = form.text("PhoneMobile");
    if !form.flag("EnableTextNotification") {
        return Ok(());
    }
    if number.is_empty() {
        let detail = "Mobile Number required to enable text message notifications";
        return Err(Refusal::new(400, detail));
    }
    let digits = number.strip_prefix('+').unwrap_or_default();
    if digits.len() < 8 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        let detail = "Invalid Phone Number. The mobile phone should be in this format \
                      +15554443333. Be sure to include your country code.";
        return Err(Refusal::new(400, detail));
    }
    Ok(())
}
