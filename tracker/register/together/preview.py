"""What one act would do to many: whom it changes, whom not and why, and who was changed meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tracker.register.together.queries import Candidate

Versions = Mapping[str, int]
"""The version somebody was shown at, by their key."""


@dataclass(frozen=True)
class Line:
    """Somebody by name, what is true of them now, and what follows: what they become, or why not."""

    candidate: Candidate
    follows: str


@dataclass(frozen=True)
class Preview:
    """What would happen. `changed` names those who were changed since they were last shown."""

    can: tuple[Line, ...]
    cannot: tuple[Line, ...]
    changed: tuple[str, ...]

    def seal(self, *said: object) -> str:
        """A short text that stands for this preview of what was said: whoever sends it has been shown it."""
        return sha256(repr((self.can, self.cannot, said)).encode()).hexdigest()[:32]

    @property
    def versions(self) -> dict[str, int]:
        """The versions as this preview shows them."""
        return {line.candidate.key: line.candidate.version for line in (*self.can, *self.cannot)}


def preview(candidates: Sequence[Candidate], refusals: Mapping[str, str], words: str, seen: Versions) -> Preview:
    """The preview of an act.

    :param refusals: why not, by key.
    :param words: what those become of whom it can be recorded.
    :param seen: the versions at which they were last shown.
    """
    can = tuple(Line(one, words) for one in candidates if one.key not in refusals)
    cannot = tuple(Line(one, refusals[one.key]) for one in candidates if one.key in refusals)
    changed = tuple(one.name for one in candidates if seen.get(one.key, one.version) != one.version)
    return Preview(can, cannot, changed)


def written(versions: Versions) -> str:
    """Versions as a form carries them."""
    return " ".join(f"{key}:{version}" for key, version in versions.items())


def read(text: str) -> dict[str, int]:
    """Versions as a form brought them; what is none is left out."""
    pairs = (part.rpartition(":") for part in text.split())
    return {key: int(version) for key, _, version in pairs if key and version.isascii() and version.isdigit()}
