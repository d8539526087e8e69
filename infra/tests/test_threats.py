"""The threat model: what is said to hold it is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = re.findall(r"^\| .* \| (.*) \|$", (ROOT / "THREATS.md").read_text(), re.MULTILINE)
NAMED = sorted({name for row in ROWS for name in re.findall(r"`([a-z_]{12,})`", row)})


@pytest.fixture(scope="module")
def tests():
    sources = [*(ROOT / "shared").rglob("*.rs"), *(ROOT / "tests").rglob("*.rs"), *(ROOT / "tests").rglob("*.py")]
    sources += (ROOT / "infra/tests").rglob("*.py")
    return {name for path in sources for name in re.findall(r"\b(?:fn|def) (\w+)", path.read_text())}


def test_there_are_many():
    assert len(NAMED) > 30


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_is_named_exists(tests, name):
    assert name in tests
