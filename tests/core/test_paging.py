import pytest

from tracker.core.paging import Page


@pytest.mark.parametrize(
    ("number", "pages", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 4, [1, 2, 3, 4]),
        (1, 5, [1, 2, None, 5]),
        (4, 9, [1, 2, 3, 4, 5, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (6, 9, [1, None, 5, 6, 7, 8, 9]),
        (1000, 1000, [1, None, 999, 1000]),
    ],
)
def test_the_first_the_last_and_the_neighbours_are_offered_and_gaps_are_said(
    number: int, pages: int, shown: list[int | None]
):
    page = Page[int]([], number, pages * 100, url=str)

    assert page.shown == shown
