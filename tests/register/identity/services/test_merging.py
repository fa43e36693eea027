"""Two records made one, and two again: every figure at every day and instant, every row."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user, organisation
from tests.progress.histories import FIRST, LAST, ORGANISATIONS, Past, Told
from tests.progress.replay import Replay
from tracker.core.calendar import end_of_day
from tracker.core.db import Model, db
from tracker.core.errors import DomainError
from tracker.core.metric import Knowledge
from tracker.fellowships.models import FellowSkill, Preference, ProjectChoice
from tracker.fellowships.queries import offers as queries
from tracker.fellowships.services.offers import Offered, open_project
from tracker.ledger.models import StageSpan
from tracker.people.identity.models import FormerDetails, PersonMerge
from tracker.people.models import Person, PostingSpan
from tracker.people.queries import person as person_called
from tracker.people.services import Details, change_details, keep_search_words
from tracker.progress.figures import ALL, Figure
from tracker.progress.queries.basis import basis
from tracker.progress.queries.counting import counted_on
from tracker.progress.registry import COMPILED, METRICS, parts_of
from tracker.progress.structure import load_structure
from tracker.progress.tally import Tally
from tracker.register.identity.services import Choice, Side, merge, undo_merge
from tracker.register.identity.services.belongings import MOVED, STAYS
from tracker.register.identity.services.merging import put
from tracker.training.queries import enrolments_of

BY = datetime(2026, 1, 15, tzinfo=UTC)
ABOUT_MERGES = {"person_merge", "merge_move", "person_former", "audit_entry", "audit_head", "user_account"}
"""What a merge and its undo add to, and take nothing from."""
LATER = datetime(2099, 1, 1, tzinfo=UTC)
REPLAYED = [metric for metric in METRICS.values() if metric.strand == "training" and "skill" not in metric.code]
"""The figures that are counted a second time."""
Points = list[tuple[date, datetime | None]]


def points(chance: Random, number: int) -> Points:
    days = [FIRST + timedelta(days=chance.randrange((LAST - FIRST).days)) for _ in range(number)]
    return [(day, chance.choice((None, end_of_day(day + timedelta(days=chance.randrange(90)))))) for day in days]


def every_figure(at: Points) -> list[list[tuple[Any, ...]]]:
    """All counts by figure, organisation and value, at some days and instants."""
    parts = parts_of(COMPILED)
    return [sorted(counted_on(day, parts, Knowledge(known)), key=repr) for day, known in at]


def rows() -> dict[str, str]:
    """A digest of every table; of people and journeys without how often they were saved."""
    found = {}
    for table in sorted(set(inspect(db.engine).get_table_names()) - ABOUT_MERGES):
        every = db.session.execute(text(f'SELECT * FROM "{table}"')).mappings()
        lines = sorted(str([(name, value) for name, value in row.items() if name != "version"]) for row in every)
        found[table] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return found


def counted(as_at: date, knowledge: Knowledge) -> list[Figure]:
    structure = load_structure()
    tally = Tally(structure, REPLAYED, [ALL, *(structure.scope(slug) for slug in ORGANISATIONS)])
    for change in counted_on(as_at, tally.parts, knowledge):
        tally.add(*change)
    return list(tally.figures(as_at, BY))


def differences(figures: list[Figure], replay: Replay) -> list[object]:
    """Where the slow second count says otherwise."""
    wanted = [replay.figure(one.metric.code, None if one.scope == ALL else one.scope.slug) for one in figures]
    said = [(one.numerator, one.denominator, one.value) for one in figures]
    return [(one, two, three) for one, two, three in zip(figures, said, wanted, strict=True) if two != three]


def as_one(told: Told, survivor: int, merged: int) -> Told:
    """What was told, of one person instead of two."""
    for posting in told.postings:
        posting.person_id = survivor if posting.person_id == merged else posting.person_id
    return Told(
        people=[one for one in told.people if one != merged],
        journeys={id: (survivor if who == merged else who, good) for id, (who, good) in told.journeys.items()},
        events=told.events,
        voided=told.voided,
        postings=told.postings,
        slugs=told.slugs,
    )


@pytest.mark.parametrize("seed", [61, 62, 63])
def test_edge_20_every_figure_counts_one_person_and_merge_and_undo_restore_every_figure_and_every_row(
    app: Flask, arrange: Arrange, seed: int
) -> None:
    """Edge case 6.1-20: what is worked out from both sides is worked out anew, and nothing points nowhere."""
    past, chance = Past(seed), Random(seed)
    with arrange() as session:
        past.begin(40, by=BY)
        for person in session.scalars(select(Person)):
            put(person, {})
            keep_search_words(person)
    at = points(chance, 25)
    pairs = [chance.sample(past.told.people, 2) for _ in range(2)]
    with app.app_context():
        figures, kept = every_figure(at), rows()

    told = past.told
    with arrange() as session:
        by = make_user()
        done = [
            merge(session.get_one(Person, first), session.get_one(Person, second), Choice(), reason="Same", by=by).id
            for first, second in pairs
            if len({*pairs[0], *pairs[1]}) == 4
        ]
    for first, second in pairs[: len(done)]:
        told = as_one(told, first, second)

    assert done
    with app.app_context():
        for day, known in at:
            found = differences(counted(day, Knowledge(known)), Replay(told, day, known or LATER))
            assert not found, (day, known)

    with arrange() as session:
        by = make_user()
        for id in reversed(done):
            undo_merge(session.get_one(PersonMerge, id), reason="Two people after all", by=by)
    with app.app_context():
        assert every_figure(at) == figures
        assert rows() == kept


def test_edge_18_and_21_a_merged_reference_leads_to_the_survivor_and_so_does_one_merged_before_it(
    app: Flask, arrange: Arrange
) -> None:
    """Edge cases 6.1-18 and 6.1-21."""
    with arrange():
        first, second, third = (make_person(ref=ref) for ref in ("A-1", "B-1", "C-1"))
        by = make_user()
        merge(second, first, Choice(), reason="The same address before", by=by)
        merge(third, second, Choice(), reason="The same number", by=by)

        with pytest.raises(DomainError, match="not there any more"):
            merge(first, third, Choice(), reason="Round about", by=by)
        with pytest.raises(DomainError, match="one record already"):
            merge(third, third, Choice(), reason="Itself", by=by)

    with app.app_context():
        assert [getattr(person_called(ref), "ref", None) for ref in ("A-1", "B-1", "C-1")] == ["C-1"] * 3


def test_a_merge_is_undone_only_after_those_that_rest_on_it(arrange: Arrange) -> None:
    with arrange() as session:
        first, second, third = make_person(ref="A-1"), make_person(ref="B-1"), make_person(ref="C-1")
        by = make_user()
        early = merge(second, first, Choice(), reason="Same", by=by)
        late = merge(third, second, Choice(), reason="Same", by=by)

        with pytest.raises(DomainError, match="B-1 was merged into C-1 since then"):
            undo_merge(early, reason="No", by=by)
        undo_merge(late, reason="No", by=by)
        undo_merge(early, reason="No", by=by)
        with pytest.raises(DomainError, match="undone already"):
            undo_merge(early, reason="No", by=by)

        assert not session.scalars(select(Person.ref).where(Person.removed_at.is_not(None))).all()


def test_edge_8_each_fact_comes_from_the_record_that_was_chosen_for_it_and_goes_back(arrange: Arrange) -> None:
    """Edge case 6.1-8: a changed surname is kept beside the new one."""
    with arrange() as session:
        account = make_user(email="ann@example.gov.uk")
        kept = make_person("home-office", ref="A-1", first_name="Ann", last_name="Smith", email="ann.smith@x.gov.uk")
        other = make_person("hm-treasury from 2026-02-01", ref="B-1", first_name="Ann", last_name="Jones")
        other.user_id, other.fte, by = account.id, 0.5, make_user()
        session.flush()

        choice = Choice(Side.MERGED, Side.MERGED, Side.MERGED, Side.MERGED, Side.MERGED)
        done = merge(kept, other, choice, reason="Married", by=by)

        assert (kept.ref, kept.last_name, kept.email, kept.fte) == ("A-1", "Jones", other.email, 0.5)
        assert (kept.user_id, other.user_id) == (account.id, None)
        assert places(kept) == ["hm-treasury"]
        former = session.scalars(select(FormerDetails)).one()
        assert (former.person_id, former.last_name, former.email) == (kept.id, "Smith", "ann.smith@x.gov.uk")

        undo_merge(done, reason="A cousin", by=by)

        assert (kept.last_name, kept.email, kept.fte, kept.user_id) == ("Smith", "ann.smith@x.gov.uk", 1.0, None)
        assert (other.last_name, other.user_id, other.removed_at) == ("Jones", account.id, None)
        assert (places(kept), places(other)) == (["home-office"], ["hm-treasury"])


def places(person: Person) -> list[str]:
    spans = select(PostingSpan).where(PostingSpan.person_id == person.id).order_by(PostingSpan.starts_on)
    return [span.organisation.slug for span in db.session.scalars(spans)]


def test_edge_75_two_histories_of_postings_are_put_together_in_the_order_of_their_days(arrange: Arrange) -> None:
    with arrange():
        one = make_person("home-office from 2024-01-01", "cabinet-office from 2026-01-01")
        two = make_person("hm-treasury from 2025-01-01")

        merge(one, two, Choice(), reason="Same", by=make_user())

        assert places(one) == ["home-office", "hm-treasury", "cabinet-office"]
        assert places(two) == []


@pytest.mark.parametrize(("side", "stands"), [(Side.SURVIVOR, "completed"), (Side.MERGED, "withdrawn")])
def test_edge_19_of_two_enrolments_on_one_cohort_one_stands_for_both_and_the_other_counts_nowhere(
    app: Flask, arrange: Arrange, side: Side, stands: str
) -> None:
    """Edge case 6.1-19: both hold the same key."""
    with arrange():
        cohort, by = make_cohort("DSA-1"), make_user()
        kept, other = make_person(), make_person()
        make_enrolment("in-training 2026-01-05", "completed 2026-03-01", person=kept, cohort=cohort)
        make_enrolment("in-training 2026-01-06", "withdrawn 2026-03-02", person=other, cohort=cohort)
        make_enrolment("applied 2026-03-02", person=other)

        record = merge(kept, other, Choice(enrolments={"DSA-1": side}), reason="Same", by=by)

        assert standing(kept) == sorted([stands, "applied"])
        assert standing(other) == []
        assert len(enrolments_of(kept)) == 2
        counts = {code: total(code) for code in ("training.trained", "training.withdrawn", "training.applied")}
        assert counts == {
            "training.trained": int(stands == "completed"),
            "training.withdrawn": int(stands == "withdrawn"),
            "training.applied": 1,
        }
        undo_merge(record, reason="No", by=by)
        assert (standing(kept), standing(other)) == (["completed"], ["applied", "withdrawn"])
        assert total("training.trained") == total("training.withdrawn") == 1


def standing(person: Person) -> list[str]:
    spans = select(StageSpan.stage).where(StageSpan.person_id == person.id, StageSpan.ends_on > date(2900, 1, 1))
    return sorted(db.session.scalars(spans))


def total(code: str) -> int:
    parts = parts_of([METRICS[code]])
    return sum(times for *_, times in counted_on(date(2026, 6, 1), parts, Knowledge()))


def test_edge_15_an_address_once_theirs_is_refused_to_everybody_else(arrange: Arrange) -> None:
    """Edge case 6.1-15, decided by fine print G6: an address belongs to one person for ever."""
    with arrange():
        by = make_user()
        kept, other, third = (make_person(email=f"{name}@x.gov.uk") for name in ("kept", "other", "third"))
        change_details(third, Details("Ann", "Third", "new@x.gov.uk", 1.0), by=by)
        merge(kept, other, Choice(), reason="Same", by=by)
        fourth = make_person()

        for email in ("third@x.gov.uk", "OTHER@x.gov.uk", "kept@x.gov.uk"):
            with pytest.raises(DomainError, match="to another person"):
                change_details(fourth, Details("Ann", "Fourth", email, 1.0), by=by)
        change_details(third, Details("Ann", "Third", "third@x.gov.uk", 1.0), by=by)
        change_details(kept, Details("Ann", "Kept", "other@x.gov.uk", 1.0), by=by)


def test_a_merge_has_everything_compiled_anew(app: Flask, arrange: Arrange) -> None:
    with arrange():
        before = basis()
        done = merge(make_person(), make_person(), Choice(), reason="Same", by=make_user())
        assert basis() != before
        undo_merge(done, reason="No", by=make_user())
        assert basis() == before


def test_every_table_that_names_a_person_says_what_a_merge_does_with_it() -> None:
    """A new table goes into `MOVED` or `STAYS`; those with rules of their own are named here.

    A table names a person too where it leads to one by another's key, as the skills a fellow brings do.
    """
    own_rules = {"journey", "posting", "fellow_preference", "fellow_skill", "project_choice"}
    naming = {
        table.name
        for table in Model.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "person" or key.column.name == "person_id"
    }

    assert naming <= {*own_rules, *MOVED, *STAYS}, naming - {*own_rules, *MOVED, *STAYS}


def make_project(title: str) -> int:
    """A project that the Home Office offers; its id."""
    scheme, days = queries.scheme("no10-innovation"), (date(2026, 9, 1), date(2027, 8, 31))
    assert scheme is not None
    said = Offered(scheme, title, "", 1, 1.0, None, "", None, *days, ["programming"])
    return open_project(organisation("home-office"), said, by=make_user()).id


def as_fellow(person: Person, skills: str, *ranked: tuple[int, int], fte: float = 1.0) -> None:
    """Somebody with these skills, who ranks these projects."""
    db.session.add(Preference(person_id=person.id, fte=fte, skills=[FellowSkill(skill_code=code) for code in skills]))
    for project_id, rank in ranked:
        db.session.add(ProjectChoice(person_id=person.id, project_id=project_id, fellow_rank=rank))
    db.session.flush()


def looks_for(person: Person) -> tuple[str, list[tuple[int, int | None]]]:
    """The skills somebody brings, and the projects they rank."""
    skills = select(FellowSkill.skill_code).where(FellowSkill.person_id == person.id).order_by(FellowSkill.skill_code)
    ranks = select(ProjectChoice.project_id, ProjectChoice.fellow_rank).where(ProjectChoice.person_id == person.id)
    ranked = db.session.execute(ranks.order_by(ProjectChoice.project_id))
    return "".join(db.session.scalars(skills)), [(one.project_id, one.fellow_rank) for one in ranked]


def test_what_a_fellow_looks_for_goes_over_where_the_survivor_says_nothing_and_comes_back(
    app: Flask, arrange: Arrange
) -> None:
    with arrange():
        first, second, third = (make_project(title) for title in "abc")
        silent, other, talking = make_person(), make_person(), make_person()
        as_fellow(other, "ab", (first, 1), (second, 2), fte=0.5)
        as_fellow(talking, "c", (second, 1), (third, 2))
        by = make_user()
    with app.app_context():
        kept = rows()

    with arrange() as session:
        for one in (silent, other, talking, by):
            session.add(one)
        early = merge(silent, other, Choice(), reason="Same", by=by)
        assert looks_for(silent) == ("ab", [(first, 1), (second, 2)])
        assert looks_for(other) == ("", [])
        late = merge(talking, silent, Choice(), reason="Same", by=by)
        assert looks_for(talking) == ("c", [(first, 1), (second, 1), (third, 2)])
        assert looks_for(silent) == ("ab", [(second, 2)])
        db.session.get_one(ProjectChoice, (talking.id, first)).fellow_rank = 3
        undo_merge(late, reason="No", by=by)
        assert looks_for(silent) == ("ab", [(first, 3), (second, 2)])
        db.session.get_one(ProjectChoice, (silent.id, first)).fellow_rank = 1
        undo_merge(early, reason="No", by=by)
    with app.app_context():
        assert rows() == kept
