"""The clocks add up to the time to fill, whatever a vacancy went through."""

from datetime import date, timedelta
from random import Random

from tracker.leadership.clocks import CLOCKS, filled_on, is_whole, life, readings, spell, summaries, total
from tracker.leadership.lifecycle import VACANCY
from tracker.leadership.metrics.survival import Spell
from tracker.leadership.queries.courses import Pause, Stretch

DAY = date(2026, 6, 10)


def course(*history: str, last: str = "9999-12-31") -> list[Stretch]:
    days = [words.rpartition(" ") for words in history]
    ends = [day for _, _, day in days[1:]] + [last]
    return [
        Stretch(stage, date.fromisoformat(day), date.fromisoformat(end))
        for (stage, _, day), end in zip(days, ends, strict=True)
    ]


FILLED = course(
    "approval 2025-01-01", "advert 2025-02-01", "closed 2025-03-01", "no-appointment 2025-03-11", "advert 2025-04-01",
    "closed 2025-05-01", "sift 2025-05-05", "shortlist 2025-05-15", "interview 2025-06-01", "merit-order 2025-06-10",
    "offer 2025-06-12", "checks 2025-06-20", "formal-offer 2025-08-01", "in-post 2025-10-01",
)  # fmt: skip


def test_every_stage_at_which_something_is_waited_for_belongs_to_exactly_one_clock():
    named = [stage for clock in CLOCKS for stage in clock.stages]

    assert sorted(named) == sorted(set(VACANCY.stages) - {"in-post", "cancelled"})


def test_the_clocks_of_a_post_advertised_twice_add_up_from_the_first_approval_to_the_day_in_post():
    shown = {one.clock.code: one.days for one in readings(FILLED, [], DAY)}

    assert shown == {
        "approval": 31, "advert": 58, "sift": 24, "panel": 28, "offer": 8, "vetting": 42, "notice": 61, "between": 21,
    }  # fmt: skip
    assert sum(shown.values()) == total(FILLED, DAY) == (date(2025, 10, 1) - date(2025, 1, 1)).days


def test_the_clocks_of_any_course_add_up_to_the_whole_and_no_pause_is_longer_than_its_clock():
    for seed in range(200):
        chance = Random(seed)
        stage, day, history = "approval", date(2024, 1, 1), []
        while True:
            history.append(f"{stage} {day}")
            possible = VACANCY.next_stages(stage)
            if not possible or chance.random() < 0.05:
                break
            stage = (possible[0] if chance.random() < 0.9 else chance.choice(possible)).code
            day += timedelta(days=chance.randrange(60))
        stretches = course(*history)
        asked = max(day, DAY)
        start = date(2024, 1, 1) + timedelta(days=chance.randrange(300))
        pauses = [Pause(start, start + timedelta(days=chance.randrange(1, 100)), "Election")]

        shown = readings(stretches, pauses, asked)

        lived = life(stretches, asked)
        assert (
            sum(one.days for one in shown) == total(stretches, asked) == (lived[-1].ends_on - lived[0].starts_on).days
        )
        assert all(0 <= one.paused_days <= one.days for one in shown)
        filled = filled_on(stretches)
        if is_whole(stretches) and filled:
            assert total(stretches, asked) == (filled - lived[0].starts_on).days


def test_a_post_not_filled_is_waited_for_until_today_and_one_given_up_until_it_was():
    assert spell(course("approval 2026-06-01", "advert 2026-06-05"), DAY) == Spell(9, False)
    assert spell(course("approval 2026-06-01", "cancelled 2026-06-04"), DAY) == Spell(3, False)
    assert spell(FILLED, DAY) == Spell(273, True)
    assert spell(course("advert 2026-06-01"), DAY) is None


def test_the_averages_of_the_clocks_add_up_to_the_average_time_to_fill():
    quick = course("approval 2026-01-01", "advert 2026-01-11", "in-post 2026-02-01")

    found = summaries([FILLED, quick], DAY)

    assert abs(sum(one.average for one in found) - (273 + 31) / 2) < 1e-9
    assert next(one.middle for one in found if one.clock.code == "approval") == 20.5
