"""The real template, deployed into a local AWS that enforces IAM, with stand-ins for the functions."""

import json
import os
import stat
import subprocess
import sys
import time
from datetime import UTC
from pathlib import Path
from subprocess import PIPE

import duckdb
import pytest

from local import LocalAws, deploy, query
from local.deployment import binaries_of_template

KEY = "an-api-key"
DEADLINE_SECONDS = 60
# Waits and retries of the state machine pass a hundred times as fast.
WAIT_SCALE = "0.01"


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    return tmp_path_factory.mktemp("scripts")


@pytest.fixture(scope="module")
def binaries(tmp_path_factory):
    directory = tmp_path_factory.mktemp("binaries")
    for name in binaries_of_template():
        bootstrap = directory / name
        tests = Path(__file__).parents[1]
        bootstrap.write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(tests)!r})\n"
            f"from local.stand_in import serve\nserve({name!r})\n"
        )
        bootstrap.chmod(bootstrap.stat().st_mode | stat.S_IXUSR)
    return directory


@pytest.fixture(scope="module")
def aws(scripts):
    with LocalAws(environment={"STAND_IN": str(scripts), "SFN_WAIT_SCALE": WAIT_SCALE}) as aws:
        yield aws


@pytest.fixture(scope="module")
def stack(aws, binaries):
    return deploy(aws, binaries, {"LitmosSource": "example"}, api_key=KEY)


def call(aws, stack, function, service, operation, **arguments):
    """What the AWS answers when the function tries this with its role."""
    payload = json.dumps({"call": [service, operation, arguments]})
    answer = aws.client("lambda").invoke(FunctionName=stack.functions[function], Payload=payload)
    return json.loads(answer["Payload"].read())


RUNS = ["runs/x", "runs/check-connection.json"]
TABLES = [f"snapshots/{t}/x" for t in ("users", "teams", "team_members", "courses", "enrolments", "changes")]
SYNC = ["sync-users", "sync-teams", "sync-courses"]
READABLE = {
    "sync-users": [*RUNS, "snapshots/users/x", "manifests/x"],
    "sync-teams": [*RUNS, "snapshots/users/x", "snapshots/teams/x", "snapshots/team_members/x", "manifests/x"],
    "sync-courses": [*RUNS, "snapshots/courses/x", "snapshots/enrolments/x", "manifests/x"],
    "publish-snapshot": [*RUNS, *TABLES, "manifests/x", "acceptances/x", "latest.json"],
    "check-connection": ["runs/check-connection.json"],
}
WRITABLE = {
    "sync-users": [*RUNS, "snapshots/users/x"],
    "sync-teams": [*RUNS, "snapshots/teams/x", "snapshots/team_members/x"],
    "sync-courses": [*RUNS, "snapshots/courses/x", "snapshots/enrolments/x"],
    "publish-snapshot": [*RUNS, "snapshots/changes/x", "manifests/x", "acceptances/x", "latest.json"],
    "check-connection": ["runs/check-connection.json"],
}
EVERY_KEY = sorted({key for keys in READABLE.values() for key in keys})


@pytest.mark.parametrize("function", WRITABLE)
def test_a_function_writes_where_its_role_lets_it_and_nowhere_else(aws, stack, function):
    written = [
        key
        for key in EVERY_KEY
        if permitted(call(aws, stack, function, "s3", "put_object", Bucket=stack.bucket, Key=f"litmos/{key}"))
    ]
    assert written == sorted(WRITABLE[function])
    other = call(aws, stack, function, "s3", "put_object", Bucket=stack.bucket, Key="percipio/runs/x")
    assert other == "AccessDenied", "another connection's key"


@pytest.mark.parametrize("function", READABLE)
def test_a_function_reads_what_its_role_lets_it_and_nothing_else(aws, stack, function):
    for key in EVERY_KEY:
        aws.client("s3").put_object(Bucket=stack.bucket, Key=f"litmos/{key}")
    read = [
        key
        for key in EVERY_KEY
        if permitted(call(aws, stack, function, "s3", "get_object", Bucket=stack.bucket, Key=f"litmos/{key}"))
    ]
    assert read == sorted(READABLE[function])


@pytest.mark.parametrize("function", WRITABLE)
def test_a_missing_key_is_missing_and_not_forbidden(aws, stack, function):
    key = READABLE[function][0]
    aws.client("s3").delete_object(Bucket=stack.bucket, Key=f"litmos/{key}")
    assert call(aws, stack, function, "s3", "get_object", Bucket=stack.bucket, Key=f"litmos/{key}") == "NoSuchKey"


@pytest.mark.parametrize("function", WRITABLE)
def test_only_publishing_deletes_and_only_the_current_run(aws, stack, function):
    def delete(key):
        return call(aws, stack, function, "s3", "delete_object", Bucket=stack.bucket, Key=f"litmos/{key}")

    assert permitted(delete("runs/current.json")) == (function == "publish-snapshot")
    for key in ("latest.json", "runs/x", "snapshots/users/x", "manifests/x"):
        assert delete(key) == "AccessDenied"


