"""A trainee list goes in, and the right page of progress comes out."""

import csv
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.browser.conftest import Visit
from tests.browser.figures import DATA, shown_counts, true_counts
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.databases import KINDS
from tracker.accounts.permissions import Role

MOMENTS = [("2026-10-31", ""), ("2026-10-31", "2026-07-01T12:00:00Z"), ("2024-02-29", "2024-03-01T00:00:00Z")]


def on_both(first: str) -> pytest.MarkDecorator:
    """On both databases, of which `make test` asks for one: the pages are the same."""
    kinds = [pytest.param(kind, marks=() if kind == first else pytest.mark.assure) for kind in KINDS]
    return pytest.mark.parametrize("bare", kinds, indirect=True)


def send(manager: Visitor, kind: str, file: Path, *, historical: bool = False) -> Visitor:
    """Send a file, and wait until it is checked."""
    manager.open("/imports/new").pick(kind)
    if historical:
        manager.pick("It is a history from an older system: take recorded_at from it")
    manager.tab.locator("input[type=file]").set_input_files(file)
    manager.press("Send and check")
    manager.tab.wait_for_selector("text=How the file was read", timeout=90_000)
    return manager


def load(manager: Visitor) -> Visitor:
    """Load what was checked, and wait for the receipt."""
    with manager.tab.expect_event("load"):
        manager.tab.get_by_role("button", name="Load").click()
    manager.tab.wait_for_selector("text=Receipt", timeout=90_000)
    return manager


@on_both("postgresql")
def test_a_list_and_its_history_become_the_numbers_of_the_progress_page(bare: Site, visit: Visit):
    manager = (
        visit(Role.PROGRAMME_MANAGER, site=bare).open("/imports").sees("No file has been sent yet").look("first run")
    )
    manager.open("/imports/new").look().press("Send and check").sees("There is a problem").look("refused")
    manager.open("/people").sees("No people yet").look("first run").open("/progress").look("first run")

    send(manager, "Trainees", DATA / "trainees.csv").sees("What it will do", "Recognised columns", "Analysts trained")
    manager.look("checked")
    load(manager).sees("Created").look("loaded")
    load(send(manager, "History", DATA / "history.csv", historical=True)).sees("Loaded")

    # Where a scheduler runs, its job does so after an import.
    bare.run("compile", "--as-at", "2026-10-31")
    for as_at, known_at in MOMENTS:
        manager.open(f"/progress?as-at={as_at}&known-at={known_at}")
        assert shown_counts(manager) == true_counts(as_at, known_at)
    manager.open("/progress/organisations/ministry-of-defence?as-at=2026-10-31").look("in the past")
    assert shown_counts(manager) == true_counts("2026-10-31", "", "ministry-of-defence")

    manager.open("/progress?as-at=2026-10-31&known-at=2026-07-01T12:00:00Z").look("in the past")
    shown = shown_counts(manager)
    manager.tab.locator(".app-figure__value a").first.click()
    manager.sees(f"People ({shown['Analysts trained']})").look("who makes up the number")


@on_both("sqlite")
def test_without_scripts_a_list_is_loaded_and_taken_back(visit: Visit, bare: Site):
    manager = visit(Role.PROGRAMME_MANAGER, site=bare, script=False)

    send(manager, "Trainees", DATA / "trainees.csv").look("checked")
    load(manager).look("loaded")
    manager.follow("Undo this import").look().press("Undo the import").sees("The import is undone").look("undone")

    manager.open("/people").sees("No people yet")


@on_both("sqlite")
def test_rows_in_error_are_taken_away_mended_and_sent_again(visit: Visit, bare: Site, tmp_path: Path):
    manager = visit(Role.PROGRAMME_MANAGER, site=bare)

    send(manager, "Trainees", DATA / "trainees_dirty.csv").sees("rows in error", "unknown-grade").look("in error")
    with manager.tab.expect_download() as taken:
        manager.tab.get_by_role("link", name="Download the rows in error").click()
    taken.value.save_as(tmp_path / "errors.csv")
    with (tmp_path / "errors.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["GRADE"] == "SCS9"
    mended = {**rows[0], "GRADE": "SCS1", "programme": "accelerator", "Cohort": "DSA-2021-4"}
    with (tmp_path / "mended.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(mended))
        writer.writeheader()
        writer.writerow(mended)

    send(manager, "Trainees", tmp_path / "mended.csv").does_not_see("in error")
    load(manager)
    manager.open(f"/people?q={quote('Mensah')}").sees("People (1)", "Amelia Mensah")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("empty.csv", b"", "empty"), ("noise.csv", bytes(range(256)) * 40, "read"), ("head.csv", b"person_ref\n", "")],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    visit: Visit, tmp_path: Path, name: str, content: bytes, said: str
):
    (tmp_path / name).write_bytes(content)
    manager = visit(Role.PROGRAMME_MANAGER).open("/imports/new").pick("Trainees")

    manager.tab.locator("input[type=file]").set_input_files(tmp_path / name)
    manager.press("Send and check").sees(said).look(f"refused {name}")
