"""The keys of certificates in a backup: a folder as bytes, sealed with a passphrase."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

SEALED = "keys.sealed"
LEAST = 12
"""characters of a passphrase"""
_MARK = b"paso-keys-1\n"
_SALT, _NONCE = 16, 12


class SealRefused(Exception):
    """The passphrase is not the one, or the keys cannot be put where they belong."""


def _key(passphrase: str, salt: bytes) -> bytes:
    # RFC 7914; 128 MB and about half a second: what a guess costs whoever found the file
    return Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase.encode())


def seal(folder: Path, passphrase: str) -> bytes:
    """The files of *folder*, encrypted and authenticated (AES-256-GCM)."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return _MARK + salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, held.getvalue(), _MARK)


def unseal(sealed: bytes, passphrase: str, folder: Path) -> int:
    """Put the files back into the new or empty *folder*, readable by their owner alone; returns how many.

    Raises ``SealRefused``.
    """
    if folder.exists() and any(folder.iterdir()):
        raise SealRefused(f"{folder} is not empty; move what is in it away first.")
    body = sealed.removeprefix(_MARK)
    salt, nonce, rest = body[:_SALT], body[_SALT : _SALT + _NONCE], body[_SALT + _NONCE :]
    try:
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, rest, _MARK)
    except InvalidTag as no:
        raise SealRefused("The passphrase is not the one that the keys were sealed with.") from no
    count = 0
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        for name in archive.namelist():
            path = folder / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            mode = 0o600 if path.suffix == ".key" else 0o644
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
                file.write(archive.read(name))
            count += 1
    return count
