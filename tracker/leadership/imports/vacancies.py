"""The file of vacancies: one row for each stage a senior post reached."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, joinedload

from tracker.core.intake import Code, Counts, Intake, Problem
from tracker.leadership.imports.checks import doubled, in_order, rows_of
from tracker.leadership.imports.tables import VACANCY_ROW
from tracker.leadership.lifecycle import VACANCY, Route
from tracker.leadership.models import Campaign, Candidacy, LeadershipRole, PanelMember, Vacancy
from tracker.ledger.imports import histories
from tracker.ledger.imports.histories import NOTHING, Coming, Held
from tracker.ledger.models import Journey, StageSpan, Strand
from tracker.ledger.services import new_refs
from tracker.organisations.models import Grade, Organisation

NAMED = 10
"""How many of the things that rest on an import are named one by one."""


def standing_vacancies(session: Session) -> dict[str, Vacancy]:
    """Every vacancy by its reference, those of undone imports too."""
    read = select(Vacancy).options(joinedload(Vacancy.campaign))
    return {vacancy.ref: vacancy for vacancy in session.scalars(read)}


def _held(session: Session, known: Mapping[str, Vacancy]) -> dict[str, Held]:
    held = histories.held(session, [vacancy.journey_id for vacancy in known.values()])
    return {ref: held[vacancy.journey_id] for ref, vacancy in known.items()}


def check(session: Session, intake: Intake, consequences: bool) -> Iterator[Problem]:
    """Every rule that needs the whole file or the records.

    :param consequences: judge only what would be left without the rows in error.
    """
    rows = rows_of(session, VACANCY_ROW, intake, only_valid=consequences)
    named = {row.vacancy_ref for row in rows}
    known = {ref: one for ref, one in standing_vacancies(session).items() if ref in named}
    held = _held(session, known)
    if not consequences:
        yield from doubled(rows, "vacancy_ref", "stage", "effective_on")
        yield from _differing(session, rows, {ref: one for ref, one in known.items() if held[ref].steps})
    coming = [Coming(row.row, row.vacancy_ref, row.stage, row.effective_on) for row in in_order(rows, "vacancy_ref")]
    yield from histories.illegal_steps(VACANCY, coming, held)


SAME: tuple[tuple[str, str, Code, str], ...] = (
    ("campaign", "campaign", Code.UNKNOWN_REFERENCE, "campaign"),
    ("role_id", "role", Code.UNKNOWN_REFERENCE, "role"),
    ("grade_id", "grade", Code.UNKNOWN_GRADE, "grade"),
    ("organisation_id", "organisation", Code.UNKNOWN_REFERENCE, "organisation"),
)
"""What the rows of one vacancy agree on (fine print A6): field, column, code, word."""


def _differing(session: Session, rows: Sequence[Any], known: Mapping[str, Vacancy]) -> Iterator[Problem]:
    """Rows that say something else of a vacancy than the records, or than its first row."""
    words = Words(session)
    said: dict[tuple[str, str], Any] = {}
    for ref, vacancy in known.items():
        for field, *_ in SAME:
            said[ref, field] = vacancy.campaign.ref if field == "campaign" else getattr(vacancy, field)
    for row in sorted(rows, key=lambda one: (str(one.effective_on), one.row)):
        for field, column, code, word in SAME:
            value = getattr(row, field)
            if row.vacancy_ref is None or value is None:
                continue
            first = said.setdefault((row.vacancy_ref, field), value)
            if words.same(field, first, value):
                continue
            advice = f"Vacancy {row.vacancy_ref} has the {word} {words.text(field, first)}: correct one of the two"
            yield Problem(row.row, column, code, words.text(field, value), advice)


class Words:
    """What the ids in rows are called."""

    def __init__(self, session: Session) -> None:
        """Read the lists of roles, grades and organisations."""
        self.roles = dict(session.execute(select(LeadershipRole.id, LeadershipRole.name)).all())
        self.grades = dict(session.execute(select(Grade.id, Grade.code)).all())
        every = session.execute(select(Organisation.id, Organisation.name, Organisation.present_id))
        self.organisations = {id: (name, present_id or id) for id, name, present_id in every}

    def text(self, field: str, value: Any) -> str:
        """A value in words."""
        if field == "organisation_id":
            return self.organisations[value][0]
        return str({"role_id": self.roles, "grade_id": self.grades}.get(field, {}).get(value, value))

    def same(self, field: str, one: Any, other: Any) -> bool:
        """Whether two values are one: an organisation that was renamed is still the one that has the post."""
        if field == "organisation_id":
            return self.organisations[one][1] == self.organisations[other][1]
        return bool(one == other)


def load(session: Session, intake: Intake) -> Counts:
    """Create the campaigns and vacancies there are not, and record the events the ledger does not have."""
    rows = rows_of(session, VACANCY_ROW, intake, only_valid=True)
    refs = {row.vacancy_ref for row in rows}
    before = {ref: one for ref, one in standing_vacancies(session).items() if ref in refs}
    held = _held(session, before)
    begun = {ref for ref, one in held.items() if one.steps}
    _write_vacancies(session, intake, rows, before, begun)
    ids = {ref: one.journey_id for ref, one in standing_vacancies(session).items() if ref in refs}
    new = [row for row in rows if (row.stage, row.effective_on) not in held.get(row.vacancy_ref, NOTHING).known]
    histories.record_events(session, intake, [(ids[row.vacancy_ref], row.stage, row.effective_on) for row in new])
    created = sum(row.vacancy_ref not in begun for row in rows)
    updated = sum(row.vacancy_ref in begun for row in new)
    return Counts(created, updated, len(rows) - created - updated, len(new))


def _write_vacancies(
    session: Session, intake: Intake, rows: Sequence[Any], before: Mapping[str, Vacancy], begun: set[str]
) -> None:
    """Each vacancy as its earliest row says; one that only an undone import brought is taken up anew."""
    first: dict[str, Any] = {}
    for row in sorted(rows, key=lambda one: (one.effective_on, one.row)):
        if row.vacancy_ref not in begun:
            first.setdefault(row.vacancy_ref, row)
    campaigns = _campaigns(session, intake, sorted({row.campaign for row in first.values()}))
    new = [ref for ref in first if ref not in before]
    journeys = begin_journeys(session, intake, len(new))
    values = {ref: _as_vacancy(row, campaigns) for ref, row in first.items()}
    if new:
        session.execute(
            insert(Vacancy),
            [
                {
                    "journey_id": id,
                    "ref": ref,
                    "location": "",
                    "pay_band": "",
                    "route": Route.COMPETITION,
                    **values[ref],
                }
                for id, ref in zip(journeys, new, strict=True)
            ],
        )
    for ref in set(first) - set(new):
        for name, value in values[ref].items():
            setattr(before[ref], name, value)
        before[ref].journey.import_id = intake.import_id
    session.flush()


def _as_vacancy(row: Any, campaigns: Mapping[str, int]) -> dict[str, Any]:
    return {
        "campaign_id": campaigns[row.campaign],
        "role_id": row.role_id,
        "grade_id": row.grade_id,
        "organisation_id": row.organisation_id,
    }


def _campaigns(session: Session, intake: Intake, refs: Sequence[str]) -> dict[str, int]:
    """Ids of campaigns by reference; those there are not are created under that name."""
    known = dict(session.execute(select(Campaign.ref, Campaign.id)).all())
    new = [{"ref": ref, "name": ref, "summary": "", "import_id": intake.import_id} for ref in refs if ref not in known]
    if new:
        stamp = {"created_at": intake.instant, "version": 1}
        session.execute(insert(Campaign), [{**one, **stamp} for one in new])
        known = dict(session.execute(select(Campaign.ref, Campaign.id)).all())
    return known


def begin_journeys(session: Session, intake: Intake, many: int) -> list[int]:
    """Begin as many journeys of nobody; their ids, in order."""
    refs = new_refs(many)
    if not refs:
        return []
    stamp = {"strand": Strand.LEADERSHIP, "import_id": intake.import_id, "created_at": intake.instant, "version": 1}
    session.execute(insert(Journey), [{"ref": ref, **stamp} for ref in refs])
    found = dict(session.execute(select(Journey.ref, Journey.id).where(Journey.import_id == intake.import_id)).all())
    return [found[ref] for ref in refs]


def refusals(session: Session, intake: Intake) -> list[str]:
    """What rests on the import, in the user's words; nothing where it can be undone."""
    names = {one.journey_id: ref for ref, one in standing_vacancies(session).items()}
    mine = select(Vacancy.journey_id).join(Journey).where(Journey.import_id == intake.import_id)
    found = list(histories.refusals(session, intake, VACANCY, names))
    with_panel = session.scalars(select(PanelMember.vacancy_id).where(PanelMember.vacancy_id.in_(mine)).distinct())
    found += [f"vacancy {names[id]}, which this import began, has a panel" for id in with_panel]
    standing = StageSpan.journey_id == Candidacy.journey_id
    applied = select(Candidacy.vacancy_id).join(StageSpan, standing).where(Candidacy.vacancy_id.in_(mine)).distinct()
    found += [f"vacancy {names[id]}, which this import began, has candidates" for id in session.scalars(applied)]
    return found[:NAMED] + ([f"and {len(found) - NAMED:,} more"] if len(found) > NAMED else [])


def undo(session: Session, intake: Intake) -> None:
    """Void what the import recorded, and leave the campaigns it made to whoever else uses them."""
    others = select(Vacancy.campaign_id).join(Journey).where(Journey.import_id.is_distinct_from(intake.import_id))
    session.execute(
        update(Campaign)
        .where(Campaign.import_id == intake.import_id, Campaign.id.in_(others))
        .values(import_id=None, version=Campaign.version + 1)
        .execution_options(synchronize_session=False)
    )
    histories.undo(session, intake)


def changes(session: Session, intake: Intake) -> Iterator[dict[str, str]]:
    """A file of vacancies changes nothing of what there was: rows that differ are refused."""
    yield from ()
