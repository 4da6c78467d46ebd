"""Folder, zip and drafts are the same course; hostile zips are refused."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.courseware import source as sources
from app.courseware.compiler import compile
from app.courseware.course import digest
from app.courseware.source import Source, SourceRefused, from_files, from_folder, from_zip, to_zip


def zipped(files: dict[str, bytes], **options: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for option, value in options.items():
                setattr(info, option, value)
            archive.writestr(info, data)
    return buffer.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(SourceRefused) as refused:
        from_zip(data)
    assert refused.value.message("es") != refused.value.message("en")
    return refused.value.code


def test_a_folder_a_zip_and_drafts_give_the_same_course(sample: Source) -> None:
    compiled = [compile(one) for one in (sample, from_zip(to_zip(sample)), from_files(dict(sample)))]
    digests = {digest(one.course) for one in compiled if one.course}
    assert len(digests) == 1
    assert all(one.course for one in compiled)


def test_a_zip_of_the_same_files_is_the_same_bytes(sample: Source) -> None:
    backwards = dict(reversed(list(sample.items())))
    assert to_zip(sample) == to_zip(backwards)


def test_a_zip_may_hold_a_single_top_folder(sample: Source) -> None:
    inside = {f"my-course/{path}": data for path, data in sample.items()}
    assert dict(from_zip(zipped(inside))) == dict(sample)


def test_two_top_folders_stay_as_they_are() -> None:
    assert set(from_zip(zipped({"a/x.md": b"", "b/y.md": b""}))) == {"a/x.md", "b/y.md"}


def test_what_systems_leave_behind_is_left_out() -> None:
    files = {
        "course.yaml": b"x",
        "__MACOSX/._a": b"",
        ".DS_Store": b"",
        ".git/config": b"",
        "a.md~": b"",
        "Thumbs.db": b"",
    }
    assert list(from_zip(zipped(files))) == ["course.yaml"]
    assert list(from_files(files)) == ["course.yaml"]


@pytest.mark.parametrize(
    "name",
    [
        "../evil.md",
        "a/../../evil.md",
        "a/..",
        "/etc/passwd",
        "C:/evil.md",
        "c:evil.md",
        "a\\..\\evil.md",
        "\\\\server\\share",
        "a//b.md",
        "./a.md",
        "a/./b.md",
        "nul\x00.md",
        "line\nbreak.md",
        "name:stream.md",
        "right-to-left-\u202emd.exe",
        "x" * 300,
    ],
)
def test_a_name_that_could_leave_the_folder_is_refused(name: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        from_files({name: b""})
    assert refused.value.code == "source-path-unsafe"
    if "\x00" not in name:
        assert refusal(zipped({name: b"x"})) == "source-path-unsafe"


def test_a_name_cut_by_a_nul_is_refused() -> None:
    data = zipped({"goodXmd": b"x"}).replace(b"goodXmd", b"good\x00md")
    assert refusal(data) == "source-path-unsafe"


def test_names_that_one_computer_takes_for_the_same_are_refused() -> None:
    assert refusal(zipped({"A.md": b"", "a.md": b""})) == "source-path-twice"


def test_the_same_name_twice_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.md", "one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.md", "two")
    assert refusal(buffer.getvalue()) == "source-path-twice"


def test_a_link_in_a_zip_is_refused() -> None:
    assert refusal(zipped({"a.md": b"/etc/passwd"}, external_attr=(stat.S_IFLNK | 0o777) << 16)) == "source-link"


def test_a_device_in_a_zip_is_refused() -> None:
    assert refusal(zipped({"a.md": b""}, external_attr=(stat.S_IFIFO | 0o777) << 16)) == "source-not-plain"


def test_an_encrypted_member_is_refused() -> None:
    data = bytearray(zipped({"a.md": b"secret"}))
    local, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    assert refusal(bytes(data)) == "zip-encrypted"


def test_an_unusual_compression_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.md", "x" * 100)
    assert refusal(buffer.getvalue()) == "zip-method"


def test_a_bomb_is_refused_while_it_unpacks() -> None:
    assert refusal(zipped({"a.md": b"\0" * 5_000_000})) == "zip-ratio"


def test_a_header_that_lies_about_the_size_does_not_help() -> None:
    data = bytearray(zipped({"a.md": os.urandom(1000) + b"\0" * 3_000_000}))
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = (1000).to_bytes(4, "little")
    assert refusal(bytes(data)) in ("zip-ratio", "zip-broken")


def test_too_many_too_large_and_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_FILES", 3)
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 1000)
    monkeypatch.setattr(sources, "MAX_TOTAL_BYTES", 2500)
    noise = os.urandom(900)
    assert refusal(zipped({f"{n}.md": b"" for n in range(4)})) == "source-too-many"
    assert refusal(zipped({"a.md": os.urandom(1001)})) == "source-file-too-large"
    assert refusal(zipped({"a.md": noise, "b.md": noise, "c.md": noise})) == "source-too-large"
    for files, code in (
        ({f"{n}.md": b"" for n in range(4)}, "source-too-many"),
        ({"a.md": b"x" * 1001}, "source-file-too-large"),
        ({"a.md": noise, "b.md": noise, "c.md": noise}, "source-too-large"),
    ):
        with pytest.raises(SourceRefused) as refused:
            from_files(files)
        assert refused.value.code == code


def test_what_is_no_zip_is_refused() -> None:
    assert refusal(b"") == "zip-broken"
    assert refusal(b"PK\x03\x04 and then nothing") == "zip-broken"
    assert refusal(b"\x89PNG\r\n\x1a\n") == "zip-broken"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=12), st.integers(0, 400))
def test_a_damaged_zip_is_refused_or_read_and_never_crashes(edits: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(zipped({"course.yaml": b"id: a\n" * 20, "a.en.md": os.urandom(50)}))
    for position, value in edits:
        data[position % len(data)] = value
    with contextlib.suppress(SourceRefused):
        from_zip(bytes(data[: len(data) - cut]))


def test_a_name_that_begins_with_nothing_is_refused() -> None:
    data = zipped({"course.yaml": b"id: a\n", "Aaa.en.md": b"x"}).replace(b"Aaa.en.md", b"\0aa.en.md")
    with pytest.raises(SourceRefused) as refused:
        from_zip(data)
    assert refused.value.code == "source-path-unsafe"


def test_a_folder_refuses_links_and_says_when_it_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused) as refused:
        from_folder(tmp_path / "nowhere")
    assert refused.value.code == "source-folder-missing"
    (tmp_path / "course.yaml").write_text("id: a")
    (tmp_path / ".hidden").write_text("")
    assert list(from_folder(tmp_path)) == ["course.yaml"]
    (tmp_path / "link.md").symlink_to("/etc/passwd")
    with pytest.raises(SourceRefused) as refused:
        from_folder(tmp_path)
    assert refused.value.code == "source-link"
    (tmp_path / "link.md").unlink()
    (tmp_path / "folder").symlink_to("/etc")
    with pytest.raises(SourceRefused) as refused:
        from_folder(tmp_path)
    assert refused.value.code == "source-link"


def test_a_pipe_in_a_folder_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    with pytest.raises(SourceRefused) as refused:
        from_folder(tmp_path)
    assert refused.value.code == "source-not-plain"
