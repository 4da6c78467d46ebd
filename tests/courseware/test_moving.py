"""Files under other names: every link still leads where it led."""

from __future__ import annotations

import pytest

from app.courseware import compiler
from app.courseware.moving import NameTaken, moved
from app.courseware.source import Source
from tests import manuscript

PAGE = b"""[lesson](../02-b/1-two.es.md#part) and ![map](media/my%20map.svg) and [same](2-other.es.md)
[web](https://example.org/02-b/1-two.es.md) [scene](#scene) [root](/x) [gone](nothing.md)
[angle](<../02-b/1-two.es.md>) [twin](../02-b/1-two.en.md)

[ref]: ../02-b/1-two.es.md "Title"
"""


def files() -> dict[str, bytes]:
    return {
        "01-a/1-one.es.md": PAGE,
        "01-a/2-other.es.md": b"[back](1-one.es.md)\r\n",
        "01-a/media/my map.svg": b"<svg/>",
        "02-b/1-two.es.md": b"[there](../01-a/1-one.es.md)\n",
        "exam.es.md": b"[two](02-b/1-two.es.md) \xff",
    }


def test_links_follow_a_page_and_leave_all_else_as_it_is() -> None:
    after = moved(files(), {"02-b/1-two.es.md": "02-b/3-two.es.md"})
    page = after["01-a/1-one.es.md"]
    assert page == PAGE.replace(b"(../02-b/1-two", b"(../02-b/3-two").replace(
        b"<../02-b/1-two.es.md>", b"../02-b/3-two.es.md"
    ).replace(b"]: ../02-b/1-two", b"]: ../02-b/3-two")
    assert after["exam.es.md"] == files()["exam.es.md"]  # not UTF-8: nobody touches it
    assert after["02-b/3-two.es.md"] == files()["02-b/1-two.es.md"]


def test_what_is_in_a_folder_goes_along_with_its_links() -> None:
    names = {path: path.replace("01-a/", "07-a/") for path in files() if path.startswith("01-a/")}
    after = moved(files(), names)
    assert after["07-a/1-one.es.md"] == PAGE
    assert after["07-a/media/my map.svg"] == b"<svg/>"
    assert after["02-b/1-two.es.md"] == b"[there](../07-a/1-one.es.md)\n"


def test_a_picture_named_by_its_page_is_found_after_the_page_moved_away() -> None:
    after = moved(files(), {"01-a/1-one.es.md": "02-b/2-one.es.md"})
    assert b"![map](../01-a/media/my%20map.svg)" in after["02-b/2-one.es.md"]
    assert b"[lesson](1-two.es.md#part)" in after["02-b/2-one.es.md"]
    assert after["01-a/2-other.es.md"] == b"[back](../02-b/2-one.es.md)\r\n"


def test_two_files_never_get_one_name() -> None:
    with pytest.raises(NameTaken):
        moved(files(), {"01-a/1-one.es.md": "01-a/2-OTHER.es.md"})
    swapped = moved(files(), {"01-a/1-one.es.md": "01-a/2-other.es.md", "01-a/2-other.es.md": "01-a/1-one.es.md"})
    assert swapped["01-a/1-one.es.md"] == b"[back](2-other.es.md)\r\n"


def test_a_course_whose_folders_moved_compiles_to_the_same_course() -> None:
    source = manuscript.files()
    source["01-mission/1-first-hour.es.md"] += "\nVea [aquí](../02-protection/1-hearing-fear.es.md).\n".encode()
    source["01-mission/1-first-hour.en.md"] += b"\nSee [here](../02-protection/1-hearing-fear.en.md).\n"
    names = {path: path.replace("02-", "09-") for path in source if path.startswith("02-")}
    before, after = compiler.compile(Source(source)), compiler.compile(Source(moved(source, names)))
    assert not before.errors and not after.errors
    assert before.course is not None and after.course is not None
    assert [m.id for m in before.course.modules] == [m.id for m in after.course.modules]
    assert (
        before.course.modules[0].lessons[0].pages["es"].blocks == after.course.modules[0].lessons[0].pages["es"].blocks
    )
