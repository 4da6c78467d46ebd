"""A course goes out as a zip and comes back as the same course, to the last byte."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.courseware.source import MAX_RATIO, SourceRefused, from_files, from_zip, to_zip
from app.services import publishing
from app.services.office import Actor
from tests import manuscript
from tests.cast import Cast
from tests.manuscript import COURSE
from tests.services.test_publishing import teach

_number = itertools.count(1)
LETTERS = "aBcxéÉñÑüÁíÓ日ø _-()'&%#+,;=!.0123456789"
name = st.text(LETTERS, min_size=1, max_size=12).filter(
    lambda text: text.strip(". ") == text and not text.endswith("~") and ".." not in text
)
ending = st.sampled_from([".es.md", ".en.md", ".svg", ".png", ".mp3", ".vtt", ".pdf", ".txt", ""])
path = st.builds(lambda folders, last, end: "/".join([*folders, last + end]), st.lists(name, max_size=2), name, ending)
WINDOWS_PAGE = b"\xef\xbb\xbf---\r\ntitle: A\xc3\xb1o\r\n---\r\nUno\rdos\n"
content = st.one_of(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xef\xbb\xbf", b"\r\n", WINDOWS_PAGE, "Año".encode("cp1252")]),
    st.builds(lambda sign, size: sign * size, st.sampled_from([b" ", b"\0", b"ab\r\n"]), st.integers(250_000, 700_000)),
)
files = st.dictionaries(path, content, max_size=6)


def whole(more: dict[str, bytes], course: str) -> dict[str, bytes]:
    """A course of that id that also has *more*, as a draft could hold it."""
    mine = {
        **manuscript.files(),
        "course.yaml": manuscript.files()["course.yaml"].replace(COURSE.encode(), course.encode()),
    }
    seen = {path.casefold() for path in mine}
    folders = {part.casefold() for path in mine for part in [path.rpartition("/")[0]]}
    for path, data in more.items():
        if path.casefold() not in seen and path.casefold() not in folders:
            mine[path] = data
            seen.add(path.casefold())
    return dict(from_files(mine))


@pytest.fixture
def ada(cast: Cast) -> Actor:
    return cast.actor("ada")


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(more=files)
def test_export_create_upload_and_export_give_every_byte_again(cast: Cast, ada: Actor, more: dict[str, bytes]) -> None:
    course = f"course-{next(_number)}"
    written = whole(more, course)
    row = publishing.create(cast.office, ada, to_zip(written))
    out = publishing.export(cast.office, ada, row.id)
    assert dict(from_zip(out)) == written
    digest = publishing.draft(cast.office, ada, row.id).checked.digest
    publishing.upload(cast.office, ada, row.id, [("x.svg", b"<svg/>"), ("course.es.md", b"changed\r\n")], over=True)
    publishing.upload(cast.office, ada, row.id, [("curso.zip", out)], over=True)
    assert publishing.export(cast.office, ada, row.id) == out
    again = publishing.draft(cast.office, ada, row.id).checked
    assert again.digest == digest == publishing.check(from_files(written)).digest


@settings(max_examples=60, deadline=None)
@given(more=files)
def test_what_our_zip_holds_is_never_taken_for_an_attack(more: dict[str, bytes]) -> None:
    written = whole(more, COURSE)
    assert dict(from_zip(to_zip(written))) == written


def test_a_text_that_shrinks_without_measure_comes_back_too() -> None:
    plain = {"course.yaml": b"id: x\n", "a.es.md": b"-" * 3_000_000}
    assert len(to_zip({"a.es.md": plain["a.es.md"]})) * MAX_RATIO > 3_000_000
    assert dict(from_zip(to_zip(plain))) == plain
    with pytest.raises(SourceRefused):
        from_zip(manuscript.zipped(plain))


def zip_of(content: dict[bytes, bytes]) -> bytes:
    """A zip whose names are exactly these bytes, of which it does not say how they are to be read."""
    stand_ins = {name: chr(ord("A") + number) * len(name) for number, name in enumerate(content)}
    raw = manuscript.zipped({stand_ins[name]: data for name, data in content.items()})
    for name, stand_in in stand_ins.items():
        raw = raw.replace(stand_in.encode(), name)
    return raw


@pytest.mark.parametrize(
    ("encoded", "why"),
    [
        ("módulo-Ñandú.svg".encode("cp850"), "Windows, Western Europe"),
        ("MÁS.svg".encode("cp850"), "a letter that the first PCs did not have"),
        ("módulo.svg".encode("cp437"), "the first PCs"),
        (unicodedata.normalize("NFD", "módulo-Ñandú.svg").encode(), "Apple: UTF-8 without saying so, accents apart"),
    ],
)
def test_accents_of_names_survive_the_zips_of_other_computers(encoded: bytes, why: str) -> None:
    wanted = next(
        unicodedata.normalize("NFC", encoded.decode(codec))
        for codec in ("utf-8", "cp850")
        if not _fails(encoded, codec)
    )
    found = from_zip(zip_of({b"course.yaml": b"id: x\n", encoded: b"<svg/>"}))
    assert list(found) == sorted(["course.yaml", wanted]), why
    assert found[wanted] == b"<svg/>"


def _fails(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return True
    return False


def test_a_single_file_gets_the_name_that_it_will_have_in_a_zip(cast: Cast) -> None:
    tomas = teach(cast)
    apart = unicodedata.normalize("NFD", "señal.svg")
    publishing.upload(cast.office, tomas, COURSE, [(apart, b"<svg/>")], "01-mission")
    assert "01-mission/media/señal.svg" in publishing.draft(cast.office, tomas, COURSE).source
    out = publishing.export(cast.office, tomas, COURSE)
    publishing.upload(cast.office, tomas, COURSE, [("x.zip", out)])
    assert publishing.export(cast.office, tomas, COURSE) == out
