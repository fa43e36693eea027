import json
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.api.systems import system_of
from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person, make_placement
from tests.leadership.recruiting import make_candidacy, make_vacancy
from tracker.accounts.models import AuditEntry
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.ledger.models import Event, Source
from tracker.progress.models import TargetPoint, TargetVersion
from tracker.progress.services.compiling import compile_day

DAY = date(2026, 6, 30)
EVERYBODY = (*Role,)
READERS = {Role.PROGRAMME_MANAGER, Role.DEPARTMENT_LEAD, Role.RECRUITMENT_LEAD, Role.LEADERSHIP, Role.AUDITOR}
ABOUT_PEOPLE = {Role.PROGRAMME_MANAGER, Role.DEPARTMENT_LEAD, Role.AUDITOR, Role.FELLOW, Role.TRAINEE}
LISTS = {
    "organisations": set(EVERYBODY),
    "figures?as_at=2026-06-30": READERS,
    "forecasts": READERS,
    "targets": READERS | {Role.ADMINISTRATOR},
    "cohorts": {Role.PROGRAMME_MANAGER, Role.AUDITOR},
    "people": ABOUT_PEOPLE,
    "events": ABOUT_PEOPLE | {Role.RECRUITMENT_LEAD},
}


def enrol(arrange: Arrange, *history: str, at: str = "home-office", **person: str) -> tuple[str, str]:
    """An enrolment in a history, by its reference and the person's."""
    with arrange():
        made = make_enrolment(*(history or ("enrolled 2026-01-05",)), person=make_person(at, **person))
        return made.ref, made.person.ref


def stage(ref: str, **more: object) -> dict[str, object]:
    return {"act": "stage", "enrolment": ref, "stage": "in-training", "effective_on": "2026-02-02", **more}


def test_each_role_reaches_what_its_pages_reach_and_no_more(app: Flask, arrange: Arrange):
    with arrange():
        make_cohort("C-1")
    enrol(arrange)
    with app.app_context():
        compile_day(DAY)

    answered = {
        role: {path for path in LISTS if (answer := system.get(path)).status_code == 200 or _is_refusal(answer, 403)}
        - {path for path in LISTS if system.get(path).status_code == 403}
        for role in EVERYBODY
        for system in [system_of(app, arrange, role)]
    }

    assert answered == {role: {path for path, may in LISTS.items() if role in may} for role in EVERYBODY}


def _is_refusal(answer: object, status: int) -> bool:
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    return True


def test_a_lead_reads_the_people_of_the_department_and_leadership_reads_no_name(app: Flask, arrange: Arrange):
    enrol(arrange, first_name="Nearby")
    enrol(arrange, at="hm-treasury", first_name="Zephyrine")

    lead = system_of(app, arrange, Role.DEPARTMENT_LEAD).get("people")
    manager = system_of(app, arrange, Role.PROGRAMME_MANAGER).get("people")
    narrowed = system_of(app, arrange, Role.PROGRAMME_MANAGER, within="hm-treasury").get("people")
    leadership = system_of(app, arrange, Role.LEADERSHIP)

    assert [one["first_name"] for one in lead.json["data"]] == ["Nearby"]
    assert [one["first_name"] for one in manager.json["data"]] == ["Nearby", "Zephyrine"]
    assert [one["first_name"] for one in narrowed.json["data"]] == ["Zephyrine"]
    assert not any("Zephyrine" in leadership.get(path).text for path in LISTS)
    assert lead.headers["Cache-Control"] == "no-store"
    assert lead.json["data"][0]["organisation"] == "home-office"
    assert lead.json["data"][0]["enrolments"][0]["stage"] == "enrolled"


def test_lists_go_on_at_next_until_everybody_was_listed_once(app: Flask, arrange: Arrange):
    refs = [enrol(arrange)[1] for _ in range(5)]
    system, found, path = system_of(app, arrange, Role.PROGRAMME_MANAGER), [], "people?limit=2"

    while path:
        answer = system.get(path)
        found += [one["ref"] for one in answer.json["data"]]
        path = answer.json["next"]
        assert ("Link" in answer.headers) == bool(path)

    assert found == refs


