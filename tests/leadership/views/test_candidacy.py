"""One candidate over HTTP: scores hidden until one's own are in, standing back, and each act."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsers import Browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.leadership.recruiting import TO_APPOINTABLE, make_candidacy, make_vacancy, seat
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.leadership.models import Candidacy, Criterion, PanelMember, Score
from tracker.leadership.queries import candidates as queries

DAY = {"on-day": "12", "on-month": "4", "on-year": "2026"}


def to_sift(arrange: Arrange, *history: str) -> tuple[str, list[str]]:
    """A candidate with a panel of three: the reference, and the members' addresses."""
    with arrange():
        vacancy = make_vacancy(criteria=["Strategy", "Data"])
        candidacy = make_candidacy(vacancy, *history, first_name="Zephyrine", last_name="Quill")
        return candidacy.ref, [seat(vacancy, name=f"Member {letter}").email for letter in "ABC"]


def act(app: Flask, browser: Browser, ref: str, name: str, **fields: Any) -> Any:
    with app.app_context():
        found = queries.candidacy(ref)
        assert found is not None
        version = str(found.journey.version)
    return browser.send(f"/leadership/candidacies/{ref}/{name}", {"version": version, **fields})


def marks(app: Flask, *given: int) -> dict[str, str]:
    with app.app_context():
        numbers = db.session.scalars(select(Criterion.id).order_by(Criterion.position))
        return {f"score_{number}": str(score) for number, score in zip(numbers, given, strict=True)}


def stage(app: Flask, ref: str) -> str | None:
    with app.app_context():
        found = queries.candidacy(ref)
        assert found is not None
        return queries.standing(found).stage


def test_the_other_member_sees_no_score_before_their_own_are_in(app: Flask, arrange: Arrange):
    ref, members = to_sift(arrange)
    one, other, _ = (browser_of(app, address) for address in members)
    path = f"/leadership/candidacies/{ref}"

    assert act(app, one, ref, "scores", **marks(app, 7, 6)).status_code == 303

    before = other.get(path).text
    assert "Scores of others are in" in before
    assert "6.5" not in before
    assert not any(f">{score}<" in before.replace(" ", "").replace("\n", "") for score in ("7", "6"))
    assert "6.5" in one.get(path).text
    act(app, other, ref, "scores", **marks(app, 3, 4))
    after = other.get(path).text
    assert "5.0" in after
    assert "Scores of others are in" not in after


def test_scores_of_a_member_who_stood_back_are_refused_and_they_see_the_candidate_no_more(app: Flask, arrange: Arrange):
    ref, members = to_sift(arrange)
    recused, other = (browser_of(app, address) for address in members[:2])

    done = act(app, recused, ref, "stand-back", scope="candidate", reason="We were at school together")
    refused = act(app, recused, ref, "scores", **marks(app, 7, 7))

    assert (done.status_code, refused.status_code) == (303, 404)
    assert recused.get(f"/leadership/candidacies/{ref}").status_code == 404
    listed = recused.get(done.location)
    assert (listed.status_code, "Quill" in listed.text, ref in listed.text) == (200, False, False)
    assert "Member A" in other.get(f"/leadership/candidacies/{ref}").text
    with app.app_context():
        assert db.session.scalars(select(Score)).all() == []


def test_who_stands_back_from_the_whole_vacancy_is_led_home_and_let_in_no_more(app: Flask, arrange: Arrange):
    ref, members = to_sift(arrange)
    recused = browser_of(app, members[0])

    done = act(app, recused, ref, "stand-back", scope="vacancy", reason="I applied for it myself")

    assert (done.status_code, done.location) == (303, "/")
    assert recused.get(f"/leadership/candidacies/{ref}").status_code == 404


def test_the_recruitment_lead_scores_nobody_and_a_member_records_no_stage(
    app: Flask, arrange: Arrange, sign_in: SignIn
):
    ref, members = to_sift(arrange)
    lead, member = sign_in(Role.RECRUITMENT_LEAD), browser_of(app, members[0])
    path = f"/leadership/candidacies/{ref}"

    offered = [name for name in ("scores", "stand-back") if f"{path}/{name}" in lead.get(path).text]
    of_a_member = [name for name in ("scores", "stand-back") if f"{path}/{name}" in member.get(path).text]

    assert (offered, of_a_member) == ([], ["scores", "stand-back"])
    assert act(app, lead, ref, "scores", **marks(app, 5, 5)).status_code == 404
    assert act(app, member, ref, "stage", stage="sifted-in", **DAY).status_code == 403
    assert stage(app, ref) == "applied"


def test_a_member_of_the_panel_notes_what_an_assessment_found_but_not_of_whom_they_know(app: Flask, arrange: Arrange):
    ref, members = to_sift(arrange, *TO_APPOINTABLE[:3])
    member, recused = (browser_of(app, address) for address in members[:2])
    act(app, recused, ref, "stand-back", scope="candidate", reason="We were at school together")
    found = {"kind": "staff-engagement", "text": "Listened well"}
    found |= {"held_on-day": "2", "held_on-month": "4", "held_on-year": "2026"}

    offered = f"/leadership/candidacies/{ref}/notes" in member.get(f"/leadership/candidacies/{ref}").text
    answers = [act(app, browser, ref, "notes", **found).status_code for browser in (member, recused)]

    assert offered
    assert answers == [303, 404]
    assert "Listened well" in member.get(f"/leadership/candidacies/{ref}").text


