"""What every list has in common."""

from tests.conftest import SignIn
from tests.markup import Seen
from tracker.accounts.permissions import Role

IN_VAIN = {
    "/people?stage=in-training&stage=nope": "Stage",
    "/people/export?stage=nope&everybody=yes": "Stage",
    "/training/together?stage=nope": "Stage",
    "/training/cohorts?view=nope": "View",
    "/training/skills?programme=nope": "Programme",
    "/fellowships?view=nope": "View",
    "/leadership?view=nope": "View",
    "/leadership?show=nope": "Which",
    "/leadership?campaign=nope": "Campaign",
}


def test_a_list_says_what_it_was_asked_for_in_vain(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)

    for address, name in IN_VAIN.items():
        answer = manager.get(address)
        assert (answer.status_code, f"‘nope’ is none of the choices for ‘{name}’" in Seen(answer.text).words) == (
            400,
            True,
        ), address