def test_figures_are_those_of_the_command_within_reach(app: Flask, arrange: Arrange):
    for place in ("home-office", "hm-treasury"):
        enrol(arrange, "completed 2026-03-02", at=place)
    with arrange() as session:
        version = TargetVersion(figure="training.trained", reason="A plan")
        version.points = [TargetPoint(day=date(2026, 1, 1), value=0), TargetPoint(day=date(2026, 12, 31), value=364)]
        session.add(version)
    with app.app_context():
        compile_day(DAY)
    manager, lead = (system_of(app, arrange, one) for one in (Role.PROGRAMME_MANAGER, Role.DEPARTMENT_LEAD))
    asked = "figures?as-at=2026-06-30&figure=training.trained"

    [whole] = manager.get(asked).json["data"]
    live = manager.get(f"{asked}&live=true").json["data"][0]
    own = lead.get(f"{asked}&organisation=home-office").json["data"][0]

    assert (whole["organisation"], whole["value"], whole["target"], whole["as_at"]) == ("all", 2, 180, "2026-06-30")
    assert live["value"] == 2
    assert (own["organisation"], own["value"], own["symbol"]) == ("home-office", 1, None)
    assert _is_refusal(lead.get(f"{asked}&organisation=hm-treasury"), 404)
    assert _is_refusal(lead.get(f"{asked}&organisation=all"), 404)
    assert {one["organisation"] for one in lead.get(asked).json["data"]} == {"home-office"}
    assert _is_refusal(manager.get("figures?as_at=2026-06-29"), 404)
    uncompiled = manager.get("figures?as_at=2026-06-29&known_at=2026-07-01T17:00:00.123456Z")
    assert "of 29 June 2026 as known at 1 July 2026, 6:00pm are not compiled" in uncompiled.json["detail"]
    assert manager.get("targets").json["data"][0]["points"][1] == {"date": "2026-12-31", "value": 364}
    assert lead.get("targets").json["data"] == []


def test_pages_of_figures_stay_at_the_instant_of_the_first(app: Flask, arrange: Arrange):
    enrol(arrange, "completed 2026-03-02")
    with app.app_context():
        compile_day(DAY)
    system = system_of(app, arrange, Role.LEADERSHIP)
    first = system.get("figures?as_at=2026-06-30&by=organisation&figure=training.trained&limit=3")
    enrol(arrange, "completed 2026-03-03")
    with app.app_context():
        compile_day(DAY)

    second = system.get(first.json["next"])

    assert {one["known_at"] for one in second.json["data"]} == {first.json["data"][0]["known_at"]}
    assert not {one["organisation"] for one in first.json["data"]} & {
        one["organisation"] for one in second.json["data"]
    }


def test_what_is_not_about_people_costs_nothing_the_second_time(app: Flask, arrange: Arrange):
    system = system_of(app, arrange, Role.LEADERSHIP)
    first = system.get("organisations")

    second = system.get("organisations", headers={"If-None-Match": first.headers["ETag"]})

    assert (second.status_code, second.data) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first.headers["Vary"]


def test_an_act_is_done_once_for_each_key_by_the_rules_of_the_pages(app: Flask, arrange: Arrange):
    ref, person = enrol(arrange)
    system = system_of(app, arrange, Role.PROGRAMME_MANAGER, may_write=True)

    first = system.post(stage(ref), "key-1")
    again = system.post(stage(ref), "key-1")
    other = system.post(stage(ref, note="Other words"), "key-1")
    twice = system.post(stage(ref), "key-2")
    ahead = system.post(stage(ref, stage="completed", effective_on="2999-01-01"), "key-3")

    assert (first.status_code, first.json["stage"], first.json["person"]) == (201, "in-training", person)
    assert (again.status_code, again.data) == (201, first.data)
    assert _is_refusal(other, 422)
    assert _is_refusal(twice, 409)
    assert "already recorded" in twice.json["detail"]
    assert _is_refusal(ahead, 409)
    with app.app_context():
        events = db.session.scalars(select(Event).order_by(Event.id)).all()
        assert [(one.stage, one.source) for one in events][1:] == [("in-training", Source.API)]
        verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.number)).all()
        assert verbs[-3:] == ["token.used", "enrolment.stage", "token.wrote"]


