"""Writing into YAML that a person wrote changes what was meant and nothing else."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.courseware.frontwriting import Unwritable, scalar, with_front, with_modules

FLOW = b"id: a-course # the id\nmodules: [one, two, three]   # in order\nunlock: any\n"
LINES = b"""id: a-course
modules:
  # begin here
  - one   # the first
  # then
  - two
  - three
# all the rest
unlock: any
"""
OVER_LINES = b"modules: [one, # the first\n  two,\n  three]\nid: a\n"


@pytest.mark.parametrize(
    ("before", "modules", "after"),
    [
        (FLOW, "one two three four", FLOW.replace(b"three]", b"three, four]")),
        (FLOW, "four one two three", FLOW.replace(b"[one", b"[four, one")),
        (FLOW, "one four two three", FLOW.replace(b"one,", b"one, four,")),
        (FLOW, "three one two", FLOW.replace(b"one, two, three", b"three, one, two")),
        (LINES, "one two three four", LINES.replace(b"- three\n", b"- three\n  - four\n")),
        (LINES, "one four two three", LINES.replace(b"first\n", b"first\n  - four\n")),
        (LINES, "four one two three", LINES.replace(b"  - one", b"  - four\n  - one")),
        (OVER_LINES, "two one three", OVER_LINES.replace(b"[one", b"[two").replace(b"  two,", b"  one,")),
        (OVER_LINES, "one two three four", OVER_LINES.replace(b"three]", b"three, four]")),
        (b"id: a\nmodules: []\n", "one", b"id: a\nmodules: [one]\n"),
        (b"id: a\nmodules:\ncode: A\n", "one", b"id: a\nmodules: [one]\ncode: A\n"),
        (b"id: a", "one", b"id: a\nmodules: [one]\n"),
        (b"\xef\xbb\xbfid: a\r\nmodules:\r\n- one\r\n", "one two", b"\xef\xbb\xbfid: a\r\nmodules:\r\n- one\r\n- two\r\n"),
        (b"id: a\nmodules:\n- one", "one two", b"id: a\nmodules:\n- one\n- two\n"),
    ],
)  # fmt: skip
def test_a_module_is_put_into_the_list_and_the_rest_of_the_file_stays(
    before: bytes, modules: str, after: bytes
) -> None:
    assert with_modules(before, modules.split()) == after


def test_comments_go_along_when_lines_change_places() -> None:
    after = with_modules(LINES, ["two", "three", "one"])
    one, rest = b"  - one   # the first\n", b"  # then\n  - two\n  - three\n"
    assert after == LINES.replace(one + rest, rest + one)


@pytest.mark.parametrize(
    "data",
    [
        b"modules: [one, two]\nid: [",
        b"{id: a, modules: [one, two]}",
        b"modules: [one, [two]]\n",
        b"\xff\xfe",
        b"modules: &x [one, two]\n",
    ],
)
def test_what_cannot_be_changed_safely_is_left_to_a_person(data: bytes) -> None:
    with pytest.raises(Unwritable):
        with_modules(data, ["two", "one"])


def test_modules_are_never_taken_out() -> None:
    with pytest.raises(Unwritable):
        with_modules(FLOW, ["one", "two"])


PAGE = b"---\ntitle: Old   # a note\nminutes: 5\n---\nText: title: Old\n"


@pytest.mark.parametrize(
    ("before", "key", "value", "after"),
    [
        (PAGE, "title", "New", PAGE.replace(b"title: Old   #", b"title: New   #", 1)),
        (PAGE, "id", "old-name", PAGE.replace(b"---\n", b"---\nid: old-name\n", 1)),
        (PAGE.replace(b"\n", b"\r\n"), "title", "New", PAGE.replace(b"title: Old", b"title: New", 1).replace(b"\n", b"\r\n")),
        (b"\xef\xbb\xbf" + PAGE, "title", "New", b"\xef\xbb\xbf" + PAGE.replace(b"Old", b"New", 1)),
        (b"---\ntitle: >\n  Two\n  lines\nminutes: 5\n---\n", "title", "One", b"---\ntitle: One\nminutes: 5\n---\n"),
        (b"---\ntitle:\nminutes: 5\n---\n", "title", "One", b"---\ntitle: One\nminutes: 5\n---\n"),
        (b"Only text.\n", "title", "One", b"---\ntitle: One\n---\nOnly text.\n"),
        (b"", "title", "One", b"---\ntitle: One\n---\n"),
    ],
)  # fmt: skip
def test_one_key_of_the_front_matter_changes_and_the_rest_of_the_page_stays(
    before: bytes, key: str, value: str, after: bytes
) -> None:
    assert with_front(before, key, value) == after


def test_front_matter_that_is_no_yaml_is_left_to_a_person() -> None:
    with pytest.raises(Unwritable):
        with_front(b"---\ntitle: [\n---\n", "title", "New")


@given(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"), max_size=60
    )
)
def test_any_title_is_written_so_that_it_reads_as_itself(title: str) -> None:
    title = " ".join(title.split())
    written = with_front(PAGE, "title", title)
    head = written.decode().split("---")[1] if "---" not in title else written.decode()[4:].partition("\n---\n")[0]
    assert yaml.load(head, Loader=yaml.BaseLoader)["title"] == title  # noqa: S506
    assert "\n" not in scalar(title)
