"""The demo's runs: the first copy of everything, and others after the world has changed."""

import json

from . import by_hand, execution, query, simulator
from .failures import DemoError
from .story import TABLES, Story


def parameters(litmos, scheduled):
    """The template's; without a schedule runs are started by hand."""
    return {
        "LitmosSource": litmos.source,
        "BaseUrl": litmos.base_url,
        "RequestsPerMinute": simulator.SYNC_SHARE,
        "CheckConnectionRequestsPerMinute": simulator.CHECK_SHARE,
    } | ({"Schedule": "rate(1 minute)", "ScheduleState": "ENABLED"} if scheduled else {})


def check_connection(screen, aws, stack):
    """Is everything in order? What an operator asks first."""
    with screen.step("Invoking check-connection"):
        invoked = aws.client("lambda").invoke(FunctionName=stack.functions["check-connection"], Payload=b"{}")
        answer = json.load(invoked["Payload"])
    if not answer.get("ok"):
        troubles = [f"{check['name']}: {check['message']}" for check in answer.get("checks", []) if not check["ok"]]
        raise DemoError("; ".join(troubles) or answer.get("errorMessage", str(answer)), by_hand.LOG)
    screen.line("    ok: " + ", ".join(check["name"] for check in answer["checks"]))


def first_run(screen, aws, stack, litmos, scheduled):
    screen.heading("The first run")
    limit = f"{simulator.LIMIT} requests in {simulator.WINDOW_SECONDS} s (really: in 60 s)"
    screen.line(f"  Ten times as fast as life: Litmos refuses more than {limit};")
    screen.line(f"  the sync's share is {simulator.SYNC_SHARE} a minute (really: 60).")
    if scheduled:
        with screen.step("Waiting for the schedule, rate(1 minute)"):
            arn = execution.wait_for_schedule(aws, stack)
        execution.end_schedule(aws, stack)
    else:
        arn = execution.start(aws, stack)
    story = tell(screen, aws, stack, litmos, arn)
    story.tell(screen)
    return story


def second_run(screen, aws, stack, litmos, before):
    """Somebody leaves, somebody marries, a team is dissolved: what an auditor wants to see afterwards."""
    screen.heading("The world changes")
    leaver = before.one(
        "select user_id, user_name from team_members join users using (user_id) where active "
        "group by all having count(*) <= 3 order by user_id limit 1"
    )
    renamed = before.one(
        "select user_id, user_name, first_name from users where active and user_id <> ? order by user_id limit 1",
        leaver[0],
    )
    team = before.one(
        "select t.team_id, t.name from team_members join teams t using (team_id) "
        "where t.team_id not in (select parent_team_id from teams where parent_team_id is not null) "
        "group by all order by count(*), t.team_id limit 1"
    )
    litmos.change("set_active", id=leaver[0], active=False)
    litmos.change("rename_user", id=renamed[0], first_name=renamed[2], last_name="Newlywed")
    litmos.change("delete_team", id=team[0])
    screen.line(f"  {leaver[1]} is deactivated.")
    screen.line(f"  {renamed[1]} has another family name.")
    screen.line(f"  Team “{team[1]}” is deleted.")
    return another_run(screen, aws, stack, litmos, before, "The second run, while the grant stands")


def another_run(screen, aws, stack, litmos, before, heading):
    screen.heading(heading)
    story = tell(screen, aws, stack, litmos, execution.start(aws, stack))
    screen.heading("What changed: the table of that name")
    story.tell_changes(screen, before)
    return story


def tell(screen, aws, stack, litmos, arn):
    """Follows an execution and sums it up."""
    litmos.forget_requests()
    ended, run_id = execution.follow(aws, stack, arn, screen)
    if ended["status"] != "SUCCEEDED":
        cause = " ".join(ended.get("cause", "").split())
        raise DemoError(f"run {run_id} ended {ended['status']}: {ended.get('error')}\n  {cause[:400]}", by_hand.LOG)
    s3 = aws.client("s3")
    key = f"{stack.connection}/manifests/run_id={run_id}/manifest.json"
    manifest = json.load(s3.get_object(Bucket=stack.bucket, Key=key)["Body"])
    seconds = (ended["stopDate"] - ended["startDate"]).total_seconds()
    screen.line(f"  Run {run_id} is {manifest['verdict']}; the state machine took {seconds:.0f} s.")
    for reason in manifest["reasons"]:
        screen.line(f"    {reason}")
    held = manifest["tables"]
    rows = ", ".join(f"{held[table]['rows']:,} {table.replace('_', ' ')}" for table in [*TABLES, "changes"])
    screen.line(f"  Rows: {rows}.")
    sent = ", ".join(f"{name} {manifest['requests'][name]['sent']}" for name in execution.SYNC)
    screen.line(f"  Requests: {sent}.")
    stats = litmos.stats()
    screen.line(
        f"  Litmos counted {stats['requests']}, refused {stats['refused']}, and saw at most "
        f"{stats['max_in_window']} in {simulator.WINDOW_SECONDS} s."
    )
    return Story(query.connect(aws.endpoint), f"s3://{stack.bucket}", manifest)
