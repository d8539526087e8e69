"""What each function's role lets it do, tried by stand-ins in a local AWS that enforces IAM."""

import json

import pytest

from local.deployment import binaries_of_template

FUNCTIONS = binaries_of_template()
RUNS = ["runs/x", "runs/check-connection.json", "runs/current.json"]
TABLES = [f"snapshots/{t}/x" for t in ("users", "teams", "team_members", "courses", "enrolments", "changes")]
ENDING = ["ledger/holds/x", "ledger/expiring/x"]
OUTCOME = "ledger/requests/x/outcome.json"
INDEX = ["ledger/settled/x", "ledger/indexed.json"]
RECORDS = ["ledger/requests/x", OUTCOME, "ledger/outcomes/x", "ledger/unreadable/x", *INDEX]
LEDGER = [*RECORDS, *ENDING, "ledger/unsent/x", "locks/provision.json"]
# A delta starts from the last published snapshot.
SYNC = [*RUNS, *TABLES, "manifests/x", "latest.json", "locks/provision.json"]
READABLE = {
    **dict.fromkeys(["sync-users", "sync-teams", "sync-courses"], SYNC),
    "publish-snapshot": [*RUNS, *TABLES, "manifests/x", "acceptances/x", "latest.json"],
    "check-connection": ["runs/check-connection.json"],
    "provision": [*LEDGER, "snapshots/users/x", "manifests/x", "latest.json"],
    "expire-grants": ["ledger/expiring/x", "ledger/unsent/x", OUTCOME, "ledger/indexed.json"],
}
WRITABLE = {
    "sync-users": [*RUNS, "snapshots/users/x"],
    "sync-teams": [*RUNS, "snapshots/teams/x", "snapshots/team_members/x"],
    "sync-courses": [*RUNS, "snapshots/courses/x", "snapshots/enrolments/x"],
    "publish-snapshot": [*RUNS, "snapshots/changes/x", "manifests/x", "acceptances/x", "latest.json"],
    "check-connection": ["runs/check-connection.json"],
    "provision": LEDGER,
    "expire-grants": ["ledger/expiring/x", *INDEX],
}
# Whoever ends a run for good gives its place back.
ENDS_RUNS = ["sync-users", "sync-teams", "sync-courses", "publish-snapshot"]
DELETABLE = {function: ["runs/current.json"] for function in ENDS_RUNS}
# What has ended, and what was told late.
DELETABLE |= {"provision": ENDING, "expire-grants": ["ledger/unsent/x"]}
EVERY_KEY = sorted({key for keys in READABLE.values() for key in keys} | {"locks/x"})
KEYLESS = ["publish-snapshot", "expire-grants"]
HANDLE = {"ReceiptHandle": "nobody's"}
# None of them is complete or finds anything: whoever may is told so, and nothing comes of it.
OPERATIONS = {
    "receive_message": {},
    "delete_message": HANDLE,
    "change_message_visibility": HANDLE | {"VisibilityTimeout": 0},
    "get_queue_attributes": {},
    "set_queue_attributes": {"Attributes": {}},
    "send_message": {"MessageBody": ""},
    "purge_queue": {},
}
# As the services word it.
REFUSALS = ("AccessDenied", "AccessDeniedException", "AuthorizationError")
# Lambda's poller takes messages with the function's role.
POLLING = ["receive_message", "delete_message", "change_message_visibility", "get_queue_attributes"]
QUEUES = {
    "provision": {"provision": POLLING, "outcomes": ["send_message"]},
    "expire-grants": {"provision": ["send_message", "get_queue_attributes"], "outcomes": ["send_message"]},
}
# Of a table that there is not: whoever may is told so.
GLUE = {
    "get_table": {"Name": "x"},
    "update_table": {"TableInput": {"Name": "x"}},
    "delete_table": {"Name": "x"},
    "create_partition": {"TableName": "x", "PartitionInput": {"Values": ["x"]}},
    "delete_partition": {"TableName": "x", "PartitionValues": ["x"]},
    "get_partitions": {"TableName": "x"},
}
REGISTERING = {"publish-snapshot": ["create_partition", "get_table"]}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_writes_where_its_role_lets_it_and_nowhere_else(aws, stack, function):
    assert permitted(aws, stack, function, "put_object") == sorted(WRITABLE.get(function, []))
    key = {"Bucket": stack.bucket, "Key": "percipio/runs/x"}
    assert calls(aws, stack, function, [("s3", "put_object", key)]) == ["AccessDenied"], "another connection's key"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_reads_what_its_role_lets_it_and_nothing_else(aws, stack, function):
    s3 = aws.client("s3")
    for key in EVERY_KEY:
        s3.put_object(Bucket=stack.bucket, Key=f"litmos/{key}")
    assert permitted(aws, stack, function, "get_object") == sorted(READABLE[function])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_missing_key_is_missing_and_not_forbidden(aws, stack, function):
    key = {"Bucket": stack.bucket, "Key": f"litmos/{READABLE[function][0]}"}
    aws.client("s3").delete_object(**key)
    assert calls(aws, stack, function, [("s3", "get_object", key)]) == ["NoSuchKey"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_is_deleted_but_what_a_role_says(aws, stack, function):
    assert permitted(aws, stack, function, "delete_object") == sorted(DELETABLE.get(function, []))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_whoever_talks_to_the_vendor_reads_its_key(aws, stack, function):
    answer = calls(aws, stack, function, [("secretsmanager", "get_secret_value", {"SecretId": stack.secret_arn})])
    assert answer == ["AccessDeniedException" if function in KEYLESS else "ok"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_does_with_the_queues_what_its_role_lets_it_and_nothing_else(aws, stack, function):
    dead_letters = aws.client("sqs").get_queue_url(QueueName=f"{stack.name}-provision-dead-letters.fifo")["QueueUrl"]
    urls = {"provision": stack.provision_queue_url, "outcomes": stack.outcome_queue_url, "dead letters": dead_letters}
    for name, url in urls.items():
        tried = [("sqs", operation, {"QueueUrl": url} | arguments) for operation, arguments in OPERATIONS.items()]
        answers = zip(OPERATIONS, calls(aws, stack, function, tried), strict=True)
        let = [operation for operation, code in answers if is_permitted(code)]
        assert sorted(let) == sorted(QUEUES.get(function, {}).get(name, [])), name


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_registers_runs_if_its_role_lets_it_and_only_in_the_stacks_database(aws, stack, function):
    def let(database):
        tried = [("glue", name, {"DatabaseName": database} | arguments) for name, arguments in GLUE.items()]
        answers = calls(aws, stack, function, tried)
        return sorted(name for name, code in zip(GLUE, answers, strict=True) if code != "AccessDeniedException")

    assert let(stack.database) == REGISTERING.get(function, [])
    assert let("default") == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_does_nothing_else_in_the_account(aws, stack, function):
    neighbour = next(name for name in FUNCTIONS if name != function)
    [topic] = [t["TopicArn"] for t in aws.client("sns").list_topics()["Topics"] if f":{stack.name}-" in t["TopicArn"]]
    tried = [
        ("lambda", "invoke", {"FunctionName": stack.functions[neighbour]}),
        ("lambda", "update_function_configuration", {"FunctionName": stack.functions[function], "Timeout": 3}),
        ("stepfunctions", "start_execution", {"stateMachineArn": stack.state_machine_arn}),
        ("secretsmanager", "put_secret_value", {"SecretId": stack.secret_arn, "SecretString": "{}"}),
        ("s3", "delete_bucket_policy", {"Bucket": stack.bucket}),
        ("s3", "put_bucket_versioning", {"Bucket": stack.bucket, "VersioningConfiguration": {"Status": "Suspended"}}),
        ("s3", "delete_object", {"Bucket": stack.bucket, "Key": "litmos/latest.json", "VersionId": "x"}),
        ("sns", "publish", {"TopicArn": topic, "Message": "all is well"}),
        ("iam", "put_role_policy", {"RoleName": "x", "PolicyName": "x", "PolicyDocument": "{}"}),
        ("cloudwatch", "delete_alarms", {"AlarmNames": ["x"]}),
        ("scheduler", "delete_schedule", {"Name": "x"}),
        ("kms", "list_keys", {}),
    ]
    answers = calls(aws, stack, function, tried)
    let = [call[:2] for call, code in zip(tried, answers, strict=True) if code not in REFUSALS]
    assert let == []


def calls(aws, stack, function, requests):
    """What the AWS answers when the function tries these with its role."""
    payload = json.dumps({"calls": requests})
    answer = aws.client("lambda").invoke(FunctionName=stack.functions[function], Payload=payload)
    return json.loads(answer["Payload"].read())


def permitted(aws, stack, function, operation):
    """With which keys of its connection."""
    tried = [("s3", operation, {"Bucket": stack.bucket, "Key": f"litmos/{key}"}) for key in EVERY_KEY]
    answers = calls(aws, stack, function, tried)
    return [key for key, code in zip(EVERY_KEY, answers, strict=True) if is_permitted(code)]


def is_permitted(code):
    assert code in ("ok", "AccessDenied", "ReceiptHandleIsInvalid", "MissingParameter"), code
    return code != "AccessDenied"
