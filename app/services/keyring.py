"""The keys with which certificates are signed, opened when the application starts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from certificates import keys
from certificates.keys import Keys, KeysRefused

__all__ = ["SIGNING_DAYS", "Keys", "KeysRefused", "create", "explain", "open_ring", "rotate"]

SIGNING_DAYS = keys.SIGNING_DAYS

create = keys.create
rotate = keys.rotate

_SAID = {
    "keys-missing": "There are no signing keys in {folder}. Make them with: paso certificates keys init --root FOLDER",
    "keys-exist": "{file} exists already. To sign with new keys from now on: paso certificates keys rotate --root FOLDER",
    "keys-loose": "{file} can be read by others (mode {mode}). Who reads it can issue certificates. Run: chmod go= {file}",
    "keys-foreign": "{file} belongs to another user than the one who runs Paso Seguro.",
    "keys-unreadable": "{file} is not the key or certificate that it should be. Restore it from a backup.",
    "keys-strangers": "{file} does not belong to the root certificate beside it.",
    "root-inside": "The root key must be kept apart: choose a folder outside the keys, on a medium that you can lock away.",
}


def explain(no: KeysRefused) -> str:
    """What is wrong with the keys and what to do, for who operates the platform."""
    return _SAID[no.code].format(**no.values)


def open_ring(folder: Path, root_folder: Path | None, issuer: str) -> Keys:
    """The keys in *folder*. Where there are none and a *root_folder* is given (never in production), they are made.

    Raises :class:`KeysRefused`.
    """
    try:
        return keys.load(folder)
    except KeysRefused as no:
        if no.code != "keys-missing" or root_folder is None or (folder / "root.pem").exists():
            raise
    try:
        return keys.create(folder, root_folder, issuer, dt.datetime.now(dt.UTC))
    except KeysRefused as no:
        if no.code != "keys-exist":  # another process was faster
            raise
        return keys.load(folder)
