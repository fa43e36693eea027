"""Settings. They come from the environment only; `tracker config` lists them."""

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tracker.core.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
MIN_KEY_BYTES = 32


@dataclass(frozen=True)
class Setting:
    """One setting as the reader of `tracker config` sees it. `secret` ones are never printed."""

    name: str
    meaning: str
    default: str = ""
    secret: bool = False


SETTINGS = (
    Setting(
        "DATABASE_URL", "where the records are: sqlite:///… or postgresql://…", "instance/tracker.sqlite", secret=True
    ),
    Setting("TRACKER_INSTANCE", "folder of SQLite file, secret, uploads, mail, backups", "instance"),
    Setting(
        "TRACKER_PUBLIC_URL", "the address people use: trusted hosts, cookies, links in mail", "http://127.0.0.1:5000"
    ),
    Setting(
        "TRACKER_SECRET_KEY", "at least 32 bytes; generated in the instance folder where it is not set", secret=True
    ),
    Setting("TRACKER_SECRET_KEY_FALLBACKS", "earlier keys while a key is replaced, separated by spaces", secret=True),
    Setting("TRACKER_PROXY_HOPS", "reverse proxies in front of the server whose headers are believed", "0"),
    Setting("TRACKER_REQUIRE_TOTP", "yes: privileged roles must sign in with a one-time code too", "no"),
    Setting(
        "TRACKER_MAIL", "where mail goes: file (instance/mail) or smtp://user:password@host:port", "file", secret=True
    ),
    Setting("TRACKER_MAIL_FROM", "sender of the mail", "tracker@localhost"),
    Setting("TRACKER_BACKUPS", "folder the nightly backup is written to", "instance/backups"),
    Setting(
        "TRACKER_DEMO_PASSWORD", "password of the demonstration accounts; made up where it is not set", secret=True
    ),
    Setting(
        "TRACKER_METRICS_TOKEN",
        "lets a monitoring system elsewhere read /metrics; else only this machine may",
        secret=True,
    ),
    Setting("TRACKER_UPLOAD_CSV_MIB", "largest CSV file taken in the browser, in MiB", "200"),
    Setting("TRACKER_UPLOAD_XLSX_MIB", "largest XLSX or ODS file taken in the browser, in MiB", "20"),
    Setting("TRACKER_UPLOAD_CSV_ROWS", "most rows of a CSV file taken in the browser", "1000000"),
    Setting("TRACKER_UPLOAD_XLSX_ROWS", "most rows of an XLSX or ODS file taken in the browser", "200000"),
    Setting("TRACKER_DRAFT_MONTHS", "months after which a draft that nobody touched is removed", "12"),
)


