"""A small world in which every kind of person meets every page: somebody of each role, and things within and beyond
reach."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import inspect, select, text
from werkzeug.test import TestResponse

from tests.api.systems import System, make_token
from tests.browsers import Browser, browser, browser_of
from tests.databases import Database
from tests.factories import (
    make_cohort,
    make_enrolment,
    make_person,
    make_placement,
    make_supervisor,
    make_user,
    organisation,
)
from tests.leadership.recruiting import make_candidacy, make_vacancy, seat
from tracker.accounts import queries
from tracker.accounts.models import ApiToken, Purpose, User, UserSession
from tracker.accounts.permissions import GRANTS, WRITTEN_BY_TOKEN, Role
from tracker.accounts.services import answer_links, give_role, links, role_requests, users
from tracker.accounts.services.answer_links import LinkKind
from tracker.admin.changes import services as changes
from tracker.admin.changes.services import Plan
from tracker.admin.reference import queries as reference
from tracker.admin.reference.lists import LISTS
from tracker.core.clock import now
from tracker.core.db import db, transaction
from tracker.fellowships.lifecycle import LogState
from tracker.fellowships.models import Extension, LogVersion, Objective, Project, Scheme, Supervisor, WeekLog
from tracker.fellowships.services import afterwards, mailing
from tracker.following.services import keep_view
from tracker.imports.models import ImportBatch, Status
from tracker.imports.services.uploads import folder_of
from tracker.leadership.models import PanelMember
from tracker.organisations.models import Organisation, OrganisationParent, ReorganisationKind
from tracker.outbox import services as outbox
from tracker.people.identity.services import second
from tracker.people.models import Person
from tracker.quality.models import Finding
from tracker.register.identity.services import Choice, merge, pair_up
from tracker.training import services as training
from tracker.training.models import Endorser, Enrolment, FollowUp, Programme

PRINCIPALS = ("anonymous", "disabled", "no-role", *(role.value for role in Role))
FIGURE, DAY, RULE = "training.trained", "2026-06-30", "programme-without-length"
"""A figure, a day of which nothing was compiled, so that it is answered from the ledger, and a rule of data quality."""
RESTLESS = frozenset({"sign_in_attempt", "api_token"})
"""Counts of attempts, and of uses: a refusal is itself counted."""
WEEK = "2026-03-06"
"""A week that every placement was in post, and a log was sent for."""
CANARY = "Zephyrine"
"""The first name of everybody beyond reach; it must stand on no page of a refusal."""


@dataclass
class World:
    """Who and what there is. `people`, `enrolments` and `placements`: the reference of one's own (or of one's
    department, or that one supervises), by principal; `vacancies` and `candidacies`: of the vacancy whose panel one
    sits on."""

    app: Flask
    cookies: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    enrolments: dict[str, str] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
    vacancies: dict[str, str] = field(default_factory=dict)
    candidacies: dict[str, str] = field(default_factory=dict)
    campaigns: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    placements: dict[str, str] = field(default_factory=dict)
    views: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    systems: dict[str, System] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def browser(self, principal: str) -> Browser:
        """A browser of the principal, as it was when the world was made."""
        made = browser(self.app)
        if principal in self.cookies:
            made.set_cookie("sid", self.cookies[principal])
        return made

    def ask_as_system(self, principal: str, method: str, path: str) -> TestResponse:
        """What a system with a token of the principal is answered; without one where they can have none."""
        system = self.systems.get(principal) or System(self.app, "")
        return system.post({}, "key") if method == "POST" else system.get(path)

    def address(self, endpoint: str, scope: str, principal: str) -> str:
        """The address of a page about something within (`own`) or beyond (`other`) the principal's reach."""
        whose = principal if scope == "own" else "other"
        arguments = ARGUMENTS.get(endpoint) or ARGUMENTS.get(endpoint.partition(".")[0]) or (lambda world, whose: {})
        return self.app.url_map.bind("localhost").build(endpoint, arguments(self, whose))


Arguments = Callable[[World, str], dict[str, Any]]


def _of_person(world: World, whose: str) -> dict[str, Any]:
    return {"ref": world.people[whose]}


def _of_enrolment(world: World, whose: str) -> dict[str, Any]:
    return {"ref": world.enrolments[whose]}


