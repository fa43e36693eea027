"""How long the page of a cohort of 500 people takes, from the request's arrival to its last byte, signed in."""

import tempfile
from pathlib import Path

from flask import Flask
from sqlalchemy import select, update

from tests.benchmarks.alone import measure_alone
from tests.benchmarks.bench_register import milliseconds, signed_in
from tests.benchmarks.generate import scratch
from tests.benchmarks.report import say
from tests.databases import settings_for
from tests.factories import make_cohort
from tracker.app import create_app
from tracker.core.db import db, transaction
from tracker.training.models import Enrolment

LIMIT_MS = 40.0
ON_IT = 500
CODE = "BENCH-500"


def filled_cohort(app: Flask) -> str:
    """The address of a cohort that 500 of the generated people are on."""
    with app.app_context(), transaction() as session:
        cohort = make_cohort(CODE, capacity=ON_IT)
        some = session.scalars(select(Enrolment.journey_id).order_by(Enrolment.journey_id).limit(ON_IT)).all()
        session.execute(update(Enrolment).where(Enrolment.journey_id.in_(some)).values(cohort_id=cohort.id))
    return f"/training/cohorts/{CODE}"


def measure(kind: str, people: int) -> None:
    """Measure on a database of a kind."""
    with scratch(kind, people) as url, tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(url, Path(folder)))
        address, (browser, _) = filled_cohort(app), signed_in(app)
        say("cohort page of 500 people", milliseconds(browser, address), "ms", limit=LIMIT_MS, people=people)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    measure_alone(__doc__, measure)
