"""Starts a local AWS, deploys the stack, says so in one line of JSON, and stays up until Ctrl-C or end of input.

    .tools/aws/bin/python tests/local/stack.py --binaries target/release --secret '{"api_key": "KEY"}' \
        --parameters LitmosSource=example BaseUrl=http://127.0.0.1:8080/v1.svc

The line holds endpoint, region, credentials, bucket, secret, state machine and functions. With
--ready-json FILE it goes into that file (complete when it appears) as well.
"""

import argparse
import json
import os
import select
import signal
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local import LocalAws, deploy
from local.server import REGION, ROOT


def main():
    arguments = parse()
    # As an exception, so that the way out below is taken.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with LocalAws(log=arguments.log, port=arguments.port) as aws:
        ready = {
            "endpoint": aws.endpoint,
            "region": REGION,
            "access_key_id": ROOT["aws_access_key_id"],
            "secret_access_key": ROOT["aws_secret_access_key"],
            "log": str(aws.log),
            "pid": aws.process.pid,
        }
        if arguments.binaries:
            ready |= asdict(deploy(aws, arguments.binaries, arguments.parameters, arguments.name, arguments.secret))
        announce(ready, arguments.ready_json)
        wait(aws.process)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--binaries", type=Path, help="directory of the built functions; without it nothing is deployed"
    )
    parser.add_argument("--parameters", nargs="*", default=[], metavar="KEY=VALUE", help="parameters of the template")
    parser.add_argument("--secret", type=json.loads, metavar="JSON", help="for the one that the stack creates")
    parser.add_argument("--name", default="rollcall", help="name of the stack")
    parser.add_argument("--ready-json", type=Path, metavar="FILE")
    parser.add_argument("--log", type=Path, help="where the local AWS and the functions write")
    parser.add_argument("--port", type=int, help="instead of a free one")
    arguments = parser.parse_args()
    arguments.parameters = dict(pair.split("=", 1) for pair in arguments.parameters)
    return arguments


def announce(ready, file):
    line = json.dumps(ready)
    if file:
        unfinished = file.with_name(file.name + ".part")
        unfinished.write_text(line + "\n")
        unfinished.replace(file)
    print(line, flush=True)


def wait(process):
    """Until input ends (whoever started us is gone), somebody interrupts, or the local AWS ends by itself."""
    try:
        while process.poll() is None:
            readable, _, _ = select.select([sys.stdin], [], [], 1)
            if readable and not os.read(sys.stdin.fileno(), 4096):
                return
        sys.exit("the local AWS ended unexpectedly")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
