"""What it would take, and what would be if something were otherwise: worked out beside the kept forecast, never kept
as a figure or a forecast.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app, url_for

from tracker.core.metric import Metric
from tracker.core.text import format_day, format_number
from tracker.progress.addresses import scope_address
from tracker.progress.charts import SIZES, Chart, Month, forked
from tracker.progress.facts import goal, plain_number
from tracker.progress.figures import ALL, Scope
from tracker.progress.forms import ScenarioForm
from tracker.progress.ground import Ground, drawn_months
from tracker.progress.status import percent
from tracker.progress.supposing import RATES, USUAL_CHANCE, Basis, supposed_by
from tracker.progress.workshop import SCENARIO, key_of, make, place

SHOWN = timedelta(days=370)
"""How much of the past the chart shows: what matters lies ahead."""


@dataclass(frozen=True)
class Answer:
    """A scenario as a page shows it: in sentences, as a chart and as a table, beside what is forecast."""

    metric: Metric
    scope: Scope
    supposes: Sequence[str]
    sentences: Sequence[str]
    charts: Mapping[str, Chart]
    rows: Sequence[Mapping[str, str]]
    asked: Mapping[str, Any]

    @property
    def sentence(self) -> str:
        """What stands over the chart."""
        return f"Scenario beside the forecast: {self.metric.label}, {self.scope.name}"

    @property
    def file_name(self) -> str:
        """What the drawing is called where it is kept by a reader, without the kind of file."""
        return f"{self.metric.code}.{self.scope.slug}.scenario"

    def address(self, size: str, kind: str = "svg") -> str:
        """Where the drawing of a size is fetched from."""
        key = self.charts[size].key()
        return url_for("progress_scenario.drawing", code=self.metric.code, key=key, kind=kind, size=size, **self.asked)


def answer(ground: Ground, basis: Basis, form: ScenarioForm) -> Answer:
    """Work a scenario out, or find it worked out before: the same address gives the same answer.

    :raises NotMade: if it cannot be worked out in the time and memory there is for it.
    """
    supposed, forecast = supposed_by(form, basis), basis.outlook.forecast
    members = ground.structure.members(basis.scope)
    already = (
        basis.head["everybody"]
        if basis.scope == ALL
        else sum(number for id, number in basis.head["counted"].items() if int(id) in members)
    )
    order = {
        "evidence": basis.file,
        "seed": forecast.seed,
        "ahead": [(point.day - forecast.as_at).days for point in basis.outlook.points[1:]],
        "members": [place for place, id in enumerate(basis.head["organisations"]) if id in members],
        "already": already,
        "plan": basis.plan,
        "supposed": supposed.plain(),
    }
    # Plans may have changed where the evidence had to be gathered anew; everything else of it follows from the order.
    key = key_of(order, basis.head["intakes"], basis.head["offered"], basis.head["filled"])
    file = place(current_app.config["TRACKER"], SCENARIO, f"scenario {basis.scope.slug}", f"{key}.json")
    make(SCENARIO, [{"file": str(file), **order}])
    return _told(ground, basis, form, json.loads(file.read_text(encoding="utf-8")))


def _told(ground: Ground, basis: Basis, form: ScenarioForm, found: Mapping[str, Any]) -> Answer:
    outlook, metric, scope = basis.outlook, basis.metric, basis.scope
    first = outlook.points[0]
    supposed = [Month(first.day, None, None, first.low, first.middle, first.high)] + [
        Month(point.day, None, None, low, middle, high)
        for point, (low, middle, high) in zip(outlook.points[1:], found["levels"], strict=True)
    ]
    since = outlook.forecast.as_at - SHOWN
    months = [month for month in drawn_months(ground, metric, scope) if month.day >= since]
    target = goal(ground.line(metric, scope), ground.reading.as_at)
    title = f"Scenario beside the forecast: {metric.label}, {scope.name}"
    asked = {name: value for name in form.ASKED if name in form and (value := form[name].data)}
    return Answer(
        metric=metric,
        scope=scope,
        supposes=_supposes(basis, form),
        sentences=_sentences(basis, form, found, supposed[-1]),
        charts={
            size: forked(months, supposed, target, title, metric.unit, SIZES[size], is_yearly=metric.is_yearly)
            for size in SIZES
        },
        rows=[
            {
                "day": format_day(point.day),
                "plan": "–" if point.plan is None else plain_number(point.plan),
                "expected": format_number(point.middle),
                "range": f"{format_number(point.low)} to {format_number(point.high)}",
                "scenario": format_number(month.middle or 0),
                "scenario_range": f"{format_number(month.low or 0)} to {format_number(month.high or 0)}",
            }
            for point, month in zip(outlook.points[1:], supposed[1:], strict=True)
        ],
        asked={**scope_address(scope), **ground.asked.address, **asked},
    )


def _supposes(basis: Basis, form: ScenarioForm) -> list[str]:
    """What is supposed, a line each."""
    said = [f"{RATES[name].format(rate=rate)}." for name in RATES if (rate := form.number(name)) is not None]
    if "intake" in form and form.intake.data:
        places, starts = form.number("places"), form.day("starts")
        what = [f"has {format_number(places)} places"] if places else []
        what += [f"begins on {format_day(starts)}"] if starts else []
        said.append(f"{form.intake.data} {' and '.join(what)}.")
    more, by = form.number("more"), form.day("by")
    if more and by:
        who, where = _people(basis, more), basis.programme(form.programme.data)
        said.append(f"{who} {_verb(basis, more)} on {where} on {format_day(by)}, beyond those expected.")
    return said


def _people(basis: Basis, number: int) -> str:
    one, many = ("post", "posts") if basis.metric.unit == "posts" else ("person", "people")
    return f"{format_number(number)} more {one if number == 1 else many}"


def _verb(basis: Basis, number: int) -> str:
    """What they do, for one or for several."""
    first, _, rest = basis.leading.starts.partition(" ")
    if number != 1:
        return basis.leading.starts if first != "be" else f"are {rest}"
    return f"{first}s {rest}" if first != "be" else f"is {rest}"


def _sentences(basis: Basis, form: ScenarioForm, found: Mapping[str, Any], end: Month) -> list[str]:
    outlook, last = basis.outlook, basis.outlook.points[-1]
    day = format_day(last.day)
    said = []
    asks = bool(form.programme.data) and form.number("more") is None
    if asks and basis.plan is not None:
        said.append(_takes(basis, form, found))
    elif found["chance"] is not None and outlook.chance.probability is not None and basis.plan is not None:
        said.append(
            f"The chance of reaching {plain_number(basis.plan)} by {day} would be {percent(found['chance'])}; "
            f"as things are forecast it is {percent(outlook.chance.probability)}."
        )
    if not asks or found["needed"] is not None:
        said.append(
            f"By {day}, {format_number(end.middle or 0)} would be expected, in eight cases of ten between "
            f"{format_number(end.low or 0)} and {format_number(end.high or 0)}; as forecast "
            f"{format_number(last.middle)}, between {format_number(last.low)} and {format_number(last.high)}."
        )
    return said


def _takes(basis: Basis, form: ScenarioForm, found: Mapping[str, Any]) -> str:
    """How many more it takes."""
    wanted, needed, by = form.number("chance") or USUAL_CHANCE, found["needed"], form.day("by")
    assert basis.plan is not None  # its caller has looked
    assert by is not None  # as the form is in order
    reach = f"a chance of {wanted}% of reaching {plain_number(basis.plan)} by {format_day(basis.last_day)}"
    programme = basis.programme(form.programme.data)
    if needed is None:
        return (
            f"No number is enough for {reach}: too few of those who {basis.leading.starts} on {programme} on "
            f"{format_day(by)} would count by then. Try an earlier day, or a shorter {basis.leading.kind}."
        )
    if needed == 0:
        return f"Nobody more need {basis.leading.starts} for {reach}: it is {percent(found['without'])} without."
    return (
        f"For {reach}, {_people(basis, needed)} must {basis.leading.starts} on {programme} by {format_day(by)}, beyond "
        f"those already expected. Without them it would be {percent(found['without'])}."
    )
