import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.counting import counted
from tests.factories import make_cohort, make_enrolment, make_person, make_user, organisation
from tests.markup import Seen
from tests.register.views.test_enrolment import on
from tracker.accounts.permissions import Role
from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.imports.commands import import_command
from tracker.ledger.queries import journey, standing_events
from tracker.people.models import PostingSpan
from tracker.people.queries import person as person_called
from tracker.training import services
from tracker.training.models import Cohort
from tracker.training.queries import enrolments_named, enrolments_of

STAGE = "/training/together/stage?cohort=DSA-1"
COMPLETED = {"stage": "completed", "evidence": "The provider’s list", "who": "all", **on("2026-03-02")}


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


@pytest.fixture
def cohort(arrange: Arrange) -> dict[str, str]:
    """DSA-1 with three in training, one of them only since April, and one who has only applied."""
    with arrange():
        on_it = make_cohort("DSA-1")
        make_cohort("DSA-2")
        begun = {
            "Ann": "in-training 2026-01-05",
            "Bea": "in-training 2026-01-05",
            "Cai": "applied 2026-01-05",
            "Dee": "in-training 2026-04-01",
        }
        return {
            name: make_enrolment(
                history, person=make_person(first_name=name, last_name="Case", ref=f"R-{name}"), cohort=on_it
            ).ref
            for name, history in begun.items()
        }


def stages(arrange: Arrange, ref: str) -> list[str | None]:
    with arrange():
        found = journey(ref)
        assert found is not None
        return [event.stage for event in standing_events(found.id)]


def opened(browser: Browser, address: str) -> dict[str, str]:
    """What the page carries unseen."""
    page = Seen(browser.get(address).text)
    return {name: page.one("input", name=name)["value"] for name in ("seen", "_idem")}


def carried(text: str) -> dict[str, str]:
    page = Seen(text)
    return {name: page.one("input", name=name)["value"] for name in ("seen", "checked", "_idem")}


