"""Prints the rows of local Parquet files, in order, as JSON lines."""

import json
import sys

import duckdb

database = duckdb.connect()
parts = database.from_parquet(
    sys.argv[1:], file_row_number=False, hive_partitioning=False, union_by_name=False
)


def column(name, kind):
    quoted = '"' + name.replace('"', '""') + '"'
    if not str(kind).startswith("TIMESTAMP"):
        return quoted
    # By way of the number: no time zone of this machine, and none of DuckDB's, has a say in it.
    moment = f"strftime(make_timestamp(epoch_us({quoted})), '%Y-%m-%dT%H:%M:%S.%fZ')"
    return f"regexp_replace({moment}, '\\.?0+Z$', 'Z') AS {quoted}"


columns = ", ".join(map(column, parts.columns, parts.types))
rows = parts.query("parts", f"SELECT {columns} FROM parts")
while chunk := rows.fetchmany(10_000):
    for row in chunk:
        print(json.dumps(dict(zip(parts.columns, row))))
