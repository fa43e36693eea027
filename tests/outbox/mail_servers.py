"""Mail servers as they are met: one that takes everything, one that refuses a message, one that hangs up."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Refusal = Callable[[int], str | None]


class Mailbox:
    """What a server took. `refuse` is asked with the number of the message and may answer in its place."""

    def __init__(self, refuse: Refusal) -> None:
        self.refuse = refuse
        self.count = 0
        self.taken: list[tuple[str, str, bytes]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.count += 1
        answer = self.refuse(self.count)
        if answer == "refuse":
            return "451 try again later"
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content)
        self.taken.append((str(mail["Message-ID"]), ", ".join(envelope.rcpt_tos), content))
        if answer == "hang up":
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs, in the order they came."""
        return [message_id for message_id, _, _ in self.taken]


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def mail_server(refuse: Refusal = lambda _: None) -> Iterator[tuple[Mailbox, str]]:
    """A mail server on this machine, with what it took, and the setting that names it."""
    mailbox = Mailbox(refuse)
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield mailbox, f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()
