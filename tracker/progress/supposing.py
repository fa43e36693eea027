"""What a scenario may suppose: the forecast it stands beside, what the form offers, and what cannot be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app

from tracker.core.config import Settings
from tracker.core.db import db
from tracker.core.metric import Leading, Metric, Parting
from tracker.core.text import format_day, format_number
from tracker.progress.figures import Scope
from tracker.progress.forms import ScenarioForm
from tracker.progress.gathered import Supposed, heading
from tracker.progress.outlook import Outlook
from tracker.progress.services.forecasting import evidence_file, gathered, inputs

USUAL_CHANCE = 80
RATES = {
    "returns": "{rate}% of those on a break come back",
    "completes": "{rate}% of those whose training ends complete it",
}
"""What is said of each rate that may be supposed."""


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
    names: dict[str, str] = dict(db.session.execute(leading.names()).all())
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
