"""A stranger with the README and the runbook, and nothing else: deploys, reads the latest snapshot, breaks the key,
finds the cause from what rings, and mends it. Commands and queries are the documents' own, as they stand."""

import re
import time
from dataclasses import replace

import pytest

from local import LocalAws, athena, deploy
from local.alarms import ringing
from local.conftest import WAIT_SCALE, account_of, all_built
from local.documents import code, command, links, row, section
from local.execution import run_of
from local.litmos import Litmos
from local.shell import Shell
from local.test_analytics import RUN_SECONDS
from local.trying import ended, wait_for

QUICK_START = section("README.md", "Quick start: Litmos")
RUNBOOK, FIRST_LOOK = section("RUNBOOK.md", "Runbook").partition("\n## ")[0].split("**First look**")
# So much later what has happened meanwhile is out of the alarms' sight.
A_WHILE = 600


class TinyLitmos(Litmos):
    kind = replace(Litmos.kind, size=Litmos.kind.size | {"users": 60, "teams": 3, "courses": 5})


@pytest.fixture(scope="module")
def aws():
    """One of its own, in which everything has the names that the documents give it."""
    with LocalAws(environment={"SFN_WAIT_SCALE": WAIT_SCALE}) as aws:
        yield aws


@pytest.fixture(scope="module")
def vendor(tmp_path_factory):
    with account_of(TinyLitmos, tmp_path_factory) as litmos:
        yield litmos


@pytest.fixture(scope="module")
def stack(aws, vendor):
    shares = {"RequestsPerMinute": vendor.kind.sync_share, "CheckConnectionRequestsPerMinute": vendor.kind.check_share}
    parameters = vendor.account() | {"BaseUrl": vendor.base_url} | shares
    return deploy(aws, all_built(), parameters)


@pytest.fixture(scope="module")
def readme(aws, stack, tmp_path_factory):
    outputs = {"SECRET_ARN": stack.secret_arn, "STATE_MACHINE_ARN": stack.state_machine_arn}
    return Shell(aws, tmp_path_factory.mktemp("readme"), **outputs)


@pytest.fixture(scope="module")
def runbook(aws, stack, tmp_path_factory):
    return Shell(aws, tmp_path_factory.mktemp("runbook"), code(RUNBOOK))


@pytest.fixture(scope="module")
def first(aws, vendor, readme):
    """The first run."""
    readme.run(command(QUICK_START, "put-secret-value"), replaced={"…": vendor.secret()["api_key"]})
    assert readme.json(command(QUICK_START, "check-connection"))["ok"]
    return ending(aws, readme.json(command(QUICK_START, "start-execution")))


@pytest.fixture(scope="module")
def quiet(runbook, first):
    """When grants were looked through too, which nobody has waited for here."""
    told = section("RUNBOOK.md", "ExpiryStoppedAlarm")
    assert runbook.json(command(told, "lambda invoke")) == {"due": 0, "sent": 0}
    return time.time()


@pytest.fixture(scope="module")
def refused(aws, readme, quiet):
    """A run with a wrong key."""
    readme.run(command(QUICK_START, "put-secret-value"), replaced={"…": "a-key-of-somebody-else"})
    return ending(aws, readme.json(command(QUICK_START, "start-execution")))


def test_the_latest_snapshot_is_found_by_the_readmes_queries(aws, stack, vendor, first):
    assert first["status"] == "SUCCEEDED"
    roles, _, runs = (line.partition(";")[0] for line in athena_of_readme())
    users = [user["role"] for user in vendor.truth("users") if user["active"]]
    assert set(athena.ask(aws, stack, roles)[1]) == {(role, str(users.count(role))) for role in users}
    assert [row[:2] for row in athena.ask(aws, stack, runs)[1]] == [(run_of(first), "full")]


def test_a_new_stack_rings_for_what_has_not_come_round_yet_and_then_for_nothing(aws, stack, first, quiet):
    before = first["startDate"].timestamp()
    assert ringing(aws, stack, before).keys() == {"SnapshotStaleAlarm", "ExpiryStoppedAlarm"}
    assert ringing(aws, stack, quiet) == {}


def test_a_wrong_key_rings_and_what_rings_leads_to_its_cause(aws, stack, runbook, refused):
    assert refused["status"] == "FAILED"
    found = ringing(aws, stack)
    assert found.keys() == {"CredentialsRefusedAlarm", "RunFailedAlarm"}
    show(aws, found)
    told = runbook.json(command(FIRST_LOOK, "describe-alarms"))
    assert sorted(told) == sorted(alarm["AlarmDescription"] for alarm in found.values())
    sections = dict(map(section_of, told))

    run_failed = sections["RunFailedAlarm"]
    [execution] = runbook.json(command(run_failed, "list-executions"))["executions"]
    why = runbook.json(command(run_failed, "describe-execution"), replaced={"ARN": execution["executionArn"]})
    assert "errors" in links(run_failed)
    assert "refuses the key" in row(section("RUNBOOK.md", "Errors"), why["error"])

    credentials = sections["CredentialsRefusedAlarm"]
    line = runbook.run(command(credentials, "logs tail"))
    assert '"error_type":"VendorUnauthorized"' in line
    assert run_of(refused) in line
    assert not runbook.json(command(credentials, "check-connection"))["ok"]
    assert {"errors", "rotate-the-key"} <= {*links(credentials)}


def test_another_key_is_all_that_it_takes(aws, stack, vendor, runbook, refused):
    functions = aws.client("lambda").list_functions()["Functions"]
    rotate = section("RUNBOOK.md", "Rotate the key")
    runbook.run(command(rotate, "put-secret-value"), replaced={"…": vendor.secret()["api_key"]})
    assert runbook.json(command(FIRST_LOOK, "check-connection"))["ok"]
    go_on = command(section("RUNBOOK.md", "RunFailedAlarm"), "start-execution", "run_id")
    run = ending(aws, runbook.json(go_on, replaced={"20261121T020000Z": run_of(refused)}))
    assert run["status"] == "SUCCEEDED"
    *_, runs = athena_of_readme()
    assert athena.ask(aws, stack, runs.partition(";")[0])[1][0][0] == run_of(refused)
    assert aws.client("lambda").list_functions()["Functions"] == functions
    assert ringing(aws, stack, time.time() + A_WHILE) == {}


def athena_of_readme():
    """The queries of its block that are for Athena."""
    _, asked = section("README.md", "Ask it").split("**Athena**")
    return code(asked.partition("**DuckDB**")[0], "sql").splitlines()


def section_of(description):
    """Where an alarm's description leads: the alarm and what is written about it."""
    alarm, document = re.search(r"See (\w+) in (\S+)\.$", description).groups()
    return alarm, section(document, alarm)


def show(aws, alarms):
    """Has the local AWS say of alarms that they ring."""
    for alarm in alarms.values():
        state = {"StateValue": "ALARM", "StateReason": "found by the test"}
        aws.client("cloudwatch").set_alarm_state(AlarmName=alarm["AlarmName"], **state)


def ending(aws, started):
    machine = aws.client("stepfunctions")
    which = {"executionArn": started["executionArn"]}
    return wait_for(lambda: ended(machine.describe_execution(**which)), RUN_SECONDS)
