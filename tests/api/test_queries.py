from flask import Flask
from sqlalchemy import select

from tests.api.systems import follow, system_of
from tests.conftest import Arrange
from tests.factories import make_enrolment, make_person, make_placement
from tests.leadership.recruiting import make_candidacy, make_vacancy
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.ledger.models import Event


def test_a_lead_is_told_of_the_department_alone_and_goes_on_behind_what_was_looked_at(app: Flask, arrange: Arrange):
    lead = system_of(app, arrange, Role.DEPARTMENT_LEAD)
    with arrange():
        for place in ("hm-treasury", "home-office", "hm-treasury"):
            make_enrolment("enrolled 2026-01-05", person=make_person(place))
        mine = db.session.scalars(select(Event.id).order_by(Event.id)).all()[1]

    told, on = follow(lead)

    assert told == [("recorded", mine)]
    assert follow(lead, on)[0] == []


def test_of_candidates_nothing_is_told_and_of_placements_only_who_sees_them(app: Flask, arrange: Arrange):
    with arrange():
        make_placement("in-post 2026-01-05")
        make_candidacy(make_vacancy())
    manager, lead = (system_of(app, arrange, role) for role in (Role.PROGRAMME_MANAGER, Role.DEPARTMENT_LEAD))

    told = manager.get("events").json["data"]

    assert {line["strand"] for line in told} == {"fellowships", "leadership"}
    assert [line["person"] for line in told if line["strand"] == "leadership"] == [None] * len(told[1:])
    assert "applied" not in {line["stage"] for line in told}
    assert follow(lead)[0] == []
