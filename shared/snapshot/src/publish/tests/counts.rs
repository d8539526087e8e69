//! What a reading of a run's tables counts: each rule of the verdict fires on rows that break it.

use super::*;

/// Users by their numbers, and who of them is in which team.
type Rows<'a> = (&'a [u32], &'a [(&'a str, u32)]);

fn user(index: &u32) -> User {
    User { user_id: format!("u{index:05}"), ..User::default() }
}

fn member(&(team, index): &(&str, u32)) -> TeamMember {
    let user_id = user(&index).user_id;
    TeamMember { team_id: team.to_owned(), user_id, ..TeamMember::default() }
}

/// The verdict over a run with these rows as they stand in its parts.
async fn judged(
    store: &Arc<MemoryStore>,
    hour: i64,
    kind: Kind,
    (users, members): Rows<'_>,
) -> Publication {
    let (run_id, plan) = (run(hour), RunPlan { kind, ..RunPlan::plain(at(0)) });
    let team = Team { team_id: "t".into(), ..Team::default() };
    let tables = [
        vec![hold(store, &run_id, users.iter().map(user).collect()).await],
        vec![
            hold(store, &run_id, vec![team]).await,
            hold(store, &run_id, members.iter().map(member).collect()).await,
        ],
        vec![
            hold::<Course>(store, &run_id, Vec::new()).await,
            hold::<Enrolment>(store, &run_id, Vec::new()).await,
        ],
    ];
    complete(store, &run_id, Some(&plan), &BTreeMap::new(), tables).await;
    publisher(store.clone()).publish(&run_id, None, at(hour)).await.unwrap()
}

fn full() -> Kind {
    Kind::Full { fell_back: None, carries: None }
}

fn codes(judged: &Publication) -> Vec<&str> {
    judged.reasons.iter().map(|reason| reason.split(':').next().unwrap()).collect()
}

#[tokio::test]
async fn rows_that_are_repeated_or_unsorted_are_never_published() {
    for (users, members, wanted) in [
        (&[1, 2, 3][..], &[("t", 1), ("t", 2)][..], None),
        (&[1, 2, 2], &[], Some("users has 1 ")),
        (&[1, 3, 2], &[], Some("users has 1 ")),
        (&[3, 2, 1], &[], Some("users has 2 ")),
        (&[1, 2], &[("t", 1), ("t", 1)], Some("team_members has 1 ")),
        (&[1, 2], &[("t", 2), ("t", 1)], Some("team_members has 1 ")),
    ] {
        let judged = judged(&Arc::default(), 1, full(), (users, members)).await;
        match wanted {
            None => assert_eq!((judged.verdict, codes(&judged)), (Verdict::Published, vec![])),
            Some(wanted) => {
                assert_eq!(judged.verdict, Verdict::Quarantined, "{users:?} {members:?}");
                let start = format!("not_unique: {wanted}");
                assert!(judged.reasons[0].starts_with(&start), "{:?}", judged.reasons);
            }
        }
    }
}

#[tokio::test]
async fn rows_that_point_at_a_user_or_a_team_that_is_not_there_are_counted() {
    let users: Vec<_> = (0..20).collect();
    let of = |team, users: std::ops::Range<u32>| users.map(move |user| (team, user));
    for (members, dangling, verdict) in [
        (of("t", 0..20).collect::<Vec<_>>(), 0, Verdict::Published),
        (of("t", 0..21).collect(), 1, Verdict::Published),
        (of("t", 0..31).collect(), 11, Verdict::Quarantined),
        (of("away", 0..2).chain(of("t", 0..20)).collect(), 2, Verdict::Published),
        (of("away", 0..11).collect(), 11, Verdict::Quarantined),
    ] {
        let judged = judged(&Arc::default(), 1, full(), (&users, &members)).await;
        assert_eq!(judged.measured.unwrap().dangling, dangling, "{members:?}");
        assert_eq!(judged.verdict, verdict, "{:?}", judged.reasons);
    }
}

#[tokio::test]
async fn of_a_delta_run_the_rows_that_are_new_are_counted_by_themselves() {
    let users: Vec<_> = (0..2_000).collect();
    let old: Vec<_> = (0..2_000).map(|user| ("t", user)).collect();
    let new = |count: u32| (2_000..2_000 + count).map(|user| ("t", user));
    for (new, wanted) in [(new(10), "dangling"), (new(11), "too_many_dangling")] {
        let store = Arc::default();
        assert_eq!(judged(&store, 1, full(), (&users, &old)).await.verdict, Verdict::Published);
        let members: Vec<_> = old.iter().copied().chain(new).collect();
        let delta = judged(&store, 2, Kind::Delta(since(1)), (&users, &members)).await;
        // Of all rows they are less than one in a hundred.
        assert_eq!(codes(&delta), [wanted], "{:?}", delta.reasons);
    }
}
