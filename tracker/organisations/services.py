"""Loading the reference data, and what follows from it: where everybody is counted by the structure of today."""

from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tracker.core import reference
from tracker.core.db import db
from tracker.core.reference import Loaded, read_csv
from tracker.organisations.models import (
    AnalystBase,
    BankHoliday,
    Grade,
    Organisation,
    OrganisationChange,
    OrganisationParent,
    Profession,
    Region,
)

HERE = "tracker.organisations"


def load_reference_data() -> list[Loaded]:
    """Load organisations, their structure and changes, and the lists of words from the shipped files.

    Repeatable: changes only what the files changed since they were last loaded. The caller owns the transaction.
    """
    session = db.session()
    loaded = [_load_organisations(session)]
    ids = {slug: id for id, slug in session.execute(select(Organisation.id, Organisation.slug))}
    loaded += [_load_parents(session, ids), _load_changes(session, ids), _load_analysts(session, ids)]
    loaded += [_load_words(session, table, file, columns) for table, file, columns in WORDS]
    loaded.append(_load_holidays(session))
    settle_present_structure()
    return loaded


def settle_present_structure() -> None:
    """Work out, for every organisation, where its people are counted by the structure of today (fine print G3).

    A rename, a merger or a replacement leads on to the successor; a split, or no successor, ends at the organisation
    itself.
    """
    session = db.session()
    session.flush()
    onward: dict[int, list[tuple[str, int]]] = {}
    for change in session.scalars(select(OrganisationChange).where(OrganisationChange.successor_id.is_not(None))):
        assert change.successor_id is not None
        onward.setdefault(change.predecessor_id, []).append((change.kind, change.successor_id))
    for id, present_id in session.execute(select(Organisation.id, Organisation.present_id)).all():
        settled = _present(id, onward)
        if settled != present_id:
            session.execute(update(Organisation).where(Organisation.id == id).values(present_id=settled))


def _present(id: int, onward: dict[int, list[tuple[str, int]]]) -> int:
    seen = {id}
    while True:
        steps = onward.get(id, [])
        if len(steps) != 1 or steps[0][0] in {"split", "closed"} or steps[0][1] in seen:
            return id
        id = steps[0][1]
        seen.add(id)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _load_organisations(session: Session) -> Loaded:
    rows = {
        row["slug"]: {
            "name": row["name"],
            "abbreviation": row["abbreviation"],
            "kind": row["kind"],
            "opened_on": _day(row["opened_on"]),
            "closed_on": _day(row["closed_on"]),
            "is_closed": row["status"] == "closed",
            "closed_reason": row["closed_reason"],
        }
        for row in read_csv(HERE, "organisations.csv")
    }
    return reference.load(session, "organisations", Organisation, rows, lambda slug: {"slug": slug}, {"version": 1})


def _load_parents(session: Session, ids: dict[str, int]) -> Loaded:
    wanted = {
        f"{row['child_slug']}|{row['parent_slug']}": (ids[row["child_slug"]], ids[row["parent_slug"]])
        for row in read_csv(HERE, "parents.csv")
    }
    return _load_links(session, wanted)


def _load_links(session: Session, wanted: dict[str, tuple[int, int]]) -> Loaded:
    rows: dict[str, dict[str, Any]] = {name: {} for name in wanted}
    return reference.load(
        session,
        "parents",
        OrganisationParent,
        rows,
        lambda name: dict(zip(("child_id", "parent_id"), wanted[name], strict=True)),
        {},
    )


def _load_changes(session: Session, ids: dict[str, int]) -> Loaded:
    rows: dict[str, dict[str, Any]] = {}
    keys: dict[str, dict[str, Any]] = {}
    for row in read_csv(HERE, "changes.csv"):
        name = f"{row['predecessor_slug']}|{row['successor_slug']}"
        keys[name] = {"predecessor_id": ids[row["predecessor_slug"]], "successor_id": ids.get(row["successor_slug"])}
        rows[name] = {"kind": row["change_type"], "effective_on": _day(row["effective_on"]), "note": row["note"]}
    return reference.load(session, "changes", OrganisationChange, rows, lambda name: keys[name], {})


def _load_analysts(session: Session, ids: dict[str, int]) -> Loaded:
    rows = {
        row["organisation_slug"]: {
            "headcount": int(row["headcount"]) if row["headcount"] else None,
            "core_analysts": int(row["core_analysts"] or 0),
        }
        for row in read_csv(HERE, "analyst_base.csv")
    }
    return reference.load(session, "analyst_base", AnalystBase, rows, lambda slug: {"organisation_id": ids[slug]}, {})


WORDS: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (Grade, "grades.csv", ("code", "name", "rank")),
    (Profession, "professions.csv", ("code", "name", "analysis_function")),
    (Region, "regions.csv", ("name", "ons_code", "statistics_label")),
)


def _load_words(session: Session, model: Any, file: str, columns: tuple[str, ...]) -> Loaded:
    """A list of words: the first column is the key."""
    key, *others = columns
    rows = {
        row[key]: {name: int(row[name]) if name == "rank" else row[name] for name in others}
        for row in read_csv(HERE, file)
    }
    return reference.load(session, file.removesuffix(".csv"), model, rows, lambda code: {key: code}, {})


def _load_holidays(session: Session) -> Loaded:
    rows = {f"{row['division']}|{row['date']}": {"title": row["title"]} for row in read_csv(HERE, "bank_holidays.csv")}

    def key(name: str) -> dict[str, Any]:
        division, day = name.split("|")
        return {"division": division, "day": date.fromisoformat(day)}

    return reference.load(session, "bank_holidays", BankHoliday, rows, key, {})


def replace_parents(organisation: Organisation, parents: set[int]) -> None:
    """Put an organisation under other parents. The caller owns the transaction."""
    session = db.session()
    session.execute(delete(OrganisationParent).where(OrganisationParent.child_id == organisation.id))
    for parent_id in sorted(parents):
        session.execute(insert(OrganisationParent).values(child_id=organisation.id, parent_id=parent_id))
