"""Records that may be of one person, and bodies that change, for a test alone on the site that all tests share."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from tests.browser.site import Site
from tests.factories import make_person, make_user, organisation
from tracker.admin.changes.services import Plan, record, settle
from tracker.core.clock import today
from tracker.core.db import db
from tracker.organisations.models import Organisation, ReorganisationKind
from tracker.people.identity.services import second
from tracker.register.identity.services import Choice, merge, pair_up

_serial = count(1)


@dataclass(frozen=True)
class Twice:
    """Somebody who stands in the register twice: both references, and the address of the pair."""

    first: str
    second: str
    pair: str


def twice(site: Site) -> Twice:
    """Two records of one person, side by side in the queue."""
    n = next(_serial)
    with site.arrange():
        names = {"first_name": "Zoë", "last_name": f"Twice{n}"}
        one = make_person(ref=f"TW{n:04}A", email=f"tw{n}a@example.gov.uk", **names)
        other = make_person("hm-treasury", ref=f"TW{n:04}B", email=f"tw{n}b@example.gov.uk", **names)
        return Twice(one.ref, other.ref, f"/duplicates/{pair_up(one, other.ref).ref}")


def body(site: Site, name: str, people: int = 1) -> str:
    """A body of its own with so many people; its name."""
    n = next(_serial)
    with site.arrange():
        made = Organisation(slug=f"browser-body-{n}", name=f"{name} {n}")
        db.session.add(made)
        db.session.flush()
        for place in range(people):
            email = f"body{n}-{place}@example.gov.uk"
            make_person(made.slug, ref=f"BO{n:03}{place}", first_name="Bo", last_name=f"Dy{n}", email=email)
        return made.name


def led_to(site: Site) -> list[str]:
    """Pages that lead to those about identity and change: a person with a merged record who is away, a pair that waits,
    and a change that left somebody to be placed."""
    pair, whole = twice(site), body(site, "Office to be split")
    with site.arrange():
        by, n = make_user(), next(_serial)
        person = make_person("home-office", ref=f"AWAY{n}", email=f"away{n}@example.gov.uk")
        other = make_person(ref=f"OLD{n}", email=f"old{n}@example.gov.uk")
        merge(person, other, Choice(), reason="The same payroll number", by=by)
        there = organisation("cabinet-office").id
        days = {"starts_on": today() - timedelta(days=30), "returns_on": today() + timedelta(days=30)}
        second(person, organisation_id=there, grade_id=None, reason="", by=by, **days)
        new = f"First part {n}\nOther part {n}"
        split = record(settle(Plan(ReorganisationKind.SPLIT, date(2026, 5, 1), whole, new_names=new)), by=by)
        return [pair.pair, f"/people/{person.ref}", f"/people/{pair.first}", f"/organisations/changes/{split.ref}"]
