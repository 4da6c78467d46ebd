"""A picture with a lighter WebP beside it is shown by both, at its size; nothing else of a page changes."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from app.courseware.compiler import Compiled, compile
from app.courseware.course import to_json
from app.courseware.markdown.cleaning import clean
from app.courseware.memory import Memory
from app.courseware.pictures import look
from app.courseware.source import Source
from tests.courseware.conftest import LESSON, LESSON_FRONT
from tests.courseware.test_unsafe import judged

FOLDER = "01-mission/media"


def picture(kind: str, size: tuple[int, int] = (320, 200), mode: str = "RGB", **options: object) -> bytes:
    """A real picture of *kind*."""
    out = io.BytesIO()
    Image.new(mode, size, 7 if mode in "LP" else (90, 120, 60, 200)[: len(mode)]).save(out, kind, **options)
    return out.getvalue()


def with_files(sample: Source, body: str, files: dict[str, bytes]) -> Source:
    texts = {f"{LESSON}.{code}.md": (LESSON_FRONT + body).encode() for code in ("en", "es")}
    return sample.replacing({**texts, **files})


def shown(compiled: Compiled, language: str = "en") -> str:
    assert compiled.course is not None
    return "".join(block.html for block in compiled.course.modules[0].lessons[0].pages[language].blocks)


BODY = "![A bench in the *shade*.](media/a-bench.jpg)\n"


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("GIF", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\x00\x00II*\x00"}),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_first_bytes_and_never_raises(kind: str, options: object) -> None:
    data = picture(kind, (321, 123), **options)  # type: ignore[arg-type]
    assert look(data) == (kind.lower(), 321, 123)
    for length in range(min(len(data), 400)):
        look(data[:length])
    for junk in (b"", b"\xff\xd8\xff", b"RIFF0000WEBPVP8 ", b"RIFF0000WEBPVP8X" + b"\0" * 4, b"GIF89a\0\0\0\0"):
        assert look(junk) is None


def test_a_picture_with_a_twin_is_shown_by_both_with_its_size(sample: Source) -> None:
    files = {f"{FOLDER}/a-bench.jpg": picture("JPEG"), f"{FOLDER}/a-bench.webp": picture("WEBP")}
    compiled = compile(with_files(sample, BODY, files))
    assert not compiled.errors
    html = shown(compiled)
    course = compiled.course
    assert course is not None
    root = f"/learn/{course.id}/media/{FOLDER}"
    assert f'<picture><source type="image/webp" srcset="{root}/a-bench.webp">' in html
    assert f'<img src="{root}/a-bench.jpg" alt="A bench in the shade." loading="lazy" width="320" height="200">' in html
    assert judged(html) == []
    assert {one.path for one in course.media} >= set(files)


def test_a_phone_is_offered_a_smaller_twin_where_there_is_one(sample: Source) -> None:
    files = {f"{FOLDER}/a-bench.jpg": picture("JPEG"), f"{FOLDER}/a-bench.webp": picture("WEBP", (960, 600))}
    files[f"{FOLDER}/a-bench-480.webp"] = picture("WEBP", (480, 300))
    html = shown(compile(with_files(sample, BODY, files)))
    assert "a-bench-480.webp 480w, " in html and 'a-bench.webp 960w" sizes="' in html
    assert judged(html) == []
    larger = files | {f"{FOLDER}/a-bench-480.webp": picture("WEBP", (1200, 700))}
    anothers = files | {f"{FOLDER}/a-bench-480.png": picture("PNG")}
    for other in (larger, anothers):
        assert "480w" not in shown(compile(with_files(sample, BODY, other)))


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"a-bench.webp": b"not a picture"},
        {"a-bench.webp": picture("WEBP"), "a-bench.png": picture("PNG")},
    ],
)
def test_a_picture_without_a_twin_of_its_own_is_shown_as_before(sample: Source, files: dict[str, bytes]) -> None:
    added = {f"{FOLDER}/{name}": data for name, data in files.items()} | {f"{FOLDER}/a-bench.jpg": picture("JPEG")}
    html = shown(compile(with_files(sample, BODY, added)))
    assert "<picture>" not in html
    assert "width" not in html
    assert "<img" in html


def test_a_name_with_spaces_and_signs_leads_to_its_twin(sample: Source) -> None:
    files = {f"{FOLDER}/río, 1.png": picture("PNG"), f"{FOLDER}/río, 1.webp": picture("WEBP")}
    html = shown(compile(with_files(sample, "![The river.](<media/río, 1.png>)\n", files)))
    assert 'media/r%C3%ADo%2C%201.webp"' in html
    assert judged(html) == []


def test_a_memory_notices_that_a_twin_came_and_that_its_size_changed(sample: Source) -> None:
    memory = Memory()
    files = {f"{FOLDER}/a-bench.jpg": picture("JPEG")}
    compile(with_files(sample, BODY, files), memory)
    for size in ((320, 200), (400, 250)):
        files[f"{FOLDER}/a-bench.webp"] = picture("WEBP", size)
        known = compile(with_files(sample, BODY, files), memory)
        fresh = compile(with_files(sample, BODY, files))
        assert known.course is not None
        assert fresh.course is not None
        assert f'width="{size[0]}"' in shown(known)
        assert to_json(known.course) == to_json(fresh.course)


@pytest.mark.parametrize(
    "html",
    [
        '<picture><source type="image/webp" srcset="https://evil.example/a.webp"></picture>',
        '<picture><source type="image/webp" srcset="//evil.example/a.webp"></picture>',
        '<picture><source type="image/webp" srcset="/learn/a/media/b.webp, https://evil.example/c.webp 2x"></picture>',
        '<picture><source type="image/webp" srcset="/learn/a/media/b.webp 1w, /learn/a/media/c.webp 2w, /x.webp 3w"></picture>',
        '<picture><source type="image/webp" sizes="1px" srcset="/learn/a/media/b.webp 1w, //x/media/c.webp 2w"></picture>',
        '<picture><source type="image/webp" srcset="/account/sign-out.webp"></picture>',
        '<picture><source type="text/html" src="/x"><img srcset="/learn/a/media/b.webp" onload="x" alt=""></picture>',
        '<picture></picture><video srcset="/learn/a/media/b.webp"></video>',
    ],
)
def test_only_a_webp_of_a_course_may_be_a_twin(html: str) -> None:
    cleaned = clean(html)
    assert "srcset" not in cleaned
    assert judged(cleaned) == []


def test_without_a_picture_the_elements_of_pictures_are_not_let_in() -> None:
    assert "source" not in clean('<p><source type="image/webp" srcset="/learn/a/media/b.webp"></p>')
    assert "width" not in clean('<img src="/learn/a/media/b.png" alt="" width="9000">')
