"""The demo's runs: the first copy of everything, and others after the world has changed."""

import json

from . import by_hand, execution, query
from .failures import DemoError
from .simulator import SPEED
from .story import TABLES, Story


def parameters(vendor, scheduled):
    """The template's; without a schedule runs are started by hand."""
    shares = {
        "RequestsPerMinute": vendor.kind.sync_share,
        "ProvisionRequestsPerMinute": vendor.kind.provision_share,
        "CheckConnectionRequestsPerMinute": vendor.kind.check_share,
    }
    schedule = {"Schedule": "rate(1 minute)", "ScheduleState": "ENABLED"} if scheduled else {}
    return vendor.account() | {"BaseUrl": vendor.base_url} | shares | schedule


def check_connection(screen, aws, stack):
    """Is everything in order? What an operator asks first."""
    with screen.step("Invoking check-connection"):
        invoked = aws.client("lambda").invoke(FunctionName=stack.functions["check-connection"], Payload=b"{}")
        answer = json.load(invoked["Payload"])
    if not answer.get("ok"):
        troubles = [f"{check['name']}: {check['message']}" for check in answer.get("checks", []) if not check["ok"]]
        raise DemoError("; ".join(troubles) or answer.get("errorMessage", str(answer)), by_hand.LOG)
    screen.line("    ok: " + ", ".join(check["name"] for check in answer["checks"]))


def first_run(screen, aws, stack, vendor, scheduled):
    screen.heading("The first run")
    kind = vendor.kind
    limit = f"{kind.limit} requests in {kind.window_seconds} s (really: in {SPEED * kind.window_seconds} s)"
    screen.line(f"  Ten times as fast as life: {kind.name} refuses more than {limit};")
    screen.line(f"  the sync's share is {kind.sync_share:,} a minute (really: {kind.sync_share // SPEED}).")
    if scheduled:
        with screen.step("Waiting for the schedule, rate(1 minute)"):
            arn = execution.wait_for_schedule(aws, stack)
        execution.end_schedule(aws, stack)
    else:
        arn = execution.start(aws, stack)
    story = tell(screen, aws, stack, vendor, arn)
    story.tell(screen, vendor.kind.questions)
    return story


def second_run(screen, aws, stack, vendor, before):
    """Somebody leaves, somebody marries and the like: what an auditor wants to see afterwards."""
    screen.heading("The world changes")
    for sentence in vendor.change_world(before):
        screen.line(f"  {sentence}")
    return another_run(screen, aws, stack, vendor, before, "The second run, while the grant stands")


def another_run(screen, aws, stack, vendor, before, heading):
    screen.heading(heading)
    story = tell(screen, aws, stack, vendor, execution.start(aws, stack))
    screen.heading("What changed: the table of that name")
    story.tell_changes(screen, before)
    return story


def tell(screen, aws, stack, vendor, arn):
    """Follows an execution and sums it up."""
    vendor.forget_requests()
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
    stats = vendor.stats()
    screen.line(
        f"  {vendor.kind.name} counted {stats['requests']}, refused {stats['refused']}, and saw at most "
        f"{stats['max_in_window']} in {vendor.kind.window_seconds} s."
    )
    return Story(query.connect(aws.endpoint), f"s3://{stack.bucket}", manifest)
