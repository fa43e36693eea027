"""Taking a file in: an import begun for it."""

import hashlib
from pathlib import Path

from tracker.core.db import db
from tracker.imports.models import ImportBatch
from tracker.ledger.services import new_ref

PIECE = 1 << 20


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def begin(kind: str, path: Path, *, name: str, is_historical: bool, by_id: int | None) -> ImportBatch:
    """Begin an import for a file. Flushes; the caller owns the transaction."""
    batch = ImportBatch(
        ref=new_ref(),
        kind=kind,
        file_name=name[:200],
        sha256=sha256_of(path),
        size=path.stat().st_size,
        is_historical=is_historical,
        created_by_id=by_id,
    )
    db.session.add(batch)
    db.session.flush()
    return batch
