"""Revisions: what was said of a month when it was closed, beside what is known of it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core.metric import Metric
from tracker.core.text import format_day, format_instant, format_number
from tracker.progress.addresses import Links
from tracker.progress.facts import with_unit
from tracker.progress.figures import Scope
from tracker.progress.queries.snapshots import Revision, revisions

MONTHS = timedelta(days=366)
"""How far back closed months are listed."""


@dataclass(frozen=True)
class Revised:
    """One closed month as it is printed; `href` leads to the account of the difference, where there is one."""

    month: str
    said: str
    said_on: str
    known: str
    change: str
    href: str | None


def revised(metric: Metric, scope: Scope, until: date, links: Links) -> Sequence[Revised]:
    """The months closed in the year to a day, the latest first."""
    return [_printed(one, links) for one in revisions(metric, scope, until - MONTHS, until)]


def _printed(one: Revision, links: Links) -> Revised:
    then, now = one.at_close, one.known
    is_same = (then.numerator, then.denominator, then.value) == (now.numerator, now.denominator, now.value)
    return Revised(
        month=format_day(then.as_at),
        said=with_unit(then),
        said_on=format_instant(then.known_at),
        known=with_unit(now),
        change="Not revised" if is_same else _difference(then.number, now.number, now.metric),
        href=None if is_same else links.bridge(then, now),
    )


def _difference(then: float | None, now: float | None, metric: Metric) -> str:
    if then is None or now is None:
        return "Revised"
    amount = round(now - then, metric.decimals)
    if amount == 0:
        return "Revised, by less than is printed"
    return f"{'+' if amount > 0 else '−'}{format_number(abs(amount), metric.decimals)}"
