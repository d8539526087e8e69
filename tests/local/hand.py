"""Goes on with the demo by hand: asks its snapshots (also when it has ended), invokes its functions, starts runs,
sends requests and takes their outcomes.

.tools/aws/bin/python tests/local/hand.py ask "select role, count(*) from users group by role"
.tools/aws/bin/python tests/local/hand.py query team-access "Women's network 19"
.tools/aws/bin/python tests/local/hand.py invoke sync-users events/sync-users.json
.tools/aws/bin/python tests/local/hand.py run
.tools/aws/bin/python tests/local/hand.py send '{"request_id": "by-hand-1", ...}'
.tools/aws/bin/python tests/local/hand.py outcomes
"""

import json
import os
import sys
import uuid
from pathlib import Path

import boto3
import duckdb
from botocore.exceptions import EndpointConnectionError
from dotenv import dotenv_values

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local import Stack, by_hand, execution, query, queues, reviewing
from local.deployment import queries_of_template
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
        self.log = by_hand.DIRECTORY / "aws.log"
        os.environ |= dotenv_values(by_hand.ENVIRONMENT)

    def client(self, service):
        return boto3.client(service)


def ask(demo, screen, sql):
    story = snapshot(demo)
    screen.table(*story.ask(sql))


def query_saved(demo, screen, name=None, *values):
    if name not in queries_of_template():
        raise DemoError("the saved queries are " + ", ".join(queries_of_template()))
    reviewing.tell_answer(screen, demo, demo.stack, name, *values)


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


def send(demo, screen, request):
    # Each message its own: whoever sends a request twice means it.
    screen.line(f"  message {queues.send(demo, demo.stack, request, str(uuid.uuid4()))}")


def outcomes(demo, screen):
    found = list(queues.take_outcomes(demo, demo.stack, wait_seconds=20))
    for outcome in found:
        screen.json(outcome)
    if not found:
        screen.line("  none for 20 s")


COMMANDS = {"ask": ask, "query": query_saved, "invoke": invoke, "run": run, "send": send, "outcomes": outcomes}


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
