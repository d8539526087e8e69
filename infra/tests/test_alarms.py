"""What an operator is told of; the alarms of executions are in test_run.py, whom they are told in test_telling.py."""

import pytest

from resolved import Resolved

AT_LEAST, ABOVE, BELOW = "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold"


def queue(name):
    return ("AWS/SQS", {"QueueName": f"<{name}.QueueName>"})


def function(name):
    return ("AWS/Lambda", {"FunctionName": f"<{name}>"})


def own(binary):
    """The dimensions that the functions give their metrics."""
    return ("Rollcall", {"connection": "litmos", "function": binary})


RUN = ("SyncUsers", "SyncTeams", "SyncCourses", "PublishSnapshot")
FUNCTIONS = (*RUN, "CheckConnection", "Provision", "ExpireGrants")

# Whose metric, statistic, period in seconds and number of periods, threshold, and what no data means.
ALARMS = {
    # The parameter is a text.
    "SnapshotStaleAlarm": (*own("publish-snapshot"), ("Published", "Sum", 3600, "3", BELOW, 1, "breaching")),
    "RunQuarantinedAlarm": (*own("publish-snapshot"), ("Quarantined", "Sum", 300, 1, AT_LEAST, 1, "notBreaching")),
    "RequestsDeadAlarm": (
        *queue("ProvisionDeadLetters"),
        ("ApproximateNumberOfMessagesVisible", "Maximum", 300, 1, AT_LEAST, 1, "notBreaching"),
    ),
    "RequestsWaitAlarm": (
        *queue("ProvisionQueue"),
        ("ApproximateAgeOfOldestMessage", "Maximum", 300, 3, ABOVE, 3600, "notBreaching"),
    ),
    # SQS leaves out of it what was taken up three times and more; the next one has these too.
    "RequestsLateAlarm": (*own("provision"), ("QueueWaitSeconds", "Maximum", 900, 1, ABOVE, 3600, "notBreaching")),
    "OutcomesFailedAlarm": (*own("provision"), ("OutcomesFailed", "Sum", 300, 1, AT_LEAST, 1, "notBreaching")),
    # How many are kept after a tick: rings if it was so after each of a quarter of an hour, however often ticks come.
    "OutcomesUntoldAlarm": (*own("expire-grants"), ("OutcomesUntold", "Minimum", 900, 1, ABOVE, 0, "ignore")),
    # Whichever function shows the key.
    "CredentialsRefusedAlarm": (
        "Rollcall",
        {"connection": "litmos"},
        ("CredentialsRefused", "Sum", 300, 1, AT_LEAST, 1, "notBreaching"),
    ),
    "GrantsOverdueAlarm": (*own("expire-grants"), ("ExpiryOverdueSeconds", "Maximum", 300, 1, ABOVE, 3600, "ignore")),
    "ExpiryStoppedAlarm": (*function("ExpireGrants"), ("Invocations", "Sum", 3600, 2, BELOW, 1, "breaching")),
    # What a run does is repeated where that helps: three of four quarters of an hour.
    **{f"{name}ErrorsAlarm": (*function(name), ("Errors", "Sum", 900, 4, AT_LEAST, 1, "notBreaching")) for name in RUN},
    **{
        f"{name}ErrorsAlarm": (*function(name), ("Errors", "Sum", 300, 1, AT_LEAST, 1, "notBreaching"))
        for name in FUNCTIONS
        if name not in RUN
    },
    **{
        f"{name}ThrottledAlarm": (*function(name), ("Throttles", "Sum", 300, 3, AT_LEAST, 1, "notBreaching"))
        for name in FUNCTIONS
    },
}


def alarms(stack):
    found = stack.of_type("AWS::CloudWatch::Alarm")
    return {name: alarm for name, alarm in found.items() if alarm["Namespace"] != "AWS/States"}


def test_every_alarm_is_accounted_for(stack):
    assert alarms(stack).keys() == ALARMS.keys()


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_what_it_says(stack, name):
    alarm = alarms(stack)[name]
    dimensions = {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]}
    measured = [alarm[key] for key in ("MetricName", "Statistic", "Period", "EvaluationPeriods")]
    judged = [alarm[key] for key in ("ComparisonOperator", "Threshold", "TreatMissingData")]
    assert (alarm["Namespace"], dimensions, (*measured, *judged)) == ALARMS[name]
    assert alarm["AlarmDescription"].startswith("Rollcall litmos: ")
    assert alarm.get("DatapointsToAlarm") == (3 if name in [f"{each}ErrorsAlarm" for each in RUN] else None)


@pytest.mark.parametrize(
    ("parameters", "hours"),
    [
        ({}, "3"),
        ({"DeltaScheduleState": "DISABLED"}, "50"),
        ({"DeltaSchedule": "rate(6 hours)"}, "50"),
        ({"StaleAfterHours": "7"}, "7"),
    ],
)
def test_a_snapshot_is_stale_after_two_intervals(parameters, hours):
    assert alarms(Resolved(**parameters))["SnapshotStaleAlarm"]["EvaluationPeriods"] == hours


def test_a_request_that_waits_is_seen_in_every_period_however_long_it_stays_hidden(stack):
    hidden = stack.properties("ProvisionQueue")["VisibilityTimeout"]
    assert alarms(stack)["RequestsLateAlarm"]["Period"] > hidden


def test_without_an_outcome_queue_nobody_waits_for_outcomes():
    silent = Resolved(OutcomeQueue="none")
    assert alarms(silent).keys() == ALARMS.keys() - {"OutcomesUntoldAlarm"}


def test_metrics_are_told_apart_by_the_connection():
    ours = [alarm for alarm in alarms(Resolved(Connection="acme-eu")).values() if alarm["Namespace"] == "Rollcall"]
    assert len(ours) == 7
    for alarm in ours:
        assert {"Name": "connection", "Value": "acme-eu"} in alarm["Dimensions"]
