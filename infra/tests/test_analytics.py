"""What Athena can ask: tables, views, saved queries and the limit of what they may read."""

import base64
import json
import re
from pathlib import Path

import pytest

import expand
from resolved import Resolved

ROOT = Path(expand.__file__).parents[1]
TYPES = {"Text": "string", "Bool": "boolean", "Double": "double", "Timestamp": "timestamp"}
# How a column is declared in Rust, in short or in full.
SHORT = {"id": "Text", "text": "Text", "flag": "Bool", "instant": "Timestamp"}
COLUMN = re.compile(r'\b(id|text|flag|instant)\("(\w+)"|Column \{ name: "(\w+)", column_type: ColumnType::(\w+)')
TRINO = {
    "string": "varchar",
    "boolean": "boolean",
    "double": "double",
    "timestamp": "timestamp(3)",
    "array<string>": "array(varchar)",
}
PARQUET = ["users", "teams", "team_members", "courses", "enrolments", "changes"]
BY_RUN = [*PARQUET, "manifests"]
RUN_ID = [{"Name": "run_id", "Type": "string"}]
ANALYTICS = ("AWS::Glue::", "AWS::Athena::")


def declared():
    """The columns of each table of a snapshot as Rust declares them."""
    tables = (ROOT / "shared/roster/src/table.rs").read_text()
    changes = (ROOT / "shared/snapshot/src/changes.rs").read_text()
    lists = dict(re.findall(r"const (\w+): &\[Column\] =\s*&\[(.*?)\];", tables, re.S))
    lists["CHANGES"] = re.search(r"const COLUMNS: &\[Column\] = &\[(.*?)\];", changes, re.S)[1]
    return {name.lower(): columns(text) for name, text in lists.items()}


def columns(text):
    found = COLUMN.findall(text)
    return [(short_name or name, TYPES[SHORT.get(short, kind)]) for short, short_name, name, kind in found]


def tables(stack, kind="EXTERNAL_TABLE"):
    inputs = [properties["TableInput"] for properties in stack.of_type("AWS::Glue::Table").values()]
    return {table["Name"]: table for table in inputs if table["TableType"] == kind}


def listed(table):
    return [(column["Name"], column["Type"]) for column in table["StorageDescriptor"]["Columns"]]


def view(table):
    """What Athena reads in a view's text."""
    [encoded] = re.findall(r"^/\* Presto View: (\S+) \*/$", table["ViewOriginalText"])
    return json.loads(base64.b64decode(encoded))


def test_every_table_of_a_snapshot_has_the_columns_that_rust_declares(stack):
    assert {name: listed(table) for name, table in tables(stack).items() if name in PARQUET} == declared()


def test_a_table_is_where_its_objects_are(stack):
    places = {name: table["StorageDescriptor"]["Location"] for name, table in tables(stack).items()}
    assert places == {name: f"s3://<Bucket>/litmos/snapshots/{name}/" for name in PARQUET} | {
        "manifests": "s3://<Bucket>/litmos/manifests/",
        # Only outcomes: beside them in a request's own folder is whatever its sender wrote.
        "outcomes": "s3://<Bucket>/litmos/ledger/outcomes/",
        "holds": "s3://<Bucket>/litmos/ledger/holds/",
    }


def test_what_belongs_to_a_run_is_found_only_if_the_run_is_registered(stack):
    keys = {name: table["PartitionKeys"] for name, table in tables(stack).items()}
    assert keys == dict.fromkeys(BY_RUN, RUN_ID) | {"outcomes": [], "holds": []}
    # A projected partition would need no registration, and a crawler would register whatever lies there.
    assert not [name for name, table in tables(stack).items() if "projection.enabled" in table["Parameters"]]
    assert not stack.of_type("AWS::Glue::Crawler")


def test_a_table_is_read_as_its_objects_are_written(stack):
    formats = {
        name: table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].rpartition(".")[2]
        for name, table in tables(stack).items()
    }
    documents = ["manifests", "outcomes", "holds"]
    assert formats == dict.fromkeys(PARQUET, "ParquetHiveSerDe") | dict.fromkeys(documents, "IonHiveSerDe")


@pytest.mark.parametrize("name", PARQUET)
def test_a_view_leads_to_the_latest_published_run(stack, name):
    latest = tables(stack, "VIRTUAL_VIEW")[f"latest_{name}"]
    sql = f'select * from {name} where run_id = (select max(run_id) from "manifests$partitions")'
    assert view(latest)["originalSql"] == sql
    assert listed(latest) == [*listed(tables(stack)[name]), ("run_id", "string")]


def test_a_view_says_the_same_of_its_columns_to_glue_and_to_athena(stack):
    views = tables(stack, "VIRTUAL_VIEW")
    assert views.keys() == {f"latest_{name}" for name in PARQUET} | {"published_runs"}
    for table in views.values():
        told = view(table)
        assert [(c["name"], c["type"]) for c in told["columns"]] == [(n, TRINO[t]) for n, t in listed(table)]
        assert (told["catalog"], told["schema"]) == ("awsdatacatalog", "<Database>")
        assert table["Parameters"]["presto_view"] == "true"


def test_a_query_reads_no_more_than_it_may_and_its_result_does_not_stay(stack):
    [group] = Resolved(AthenaScanLimitMegabytes="500").of_type("AWS::Athena::WorkGroup").values()
    configuration = group["WorkGroupConfiguration"]
    assert configuration["BytesScannedCutoffPerQuery"] == "500000000"
    # Else whoever asks could name another limit and another place.
    assert configuration["EnforceWorkGroupConfiguration"] is True
    result = configuration["ResultConfiguration"]
    assert result["OutputLocation"] == "s3://<Bucket>/litmos/query-results/"
    rules = stack.properties("Bucket")["LifecycleConfiguration"]["Rules"]
    assert [r["ExpirationInDays"] for r in rules if r.get("Prefix") == "litmos/query-results/"] == [7]


def test_saved_queries_are_about_tables_that_there_are(stack):
    known = tables(stack).keys() | tables(stack, "VIRTUAL_VIEW").keys()
    queries = stack.of_type("AWS::Athena::NamedQuery")
    assert len({query["Name"] for query in queries.values()}) == len(queries) == 7
    for query in queries.values():
        assert set(re.findall(r"(?:from|join) (\w+)", query["QueryString"])) <= known
        assert (query["Database"], query["WorkGroup"]) == ("<Database>", "<WorkGroup>")
        asks = "asks for" in query["Description"]
        assert query["QueryString"].count("?") == int(asks), query["Name"]


@pytest.mark.parametrize(
    ("parameters", "name"), [({}, "rollcall"), ({"GlueDatabase": "learning_access"}, "learning_access")]
)
def test_the_database_is_named_after_the_stack_or_as_one_likes(parameters, name):
    stack = Resolved(**parameters)
    assert stack.properties("Database")["DatabaseInput"]["Name"] == name
    assert (stack.outputs["GlueDatabase"], stack.outputs["AthenaWorkGroup"]) == ("<Database>", "<WorkGroup>")


def test_there_is_nothing_of_it_where_nobody_wants_it(stack):
    without = Resolved(Analytics="disabled")
    gone = stack.resources.keys() - without.resources.keys()
    assert gone == {name for name, r in stack.resources.items() if r["Type"].startswith(ANALYTICS)}
    assert stack.outputs.keys() - without.outputs.keys() == {"GlueDatabase", "AthenaWorkGroup"}
