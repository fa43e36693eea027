from flask import Flask

from tracker.admin.reference import queries
from tracker.admin.reference.lists import LISTS


def test_an_entry_is_found_by_its_list_and_what_its_address_says(app: Flask):
    with app.app_context():
        one = queries.entries(LISTS["grades"])[0]
        found = queries.entry("grades", queries.entry_ref(one))
        assert found is not None
        assert found[1] is one
        assert queries.entry("grades", "G99") is None
        assert queries.entry("no-such-list", queries.entry_ref(one)) is None


def test_the_lists_say_how_many_entries_they_hold(app: Flask):
    with app.app_context():
        sizes = queries.sizes()

    assert (sizes["grades"], sizes["programmes"], sizes["regions"]) == (11, 10, 14)


def test_the_version_of_an_entry_is_another_as_soon_as_it_holds_something_else(app: Flask):
    with app.app_context():
        of = LISTS["programmes"]
        found = (of, queries.entries(of)[0])
        before = queries.values(*found)["version"]
        assert queries.values(*found)["version"] == before
        found[1].qualifies = not found[1].qualifies
        assert queries.values(*found)["version"] != before
