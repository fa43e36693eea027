"""Somebody forgotten: every figure as before, and their name nowhere, in no table and no file."""

import json
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.conftest import Arrange
from tests.factories import (
    make_cohort,
    make_enrolment,
    make_person,
    make_placement,
    make_supervisor,
    make_user,
    organisation,
)
from tests.leadership.recruiting import make_candidacy, make_vacancy
from tests.register import holding
from tracker.accounts import audit
from tracker.accounts.models import ApiToken, AuditEntry, ParkedForm, User
from tracker.accounts.permissions import Role
from tracker.accounts.services import parking, sessions
from tracker.core.clock import now
from tracker.core.db import db, transaction
from tracker.core.errors import DomainError
from tracker.core.subject import Subject
from tracker.fellowships.models import (
    LogDecision,
    LogDraft,
    LogVersion,
    Notice,
    PlacementAnswer,
    Preference,
    ProjectChoice,
    SupervisorAssignment,
)
from tracker.fellowships.services import afterwards
from tracker.following.models import Follow
from tracker.imports.models import ImportBatch, ImportProblem, Status
from tracker.imports.services.uploads import folder_of
from tracker.leadership.models import PanelMember
from tracker.leadership.services.scores import stand_back
from tracker.ledger.models import Event, EventNote, EventVoid
from tracker.outbox import services as outbox
from tracker.people import services as people
from tracker.people.identity.models import FormerDetails, PersonMerge
from tracker.people.models import Person
from tracker.progress.figures import ALL
from tracker.progress.queries.answers import live_answer
from tracker.progress.registry import METRICS
from tracker.progress.structure import load_structure
from tracker.quality.models import Finding
from tracker.register import held, services
from tracker.register.identity.services import Choice, merge, undo_merge
from tracker.register.services import AnonymisingNotAllowed
from tracker.training.imports.tables import PERSON_CHANGE, TRAINEE_ROW
from tracker.training.models import Enrolment, EnrolmentDraft, FollowUp, SkillRating
from tracker.training.services import Right, ask_what_came, correct, withdraw

WORDS = ("Zephyrine", "Quillfeather", "Oldname", "z.quill", *holding.WORDS)
DAYS = (date(2026, 1, 31), date(2026, 3, 31), date(2026, 11, 1))
INSTANTS = (None, datetime.fromisoformat("2026-02-01T00:00:00+00:00"))


@pytest.fixture(autouse=True)
def _no_files(app: Flask) -> None:
    """No uploads that an earlier test left."""
    for path in folder_of(app.config["TRACKER"]).iterdir():
        path.unlink()


def everything_about_somebody(app: Flask) -> str:
    """Somebody whose name stands wherever a name can stand; their training has ended."""
    manager = make_user(Role.PROGRAMME_MANAGER)
    account = make_user(Role.TRAINEE, name="Zephyrine Quillfeather", email="z.quill@example.gov.uk")
    person = make_person(
        "home-office", "hm-treasury from 2026-02-10", first_name="Zephyrine", last_name="Oldname",
        email="z.quill.old@example.gov.uk", ref="P-77", user_id=account.id,
    )  # fmt: skip
    details = people.Details("Zephyrine", "Quillfeather", "z.quill@example.gov.uk", 1.0)
    people.change_details(person, details, by=manager)
    moved = {"grade_id": None, "starts_on": date(2026, 6, 1), "reason": "Zephyrine asked", "recorded_by": manager}
    people.transfer(person, organisation_id=organisation("home-office").id, **moved)
    journey(person, manager)
    sessions.open_session(account, agent="Firefox on Linux", address="127.0.0.1", mfa=False)
    audit.looked_at(f"person:{person.ref}", actor=manager)
    audit.looked_at("people:list", actor=manager, rows=1, why="/people?q=Zephyrine+Quillfeather")
    words_elsewhere(app, person, manager)
    holding.made_one_with_another_record(person, manager)
    holding.as_a_trainee(person, manager)
    holding.as_a_fellow(person, manager)
    holding.as_a_supervisor(person)
    holding.as_a_user(account)
    holding.in_records_of_others(manager)
    holding.in_progress_pages(account, manager)
    return person.ref


def journey(person: Person, manager: User) -> None:
    enrolment = make_enrolment("in-training 2026-01-05 recorded 2026-01-06", person=person)
    first = db.session.scalars(select(Event).where(Event.journey_id == enrolment.journey_id)).one()
    right = Right("in-training", date(2026, 1, 7))
    correct(enrolment, first, right, reason="Zephyrine Quillfeather said so", by=manager)
    leave(enrolment, manager)
    finding = {"opened_on": date(2026, 3, 1), "last_seen_on": date(2026, 3, 2), "snoozed_until": date(2026, 12, 1)}
    said = {"snoozed_reason": "Zephyrine is away", "person_id": person.id}
    db.session.add(Finding(ref="finding", rule="stage-unchanged", subject="x", **finding, **said))


