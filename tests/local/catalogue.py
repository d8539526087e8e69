"""The stack's Glue database: tables, the runs that are registered in them, views."""

import base64
import json
import re

VIEW = re.compile(r"/\* Presto View: (\S+) \*/")


class Catalogue:
    """As it is now. `tables` are Glue's, by name; `views` are the SQL of each."""

    def __init__(self, aws, stack):
        self.glue, self.database = aws.client("glue"), stack.database
        found = self.glue.get_tables(DatabaseName=self.database)["TableList"]
        self.tables = {table["Name"]: table for table in found if table["TableType"] == "EXTERNAL_TABLE"}
        self.views = {table["Name"]: view(table) for table in found if table["TableType"] == "VIRTUAL_VIEW"}

    def is_by_run(self, table):
        return bool(self.tables[table].get("PartitionKeys"))

    def runs(self, table):
        """The folder of each run that is registered in a table, by the run's id."""
        found = self.glue.get_partitions(DatabaseName=self.database, TableName=table)["Partitions"]
        return {partition["Values"][0]: partition["StorageDescriptor"]["Location"] for partition in found}

    def columns(self, table):
        """Names and Hive types."""
        return {column["Name"]: column["Type"] for column in self.tables[table]["StorageDescriptor"]["Columns"]}

    def place(self, table):
        return self.tables[table]["StorageDescriptor"]["Location"]

    def is_parquet(self, table):
        return self.tables[table]["Parameters"]["classification"] == "parquet"


def view(table):
    return json.loads(base64.b64decode(VIEW.fullmatch(table["ViewOriginalText"])[1]))["originalSql"]
