"""Where a course's files come from: a folder, a zip or drafts. All become one mapping of path to bytes."""

from __future__ import annotations

import io
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from app.courseware.messages import MESSAGES
from app.courseware.problem import Problem, message

MAX_FILES = 2_000
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_TOTAL_BYTES = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_PATH = 200

# A short text may compress a thousandfold and harm nobody.
_RATIO_COUNTS_FROM = 256 * 1024
_CHUNK = 64 * 1024
_ENCRYPTED = 0x1
_UTF8 = 0x800
_DOS_EPOCH = (1980, 1, 1, 0, 0, 0)
_JUNK = {"__MACOSX", "Thumbs.db", "desktop.ini"}


class SourceRefused(Exception):
    """A folder or zip that is not read, and why: a code of the catalogue and the values of its message."""

    def __init__(self, code: str, /, **values: object) -> None:
        shown = {name: str(value) for name, value in values.items()}
        self.problem = Problem(shown.get("path", ""), 0, 0, code, MESSAGES[code].severity, shown)
        super().__init__(message(self.problem, "en"))

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def values(self) -> dict[str, str]:
        return self.problem.values

    def message(self, language: str) -> str:
        """Why, in *language*."""
        return message(self.problem, language)


class Source(Mapping[str, bytes]):
    """The files of a course: path with forward slashes → bytes, in the order of paths. Immutable."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = {path: files[path] for path in sorted(files)}

    def __getitem__(self, path: str) -> bytes:
        return self._files[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def replacing(self, changed: Mapping[str, bytes]) -> Source:
        """A source with the files of *changed* in place of, or beside, its own."""
        return Source({**self._files, **changed})


def from_files(files: Mapping[str, bytes]) -> Source:
    """The source of *files*, such as drafts kept in a database.

    Raises :class:`SourceRefused` for unsafe paths, two paths that differ in case only, or too much of anything.
    """
    safe = {_safe(path): data for path, data in files.items()}
    kept = {path: data for path, data in safe.items() if not _junk(path)}
    _refuse_many(len(kept))
    _refuse_lookalikes(kept)
    for path, data in kept.items():
        _refuse_large(path, len(data))
    _refuse_total(sum(len(data) for data in kept.values()))
    return Source(kept)


def from_folder(folder: Path | str) -> Source:
    """The source of a *folder*. Hidden files are left out.

    Raises :class:`SourceRefused` for a missing folder, links, files that are not plain, or too much of anything.
    """
    root = Path(folder)
    if not root.is_dir():
        raise SourceRefused("source-folder-missing", path=str(folder))
    files: dict[str, bytes] = {}
    total = 0
    for path in _walk(root):
        name = _safe(path.relative_to(root).as_posix())
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceRefused("source-not-plain", path=name)
        _refuse_large(name, status.st_size)
        total += status.st_size
        _refuse_total(total)
        files[name] = path.read_bytes()
        _refuse_many(len(files))
    _refuse_lookalikes(files)
    return Source(files)


def from_zip(data: bytes) -> Source:
    """The source of a zip, whose files stand at its root or in a single top folder.

    Sizes are counted while reading, because headers can lie. Raises :class:`SourceRefused` for anything hostile or
    broken.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _without_top_folder(_read_members(archive))
    # What the standard library raises for damaged archives, found by feeding it damaged archives.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as broken:
        raise SourceRefused("zip-broken") from broken


def top_folder(data: bytes) -> str:
    """The one folder that holds everything in a zip that :func:`from_zip` reads, or ""."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        paths = [unicodedata.normalize("NFC", _name(info)) for info in archive.infolist()]
    tops = {path.partition("/")[0] for path in paths if "/" in path and not _junk(path.rstrip("/"))}
    return tops.pop() if len(tops) == 1 else ""


def to_zip(source: Mapping[str, bytes]) -> bytes:
    """A zip of *source*. The same files always give the same bytes, and :func:`from_zip` the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(source):
            info = zipfile.ZipInfo(path, _DOS_EPOCH)
            info.compress_type = zipfile.ZIP_STORED if _looks_like_a_bomb(source[path]) else zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, source[path], compresslevel=9)
    return buffer.getvalue()


