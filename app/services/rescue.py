"""Rescue files: answers that wait on a device which never reconnects, carried out on a stick and read by the server alone.

The device seals them for a public key of the platform (ECDH on P-256 with a key of its own for each file, HKDF-SHA256,
AES-256-GCM: what every browser can), so whoever finds the stick reads nothing in it. The private keys are made of the
platform's secrets, one each: there is nothing more to keep, and a file sealed before a change of secret opens as long as
the old one is still accepted. A file that its officer uploads counts for the person who is signed in, by the same rules as
what their device sends, and each event in it once, whatever is sent besides. Anybody can seal a file; so one that somebody
else brings must hold the officer's proof, which only a device on which they were signed in was ever told.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
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


def proof(office: Office, person_id: uuid.UUID) -> str:
    """What a device is told at each sign-in of a person, and puts into the files that it makes; "" without a secret."""
    return _proof(office.settings.secrets[0], person_id) if office.settings.secrets else ""


def proven(office: Office, person_id: uuid.UUID, given: Any) -> bool:
    """Whether *given* is the proof of a person, by any secret that is still accepted."""
    told = given.encode() if isinstance(given, str) and given.isascii() else b""
    return any(hmac.compare_digest(_proof(secret, person_id).encode(), told) for secret in office.settings.secrets)


def _proof(secret: bytes, person_id: uuid.UUID) -> str:
    return hmac.new(secret, b"paso rescue proof " + person_id.bytes, "sha256").hexdigest()[:40]


@dataclass(frozen=True)
class File:
    """What a rescue file holds."""

    events: list[Any]
    proofs: Mapping[str, Any]
    """by the owner key of events; empty in files of devices from before there were proofs"""


def events(office: Office, content: bytes) -> list[Any]:
    """The events in a rescue file, as :func:`opened`."""
    return opened(office, content).events


def opened(office: Office, content: bytes) -> File:
    """A rescue file. Raises ``Refused("rescue-unreadable")`` for what is none, or not for this platform."""
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
            told = json.loads(AESGCM(_shared(_private(secret), theirs, point)).decrypt(nonce, sealed, None))
        except (InvalidTag, ValueError, RecursionError):
            continue
        found = told.get("events") if isinstance(told, dict) else None
        if isinstance(found, list):
            proofs = told.get("proofs")
            return File(found, proofs if isinstance(proofs, dict) else {})
    raise refused


def _private(secret: bytes) -> EllipticCurvePrivateKey:
    """A private key made of a secret: the same every time, and telling nothing of it."""
    wide = HKDF(hashes.SHA256(), 48, None, b"paso rescue key").derive(secret)
    return private_key(1 + int.from_bytes(wide, "big") % (_ORDER - 1), SECP256R1())


def _shared(mine: EllipticCurvePrivateKey, theirs: EllipticCurvePublicKey, point: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, point, b"paso rescue file").derive(mine.exchange(ECDH(), theirs))