def _of_entry(world: World, whose: str) -> dict[str, Any]:
    return {"ref": world.enrolments[whose], "number": world.entries[whose]}


def _of_week(world: World, whose: str) -> dict[str, Any]:
    return {"ref": world.placements[whose], "week": WEEK}


def _of_placement(world: World, whose: str) -> dict[str, Any]:
    return {"ref": world.placements[whose]}


def _of_vacancy(world: World, whose: str) -> dict[str, Any]:
    return {"ref": world.vacancies[whose]}


def _takes_trainees(whose: str) -> bool:
    """Whether the file is one of trainees: within everybody's reach who takes files, but the recruitment lead's."""
    return whose not in {"other", Role.RECRUITMENT_LEAD}


def _of_candidacy(world: World, whose: str) -> dict[str, Any]:
    return {"ref": world.candidacies[whose]}


def _of_placement_line(world: World, whose: str) -> dict[str, Any]:
    return {"ref": world.placements[whose], "number": 1}


def _of_project(world: World, whose: str) -> dict[str, Any]:
    return {"ref": "PRO-TREASURY" if whose == "other" else "PRO-HOME"}


def _of_match(world: World, whose: str) -> dict[str, Any]:
    return {"ref": world.people[whose], "project_ref": _of_project(world, whose)["ref"]}


def _of_organisation(world: World, whose: str) -> dict[str, Any]:
    return {"slug": "hm-treasury" if whose == "other" else "home-office"}


def _of_target(world: World, whose: str) -> dict[str, Any]:
    return {"figure": FIGURE, **_of_organisation(world, whose)}


def _of_headline(world: World, whose: str) -> dict[str, Any]:
    return {"code": FIGURE, **_of_organisation(world, whose)}


def _about(world: World, whose: str) -> dict[str, Any]:
    return {"organisation": _of_organisation(world, whose)["slug"], "as-at": DAY}


def _of_user(world: World, whose: str) -> dict[str, Any]:
    return {"ref": world.things["user"]}