def _looks_like_a_bomb(data: bytes) -> bool:
    """Whether *data*, compressed, would be refused when it comes back."""
    return len(data) > _RATIO_COUNTS_FROM and len(data) > MAX_RATIO * len(zlib.compress(data, 9, -15))


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, followlinks=False):
        here = Path(folder)
        for name in folders:
            if (here / name).is_symlink() and not _junk(name):
                raise SourceRefused("source-link", path=(here / name).relative_to(root).as_posix())
        folders[:] = sorted(name for name in folders if not _junk(name))
        for name in sorted(names):
            if _junk(name):
                continue
            if (here / name).is_symlink():
                raise SourceRefused("source-link", path=(here / name).relative_to(root).as_posix())
            yield here / name


def _read_members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    members = archive.infolist()
    _refuse_many(len(members))
    files: dict[str, bytes] = {}
    total = 0
    for info in members:
        name = _name(info)
        # Not ZipInfo.is_dir: it asks for the last letter of a name that may have none.
        is_folder = name.endswith("/")
        path = _safe(name.rstrip("/") if is_folder else name)
        _refuse_special(info, path)
        if is_folder or _junk(path):
            continue
        if path in files:
            raise SourceRefused("source-path-twice", path=path, other=path)
        files[path] = _read_member(archive, info, path, total)
        total += len(files[path])
    _refuse_lookalikes(files)
    return files


def _name(info: zipfile.ZipInfo) -> str:
    """What *info* is called, as its author typed it.

    Without the mark of UTF-8, names are said to be in a code page of the first PCs. Apple's zips are UTF-8 all the same;
    those of Windows are in the code page of Western Europe, in which "Á" is what the first PCs drew boxes with.
    """
    # orig_filename, because zipfile cuts the other at a NUL.
    name = info.orig_filename
    if info.flag_bits & _UTF8 or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:  # an extra field gave it
        return name
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp850")


def _refuse_special(info: zipfile.ZipInfo, path: str) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise SourceRefused("zip-encrypted", path=path)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise SourceRefused("source-link", path=path)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise SourceRefused("source-not-plain", path=path)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SourceRefused("zip-method", path=path)


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, before: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    with archive.open(info) as member:
        while piece := member.read(_CHUNK):
            size += len(piece)
            _refuse_large(path, size)
            _refuse_total(before + size)
            if size > _RATIO_COUNTS_FROM and size > MAX_RATIO * max(info.compress_size, 1):
                raise SourceRefused("zip-ratio", path=path, limit=MAX_RATIO)
            pieces.append(piece)
    return b"".join(pieces)


def _without_top_folder(files: dict[str, bytes]) -> Source:
    if "course.yaml" in files:
        return Source(files)
    tops = {path.partition("/")[0] for path in files}
    if len(tops) == 1 and all("/" in path for path in files):
        return Source({path.partition("/")[2]: data for path, data in files.items()})
    return Source(files)


def _safe(path: str) -> str:
    """*path* in one Unicode form; refused if it could leave its folder or be read otherwise elsewhere."""
    name = unicodedata.normalize("NFC", path)
    parts = name.split("/")
    shown = ascii(path)[1:-1]
    if "\\" in name or name.startswith("/") or ".." in parts or (len(name) > 1 and name[1] == ":"):
        raise SourceRefused("source-path-unsafe", path=shown)
    if not name or len(name) > MAX_PATH or not name.isprintable() or ":" in name or any(p in ("", ".") for p in parts):
        raise SourceRefused("source-path-unsafe", path=shown)
    return name


def _junk(path: str) -> bool:
    """Whether *path* is something that editors and operating systems leave behind."""
    return any(part in _JUNK or part.startswith(".") or part.endswith("~") for part in path.split("/"))


def _refuse_lookalikes(paths: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            raise SourceRefused("source-path-twice", path=path, other=other)


def _refuse_many(count: int) -> None:
    if count > MAX_FILES:
        raise SourceRefused("source-too-many", limit=MAX_FILES)


def _refuse_large(path: str, size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise SourceRefused("source-file-too-large", path=path, limit=MAX_FILE_BYTES // 1024 // 1024)


def _refuse_total(size: int) -> None:
    if size > MAX_TOTAL_BYTES:
        raise SourceRefused("source-too-large", limit=MAX_TOTAL_BYTES // 1024 // 1024)
