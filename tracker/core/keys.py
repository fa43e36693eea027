"""Keys for single purposes, all from the one secret: what leaks of one says nothing about another."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


def derived_key(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF with SHA-256, RFC 5869, one block)."""
    inner = hmac.new(b"data skills tracker", secret, hashlib.sha256).digest()
    return hmac.new(inner, purpose.encode() + b"\x01", hashlib.sha256).digest()


def keyed_hash(secret: bytes, purpose: str, text: str) -> str:
    """A name for the text that only the holder of the secret can work out; 64 hexadecimal digits."""
    return hmac.new(derived_key(secret, purpose), text.encode(), hashlib.sha256).hexdigest()


def seal(secret: bytes, purpose: str, text: str) -> str:
    """The text so that only the holder of the secret can read it, and nobody can change it (Fernet: AES and HMAC)."""
    return _lock(secret, purpose).encrypt(text.encode()).decode()


def unseal(secrets: Iterable[bytes], purpose: str, sealed: str) -> str | None:
    """What was sealed by any of the secrets, such as the present one and those it replaced; None if by none of them."""
    try:
        return MultiFernet([_lock(secret, purpose) for secret in secrets]).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _lock(secret: bytes, purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived_key(secret, purpose)))
