"""What is made by processes of their own: within limits, under names that tell nothing, for as long as it is worth."""

import json
import os
import re
import shutil
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import SignIn
from tracker.accounts.permissions import Role
from tracker.core.config import Settings
from tracker.progress import workshop
from tracker.progress.charts import WIDE, Month, trajectory
from tracker.progress.jobs import JOBS
from tracker.progress.workshop import CHART, FORECAST, KINDS, NotMade, make, place

DAY = 86_400
NIGHT = next(job for job in JOBS if job.name == "compile-figures")


def order(settings: Settings, about: str = "somebody") -> dict[str, object]:
    """A chart to be drawn."""
    chart = trajectory([Month(date(2026, 1, 31), 3, 4.0)], None, "As planned", "people", WIDE)
    file = place(settings, CHART, about, f"{chart.key()}.svg")
    return {"file": str(file), "spec": chart.spec, "title": chart.title, "description": chart.description}


def test_what_is_there_is_not_made_again_and_nothing_half_made_is_left(app: Flask, tmp_path: Path):
    settings = replace(app.config["TRACKER"], instance=tmp_path)
    orders = [order(settings, about) for about in ("one", "another")]

    made = [make(CHART, orders[:1]), make(CHART, orders), make(CHART, orders)]

    assert made == [1, 1, 0]
    names = sorted(file.name for file in (tmp_path / "charts").iterdir())
    assert names == sorted(Path(str(one["file"])).name for one in orders)
    assert all(re.fullmatch(r"[0-9a-f]{40}\.svg", name) for name in names)
    assert (tmp_path / "charts").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("takes", ["time", "memory"])
def test_who_takes_more_than_it_may_makes_nothing_and_the_next_can(tmp_path: Path, takes: str):
    greedy = replace(CHART, program="tests.progress.greedy", seconds=1, seconds_each=0, memory_mib=512)
    orders = [{"file": str(tmp_path / one), "takes": one} for one in ("little", takes, "nothing")]

    with pytest.raises(NotMade):
        make(greedy, orders)

    assert {file.name for file in tmp_path.iterdir() if not file.name.startswith(".")} == {"little"}
    assert make(greedy, [orders[0], orders[2]]) == 1
    assert (tmp_path / "nothing").read_text() == "nothing"


def test_a_program_hears_nothing_of_the_secrets_around_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TRACKER_SECRET_KEY", "not for children")
    told, listener = tmp_path / "told", tmp_path / "listener"
    listener.write_text(f"#!{sys.executable}\nimport json, os\njson.dump(dict(os.environ), open({str(told)!r}, 'w'))\n")
    listener.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(listener))

    make(FORECAST, [{"file": str(tmp_path / "nothing.json")}])

    heard = json.loads(told.read_text())
    assert heard["OPENBLAS_NUM_THREADS"] == "1"
    assert set(heard) <= {"PATH", "HOME", "LD_LIBRARY_PATH", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "LC_CTYPE"}


@pytest.mark.usefixtures("told")
def test_the_night_clears_out_what_is_older_than_it_is_worth(app: Flask, instance: Path):
    ages = {kind.folder: kind.days for kind in KINDS}
    for folder, days in ages.items():
        (instance / folder).mkdir(exist_ok=True)
        for name, age in (("old", days + 1), ("young", days - 1)):
            file = instance / folder / f"{name}.svg"
            file.touch()
            os.utime(file, (time.time() - age * DAY,) * 2)

    with app.app_context():
        NIGHT.run(date(2026, 4, 16))

    kept = {folder: {file.stem for file in (instance / folder).iterdir()} & {"old", "young"} for folder in ages}
    assert kept == {"charts": {"young"}, "documents": {"young"}, "forecasts": {"young"}}


@pytest.mark.usefixtures("told")
def test_where_no_chart_can_be_drawn_the_page_says_so(sign_in: SignIn, instance: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.rmtree(instance / CHART.folder, ignore_errors=True)
    monkeypatch.setattr(workshop, "CHART", replace(CHART, program="tracker.none"))
    leader = sign_in(Role.LEADERSHIP)
    [address, *_] = re.findall(r'src="(/progress/charts/[^"]+)"', leader.get("/progress").text)

    answer = leader.get(address.replace("&amp;", "&"))

    assert (answer.status_code, answer.text) == (503, "The chart cannot be drawn at the moment.\n")
