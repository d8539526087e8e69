//! The configuration of a function that talks to the vendor.

use rollcall_snapshot::RunAccount;
use rollcall_vendor_client::{Timeouts, VendorSettings, litmos, percipio};
use url::{Host, Url};

use crate::{
    Vendor,
    config::{ConfigError, Variables, missing, wrong},
};

/// The data centre that is meant where none is told, with every vendor.
const DEFAULT_REGION: &str = "us";

/// Which account of which vendor, and how to talk to it.
#[derive(Debug, Clone)]
pub(crate) struct VendorConfig {
    /// The account.
    pub account: Account,
    /// `ROLLCALL_REGION`
    pub region: String,
    /// `ROLLCALL_REQUESTS_PER_MINUTE`
    pub requests_per_minute: u32,
    /// `ROLLCALL_BORROWED_REQUESTS_PER_MINUTE`
    pub borrowed_requests_per_minute: u32,
    /// `ROLLCALL_SECRET_ID`
    pub secret_id: String,
}

/// An account of a vendor.
#[derive(Debug, Clone)]
pub enum Account {
    /// Of Litmos.
    Litmos(litmos::Settings),
    /// Of Percipio.
    Percipio(percipio::Settings),
}

impl Account {
    /// How long to wait for the vendor.
    pub(crate) const fn timeouts(&self) -> Timeouts {
        match self {
            Self::Litmos(_) => litmos::Settings::TIMEOUTS,
            Self::Percipio(_) => percipio::Settings::TIMEOUTS,
        }
    }
}

impl VendorConfig {
    pub(crate) fn read(variables: &Variables<'_>, vendor: Vendor) -> Result<Self, ConfigError> {
        let form = "a whole number from 1 to 1000000";
        let variable = "ROLLCALL_REQUESTS_PER_MINUTE";
        let pace = variables.number(variable, form, |pace| (1..=1_000_000).contains(pace))?;
        let borrowed = variables.number(
            "ROLLCALL_BORROWED_REQUESTS_PER_MINUTE",
            "a whole number from 0 to 1000000",
            |pace| *pace <= 1_000_000,
        )?;
        Ok(Self {
            account: match vendor {
                Vendor::Litmos => Account::Litmos(litmos_account(variables)?),
                Vendor::Percipio => Account::Percipio(percipio_account(variables)?),
            },
            // The accounts above have checked it.
            region: variables.get("ROLLCALL_REGION").unwrap_or_else(|| DEFAULT_REGION.to_owned()),
            requests_per_minute: pace.ok_or_else(|| missing(variable, form))?,
            borrowed_requests_per_minute: borrowed.unwrap_or_default(),
            secret_id: variables
                .required("ROLLCALL_SECRET_ID", "the id or ARN of the secret with the API key")?,
        })
    }
}

impl VendorConfig {
    /// The account as a run's plan and manifest tell it.
    pub(crate) fn run_account(&self) -> RunAccount {
        let (vendor, account, base_url) = match &self.account {
            Account::Litmos(litmos) => (Vendor::Litmos, litmos.source.clone(), &litmos.base_url),
            Account::Percipio(percipio) => {
                // A UUID means the same in any case.
                let id = percipio.organization_id.to_ascii_lowercase();
                (Vendor::Percipio, id, &percipio.base_url)
            }
        };
        let (vendor, region) = (vendor.name().to_owned(), self.region.clone());
        RunAccount { vendor, region, account, base_url: base_url.to_string() }
    }
}

fn litmos_account(variables: &Variables<'_>) -> Result<litmos::Settings, ConfigError> {
    let (variable, form) =
        ("ROLLCALL_LITMOS_SOURCE", "the Litmos account or company name, at most 50 characters");
    let source = variables.required(variable, form)?;
    if source.chars().count() > 50 {
        return Err(wrong(variable, form, &source));
    }
    let regions = [
        ("us", litmos::Region::Us.base_url()),
        ("eu", litmos::Region::Eu.base_url()),
        ("au", litmos::Region::Au.base_url()),
    ];
    let base_url = base_url(variables, regions, "up to and including /v1.svc", |path| {
        path.ends_with("/v1.svc")
    })?;
    Ok(litmos::Settings { base_url, source, json_dates: dates(variables)? })
}

