"""The arithmetic of sharing out, shown step by step."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.admin.targets.sharing import sharing


def test_what_is_left_over_goes_to_the_largest_remainders():
    shown = sharing(10, {"a": 6, "b": 5, "c": 4})

    steps = [(share.slug, share.exact, share.whole, round(share.remainder, 3), share.result) for share in shown.shares]

    assert steps == [("a", 4.0, 4, 0.0, 4), ("b", 10 * 5 / 15, 3, 0.333, 3), ("c", 10 * 4 / 15, 2, 0.667, 3)]
    assert (shown.whole, shown.left_over) == (9, 1)
    assert [share.slug for share in shown.shares if share.has_one_more] == ["c"]


@given(
    total=st.integers(0, 2000),
    headcounts=st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 9000), min_size=1, max_size=40),
)
def test_the_parts_always_add_up_and_none_is_more_than_one_from_its_exact_share(total: int, headcounts: dict[str, int]):
    shown = sharing(total, headcounts)

    assert sum(share.result for share in shown.shares) == total
    assert all(abs(share.result - share.exact) < 1 for share in shown.shares)
