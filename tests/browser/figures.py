"""The numbers a progress page shows, and those it must show by the truth of the sample."""

import csv
from pathlib import Path

from tests.browser.visitor import Visitor
from tracker.progress.registry import METRICS

DATA = Path(__file__).parents[1] / "data"
COUNTS = {code: metric for code, metric in METRICS.items() if metric.kind == "count" and metric.strand == "training"}
"""Of the strand whose files the journeys send."""
LISTED = """all => Object.fromEntries(all.map(one => {
    const value = one.querySelector("dd").cloneNode(true);
    value.querySelectorAll(".govuk-visually-hidden").forEach(unseen => unseen.remove());
    return [one.querySelector("dt").innerText.trim(), value.textContent.trim()] }))"""


def true_counts(as_at: str, known_at: str = "", organisation: str = "all") -> dict[str, int]:
    """What the truth says of every count, by the name it is printed under; what it does not list is nought."""
    with (DATA / "truth.csv").open(newline="") as stream:
        rows = [
            row
            for row in csv.DictReader(stream)
            if (row["as_at"], row["known_at"], row["organisation"]) == (as_at, known_at, organisation)
        ]
    assert rows, f"the truth says nothing of {organisation} at {as_at}"
    said = {row["figure"]: int(row["numerator"]) for row in rows if row["figure"] in COUNTS}
    # No file of the sample holds a planned return, so nobody's can be over.
    return {metric.label: said.get(code, 0) for code, metric in COUNTS.items() if code != "training.at_risk"}


def shown_counts(visitor: Visitor) -> dict[str, int]:
    """What the page says of every count."""
    listed: dict[str, str] = visitor.tab.eval_on_selector_all(".app-listed__line", LISTED)
    headline = visitor.tab.locator(".app-figure").filter(has=visitor.tab.locator(".app-figure__value")).first
    listed[headline.locator(".app-figure__label").inner_text()] = headline.locator(".app-figure__value").inner_text()
    names = {metric.label for code, metric in COUNTS.items() if code != "training.at_risk"}
    return {name: int(text.replace(",", "").split()[0]) for name, text in listed.items() if name in names}
