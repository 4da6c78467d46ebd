"""Pictures are made anew: small, upright, without a trace of where they were taken; what is hostile comes to nothing."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import time
import zlib

import pytest
from PIL import Image

from app.courseware.pictures import look
from app.rules.errors import NotFound, Refused
from app.services import publishing
from app.services.office import Actor
from app.services.publishing import Picture, recoding
from app.services.publishing.recoding import LIGHT, MAX_BYTES, MAX_SIDE, recode
from tests.cast import Cast
from tests.manuscript import COURSE
from tests.services.test_publishing import LESSON, refusal, teach

ALT = {"en": "A bench in the shade.", "es": "Un banco a la sombra."}


@pytest.fixture
def tomas(cast: Cast) -> Actor:
    return teach(cast)


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 3 if mode in ("1", "L", "P", "I;16") else (200, 30, 30, 120)[: len(mode)]).save(
        out, kind, **options
    )
    return out.getvalue()


def photo(size: tuple[int, int], kind: str = "JPEG", **options: object) -> bytes:
    """Something as rich in detail as a photograph: coarse shapes with grain."""
    dice = random.Random(7)

    def noise(part: int) -> Image.Image:
        width, height = max(size[0] // part, 2), max(size[1] // part, 2)
        return Image.frombytes("RGB", (width, height), dice.randbytes(width * height * 3)).resize(size)

    out = io.BytesIO()
    Image.blend(noise(60), noise(3), 0.1).save(out, kind, **options)
    return out.getvalue()


def exif() -> bytes:
    """What a telephone writes: that it lay on its side, where it was, whose it is."""
    tags = Image.Exif()
    tags[0x0112] = 6
    tags[0x010F] = "SECRETPHONE"
    tags[0x013B] = "SECRETNAME"
    place = tags.get_ifd(0x8825)
    place[1], place[2] = "N", (8.0, 30.0, 0.0)
    return tags.tobytes()


def add(cast: Cast, actor: Actor, data: bytes, filename: str = "Mi Foto (1).JPG", path: str = LESSON) -> Picture:
    return publishing.add_picture(cast.office, actor, COURSE, path, filename, data, ALT)


def files(cast: Cast, actor: Actor) -> dict[str, bytes]:
    return {p: d for p, d in publishing.draft(cast.office, actor, COURSE).source.items() if "/media/" in p}


# What comes out -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (picture("PNG"), "png"),
        (picture("PNG", mode="RGBA"), "png"),
        (picture("PNG", mode="P"), "png"),
        (picture("PNG", mode="L"), "png"),
        (picture("PNG", mode="I;16"), "png"),
        (picture("PNG", mode="1"), "png"),
        (picture("GIF"), "png"),
        (picture("GIF", save_all=True, append_images=[Image.new("RGB", (60, 40))]), "png"),
        (picture("JPEG"), "jpg"),
        (picture("JPEG", mode="L"), "jpg"),
        (picture("JPEG", mode="CMYK"), "jpg"),
        (picture("WEBP"), "jpg"),
        (picture("WEBP", mode="RGBA"), "png"),
    ],
)
def test_every_kind_becomes_a_picture_for_everybody_and_a_webp_of_the_same_size(data: bytes, extension: str) -> None:
    made = recode(data)
    assert made.extension == extension
    assert look(made.data) == ({"png": "png", "jpg": "jpeg"}[extension], 60, 40)
    assert look(made.webp) == ("webp", 60, 40)
    for one in (made.data, made.webp):
        Image.open(io.BytesIO(one)).load()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_is_turned_upright_and_nothing_tells_where_or_by_whom_it_was_taken(kind: str) -> None:
    made = recode(photo((120, 60), kind, exif=exif(), icc_profile=b"SECRETPROFILE" * 20))
    for one in (made.data, made.webp):
        with Image.open(io.BytesIO(one)) as shown:
            assert shown.size == (60, 120)
            assert not shown.getexif()
            assert not {"exif", "icc_profile", "comment", "xmp", "dpi"} & shown.info.keys()
        for secret in (b"SECRET", b"Exif", b"EXIF", b"ICCP", b"iCCP", b"eXIf"):
            assert secret not in one


def test_comments_and_what_is_hidden_behind_a_picture_are_gone() -> None:
    data = picture("JPEG", comment=b"SECRET comment") + b"<?php SECRET ?>"
    made = recode(data)
    assert b"SECRET" in data
    assert b"SECRET" not in made.data + made.webp


def test_a_large_photograph_is_made_small_and_light_and_keeps_its_shape() -> None:
    began = time.perf_counter()
    made = recode(photo((4000, 3000), quality=90))
    assert time.perf_counter() - began < 15
    assert max(made.width, made.height) <= 1600
    assert abs(made.width / made.height - 4 / 3) < 0.01
    assert len(made.webp) <= LIGHT
    assert len(made.data) < 400_000
    assert look(made.data) == ("jpeg", made.width, made.height)


def test_a_photograph_has_a_second_lighter_webp_for_phones_and_a_small_one_has_not() -> None:
    made = recode(photo((4000, 3000), quality=90))
    assert look(made.small) == ("webp", 480, 360)
    assert len(made.small) < len(made.webp) <= LIGHT
    assert recode(photo((560, 300))).small == b""
    drawn = recode(photo((1200, 900), "PNG"))
    assert look(drawn.small) == ("webp", 480, 360)
    assert len(drawn.small) <= LIGHT


def test_a_phone_is_offered_the_lighter_one_of_a_photograph(cast: Cast, tomas: Actor) -> None:
    put = add(cast, tomas, photo((1600, 1200)))
    small = put.path.replace(".jpg", "-480.webp")
    assert files(cast, tomas).keys() == {put.path, put.path.replace(".jpg", ".webp"), small}
    assert add(cast, tomas, photo((1600, 1200))).path == put.path
    source = publishing.draft(cast.office, tomas, COURSE).source
    path = LESSON.replace(".es.", ".en.")
    changed = {p: source[p] + f"\n{put.markdown(p.split('.')[-2])}\n".encode() for p in (path, LESSON)}
    checked = publishing.check(source.replacing(changed))
    assert not checked.findings
    assert checked.course is not None
    html = "".join(block.html for block in checked.course.modules[0].lessons[0].pages["es"].blocks)
    root = "/learn/guard-basics/media/01-mission/media/mi-foto-1"
    width = look(source[put.path.replace(".jpg", ".webp")]).width  # type: ignore[union-attr]
    assert f'srcset="{root}-480.webp 480w, {root}.webp {width}w" sizes="(min-width: 48rem) 43rem, 92vw"' in html


def test_a_small_picture_is_not_made_larger() -> None:
    made = recode(picture("PNG", (12, 9)))
    assert (made.width, made.height) == (12, 9)


# Hostile --------------------------------------------------------------------------------------------------------------


def png(width: int, height: int, body: bytes) -> bytes:
    """A PNG with a head of our own; what it claims need not be true."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture-kind"),
        (b"<html><script>alert(1)</script>", "picture-kind"),
        (b"%PDF-1.7 not a picture", "picture-kind"),
        (b"BM" + b"\0" * 100, "picture-kind"),
        (b"II*\0" + b"\0" * 100, "picture-kind"),
        (png(0, 5, b""), "picture-kind"),
        (png(100_000, 100_000, zlib.compress(b"\0" * 1000)), "picture-huge"),
        (png(6_000, 6_000, zlib.compress(b"\0" * 6_000 * 18_001)), "picture-huge"),
        (png(MAX_SIDE + 1, 2, zlib.compress(b"\0" * 1000)), "picture-huge"),
        (png(50, 50, zlib.compress(b"\0" * 10)), "picture-broken"),
        (png(50, 50, b"not compressed"), "picture-broken"),
        (picture("JPEG")[:300], "picture-broken"),
        (picture("WEBP")[:40], "picture-broken"),
        (picture("PNG")[:60], "picture-broken"),
        (picture("JPEG") + b"\xff\xda" * 200, "picture-broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (MAX_BYTES + 1), "picture-heavy"),
    ],
)
def test_what_is_hostile_or_broken_is_refused_at_once(data: bytes, code: str) -> None:
    began = time.perf_counter()
    with pytest.raises(Refused) as error:
        recode(data)
    assert refusal(error) == code
    assert time.perf_counter() - began < 2


