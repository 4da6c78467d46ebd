"""The keys that sign certificates: a root kept apart, and under it one generation of signing keys after another.

A folder of keys holds ``root.pem`` (the root's certificate, for everyone) and for each generation a folder named by
the day it began, with four files: ``paper.key`` and ``paper.pem``, an elliptic-curve key (P-256) with its certificate
for the signature inside the PDF; ``facts.key`` and ``facts.pem``, an Ed25519 key for the signed facts in the square
code, the badge and the list of revocations. The newest generation signs; all of them verify, for ever.

The root's private key lives elsewhere: a machine that signs does not need it. Private keys are files that their owner
alone can read; a looser one is refused, because who can copy it can issue certificates in our name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

ROOT_YEARS = 40
PAPER_YEARS = 20
"""How long the certificate of a signing key lasts: viewers turn amber when it ends, years after its last signature."""
SIGNING_DAYS = 400
"""how long a generation is meant to sign: a year, and a month to rotate in"""

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""RFC 9336"""

PrivateKey: TypeAlias = EllipticCurvePrivateKey | Ed25519PrivateKey


class KeysRefused(Exception):
    """The keys cannot be used. ``code`` says why, ``values`` where, for a message in any language.

    ``keys-missing``, ``keys-exist``, ``keys-loose`` (others can read them), ``keys-foreign`` (another owner),
    ``keys-unreadable``, ``keys-strangers`` (a signing key that the root does not answer for), ``root-inside``.
    """

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(", ".join([code, *(f"{key}: {value}" for key, value in values.items())]))
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Signing:
    """The private half of the newest generation."""

    name: str
    paper: EllipticCurvePrivateKey
    paper_certificate: x509.Certificate
    facts: Ed25519PrivateKey
    since: dt.date

    @property
    def facts_id(self) -> bytes:
        return key_id(self.facts.public_key())


@dataclass(frozen=True)
class Public:
    """What a verifier needs, and may publish."""

    root: x509.Certificate
    papers: tuple[x509.Certificate, ...]
    facts: dict[bytes, Ed25519PublicKey]
    """by :func:`key_id`"""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the root's certificate, in pairs, to be compared by telephone."""
        return self.root.fingerprint(hashes.SHA256()).hex(":").upper()


@dataclass(frozen=True)
class Keys:
    signing: Signing
    public: Public


