"""Processes that end with us, however we end.

A signal becomes an exception, but never between starting something and knowing that it was started.
"""

import os
import signal
import subprocess
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_SECONDS = 5

_holding = 0
_waiting = None


class Interrupted(BaseException):
    """Somebody wants us to end: Ctrl-C, a closed terminal, a kill."""

    def __init__(self, number):
        super().__init__(number)
        self.exit_code = 128 + number


def raise_signals():
    """From now on the first signal raises Interrupted, once. Those that follow are ignored, so that what is
    being stopped then is stopped completely."""
    for number in SIGNALS:
        signal.signal(number, _arrived)


def ignore_signals():
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def held():
    """Signals that arrive in this block are raised at its end."""
    global _holding
    _holding += 1
    try:
        yield
    finally:
        _holding -= 1
    if _waiting and not _holding:
        _raise(_waiting)


@contextmanager
def running(command, **options):
    """A process in a group of its own, which a terminal's Ctrl-C does not reach; at the end the group ends."""
    process = None
    try:
        with held():
            process = subprocess.Popen(command, start_new_session=True, **options)
        yield process
    finally:
        if process:
            with held():
                _end(process)


def _end(process):
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(STOP_SECONDS)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
    process.wait()


def _arrived(number, _frame):
    global _waiting
    if _holding:
        _waiting = number
    else:
        _raise(number)


def _raise(number):
    ignore_signals()
    raise Interrupted(number)
