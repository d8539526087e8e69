//! What a report's request must be like.

use std::collections::HashSet;

use jiff::{Timestamp, ToSpan, civil, tz::TimeZone};
use serde_json::{Map, Value};

use super::filter::Filter;
use crate::{quirks::Quirks, refusal::Refusal, world::activity::Window};

const CONTENT_TYPES: [&str; 11] = [
    "AudioBook",
    "Audio Summary",
    "Book",
    "Book Summary",
    "Channel",
    "Course",
    "Journey",
    "Linked Content",
    "Video",
    "Scheduled Content",
    "Assessment",
];
const STATUSES: [&str; 8] =
    ["ACHIEVED", "ACTIVE", "COMPLETED", "LISTENED", "READ", "STARTED", "WATCHED", "ABANDONED"];
const SORTS: [&str; 15] = [
    "contentId",
    "contentTitle",
    "contentType",
    "status",
    "duration",
    "completedDate",
    "firstAccessDate",
    "lastAccessDate",
    "timesAccessed",
    "firstScore",
    "lastScore",
    "highScore",
    "assessmentAttempts",
    "percentOfBookOrVideo",
    "audience",
];
/// Fields that are taken and make no difference here.
const SWITCHES: [&str; 5] =
    ["isFileRequiredInSftp", "zip", "encrypt", "isPgpFileExtnNotReqrd", "includeMillisInFilename"];
const TEXTS: [&str; 3] = ["sftpId", "fileMask", "folderName"];
/// Fields that give a report another shape, which is not simulated.
const OTHER_SHAPES: [&str; 4] = ["template", "plugin", "transformName", "mapping"];

/// Reads a request.
pub(crate) fn read(
    body: &Map<String, Value>,
    now: Timestamp,
    quirks: &Quirks,
) -> Result<Filter, Refusal> {
    let mut filter = Filter { window: window(body, now, quirks)?, ..Filter::default() };
    for (name, value) in body {
        // what is not used has to be left out
        if value.is_null() || value.as_str() == Some("") || *value == Value::Object(Map::new()) {
            return Err(Refusal::invalid(name));
        }
        let wrong = || Refusal::invalid(name);
        match name.as_str() {
            "start" | "end" | "timeFrame" => {}
            "audience" => filter.audiences = names(string(value).ok_or_else(wrong)?),
            "locale" => filter.locale = Some(string(value).ok_or_else(wrong)?.to_owned()),
            "contentType" => {
                let types = string(value).ok_or_else(wrong)?.split(',');
                let types: HashSet<String> = types.map(str::to_owned).collect();
                if !types.iter().all(|name| CONTENT_TYPES.contains(&name.as_str())) {
                    return Err(wrong());
                }
                filter.content_types = Some(types);
            }
            "status" => filter.status = Some(one_of(value, &STATUSES).ok_or_else(wrong)?),
            "sort" => {
                let complete = one_of(&value["field"], &SORTS).is_some()
                    && one_of(&value["order"], &["asc", "desc"]).is_some();
                complete.then_some(()).ok_or_else(wrong)?;
            }
            "formatType" => one_of(value, &["JSON"]).map(|_| ()).ok_or_else(wrong)?,
            name if SWITCHES.contains(&name) => {
                value.is_boolean().then_some(()).ok_or_else(wrong)?;
            }
            name if TEXTS.contains(&name) => string(value).map(|_| ()).ok_or_else(wrong)?,
            "csvPreferences" => value.is_object().then_some(()).ok_or_else(wrong)?,
            name if OTHER_SHAPES.contains(&name) => return Err(wrong()),
            _ if quirks.unknown_fields_refused => return Err(wrong()),
            _ => {}
        }
    }
    Ok(filter)
}

fn string(value: &Value) -> Option<&str> {
    value.as_str()
}

fn one_of(value: &Value, known: &[&str]) -> Option<String> {
    value.as_str().filter(|word| known.contains(word)).map(str::to_owned)
}

/// The audiences by name; nothing for all of them.
fn names(text: &str) -> Option<HashSet<String>> {
    (text != "ALL").then(|| text.split(',').map(str::to_owned).collect())
}

fn window(body: &Map<String, Value>, now: Timestamp, quirks: &Quirks) -> Result<Window, Refusal> {
    let instant = |name: &'static str| {
        let Some(value) = body.get(name) else { return Ok(None) };
        let parsed = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
        parsed.map(Some).ok_or_else(|| Refusal::invalid(name))
    };
    match (instant("start")?, instant("end")?, body.get("timeFrame")) {
        (None, None, Some(frame)) => {
            let (from, to) = time_frame(frame, now).ok_or_else(|| Refusal::invalid("timeFrame"))?;
            Ok(Window { from: Some(from.as_millisecond()), to: Some(to.as_millisecond()) })
        }
        (Some(start), Some(end), None) => {
            let longest = quirks.max_window_days.map(|days| i64::from(days) * 86_400_000);
            let (from, mut to) = (start.as_millisecond(), end.as_millisecond());
            if from > to || longest.is_some_and(|longest| to - from > longest) {
                return Err(Refusal::invalid("start"));
            }
            if quirks.future_end_refused && end > now {
                return Err(Refusal::invalid("end"));
            }
            if quirks.window_end_exclusive {
                to -= 1;
            }
            Ok(Window { from: Some(from), to: Some(to) })
        }
        (None, None, None) if quirks.window_required => {
            Err(Refusal::unprocessable("missing_window", "start, end or timeFrame"))
        }
        (None, None, None) => Ok(Window::default()),
        _ => Err(Refusal::invalid("start, end and timeFrame")),
    }
}

