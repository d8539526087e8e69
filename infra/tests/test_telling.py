"""Whom alarms are told, and that they get there."""

import pytest

from resolved import Resolved

TOPIC = "arn:aws:sns:eu-central-1:123456789012:pager"
HERE = {"StringEquals": {"aws:SourceAccount": "123456789012"}}


@pytest.mark.parametrize(("parameters", "topic"), [({}, "<AlarmTopic>"), ({"AlarmTopicArn": TOPIC}, TOPIC)])
def test_every_alarm_is_told(parameters, topic):
    alarms = Resolved(**parameters).of_type("AWS::CloudWatch::Alarm")
    assert {name for name, alarm in alarms.items() if alarm["AlarmActions"] != [topic]} == set()
    # Those that end by themselves say so.
    assert {name for name, alarm in alarms.items() if alarm.get("OKActions") == [topic]} == {
        "SnapshotStaleAlarm",
        "ExpiryStoppedAlarm",
    }


def test_a_topic_of_ones_own_takes_the_place_of_the_stacks(stack):
    given = Resolved(AlarmTopicArn=TOPIC)
    assert stack.resources.keys() - given.resources.keys() == {"AlarmKey", "AlarmTopic", "AlarmTopicPolicy"}
    assert stack.outputs.keys() - given.outputs.keys() == {"AlarmTopicArn"}


def test_the_topic_is_encrypted_with_a_key_that_lets_cloudwatch_publish(stack):
    assert stack.properties("AlarmTopic")["KmsMasterKeyId"] == "<AlarmKey.Arn>"
    key = stack.properties("AlarmKey")
    assert key["EnableKeyRotation"] is True
    assert {s["Sid"]: s for s in key["KeyPolicy"]["Statement"]}["Alarms"] == {
        "Sid": "Alarms",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": HERE,
    }


def test_only_this_accounts_alarms_publish_and_not_in_plain_http(stack):
    policy = stack.properties("AlarmTopicPolicy")
    assert policy["Topics"] == ["<AlarmTopic>"]
    allow, deny = policy["PolicyDocument"]["Statement"]
    assert (allow["Effect"], allow["Action"], allow["Condition"]) == ("Allow", "sns:Publish", HERE)
    assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert (deny["Effect"], deny["Principal"]) == ("Deny", "*")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_an_address_is_subscribed_to_the_stacks_topic(stack):
    assert not stack.of_type("AWS::SNS::Subscription")
    mailing = Resolved(AlarmEmail="night@example.org")
    assert mailing.of_type("AWS::SNS::Subscription") == {
        "AlarmMail": {"TopicArn": "<AlarmTopic>", "Protocol": "email", "Endpoint": "night@example.org"}
    }
    [refusal] = Resolved(AlarmEmail="night@example.org", AlarmTopicArn=TOPIC).refusals
    assert "AlarmTopicArn" in refusal
