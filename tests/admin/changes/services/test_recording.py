"""Changes in the machinery of government: nobody is lost or counted twice in any cut, and undo puts everything back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_enrolment, make_person, make_user, organisation
from tests.progress.histories import FIRST, LAST, Past
from tracker.accounts.models import RoleGrant, User
from tracker.accounts.permissions import Role
from tracker.admin.changes import queries
from tracker.admin.changes.services import ChangeNotAllowed, Plan, place, preview, record, settle, undo
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.metric import Knowledge
from tracker.organisations.models import Organisation, OrganisationParent, Reorganisation, ReorganisationKind
from tracker.people.models import Person, PostingSpan
from tracker.progress.models import ScopeKind
from tracker.progress.queries.counting import counted_on
from tracker.progress.registry import METRICS
from tracker.progress.structure import load_structure
from tracker.progress.tally import Tally

BY = datetime(2026, 1, 15, tzinfo=UTC)
K = ReorganisationKind
COUNTS = [metric for metric in METRICS.values() if metric.kind == "count" and metric.record == "person"]
DAYS = (date(2024, 6, 30), date(2025, 3, 31), date(2025, 7, 15), date(2025, 11, 30), LAST, date(2026, 6, 30))
Cut = dict[tuple[str, str, date], dict[str, int]]
YEAR = (
    Plan(K.SPLIT, date(2025, 1, 20), "hm-treasury", new_names="Ministry of Taxes\nMinistry of Spending"),
    Plan(K.MERGED, date(2025, 4, 1), "cabinet-office", successors="home-office"),
    Plan(K.RENAMED, date(2025, 5, 1), "home-office", new_names="Home Department"),
    Plan(K.RENAMED, date(2025, 10, 1), "Home Department", new_names="Home Office"),
)
"""One split, one merger, one rename and one rename back within a year."""


def cuts(at: datetime | None = None) -> Cut:
    """Every count by the structure of the day and by that of today, with and without bodies; zeros left out."""
    structure = load_structure()
    found: Cut = {}
    for day in DAYS:
        tally = Tally(structure, COUNTS)
        for change in counted_on(day, tally.parts, Knowledge(at)):
            tally.add(*change)
        for figure in tally.figures(day, BY):
            if figure.numerator:
                rows = found.setdefault((figure.metric.code, figure.scope.kind.value, day), {})
                rows[figure.scope.slug] = figure.numerator
    return found


def own(cut: Cut) -> Cut:
    return {key: rows for key, rows in cut.items() if key[1] == ScopeKind.OWN.value}


def totals(cut: Cut, kind: ScopeKind) -> dict[tuple[str, date], int]:
    return {(code, day): sum(rows.values()) for (code, kept, day), rows in cut.items() if kept == kind.value}


def of_today(cut: Cut) -> dict[tuple[str, date], int]:
    """By the structure of today: where it does not differ from an organisation's own, its own is what is kept."""
    structure = load_structure()
    shown = [one.slug for one in structure.by_organisation(today=True)]
    found: dict[tuple[str, date], int] = {}
    for (code, kind, day), rows in cut.items():
        if kind == ScopeKind.OWN.value:
            today = cut.get((code, ScopeKind.PRESENT.value, day), {})
            found[code, day] = sum(today.get(slug, rows.get(slug, 0)) for slug in shown)
    return found


def record_all(by: User) -> Iterator[Reorganisation]:
    for plan in YEAR:
        yield record(settle(plan), by=by)


