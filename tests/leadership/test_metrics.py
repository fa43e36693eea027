"""Each figure of recruitment on worked examples, and all of them against a slow second count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from statistics import median

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.leadership.recruiting import make_candidacy, make_vacancy
from tracker.core.calendar import year_before
from tracker.core.db import db
from tracker.core.metric import NOW, Knowledge
from tracker.leadership.lifecycle import CANDIDACY, OPEN_STAGES, VACANCY, Route
from tracker.leadership.metrics import METRICS
from tracker.leadership.metrics.survival import Spell, median_days
from tracker.ledger.lifecycle import Lifecycle
from tracker.ledger.models import Event, EventVoid, Journey, Source, VoidCause
from tracker.ledger.services import keep_stage_spans

BY_CODE = {metric.code.removeprefix("leadership."): metric for metric in METRICS}
Answer = tuple[int | None, int | None, float | None]


def counted(name: str, day: date, knowledge: Knowledge = NOW) -> Answer:
    """Numerator, denominator and value of a figure for all government."""
    metric = BY_CODE[name]

    def values(spans: object) -> list[float]:
        span = spans(knowledge).subquery()  # type: ignore[operator]
        column = span.c.value if "value" in span.c else span.c.record_id
        return list(db.session.scalars(select(column).where(span.c.starts_on <= day, day < span.c.ends_on)))

    above = values(metric.numerator)
    if metric.kind == "median":
        return None, len(above), median(above) if above else None
    if metric.denominator is None:
        return len(above), None, len(above)
    below = len(values(metric.denominator))
    return len(above), below, len(above) / below if below else None


def on(text: str) -> date:
    return date.fromisoformat(text)


def test_a_vacancy_is_open_from_advert_to_formal_offer_and_appointed_for_ever_after(app: Flask, arrange: Arrange):
    with arrange():
        make_vacancy(
            "approval 2025-01-01", "advert 2025-02-01", "closed 2025-03-01", "sift 2025-03-05", "shortlist 2025-03-10",
            "interview 2025-04-01", "merit-order 2025-04-10", "offer 2025-04-12", "checks 2025-04-20",
            "formal-offer 2025-06-01", "in-post 2025-07-01",
        )  # fmt: skip

    with app.app_context():
        open_on = [counted("open", on(day))[0] for day in ("2025-01-31", "2025-02-01", "2025-06-30", "2025-07-01")]
        out_on = [counted("offers_out", on(day))[0] for day in ("2025-04-11", "2025-04-12", "2025-05-31", "2025-06-01")]
        appointed = [counted("appointed", on(day))[0] for day in ("2025-06-30", "2025-07-01", "2030-01-01")]

    assert (open_on, out_on, appointed) == ([0, 1, 1, 0], [0, 1, 1, 0], [0, 1, 1])


def test_days_to_hire_run_from_the_latest_closing_before_the_offer_and_count_for_twelve_months(
    app: Flask, arrange: Arrange
):
    with arrange():
        make_vacancy(
            "approval 2024-01-01", "advert 2024-01-10", "closed 2024-02-01", "no-appointment 2024-02-10",
            "advert 2024-03-01", "closed 2024-04-01", "sift 2024-04-05", "shortlist 2024-04-10", "interview 2024-05-01",
            "merit-order 2024-05-05", "offer 2024-05-11", "cancelled 2024-06-01",
        )  # fmt: skip

    with app.app_context():
        days = [counted("median_days_to_hire", on(day))[2] for day in ("2024-05-10", "2024-05-11", "2025-05-10")]
        over = counted("median_days_to_hire", on("2025-05-11"))

    assert days == [None, 40, 40]
    assert over == (None, 0, None)


def test_a_year_from_29_february_ends_with_the_28th(app: Flask, arrange: Arrange):
    with arrange():
        vacancy = make_vacancy("advert 2024-02-01", "closed 2024-02-29")
        make_candidacy(vacancy, "applied 2024-02-10")

    with app.app_context():
        said = [counted("applicants_per_post", on(day)) for day in ("2024-02-28", "2025-02-28", "2025-03-01")]

    assert said == [(0, 0, None), (1, 1, 1.0), (0, 0, None)]


def test_168_a_post_filled_without_a_competition_is_appointed_and_has_no_time_to_hire_or_fill(
    app: Flask, arrange: Arrange
):
    history = (
        "approval 2025-01-01",
        "advert 2025-01-02",
        "closed 2025-01-03",
        "offer 2025-02-01",
        "in-post 2025-03-01",
    )
    with arrange():
        make_vacancy(*history, route=Route.LOAN)
        make_vacancy(*history, route=Route.MERIT_LIST)

    with app.app_context():
        said = [counted(name, on("2025-03-01")) for name in ("appointed", "median_days_to_hire", "median_days_to_fill")]

    assert said == [(2, None, 2), (None, 0, None), (None, 0, None)]


def test_159_an_acceptance_that_lapsed_at_the_checks_still_was_an_acceptance(app: Flask, arrange: Arrange):
    with arrange():
        vacancy = make_vacancy("advert 2025-01-01", "closed 2025-02-01")
        make_candidacy(vacancy, "offered 2025-03-01", "accepted 2025-03-05", "lapsed 2025-04-01")
        make_candidacy(vacancy, "offered 2025-04-02", "declined 2025-04-05")
        make_candidacy(vacancy, "offered 2025-04-06", "lapsed 2025-04-20")

    with app.app_context():
        said = counted("offer_acceptance", on("2025-04-30"))

    assert said == (1, 2, 0.5)


@dataclass
class Told:
    """One event as it was written down."""

    stage: str
    on: date
    recorded_at: datetime
    id: int
    voided_at: datetime | None = None


class Past:
    """A random past of vacancies and candidacies, recorded late, some of it taken back."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.vacancies: dict[int, list[Told]] = {}
        self.candidacies: dict[int, tuple[int, list[Told]]] = {}

    def happen(self) -> None:
        for _ in range(8):
            vacancy = make_vacancy("approval 2023-12-01")
            self.vacancies[vacancy.journey_id] = self._history(vacancy.journey_id, VACANCY, 14)
            for _ in range(self.chance.randrange(4)):
                candidacy = make_candidacy(vacancy, "applied 2023-12-20")
                history = self._history(candidacy.journey_id, CANDIDACY, 7)
                self.candidacies[candidacy.journey_id] = (vacancy.journey_id, history)
        keep_stage_spans(select(Journey.id))

    def _history(self, journey_id: int, lifecycle: Lifecycle, steps: int) -> list[Told]:
        begun = db.session.scalars(select(Event).where(Event.journey_id == journey_id)).one()
        told = [Told(str(begun.stage), begun.effective_on, begun.recorded_at, begun.id)]
        stage, day = told[0].stage, date(2024, 1, 1) + timedelta(days=self.chance.randrange(500))
        for _ in range(self.chance.randrange(steps)):
            possible = lifecycle.next_stages(stage)
            if not possible:
                break
            # Mostly along the line, whose next stage comes first.
            stage = (possible[0] if self.chance.random() < 0.85 else self.chance.choice(possible)).code
            day += timedelta(days=self.chance.randrange(40))
            told.append(self._write(journey_id, stage, day))
        return told

    def _write(self, journey_id: int, stage: str, day: date) -> Told:
        late = timedelta(days=self.chance.choice((0, 0, 3, 60)), seconds=self.chance.randrange(80_000))
        at = datetime.combine(day, time(), UTC) + late
        event = Event(journey_id=journey_id, stage=stage, effective_on=day, recorded_at=at, source=Source.FORM)
        db.session.add(event)
        db.session.flush()
        told = Told(stage, day, at, event.id)
        if self.chance.random() < 0.08:
            told.voided_at = at + timedelta(days=self.chance.randrange(1, 50))
            db.session.add(EventVoid(event_id=event.id, voided_at=told.voided_at, cause=VoidCause.CORRECTION))
        return told


