"""The commands as a person runs them: what they say, and how they leave."""

from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import Arrange
from tests.databases import Database
from tests.jobs.places import empty_place
from tests.jobs.processes import environment, tracker, typed
from tracker.core import clock
from tracker.jobs import registry, services


@pytest.fixture
def env(database: Database, tmp_path: Path) -> dict[str, str]:
    """The environment of a process on the test's database."""
    return environment(database, tmp_path)


def lines(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


def test_jobs_are_listed_run_and_remembered(env: dict[str, str]) -> None:
    first = tracker("jobs", "run", "forget-old-mail", "--for", "2026-10-01", env=env)
    again = typed("jobs", "run", "forget-old-mail", "--for", "01/10/2026", env=env)
    history = lines(typed("jobs", "history", "forget-old-mail", env=env).stdout)
    listed = lines(typed("jobs", "list", env=env).stdout)

    assert first.stdout.startswith("forget-old-mail for 1 October 2026, run 1: 0 rows in ")
    assert again.stdout.startswith("forget-old-mail for 1 October 2026, run 2: 0 rows in ")
    assert [(line[0], line[1], line[2], line[3]) for line in history] == [
        ("forget-old-mail", "2026-10-01", "2", "done"),
        ("forget-old-mail", "2026-10-01", "1", "done"),
    ]
    assert [line[0] for line in listed] == [job.name for job in registry.JOBS]
    last = next(line for line in listed if line[0] == "forget-old-mail")
    assert last[3].startswith("done ")


@pytest.mark.usefixtures("let_go")
@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["jobs", "run", "no-such-job"], 2, "there is no job 'no-such-job'"),
        (["jobs", "history", "no-such-job"], 2, "there is no job 'no-such-job'"),
        (["jobs", "run", "outbox", "--for", "31/04/2026"], 2, "Invalid value for --for"),
        (["jobs", "run", "outbox", "--for", "2999-01-01"], 1, "That day has not come yet"),
        (["serve", "--bind", "5000"], 2, "write it as HOST:PORT"),
        (["serve", "--bind", "0.0.0.0:5999"], 2, "over plain HTTP"),
        (["serve", "--workers", "0"], 2, "0 is not in the range"),
        (["restore", "absent.zip"], 1, "absent.zip is not a backup, or is damaged"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    env: dict[str, str], words: list[str], status: int, message: str
) -> None:
    refused = typed(*words, env=env)

    assert refused.returncode == status
    assert message in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_without_a_migrated_database_nothing_starts_and_no_file_appears(kind: str, tmp_path: Path) -> None:
    with empty_place(kind, tmp_path) as url:
        own = environment(url, tmp_path / "instance")
        for words in (["serve"], ["scheduler"], ["backup", str(tmp_path / "b.zip")], ["jobs", "list"]):
            refused = typed(*words, env=own)

            assert refused.returncode == 2
            assert refused.stderr.endswith("run tracker init\n")
            assert len(refused.stderr.splitlines()) == 1
        checked = typed("check", env=own)

    assert checked.returncode == 1
    assert checked.stdout.splitlines()[-1].endswith("run tracker init")
    assert list(tmp_path.iterdir()) == []


def test_on_a_database_of_a_newer_release_nothing_starts(
    app: Flask, arrange: Arrange, env: dict[str, str], tmp_path: Path
) -> None:
    with arrange() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    for words in (["serve"], ["scheduler"], ["backup", str(tmp_path / "b.zip")], ["init"]):
        refused = typed(*words, env=env)

        assert refused.returncode == 2
        assert "newer than this code: install the newer release" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1


@pytest.mark.usefixtures("all_done")
def test_check_finds_nothing_wrong_where_everything_runs(app: Flask, arrange: Arrange, env: dict[str, str]) -> None:
    with arrange():
        services.scheduler_beat("one:1", clock.now())

    checked = typed("check", env=env)

    assert checked.returncode == 0, checked.stdout
    assert {line.rpartition(": ")[2] for line in checked.stdout.splitlines()} == {"good"}
    assert {"configuration", "database", "schema", "scheduler", "jobs"} <= {
        line.partition(":")[0] for line in checked.stdout.splitlines()
    }


def test_check_leaves_with_one_where_something_is_wrong(env: dict[str, str]) -> None:
    checked = typed("check", env=env)
    misconfigured = typed("check", env={**env, "TRACKER_PUBLIC_URL": "http://tracker.example.gov.uk"})

    assert checked.returncode == 1
    assert "scheduler: no scheduler is running: start tracker scheduler" in checked.stdout.splitlines()
    assert misconfigured.returncode == 1
    assert misconfigured.stdout.startswith("configuration: TRACKER_PUBLIC_URL is plain HTTP")


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/absent", "sqlite:////proc/version"])
def test_a_database_that_cannot_be_used_is_said_in_one_line(url: str, tmp_path: Path) -> None:
    own = environment(url, tmp_path)

    started = typed("serve", env=own)
    checked = typed("check", env=own)

    assert (started.returncode, len(started.stderr.splitlines())) == (2, 1)
    assert started.stderr.startswith("Error: the database cannot be used: ")
    assert checked.returncode == 1
    assert checked.stdout.splitlines()[-1].startswith("database: it cannot be used: ")


@pytest.mark.usefixtures("let_go")
def test_a_backup_is_written_once_and_put_back(env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "b.zip"

    made = typed("backup", str(file), env=env)
    twice = typed("backup", str(file), env=env)
    back = typed("restore", str(file), env=env)

    assert made.returncode == 0, made.stderr
    assert twice.returncode == 1
    assert "exists already: name another file" in twice.stderr
    assert back.returncode == 0, back.stderr
    assert back.stdout.startswith("Restored ")