def test_a_split_a_merger_a_rename_and_a_rename_back_change_no_total_in_any_cut_and_undo_restores_all(
    app: Flask, arrange: Arrange
) -> None:
    past, chance = Past(71), Random(71)
    with arrange():
        past.begin(60, by=BY)
    with app.app_context():
        before = cuts()
        known_before = now() - timedelta(seconds=1)
        whole = totals(before, ScopeKind.ALL)

    with arrange():
        by = make_user()
        made = [one.ref for one in record_all(by)]
        split = queries.change(made[0])
        assert split is not None
        waiting = [row.ref for row in queries.unplaced(split, 1_000)]
        assert waiting
        for ref in waiting[: len(waiting) // 2]:
            place(split, [ref], chance.choice(("ministry-of-taxes", "ministry-of-spending")), by=by)
        assert queries.count_unplaced(split) == len(waiting) - len(waiting) // 2
    with app.app_context():
        after = cuts()
        assert totals(after, ScopeKind.ALL) == whole
        assert totals(after, ScopeKind.OWN) == whole == of_today(after)
        # The history of what ended can be read: its days before the change are as they were.
        for code in ("training.trained", "training.in_training"):
            key = (code, ScopeKind.OWN.value, DAYS[0])
            assert after.get(key) == before.get(key)
        # As was known before the changes were recorded, everybody counts where they did.
        assert own(cuts(known_before)) == own(before)

    with arrange():
        by = make_user()
        for ref in reversed(made):
            change = queries.change(ref)
            assert change is not None
            undo(change, reason="It did not happen", by=by)
    with app.app_context():
        assert cuts() == before


def where(ref: str) -> list[tuple[str, date]]:
    """Where somebody is, from which day on."""
    person = select(Person.id).where(Person.ref == ref).scalar_subquery()
    spans = select(PostingSpan).where(PostingSpan.person_id == person).order_by(PostingSpan.starts_on)
    return [(one.organisation.slug, one.starts_on) for one in db.session.scalars(spans)]


def test_edge_74_a_merger_takes_everybody_along_from_its_day_and_leaves_who_had_gone(arrange: Arrange) -> None:
    with arrange():
        make_person("cabinet-office", ref="STAYS")
        make_person("cabinet-office", "hm-treasury from 2025-03-01", ref="GONE")
        make_person("hm-treasury", "cabinet-office from 2025-06-01", ref="LATER")

        record(settle(Plan(K.MERGED, date(2025, 4, 1), "cabinet-office", successors="home-office")), by=make_user())

        assert where("STAYS")[1:] == [("home-office", date(2025, 4, 1))]
        assert [place for place, _ in where("GONE")] == ["cabinet-office", "hm-treasury"]
        assert where("LATER")[1:] == [("home-office", date(2025, 6, 1))]
        ended = organisation("cabinet-office")
        assert (ended.closed_on, ended.present) == (date(2025, 4, 1), organisation("home-office"))


def test_a_first_posting_that_is_dated_after_a_merger_reaches_back_to_what_ended(arrange: Arrange) -> None:
    with arrange():
        make_person("cabinet-office from 2025-06-01", ref="NEW")
        plan = Plan(K.MERGED, date(2025, 4, 1), "cabinet-office", successors="home-office")
        made = record(settle(plan), by=make_user())

        assert queries.count_unplaced(made) == 0
        assert queries.numbers_unplaced() == {}
        assert where("NEW")[0][0] == "cabinet-office"
        assert where("NEW")[1:] == [("home-office", date(2025, 4, 1)), ("home-office", date(2025, 6, 1))]

        undo(made, reason="No", by=make_user())
        assert [place for place, _ in where("NEW")] == ["cabinet-office"]


def test_somebody_who_moved_twice_in_a_quarter_counts_once_in_each_cut(app: Flask, arrange: Arrange) -> None:
    with arrange():
        person = make_person("cabinet-office", "hm-treasury from 2025-04-20", "cabinet-office from 2025-05-20")
        make_enrolment("in-training 2025-01-05", person=person)
        by = make_user()
        record(settle(Plan(K.MERGED, date(2025, 5, 1), "cabinet-office", successors="home-office")), by=by)
        record(settle(Plan(K.RENAMED, date(2025, 6, 10), "home-office", new_names="Home Department")), by=by)

    with app.app_context():
        found = cuts()
        assert set(of_today(found).values()) == {1}
        assert set(totals(found, ScopeKind.OWN).values()) == {1}


def test_a_body_that_moves_counts_with_its_new_parent_from_the_day_on(app: Flask, arrange: Arrange) -> None:
    with arrange() as session:
        body = Organisation(slug="office-of-sums", name="Office of Sums")
        session.add(body)
        session.flush()
        session.add(OrganisationParent(child_id=body.id, parent_id=organisation("hm-treasury").id))
        session.flush()
        make_enrolment("in-training 2024-01-05", person=make_person("office-of-sums"))
        lead = make_user(Role.DEPARTMENT_LEAD, at="office-of-sums")
        plan = Plan(K.MOVED, date(2025, 5, 1), "office-of-sums", parents="home-office")
        made = record(settle(plan), by=make_user()).ref
        grants = select(RoleGrant.organisation_id).where(RoleGrant.user_id == lead.id)
        assert len(session.scalars(grants).all()) == 2

    with app.app_context():
        found, family = cuts(), ScopeKind.FAMILY.value
        code = "training.in_training"
        assert found[code, family, DAYS[0]]["hm-treasury"] == 1
        assert "home-office" not in found[code, family, DAYS[0]]
        assert found[code, family, DAYS[3]]["home-office"] == 1
        assert "hm-treasury" not in found.get((code, family, DAYS[3]), {})
        assert found[code, ScopeKind.PRESENT_FAMILY.value, DAYS[0]]["home-office"] == 1
    with arrange() as session:
        change = queries.change(made)
        assert change is not None
        undo(change, reason="It stays", by=make_user())
        assert where(session.scalars(select(Person.ref)).one())[0][0] == "office-of-sums"
        assert len(session.scalars(grants).all()) == 1


def test_what_is_shown_beforehand_is_what_happens_and_nothing_of_it_is_kept(app: Flask, arrange: Arrange) -> None:
    with arrange():
        for _ in range(3):
            make_enrolment("in-training 2025-01-05", person=make_person("cabinet-office"))
        by_id = make_user().id

    with app.app_context():
        shown = preview(YEAR[1], by=db.session.get_one(User, by_id))
        lines = {(line.figure, line.organisation): (line.before, line.after) for line in shown.lines}

        assert (shown.moved, shown.waiting, shown.ended, shown.heirs) == (3, 0, ["Cabinet Office"], ["Home Office"])
        assert lines["In training", "Cabinet Office"] == (3, 0)
        assert lines["In training", "Home Office"] == (0, 3)
        assert [(line.before, line.after) for line in shown.totals] == [(3, 3)]
        assert queries.changes() == []
        assert organisation("cabinet-office").closed_on is None


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (Plan(K.RENAMED, date(2999, 1, 1), "home-office", new_names="X"), "today or in the past"),
        (Plan(K.RENAMED, date(2025, 1, 1), "nowhere", new_names="X"), "no organisation called nowhere"),
        (Plan(K.RENAMED, date(2025, 1, 1), ""), "Enter the organisation that changes"),
        (Plan(K.RENAMED, date(2025, 1, 1), "home-office"), "the one organisation that takes over"),
        (Plan(K.SPLIT, date(2025, 1, 1), "home-office", new_names="One"), "two or more"),
        (Plan(K.SPLIT, date(2025, 1, 1), "home-office\nhm-treasury", new_names="A\nB"), "Only a merger"),
        (Plan(K.MERGED, date(2025, 1, 1), "home-office", successors="home-office"), "from itself"),
        (Plan(K.CLOSED, date(2025, 1, 1), "home-office", successors="hm-treasury"), "Nothing else takes over"),
        (Plan(K.MOVED, date(2025, 1, 1), "home-office"), "what it stands under"),
        (
            Plan(K.MERGED, date(2025, 1, 1), "department-for-international-trade", successors="home-office"),
            "closed|no org",
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused(arrange: Arrange, plan: Plan, message: str) -> None:
    with arrange():
        with pytest.raises(ChangeNotAllowed, match=message):
            settle(plan)
        assert queries.changes() == []


def test_a_change_is_undone_only_after_those_that_rest_on_it(arrange: Arrange) -> None:
    with arrange():
        by = make_user()
        first = record(settle(YEAR[2]), by=by)
        second = record(settle(YEAR[3]), by=by)
        with pytest.raises(ChangeNotAllowed, match="undo that first"):
            undo(first, reason="No", by=by)
        make_person("home-office-2 from 2025-11-01")
        with pytest.raises(ChangeNotAllowed, match="1 person was posted to Home Office since then"):
            undo(second, reason="No", by=by)


def test_nobody_is_placed_twice_or_where_nothing_was(arrange: Arrange) -> None:
    with arrange():
        make_person("hm-treasury", ref="A-1")
        by, made = make_user(), record(settle(YEAR[0]), by=make_user())
        with pytest.raises(ChangeNotAllowed, match="Select the organisation"):
            place(made, ["A-1"], "nowhere", by=by)
        with pytest.raises(ChangeNotAllowed, match="Select who"):
            place(made, [], "ministry-of-taxes", by=by)

        assert place(made, ["A-1"], "ministry-of-taxes", by=by) == 1

        assert where("A-1")[-1] == ("ministry-of-taxes", date(2025, 1, 20))
        with pytest.raises(ChangeNotAllowed, match="placed already"):
            place(made, ["A-1"], "ministry-of-spending", by=by)


def test_days_that_are_looked_at_lie_around_the_changes() -> None:
    assert FIRST < min(DAYS) < min(plan.effective_on for plan in YEAR) < max(DAYS)
