"""Goes on with the demo by hand: asks its snapshots (also when it has ended), invokes its functions, starts runs.

.tools/aws/bin/python tests/local/hand.py ask "select role, count(*) from users group by role"
.tools/aws/bin/python tests/local/hand.py invoke sync-users events/sync-users.json
.tools/aws/bin/python tests/local/hand.py run
"""

import json
import os
import sys
from pathlib import Path

import boto3
import duckdb
from botocore.exceptions import EndpointConnectionError
from dotenv import dotenv_values

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local import Stack, by_hand, execution, query
from local.failures import DemoError
from local.screen import Screen
from local.story import Story


class Demo:
    """The demo that runs now or ran last."""

    def __init__(self):
        if not by_hand.STACK.exists():
            raise DemoError("there was no demo here: make demo KEEP=1")
        notes = json.loads(by_hand.STACK.read_text())
        self.endpoint, self.stack = notes["endpoint"], Stack(**notes["stack"])
        os.environ |= dotenv_values(by_hand.ENVIRONMENT)

    def client(self, service):
        return boto3.client(service)


def ask(demo, screen, sql):
    story = snapshot(demo)
    screen.table(*story.ask(sql))


def snapshot(demo):
    """The one in force: in the bucket as long as there is one, else as it was copied."""
    latest = f"{demo.stack.connection}/latest.json"
    try:
        s3 = demo.client("s3")

        def read(key):
            return json.load(s3.get_object(Bucket=demo.stack.bucket, Key=key)["Body"])

        manifest = read(read(latest)["manifest"])
        return Story(query.connect(demo.endpoint), f"s3://{demo.stack.bucket}", manifest)
    except EndpointConnectionError:
        manifest = json.loads((by_hand.COPY / latest).read_text())["manifest"]
        return Story(duckdb.connect(), by_hand.COPY, json.loads((by_hand.COPY / manifest).read_text()))


def invoke(demo, screen, function, event=None):
    payload = Path(event).read_bytes() if event else b"{}"
    name = demo.stack.functions[function]
    answer = demo.client("lambda").invoke(FunctionName=name, Payload=payload)
    screen.line(json.dumps(json.load(answer["Payload"]), indent=2, ensure_ascii=False))


def run(demo, screen):
    ended, run_id = execution.follow(demo, demo.stack, execution.start(demo, demo.stack), screen)
    screen.line(f"  Run {run_id} {ended['status'].lower()}: {ended.get('output') or ended.get('cause')}")


COMMANDS = {"ask": ask, "invoke": invoke, "run": run}


def main(command=None, *arguments):
    if command not in COMMANDS:
        return __doc__
    try:
        COMMANDS[command](Demo(), Screen(), *arguments)
    except EndpointConnectionError:
        return "the demo does not run any more: make demo KEEP=1"
    except (DemoError, duckdb.Error) as error:
        return str(error)
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
