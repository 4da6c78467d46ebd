"""Signed data that says who signed it: COSE_Sign1 (RFC 9052) with Ed25519, in its one canonical form.

Four parts: a protected header that names the algorithm and, by four bytes, the key; an empty unprotected one; the data;
the signature. CBOR allows many ways to write the same, so whatever does not read back to exactly its own bytes is
refused: nobody can make a second file that means what the first one does.
"""

from __future__ import annotations

from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature

from certificates.keys import Public, Signing

TAG = 18
ALGORITHM, KEY_ID = 1, 4
"""labels of the protected header"""
EDDSA = -8
EMPTY = b"\xa0"
"""an unprotected header: nothing in it would be signed, so nothing may be"""


class SignedRefused(ValueError):
    """What was given is not data that we signed. ``code`` says why.

    ``unreadable`` (not in this form, or cut short), ``not-ours`` (signed with a key that is not ours), ``altered`` (the
    signature is not of this data).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sign(data: bytes, signing: Signing) -> bytes:
    """*data*, signed. The same data and key always give the same bytes."""
    protected = canonical({ALGORITHM: EDDSA, KEY_ID: signing.facts_id})
    return canonical(cbor2.CBORTag(TAG, [protected, {}, data, signing.facts.sign(_signed(protected, data))]))


def opened(signed: bytes, public: Public) -> bytes:
    """The data in *signed*, if one of our keys signed it. Raises :class:`SignedRefused`."""
    match read(signed):
        case cbor2.CBORTag(tag=18, value=[bytes() as protected, loose, bytes() as data, bytes() as signature]):
            named = read(protected)
        case _:
            raise SignedRefused("unreadable")
    name = named.get(KEY_ID) if isinstance(named, dict) else None
    if canonical(loose) != EMPTY or not isinstance(name, bytes) or named != {ALGORITHM: EDDSA, KEY_ID: name}:
        raise SignedRefused("unreadable")
    key = public.facts.get(name)
    if key is None:
        raise SignedRefused("not-ours")
    try:
        key.verify(signature, _signed(protected, data))
    except InvalidSignature as no:
        raise SignedRefused("altered") from no
    return data


def canonical(value: Any) -> bytes:
    """*value* as CBOR, in the form that RFC 8949 (section 4.2) calls deterministic."""
    return cbor2.dumps(value, canonical=True)


def read(data: bytes) -> Any:
    """What :func:`canonical` wrote. Raises :class:`SignedRefused` for any other bytes, those that mean the same too."""
    try:
        value = cbor2.loads(data, max_depth=6, allow_indefinite=False, allow_duplicate_keys=False)
        same = canonical(value) == data
    except (cbor2.CBORError, ValueError, TypeError, OverflowError) as no:
        raise SignedRefused("unreadable") from no
    if not same:
        raise SignedRefused("unreadable")
    return value


def _signed(protected: bytes, data: bytes) -> bytes:
    """What the signature is over: Sig_structure of RFC 9052, section 4.4."""
    return canonical(["Signature1", protected, b"", data])
