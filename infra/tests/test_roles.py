"""Least privilege: each role allows exactly what is listed here."""

from fnmatch import fnmatch

import pytest

from resolved import Resolved, granted

KEYS = "<Bucket.Arn>/litmos"
LIST = {("s3:ListBucket", "<Bucket.Arn>")}
SECRET = {("secretsmanager:GetSecretValue", "<ApiKeySecret.Id>")}


def read(*keys):
    return {("s3:GetObject", f"{KEYS}/{key}") for key in keys}


def write(*keys):
    return {("s3:PutObject", f"{KEYS}/{key}") for key in keys}


def delete(*keys):
    return {("s3:DeleteObject", f"{KEYS}/{key}") for key in keys}


def queue(name, *actions):
    return {(f"sqs:{action}", f"<{name}.Arn>") for action in actions}


def glue(*actions):
    arn, database = "arn:aws:glue:eu-central-1:123456789012", "<Database>"
    resources = [f"{arn}:catalog", f"{arn}:database/{database}", f"{arn}:table/{database}/*"]
    return {(f"glue:{action}", resource) for action in actions for resource in resources}


X_RAY = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}
SAMPLING = {("xray:GetSamplingRules", "*"), ("xray:GetSamplingTargets", "*")}


def told(function):
    """What tells of a function's work: its log and, unless tracing is off, X-Ray."""
    group = f"<{function}Logs.Arn>"
    return X_RAY | {("logs:CreateLogStream", group), ("logs:PutLogEvents", group)}