fn percipio_account(variables: &Variables<'_>) -> Result<percipio::Settings, ConfigError> {
    let (variable, form) = (
        "ROLLCALL_PERCIPIO_ORGANIZATION_ID",
        "the organization's UUID, like 6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01",
    );
    let organization_id = variables.required(variable, form)?;
    if !percipio::is_uuid(&organization_id) {
        return Err(wrong(variable, form, &organization_id));
    }
    let regions =
        [("us", percipio::Region::Us.base_url()), ("eu", percipio::Region::Eu.base_url())];
    let base_url = base_url(variables, regions, "of scheme and host only", str::is_empty)?;
    Ok(percipio::Settings { base_url, organization_id })
}

/// The address of a region, or the one that is told instead.
fn base_url<const N: usize>(
    variables: &Variables<'_>,
    regions: [(&str, Url); N],
    form: &str,
    is_path: impl Fn(&str) -> bool,
) -> Result<Url, ConfigError> {
    let names = regions.each_ref().map(|(name, _)| *name);
    let told = variables.get("ROLLCALL_REGION");
    let region = told.as_deref().unwrap_or(DEFAULT_REGION);
    let known = regions.into_iter().find(|(name, _)| *name == region);
    let Some((_, usual)) = known else {
        return Err(wrong("ROLLCALL_REGION", &names.join(" or "), region));
    };
    let Some(text) = variables.get("ROLLCALL_BASE_URL") else { return Ok(usual) };
    let url = Url::parse(&text).ok().filter(is_safe);
    let url = url.filter(|url| is_path(url.path().trim_end_matches('/')));
    // A user part may hold a password: the value is not repeated.
    url.ok_or_else(|| ConfigError {
        variable: "ROLLCALL_BASE_URL",
        problem: format!(
            "must be a URL {form}, like {usual}, with https (http only to a loopback host), \
             without user, query or fragment"
        ),
    })
}

fn is_safe(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    let plain = url.query().is_none() && url.fragment().is_none();
    scheme && plain && url.username().is_empty() && url.password().is_none()
}

