"""Certificates as officers hold them: read back, scanned, measured."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import shutil
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from certificates import badge, facts, layout, ornament, proof, serial, signing, token, wording
from certificates.drawing import SHEETS, render
from certificates.facts import LONGEST, Facts, Language, Signer, Words
from certificates.tagging import Attachment
from tests.certificates.cast import LONGEST_NAME, VERIFY, completion, participation
from tests.keyring import ours

ROOT = Path(__file__).resolve().parents[2]

FORMS: list[tuple[Language, ...]] = [("en",), ("es",), ("es", "en")]
PAPERS = list(SHEETS)

EVERY_SHEET = pytest.mark.parametrize(
    ("stated", "languages", "paper"),
    [
        pytest.param(stated, languages, paper, id=f"{stated.kind} {'+'.join(languages)} {paper}")
        for stated, languages, paper in itertools.product((completion(), participation()), FORMS, PAPERS)
    ],
)


def _poppler(tool: str) -> str:
    path = shutil.which(tool)
    if path is None:
        pytest.skip(f"NOT CHECKED: {tool} is missing (Debian: apt-get install poppler-utils)")
    return path


def _picture(pdf: bytes, resolution: int) -> Image.Image:
    command = [_poppler("pdftoppm"), "-r", str(resolution), "-gray", "-singlefile", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(drawn.stdout))


def _text(pdf: bytes) -> str:
    """As people copy it: pdftotext, one space between words."""
    read = subprocess.run([_poppler("pdftotext"), "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(read.stdout.decode().split())


def _pypdf_text(pdf: bytes) -> str:
    return " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def _said(stated: Facts, language: Language) -> list[str]:
    said = wording.compose(stated, language)
    lines = [
        said.title, said.certifies, said.rank, said.name, said.institution, said.country, said.done, said.course,
        said.basis, said.content, said.dates, said.conditions, said.verify, said.scan,
    ]  # fmt: skip
    signers = [text for signer in stated.signers for text in (signer.name, signer.role[language])]
    return [" ".join(line.split()) for line in (*lines, *signers)]


@EVERY_SHEET
def test_the_sheet_says_every_fact_in_its_languages(stated: Facts, languages: tuple[Language, ...], paper: str) -> None:
    pdf = render(stated, languages, paper, VERIFY)
    by_poppler, by_pypdf = _text(pdf), _pypdf_text(pdf)
    for language, text in itertools.product(languages, (by_poppler, by_pypdf)):
        for line in _said(stated, language):
            assert line in text
    for text in (by_poppler, by_pypdf):
        assert stated.issuer["es" if "es" in languages else "en"].upper() in text
        assert stated.serial in text
        assert VERIFY.removeprefix("https://") in text
    for other in set(facts.LANGUAGES) - set(languages):
        assert wording.compose(stated, other).certifies not in by_poppler


@EVERY_SHEET
def test_the_file_says_what_it_is(stated: Facts, languages: tuple[Language, ...], paper: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(stated, languages, paper, VERIFY)))
    meta, catalog = reader.metadata, reader.root_object
    lead: Language = "es" if "es" in languages else "en"
    assert meta is not None
    assert stated.name in (meta.title or "")
    assert meta.author == stated.issuer[lead]
    assert stated.serial in (meta.subject or "")
    assert stated.course[lead] in (meta.subject or "")
    assert str(catalog["/Lang"]) == lead
    assert meta.creation_date is not None
    assert meta.creation_date.date() == stated.issued
    (page,) = reader.pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(SHEETS[paper], abs=0.01)
    (link,) = (one for one in page.annotations or [] if one["/Subtype"] == "/Link")
    assert link["/A"]["/URI"] == f"{VERIFY}/{stated.serial}"


def test_the_recipients_language_comes_first() -> None:
    for language, first, second in (("es", "Se certifica", "This certifies"), ("en", "This certifies", "Se certifica")):
        text = _pypdf_text(render(completion(language=language), ("en", "es"), "a4", VERIFY))
        assert text.index(first) < text.index(second)


def test_what_is_the_same_in_both_languages_is_said_once() -> None:
    stated = completion(course=Words(es="Seguridad Fronteriza"), country=Words("Honduras", "Honduras"))
    text = _pypdf_text(render(stated, ("en", "es"), "letter", VERIFY))
    assert text.count("Seguridad Fronteriza") == 1
    assert "Honduras / Honduras" not in text


@pytest.mark.parametrize(
    "name",
    [
        "Ng",
        "Ana g̃uasu Ỹvoty Kꞌicheꞌ",
        "Dą́ą́ Nitsį́į́ A̱ndrés X̱wi7x̱wa",
        "Wašíču Ȟe Šúŋka",
        "Nguyễn Thị Ước",
        LONGEST_NAME,
        unicodedata.normalize("NFD", "José Ñáñez Güell"),
    ],
)
@pytest.mark.parametrize("languages", [("es",), ("en", "es")])
def test_names_read_back_letter_by_letter(name: str, languages: tuple[str, ...]) -> None:
    pdf = render(completion(name=name), languages, "letter", VERIFY)
    assert unicodedata.normalize("NFC", name) in unicodedata.normalize("NFC", _text(pdf))


@EVERY_SHEET
def test_the_code_is_read_from_a_print(stated: Facts, languages: tuple[Language, ...], paper: str) -> None:
    codes = zxingcpp.read_barcodes(_picture(render(stated, languages, paper, VERIFY), 200))
    assert [code.text for code in codes] == [f"{VERIFY}/{stated.serial}"]


def _token(stated: Facts) -> str:
    return token.encode(stated, ours().signing)


DENSITIES = pytest.mark.parametrize(
    "stated",
    [
        pytest.param(completion(), id="ordinary"),
        pytest.param(completion(name=LONGEST_NAME, issuer=Words("Paso Seguro"), signers=(), place=""), id="long name"),
        pytest.param(participation(signers=()), id="participation"),
        pytest.param("widest", id="everything as wide as can be"),
    ],
)


@DENSITIES
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("languages", FORMS)
def test_the_signed_facts_are_read_from_a_print_and_verify(
    stated: Facts | str, languages: tuple[Language, ...], paper: str
) -> None:
    stated = _widest() if isinstance(stated, str) else stated
    pdf = render(stated, languages, paper, VERIFY, _token(stated))
    (code,) = zxingcpp.read_barcodes(_picture(pdf, 200))
    address, _, digits = code.text.partition("#")
    assert address == VERIFY
    told = token.decode(digits, ours().public)
    assert (told.serial, told.name, told.institution) == (stated.serial, stated.name, stated.institution)
    assert told.course[stated.language] == stated.course[stated.language]


@DENSITIES
def test_signed_and_with_its_badge_inside_a_certificate_stays_small(stated: Facts | str) -> None:
    stated = _widest() if isinstance(stated, str) else stated
    proven = proof.prove(badge.credential(stated, VERIFY, 1), VERIFY, ours().signing, datetime(2026, 3, 5, tzinfo=UTC))
    inside = Attachment(badge.FILE, "application/json", proof.written(proven), "Open Badges 3.0")
    sheet = render(stated, ("es", "en"), "a4", VERIFY, _token(stated), attachments=[inside])
    assert len(signing.sign(sheet, ours().signing)) < 70_000


def test_an_ordinary_code_is_read_from_a_worse_print() -> None:
    """Blurred, greyed and grainy, at the resolution of a fax."""
    stated = completion(signers=(), issuer=Words("Paso Seguro"), place="")
    picture = _picture(render(stated, ("es",), "letter", VERIFY, _token(stated)), 200)
    grain = Image.effect_noise(picture.size, 24)
    worn = Image.blend(picture.filter(ImageFilter.GaussianBlur(0.8)), grain, 0.15)
    (code,) = zxingcpp.read_barcodes(worn)
    assert code.text == f"{VERIFY}#{_token(stated)}"


def test_a_click_on_the_code_asks_the_server_and_a_scan_does_not() -> None:
    pdf = render(completion(), ("es",), "a4", VERIFY + "/", _token(completion()))
    (page,) = pypdf.PdfReader(io.BytesIO(pdf)).pages
    (link,) = (one for one in page.annotations or [] if one["/Subtype"] == "/Link")
    assert link["/A"]["/URI"] == f"{VERIFY}/{completion().serial}"
    assert zxingcpp.read_barcodes(_picture(pdf, 200))[0].text.startswith(f"{VERIFY}#")
    assert VERIFY.removeprefix("https://") in _text(pdf)


def test_the_squares_are_half_a_millimetre_while_the_sheet_has_room() -> None:
    def side(stated: Facts, digits: str = "") -> tuple[float, int]:
        """In millimetres, as the link around it is and as it is seen; and in squares."""
        pdf = render(stated, ("es",), "a4", VERIFY, digits)
        (page,) = pypdf.PdfReader(io.BytesIO(pdf)).pages
        left, bottom, right, top = (float(edge) for edge in (page.annotations or [])[0]["/Rect"])
        picture = _picture(pdf, 200)
        (code,) = zxingcpp.read_barcodes(picture)
        height = SHEETS["a4"][1]
        edges = (left - 4, height - top - 4, right + 4, height - bottom + 4)
        around = picture.crop(tuple(round(edge * 200 / 72) for edge in edges))
        dark = around.point(lambda tone: 255 if tone < 90 else 0).getbbox()
        assert dark is not None and (dark[2] - dark[0]) / 200 * 72 == pytest.approx(right - left, abs=0.8)
        assert right - left == pytest.approx(top - bottom, abs=0.02)
        return round((right - left) / 72 * 25.4, 1), int(code.extra["Version"]) * 4 + 17

    assert side(completion())[0] == 30
    short = completion(rank="", institution="SENAFRONT", issuer=Words("Paso Seguro"), place="", signers=())
    width, squares = side(short, _token(short))
    assert 30 < width < 36 and width == pytest.approx(squares / 2, abs=0.1)
    assert side(completion(), _token(completion()))[0] == 36


def _serial_of(symbol: int) -> serial.Serial:
    return serial.new(lambda _: symbol)


def test_the_code_is_read_whatever_the_serial_and_the_address() -> None:
    addresses = ((0, "https://a.mx"), (17, "https://paso.example/verify"), (31, "https://" + "border." * 12))
    for symbol, verify in addresses:
        code = _serial_of(symbol)
        pdf = render(completion(serial=code), ("en",), "a4", verify + "/")
        assert zxingcpp.read_barcodes(_picture(pdf, 200))[0].text == f"{verify}/{code}"


def _wide(length: int, last: str = "M") -> str:
    """Wide capitals with accents in words of nine: as much ink as so many letters can make."""
    text = "ŴMÕMQÇMĞ " * (length // 9 + 1)
    return text[: length - 1].rstrip().ljust(length - 1, "M") + last


def _widest(**changes: Any) -> Facts:
    def both(field: str) -> Words:
        return Words(_wide(LONGEST[field]), _wide(LONGEST[field], "W"))

    return completion(
        **{
            "name": _wide(92),
            "rank": _wide(LONGEST["rank"]),
            "institution": _wide(LONGEST["institution"]),
            "place": _wide(LONGEST["place"]),
            "course_code": _wide(LONGEST["course_code"]),
            "signers": (Signer(_wide(LONGEST["signer"]), both("role")),) * 2,
            "modules": 1234,
            "practices": 1234,
        }
        | {field: both(field) for field in ("country", "course", "course_basis", "issuer")}
        | changes
    )


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("languages", FORMS)
@pytest.mark.parametrize("coded", [False, True])
@pytest.mark.parametrize(
    "stated",
    [
        pytest.param(completion(), id="ordinary"),
        pytest.param(completion(name="Ng", rank="", signers=()), id="short, nobody signs"),
        pytest.param(completion(name=LONGEST_NAME), id="long name"),
        pytest.param(completion(name="M" * 92), id="one endless word"),
        pytest.param(_widest(), id="everything as wide as can be"),
        pytest.param(_widest(signers=()), id="as wide as can be, nobody signs"),
    ],
)
def test_nothing_leaves_its_place(stated: Facts, languages: tuple[Language, ...], paper: str, coded: bool) -> None:
    """Between the border and the text there is a white margin all around."""
    width, height = SHEETS[paper]
    picture = _picture(render(stated, languages, paper, VERIFY, _token(stated) if coded else ""), 72)
    edge = int(ornament.CLEAR) + 2
    inner = picture.crop((edge, edge, picture.width - edge, picture.height - edge)).point(
        lambda tone: 255 if tone < 200 else 0  # the pale rosette does not count
    )
    left, top, right, bottom = inner.getbbox() or (0, 0, 0, 0)
    assert edge + left >= 67
    assert edge + right <= width - 67
    assert edge + top >= 58
    assert edge + bottom <= height - 50


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("languages", FORMS)
def test_the_widest_facts_still_stand_apart(
    languages: tuple[Language, ...], paper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns: list[tuple[float, list[tuple[layout.Block, float]]]] = []
    flow = layout.flow

    def watched(*arguments: Any) -> list[tuple[layout.Block, float]]:
        columns.append((arguments[2], flow(*arguments)))
        return columns[-1][1]

    monkeypatch.setattr(layout, "flow", watched)
    render(_widest(), languages, paper, VERIFY, _token(_widest()))
    ((bottom, placed),) = columns
    tops = [top for _, top in placed]
    floors = [top - block.height for block, top in placed]
    assert all(floor > top for floor, top in zip(floors, tops[1:], strict=False))
    assert floors[-1] >= bottom - 0.01


def test_the_same_facts_give_the_same_bytes() -> None:
    people = (completion(), participation(), completion(name="A̱na Kꞌicheꞌ"))
    sheets = [
        (stated, languages, paper, VERIFY, _token(stated))
        for stated, languages, paper in itertools.product(people, FORMS, PAPERS)
    ]
    first = [render(*sheet) for sheet in sheets]
    backwards = [render(*sheet) for sheet in reversed(sheets)]
    assert first == backwards[::-1]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda sheet: render(*sheet), sheets)) == first
    assert len(set(first)) == len(first)


def test_many_certificates_drawn_at_once_are_each_whole() -> None:
    """Threads that embed letters at the same moment read each other's, where nothing keeps them apart."""
    names = ("María Núñez Ibáñez", "Ñandú Güitian Ðór", "Yanira Ábrego Ñopo", "Kaʼaloa Ñamandú Tupã")
    people = [completion(name=name) for name in names] * 25
    alone = {stated.name: render(stated, ("es", "en"), "a4", VERIFY) for stated in people[: len(names)]}
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # they meet in the middle of everything
    try:
        with ThreadPoolExecutor(8) as threads:
            drawn = list(threads.map(lambda stated: render(stated, ("es", "en"), "a4", VERIFY), people))
    finally:
        sys.setswitchinterval(usual)
    assert drawn == [alone[stated.name] for stated in people]


