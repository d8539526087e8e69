"""The real template, deployed into a local AWS that enforces IAM, with stand-ins for the functions."""

import json
import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import duckdb
import pytest

from local import LocalAws, query
from local.conftest import SECRET, WAIT_SCALE
from local.deployment import binaries_of_template
from local.execution import run_of
from local.trying import ended, events_of, progress, script, verdict, wait_for

SYNC = ["sync-users", "sync-teams", "sync-courses"]


def test_the_api_key_is_filled_in(aws, stack):
    secret = aws.client("secretsmanager").get_secret_value(SecretId=stack.secret_arn)["SecretString"]
    assert json.loads(secret) == SECRET


def test_a_run_repeats_each_step_until_it_is_complete(aws, stack, scripts):
    answers = [progress("continue"), progress("continue", wait_seconds=100), progress("complete")]
    execution = run(
        aws, stack, scripts, {**{name: answers for name in SYNC}, "publish-snapshot": [verdict("published")]}
    )
    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"])["verdict"] == "published"
    events = [event for name in [*SYNC, "publish-snapshot"] for event in events_of(scripts, name)]
    assert len(events) == 10
    [started] = {event["run_id"] for event in events}
    assert started == run_of(execution)
    assert execution["stopDate"].timestamp() - execution["startDate"].timestamp() > 3 * 100 * float(WAIT_SCALE)


def test_an_unfinished_run_can_be_gone_on_with(aws, stack, scripts):
    answers = {**{name: [progress("complete")] for name in SYNC}, "publish-snapshot": [verdict("published")]}
    run(aws, stack, scripts, answers, {"run_id": "20261120T220000Z"})
    assert events_of(scripts, "sync-users") == [{"run_id": "20261120T220000Z", "mode": None}]


@pytest.mark.parametrize(("start", "mode"), [({}, "full"), ({"mode": "full"}, "full"), ({"mode": "delta"}, "delta")])
def test_every_function_is_told_the_mode_of_the_run(aws, stack, scripts, start, mode):
    answers = [progress("continue"), progress("complete")]
    execution = run(
        aws, stack, scripts, {**{name: answers for name in SYNC}, "publish-snapshot": [verdict("published")]}, start
    )
    assert execution["status"] == "SUCCEEDED"
    events = [event for name in [*SYNC, "publish-snapshot"] for event in events_of(scripts, name)]
    assert [event["mode"] for event in events] == [mode] * 7


def test_a_delta_that_meets_another_run_steps_aside_at_once(aws, stack, scripts):
    execution = run(aws, stack, scripts, {"sync-users": [{"error": "RunConflict"}]}, {"mode": "delta"})
    assert execution["status"] == "SUCCEEDED"
    [event] = events_of(scripts, "sync-users")
    assert json.loads(execution["output"]) == {"status": "stepped_aside", "reason": "as told", **event}


def test_a_delta_that_has_begun_goes_on(aws, stack, scripts):
    answers = {name: [progress("complete")] for name in SYNC} | {"publish-snapshot": [verdict("published")]}
    answers["sync-users"] = [{"error": "StoreUnavailable"}, progress("continue"), {"error": "RunConflict"}]
    answers["sync-users"] += answers["sync-teams"]
    answers["sync-teams"] = [{"error": "RunConflict"}, progress("complete")]
    assert run(aws, stack, scripts, answers, {"mode": "delta"})["status"] == "SUCCEEDED"
    assert [len(events_of(scripts, name)) for name in SYNC] == [4, 2, 1]


def test_a_mode_that_nobody_knows_is_for_the_first_function_to_refuse(aws, stack, scripts):
    execution = run(aws, stack, scripts, {"sync-users": [{"error": "InvalidEvent"}]}, {"mode": "half"})
    assert (execution["status"], execution["error"]) == ("FAILED", "InvalidEvent")
    assert [event["mode"] for event in events_of(scripts, "sync-users")] == ["half"]
    assert events_of(scripts, "publish-snapshot") == [], "it is about no run"


