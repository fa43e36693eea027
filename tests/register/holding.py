"""Somebody whose name stands in all that the strands keep beside their ledgers, in words that differ by where they are.

Use it inside `with arrange():`.
"""

from datetime import date, timedelta

from sqlalchemy import insert, select

from tests.factories import make_cohort, make_enrolment, make_person, make_placement, make_supervisor, organisation
from tests.leadership.recruiting import make_candidacy, make_vacancy
from tracker.accounts.models import AnswerLink, ApiToken, User
from tracker.accounts.permissions import Role
from tracker.core.clock import now
from tracker.core.db import db
from tracker.fellowships.afterlife import Asked, AwayReason, Side, Use, Whereabouts
from tracker.fellowships.imports.tables import LOG_ROW, PLACEMENT_CHANGE
from tracker.fellowships.lifecycle import Decision, LeavingReason, LogState
from tracker.fellowships.models import (
    Away,
    Conversion,
    Extension,
    LogDecision,
    LogDraft,
    LogVersion,
    Notice,
    Objective,
    Placement,
    PlacementAnswer,
    PlacementLeaving,
    Preference,
    Project,
    ProjectChoice,
    Review,
    SupervisorAssignment,
    WeekLog,
)
from tracker.following.models import Follow, SavedView
from tracker.imports.models import ImportBatch, Status
from tracker.leadership.models import AssessmentNote
from tracker.ledger.models import Event, EventNote, EventVoid, VoidCause
from tracker.outbox import services as outbox
from tracker.people.identity.models import DuplicatePair, FormerDetails
from tracker.people.models import Person, Posting
from tracker.progress.models import Declared, StatusDeclared, TargetPoint, TargetVersion
from tracker.quality.models import Finding
from tracker.register.identity.services import Choice, merge, undo_merge
from tracker.register.identity.services import Side as Of
from tracker.training.models import (
    CompletionEvidence,
    Endorsement,
    Endorser,
    EnrolmentDraft,
    FollowUp,
    Moment,
    Rater,
    SkillRating,
)
from tracker.training.models import Use as Used

WORDS = ("Maidenquist", "z.maiden", "Formerton", "z.former")
"""What names them and only a record that was merged, or a change by an import, knows."""

PLACES = {
    *("person_former.first_name", "person_former.email_key", "person_merge.replaced", "person_merge.reason"),
    *("person_merge.undone_reason", "duplicate_pair.reason", "completion_evidence.text", "completion_evidence.url"),
    *("follow_up.remark", "endorsement.remark", "endorsement.email", "enrolment_draft.answers"),
    *("week_log.private_note", "log_draft.summary", "log_version.summary", "log_version.blockers"),
    *("log_decision.reason", "log_decision.void_reason", "log_decision.decided_by_name", "log_row.summary"),
    *("placement_objective.text", "placement_review.going_well", "placement_review.to_change"),
    *("placement_extension.reason", "placement_extension.decision_note", "placement_conversion.post"),
    *("placement_answer.name", "placement_answer.words", "placement_notice.to_key", "placement.project_title"),
    "placement_change.before",
    *("supervisor.name", "supervisor.email_key", "supervisor_assignment.reason"),
    *("api_token.name", "answer_link.address_key", "saved_view.name", "saved_view.address"),
    *("status_declared.reason", "status_declared.route", "target_version.reason", "import_batch.file_name"),
}
"""The cells that hold a name before they are forgotten."""

COUNTED = ("fellowships.completed", "fellowships.logs_overdue", "training.trained")
"""Figures that rest on what is erased here."""

TOLD = (
    *("Formerton", "Maidenquist", "Zephyrine is one person", "Zephyrine was two", "Zephyrine has a twin"),
    *("Zephyrine passed", "Zephyrine uses it", "Zephyrine may go", "Zephyrine typed", "Zephyrine’s dashboard"),
    *("Zephyrine’s own", "Zephyrine half", "Zephyrine did", "Zephyrine was blocked", "Zephyrine must say more"),
    *("Zephyrine asked to change it", "Zephyrine will learn", "Zephyrine does well", "Zephyrine needs time"),
    *("Zephyrine stays on", "Zephyrine may stay", "Zephyrine liked it", "Zephyrine’s desk", "Zephyrine moved desks"),
    *("data-analysis-of-z", "PL-OTHER", "sign-off", "rank-of-z", "Sickness", "Zephyrine waits", "For Zephyrine"),
    *("On track, says Zephyrine", "Asked for by Zephyrine"),
)
"""Of every kind of thing something that only it says: all of it is told."""


