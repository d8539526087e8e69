"""The state machine, its schedules and its alarms."""

import json
import re

import pytest

import expand
from resolved import Resolved

STEPS = {"SyncUsers": "Users", "SyncTeams": "Teams", "SyncCourses": "Courses"}
NEXT = {"SyncUsers": "SyncTeams", "SyncTeams": "SyncCourses", "SyncCourses": "PublishSnapshot"}
# Which function each task invokes.
TASKS = {name: name for name in [*STEPS, "PublishSnapshot"]} | {"BeginDelta": "SyncUsers"}

# An event that makes no sense is about no run: whichever it names may be under way. Everything else ends the run.
GIVE_UP = [
    {"ErrorEquals": [errors], "Assign": {"failure": "{% $states.errorOutput %}"}, "Next": then}
    for errors, then in [("InvalidEvent", "Failed"), ("States.ALL", "ReleaseRun")]
]

TRANSIENT = {
    "VendorUnavailable",
    "StoreUnavailable",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "Runtime.ExitError",
}


@pytest.fixture(scope="module")
def machine(stack):
    """The definition with its substitutions made, as CloudFormation makes them: on the text, then parsed."""
    text = expand.MACHINE.read_text()
    for name, value in stack.properties("Sync")["DefinitionSubstitutions"].items():
        assert "${" + name + "}" in text, f"{name} is substituted nowhere"
        text = text.replace("${" + name + "}", str(value))
    assert "${" not in text
    return json.loads(text)


def test_the_run_is_named_by_its_start_and_reaches_every_function(machine):
    states = machine["States"]
    assert machine["StartAt"] == "NameRun"
    run_id = states["NameRun"]["Assign"]["run_id"]
    assert "$states.context.Execution.StartTime" in run_id
    assert states["NameRun"]["Next"] == "FullOrDelta"
    payload = {"run_id": "{% $run_id %}", "mode": "{% $mode %}"}
    assert {name for name, state in states.items() if state["Type"] == "Task"} == TASKS.keys() | {"ReleaseRun"}
    for name, function in TASKS.items():
        assert states[name]["Resource"] == "arn:aws:states:::lambda:invoke"
        assert states[name]["Arguments"] == {"FunctionName": f"<{function}.Arn>", "Payload": payload}
        assert states[name]["Output"] == "{% $states.result.Payload %}"


def test_a_run_is_full_unless_its_start_says_delta(machine):
    states = machine["States"]
    mode = states["NameRun"]["Assign"]["mode"]
    assert mode == (
        "{% $exists($states.input.mode) ? $states.input.mode : $exists($states.input.run_id) ? null : 'full' %}"
    )
    choice = states["FullOrDelta"]
    assert (choice["Type"], choice["Default"]) == ("Choice", "SyncUsers")
    assert choice["Choices"] == [{"Condition": "{% $mode = 'delta' %}", "Next": "BeginDelta"}]
    assert states["BeginDelta"]["Next"] == "UsersDone"


def test_a_delta_that_meets_another_run_steps_aside_and_says_so(machine):
    states = machine["States"]
    [stepped_aside, *others] = states["BeginDelta"]["Catch"]
    assert others == GIVE_UP
    assert [stepped_aside] == [
        {
            "ErrorEquals": ["RunConflict"],
            "Output": {
                "status": "stepped_aside",
                "run_id": "{% $run_id %}",
                "mode": "{% $mode %}",
                # Lambda's cause is JSON; the message says which run is under way.
                "reason": "{% $parse($states.errorOutput.Cause).errorMessage %}",
            },
            "Next": "SteppedAside",
        }
    ]
    # No failure, so that no alarm rings; and nothing that would replace what the catcher says.
    assert states["SteppedAside"] == {"Type": "Succeed"}
    # All else is as in any other slice.
    [retry] = states["BeginDelta"]["Retry"]
    assert retry == states["SyncUsers"]["Retry"][0]


@pytest.mark.parametrize("step", STEPS)
def test_a_sync_step_repeats_while_it_answers_continue(machine, step):
    states, noun = machine["States"], STEPS[step]
    assert states[step]["Next"] == f"{noun}Done"
    choice = states[f"{noun}Done"]
    assert [(c["Condition"], c["Next"]) for c in choice["Choices"]] == [
        ("{% $states.input.status = 'complete' %}", NEXT[step]),
        ("{% $states.input.status = 'continue' and $states.input.wait_seconds > 0 %}", f"WaitFor{noun}"),
        ("{% $states.input.status = 'continue' %}", step),
    ]
    assert choice["Default"] == "UnexpectedAnswer"
    assert states[f"WaitFor{noun}"] == {
        "Type": "Wait",
        "Seconds": "{% $states.input.wait_seconds %}",
        "Next": step,
    }


def test_a_quarantined_run_fails_so_that_somebody_notices(machine):
    states = machine["States"]
    assert states["PublishSnapshot"]["Next"] == "Verdict"
    verdicts = {c["Condition"]: c["Next"] for c in states["Verdict"]["Choices"]}
    assert verdicts == {
        "{% $states.input.verdict = 'published' %}": "Published",
        "{% $states.input.verdict = 'quarantined' %}": "Quarantined",
    }
    assert states["Published"]["Type"] == "Succeed"
    assert (states["Quarantined"]["Type"], states["Quarantined"]["Error"]) == ("Fail", "SnapshotQuarantined")
    assert states["Verdict"]["Default"] == "UnexpectedAnswer"
    assert states["UnexpectedAnswer"]["Assign"]["failure"]["Error"] == "UnexpectedAnswer"
    assert states["UnexpectedAnswer"]["Next"] == "ReleaseRun"


