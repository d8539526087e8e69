"""The real functions, deployed with the roles and the event source mapping of the real template."""

import json

from local import queues
from local.trying import grant, outcome_of, outcomes_of, samples, wait_for

NOT_UNDERSTOOD = ["invalid_request", "unsupported_by_vendor", "vendor_unavailable"]


def test_a_request_on_the_queue_is_carried_out_told_and_recorded(aws, real, litmos, learners, team_id):
    litmos.forget_requests()
    learner = next(learners)
    request = grant("carried-out", learner, team_id)
    queues.send(aws, real, request)
    outcome = outcome_of(aws, real, request_id="carried-out")
    effect = {"action": "add_team_member", "detail": {"team_id": team_id, "user_id": learner["user_id"]}}
    assert (outcome["status"], outcome["effects"]) == ("succeeded", [effect])
    assert litmos.is_member(team_id, learner["user_id"])
    assert outcome == read(aws, real, "ledger/requests/carried-out/outcome.json")
    wait_for(lambda: waiting(aws, real) == 0)
    queues.send(aws, real, request, "another message with the same request")
    assert outcome_of(aws, real, request_id="carried-out") == outcome
    assert len(litmos.writes()) == 1
    assert versions(aws, real, "ledger/requests/carried-out/") == ["intent", "outcome", "request"]


def test_a_request_waits_on_the_queue_while_the_vendor_is_down(aws, real, litmos, learners, team_id):
    litmos.forget_requests()
    learner = next(learners)
    litmos.fail(fault="unavailable", method="POST")
    try:
        queues.send(aws, real, grant("waits", learner, team_id))
        # One delivery tries twice: the message has come again.
        wait_for(lambda: len(litmos.writes()) >= 3)
        assert waiting(aws, real) == 1
        assert not litmos.is_member(team_id, learner["user_id"])
    finally:
        litmos.heal()
    assert outcome_of(aws, real, request_id="waits")["status"] == "succeeded"
    assert [write["applied"] for write in litmos.writes()].count(True) == 1
    assert litmos.is_member(team_id, learner["user_id"])
    wait_for(lambda: waiting(aws, real) == 0)


def test_a_message_that_makes_no_sense_has_an_outcome_and_does_not_stay(aws, real):
    message_id = queues.send(aws, real, "please let ana in", "no-sense")
    outcome = outcome_of(aws, real, request_id=None)
    assert (outcome["status"], outcome["code"]) == ("rejected", "invalid_request")
    assert outcome == read(aws, real, f"ledger/unreadable/{message_id}.json")
    wait_for(lambda: waiting(aws, real) == 0)


def test_every_sample_is_understood(aws, real):
    """As they stand, about people that this account does not have: what counts is that each is read and settled."""
    requests = [body for body in samples("provision-") if body not in samples("provision-percipio-")]
    outcomes = outcomes_of(aws, real, requests)
    assert [outcome["operation"] for outcome in outcomes] == [request["operation"] for request in requests]
    assert not [outcome for outcome in outcomes if outcome["code"] in NOT_UNDERSTOOD]
    wait_for(lambda: waiting(aws, real) == 0)


def waiting(aws, stack):
    """How many messages are on the queue, those in flight or held back included."""
    names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    answer = aws.client("sqs").get_queue_attributes(QueueUrl=stack.provision_queue_url, AttributeNames=names)
    return sum(int(answer["Attributes"][name]) for name in names)


def read(aws, stack, key):
    answer = aws.client("s3").get_object(Bucket=stack.bucket, Key=f"{stack.connection}/{key}")
    return json.load(answer["Body"])


def versions(aws, stack, folder):
    """The names of the folder's objects, each as often as it was written."""
    found = aws.client("s3").list_object_versions(Bucket=stack.bucket, Prefix=f"{stack.connection}/{folder}")
    return sorted(version["Key"].rpartition("/")[2].removesuffix(".json") for version in found["Versions"])
