//! Reports about a stretch of time.

use std::collections::HashMap;

use percipio_simulator::{Options, Quirks, Simulator, WindowStatus};
use serde_json::{Value, json};

use crate::client::{report, start};

const EDGES: [&str; 4] = [
    "2000-01-01T00:00:00Z",
    "2024-06-01T00:00:00.000Z",
    "2025-03-01T00:00:00Z",
    "2100-01-01T00:00:00Z",
];

fn window(simulator: &Simulator, start: &str, end: &str) -> Vec<Value> {
    report(simulator, &json!({ "start": start, "end": end }))
}

fn number(row: &Value, field: &str) -> u64 {
    row.get(field).map_or(0, |text| text.as_str().unwrap().parse().unwrap())
}

#[test]
fn windows_together_tell_what_one_long_window_tells() {
    let simulator = start(Options { activities: 2000, ..Options::default() });
    type Sum = (u64, String, String, u64);
    let sum = |rows: Vec<Value>, into: &mut HashMap<String, Sum>| {
        for row in rows {
            let key = format!("{} {}", row["userUuid"], row["contentUuid"]);
            let (Some(first), Some(last)) = (row.get("firstAccess"), row.get("lastAccess")) else {
                continue;
            };
            let (first, last) = (first.as_str().unwrap(), last.as_str().unwrap());
            let (total, duration) = (number(&row, "totalAccesses"), number(&row, "duration"));
            let begun = (0, first.to_owned(), last.to_owned(), 0);
            let sum = into.entry(key).or_insert(begun);
            sum.0 += total;
            sum.1 = sum.1.clone().min(first.to_owned());
            sum.2 = sum.2.clone().max(last.to_owned());
            sum.3 += duration;
        }
    };
    let mut whole = HashMap::new();
    sum(window(&simulator, EDGES[0], EDGES[3]), &mut whole);
    let mut parts = HashMap::new();
    let mut rows = 0;
    for pair in EDGES.windows(2) {
        let part = window(&simulator, pair[0], pair[1]);
        let within = |field: &str, row: &Value| {
            row.get(field).is_none_or(|at| (pair[0]..=pair[1]).contains(&at.as_str().unwrap()))
        };
        assert!(part.iter().all(|row| within("firstAccess", row) && within("lastAccess", row)));
        rows += part.len();
        sum(part, &mut parts);
    }
    assert_eq!(parts, whole);
    assert!(rows > 2000, "some pairs are in several windows");
}

#[test]
fn the_status_in_a_window_is_what_the_switch_says() {
    let simulator = start(Options::default());
    let (user, item) =
        (simulator.world().user_ids()[1].clone(), simulator.world().course_ids()[1].clone());
    let at = |text: &str| text.parse().unwrap();
    for (status, day) in
        [("Started", "2031-01-05"), ("Completed", "2031-02-05"), ("Completed", "2031-03-05")]
    {
        let at = at(&format!("{day}T10:00:00Z"));
        assert!(simulator.world().learn(&user, &item, status, at));
    }
    let seen = |month: u32, window_status| {
        simulator.set_quirks(Quirks { window_status, ..Quirks::default() });
        let edge = |month: u32| format!("2031-{month:02}-01T00:00:00Z");
        let rows = window(&simulator, &edge(month), &edge(month + 1));
        let status = |row: &Value| row["status"].as_str().unwrap().to_owned();
        rows.iter().map(status).collect::<Vec<_>>()
    };
    assert_eq!(seen(4, WindowStatus::Current), [] as [&str; 0]);
    for (window_status, expected) in [
        (WindowStatus::Current, ["Completed", "Completed", "Completed"]),
        (WindowStatus::AtEnd, ["Started", "Completed", "Completed"]),
        (WindowStatus::Within, ["Started", "Completed", "Started"]),
    ] {
        let months = [1, 2, 3].map(|month| seen(month, window_status));
        // what was derived of the pair's own first accesses is long before
        assert_eq!(months[2], [expected[2]], "{window_status:?}");
        assert!(months[0].iter().all(|status| status == expected[0]), "{window_status:?}");
    }
}

#[test]
fn an_end_belongs_to_its_window_or_not() {
    let simulator = start(Options::default());
    let (user, item) =
        (simulator.world().user_ids()[1].clone(), simulator.world().course_ids()[1].clone());
    let at = "2031-01-05T10:00:00Z";
    assert!(simulator.world().learn(&user, &item, "Watched", at.parse().unwrap()));
    let count = || window(&simulator, "2031-01-04T00:00:00Z", at).len();
    assert_eq!(count(), 1);
    simulator.set_quirks(Quirks { window_end_exclusive: true, ..Quirks::default() });
    assert_eq!(count(), 0);
}

#[test]
fn what_is_learnt_now_is_in_the_last_day() {
    let simulator = start(Options::default());
    assert_eq!(report(&simulator, &json!({ "timeFrame": "DAY" })), [] as [Value; 0]);
    let (user, item) =
        (simulator.world().user_ids()[1].clone(), simulator.world().item_ids()[1].clone());
    simulator.world().learn(&user, &item, "Sideways", jiff::Timestamp::now());
    let rows = report(&simulator, &json!({ "timeFrame": "DAY" }));
    assert_eq!((rows.len(), &rows[0]["status"]), (1, &json!("Sideways")));
}
