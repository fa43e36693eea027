"""How long filling a post takes when those not yet filled are not left out: the Kaplan–Meier estimate. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, order=True)
class Spell:
    """How many days a post has been waited for, and whether it was filled then; else it was still open, or given up."""

    days: int
    is_filled: bool


def median_days(spells: Iterable[Spell]) -> float | None:
    """The days after which half of the posts are filled, those not yet filled taken into account.

    The share still open is worked out exactly, day by day: of those who had waited as long and were not filled. A spell
    that ends unfilled counts among those waiting up to its last day. Where exactly half are open after one filling, the
    median lies half-way to the next, as the median of an even number of completed spells does. None while fewer than
    half are filled.
    """
    ordered = sorted(spells)
    waiting, still_open, half = len(ordered), Fraction(1), Fraction(1, 2)
    reached: int | None = None
    for days in sorted({spell.days for spell in ordered}):
        ended = [spell for spell in ordered if spell.days == days]
        filled = sum(spell.is_filled for spell in ended)
        if filled:
            if reached is not None:
                return (reached + days) / 2
            still_open *= Fraction(waiting - filled, waiting)
            if still_open < half:
                return float(days)
            if still_open == half:
                reached = days
        waiting -= len(ended)
    return None if reached is None else float(reached)
