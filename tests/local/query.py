"""DuckDB on the buckets of a local AWS."""

from importlib import metadata

import duckdb

from .server import REGION, ROOT


def connect(endpoint):
    """A connection that reads `s3://…` paths from this endpoint, as in `read_parquet('s3://bucket/*.parquet')`."""
    connection = duckdb.connect()
    # The S3 extension comes as a package: DuckDB would download it while it runs.
    connection.execute(f"load '{_extension()}'")
    connection.execute(
        f"""create secret (type s3, endpoint '{endpoint.removeprefix("http://")}', use_ssl false, url_style 'path',
        region '{REGION}', key_id '{ROOT["aws_access_key_id"]}', secret '{ROOT["aws_secret_access_key"]}')"""
    )
    return connection


def _extension():
    package = metadata.distribution("duckdb-ext-httpfs")
    [extension] = [file for file in package.files if file.name == "httpfs.duckdb_extension"]
    return package.locate_file(extension)