@pytest.mark.parametrize(
    ("history", "act", "stands"),
    [
        ("in-training 2026-01-05", {"act": "break", "return_on": "2026-05-01"}, "on-break"),
        ("on-break 2026-01-05", {"act": "extend-break", "return_on": "2026-05-01"}, "on-break"),
        ("on-break 2026-01-05", {"act": "return", "stage": "in-training"}, "in-training"),
        ("enrolled 2026-01-05", {"act": "withdraw", "trigger": "person", "reason": "workload"}, "withdrawn"),
        ("withdrawn 2026-01-05", {"act": "reinstate"}, "nominated"),
        ("in-training 2026-01-05", {"act": "complete", "evidence": "A certificate"}, "completed"),
        ("not-completed 2026-01-05", {"act": "resit"}, "in-training"),
        ("not-completed 2026-01-05", {"act": "appeal", "evidence": "A letter"}, "completed"),
        ("enrolled 2026-01-05", {"act": "move", "cohort": "C-OTHER"}, "enrolled"),
    ],
)
def test_every_act_of_the_pages_can_be_sent(app: Flask, arrange: Arrange, history: str, act: dict, stands: str):
    with arrange():
        make_cohort("C-OTHER")
    ref, _ = enrol(arrange, history)
    system = system_of(app, arrange, Role.PROGRAMME_MANAGER, may_write=True)

    answer = system.post({"enrolment": ref, "effective_on": "2026-02-02", **act}, "key")

    assert (answer.status_code, answer.json.get("stage")) == (201, stands), answer.text
    assert len(answer.json["events"]) == 1


@pytest.mark.parametrize(
    ("history", "act", "stands"),
    [
        ("proposed 2026-01-05", {"act": "placement-stage", "stage": "matched"}, "matched"),
        ("accepted 2026-01-05", {"act": "placement-stage", "stage": "in-post"}, "in-post"),
        ("in-post 2026-01-05", {"act": "placement-leave", "stage": "ended-early", "reason": "funding"}, "ended-early"),
        ("in-post 2026-01-05", {"act": "placement-complete"}, "completed"),
        (
            "in-post 2026-01-05",
            {"act": "placement-complete", "organisation": "hm-treasury", "post": "Data scientist"},
            "completed",
        ),
    ],
)
def test_placements_are_recorded_by_the_rules_of_their_pages(
    app: Flask, arrange: Arrange, history: str, act: dict, stands: str
):
    with arrange():
        made = make_placement(history)
        ref, person = made.ref, made.journey.person.ref
    system = system_of(app, arrange, Role.PROGRAMME_MANAGER, may_write=True)
    sent = {"placement": ref, "effective_on": "2026-02-02", **act}

    answer, again = system.post(sent, "key"), system.post(sent, "key")
    ahead = system.post({**sent, "effective_on": "2999-01-01"}, "key-2")

    assert answer.status_code == 201, answer.text
    assert (answer.json["journey"], answer.json["person"], answer.json["stage"]) == (ref, person, stands)
    assert again.data == answer.data
    assert _is_refusal(ahead, 409)
    [line] = [one for one in system.get("events").json["data"] if one["source"] == "api"]
    assert (line["event"], line["journey"], line["strand"]) == (answer.json["events"][0], ref, "fellowships")


def test_a_recruitment_lead_records_and_follows_vacancies_and_nothing_else(app: Flask, arrange: Arrange):
    enrolment, _ = enrol(arrange)
    with arrange():
        vacancy = make_vacancy("approval 2026-01-05")
        make_candidacy(make_vacancy("approval 2026-01-05", "closed 2026-02-02"))
        placement = make_placement("proposed 2026-01-05").ref
        ref = vacancy.ref
    lead = system_of(app, arrange, Role.RECRUITMENT_LEAD, may_write=True)
    sent = {"act": "vacancy-stage", "vacancy": ref, "stage": "advert", "effective_on": "2026-02-02"}

    answer = lead.post(sent, "key")
    beyond = [
        lead.post(stage(enrolment), "key-2"),
        lead.post({"act": "placement-stage", "placement": placement, **_matched()}, "key-3"),
    ]
    without_words = lead.post({**sent, "stage": "cancelled"}, "key-4")
    followed = lead.get("events").json["data"]

    assert (answer.status_code, answer.json["stage"], answer.json["person"]) == (201, "advert", None), answer.text
    assert all(_is_refusal(one, 422) for one in beyond)
    assert _is_refusal(without_words, 409)
    assert {one["strand"] for one in followed} == {"leadership"}
    assert [one["stage"] for one in followed] == ["approval", "approval", "closed", "advert"]


def _matched() -> dict[str, str]:
    return {"stage": "matched", "effective_on": "2026-02-02"}


