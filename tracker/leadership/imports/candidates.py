"""The file of candidates: one row for each stage a candidate for a vacancy reached.

Messages name nobody: whoever imports sees the file, but others see what was said about it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.core.intake import Code, Counts, Intake, Problem
from tracker.core.text import email_key, fold
from tracker.leadership.imports.checks import doubled, in_order, rows_of
from tracker.leadership.imports.tables import CANDIDATE_CHANGE, CANDIDATE_ROW
from tracker.leadership.imports.vacancies import NAMED, begin_journeys
from tracker.leadership.lifecycle import CANDIDACY
from tracker.leadership.models import Candidacy, Candidate, Vacancy
from tracker.leadership.queries.candidates import HOLDING
from tracker.ledger.imports import histories
from tracker.ledger.imports.histories import NOTHING, Coming, Held
from tracker.ledger.models import Journey, StageSpan
from tracker.people.models import Person

FIELDS = ("first_name", "last_name", "email")
"""What a file can say of a candidate; an empty cell says nothing."""
Key = tuple[str, str]
"""A vacancy and a candidate, by their references."""


def _known(session: Session, rows: Sequence[Any]) -> dict[Key, int]:
    """The journeys of the candidacies the rows name."""
    named = {row.vacancy_ref for row in rows}
    read = (
        select(Vacancy.ref, Candidate.ref, Candidacy.journey_id)
        .join_from(Candidacy, Vacancy, Vacancy.journey_id == Candidacy.vacancy_id)
        .join(Candidate, Candidate.id == Candidacy.candidate_id)
    )
    return {(vacancy, candidate): id for vacancy, candidate, id in session.execute(read) if vacancy in named}


def _held(session: Session, known: Mapping[Key, int]) -> dict[Key, Held]:
    held = histories.held(session, list(known.values()))
    return {key: held[id] for key, id in known.items()}


def _key(row: Any) -> Key:
    return row.vacancy_ref, row.candidate_ref


def _candidates(session: Session, rows: Sequence[Any]) -> dict[str, Candidate]:
    named = {row.candidate_ref for row in rows}
    return {one.ref: one for one in session.scalars(select(Candidate)) if one.ref in named}


def check(session: Session, intake: Intake, consequences: bool) -> Iterator[Problem]:
    """Every rule that needs the whole file or the records.

    :param consequences: judge only what would be left without the rows in error.
    """
    rows = rows_of(session, CANDIDATE_ROW, intake, only_valid=consequences)
    if not consequences:
        yield from doubled(rows, "candidate_ref", "vacancy_ref", "stage", "effective_on")
        yield from _without_vacancy(session, rows)
        yield from _people(session, rows)
        yield from _addresses(session, intake, rows)
    ordered = in_order(rows, "vacancy_ref", "candidate_ref")
    coming = [Coming(row.row, "\n".join(_key(row)), row.stage, row.effective_on) for row in ordered]
    held = {"\n".join(key): one for key, one in _held(session, _known(session, rows)).items()}
    yield from histories.illegal_steps(CANDIDACY, coming, held)
    yield from _places(ordered, held)


def _places(ordered: Sequence[Any], held: Mapping[str, Held]) -> Iterator[Problem]:
    """Rows by which two candidates would hold one place in the end: one vacancy is one place (fine print G9)."""
    ends: dict[Key, tuple[Any, str, int | None]] = {}
    for journey, one in held.items():
        if one.steps:
            vacancy, candidate = journey.split("\n")
            ends[vacancy, candidate] = (one.steps[-1].effective_on, one.steps[-1].stage, None)
    for row in sorted(ordered, key=lambda one: (one.effective_on, one.row)):
        key = _key(row)
        is_known = (row.stage, row.effective_on) in held.get("\n".join(key), NOTHING).known
        if not is_known and (key not in ends or row.effective_on >= ends[key][0]):
            ends[key] = (row.effective_on, row.stage, row.row)
    holders: dict[str, list[str]] = {}
    for (vacancy, candidate), (_, stage, _row) in ends.items():
        if stage in HOLDING:
            holders.setdefault(vacancy, []).append(candidate)
    for (vacancy, candidate), (_, stage, place) in ends.items():
        others = [one for one in holders.get(vacancy, ()) if one != candidate]
        if place is not None and stage in HOLDING and others:
            advice = f"One vacancy is one place, and {others[0]} holds it: record first how that ended"
            yield Problem(place, "stage", Code.STAGE_NOT_ALLOWED, stage, advice)


def _without_vacancy(session: Session, rows: Sequence[Any]) -> Iterator[Problem]:
    standing = select(Vacancy.ref).join(StageSpan, StageSpan.journey_id == Vacancy.journey_id)
    known = set(session.scalars(standing.distinct()))
    for row in rows:
        if row.vacancy_ref is not None and row.vacancy_ref not in known:
            advice = "There is no such vacancy: import the vacancies first"
            yield Problem(row.row, "vacancy_ref", Code.UNKNOWN_REFERENCE, row.vacancy_ref, advice)


def _people(session: Session, rows: Sequence[Any]) -> Iterator[Problem]:
    """Rows that name nobody there is, or somebody who clearly is another (fine print A16)."""
    refs = {row.person_ref for row in rows if row.person_ref}
    people = {
        one.ref: one for one in session.scalars(select(Person).where(Person.removed_at.is_(None))) if one.ref in refs
    }
    known = _candidates(session, rows)
    said: dict[str, Any] = {ref: one for ref, one in known.items() if one.anonymised_at is None and one.last_name}
    belongs = {ref: one.person.ref for ref, one in known.items() if one.person is not None}
    for row in rows:
        if row.person_ref and row.person_ref not in people:
            advice = "Nobody has this reference: leave it empty, or import the person first"
            yield Problem(row.row, "person_ref", Code.UNKNOWN_REFERENCE, row.person_ref, advice)
            continue
        if row.candidate_ref is None:
            continue
        named = row.first_name is not None and row.last_name is not None
        others = [said.get(row.candidate_ref), people.get(row.person_ref or "")]
        is_another = named and any(other is not None and _clearly_another(row, other) for other in others)
        is_another |= bool(row.person_ref) and belongs.setdefault(row.candidate_ref, row.person_ref) != row.person_ref
        if is_another:
            advice = "This reference belongs to somebody else: correct it, or the name if it is the same person"
            yield Problem(row.row, "person_ref", Code.PERSON_DIFFERS, row.candidate_ref, advice)
        elif named:
            said.setdefault(row.candidate_ref, row)


def _clearly_another(row: Any, other: Any) -> bool:
    pairs = ((row.first_name, other.first_name), (row.last_name, other.last_name))
    return all(fold(mine) != fold(theirs) for mine, theirs in pairs)


def _addresses(session: Session, intake: Intake, rows: Sequence[Any]) -> Iterator[Problem]:
    """An address belongs to one candidate, and to one person (fine print A11, G6)."""
    given = sorted((email_key(row.email), row.row, row) for row in rows if row.email and row.candidate_ref)
    keys = {key for key, *_ in given}
    candidates = session.execute(
        select(Candidate.email_key, Candidate.ref).where(
            Candidate.import_id.not_in(intake.undone) | Candidate.import_id.is_(None)
        )
    )
    owners = {key: ref for key, ref in candidates if key in keys}
    people = session.execute(select(Person.email_key, Person.ref).where(Person.removed_at.is_(None)))
    persons = {key: ref for key, ref in people if key in keys}
    for key, group in groupby(given, key=lambda one: one[0]):
        same = [row for _, _, row in group]
        for row in same:
            other = next((one.candidate_ref for one in same if one.candidate_ref != row.candidate_ref), None)
            owner = owners.get(key, row.candidate_ref)
            if owner != row.candidate_ref or other is not None:
                taken = owner if owner != row.candidate_ref else other
                advice = f"It belongs to candidate {taken}: an address belongs to one candidate"
                yield Problem(row.row, "email", Code.EMAIL_IN_USE, row.email, advice)
            elif persons.get(key, row.person_ref) != row.person_ref:
                advice = f"It belongs to {persons[key]}: write {persons[key]} as person_ref if it is the same person"
                yield Problem(row.row, "email", Code.EMAIL_IN_USE, row.email, advice)


def load(session: Session, intake: Intake) -> Counts:
    """Create the candidates and candidacies there are not, and record the events the ledger does not have."""
    rows = rows_of(session, CANDIDATE_ROW, intake, only_valid=True)
    changed = _write_candidates(session, intake, rows)
    known = _known(session, rows)
    held = _held(session, known)
    begun = {key for key, one in held.items() if one.steps}
    _write_candidacies(session, intake, rows, known)
    ids = _known(session, rows)
    new = [row for row in rows if (row.stage, row.effective_on) not in held.get(_key(row), NOTHING).known]
    histories.record_events(session, intake, [(ids[_key(row)], row.stage, row.effective_on) for row in new])
    recorded = {row.row for row in new}
    created = sum(_key(row) not in begun for row in rows)
    updated = sum(_key(row) in begun and (row.row in recorded or row.candidate_ref in changed) for row in rows)
    return Counts(created, updated, len(rows) - created - updated, len(new))


def _write_candidates(session: Session, intake: Intake, rows: Sequence[Any]) -> set[str]:
    """Create the candidates there are not and bring the others up to date; the references of those that changed."""
    said: dict[str, dict[str, Any]] = {}
    for row in rows:
        told = said.setdefault(row.candidate_ref, {})
        told |= {name: getattr(row, name) for name in (*FIELDS, "person_ref") if getattr(row, name)}
    people = dict(session.execute(select(Person.ref, Person.id).where(Person.removed_at.is_(None))).all())
    known = _candidates(session, rows)
    new = [
        {
            "ref": ref,
            **{name: told.get(name, "") for name in FIELDS},
            "email_key": email_key(told.get("email", "")),
            "person_id": people.get(told.get("person_ref", "")),
            "import_id": intake.import_id,
            "created_at": intake.instant,
            "version": 1,
        }
        for ref, told in said.items()
        if ref not in known
    ]
    if new:
        session.execute(insert(Candidate), new)
    changed = {ref for ref, one in known.items() if _bring_up_to_date(session, intake, one, said[ref], people)}
    session.flush()
    return changed


def _bring_up_to_date(
    session: Session, intake: Intake, candidate: Candidate, told: Mapping[str, Any], people: Mapping[str, int]
) -> bool:
    """Take over what a file says of a candidate, keeping what was there. An anonymised candidate stays so."""
    if candidate.anonymised_at is not None:
        return False
    values = {name: told[name] for name in FIELDS if name in told}
    if "person_ref" in told:
        values["person_id"] = people[told["person_ref"]]
    news = {name: value for name, value in values.items() if getattr(candidate, name) != value}
    for name, value in news.items():
        before = getattr(candidate, name)
        kept = {"before": "" if before is None else str(before), "after": str(value)}
        change = {"import_id": intake.import_id, "candidate_id": candidate.id, "field": name, **kept}
        session.execute(insert(CANDIDATE_CHANGE), [change])
        setattr(candidate, name, value)
    candidate.email_key = email_key(candidate.email)
    return bool(news)


def _write_candidacies(session: Session, intake: Intake, rows: Sequence[Any], known: Mapping[Key, int]) -> None:
    """Begin a journey for each vacancy and candidate that name none yet; one of an undone import is taken up anew."""
    keys = list(dict.fromkeys(_key(row) for row in rows))
    new = [key for key in keys if key not in known]
    vacancies = dict(session.execute(select(Vacancy.ref, Vacancy.journey_id)).all())
    candidates = {ref: one.id for ref, one in _candidates(session, rows).items()}
    begun = zip(begin_journeys(session, intake, len(new)), new, strict=True)
    values = [
        {"journey_id": id, "vacancy_id": vacancies[vacancy], "candidate_id": candidates[candidate]}
        for id, (vacancy, candidate) in begun
    ]
    if values:
        session.execute(insert(Candidacy), values)
    dormant = select(Journey).where(Journey.import_id.in_(intake.undone))
    again = {known[key] for key in keys if key in known}
    for journey in session.scalars(dormant):
        if journey.id in again:
            journey.import_id = intake.import_id
    session.flush()


def refusals(session: Session, intake: Intake) -> list[str]:
    """What rests on the import, in the user's words; nothing where it can be undone."""
    names = {
        id: f"candidate {candidate} for {vacancy}"
        for id, candidate, vacancy in session.execute(
            select(Candidacy.journey_id, Candidate.ref, Vacancy.ref)
            .join_from(Candidacy, Candidate, Candidate.id == Candidacy.candidate_id)
            .join(Vacancy, Vacancy.journey_id == Candidacy.vacancy_id)
        )
    }
    found = list(histories.refusals(session, intake, CANDIDACY, names))
    return found[:NAMED] + ([f"and {len(found) - NAMED:,} more"] if len(found) > NAMED else [])


