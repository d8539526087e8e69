"""One local AWS for the tests of a session, and two stacks in it: one of stand-ins, one that really provisions."""

import os
import stat
import sys
from pathlib import Path

import pytest

from local import LocalAws, deploy
from local.deployment import ROOT, binaries_of_template
from local.litmos import Litmos
from local.simulator import simulated

SECRET = {"api_key": "an-api-key"}
# Waits and retries of the state machine pass a hundred times as fast.
WAIT_SCALE = "0.01"


@pytest.fixture(scope="session")
def scripts(tmp_path_factory):
    return tmp_path_factory.mktemp("scripts")


@pytest.fixture(scope="session")
def binaries(tmp_path_factory):
    directory = tmp_path_factory.mktemp("binaries")
    for name in binaries_of_template():
        bootstrap = directory / name
        tests = Path(__file__).parents[1]
        bootstrap.write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(tests)!r})\n"
            f"from local.stand_in import serve\nserve({name!r})\n"
        )
        bootstrap.chmod(bootstrap.stat().st_mode | stat.S_IXUSR)
    return directory


@pytest.fixture(scope="session")
def aws(scripts):
    with LocalAws(environment={"STAND_IN": str(scripts), "SFN_WAIT_SCALE": WAIT_SCALE}) as aws:
        yield aws


@pytest.fixture(scope="session")
def stack(aws, binaries):
    return deploy(aws, binaries, {"LitmosSource": "example"}, secret=SECRET)


@pytest.fixture(scope="session")
def litmos(tmp_path_factory):
    with account_of(Litmos, tmp_path_factory) as litmos:
        yield litmos


@pytest.fixture(scope="session")
def real(aws, binaries, litmos):
    """Of another connection: requests are carried out, and grants that are due end every minute."""
    parameters = litmos.account() | {
        "Connection": "acme",
        "BaseUrl": litmos.base_url,
        "Provisioning": "on",
        "ProvisionRequestsPerMinute": litmos.kind.provision_share,
        "ExpirySchedule": "rate(1 minute)",
    }
    stand_ins = {name: binaries / name for name in binaries_of_template()}
    provisioning = {name: built(name) for name in ("provision", "expire-grants")}
    return deploy(aws, stand_ins | provisioning, parameters, name="acme", secret=litmos.secret())


@pytest.fixture(scope="session")
def learners(litmos):
    """People in no team, each time somebody else."""
    members = {row["user_id"] for row in litmos.truth("team_members")}
    users = litmos.truth("users")
    return (user for user in users if user["active"] and user["role"] == "Learner" and user["user_id"] not in members)


@pytest.fixture(scope="session")
def team_id(litmos):
    return litmos.truth("teams")[0]["team_id"]


def built(binary):
    path = Path(os.environ.get("ROLLCALL_BINARIES", ROOT / "target/debug")) / binary
    assert path.is_file(), f"{path} is not built: run `cargo build --workspace --bins`"
    return path


def all_built():
    """Every function as it is, by its name."""
    return {name: built(name) for name in binaries_of_template()}


def account_of(vendor, tmp_path_factory):
    """A simulated account of its own."""
    log = tmp_path_factory.mktemp("simulator") / "simulator.log"
    return simulated(vendor, built(vendor.kind.executable), log)
