"""Rescue files: answers that wait on a device which never reconnects, carried out on a stick and read by the server alone.

The device seals them for a public key of the platform (ECDH on P-256 with a key of its own for each file, HKDF-SHA256,
AES-256-GCM: what every browser can), so whoever finds the stick reads nothing in it. The private keys are made of the
platform's secrets, one each: there is nothing more to keep, and a file sealed before a change of secret opens as long as
the old one is still accepted. A file proves nothing about who made it: it counts for the person who is signed in, by the
same rules as what their device sends, and each event in it once, whatever is sent besides.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ec import derive_private_key as private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.rules.errors import Refused
from app.services.office import Office

LARGEST = 4_000_000
"""bytes of a file"""
NONCE_BYTES = 12
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""of P-256"""


def public_key(office: Office) -> str:
    """The key that devices seal for: base64 of its uncompressed point; "" where the platform has no secret."""
    if not office.settings.secrets:
        return ""
    key = _private(office.settings.secrets[0]).public_key()
    return base64.b64encode(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode()


def events(office: Office, content: bytes) -> list[Any]:
    """The events in a rescue file. Raises ``Refused("rescue-unreadable")`` for what is none, or not for this platform."""
    refused = Refused("rescue-unreadable", field="file")
    if len(content) > LARGEST:
        raise refused
    try:
        told = json.loads(content)
        point, nonce, sealed = (base64.b64decode(told[name], validate=True) for name in ("key", "nonce", "sealed"))
        theirs = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise refused from None
    for secret in office.settings.secrets:
        try:
            opened = json.loads(AESGCM(_shared(_private(secret), theirs, point)).decrypt(nonce, sealed, None))
        except (InvalidTag, ValueError, RecursionError):
            continue
        found = opened.get("events") if isinstance(opened, dict) else None
        if isinstance(found, list):
            return found
    raise refused


def _private(secret: bytes) -> EllipticCurvePrivateKey:
    """A private key made of a secret: the same every time, and telling nothing of it."""
    wide = HKDF(hashes.SHA256(), 48, None, b"paso rescue key").derive(secret)
    return private_key(1 + int.from_bytes(wide, "big") % (_ORDER - 1), SECP256R1())


def _shared(mine: EllipticCurvePrivateKey, theirs: EllipticCurvePublicKey, point: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, point, b"paso rescue file").derive(mine.exchange(ECDH(), theirs))
