"""Proofs of what is said in JSON-LD: W3C Data Integrity, cryptosuite ``eddsa-rdfc-2022``; and who proves: ``did:web``.

What is signed is the meaning of a document: the statements that it makes (RDF), in their canonical order. Spaces, the
order of keys and the escaping of letters do not matter; every value does. The meaning of each name comes from the
contexts that the document cites. They lie in ``assets/contexts`` and are never fetched: a document that cites another is
refused, here as in the tests.

The issuer is the address of the platform: ``did:web:host`` leads to ``https://host/.well-known/did.json``, which lists
the Ed25519 keys of every generation, so that a badge outlives the year of its key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld

from certificates.keys import Public, Signing, key_id

Document: TypeAlias = dict[str, Any]

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CONTEXTS = {CREDENTIALS: "credentials-v2.json", OPEN_BADGES: "open-badges-3.0.3.json"}
"""what a document may cite, and the file that holds its text"""

FOLDER = Path(__file__).parent / "assets" / "contexts"

CRYPTOSUITE = "eddsa-rdfc-2022"
MULTIKEY_ED25519 = b"\xed\x01"

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_one_at_a_time = threading.Lock()
"""PyLD remembers contexts for the whole process, in a memory that two threads must not write at once"""


class ContextUnknown(LookupError):
    """A document cites a context whose text we do not hold."""


def load(url: str, options: Document | None = None) -> Document:
    """The context at *url*, from our own files: PyLD's document loader. Raises :class:`ContextUnknown`."""
    if url not in CONTEXTS:
        raise ContextUnknown(url)
    # "static" lets PyLD keep what it worked out: the text of an address never changes while we run
    return {"contextUrl": None, "documentUrl": url, "document": _context(url), "tag": "static"}


@cache
def _context(url: str) -> Document:
    text: Document = json.loads((FOLDER / CONTEXTS[url]).read_bytes())
    return text


def statements(document: Document) -> str:
    """What *document* says, statement by statement, in canonical order (RDFC-1.0, as N-Quads).

    Raises ``pyld.jsonld.JsonLdError`` for what is no JSON-LD, or cites an unknown context.
    """
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    with _one_at_a_time:
        said: str = jsonld.normalize(document, options)
    return said


def prove(document: Document, url: str, keys: Signing, created: dt.datetime) -> Document:
    """*document* with a proof by the newest of the keys of the platform at *url*, made at *created*.

    The same arguments give the same proof (Ed25519 draws nothing). ``proof`` is a list of one, as 1EdTech's schema has it.
    """
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": moment(created),
        "verificationMethod": method(url, keys.facts_id),
        "proofPurpose": "assertionMethod",
    }
    signed = _digest({"@context": document["@context"], **options}) + _digest(document)
    return {**document, "proof": [{**options, "proofValue": _multibase(keys.facts.sign(signed))}]}


def _digest(document: Document) -> bytes:
    return hashlib.sha256(statements(document).encode()).digest()


def moment(at: dt.datetime) -> str:
    """``2026-11-14T15:00:00Z``: a time as XML Schema writes it, to the second."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def written(document: Document) -> bytes:
    """*document* as it is kept and handed out: compact JSON, letters as they are."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


# Who proves


def did(url: str) -> str:
    """The identity of the platform at *url*: ``did:web:host``, with its port and path if it has them."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    if parts.port:
        host += f"%3A{parts.port}"
    return ":".join(["did:web", host, *(quote(step, safe="") for step in parts.path.split("/") if step)])


def method(url: str, key: bytes) -> str:
    """The name of the key with the id *key* (:func:`certificates.keys.key_id`) of the platform at *url*."""
    return f"{did(url)}#{key.hex()}"


def identity(url: str, public: Public) -> Document:
    """The DID document of the platform at *url*: every generation's key, the oldest first, each good for assertions."""
    methods = [
        {
            "id": method(url, key_id(key)),
            "type": "Multikey",
            "controller": did(url),
            "publicKeyMultibase": multikey(key),
        }
        for key in public.facts.values()
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did(url),
        "verificationMethod": methods,
        "assertionMethod": [one["id"] for one in methods],
    }


def multikey(key: Ed25519PublicKey) -> str:
    """*key* in letters: ``z6Mk…``."""
    return _multibase(MULTIKEY_ED25519 + key.public_bytes_raw())


def _multibase(content: bytes) -> str:
    """*content* in base 58, with the letter that says so."""
    number = int.from_bytes(content, "big")
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "z" + _BASE58[0] * zeros + digits
