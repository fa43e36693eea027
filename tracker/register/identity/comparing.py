"""Two records put side by side, and what can be chosen of each."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.core.paging import PER_PAGE, Page, page_number
from tracker.core.text import format_day
from tracker.people.identity.models import DuplicatePair
from tracker.people.models import Person
from tracker.people.queries import postings_of
from tracker.register.identity import queries
from tracker.register.identity.services import Choice, Side
from tracker.training.lifecycle import ENROLMENT
from tracker.training.queries import standing

LOW, HIGH = "low", "high"


@dataclass(frozen=True)
class Comparison:
    """A pair with what each record says, line by line, and the cohorts on which both have an enrolment."""

    pair: DuplicatePair
    lines: Sequence[dict[str, Any]]
    clashes: Sequence[queries.Clash]
    choices: dict[str, list[tuple[str, str]]]

    @property
    def version(self) -> int:
        """Rises whenever one of the two is changed."""
        return self.pair.low.version + self.pair.high.version

    @property
    def suggested(self) -> dict[str, str]:
        """What the form says before anything is chosen: the record that was there first."""
        return {**dict.fromkeys(self.choices, LOW), "postings": "both"}

    @property
    def title(self) -> str:
        """Whom it is about."""
        return f"{self.pair.low.name} and {self.pair.high.name}"


def compare(pair: DuplicatePair) -> Comparison:
    """Put two records side by side."""
    low, high = pair.low, pair.high
    clashes = queries.clashes(low, high)
    return Comparison(pair, _lines(low, high), clashes, _choices(low, high, clashes))


def _lines(low: Person, high: Person) -> list[dict[str, Any]]:
    cohorts = queries.cohorts_of((low, high))
    said, other = (_said(one, cohorts[one.id]) for one in (low, high))
    return [
        {"label": fact, "value": said[fact], "note": "Both" if said[fact] == other[fact] else f"Differs: {other[fact]}"}
        for fact in said
    ]


def _said(person: Person, cohorts: list[str]) -> dict[str, str]:
    posting = person.current.posting if person.current else None
    return {
        "Reference": person.ref,
        "Name": person.name,
        "Email address": person.email,
        "Full-time equivalent": f"{person.fte:.2f}",
        "Organisation": posting.organisation.name if posting else "–",
        "Grade": posting.grade.name if posting and posting.grade else "–",
        "Profession": posting.profession.name if posting and posting.profession else "–",
        "Region": posting.region.name if posting and posting.region else "–",
        "Cohorts": ", ".join(cohorts) or "–",
    }


def _choices(low: Person, high: Person, clashes: Sequence[queries.Clash]) -> dict[str, list[tuple[str, str]]]:
    facts: dict[str, Callable[[Person], str]] = {
        "name": lambda one: one.name,
        "email": lambda one: one.email,
        "fte": lambda one: f"{one.fte:.2f}",
    }
    found = {"survivor": [(LOW, f"{low.ref}: {low.name}"), (HIGH, f"{high.ref}: {high.name}")]}
    for name, say in facts.items():
        if say(low) != say(high):
            found[name] = [(LOW, say(low)), (HIGH, say(high))]
    both = ("both", "As both records say, put together in the order of their days")
    found["postings"] = [
        both,
        (LOW, f"As {low.ref} says: {_places(low)}"),
        (HIGH, f"As {high.ref} says: {_places(high)}"),
    ]
    stands = standing([journey for clash in clashes for journey in (clash.first, clash.second)])
    for place, clash in enumerate(clashes):
        ends = ((LOW, low, clash.first), (HIGH, high, clash.second))
        found[f"enrolment_{place}"] = [
            (side, f"That of {person.ref}: {_stage(stands.get(journey))}") for side, person, journey in ends
        ]
    return found


def _places(person: Person) -> str:
    standing_rows = [row.Posting for row in postings_of(person) if row.Posting.voided_at is None]
    return ", ".join(
        f"{one.organisation.short_name}{f' from {format_day(one.starts_on)}' if one is not standing_rows[-1] else ''}"
        for one in standing_rows
    )


def _stage(span: Any) -> str:
    return f"{ENROLMENT.label(span.stage)} since {format_day(span.starts_on)}" if span else "No history"


def chosen(comparison: Comparison, said: dict[str, str]) -> tuple[Person, Person, Choice]:
    """The survivor, the record that goes, and the rest of what a form says."""
    pair, stays = comparison.pair, said["survivor"]

    def side(name: str) -> Side:
        answer = said.get(name, stays)
        return Side.BOTH if answer == "both" else Side.SURVIVOR if answer == stays else Side.MERGED

    survivor, merged = (pair.low, pair.high) if stays == LOW else (pair.high, pair.low)
    account = Side.MERGED if survivor.user_id is None else Side.SURVIVOR
    enrolments = {clash.cohort: side(f"enrolment_{place}") for place, clash in enumerate(comparison.clashes)}
    choice = Choice(side("name"), side("email"), side("fte"), account, side("postings"), enrolments)
    return survivor, merged, choice


def page_of_pairs(number: str | None, url: Callable[[int], str], *, decided: bool) -> Page[dict[str, Any]]:
    """One page of the queue, as rows of a table."""
    total = queries.count_pairs(decided=decided)
    at = page_number(number, total)
    found = queries.pairs(PER_PAGE, (at - 1) * PER_PAGE, decided=decided)
    return Page([_row(one) for one in found], at, total, url)


def _row(pair: DuplicatePair) -> dict[str, Any]:
    return {
        "ref": pair.ref,
        "low": pair.low,
        "high": pair.high,
        "places": [one.current.organisation.short_name if one.current else "–" for one in (pair.low, pair.high)],
        "matches": ", ".join(json.loads(pair.matches)),
        "differs": ", ".join(json.loads(pair.differs)),
        "reason": pair.reason,
        "by": pair.decided_by.name if pair.decided_by else "",
    }
