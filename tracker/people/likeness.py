"""When two records may be of one person: what matches and what differs, weighed by how rare it is. Pure.

A name alone proves nothing where many share it, and much where nobody does. So each fact that two records share weighs
as many bits as it is rare (one in a thousand: ten bits), each that differs takes some away, and all together must
outweigh how unlikely it is that just these two of all records are one person. Nobody's nickname is guessed.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import log2
from typing import NamedTuple

from tracker.core.text import fold, name_words

ASSUMED_PEOPLE = 1_000
"""Records are taken to be of a population of at least so many: among five people no name is rare by itself."""
EXPECTED_DUPLICATES = 0.02
"""So many in a hundred records are expected to have a second one, twice over (each pair is counted from both ends)."""
ENOUGH = 0.0
"""Bits that must be left over."""
MOST_ALIKE = 200
"""What more records than this share, such as the address of an office, says nothing."""
MOST_NAMESAKES = 300
"""Where more records than this share a name, or a first name and a place, that alone is no reason to compare them: a
list of ten thousand who are all called alike would be fifty million pairs, and none of them outweighs the doubt."""
PARTS = 8
"""In so many turns are keys put in order: each at once takes that part of the memory."""
OTHER_NAME, LONGER_NAME = -1.5, -1.0
"""What it takes away that a name was exchanged for another, or that one record has a name more."""
SAME_ADDRESS, USUAL_ADDRESS, OTHER_ADDRESS = 9.0, 0.5, -1.0
"""The part before the @: alike though it does not follow from the name; alike as it follows from it; another."""
PLACES: Mapping[str, tuple[float, float]] = {
    "organisation": (0.0, -2.0),
    "grade": (2.0, -1.5),
    "profession": (3.0, -2.0),
    "region": (2.5, -1.5),
}
"""What it adds that two are in the same place, and takes away that they are not. How much the same organisation says
depends on its size."""
MOST_OF_A_GROUP = 6.0
"""The most that the same organisation, or the same cohort, can say."""


class Facts(NamedTuple):
    """What is compared of a record. `number` tells records apart; a record may be given twice, under a former name."""

    number: int
    first_name: str
    last_name: str
    email: str
    organisation: int | None
    grade: int | None
    profession: int | None
    region: int | None
    cohorts: tuple[int, ...] = ()


class Alike(NamedTuple):
    """Two records that may be of one person: the lower number first, bits left over, and the facts in words."""

    low: int
    high: int
    weight: float
    matches: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass
class Rarity:
    """How many people there are, and how many of them have a word in their name, an organisation, a cohort."""

    people: int = 0
    words: Counter[str] = field(default_factory=Counter)
    organisations: Counter[int] = field(default_factory=Counter)
    cohorts: Counter[int] = field(default_factory=Counter)

    def of_word(self, word: str) -> float:
        """How much it says that two have a word in their names, in bits."""
        return log2((self.people + ASSUMED_PEOPLE) / (self.words[word] + 1))

    def of_organisation(self, organisation: int) -> float:
        """How much it says that two are in an organisation: the less, the larger it is."""
        return min(MOST_OF_A_GROUP, self._of_group(self.organisations[organisation]))

    def of_cohort(self, cohort: int) -> float:
        """How much it says that two are on a cohort."""
        return min(MOST_OF_A_GROUP, self._of_group(self.cohorts[cohort]))

    def _of_group(self, people: int) -> float:
        # In a register of ten people, all of one organisation, it says nothing.
        return log2((self.people + 20) / (people + 2))

    def may_be_enough(self, word: str, *, in_a_cohort: bool) -> bool:
        """Whether two who share one word of their names alone, and all else there is, could be one person.

        :param in_a_cohort: whether they share a cohort too.
        """
        places = sum(same for same, _ in PLACES.values())
        groups = MOST_OF_A_GROUP * (2 if in_a_cohort else 1)
        return self.of_word(word) + places + groups + LONGER_NAME - self.doubt > ENOUGH

    @property
    def doubt(self) -> float:
        """How unlikely it is, before anything is known, that two records are of one person."""
        return log2(max(self.people, ASSUMED_PEOPLE) / EXPECTED_DUPLICATES)


def first_word(facts: Facts) -> str:
    """The word that counts as the first name, as it is compared."""
    return (name_words(facts.first_name) or name_words(facts.last_name) or [""])[0]


def local_part(email: str) -> str:
    """An address up to the @, as it is compared."""
    return fold(email.partition("@")[0])


class Records:
    """The facts of many records, in columns of numbers: a hundred thousand of them take a few megabytes.

    The words of all names follow one another in `words`, those of one record from `begins` on.
    """

    def __init__(self) -> None:
        """None yet."""
        self.numbers, self.local = array("q"), array("q")
        self.first, self.whole = array("i"), array("q")
        self.words, self.begins = array("i"), array("i", [0])
        self.rolls = array("i")
        self.places = {name: array("i") for name in PLACES}
        self.usual = bytearray()
        self._known: dict[str, int] = {}
        self._enrolled: dict[tuple[int, ...], int] = {}
        self._cohorts: list[tuple[int, ...]] = []

    def __len__(self) -> int:
        """How many."""
        return len(self.numbers)

    def add(self, facts: Facts) -> None:
        """Add a record."""
        words = name_words(facts.first_name, facts.last_name)
        local = local_part(facts.email)
        self.numbers.append(facts.number)
        self.words.extend(map(self._spelt, words))
        self.begins.append(len(self.words))
        self.first.append(self._spelt(first_word(facts)))
        self.whole.append(hash(tuple(sorted(words))))
        self.local.append(hash(local))
        self.usual.append(set(local.split()) <= set(words))
        self.rolls.append(self._roll(facts.cohorts))
        for name, column in self.places.items():
            column.append(_or_none(getattr(facts, name)))

    def _spelt(self, word: str) -> int:
        """The number of a word, which is held once however many names have it."""
        return self._known.setdefault(word, len(self._known))

    def _roll(self, cohorts: tuple[int, ...]) -> int:
        """The number of some cohorts, which are held once however many records are on just these."""
        number = self._enrolled.setdefault(cohorts, len(self._enrolled))
        if number == len(self._cohorts):
            self._cohorts.append(cohorts)
        return number

    def _name(self, place: int) -> set[int]:
        """The words of a record's name, by their numbers."""
        return set(self.words[self.begins[place] : self.begins[place + 1]])

    def _shared(self, one: int, other: int) -> set[int]:
        """The cohorts two records are both on."""
        return set(self._cohorts[self.rolls[one]]) & set(self._cohorts[self.rolls[other]])

    def count(self) -> Rarity:
        """How rare everything is among these records, which are everybody's."""
        rarity = Rarity(people=len(self))
        found: Counter[int] = Counter()
        for place in range(len(self)):
            found.update(self._name(place))
        rarity.words.update({word: found[number] for word, number in self._known.items() if found[number]})
        rarity.organisations.update(self.places["organisation"])
        for roll, people in Counter(self.rolls).items():
            rarity.cohorts.update(dict.fromkeys(self._cohorts[roll], people))
        return rarity

    def alike(self, rarity: Rarity, fresh: Collection[int] | None = None) -> Iterator[Alike]:
        """The pairs that may be one person, each once.

        :param fresh: the numbers of records one of which must be in the pair; None for every pair.
        """
        best: dict[tuple[int, int], Alike] = {}
        bits = [rarity.of_word(word) for word in self._known]
        among = None if fresh is None else {place for place, number in enumerate(self.numbers) if number in fresh}
        for one, other in self._candidates(among):
            low, high = sorted((self.numbers[one], self.numbers[other]))
            if low == high:
                continue
            weight = self._weigh(one, other, rarity, bits)
            if weight > ENOUGH and weight > (best[low, high].weight if (low, high) in best else ENOUGH):
                best[low, high] = Alike(low, high, weight, *self._facts(one, other))
        yield from sorted(best.values(), key=lambda pair: -pair.weight)

    def _candidates(self, among: Collection[int] | None) -> Iterator[tuple[int, int]]:
        """Pairs that share enough to be looked at: all of the name, the address, or a first name and a place.

        :param among: the places of records one of which must be in the pair; None for every pair.
        """
        whole, local = self.whole, self.local
        yield from _pairs(((key, place) for place, key in enumerate(whole)), MOST_NAMESAKES, among)
        for one, other in _pairs(((key, place) for place, key in enumerate(local)), MOST_ALIKE, among):
            if whole[one] != whole[other]:
                yield one, other
        organisations = self.places["organisation"]
        near = ((hash((name, organisations[place])), place) for place, name in enumerate(self.first))
        for one, other in _pairs(near, MOST_NAMESAKES, among):
            if whole[one] != whole[other] and local[one] != local[other]:
                yield one, other
        rolls = (
            (hash((self.first[place], -1, cohort)), place)
            for place, roll in enumerate(self.rolls)
            for cohort in self._cohorts[roll]
        )
        for one, other in _pairs(rolls, MOST_NAMESAKES, among):
            if whole[one] != whole[other] and local[one] != local[other]:
                yield one, other

    def _weigh(self, one: int, other: int, rarity: Rarity, bits: Sequence[float]) -> float:
        weight = self._weigh_names(one, other, bits) + self._weigh_addresses(one, other) - rarity.doubt
        for name, (same, another) in PLACES.items():
            mine, theirs = self.places[name][one], self.places[name][other]
            if mine >= 0 and theirs >= 0:
                weight += same if mine == theirs else another
                if name == "organisation" and mine == theirs:
                    weight += rarity.of_organisation(mine)
        return weight + max(map(rarity.of_cohort, self._shared(one, other)), default=0.0)

    def _weigh_names(self, one: int, other: int, bits: Sequence[float]) -> float:
        """:param bits: how much each word says, by its number."""
        mine, theirs = self._name(one), self._name(other)
        weight = sum(bits[word] for word in mine & theirs)
        if mine == theirs:
            return weight
        return weight + (LONGER_NAME if mine <= theirs or theirs <= mine else OTHER_NAME)

    def _weigh_addresses(self, one: int, other: int) -> float:
        if self.local[one] != self.local[other]:
            return OTHER_ADDRESS if self.whole[one] == self.whole[other] else 0.0
        return USUAL_ADDRESS if self.usual[one] and self.usual[other] else SAME_ADDRESS

    def _facts(self, one: int, other: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What matches, and what differs, in words."""
        facts = {
            "name": self._name(one) == self._name(other),
            "address before the @": self.local[one] == self.local[other],
        }
        for name, column in self.places.items():
            if column[one] >= 0 and column[other] >= 0:
                facts[name] = column[one] == column[other]
        matches = [name for name, is_same in facts.items() if is_same]
        if not facts["name"] and self._name(one) & self._name(other):
            matches.insert(0, "part of the name")
        if self._shared(one, other):
            matches.append("cohort")
        return tuple(matches), tuple(name for name, is_same in facts.items() if not is_same)


def _or_none(value: int | None) -> int:
    return -1 if value is None else value


def _pairs(keyed: Iterable[tuple[int, int]], most: int, among: Collection[int] | None) -> Iterator[tuple[int, int]]:
    """Every two places with one key.

    :param most: leave out keys that more places have.
    :param among: only pairs with one of these places; None for all.
    """
    if among is not None:
        every = list(keyed)
        shared = {key for key, place in every if place in among}
        keyed = (pair for pair in every if pair[0] in shared)
    keys, places = array("q"), array("i")
    for key, place in keyed:
        keys.append(key)
        places.append(place)
    for part in range(PARTS):
        some = sorted((at for at, key in enumerate(keys) if key % PARTS == part), key=keys.__getitem__)
        for _, group in groupby(some, key=keys.__getitem__):
            same = [places[at] for at in group]
            if 1 < len(same) <= most:
                yield from _within(same) if among is None else _with_one_of(among, same)


def _within(same: Sequence[int]) -> Iterator[tuple[int, int]]:
    for at, one in enumerate(same):
        for other in same[at + 1 :]:
            yield one, other


def _with_one_of(among: Collection[int], same: Sequence[int]) -> Iterator[tuple[int, int]]:
    for one in same:
        if one in among:
            yield from ((one, other) for other in same if other > one or other not in among)
