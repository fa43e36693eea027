from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person
from tests.markup import Seen
from tracker.accounts.permissions import Role


def test_a_manager_puts_people_on_the_waiting_list_and_takes_them_off(sign_in: SignIn, arrange: Arrange):
    with arrange():
        cohort = make_cohort("DSA-1", capacity=1)
        make_enrolment("in-training 2026-01-05", person=make_person(), cohort=cohort)
        refs = [
            make_enrolment("applied 2026-01-05", person=make_person(last_name=name), cohort=cohort).ref
            for name in ("First", "Second")
        ]
    manager = sign_in(Role.PROGRAMME_MANAGER)

    joined = [manager.send(f"/training/enrolments/{ref}/waiting-list/join") for ref in refs]
    page = Seen(manager.get("/training/cohorts/DSA-1").text)
    asked = Seen(manager.get(f"/training/enrolments/{refs[0]}/waiting-list/leave").text)
    left = manager.send(f"/training/enrolments/{refs[0]}/waiting-list/leave")
    after = Seen(manager.get("/training/cohorts/DSA-1").text)

    assert [one.status_code for one in (*joined, left)] == [303] * 3
    assert joined[0].location == "/training/cohorts/DSA-1"
    assert "Waiting list (2)" in page.words
    assert page.words.index("Ann First") < page.words.index("Ann Second")
    assert "Take Ann First off the waiting list?" in asked.words
    assert "Waiting list (1)" in after.words
    assert "Take off the list : Ann Second" in after.words
    assert "Not yet" in after.words


def test_who_has_a_place_is_not_put_on_the_list(sign_in: SignIn, arrange: Arrange):
    with arrange():
        ref = make_enrolment("in-training 2026-01-05").ref

    answer = sign_in(Role.PROGRAMME_MANAGER).send(f"/training/enrolments/{ref}/waiting-list/join")

    assert (answer.status_code, "no place yet can wait" in answer.text) == (200, True)