@pytest.mark.parametrize("function", WRITABLE)
def test_whoever_talks_to_the_vendor_reads_its_key(aws, stack, function):
    answer = call(aws, stack, function, "secretsmanager", "get_secret_value", SecretId=stack.secret_arn)
    assert answer == ("AccessDeniedException" if function == "publish-snapshot" else "ok")


def permitted(code):
    assert code in ("ok", "AccessDenied"), code
    return code == "ok"


def test_the_api_key_is_filled_in(aws, stack):
    secret = aws.client("secretsmanager").get_secret_value(SecretId=stack.secret_arn)["SecretString"]
    assert json.loads(secret) == {"api_key": KEY}


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
    assert started == execution["startDate"].astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    assert execution["stopDate"].timestamp() - execution["startDate"].timestamp() > 3 * 100 * float(WAIT_SCALE)


def test_an_unfinished_run_can_be_gone_on_with(aws, stack, scripts):
    answers = {**{name: [progress("complete")] for name in SYNC}, "publish-snapshot": [verdict("published")]}
    run(aws, stack, scripts, answers, {"run_id": "20261120T220000Z"})
    assert events_of(scripts, "sync-users") == [{"run_id": "20261120T220000Z"}]


@pytest.mark.parametrize("error", ["VendorUnavailable", "StoreUnavailable", "RunConflict"])
def test_what_passes_by_itself_is_tried_again(aws, stack, scripts, error):
    answers = {name: [progress("complete")] for name in SYNC} | {"publish-snapshot": [verdict("published")]}
    answers["sync-teams"] = [{"error": error}, {"error": error}, progress("complete")]
    assert run(aws, stack, scripts, answers)["status"] == "SUCCEEDED"
    assert len(events_of(scripts, "sync-teams")) == 3


@pytest.mark.parametrize("error", ["VendorUnauthorized", "InvalidConfiguration", "CheckpointCorrupt"])
def test_what_does_not_pass_ends_the_run_at_once(aws, stack, scripts, error):
    execution = run(aws, stack, scripts, {"sync-users": [{"error": error}, progress("complete")]})
    assert (execution["status"], execution["error"]) == ("FAILED", error)
    assert len(events_of(scripts, "sync-users")) == 1


def test_a_quarantined_run_is_a_failed_execution_that_says_why(aws, stack, scripts):
    answers = {name: [progress("complete")] for name in SYNC}
    answers["publish-snapshot"] = [verdict("quarantined", "users lost 40 percent")]
    execution = run(aws, stack, scripts, answers)
    assert (execution["status"], execution["error"]) == ("FAILED", "SnapshotQuarantined")
    assert "users lost 40 percent" in execution["cause"]


def test_an_answer_nobody_expects_is_no_success(aws, stack, scripts):
    execution = run(aws, stack, scripts, {"sync-users": [{"status": "done"}]})
    assert (execution["status"], execution["error"]) == ("FAILED", "UnexpectedAnswer")


def test_a_parameter_reaches_a_function_and_the_schedule_starts_a_run(aws, stack, binaries, scripts):
    script(scripts, {**{name: [progress("complete")] for name in SYNC}, "publish-snapshot": [verdict("published")]})
    parameters = {"LitmosSource": "example", "MaxShrinkPercent": 33}
    deploy(aws, binaries, parameters | {"Schedule": "rate(1 minute)", "ScheduleState": "ENABLED"})
    try:
        wait_for(lambda: events_of(scripts, "publish-snapshot"), seconds=120)
    finally:
        deploy(aws, binaries, parameters)
    [line] = (scripts / "sync-users.log").read_text().splitlines()
    assert json.loads(line)["environment"]["ROLLCALL_MAX_SHRINK_PERCENT"] == "33"


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
        [*command, "--parameters", "LitmosSource=example"], stdin=PIPE, stdout=PIPE, text=True
    ) as process:
        ready = json.loads(process.stdout.readline())
        assert ready == json.loads(file.read_text())
        assert ready["functions"].keys() == set(binaries_of_template())
        os.kill(ready["pid"], 0)
        process.stdin.close()
        assert process.wait(30) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(ready["pid"], 0)


def progress(status, wait_seconds=0):
    return {"run_id": "20261121T220000Z", "status": status, "wait_seconds": wait_seconds}


def verdict(word, *reasons):
    return {"run_id": "20261121T220000Z", "verdict": word, "reasons": reasons}


def script(scripts, answers):
    for old in scripts.iterdir():
        old.unlink()
    for name, listed in answers.items():
        (scripts / f"{name}.json").write_text(json.dumps(listed))


def run(aws, stack, scripts, answers, start=None):
    script(scripts, answers)
    machine = aws.client("stepfunctions")
    execution = machine.start_execution(stateMachineArn=stack.state_machine_arn, input=json.dumps(start or {}))
    describe = {"executionArn": execution["executionArn"]}
    return wait_for(lambda: ended(machine.describe_execution(**describe)))


def ended(execution):
    return None if execution["status"] == "RUNNING" else execution


def events_of(scripts, name):
    log = scripts / f"{name}.log"
    return [json.loads(line)["event"] for line in log.read_text().splitlines()] if log.exists() else []


def wait_for(condition, seconds=DEADLINE_SECONDS):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.1)
    return found
