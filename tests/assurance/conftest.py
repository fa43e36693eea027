"""The long campaigns: how far they go."""

import os
from collections.abc import Callable

import pytest

Report = Callable[[str, object], None]


@pytest.fixture
def scale() -> float:
    """How much of a campaign to run: 1 is all of it. `ASSURE_SCALE=0.05` is a look at whether it still works."""
    return float(os.environ.get("ASSURE_SCALE") or 1)
