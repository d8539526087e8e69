//! The configuration of a function: environment variables, checked on the first invocation.

use std::{str::FromStr, time::Duration};

use rollcall_snapshot::publish::Limits;
use rollcall_vendor_client::litmos::{JsonDates, Region, Settings};
use url::{Host, Url};

/// A function's configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// `ROLLCALL_CONNECTION`
    pub connection: String,
    /// `ROLLCALL_BUCKET`
    pub bucket: String,
    /// `ROLLCALL_LIMITED_COURSES`, sorted, each once
    pub limited_courses: Option<Vec<String>>,
    /// `ROLLCALL_SLICE_SECONDS`
    pub slice: Option<Duration>,
    /// `ROLLCALL_MAX_SHRINK_PERCENT` and `ROLLCALL_MAX_DANGLING_PERCENT`
    pub limits: Limits,
}

/// The configuration of a function that talks to the vendor.
#[derive(Debug, Clone)]
pub(crate) struct VendorConfig {
    /// Which Litmos account.
    pub litmos: Settings,
    /// `ROLLCALL_REQUESTS_PER_MINUTE`
    pub requests_per_minute: u32,
    /// `ROLLCALL_SECRET_ID`
    pub secret_id: String,
}

/// A variable that is missing or wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {problem}")]
pub struct ConfigError {
    variable: &'static str,
    problem: String,
}

/// Where variables are looked up; an empty one counts as absent.
pub(crate) struct Variables<'a>(pub(crate) &'a dyn Fn(&str) -> Option<String>);

impl Config {
    pub(crate) fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let percent = |variable, default| {
            let allowed = |percent: &f64| (0.0..=100.0).contains(percent);
            let told = variables.number(variable, "a percentage from 0 to 100", allowed)?;
            Ok(told.unwrap_or(default))
        };
        vendor_name(variables)?;
        Ok(Self {
            connection: connection(variables)?,
            bucket: variables.required("ROLLCALL_BUCKET", "the name of the snapshot bucket")?,
            limited_courses: limited_courses(variables)?,
            slice: variables
                .number("ROLLCALL_SLICE_SECONDS", "a number of seconds from 1 to 900", |seconds| {
                    (1..=900).contains(seconds)
                })?
                .map(Duration::from_secs),
            limits: Limits {
                max_shrink_percent: percent("ROLLCALL_MAX_SHRINK_PERCENT", 20.0)?,
                max_dangling_percent: percent("ROLLCALL_MAX_DANGLING_PERCENT", 1.0)?,
            },
        })
    }
}

impl VendorConfig {
    pub(crate) fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let form = "a whole number from 1 to 1000000";
        let variable = "ROLLCALL_REQUESTS_PER_MINUTE";
        let pace = variables.number(variable, form, |pace| (1..=1_000_000).contains(pace))?;
        let source = variables.required("ROLLCALL_LITMOS_SOURCE", SOURCE_FORM)?;
        if source.chars().count() > 50 {
            return Err(wrong("ROLLCALL_LITMOS_SOURCE", SOURCE_FORM, &source));
        }
        let litmos =
            Settings { base_url: base_url(variables)?, source, json_dates: dates(variables)? };
        Ok(Self {
            litmos,
            requests_per_minute: pace.ok_or_else(|| missing(variable, form))?,
            secret_id: variables
                .required("ROLLCALL_SECRET_ID", "the id or ARN of the secret with the API key")?,
        })
    }
}

const SOURCE_FORM: &str = "the Litmos account or company name, at most 50 characters";

fn connection(variables: &Variables<'_>) -> Result<String, ConfigError> {
    let form = "a name like acme-prod: [a-z0-9][a-z0-9-]{0,39}";
    let name = variables.required("ROLLCALL_CONNECTION", form)?;
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.len() > 40 || name.starts_with('-') || !name.bytes().all(allowed) {
        return Err(wrong("ROLLCALL_CONNECTION", form, &name));
    }
    Ok(name)
}

