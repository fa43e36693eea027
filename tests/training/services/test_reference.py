from tests.conftest import Arrange
from tracker.training import queries, services


def test_programmes_say_whether_they_qualify_and_loading_again_changes_nothing(arrange: Arrange):
    with arrange():
        loaded = services.load_reference_data()
        qualifies = {programme.code: programme.qualifies for programme in queries.programmes()}

    assert sum(one.created + one.changed for one in loaded) == 0
    assert {code for code, does in qualifies.items() if not does} == {
        *("art-of-the-possible", "data-masterclass", "evidence-house")
    }