def made_one_with_another_record(person: Person, manager: User) -> None:
    """A record that was merged into theirs, with an enrolment that was set aside; one that was merged and is not."""
    session = db.session
    other = make_person(first_name="Zephyrine", last_name="Maidenquist", email="z.maiden@example.gov.uk", ref="P-78")
    cohort = make_cohort("BOTH")
    make_enrolment("in-training 2026-01-05", "completed 2026-05-01", person=person, cohort=cohort)
    make_enrolment("in-training 2026-01-08", person=other, cohort=cohort)
    choice = Choice(postings=Of.SURVIVOR)
    wrong = make_person(first_name="Somebody", last_name="Else", ref="P-79")
    undone = merge(person, wrong, choice, reason="Zephyrine is one person", by=manager)
    undo_merge(undone, reason="Zephyrine was two", by=manager)
    merge(person, other, choice, reason="Zephyrine is one person", by=manager)
    called = {"first_name": "Zephyrine", "last_name": "Formerton", "email": "z.former@example.gov.uk"}
    session.add(FormerDetails(person_id=other.id, email_key=called["email"], ended_by_id=manager.id, **called))
    low, high = sorted((person.id, wrong.id))
    alike = {"weight": 0, "matches": "[]", "differs": "[]", "reason": "Zephyrine has a twin"}
    session.add(DuplicatePair(ref="pair", low_id=low, high_id=high, decided_at=now(), **alike))
    outbox.enqueue("boss@example.gov.uk", "Of Zephyrine Formerton", "and z.maiden@example.gov.uk")


def as_a_trainee(person: Person, manager: User) -> None:
    """An enrolment that was completed, with all that is kept beside it."""
    session = db.session
    enrolment = make_enrolment("in-training 2026-04-07", "completed 2026-06-01", person=person)
    id = enrolment.journey_id
    event = session.scalars(select(Event).where(Event.journey_id == id, Event.stage == "completed")).one()
    shown = {"text": "Zephyrine passed", "url": "https://example.gov.uk/z.quill"}
    rated = {"skill_code": "data-analysis-of-z", "rater": Rater.SELF, "assessed_on": date(2026, 4, 7)}
    answered = {"asked_on": date(2026, 9, 1), "answered_at": now(), "uses": Used.OFTEN, "in_role": True}
    endorsed = {"endorser": Endorser.LINE_MANAGER, "asked_by_id": manager.id, "answered_at": now(), "agrees": True}
    elsewhere = make_enrolment("in-training 2026-01-05")
    session.add_all(
        [
            CompletionEvidence(event_id=event.id, **shown),
            SkillRating(journey_id=id, moment=Moment.START, level=1, **rated),
            FollowUp(journey_id=id, months=3, remark="Zephyrine uses it", **answered),
            Endorsement(journey_id=id, email="lead@example.gov.uk", remark="Zephyrine may go", **endorsed),
            Endorsement(journey_id=elsewhere.journey_id, email="Z.Quill@example.gov.uk", **endorsed),
            EnrolmentDraft(ref="draft", person_id=person.id, answers={"why": "Zephyrine typed"}),
            EnrolmentDraft(ref="other", answers={"first_name": "x", "note": "like Zephyrine Quillfeather"}),
        ]
    )