fn vendor_name(variables: &Variables<'_>) -> Result<(), ConfigError> {
    let form = "litmos (the one vendor of this release)";
    match variables.required("ROLLCALL_VENDOR", form)?.as_str() {
        "litmos" => Ok(()),
        other => Err(wrong("ROLLCALL_VENDOR", form, other)),
    }
}

fn limited_courses(variables: &Variables<'_>) -> Result<Option<Vec<String>>, ConfigError> {
    let Some(text) = variables.get("ROLLCALL_LIMITED_COURSES") else { return Ok(None) };
    let mut ids: Vec<_> = text.split(',').map(|id| id.trim().to_owned()).collect();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if let Some(id) = ids.iter().find(|id| id.is_empty() || !id.bytes().all(allowed)) {
        let form = "course ids with commas between them, like Cq81zzYt0aB1,Dw2R_0kkPq41";
        return Err(wrong("ROLLCALL_LIMITED_COURSES", form, id));
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids))
}

fn base_url(variables: &Variables<'_>) -> Result<Url, ConfigError> {
    let form = "us, eu or au";
    let region = match variables.get("ROLLCALL_REGION").as_deref() {
        None | Some("us") => Region::Us,
        Some("eu") => Region::Eu,
        Some("au") => Region::Au,
        Some(other) => return Err(wrong("ROLLCALL_REGION", form, other)),
    };
    let Some(text) = variables.get("ROLLCALL_BASE_URL") else { return Ok(region.base_url()) };
    let form = "an https URL up to and including /v1.svc (http only to a loopback host), without \
                user, query or fragment";
    let url = Url::parse(&text).map_err(|_| wrong("ROLLCALL_BASE_URL", form, &text))?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !scheme || !plain || !url.path().trim_end_matches('/').ends_with("/v1.svc") {
        // A user part may hold a password: the value is not repeated.
        return Err(ConfigError {
            variable: "ROLLCALL_BASE_URL",
            problem: format!("must be {form}"),
        });
    }
    Ok(url)
}

fn dates(variables: &Variables<'_>) -> Result<JsonDates, ConfigError> {
    match variables.get("ROLLCALL_LITMOS_DATES").as_deref() {
        None | Some("utc") => Ok(JsonDates::MillisAreUtc),
        Some("wall-clock") => Ok(JsonDates::WallClockAtOffset),
        Some(other) => Err(wrong("ROLLCALL_LITMOS_DATES", "utc or wall-clock", other)),
    }
}

impl Variables<'_> {
    pub(crate) fn get(&self, variable: &str) -> Option<String> {
        let value = (self.0)(variable)?.trim().to_owned();
        (!value.is_empty()).then_some(value)
    }

    pub(crate) fn required(
        &self,
        variable: &'static str,
        form: &str,
    ) -> Result<String, ConfigError> {
        self.get(variable).ok_or_else(|| missing(variable, form))
    }

    pub(crate) fn number<T: FromStr>(
        &self,
        variable: &'static str,
        form: &str,
        allowed: impl Fn(&T) -> bool,
    ) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.get(variable) else { return Ok(None) };
        let number = text.parse().ok().filter(allowed);
        number.map(Some).ok_or_else(|| wrong(variable, form, &text))
    }
}

fn missing(variable: &'static str, form: &str) -> ConfigError {
    ConfigError { variable, problem: format!("is missing; it must be {form}") }
}

