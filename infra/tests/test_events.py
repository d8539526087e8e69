"""The sample events: each is what its function gets from the deployed stack."""

import hashlib
import json
import re
from pathlib import Path

import pytest

import expand
from resolved import Resolved

EVENTS = Path(expand.__file__).parents[1] / "events"
SAMPLES = {path.stem: json.loads(path.read_text()) for path in EVENTS.glob("*.json")}
REQUESTS = sorted(name for name in SAMPLES if name.startswith("provision-"))
BINARIES = [expand.binary(r) for r in expand.load()["Resources"].values() if r["Type"] == expand.FUNCTION]
ACCOUNTS = ["create_account", "update_account", "enable_account", "disable_account"]
# What each vendor's requests begin with, which operations it knows, and what it gives.
VENDORS = {
    "litmos": (
        "provision-",
        ["grant", "revoke", *ACCOUNTS, "create_team", "update_team", "delete_team", "set_team_members"],
        ("team:", "course:", "learning_path:", "role:"),
    ),
    "percipio": ("provision-percipio-", ["grant", "revoke", *ACCOUNTS], ("role:",)),
}
CONNECTIONS = {"litmos": "acme", "percipio": "acme-learning"}


@pytest.mark.parametrize("binary", BINARIES)
def test_every_function_has_a_sample_event(binary):
    assert [name for name in SAMPLES if name == binary or name.startswith(f"{binary}-")]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_sample_event_belongs_to_a_function(name):
    assert [binary for binary in BINARIES if name == binary or name.startswith(f"{binary}-")]


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_operation_of_a_vendor_has_a_request_of_its_name(vendor):
    prefix, operations, entitlements = VENDORS[vendor]
    bodies = {name.removeprefix(prefix): json.loads(record(name)["body"]) for name in requests_of(vendor)}
    told = {name: body["operation"] for name, body in bodies.items()}
    assert told == {each: each for each in operations} | {"dry-run": "grant"}
    assert all(body["entitlement"].startswith(entitlements) for body in bodies.values() if "entitlement" in body)


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_comes_as_lambda_hands_on_a_message(name):
    found = record(name)
    attributes = found["attributes"]
    assert found.keys() == {
        "messageId",
        "receiptHandle",
        "body",
        "attributes",
        "messageAttributes",
        "md5OfBody",
        "eventSource",
        "eventSourceARN",
        "awsRegion",
    }
    assert attributes.keys() == {
        "ApproximateReceiveCount",
        "SentTimestamp",
        "SequenceNumber",
        "MessageGroupId",
        "SenderId",
        "MessageDeduplicationId",
        "ApproximateFirstReceiveTimestamp",
    }
    # SQS gives numbers as texts.
    assert all(isinstance(value, str) for value in attributes.values())
    assert found["md5OfBody"] == hashlib.md5(found["body"].encode()).hexdigest()
    connection = CONNECTIONS[vendor_of(name)]
    queue = Resolved().properties("ProvisionQueue")["QueueName"].replace("rollcall", f"rollcall-{connection}")
    assert found["eventSourceARN"] == f"arn:aws:sqs:{found['awsRegion']}:123456789012:{queue}"
    assert (found["eventSource"], attributes["MessageGroupId"]) == ("aws:sqs", subject(json.loads(found["body"])))


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_says_who_wants_it_and_why_and_is_told_apart_by_its_id(name):
    found = record(name)
    body = json.loads(found["body"])
    assert body["reason"]
    assert body["requested_by"]
    assert body["request_id"] == found["attributes"]["MessageDeduplicationId"]
    assert body.get("dry_run", False) == name.endswith("-dry-run")
    assert ("expires_at" in body) == name.endswith("-grant")


def test_no_two_requests_are_the_same():
    for told in (
        [record(name)["messageId"] for name in REQUESTS],
        [json.loads(record(name)["body"])["request_id"] for name in REQUESTS],
    ):
        assert len(set(told)) == len(REQUESTS)


def test_a_run_is_full_unless_its_event_says_delta():
    # As the state machine hands it on; what the schedule of deltas says goes no further than there.
    delta, full = SAMPLES["sync-users-delta"], SAMPLES["sync-users"]
    assert (delta.keys(), delta["mode"]) == ({"run_id", "mode"}, "delta")
    assert full.keys() == {"run_id"}
    # Another run: of the default schedule, at half past.
    assert (delta["run_id"], full["run_id"]) == ("20261121T223000Z", "20261121T220000Z")


def test_the_schedule_says_nothing_but_that_it_is_time(stack):
    # Without an input of its own, a schedule sends what EventBridge Scheduler makes up.
    assert "Input" not in stack.properties("ExpireGrantsSchedule")["Target"]
    event = SAMPLES["expire-grants"]
    assert (event["source"], event["detail-type"], event["detail"]) == ("aws.scheduler", "Scheduled Event", "{}")


def vendor_of(request):
    """A request to Litmos has no vendor in its name."""
    return "percipio" if request.startswith(VENDORS["percipio"][0]) else "litmos"


def requests_of(vendor):
    return [name for name in REQUESTS if vendor_of(name) == vendor]


def subject(body):
    """Whom or what a request is about, as far as the sender knows."""
    if "team" in body:
        kind, known = "team", body["team"].get("team_id") or body["team"]["name"].lower()
    else:
        who = body.get("principal") or body["account"]
        kind, known = "user", who.get("user_id") or who["user_name"].lower()
    # What SQS takes no group of.
    is_plain = re.fullmatch(r"[A-Za-z0-9._@+-]{1,100}", known)
    return f"{kind}:{known if is_plain else '~' + hashlib.sha256(known.encode()).hexdigest()[:32]}"


def record(name):
    [found] = SAMPLES[name]["Records"]
    return found
