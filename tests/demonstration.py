"""The demonstration: filled by its command once for a day and a version of the code, and copied where it is wanted."""

import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from tests.databases import PLACE, Database, SqliteDatabase, one_at_a_time
from tracker.core.clock import today
from tracker.core.config import ROOT

TRACKER = Path(sys.executable).with_name("tracker")


def demonstrate(database: Database, instance: Path) -> str:
    """Fill the empty database, and the folder beside it, by `tracker demo`; what that printed.

    An SQLite file is copied where the same code filled one today.
    """
    if not isinstance(database, SqliteDatabase):
        return _fill(database.url, instance)
    with one_at_a_time("demonstration"):
        kept = PLACE / f"demonstration-{_key()}"
        if not kept.exists():
            for old in PLACE.glob("demonstration-*"):
                shutil.rmtree(old)
            draft = PLACE / "draft-of-demonstration"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(mode=0o700)
            said = _fill(database.url, draft / "instance")
            (draft / "said").write_text(said)
            _copy(database.file, draft / "database")
            draft.rename(kept)
        _copy(kept / "database", database.file)
        shutil.copytree(kept / "instance", instance, dirs_exist_ok=True)
        return (kept / "said").read_text()


def _copy(file: Path, to: Path) -> None:
    """Copy an SQLite database as it stands: what was written last may not be in its file yet."""
    with closing(sqlite.connect(file)) as read, closing(sqlite.connect(to)) as written:
        read.backup(written)


def _key() -> str:
    digest = hashlib.sha256(today().isoformat().encode())
    for folder in (ROOT / "migrations", ROOT / "tracker"):
        for file in sorted(file for file in folder.rglob("*") if file.suffix in {".py", ".csv"}):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _fill(url: str, instance: Path) -> str:
    own = {"DATABASE_URL": url, "TRACKER_INSTANCE": str(instance), "TRACKER_SECRET_KEY": "k" * 40}
    done = subprocess.run(
        [TRACKER, "demo"], env={**os.environ, **own}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stdout