fn dates(variables: &Variables<'_>) -> Result<litmos::JsonDates, ConfigError> {
    match variables.get("ROLLCALL_LITMOS_DATES").as_deref() {
        None | Some("utc") => Ok(litmos::JsonDates::MillisAreUtc),
        Some("wall-clock") => Ok(litmos::JsonDates::WallClockAtOffset),
        Some(other) => Err(wrong("ROLLCALL_LITMOS_DATES", "utc or wall-clock", other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::{all_but_one, judges, misses};

    const LITMOS: &[(&str, &str)] = &[
        ("ROLLCALL_SECRET_ID", "secret"),
        ("ROLLCALL_LITMOS_SOURCE", "acme"),
        ("ROLLCALL_REQUESTS_PER_MINUTE", "60"),
    ];
    const PERCIPIO: &[(&str, &str)] = &[
        ("ROLLCALL_SECRET_ID", "secret"),
        ("ROLLCALL_PERCIPIO_ORGANIZATION_ID", "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01"),
        ("ROLLCALL_REQUESTS_PER_MINUTE", "180"),
    ];

    fn litmos(variable: &str, value: Option<&str>) -> Result<VendorConfig, ConfigError> {
        let variables = all_but_one(LITMOS, variable, value);
        VendorConfig::read(&Variables(&variables), Vendor::Litmos)
    }

    fn percipio(variable: &str, value: Option<&str>) -> Result<VendorConfig, ConfigError> {
        let variables = all_but_one(PERCIPIO, variable, value);
        VendorConfig::read(&Variables(&variables), Vendor::Percipio)
    }

    fn address(config: &VendorConfig) -> &str {
        match &config.account {
            Account::Litmos(settings) => settings.base_url.as_str(),
            Account::Percipio(settings) => settings.base_url.as_str(),
        }
    }

    #[test]
    fn a_region_is_an_address() {
        for (region, expected) in [
            (None, "https://api.litmos.com/v1.svc"),
            (Some("eu"), "https://api.litmoseu.com/v1.svc"),
            (Some("au"), "https://api.litmos.com.au/v1.svc"),
        ] {
            assert_eq!(address(&litmos("ROLLCALL_REGION", region).unwrap()), expected);
        }
        for (region, expected) in
            [(None, "https://api.percipio.com/"), (Some("eu"), "https://dew1-api.percipio.com/")]
        {
            assert_eq!(address(&percipio("ROLLCALL_REGION", region).unwrap()), expected);
        }
    }

    #[test]
    fn a_run_tells_which_account_it_reads() {
        let told = |config: VendorConfig| {
            let RunAccount { vendor, region, account, base_url } = config.run_account();
            [vendor, region, account, base_url]
        };
        assert_eq!(
            told(litmos("ROLLCALL_REGION", Some("eu")).unwrap()),
            ["litmos", "eu", "acme", "https://api.litmoseu.com/v1.svc"]
        );
        let id = "6F0C1F4E-6d0b-4f0e-9d7a-2b1f6f1f0a01";
        let config = percipio("ROLLCALL_PERCIPIO_ORGANIZATION_ID", Some(id)).unwrap();
        let id = id.to_lowercase();
        assert_eq!(told(config), ["percipio", "us", &id, "https://api.percipio.com/"]);
    }

    #[test]
    fn nothing_is_borrowed_unless_it_is_told() {
        let borrowed = |told| {
            let config = litmos("ROLLCALL_BORROWED_REQUESTS_PER_MINUTE", told).unwrap();
            config.borrowed_requests_per_minute
        };
        assert_eq!([None, Some("0"), Some("55")].map(borrowed), [0, 0, 55]);
    }

    #[test]
    fn a_missing_variable_is_named() {
        misses(litmos, LITMOS);
        misses(percipio, PERCIPIO);
    }

    #[test]
    fn a_wrong_value_is_named_and_a_right_one_taken() {
        let pace = ("ROLLCALL_REQUESTS_PER_MINUTE", ["1", "1000000"], ["0", "1000001", "-1", "x"]);
        judges(
            litmos,
            &[
                (pace.0, &pace.1, &pace.2),
                (
                    "ROLLCALL_BORROWED_REQUESTS_PER_MINUTE",
                    &["0", "1000000"],
                    &["1000001", "-1", "5.5", "all"],
                ),
                ("ROLLCALL_REGION", &["us", "eu", "au"], &["uk", "US"]),
                ("ROLLCALL_LITMOS_SOURCE", &["Acme & Söhne"], &[&"a".repeat(51)]),
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
                        "https://a/v1.svc#f",
                        "https://u:p@a/v1.svc",
                        "https://:p@a/v1.svc",
                        "http://127.0.0.1.example.org/v1.svc",
                    ],
                ),
            ],
        );
        judges(
            percipio,
            &[
                (pace.0, &pace.1, &pace.2),
                ("ROLLCALL_REGION", &["us", "eu"], &["au", "EU"]),
                (
                    "ROLLCALL_PERCIPIO_ORGANIZATION_ID",
                    &["6F0C1F4E-6d0b-4f0e-9d7a-2b1f6f1f0a01"],
                    &[
                        "acme",
                        "6f0c1f4e6d0b4f0e9d7a2b1f6f1f0a01",
                        "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a0g",
                    ],
                ),
                (
                    "ROLLCALL_BASE_URL",
                    &["https://proxy.example", "http://127.0.0.1:1/"],
                    &["https://proxy.example/x", "http://example.org", "https://a/?q", "x"],
                ),
            ],
        );
    }

    #[test]
    fn a_password_in_the_base_url_is_not_repeated() {
        let error = litmos("ROLLCALL_BASE_URL", Some("https://u:hunter2@a/v1.svc")).unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
    }
}