def as_a_fellow(person: Person, manager: User) -> None:
    """A placement that turned into a post, with logs, what was said of them, and what was agreed."""
    session = db.session
    looks_after = make_supervisor("host@example.gov.uk", "Somebody Else")
    history = ("in-post 2026-01-05", "completed 2026-02-27")
    project = {"project_title": "The Zephyrine Quillfeather project", "ref": "PL-77"}
    placement = make_placement(*history, person=person, supervisor=looks_after, **project)
    id = placement.journey_id
    event = session.scalars(select(Event).where(Event.journey_id == id, Event.stage == "completed")).one()
    assigned = session.scalars(select(SupervisorAssignment).where(SupervisorAssignment.journey_id == id)).one()
    assigned.reason = "Zephyrine moved desks"
    asked = {"planned_end": date(2027, 3, 1), "before": date(2026, 12, 31), "asked_by_id": manager.id}
    said = {"reason": "Zephyrine stays on", "decision_note": "Zephyrine may stay"}
    rated = {"rating": 4, "again": True, "words": "Zephyrine liked it"}
    later = {"in_use": Use.YES, "whereabouts": Whereabouts.HOST, "words": "Zephyrine is here"}
    session.add_all(
        [
            PlacementLeaving(event_id=event.id, reason_code=LeavingReason.NEW_POST),
            Conversion(event_id=event.id, organisation_id=organisation("home-office").id, post="Zephyrine’s desk"),
            Extension(journey_id=id, decided_at=now(), decided_by_id=manager.id, is_approved=True, **asked, **said),
            Objective(journey_id=id, number=1, text="Zephyrine will learn", agreed_on=date(2026, 1, 6)),
            Review(
                journey_id=id,
                held_on=date(2026, 2, 1),
                going_well="Zephyrine does well",
                to_change="Zephyrine needs time",
            ),
            Away(journey_id=id, starts_on=date(2026, 2, 2), last_on=date(2026, 2, 3), reason=AwayReason.SICK),
            PlacementAnswer(journey_id=id, asked=Asked.END, side=Side.FELLOW, name="Zephyrine Quillfeather", **rated),
            PlacementAnswer(journey_id=id, asked=Asked.MONTHS_3, side=Side.HOST, name="Somebody Else", **later),
            *(
                Notice(journey_id=id, kind="log-due", about_on=date(2026, 1, 9), to_key=key)
                for key in ("z.quill@example.gov.uk", "z.former@example.gov.uk")
            ),
            Preference(person_id=person.id, scheme_id=placement.scheme_id),
        ]
    )
    logs(placement, looks_after.id)
    offered = Project(
        ref="rank-of-z",
        organisation_id=organisation("home-office").id,
        scheme_id=placement.scheme_id,
        title="Work",
        capacity=1,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )
    session.add(offered)
    session.flush()
    session.add(ProjectChoice(person_id=person.id, project_id=offered.id, fellow_rank=1))
    batch = ImportBatch(ref="logs", kind="logs", status=Status.LOADED)
    session.add(batch)
    session.flush()
    title = {"field": "project_title", "before": "For Zephyrine Quillfeather", "after": "Changed"}
    session.execute(insert(PLACEMENT_CHANGE).values(import_id=batch.id, journey_id=id, **title))
    row = {"row": 1, "is_valid": True, "placement_ref": "PL-77", "summary": "Zephyrine waits"}
    session.execute(insert(LOG_ROW).values(import_id=batch.id, **row))


def logs(placement: Placement, supervisor_id: int) -> None:
    """One week that was returned, unlocked and approved, and one that was only typed."""
    session = db.session
    week = WeekLog(
        journey_id=placement.journey_id,
        week_ending=date(2026, 1, 9),
        state=LogState.APPROVED,
        private_note="Zephyrine’s own",
    )
    typed = WeekLog(journey_id=placement.journey_id, week_ending=date(2026, 1, 16), state=LogState.DRAFT)
    typed.draft = LogDraft(days="3", summary="Zephyrine half")
    session.add_all([week, typed])
    session.flush()
    sent = LogVersion(
        log_id=week.id, number=1, days=4, summary="Zephyrine did", blockers="Zephyrine was blocked",
        submitted_at=now() - timedelta(days=300),
    )  # fmt: skip
    session.add(sent)
    session.flush()
    signed = {
        "version_id": sent.id,
        "supervisor_id": supervisor_id,
        "decided_by_name": "Somebody Else",
        "decided_on": date(2026, 1, 12),
        "decided_at": now() - timedelta(days=299),
    }
    taken_back = {"voided_at": now(), "void_reason": "Zephyrine asked to change it"}
    returned = LogDecision(decision=Decision.RETURNED, reason="Zephyrine must say more", **signed, **taken_back)
    session.add_all([returned, LogDecision(decision=Decision.APPROVED, **signed)])


