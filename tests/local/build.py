"""Builds the functions and a simulated vendor with cargo, and says where the executables are."""

import json
import os
import re
import subprocess

from .deployment import ROOT, binaries_of_template
from .failures import DemoError
from .processes import running

# Debug: from nothing it is built minutes sooner than an optimised one, and a sync waits for the vendor nearly all of
# its time. `make test` builds the same way and finds most of it there.
PROFILE = "dev"

PROGRESS = re.compile(rb"Building \[.*\] (\d+)/(\d+)")


def build(simulator, directory, say):
    """A dict from binary to path, the simulator's too. What cargo has to say goes to build.log in the directory."""
    packages = [*binaries_of_template(), simulator]
    command = ["cargo", "build", "--locked", "--profile", PROFILE, "--message-format", "json-render-diagnostics"]
    command += [word for package in packages for word in ("--package", package)]
    # Drawn even though nobody but us looks at it.
    environment = os.environ | {"CARGO_TERM_PROGRESS_WHEN": "always", "CARGO_TERM_PROGRESS_WIDTH": "80"}
    messages, log = directory / "build.json", directory / "build.log"
    options = {"cwd": ROOT, "env": environment, "stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    try:
        with messages.open("wb") as out, running(command, stdout=out, **options) as cargo:
            watch(cargo.stderr, log, say)
            code = cargo.wait()
    except FileNotFoundError:
        raise DemoError("cargo is not there: install Rust, see https://rustup.rs") from None
    if code:
        raise DemoError("the build failed:\n" + "\n".join(errors(log.read_text(errors="replace"))), log)
    return executables(messages)


def watch(stderr, log, say):
    """Passes cargo's progress bar on as numbers, and writes everything else down."""
    rest = b""
    with log.open("wb", buffering=0) as file:
        while chunk := os.read(stderr.fileno(), 65536):
            if found := PROGRESS.findall(chunk):
                done, of = found[-1]
                say(f"{int(done)} of {int(of)}")
            elif b"Blocking" in chunk:
                say("waiting for another cargo")
            elif b"Download" in chunk:
                say("downloading crates")
            *lines, rest = (rest + chunk).split(b"\n")
            file.writelines(line.rpartition(b"\r")[2] + b"\n" for line in lines)


def errors(log, most=12):
    """The first lines of the first error, or the last lines if none is called so."""
    lines = [line for line in log.splitlines() if line.strip()]
    first = next((i for i, line in enumerate(lines) if line.startswith("error")), max(0, len(lines) - most))
    return [f"    {line}" for line in lines[first : first + most]]


def executables(messages):
    built = map(json.loads, messages.read_text().splitlines())
    return {m["target"]["name"]: m["executable"] for m in built if m.get("executable")}