def leave(enrolment: Enrolment, manager: User) -> None:
    withdraw(enrolment, date(2026, 3, 2), "person", "health", by=manager, note="Zephyrine is ill")


def words_elsewhere(app: Flask, person: Person, manager: User) -> None:
    session = db.session
    batch = ImportBatch(
        ref="loaded", kind="trainees", status=Status.LOADED, stored_as="theirs.csv", rejected=1,
        file_name="2026_QUILLFEATHER-zephyrine (list).csv",
        effect={"pairs": [{"name": "Zephyrine Quillfeather", "email": "z.quill@example.gov.uk"}]},
    )  # fmt: skip
    other = ImportBatch(ref="other", kind="trainees", status=Status.LOADED, stored_as="others.csv")
    session.add_all([batch, other])
    session.flush()
    folder = folder_of(app.config["TRACKER"])
    (folder / "theirs.csv").write_text("person_ref,email\nP-77,Z.Quill@example.gov.uk\n")
    (folder / "theirs.text").write_text("person_ref,email\nP-77,Z.Quill@example.gov.uk\n")
    (folder / "others.csv").write_text("person_ref,email\nP-771,somebody@example.gov.uk\n")
    problem = {"row": 1, "code": "bad-email", "advice": "P-77 is Zephyrine Quillfeather"}
    for column, value in (("email", "z.quill@example.gov.uk"), ("last_name", "Quillfeather")):
        session.add(ImportProblem(import_id=batch.id, column=column, value=value, **problem))
    session.execute(
        PERSON_CHANGE.insert().values(
            import_id=batch.id, person_id=person.id, field="last_name", before="Oldname", after="Quillfeather"
        )
    )
    staged = {"row": 1, "is_valid": False, "person_ref": "P-77", "first_name": "Zephyrine", "note": "Zephyrine"}
    session.execute(TRAINEE_ROW.insert().values(import_id=batch.id, **staged))
    outbox.enqueue("z.quill@example.gov.uk", "For Zephyrine Quillfeather", "Dear Zephyrine")
    outbox.enqueue("boss@example.gov.uk", "A log of Zephyrine Quillfeather", "Z.QUILL@example.gov.uk wrote")
    parking.park(manager.id, "/people/P-77/details", [("last_name", "Zephyrine Quillfeather")])


def figures(app: Flask) -> list[Any]:
    """Every figure of all government and the two departments, at several (as at, known at)."""
    with app.app_context():
        structure = load_structure()
        scopes = [ALL, structure.scope("home-office"), structure.scope("hm-treasury")]
        return [
            (figure.metric.code, figure.scope, figure.numerator, figure.denominator, figure.value)
            for day in DAYS
            for instant in INSTANTS
            for figure in live_answer(structure, scopes, list(METRICS.values()), day, instant)
        ]


def mentions(app: Flask) -> list[str]:
    """Every cell of every table, and every uploaded file, that holds one of the words."""
    found = []
    with app.app_context():
        for table in inspect(db.engine).get_table_names():
            for row in db.session.execute(text(f'SELECT * FROM "{table}"')).mappings():
                found += [f"{table}.{name}: {value}" for name, value in row.items() if names_them(str(value))]
        for path in folder_of(app.config["TRACKER"]).iterdir():
            found += [path.name] if names_them(path.read_text()) else []
    return found


def cells(app: Flask, place: str) -> list[str | None]:
    """What stands now in a column, such as event_note.text."""
    table, _, column = place.partition(".")
    with app.app_context():
        return list(db.session.scalars(text(f'SELECT "{column}" FROM "{table}"')))


def names_them(words: str) -> bool:
    return any(word.casefold() in words.casefold() for word in WORDS)


def anonymise(app: Flask, ref: str, despite: str = "") -> None:
    with app.app_context(), transaction():
        files = services.anonymise(ref, despite=despite, actor=None).files
    for path in files:
        path.unlink(missing_ok=True)


