"""The nightly compile: from what is new alone, and yet what counting everything gives."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Arrange
from tests.factories import make_enrolment, make_person, make_user, organisation
from tests.leadership.recruiting import make_candidacy, make_vacancy
from tests.progress.histories import FIRST, Past
from tracker.core.calendar import month_ends
from tracker.core.db import db
from tracker.leadership.queries import vacancies as queries
from tracker.leadership.services import stages
from tracker.ledger.models import Journey
from tracker.ledger.queries import standing_events
from tracker.ledger.services import Recorder, record_stage
from tracker.organisations.services import replace_parents
from tracker.progress.models import Compilation, Snapshot, SnapshotSpread
from tracker.progress.queries.snapshots import compilation_of, latest_by_day
from tracker.progress.services import compiling, nightly
from tracker.progress.services.compiling import compile_range
from tracker.progress.services.nightly import compile_month_end, compile_nightly
from tracker.training.lifecycle import ENROLMENT
from tracker.training.models import Enrolment, Moment, Rater
from tracker.training.services import rate

START = datetime(2025, 11, 20, 2, 15, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def kept(compilation: Compilation) -> tuple[object, object]:
    """Everything kept of a compilation but for when it was made; as plain rows, of which there are thousands."""
    snapshots = select(
        Snapshot.figure, Snapshot.scope_id, Snapshot.numerator, Snapshot.denominator, Snapshot.value
    ).where(Snapshot.compilation_id == compilation.id)
    spreads = select(SnapshotSpread.figure, SnapshotSpread.organisation_id, SnapshotSpread.occurrences).where(
        SnapshotSpread.compilation_id == compilation.id
    )
    return (
        set(map(tuple, db.session.execute(snapshots))),
        {(figure, place): [tuple(pair) for pair in pairs] for figure, place, pairs in db.session.execute(spreads)},
    )


def assert_as_if_counted_anew(*, since: datetime = START) -> int:
    """Every latest compilation that was made or confirmed since an instant equals a compile of everybody for the same
    day and instant; how many there are."""
    latest = [one for one in latest_by_day(date.min, date.max) if one.confirmed_at >= since]
    answers = {one.as_at: (kept(one), {one.known_at, one.confirmed_at}) for one in latest}
    for instant in {instant for _, instants in answers.values() for instant in instants}:
        days = [day for day, (_, instants) in answers.items() if instant in instants]
        compile_range(min(days), max(days), extra_days=days, known_at=instant)
    for day, (before, instants) in answers.items():
        for instant in instants:
            again = compilation_of(day, instant)
            assert again is not None
            assert kept(again) == before, (day, instant)
    return len(answers)


@pytest.mark.parametrize(
    ("seed", "nights"), [(21, 2), *(pytest.param(seed, 4, marks=pytest.mark.assure) for seed in (21, 22))]
)
def test_what_is_carried_on_is_what_counting_everybody_gives(
    app: Flask, arrange: Arrange, clock: time_machine.Traveller, seed: int, nights: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = Past(seed)
    with arrange():
        past.begin(40, by=START - timedelta(hours=2))
    with app.app_context():
        compile_nightly(date(2025, 11, 19))
    full = compiling.compile_range
    counted_anew: list[object] = []
    monkeypatch.setattr(nightly, "compile_range", lambda *args, **kw: counted_anew.append(args) or full(*args, **kw))

    for night in (START + timedelta(days=16 * number // nights) for number in range(1, nights + 1)):
        clock.move_to(night - timedelta(hours=9))
        with arrange():
            past.go_on(6, at=night - timedelta(hours=10))
        clock.move_to(night)
        with app.app_context():
            compile_nightly((night - timedelta(days=1)).date())

    with app.app_context():
        days = assert_as_if_counted_anew()
    assert days == len(list(month_ends(FIRST, date(2025, 12, 5)))) + 1 + nights
    assert len(counted_anew) <= 1, "only the month that ended meanwhile was never compiled"


def test_the_first_night_compiles_every_month_since_the_first_event(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_enrolment("in-training 2026-01-05", "completed 2026-02-10")

    with app.app_context():
        compile_nightly(date(2026, 4, 15))
        days = [one.as_at for one in latest_by_day(date.min, date.max)]

    assert days == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 15)]


def test_a_late_event_gives_its_months_a_new_answer_beside_the_old(app: Flask, arrange: Arrange) -> None:
    with arrange():
        enrolment = make_enrolment("in-training 2026-01-05")
        journey_id = enrolment.journey_id
    with app.app_context():
        compile_nightly(date(2026, 4, 15))
    with arrange():
        complete_in_march(journey_id)

    with app.app_context():
        compile_nightly(date(2026, 4, 16))
        compilations = dict(
            db.session.execute(select(Compilation.as_at, func.count()).group_by(Compilation.as_at)).all()
        )

    assert compilations == {
        date(2026, 1, 31): 1,
        date(2026, 2, 28): 1,
        date(2026, 3, 31): 2,
        date(2026, 4, 15): 1,
        date(2026, 4, 16): 1,
    }


def complete_in_march(journey_id: int) -> None:
    """Record today that the enrolment was completed on 10 March."""
    journey = db.session.get(Journey, journey_id)
    assert journey is not None
    record_stage(journey, ENROLMENT, "completed", date(2026, 3, 10), Recorder(None))


def test_a_night_without_news_only_says_that_the_figures_still_hold(
    app: Flask, arrange: Arrange, clock: time_machine.Traveller
) -> None:
    with arrange():
        make_enrolment("in-training 2025-09-05", "completed 2025-10-10")
    with app.app_context():
        compile_nightly(date(2025, 11, 19))
        clock.shift(timedelta(hours=1))

        written = compile_nightly(date(2025, 11, 19))

        confirmed = {one.confirmed_at for one in latest_by_day(date.min, date.max)}
    assert written == 0
    assert confirmed == {START + timedelta(hours=1)}


def test_somebody_overdue_since_yesterday_is_counted_without_any_event(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_enrolment("in-training 2026-01-05", "on-break 2026-03-01 until 2026-04-15")
    with app.app_context():
        compile_nightly(date(2026, 4, 15))
        compile_nightly(date(2026, 4, 16))

        assert value_on(date(2026, 4, 15), "training.at_risk") == 0
        assert value_on(date(2026, 4, 16), "training.at_risk") == 1


def test_ratings_alone_are_carried_on_too(app: Flask, arrange: Arrange, clock: time_machine.Traveller) -> None:
    with arrange():
        enrolment = make_enrolment("in-training 2025-09-05")
        user, journey_id = make_user(), enrolment.journey_id
    with app.app_context():
        compile_nightly(date(2025, 11, 19))
    clock.shift(timedelta(days=1))
    with arrange() as session:
        rated, by = session.get_one(Enrolment, journey_id), session.merge(user)
        for moment, level, day in ((Moment.START, 1, date(2025, 9, 5)), (Moment.END, 3, date(2025, 10, 10))):
            rate(rated, Rater.ASSESSOR, moment, day, {"programming": level}, by=by)

    with app.app_context():
        compile_nightly(date(2025, 11, 20))

        assert value_on(date(2025, 11, 20), "training.skills_gained") == 1
        assert value_on(date(2025, 11, 20), "training.skill_rise") == 2
        assert value_on(date(2025, 9, 30), "training.skills_gained") == 0
        assert value_on(date(2025, 10, 31), "training.skills_gained") == 1
        assert assert_as_if_counted_anew(since=START + timedelta(hours=1)) > 0


def value_on(day: date, code: str) -> float:
    compilation = compilation_of(day)
    assert compilation is not None
    query = select(func.max(Snapshot.value)).where(Snapshot.compilation_id == compilation.id, Snapshot.figure == code)
    value = db.session.scalar(query)
    assert value is not None
    return float(value)


def test_what_an_older_system_put_into_the_past_has_everybody_counted_again(
    app: Flask, arrange: Arrange, clock: time_machine.Traveller
) -> None:
    with arrange():
        person = make_person("home-office")
        make_enrolment("in-training 2025-09-05 recorded 2025-09-06", person=person)
    with app.app_context():
        compile_nightly(date(2025, 11, 19))
    with arrange():
        make_enrolment("completed 2025-10-05 recorded 2025-10-06")

    with app.app_context():
        clock.shift(timedelta(days=1))
        compile_nightly(date(2025, 11, 20))

        assert value_on(date(2025, 10, 31), "training.trained") == 1
        assert_as_if_counted_anew(since=START + timedelta(days=1))


def test_a_body_under_another_parent_has_everybody_counted_again(
    app: Flask, arrange: Arrange, clock: time_machine.Traveller
) -> None:
    with arrange():
        make_enrolment("completed 2025-10-05", person=make_person("home-office"))
    with app.app_context():
        compile_nightly(date(2025, 11, 19))
    with arrange():
        replace_parents(organisation("home-office"), {organisation("hm-treasury").id})

    with app.app_context():
        clock.shift(timedelta(days=1))
        compile_nightly(date(2025, 11, 20))

        assert_as_if_counted_anew(since=START + timedelta(days=1))


def test_a_compile_that_is_cut_short_keeps_whole_days_only(
    app: Flask, arrange: Arrange, monkeypatch: pytest.MonkeyPatch
) -> None:
    with arrange():
        make_enrolment("in-training 2024-01-05", "completed 2025-10-10")
    kept_day, calls = compiling.keep_or_confirm, []

    def cut_short(*args: object, **kw: object) -> int:
        calls.append(args)
        if len(calls) == 15:
            raise KeyboardInterrupt
        return kept_day(*args, **kw)  # type: ignore[arg-type]

    monkeypatch.setattr(compiling, "keep_or_confirm", cut_short)
    with app.app_context():
        with pytest.raises(KeyboardInterrupt):
            compile_range(date(2024, 1, 1), date(2025, 10, 31))
        rows = select(Snapshot.compilation_id, func.count()).group_by(Snapshot.compilation_id)
        counts = {count for _, count in db.session.execute(rows)}
        days = [one.as_at for one in latest_by_day(date.min, date.max)]

    assert days == list(month_ends(date(2024, 1, 1), date(2024, 12, 31)))
    assert len(counts) == 1


def test_a_month_is_closed_on_the_first_working_day_after_it_and_on_no_other(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_enrolment("completed 2026-03-05")

    with app.app_context():
        written = [compile_month_end(date(2026, 4, day)) for day in range(1, 9)]
        final = db.session.scalars(select(Compilation.as_at).where(Compilation.is_final)).all()
        first = compile_month_end(date(2026, 3, 31))

    assert not any(written)
    assert final == []
    assert first > 0, "1 April 2026 was a Wednesday"


def test_what_happened_to_vacancies_is_carried_on_like_what_happened_to_people(
    app: Flask, arrange: Arrange, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with arrange():
        running = make_vacancy("approval 2025-01-06", "advert 2025-02-03", "closed 2025-03-03", ref="V1")
        make_candidacy(running, "applied 2025-02-10")
        make_vacancy("approval 2024-02-01", "advert 2024-03-01", "closed 2024-11-22", "offer 2024-11-25")
        make_enrolment("in-training 2025-02-03")
    with app.app_context():
        compile_nightly(date(2025, 11, 19))
    monkeypatch.setattr(nightly, "compile_range", None)

    clock.move_to(START + timedelta(hours=8))
    with arrange():
        late = queries.vacancy("V1")
        assert late is not None
        by = make_user()
        stages.record_stage(late, "sift", date(2025, 4, 1), by=by)
        stages.take_back(late, standing_events(late.journey_id)[-1], reason="Another post", by=by)
        stages.record_stage(late, "sift", date(2025, 11, 18), by=by)
        make_vacancy("approval 2025-11-03", at="hm-treasury")
    clock.move_to(START + timedelta(days=8))
    with app.app_context():
        assert compile_nightly(date(2025, 11, 27)) > 0
        monkeypatch.undo()
        assert assert_as_if_counted_anew() > 1


def test_a_day_compiled_as_known_at_an_instant_to_come_does_not_stand_in_the_way_of_the_night(
    app: Flask, arrange: Arrange, clock: time_machine.Traveller
) -> None:
    with arrange():
        Past(23).begin(5, by=START - timedelta(hours=2))
    with app.app_context():
        compile_range(date(2025, 10, 1), date(2025, 10, 31), known_at=START + timedelta(days=1500))
        compile_nightly(date(2025, 11, 19))

        assert [one.known_at for one in latest_by_day(date(2025, 10, 31), date(2025, 10, 31))] == [START]
