//! The organisations that are synchronised.

use litmos_simulator::Options;

/// The organisation that the released connectors were measured with: everybody a plain learner.
pub(crate) fn medium(quick: bool) -> Options {
    let of = if quick { 10 } else { 1 };
    Options {
        users: 10_000 / of,
        teams: 200 / of,
        members_per_team: Some(50),
        leaders_percent: 0,
        courses: 500 / of,
        learners_per_course: Some(100),
        ..Options::default()
    }
}

/// The same people in one team, half of them.
pub(crate) fn crowded(quick: bool) -> Options {
    let people = medium(quick);
    Options { teams: 1, members_per_team: Some(people.users / 2), courses: 1, ..people }
}

/// Few teams and courses, and as many accounts as are meant to fit.
pub(crate) fn many_accounts(quick: bool) -> Options {
    Options { users: large(1, quick).users, ..medium(true) }
}

/// The largest that is meant to fit, or a part of it.
pub(crate) fn large(parts: u32, quick: bool) -> Options {
    let of = parts * if quick { 20 } else { 1 };
    Options {
        users: 100_000 / of,
        teams: 2_000 / of,
        members_per_team: Some(100),
        courses: 3_000 / of,
        learners_per_course: Some(1_000),
        ..Options::default()
    }
}

/// The requests that an organisation may cost: one for each team and course, one for each page of
/// users, four for the lists and what is counted, and three to make sure of the ends of lists.
pub(crate) fn allowed_requests(options: &Options) -> u32 {
    options.teams + options.courses + options.users.div_ceil(1_000) + 7
}

/// The rows of each table whose size follows from the options.
pub(crate) fn rows(options: &Options) -> Vec<(&'static str, u64)> {
    let all = |of: u32, each: Option<u32>| each.map(|each| u64::from(of) * u64::from(each));
    [
        ("users", Some(options.users.into())),
        ("teams", Some(options.teams.into())),
        ("team_members", all(options.teams, options.members_per_team)),
        ("courses", Some(options.courses.into())),
        ("enrolments", all(options.courses, options.learners_per_course)),
    ]
    .into_iter()
    .filter_map(|(table, rows)| Some((table, rows?)))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_allowance_of_the_measured_organisation_is_seven_less_than_the_released_connector_takes()
    {
        assert_eq!(allowed_requests(&medium(false)), 717);
    }
}