def test_somebody_forgotten_is_named_nowhere_and_every_figure_stays(app: Flask, arrange: Arrange) -> None:
    with arrange():
        ref = everything_about_somebody(app)
    before, named = figures(app), mentions(app)

    anonymise(app, ref)

    places = {place.partition(":")[0] for place in named}
    wanted = {"person.email", "person_word.word", "posting.reason", "event_void.reason", "event_note.text"}
    wanted |= {"user_account.email", "audit_entry.before", "audit_entry.after", "message.text", "parked_form.fields"}
    wanted |= {"import_problem.value", "import_batch.effect", "trainee_row.note", "person_change.before"}
    wanted |= holding.PLACES | set(holding.OTHERS)
    assert wanted | {"finding.snoozed_reason", "theirs.csv", "theirs.text"} <= places
    assert mentions(app) == []
    blanked = {place for place in holding.OTHERS if holding.LEFT in cells(app, place)}
    assert set(holding.OTHERS) - blanked == {"event_void.reason"}  # the database lets a reason be emptied alone
    assert figures(app) == before
    counted = {code for code, _, numerator, *_ in before if numerator}
    assert {"training.withdrawn", *holding.COUNTED} <= counted
    with app.app_context():
        assert audit.verify().fault is None
        assert audit.verify_tail() is None
        assert (folder_of(app.config["TRACKER"]) / "others.csv").exists()
        last = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "person.anonymised")).one()
        assert (last.subject_ref, json.loads(last.after or "")) == ("P-77", {"files": 2})


def test_what_is_counted_or_says_who_acted_is_still_there(app: Flask, arrange: Arrange) -> None:
    with arrange():
        ref = everything_about_somebody(app)

    anonymise(app, ref)

    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.ref == ref)).one()
        assert (person.name, person.anonymised_at is not None) == ("Anonymised P-77", True)
        assert [one.organisation.slug for one in person.postings] == ["home-office", "hm-treasury", "home-office"]
        account = db.session.get_one(User, person.user_id)
        assert (account.name, account.is_active, account.password_hash) == ("Anonymised user", False, None)
        about = select(AuditEntry.verb).where(AuditEntry.subject_ref == ref).order_by(AuditEntry.number)
        verbs = list(db.session.scalars(about))
        assert verbs == [
            *("person.changed", "person.transferred", "looked at"),
            *("person.merged", "person.merge-undone", "person.merged", "words.erased", "person.anonymised"),
        ]
        assert db.session.scalars(select(EventNote.text)).all() == [holding.LEFT]
        assert [void.reason for void in db.session.scalars(select(EventVoid))] == ["", ""]
        mail = [(one.to, one.subject) for one in db.session.scalars(select(outbox.Message))]
        assert mail == [("boss@example.gov.uk", "A log of [removed]"), ("boss@example.gov.uk", "Of [removed]")]
        sent = db.session.execute(select(LogVersion.days, LogVersion.summary).order_by(LogVersion.id)).all()
        assert sent == [(4, "[removed]"), (5, "[removed] and I met")]
        decided = db.session.scalars(select(LogDecision.decision).order_by(LogDecision.id)).all()
        assert decided == ["returned", "approved", "approved"]
        assert db.session.scalars(select(SkillRating.level)).all() == [1]
        assert db.session.scalars(select(PlacementAnswer.rating).order_by(PlacementAnswer.asked)).all() == [4, None]
        for erased in (LogDraft, Preference, ProjectChoice, EnrolmentDraft, Follow):
            assert db.session.scalars(select(erased)).all() == []
        tokens = db.session.execute(select(ApiToken.name, ApiToken.revoked_at)).all()
        assert [(name, revoked is not None) for name, revoked in tokens] == [("", True)]
        assert db.session.scalars(select(ParkedForm)).all() == []


def test_edge_23_somebody_whose_training_goes_on_is_refused_unless_a_reason_is_kept(
    app: Flask, arrange: Arrange
) -> None:
    with arrange():
        person = make_person(ref="P-5", first_name="Ann", last_name="Byron")
        make_enrolment("in-training 2026-01-05", person=person, cohort=make_cohort("DSA-1"))

    with pytest.raises(AnonymisingNotAllowed, match="enrolment on DSA-1 is under way: In training since 5 January"):
        anonymise(app, "P-5")
    with pytest.raises(AnonymisingNotAllowed, match="must not name them"):
        anonymise(app, "P-5", "Ann Byron asked for it")
    with app.app_context():
        assert db.session.scalars(select(Person.last_name)).all() == ["Byron"]
    anonymise(app, "P-5", "Decided on their request, case 12")

    with app.app_context():
        assert db.session.scalars(select(Person.last_name)).all() == ["P-5"]
        after = db.session.scalars(select(AuditEntry.after).where(AuditEntry.verb == "person.anonymised")).one()
        assert json.loads(after or "")["because"] == "Decided on their request, case 12"


