"""The simulated Litmos as a process, and its controls."""

import json
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager

from .failures import DemoError
from .processes import running

# The vendor allows 100 requests a minute for a whole site; a sync takes 60 of them, provisioning 30. Here all is ten
# times as fast, so that a run of some 240 requests takes half a minute instead of four.
LIMIT, WINDOW_SECONDS = 100, 6
SYNC_SHARE, PROVISION_SHARE, CHECK_SHARE = 600, 300, 90

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

    def truth(self, table):
        """The rows that a perfect copy of the table has now."""
        return self._lines(f"truth/{table}")

    def is_member(self, team_id, user_id):
        """Whether somebody is a member of a team now."""
        return any((row["team_id"], row["user_id"]) == (team_id, user_id) for row in self.truth("team_members"))

    def writes(self):
        """What it was asked to change since it began or since requests were forgotten."""
        return self._lines("writes")

    def fail(self, **rule):
        """From now on something goes wrong: {"fault": "unavailable", "method": "POST"} and the like."""
        self._call("POST", "faults", rule)

    def heal(self):
        self._call("DELETE", "faults")

    def _call(self, method, path, body=None):
        with self._open(method, path, body) as answer:
            return json.load(answer)

    def _lines(self, path):
        with self._open("GET", path) as answer:
            return [json.loads(line) for line in answer]

    def _open(self, method, path, body=None):
        url = self.base_url.removesuffix("/v1.svc") + f"/_simulator/{path}"
        data = json.dumps(body).encode() if body is not None else None
        return urllib.request.urlopen(urllib.request.Request(url, data, method=method), timeout=10)


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
