"""Delta runs: the real functions and a simulated Litmos, with the roles and the state machine of the template."""

import json
from datetime import UTC, datetime

import pytest

from local import deploy, query
from local.conftest import all_built
from local.execution import run_of
from local.trying import ended, wait_for

RUN_SECONDS = 120
DELTA = {"mode": "delta"}
OTHER_RUN = "20261121T220000Z"


@pytest.fixture(scope="module")
def refreshed(aws, litmos):
    """Of a connection of its own; nothing is provisioned."""
    parameters = litmos.account() | {
        "Connection": "refreshed",
        "BaseUrl": litmos.base_url,
        "RequestsPerMinute": litmos.kind.sync_share,
    }
    return deploy(aws, all_built(), parameters, name="refreshed", secret=litmos.secret())


def test_a_delta_run_builds_on_the_last_published_one(aws, refreshed, litmos):
    full = published(aws, refreshed, run(aws, refreshed, {}))
    assert full.get("mode", "full") == "full"
    somebody = next(user for user in litmos.truth("users") if user["active"])
    litmos.change("rename_user", id=somebody["user_id"], first_name=somebody["first_name"], last_name="Newlywed")
    delta = published(aws, refreshed, run(aws, refreshed, DELTA))
    assert (delta["mode"], delta["base_run_id"]) == ("delta", full["run_id"])
    # It is as complete as the one before, tells what has changed since, and asked for little else.
    assert {name for name, table in delta["tables"].items() if table["parts"]} == full["tables"].keys()
    assert delta["tables"]["users"]["rows"] == full["tables"]["users"]["rows"]
    assert family_names(aws, refreshed, delta, somebody) == ["Newlywed"]
    assert sent(delta) < sent(full) / 4


def test_a_delta_run_steps_aside_for_another_one_and_says_so(aws, refreshed, litmos):
    s3, key = aws.client("s3"), f"{refreshed.connection}/runs/current.json"
    current = json.dumps({"run_id": OTHER_RUN, "renewed_at": datetime.now(UTC).isoformat()}).encode()
    s3.put_object(Bucket=refreshed.bucket, Key=key, Body=current)
    litmos.forget_requests()
    try:
        execution = run(aws, refreshed, DELTA)
        assert read(aws, refreshed, key) == json.loads(current)
    finally:
        s3.delete_object(Bucket=refreshed.bucket, Key=key)
    output = json.loads(execution["output"])
    assert OTHER_RUN in output.pop("reason")
    run_id = run_of(execution)
    assert output == {"status": "stepped_aside", "run_id": run_id, "mode": "delta"}
    assert litmos.stats()["requests"] == 0


def run(aws, stack, start):
    """An execution that succeeds."""
    machine = aws.client("stepfunctions")
    begun = machine.start_execution(stateMachineArn=stack.state_machine_arn, input=json.dumps(start))
    which = {"executionArn": begun["executionArn"]}
    execution = wait_for(lambda: ended(machine.describe_execution(**which)), RUN_SECONDS)
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    return execution


def published(aws, stack, execution):
    """The manifest of the execution's run, which readers are led to."""
    latest = read(aws, stack, f"{stack.connection}/latest.json")
    output = json.loads(execution["output"])
    assert (output.get("verdict"), output["run_id"]) == ("published", latest["run_id"]), output
    return read(aws, stack, latest["manifest"])


def read(aws, stack, key):
    return json.load(aws.client("s3").get_object(Bucket=stack.bucket, Key=key)["Body"])


def family_names(aws, stack, manifest, user):
    """What the snapshot calls somebody, once a row."""
    parts = [f"s3://{stack.bucket}/{part['key']}" for part in manifest["tables"]["users"]["parts"]]
    names = "select last_name from read_parquet(?) where user_id = ?"
    return [name for (name,) in query.connect(aws.endpoint).execute(names, [parts, user["user_id"]]).fetchall()]


def sent(manifest):
    """How many requests the run has cost."""
    return sum(requests["sent"] for requests in manifest["requests"].values())
