"""Published runs as Athena sees them: registered in Glue, asked by the saved queries, and the same with DuckDB."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from local import athena, deploy, queues, same_files
from local.catalogue import Catalogue
from local.conftest import account_of, all_built
from local.execution import run_of
from local.litmos import Litmos
from local.story import TABLES
from local.trying import ended, grant, outcome_of, wait_for

RUN_SECONDS = 120
BY_RUN = sorted([*TABLES, "changes", "manifests"])
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z")


class SmallLitmos(Litmos):
    kind = replace(Litmos.kind, size=Litmos.kind.size | {"users": 400, "teams": 15, "courses": 30})


@pytest.fixture(scope="module")
def vendor(tmp_path_factory):
    """An account of its own: one of its teams will be gone."""
    with account_of(SmallLitmos, tmp_path_factory) as litmos:
        yield litmos


@pytest.fixture(scope="module")
def reviewed(aws, vendor):
    parameters = vendor.account() | {
        "Connection": "reviewed",
        "BaseUrl": vendor.base_url,
        "RequestsPerMinute": vendor.kind.sync_share,
        "ProvisionRequestsPerMinute": vendor.kind.provision_share,
        "Provisioning": "on",
        # So that the world need not change much for a run to be quarantined.
        "MaxShrinkPercent": 0,
    }
    return deploy(aws, all_built(), parameters, name="who-has-access", secret=vendor.secret())


@pytest.fixture(scope="module")
def first(aws, reviewed):
    """The id of a published run."""
    return published(run(aws, reviewed))


@pytest.fixture(scope="module")
def granted(aws, reviewed, vendor, first):
    """A grant to somebody who was in no team, and the id of the run after it."""
    members = {row["user_id"] for row in vendor.truth("team_members")}
    user = next(u for u in vendor.truth("users") if u["active"] and u["user_id"] not in members)
    team = vendor.truth("teams")[0]
    request = grant("req-1", user, team["team_id"], expires_at="2099-01-01T00:00:00Z", ticket="IAM-311")
    queues.send(aws, reviewed, request | {"requested_by": "lee@example.org"})
    assert outcome_of(aws, reviewed, request_id="req-1")["status"] == "succeeded"
    # No ticket is a number: the request is rejected, and must not keep the others from being read.
    queues.send(aws, reviewed, grant("req-2", user, team["team_id"], ticket=311))
    assert outcome_of(aws, reviewed, request_id="req-2")["code"] == "invalid_request"
    return user, team, published(run(aws, reviewed))


def test_what_is_published_is_registered_in_every_table(aws, reviewed, first):
    assert reviewed.database == "who_has_access"
    catalogue = Catalogue(aws, reviewed)
    assert sorted(filter(catalogue.is_by_run, catalogue.tables)) == BY_RUN
    for table in BY_RUN:
        assert catalogue.runs(table) == {first: f"{catalogue.place(table)}run_id={first}/"}
        assert same_files.objects(aws, catalogue.runs(table)[first])


def test_a_run_that_is_published_once_more_is_registered_once(aws, reviewed, first):
    invoked = aws.client("lambda").invoke(
        FunctionName=reviewed.functions["publish-snapshot"], Payload=json.dumps({"run_id": first})
    )
    assert json.load(invoked["Payload"])["verdict"] == "published"
    catalogue = Catalogue(aws, reviewed)
    assert [list(catalogue.runs(table)) for table in BY_RUN] == [[first]] * len(BY_RUN)


def test_the_columns_are_those_of_the_files(aws, reviewed, first):
    catalogue, files = Catalogue(aws, reviewed), same_files.open_files(aws, reviewed)
    for table in [*TABLES, "changes"]:
        parts = same_files.objects(aws, catalogue.runs(table)[first])
        described = files.execute(f"describe select * from read_parquet({parts}, hive_partitioning = false)").fetchall()
        kinds = {"timestamp with time zone": "timestamptz"}
        found = {name: kinds.get(kind.lower(), kind.lower()) for name, kind, *_ in described}
        declared = {name: same_files.duckdb_type(hive) for name, hive in catalogue.columns(table).items()}
        assert found == declared, table


def test_the_latest_run_is_found_without_its_id(aws, reviewed, vendor, granted):
    _, _, latest = granted
    for table in TABLES:
        sql = f"select run_id, count(*) as rows_there from latest_{table} group by run_id"
        assert both(aws, reviewed, sql) == [(latest, str(len(vendor.truth(table))))]
    runs = both(aws, reviewed, "select run_id, mode, verdict, base_run_id from published_runs order by run_id")
    assert [row[:3] for row in runs[-1:]] == [(latest, "full", "published")]
    assert runs[-1][3] == runs[-2][0]


def test_administrators_are_found(aws, reviewed, vendor, granted):
    rows = both(aws, reviewed, athena.saved(aws, reviewed)["administrators"])
    truth = [u for u in vendor.truth("users") if u["role"] in ("Administrator", "Account_Owner")]
    assert {(row[0], row[1]) for row in rows} == {(user["role"], user["user_name"]) for user in truth}
    assert rows


def test_who_is_in_a_team_and_how_is_found_by_its_name(aws, reviewed, vendor, granted):
    user, team, latest = granted
    rows = both(aws, reviewed, athena.saved(aws, reviewed)["team-access"], team["name"])
    rows = [row for row in rows if row[0] == team["team_id"]]
    assert rows == both(aws, reviewed, athena.saved(aws, reviewed)["team-access"], team["team_id"])
    members = [row for row in vendor.truth("team_members") if row["team_id"] == team["team_id"]]
    assert len(rows) == len(members) > 0
    [row] = [row for row in rows if row[1] == user["user_name"]]
    entitlement = f"team:{team['team_id']}:member"
    assert row[5:10] == ("rollcall", entitlement, latest, "lee@example.org", "IAM-311")
    assert {row[5] for row in rows if row[1] != user["user_name"]} <= {"outside"}


def test_who_has_a_course_is_found_by_its_name(aws, reviewed, vendor, granted):
    enrolments = vendor.truth("enrolments")
    course = next(c for c in vendor.truth("courses") if c["course_id"] == enrolments[0]["course_id"])
    rows = both(aws, reviewed, athena.saved(aws, reviewed)["course-access"], course["name"])
    rows = [row for row in rows if row[0] == course["course_id"]]
    assert len(rows) == len([row for row in enrolments if row["course_id"] == course["course_id"]]) > 0
    assert {row[4] for row in rows} <= {"not told", "direct", "team", "learning_path"}


def test_dormant_roles_and_overdue_enrolments_are_found(aws, reviewed, vendor, granted):
    now, users = datetime.now(UTC), {user["user_id"]: user for user in vendor.truth("users")}
    rows = both(aws, reviewed, athena.saved(aws, reviewed)["overdue-enrolments"])
    overdue = [
        row
        for row in vendor.truth("enrolments")
        if row["due_at"] and row["status"] != "completed" and datetime.fromisoformat(row["due_at"]) < now
    ]
    assert len(rows) == len([row for row in overdue if users.get(row["user_id"], {}).get("active")]) > 0
    rows = both(aws, reviewed, athena.saved(aws, reviewed)["dormant-roles"])
    leading = {r["user_id"] for r in vendor.truth("team_members") if r["is_leader"] or r["is_admin"]}
    dormant = {
        user["user_name"]
        for user in users.values()
        if user["active"]
        and (user["role"] != "Learner" or user["user_id"] in leading)
        and (now - datetime.fromisoformat(user["last_login_at"] or user["created_at"])).days >= 90
    }
    assert {row[0] for row in rows} == dormant != set()
    assert {row[3] for row in rows} <= {"long ago", "never"}


def test_what_changed_since_a_day_is_found(aws, reviewed, granted):
    user, team, latest = granted
    query = athena.saved(aws, reviewed)["changes-since"]
    today = f"{latest[:4]}-{latest[4:6]}-{latest[6:8]}"
    [row] = [r for r in both(aws, reviewed, query, today) if r[1:3] == ("team_members", "added")]
    assert (row[0], json.loads(row[3])) == (latest, [team["team_id"], user["user_id"]])
    assert both(aws, reviewed, query, "2099-01-01") == []


def test_open_grants_and_outcomes_are_found(aws, reviewed, granted):
    user, team, _ = granted
    [row] = both(aws, reviewed, athena.saved(aws, reviewed)["open-grants"])
    assert (row[0], row[2], row[4:8]) == (
        user["user_name"],
        team["name"],
        ("req-1", "lee@example.org", "a test", "IAM-311"),
    )
    rows = both(aws, reviewed, "select request_id, status, code, ticket from outcomes order by request_id")
    assert rows == [("req-1", "succeeded", None, "IAM-311"), ("req-2", "rejected", "invalid_request", None)]
    detail = "select effects[1].action, effects[1].detail.user_id from outcomes where request_id = 'req-1'"
    assert both(aws, reviewed, detail) == [("add_team_member", user["user_id"])]


def test_a_quarantined_run_is_in_no_table_until_it_is_accepted(aws, reviewed, vendor, granted):
    *_, latest = granted
    team = vendor.truth("teams")[-1]
    vendor.change("delete_team", id=team["team_id"])
    execution = run(aws, reviewed)
    assert (execution["status"], execution["error"]) == ("FAILED", "SnapshotQuarantined")
    run_id = run_of(execution)
    teams = f"select count(*) from teams where run_id = '{run_id}'"
    assert both(aws, reviewed, teams) == [("0",)]
    assert both(aws, reviewed, "select distinct run_id from latest_teams") == [(latest,)]
    accept = {"run_id": run_id, "accept": {"by": "lee@example.org", "reason": "it was dissolved"}}
    invoked = aws.client("lambda").invoke(
        FunctionName=reviewed.functions["publish-snapshot"], Payload=json.dumps(accept)
    )
    assert json.load(invoked["Payload"])["verdict"] == "published"
    assert both(aws, reviewed, teams) == [(str(len(vendor.truth("teams"))),)]
    assert both(aws, reviewed, "select distinct run_id from latest_teams") == [(run_id,)]


def both(aws, stack, sql, *values):
    """The rows that Athena and DuckDB both answer, every cell as text."""
    columns, rows = athena.ask(aws, stack, sql, *values)
    answer = same_files.open_files(aws, stack).execute(sql, values)
    assert columns == [column[0] for column in answer.description]
    same = [tuple(text(cell) for cell in row) for row in answer.fetchall()]
    assert [tuple(text(cell) for cell in row) for row in rows] == same
    return same


def text(cell):
    if isinstance(cell, bool):
        return str(cell).lower()
    # The local Athena takes a document's texts for instants where they look like some.
    return cell if cell is None else INSTANT.sub(r"\1 \2", str(cell))


def run(aws, stack):
    machine = aws.client("stepfunctions")
    which = {"executionArn": machine.start_execution(stateMachineArn=stack.state_machine_arn)["executionArn"]}
    return wait_for(lambda: ended(machine.describe_execution(**which)), RUN_SECONDS)


def published(execution):
    """The run's id."""
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    return run_of(execution)
