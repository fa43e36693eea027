"""Five thousand invented people, some of whom stand in the register twice: what duplicates are measured on.

Names are drawn as unevenly as real ones are: a few are everybody's, most are rare. Of the planted second records each
is changed in one way; what else is said of them is mostly, but not always, the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from tracker.people.likeness import Facts

PEOPLE, PLANTED = 5_000, 280
FIRST = [
    begin + end
    for begin in ("Al", "Be", "Ca", "Da", "El", "Fa", "Ga", "Ha", "Is", "Jo", "Ka", "Li", "Ma", "Na", "Ol", "Pa", "Ro")
    for end in ("an", "bert", "ca", "dia", "en", "fe", "gail", "hn", "is", "jah", "kim", "la", "na", "on", "ra", "zé")
]
LAST = [
    begin + middle + end
    for begin in ("Ash", "Bar", "Car", "Dun", "El", "Far", "Gar", "Hol", "Ing", "Ker", "Lan", "Mor", "Nor", "Os", "Wal")
    for middle in ("", "bur", "ing", "les", "mer")
    for end in ("ton", "ley", "field", "ford", "ham", "well", "wood", "by", "son", "s", "gate", "worth", "den")
] + ["O’Brien", "O’Neill", "O’Connor", "O’Hara", "García", "Müller", "Núñez", "Šimić", "Łukasz"]


@dataclass(frozen=True)
class Planted:
    """Everybody's facts, and the pairs that are one person, each with how the second record was changed."""

    everybody: list[Facts]
    pairs: dict[tuple[int, int], str]


def _uneven(names: list[str]) -> list[float]:
    return list(accumulate(1 / (rank + 8) for rank in range(len(names))))


def _accents(facts: Facts, chance: Random) -> Facts:
    plain = str.maketrans({"a": "á", "e": "è", "o": "ö", "n": "ñ", "s": "š"})
    return facts._replace(first_name=facts.first_name.translate(plain), last_name=facts.last_name.upper())


def _apostrophe(facts: Facts, chance: Random) -> Facts:
    last = facts.last_name
    return facts._replace(last_name=last.replace("’", "'") if "’" in last else f"{last[:2]}'{last[2:]}")


def _changed_surname(facts: Facts, chance: Random) -> Facts:
    return facts._replace(last_name=chance.choice(LAST))


CHANGES: dict[str, Callable[[Facts, Random], Facts]] = {
    "another address": lambda facts, chance: facts,
    "accents": _accents,
    "apostrophe": _apostrophe,
    "swapped names": lambda facts, chance: facts._replace(first_name=facts.last_name, last_name=facts.first_name),
    "title": lambda facts, chance: facts._replace(
        first_name=f"{chance.choice(('Dr', 'Mrs.', 'Prof'))} {facts.first_name}"
    ),
    "changed surname": _changed_surname,
    "longer surname": lambda facts, chance: facts._replace(last_name=f"{facts.last_name}-{chance.choice(LAST)}"),
}


def _address(number: int, facts: Facts, chance: Random) -> str:
    local = f"{facts.first_name}.{facts.last_name}".replace(" ", "")
    local += str(chance.choice(("", "", "", number % 90)))
    return f"{local}@{chance.choice('xyz')}{facts.organisation}.example"


def _somebody(number: int, chance: Random) -> Facts:
    first = chance.choices(FIRST, cum_weights=_uneven(FIRST))[0]
    last = chance.choices(LAST, cum_weights=_uneven(LAST))[0]
    if chance.random() < 0.04:
        last = f"{last}-{chance.choice(LAST)}"
    place = chance.choices(range(120), cum_weights=PLACES)[0]
    grade, profession, region = chance.randrange(7), int(30 * chance.random() ** 2), int(13 * chance.random() ** 1.5)
    facts = Facts(number, first, last, "", place, grade, profession, region, (chance.randrange(40),))
    return facts._replace(email=_address(number, facts, chance))


PLACES = list(accumulate(1 / (rank + 3) for rank in range(120)))


def _again(number: int, change: str, first: Facts, chance: Random) -> Facts:
    """The second record of somebody: another address, sometimes another grade, department or cohort."""
    again = CHANGES[change](first, chance)._replace(number=number)
    if change != "changed surname" and chance.random() < 0.15:
        again = again._replace(organisation=chance.randrange(120))
    if change != "changed surname" and chance.random() < 0.1:
        again = again._replace(grade=chance.randrange(7))
    if chance.random() < 0.5:
        again = again._replace(cohorts=(chance.randrange(40),))
    if change != "changed surname" and chance.random() < 0.05:
        again = again._replace(profession=None)
    return again._replace(email=_address(number, again, chance))


def plant(seed: int, people: int = PEOPLE, planted: int = PLANTED) -> Planted:
    """So many records, of which so many are the second of somebody's."""
    chance = Random(seed)
    everybody = [_somebody(number, chance) for number in range(people - planted)]
    pairs = {}
    twice = chance.sample(range(people - planted), planted)
    for number, who in enumerate(twice, start=people - planted):
        change = list(CHANGES)[number % len(CHANGES)]
        everybody.append(_again(number, change, everybody[who], chance))
        pairs[who, number] = change
    return Planted(everybody, pairs)
