"""Which alarms of a stack ring, by the definitions that are deployed and by what was really measured.

The local AWS would judge alarms by itself, but it tells no dimensions apart, leaves out what missing data mean, takes
no metrics from logs, and has none of executions and queues. So it is only asked for what it has.
"""

import json
import operator
import time
from datetime import UTC, datetime

COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
}
STATISTICS = {"Sum": sum, "Maximum": max, "Minimum": min}
EXECUTIONS = {"FAILED": "ExecutionsFailed", "TIMED_OUT": "ExecutionsTimedOut", "SUCCEEDED": "ExecutionsSucceeded"}


def ringing(aws, stack, at=None):
    """Alarms that ring now or at an instant, by their names in the template."""
    at = at or time.time()
    resources = aws.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack.name)
    found = {r["PhysicalResourceId"]: r["LogicalResourceId"] for p in resources for r in p["StackResourceSummaries"]}
    pages = aws.client("cloudwatch").get_paginator("describe_alarms").paginate()
    deployed = [alarm for page in pages for alarm in page["MetricAlarms"] if alarm["AlarmName"] in found]
    assert deployed
    logged = [point for name in stack.functions.values() for point in of_logs(aws, f"/aws/lambda/{name}")]
    points = logged + list(of_executions(aws, stack))
    return {found[a["AlarmName"]]: a for a in deployed if rings(a, values(aws, a, points), at)}


def rings(alarm, points, at):
    """Whether enough of the last periods, each ending when the next begins, are as the alarm does not want them."""
    period, last = alarm["Period"], alarm["EvaluationPeriods"]
    ends = [at - period * number for number in range(last)]
    judged = [breaches(alarm, [value for when, value in points if end - period < when <= end]) for end in ends]
    return sum(judged) >= alarm.get("DatapointsToAlarm", last)


def breaches(alarm, values):
    if not values:
        return alarm["TreatMissingData"] == "breaching"
    return COMPARISONS[alarm["ComparisonOperator"]](STATISTICS[alarm["Statistic"]](values), alarm["Threshold"])


def values(aws, alarm, points):
    """Instants and values of what the alarm watches."""
    if alarm["Namespace"] == "AWS/Lambda":
        return of_lambda(aws, alarm)
    watched = metric(alarm["Namespace"], alarm["MetricName"], {d["Name"]: d["Value"] for d in alarm["Dimensions"]})
    return [(when, value) for of, when, value in points if of == watched]


def metric(namespace, name, dimensions):
    return namespace, name, frozenset(dimensions.items())


def of_logs(aws, group):
    """What CloudWatch takes from the lines in its embedded metric format."""
    pages = aws.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
    for event in (event for page in pages for event in page["events"] if '"_aws"' in event["message"]):
        line = json.loads(event["message"])
        for told in line["_aws"]["CloudWatchMetrics"]:
            for names in told["Dimensions"]:
                dimensions = {name: line[name] for name in names}
                for each in told["Metrics"]:
                    of = metric(told["Namespace"], each["Name"], dimensions)
                    yield of, line["_aws"]["Timestamp"] / 1000, line[each["Name"]]


def of_executions(aws, stack):
    """What Step Functions would tell of them."""
    machine = {"stateMachineArn": stack.state_machine_arn}
    for execution in aws.client("stepfunctions").list_executions(**machine)["executions"]:
        if name := EXECUTIONS.get(execution["status"]):
            of = metric("AWS/States", name, {"StateMachineArn": stack.state_machine_arn})
            yield of, execution["stopDate"].timestamp(), 1


def of_lambda(aws, alarm):
    """These the local AWS measures itself."""
    which = {key: alarm[key] for key in ("Namespace", "MetricName", "Dimensions")}
    whole = {"StartTime": datetime.fromtimestamp(0, UTC), "EndTime": datetime.now(UTC), "Period": 1}
    found = aws.client("cloudwatch").get_metric_statistics(**which, **whole, Statistics=[alarm["Statistic"]])
    return [(point["Timestamp"].timestamp(), point[alarm["Statistic"]]) for point in found["Datapoints"]]
