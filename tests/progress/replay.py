"""The figures counted a second time, slowly: event by event, in plain Python, for one (as at, known at)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from statistics import median

from tests.progress.histories import Told
from tracker.ledger.models import Event

Counted = list[tuple[str, float]]
"""The organisation of every record that counts, and its value where there is one."""
DONE = ("completed", "in-role")


class Replay:
    """What is told, as at the close of a day, as known at an instant."""

    def __init__(self, told: Told, as_at: date, known_at: datetime) -> None:
        self.told, self.as_at, self.known_at = told, as_at, known_at
        self.histories: dict[int, list[Event]] = {journey: [] for journey in told.journeys}
        for event in told.events:
            voided = told.voided.get(event.id)
            if event.effective_on <= as_at and event.recorded_at <= known_at and (voided is None or voided > known_at):
                self.histories[event.journey_id].append(event)
        for history in self.histories.values():
            history.sort(key=lambda event: (event.effective_on, event.recorded_at, event.id))

    def place(self, person: int, day: date) -> str:
        """The organisation somebody was in on a day."""
        known = [
            posting
            for posting in self.told.postings
            if posting.person_id == person and (posting.recorded_at is None or posting.recorded_at <= self.known_at)
        ]
        known.sort(key=lambda posting: (posting.starts_on, posting.created_at, posting.id))
        begun = [posting for posting in known if posting.starts_on <= day] or known[:1]
        return self.told.slugs[begun[-1].organisation_id]

    def journeys_of(self, person: int) -> Iterator[tuple[int, list[Event]]]:
        for journey, history in self.histories.items():
            if self.told.journeys[journey][0] == person and history:
                yield journey, history

    def first_done(self, history: list[Event]) -> date | None:
        return next((event.effective_on for event in history if event.stage in DONE), None)

    def first_trained(self, person: int) -> date | None:
        days = [
            day
            for journey, history in self.journeys_of(person)
            if self.told.journeys[journey][1] and (day := self.first_done(history))
        ]
        return min(days, default=None)

    def standing(self, stage: str) -> Counted:
        return [
            (self.place(person, self.as_at), 1)
            for person in self.told.people
            if any(history[-1].stage == stage for _, history in self.journeys_of(person))
        ]

    def at_risk(self) -> Counted:
        def is_overdue(event: Event) -> bool:
            return event.stage == "on-break" and event.promised_on is not None and event.promised_on < self.as_at

        return [
            (self.place(person, self.as_at), 1)
            for person in self.told.people
            if any(is_overdue(history[-1]) for _, history in self.journeys_of(person))
        ]

    def trained(self) -> Counted:
        return [(self.place(person, day), 1) for person in self.told.people if (day := self.first_trained(person))]

    def left(self, stage: str) -> Counted:
        counted = []
        for person in self.told.people:
            last = [history[-1] for _, history in self.journeys_of(person) if history[-1].stage == stage]
            completed = any(self.first_done(history) for _, history in self.journeys_of(person))
            if last and not completed:
                counted.append((self.place(person, max(event.effective_on for event in last)), 1.0))
        return counted

    def in_role(self) -> Counted:
        counted = []
        for person in self.told.people:
            days = [
                event.effective_on
                for _, history in self.journeys_of(person)
                for event in history
                if event.stage == "in-role"
            ]
            if days and self.first_trained(person):
                counted.append((self.place(person, min(days)), 1.0))
        return counted

    def completed(self) -> Counted:
        return [
            (self.place(self.told.journeys[journey][0], day), 1)
            for journey, history in self.histories.items()
            if (day := self.first_done(history))
        ]

    def failed(self) -> Counted:
        counted = []
        for journey, history in self.histories.items():
            last = history[-1] if history else None
            started = any(event.stage == "in-training" for event in history)
            if last and (last.stage == "not-completed" or (last.stage == "withdrawn" and started)):
                counted.append((self.place(self.told.journeys[journey][0], last.effective_on), 1.0))
        return counted

    def days(self) -> Counted:
        counted = []
        for journey, history in self.histories.items():
            stages = [event.stage for event in history]
            if "in-training" not in stages or "completed" not in stages:
                continue
            began, ended = stages.index("in-training"), stages.index("completed")
            if began > ended:
                continue
            days = (history[ended].effective_on - history[began].effective_on).days
            for place in range(began, ended):
                if stages[place] == "on-break":
                    days -= (history[place + 1].effective_on - history[place].effective_on).days
            counted.append((self.place(self.told.journeys[journey][0], history[ended].effective_on), float(days)))
        return counted

    def figure(self, code: str, slug: str | None) -> tuple[int | None, int | None, float | None]:
        """Numerator, denominator and value of a figure, for an organisation or all government."""

        def of(counted: Counted) -> list[float]:
            return [value for place, value in counted if slug in (None, place)]

        name = code.removeprefix("training.").replace("_", "-")
        if name == "completion-rate":
            above = len(of(self.completed()))
            below = above + len(of(self.failed()))
            return above, below, above / below if below else None
        if name == "median-days-to-complete":
            values = of(self.days())
            return None, len(values), median(values) if values else None
        counts: dict[str, Callable[[], Counted]] = {
            "trained": self.trained,
            "at-risk": self.at_risk,
            "in-role": self.in_role,
            "withdrawn": lambda: self.left("withdrawn"),
            "not-completed": lambda: self.left("not-completed"),
        }
        number = len(of(counts.get(name, lambda: self.standing(name))()))
        return number, None, float(number)
