"""Short secrets that the platform must be able to read again, encrypted before they go into the database.

The key is derived from ``PASO_SECRET_KEY``, one for each purpose; what was sealed under an older one opens as long as it is
in the list. What is sealed is bound to whose it is: moved to another row it opens no more.
"""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.services.office import Office

NONCE_BYTES = 12


class Unreadable(ValueError):
    """Sealed under a secret that the platform does not have any more, or altered."""


def _key(secret: bytes, purpose: str) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), 32, None, f"paso sealed {purpose}".encode()).derive(secret))


def seal(office: Office, purpose: str, text: str, whose: str) -> str:
    """*text*, encrypted for *purpose* and bound to *whose*. Raises ``Unreadable`` where the platform has no secret."""
    if not office.settings.secrets:
        raise Unreadable("the platform has no secret to seal with")
    nonce = os.urandom(NONCE_BYTES)
    sealed = _key(office.settings.secrets[0], purpose).encrypt(nonce, text.encode(), whose.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(office: Office, purpose: str, sealed: str, whose: str) -> str:
    """What :func:`seal` was given. Raises ``Unreadable``."""
    content = base64.b64decode(sealed)
    for secret in office.settings.secrets:
        try:
            return _key(secret, purpose).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], whose.encode()).decode()
        except InvalidTag:
            continue
    raise Unreadable(purpose)
