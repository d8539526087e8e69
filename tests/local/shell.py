"""A terminal in front of the local AWS, in which commands of the documents are carried out as they are written."""

import json
import os
import subprocess
import sys
from pathlib import Path

from .server import REGION, ROOT

COMMAND = Path(__file__).with_name("aws_command.py")
SECONDS = 120


class Shell:
    """`beginning` is run before each command; `directory` is for its `aws`; variables are those of the environment."""

    def __init__(self, aws, directory, beginning="", **variables):
        program = directory / "aws"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {COMMAND} "$@"\n')
        program.chmod(0o755)
        self.beginning = beginning
        self.environment = variables | {
            "PATH": f"{directory}:{os.environ.get('PATH', os.defpath)}",
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ROOT["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": ROOT["aws_secret_access_key"],
        }

    def run(self, command, replaced=None):
        """What the command prints. `replaced` has what a reader puts in the place of `ARN`, of an example's id."""
        for example, meant in (replaced or {}).items():
            assert command.count(example) == 1, f"{example} is not in: {command}"
            command = command.replace(example, meant)
        script = f"{self.beginning}\n{command}"
        arguments = {"env": self.environment, "capture_output": True, "text": True, "timeout": SECONDS}
        ended = subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", script], **arguments)
        assert ended.returncode == 0, f"{command}\n{ended.stderr}"
        return ended.stdout

    def json(self, command, replaced=None):
        """The first JSON document that it prints."""
        return json.JSONDecoder().raw_decode(self.run(command, replaced))[0]
