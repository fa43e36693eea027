"""The ways a message leaves: into a file, or to a mail server."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from tracker.core.config import LOOPBACK, Settings
from tracker.core.errors import ConfigurationError
from tracker.outbox.services import Letter

PATIENCE_SECONDS = 20
"""How long a mail server may take over one step; with all steps of a message well under the lease of one."""


class Refused(Exception):
    """This message was not taken; the next one may be."""


class Unreachable(Exception):
    """No message can be sent now."""


class Transport(Protocol):
    """Sends one message."""

    def send(self, letter: Letter) -> None:
        """Send it, or raise `Refused` or `Unreachable`."""


@contextmanager
def transport(settings: Settings) -> Iterator[Transport]:
    """The way mail leaves as the settings say, for as long as the block lasts.

    :raises ConfigurationError: if TRACKER_MAIL is neither.
    """
    if settings.mail == "file":
        yield FileTransport(settings)
        return
    parts = urlsplit(settings.mail)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ConfigurationError("TRACKER_MAIL must be file, or smtp://user:password@host:port")
    server = SmtpTransport(settings)
    try:
        yield server
    finally:
        server.close()


def as_mail(letter: Letter, sender: str) -> EmailMessage:
    """The message as mail: the same letter gives the same mail, to the byte of its head."""
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["From"] = sender
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.created_at)
    mail["Message-ID"] = letter.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    if letter.html is not None:
        mail.add_alternative(letter.html, subtype="html")
    return mail


class FileTransport:
    """Writes each message to a file of its own, for trying the service out and where something else picks the files
    up."""

    def __init__(self, settings: Settings) -> None:
        """Keep where to."""
        self._folder: Path = settings.instance / "mail"
        self._sender = settings.mail_from

    def send(self, letter: Letter) -> None:
        """Write the file whole or not at all; the same message again replaces its own file."""
        name = letter.message_id.strip("<>").replace("/", "_") + ".eml"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._folder / f".{name}.{os.getpid()}"
            draft.write_bytes(as_mail(letter, self._sender).as_bytes())
            draft.replace(self._folder / name)
        except OSError as error:
            raise Unreachable(f"the folder for mail cannot be written to: {error.strerror}") from error


class SmtpTransport:
    """Hands messages to a mail server over one connection, which is opened for the first and again after a failure."""

    def __init__(self, settings: Settings) -> None:
        """Keep where to."""
        self._address = urlsplit(settings.mail)
        self._sender = settings.mail_from
        self._server: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> None:
        """Hand it over. A connection that breaks may have taken it or not: it will be sent again, under the same
        Message-ID."""
        server = self._server = self._server or self._opened()
        try:
            server.send_message(as_mail(letter, self._sender), to_addrs=[letter.to])
        except smtplib.SMTPRecipientsRefused as refusal:
            code, _ = next(iter(refusal.recipients.values()))
            raise Refused(f"the mail server refused the address ({code})") from refusal
        except smtplib.SMTPResponseException as refusal:
            self.close()
            raise Refused(f"the mail server refused the message ({refusal.smtp_code})") from refusal
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Refused(f"the connection to the mail server broke off ({type(error).__name__})") from error

    def close(self) -> None:
        """Take leave of the server, if it is still there."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()

    def _opened(self) -> smtplib.SMTP:
        host, port = self._address.hostname or "", self._address.port
        try:
            if self._address.scheme == "smtps":
                context = ssl.create_default_context()
                server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE_SECONDS, context=context)
            else:
                server = smtplib.SMTP(host, port or 587, timeout=PATIENCE_SECONDS)
                server.ehlo()
            try:
                self._introduce(server, host)
            except BaseException:
                server.close()
                raise
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"the mail server does not answer ({type(error).__name__})") from error
        return server

    def _introduce(self, server: smtplib.SMTP, host: str) -> None:
        """Encrypt where the server can, sign in where the setting names a user; a password never travels in the
        open."""
        encrypted = isinstance(server, smtplib.SMTP_SSL)
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            encrypted = True
        if self._address.username:
            if not encrypted and host not in LOOPBACK:
                raise Unreachable("the mail server offers no encryption, and a password must not be sent without")
            server.login(unquote(self._address.username), unquote(self._address.password or ""))