def test_another_process_gives_the_same_bytes() -> None:
    script = (
        "import hashlib; from certificates.drawing import render; from tests.certificates.cast import *;"
        "print(hashlib.sha256(render(completion(name='A̱na Kꞌicheꞌ'), ('en', 'es'), 'letter', VERIFY,"
        "'123' * 250)).hexdigest())"
    )
    elsewhere = os.environ | {
        "PYTHONHASHSEED": "7",
        "SOURCE_DATE_EPOCH": "1",
        "TZ": "Pacific/Kiritimati",
        "PYTHONPATH": str(ROOT),
    }
    printed = subprocess.run(
        [sys.executable, "-c", script], env=elsewhere, cwd=ROOT, capture_output=True, check=True, text=True
    )
    here = render(completion(name="A̱na Kꞌicheꞌ"), ("en", "es"), "letter", VERIFY, "123" * 250)
    assert printed.stdout.strip() == hashlib.sha256(here).hexdigest()


@pytest.mark.parametrize("stated", [completion(), completion(name="A̱na Kꞌicheꞌ"), _widest()])
def test_fonts_are_embedded_in_part_and_the_file_is_small(stated: Facts) -> None:
    pdf = render(stated, ("en", "es"), "a4", VERIFY, _token(stated))
    resources: Any = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]
    fonts = [font.get_object() for font in resources["/Font"].values()]
    names = {str(font["/BaseFont"]).split("+")[1] for font in fonts}  # a subset's name has a tag before the +
    assert names >= {"EBGaramond-Regular", "EBGaramond-Italic", "EBGaramond-SemiBold"}
    for font in fonts:
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font
    assert len(pdf) < 70_000


def test_without_signers_there_is_no_line_to_sign_on() -> None:
    text = _pypdf_text(render(completion(signers=()), ("es",), "a4", VERIFY))
    assert "Elena Quiñones" not in text
    assert "Verifique este certificado" in text


@pytest.mark.parametrize("languages", [(), ("fr",), ("en", "fr"), ("en", "en")])
def test_languages_that_are_not_ours_are_refused(languages: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="no such languages"):
        render(completion(), languages, "a4", VERIFY)


def test_paper_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="no such paper"):
        render(completion(), ("en",), "legal", VERIFY)
