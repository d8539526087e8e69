"""What an operator is told of provisioning and of missing snapshots; the alarms of executions are in test_run.py."""

import pytest

from resolved import Resolved

TOPIC = "arn:aws:sns:eu-central-1:123456789012:pager"
AT_LEAST, ABOVE, BELOW = "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold"


def queue(name):
    return ("AWS/SQS", {"QueueName": f"<{name}.QueueName>"})


def function(name):
    return ("AWS/Lambda", {"FunctionName": f"<{name}>"})


def own(binary):
    """The dimensions that the functions give their metrics."""
    return ("Rollcall", {"connection": "litmos", "function": binary})


# Whose metric, statistic, period in seconds and number of periods, threshold, and what no data means.
ALARMS = {
    # The parameter is a text.
    "SnapshotStaleAlarm": (*own("publish-snapshot"), ("Published", "Sum", 3600, "30", BELOW, 1, "breaching")),
    "RequestsDeadAlarm": (
        *queue("ProvisionDeadLetters"),
        ("ApproximateNumberOfMessagesVisible", "Maximum", 300, 1, AT_LEAST, 1, "notBreaching"),
    ),
    "RequestsWaitAlarm": (
        *queue("ProvisionQueue"),
        ("ApproximateAgeOfOldestMessage", "Maximum", 300, 3, ABOVE, 3600, "notBreaching"),
    ),
    "OutcomesFailedAlarm": (*own("provision"), ("OutcomesFailed", "Sum", 300, 1, AT_LEAST, 1, "notBreaching")),
    "CredentialsRefusedAlarm": (*own("provision"), ("CredentialsRefused", "Sum", 300, 1, AT_LEAST, 1, "notBreaching")),
    "ProvisionErrorsAlarm": (*function("Provision"), ("Errors", "Sum", 300, 1, AT_LEAST, 1, "notBreaching")),
    "GrantsOverdueAlarm": (*own("expire-grants"), ("ExpiryOverdueSeconds", "Maximum", 300, 1, ABOVE, 3600, "ignore")),
    "ExpireGrantsErrorsAlarm": (*function("ExpireGrants"), ("Errors", "Sum", 300, 1, AT_LEAST, 1, "notBreaching")),
    "ExpiryStoppedAlarm": (*function("ExpireGrants"), ("Invocations", "Sum", 3600, 2, BELOW, 1, "breaching")),
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


def test_alarms_are_told_to_the_topic_if_there_is_one(stack):
    assert [alarm["AlarmActions"] for alarm in alarms(stack).values()] == [[]] * len(ALARMS)
    telling = alarms(Resolved(AlarmTopicArn=TOPIC))
    assert [alarm["AlarmActions"] for alarm in telling.values()] == [[TOPIC]] * len(ALARMS)
    # Those that end by themselves say so.
    assert {name for name, alarm in telling.items() if alarm.get("OKActions") == [TOPIC]} == {
        "SnapshotStaleAlarm",
        "ExpiryStoppedAlarm",
    }


def test_metrics_are_told_apart_by_the_connection():
    ours = [alarm for alarm in alarms(Resolved(Connection="acme-eu")).values() if alarm["Namespace"] == "Rollcall"]
    assert len(ours) == 4
    for alarm in ours:
        assert {"Name": "connection", "Value": "acme-eu"} in alarm["Dimensions"]
