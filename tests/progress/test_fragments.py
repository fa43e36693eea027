"""Parts of pages kept in memory."""

from tracker.progress.fragments import Fragments, finished


def test_a_part_is_kept_under_its_whole_name_and_no_other():
    fragments = Fragments()
    fragments.keep(("/progress", 1, None), finished("All", "for everybody"))

    kept = fragments.kept(("/progress", 1, None))

    assert kept is not None
    assert kept.body == "for everybody"
    assert fragments.kept(("/progress", 1, frozenset({7}))) is None
    assert fragments.kept(("/progress", 2, None)) is None


def test_what_was_used_longest_ago_goes_first():
    fragments = Fragments(most=20)
    fragments.keep("a", finished("", "x" * 10))
    fragments.keep("b", finished("", "x" * 10))
    fragments.kept("a")

    fragments.keep("c", finished("", "x" * 10))

    assert [name for name in "abc" if fragments.kept(name)] == ["a", "c"]


def test_what_is_larger_than_everything_is_not_kept():
    fragments = Fragments(most=20)

    fragments.keep("a", finished("", "x" * 21))

    assert fragments.kept("a") is None
