//! What follows from reading a report in pieces: pure.

use jiff::Timestamp;
use rollcall_roster::{Enrolment, EnrolmentStatus};

use crate::percipio::report::{Order, Window, further};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn the_rest_of_a_report_overlaps_what_was_read() {
    let window = Window { start: at(100), end: at(1_000) };
    let rest = |seconds: &[i64]| {
        let mut order = Order::default();
        seconds.iter().for_each(|second| order.see(Some(at(*second))));
        order.see(None);
        order.rest(window)
    };
    let until = |second| Some(Window { end: at(second), ..window });
    assert_eq!(rest(&[900, 800, 800, 700]), until(701), "a second more than was read");
    assert_eq!(rest(&[900, 700, 800, 700]), None, "in no order");
    assert_eq!(rest(&[1_000, 999]), None, "no less is left than was asked for");
    assert_eq!(rest(&[]), None);
}

#[test]
fn a_report_does_not_reach_into_the_future_of_a_clock_that_is_slow() {
    let now = Timestamp::now();
    let window = Window::up_to(now, None);
    assert_eq!(now.duration_since(window.end).as_secs(), 60);
    assert_eq!(window.end.duration_since(window.start).as_hours(), 10 * 365 * 24);
}

#[test]
fn of_two_readings_of_an_enrolment_what_is_done_stays_done() {
    let started = Some(EnrolmentStatus::InProgress);
    let done = Some(EnrolmentStatus::Completed);
    let row = |status, began, completed: Option<i64>| Enrolment {
        course_id: "c".to_owned(),
        user_id: "u".to_owned(),
        status,
        started_at: Some(at(began)),
        completed_at: completed.map(at),
        ..Enrolment::default()
    };
    for (one, other, expected) in [
        (row(done, 5, Some(6)), row(started, 3, None), row(done, 3, Some(6))),
        (row(done, 5, Some(9)), row(done, 3, Some(4)), row(done, 3, Some(4))),
        (row(started, 5, None), row(None, 3, None), row(started, 3, None)),
        (row(None, 5, None), row(None, 3, None), row(None, 3, None)),
    ] {
        assert_eq!(further(one.clone(), other.clone()), expected);
        assert_eq!(further(other, one), expected, "in any order");
    }
}
