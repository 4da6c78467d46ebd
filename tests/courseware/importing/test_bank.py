"""A whole import: ids, several files, limits, and the account of every question."""

from __future__ import annotations

import re
import string

import pytest

from app.courseware.importing import KINDS, OUTCOMES, import_bank, message, render
from app.courseware.importing.entries import Note, note
from app.courseware.importing.messages import CHANGES, MESSAGES, REFUSALS, REMARKS
from app.courseware.limits import excess
from tests.courseware.importing.conftest import compiled, read, refused


def test_ids_are_kebab_case_with_the_prefix_and_each_used_once():
    imported = import_bank(
        "::¿Qué ES esto?!::A?{T}\n\n::Que es esto::B?{T}\n\n::中文::C?{T}\n\n::x' onload=1 {T}\n\n::../../etc::D?{T}".encode(),
        "gift",
        "es",
        "frontera",
        taken=["frontera-que-es-esto"],
    )
    assert [entry.id for entry in imported.entries] == [
        "frontera-que-es-esto-2",
        "frontera-que-es-esto-3",
        "frontera-q3",
        "frontera-x-onload-1",
        "frontera-etc",
    ]
    compiled(imported.markdown, "es")


@pytest.mark.parametrize("prefix", ["", "Not-an-id", "a b", "x" * 31, "-a", "a_b"])
def test_a_prefix_that_is_no_id_is_a_mistake_of_the_caller(prefix: str):
    with pytest.raises(ValueError):
        import_bank(b"", "auto", "en", prefix)


def test_unknown_kinds_and_languages_are_mistakes_of_the_caller():
    with pytest.raises(ValueError):
        import_bank(b"", "docx", "en", "a")  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        import_bank(b"", "auto", "fr", "a")


def test_several_files_are_read_in_the_order_of_their_paths():
    files = {"b.gift": b"B?{T}", "a.txt": b"A?{T}\n\nEssay{}", "c.xml": b"<quiz><question", "d.docx": b"PK\x03\x04"}
    imported = read(files | {"e.md": b""})
    assert [(entry.path, entry.line, entry.outcome) for entry in imported.entries] == [
        ("a.txt", 1, "converted"),
        ("a.txt", 3, "refused"),
        ("b.gift", 1, "converted"),
        ("c.xml", 1, "refused"),
    ]
    assert [note.code for note in imported.notes] == ["file-left-out"]
    assert render(imported.entries[1], "es") == (
        "a.txt:3: rechazada: Essay\n    essay: El curso no puede calificar un ensayo. Use la hoja práctica del módulo."
    )


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00", b"\x89PNG\r\n", b"%PDF-1.7", b"\x1f\x8b\x08"])
def test_files_that_are_no_text_are_refused(data: bytes):
    assert refused(data) == "file-binary"


def test_files_that_are_too_large_are_refused_before_they_are_read():
    assert refused(b"a" * (3 * 1024 * 1024)) == "file-too-large"
    assert refused(b"<quiz>" + b" " * (11 * 1024 * 1024)) == "file-too-large"


@pytest.mark.parametrize("kind", [*KINDS, "auto"])
def test_an_empty_file_is_told(kind: str):
    imported = import_bank(b"\n\n", kind, "en", "a")  # type: ignore[arg-type]
    if kind in ("moodle-xml", "olx"):
        assert imported.entries[0].notes[0].code == "xml-malformed"
    else:
        assert (imported.entries, [one.code for one in imported.notes]) == ((), ["nothing-found"])
    assert imported.markdown == ""


def test_a_page_takes_what_it_can_hold_and_the_rest_is_accounted_for():
    imported = read("\n\n".join(f"::Q{number}::Question {number}?{{=a ~b ~c ~d}}" for number in range(1500)), "gift")
    assert len(imported.entries) == 1500
    assert imported.counts["converted"] > 400 and imported.counts["refused"] == 1500 - imported.counts["converted"]
    assert {entry.notes[0].code for entry in imported.entries if entry.notes} == {"bank-full"}
    assert excess("---\ntitle: A quiz\n---\n" + imported.markdown) is None


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("Q?{=a ~b}", "gift"),
        ("// only a comment\n::T::Q {T}", "gift"),
        ("Q?\nA) a\nB) b\nANSWER: A", "aiken"),
        (">>Q?<<\n= 5 +- 1", "edx-markdown"),
        ("Q?\n(x) a {{ Yes. }}\n( ) b", "edx-markdown"),
        ("1. Q?\n*a) a\nb) b", "markdown"),
        (":::{question} a\nQ = {x}?\n\n- (x) a\n- ( ) b\n:::", "markdown"),
        ("<?xml version='1.0'?><!-- x --><quiz/>", "moodle-xml"),
        ("<problem><p>x</p></problem>", "olx"),
    ],
)
def test_the_kind_is_told_by_the_text(source: str, kind: str):
    by_itself, told = (import_bank(source.encode(), one, "en", "a") for one in ("auto", kind))  # type: ignore[arg-type]
    assert by_itself == told


def test_every_message_is_in_both_languages_with_the_same_values():
    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}

    assert len(MESSAGES) == len(CHANGES) + len(REFUSALS) + len(REMARKS)
    for code, one in MESSAGES.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        if code != "compiler":
            assert names(one.en) == names(one.es), code
            assert one.en != one.es
        filled = Note(code, tuple((str(name), "7") for name in names(one.en) | names(one.es)))
        assert message(filled, "en").strip() and message(filled, "es").strip()
    assert all({"en", "es"} <= words.keys() for words in OUTCOMES.values())


def test_values_of_notes_fit_a_line():
    assert dict(note("essay", what="a\n" * 500).values)["what"].endswith("…")
    with pytest.raises(KeyError):
        note("no-such-code")


def test_remarks_name_the_file():
    imported = import_bank({"a.txt": "Señal?{T}".encode("cp1252"), "b.txt": b"//"}, "gift", "es", "a")
    assert [message(one, "es") for one in imported.notes] == [
        "«a.txt» no está en UTF-8; se leyó como Windows-1252. Revise las tildes.",
        "No se encontró ninguna pregunta en «b.txt».",
    ]
