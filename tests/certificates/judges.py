"""What others make of our badges: a verifier and a schema that we did not write, and the specification, read by hand."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jsonschema import Draft201909Validator, FormatChecker
from openbadgeslib.ob3 import OB3VerificationError, ldp, status, verifier

from certificates.proof import Document

Download = Callable[[str], bytes]
SCHEMA = Path(__file__).parent / "open_badges" / "achievementcredential.schema.json"


def stop_clock(patch: pytest.MonkeyPatch, at: dt.datetime) -> None:
    """Let openbadgeslib believe that it is *at*: it looks at the clock of the machine."""

    class Stopped(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Stopped:  # type: ignore[override]
            return cls.fromtimestamp(at.timestamp(), tz)

    for module in (verifier, status):
        patch.setattr(module, "datetime", Stopped)


def pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def judged(
    badge: bytes, key: Ed25519PublicKey | None = None, download: Download | None = None, *, ask_status: bool = False
) -> Any:
    """*badge* as openbadgeslib reads it, once it has verified it: with *key*, or with the issuer's, which it downloads.

    *ask_status*: that it was not withdrawn, too. Raises ``OB3VerificationError``.
    """
    judge = ldp.OB3LdpVerifier(pem(key) if key else None)
    # it verifies signed lists of the JWT kind only; :func:`verify_list` verifies ours
    return judge.verify(badge, download=download, check_status=ask_status, verify_status_list=False)


def refused(badge: bytes, key: Ed25519PublicKey) -> bool:
    try:
        judged(badge, key)
    except OB3VerificationError:
        return True
    return False


def verify_list(document: Document, key: Ed25519PublicKey) -> None:
    """Raises ``OB3VerificationError`` unless *document* is signed by *key*."""
    ldp.verify_data_integrity_proof(document, pem(key))


@cache
def _schema() -> Draft201909Validator:
    return Draft201909Validator(json.loads(SCHEMA.read_text()), format_checker=FormatChecker())


def schema_errors(document: Document) -> list[str]:
    """What 1EdTech's schema finds wrong."""
    return [f"{error.json_path}: {error.message}" for error in _schema().iter_errors(document)]


def withdrawn(status_list: Document, entry: Document) -> bool:
    """What *status_list* says of the badge with the ``credentialStatus`` *entry*, read as the specification says.

    W3C Bitstring Status List 1.0, 3.2 and 3.3: multibase (base64url, unpadded), GZIP, the leftmost bit is the first.
    """
    subject = status_list["credentialSubject"]
    assert status_list["id"] == entry["statusListCredential"]
    assert subject["type"] == "BitstringStatusList" and entry["type"] == "BitstringStatusListEntry"
    assert subject["statusPurpose"] == entry["statusPurpose"] == "revocation"
    encoded = subject["encodedList"]
    assert encoded[0] == "u" and "=" not in encoded
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    assert len(bits) * 8 >= 131_072
    at = int(entry["statusListIndex"])
    return bool(int.from_bytes(bits, "big") >> (len(bits) * 8 - 1 - at) & 1)