def undo(session: Session, intake: Intake) -> None:
    """Void what the import recorded, and put back what it changed of candidates unless it was changed since."""
    histories.undo(session, intake)
    chosen = select(CANDIDATE_CHANGE).where(CANDIDATE_CHANGE.c.import_id == intake.import_id)
    for change in session.execute(chosen).all():
        candidate = session.get_one(Candidate, change.candidate_id)
        held = getattr(candidate, change.field)
        if candidate.anonymised_at is not None or str(held or "") != change.after:
            continue
        before = (int(change.before) if change.before else None) if change.field == "person_id" else change.before
        setattr(candidate, change.field, before)
        candidate.email_key = email_key(candidate.email)


def changes(session: Session, intake: Intake) -> Iterator[dict[str, str]]:
    """Whose details a load changed, and which; not what they are, for more people see this than see candidates."""
    rows = session.execute(
        select(Candidate.ref, CANDIDATE_CHANGE.c.field)
        .join_from(CANDIDATE_CHANGE, Candidate, Candidate.id == CANDIDATE_CHANGE.c.candidate_id)
        .where(CANDIDATE_CHANGE.c.import_id == intake.import_id)
        .order_by(Candidate.ref, CANDIDATE_CHANGE.c.field)
    )
    for ref, field in rows:
        yield {"ref": ref, "field": field, "before": "not shown", "after": "changed"}
