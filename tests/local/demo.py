"""Rollcall on this machine: a local AWS with the real template deployed, a simulated vendor, and what comes of it.

make demo                   shows three runs, a grant and its end, what reviewers ask, and ends
make demo VENDOR=percipio   the same with Percipio instead of Litmos
make demo KEEP=1            stays up after that, to go on by hand, until Ctrl-C
make demo SCHEDULE=1        lets the schedule start the first run, which takes up to a minute
"""

# ruff: noqa: E402
import _signal  # without the imports of the public one, which Ctrl-C would interrupt with a traceback

# Nothing is running yet: until there is, Ctrl-C may simply end us.
_signal.signal(_signal.SIGINT, _signal.SIG_DFL)

import argparse
import shutil
import sys
import time
import traceback
from contextlib import ExitStack
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from local import LocalAws, by_hand, deploy, granting, processes, reviewing, runs
from local.build import build
from local.by_hand import DIRECTORY
from local.failures import DemoError
from local.litmos import Litmos
from local.percipio import Percipio
from local.screen import Screen
from local.simulator import simulated

VENDORS = {"litmos": Litmos, "percipio": Percipio}


def main():
    arguments = parse()
    screen = Screen()
    processes.raise_signals()
    try:
        with ExitStack() as started:
            try:
                demo(arguments, screen, started)
            finally:
                processes.ignore_signals()
    except processes.Interrupted as interruption:
        screen.line()
        screen.line("Stopped; nothing is left running.")
        return interruption.exit_code
    except DemoError as error:
        return fail(screen, error, error.log)
    except Exception as error:
        log = DIRECTORY / "error.log"
        log.write_text(traceback.format_exc())
        return fail(screen, error, log)
    return 0


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--vendor", choices=VENDORS, default="litmos", help="which learning platform is simulated")
    parser.add_argument("--keep", action="store_true", help="stay up until Ctrl-C")
    parser.add_argument("--schedule", action="store_true", help="let the schedule start the first run")
    return parser.parse_args()


def fail(screen, error, log):
    screen.line()
    screen.line(f"The demo cannot go on: {error}")
    screen.line(f"The logs are in {DIRECTORY.name}/" + (f", the one to read first is {log.name}." if log else "."))
    return 1


def demo(arguments, screen, started):
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir()
    screen.heading("Rollcall on this machine")
    simulator = VENDORS[arguments.vendor]
    kind = simulator.kind
    with screen.step(f"Building the functions and the simulated {kind.name} (from nothing: some minutes)") as say:
        binaries = build(kind.executable, DIRECTORY, say)
    with screen.step(f"{kind.name}, simulated: {kind.told}"):
        executable, log = binaries.pop(kind.executable), DIRECTORY / "simulator.log"
        vendor = started.enter_context(simulated(simulator, executable, log))
    with screen.step("AWS, local: IAM enforced, on the loopback interface"), processes.held():
        aws = started.enter_context(LocalAws(log=DIRECTORY / "aws.log", environment=kind.clock))
    with screen.step("Deploying infra/template.yaml into it"):
        stack = deploy(aws, binaries, runs.parameters(vendor, arguments.schedule), secret=vendor.secret())
        by_hand.leave_notes(aws, stack)
        started.enter_context(by_hand.logs_of_failure(aws, stack))
    runs.check_connection(screen, aws, stack)
    first = runs.first_run(screen, aws, stack, vendor, arguments.schedule)
    screen.heading("Granting and revoking: off until the stack is told otherwise")
    changed = granting.PARAMETERS | vendor.kind.granting
    with screen.step("Deploying again with " + ", ".join(f"{name}={value}" for name, value in changed.items())):
        stack = deploy(aws, binaries, runs.parameters(vendor, scheduled=False) | changed)
        by_hand.leave_notes(aws, stack)
    grant = granting.tell(screen, aws, stack, vendor, first)
    second = runs.second_run(screen, aws, stack, vendor, first)
    granting.tell_end(screen, aws, stack, vendor, grant)
    third = runs.another_run(screen, aws, stack, vendor, second, "The third run, after the grant's end")
    by_hand.copy_bucket(aws, stack)
    by_hand.copy_logs(aws, stack)
    by_hand.tell_where(screen, stack)
    reviewing.tell(screen, aws, stack, third)
    if not arguments.keep:
        return by_hand.tell_afterwards(screen, vendor)
    by_hand.tell_now(screen, aws, stack, grant)
    screen.line("Everything stays up until Ctrl-C.")
    while aws.process.poll() is None:
        time.sleep(1)
    raise DemoError("the local AWS ended by itself", aws.log)


if __name__ == "__main__":
    sys.exit(main())
