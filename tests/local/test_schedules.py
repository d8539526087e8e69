"""What the schedules start. They do it every minute, counted from the stack's creation."""

import json
from datetime import UTC, datetime, timedelta

from local import deploy, queues
from local.trying import events_of, grant, outcome_of, progress, script, verdict, wait_for

SCHEDULE_SECONDS = 120
SYNC = ["sync-users", "sync-teams", "sync-courses"]


def test_a_grant_that_is_due_is_ended(aws, real, litmos, learners, team_id):
    learner = next(learners)
    end = datetime.now(UTC) + timedelta(seconds=10)
    queues.send(aws, real, grant("ends", learner, team_id, expires_at=end.isoformat()))
    assert outcome_of(aws, real, request_id="ends")["status"] == "succeeded"
    assert litmos.is_member(team_id, learner["user_id"])
    assert standing(aws, real, learner) == ["expiring", "holds"]
    ended = outcome_of(aws, real, SCHEDULE_SECONDS, reason="the grant ends has ended")
    effect = {"action": "remove_team_member", "detail": {"team_id": team_id, "user_id": learner["user_id"]}}
    assert (ended["status"], ended["requested_by"], ended["effects"]) == ("succeeded", "rollcall", [effect])
    assert datetime.fromisoformat(ended["started_at"]) > end
    assert not litmos.is_member(team_id, learner["user_id"])
    assert standing(aws, real, learner) == []


def test_a_parameter_reaches_a_function_and_the_schedule_starts_a_run(aws, stack, binaries, scripts):
    script(scripts, {**{name: [progress("complete")] for name in SYNC}, "publish-snapshot": [verdict("published")]})
    parameters = {"LitmosSource": "example", "MaxShrinkPercent": 33}
    deploy(aws, binaries, parameters | {"Schedule": "rate(1 minute)", "ScheduleState": "ENABLED"})
    try:
        wait_for(lambda: events_of(scripts, "publish-snapshot"), SCHEDULE_SECONDS)
    finally:
        deploy(aws, binaries, parameters)
    [line] = (scripts / "sync-users.log").read_text().splitlines()
    assert json.loads(line)["environment"]["ROLLCALL_MAX_SHRINK_PERCENT"] == "33"


def standing(aws, stack, user):
    """The folders of the ledger that know of a grant to somebody that ends."""
    s3, folders = aws.client("s3"), ["expiring/", f"holds/{user['user_id']}/"]
    prefixes = [f"{stack.connection}/ledger/{folder}" for folder in folders]
    found = [s3.list_objects_v2(Bucket=stack.bucket, Prefix=prefix).get("Contents", []) for prefix in prefixes]
    return [prefix.split("/")[2] for prefix, objects in zip(prefixes, found, strict=True) if objects]
