"""Asks the stack's work group in the local Athena.

That one reads whatever lies below a table, whichever partitions are registered, and knows neither views nor
parameters. So each of these is put into the query before it is asked: as Athena would have it, from the same
catalogue.
"""

import re
import time

from .catalogue import Catalogue
from .failures import DemoError

POLL_SECONDS = 0.05
STATES = ("QUEUED", "RUNNING")
REFERENCE = re.compile(r'\b(?:from|join)\s+"?([\w$]++)"?+(?!\.)', re.IGNORECASE)


def saved(aws, stack):
    """The text of each saved query of the work group, by its name."""
    athena = aws.client("athena")
    ids = athena.list_named_queries(WorkGroup=stack.work_group)["NamedQueryIds"]
    queries = athena.batch_get_named_query(NamedQueryIds=ids)["NamedQueries"]
    return {query["Name"]: query["QueryString"] for query in queries}


def ask(aws, stack, sql, *values):
    """Columns and rows; every cell is text, as in Athena's answer."""
    athena = aws.client("athena")
    for value in values:
        sql = sql.replace("?", "'" + value.replace("'", "''") + "'", 1)
    begun = athena.start_query_execution(
        QueryString=whole(sql, Catalogue(aws, stack)),
        QueryExecutionContext={"Database": stack.database},
        WorkGroup=stack.work_group,
    )
    which = {"QueryExecutionId": begun["QueryExecutionId"]}
    while (status := athena.get_query_execution(**which)["QueryExecution"]["Status"])["State"] in STATES:
        time.sleep(POLL_SECONDS)
    if status["State"] != "SUCCEEDED":
        raise DemoError(f"Athena: {status['StateChangeReason']}", aws.log)
    pages = athena.get_paginator("get_query_results").paginate(**which)
    columns, *rows = [
        [cell.get("VarCharValue") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]
    ]
    return columns, [tuple(row) for row in rows]


def whole(sql, catalogue):
    """The query with what it refers to in front of it."""
    parts = definitions(catalogue)
    needed = []
    add_needed(sql, parts, needed)
    return "with " + ", ".join(f'"{name}" as ({parts[name]})' for name in needed) + f"\n{sql}" if needed else sql


def definitions(catalogue):
    """Registered partitions and views as queries, by the names that queries have for them."""
    found = dict(catalogue.views)
    for table in filter(catalogue.is_by_run, catalogue.tables):
        runs = "', '".join(catalogue.runs(table))
        found[f"{table}$partitions"] = f"select unnest(['{runs}']) as run_id" if runs else "select '' as run_id limit 0"
        found[table] = f"select * from {catalogue.database}.{table} where run_id in ('{runs}')"
    return found


def add_needed(sql, parts, needed):
    """What a query refers to, each after what it refers to itself."""
    for name in REFERENCE.findall(sql):
        if name in parts and name not in needed:
            add_needed(parts[name], parts, needed)
            needed.append(name)
