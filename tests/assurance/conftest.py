"""The long campaigns: how far they go, and the figures they print at the end."""

import os
from collections.abc import Callable

import pytest

Report = Callable[[str, object], None]


@pytest.fixture
def scale() -> float:
    """How much of a campaign to run: 1 is all of it. `ASSURE_SCALE=0.05` is a look at whether it still works."""
    return float(os.environ.get("ASSURE_SCALE") or 1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what every campaign reported, whether it held or not."""
    terminalreporter.section("figures of the campaigns")
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            if report.when == "call":
                said = ", ".join(f"{name} {value}" for name, value in report.user_properties)
                terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {outcome}: {said}")
