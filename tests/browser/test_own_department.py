"""A department lead sees the own department, and of another not even that there is something."""

import re

from sqlalchemy import or_, select

from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.someone import days_ago, someone
from tracker.accounts.permissions import Role
from tracker.organisations.models import Organisation, OrganisationParent

NUMBER = re.compile(r"number: \w+")
"""The number that every answer has of its own."""


def family(site: Site, slug: str) -> set[str]:
    """The names of an organisation and of the bodies under it."""
    own = select(Organisation.id).where(Organisation.slug == slug).scalar_subquery()
    bodies = select(OrganisationParent.child_id).where(OrganisationParent.parent_id == own)
    with site.reading() as session:
        named = select(Organisation.name).where(or_(Organisation.slug == slug, Organisation.id.in_(bodies)))
        return set(session.scalars(named))


def test_a_department_lead_works_within_the_own_department(visit: Visit, programme: Site):
    own = someone(programme, f"in-training {days_ago(90)}", at="hm-treasury")
    other = someone(programme, f"in-training {days_ago(90)}", at="home-office")
    lead = visit(Role.DEPARTMENT_LEAD, at="hm-treasury").open("/").look().open("/people").look("own")
    shown = {cells.split("\t")[1] for cells in lead.tab.locator("main tbody tr").all_inner_texts()}
    assert "HM Treasury" in shown <= family(programme, "hm-treasury")

    lead.open(f"/people?q={own.person}").sees("People (1)").open(f"/people?q={other.person}").sees("Nobody matches")
    lead.open(f"/people/{own.person}").sees("Record completion").look("own")
    lead.open(f"/people/{other.person}", 404).look("of another department")
    said = NUMBER.sub("", lead.words)
    assert NUMBER.sub("", lead.open("/people/NOBODY", 404).words) == said
    for path in ("", "/stage", "/break", "/withdraw"):
        lead.open(f"/training/enrolments/{other.enrolment}{path}", 404)
    lead.open("/progress").look("own").open("/progress/organisations/hm-treasury").look("own")
    lead.open("/progress/organisations/home-office", 404)
    lead.open(f"/people/{own.person}/transfer", 403).look("closed")
