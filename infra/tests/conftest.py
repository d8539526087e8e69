import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from resolved import Resolved  # noqa: E402


@pytest.fixture(scope="session")
def stack():
    """With every parameter that has a default left at it."""
    return Resolved()
