//! How often one may ask.

use percipio_simulator::{Options, RateLimit, RetryAfter};

use crate::client::{Answer, catalog, start, users};

/// A window that does not end while a test runs.
const LONG: RateLimit = RateLimit {
    requests: 3,
    window_ms: 1_000_000_000,
    sliding: true,
    count_refused: false,
    per_service: false,
    retry_after: RetryAfter::Absent,
};

fn refused(limit: RateLimit) -> Answer {
    let simulator = start(Options { rate_limit: Some(limit), ..Options::default() });
    let statuses = [(); 3].map(|()| users(&simulator, "users?max=1").status);
    assert_eq!(statuses, [200; 3]);
    let answer = users(&simulator, "users?max=1");
    assert_eq!(answer.status, 429);
    assert_eq!((simulator.log().refused(), simulator.log().count()), (1, 4));
    let other = catalog(&simulator, "max=1").status;
    assert_eq!(other, if limit.per_service { 200 } else { 429 });
    answer
}

#[test]
fn over_the_limit_is_429_with_or_without_a_hint() {
    for sliding in [false, true] {
        let limit = RateLimit { sliding, ..LONG };
        let plain = refused(limit);
        assert_eq!(plain.text(), r#"{"error":"Too Many Requests"}"#);
        assert_eq!(plain.header("retry-after"), None);
        let seconds = refused(RateLimit { retry_after: RetryAfter::Seconds, ..limit });
        let seconds: u64 = seconds.header("retry-after").unwrap().parse().unwrap();
        assert!((999_000..=1_000_000).contains(&seconds));
        let date = refused(RateLimit { retry_after: RetryAfter::Date, ..limit });
        assert!(date.header("retry-after").unwrap().ends_with(" GMT"));
    }
}

#[test]
fn an_allowance_can_be_each_services_own() {
    refused(RateLimit { per_service: true, ..LONG });
}
