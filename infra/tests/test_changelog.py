"""The release that is built has its section in CHANGELOG.md, and every release is recorded for those after it."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_release_is_told_and_recorded():
    told = re.findall(r"^## (\d+\.\d+\.\d+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    built = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    assert told[0] == built
    recorded = [folder.name for folder in (ROOT / "tests/scenarios/recorded").iterdir()]
    assert sorted(recorded) == sorted(told)
