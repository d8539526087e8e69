"""A Lambda function that does as it is told, deployed in place of the real ones to try the stack around them.

It runs with the role, the environment and the Runtime API of the function whose place it takes.
`STAND_IN` names a directory where `{binary}.json` holds the answers to come, one a call; an answer
{"error": TYPE} fails with that type. An event {"calls": [[service, operation, arguments], ...]} is carried out
instead; for each call the answer has "ok" or the code of its error. `{binary}.log` gets each event and the
environment.
"""

import json
import os
import urllib.request
from functools import cache
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

DIRECTORY = Path(os.environ["STAND_IN"])
RUNTIME = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"


class Failure(Exception):
    """An error of the function, by its type."""


def serve(binary):
    while True:
        with urllib.request.urlopen(f"{RUNTIME}/next") as request:
            request_id, event = request.headers["Lambda-Runtime-Aws-Request-Id"], json.load(request)
        note(binary, event)
        try:
            outcome, answer = "response", answer_to(event, binary)
        except Failure as failure:
            outcome, answer = "error", {"errorType": str(failure), "errorMessage": "as told"}
        post = urllib.request.Request(f"{RUNTIME}/{request_id}/{outcome}", json.dumps(answer).encode(), method="POST")
        urllib.request.urlopen(post).close()


def answer_to(event, binary):
    return [call(*request) for request in event["calls"]] if "calls" in event else next_answer(binary)


def note(binary, event):
    settings = {name: value for name, value in os.environ.items() if name.startswith("ROLLCALL_")}
    with (DIRECTORY / f"{binary}.log").open("a") as log:
        log.write(json.dumps({"event": event, "environment": settings}) + "\n")


def next_answer(binary):
    script = DIRECTORY / f"{binary}.json"
    answer, *rest = json.loads(script.read_text())
    script.write_text(json.dumps(rest))
    if "error" in answer:
        raise Failure(answer["error"])
    return answer


def call(service, operation, arguments):
    try:
        getattr(client(service), operation)(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "ok"


@cache
def client(service):
    """Made once: to make one takes longer than a call."""
    return boto3.client(service)
