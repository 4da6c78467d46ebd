"""Whether a file is a certificate of ours as it was issued, to the last byte.

Viewers are forgiving: they accept a byte behind the signature, a second revision that paints a white box over a name,
and encodings that no issuer writes. This check is not: one revision, one signature, over everything but itself, in the
one encoding that :mod:`certificates.signing` writes, by a key that our root answers for. What the file states is read
from inside it only after that.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey

from certificates import facts as stated
from certificates import signing
from certificates.facts import Facts, FactsRefused
from certificates.keys import DOCUMENT_SIGNING

LARGEST = 1_000_000
"""bytes; ours have 60,000"""

MOST_FACTS = 50_000
"""characters of facts; ours have 1,500"""

Reason = Literal["not-pdf", "unsigned", "altered", "not-ours"]


class NotGenuine(Exception):
    """The file is no certificate of ours as issued. ``reason``:

    ``not-pdf``: not a PDF at all, or far too large. ``unsigned``: no signature. ``altered``: it carries a signature,
    and something differs from what was signed, or from how we write. ``not-ours``: whole, signed by somebody else.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Genuine:
    """A file exactly as it was issued, and what it states. Whether it still holds is another question."""

    facts: Facts
    signer: str
    """the common name in the certificate that signed"""


_RANGE = re.compile(rb"/ByteRange \[0 (\d{1,7}) (\d{1,7}) (\d{1,7})\] *\n? ?/Contents <([0-9a-f]+)>")


def verify(pdf: bytes, root: x509.Certificate) -> Genuine:
    """What *pdf* states, if it is a certificate issued under *root*, unchanged. Raises :class:`NotGenuine`."""
    if len(pdf) > LARGEST or not pdf.startswith(b"%PDF-"):
        raise NotGenuine("not-pdf")
    if b"/ByteRange" not in pdf:
        raise NotGenuine("unsigned")
    start, end, written = _place(pdf)
    try:
        signer = _signer(_container(written), signing.digest_of(pdf, start, end), root)
    except NotGenuine:
        raise
    except Exception as error:  # a damaged certificate: its library finds that out in many ways, at many moments
        raise NotGenuine("altered", "the signature cannot be read") from error
    return Genuine(_facts(pdf), signer)


def _signer(container: bytes, digest: bytes, root: x509.Certificate) -> str:
    """Who signed *digest*, if it is one for whom *root* answers."""
    certificate = _certificate(container)
    signature = _signature(container, digest, certificate)
    key = certificate.public_key()
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise NotGenuine("not-ours", "another kind of key")
    attributes = signing.signed_attributes(digest, certificate)
    try:
        key.verify(signature, signing.as_set(attributes), ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise NotGenuine("altered", "the signature does not fit the content") from None
    try:
        certificate.verify_directly_issued_by(root)
    except (InvalidSignature, ValueError, TypeError):
        raise NotGenuine("not-ours", certificate.issuer.rfc4514_string()) from None
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if DOCUMENT_SIGNING not in purposes:
        raise NotGenuine("not-ours", "a certificate for another purpose")
    return str(certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)


def _place(pdf: bytes) -> tuple[int, int, bytes]:
    """Where the signature stands, and the digits in it. There is one, it is over all else, and nothing follows."""
    for mark in (b"/ByteRange", b"startxref", b"%%EOF", b"/Type /Sig\n", b"/Type /Sig "):
        if pdf.count(mark) > 1:
            raise NotGenuine("altered", f"more than one {mark.decode().strip()}")
    if not pdf.endswith(b"%%EOF\n"):
        raise NotGenuine("altered", "something follows the end")
    found = _RANGE.search(pdf)
    if found is None:
        raise NotGenuine("altered", "not as we write a signature")
    start, after, length = (int(found[n]) for n in (1, 2, 3))
    if (start, after) != (found.start(4) - 1, found.end(4) + 1) or after + length != len(pdf):
        raise NotGenuine("altered", "the signature does not cover the file")
    if signing.byte_range(start, after, len(pdf)) not in pdf or len(found[4]) != 2 * signing.SIZE:
        raise NotGenuine("altered", "not as we write a signature")
    return start, after, found[4]


def _container(written: bytes) -> bytes:
    """The CMS structure; behind it, nothing but zeros."""
    raw = bytes.fromhex(written.decode())
    if not raw.startswith(b"\x30\x82"):
        raise NotGenuine("altered", "no signature in its place")
    length = 4 + int.from_bytes(raw[2:4], "big")
    if any(raw[length:]):
        raise NotGenuine("altered", "something is hidden behind the signature")
    return raw[:length]


def _certificate(container: bytes) -> x509.Certificate:
    """The one certificate in *container*. It stands at the same place in every container that we write."""
    at = signing.CERTIFICATE_AT
    length = 4 + int.from_bytes(container[at + 2 : at + 4], "big")
    try:
        return x509.load_der_x509_certificate(container[at : at + length])
    except ValueError:
        raise NotGenuine("altered", "no certificate in the signature") from None


def _signature(container: bytes, digest: bytes, certificate: x509.Certificate) -> bytes:
    """The signature value: whatever makes *container* byte for byte the one that we would write about *digest*."""
    for length in range(68, 73):  # two numbers of at most 33 bytes in DER; shorter ones are rarer than one in 2^24
        value = container[-length:]
        if signing.container(digest, certificate, value) == container:
            return value
    raise NotGenuine("altered", "the content is not the one that was signed")


def _facts(pdf: bytes) -> Facts:
    """The attached facts. The whole file is genuine by now, so it is laid out as we lay it out."""
    _before, found, after = pdf.partition(b"/Subtype /application#2Fjson /Type /EmbeddedFile\n>>\nstream\n")
    if not found:
        raise NotGenuine("not-ours", "no facts in the file")
    try:
        return stated.from_json(zlib.decompressobj().decompress(after, MOST_FACTS))
    except (zlib.error, FactsRefused):
        raise NotGenuine("not-ours", "no facts in the file") from None