@pytest.mark.parametrize("task", [*STEPS, "PublishSnapshot"])
def test_what_passes_by_itself_is_retried_for_hours_and_nothing_else_is(machine, task):
    transient, conflict = machine["States"][task]["Retry"]
    assert set(transient["ErrorEquals"]) == TRANSIENT
    assert conflict["ErrorEquals"] == ["RunConflict"]
    for retry in (transient, conflict):
        assert retry["JitterStrategy"] == "FULL"
        assert retry["BackoffRate"] > 1
        # Full jitter halves the waits on average.
        assert 2 * 3600 < waits(retry) / 2 < 8 * 3600
    # Longer than the half hour after which a run that no longer renews its claim may be taken over; and often, so
    # that a full run is not overtaken by a delta run that begins after it.
    assert waits(conflict) / 2 > 30 * 60
    assert conflict["MaxDelaySeconds"] <= 60


def test_a_run_that_is_given_up_lets_the_next_one_begin(machine):
    states = machine["States"]
    for task in [*STEPS, "PublishSnapshot"]:
        assert states[task]["Catch"] == GIVE_UP
    release = states["ReleaseRun"]
    assert release["Arguments"] == {
        "FunctionName": "<PublishSnapshot.Arn>",
        "Payload": {"run_id": "{% $run_id %}", "release": True},
    }
    [retry] = release["Retry"]
    # It asks no vendor; and the failure is to be told within minutes.
    assert set(retry["ErrorEquals"]) == TRANSIENT - {"VendorUnavailable"}
    assert waits(retry) < 10 * 60
    # Whether it could or not, the execution fails with what ended the run.
    assert release["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}]
    assert release["Next"] == "Failed"
    assert (states["Failed"]["Type"], states["Failed"]["Error"]) == ("Fail", "{% $failure.Error %}")


def waits(retry):
    """Seconds that a retrier waits at most, all attempts together."""
    steps = (retry["IntervalSeconds"] * retry["BackoffRate"] ** n for n in range(retry["MaxAttempts"]))
    return sum(min(step, retry["MaxDelaySeconds"]) for step in steps)


def test_no_state_is_out_of_reach_and_every_next_exists(machine):
    states = machine["States"]
    reached, pending = set(), [machine["StartAt"]]
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += re.findall(r'"(?:Next|Default)": "(\w+)"', json.dumps(states[name]))
    assert reached == states.keys()


def test_a_run_ends_before_the_next_full_one_begins(machine):
    # The default schedule is daily.
    assert machine["TimeoutSeconds"] == 82800 < 24 * 3600
    assert expand.load()["Parameters"]["Schedule"]["Default"] == "cron(0 2 * * ? *)"


def test_the_time_out_is_a_parameter():
    substitutions = Resolved(RunTimeoutSeconds="3000").properties("Sync")["DefinitionSubstitutions"]
    assert substitutions["TimeoutSeconds"] == "3000"


# Each schedule, the parameters of its expression and its state, what it starts the machine with, and for how many
# seconds it tries to.
SCHEDULES = {
    "SyncSchedule": ("Schedule", "ScheduleState", {}, 3600),
    "SyncDeltaSchedule": ("DeltaSchedule", "DeltaScheduleState", {"mode": "delta"}, 600),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_starts_the_state_machine(name):
    expression, state, start, seconds = SCHEDULES[name]
    stack = Resolved(**{expression: "rate(6 hours)", state: "DISABLED", "ScheduleTimezone": "Europe/Berlin"})
    schedule = stack.properties(name)
    assert schedule["ScheduleExpression"] == "rate(6 hours)"
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert schedule["State"] == "DISABLED"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    target = schedule["Target"]
    assert json.loads(target.pop("Input")) == start
    assert target == {
        "Arn": "<Sync>",
        "RoleArn": "<SyncScheduleRole.Arn>",
        "RetryPolicy": {"MaximumEventAgeInSeconds": seconds, "MaximumRetryAttempts": 20},
    }
    [other] = SCHEDULES.keys() - {name}
    assert stack.properties(other)["State"] == "ENABLED"


def test_the_schedules_are_on_unless_told_otherwise(stack):
    for name in SCHEDULES:
        schedule = stack.properties(name)
        assert (schedule["State"], schedule["ScheduleExpressionTimezone"]) == ("ENABLED", "UTC")


def test_full_and_delta_runs_do_not_begin_in_the_same_second(stack):
    # One of them would step aside or wait.
    expressions = [stack.properties(name)["ScheduleExpression"] for name in SCHEDULES]
    assert expressions == ["cron(0 2 * * ? *)", "cron(30 * * * ? *)"]


def test_executions_are_logged_without_payloads(stack):
    assert stack.properties("SyncLogs")["RetentionInDays"] == "90"
    assert stack.properties("Sync")["LoggingConfiguration"] == {
        "Level": "ALL",
        "IncludeExecutionData": False,
        "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": "<SyncLogs.Arn>"}}],
    }


def test_an_operator_is_told_of_failed_and_timed_out_runs():
    topic = "arn:aws:sns:eu-central-1:123456789012:pager"
    alarms = Resolved(AlarmTopicArn=topic).of_type("AWS::CloudWatch::Alarm").values()
    alarms = [alarm for alarm in alarms if alarm["Namespace"] == "AWS/States"]
    assert {a["MetricName"] for a in alarms} == {"ExecutionsFailed", "ExecutionsTimedOut"}
    for alarm in alarms:
        assert alarm["Dimensions"] == [{"Name": "StateMachineArn", "Value": "<Sync>"}]
        assert alarm["AlarmActions"] == [topic]
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert (alarm["Threshold"], alarm["TreatMissingData"]) == (1, "notBreaching")
