//! The configuration of a function: environment variables, checked on the first invocation.

use std::{collections::BTreeSet, ops::RangeInclusive, str::FromStr, time::Duration};

use jiff::SignedDuration;
use rollcall_snapshot::{DeltaLimits, TeamOrCourse, publish::Limits};

use crate::{Vendor, parameters::set_from};

/// A function's configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// `ROLLCALL_CONNECTION`
    pub connection: String,
    /// `ROLLCALL_VENDOR`
    pub vendor: Vendor,
    /// `ROLLCALL_BUCKET`
    pub bucket: String,
    /// `ROLLCALL_LIMITED_COURSES`, sorted, each once
    pub limited_courses: Option<Vec<String>>,
    /// `ROLLCALL_SLICE_SECONDS`
    pub slice: Option<Duration>,
    /// `ROLLCALL_DELTA_OVERLAP_HOURS` and `ROLLCALL_DELTA_MAX_AGE_DAYS`
    pub delta: DeltaLimits,
    /// `ROLLCALL_MAX_SHRINK_PERCENT`, `ROLLCALL_MAX_DANGLING_PERCENT` and `ROLLCALL_UNREADABLE`
    pub limits: Limits,
    /// `ROLLCALL_GLUE_DATABASE`
    pub glue_database: Option<String>,
}

/// A variable that is missing or wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {problem}{}", set_from(.variable))]
pub struct ConfigError {
    pub(crate) variable: &'static str,
    pub(crate) problem: String,
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
        let vendor = Vendor::read(variables)?;
        Ok(Self {
            connection: connection(variables)?,
            vendor,
            bucket: variables.required("ROLLCALL_BUCKET", "the name of the snapshot bucket")?,
            limited_courses: limited_courses(variables)?,
            slice: variables
                .number("ROLLCALL_SLICE_SECONDS", "a number of seconds from 1 to 900", |seconds| {
                    (1..=900).contains(seconds)
                })?
                .map(Duration::from_secs),
            delta: DeltaLimits {
                overlap: hours(variables, "ROLLCALL_DELTA_OVERLAP_HOURS", "hours", 0..=168, 24)?,
                max_age: hours(variables, "ROLLCALL_DELTA_MAX_AGE_DAYS", "days", 1..=365, 30)? * 24,
            },
            limits: Limits {
                max_shrink_percent: percent("ROLLCALL_MAX_SHRINK_PERCENT", 20.0)?,
                max_dangling_percent: percent(
                    "ROLLCALL_MAX_DANGLING_PERCENT",
                    vendor.max_dangling_percent(),
                )?,
                unreadable: unreadable(variables)?,
            },
            glue_database: glue_database(variables)?,
        })
    }
}

fn connection(variables: &Variables<'_>) -> Result<String, ConfigError> {
    let form = "a name like acme-prod: [a-z0-9][a-z0-9-]{0,39}";
    let name = variables.required("ROLLCALL_CONNECTION", form)?;
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.len() > 40 || name.starts_with('-') || !name.bytes().all(allowed) {
        return Err(wrong("ROLLCALL_CONNECTION", form, &name));
    }
    Ok(name)
}

fn glue_database(variables: &Variables<'_>) -> Result<Option<String>, ConfigError> {
    let Some(name) = variables.get("ROLLCALL_GLUE_DATABASE") else { return Ok(None) };
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.len() > 255 || !name.bytes().all(allowed) {
        let form = "a name of lower-case letters, digits and underscores";
        return Err(wrong("ROLLCALL_GLUE_DATABASE", form, &name));
    }
    Ok(Some(name))
}

/// A number of hours, or of something else that is counted as hours.
fn hours(
    variables: &Variables<'_>,
    variable: &'static str,
    unit: &str,
    allowed: RangeInclusive<i64>,
    default: i64,
) -> Result<SignedDuration, ConfigError> {
    let form = format!("a number of {unit} from {} to {}", allowed.start(), allowed.end());
    let told = variables.number(variable, &form, |number| allowed.contains(number))?;
    Ok(SignedDuration::from_hours(told.unwrap_or(default)))
}

fn limited_courses(variables: &Variables<'_>) -> Result<Option<Vec<String>>, ConfigError> {
    let Some(text) = variables.get("ROLLCALL_LIMITED_COURSES") else { return Ok(None) };
    let mut ids: Vec<_> = text.split(',').map(|id| id.trim().to_owned()).collect();
    if let Some(id) = ids.iter().find(|id| !is_id(id)) {
        let form = "course ids with commas between them, like Cq81zzYt0aB1,Dw2R_0kkPq41";
        return Err(wrong("ROLLCALL_LIMITED_COURSES", form, id));
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids))
}

fn unreadable(variables: &Variables<'_>) -> Result<BTreeSet<TeamOrCourse>, ConfigError> {
    let Some(text) = variables.get("ROLLCALL_UNREADABLE") else { return Ok(BTreeSet::new()) };
    let one = |text: &str| {
        let named = text.trim().parse::<TeamOrCourse>().ok();
        let form = "teams and courses with commas between them, like \
                    course:Cq81zzYt0aB1,team:Tm12xyz01AB1";
        let named = named.filter(|named| is_id(named.id()));
        named.ok_or_else(|| wrong("ROLLCALL_UNREADABLE", form, text.trim()))
    };
    text.split(',').map(one).collect()
}

/// Whether a text can be the id of a team or course at a vendor.
fn is_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !id.is_empty() && id.bytes().all(allowed)
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

pub(crate) fn missing(variable: &'static str, form: &str) -> ConfigError {
    ConfigError { variable, problem: format!("is missing; it must be {form}") }
}

