"""What imports hold about somebody: rows that wait, errors that quote them, and the files that were sent."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Row, delete, false, func, or_, select

from tracker.core.db import db
from tracker.core.subject import REMOVED, Facts, Part, Subject
from tracker.imports.models import AT_WORK, ImportBatch, ImportProblem, Status
from tracker.imports.registry import KINDS
from tracker.imports.services.uploads import folder_of, text_of

WAITING = AT_WORK | {Status.CHECKED}
IN_HAND = "A file that names them waits to be loaded (import {}): load it or cancel it first"


def _theirs(table: Any, subject: Subject) -> Any:
    """The rows of a staging table that name them by a reference or an address."""
    columns = table.c
    by_ref = ("person_ref", "candidate_ref", "placement_ref")
    named = [columns[name].in_(subject.refs | {subject.ref}) for name in by_ref if name in columns]
    if "supervisor_key" in columns:
        named.append(columns.supervisor_key.in_(subject.emails))
    if "email_key" in columns:
        named.append(columns.email_key.in_(subject.emails))
    elif "email" in columns:
        named.append(func.lower(columns.email).in_(subject.emails))
    return or_(false(), *named)


def _rows(subject: Subject) -> Iterator[Row[Any]]:
    for table in {kind.name: kind.table for kind in KINDS.values()}.values():
        yield from db.session.execute(select(table).where(_theirs(table, subject)))


def _files(subject: Subject) -> Iterator[tuple[ImportBatch, Path]]:
    """The files that are still kept and name them, with their imports."""
    settings = current_app.config["TRACKER"]
    sought = [re.escape(word) for word in (*subject.emails, *subject.refs, subject.ref)]
    pattern = re.compile(rf"(?<![\w.-])(?:{'|'.join(sought)})(?![\w-])".encode(), re.IGNORECASE)
    for batch in db.session.scalars(select(ImportBatch).where(ImportBatch.stored_as.is_not(None))):
        path = text_of(batch, settings)
        if path is not None and pattern.search(path.read_bytes()):
            yield batch, path


def tell(subject: Subject) -> dict[str, Facts]:
    """The rows that wait, the files that name them, and the errors that quote them."""
    return {
        "Rows of files not loaded": [
            {name: value for name, value in row._mapping.items() if value is not None} for row in _rows(subject)
        ],
        "Files that name them": [
            {"Import": batch.ref, "File": batch.file_name, "Sent": batch.created_at, "State": batch.status.value}
            for batch, _ in _files(subject)
        ],
        "Errors in files": [
            {"Row": problem.row, "Column": problem.column, "Value": problem.value, "Advice": problem.advice}
            for problem in _problems(subject)
        ],
    }


def _problems(subject: Subject) -> Iterator[ImportProblem]:
    """Errors whose value is one of their names, addresses or references, or whose words name them."""
    alone = {part.casefold() for name in subject.names for part in (name, *name.replace(",", "").split())}
    alone |= subject.emails | {ref.casefold() for ref in (*subject.refs, subject.ref)}
    for problem in db.session.scalars(select(ImportProblem).order_by(ImportProblem.id)):
        if problem.value.casefold() in alone or subject.is_named_in(problem.value, problem.advice):
            yield problem


def objections(subject: Subject) -> list[str]:
    """A file that waits would bring back what is erased."""
    batches = {row.import_id for row in _rows(subject)} | {batch.id for batch, _ in _files(subject)}
    waiting = select(ImportBatch.ref).where(ImportBatch.id.in_(batches), ImportBatch.status.in_(WAITING))
    return [IN_HAND.format(ref) for ref in db.session.scalars(waiting.order_by(ImportBatch.id))]


def files(subject: Subject) -> Iterable[Path]:
    """The files that name them, as sent and as text: nobody can take one row out of a file that somebody signed for."""
    folder = folder_of(current_app.config["TRACKER"])
    kept = [folder / (batch.stored_as or "") for batch, _ in _files(subject)]
    return [path for one in kept for path in (one, one.with_suffix(".text"))]


def forget(subject: Subject) -> None:
    """Erase rows, quotations, what a check foretold of them and their names in those of files; counts stay."""
    session = db.session()
    for batch, _ in list(_files(subject)):
        batch.stored_as = None
    for table in {kind.name: kind.table for kind in KINDS.values()}.values():
        session.execute(delete(table).where(_theirs(table, subject)))
    for problem in list(_problems(subject)):
        problem.value, problem.advice = REMOVED, subject.taken_out_of(problem.advice)
    for batch in session.scalars(select(ImportBatch).where(ImportBatch.effect.is_not(None))):
        said = json.dumps(batch.effect, ensure_ascii=False)
        if subject.is_named_in(said):
            batch.effect = json.loads(subject.taken_out_of(said))
    for batch in session.scalars(
        select(ImportBatch).where(or_(ImportBatch.file_name != "", ImportBatch.failure != ""))
    ):
        batch.file_name = subject.taken_out_of_name(batch.file_name)[:200]
        batch.failure = subject.taken_out_of(batch.failure)
    session.flush()


PART = Part(tell, forget, objections=objections, files=files)
