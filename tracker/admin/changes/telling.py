"""A change in words, and what can be chosen of those it left to be placed."""

from hashlib import sha256
from typing import Any

from tracker.admin.changes import queries
from tracker.admin.changes.services import Plan, Preview
from tracker.core.text import format_day, format_instant
from tracker.organisations.models import Organisation, Reorganisation, ReorganisationKind
from tracker.organisations.queries import organisations

SENTENCES = {
    ReorganisationKind.RENAMED: "{ended} became {heirs}",
    ReorganisationKind.MERGED: "{ended} merged into {heirs}",
    ReorganisationKind.SPLIT: "{ended} was split into {heirs}",
    ReorganisationKind.MOVED: "{ended} was moved",
    ReorganisationKind.CLOSED: "{ended} closed",
}
SHOWN = 200
"""So many of those who wait are shown at a time."""


def sentence(made: Reorganisation) -> str:
    """What a change was, in one sentence."""
    ended, heirs = (_names(those) for those in (queries.ended_by(made), queries.heirs_of(made)))
    return SENTENCES[made.kind].format(ended=ended, heirs=heirs)


def _names(those: list[Organisation]) -> str:
    names = [one.name for one in those]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nothing"


def rows() -> list[dict[str, Any]]:
    """Every change as a row of a list."""
    waiting = queries.numbers_unplaced()
    return [row(one, waiting.get(one.id, 0)) for one in queries.changes()]


def row(made: Reorganisation, waiting: int) -> dict[str, Any]:
    """A change in words.

    :param waiting: how many people wait to be placed.
    """
    return {
        "ref": made.ref,
        "sentence": sentence(made),
        "day": format_day(made.effective_on),
        "recorded": format_instant(made.recorded_at),
        "state": f"Undone: {made.undone_reason}" if made.undone_at else _waiting(waiting),
        "note": made.note,
    }


def roles_left(made: Reorganisation) -> list[str]:
    """Who looks after what a change ended and after nothing that took over, each in words."""
    return [
        f"{name}: {grant.role.label}, {grant.organisation.name}"
        for name, grant in queries.left_with_roles(made)
        if grant.organisation is not None
    ]


def _waiting(number: int) -> str:
    people = "1 person" if number == 1 else f"{number:,} people"
    return f"{people} to be placed" if number else "Done"


def choices(made: Reorganisation) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Who waits to be placed, and where they may have gone: what took over, or, where nothing did, what was there."""
    people = [
        (one.ref, f"{one.first_name} {one.last_name}, {one.grade or 'grade not known'} ({one.ref})")
        for one in queries.unplaced(made, SHOWN)
    ]
    there = queries.heirs_of(made) or [one for one in organisations() if one.existed_on(made.effective_on)]
    return people, [(one.slug, one.name) for one in there]


def seal(shown: Preview, plan: Plan) -> str:
    """A short text that stands for an effect of a plan: whoever sends it has been shown it."""
    return sha256(repr((shown, plan)).encode()).hexdigest()[:32]
