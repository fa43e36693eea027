"""Passwords: how they are kept, compared and chosen."""

import re
import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.core.errors import DomainError
from tracker.core.reference import read_csv
from tracker.core.text import fold

SHORTEST, LONGEST = 12, 256
HASHES_AT_ONCE = 4
CONTEXT_WORDS = frozenset(
    [
        "data",
        "skills",
        "tracker",
        "dataskills",
        "skillstracker",
        "programme",
        "fellowship",
        "fellow",
        "trainee",
        "supervisor",
        "administrator",
        "leadership",
        "auditor",
        "manager",
        "department",
        "government",
        "civilservice",
        "cabinetoffice",
        "gov",
        "govuk",
        "whitehall",
        "analyst",
        "analysts",
    ]
)

_hasher = PasswordHasher(time_cost=3, memory_cost=32768, parallelism=1)
_turns = BoundedSemaphore(HASHES_AT_ONCE)
_LOOKS_LIKE = str.maketrans("0134578@$!", "oleastbasi")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def hash_password(password: str) -> str:
    """The password as it is kept: argon2id with a salt of its own. Takes about 70 ms and 32 MiB."""
    with _turns:
        return _hasher.hash(_normal(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one kept. As much work where nothing is kept, so that time tells nobody which users
    exist."""
    with _turns:
        try:
            _hasher.verify(kept or _nobody(), _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the password was kept with earlier parameters and should be kept anew now that it is known."""
    return _hasher.check_needs_rehash(kept)


def check_choice(password: str, *about_user: str, field: str = "password") -> None:
    """Refuse a password that is too short, too long or easy to guess.

    :param about_user: the user's name and address, which a password must not consist of.
    :raises DomainError: with the reason, at the form's field.
    """
    plain = _normal(password)
    if len(plain) < SHORTEST:
        raise DomainError(f"Password must have {SHORTEST} characters or more", field)
    if len(plain) > LONGEST:
        raise DomainError(f"Password must have {LONGEST} characters or fewer", field)
    if "\0" in plain:
        raise DomainError("Password must not hold characters that cannot be typed", field)
    if _is_common(plain, about_user):
        raise DomainError("Choose a password that is harder to guess, such as three unrelated words", field)


def chosen(password: str, *about_user: str, field: str = "password") -> str:
    """A password that was chosen, as it is kept. Done before a unit of work begins: it takes 70 ms.

    :raises DomainError: as `check_choice`.
    """
    check_choice(password, *about_user, field=field)
    return hash_password(password)


def _is_common(password: str, about_user: tuple[str, ...]) -> bool:
    """Whether it is a common word, a word of this service or of the user's own, however decorated or repeated."""
    lowered = password.casefold()
    if len(set(lowered)) < 5 or _is_run(lowered):
        return True
    personal = {word for text in about_user for word in (fold(text).replace("@", " ")).split() if len(word) > 2}
    denied = common_passwords() | CONTEXT_WORDS | personal
    cores = {
        lowered,
        _ENDS.sub("", lowered),
        _ENDS.sub("", lowered).translate(_LOOKS_LIKE),
        lowered.translate(_LOOKS_LIKE),
    }
    return any(_made_of(core, denied) for core in cores | {_once(core) for core in cores})


def _made_of(text: str, denied: frozenset[str] | set[str]) -> bool:
    """Whether the text is a denied word or two in a row, with nothing else but digits and marks."""
    letters = re.sub(r"[\W\d_]+", "", text)
    if text in denied or letters in denied:
        return True
    return any(letters[:cut] in denied and letters[cut:] in denied for cut in range(1, len(letters)))


def _once(text: str) -> str:
    """The part of a text that is that part over and over."""
    for length in range(1, len(text) // 2 + 1):
        if len(text) % length == 0 and text == text[:length] * (len(text) // length):
            return text[:length]
    return text


def _is_run(text: str) -> bool:
    """Whether the text is a run along the alphabet, the digits or a keyboard's rows."""
    rows = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm")
    return any(text in both * 3 for row in rows for both in (row, row[::-1]))


@cache
def common_passwords() -> frozenset[str]:
    """Passwords that guessers try first, in lower case."""
    return frozenset(row["password"] for row in read_csv("tracker.accounts", "common_passwords.csv"))


@cache
def _nobody() -> str:
    return _hasher.hash("what is compared where there is no user")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)