ARGUMENTS: dict[str, Arguments] = {
    "account.end_session": lambda world, whose: {"ref": world.sessions[whose]},
    "admin_organisations": _of_organisation,
    "admin_reference": lambda world, whose: {"name": "bank-holidays", "ref": world.things["holiday"]},
    "admin_targets": _of_target,
    "admin_users": _of_user,
    "admin_users.decide": lambda world, whose: {"ref": world.things["asked"]},
    "admin_users.withdraw": lambda world, whose: {"ref": world.things["asked"]},
    "admin_users.take_role": lambda world, whose: {"ref": world.things["user"], "grant_id": world.things["grant"]},
    "campaigns": lambda world, whose: {"ref": world.campaigns[whose]},
    "candidacy": _of_candidacy,
    "candidates": _of_vacancy,
    "cohorts": lambda world, whose: {"code": world.things["cohort"]},
    "admin_reasons": lambda world, whose: {"code": "workload"},
    "breaks": _of_enrolment,
    "briefings": _about,
    "correcting": _of_entry,
    "drafts": lambda world, whose: {"ref": world.things["draft"], "key": "course"},
    "drafts.question": lambda world, whose: {"ref": world.things["draft"], "key": "note"},
    "endorsing": lambda world, whose: {"ref": world.things["nominated"], "token": world.things["endorse"]},
    "enrolling": lambda world, whose: {"ref": world.things["nominated"]},
    "enrolment": _of_enrolment,
    "afterwards.by_link": lambda world, whose: {"token": world.things["afterwards"]},
    "afterwards.show": _of_placement,
    "fellow_offers": _of_organisation,
    "fellow_offers.change_project": _of_project,
    "fellow_offers.close_project": _of_project,
    "fellow_offers.keep_round": lambda world, whose: {"code": "no10-innovation"},
    "fellow_offers.project": _of_project,
    "fellowships.drawing": lambda world, whose: {"size": "narrow"},
    "matching": _of_person,
    "matching.propose": _of_match,
    "matching.rank": _of_match,
    "placement_reviews": _of_placement,
    "placement_reviews.mark": _of_placement_line,
    "placements": _of_placement,
    "placement_correcting": _of_placement_line,
    "fellow_logs": _of_week,
    "fellow_logs.go_away": _of_placement,
    "fellow_logs.index": _of_placement,
    "fellow_phone.sync": _of_week,
    "sign_off.by_link": lambda world, whose: {"token": world.things["sign-off"]},
    "follow_ups": _of_enrolment,
    "follow_ups.answer": lambda world, whose: {"token": world.things["follow-up"]},
    "identity": lambda world, whose: {"ref": world.things["pair"]},
    "identity.same_person": lambda world, whose: {"ref": world.things["seconded"]},
    "identity.undo": lambda world, whose: {"ref": world.things["merge"]},
    "imports": lambda world, whose: {"ref": world.things["import" if _takes_trainees(whose) else "import-candidates"]},
    "jobs": lambda world, whose: {"name": "backup"},
    "jobs.try_again": lambda world, whose: {"message_id": world.things["message"]},
    "links.invitation": lambda world, whose: {"token": world.things["invitation"]},
    "links.reset": lambda world, whose: {"token": world.things["reset"]},
    "links.set_up": lambda world, whose: {"token": world.things["set-up"]},
    "offering": _of_candidacy,
    "person": _of_person,
    "programmes": lambda world, whose: {"code": "accelerator"},
    "api.show_figures": lambda world, whose: {"live": "true"},
    "progress": lambda world, whose: {"as-at": DAY},
    "progress_scenario": lambda world, whose: {"code": FIGURE, "key": "none", "kind": "svg", **_about(world, whose)},
    "progress_bridge": lambda world, whose: {"code": FIGURE, "term": "joined", **_about(world, whose)},
    "progress_bridge.drawing": lambda world, whose: {
        "code": FIGURE,
        "key": "none",
        "kind": "svg",
        **_about(world, whose),
    },
    "progress.figure": lambda world, whose: {"code": FIGURE, "as-at": DAY},
    "progress.organisation": lambda world, whose: {**_of_organisation(world, whose), "as-at": DAY},
    "progress_status": _of_headline,
    "progress.strand": lambda world, whose: {"strand": "training", "as-at": DAY},
    "progress_compare": lambda world, whose: {"code": FIGURE, "key": "none", "kind": "svg", **_about(world, whose)},
    "progress_files.drawing": lambda world, whose: {
        "key": "none",
        "kind": "svg",
        "figure": FIGURE,
        **_about(world, whose),
    },
    "progress_files.table": lambda world, whose: {
        "code": FIGURE,
        "form": "csv",
        "with-children": "yes",
        **_about(world, whose),
    },
    "qualifying": lambda world, whose: {"code": "accelerator"},
    "quality.rule": lambda world, whose: {"code": RULE},
    "quality.snooze": lambda world, whose: {"ref": world.things["finding"]},
    "waiting": lambda world, whose: {"ref": world.things["nominated"]},
    "skills": _of_enrolment,
    "skills.rate": lambda world, whose: {**_of_enrolment(world, whose), "rater": "self", "moment": "start"},
    "quality.owner": lambda world, whose: {"ref": world.things["finding"]},
    "following.person": _of_person,
    "following.cohort": lambda world, whose: {"code": world.things["cohort"]},
    "views": lambda world, whose: {"ref": world.views[whose]},
    "views.new": lambda world, whose: {"address": "/people"},
    "reorganisations": lambda world, whose: {"ref": world.things["change"]},
    "secondment": lambda world, whose: {"ref": world.things["seconded"]},
    "static": lambda world, whose: {"filename": "app/app.css"},
    "tokens": lambda world, whose: {"ref": world.tokens[whose]},
    "tokens.new": lambda world, whose: {},
    "vacancies": _of_vacancy,
    "vacancies.leave": lambda world, whose: {"user": world.members[whose], **_of_vacancy(world, whose)},
    "vacancy_records": lambda world, whose: {"code": "leadership.open", **_about(world, whose)},
    "vacancy_records.changed": lambda world, whose: {
        "code": "leadership.open",
        "term": "joined",
        **_about(world, whose),
    },
    "vacancy_course": _of_vacancy,
    "vacancy_course.correct": lambda world, whose: {"number": 1, **_of_vacancy(world, whose)},
    "vacancy_course.take_back": lambda world, whose: {"number": 1, **_of_vacancy(world, whose)},
    "together.record": lambda world, whose: {"code": "stage"},
}
"""What an address needs, by endpoint or by blueprint."""
WITHIN_REACH = frozenset(
    {
        *("breaks", "follow_ups.show", "imports", "skills"),
        *("tokens.revoke", "tokens.show"),
        *("account.end_session", "admin_targets", "correcting", "enrolment", "person"),
        *("following.person", "views"),
        *("progress_compare.drawing", "progress_compare.show"),
        *("progress.organisation", "progress_bridge", "progress_files", "progress_scenario", "progress_status"),
        "briefings.show",
        *("fellow_logs", "fellow_phone.sync", "afterwards.show", "placements", "placement_reviews"),
        "placement_correcting",
        *("campaigns", "candidacy", "candidates", "offering", "vacancies", "vacancy_course"),
        *("fellow_offers.answer", "fellow_offers.open_project", "fellow_offers.project"),
        *("fellow_offers.change_project", "fellow_offers.close_project"),
        *("matching.look_for", "matching.rank", "matching.show"),
    }
)
"""Endpoints and blueprints whose answer depends on whose the thing is."""