def key_id(key: Ed25519PublicKey) -> bytes:
    """Four bytes that name a key in a signed code: the beginning of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:4]


def create(folder: Path, root_folder: Path, issuer: str, now: dt.datetime) -> Keys:
    """A new root in *root_folder* and a first generation in *folder*. *issuer* names who certifies.

    Raises :class:`KeysRefused`: ``keys-exist``, ``root-inside`` (the root is to be kept apart), and as :func:`load`.
    """
    if root_folder.resolve().is_relative_to(folder.resolve()):
        raise KeysRefused("root-inside", folder=str(root_folder))
    for path in (folder / "root.pem", root_folder / "root.key"):
        if path.exists():
            raise KeysRefused("keys-exist", file=str(path))
    key = generate_private_key(SECP256R1())
    name = _name(issuer, "root")
    certificate = (
        _certificate(name, name, key.public_key(), now, dt.timedelta(days=365 * ROOT_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    for place in (folder, root_folder):
        _private_folder(place)
    _write_key(root_folder / "root.key", key)
    for place in (folder, root_folder):
        _write(place / "root.pem", certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return rotate(folder, root_folder, issuer, now)


def rotate(folder: Path, root_folder: Path, issuer: str, now: dt.datetime) -> Keys:
    """A new generation, which signs from now on. Earlier ones go on verifying. Raises :class:`KeysRefused`."""
    root_key = _paper_key(root_folder / "root.key")
    root = _read_certificate(folder / "root.pem")
    if root.public_key() != root_key.public_key():
        raise KeysRefused("keys-strangers", file=str(root_folder / "root.key"))
    generation = _unused(folder, now.date())
    paper, facts = generate_private_key(SECP256R1()), Ed25519PrivateKey.generate()
    certificate = (
        _certificate(
            _name(issuer, generation.name),
            root.subject,
            paper.public_key(),
            now,
            min(dt.timedelta(days=365 * PAPER_YEARS), root.not_valid_after_utc - now),
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        # poppler knows only the older of the two purposes
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(
            x509.PrivateKeyUsagePeriod(_second(now), _second(now) + dt.timedelta(days=SIGNING_DAYS)), critical=False
        )
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    # Made whole under another name first: a generation is either there or not.
    half = folder / f".{generation.name}"
    _private_folder(half)
    _write_key(half / "paper.key", paper)
    _write(half / "paper.pem", certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    _write_key(half / "facts.key", facts)
    _write(half / "facts.pem", _public_pem(facts.public_key()), 0o644)
    half.rename(generation)
    return load(folder)


def load(folder: Path) -> Keys:
    """The keys in *folder*, checked: owner, permissions, and that the root answers for each. Raises
    :class:`KeysRefused`.
    """
    public = load_public(folder)
    newest = _generations(folder)[-1]
    paper = _paper_key(newest / "paper.key")
    certificate = public.papers[-1]
    if certificate.public_key() != paper.public_key():
        raise KeysRefused("keys-strangers", file=str(newest / "paper.key"))
    facts = _facts_key(newest / "facts.key")
    if key_id(facts.public_key()) not in public.facts:
        raise KeysRefused("keys-strangers", file=str(newest / "facts.key"))
    signing = Signing(newest.name, paper, certificate, facts, certificate.not_valid_before_utc.date())
    return Keys(signing, public)


def load_public(folder: Path) -> Public:
    """What verifies, without touching a private key. Raises :class:`KeysRefused`."""
    root = _read_certificate(folder / "root.pem")
    papers = []
    facts = {}
    for generation in _generations(folder):
        certificate = _read_certificate(generation / "paper.pem")
        try:
            certificate.verify_directly_issued_by(root)
        except Exception as error:
            raise KeysRefused("keys-strangers", file=str(generation / "paper.pem")) from error
        papers.append(certificate)
        try:
            key = serialization.load_pem_public_key((generation / "facts.pem").read_bytes())
        except (OSError, ValueError) as error:
            raise KeysRefused("keys-unreadable", file=str(generation / "facts.pem")) from error
        if not isinstance(key, Ed25519PublicKey):
            raise KeysRefused("keys-unreadable", file=str(generation / "facts.pem"))
        facts[key_id(key)] = key
    return Public(root, tuple(papers), facts)


def _generations(folder: Path) -> list[Path]:
    """The folders of the generations, the oldest first."""
    found = sorted(path.parent for path in folder.glob("[0-9]*/paper.pem"))
    if not found:
        raise KeysRefused("keys-missing", folder=str(folder))
    return found


def _unused(folder: Path, day: dt.date) -> Path:
    number = 1
    while (path := folder / f"{day:%Y-%m-%d}-{number:02}").exists():
        number += 1
    return path


def _name(issuer: str, unit: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, issuer[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{issuer} ({unit})"[-64:]),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: object, now: dt.datetime, lasting: dt.timedelta
) -> x509.CertificateBuilder:
    start = _second(now)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)  # type: ignore[arg-type]
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + lasting)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)  # type: ignore[arg-type]
    )


def _second(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(microsecond=0)


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _private_folder(path: Path) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def _write_key(path: Path, key: PrivateKey) -> None:
    kind = serialization.PrivateFormat.PKCS8
    _write(path, key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()), 0o600)


def _write(path: Path, content: bytes, mode: int) -> None:
    """A new file, with its permissions from the first moment on."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise KeysRefused("keys-exist", file=str(path)) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _paper_key(path: Path) -> EllipticCurvePrivateKey:
    key = _read_key(path)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise KeysRefused("keys-unreadable", file=str(path))
    return key


def _facts_key(path: Path) -> Ed25519PrivateKey:
    key = _read_key(path)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeysRefused("keys-unreadable", file=str(path))
    return key


def _read_key(path: Path) -> PrivateKeyTypes:
    """A private key, from a file that nobody else can read."""
    try:
        found = path.stat()
    except OSError as error:
        raise KeysRefused("keys-missing", folder=str(path.parent)) from error
    if os.name == "posix":  # elsewhere the mode says nothing
        if found.st_uid != os.geteuid():
            raise KeysRefused("keys-foreign", file=str(path))
        for place, mode in ((path, found.st_mode), (path.parent, path.parent.stat().st_mode)):
            if stat.S_IMODE(mode) & 0o077:
                raise KeysRefused("keys-loose", file=str(place), mode=f"{stat.S_IMODE(mode):04o}")
    try:
        return serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise KeysRefused("keys-unreadable", file=str(path)) from error


def _read_certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except FileNotFoundError as error:
        raise KeysRefused("keys-missing", folder=str(path.parent)) from error
    except (OSError, ValueError) as error:
        raise KeysRefused("keys-unreadable", file=str(path)) from error
