"""What a company may ask of every stack: a key of its own, a boundary, access logs, a reserve."""

import json

import pytest

import expand
from resolved import Resolved, granted

OWN = "arn:aws:kms:eu-central-1:123456789012:key/0f-1"
TOOL = "arn:aws:iam::210987654321:role/governance-tool"
QUEUES = ("ProvisionQueue", "ProvisionDeadLetters", "Outcomes")


def test_nothing_is_asked_for_by_default(stack):
    text = json.dumps(stack.resources)
    assert "PermissionsBoundary" not in text
    assert "LoggingConfiguration" not in stack.properties("Bucket")
    assert not any("ReservedConcurrentExecutions" in f for f in stack.of_type("AWS::Lambda::Function").values())
    assert stack.of_type("AWS::KMS::Key").keys() == {"AlarmKey"}
    assert results_of_athena(stack) == {"EncryptionOption": "SSE_S3"}


@pytest.mark.parametrize(("parameter", "key"), [("create", "<DataKey.Arn>"), (OWN, OWN)])
def test_a_key_of_ones_own_encrypts_whatever_is_kept(parameter, key):
    stack = Resolved(EncryptionKey=parameter)
    bucket = stack.properties("Bucket")["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket == [
        {
            "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key},
            "BucketKeyEnabled": True,
        }
    ]
    for name in QUEUES:
        queue = stack.properties(name)
        assert (queue["KmsMasterKeyId"], "SqsManagedSseEnabled" in queue) == (key, False)
    assert {group["KmsKeyId"] for group in stack.of_type("AWS::Logs::LogGroup").values()} == {key}
    assert {function["KmsKeyArn"] for function in stack.of_type("AWS::Lambda::Function").values()} == {key}
    assert stack.properties("ApiKeySecret")["KmsKeyId"] == key
    assert results_of_athena(stack) == {"EncryptionOption": "SSE_KMS", "KmsKey": key}


@pytest.mark.parametrize(("parameter", "key"), [("create", "<DataKey.Arn>"), (OWN, OWN)])
def test_every_function_may_use_the_key_and_no_other_role(stack, parameter, key):
    keyed = Resolved(EncryptionKey=parameter)
    functions = {f["Role"][1:].removesuffix(".Arn>") for f in stack.of_type("AWS::Lambda::Function").values()}
    for name, role in keyed.of_type("AWS::IAM::Role").items():
        more = pairs(role) - pairs(stack.properties(name))
        assert more == ({("kms:Decrypt", key), ("kms:GenerateDataKey", key)} if name in functions else set())


def test_a_key_that_the_stack_makes_stays_with_the_bucket_and_serves_its_logs():
    stack = Resolved(EncryptionKey="create")
    key = stack.resources["DataKey"]
    assert key["DeletionPolicy"] == key["UpdateReplacePolicy"] == "Retain"
    assert key["Properties"]["EnableKeyRotation"] is True
    account, logs = key["Properties"]["KeyPolicy"]["Statement"]
    assert account["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert logs["Principal"] == {"Service": "logs.eu-central-1.amazonaws.com"}
    [allowed] = logs["Condition"]["ArnLike"].values()
    for group in stack.of_type("AWS::Logs::LogGroup").values():
        arn = f"arn:aws:logs:eu-central-1:123456789012:log-group:{group['LogGroupName']}"
        assert any(arn.startswith(pattern.removesuffix("*")) for pattern in allowed)
    assert stack.outputs["EncryptionKeyArn"] == "<DataKey.Arn>"


def test_senders_of_another_account_may_encrypt_what_they_send():
    stack = Resolved(EncryptionKey="create", RequestSenders=TOOL)
    senders = stack.properties("DataKey")["KeyPolicy"]["Statement"][2]
    assert senders["Principal"] == {"AWS": [TOOL]}
    assert set(senders["Action"]) == {"kms:GenerateDataKey", "kms:Decrypt"}
    assert senders["Condition"] == {"StringEquals": {"kms:ViaService": "sqs.eu-central-1.amazonaws.com"}}


def test_a_boundary_bounds_every_role():
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    roles = Resolved(PermissionsBoundaryArn=boundary).of_type("AWS::IAM::Role")
    assert {name for name, role in roles.items() if role.get("PermissionsBoundary") != boundary} == set()


def test_reads_can_be_noted_in_a_bucket_of_ones_own():
    bucket = Resolved(AccessLogBucket="access-logs").properties("Bucket")
    assert bucket["LoggingConfiguration"] == {
        "DestinationBucketName": "access-logs",
        "LogFilePrefix": "rollcall/litmos/",
    }


def test_a_reserve_has_room_for_a_run_that_steps_aside_and_for_the_pollers_of_requests():
    stack = Resolved(ReserveConcurrency="yes")
    functions = stack.of_type("AWS::Lambda::Function")
    assert {function["ReservedConcurrentExecutions"] for function in functions.values()} == {2}
    poller = stack.properties("ProvisionRequests")["ScalingConfig"]
    assert poller == {"MaximumConcurrency": 2}


def test_what_a_linter_is_told_to_pass_by_is_explained():
    skips = {}
    resources = expand.placeholder_expansion()["Resources"]
    functions = {name for name, resource in resources.items() if resource["Type"] == "AWS::Lambda::Function"}
    for name in functions:
        for skip in resources[name]["Metadata"]["checkov"]["skip"]:
            skips.setdefault(skip["id"], set()).add(name)
            assert len(skip["comment"].split()) > 10
    assert skips.keys() == {"CKV_AWS_116", "CKV_AWS_117"}
    assert all(names == functions for names in skips.values())


def results_of_athena(stack):
    return stack.properties("WorkGroup")["WorkGroupConfiguration"]["ResultConfiguration"]["EncryptionConfiguration"]


def pairs(role):
    return {pair for policy in role["Policies"] for pair in granted(policy["PolicyDocument"])}