def looked_at(browser: Browser, address: str, said: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The preview of an act, and what is sent to have it done."""
    answer = browser.send(address, {**said, **opened(browser, address)})
    assert answer.status_code == 200
    return answer.text, {**said, "people": [], "who": "all", **carried(answer.text)}


def test_a_preview_names_whom_it_changes_and_whom_not_and_why_and_saves_nothing(
    manager: Browser, arrange: Arrange, cohort: dict[str, str]
):
    text, _ = looked_at(manager, STAGE, COMPLETED)

    page = Seen(text)
    assert "Would change (2)" in page.words
    assert "Would stay as they are (2)" in page.words
    assert "It cannot go from ‘Applied’ to ‘Completed’ on 2 March 2026" in page.words
    assert "could then not follow ‘Completed’" in page.words
    assert "Record the stage for 2 people" in page.words
    assert {ref: stages(arrange, ref)[-1] for ref in cohort.values()} == {
        cohort["Ann"]: "in-training",
        cohort["Bea"]: "in-training",
        cohort["Cai"]: "applied",
        cohort["Dee"]: "in-training",
    }


def test_what_was_shown_is_done_once_however_often_it_is_sent(
    manager: Browser, arrange: Arrange, cohort: dict[str, str]
):
    _, sent = looked_at(manager, STAGE, COMPLETED)

    first, second = manager.send(STAGE, sent), manager.send(STAGE, sent)

    assert (first.status_code, first.location) == (303, "/people?cohort=DSA-1")
    assert (second.status_code, second.location) == (first.status_code, first.location)
    for name in ("Ann", "Bea"):
        assert stages(arrange, cohort[name]) == ["in-training", "completed"]
    assert stages(arrange, cohort["Cai"]) == ["applied"]
    said = Seen(manager.get("/people?cohort=DSA-1").text).words
    assert "Record a stage: done for 2 people. 2 people left as they were" in said
    assert "Shown by: The provider’s list" in manager.get(f"/training/enrolments/{cohort['Ann']}").text


def test_only_those_who_are_ticked_are_changed(manager: Browser, arrange: Arrange, cohort: dict[str, str]):
    said = {**COMPLETED, "who": "ticked", "people": [cohort["Bea"]]}

    text, sent = looked_at(manager, STAGE, said)
    manager.send(STAGE, sent)

    assert "Record the stage for 1 person" in Seen(text).words
    assert stages(arrange, cohort["Bea"])[-1] == "completed"
    assert stages(arrange, cohort["Ann"])[-1] == "in-training"


def test_whoever_was_changed_since_the_preview_is_named_and_nothing_is_saved(
    manager: Browser, arrange: Arrange, cohort: dict[str, str], sign_in: SignIn
):
    _, sent = looked_at(manager, STAGE, COMPLETED)
    address = f"/training/enrolments/{cohort['Bea']}"
    other = sign_in(Role.PROGRAMME_MANAGER)
    version = Seen(other.get(f"{address}/stage").text).one("input", name="version")["value"]
    other.send(f"{address}/stage", {"stage": "not-completed", "version": version, **on("2026-02-20")})

    answer = manager.send(STAGE, sent)

    assert answer.status_code == 409
    assert "Changed by somebody else since you last looked: Bea Case" in Seen(answer.text).words
    assert stages(arrange, cohort["Ann"]) == ["in-training"]

    again = manager.send(STAGE, {**sent, **carried(answer.text)})
    assert again.status_code == 303
    assert stages(arrange, cohort["Ann"])[-1] == "completed"


def test_another_answer_than_was_shown_is_shown_again_before_it_is_saved(
    manager: Browser, arrange: Arrange, cohort: dict[str, str]
):
    _, sent = looked_at(manager, STAGE, COMPLETED)

    answer = manager.send(STAGE, {**sent, **on("2026-03-03")})

    assert answer.status_code == 200
    assert stages(arrange, cohort["Ann"]) == ["in-training"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({**COMPLETED, "who": "ticked"}, "Tick at least one person"),
        ({**COMPLETED, "evidence": " "}, "Say what shows that they completed"),
        ({**COMPLETED, **on("2999-01-01")}, "today or in the past"),
        ({**COMPLETED, **on("2026-02-31")}, "no such date"),
    ],
)
def test_what_could_be_done_for_nobody_is_said_once_and_nothing_typed_is_lost(
    manager: Browser, cohort: dict[str, str], said: dict[str, Any], message: str
):
    answer = manager.send(STAGE, {**said, "note": "Kept", **opened(manager, STAGE)})

    assert message in answer.text
    assert "Kept" in answer.text


ACTS = [
    (
        "break",
        {"plan": "known", "cohort": "DSA-2", **on("2026-05-02"), **on("2026-09-01", "return_on")},
        "on-break",
        3,
    ),
    ("withdraw", {"trigger": "provider", "reason": "place-not-run", **on("2026-05-02")}, "withdrawn", 4),
    ("defer", {"cohort": "DSA-2", **on("2026-05-02")}, None, 4),
]


@pytest.mark.parametrize(("act", "said", "stage", "many"), ACTS)
def test_each_act_is_done_for_all_who_can(
    manager: Browser,
    arrange: Arrange,
    cohort: dict[str, str],
    act: str,
    said: dict[str, Any],
    stage: str | None,
    many: int,
):
    address = f"/training/together/{act}?cohort=DSA-1"

    text, sent = looked_at(manager, address, {**said, "who": "all"})
    assert f"for {many} people" in Seen(text).words
    assert manager.send(address, sent).status_code == 303

    assert sum(stages(arrange, ref)[-1] == stage for ref in cohort.values()) == many
    page = Seen(manager.get(f"/training/enrolments/{cohort['Ann']}").text).words
    expected = {"break": "due back on 1 September 2026 in DSA-2", "withdraw": "the course did not run"}
    assert expected.get(act, "In training on DSA-2 since 5 January 2026") in page


def test_edge_72_many_move_to_another_organisation_and_are_in_one_on_each_day(
    manager: Browser, arrange: Arrange, cohort: dict[str, str]
):
    address = "/training/together/transfer?cohort=DSA-1"
    with arrange():
        make_enrolment("applied 2026-01-05", person=make_person("hm-treasury"), cohort=_cohort())

    text, sent = looked_at(
        manager, address, {"organisation": "hm-treasury", "who": "all", **on("2026-03-31", "starts_on")}
    )
    assert "They were in HM Treasury on that date already" in Seen(text).words
    assert manager.send(address, sent).status_code == 303

    with arrange():
        ann = person_called("R-Ann")
        assert ann is not None
        assert ann.organisation_id == organisation("hm-treasury").id
        assert [(one.starts_on.isoformat(), one.ends_on.isoformat()) for one in _spans(ann.id)] == [
            ("0001-01-01", "2026-03-31"),
            ("2026-03-31", "9999-12-31"),
        ]


def _cohort() -> Cohort:
    found = enrolments_of(person_called("R-Ann"))  # type: ignore[arg-type]
    return found[0].cohort


def _spans(person_id: int) -> list[Any]:
    found = select(PostingSpan).where(PostingSpan.person_id == person_id).order_by(PostingSpan.starts_on)
    return list(db.session.scalars(found))


def test_a_lead_reaches_only_their_own_department(sign_in: SignIn, arrange: Arrange, cohort: dict[str, str]):
    with arrange():
        theirs = make_enrolment("in-training 2026-01-05", person=make_person("hm-treasury", first_name="Zoe")).ref
    lead = sign_in(Role.DEPARTMENT_LEAD)
    address = "/training/together/stage"

    page = lead.get(address).text
    forged = {**COMPLETED, "seen": f"{theirs}:1 {cohort['Ann']}:1", "checked": ""}
    answer = lead.send(address, forged)

    assert "Ann Case" in page
    assert "Ann Case" in answer.text
    assert "Zoe" not in page + answer.text
    assert lead.get("/training/together/transfer").status_code == 403
    assert "Move to another organisation" not in lead.get("/training/together").text


def test_pages_ask_the_same_few_questions_however_many_people_there_are(
    app: Flask, manager: Browser, arrange: Arrange, cohort: dict[str, str]
):
    addresses = [f"/training/together{rest}?cohort=DSA-1" for rest in ("", "/stage", "/defer", "/break", "/transfer")]
    few = [_questions(app, manager, address) for address in addresses]
    with arrange():
        on_it = _cohort()
        for _ in range(30):
            make_enrolment("in-training 2026-01-05", cohort=on_it)

    many = [_questions(app, manager, address) for address in addresses]

    assert many == few
    assert max(many) <= 12, many


def _questions(app: Flask, browser: Browser, address: str) -> int:
    with counted(app)() as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_many_are_recorded_by_a_number_of_statements_that_does_not_grow(
    app: Flask, manager: Browser, arrange: Arrange, cohort: dict[str, str]
):
    def statements() -> int:
        _, sent = looked_at(manager, STAGE, {**COMPLETED, "stage": "not-completed", "evidence": ""})
        with counted(app)() as asked:
            assert manager.send(STAGE, sent).status_code == 303
        return len(asked)

    few = statements()
    with arrange():
        on_it = _cohort()
        for _ in range(40):
            make_enrolment("in-training 2026-01-05", cohort=on_it)

    many = statements()
    assert many <= few + 2


def test_more_than_can_be_changed_at_once_is_said_before_anything_is_typed(
    manager: Browser, cohort: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tracker.register.together.queries.MOST", 3)

    page = Seen(manager.get(STAGE).text).words

    assert "More than 3 people match. Narrow the list first" in page


def test_a_list_downloaded_changed_and_loaded_again_records_only_the_differences(
    manager: Browser, arrange: Arrange, cohort: dict[str, str], app: Flask
):
    with arrange():
        mover = make_person("home-office", "hm-treasury from 2026-03-01", ref="R-Mo", first_name="Mo")
        make_enrolment("in-training 2026-01-05", person=mover, cohort=_cohort())
        make_person(ref="R-No")

    answer = manager.get("/training/together/file?cohort=DSA-1")
    text = answer.data.decode("utf-8-sig")

    assert len(text.splitlines()) == 6
    unchanged = _loaded(app, text)
    assert (unchanged["rows"], unchanged["unchanged"], unchanged["events"], unchanged["rejected"]) == (5, 5, 0, 0)
    changed = text.replace("DSA-1,in-training,2026-01-05", f"DSA-1,completed,{today().isoformat()}", 1)
    done = _loaded(app, changed)
    assert (done["updated"], done["unchanged"], done["events"]) == (1, 4, 1)


def _loaded(app: Flask, text: str) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trainees.csv"
        file.write_text(text)
        done = CliRunner().invoke(import_command, ["trainees", str(file), "--json"], obj=lambda: app)
    found: dict[str, int] = json.loads(done.stdout)
    return found


def test_edge_24_two_who_record_the_same_for_many_at_once_record_it_once(
    manager: Browser, arrange: Arrange, cohort: dict[str, str], sign_in: SignIn
):
    other = sign_in(Role.PROGRAMME_MANAGER)
    _, mine = looked_at(manager, STAGE, COMPLETED)
    _, theirs = looked_at(other, STAGE, COMPLETED)

    assert manager.send(STAGE, mine).status_code == 303
    assert other.send(STAGE, theirs).status_code == 409

    assert stages(arrange, cohort["Ann"]) == ["in-training", "completed"]


def test_what_one_of_them_refuses_is_recorded_of_none(arrange: Arrange, cohort: dict[str, str]):
    with arrange():
        wish = services.ReachStage("not-completed", date(2026, 3, 2))
        with pytest.raises(DomainError, match="cannot go from ‘Applied’"):
            services.record_together(enrolments_named(list(cohort.values())), wish, by=make_user())

    assert stages(arrange, cohort["Ann"]) == ["in-training"]