@dataclass(frozen=True)
class Settings:
    """The settings, read, checked and typed."""

    database_url: str
    instance: Path
    public_url: str
    secret_key: bytes
    secret_key_fallbacks: tuple[bytes, ...]
    proxy_hops: int
    require_totp: bool
    mail: str
    mail_from: str
    backups: Path
    demo_password: str | None
    metrics_token: str | None
    upload_csv_bytes: int
    upload_xlsx_bytes: int
    upload_csv_rows: int
    upload_xlsx_rows: int
    draft_months: int

    @property
    def is_secure(self) -> bool:
        """Whether people reach the service over HTTPS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def host(self) -> str:
        """The host (and port, where it is not the scheme's own) of the public address."""
        return urlsplit(self.public_url).netloc

    @property
    def is_sqlite(self) -> bool:
        """Whether the records are in an SQLite file."""
        return self.database_url.startswith("sqlite")

    @property
    def sqlite_file(self) -> Path:
        """The SQLite file. Only where `is_sqlite`."""
        return Path(self.database_url.partition(":///")[2])


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    :param environment: names and values; the process's own where it is None.
    :raises ConfigurationError: for the first setting that is wrong, saying what to do.
    """
    env = os.environ if environment is None else environment
    instance = Path(env.get("TRACKER_INSTANCE") or ROOT / "instance").absolute()
    public_url = (env.get("TRACKER_PUBLIC_URL") or "http://127.0.0.1:5000").rstrip("/")
    _check_public_url(public_url)
    return Settings(
        database_url=_database_url(env.get("DATABASE_URL") or f"sqlite:///{instance / 'tracker.sqlite'}"),
        instance=instance,
        public_url=public_url,
        secret_key=_secret_key(env.get("TRACKER_SECRET_KEY", ""), instance),
        secret_key_fallbacks=tuple(key.encode() for key in env.get("TRACKER_SECRET_KEY_FALLBACKS", "").split()),
        proxy_hops=_whole(env, "TRACKER_PROXY_HOPS", "0"),
        require_totp=_yes(env, "TRACKER_REQUIRE_TOTP"),
        mail=env.get("TRACKER_MAIL") or "file",
        mail_from=env.get("TRACKER_MAIL_FROM") or "tracker@localhost",
        backups=Path(env.get("TRACKER_BACKUPS") or instance / "backups").absolute(),
        demo_password=env.get("TRACKER_DEMO_PASSWORD") or None,
        metrics_token=env.get("TRACKER_METRICS_TOKEN") or None,
        upload_csv_bytes=_whole(env, "TRACKER_UPLOAD_CSV_MIB", "200") * 1024 * 1024,
        upload_xlsx_bytes=_whole(env, "TRACKER_UPLOAD_XLSX_MIB", "20") * 1024 * 1024,
        upload_csv_rows=_whole(env, "TRACKER_UPLOAD_CSV_ROWS", "1000000"),
        upload_xlsx_rows=_whole(env, "TRACKER_UPLOAD_XLSX_ROWS", "200000"),
        draft_months=_months(env, "TRACKER_DRAFT_MONTHS", "12"),
    )


def flask_config(settings: Settings) -> dict[str, Any]:
    """The settings as Flask and its extensions want them."""
    name = "__Host-sid" if settings.is_secure else "sid"
    hosts = [urlsplit(settings.public_url).hostname or ""]
    return {
        "TRACKER": settings,
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "TRUSTED_HOSTS": hosts if hosts[0] not in LOOPBACK else sorted(LOOPBACK),
        "PREFERRED_URL_SCHEME": urlsplit(settings.public_url).scheme,
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 500,
        "SESSION_COOKIE_NAME": name,
        "SESSION_COOKIE_SECURE": settings.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "SEND_FILE_MAX_AGE_DEFAULT": 31536000,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": True,
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _database_url(url: str) -> str:
    """Name the driver we ship for whichever way the database was named."""
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite":
        file = rest.removeprefix("/")
        if not file or file == ":memory:":
            raise ConfigurationError("DATABASE_URL names no file: write it as sqlite:////folder/tracker.sqlite")
        return f"sqlite:///{Path(file).absolute()}"
    raise ConfigurationError(f"DATABASE_URL starts with {scheme!r}: write it as sqlite:///… or postgresql://…")


def _check_public_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ConfigurationError("TRACKER_PUBLIC_URL must be a bare address, such as https://tracker.example.gov.uk")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ConfigurationError(
            "TRACKER_PUBLIC_URL is plain HTTP to another machine: use https://, or 127.0.0.1 to try"
        )


def _whole(env: Mapping[str, str], name: str, default: str) -> int:
    text = env.get(name) or default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ConfigurationError(f"{name} is {text!r}: it must be a whole number")
    return int(text)


def _months(env: Mapping[str, str], name: str, default: str) -> int:
    months = _whole(env, name, default)
    if not 1 <= months <= 120:
        raise ConfigurationError(f"{name} is {months}: it must be from 1 to 120 months")
    return months


def _yes(env: Mapping[str, str], name: str) -> bool:
    text = (env.get(name) or "no").strip().lower()
    if text not in {"yes", "no"}:
        raise ConfigurationError(f"{name} is {text!r}: it must be yes or no")
    return text == "yes"


def _secret_key(given: str, instance: Path) -> bytes:
    """The key given, or the one of this instance, made once even when several processes start together."""
    if given:
        if len(given.encode()) < MIN_KEY_BYTES:
            raise ConfigurationError(f"TRACKER_SECRET_KEY is too short: it must have at least {MIN_KEY_BYTES} bytes")
        return given.encode()
    file = instance / "secret_key"
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_once(file)
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigurationError(f"{file} can be read by others: chmod 600 it, and replace it if they may have")
        key = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"the secret key cannot be kept in {instance}: {error.strerror}. Set TRACKER_SECRET_KEY or TRACKER_INSTANCE"
        ) from error
    if len(key) < MIN_KEY_BYTES:
        raise ConfigurationError(f"{file} is too short: delete it, and a new key is made (everybody signs in again)")
    return key


def _make_once(file: Path) -> None:
    """Write a new key beside the file and link it into place: a reader sees no key or a whole one."""
    if file.exists():
        return
    draft = file.with_name(f".secret_key.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as writer:
        writer.write(secrets.token_hex(64).encode())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def describe(settings: Settings) -> list[tuple[str, str, str]]:
    """Name, value (secrets hidden) and meaning of each setting, as `tracker config` prints them."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    rows = []
    for setting in SETTINGS:
        name = setting.name.removeprefix("TRACKER_").lower()
        shown = os.environ.get(setting.name) or str(values.get(name, setting.default) or setting.default)
        if setting.secret:
            shown = "(hidden)" if os.environ.get(setting.name) else ""
        rows.append((setting.name, shown, setting.meaning))
    return rows
