"""A simulated vendor as a process, and its controls. `litmos.py` and `percipio.py` say what each is."""

import json
import subprocess
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

from .failures import DemoError
from .processes import running

# Windows of a vendor's limit are so much shorter here, and shares so much larger.
SPEED = 10


@dataclass(frozen=True)
class Kind:
    """What a vendor is like, and how it is simulated."""

    name: str
    executable: str
    # How the demo of it is started.
    command: str
    # Flags that have a value, and what people are told of them.
    size: dict
    told: str
    flags: tuple
    # So many requests in so long, and how many of them a minute the functions may send.
    limit: int
    window_seconds: int
    sync_share: int
    provision_share: int
    check_share: int
    # What the local AWS is told about time.
    clock: dict
    # The template's parameters for the demo's grant, beyond those that let anything be granted.
    granting: dict
    # What a snapshot is asked, beyond what every vendor's is: headings and queries.
    questions: tuple


class Simulator:
    """A running one."""

    kind: Kind

    def __init__(self, ready):
        self.base_url, self.ready = ready["base_url"], ready

    def account(self):
        """The template's parameters that name the account."""
        raise NotImplementedError

    def secret(self):
        """What the functions need to be let in."""
        raise NotImplementedError

    def change_world(self, story):
        """Changes a few things that a snapshot tells of, and says what in sentences."""
        raise NotImplementedError

    def grantee(self, story):
        """Whom the demo grants what: user id, user name, entitlement, and what people call that."""
        raise NotImplementedError

    def standing(self, grant):
        """Whether the grant stands at the vendor now, and that in a sentence."""
        raise NotImplementedError

    def refusals(self, story):
        """What may not be given: why, what is other in the request than in the grant's, and the outcome's code."""
        raise NotImplementedError

    def stats(self):
        """Its own count of the requests since it began or since they were forgotten."""
        return self._call("GET", f"stats?window_ms={self.kind.window_seconds * 1000}")

    def forget_requests(self):
        self._call("POST", "reset-log")

    def change(self, kind, **what):
        self._call("POST", "world", {"change": kind, **what})

    def truth(self, table):
        """The rows that a perfect copy of the table has now."""
        return self._lines(f"truth/{table}")

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
        url = urljoin(self.base_url, f"/_simulator/{path}")
        data = json.dumps(body).encode() if body is not None else None
        return urllib.request.urlopen(urllib.request.Request(url, data, method=method), timeout=10)


@contextmanager
def simulated(vendor, executable, log):
    """Starts one; it ends with the block, or when our end of its input closes."""
    kind = vendor.kind
    flags = [f"--{name}={value}" for name, value in kind.size.items()]
    flags += [f"--rate-limit={kind.limit}", f"--rate-window-ms={kind.window_seconds * 1000}", "--rate-sliding"]
    command = [executable, *flags, *kind.flags, "--exit-with-stdin"]
    with (
        log.open("wb") as errors,
        running(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        line = process.stdout.readline()
        if not line:
            raise DemoError(f"the simulated {kind.name} does not start", log)
        yield vendor(json.loads(line))
