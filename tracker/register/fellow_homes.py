"""Where fellows come from: the figures by home organisation as they stand today, for the programme's page."""

from typing import Any

from tracker.core.clock import today
from tracker.fellowships.metrics import METRICS
from tracker.progress.figures import ALL, Figure
from tracker.progress.queries.answers import live_answer
from tracker.progress.structure import load_structure

FROM = "_from"
BY_HOME = {metric.code: metric for metric in METRICS if metric.code.endswith(FROM)}
AT_HOST = {metric.code: metric for metric in METRICS if metric.code + FROM in BY_HOME}
NOT_KNOWN = "From outside, or not known"
COLUMNS = (
    ("in_post", "In post"),
    ("completed", "Completed"),
    ("started_in_year", "Started this financial year"),
    ("ended_early", "Ended early"),
    ("days_logged", "Days logged"),
    ("days_signed_off", "Days signed off"),
    ("logs_overdue", "Logs overdue"),
)
FIRST = 2
"""So many columns stand on a small screen; the others are a tap away."""


def where_from() -> dict[str, Any]:
    """What the table has: its columns, a row for each organisation that fellows come from, and the figures behind it.

    The last row has what is left of all government, of fellows without a posting in the register.
    """
    structure = load_structure()
    scopes = [ALL, *structure.by_organisation()]
    figures = live_answer(structure, scopes, [*BY_HOME.values(), *AT_HOST.values()], today(), None)
    by_home = {code: {one.scope: one for one in figures if one.metric.code == code} for code in BY_HOME}
    rows = [
        {"home": scope.name, **{name: by_home[_code(name)][scope].text for name, _ in COLUMNS}}
        for scope in scopes[1:]
        if any(by_home[code][scope].value for code in BY_HOME)
    ]
    at_host = {one.metric.code: one for one in figures if one.scope == ALL and one.metric.code in AT_HOST}
    left = {name: _left(at_host[f"fellowships.{name}"], by_home[_code(name)][ALL]) for name, _ in COLUMNS}
    if any(one.value for one in left.values()):
        rows.append({"home": NOT_KNOWN, **{name: one.text for name, one in left.items()}})
    return {
        "columns": [
            {"key": "home", "label": "Home organisation"},
            *(
                {"key": name, "label": label, "numeric": True, "secondary": place >= FIRST}
                for place, (name, label) in enumerate(COLUMNS)
            ),
        ],
        "rows": rows,
        "figures": list(BY_HOME.values()),
    }


def _code(name: str) -> str:
    return f"fellowships.{name}{FROM}"


def _left(every: Figure, known: Figure) -> Figure:
    """What of a figure is not known by home: somebody is posted or is not."""
    value = (every.value or 0) - (known.value or 0)
    return Figure(every.metric, every.scope, every.as_at, every.known_at, None, None, value)