def test_who_may_not_record_records_nothing(app: Flask, arrange: Arrange):
    ref, _ = enrol(arrange, at="hm-treasury")
    reading = system_of(app, arrange, Role.PROGRAMME_MANAGER)
    lead = system_of(app, arrange, Role.DEPARTMENT_LEAD, may_write=True)
    stale = system_of(app, arrange, Role.PROGRAMME_MANAGER, may_write=True)

    assert _is_refusal(reading.post(stage(ref), "key"), 403)
    beyond, nowhere = lead.post(stage(ref), "key"), lead.post(stage("NOWHERE"), "key")
    assert _is_refusal(beyond, 422)
    assert beyond.json["errors"] == nowhere.json["errors"]
    assert _is_refusal(stale.post(stage(ref, version=99), "key"), 409)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Event)) == 1


def test_a_session_opens_no_api_and_a_token_opens_no_page(app: Flask, arrange: Arrange, sign_in: SignIn):
    system = system_of(app, arrange, Role.PROGRAMME_MANAGER)

    by_session = sign_in(Role.PROGRAMME_MANAGER).get("/api/v1/people")
    by_token = system.get("/people")

    assert _is_refusal(by_session, 401)
    assert by_session.headers["WWW-Authenticate"].startswith("Bearer")
    assert by_token.location == "/sign-in?next=/people"


def test_every_refusal_is_a_problem_document(app: Flask, arrange: Arrange):
    ref, _ = enrol(arrange)
    system = system_of(app, arrange, Role.PROGRAMME_MANAGER, may_write=True)
    client, known = system.client, {"Authorization": f"Bearer {system.text}", "Idempotency-Key": "key"}
    at = "/api/v1/events"

    refused = [
        (404, system.get("/api/v1/nothing")),
        (404, system.get("/api")),
        (405, client.post("/api/v1/figures", headers=known)),
        (415, client.post(at, data="a=b", headers=known)),
        (400, client.post(at, data="{", content_type="application/json", headers=known)),
        (400, client.post(at, json=stage(ref), headers=known | {"Idempotency-Key": ""})),
        (422, client.post(at, json=stage(ref, status="admin"), headers=known)),
        (422, client.post(at, data=json.dumps(stage(ref, note="\0")), content_type="application/json", headers=known)),
        (413, client.post(at, data="x" * 1_100_000, content_type="application/json", headers=known)),
        (422, system.get("people?limit=0")),
        (422, system.get("people?limit=1&limit=2")),
        (422, system.get("people?cursor=none")),
        (404, system.get("events?cursor=YzEwMA")),  # a place that the feed never gave, or gave before a restore
        (422, system.get("figures?as_at=31/04/2026")),
        (404, system.get("figures?figure=nothing")),
        (400, system.get("people?stage=a%00b")),
    ]

    assert [answer.status_code for _, answer in refused] == [status for status, _ in refused]
    assert all(_is_refusal(answer, status) for status, answer in refused)
    assert client.post("/api/v1/figures", headers=known).headers["Allow"]


def test_every_look_at_people_is_in_the_audit_trail_with_how_many(app: Flask, arrange: Arrange):
    enrol(arrange)
    system = system_of(app, arrange, Role.AUDITOR)

    for path in ("people", "people", "events", "organisations", "events?cursor=YzE"):
        system.get(path)

    with app.app_context():
        looks = db.session.execute(
            select(AuditEntry.subject_type, AuditEntry.after)
            .where(AuditEntry.verb == "exported")
            .order_by(AuditEntry.number)
        ).all()
        uses = select(func.count()).select_from(AuditEntry).where(AuditEntry.verb == "token.used")
        assert db.session.scalar(uses) == 1
    assert [kind for kind, _ in looks] == ["people", "people", "events"]
    assert all('"rows":1' in after and '"through":"token ' in after for _, after in looks)


def test_the_document_says_what_there_is(app: Flask, arrange: Arrange):
    described = app.test_client().get("/api/v1/openapi.json").json

    assert described["openapi"] == "3.1.0"
    paths = {f"/api/v1/{path.partition('?')[0]}" for path in LISTS}
    assert set(described["paths"]) == paths
    assert set(described["paths"]["/api/v1/events"]) == {"get", "post"}
    assert "AskPeople" not in described["components"]["schemas"]


def test_a_lead_is_told_forecasts_of_the_own_department_alone(app: Flask, arrange: Arrange):
    system = system_of(app, arrange, Role.DEPARTMENT_LEAD, at="home-office")

    own, other = (system.get(f"forecasts?organisation={slug}") for slug in ("home-office", "ministry-of-justice"))

    assert own.json["data"] == []
    assert other.status_code == 404
