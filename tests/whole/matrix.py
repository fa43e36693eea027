"""`python -m tests.whole.matrix`: how the routes that nobody has decided about behave now, as rows to be judged."""

import csv
import sys
import tempfile
from pathlib import Path

from werkzeug.routing import BuildError

from tests.databases import SqliteDatabase, settings_for
from tests.whole.test_matrix import ask, asked, decided
from tests.whole.world import PRINCIPALS, make_world, restorable
from tracker.app import create_app


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = SqliteDatabase(Path(folder))
        database.reset()
        app = create_app(settings_for(database.url, Path(folder)))
        world, known = make_world(app), decided()
        rows = csv.writer(sys.stdout, lineterminator="\n")
        with restorable(app, database) as put_back:
            for key in asked(app):
                if key in known:
                    continue
                try:
                    world.address(key[0], key[2], "anonymous")
                except BuildError as missing:
                    sys.stderr.write(f"tests/whole/world.py does not say what an address of {missing.endpoint} needs\n")
                else:
                    rows.writerow([*key, *(ask(world, key, principal)[0] for principal in PRINCIPALS)])
                    put_back()


if __name__ == "__main__":
    main()
