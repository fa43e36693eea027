"""The people of the demonstration: names, addresses, where they work, and what they went through."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from tracker.core.reference import read_csv
from tracker.core.text import fold
from tracker.demo.plan import Run, next_run, runs
from tracker.demo.recording import at_work, record
from tracker.demo.story import Entry, Story

PEOPLE = 800
SEED = 2020_09_09
PROFESSIONS = {"statistics": 22, "operational-research": 16, "social-research": 14, "economics": 14, "policy": 8,
               "digital-data-and-technology": 16, "operational-delivery": 6, "science-and-engineering": 4}  # fmt: skip
GRADES = {"EO": 14, "HEO": 26, "SEO": 26, "G7": 20, "G6": 8, "SCS1": 2, "AO": 4}
LADDER = ("AO", "EO", "HEO", "SEO", "G7", "G6", "SCS1")
WHY_MOVED = ("Promotion on transfer", "Moved to a new post", "Loan made permanent")


@dataclass(frozen=True)
class Department:
    """An organisation that people are in; `weight` says how many, beside the others."""

    slug: str
    domain: str
    weight: float
    closed_on: date | None = None


Lineage = Mapping[str, Sequence[tuple[str, date]]]
"""For an organisation that began by a change in the machinery of government: what it was before, and from which day."""


@dataclass(frozen=True)
class Place:
    """Where somebody was from a day on; `recorded_at` is None for what came with the first list of trainees."""

    organisation: str
    grade: str | None
    starts_on: date
    recorded_at: datetime | None = None
    reason: str = ""


@dataclass
class Enrolled:
    """One enrolment: the cohort it began on, the one it is on now, and its entries."""

    run: Run
    joins: Run
    entries: list[Entry]


@dataclass
class Member:
    """One person."""

    first_name: str
    last_name: str
    email: str
    fte: float
    profession: str
    region: str
    places: list[Place]
    enrolments: list[Enrolled]
    ref: str = ""

    @property
    def begins_on(self) -> date:
        """The day of the first entry."""
        return min(enrolled.entries[0].effective_on for enrolled in self.enrolments)


class Casting:
    """Draws the people for a day; the same day and the same departments give the same people."""

    def __init__(
        self, today: date, departments: Sequence[Department], lineage: Lineage, regions: Sequence[str]
    ) -> None:
        """Lay out what is drawn from."""
        self.lineage = lineage
        self.chance = Random(SEED)  # noqa: S311 - people are invented here, not secrets
        self.yesterday = today - timedelta(days=1)
        self.open = [one for one in departments if one.closed_on is None]
        self.closed = [one for one in departments if one.closed_on is not None]
        self.regions = list(regions)
        self.runs = runs(today)
        self.names = [
            [row["name"] for row in read_csv("tracker.demo", f"{part}_names.csv")] for part in ("first", "last")
        ]
        self.addresses: set[str] = set()

    def everybody(self) -> list[Member]:
        """All of them, numbered in the order they joined."""
        members = sorted(self._drawn(), key=lambda member: (member.begins_on, member.email))
        for number, member in enumerate(members, start=1):
            member.ref = f"D{number:04}"
        return members

    def _drawn(self) -> Iterator[Member]:
        drawn: list[Member] = []
        while len(drawn) < PEOPLE:
            # A handful are in the files twice, under another address.
            twin = drawn[len(drawn) // 2] if len(drawn) % 160 == 159 else None
            member = self._member(twin)
            if member is not None:
                drawn.append(member)
        return iter(drawn)

    def _member(self, twin: Member | None) -> Member | None:
        enrolments = self._enrolments()
        if not enrolments:
            return None
        first_name, last_name = (twin.first_name, twin.last_name) if twin else map(self.chance.choice, self.names)
        begins_on = min(enrolled.entries[0].effective_on for enrolled in enrolments)
        department = self._department(begins_on)
        return Member(
            first_name,
            last_name,
            self._address(first_name, last_name, department.domain),
            self.chance.choices((1.0, 0.8, 0.6, 0.5), (84, 9, 4, 3))[0],
            self.chance.choices(list(PROFESSIONS), list(PROFESSIONS.values()))[0],
            self.chance.choices(self.regions, [9 if region == "London" else 2 for region in self.regions])[0],
            list(self._places(department, begins_on)),
            enrolments,
        )

    def _enrolments(self) -> list[Enrolled]:
        run = self._run(self.runs)
        first = self._enrolled(run)
        if not first.entries:
            return []
        later = [one for one in self.runs if one.starts_on > run.ends_on and one.programme != run.programme]
        if not later or self.chance.random() > 0.16:
            return [first]
        second = self._enrolled(self._run(later))
        return [first, second] if second.entries else [first]

    def _run(self, among: Iterable[Run]) -> Run:
        every = list(among)
        return self.chance.choices(every, cum_weights=list(accumulate(run.weight for run in every)))[0]

    def _enrolled(self, run: Run) -> Enrolled:
        story = Story(self.chance, run, next_run(run, self.runs), self.yesterday)
        entries = story.tell()
        return Enrolled(run, story.joins, record(entries, self.chance, self.yesterday) if entries else [])

    def _department(self, begins_on: date) -> Department:
        if self.chance.random() < 0.02:
            gone = [one for one in self.closed if one.closed_on is not None and begins_on < one.closed_on]
            if gone:
                return self.chance.choice(gone)
        return self.chance.choices(self.open, [one.weight for one in self.open])[0]

    def _places(self, department: Department, begins_on: date) -> Iterator[Place]:
        """Where they were: what a department was before, a move, a promotion."""
        grade: str | None = self.chance.choices(list(GRADES), list(GRADES.values()))[0]
        if self.chance.random() < 0.015:
            grade = None
        if history := self._history(department.slug, begins_on):
            yield Place(history[0][0], grade, begins_on)
            for slug, changed_on in history[1:]:
                yield Place(slug, grade, changed_on, at_work(changed_on, self.chance), "Machinery of government change")
            return
        yield Place(department.slug, grade, begins_on)
        day = begins_on + timedelta(days=self.chance.randint(60, 900))
        if day > self.yesterday or department.closed_on is not None or grade is None or self.chance.random() > 0.2:
            return
        late = min(day + timedelta(days=self.chance.choice((0, 0, 1, 5, 20, 60))), self.yesterday)
        higher = LADDER[min(LADDER.index(grade) + 1, len(LADDER) - 1)]
        other = self.chance.choices(self.open, [one.weight for one in self.open])[0]
        if other.slug == department.slug and higher == grade:
            return
        yield Place(other.slug, higher, day, at_work(late, self.chance), self.chance.choice(WHY_MOVED))

    def _history(self, slug: str, begins_on: date) -> list[tuple[str, date]]:
        """What a department was since a day, each with the day it began; empty where it was itself all the time."""
        steps: list[tuple[str, date]] = []
        while before := [one for one in self.lineage.get(slug, ()) if begins_on < one[1] <= self.yesterday]:
            former, changed_on = self.chance.choice(before)
            steps.insert(0, (slug, changed_on))
            slug = former
        return [(slug, begins_on), *steps] if steps else []

    def _address(self, first_name: str, last_name: str, domain: str) -> str:
        name = ".".join(fold(part).replace(" ", "-") for part in (first_name, last_name))
        place, number = f"{domain}.example", 1
        while (address := f"{name}{number if number > 1 else ''}@{place}") in self.addresses:
            number += 1
        self.addresses.add(address)
        return address