def test_a_candidate_is_moved_on_ended_and_taken_back(app: Flask, arrange: Arrange, sign_in: SignIn):
    ref, _ = to_sift(arrange)
    lead = sign_in(Role.RECRUITMENT_LEAD)

    done = act(app, lead, ref, "stage", stage="sifted-in", note="Strong", **DAY)
    assert (done.status_code, stage(app, ref)) == (303, "sifted-in")
    wrong = act(app, lead, ref, "stage", stage="appointable", **DAY)
    assert "cannot go from ‘Sifted in’ to ‘Appointable’" in wrong.text
    act(app, lead, ref, "end?stage=rejected", reason="not-shortlisted", **DAY)
    assert stage(app, ref) == "rejected"
    act(app, lead, ref, "take-back", reason="The wrong candidate")
    assert stage(app, ref) == "sifted-in"
    page = lead.get(f"/leadership/candidacies/{ref}").text
    assert all(words in page for words in ("Strong", "Met the criteria but was not shortlisted", "The wrong candidate"))


def test_a_page_that_is_older_than_the_record_is_told_so(app: Flask, arrange: Arrange, sign_in: SignIn):
    ref, _ = to_sift(arrange)
    lead = sign_in(Role.RECRUITMENT_LEAD)

    stale = lead.send(f"/leadership/candidacies/{ref}/stage", {"version": "0", "stage": "sifted-in", **DAY})

    assert (stale.status_code, stage(app, ref)) == (409, "applied")


def test_interviews_and_notes_are_kept_in_london_time(app: Flask, arrange: Arrange, sign_in: SignIn):
    ref, _ = to_sift(arrange, *TO_APPOINTABLE[:3])
    lead = sign_in(Role.RECRUITMENT_LEAD)
    when = {"day-day": "1", "day-month": "7", "day-year": "2026"}
    at = {"held_on-day": "2", "held_on-month": "4", "held_on-year": "2026"}

    assert "Enter a time such as" in act(app, lead, ref, "interview", at="25:00", **when).text
    assert act(app, lead, ref, "interview", at="9:30", place="Room 1", **when).status_code == 303
    assert "Say why" in act(app, lead, ref, "interview", at="14.00", **when).text
    act(app, lead, ref, "interview", at="14.00", reason="The chair is ill", **when)
    act(app, lead, ref, "notes", kind="staff-engagement", text="Listened well", **at)

    page = lead.get(f"/leadership/candidacies/{ref}").text
    for words in ("1 July 2026, 9:30am", "Moved: The chair is ill", "1 July 2026, 2:00pm", "Listened well"):
        assert words in page


def test_a_time_that_the_clock_skips_is_none(app: Flask, arrange: Arrange, sign_in: SignIn):
    ref, _ = to_sift(arrange, *TO_APPOINTABLE[:3])
    when = {"day-day": "29", "day-month": "3", "day-year": "2026"}

    answer = act(app, sign_in(Role.RECRUITMENT_LEAD), ref, "interview", at="1:30", **when)

    assert "clocks go forward" in answer.text


@pytest.mark.parametrize("name", ["stage", "end", "take-back", "notes", "interview", "scores", "stand-back"])
def test_each_form_asks_its_questions_and_keeps_what_was_typed(app: Flask, arrange: Arrange, name: str):
    with arrange():
        vacancy = make_vacancy(criteria=["Strategy"])
        ref = make_candidacy(vacancy, *TO_APPOINTABLE[:3]).ref
        email = seat(vacancy, Role.RECRUITMENT_LEAD).email
    browser = browser_of(app, email)

    page = browser.get(f"/leadership/candidacies/{ref}/{name}")
    answer = act(app, browser, ref, name, reason="", text="Kept words", note="Kept words")

    assert (page.status_code, answer.status_code) == (200, 200)
    assert "There is a problem" in answer.text
    with app.app_context():
        assert db.session.scalars(select(Candidacy)).one()


def test_a_panel_member_is_led_from_one_candidate_to_the_next(app: Flask, arrange: Arrange):
    with arrange():
        vacancy = make_vacancy("approval 2026-01-05", "advert 2026-02-02", ref="V-CDO", criteria=["Strategy"])
        quiet = make_vacancy("approval 2026-01-05", ref="A-QUIET")
        first, second = (make_candidacy(vacancy, first_name=name, last_name="Quill") for name in ("Ada", "Ben"))
        refs, member = (first.ref, second.ref), seat(vacancy)
        db.session.add(PanelMember(vacancy_id=quiet.journey_id, user_id=member.id, role="member"))
        address = member.email
    browser = browser_of(app, address)

    home, listed = (Seen(browser.get(path).text).words for path in ("/", "/leadership/vacancies/V-CDO/candidates"))
    done = act(app, browser, refs[0], "scores", **marks(app, 5))
    after = browser.get(done.location).text
    act(app, browser, refs[1], "scores", **marks(app, 4))
    both = Seen(browser.get("/leadership/vacancies/V-CDO/candidates").text).words

    assert home.index("V-CDO") < home.index("A-QUIET")
    assert "Score Ada Quill" in listed
    assert listed.count("To come") == 2
    assert f"/leadership/candidacies/{refs[1]}/scores" in after
    assert "Score Ben Quill" in after
    assert "To come" not in both
    assert "Settle the merit order" not in both
