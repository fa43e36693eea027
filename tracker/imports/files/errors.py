"""The refusal of a whole file."""

from tracker.core.errors import DomainError
from tracker.core.intake import Code


class FileRefused(DomainError):
    """A file cannot be taken at all; `code` says why, the message what to do."""

    def __init__(self, code: Code, advice: str) -> None:
        """Keep the code; the message begins with it, so that scripts find it."""
        super().__init__(f"{code}: {advice}", "file")
        self.code = code
        self.advice = advice
