"""Files from a trainer's computer into the draft: a whole course or a module as a zip, or single files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.courseware import media
from app.courseware.manuscript import Report, read
from app.courseware.settings import FILE, Settings, read_settings
from app.courseware.source import Source, SourceRefused, from_zip
from app.rules.errors import Refused
from app.services import audit
from app.services.office import Actor, Office
from app.services.publishing.drafts import course_row, draft_of
from app.services.publishing.places import folder_id
from app.services.publishing.writing import put

_ROOT = re.compile(r"(?:course|glossary|exam)\.[a-z]{2}\.md")
_COUNTRY = re.compile(r"[A-Z]{2}\.[a-z]{2}\.md")
_MODULE_PAGE = re.compile(r"module\.[a-z]{2}\.md")


@dataclass(frozen=True)
class Uploaded:
    """What an upload did to the draft."""

    put: tuple[str, ...]
    """paths that are new or say something else now"""
    gone: tuple[str, ...]


def upload(
    office: Office,
    actor: Actor,
    course_id: str,
    sent: Sequence[tuple[str, bytes]],
    folder: str = "",
    over: bool = False,
) -> Uploaded:
    """Put *sent* (file names and bytes) into the draft of a course.

    A zip with course.yaml replaces the whole draft; a zip of a module's folder replaces that module; anything else is
    put beside what is there, single files into *folder*. What other changes of the draft it would overwrite is
    refused unless *over*. The draft may have any number of problems afterwards. Raises ``NotFound`` and ``Refused``:
    ``upload-refused`` (with the reason), ``upload-kind``, ``upload-folder-missing``, ``upload-other-course``,
    ``upload-over-changes``, ``upload-empty``.
    """
    course_row(office, actor, course_id)
    try:
        opened = [_open(filename, data) for filename, data in sent]
    except SourceRefused as no:
        raise Refused("upload-refused", reason=no.message(actor.language)) from no
    with office.transaction():
        row = course_row(office, actor, course_id, lock=True)
        now = draft_of(office, row)
        then = place(now.source, opened, folder.strip("/ "))
        written = {path: data for path, data in then.items() if now.source.get(path) != data}
        gone = frozenset(now.source) - then.keys()
        lost = [one.path for one in now.changes if one.path in written or one.path in gone]
        if lost and not over:
            raise Refused("upload-over-changes", count=len(lost), path=lost[0])
        if FILE in written and (named := id_in(written[FILE])) not in ("", course_id):
            raise Refused("upload-other-course", id=named)
        if written or gone:
            put(office, actor, now, written, gone)
            audit.note(office, actor, "draft.upload", course_id, {"put": len(written), "gone": len(gone)})
    return Uploaded(tuple(sorted(written)), tuple(sorted(gone)))


@dataclass(frozen=True)
class Opened:
    """An uploaded file, its zip unpacked: ``top`` is the one folder that held everything in it."""

    name: str
    data: bytes = b""
    files: Source | None = None
    top: str = ""


def _open(filename: str, data: bytes) -> Opened:
    """What was uploaded. Raises ``SourceRefused`` for a hostile or broken zip."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    if not name.lower().endswith(".zip"):
        return Opened(name, data)
    files = from_zip(data)
    return Opened(name, files=files, top=_top_folder(data))


def _top_folder(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist() if "/" in name}
    tops.discard("__MACOSX")
    return tops.pop() if len(tops) == 1 else ""


def id_in(course_yaml: bytes) -> str:
    """The course that a course.yaml is of; "" where it does not say so readably."""
    report = Report()
    settings = read_settings(read(FILE, course_yaml, report), report)
    return settings.id if settings is not None and settings.id != Settings().id else ""


def place(source: Mapping[str, bytes], sent: Sequence[Opened], folder: str = "") -> dict[str, bytes]:
    """The files of *source* after *sent* has been put in. Raises ``Refused``."""
    if not sent:
        raise Refused("upload-empty")
    then = dict(source)
    for one in sent:
        if one.files is not None:
            then = _place_zip(then, one, folder)
        else:
            then[_place_file(one.name, folder)] = one.data
    return then


def _place_zip(then: dict[str, bytes], zipped: Opened, folder: str) -> dict[str, bytes]:
    files = dict(zipped.files or {})
    if not files:
        raise Refused("upload-empty")
    if FILE in files:
        return files
    inside = [path for path in files if "/" not in path and not _ROOT.fullmatch(path)]
    if inside:  # the inside of one folder
        target = folder or zipped.top
        if not target:
            raise Refused("upload-folder-missing", name=inside[0])
        files = {f"{target}/{path}": data for path, data in files.items()}
    for name in _folders(files):
        then, files = _place_folder(then, files, name)
    return {**then, **files}


def _place_folder(
    then: dict[str, bytes], files: dict[str, bytes], name: str
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """*then* without what an uploaded folder replaces, and *files* with that folder under the name it shall have."""
    known = [top for top in _folders(then) if folder_id(top) == folder_id(name)]
    if known and name not in known and folder_id(name) == name:  # uploaded without its number: it keeps its place
        files = {
            known[0] + path[len(name) :] if path.startswith(name + "/") else path: data for path, data in files.items()
        }
        name = known[0]
    if any(_MODULE_PAGE.fullmatch(path[len(name) + 1 :]) for path in files if path.startswith(name + "/")):
        old = {*known, name}  # a module's own page is with it: this is the whole module
        then = {path: data for path, data in then.items() if "/" not in path or path.partition("/")[0] not in old}
    return then, files


def _folders(files: Mapping[str, bytes]) -> list[str]:
    return sorted({path.partition("/")[0] for path in files if "/" in path})


def _place_file(name: str, folder: str) -> str:
    """Where a single file goes: its own place where its name says it, else *folder*. Raises ``Refused``."""
    if name == FILE or _ROOT.fullmatch(name) or (name == "README.md" and not folder):
        return name
    if media.mime_type(name) is not None:
        inside = folder if folder == "media" or folder.endswith("/media") else f"{folder}/media" if folder else "media"
        return f"{inside}/{name}"
    if not name.endswith(".md"):
        raise Refused("upload-kind", name=name)
    if _COUNTRY.fullmatch(name):
        return f"countries/{name}"
    if not folder:
        raise Refused("upload-folder-missing", name=name)
    return f"{folder}/{name}"
