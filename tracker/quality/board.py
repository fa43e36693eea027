"""The pages of findings put together: rules with their counts, and the findings of one rule as rows."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row

from tracker.core.clock import today
from tracker.core.paging import PER_PAGE, Page, page_number
from tracker.core.text import format_day
from tracker.fellowships.lifecycle import PLACEMENT
from tracker.quality import queries
from tracker.quality.rules import RULES, Rule
from tracker.training.lifecycle import ENROLMENT


def age(since: date | None) -> str:
    """How long something has been open, in words."""
    if since is None:
        return ""
    days = (today() - since).days
    return "today" if days <= 0 else "1 day" if days == 1 else f"{days} days"


def rules(scope: ColumnElement[bool], address: Callable[[str], str]) -> list[dict[str, Any]]:
    """Every rule with what is open of it, as rows of a table.

    :param address: the page of a rule, by its code.
    """
    found = queries.by_rule(scope, today())
    rows = []
    for rule in RULES:
        row = found.get(rule.code)
        rows.append(
            {
                "rule": {"text": rule.title, "href": address(rule.code), "note": rule.fix},
                "waiting": row.waiting if row else 0,
                "oldest": age(row.oldest_on) if row else "",
                "snoozed": row.snoozed if row else 0,
            }
        )
    return rows


def findings(
    rule: Rule, scope: ColumnElement[bool], number: str | None, url: Callable[[int], str], *, snoozed: bool
) -> Page[Row[Any]]:
    """One page of the findings of a rule."""
    found = queries.of_rule(rule.code, scope, today(), snoozed=snoozed)
    total = queries.count(found)
    at = page_number(number, total)
    return Page(queries.rows(found, PER_PAGE, (at - 1) * PER_PAGE), at, total, url)


def record_words(row: Row[Any]) -> str:
    """What a finding is about: whose record, or which programme."""
    return f"{row.first_name} {row.last_name}" if row.person_ref else row.programme_name or row.cohort or ""


def detail_words(row: Row[Any]) -> str:
    """What breaks the rule, in a few words."""
    if row.other_ref:
        return f"Same name as {row.other_ref}"
    if row.placement_ref:
        return f"{row.placement_ref}: ‘{PLACEMENT.label(row.stage)}’ since {format_day(row.since)}"
    if row.stage and row.promised_on and row.stage == "on-break":
        return f"{row.cohort}: was due back on {format_day(row.promised_on)}"
    if row.stage:
        return f"{row.cohort}: ‘{ENROLMENT.label(row.stage)}’ since {format_day(row.since)}"
    return row.cohort or ""
