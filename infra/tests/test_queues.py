"""The queues of requests and outcomes: what they keep, who may send, and how provision is fed."""

import json

import pytest

from resolved import Resolved

DAYS = 24 * 3600
TOOL = "arn:aws:iam::210987654321:role/governance-tool"
SCRIPT = "arn:aws:iam::123456789012:user/script"


def test_requests_are_kept_in_order_encrypted_and_for_a_fortnight(stack):
    assert stack.properties("ProvisionQueue") == {
        "QueueName": "rollcall-provision.fifo",
        "FifoQueue": True,
        "ContentBasedDeduplication": False,
        "SqsManagedSseEnabled": True,
        "VisibilityTimeout": 720,
        "MessageRetentionPeriod": 14 * DAYS,
        "RedrivePolicy": {"deadLetterTargetArn": "<ProvisionDeadLetters.Arn>", "maxReceiveCount": 1000},
    }
    assert stack.properties("ProvisionDeadLetters") == {
        "QueueName": "rollcall-provision-dead-letters.fifo",
        "FifoQueue": True,
        "SqsManagedSseEnabled": True,
        "MessageRetentionPeriod": 14 * DAYS,
    }


def test_a_message_stays_hidden_for_six_times_as_long_as_provision_may_take(stack):
    assert stack.properties("ProvisionQueue")["VisibilityTimeout"] == 6 * stack.properties("Provision")["Timeout"]


def test_provision_is_fed_batches_and_reports_what_failed_in_them(stack):
    assert stack.of_type("AWS::Lambda::EventSourceMapping") == {
        "ProvisionRequests": {
            "EventSourceArn": "<ProvisionQueue.Arn>",
            "FunctionName": "<Provision>",
            "BatchSize": 10,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": 2},
        }
    }


def test_outcomes_are_kept_encrypted_and_for_a_fortnight(stack):
    assert stack.properties("Outcomes") == {
        "QueueName": "rollcall-outcomes",
        "SqsManagedSseEnabled": True,
        "MessageRetentionPeriod": 14 * DAYS,
    }


def test_nothing_is_left_of_an_outcome_queue_that_nobody_wants(stack):
    without = Resolved(OutcomeQueue="none")
    assert without.of_type("AWS::SQS::Queue").keys() == {"ProvisionQueue", "ProvisionDeadLetters"}
    assert stack.resources.keys() - without.resources.keys() == {"Outcomes", "OutcomesPolicy", "OutcomesUntoldAlarm"}
    assert stack.outputs.keys() - without.outputs.keys() == {"OutcomeQueueUrl"}
    told = [without.resources[name] for name in ("ProvisionRole", "Provision", "ExpireGrantsRole", "ExpireGrants")]
    assert "Outcomes" not in json.dumps(told)


@pytest.mark.parametrize("queue", ["ProvisionQueue", "ProvisionDeadLetters", "Outcomes"])
def test_a_queue_refuses_plain_http_and_lets_nobody_in(stack, queue):
    assert stack.properties(f"{queue}Policy") == {
        "Queues": [f"<{queue}>"],
        "PolicyDocument": {"Version": "2012-10-17", "Statement": [tls_only(queue)]},
    }


def test_every_queue_has_its_one_policy(stack):
    queues = stack.of_type("AWS::SQS::Queue")
    assert stack.of_type("AWS::SQS::QueuePolicy").keys() == {f"{queue}Policy" for queue in queues}


@pytest.mark.parametrize("senders", [[TOOL], [TOOL, SCRIPT]])
def test_request_senders_may_send_requests_and_nothing_else(stack, senders):
    sharing = Resolved(RequestSenders=",".join(senders))
    assert sharing.properties("ProvisionQueuePolicy")["PolicyDocument"]["Statement"] == [
        tls_only("ProvisionQueue"),
        {
            "Sid": "RequestSenders",
            "Effect": "Allow",
            "Principal": {"AWS": senders},
            "Action": ["sqs:SendMessage", "sqs:GetQueueUrl"],
            "Resource": "<ProvisionQueue.Arn>",
        },
    ]
    others = stack.resources.keys() - {"ProvisionQueuePolicy"}
    assert {name: sharing.resources[name] for name in others} == {name: stack.resources[name] for name in others}


def test_outputs_say_where_to_send_and_where_to_read(stack):
    assert {name: value for name, value in stack.outputs.items() if "Queue" in name} == {
        "ProvisionQueueUrl": "<ProvisionQueue>",
        "ProvisionQueueArn": "<ProvisionQueue.Arn>",
        "OutcomeQueueUrl": "<Outcomes>",
    }


def tls_only(queue):
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": f"<{queue}.Arn>",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
