"""The real functions and a simulated Percipio, deployed with the roles and the state machine of the real template."""

import json

import pytest

from local import deploy, queues
from local.conftest import account_of, all_built
from local.percipio import ROLE, Percipio
from local.trying import ended, outcome_of, outcomes_of, samples, wait_for

RUN_SECONDS = 120


@pytest.fixture(scope="module")
def percipio(tmp_path_factory):
    with account_of(Percipio, tmp_path_factory) as percipio:
        yield percipio


@pytest.fixture(scope="module")
def learning(aws, percipio):
    parameters = {
        "BaseUrl": percipio.base_url,
        "Provisioning": "on",
        "RequestsPerMinute": percipio.kind.sync_share,
        "ProvisionRequestsPerMinute": percipio.kind.provision_share,
        "CheckConnectionRequestsPerMinute": percipio.kind.check_share,
    }
    parameters |= percipio.account() | percipio.kind.granting | {"Connection": "learning"}
    return deploy(aws, all_built(), parameters, name="learning", secret=percipio.secret())


@pytest.fixture(scope="module")
def learners(percipio):
    """People who are plain learners, each time somebody else."""
    return (user for user in percipio.truth("users") if user["active"] and user["role"] == "LEARNER")


def test_the_connection_is_in_order(aws, learning):
    invoked = aws.client("lambda").invoke(FunctionName=learning.functions["check-connection"], Payload=b"{}")
    answer = json.load(invoked["Payload"])
    assert (answer.get("ok"), answer.get("vendor")) == (True, "percipio"), answer
    assert {"LEARNER", ROLE} <= set(answer["schema"]["roles"])


def test_a_run_waits_for_its_report_and_publishes_what_there_is(aws, learning, percipio):
    machine = aws.client("stepfunctions")
    begun = machine.start_execution(stateMachineArn=learning.state_machine_arn)
    which = {"executionArn": begun["executionArn"]}
    execution = wait_for(lambda: ended(machine.describe_execution(**which)), RUN_SECONDS)
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    manifest = read(aws, learning, read(aws, learning, f"{learning.connection}/latest.json")["manifest"])
    held = {name: table["rows"] for name, table in manifest["tables"].items() if name != "changes"}
    assert held == {name: len(percipio.truth(name)) for name in held}
    assert (held["teams"], held["team_members"]) == (0, 0)
    assert held["enrolments"] > 0


def test_a_role_is_granted_once(aws, learning, percipio, learners):
    percipio.forget_requests()
    learner = next(learners)
    request = granting("role-granted", learner, f"role:{ROLE}")
    queues.send(aws, learning, request)
    outcome = outcome_of(aws, learning, request_id="role-granted")
    effect = {"action": "set_role", "detail": {"user_id": learner["user_id"], "from": "LEARNER", "to": ROLE}}
    assert (outcome["status"], outcome["effects"]) == ("succeeded", [effect])
    assert percipio.role_of(learner["user_id"]) == ROLE
    queues.send(aws, learning, request, "another message with the same request")
    assert outcome_of(aws, learning, request_id="role-granted") == outcome
    [write] = percipio.writes()
    assert (write["method"], write["body"]["role"], write["created"]) == ("PATCH", ROLE, None)
    assert write["path"].endswith(f"/users/{learner['user_id']}")


def test_every_sample_is_understood(aws, learning):
    requests = samples("provision-percipio-")
    outcomes = outcomes_of(aws, learning, requests)
    assert [outcome["operation"] for outcome in outcomes] == [request["operation"] for request in requests]
    not_understood = ["invalid_request", "unsupported_by_vendor", "vendor_unavailable"]
    assert not [outcome for outcome in outcomes if outcome["code"] in not_understood]


def test_what_percipio_cannot_do_is_rejected_and_nothing_is_written(aws, learning, percipio, learners):
    percipio.forget_requests()
    learner, course = next(learners), percipio.truth("courses")[0]
    for request_id, entitlement in [
        ("course-asked", f"course:{course['course_id']}:assigned"),
        ("team-asked", "team:some:member"),
    ]:
        queues.send(aws, learning, granting(request_id, learner, entitlement))
        outcome = outcome_of(aws, learning, request_id=request_id)
        assert (outcome["status"], outcome["code"]) == ("rejected", "unsupported_by_vendor")
    assert percipio.writes() == []


def granting(request_id, user, entitlement):
    return {
        "request_id": request_id,
        "operation": "grant",
        "principal": {"user_id": user["user_id"]},
        "entitlement": entitlement,
        "reason": "a test",
    }


def read(aws, stack, key):
    return json.load(aws.client("s3").get_object(Bucket=stack.bucket, Key=key)["Body"])
