"""A stack with all that a company may ask for: a key, a boundary, a reserve."""

import json

import pytest

from local import deploy
from local.test_roles import calls

BOUNDARY = "arn:aws:iam::000000000000:policy/boundary"
BOUND = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture(scope="module")
def strict(aws, binaries):
    iam = aws.client("iam")
    iam.create_policy(PolicyName="boundary", PolicyDocument=json.dumps(BOUND))
    parameters = {
        "LitmosSource": "example",
        "Connection": "bound",
        "EncryptionKey": "create",
        "PermissionsBoundaryArn": BOUNDARY,
        "ReserveConcurrency": "yes",
        "AlarmEmail": "night@example.org",
    }
    return deploy(aws, binaries, parameters, name="strict")


def test_queues_are_encrypted_with_the_stacks_own_key(aws, strict):
    [described] = aws.client("cloudformation").describe_stacks(StackName=strict.name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
    attributes = aws.client("sqs").get_queue_attributes(QueueUrl=strict.provision_queue_url, AttributeNames=["All"])
    assert attributes["Attributes"]["KmsMasterKeyId"] == outputs["EncryptionKeyArn"]


def test_functions_work_all_the_same(aws, strict):
    def with_key(operation, **arguments):
        return ("s3", operation, {"Bucket": strict.bucket, "Key": "bound/locks/provision.json"} | arguments)

    assert calls(aws, strict, "provision", [with_key("put_object", Body="{}"), with_key("get_object")]) == ["ok", "ok"]
