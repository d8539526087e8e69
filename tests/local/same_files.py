"""DuckDB over the files that Athena would read: those of the registered runs, with the columns that Glue declares."""

import re

from . import query
from .catalogue import Catalogue

TYPES = {
    "string": "varchar",
    "boolean": "boolean",
    "double": "double",
    "int": "integer",
    "bigint": "bigint",
    "timestamp": "timestamptz",
}


def open_files(aws, stack):
    """A connection with the tables and views of the stack's Glue database."""
    catalogue, connection = Catalogue(aws, stack), query.connect(aws.endpoint)
    # Else Python would want a package of time zones to hold a timestamp.
    connection.execute("set TimeZone = 'UTC'")
    for table in catalogue.tables:
        connection.execute(f"create view {table} as {select(aws, catalogue, table)}")
        if catalogue.is_by_run(table):
            runs = list(catalogue.runs(table))
            connection.execute(f'create table "{table}$partitions" as select unnest({runs}::varchar[]) as run_id')
    for name, sql in catalogue.views.items():
        connection.execute(f"create view {name} as {sql}")
    return connection


def select(aws, catalogue, table):
    columns = {name: duckdb_type(hive) for name, hive in catalogue.columns(table).items()}
    places = catalogue.runs(table).values() if catalogue.is_by_run(table) else [catalogue.place(table)]
    files = [file for place in places for file in objects(aws, place)]
    by_run = {"run_id": "varchar"} if catalogue.is_by_run(table) else {}
    if not files:
        nothing = (f'null::{kind} as "{name}"' for name, kind in (columns | by_run).items())
        return f"select {', '.join(nothing)} limit 0"
    names = ", ".join(f'"{name}"' for name in columns | by_run)
    hive = "hive_partitioning = true, hive_types = {run_id: varchar}" if by_run else "hive_partitioning = false"
    if catalogue.is_parquet(table):
        return f"select {names} from read_parquet({files}, {hive})"
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    return f"select {names} from read_json({files}, columns = {{{types}}}, format = 'unstructured', {hive})"


def objects(aws, place):
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    pages = aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [f"s3://{bucket}/{item['Key']}" for page in pages for item in page.get("Contents", [])]


def duckdb_type(hive):
    """`map<string,struct<rows:bigint>>` as DuckDB writes it."""
    kind, _, inside = hive.partition("<")
    parts = split(inside.removesuffix(">"))
    if kind == "array":
        return f"{duckdb_type(parts[0])}[]"
    if kind == "map":
        return f"map({', '.join(map(duckdb_type, parts))})"
    if kind == "struct":
        members = (part.partition(":") for part in parts)
        return "struct(" + ", ".join(f'"{name}" {duckdb_type(member)}' for name, _, member in members) + ")"
    return TYPES[kind]


def split(text):
    """At the commas that are in no brackets."""
    parts, depth = [""], 0
    for sign in re.findall(r"[<>,]|[^<>,]+", text):
        depth += (sign == "<") - (sign == ">")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