def as_a_supervisor(person: Person) -> None:
    """They looked after somebody else, whose log names them."""
    session = db.session
    theirs = make_supervisor("z.quill@example.gov.uk", "Zephyrine Quillfeather")
    placement = make_placement("in-post 2026-01-05", "completed 2026-02-27", supervisor=theirs, ref="PL-OTHER")
    week = WeekLog(journey_id=placement.journey_id, week_ending=date(2026, 1, 9), state=LogState.APPROVED)
    session.add(week)
    session.flush()
    sent = LogVersion(log_id=week.id, number=1, days=5, summary="Zephyrine Quillfeather and I met")
    session.add(sent)
    session.flush()
    signed = {"decided_by_name": "Zephyrine Quillfeather", "decided_on": date(2026, 1, 12)}
    session.add(LogDecision(version_id=sent.id, supervisor_id=theirs.id, decision=Decision.APPROVED, **signed))


OTHERS = (
    *("event_note.text", "event_void.reason", "posting.reason", "finding.snoozed_reason", "person_merge.reason"),
    *("completion_evidence.text", "assessment_note.text"),
)
"""The cells in records of others that hold a name (`in_records_of_others`)."""
NAMING = "Ask Zephyrine Quillfeather, z.quill@example.gov.uk, about it"
LEFT = "Ask [removed], [removed], about it"
"""The same without who is named."""


def in_records_of_others(manager: User) -> None:
    """Somebody else's entries, a taken back one too, move, finding, evidence, merge and assessment name them."""
    session = db.session
    other = make_person("home-office", "hm-treasury from 2026-02-02", ref="P-90")
    moved = session.scalars(select(Posting).where(Posting.person_id == other.id).order_by(Posting.id.desc())).first()
    assert moved is not None
    moved.reason = NAMING
    enrolment = make_enrolment("in-training 2026-01-05", "completed 2026-03-02", person=other)
    started, done = session.scalars(
        select(Event).where(Event.journey_id == enrolment.journey_id).order_by(Event.id)
    ).all()
    wrong = Event(journey_id=enrolment.journey_id, stage="withdrawn", effective_on=date(2026, 2, 2), source="form")
    session.add(wrong)
    session.flush()
    found = {"opened_on": date(2026, 3, 1), "last_seen_on": date(2026, 3, 2), "snoozed_until": date(2026, 12, 1)}
    assessed = make_candidacy(make_vacancy(), "applied 2026-01-05")
    session.add_all(
        [
            EventNote(event_id=started.id, text=NAMING),
            EventVoid(event_id=wrong.id, reason=NAMING, cause=VoidCause.CORRECTION, voided_by_id=manager.id),
            CompletionEvidence(event_id=done.id, text=NAMING),
            Finding(ref="other", rule="grade-missing", subject="y", person_id=other.id, snoozed_reason=NAMING, **found),
            AssessmentNote(candidacy_id=assessed.journey_id, kind="interview", held_on=date(2026, 2, 2), text=NAMING),
        ]
    )
    merge(make_person(), make_person(), Choice(), reason=NAMING, by=manager)


def in_progress_pages(account: User, manager: User) -> None:
    """They declared a status and set a target; somebody else's words name them."""
    session = db.session
    own = {"reason": "On track, says Zephyrine Quillfeather", "colour": Declared.GREEN, "declared_by_id": account.id}
    by_other = {"reason": NAMING, "route": NAMING, "green_by": date(2027, 1, 1), "declared_by_id": manager.id}
    figure = "training.trained"
    session.add_all(
        [
            StatusDeclared(figure=figure, number=1, **own),
            StatusDeclared(figure=figure, number=2, colour=Declared.RED, **by_other),
            TargetVersion(
                figure=figure, created_by_id=account.id, reason="Asked for by Zephyrine Quillfeather",
                points=[TargetPoint(day=date(2026, 1, 1), value=5)],
            ),
        ]
    )  # fmt: skip
    session.flush()


def as_a_user(account: User) -> None:
    """A token for another system, a link that was sent to them, a view they kept, and whom they follow."""
    until = now() + timedelta(days=30)
    address = {"address": "z.quill@example.gov.uk", "address_key": "z.quill@example.gov.uk"}
    search = {"name": "Zephyrine", "address": "/people?q=Zephyrine+Quillfeather"}
    db.session.add_all(
        [
            ApiToken(
                token_hash="t", shown="t", name="Zephyrine’s dashboard", user_id=account.id, role=Role.TRAINEE,
                expires_at=until,
            ),
            AnswerLink(token_hash="l", purpose="sign-off", subject="supervisor:1", expires_at=until, **address),
            SavedView(owner_id=account.id, **search),
            Follow(user_id=account.id, cohort_id=make_cohort().id),
        ]
    )  # fmt: skip
