"""The pages of cohorts put together."""

from collections.abc import Callable
from typing import Any

from tracker.core.paging import PER_PAGE, Page, page_number
from tracker.training import queries
from tracker.training.lifecycle import ENROLMENT
from tracker.training.models import Cohort


def cohorts(number: str | None, url: Callable[[int], str]) -> Page[dict[str, Any]]:
    """One page of cohorts, by code, with how many people each has and how many of them are in training.

    :param number: the page asked for, as the address says it.
    """
    total = queries.number_of_cohorts()
    at = page_number(number, total)
    rows = [
        {"cohort": cohort, "people": people, "in_training": in_training}
        for cohort, people, in_training in queries.cohorts(PER_PAGE, (at - 1) * PER_PAGE)
    ]
    return Page(rows, at, total, url)


def by_stage(cohort: Cohort, href: Callable[[str], str]) -> list[dict[str, Any]]:
    """How many people of a cohort stand at each stage that has any, in the order of the lifecycle.

    :param href: the list of those who stand at a stage.
    """
    found = {row.stage: row.people for row in queries.people_by_stage(cohort)}
    return [
        {"stage": info, "people": {"text": found[code], "href": href(code)}}
        for code, info in ENROLMENT.stages.items()
        if code in found
    ]