/// The stretch of time before now that a word means.
fn time_frame(frame: &Value, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let last_hours = |hours: i64| Some((now.checked_sub(hours.hours()).ok()?, now));
    match frame.as_str()? {
        "DAY" => last_hours(24),
        "WEEK" => last_hours(7 * 24),
        "THIRTY_DAYS" => last_hours(30 * 24),
        "CALENDAR_MONTH" => {
            let today = now.to_zoned(TimeZone::UTC).date();
            let first = today.first_of_month();
            let midnight = |day: civil::Date| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp());
            let begin = first.checked_sub(1.month()).ok()?;
            let end = midnight(first)?.checked_sub(1.millisecond()).ok()?;
            Some((midnight(begin)?, end))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_at(body: Value, quirks: &Quirks) -> Result<Filter, Refusal> {
        let now = "2026-03-31T12:00:00Z".parse().unwrap();
        read(body.as_object().unwrap(), now, quirks)
    }

    fn window_of(body: Value) -> (String, String) {
        let window = read_at(body, &Quirks::default()).unwrap().window;
        let text = |at: Option<i64>| Timestamp::from_millisecond(at.unwrap()).unwrap().to_string();
        (text(window.from), text(window.to))
    }

    #[test]
    fn words_mean_stretches_of_time() {
        for (frame, from, to) in [
            ("DAY", "2026-03-30T12:00:00Z", "2026-03-31T12:00:00Z"),
            ("WEEK", "2026-03-24T12:00:00Z", "2026-03-31T12:00:00Z"),
            ("THIRTY_DAYS", "2026-03-01T12:00:00Z", "2026-03-31T12:00:00Z"),
            ("CALENDAR_MONTH", "2026-02-01T00:00:00Z", "2026-02-28T23:59:59.999Z"),
        ] {
            assert_eq!(window_of(json!({ "timeFrame": frame })), (from.into(), to.into()));
        }
        let begin = "2016-01-01T01:00:00.123456789+01:00";
        let offset = json!({ "start": begin, "end": "2027-01-01T00:00:00Z" });
        let expected = ("2016-01-01T00:00:00.123Z".into(), "2027-01-01T00:00:00Z".into());
        assert_eq!(window_of(offset), expected);
    }

    #[test]
    fn what_is_unused_must_be_left_out_and_what_is_used_must_be_right() {
        let whole = json!({
            "timeFrame": "DAY", "audience": "ALL", "contentType": "Course,Linked Content",
            "status": "COMPLETED", "sort": { "field": "lastAccessDate", "order": "desc" },
            "formatType": "JSON", "isFileRequiredInSftp": false,
        });
        assert!(read_at(whole.clone(), &Quirks::default()).is_ok());
        for (name, value) in [
            ("audience", json!("")),
            ("audience", json!(null)),
            ("sort", json!({})),
            ("sort", json!({ "field": "lastAccessDate" })),
            ("sort", json!({ "field": "", "order": "" })),
            ("sort", json!({ "field": "lastAccess", "order": "desc" })),
            ("csvPreferences", json!({})),
            ("isFileRequiredInSftp", json!("false")),
            ("contentType", json!("Course, Assessment")),
            ("contentType", json!("COURSE")),
            ("status", json!("Completed")),
            ("status", json!("COMPLETED,STARTED")),
            ("timeFrame", json!("YEAR")),
            ("start", json!("2026-01-01T00:00:00Z")),
            ("formatType", json!("CSV")),
            ("mapping", json!("$")),
            ("contentTypes", json!("Course")),
        ] {
            let mut body = whole.clone();
            body[name] = value.clone();
            let refusal = read_at(body, &Quirks::default()).map(|_| ()).unwrap_err();
            assert_eq!(refusal.status, 400, "{name} {value}");
        }
    }

    #[test]
    fn a_window_is_whole_and_the_switches_say_how_strict_it_is() {
        let between = |start: &str, end: &str| json!({ "start": start, "end": end });
        let year = between("2025-03-31T12:00:00Z", "2026-04-01T12:00:00Z");
        let status = |body: Value, quirks: &Quirks| {
            read_at(body, quirks).map(|_| ()).map_err(|refusal| refusal.status)
        };
        let plain = Quirks::default();
        assert_eq!(status(year.clone(), &plain), Ok(()));
        assert_eq!(status(json!({}), &plain), Err(422));
        let open = Quirks { window_required: false, ..Quirks::default() };
        assert_eq!(status(json!({}), &open), Ok(()));
        for bad in [
            json!({ "start": "2025-03-31T12:00:00Z" }),
            json!({ "end": "2025-03-31T12:00:00Z" }),
            between("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"),
            between("2026-01-02", "2026-01-03"),
        ] {
            assert_eq!(status(bad, &open), Err(400));
        }
        let short = Quirks { max_window_days: Some(365), ..Quirks::default() };
        assert_eq!(status(year.clone(), &short), Err(400));
        let past = Quirks { future_end_refused: true, ..Quirks::default() };
        assert_eq!(status(year, &past), Err(400));
    }
}
