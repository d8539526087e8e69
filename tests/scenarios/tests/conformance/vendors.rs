//! The vendors, as far as the rules treat them alike.

#![expect(non_camel_case_types, reason = "these are the names of the tests' modules")]

use litmos_simulator as litmos_sim;
use percipio_simulator as percipio_sim;
use scenarios::{Scenario, Vendor};

/// What the rules need of a vendor's world.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct World {
    /// No page is longer.
    pub(crate) page_cap: Option<u32>,
    /// Some rows come twice.
    pub(crate) repeats: bool,
    /// Every answer takes as long.
    pub(crate) latency_ms: u64,
    /// So many requests in so many milliseconds.
    pub(crate) limit: Option<(u32, u64)>,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trouble {
    Unavailable,
    RateLimited,
    Reset,
    CutOff,
    Html,
    /// No answer for a minute.
    Silence,
}

/// A vendor that the rules are tried with.
pub(crate) trait Rules {
    type Vendor: Vendor;

    fn scenario(world: World) -> Scenario<Self::Vendor>;

    /// A secret with a key.
    fn secret(key: &str) -> String;

    fn key(vendor: &Self::Vendor) -> String;

    fn set_key(vendor: &Self::Vendor, key: &str);

    /// Lets some requests fail: the first so many of every so many, or all.
    fn fail(vendor: &Self::Vendor, trouble: Trouble, skip: u64, times: Option<u64>);

    fn heal(vendor: &Self::Vendor);

    /// How many requests the limit refused.
    fn refused(vendor: &Self::Vendor) -> usize;
}

pub(crate) struct litmos;
pub(crate) struct percipio;

impl Rules for litmos {
    type Vendor = litmos_sim::Simulator;

    fn scenario(world: World) -> Scenario {
        let World { page_cap, repeats, latency_ms, limit } = world;
        let repeats = repeats.then_some(litmos_sim::Repeats { every_pages: 2, rows: 3 });
        let quirks = litmos_sim::Quirks { page_cap, repeats, ..Default::default() };
        let rate_limit = limit.map(|(requests, window_ms)| litmos_sim::RateLimit {
            requests,
            window_ms,
            ..Default::default()
        });
        Scenario::new(litmos_sim::Options {
            users: 60,
            teams: 4,
            courses: 14,
            latency_ms,
            rate_limit,
            quirks,
            ..Default::default()
        })
    }

    fn secret(key: &str) -> String {
        format!(r#"{{"api_key": "{key}"}}"#)
    }

    fn key(vendor: &Self::Vendor) -> String {
        vendor.api_key()
    }

    fn set_key(vendor: &Self::Vendor, key: &str) {
        vendor.set_api_key(key);
    }

    fn fail(vendor: &Self::Vendor, trouble: Trouble, skip: u64, times: Option<u64>) {
        use litmos_sim::Fault;
        let fault = match trouble {
            Trouble::Unavailable => Fault::Unavailable,
            Trouble::RateLimited => Fault::RateLimited,
            Trouble::Reset => Fault::Reset,
            Trouble::CutOff => Fault::CutOff,
            Trouble::Html => Fault::Html,
            Trouble::Silence => Fault::Slow { ms: 60_000 },
        };
        let rule = litmos_sim::Rule::new(fault).skip(skip);
        vendor.faults().add(litmos_sim::Rule { times, ..rule });
    }

    fn heal(vendor: &Self::Vendor) {
        vendor.faults().clear();
    }

    fn refused(vendor: &Self::Vendor) -> usize {
        vendor.log().refused()
    }
}

impl Rules for percipio {
    type Vendor = percipio_sim::Simulator;

    fn scenario(world: World) -> Scenario<Self::Vendor> {
        let World { page_cap, repeats, latency_ms, limit } = world;
        let back = percipio_sim::Moving { every_pages: 2, rows: 3, way: percipio_sim::Way::Back };
        let moving_users = repeats.then_some(back);
        // a list that moves for ever counts the moved rows too, and is rightly held back for that
        let user_total = match repeats {
            true => percipio_sim::Total::Absent,
            false => percipio_sim::Total::Exact,
        };
        let quirks =
            percipio_sim::Quirks { page_cap, moving_users, user_total, ..Default::default() };
        let rate_limit = limit.map(|(requests, window_ms)| percipio_sim::RateLimit {
            requests,
            window_ms,
            ..Default::default()
        });
        Scenario::percipio(percipio_sim::Options {
            users: 60,
            items: 40,
            latency_ms,
            rate_limit,
            quirks,
            report: percipio_sim::ReportTime { polls: 0, ..Default::default() },
            ..Default::default()
        })
    }

    fn secret(key: &str) -> String {
        format!(r#"{{"api_token": "{key}"}}"#)
    }

    fn key(vendor: &Self::Vendor) -> String {
        vendor.api_token()
    }

    fn set_key(vendor: &Self::Vendor, key: &str) {
        vendor.set_api_token(key);
    }

    fn fail(vendor: &Self::Vendor, trouble: Trouble, skip: u64, times: Option<u64>) {
        use percipio_sim::Fault;
        let fault = match trouble {
            Trouble::Unavailable => Fault::Unavailable,
            Trouble::RateLimited => Fault::RateLimited { retry_after: None },
            Trouble::Reset => Fault::Reset,
            Trouble::CutOff => Fault::CutOff { after_bytes: None },
            Trouble::Html => Fault::Html,
            Trouble::Silence => Fault::Slow { ms: 60_000 },
        };
        let rule = percipio_sim::Rule::new(fault).skip(skip);
        vendor.faults().add(percipio_sim::Rule { times, ..rule });
    }

    fn heal(vendor: &Self::Vendor) {
        vendor.faults().clear();
    }

    fn refused(vendor: &Self::Vendor) -> usize {
        vendor.log().refused()
    }
}
