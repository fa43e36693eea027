"""Refusals, in the user's words."""


class DomainError(Exception):
    """A rule says no. The message is a sentence for the person who asked; nothing has been changed."""

    def __init__(self, message: str, field: str | None = None) -> None:
        """Keep the sentence, and the form field it is about where there is one."""
        super().__init__(message)
        self.message = message
        self.field = field


class ConfigurationError(Exception):
    """The service cannot start as it is set up. The message says what to change."""


class ChangedMeanwhile(DomainError):
    """Somebody else saved the same record since the page was opened."""

    def __init__(self, what: str) -> None:
        """Name what changed, so that the reader knows where to look."""
        super().__init__(f"Somebody else has changed {what} since you opened this page. Check it and save again")


class UnknownValue(DomainError):
    """The address of a list asks for something that the list does not know."""

    def __init__(self, name: str, value: str) -> None:
        """Say what is asked for, and in vain."""
        super().__init__(f"‘{value[:100]}’ is none of the choices for ‘{name}’. Open the list again and choose there")


class AlreadyDone(Exception):
    """The same form was sent before and took effect: repeat the answer, not the act."""

    def __init__(self, location: str | None) -> None:
        """Keep where the first answer led, if that is known yet."""
        super().__init__("already done")
        self.location = location