def scopes(app: Flask, endpoint: str) -> tuple[str, ...]:
    """Whether a page is asked for within and beyond reach, or once."""
    has_arguments = any(rule.arguments for rule in app.url_map.iter_rules(endpoint))
    by_blueprint = has_arguments and endpoint.partition(".")[0] in WITHIN_REACH
    return ("own", "other") if by_blueprint or endpoint in WITHIN_REACH else ("-",)


def make_world(app: Flask) -> World:
    """Fill the empty database, and sign everybody in."""
    world = World(app)
    with app.app_context(), transaction():
        for principal in PRINCIPALS[1:]:
            roles = [Role(principal)] if principal in set(Role) else []
            user = make_user(*roles, at="home-office", email=f"{principal}@example.gov.uk", name=principal)
            mine = principal in {Role.TRAINEE, Role.FELLOW}
            person = make_person("home-office", user_id=user.id if mine else None)
            _journey(world, principal, person)
            _placement(world, principal, person, make_supervisor(user.email))
            _recruit(world, principal, "Cora", user)
            _make_token(world, principal, user)
        for principal, person in (
            ("anonymous", make_person("home-office")),
            ("other", make_person("hm-treasury", first_name=CANARY)),
        ):
            _journey(world, principal, person)
            _placement(world, principal, person, make_supervisor())
            _recruit(world, principal, CANARY, None)
        _things(world)
    for principal in (*PRINCIPALS[1:], "other"):
        _sign_in(world, principal)
    with app.app_context(), transaction():
        _keep_views(world)
    with app.app_context(), transaction():
        disabled = queries.user_by_email("disabled@example.gov.uk")
        assert disabled is not None
        users.disable(disabled, None)
    return world


def _make_token(world: World, whose: str, user: User) -> None:
    """A token in somebody's role, which was used today already; who is to be disabled has one of an auditor's."""
    if whose == "disabled":
        give_role(user, Role.AUDITOR)
    if user.grants:
        writes = any(WRITTEN_BY_TOKEN & set(GRANTS[grant.role]) for grant in user.grants)
        world.systems[whose] = System(world.app, make_token(user.email, may_write=writes))
        token = db.session.scalars(select(ApiToken).where(ApiToken.user_id == user.id)).one()
        token.last_used_at, world.tokens[whose] = now(), token.ref


def _journey(world: World, whose: str, person: Person) -> None:
    enrolment = make_enrolment("in-training 2026-01-05", "on-break 2026-02-02 until 2026-05-01", person=person)
    world.people[whose] = person.ref
    world.enrolments[whose] = enrolment.journey.ref
    world.entries[whose] = 1


def _placement(world: World, whose: str, person: Person, supervisor: Supervisor) -> None:
    made = make_placement("in-post 2026-01-05", person=person, supervisor=supervisor, ref=f"PL-{whose}")
    log = WeekLog(journey_id=made.journey_id, week_ending=date.fromisoformat(WEEK), state=LogState.SUBMITTED)
    db.session.add(log)
    db.session.flush()
    db.session.add(LogVersion(log_id=log.id, number=1, days=3, summary=f"{CANARY} wrote this"))
    asker = make_user(name=f"{CANARY} asks")
    more = {"journey_id": made.journey_id, "reason": "The work goes on", "asked_by_id": asker.id}
    db.session.add(Extension(**more, planned_end=date(2027, 6, 30), before=made.planned_end))
    db.session.add(Objective(journey_id=made.journey_id, number=1, text="Publish", agreed_on=made.planned_start))
    world.placements[whose] = made.ref


