"""Starts and stops a MiniStack: on the loopback interface only, with IAM enforced, leaving nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config

REGION = "us-east-1"
ACCOUNT = "000000000000"
# MiniStack takes these for the account's root; every other key is held to its policies.
ROOT = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}

START_SECONDS = 30
STOP_SECONDS = 10


class LocalAws:
    """One MiniStack process. `log` is where it and the functions write; `environment` reaches the functions too."""

    def __init__(self, log=None, environment=None, port=None):
        self.directory = Path(tempfile.mkdtemp(prefix="rollcall-aws-"))
        self.log = Path(log) if log else self.directory / "ministack.log"
        self.port = port or free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.environment = environment or {}
        self.process = None

    def start(self):
        scratch = self.directory / "tmp"
        scratch.mkdir(exist_ok=True)
        # Nothing is inherited but the search path: the functions get this environment as well, and a
        # credential or an endpoint of the caller's must not reach them.
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.directory),
            "TMPDIR": str(scratch),
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ROOT["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": ROOT["aws_secret_access_key"],
            # Without it the functions would call the real AWS.
            "AWS_ENDPOINT_URL": self.endpoint,
            "STATE_DIR": str(self.directory / "state"),
            "S3_DATA_DIR": str(self.directory / "s3"),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            # MiniStack looks for containers to clear away; there is no engine to ask.
            "DOCKER_HOST": f"unix://{self.directory}/no-docker.sock",
            "RUST_BACKTRACE": "0",
            **self.environment,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                env=environment,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own, so that stopping takes the functions along and a terminal's
                # Ctrl-C reaches only us.
                start_new_session=True,
            )
        try:
            self._wait_until_healthy()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        """Ends MiniStack and every function it runs, and removes its state."""
        if self.process:
            for sign in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(self.process.pid, sign)
                except ProcessLookupError:
                    break
                try:
                    self.process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
            self.process = None
        shutil.rmtree(self.directory, ignore_errors=True)

    def client(self, service, **credentials):
        """A boto3 client of this AWS, as root unless credentials are given."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            config=Config(retries={"max_attempts": 1}, read_timeout=960, s3={"addressing_style": "path"}),
            **(credentials or ROOT),
        )

    def _wait_until_healthy(self):
        end = time.monotonic() + START_SECONDS
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"MiniStack ended at once with {self.process.returncode}:\n{self._tail()}")
            try:
                with urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=2):
                    return
            except (OSError, urllib.error.URLError):
                if time.monotonic() > end:
                    raise RuntimeError(f"MiniStack is not up after {START_SECONDS} s:\n{self._tail()}") from None
                time.sleep(0.05)

    def _tail(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