def test_a_file_that_waits_to_be_loaded_must_be_dealt_with_first(app: Flask, arrange: Arrange) -> None:
    with arrange() as session:
        make_person(ref="P-5")
        batch = ImportBatch(ref="waits", kind="trainees", status=Status.CHECKED)
        session.add(batch)
        session.flush()
        session.execute(TRAINEE_ROW.insert().values(import_id=batch.id, row=1, is_valid=True, person_ref="P-5"))

    with pytest.raises(AnonymisingNotAllowed, match=r"waits to be loaded \(import waits\)"):
        anonymise(app, "P-5")


def test_somebody_who_works_here_keeps_the_account_until_it_is_disabled(app: Flask, arrange: Arrange) -> None:
    with arrange() as session:
        user = make_user(Role.TRAINEE, Role.PROGRAMME_MANAGER)
        make_person(ref="P-5", user_id=user.id)

    with pytest.raises(AnonymisingNotAllowed, match="account holds other roles"):
        anonymise(app, "P-5")
    with arrange() as session:
        session.execute(update(User).values(disabled_at=now()))
    anonymise(app, "P-5")


def test_nobody_is_forgotten_twice_or_given_a_name_again(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_person(ref="P-5")
    anonymise(app, "P-5")

    with pytest.raises(AnonymisingNotAllowed, match="already"):
        anonymise(app, "P-5")
    details = people.Details("Ann", "Lee", "ann@example.gov.uk", 1.0)
    with arrange():
        person, manager = db.session.scalars(select(Person)).one(), make_user()
        with pytest.raises(DomainError, match="was anonymised"):
            people.change_details(person, details, by=manager)
    with app.app_context(), pytest.raises(held.NobodyThere, match="nobody with the reference P-6"):
        held.subject_of("P-6")


def test_somebody_who_only_worked_here_is_found_by_the_address_they_signed_in_with(app: Flask, arrange: Arrange):
    with arrange():
        user = make_user(Role.DEPARTMENT_LEAD, name="Zephyrine Quillfeather", email="z.quill@example.gov.uk")
        vacancy = make_vacancy(criteria=["Strategy"])
        db.session.add(PanelMember(vacancy_id=vacancy.journey_id, user_id=user.id, role="member"))
        db.session.flush()
        stand_back(make_candidacy(vacancy), "Zephyrine's cousin", by=user)
        audit.looked_at("person:P-1", actor=user)
    with app.app_context():
        told = held.told(held.subject_of("Z.Quill@example.gov.uk"))

    assert [one["Name"] for one in told["Account"]] == ["Zephyrine Quillfeather"]
    assert [one["What"] for one in told["What the account did"]] == ["candidacy.stood-back", "looked at"]
    assert [one["Because"] for one in told["Candidates stood back from"]] == ["Zephyrine's cousin"]
    with pytest.raises(AnonymisingNotAllowed, match="disable it first"):
        anonymise(app, "z.quill@example.gov.uk")
    with arrange() as session:
        session.execute(update(User).values(disabled_at=now()))
    anonymise(app, "z.quill@example.gov.uk")
    assert mentions(app) == []


def test_a_candidate_known_by_a_reference_alone_is_anonymised_once(app: Flask, arrange: Arrange) -> None:
    with arrange():
        nameless = {"first_name": "", "last_name": "", "email": ""}
        candidacy = make_candidacy(make_vacancy(), "rejected 2026-03-01", **nameless)
        ref = candidacy.candidate.ref

    anonymise(app, ref)

    with pytest.raises(AnonymisingNotAllowed, match="already"):
        anonymise(app, ref)


def test_all_that_will_be_erased_is_told_before(app: Flask, arrange: Arrange) -> None:
    with arrange():
        ref = everything_about_somebody(app)
    with app.app_context():
        told = held.told(held.subject_of(ref))

    said = json.dumps(told, default=str, ensure_ascii=False)
    assert [words for words in holding.TOLD if words not in said] == []
    assert "Somebody Else" not in said
    [week, typed] = told["Weekly logs"]
    assert (week["Private note"], week["Days"], typed["Days"]) == ("Zephyrine’s own", 4.0, None)
    assert {one["Enrolment"] for one in told["What was asked after completion"]} < {
        one["Reference"] for one in told["Enrolments"]
    }


def test_a_record_that_was_merged_leads_to_all_of_them(app: Flask, arrange: Arrange) -> None:
    with arrange():
        ref = everything_about_somebody(app)
    with app.app_context():
        assert held.subject_of("P-78") == held.subject_of(ref)

    anonymise(app, "P-78")

    assert mentions(app) == []
    with app.app_context():
        people_now = {one.ref: one for one in db.session.scalars(select(Person))}
        assert [people_now[one].name for one in ("P-77", "P-78")] == ["Anonymised P-77", "Anonymised P-78"]
        assert (people_now["P-79"].name, people_now["P-79"].anonymised_at) == ("Somebody Else", None)
    with arrange():
        standing = db.session.scalars(select(PersonMerge).where(PersonMerge.undone_at.is_(None))).first()
        assert standing is not None
        with pytest.raises(DomainError, match="P-77 was anonymised: what the two records said was erased"):
            undo_merge(standing, reason="They are two", by=make_user())
        kept, other = (db.session.scalars(select(Person).where(Person.ref == one)).one() for one in ("P-79", "P-77"))
        with pytest.raises(DomainError, match="P-77 was anonymised"):
            merge(kept, other, Choice(), reason="They are one", by=make_user())


def test_of_former_details_the_words_may_be_emptied_and_nothing_else(app: Flask, arrange: Arrange) -> None:
    with arrange():
        everything_about_somebody(app)
    emptied = {"first_name": "", "last_name": "", "email": "", "email_key": ""}
    for values in ({"first_name": "Zoe"}, {**emptied, "ended_at": now()}, {"email": "", "email_key": ""}):
        with pytest.raises(DBAPIError, match="never changed"), arrange() as session:
            session.execute(update(FormerDetails).values(**values))
    with arrange() as session:
        session.execute(update(FormerDetails).values(**emptied))


def test_a_fellow_or_supervisor_of_a_placement_under_way_is_refused(app: Flask, arrange: Arrange) -> None:
    with arrange():
        person = make_person(ref="P-5")
        looks_after = make_supervisor("z.quill@example.gov.uk", "Zephyrine Quillfeather")
        placement = make_placement("in-post 2026-01-05", person=person, supervisor=looks_after, ref="PL-5")
        id = placement.journey_id

    with pytest.raises(AnonymisingNotAllowed, match="placement PL-5 is under way: In post since 5 January 2026"):
        anonymise(app, "P-5")
    with pytest.raises(AnonymisingNotAllowed, match="supervise the placement PL-5, which is under way"):
        anonymise(app, "Z.Quill@example.gov.uk")
    with arrange() as session:
        session.execute(update(SupervisorAssignment).where(SupervisorAssignment.journey_id == id).values(
            ends_on=date(2026, 2, 1)
        ))  # fmt: skip
    anonymise(app, "Z.Quill@example.gov.uk")
    assert mentions(app) == []


def test_nobody_who_was_forgotten_is_written_to(app: Flask, arrange: Arrange) -> None:
    def asks(day: date) -> list[str]:
        with arrange():
            ask_what_came()
            for journey_id, ended_on in afterwards.due(day):
                afterwards.ask(journey_id, ended_on, day)
            outbox.enqueue("person-1@Anonymised.invalid", "To nobody", "Text")
            return sorted(db.session.scalars(select(outbox.Message.to)))

    with time_machine.travel("2026-06-01 09:00:00+00:00", tick=False) as clock:
        with arrange():
            for ref in ("P-5", "P-6"):
                person = make_person(ref=ref, email=f"{ref}@example.gov.uk")
                make_enrolment("in-training 2025-09-01", "completed 2026-03-01", person=person)
                make_placement("in-post 2025-09-01", "completed 2026-03-02", person=person)
        anonymise(app, "P-5")

        assert asks(date(2026, 6, 1)) == ["P-6@example.gov.uk"]
        clock.move_to("2026-06-02 09:00:00+00:00")
        assert asks(date(2026, 6, 2)) == ["P-6@example.gov.uk"] * 2
    with app.app_context():
        assert len(db.session.scalars(select(FollowUp)).all()) == 1
        assert not db.session.scalars(select(Notice).where(Notice.to_key.contains("anonymised"))).all()


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Li_Al 2026.csv", "[removed] 2026.csv"),
        ("2026alli.csv", "2026[removed].csv"),
        ("palliative.csv", "palliative.csv"),
        ("al.li@example.gov.uk.csv", "[removed].csv"),
    ],
)
def test_in_the_name_of_a_file_somebody_is_named_however_the_words_are_put_together(name: str, left: str) -> None:
    somebody = Subject("P-1").also(names=[("Al", "Li")], emails=["al.li@example.gov.uk"])

    assert somebody.taken_out_of_name(name) == left
