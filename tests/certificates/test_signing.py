"""The signed paper: accepted by readers we did not write, and by ours only as it was issued, to the last byte."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf.generic import NameObject, StreamObject

from certificates import keys, signing
from certificates.drawing import render
from certificates.verifying import NotGenuine, verify
from tests.certificates.cast import LONGEST_NAME, VERIFY, completion, participation

NOW = dt.datetime(2026, 3, 5, 14, 30, tzinfo=dt.UTC)
ISSUER = "Centro Regional de Formación en Fronteras"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signing")
    keys.create(folder / "keys", folder / "safe", ISSUER, NOW)
    return folder


@pytest.fixture(scope="module")
def ours(folder: Path) -> keys.Keys:
    return keys.load(folder / "keys")


@pytest.fixture(scope="module")
def issued(ours: keys.Keys) -> bytes:
    return signing.sign(render(completion(), ("es", "en"), "a4", VERIFY), ours.signing)


def refusal(pdf: bytes, ours: keys.Keys) -> str:
    with pytest.raises(NotGenuine) as no:
        verify(pdf, ours.public.root)
    return no.value.reason


def test_an_issued_certificate_is_genuine_and_tells_its_facts(issued: bytes, ours: keys.Keys) -> None:
    told = verify(issued, ours.public.root)
    assert told.facts == completion()
    assert told.signer.startswith("Centro Regional de Formación en Fronteras")


def test_the_same_facts_and_key_give_the_same_bytes(issued: bytes, ours: keys.Keys) -> None:
    assert signing.sign(render(completion(), ("es", "en"), "a4", VERIFY), ours.signing) == issued


def test_with_everything_on_it_a_certificate_is_lighter_than_70_kb(ours: keys.Keys) -> None:
    for stated in (completion(name=LONGEST_NAME), participation(name=LONGEST_NAME)):
        for paper in ("a4", "letter"):
            assert len(signing.sign(render(stated, ("es", "en"), paper, VERIFY), ours.signing)) < 70_000


def test_after_a_rotation_old_certificates_are_still_genuine(issued: bytes, tmp_path: Path) -> None:
    first = keys.create(tmp_path / "keys", tmp_path / "safe", ISSUER, NOW)
    old = signing.sign(render(completion(), ("en",), "a4", VERIFY), first.signing)
    later = keys.rotate(tmp_path / "keys", tmp_path / "safe", ISSUER, NOW + dt.timedelta(days=365))
    new = signing.sign(render(completion(), ("en",), "a4", VERIFY), later.signing)
    assert verify(old, later.public.root).signer != verify(new, later.public.root).signer
    assert refusal(issued, later) == "not-ours"


# One change of any kind ------------------------------------------------------------------------------------------------


def test_no_flipped_bit_is_ever_accepted(issued: bytes, ours: keys.Keys) -> None:
    """Every byte of the signature and around it, and 4,000 places drawn from the whole file."""
    found = re.search(rb"/ByteRange[^<]*<[0-9a-f]+>", issued)
    assert found
    written = len(issued[found.start() : found.end()].rstrip(b"0>"))
    drawn = random.Random("flip")
    places = [(at, drawn.randrange(8)) for at in range(found.start() - 40, found.start() + written + 40)]
    places += [(drawn.randrange(len(issued)), drawn.randrange(8)) for _ in range(4000)]
    accepted = []
    for at, bit in places:
        changed = bytearray(issued)
        changed[at] ^= 1 << bit
        try:
            verify(bytes(changed), ours.public.root)
        except NotGenuine:
            continue
        accepted.append((at, bit))
    assert len(places) > 5000 and accepted == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_insertion_deletion_or_exchange_of_bytes_is_accepted(
    data: st.DataObject, issued: bytes, ours: keys.Keys
) -> None:
    start = data.draw(st.integers(0, len(issued)))
    length = data.draw(st.integers(0, 400))
    put = data.draw(st.binary(max_size=40))
    changed = issued[:start] + put + issued[start + length :]
    if changed != issued:
        refusal(changed, ours)


@pytest.mark.parametrize("tail", [b"\n", b" ", b"%", b"\0", b"%%EOF\n", b"1 0 obj\n<<>>\nendobj\n"])
def test_nothing_may_follow_the_end(issued: bytes, ours: keys.Keys, tail: bytes) -> None:
    assert refusal(issued + tail, ours) == "altered"


def test_nothing_can_be_hidden_behind_the_signature(issued: bytes, ours: keys.Keys) -> None:
    end = re.search(rb"/Contents <[0-9a-f]+(?=>)", issued)
    assert end
    for at in range(end.end() - 200, end.end(), 20):
        changed = bytearray(issued)
        changed[at] = ord("1")
        assert refusal(bytes(changed), ours) == "altered"


def test_a_white_box_over_the_name_is_not_accepted_though_viewers_may(issued: bytes, ours: keys.Keys) -> None:
    """An incremental update, as an editor that keeps signatures "valid" would write it."""
    writer = pypdf.PdfWriter(io.BytesIO(issued), incremental=True)
    box = StreamObject()
    box.set_data(b"q 1 1 1 rg 150 290 550 60 re f Q")
    page = writer.pages[0]
    contents = page["/Contents"]
    whole = [contents.indirect_reference] if not isinstance(contents, list) else list(contents)
    page[NameObject("/Contents")] = pypdf.generic.ArrayObject([*whole, writer._add_object(box)])
    painted = io.BytesIO()
    writer.write(painted)
    assert painted.getvalue().startswith(issued)
    assert refusal(painted.getvalue(), ours) == "altered"


def test_a_certificate_saved_anew_is_not_the_one_that_was_issued(issued: bytes, ours: keys.Keys) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(issued))
    writer.add_metadata({"/Title": "Certificado"})
    saved = io.BytesIO()
    writer.write(saved)
    assert refusal(saved.getvalue(), ours) in ("altered", "unsigned")


def test_another_name_signed_by_another_issuer_is_not_ours(ours: keys.Keys, tmp_path: Path) -> None:
    theirs = keys.create(tmp_path / "keys", tmp_path / "safe", ISSUER, NOW)
    forged = signing.sign(render(completion(name="Otra Persona"), ("es",), "a4", VERIFY), theirs.signing)
    assert verify(forged, theirs.public.root).facts.name == "Otra Persona"
    assert refusal(forged, ours) == "not-ours"


def test_a_key_that_the_root_made_no_signer_of_cannot_certify(ours: keys.Keys, folder: Path) -> None:
    """The root itself, or a leaf of a leaf, is no signing certificate of ours."""
    forged = signing.sign(render(completion(), ("es",), "a4", VERIFY), ours.signing)
    assert verify(forged, ours.public.root)
    with pytest.raises(NotGenuine):
        verify(forged, ours.signing.paper_certificate)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not-pdf"),
        (b"PK\x03\x04", "not-pdf"),
        (b"%PDF-1.7\n%%EOF\n", "unsigned"),
        (b"%PDF-" + b"0" * 2_000_000, "not-pdf"),
    ],
)
def test_what_is_no_certificate_is_told_so(content: bytes, reason: str, ours: keys.Keys) -> None:
    assert refusal(content, ours) == reason


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(middle=st.binary(max_size=300))
def test_no_stranger_file_crashes_the_check(middle: bytes, ours: keys.Keys) -> None:
    room = b"/ByteRange [0 9 9 9] /Contents <" + middle.hex().encode() + b">"
    for content in (b"%PDF-" + middle, b"%PDF-1.7\n" + room + b"\n%%EOF\n"):
        refusal(content, ours)


# Readers that we did not write -----------------------------------------------------------------------------------------


def test_poppler_trusts_it_with_the_root_and_finds_the_whole_document_signed(
    issued: bytes, folder: Path, tmp_path: Path
) -> None:
    tools = [shutil.which(name) for name in ("pdfsig", "certutil")]
    if None in tools:
        pytest.skip("NOT CHECKED: pdfsig or certutil is missing (Debian: poppler-utils, libnss3-tools)")
    store = f"sql:{tmp_path}"
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], check=True)
    add = ["certutil", "-A", "-d", store, "-n", "root", "-t", "CT,C,C", "-i", str(folder / "keys/root.pem")]
    subprocess.run(add, check=True)
    (path := tmp_path / "certificate.pdf").write_bytes(issued)
    said = subprocess.run(["pdfsig", "-nssdir", store, str(path)], capture_output=True, text=True, check=True).stdout
    for line in ("Signature is Valid", "Certificate is Trusted", "Total document signed", "ETSI.CAdES.detached"):
        assert line in said


def test_pyhanko_finds_the_signature_valid_and_trusted(issued: bytes, ours: keys.Keys, folder: Path) -> None:
    from pyhanko.keys import load_cert_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    root = load_cert_from_pemder(folder / "keys/root.pem")
    (signature,) = PdfFileReader(io.BytesIO(issued)).embedded_signatures
    context = ValidationContext(trust_roots=[root], moment=NOW, allow_fetching=False)
    with ThreadPoolExecutor(1) as thread:  # it runs an event loop; the browser of other tests may have one in ours
        status = thread.submit(validate_pdf_signature, signature, context).result()
    assert status.bottom_line and status.trusted and status.docmdp_ok
    assert signature.docmdp_level is not None and signature.docmdp_level.value == 1