pub(crate) fn wrong(variable: &'static str, form: &str, value: &str) -> ConfigError {
    ConfigError { variable, problem: format!("must be {form}, got {value:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &[(&str, &str)] = &[
        ("ROLLCALL_CONNECTION", "acme"),
        ("ROLLCALL_VENDOR", "litmos"),
        ("ROLLCALL_BUCKET", "bucket"),
        ("ROLLCALL_SECRET_ID", "secret"),
        ("ROLLCALL_LITMOS_SOURCE", "acme"),
        ("ROLLCALL_REQUESTS_PER_MINUTE", "60"),
    ];

    fn read(variable: &str, value: Option<&str>) -> Result<(Config, VendorConfig), ConfigError> {
        let look_up = |name: &str| {
            if name == variable {
                return value.map(str::to_owned);
            }
            GOOD.iter().find(|(good, _)| *good == name).map(|(_, value)| (*value).to_owned())
        };
        let variables = Variables(&look_up);
        Ok((Config::read(&variables)?, VendorConfig::read(&variables)?))
    }

    #[test]
    fn what_is_not_set_has_its_default() {
        let (config, vendor) = read("", None).unwrap();
        assert_eq!(vendor.litmos.base_url.as_str(), "https://api.litmos.com/v1.svc");
        assert_eq!((config.limited_courses, config.slice), (None, None));
        assert_eq!(config.limits.max_shrink_percent, 20.0);
        assert_eq!(config.limits.max_dangling_percent, 1.0);
    }

    #[test]
    fn a_missing_variable_is_named() {
        for (variable, _) in GOOD {
            for absent in [None, Some(" ")] {
                let error = read(variable, absent).unwrap_err().to_string();
                assert!(
                    error.starts_with(&format!("{variable} is missing; it must be ")),
                    "{error}"
                );
            }
        }
    }

    #[test]
    fn a_wrong_value_is_named_and_a_right_one_taken() {
        let long = "a".repeat(41);
        for (variable, right, wrong) in [
            ("ROLLCALL_CONNECTION", &["a", "0-a"][..], &["-a", "A", "a_b", "a/b", &long][..]),
            ("ROLLCALL_VENDOR", &["litmos"], &["percipio", "Litmos"]),
            ("ROLLCALL_REGION", &["us", "eu", "au"], &["uk", "US"]),
            (
                "ROLLCALL_REQUESTS_PER_MINUTE",
                &["1", "1000000"],
                &["0", "1000001", "-1", "x", "1.5"],
            ),
            ("ROLLCALL_SLICE_SECONDS", &["1", "900"], &["0", "901", "soon"]),
            ("ROLLCALL_MAX_SHRINK_PERCENT", &["0", "100", "2.5"], &["-1", "101", "NaN", "20%"]),
            ("ROLLCALL_MAX_DANGLING_PERCENT", &["0", "100"], &["inf", "x"]),
            ("ROLLCALL_LIMITED_COURSES", &["a", "-b,_c", "a, b"], &["a,,b", "a/b", ","]),
            ("ROLLCALL_LITMOS_SOURCE", &["Acme & Söhne"], &[&"a".repeat(51)[..]]),
            ("ROLLCALL_LITMOS_DATES", &["utc", "wall-clock"], &["local"]),
            (
                "ROLLCALL_BASE_URL",
                &[
                    "https://proxy.example/x/v1.svc",
                    "http://127.0.0.1:1/v1.svc",
                    "http://[::1]/v1.svc",
                    "http://localhost:9/v1.svc/",
                ],
                &[
                    "http://example.org/v1.svc",
                    "https://a/v2",
                    "ftp://a/v1.svc",
                    "x",
                    "https://a/v1.svc?k=v",
                    "https://u:p@a/v1.svc",
                    "http://127.0.0.1.example.org/v1.svc",
                ],
            ),
        ] {
            for value in right {
                assert!(read(variable, Some(value)).is_ok(), "{variable}={value}");
            }
            for value in wrong {
                let error = read(variable, Some(value)).unwrap_err().to_string();
                assert!(error.starts_with(&format!("{variable} must be ")), "{value}: {error}");
            }
        }
    }

    #[test]
    fn limited_courses_are_a_set() {
        let (config, _) = read("ROLLCALL_LIMITED_COURSES", Some("b, a,b")).unwrap();
        assert_eq!(config.limited_courses.unwrap(), ["a", "b"]);
    }

    #[test]
    fn a_password_in_the_base_url_is_not_repeated() {
        let error = read("ROLLCALL_BASE_URL", Some("https://u:hunter2@a/v1.svc")).unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
    }
}