@pytest.mark.parametrize("error", ["VendorUnavailable", "StoreUnavailable", "RunConflict"])
def test_what_passes_by_itself_is_tried_again(aws, stack, scripts, error):
    answers = {name: [progress("complete")] for name in SYNC} | {"publish-snapshot": [verdict("published")]}
    answers["sync-teams"] = [{"error": error}, {"error": error}, progress("complete")]
    assert run(aws, stack, scripts, answers)["status"] == "SUCCEEDED"
    assert len(events_of(scripts, "sync-teams")) == 3


@pytest.mark.parametrize("error", ["VendorUnauthorized", "InvalidConfiguration", "CheckpointCorrupt"])
def test_what_does_not_pass_ends_the_run_at_once(aws, stack, scripts, error):
    answers = {"sync-users": [{"error": error}, progress("complete")], "publish-snapshot": [{"released": True}]}
    execution = run(aws, stack, scripts, answers)
    assert (execution["status"], execution["error"]) == ("FAILED", error)
    [event] = events_of(scripts, "sync-users")
    assert events_of(scripts, "publish-snapshot") == [{"run_id": event["run_id"], "release": True}]


def test_a_quarantined_run_is_a_failed_execution_that_says_why(aws, stack, scripts):
    answers = {name: [progress("complete")] for name in SYNC}
    answers["publish-snapshot"] = [verdict("quarantined", "users lost 40 percent")]
    execution = run(aws, stack, scripts, answers)
    assert (execution["status"], execution["error"]) == ("FAILED", "SnapshotQuarantined")
    assert "users lost 40 percent" in execution["cause"]


def test_an_answer_nobody_expects_is_no_success(aws, stack, scripts):
    answers = {"sync-users": [{"status": "done"}], "publish-snapshot": [{"error": "CheckpointCorrupt"}]}
    execution = run(aws, stack, scripts, answers)
    # Whether the run could be released or not.
    assert (execution["status"], execution["error"]) == ("FAILED", "UnexpectedAnswer")
    assert [event["release"] for event in events_of(scripts, "publish-snapshot")] == [True]


def test_snapshots_can_be_queried(aws, stack, tmp_path):
    part = tmp_path / "part.parquet"
    duckdb.sql(f"copy (select '7' as user_id) to '{part}' (format parquet, compression zstd)")
    key = "litmos/snapshots/users/run_id=20261121T220000Z/part-00000.parquet"
    aws.client("s3").put_object(Bucket=stack.bucket, Key=key, Body=part.read_bytes())
    connection = query.connect(aws.endpoint)
    rows = connection.sql(f"select user_id, run_id from read_parquet('s3://{stack.bucket}/{key}')")
    assert rows.fetchall() == [("7", "20261121T220000Z")]


def test_stopping_leaves_nothing_running():
    aws = LocalAws().start()
    process, directory = aws.process, aws.directory
    aws.stop()
    assert process.poll() is not None
    assert not directory.exists()


def test_the_command_stays_up_until_its_input_ends(binaries, scripts, tmp_path):
    file = tmp_path / "ready.json"
    command = [
        sys.executable,
        str(Path(__file__).with_name("stack.py")),
        "--binaries",
        str(binaries),
        "--ready-json",
        str(file),
    ]
    with subprocess.Popen(
        [*command, "--parameters", "LitmosSource=example", "OutcomeQueue=none"], stdin=PIPE, stdout=PIPE, text=True
    ) as process:
        ready = json.loads(process.stdout.readline())
        assert ready == json.loads(file.read_text())
        assert ready["functions"].keys() == set(binaries_of_template())
        assert ready["outcome_queue_url"] is None
        os.kill(ready["pid"], 0)
        process.stdin.close()
        assert process.wait(30) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(ready["pid"], 0)


def run(aws, stack, scripts, answers, start=None):
    script(scripts, answers)
    machine = aws.client("stepfunctions")
    execution = machine.start_execution(stateMachineArn=stack.state_machine_arn, input=json.dumps(start or {}))
    describe = {"executionArn": execution["executionArn"]}
    return wait_for(lambda: ended(machine.describe_execution(**describe)))
