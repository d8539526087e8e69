"""The schedule that ends grants: it never stops, and what it misses it makes up for."""

from resolved import Resolved


def test_due_grants_are_looked_for_every_five_minutes(stack):
    assert stack.properties("ExpireGrantsSchedule") == {
        "Description": "Rollcall: ends the grants of connection litmos that are due",
        "ScheduleExpression": "rate(5 minutes)",
        "State": "ENABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": "<ExpireGrants.Arn>",
            "RoleArn": "<ExpireGrantsScheduleRole.Arn>",
            "RetryPolicy": {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0},
        },
    }


def test_how_often_is_a_parameter():
    stack = Resolved(ExpirySchedule="rate(1 minute)")
    assert stack.properties("ExpireGrantsSchedule")["ScheduleExpression"] == "rate(1 minute)"


def test_neither_provisioning_nor_the_schedule_of_runs_stops_it(stack):
    quiet = Resolved(Provisioning="off", ScheduleState="DISABLED")
    assert quiet.properties("ExpireGrantsSchedule") == stack.properties("ExpireGrantsSchedule")


def test_a_tick_that_failed_is_not_repeated(stack):
    [config] = stack.of_type("AWS::Lambda::EventInvokeConfig").values()
    assert (config["FunctionName"], config["Qualifier"]) == ("<ExpireGrants>", "$LATEST")
    assert config["MaximumRetryAttempts"] == 0
