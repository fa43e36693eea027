"""What somebody was called before, and whose an address is or was."""

from tests.conftest import Arrange
from tests.factories import make_person, make_user
from tracker.people.identity.queries import holder_of, survivor_of, told_of
from tracker.people.services import Details, change_details
from tracker.register.identity.services import Choice, Side, merge, undo_merge


def test_edge_10_a_history_of_names_and_addresses_says_who_changed_them_and_when(arrange: Arrange) -> None:
    """Edge cases 6.1-8 and 6.1-16: a name is kept; an address that differs in case alone is the same one."""
    with arrange():
        by = make_user(name="Mona Manager")
        person = make_person(first_name="Ann", last_name="Smith", email="ann.smith@x.gov.uk")
        change_details(person, Details("Ann", "Jones", "ann.smith@x.gov.uk", 1.0), by=by)
        change_details(person, Details("Ann", "Jones", "Ann.Jones@x.gov.uk", 1.0), by=by)
        change_details(person, Details("Ann", "Jones", "Ann.Jones@x.gov.uk", 0.5), by=by)

        former = [(one.last_name, one.email, one.by) for one in told_of(person)]

        assert former == [
            ("Jones", "ann.smith@x.gov.uk", "Mona Manager"),
            ("Smith", "ann.smith@x.gov.uk", "Mona Manager"),
        ]
        other = make_person()
        assert holder_of("ann.smith@x.gov.uk", but=other) is person
        assert holder_of("ann.jones@x.gov.uk", but=other) is person
        assert holder_of("ann.jones@x.gov.uk", but=person) is None


def test_what_an_undone_merge_replaced_was_not_replaced(arrange: Arrange) -> None:
    with arrange():
        by, one, other = make_user(), make_person(last_name="Smith"), make_person(ref="B-2", last_name="Jones")
        record = merge(one, other, Choice(name=Side.MERGED), reason="Same", by=by)
        assert {(told.last_name, told.merge_ref) for told in told_of(one)} == {("Jones", record.ref), ("Smith", None)}
        assert survivor_of("B-2") is one

        undo_merge(record, reason="No", by=by)

        assert told_of(one) == []
        assert survivor_of("B-2") is None
