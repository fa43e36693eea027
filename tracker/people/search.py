"""Finding people by what somebody typed: by the beginnings of words, and where asked by words that are spelt alike.

Words are compared without accents, case, apostrophes and titles (`core.text`), in any order. Best first: somebody who
has just the word that was typed comes before somebody whose word only begins so, and both before a likeness.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, Select, case, func, intersect, select, true, union

from tracker.core.db import db
from tracker.core.text import fold, name_words
from tracker.people.models import Person, PersonWord, Spelling
from tracker.people.spelling import is_spelt, pieces, slips, slips_forgiven

MOST_WORDS = 8
"""Nobody's name has more words that help to find it."""
MOST_CANDIDATES, MOST_ALIKE = 60, 12
"""How many words with most pieces in common are compared letter by letter, and how many of the nearest are taken."""


@dataclass(frozen=True)
class Search:
    """What was typed. `alike` has, for each word of it that may be misspelt, those it may stand for with their slips;
    without them people are found by beginnings alone."""

    text: str
    alike: Mapping[str, Mapping[str, int]] | None = None

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The words typed, without titles, which no name is kept with."""
        titles = {
            token
            for token in self.text.split()
            if fold(token) and not set(fold(token).split()) & set(name_words(self.text))
        }
        return tuple(token for token in self.text.split()[:MOST_WORDS] if token not in titles)

    @property
    def words(self) -> tuple[str, ...]:
        """The words typed, as names are compared: what may be misspelt."""
        return tuple(dict.fromkeys(word for token in self.tokens for word in fold(token).split() if is_spelt(word)))

    def found(self) -> ColumnElement[bool]:
        """Whether a person is found: every word typed begins a word of the name, the address or the reference."""
        having = [self._having(token) for token in self.tokens]
        # One list of people, not a condition for each word: PostgreSQL would look every person of the first word up in
        # the others one by one.
        return Person.id.in_(_in_all(having)) if having else true()

    def _having(self, token: str) -> Select[int]:
        """The people who have what was typed in one go, or every part of it as names are compared."""
        typed, folded = token.casefold(), fold(token).split()
        by_name = [self._named(word) for word in folded if word != typed or self.alike]
        if not by_name:
            return _begins(typed)
        return select(union(_begins(typed), _in_all(by_name)).subquery().c.person_id)

    def _named(self, word: str) -> Select[int]:
        near = (self.alike or {}).get(word)
        if not near:
            return _begins(word)
        alike = select(PersonWord.person_id).where(PersonWord.word.in_(sorted(near)))
        return select(union(_begins(word), alike).subquery().c.person_id)

    def best_first(self) -> tuple[ColumnElement[int], ...]:
        """What found people are ordered by: how far each has to be from what was typed, the nearest first."""
        parts = [self._distance(token) for token in self.tokens if len(token) > 1]
        return (sum(parts[1:], parts[0]),) if parts else ()

    def _distance(self, token: str) -> ColumnElement[int]:
        """0 for a person with the very word, 1 where one begins so, more for each slip."""
        near: dict[str, int] = dict.fromkeys((token.casefold(), *fold(token).split()), 0)
        for word in fold(token).split():
            near |= {other: 1 + far for other, far in (self.alike or {}).get(word, {}).items() if other not in near}
        # By lists of people again, each made once: a look at the words of every person found takes longer than finding
        # them.
        return case(*((_has_any(near, far), far) for far in sorted(set(near.values()))), else_=1)


def _has_any(near: Mapping[str, int], far: int) -> ColumnElement[bool]:
    """Whether a person has one of the words that are so far from what was typed."""
    words = sorted(word for word, slips in near.items() if slips == far)
    return Person.id.in_(select(PersonWord.person_id).where(PersonWord.word.in_(words)))


def _in_all(lists: Sequence[Select[int]]) -> Select[int]:
    """The people who are on every one of some lists."""
    return select(intersect(*lists).subquery().c.person_id) if len(lists) > 1 else lists[0]


def _begins(word: str) -> Select[int]:
    """The people who have a word that begins so. The words are ordered by code point, so this is one range of them."""
    return select(PersonWord.person_id).where(PersonWord.word >= word, PersonWord.word < word + chr(0x10FFFF))


def forgiving(search: Search) -> Search:
    """The same search, which also finds who has a word that is spelt like one that was typed."""
    return Search(search.text, {word: _alike(word) for word in search.words})


def _alike(typed: str) -> dict[str, int]:
    """The words of names within the slips that are forgiven, the nearest, each with its slips."""
    shared = func.count().label("shared")
    length = func.length(Spelling.word)
    most = slips_forgiven(typed)
    candidates = (
        select(Spelling.word)
        .where(Spelling.piece.in_(sorted(pieces(typed))), length.between(len(typed) - most, len(typed) + most))
        .group_by(Spelling.word)
        .order_by(shared.desc(), Spelling.word)
        .limit(MOST_CANDIDATES)
    )
    found: Sequence[str] = db.session.scalars(candidates).all()
    near = sorted((slips(typed, word), word) for word in found)
    return {word: far for far, word in near[:MOST_ALIKE] if 0 < far <= most}


def unknown_words(words: Sequence[str]) -> list[str]:
    """Those of the words whose pieces are not kept yet."""
    asked = select(Spelling.word).where(Spelling.piece == Spelling.word, Spelling.word.in_(words))
    known = set(db.session.scalars(asked))
    return [word for word in words if word not in known]
