"""Keys for tests: a folder of our own, and one of strangers. The facts are signed with fixed keys, so that every run prints
the same square code."""

from __future__ import annotations

import atexit
import datetime as dt
import shutil
import tempfile
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates import keys
from certificates.keys import Keys

MADE = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)


@cache
def folder(seed: int = 1) -> Path:
    """A folder of keys, made once in a process; another *seed* makes another issuer's."""
    place = Path(tempfile.mkdtemp(prefix="paso-keys-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    keys.create(place / "keys", place / "root", "Paso Seguro", MADE)
    fixed = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    generation = next((place / "keys").glob("*/facts.key")).parent
    (generation / "facts.key").write_bytes(
        fixed.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (generation / "facts.pem").write_bytes(
        fixed.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return place / "keys"


@cache
def ours() -> Keys:
    """The keys that our tests sign with."""
    return keys.load(folder())


@cache
def strangers() -> Keys:
    """Keys of the same make that nobody here knows."""
    return keys.load(folder(2))
