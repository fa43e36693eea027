"""Tens of thousands of spoilt requests over every route, on a filled database: none ends in an error of the service."""

import pytest
from flask import Flask

from tests.assurance.conftest import Report
from tests.assurance.fuzzing import Fuzzer
from tests.conftest import Arrange
from tracker.demo import services

REQUESTS, SECONDS = 20_000, 1_200
SEEDS = (1, 2)

pytestmark = pytest.mark.assure


@pytest.mark.parametrize("seed", SEEDS)
def test_no_request_ends_in_an_error_of_the_service(
    app: Flask, arrange: Arrange, scale: float, record_property: Report, seed: int
):
    with arrange():
        services.fill("four plain words here")
    fuzzer = Fuzzer(app, seed)

    fuzzer.run(int(REQUESTS * scale), SECONDS * scale)

    record_property("requests", f"{fuzzer.sent:,}")
    record_property("answers", dict(sorted(fuzzer.answers.items())))
    record_property("addresses", len(fuzzer.addresses))
    record_property("forms", len(fuzzer.forms))
    record_property("routes reached", f"{len(fuzzer.reached)} of {len({rule.endpoint for rule in fuzzer.rules})}")
    record_property("slowest", f"{fuzzer.slowest:.2f} s")
    assert not fuzzer.faults, "\n".join(fuzzer.faults)
    assert fuzzer.sent == int(REQUESTS * scale), "the time ran out"
