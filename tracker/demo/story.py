"""What happens to one person on one cohort, told from the first entry to as far as the present day has got."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from tracker.demo.plan import Run
from tracker.ledger.models import EventKind
from tracker.training.lifecycle import LEAVING_REASONS, LeavingTrigger, Stage

FOREVER = timedelta(days=540)
"""A cohort that ended longer ago than this has nobody left whose outcome is not known."""


class NotYet(Exception):
    """The story goes on after the last day that has happened."""


@dataclass
class Entry:
    """One entry of the ledger. `cohort` is where a break returns to or a move leads, `left` where it came from.

    A break without `cohort` has only a day to ask again. `replaced_by` is the entry that took the place of a wrong one.
    """

    stage: Stage | None
    effective_on: date
    kind: EventKind = EventKind.STAGE
    promised_on: date | None = None
    cohort: str | None = None
    left: str | None = None
    leaving: tuple[LeavingTrigger, str] | None = None
    note: str = ""
    recorded_at: datetime | None = None
    voided_at: datetime | None = None
    void_reason: str = ""
    replaced_by: "Entry | None" = None


class Story:
    """Tells one enrolment. Days follow one another, and nothing is told that has not happened yet."""

    def __init__(self, chance: Random, run: Run, following: Run | None, yesterday: date) -> None:
        """Begin with nothing told."""
        self.chance, self.run, self.following, self.yesterday = chance, run, following, yesterday
        self.joins = run
        self.entries: list[Entry] = []

    def tell(self) -> list[Entry]:
        """The entries, in the order they happened."""
        with suppress(NotYet):
            if self._comes_to_start():
                self._trains()
        return self.entries

    def _enter(self, stage: Stage, day: date, note: str = "", **more: object) -> date:
        if self.entries:
            day = max(day, self.entries[-1].effective_on)
        if day > self.yesterday:
            raise NotYet
        self.entries.append(Entry(stage, day, note=note, **more))  # type: ignore[arg-type]
        return day

    def _days(self, fewest: int, most: int) -> timedelta:
        return timedelta(days=self.chance.randint(fewest, most))

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    def _comes_to_start(self) -> bool:
        """From the nomination to the place; whether the person starts."""
        start = self.run.starts_on
        if (self.run.ends_on - start).days < 60:
            self._enter(Stage.ENROLLED, start - self._days(3, 45))
            return True
        if self._happens(0.75):
            day = self._enter(Stage.NOMINATED, start - self._days(75, 125))
            if self._happens(0.05):
                self._leaves(day + self._days(5, 25))
                return False
            if self._happens(0.65):
                self._enter(Stage.ENDORSED, day + self._days(3, 20), "Line manager and head of profession agree")
        self._enter(Stage.APPLIED, start - self._days(40, 75))
        outcome = self.chance.choices((Stage.ACCEPTED, Stage.NOT_ACCEPTED, Stage.WITHDRAWN), (87, 9, 4))[0]
        day = start - self._days(22, 45)
        if outcome is Stage.WITHDRAWN:
            self._leaves(day)
            return False
        day = self._enter(outcome, day)
        if outcome is Stage.NOT_ACCEPTED:
            return False
        day = self._enter(Stage.ENROLLED, max(day, start - self._days(3, 38)))
        return not self._happens(0.04) or self._puts_off(day)

    def _puts_off(self, day: date) -> bool:
        """A break before the start; whether the person comes back from it, into the cohort that follows."""
        day += self._days(1, 3)
        if self.following is None:
            self._leaves(day)
            return False
        self._enter(Stage.ON_BREAK, day, promised_on=self.following.starts_on, cohort=self.following.code)
        self._moves(Stage.ENROLLED, self.following.starts_on - self._days(2, 9), self.following)
        return True

    def _moves(self, stage: Stage, day: date, run: Run) -> None:
        """Back from a break, into another cohort."""
        day = self._enter(stage, day)
        moved = Entry(None, day, kind=EventKind.TRANSFERRED, cohort=run.code, left=self.joins.code)
        self.entries.append(moved)
        self.joins = run

    def _leaves(self, day: date) -> None:
        trigger = self.chance.choices(tuple(LeavingTrigger), (6, 2, 1, 1))[0]
        reason = self.chance.choice([code for code in LEAVING_REASONS if code != "other"])
        self._enter(Stage.WITHDRAWN, day, leaving=(trigger, reason))

    def _trains(self) -> None:
        start = self.joins.starts_on
        length = (self.joins.ends_on - start).days
        self._enter(Stage.IN_TRAINING, start + self._days(0, min(3, length)))
        if length >= 60 and self._happens(0.22) and not self._takes_break(start + length * self._share(0.15, 0.8)):
            return
        outcome = self.chance.choices(("completes", "fails", "leaves", "unknown"), (78, 7, 11, 4))[0]
        end = self.joins.ends_on
        if outcome == "leaves":
            self._leaves(self.entries[-1].effective_on + length * self._share(0.1, 0.7))
            if self._happens(0.15):
                self._enter(Stage.IN_TRAINING, self.entries[-1].effective_on + self._days(20, 60), "Reinstated")
                self._completes(end + self._days(10, 90))
        elif outcome == "fails":
            self._fails(end + self._days(3, 21))
        elif outcome == "completes" or end < self.yesterday - FOREVER:
            self._completes(end + self._days(0, 21))

    def _share(self, least: float, most: float) -> timedelta:
        """A share of a length in days, to be multiplied with it."""
        return timedelta(days=1) * self.chance.uniform(least, most)

    def _takes_break(self, day: date) -> bool:
        """A break with its promise; whether the person comes back."""
        promised_on = day + self._days(30, 150)
        cohort = None if self._happens(0.15) else self.run.code
        self._enter(Stage.ON_BREAK, day, "Caring leave" if cohort else "", promised_on=promised_on, cohort=cohort)
        if self._happens(0.25):
            agreed = promised_on - self._days(0, 6)
            promised_on += self._days(21, 60)
            self._enter(Stage.ON_BREAK, agreed, kind=EventKind.EXTENDED, promised_on=promised_on, cohort=cohort)
        if self._happens(0.3):
            # Nobody says what became of the promise for the better part of a year.
            self._leaves(promised_on + self._days(200, 260))
            return False
        day = promised_on + self._days(-6, 20)
        if self.following is not None and self._happens(0.3):
            self._moves(Stage.IN_TRAINING, max(day, self.following.starts_on), self.following)
        else:
            self._enter(Stage.IN_TRAINING, day)
        return True

    def _fails(self, day: date) -> None:
        day = self._enter(Stage.NOT_COMPLETED, day)
        if self._happens(0.15):
            self._enter(Stage.COMPLETED, day + self._days(14, 40), "Appeal upheld")
        elif self._happens(0.5):
            day = self._enter(Stage.IN_TRAINING, day + self._days(15, 50), "Resit")
            self._completes(day + self._days(20, 50))

    def _completes(self, day: date) -> None:
        day = self._enter(Stage.COMPLETED, day)
        if self._happens(0.32):
            self._enter(Stage.IN_ROLE, day + self._days(15, 260), "Uses data science in post")
