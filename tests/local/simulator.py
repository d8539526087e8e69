"""The simulated Litmos as a process, and its controls."""

import json
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager

from .failures import DemoError
from .processes import running

# The vendor allows 100 requests a minute for a whole site, and a sync takes 60 of them. Here both are ten times
# as fast, so that a run of some 240 requests takes half a minute instead of four.
LIMIT, WINDOW_SECONDS = 100, 6
SYNC_SHARE, CHECK_SHARE = 600, 300

SIZE = {"users": 2000, "teams": 60, "courses": 150, "leaders-percent": 10, "latency-ms": 20}


class Simulator:
    """A running one."""

    def __init__(self, ready):
        self.base_url, self.api_key, self.source = ready["base_url"], ready["api_key"], ready["source"]

    def stats(self):
        """Its own count of the requests since it began or since they were forgotten."""
        return self._call("GET", f"stats?window_ms={WINDOW_SECONDS * 1000}")

    def forget_requests(self):
        self._call("POST", "reset-log")

    def change(self, kind, **what):
        self._call("POST", "world", {"change": kind, **what})

    def _call(self, method, path, body=None):
        url = self.base_url.removesuffix("/v1.svc") + f"/_simulator/{path}"
        data = json.dumps(body).encode() if body is not None else None
        with urllib.request.urlopen(urllib.request.Request(url, data, method=method), timeout=10) as answer:
            return json.load(answer)


@contextmanager
def simulated_litmos(executable, log):
    """Starts one; it ends with the block, or when our end of its input closes."""
    flags = [f"--{name}={value}" for name, value in SIZE.items()]
    flags += [f"--rate-limit={LIMIT}", f"--rate-window-ms={WINDOW_SECONDS * 1000}", "--rate-sliding"]
    command = [executable, *flags, "--source=example", "--exit-with-stdin"]
    with (
        log.open("wb") as errors,
        running(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        line = process.stdout.readline()
        if not line:
            raise DemoError("the simulated Litmos does not start", log)
        yield Simulator(json.loads(line))
