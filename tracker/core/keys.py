"""Keys for single purposes, all from the one secret: what leaks of one says nothing about another."""

import hashlib
import hmac


def derived_key(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF with SHA-256, RFC 5869, one block)."""
    inner = hmac.new(b"data skills tracker", secret, hashlib.sha256).digest()
    return hmac.new(inner, purpose.encode() + b"\x01", hashlib.sha256).digest()


def keyed_hash(secret: bytes, purpose: str, text: str) -> str:
    """A name for the text that only the holder of the secret can work out; 64 hexadecimal digits."""
    return hmac.new(derived_key(secret, purpose), text.encode(), hashlib.sha256).hexdigest()