def _projects() -> None:
    scheme = db.session.scalars(select(Scheme.id)).first()
    for slug, ref in (("home-office", "PRO-HOME"), ("hm-treasury", "PRO-TREASURY")):
        days = {"starts_on": date(2026, 9, 1), "ends_on": date(2027, 8, 31)}
        where = organisation(slug).id
        db.session.add(
            Project(ref=ref, organisation_id=where, scheme_id=scheme, title=f"{CANARY} work", capacity=1, **days)
        )


def _by_link(kind: LinkKind, subject: str) -> str:
    return answer_links.issue(kind, subject, "somebody@example.gov.uk").rpartition("/")[2]


def _recruit(world: World, whose: str, first_name: str, user: User | None) -> None:
    """A vacancy with a candidate, on whose panel the user sits, or somebody else."""
    vacancy = make_vacancy(criteria=["Strategy"])
    if user is None:
        user = seat(vacancy)
    else:
        db.session.add(PanelMember(vacancy_id=vacancy.journey_id, user_id=user.id, role="member"))
    world.vacancies[whose], world.campaigns[whose] = vacancy.ref, vacancy.campaign.ref
    world.members[whose] = user.ref
    world.candidacies[whose] = make_candidacy(vacancy, first_name=first_name, last_name="Applicant").ref


def _things(world: World) -> None:
    user = make_user(Role.AUDITOR, email="other@example.gov.uk", name=f"{CANARY} Other")
    _make_token(world, "other", user)
    world.tokens |= dict.fromkeys(("anonymous", "no-role"), "nothing")
    holidays = LISTS["bank-holidays"]
    world.sessions["anonymous"] = "nothing"
    for slug in ("home-office", "hm-treasury"):
        body = Organisation(slug=f"{slug}-body", name=f"{CANARY} body of {slug}")
        db.session.add(body)
        db.session.flush()
        db.session.add(OrganisationParent(child_id=body.id, parent_id=organisation(slug).id))
    _projects()
    nominee = make_enrolment("nominated 2026-01-05", person=make_person("home-office"), cohort=make_cohort(capacity=9))
    finding = Finding(
        ref="finding",
        rule=RULE,
        subject="x",
        person_id=nominee.person.id,
        journey_id=nominee.journey_id,
        opened_on=date(2026, 6, 30),
        last_seen_on=date(2026, 6, 30),
    )
    finding.programme_id = db.session.scalars(select(Programme.id)).first()
    batch = ImportBatch(
        ref="import",
        kind="trainees",
        file_name=f"{CANARY}.csv",
        status=Status.LOADED,
        loaded_at=now(),
        created_by=user,
        rejected=1,
        stored_as="file.csv",
    )
    (folder_of(world.app.config["TRACKER"]) / "file.csv").write_text("person_ref\nP-1\n")
    recruits = ImportBatch(ref="import-c", kind="candidates", file_name=f"{CANARY}.csv", status=Status.LOADED)
    recruits.loaded_at, recruits.created_by, recruits.stored_as, recruits.rejected = now(), user, "file.csv", 1
    db.session.add_all([finding, batch, recruits])
    world.things |= _identity(user)
    world.things |= {
        "cohort": make_cohort().code,
        "draft": training.begin_draft(make_person("home-office"), {}, by=user).ref,
        "endorse": _endorsing(nominee, user),
        "follow-up": _following_up(make_enrolment("completed 2026-01-05", person=make_person("home-office"))),
        "nominated": nominee.ref,
        "finding": finding.ref,
        "import": batch.ref,
        "import-candidates": recruits.ref,
        "holiday": reference.entry_ref(reference.entries(holidays)[0]),
        "user": user.ref,
        "asked": _asked_for(make_user()),
        "grant": user.grants[0].id,
        "invitation": links.issue(Purpose.INVITATION, make_user()),
        "reset": links.issue(Purpose.RESET, make_user()),
        "set-up": links.issue(Purpose.SET_UP),
        "sign-off": _by_link(mailing.SIGN_OFF, mailing.subject_of(make_supervisor())),
        "afterwards": _by_link(afterwards.AFTERWARDS, "placement:PL-other#months-3-host"),
        "message": outbox.enqueue("somebody@example.gov.uk", "Subject", "Text").id,
    }


