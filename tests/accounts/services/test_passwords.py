"""How passwords are kept and which may be chosen."""

import pytest

from tracker.accounts.services import passwords
from tracker.core.errors import DomainError


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "tKw9#vQz1!pLx",
        "żółta łódź pod wodą",
        "x7" + "lorem ipsum dolor " * 14,
        "東京タワーと富士山の写真帳",
    ],
)
def test_a_password_that_is_hard_to_guess_is_taken(password: str):
    passwords.check_choice(password, "Ada Byron", "ada.byron@example.gov.uk")


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("short one 1", "12 characters or more"),
        ("x" * 300, "256 characters or fewer"),
        ("Password1234", "harder to guess"),
        ("p@ssw0rd!!!!!!", "harder to guess"),
        ("letmeinletmein", "harder to guess"),
        ("aaaaaaaaaaaaaaa", "harder to guess"),
        ("123456789012345", "harder to guess"),
        ("qwertyuiopasdf", "harder to guess"),
        ("abcdefghijklmno", "harder to guess"),
        ("DataSkills2026!", "harder to guess"),
        ("data-skills-2026", "harder to guess"),
        ("AdaByron-12345", "harder to guess"),
        ("ada.byron.2026", "harder to guess"),
        ("Administrator1", "harder to guess"),
        ("correct\0horse battery", "cannot be typed"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_with_the_reason(password: str, message: str):
    with pytest.raises(DomainError, match=message) as refusal:
        passwords.check_choice(password, "Ada Byron", "ada.byron@example.gov.uk")

    assert refusal.value.field == "password"


def test_a_password_is_kept_by_argon2id_with_a_salt_of_its_own():
    first, second = (passwords.hash_password("correct horse battery staple") for _ in range(2))

    assert first.startswith("$argon2id$v=19$m=32768,t=3,p=1$")
    assert first != second
    assert passwords.matches("correct horse battery staple", first)
    assert not passwords.matches("correct horse battery stapler", first)
    assert not passwords.is_outdated(first)
    assert passwords.is_outdated(first.replace("t=3", "t=2"))


@pytest.mark.parametrize("kept", [None, "", "nonsense", "$argon2id$v=19$m=1$x"])
def test_nothing_matches_where_nothing_sound_is_kept(kept: str | None):
    assert not passwords.matches("correct horse battery staple", kept)


def test_at_least_ten_thousand_common_passwords_are_known():
    assert len(passwords.common_passwords()) >= 10_000
