"""People for a test alone, on the site that all tests share."""

from dataclasses import dataclass
from itertools import count

from sqlalchemy import select

from tests.browser.site import Site
from tests.factories import make_cohort, make_enrolment, make_person
from tracker.core.clock import days_from_now, london_day
from tracker.training.models import Cohort

_serial = count(1)


@dataclass(frozen=True)
class Someone:
    """A person with one enrolment, by the references that stand in addresses."""

    name: str
    person: str
    enrolment: str
    cohort: str
    other_cohort: str


def days_ago(days: int) -> str:
    """A day so long ago, as 2026-10-31."""
    return london_day(days_from_now(-days)).isoformat()


def someone(site: Site, *history: str, at: str = "home-office") -> Someone:
    """Somebody whose enrolment has the history, such as f"in-training {days_ago(90)}"; two cohorts are open."""
    n = next(_serial)
    codes = [f"BROWSER-{n}-{letter}" for letter in "AB"]
    with site.arrange() as session:
        for code in codes:
            make_cohort(code)
        person = make_person(
            at, ref=f"B{n:05}", first_name="Olu", last_name=f"Browser{n}", email=f"b{n}@example.gov.uk"
        )
        cohort = session.scalars(select(Cohort).where(Cohort.code == codes[0])).one()
        enrolment = make_enrolment(*history, person=person, cohort=cohort)
        return Someone(f"Olu Browser{n}", person.ref, enrolment.ref, *codes)
