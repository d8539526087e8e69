"""What the tests do with a stack: tell its stand-ins what to answer, and wait for what comes of it."""

import json
import time

from local import queues
from local.deployment import ROOT

DEADLINE_SECONDS = 60


def script(scripts, answers):
    """What the stand-ins will answer; what they noted before is forgotten."""
    for old in scripts.iterdir():
        old.unlink()
    for name, listed in answers.items():
        (scripts / f"{name}.json").write_text(json.dumps(listed))


def events_of(scripts, name):
    """What a stand-in was invoked with."""
    log = scripts / f"{name}.log"
    return [json.loads(line)["event"] for line in log.read_text().splitlines()] if log.exists() else []


def progress(status, wait_seconds=0):
    return {"run_id": "20261121T220000Z", "status": status, "wait_seconds": wait_seconds}


def verdict(word, *reasons):
    return {"run_id": "20261121T220000Z", "verdict": word, "reasons": reasons}


def grant(request_id, user, team_id, **more):
    """A request that makes somebody a member of a team."""
    return {
        "request_id": request_id,
        "operation": "grant",
        "principal": {"user_id": user["user_id"]},
        "entitlement": f"team:{team_id}:member",
        "reason": "a test",
        **more,
    }


def samples(prefix):
    """The requests of the sample events of these names, in the order of their ids."""
    events = [json.loads(path.read_text()) for path in (ROOT / "events").glob(f"{prefix}*.json")]
    requests = [json.loads(record["body"]) for event in events for record in event["Records"]]
    return sorted(requests, key=lambda request: request["request_id"])


def outcomes_of(aws, stack, requests, seconds=DEADLINE_SECONDS):
    """Sends requests, and answers the outcome of each by its id."""
    for request in requests:
        queues.send(aws, stack, request)
    wanted, found = {request["request_id"] for request in requests}, {}
    end = time.monotonic() + seconds
    while wanted - set(found):
        assert time.monotonic() < end, f"no outcome of {wanted - set(found)} within {seconds} s"
        found |= {outcome["request_id"]: outcome for outcome in queues.take_outcomes(aws, stack)}
    return [found[request["request_id"]] for request in requests]


def outcome_of(aws, stack, seconds=DEADLINE_SECONDS, **wanted):
    """The first outcome with these values."""
    found = queues.outcome(aws, stack, seconds, **wanted)
    assert found, f"there is no outcome with {wanted} within {seconds} s"
    return found


def wait_for(condition, seconds=DEADLINE_SECONDS):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.1)
    return found


def ended(execution):
    """The execution's description, nothing while it runs."""
    return None if execution["status"] == "RUNNING" else execution
