import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.people.spelling import pieces, slips, slips_forgiven

WORDS = st.text("abcdefghij", min_size=3, max_size=9)


@pytest.mark.parametrize(
    ("typed", "meant", "count"),
    [
        ("khan", "khan", 0),
        ("kahn", "khan", 1),
        ("jonson", "johnson", 1),
        ("stephen", "steven", 2),
        ("", "abc", 3),
        ("abc", "", 3),
        ("ca", "abc", 3),
        ("smith", "jones", 5),
    ],
)
def test_slips_are_letters_more_less_or_other_and_neighbours_exchanged(typed: str, meant: str, count: int):
    assert slips(typed, meant) == count
    assert slips(meant, typed) == count


@given(WORDS, st.integers(0, 8), st.sampled_from("abcxyz"), st.sampled_from(["more", "less", "other", "exchanged"]))
def test_words_one_slip_apart_share_a_piece(word: str, at: int, letter: str, slip: str):
    at = min(at, len(word) - 1)
    wrong = {
        "more": word[:at] + letter + word[at:],
        "less": word[:at] + word[at + 1 :],
        "other": word[:at] + letter + word[at + 1 :],
        "exchanged": word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
    }[slip]

    assert slips(wrong, word) <= 1
    assert pieces(wrong) & pieces(word)


@pytest.mark.parametrize(("word", "forgiven"), [("li", 0), ("lee", 1), ("smith", 1), ("miller", 2), ("ho-001", 0)])
def test_short_words_and_references_are_forgiven_less(word: str, forgiven: int):
    assert slips_forgiven(word) == forgiven