class Replay:
    """The past as at the close of a day, as known at an instant, event by event."""

    def __init__(self, past: Past, as_at: date, known_at: datetime) -> None:
        self.as_at = as_at
        self.since = year_before(as_at)

        def standing(history: Iterable[Told]) -> list[Told]:
            known = [
                one
                for one in history
                if one.on <= as_at
                and one.recorded_at <= known_at
                and (one.voided_at is None or one.voided_at > known_at)
            ]
            return sorted(known, key=lambda one: (one.on, one.recorded_at, one.id))

        self.vacancies = {id: standing(history) for id, history in past.vacancies.items()}
        self.candidacies = {id: (of, standing(history)) for id, (of, history) in past.candidacies.items()}

    def lately(self, day: date) -> bool:
        return self.since < day <= self.as_at

    def last(self) -> list[str]:
        return [history[-1].stage for history in self.vacancies.values() if history]

    def hires(self) -> Iterator[float]:
        for history in self.vacancies.values():
            offers = [place for place, one in enumerate(history) if one.stage == "offer"]
            if not offers or not self.lately(history[offers[-1]].on):
                continue
            closings = [one.on for one in history[: offers[-1]] if one.stage == "closed"]
            if closings:
                yield (history[offers[-1]].on - max(closings)).days

    def fills(self) -> Iterator[float]:
        for history in self.vacancies.values():
            days = {one.stage: one.on for one in reversed(history)}
            if "in-post" in days and "approval" in days and self.lately(days["in-post"]):
                yield (days["in-post"] - days["approval"]).days

    def answer(self, name: str) -> Answer:
        if name in {"median_days_to_hire", "median_days_to_fill"}:
            values = list(self.hires() if name.endswith("hire") else self.fills())
            return None, len(values), median(values) if values else None
        if name == "applicants_per_post":
            closed = {
                id
                for id, history in self.vacancies.items()
                if any(one.stage == "closed" and self.lately(one.on) for one in history)
            }
            many = sum(of in closed and bool(history) for of, history in self.candidacies.values())
            return many, len(closed), many / len(closed) if closed else None
        if name == "offer_acceptance":
            said = [
                {one.stage for one in history if self.lately(one.on)} & {"accepted", "declined"}
                for _, history in self.candidacies.values()
            ]
            accepted, both = sum("accepted" in one for one in said), sum(bool(one) for one in said)
            return accepted, both, accepted / both if both else None
        if name == "appointed":
            number = sum(any(one.stage == "in-post" for one in history) for history in self.vacancies.values())
            return number, None, number
        stages = {"open": set(OPEN_STAGES), "offers_out": {"offer", "checks"}}[name]
        number = sum(stage in stages for stage in self.last())
        return number, None, number


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_day_as_known_at_any_instant_is_what_a_replay_counts(app: Flask, arrange: Arrange, seed: int):
    past, chance = Past(seed), Random(seed)
    with arrange():
        past.happen()

    with app.app_context():
        for _ in range(12):
            as_at = date(2024, 1, 1) + timedelta(days=chance.randrange(1_300))
            known_at = datetime(2024, 6, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(24 * 1_100))
            replay = Replay(past, as_at, known_at)
            for name in BY_CODE:
                assert counted(name, as_at, Knowledge(known_at)) == replay.answer(name), (name, as_at, known_at)
                alone = counted(name, as_at, Knowledge(known_at, on=as_at))
                assert alone == replay.answer(name), (name, as_at, known_at)


def test_the_estimate_of_filled_posts_alone_is_their_plain_median():
    chance = Random(7)
    for many in range(1, 30):
        days = [chance.randrange(1, 60) for _ in range(many)]

        assert median_days(Spell(one, True) for one in days) == median(days)


def test_posts_not_yet_filled_make_the_estimate_longer_by_the_share_that_waits():
    spells = [Spell(10, True), Spell(20, False), Spell(30, True), Spell(40, False), Spell(50, True), Spell(60, False)]

    # Still open after 10: 5/6; after 30: 5/6 of 3/4, which is 5/8; after 50: 5/8 of 1/2, which is less than a half.
    assert median_days(spells) == 50
    assert median_days([Spell(10, False), Spell(20, False)]) is None
    assert median_days([]) is None
