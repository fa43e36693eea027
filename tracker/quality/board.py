"""The pages of findings put together: rules with their counts, and the findings of one rule as rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row

from tracker.accounts.models import User
from tracker.core.clock import today
from tracker.core.paging import PER_PAGE, Page, page_number
from tracker.core.text import format_day
from tracker.fellowships.lifecycle import PLACEMENT
from tracker.leadership.lifecycle import VACANCY
from tracker.quality import queries
from tracker.quality.models import Finding
from tracker.quality.rules import BY_CODE, RULES, Rule
from tracker.quality.trend import Trend, days_to
from tracker.quality.trend import trends as trend_of_each
from tracker.training.lifecycle import ENROLMENT


def age(since: date | None) -> str:
    """How long something has been open, in words."""
    if since is None:
        return ""
    days = (today() - since).days
    return "today" if days <= 0 else "1 day" if days == 1 else f"{days} days"


@dataclass(frozen=True)
class Overview:
    """Every rule: those that records break, as rows of a table, the most records first; and those that none breaks."""

    broken: list[dict[str, Any]]
    clean: list[dict[str, Any]]


def overview(scope: ColumnElement[bool], address: Callable[[str], str]) -> Overview:
    """Every rule with what is open of it. What is put off counts as broken, after what waits.

    :param address: the page of a rule, by its code.
    """
    found = queries.by_rule(scope, today())
    over_time = trends(scope)
    broken, clean = [], []
    for rule in RULES:
        named = {"text": rule.title, "href": address(rule.code)}
        row = found.get(rule.code)
        if row is None:
            clean.append(named)
            continue
        broken.append(
            {
                "rule": {**named, "note": rule.fix},
                "waiting": row.waiting,
                "oldest": age(row.oldest_on),
                "snoozed": row.snoozed,
                "trend": over_time[rule.code],
            }
        )
    return Overview(sorted(broken, key=lambda one: -one["waiting"]), clean)


def waiting(scope: ColumnElement[bool]) -> list[tuple[Rule, int]]:
    """Every rule of which something waits, with how many findings do."""
    found = queries.by_rule(scope, today())
    return [(rule, found[rule.code].waiting) for rule in RULES if rule.code in found and found[rule.code].waiting]


def trends(scope: ColumnElement[bool]) -> Mapping[str, Trend]:
    """How each rule went over the last weeks, up to the day that was checked last."""
    first, last = queries.checked()
    days = days_to(last or today(), first)
    return trend_of_each(queries.lasted(scope, days[0]), [rule.code for rule in RULES], days)


def given(user: User, scope: ColumnElement[bool], number: str | None, url: Callable[[int], str]) -> Page[Row[Any]]:
    """One page of the findings that somebody looks after."""
    return _page(queries.given_to(user, scope, today()), number, url)


def owners(finding: Finding) -> list[tuple[str, str]]:
    """To whom a finding can be given: reference, and name with roles."""
    return [(one.ref, f"{one.name}, {one.role_names}") for one in queries.possible_owners(finding)]


def findings(
    rule: Rule, scope: ColumnElement[bool], number: str | None, url: Callable[[int], str], *, snoozed: bool
) -> Page[Row[Any]]:
    """One page of the findings of a rule."""
    return _page(queries.of_rule(rule.code, scope, today(), snoozed=snoozed), number, url)


def _page(found: queries.Rows, number: str | None, url: Callable[[int], str]) -> Page[Row[Any]]:
    total = queries.count(found)
    at = page_number(number, total)
    return Page(queries.rows(found, PER_PAGE, (at - 1) * PER_PAGE), at, total, url)


def record_words(row: Row[Any]) -> str:
    """What a finding is about: whose record, which post, or which programme."""
    if row.vacancy_ref:
        return f"{row.vacancy_ref}, {row.post}"
    return f"{row.first_name} {row.last_name}" if row.person_ref else row.programme_name or row.cohort or ""


def owner_words(row: Row[Any]) -> str:
    """Who looks after a finding."""
    return row.owner or "Programme managers"


def title_of(row: Row[Any]) -> str:
    """The rule a finding breaks."""
    return BY_CODE[row.rule].title


def detail_words(row: Row[Any]) -> str:
    """What breaks the rule, in a few words."""
    if row.rule == "email-shared":
        return f"The address was that of {row.other_ref}"
    if row.other_ref:
        return f"Perhaps the same person as {row.other_ref}"
    if row.placement_ref:
        return f"{row.placement_ref}: ‘{PLACEMENT.label(row.stage)}’ since {format_day(row.since)}"
    if row.vacancy_ref:
        return f"‘{VACANCY.label(row.stage)}’ since {format_day(row.since)}"
    if row.stage and row.promised_on and row.stage == "on-break":
        return f"{row.cohort}: was due back on {format_day(row.promised_on)}"
    if row.stage:
        return f"{row.cohort}: ‘{ENROLMENT.label(row.stage)}’ since {format_day(row.since)}"
    return row.cohort or BY_CODE[row.rule].title
