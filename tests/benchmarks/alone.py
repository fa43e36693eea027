"""One benchmark by itself, on one kind of database: what `make bench` starts, and who looks into one of them."""

import argparse
from collections.abc import Callable

from tests.databases import KINDS


def measure_alone(purpose: str | None, measure: Callable[[str, int], None]) -> None:
    """Measure on the kind of database, and with as many people, as the command line says.

    :param purpose: what is measured, for `--help`.
    """
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("--kind", choices=KINDS, default="sqlite")
    parser.add_argument("--people", type=int, default=100_000)
    asked = parser.parse_args()
    measure(asked.kind, asked.people)
