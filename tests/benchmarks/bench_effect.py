"""How long it takes to work out what loading a list would do: the page shows it before anybody presses Load.

The list names people who are not known yet, in an empty database: what PostgreSQL knows of its tables then is wrong.
"""

import tempfile
import time
from pathlib import Path

from tests.benchmarks.alone import measure_alone
from tests.benchmarks.generate import scratch, write_trainees
from tests.benchmarks.report import say
from tests.databases import settings_for
from tracker.app import create_app
from tracker.core.db import db, transaction
from tracker.imports.files.opening import as_text
from tracker.imports.registry import KINDS as FILES
from tracker.imports.services import taking
from tracker.imports.services.effect import find_effect
from tracker.imports.services.loading import look


def measure(kind: str, rows: int) -> None:
    """Measure on a database of a kind, with a list of so many rows."""
    with scratch(kind) as url, tempfile.TemporaryDirectory() as folder:
        file, trainees = Path(folder) / "trainees.csv", FILES["trainees"]
        write_trainees(file, rows)
        app = create_app(settings_for(url, Path(folder)))
        with app.app_context():
            with transaction():
                batch = taking.begin("trainees", file, name=file.name, is_historical=False, created_by_id=None)
                import_id = batch.id
            taking.read(import_id, as_text(file, Path(folder) / "sheet.csv"))
            assert look(import_id, trainees, accept_valid=True) == 0
            began = time.perf_counter()
            effect = find_effect(import_id, trainees, by_id=None)
            taken = time.perf_counter() - began
            db.session.remove()
            db.engine.dispose()
        assert effect["counts"]["created"] == rows, effect["counts"]
        say("effect of a list of trainees", taken, "s", people=rows)


if __name__ == "__main__":
    measure_alone(__doc__, measure)
