"""Recording a change: organisations end and begin, and everybody goes along where it is certain where to."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session, aliased

from tracker.accounts import audit
from tracker.accounts.models import RoleGrant, User
from tracker.admin.changes.services.planning import Settled, free_slug
from tracker.core.clock import now
from tracker.core.db import UtcDateTime, db
from tracker.core.sql import greatest_of
from tracker.ledger.services import new_ref
from tracker.organisations.models import (
    Organisation,
    OrganisationChange,
    OrganisationParent,
    Reorganisation,
    ReorganisationKind,
    ReorganisationPart,
)
from tracker.organisations.services import replace_parents, settle_present_structure
from tracker.people.identity.models import ReorganisedPosting
from tracker.people.models import Person, Posting, PostingSpan
from tracker.people.services import keep_posting_spans

BECAME = {ReorganisationKind.MOVED: "replaced"}
"""How a change is said from one organisation to another, where it is not called as the change is."""
SAME_BODY = frozenset({ReorganisationKind.RENAMED, ReorganisationKind.MOVED})
"""The body is the same under another name or parent: whoever looked after it goes on doing so."""


def record(settled: Settled, *, by: User) -> Reorganisation:
    """Record a change in the machinery of government as one act.

    What was recorded before keeps its organisation of the day. Whoever was posted to what ends is posted to the one
    that takes over, from the day on; where several do, or none, they wait to be placed (fine print G3).

    Flushes; the caller owns the transaction.
    """
    session = db.session()
    plan = settled.plan
    made = Reorganisation(
        ref=new_ref(), kind=plan.kind, effective_on=plan.effective_on, note=plan.note, recorded_by_id=by.id
    )
    session.add(made)
    session.flush()
    before: dict[str, Any] = {"closed": {one.slug: one.is_closed for one in settled.ended}}
    new = [_begin(session, settled, name) for name in settled.new_names]
    heirs = [*settled.heirs, *new]
    before["links"] = _end(session, settled, heirs)
    _note_parts(session, made, settled, new)
    before["changes"] = _note_changes(session, settled, heirs)
    before["grants"] = _hand_over(session, settled, heirs, by) if plan.kind in SAME_BODY else []
    made.before = json.dumps(before)
    settle_present_structure()
    if settled.has_one_heir:
        post_to(session, made, waiting(settled.ended, made), heirs[0], by)
    slugs = {"ended": [one.slug for one in settled.ended], "heirs": [one.slug for one in heirs]}
    told = {"kind": plan.kind.value, "effective_on": plan.effective_on, **slugs}
    audit.record("organisation.changed", f"reorganisation:{made.ref}", actor=by, after=told)
    return made


def _begin(session: Session, settled: Settled, name: str) -> Organisation:
    """Make an organisation of a name, which stands where the one that ended stood."""
    first = settled.ended[0]
    is_same = name == first.name
    made = Organisation(
        slug=free_slug(name),
        name=name,
        abbreviation=first.abbreviation if is_same else "",
        kind=first.kind,
        opened_on=settled.plan.effective_on,
    )
    session.add(made)
    session.flush()
    above = select(OrganisationParent.parent_id).where(OrganisationParent.child_id == first.id)
    replace_parents(made, {one.id for one in settled.parents} or set(session.scalars(above)))
    return made


def _end(session: Session, settled: Settled, heirs: Sequence[Organisation]) -> dict[str, list[list[int]]]:
    """End what ends; the bodies under it stand under the one that takes over. The links taken away and added."""
    ids = [one.id for one in settled.ended]
    for one in settled.ended:
        one.is_closed, one.closed_on, one.closed_reason = True, settled.plan.effective_on, settled.plan.kind.value
    session.flush()
    link = OrganisationParent
    below = select(link.child_id, link.parent_id).where(link.parent_id.in_(ids))
    links = [[child, parent] for child, parent in session.execute(below)]
    if len(heirs) != 1:
        return {"taken": [], "added": []}
    there = set(session.scalars(select(link.child_id).where(link.parent_id == heirs[0].id)))
    added = [[child, heirs[0].id] for child in sorted({child for child, _ in links} - there - {heirs[0].id})]
    session.execute(delete(link).where(link.parent_id.in_(ids)))
    if added:
        session.execute(insert(link), [{"child_id": child, "parent_id": parent} for child, parent in added])
    return {"taken": links, "added": added}


def _note_parts(session: Session, made: Reorganisation, settled: Settled, new: Sequence[Organisation]) -> None:
    for one in settled.ended:
        session.add(ReorganisationPart(reorganisation_id=made.id, organisation_id=one.id, is_successor=False))
    for one in (*settled.heirs, *new):
        part = {"reorganisation_id": made.id, "organisation_id": one.id, "is_successor": True}
        session.add(ReorganisationPart(**part, is_new=one in new))
    session.flush()


def _note_changes(session: Session, settled: Settled, heirs: Sequence[Organisation]) -> list[int]:
    plan = settled.plan
    kind = BECAME.get(plan.kind, plan.kind.value)
    said = {"kind": kind, "effective_on": plan.effective_on, "note": plan.note}
    successors: list[int | None] = [one.id for one in heirs]
    changes = [
        OrganisationChange(predecessor_id=one.id, successor_id=successor, **said)
        for one in settled.ended
        for successor in successors or [None]
    ]
    session.add_all(changes)
    session.flush()
    return [change.id for change in changes]


def _hand_over(session: Session, settled: Settled, heirs: Sequence[Organisation], by: User) -> list[int]:
    """Whoever looked after the body looks after it under its new name or parent."""
    held = session.scalars(select(RoleGrant).where(RoleGrant.organisation_id == settled.ended[0].id)).all()
    of_heir = select(RoleGrant.user_id, RoleGrant.role).where(RoleGrant.organisation_id == heirs[0].id)
    there = {(user_id, role) for user_id, role in session.execute(of_heir)}
    given = [
        RoleGrant(user_id=grant.user_id, role=grant.role, organisation_id=heirs[0].id, granted_by_id=by.id)
        for grant in held
        if (grant.user_id, grant.role) not in there
    ]
    session.add_all(given)
    session.flush()
    return [grant.id for grant in given]


def waiting(ended: Sequence[Organisation], made: Reorganisation) -> Select[Any]:
    """The postings that hold, on the day of a change or after it, in what it ended: the columns of `PostingSpan`."""
    ids = [one.id for one in ended]
    return select(PostingSpan).where(PostingSpan.organisation_id.in_(ids), PostingSpan.ends_on > made.effective_on)


def post_to(session: Session, made: Reorganisation, spans: Select[Any], heir: Organisation, by: User) -> int:
    """Post whoever the spans are of to an organisation, from the day of the change on or from when their posting
    began; how many people that moves.

    A first posting reaches back without limit. Where it is dated after the change, it says both where they were before
    the day and where they were from its own day on: so they are posted to what ended until the day, and to the heir on
    both days.
    """
    at, last = now(), session.scalar(select(func.coalesce(func.max(Posting.id), 0))) or 0
    held = spans.with_only_columns(PostingSpan.posting_id, PostingSpan.starts_on).subquery()
    before, day = aliased(Posting), made.effective_on
    is_later = and_(held.c.starts_on <= day, before.starts_on > day)

    def posted(organisation_id: Any, since: Any) -> Select[Any]:
        return select(
            before.person_id,
            organisation_id,
            *(before.grade_id, before.profession_id, before.region_id),
            since,
            literal(at, UtcDateTime()),
            literal(by.id),
            literal(f"Change in the machinery of government: {made.kind.value}"),
            literal(at, UtcDateTime()),
        ).join_from(held, before, before.id == held.c.posting_id)

    moved = posted(literal(heir.id), greatest_of(held.c.starts_on, literal(day))).union_all(
        posted(before.organisation_id, literal(day - timedelta(days=1))).where(is_later),
        posted(literal(heir.id), before.starts_on).where(is_later),
    )
    place = ["person_id", "organisation_id", "grade_id", "profession_id", "region_id", "starts_on"]
    columns = [*place, "recorded_at", "recorded_by_id", "reason", "created_at"]
    session.execute(insert(Posting).from_select(columns, moved))
    mine = and_(Posting.id > last, Posting.recorded_at == at, Posting.recorded_by_id == by.id)
    noted = select(Posting.id, literal(made.id)).where(mine)
    session.execute(insert(ReorganisedPosting).from_select(["posting_id", "reorganisation_id"], noted))
    return keep_moved(session, made, at)


def keep_moved(session: Session, made: Reorganisation, at: datetime) -> int:
    """Work out anew where those are whom a change posted at an instant, or whose postings were taken back then."""
    mine = select(ReorganisedPosting.posting_id).where(ReorganisedPosting.reorganisation_id == made.id)
    touched = (Posting.recorded_at == at) | (Posting.voided_at == at)
    people = select(Posting.person_id).where(Posting.id.in_(mine), touched)
    number = session.scalar(select(func.count()).select_from(people.distinct().subquery())) or 0
    raised = update(Person).where(Person.id.in_(people)).values(version=Person.version + 1)
    session.execute(raised.execution_options(synchronize_session=False))
    keep_posting_spans(people)
    session.expire_all()
    return number
