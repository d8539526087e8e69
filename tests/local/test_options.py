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


@pytest.fixture(scope="module")
def key(aws, strict):
    """The one that the stack has made."""
    [described] = aws.client("cloudformation").describe_stacks(StackName=strict.name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}["EncryptionKeyArn"]


def test_queues_are_encrypted_with_the_stacks_own_key(aws, strict, key):
    attributes = aws.client("sqs").get_queue_attributes(QueueUrl=strict.provision_queue_url, AttributeNames=["All"])
    assert attributes["Attributes"]["KmsMasterKeyId"] == key


def test_so_are_results_of_athena(aws, strict, key):
    group = aws.client("athena").get_work_group(WorkGroup=strict.work_group)["WorkGroup"]
    results = group["Configuration"]["ResultConfiguration"]
    assert results["EncryptionConfiguration"] == {"EncryptionOption": "SSE_KMS", "KmsKey": key}


def test_functions_work_all_the_same(aws, strict):
    def with_key(operation, **arguments):
        return ("s3", operation, {"Bucket": strict.bucket, "Key": "bound/locks/provision.json"} | arguments)

    assert calls(aws, strict, "provision", [with_key("put_object", Body="{}"), with_key("get_object")]) == ["ok", "ok"]
