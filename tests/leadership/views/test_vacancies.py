"""The pages of campaigns and vacancies over HTTP: what they show, what they take, what they refuse."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.browsers import Browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.leadership.recruiting import (
    TO_APPOINTABLE,
    TO_INTERVIEW,
    TO_MERIT,
    make_campaign,
    make_candidacy,
    make_vacancy,
    seat,
)
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.leadership.lifecycle import VACANCY_LINE
from tracker.leadership.models import Advert, Campaign, LeadershipRole, PanelMember, StageTarget, Vacancy
from tracker.leadership.queries import vacancies as queries
from tracker.ledger.queries import standing_events
from tracker.organisations.models import Grade

NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)


def day(name: str, text: str) -> dict[str, str]:
    """A day as the three boxes of a form."""
    return dict(zip((f"{name}-year", f"{name}-month", f"{name}-day"), text.split("-"), strict=True))


def words(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return Seen(answer.text).words


def stages_of(app: Flask, ref: str) -> list[str | None]:
    with app.app_context():
        held = queries.vacancy(ref)
        assert held is not None
        return [one.stage for one in standing_events(held.journey_id)]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lead(sign_in: SignIn) -> Browser:
    return sign_in(Role.RECRUITMENT_LEAD)


def test_board_and_table_show_the_same_vacancies_with_their_days_and_what_is_late(arrange: Arrange, lead: Browser):
    with arrange():
        make_vacancy(*TO_INTERVIEW, ref="V-LATE")
        make_vacancy("approval 2026-05-30", ref="V-NEW")
        make_vacancy("approval 2026-01-05", "cancelled 2026-02-01", ref="V-GONE")

    board, table = words(lead, "/leadership"), words(lead, "/leadership?view=table")
    every, late = words(lead, "/leadership?view=table&show=all"), words(lead, "/leadership?show=late")

    for page in (board, table):
        assert "2 vacancies, 1 overdue" in page
        assert "Overdue by 56 days" in page
        assert "Due by 11 July 2026" in page
        assert "V-GONE" not in page
    assert "70 days here" in board
    assert "V-GONE" in every
    assert "1 vacancy, 1 overdue" in late
    assert re.search(r"\b1 vacancies past the target of their stage", words(lead, "/"))


def test_a_campaign_is_begun_and_its_vacancies_opened_one_for_each_place(app: Flask, lead: Browser):
    with app.app_context():
        role = db.session.scalars(select(LeadershipRole.id).where(LeadershipRole.code == "chief-data-officer")).one()
        grade = db.session.scalars(select(Grade.id).where(Grade.code == "SCS2")).one()
    post = {"campaign": "HO-2026", "role": str(role), "grade": str(grade), "organisation": "home-office",
            "route": "competition", "places": "2", "location": "Leeds", "closes_at": "23:59",
            **day("approved_on", "2026-06-01"), **day("closes_on", "2026-07-01")}  # fmt: skip

    begun = lead.send("/leadership/campaigns/new", {"ref": "HO-2026", "name": "Home Office data leaders"})
    again = lead.send("/leadership/campaigns/new", {"ref": "HO-2026", "name": "Another"})
    past = lead.send("/leadership/vacancies/new", {**post, **day("closes_on", "2026-06-09")})
    opened = lead.send("/leadership/vacancies/new", post)

    assert (begun.status_code, begun.location) == (303, "/leadership/campaigns/HO-2026")
    assert "Another campaign has this reference" in again.text
    assert "The closing lies in the past" in past.text
    for wrong, words_ in (
        ({"places": "1.5"}, "Enter a whole number in digits"),
        ({**day("closes_on", "2027-03-28"), "closes_at": "1:30"}, "The clocks go forward over this time"),
        (day("approved_on", "0026-06-01"), "Check the year"),
    ):
        assert words_ in lead.send("/leadership/vacancies/new", {**post, **wrong}).text
    assert 'value="Leeds"' in past.text
    assert (opened.status_code, opened.location) == (303, "/leadership/campaigns/HO-2026")
    with app.app_context():
        found = db.session.scalars(select(Vacancy)).all()
        assert [(one.grade.code, one.location) for one in found] == [("SCS2", "Leeds")] * 2
        assert {one.advert.closes_at for one in found if one.advert} == {datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)}
    page = words(lead, f"/leadership/vacancies/{found[0].ref}")
    assert "Competitions at SCS2 need a Civil Service Commissioner" in page
    assert "1 July 2026, 11:59pm" in page


def test_166_a_form_open_since_before_the_closing_is_refused_after_it_and_loses_nothing(
    app: Flask, arrange: Arrange, sign_in: SignIn, clock: time_machine.Traveller
):
    with arrange() as session:
        vacancy = make_vacancy("approval 2026-06-01", "advert 2026-06-02", ref="V1")
        vacancy.advert = Advert(
            campaign_id=vacancy.campaign_id, closes_at=datetime(2026, 6, 10, 22, 59, 59, tzinfo=UTC)
        )
        session.flush()
        fields = {"version": str(vacancy.journey.version), "role": str(vacancy.role_id), "grade": str(vacancy.grade_id),
                  "location": "Sheffield", **day("closes_on", "2026-06-20"), "closes_at": "23:59"}  # fmt: skip

    clock.move_to(datetime(2026, 6, 10, 22, 59, tzinfo=UTC))
    lead = sign_in(Role.RECRUITMENT_LEAD)
    assert "23:59" in lead.get("/leadership/vacancies/V1/edit").text
    clock.move_to(datetime(2026, 6, 10, 23, 0, tzinfo=UTC))
    sent = lead.send("/leadership/vacancies/V1/edit", fields)

    assert sent.status_code == 200
    assert "The closing has passed" in sent.text
    assert 'value="Sheffield"' in sent.text
    with app.app_context():
        held = queries.vacancy("V1")
        assert held is not None
        assert held.location == ""


def test_a_vacancy_is_run_from_approval_to_in_post_and_its_clocks_add_up(app: Flask, arrange: Arrange, lead: Browser):
    with arrange():
        make_vacancy("approval 2026-01-01", ref="V1")
    line = [stage for stage in VACANCY_LINE[1:] if stage != "assessment"]

    for number, stage in enumerate(line, start=1):
        with app.app_context():
            held = queries.vacancy("V1")
            assert held is not None
            version = str(held.journey.version)
        fields = {"stage": stage, "version": version, **day("effective_on", f"2026-01-{1 + number:02}")}
        assert lead.send("/leadership/vacancies/V1/stage", fields).status_code == 303, stage
    stale = lead.send(
        "/leadership/vacancies/V1/stage", {"stage": "offer", "version": "1", **day("effective_on", "2026-02-01")}
    )

    page = words(lead, "/leadership/vacancies/V1")
    assert stages_of(app, "V1") == ["approval", *line]
    assert "Time to fill: 10 days, from approval to in post." in page
    assert stale.status_code == 409
    assert "Record a stage" not in page


def test_a_stage_that_may_not_follow_is_refused_with_the_reason_and_what_was_typed(
    app: Flask, arrange: Arrange, lead: Browser
):
    with arrange():
        make_vacancy(*TO_INTERVIEW, ref="V1")

    fields = {"stage": "offer", "version": "1", "note": "Quick work", **day("effective_on", "2026-04-02")}
    sent = lead.send("/leadership/vacancies/V1/stage", fields)

    assert sent.status_code == 200
    assert "It cannot go from ‘Interview’ to ‘Offer’" in sent.text
    assert "Quick work" in sent.text
    assert stages_of(app, "V1")[-1] == "interview"


def test_an_entry_is_corrected_taken_back_and_stays_on_the_timeline(app: Flask, arrange: Arrange, lead: Browser):
    with arrange():
        make_vacancy("approval 2026-01-05", "advert 2026-02-02", ref="V1")
    right = {"stage": "advert", "version": "1", "reason": "Wrong week", **day("effective_on", "2026-02-09")}

    corrected = lead.send("/leadership/vacancies/V1/entries/2/correct", right)
    gone = lead.send("/leadership/vacancies/V1/entries/3/take-back", {"version": "3", "reason": "Not yet"})

    page = words(lead, "/leadership/vacancies/V1")
    assert (corrected.status_code, gone.status_code) == (303, 303), gone.text
    assert page.count("(taken back)") == 2
    assert "Wrong week" in page
    assert stages_of(app, "V1") == ["approval"]


def test_a_panel_is_named_and_a_member_leaves(app: Flask, arrange: Arrange, lead: Browser):
    with arrange():
        vacancy = make_vacancy(ref="V1")
        other = make_vacancy()
        user = seat(other, Role.TRAINEE, name="Pat Panel").ref
        version = str(vacancy.journey.version)

    named = lead.send("/leadership/vacancies/V1/panel/new", {"user": user, "role": "commissioner", "version": version})
    left = lead.send(
        f"/leadership/vacancies/V1/panel/{user}/leave",
        {"version": str(int(version) + 1), **day("left_on", "2026-01-06")},
    )

    assert (named.status_code, left.status_code) == (303, 303)
    assert "Left on 6 January 2026" in words(lead, "/leadership/vacancies/V1")
    with app.app_context():
        assert db.session.scalars(select(PanelMember.left_on).where(PanelMember.left_on.is_not(None))).all()


def test_a_pause_is_recorded_and_ended(arrange: Arrange, lead: Browser):
    with arrange():
        make_vacancy(*TO_MERIT, ref="V1")

    paused = lead.send(
        "/leadership/vacancies/V1/pause", {"version": "1", "reason": "Election", **day("starts_on", "2026-03-10")}
    )
    assert paused.status_code == 303
    assert "It stands still." in words(lead, "/leadership/vacancies/V1")
    resumed = lead.send("/leadership/vacancies/V1/resume", {"version": "2", **day("ends_on", "2026-03-20")})

    page = words(lead, "/leadership/vacancies/V1")
    assert resumed.status_code == 303
    assert "Election 10 March 2026 20 March 2026" in page
    assert "It stands still." not in page


def test_campaigns_are_copied_changed_and_ended(app: Flask, arrange: Arrange, lead: Browser):
    with arrange():
        make_vacancy("approval 2026-01-05", "cancelled 2026-02-01", campaign=make_campaign("OLD"), ref="V1")

    copied = lead.send(
        "/leadership/campaigns/OLD/copy", {"ref": "NEW", "name": "New", **day("approved_on", "2026-03-01")}
    )
    changed = lead.send("/leadership/campaigns/OLD/edit", {"name": "Older", "summary": "Over", "version": "1"})
    older = [
        lead.send("/leadership/campaigns/OLD/edit", {"name": "Oldest", "version": "1"}),
        lead.send("/leadership/campaigns/OLD/end", {"version": "1", **day("ended_on", "2026-03-02")}),
    ]
    ended = lead.send("/leadership/campaigns/OLD/end", {"version": "2", **day("ended_on", "2026-03-02")})
    too_soon = lead.send("/leadership/campaigns/NEW/end", {"version": "1", **day("ended_on", "2026-03-02")})
    copy = lead.send(
        "/leadership/vacancies/V1/copy",
        {"campaign": "NEW", "organisation": "hm-treasury", **day("approved_on", "2026-03-01")},
    )

    assert [one.status_code for one in (copied, changed, ended, copy)] == [303] * 4
    assert ["Somebody else has changed this campaign" in Seen(one.text).words for one in older] == [True, True]
    assert "1 of its vacancies is still under way" in too_soon.text
    listed = words(lead, "/leadership/campaigns")
    assert "Older" in listed
    assert "2 March 2026" in listed
    with app.app_context():
        new = db.session.scalars(select(Campaign).where(Campaign.ref == "NEW")).one()
        assert {one.organisation.slug for one in queries.vacancies_of(new)} == {"home-office", "hm-treasury"}


def test_targets_for_stages_are_settings(app: Flask, lead: Browser):
    asked = lead.get("/leadership/targets").text
    version = Seen(asked).one("input", name="version")["value"]

    saved = lead.send("/leadership/targets", {"version": version, "approval": "42", "sift": "21", "offer": ""})
    stale = lead.send("/leadership/targets", {"version": version, "sift": "5"})
    wrong = lead.send("/leadership/targets", {"version": version, "sift": "0"})

    assert (saved.status_code, stale.status_code) == (303, 409)
    assert "from 1 to 999" in wrong.text
    with app.app_context():
        days = {one.stage: one.days for one in db.session.scalars(select(StageTarget))}
        assert (days["sift"], days["offer"], days["approval"]) == (21, None, 42)


def test_time_to_fill_stands_beside_the_estimate_that_leaves_nobody_out(arrange: Arrange, lead: Browser):
    with arrange():
        for stage_day in ("2026-03-01", "2026-04-01"):
            make_vacancy("approval 2026-02-01", "advert 2026-02-11", f"in-post {stage_day}")
        vacancy = make_vacancy("approval 2026-01-01")
        make_vacancy("approval 2026-01-01")
        make_candidacy(vacancy, *TO_APPOINTABLE)

    page = words(lead, "/leadership/clocks")

    assert "Plain median of the 2 posts filled" in page
    assert "4 posts approved in the last three years, of which 2 are still open" in page
    assert "Median days to fill 43.5" in page
    assert "Estimate with posts not yet filled 59" in page
    assert "Time to fill Recruiting is approved The post is taken up 43.5 43.5" in page


def test_a_panel_member_sees_their_vacancy_and_changes_nothing(app: Flask, arrange: Arrange):
    with arrange():
        vacancy = make_vacancy(ref="V1", campaign=make_campaign("A"))
        make_vacancy(ref="V2", campaign=make_campaign("B"))
        member = seat(vacancy, Role.TRAINEE).email
    browser = browser_of(app, member)

    paths = ("vacancies/V1", "vacancies/V2", "campaigns/A", "campaigns/B")
    seen = [browser.get(f"/leadership/{path}").status_code for path in paths]

    assert seen == [200, 404, 200, 404]
    assert "V2" not in words(browser, "/leadership?view=table")
    assert "Change the vacancy" not in browser.get("/leadership/vacancies/V1").text
    assert browser.get("/leadership/vacancies/V1/edit").status_code == 403
