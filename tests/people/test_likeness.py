"""Who may be one person, measured on five thousand invented people with planted second records."""

import sys
from collections import Counter

import pytest

from tests.people.namesakes import CHANGES, FIRST, PEOPLE, PLANTED, plant
from tracker.core.text import name_words
from tracker.people.likeness import MOST_NAMESAKES, Alike, Facts, Rarity, Records, first_word

SEEDS = (101, 102, 103, 104, 105)
"""Others than those the rule was made with."""


def compared(*everybody: Facts, fresh: set[int] | None = None) -> list[Alike]:
    records = Records()
    for facts in everybody:
        records.add(facts)
    return list(records.alike(records.count(), fresh))


def test_planted_second_records_are_found_and_few_others(capsys: pytest.CaptureFixture[str]) -> None:
    """Recall at least 95%, false alerts under 3%, over five sets of 5,000 people with 280 planted pairs each."""
    said, hits, false, missed = 0, 0, 0, Counter[str]()
    for seed in SEEDS:
        planted = plant(seed)
        pairs = {(one.low, one.high) for one in compared(*planted.everybody)}
        said, hits = said + len(pairs), hits + len(pairs & set(planted.pairs))
        false += len(pairs - set(planted.pairs))
        missed.update(planted.pairs[pair] for pair in set(planted.pairs) - pairs)
    recall, wrong = hits / (PLANTED * len(SEEDS)), false / said
    with capsys.disabled():
        sys.stdout.write(f"\nduplicates among {PEOPLE:,} people: recall {recall:.1%}, false alerts {wrong:.1%}; ")
        sys.stdout.write(f"missed {dict(missed)}\n")

    assert recall >= 0.95
    assert wrong < 0.03


ANN = Facts(1, "José", "O’Brien", "jose.obrien@x.example", 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("José", "O'Brien"),
        ("Jose", "OBRIEN"),
        ("JOSÉ", "Óbrien"),
        ("O’Brien", "José"),
        ("Dr José", "O’Brien"),
        ("“Prof.” José", "O’Brien"),
        ("José", "O’Brien-Smith"),
    ],
)
def test_edge_4_and_7_accents_apostrophes_case_order_and_titles_hide_nobody(first: str, last: str) -> None:
    """Edge cases 6.1-1, 6.1-4 and 6.1-7."""
    again = ANN._replace(number=2, first_name=first, last_name=last, email="another@y.example")

    assert [(one.low, one.high) for one in compared(ANN, again)] == [(1, 2)]


@pytest.mark.parametrize("first", ["Dr", "Mr", "X", ""])
def test_edge_6_a_name_of_one_word_that_looks_like_a_title_is_a_name(first: str) -> None:
    """Edge case 6.1-6: nothing fails where nothing would be left over."""
    who = ANN._replace(first_name=first, last_name="Miss")

    assert len(compared(who, who._replace(number=2))) == 1


def test_what_matches_and_what_differs_is_told() -> None:
    again = ANN._replace(number=2, last_name="Smith", email="jose.obrien@y.example", grade=5, cohorts=(7,))

    (found,) = compared(ANN._replace(cohorts=(7, 8)), again)

    assert found.matches == (
        "part of the name",
        "address before the @",
        "organisation",
        "profession",
        "region",
        "cohort",
    )
    assert found.differs == ("name", "grade")


def test_the_same_common_name_in_other_places_is_not_told() -> None:
    everybody = [Facts(n, "John", "Smith", f"john.smith{n}@x{n}.example", n, n % 5, n % 7, n % 3) for n in range(40)]

    assert compared(*everybody) == []


@pytest.mark.parametrize(("namesakes", "told"), [(3, 3), (MOST_NAMESAKES + 1, 0)])
def test_a_list_of_people_who_are_all_called_alike_is_not_compared_pair_by_pair(namesakes: int, told: int) -> None:
    records = Records()
    for number in range(namesakes):
        records.add(ANN._replace(number=number, email=f"{number}@x.example"))

    assert len(list(records.alike(Rarity(people=10_000_000)))) == told


def test_who_shares_one_word_only_is_told_where_that_may_be_enough() -> None:
    """What is not worth a look by the rule of what may be enough is never a pair."""
    planted = plant(SEEDS[0])
    records, words = Records(), {one.number: name_words(one.first_name, one.last_name) for one in planted.everybody}
    for facts in planted.everybody:
        records.add(facts)
    rarity, facts = records.count(), {one.number: one for one in planted.everybody}
    found = [one for one in records.alike(rarity) if len({*words[one.low]} & {*words[one.high]}) == 1]
    found = [one for one in found if "address before the @" in one.differs]

    assert found
    assert all(rarity.may_be_enough(first_word(facts[one.low]), in_a_cohort="cohort" in one.matches) for one in found)
    assert not rarity.may_be_enough(FIRST[0].casefold(), in_a_cohort=False)


def test_a_former_name_counts_as_a_name_and_one_person_is_no_pair() -> None:
    married = ANN._replace(last_name="Jones", email="jose.jones@x.example")
    again = ANN._replace(number=2, email="j@z.example")

    assert [(one.low, one.high) for one in compared(married, ANN, again)] == [(1, 2)]


def test_only_pairs_with_somebody_fresh_are_told_where_that_is_asked() -> None:
    pairs = compared(*(ANN._replace(number=n) for n in (1, 2, 3)), fresh={3})

    assert {(one.low, one.high) for one in pairs} == {(1, 3), (2, 3)}


def test_every_planted_change_is_among_those_the_order_names() -> None:
    assert {"another address", "swapped names", "title", "changed surname", "accents", "apostrophe"} <= set(CHANGES)
