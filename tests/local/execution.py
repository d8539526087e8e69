"""An execution of the state machine, watched through the checkpoints that its functions leave in the bucket."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from . import by_hand
from .failures import DemoError

SYNC = ["sync-users", "sync-teams", "sync-courses"]
POLL_SECONDS = 0.25
# Where lines cannot be updated, one is written so often.
LINE_SECONDS = 5
# The state machine would go on trying for hours; nobody waits for a demo that long.
STALL_SECONDS = 120
SCHEDULE_SECONDS = 150


@dataclass
class Standing:
    """How far a function is."""

    phase: str
    rows: int
    sent: int
    retried: int
    left: int
    seconds: float

    @property
    def pace(self):
        return round(60 * self.sent / self.seconds) if self.seconds > 0.5 else None


def start(aws, stack):
    return aws.client("stepfunctions").start_execution(stateMachineArn=stack.state_machine_arn)["executionArn"]


def wait_for_schedule(aws, stack):
    """The execution that the schedule starts."""
    machine = aws.client("stepfunctions")
    end = time.monotonic() + SCHEDULE_SECONDS
    while time.monotonic() < end:
        if found := machine.list_executions(stateMachineArn=stack.state_machine_arn)["executions"]:
            return found[0]["executionArn"]
        time.sleep(POLL_SECONDS)
    raise DemoError(f"the schedule started nothing within {SCHEDULE_SECONDS} s", aws.log)


def end_schedule(aws, stack):
    """Once is enough."""
    which = {"StackName": stack.name, "LogicalResourceId": "SyncSchedule"}
    found = aws.client("cloudformation").describe_stack_resource(**which)["StackResourceDetail"]
    scheduler = aws.client("scheduler")
    schedule = scheduler.get_schedule(Name=found["PhysicalResourceId"])
    keep = ("Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target")
    scheduler.update_schedule(**{key: schedule[key] for key in keep if key in schedule}, State="DISABLED")


def run_of(execution):
    """The id of its run: its start, with an even second if it is a delta run, with an odd one if not."""
    began = execution["startDate"].astimezone(UTC)
    odd = 0 if json.loads(execution.get("input") or "{}").get("mode") == "delta" else 1
    return began.replace(second=began.second - began.second % 2 + odd).strftime("%Y%m%dT%H%M%SZ")


def follow(aws, stack, arn, screen):
    """Shows the run until it ends; its description, and its id."""
    machine = aws.client("stepfunctions")
    run_id = run_of(machine.describe_execution(executionArn=arn))
    watcher = Watcher(aws, stack, run_id, screen)
    while (execution := machine.describe_execution(executionArn=arn))["status"] == "RUNNING":
        watcher.look()
        time.sleep(POLL_SECONDS)
    watcher.look()
    return execution, run_id


class Watcher:
    def __init__(self, aws, stack, run_id, screen):
        self.s3 = aws.client("s3")
        self.bucket, self.runs = stack.bucket, f"{stack.connection}/runs/{run_id}"
        self.screen = screen
        self.waiting = list(SYNC)
        self.written = 0
        self.changed, self.seen, self.shown = time.monotonic(), None, None

    def look(self):
        """One line for the function that works now, and a last one for each that is done."""
        while self.waiting:
            function = self.waiting[0]
            found = self.standing(function)
            if self.seen != (seen := (function, found and found.sent, found and found.phase)):
                self.seen, self.changed, self.shown = seen, time.monotonic(), found
            found = self.shown
            if not found or found.phase != "complete":
                self.screen.update(describe(function, found))
                self.write_now_and_then(function, found)
                return self.check_stall(function)
            self.screen.line(describe(function, found))
            self.waiting.pop(0)
            self.written = time.monotonic()
        self.screen.update("  publish-snapshot  judging")
        return None

    def standing(self, function):
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=f"{self.runs}/{function}/checkpoint.json")
        except self.s3.exceptions.NoSuchKey:
            return None
        checkpoint = json.load(answer["Body"])
        began = datetime.fromisoformat(checkpoint["started_at"])
        return Standing(
            phase=checkpoint["phase"],
            rows=rows_of(checkpoint),
            sent=checkpoint["requests"]["sent"],
            retried=checkpoint["requests"]["retried"],
            left=len(checkpoint["pending"]),
            # Both clocks are this machine's.
            seconds=(datetime.now(UTC) - began).total_seconds(),
        )

    def write_now_and_then(self, function, found):
        if not self.screen.live and found and found.sent and time.monotonic() - self.written > LINE_SECONDS:
            self.screen.line(describe(function, found))
            self.written = time.monotonic()

    def check_stall(self, function):
        if time.monotonic() - self.changed > STALL_SECONDS:
            raise DemoError(f"{function} has not moved for {STALL_SECONDS} s", by_hand.LOG)


def rows_of(checkpoint):
    """In the finished tables, or so far; a row that was read again counts twice until then."""
    held = (part for table in checkpoint["tables"].values() for part in table["parts"])
    staged = (segment for segments in checkpoint["staged"].values() for segment in segments)
    return sum(piece["rows"] for piece in (held if checkpoint["phase"] == "complete" else staged))


def describe(function, found):
    if not found:
        return f"  {function:<16}  starting"
    text = f"  {function:<16}{found.rows:>7,} rows {found.sent:>5} requests"
    text += f" {found.pace:>5} a minute" if found.pace else " " * 15
    if found.retried:
        text += f"  {found.retried} repeated"
    doing = {"walking": f"{found.left} to read", "writing": "writing its tables", "complete": "done"}
    return f"{text}   {doing[found.phase]}"
