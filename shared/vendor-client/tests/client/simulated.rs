//! The client against the simulated vendor: what its odd answers come to in the end.

use litmos_simulator::{Fault, Foreign, Form, OddBytes, Options, Quirks, Rule, Simulator};
use rollcall_vendor_client::litmos::{JsonDates, Litmos, Settings, UserLookup, UserRef};
use rollcall_vendor_client::{Http, Pacer, Patience, Timeouts, VendorError};

use crate::server::{KEY, Keys};

fn start(quirks: Quirks) -> Simulator {
    Simulator::start(Options { api_key: KEY.to_owned(), quirks, ..Options::default() })
        .expect("it can be set up")
}

fn client(simulator: &Simulator, json_dates: JsonDates) -> Litmos {
    let base_url = simulator.base_url().parse().expect("it can be set up");
    let settings = Settings { base_url, source: "acme".to_owned(), json_dates };
    let http = Http::new(Timeouts::default()).expect("it can be set up");
    Litmos::new(settings, Keys::always(KEY), Pacer::new(1_000_000, None), http)
}

/// The first account's id.
async fn somebody(litmos: &Litmos) -> String {
    litmos.users(0).await.expect("a page").rows[0].user_id.clone()
}

#[tokio::test]
async fn dates_are_the_same_in_the_reading_that_the_vendor_means() {
    let mut read = Vec::new();
    for (wall_clock_dates, json_dates) in
        [(false, JsonDates::MillisAreUtc), (true, JsonDates::WallClockAtOffset)]
    {
        let simulator = start(Quirks { wall_clock_dates, ..Quirks::default() });
        let litmos = client(&simulator, json_dates);
        let mut due = Vec::new();
        for course in litmos.courses(0).await.unwrap().rows {
            let users = litmos.course_users(&course.course_id, 0).await.unwrap().rows;
            due.extend(users.into_iter().map(|row| (row.user_id, row.due_at, row.compliant_till)));
        }
        assert!(due.iter().any(|(_, due_at, _)| due_at.is_some()));
        read.push(due);
    }
    assert_eq!(read[0], read[1]);
}

#[tokio::test]
async fn odd_bytes_cost_no_row() {
    let simulator = start(Quirks::default());
    let litmos = client(&simulator, JsonDates::default());
    let expected = litmos.users(0).await.unwrap();
    for kind in [OddBytes::Mark, OddBytes::HalfPair, OddBytes::NoUtf8] {
        simulator.faults().add(Rule::new(Fault::OddBytes { kind }).times(1));
        let page = litmos.users(0).await.unwrap();
        assert_eq!((page.received, page.faulty_rows), (expected.received, 0), "{kind:?}");
        assert_eq!(page.rows[1..], expected.rows[1..], "{kind:?}");
        assert_eq!(page.fault_count, u64::from(kind != OddBytes::Mark), "{kind:?}");
    }
}

/// Whoever leaves is disabled whatever the record holds, and also where each write has to say what its
/// body is.
#[tokio::test]
async fn an_account_with_half_an_emoji_is_disabled() {
    let simulator = start(Quirks { content_type_on_writes: true, ..Quirks::default() });
    let litmos = client(&simulator, JsonDates::default());
    let id = somebody(&litmos).await;
    let odd = Fault::OddBytes { kind: OddBytes::HalfPair };
    simulator.faults().add(Rule::new(odd).on("/users/").times(1));
    let found = litmos.user(&UserRef::Id(id.clone())).await.unwrap();
    let UserLookup::Found(mut record) = found else { panic!("{found:?}") };
    record.set_active(false);
    litmos.put_user(&record).await.unwrap();
    assert!(simulator.writes().iter().all(|write| write.applied));
    let found = litmos.user(&UserRef::Id(id)).await.unwrap();
    let UserLookup::Found(record) = found else { panic!("{found:?}") };
    assert_eq!(record.user().active, Some(false));
}

#[tokio::test]
async fn what_is_no_answer_is_never_an_empty_list() {
    let simulator = start(Quirks::default());
    let litmos = client(&simulator, JsonDates::default()).with_patience(Patience::attempts(2));
    for (what, may_end) in [
        (Foreign::SignIn, false),
        (Foreign::Xhtml, false),
        (Foreign::Text, false),
        (Foreign::Errors, false),
        (Foreign::Null, false),
        (Foreign::Empty, true),
        (Foreign::NoContent, true),
    ] {
        simulator.faults().add(Rule::new(Fault::Instead { what }).times(2));
        let error = litmos.teams(0).await.unwrap_err();
        let is_outage = matches!(error, VendorError::Unavailable { .. });
        assert_eq!(is_outage, may_end, "{what:?}: {error:?}");
        assert!(is_outage || matches!(error, VendorError::Unexpected { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn the_rate_limit_is_known_in_any_form() {
    let simulator = start(Quirks::default());
    let litmos = client(&simulator, JsonDates::default());
    for form in [Form::Html, Form::Text, Form::JsonText] {
        simulator.faults().add(Rule::new(Fault::RateLimitedAs { form }).times(1));
        litmos.create_team(&format!("New {form:?}"), None).await.unwrap();
    }
    assert_eq!(litmos.usage().refused(), 3);
}