pub(crate) fn wrong(variable: &'static str, form: &str, value: &str) -> ConfigError {
    ConfigError { variable, problem: format!("must be {form}, got {value:?}") }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Variables of which one is another.
    pub(crate) fn all_but_one<'a>(
        good: &'a [(&str, &str)],
        variable: &'a str,
        value: Option<&'a str>,
    ) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| {
            if name == variable {
                return value.map(str::to_owned);
            }
            good.iter().find(|(good, _)| *good == name).map(|(_, value)| (*value).to_owned())
        }
    }

    /// Whether each wrong value is named, and each right one taken.
    pub(crate) fn judges<T>(
        read: impl Fn(&str, Option<&str>) -> Result<T, ConfigError>,
        cases: &[(&str, &[&str], &[&str])],
    ) {
        for (variable, right, wrong) in cases {
            for value in *right {
                assert!(read(variable, Some(value)).is_ok(), "{variable}={value}");
            }
            for value in *wrong {
                let error = read(variable, Some(value)).err().unwrap().to_string();
                assert!(error.starts_with(&format!("{variable} must be ")), "{value}: {error}");
            }
        }
    }

    /// Whether each variable of `good` is missed.
    pub(crate) fn misses<T>(
        read: impl Fn(&str, Option<&str>) -> Result<T, ConfigError>,
        good: &[(&str, &str)],
    ) {
        for (variable, _) in good {
            for absent in [None, Some(" ")] {
                let error = read(variable, absent).err().unwrap().to_string();
                let start = format!("{variable} is missing; it must be ");
                assert!(error.starts_with(&start), "{error}");
            }
        }
    }

    const GOOD: &[(&str, &str)] = &[
        ("ROLLCALL_CONNECTION", "acme"),
        ("ROLLCALL_VENDOR", "litmos"),
        ("ROLLCALL_BUCKET", "bucket"),
    ];

    fn read(variable: &str, value: Option<&str>) -> Result<Config, ConfigError> {
        Config::read(&Variables(&all_but_one(GOOD, variable, value)))
    }

    #[test]
    fn what_is_not_set_has_its_default() {
        for (vendor, dangling) in [("litmos", 1.0), ("percipio", 100.0)] {
            let config = read("ROLLCALL_VENDOR", Some(vendor)).unwrap();
            assert_eq!((config.limited_courses, config.slice), (None, None));
            assert!(config.limits.unreadable.is_empty());
            assert_eq!(config.glue_database, None);
            assert_eq!(config.delta.overlap, SignedDuration::from_hours(24));
            assert_eq!(config.delta.max_age, SignedDuration::from_hours(30 * 24));
            assert_eq!(config.limits.max_shrink_percent, 20.0);
            assert_eq!(config.limits.max_dangling_percent, dangling);
        }
    }

    #[test]
    fn a_missing_variable_is_named() {
        misses(read, GOOD);
    }

    #[test]
    fn a_wrong_value_is_named_and_a_right_one_taken() {
        let long = "a".repeat(41);
        judges(
            read,
            &[
                ("ROLLCALL_CONNECTION", &["a", "0-a"], &["-a", "A", "a_b", "a/b", &long]),
                ("ROLLCALL_VENDOR", &["litmos", "percipio"], &["okta", "Litmos"]),
                ("ROLLCALL_SLICE_SECONDS", &["1", "900"], &["0", "901", "soon"]),
                ("ROLLCALL_DELTA_OVERLAP_HOURS", &["0", "168"], &["-1", "169", "1.5", "a day"]),
                ("ROLLCALL_DELTA_MAX_AGE_DAYS", &["1", "365"], &["0", "366", "month"]),
                ("ROLLCALL_MAX_SHRINK_PERCENT", &["0", "100", "2.5"], &["-1", "101", "NaN", "20%"]),
                ("ROLLCALL_MAX_DANGLING_PERCENT", &["0", "100"], &["inf", "x"]),
                ("ROLLCALL_GLUE_DATABASE", &["a", "rollcall_2"], &["a-b", "A", "a.b"]),
                ("ROLLCALL_LIMITED_COURSES", &["a", "-b,_c", "a, b"], &["a,,b", "a/b", ","]),
                (
                    "ROLLCALL_UNREADABLE",
                    &["course:a", "team:-b, course:_c"],
                    &["a", "course:", "user:a", "course:a,", "course:a b", "team:a/b", "Team:a"],
                ),
            ],
        );
    }

    /// Who deploys the template knows its parameters, not the variables.
    #[test]
    fn the_parameter_is_named_where_there_is_one() {
        for (variable, value, parameter) in [
            ("ROLLCALL_SLICE_SECONDS", Some("soon"), "; the template sets it from SliceSeconds"),
            ("ROLLCALL_CONNECTION", None, "; the template sets it from Connection"),
            ("ROLLCALL_BUCKET", None, "the name of the snapshot bucket"),
        ] {
            let error = read(variable, value).unwrap_err().to_string();
            assert!(error.ends_with(parameter), "{error}");
        }
    }

    #[test]
    fn what_is_unreadable_is_a_set() {
        let config = read("ROLLCALL_UNREADABLE", Some("team:b, course:a,team:b")).unwrap();
        let named = [TeamOrCourse::Course("a".into()), TeamOrCourse::Team("b".into())];
        assert_eq!(config.limits.unreadable, BTreeSet::from(named));
    }

    #[test]
    fn limited_courses_are_a_set() {
        let config = read("ROLLCALL_LIMITED_COURSES", Some("b, a,b")).unwrap();
        assert_eq!(config.limited_courses.unwrap(), ["a", "b"]);
    }
}
