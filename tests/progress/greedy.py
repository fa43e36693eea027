"""A program as the workshop runs them that takes what its orders say: time or memory without end, or nothing much."""

from pathlib import Path

from tracker.progress.workbench import Order, work


def write(order: Order, file: Path) -> None:
    """Take it, and write what is left of the order."""
    held = []
    while order["takes"] in ("time", "memory"):
        if order["takes"] == "memory":
            held.append(bytearray(2**24))
    file.write_text(order["takes"])


if __name__ == "__main__":
    work(write)
