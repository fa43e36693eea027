"""Protections taken away one at a time, in a copy of the project: the tests must notice each."""

import logging
import time
from collections.abc import Iterator
from random import Random

import pytest

from tests.assurance.conftest import Report
from tests.assurance.mutations import KINDS
from tests.assurance.trial import Trial

LEAST_NOTICED = {"guard": 1.0, "scope": 0.9, "version": 0.9, "csrf": 1.0, "audit": 0.9}
"""The share of each kind that must be noticed."""
SECOND_LOCKS = {
    (
        "tracker/register/together/views.py",
        "Permission.IMPORT_LOAD",
    ): "the view asks for the right to load trainees too",
    ("tracker/register/dossier.py", "user.reach(Permission.PEOPLE_VIEW)"): "only whether a page leads back to the list",
    ("tracker/home/sections.py", "user.reach(Permission.COHORTS_VIEW)"): "whoever may see cohorts sees them all",
    (
        "tracker/fellowships/dossier.py",
        "user.may(Permission.LOGS_VIEW, placement)",
    ): "whoever sees a placement sees its logs: the two are granted to the same roles, as far",
}
"""Places that hold nothing alone, which no test can notice, with the reason: they are not tried."""

pytestmark = pytest.mark.assure
log = logging.getLogger(__name__)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    made = Trial(tmp_path_factory.mktemp("trial"))
    yield made
    made.end()


@pytest.mark.parametrize("kind", KINDS)
def test_a_protection_that_is_gone_is_noticed(trial: Trial, kind: str, scale: float, record_property: Report):
    found = [place for place in trial.places.values() if place.kind == kind]
    every = [place for place in found if (place.path, trial.text(place)) not in SECOND_LOCKS]
    assert every, f"no {kind} was found, so nothing was tried"
    chosen = Random(500).sample(every, max(1, round(len(every) * min(scale, 1))))

    missed = []
    for place in chosen:
        began = time.monotonic()
        said = trial.noticed_by(place)
        log.info("%s %s (%.1f s) %s", kind, place, time.monotonic() - began, said or "NOT NOTICED")
        if not said:
            missed.append(str(place))

    record_property("kind", kind)
    record_property("places", len(found))
    record_property("second locks", len(found) - len(every))
    record_property("tried", len(chosen))
    record_property("noticed", len(chosen) - len(missed))
    record_property("tests left out because they fail anyway", len(trial.failing_anyway))
    record_property("missed", "; ".join(missed) or "none")
    assert len(chosen) - len(missed) >= LEAST_NOTICED[kind] * len(chosen), "\n".join(missed)
