"""Every problem code is explained, and its examples are true."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import paso
from app.courseware import source as sources
from app.courseware.compiler import compile
from app.courseware.explaining import all_codes, explain, nearest_code, render
from app.courseware.explanations import EXPLANATIONS
from app.courseware.messages import MESSAGES
from app.courseware.source import Source, SourceRefused, from_files, from_folder, from_zip
from tests.courseware.conftest import LESSON, LESSON_FRONT, Desk

PATCHES = sorted(code for code, told in EXPLANATIONS.items() if told.path)
FRONT = "---\ntitle: T\n---\n"
TERM = "A solicitante de asilo waits.\n\n"


def _lesson(body: str) -> dict[str, str | None]:
    return {f"{LESSON}.en.md": LESSON_FRONT + body}


# Examples that tell of files: what they tell, done to the sample course.
FILES: dict[str, dict[str, str | bytes | None]] = {
    "course-file-missing": {"course.yaml": None},
    "file-unknown": {"01-mission/2-the-post.txt": "x"},
    "file-language": {"01-mission/1-what-we-do.fr.md": FRONT},
    "page-twice": {"01-mission/2-what-we-do.en.md": FRONT},
    "page-id-reserved": {"03-exam/module.en.md": FRONT},
    "module-twice": {"05-mission/module.en.md": FRONT},
    "module-not-listed": {"03-extra/module.en.md": FRONT},
    "not-utf8": {f"{LESSON}.en.md": "---\ntitle: Año\n---\n".encode("cp1252")},
    "page-too-large": _lesson("word " * 400_000),
    "page-too-many-lines": _lesson("x\n" * 10_000),
    "page-too-many-items": _lesson("- one\n" * 5_000),
    "page-too-many-directives": _lesson(":::{note}\n:::\n" * 2_000),
    "table-too-wide": _lesson("|" + "1|" * 500),
    "page-too-crowded": _lesson("*_" * 1_500),
    "line-too-long": _lesson("A" * 50_000),
    "media-differs": {"01-mission/media/a.png": "PK"},
    "media-active": {"01-mission/media/a.svg": EXPLANATIONS["media-active"].wrong},
    "sound-without-words": _lesson("![A call](media/call.mp3)") | {"01-mission/media/call.mp3": "ID3"},
    "scenario-missing": {"02-protection/scenario.en.md": FRONT + "You are at the landing."},
    "scenario-twice": {
        "02-protection/scenario.en.md": FRONT + "::::{scenario} a\n:::{scene} b\n:ending: good\nX\n:::\n::::\n\n" * 2
    },
    "scenario-empty": {"02-protection/scenario.en.md": FRONT + EXPLANATIONS["scenario-empty"].wrong},
    "glossary-empty": {"glossary.en.md": FRONT + EXPLANATIONS["glossary-empty"].wrong},
    "criteria-missing": {"01-mission/practice.en.md": FRONT + EXPLANATIONS["criteria-missing"].wrong},
    "trainer-empty": {"01-mission/practice.en.md": FRONT + EXPLANATIONS["trainer-empty"].wrong},
    "trainer-file": {"01-mission/practice.en.md": FRONT + EXPLANATIONS["trainer-file"].wrong},
    "course-page-missing": {"course.en.md": None, "course.es.md": None},
    "module-page-missing": {"02-protection/module.en.md": None, "02-protection/module.es.md": None},
    "module-without-lessons": {f"02-protection/1-who-is-a-refugee.{code}.md": None for code in ("en", "es")},
    "lesson-empty": {f"{LESSON}.en.md": EXPLANATIONS["lesson-empty"].wrong},
    "lesson-too-long": _lesson("Many words again. " * 900),
    "page-not-translated": {f"{LESSON}.es.md": None},
    "term-not-used": {
        f"{LESSON}.es.md": LESSON_FRONT + "Un solicitante de asilo espera.\n\n" * 3,
        f"{LESSON}.en.md": LESSON_FRONT + "A person waits.\n\n" * 3,
    },
}


def _zip(name: str, data: bytes = b"x", method: int = zipfile.ZIP_DEFLATED, flag: int = 0) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr(name, data)
    made = bytearray(buffer.getvalue())
    made[made.index(b"PK\x01\x02") + 8] |= flag
    return bytes(made)


def _folder(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def read(root: Path) -> object:
        make(root)
        return from_folder(root)

    return read


REFUSED: dict[str, Callable[[Path], object]] = {
    "source-folder-missing": lambda root: from_folder(root / "nowhere"),
    "source-path-unsafe": lambda _: from_files({"../01-mission/media/post.svg": b""}),
    "source-path-twice": lambda _: from_files({"media/post.svg": b"", "media/Post.svg": b""}),
    "source-link": _folder(lambda root: (root / "a.md").symlink_to("/etc/passwd")),
    "source-not-plain": _folder(lambda root: os.mkfifo(root / "module.en.md")),
    "source-too-many": lambda _: from_files({f"{n}.md": b"" for n in range(sources.MAX_FILES + 1)}),
    "source-file-too-large": lambda _: from_files({"a.png": b"x" * (sources.MAX_FILE_BYTES + 1)}),
    "source-too-large": lambda _: from_files(
        {
            f"{n}.png": bytes(sources.MAX_FILE_BYTES)
            for n in range(sources.MAX_TOTAL_BYTES // sources.MAX_FILE_BYTES + 1)
        }
    ),
    "zip-broken": lambda _: from_zip(b"Rar!"),
    "zip-encrypted": lambda _: from_zip(_zip("a.md", flag=1)),
    "zip-method": lambda _: from_zip(_zip("a.md", method=zipfile.ZIP_BZIP2)),
    "zip-ratio": lambda _: from_zip(_zip("a.md", bytes(5_000_000))),
}


def test_every_code_is_explained_and_no_other() -> None:
    assert set(EXPLANATIONS) == set(MESSAGES)
    assert sorted(code for codes in all_codes().values() for code in codes) == sorted(MESSAGES)


def test_every_example_is_tried() -> None:
    assert sorted([*PATCHES, *FILES, *REFUSED]) == sorted(MESSAGES)


@pytest.mark.parametrize("code", sorted(EXPLANATIONS))
def test_an_explanation_is_whole_in_both_languages(code: str) -> None:
    english, other = explain(code, "en"), explain(code, "es")
    assert english is not None
    assert other is not None
    assert english.meaning != other.meaning
    assert english.message != other.message
    assert english.right != english.wrong
    for told, language in ((english, "en"), (other, "es")):
        assert told.meaning.endswith(".")
        assert told.message in render(told, language)


@pytest.mark.parametrize("code", PATCHES)
def test_the_wrong_example_gives_the_code_and_the_right_one_does_not(sample: Source, code: str) -> None:
    told = EXPLANATIONS[code]
    text = sample[told.path].decode()
    assert text.count(told.right) == 1, f"{told.right!r} is {text.count(told.right)} times in {told.path}"
    assert compile(sample).problems == ()
    damaged = compile({**sample, told.path: text.replace(told.right, told.wrong).encode()})
    assert code in {one.code for one in damaged.problems}


@pytest.mark.parametrize("code", FILES)
def test_what_an_example_tells_of_files_gives_the_code(desk: Desk, code: str) -> None:
    files = dict(desk.source)
    for path, text in FILES[code].items():
        if text is None:
            del files[path]
        else:
            files[path] = text if isinstance(text, bytes) else text.encode()
    assert code in {one.code for one in compile(files).problems}


@pytest.mark.parametrize("code", REFUSED)
def test_what_an_example_tells_of_sources_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        REFUSED[code](tmp_path)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"03-certificates/module.en.md": FRONT}, 0),
        ({"03-media/1-a.en.md": FRONT}, 0),
        ({"03-x/module.en.md": "---\ntitle: T\nid: participation\n---\n"}, 3),
        ({"01-mission/3-quiz.en.md": FRONT}, 0),
        ({"01-mission/3-a.en.md": "---\ntitle: T\nid: scenario\n---\nx\n"}, 3),
    ],
)
def test_ids_that_are_addresses_of_the_site_are_refused(desk: Desk, changes: dict[str, str | None], line: int) -> None:
    found = [one for one in desk.compile(changes).errors if one.code == "page-id-reserved"]
    assert [one.line for one in found] == [line]


def test_a_module_may_be_called_as_a_lesson_may_not(desk: Desk) -> None:
    compiled = desk.compile({"03-quiz/module.en.md": FRONT, "01-mission/4-glossary.en.md": FRONT})
    assert "page-id-reserved" not in {one.code for one in compiled.problems}


def test_a_misspelt_code_is_guessed() -> None:
    assert explain("key-unknwon", "en") is None
    assert nearest_code("key-unknwon") == "key-unknown"
    assert nearest_code("zzzzzzzz") == ""


def test_the_shell_explains_a_code_in_either_language_and_guesses() -> None:
    shell = CliRunner()
    english = shell.invoke(paso, ["courses", "explain", "key-unknown"])
    assert english.exit_code == 0
    assert "Wrong (in 01-mission/1-what-we-do.en.md):\n    minute: 20" in english.output
    assert "Correcto (en 01" in shell.invoke(paso, ["courses", "explain", "key-unknown", "--language", "es"]).output
    guessed = shell.invoke(paso, ["courses", "explain", "key-unknwon"])
    assert guessed.exit_code == 1
    assert "did you mean “key-unknown”?" in guessed.output