def _asked_for(user: User) -> str:
    """A role that one administrator asked for and another one may give, by reference."""
    asker = make_user(Role.ADMINISTRATOR, name=f"{CANARY} asks")
    return role_requests.ask(user, Role.AUDITOR, "To look", organisation=None, actor=asker).ref


def _identity(user: User) -> dict[str, str]:
    """A pair, a merge, somebody on secondment, and a change in the machinery of government, by reference."""
    pair = pair_up(make_person(), make_person().ref)
    merged = merge(make_person(), make_person(), Choice(), reason="The same person", by=user)
    seconded = make_person("home-office", first_name=CANARY)
    days = {"starts_on": date(2026, 1, 5), "returns_on": date(2027, 1, 5)}
    second(seconded, organisation_id=organisation("hm-treasury").id, grade_id=None, reason="", by=user, **days)
    split = Plan(ReorganisationKind.SPLIT, date(2026, 1, 5), "cabinet-office", new_names="One Office\nOther Office")
    made = changes.record(changes.settle(split), by=user)
    return {"pair": pair.ref, "merge": merged.ref, "seconded": seconded.ref, "change": made.ref}


def _following_up(completed: Enrolment) -> str:
    """The token of a link by which somebody says what came of the training."""
    db.session.add(FollowUp(journey_id=completed.journey_id, months=3, asked_on=date(2026, 4, 5)))
    subject = f"enrolment:{completed.ref}/3"
    return answer_links.issue(training.FOLLOW_UP, subject, "somebody@example.gov.uk").rpartition("/")[2]


def _endorsing(nominee: Enrolment, user: User) -> str:
    """The token of a link by which somebody endorses."""
    training.ask_for_endorsement(nominee, Endorser.LINE_MANAGER, "boss@example.gov.uk", by=user)
    link = answer_links.issue(training.ENDORSE, f"enrolment:{nominee.ref}/line-manager", "boss@example.gov.uk")
    return link.rpartition("/")[2]


def _keep_views(world: World) -> None:
    for principal in (*PRINCIPALS[1:], "other"):
        user = queries.user_by_email(f"{principal}@example.gov.uk")
        assert user is not None
        world.views[principal] = keep_view(user, f"{CANARY} view", "/people", "nobody").ref
    world.views["anonymous"] = world.views["other"]


def _sign_in(world: World, principal: str) -> None:
    email = f"{principal}@example.gov.uk"
    cookie = browser_of(world.app, email).get_cookie("sid")
    assert cookie is not None
    world.cookies[principal] = cookie.value
    browser_of(world.app, email)
    with world.app.app_context():
        user = queries.user_by_email(email)
        assert user is not None
        mine = select(UserSession.ref).where(UserSession.user_id == user.id).order_by(UserSession.id.desc())
        world.sessions[principal] = db.session.scalars(mine).first() or ""


def fingerprint(app: Flask) -> str:
    """A hash over every row of every table; of sessions, without when they were last seen."""
    digest = hashlib.sha256()
    with app.app_context():
        for table in sorted(set(inspect(db.engine).get_table_names()) - RESTLESS):
            rows = db.session.execute(text(f'SELECT * FROM "{table}"')).mappings()
            kept = ([(name, value) for name, value in row.items() if name != "last_seen_at"] for row in rows)
            lines = sorted(str(row) for row in kept)
            digest.update("\n".join([table, *lines]).encode())
    return digest.hexdigest()


@contextmanager
def restorable(app: Flask, database: Database) -> Iterator[Callable[[], None]]:
    """Keep the database as it is now; gives what puts it back."""

    def let_go() -> None:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()

    def put_back() -> None:
        with app.app_context():
            db.session.remove()
        database.reset(let_go)

    let_go()
    with database.as_it_is():
        yield put_back
    let_go()
