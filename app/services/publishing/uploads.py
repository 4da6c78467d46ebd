"""Files from a trainer's computer into the draft: a whole course or a module as a zip, or single files."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from app.courseware import media
from app.courseware.ids import is_id
from app.courseware.manuscript import Report, read
from app.courseware.settings import FILE
from app.courseware.source import Source, SourceRefused, from_files, from_zip, top_folder
from app.courseware.yamltext import Scalar, parse
from app.rules.errors import Conflict, NotFound, Refused
from app.services import audit
from app.services.office import Actor, Office
from app.services.publishing import holding
from app.services.publishing.checking import fingerprint
from app.services.publishing.drafts import Draft, course_row, draft, draft_of
from app.services.publishing.holding import Held
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
    opened = _opened(actor, sent)
    with office.transaction():
        now = draft_of(office, course_row(office, actor, course_id, lock=True))
        plan = _plan(actor, now, opened, folder)
        if plan.lost and not over:
            raise Refused("upload-over-changes", count=len(plan.lost), path=plan.lost[0])
        return _carry_out(office, actor, now, plan)


@dataclass(frozen=True)
class Plan:
    """What an upload would do to a draft."""

    written: Mapping[str, bytes]
    """files that are new or would say something else"""
    gone: frozenset[str]
    lost: tuple[str, ...]
    """of these, files whose changes are in no edition: whatever the draft says in them is lost"""


def _plan(actor: Actor, now: Draft, opened: Sequence[Opened], folder: str) -> Plan:
    try:
        # Names in the one form in which they come out of a zip again.
        then = from_files(place(now.source, opened, folder.strip("/ ")))
    except SourceRefused as no:
        raise Refused("upload-refused", reason=no.message(actor.language)) from no
    written = {path: data for path, data in then.items() if now.source.get(path) != data}
    gone = frozenset(now.source) - then.keys()
    if FILE in written and (named := id_in(written[FILE])) not in ("", now.row.id):
        raise Refused("upload-other-course", id=named)
    lost = tuple(one.path for one in now.changes if one.path in written or one.path in gone)
    return Plan(written, gone, lost)


def _carry_out(office: Office, actor: Actor, now: Draft, plan: Plan) -> Uploaded:
    if plan.written or plan.gone:
        put(office, actor, now, plan.written, plan.gone)
        detail = {"put": len(plan.written), "gone": len(plan.gone)}
        audit.note(office, actor, "draft.upload", now.row.id, detail)
    return Uploaded(tuple(sorted(plan.written)), tuple(sorted(plan.gone)))


# Held until the trainer has seen what it would overwrite ----------------------------------------------------------------


@dataclass(frozen=True)
class Replacing:
    """An upload that is held, and what it would do to the draft as it is now."""

    held: Held
    draft: Draft
    plan: Plan
    seen: str
    """names the draft that this is about"""

    @property
    def kept(self) -> tuple[str, ...]:
        """What it would write that loses nothing, by path."""
        return tuple(sorted(path for path in (*self.plan.written, *self.plan.gone) if path not in self.plan.lost))


def hold_files(
    office: Office, actor: Actor, course_id: str, sent: Sequence[tuple[str, bytes]], folder: str = ""
) -> Replacing:
    """Keep *sent* until the trainer has seen what it would overwrite. Raises what :func:`upload` raises, but for
    ``upload-over-changes``.
    """
    now = draft(office, actor, course_id)
    plan = _plan(actor, now, _opened(actor, sent), folder)
    name = sent[0][0] if len(sent) == 1 else f"{sent[0][0]} (+{len(sent) - 1})"
    kept = holding.hold(office, actor, course_id, "files", name, packed(sent), {"folder": folder})
    return Replacing(kept, now, plan, fingerprint(now.source))


def replacing(office: Office, actor: Actor, course_id: str, upload_id: uuid.UUID) -> Replacing:
    """What a held upload would do now. Raises ``NotFound`` and what :func:`upload` raises."""
    return _replacing(office, actor, draft(office, actor, course_id), upload_id)


def _replacing(office: Office, actor: Actor, now: Draft, upload_id: uuid.UUID) -> Replacing:
    kept = holding.held(office, actor, now.row.id, upload_id, "files")
    if kept.done:
        raise NotFound("upload")
    plan = _plan(actor, now, _opened(actor, _unpacked(kept.content)), str(kept.wishes.get("folder", "")))
    return Replacing(kept, now, plan, fingerprint(now.source))


def replace(office: Office, actor: Actor, course_id: str, upload_id: uuid.UUID, seen: str) -> Uploaded:
    """Put a held upload into the draft, over whatever it was shown to overwrite.

    Raises ``Conflict("draft-changed")`` when the draft is not the one that was shown, and what :func:`upload` raises.
    """
    with office.transaction():
        now = draft_of(office, course_row(office, actor, course_id, lock=True))
        found = _replacing(office, actor, now, upload_id)
        if found.seen != seen:
            raise Conflict("draft-changed")
        done = _carry_out(office, actor, now, found.plan)
        holding.drop(office, actor, course_id, upload_id)
    return done


def packed(sent: Sequence[tuple[str, bytes]]) -> bytes:
    """Files and their names as one piece, to be held."""
    return msgspec.msgpack.encode([(name, data) for name, data in sent])


def _unpacked(data: bytes) -> list[tuple[str, bytes]]:
    return msgspec.msgpack.decode(data, type=list[tuple[str, bytes]])


# Files and where they go ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """An uploaded file, its zip unpacked: ``top`` is the one folder that held everything in it."""

    name: str
    data: bytes = b""
    files: Source | None = None
    top: str = ""


def _opened(actor: Actor, sent: Sequence[tuple[str, bytes]]) -> list[Opened]:
    try:
        return [_open(filename, data) for filename, data in sent]
    except SourceRefused as no:
        raise Refused("upload-refused", reason=no.message(actor.language)) from no


def _open(filename: str, data: bytes) -> Opened:
    """What was uploaded. Raises ``SourceRefused`` for a hostile or broken zip."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    if not name.lower().endswith(".zip"):
        return Opened(name, data)
    files = from_zip(data)
    return Opened(name, files=files, top=top_folder(data))


def id_in(course_yaml: bytes) -> str:
    """The course that a course.yaml is of; "" where it does not say so readably."""
    report = Report()
    mapping = parse(manuscript := read(FILE, course_yaml, report), manuscript.text, 1, report)
    node = mapping.items.get("id") if mapping is not None else None
    return node.text if isinstance(node, Scalar) and is_id(node.text) else ""


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
    if not name.endswith(".md") or name.startswith("."):
        raise Refused("upload-kind", name=name)
    if _COUNTRY.fullmatch(name):
        return f"countries/{name}"
    if not folder:
        raise Refused("upload-folder-missing", name=name)
    return f"{folder}/{name}"