# What every sync function does: a delta starts from the last published snapshot, and whether provisioning is at work
# shows in its lock.
SYNC = (
    LIST
    | SECRET
    | read("runs/*", "snapshots/*", "manifests/*", "latest.json", "locks/provision.json")
    | write("runs/*")
    | delete("runs/current.json")
)
EXPECTED = {
    "SyncUsers": SYNC | write("snapshots/users/*"),
    "SyncTeams": SYNC | write("snapshots/teams/*", "snapshots/team_members/*"),
    "SyncCourses": SYNC | write("snapshots/courses/*", "snapshots/enrolments/*"),
    "PublishSnapshot": LIST
    | read("snapshots/*", "manifests/*", "acceptances/*", "latest.json", "runs/*")
    | write("snapshots/changes/*", "manifests/*", "acceptances/*", "latest.json", "runs/*")
    | delete("runs/current.json")
    | glue("GetTable", "CreatePartition"),
    "CheckConnection": LIST | SECRET | read("runs/check-connection.json") | write("runs/check-connection.json"),
    "Provision": LIST
    | SECRET
    | read("ledger/*", "locks/provision.json", "latest.json", "manifests/*", "snapshots/users/*")
    | write("ledger/*", "locks/provision.json")
    | delete("ledger/holds/*", "ledger/expiring/*")
    | queue("ProvisionQueue", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility")
    | queue("Outcomes", "SendMessage"),
    "ExpireGrants": LIST
    | read("ledger/expiring/*", "ledger/unsent/*", "ledger/requests/*/outcome.json", "ledger/indexed.json")
    | write("ledger/expiring/*", "ledger/settled/*", "ledger/indexed.json")
    | delete("ledger/unsent/*")
    | queue("ProvisionQueue", "SendMessage", "GetQueueAttributes")
    | queue("Outcomes", "SendMessage"),
}


def role_of(stack, name):
    role = stack.properties(name)
    assert "ManagedPolicyArns" not in role
    [policy] = role["Policies"]
    return role, granted(policy["PolicyDocument"])


@pytest.mark.parametrize("function", EXPECTED)
def test_a_function_may_do_what_it_needs_and_nothing_else(stack, function):
    role, pairs = role_of(stack, f"{function}Role")
    assert pairs == EXPECTED[function] | told(function)
    assert stack.properties(function)["Role"] == f"<{function}Role.Arn>"
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust == {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def test_every_function_and_every_role_is_accounted_for(stack):
    assert stack.of_type("AWS::Lambda::Function").keys() == EXPECTED.keys()
    others = {"SyncRole", "SyncScheduleRole", "ExpireGrantsScheduleRole"}
    roles = {f"{function}Role" for function in EXPECTED} | others
    assert stack.of_type("AWS::IAM::Role").keys() == roles
    assert not stack.of_type("AWS::IAM::Policy")
    assert not stack.of_type("AWS::Lambda::Permission")


def test_the_state_machine_may_invoke_the_four_functions_of_a_run(stack):
    role, pairs = role_of(stack, "SyncRole")
    run = {"SyncUsers", "SyncTeams", "SyncCourses", "PublishSnapshot"}
    assert pairs >= X_RAY | SAMPLING
    pairs -= X_RAY | SAMPLING
    assert {p for p in pairs if not p[0].startswith("logs:")} == {
        ("lambda:InvokeFunction", f"<{function}.Arn>") for function in run
    }
    # Step Functions' log delivery knows no resources.
    delivery = {action for action, resource in pairs if resource == "*"}
    assert delivery == {
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
    }
    assert_trusts_only(role, "states.amazonaws.com")


def test_the_schedules_of_runs_may_start_the_state_machine(stack):
    role, pairs = role_of(stack, "SyncScheduleRole")
    assert pairs == {("states:StartExecution", "<Sync>")}
    assert_trusts_only(role, "scheduler.amazonaws.com")


def test_the_schedule_of_expiry_may_invoke_its_function(stack):
    role, pairs = role_of(stack, "ExpireGrantsScheduleRole")
    assert pairs == {("lambda:InvokeFunction", "<ExpireGrants.Arn>")}
    assert_trusts_only(role, "scheduler.amazonaws.com")


def test_nobody_else_may_touch_the_ledger_or_a_queue(stack):
    folders = ("holds", "expiring", "requests", "settled", "unsent")
    theirs = [f"{KEYS}/ledger/{folder}/x" for folder in folders] + [f"{KEYS}/ledger/indexed.json"]
    theirs += ["<ProvisionQueue.Arn>", "<ProvisionDeadLetters.Arn>", "<Outcomes.Arn>"]
    touching = {role for each in theirs for role, _ in touching_what(stack, each)}
    assert touching == {"ProvisionRole", "ExpireGrantsRole"}


def test_a_sync_looks_at_the_lock_of_provisioning_and_nobody_else_takes_it(stack):
    looking = {(f"{function}Role", "s3:GetObject") for function in ("SyncUsers", "SyncTeams", "SyncCourses")}
    taking = {("ProvisionRole", "s3:GetObject"), ("ProvisionRole", "s3:PutObject")}
    assert touching_what(stack, f"{KEYS}/locks/provision.json") == looking | taking


def touching_what(stack, key):
    """Which role may do what with an object or a queue."""
    return {
        (name, action)
        for name in stack.of_type("AWS::IAM::Role")
        for action, resource in role_of(stack, name)[1]
        if action.startswith(("s3:", "sqs:")) and fnmatch(key, resource)
    }


@pytest.mark.parametrize("function", ["Provision", "ExpireGrants"])
def test_without_an_outcome_queue_nothing_may_be_sent_there(function):
    _, pairs = role_of(Resolved(OutcomeQueue="none"), f"{function}Role")
    assert pairs == EXPECTED[function] - queue("Outcomes", "SendMessage") | told(function)


def test_holds_are_provisions_alone(stack):
    deeds = {(role, action) for role, action in touching_what(stack, f"{KEYS}/ledger/holds/x")}
    assert deeds == {("ProvisionRole", f"s3:{action}Object") for action in ("Get", "Put", "Delete")}


def test_an_end_is_cleared_and_an_unsent_outcome_kept_by_provision_alone(stack):
    clearing = (f"{KEYS}/ledger/expiring/x", "s3:DeleteObject")
    keeping = (f"{KEYS}/ledger/unsent/x", "s3:PutObject")
    for key, action in (clearing, keeping):
        assert {role for role, does in touching_what(stack, key) if does == action} == {"ProvisionRole"}


def test_without_analytics_nothing_may_be_registered():
    _, pairs = role_of(Resolved(Analytics="disabled"), "PublishSnapshotRole")
    assert pairs == EXPECTED["PublishSnapshot"] - glue("GetTable", "CreatePartition") | told("PublishSnapshot")


def assert_trusts_only(role, service):
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": service}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_a_secret_of_ones_own_takes_the_place_of_the_stacks():
    arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:litmos-AbCdEf"
    key = "arn:aws:kms:eu-central-1:123456789012:key/0f"
    stack = Resolved(SecretArn=arn, SecretKmsKeyArn=key)
    assert not stack.of_type("AWS::SecretsManager::Secret")
    own = {("secretsmanager:GetSecretValue", arn), ("kms:Decrypt", key)}
    for function, expected in EXPECTED.items():
        _, pairs = role_of(stack, f"{function}Role")
        assert pairs == expected - SECRET | (own if expected >= SECRET else set()) | told(function)


def test_tracing_adds_x_ray_and_nothing_else(stack):
    untraced = Resolved(Tracing="PassThrough")
    for name in [f"{function}Role" for function in EXPECTED]:
        assert role_of(stack, name)[1] - role_of(untraced, name)[1] == X_RAY
        assert role_of(untraced, name)[1] < role_of(stack, name)[1]
    # The state machine decides by itself what is traced.
    assert role_of(stack, "SyncRole")[1] - role_of(untraced, "SyncRole")[1] == X_RAY | SAMPLING
