"""The signature of the paper: PAdES B-B (ETSI EN 319 142-1), ECDSA over P-256, one revision, certified against changes.

The page leaves room for it (:data:`ROOM`, :data:`RANGE`); :func:`sign` fills the room. The same bytes and key give the
same signature (RFC 6979), and what we write is the only encoding that :mod:`certificates.verifying` takes: a viewer may
forgive a byte behind the signature or a second revision that paints over a name, our verifier does not.

The structure is CMS SignedData (RFC 5652) with the signing certificate and, as PAdES asks, its digest among the signed
attributes (RFC 5035). It is written here piece by piece, because the libraries that write CMS add a clock, choose
algorithms, or put attributes in that PAdES forbids.
"""

from __future__ import annotations

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA

from certificates.keys import Signing

SIZE = 1500
"""bytes kept free for the signature; ours takes about 1,200, as long as the issuer's name is not longer than 64"""

RANGE = b"[0 0000000000 0000000000 0000000000]"
"""what is signed: all of the file but the signature itself; filled in with the same number of bytes"""

ROOM = b"<" + b"0" * (2 * SIZE) + b">"

_DATA = "1.2.840.113549.1.7.1"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_ECDSA_SHA256 = "1.2.840.10045.4.3.2"


class SignatureRefused(ValueError):
    """The file has no room for a signature, or not enough."""


def sign(pdf: bytes, keys: Signing) -> bytes:
    """*pdf*, as :class:`certificates.page.Page` made it with room for a signature, signed. Raises
    :class:`SignatureRefused`.
    """
    ranges, rooms = pdf.count(RANGE), pdf.count(ROOM)
    if (ranges, rooms) != (1, 1):
        raise SignatureRefused(f"{ranges} byte ranges and {rooms} rooms for a signature")
    start = pdf.index(ROOM)
    end = start + len(ROOM)
    covered = byte_range(start, end, len(pdf))
    pdf = pdf.replace(RANGE, covered)
    digest = digest_of(pdf, start, end)
    attributes = signed_attributes(digest, keys.paper_certificate)
    signature = keys.paper.sign(as_set(attributes), ECDSA(hashes.SHA256(), deterministic_signing=True))
    written = container(digest, keys.paper_certificate, signature).hex().encode()
    if len(written) > 2 * SIZE:
        raise SignatureRefused(f"the signature takes {len(written) // 2} bytes of {SIZE}")
    return pdf[: start + 1] + written.ljust(2 * SIZE, b"0") + pdf[end - 1 :]


def byte_range(start: int, end: int, length: int) -> bytes:
    """What stands in the file for :data:`RANGE`: everything before *start* and from *end* on."""
    return (b"[0 %d %d %d]" % (start, end, length - end)).ljust(len(RANGE))


def digest_of(pdf: bytes, start: int, end: int) -> bytes:
    """SHA-256 of all but what stands from *start* to *end*."""
    digest = hashlib.sha256(memoryview(pdf)[:start])
    digest.update(memoryview(pdf)[end:])
    return digest.digest()


def signed_attributes(digest: bytes, certificate: x509.Certificate) -> bytes:
    """What is signed: the kind of content, its digest, and which certificate signs, as DER, in the order DER wants."""
    leaf = certificate.public_bytes(serialization.Encoding.DER)
    issuer = _sequence(_tlv(0xA4, certificate.issuer.public_bytes()))
    known_by = _sequence(issuer, _integer(certificate.serial_number))
    this = _sequence(_sequence(_sequence(_tlv(0x04, hashlib.sha256(leaf).digest()), known_by)))
    return _sorted(
        _sequence(_oid(_CONTENT_TYPE), _set(_oid(_DATA))),
        _sequence(_oid(_MESSAGE_DIGEST), _set(_tlv(0x04, digest))),
        _sequence(_oid(_SIGNING_CERTIFICATE), _set(this)),
    )


def as_set(attributes: bytes) -> bytes:
    """The attributes as they are signed: as a set of their own, not in the place where the container has them."""
    return _tlv(0x31, attributes)


def container(digest: bytes, certificate: x509.Certificate, signature: bytes) -> bytes:
    """The whole signature: CMS ContentInfo with SignedData, one signer, one certificate."""
    algorithm = _sequence(_oid(_SHA256))
    signer = _sequence(
        _integer(1),
        _sequence(certificate.issuer.public_bytes(), _integer(certificate.serial_number)),
        algorithm,
        _tlv(0xA0, signed_attributes(digest, certificate)),
        _sequence(_oid(_ECDSA_SHA256)),
        _tlv(0x04, signature),
    )
    signed = _sequence(
        _integer(1),
        _set(algorithm),
        _sequence(_oid(_DATA)),
        _tlv(0xA0, certificate.public_bytes(serialization.Encoding.DER)),
        _set(signer),
    )
    return _sequence(_oid(_SIGNED_DATA), _tlv(0xA0, signed))


CERTIFICATE_AT = 58
"""Where the certificate begins in a container: all that comes before it has the same length in each."""


# DER (ITU-T X.690), as far as it is needed here


def _tlv(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    written = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(written)]) + written + content


def _sequence(*parts: bytes) -> bytes:
    return _tlv(0x30, b"".join(parts))


def _set(*parts: bytes) -> bytes:
    return _tlv(0x31, _sorted(*parts))


def _sorted(*parts: bytes) -> bytes:
    return b"".join(sorted(parts))


def _integer(value: int) -> bytes:
    return _tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    content = bytes([first * 40 + second])
    for part in rest:
        digits = [part & 0x7F]
        while part := part >> 7:
            digits.append(part & 0x7F | 0x80)
        content += bytes(reversed(digits))
    return _tlv(0x06, content)
