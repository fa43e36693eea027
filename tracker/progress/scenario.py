"""What it would take, and what would be if something were otherwise: worked out beside the kept forecast, never kept
as a figure or a forecast.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import current_app, url_for

from tracker.core.config import Settings
from tracker.core.db import db
from tracker.core.metric import Leading, Metric, Parting
from tracker.core.text import format_day, format_number
from tracker.progress import drawn
from tracker.progress.addresses import scope_address
from tracker.progress.charts import SIZES, Chart, Month, forked
from tracker.progress.facts import goal, plain_number
from tracker.progress.figures import ALL, Scope
from tracker.progress.forms import ScenarioForm
from tracker.progress.gathered import Supposed, heading
from tracker.progress.ground import Ground, trajectory_months
from tracker.progress.outlook import Outlook, percent
from tracker.progress.services.forecasting import evidence_file, gathered, inputs

SECONDS = 20
"""Processor time that a scenario may take; one of 800 people takes under two."""
USUAL_CHANCE = 80
SHOWN = timedelta(days=370)
"""How much of the past the chart shows: what matters lies ahead."""
RATES = {
    "returns": "{rate}% of those on a break come back",
    "completes": "{rate}% of those whose training ends complete it",
}


@dataclass(frozen=True)
class Basis:
    """The forecast that a scenario stands beside, and what it rests on.

    `head`: of the evidence (`gathered.Evidence`). `is_as_kept`: whether that is what the forecast was made from; plans
    may have changed since, where it had to be gathered anew. `names`: of programmes, by their codes.
    """

    metric: Metric
    leading: Leading
    scope: Scope
    outlook: Outlook
    file: str
    head: Mapping[str, Any]
    is_as_kept: bool
    names: Mapping[str, str]

    @property
    def made_on(self) -> date:
        """The day of the forecast."""
        return self.outlook.forecast.as_at

    @property
    def last_day(self) -> date:
        """The day of the target."""
        return self.outlook.points[-1].day

    @property
    def plan(self) -> float | None:
        """What is to be reached by then, where there is a target."""
        return self.outlook.points[-1].plan

    def programme(self, code: str) -> str:
        """A programme as readers know it."""
        return self.names.get(code, code)

    def rate(self, parting: Parting) -> tuple[int, int]:
        """How many have left a stage well so far, and how many left it either way."""
        well, badly = self.moves(parting)
        counted = [sum(self.head["made"][move] for move in those) for those in (well, badly)]
        return counted[0], sum(counted)

    def moves(self, parting: Parting) -> tuple[list[int], list[int]]:
        """The numbers of the moves that leave a stage well, and of those that leave it badly."""
        stages = list(self.head["stages"])
        moves = [(stages[before], stages[after]) for before, after in self.head["moves"]]
        return tuple(  # type: ignore[return-value]
            [place for place, (before, after) in enumerate(moves) if before == parting.at and after in those]
            for those in (parting.well, parting.badly)
        )


def basis_of(metric: Metric, leading: Leading, scope: Scope, outlook: Outlook) -> Basis:
    """What a scenario rests on: what the forecast was made from, as it was kept, or else gathered anew."""
    settings: Settings = current_app.config["TRACKER"]
    forecast, ahead = outlook.forecast, (outlook.points[-1].day - outlook.forecast.as_at).days
    file, is_as_kept = evidence_file(settings, forecast), True
    if not file.is_file():
        anew = gathered(metric, forecast.as_at, forecast.known_at, ahead)
        is_as_kept = inputs(anew) == forecast.inputs
        anew.write(file)
    with file.open("rb") as stream:
        head = heading(stream)
    names: dict[str, str] = dict(db.session.execute(leading.names()).tuples().all())
    return Basis(metric, leading, scope, outlook, str(file), head, is_as_kept, names)


def offer(form: ScenarioForm, basis: Basis) -> None:
    """Let the form offer what there is: programmes, what is planned to begin, and the rates so far."""
    form.programme.label.text = basis.leading.kind.title()
    codes = sorted(basis.head["programmes"], key=lambda code: basis.programme(code).casefold())
    form.programme.choices = [
        ("", f"Choose a {basis.leading.kind}"),
        *((code, basis.programme(code)) for code in codes),
    ]
    form.intake.choices = [("", "Choose what is planned"), *((one["ref"], _planned(one)) for one in _intakes(basis))]
    if not basis.head["intakes"]:
        for name in ("intake", "places", "starts"):
            del form[name]
    partings = {parting.name: parting for parting in basis.leading.partings}
    for name in RATES:
        if name not in partings:
            del form[name]
            continue
        well, all_of_them = basis.rate(partings[name])
        if all_of_them:
            so_far = f"{format_number(100 * well / all_of_them)}% so far, of {format_number(all_of_them)}"
            form[name].description = so_far
    if basis.plan is None:
        del form.chance
        form.more.description = ""


def _intakes(basis: Basis) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = basis.head["intakes"]
    return found


def _planned(intake: Mapping[str, Any]) -> str:
    day = format_day(date.fromisoformat(intake["starts_on"]))
    return f"{intake['ref']}, {day}: {intake['places']} places, {intake['taken']} taken"


def check(form: ScenarioForm, basis: Basis) -> bool:
    """Whether what is supposed can be; what cannot is said at its field."""
    is_in_order = form.validate()
    found = [*_wrong_start(form, basis), *_wrong_intake(form, basis)]
    for name, message in found:
        form[name].errors = [*form[name].errors, message]
    return is_in_order and not found


def _wrong_start(form: ScenarioForm, basis: Basis) -> list[tuple[str, str]]:
    kind, programme, by = basis.leading.kind, form.programme.data, form.day("by")
    wrong = []
    if programme and programme not in basis.head["programmes"]:
        wrong.append(("programme", f"There is no {kind} ‘{programme[:60]}’ here: choose one of the list"))
    if not programme and (by or form.number("more")):
        wrong.append(("programme", f"Choose the {kind} they start on"))
    if programme and not by:
        wrong.append(("by", "Enter the day they start by"))
    if by:
        wrong += _wrong_day("by", by, basis)
    if programme and basis.plan is None and not form.number("more"):
        wrong.append(("more", f"{basis.scope.name} has no target, so enter how many more start"))
    return wrong


def _wrong_day(name: str, day: date, basis: Basis) -> list[tuple[str, str]]:
    if day <= basis.made_on:
        return [(name, f"The day must lie after {format_day(basis.made_on)}, the day of the forecast")]
    if day > basis.last_day:
        return [(name, f"The day must not lie after {format_day(basis.last_day)}, the last day that is forecast")]
    return []


def _wrong_intake(form: ScenarioForm, basis: Basis) -> list[tuple[str, str]]:
    if "intake" not in form:
        return []
    ref, places, starts = form.intake.data, form.number("places"), form.day("starts")
    intake = next((one for one in _intakes(basis) if one["ref"] == ref), None)
    wrong = []
    if ref and intake is None:
        wrong.append(("intake", f"Nothing is planned as ‘{ref[:60]}’: choose from the list"))
    if not ref and (places or starts):
        wrong.append(("intake", "Choose what has other places or another day"))
    if ref and not places and not starts:
        wrong.append(("intake", "Enter the places it has instead, or the day it begins instead"))
    if intake and places and places < intake["taken"]:
        wrong.append(("places", f"{intake['taken']} are taken already, so it cannot have fewer"))
    if starts:
        wrong += _wrong_day("starts", starts, basis)
    return wrong


def supposed_by(form: ScenarioForm, basis: Basis) -> Supposed:
    """What a form that is in order supposes."""
    refs = [intake["ref"] for intake in _intakes(basis)]
    rates = []
    for parting in basis.leading.partings:
        rate = form.number(parting.name)
        if rate is not None:
            rates.append((*basis.moves(parting), rate / 100))
    by, starts = form.day("by"), form.day("starts")
    ref = form.intake.data if "intake" in form else ""
    return Supposed(
        rates=rates,
        intake=refs.index(ref) if ref else None,
        places=form.number("places"),
        starts_in=(starts - basis.made_on).days if starts else None,
        programme=basis.head["programmes"].index(form.programme.data) if form.programme.data else None,
        in_days=(by - basis.made_on).days if by else None,
        more=form.number("more"),
        wanted=(form.number("chance") or USUAL_CHANCE) / 100,
    )


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

    def address(self, size: str) -> str:
        """Where the drawing of a size is fetched from."""
        key = self.charts[size].key()
        return url_for("progress_scenario.drawing", code=self.metric.code, key=key, size=size, **self.asked)


def answer(ground: Ground, basis: Basis, form: ScenarioForm) -> Answer:
    """Work a scenario out, or find it worked out before: the same address gives the same answer.

    :raises NotDrawn: if it cannot be worked out in the time and memory there is for it.
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
    rests_on = (order, basis.head["intakes"], basis.head["offered"], basis.head["filled"])
    found = drawn.draw_once(current_app.config["TRACKER"], order, rests_on, SECONDS)
    return _told(ground, basis, form, found)


def _told(ground: Ground, basis: Basis, form: ScenarioForm, found: Mapping[str, Any]) -> Answer:
    outlook, metric, scope = basis.outlook, basis.metric, basis.scope
    first = outlook.points[0]
    supposed = [Month(first.day, None, None, first.low, first.middle, first.high)] + [
        Month(point.day, None, None, low, middle, high)
        for point, (low, middle, high) in zip(outlook.points[1:], found["levels"], strict=True)
    ]
    since = outlook.forecast.as_at - SHOWN
    months = [month for month in trajectory_months(ground, metric, scope) if month.day >= since]
    target = goal(ground.line(metric, scope), ground.reading.as_at)
    title = f"Scenario beside the forecast: {metric.label}, {scope.name}"
    asked = {name: value for name in form.ASKED if name in form and (value := form[name].data)}
    return Answer(
        metric=metric,
        scope=scope,
        supposes=_supposes(basis, form),
        sentences=_sentences(basis, form, found, supposed[-1]),
        charts={size: forked(months, supposed, target, title, metric.unit, SIZES[size]) for size in SIZES},
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
            f"By {day} {format_number(end.middle or 0)} would be expected, in eight cases of ten between "
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