def test_damaged_pictures_are_refused_or_read_and_nothing_else_happens() -> None:
    dice = random.Random(3)
    for kind in ("PNG", "JPEG", "WEBP", "GIF"):
        good = photo((48, 48), kind)
        for _ in range(60):
            data = bytearray(good)
            for _ in range(dice.randint(1, 8)):
                data[dice.randrange(8, len(data))] = dice.randrange(256)
            with contextlib.suppress(Refused):
                recode(bytes(data))


def test_after_something_broken_the_next_picture_is_taken() -> None:
    with pytest.raises(Refused):
        recode(png(50, 50, b"x"))
    assert recode(picture()).width == 60


def test_the_text_of_a_picture_is_no_bomb() -> None:
    """A compressed comment that would unfold to gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    bomb = b"key\0\0" + zlib.compress(b"\0" * 80_000_000, 9)
    good = picture("PNG")
    began = time.perf_counter()
    with contextlib.suppress(Refused):
        recode(good[:33] + chunk(b"zTXt", bomb) + good[33:])
    assert time.perf_counter() - began < 3


# In a draft -----------------------------------------------------------------------------------------------------------


def test_a_picture_stands_in_the_media_of_its_module_and_the_page_shows_it(cast: Cast, tomas: Actor) -> None:
    put = add(cast, tomas, photo((200, 100)))
    assert put.path == "01-mission/media/mi-foto-1.jpg"
    assert put.markdown("es") == "![Un banco a la sombra.](media/mi-foto-1.jpg)"
    assert files(cast, tomas).keys() == {put.path, put.path.replace(".jpg", ".webp")}
    source = publishing.draft(cast.office, tomas, COURSE).source
    pages = {
        LESSON.replace(".es.", f".{code}."): (
            source[LESSON.replace(".es.", f".{code}.")] + f"\n{put.markdown(code)}\n".encode()
        )
        for code in ("en", "es")
    }
    checked = publishing.check(source.replacing(pages))
    assert not checked.findings
    assert checked.course is not None
    html = "".join(block.html for block in checked.course.modules[0].lessons[0].pages["es"].blocks)
    assert 'srcset="/learn/guard-basics/media/01-mission/media/mi-foto-1.webp"' in html
    assert 'alt="Un banco a la sombra."' in html
    assert 'width="200" height="100"' in html


def test_names_are_safe_and_unique_and_the_same_picture_is_not_put_in_twice(cast: Cast, tomas: Actor) -> None:
    first = add(cast, tomas, photo((80, 80)), "../../etc/Río <x>.png")
    assert first.name == "media/rio-x.jpg"
    assert add(cast, tomas, photo((80, 80)), "other.jpg").name == first.name
    assert add(cast, tomas, picture("PNG"), "RIO-X.PNG").name == "media/rio-x-2.png", (
        "its WebP would be the first one's"
    )
    assert add(cast, tomas, picture("JPEG", (9, 9)), "image.png").name == "media/a-bench-in-the-shade.jpg"
    assert add(cast, tomas, picture("JPEG", (8, 9)), "IMG_20261123.jpg").name == "media/a-bench-in-the-shade-2.jpg"
    assert add(cast, tomas, picture("JPEG", (7, 9)), "字.jpg").name == "media/a-bench-in-the-shade-3.jpg"


def test_every_page_has_a_place_for_its_pictures(cast: Cast, tomas: Actor) -> None:
    assert add(cast, tomas, picture(), "x1.png", "course.es.md").path == "media/x1.png"
    assert add(cast, tomas, picture("PNG", (9, 9)), "x2.png", "countries/PA.es.md").path == "countries/media/x2.png"
    assert not publishing.draft(cast.office, tomas, COURSE).checked.errors


def test_a_drawing_is_taken_as_it_is_unless_something_in_it_is_active(cast: Cast, tomas: Actor) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    put = add(cast, tomas, drawing, "plan.svg")
    assert files(cast, tomas) == {put.path: drawing}
    for active in (
        b"<svg onload='x'></svg>",
        b"<svg><script>x</script></svg>",
        b"<svg",
        b"<?xml version='1.0'?><html/>",
    ):
        with pytest.raises(Refused) as error:
            add(cast, tomas, active, "plan.svg")
        assert refusal(error) == "picture-active"
        assert error.value.values["reason"]


def test_without_words_in_both_languages_nothing_is_put_in(cast: Cast, tomas: Actor) -> None:
    for alt, code in (
        ({}, "picture-alt"),
        ({"en": "A bench."}, "picture-alt"),
        ({"en": "A bench.", "es": " \n "}, "picture-alt"),
        ({"en": "x" * 301, "es": "x"}, "picture-alt-long"),
    ):
        with pytest.raises(Refused) as error:
            publishing.add_picture(cast.office, tomas, COURSE, LESSON, "a.png", picture(), alt)
        assert refusal(error) == code
    with pytest.raises(Refused, match="picture-missing"):
        publishing.add_picture(cast.office, tomas, COURSE, LESSON, "", b"", ALT)
    assert not publishing.draft(cast.office, tomas, COURSE).begun


def test_words_stay_words_whatever_signs_are_in_them(cast: Cast, tomas: Actor) -> None:
    words = "A [bench] *here* & <b>there</b> \\ `x` ](y) {#z} [@s 1] ![q]"
    put = publishing.add_picture(
        cast.office, tomas, COURSE, LESSON, "a.png", picture(), {"en": words, "es": words + "\n¿?"}
    )
    source = publishing.draft(cast.office, tomas, COURSE).source
    checked = publishing.check(source.replacing({LESSON: source[LESSON] + f"\n{put.markdown('es')} y más.\n".encode()}))
    assert checked.course is not None
    html = "".join(block.html for block in checked.course.modules[0].lessons[0].pages["es"].blocks)
    assert (
        'alt="A [bench] *here* &amp; &lt;b&gt;there&lt;/b&gt; \\ `x` ](y) {#z} [@s 1] ![q] ¿?"' in html
        or 'alt="A [bench] *here* &amp; <b>there</b> \\ `x` ](y) {#z} [@s 1] ![q] ¿?"' in html
    )
    assert html.count("<img") == 1


def test_pictures_of_a_course_not_taught_or_of_no_page_are_not_found(cast: Cast, tomas: Actor) -> None:
    for actor, path in (
        (cast.actor("tina"), LESSON),
        (tomas, "course.yaml"),
        (tomas, "x/y/z.md"),
        (tomas, "../a.es.md"),
    ):
        with pytest.raises(NotFound):
            add(cast, actor, picture(), path=path)
    assert not publishing.draft(cast.office, tomas, COURSE).begun


def test_one_picture_is_decoded_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        recoding,
        "_decode",
        lambda *_: pytest.fail("not alone") if not recoding._one.locked() else Image.new("RGB", (3, 3)),
    )
    assert recode(picture()).width == 3
