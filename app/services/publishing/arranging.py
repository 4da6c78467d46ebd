"""A module and its lessons in another order, or called otherwise: their ids, and whatever officers did, stay."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.courseware.frontwriting import Unwritable, with_front, with_modules
from app.courseware.ids import is_id
from app.courseware.settings import FILE
from app.courseware.source import Source
from app.rules.errors import Conflict, NotFound, Refused
from app.services import audit
from app.services.office import Actor, Office
from app.services.publishing.drafts import Draft, course_row, draft_of
from app.services.publishing.making import LONGEST_TITLE, change_names
from app.services.publishing.ordering import Named, compiled, lessons, modules, order_with, renumbered
from app.services.publishing.places import front
from app.services.publishing.writing import carry_history, put


@dataclass(frozen=True)
class Wanted:
    """How a module or a lesson shall stand: its place from 1, its name without number, its titles by language."""

    place: int
    name: str
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Arrangement:
    """A module of a draft and its lessons as they are. ``place`` and ``places`` count from 1."""

    draft: Draft
    module: Named
    place: int
    places: int
    lessons: tuple[Named, ...]

    @property
    def seen(self) -> str:
        """Names what a form shows, so that it changes nothing else."""
        rows = [self.place, self.places]
        shown = [(one.name, one.id, sorted(one.titles.items())) for one in (self.module, *self.lessons)]
        return hashlib.sha256(repr((rows, shown)).encode()).hexdigest()[:32]


def arrangement(now: Draft, folder: str) -> Arrangement:
    """The module in *folder*. Raises ``NotFound`` and ``Refused("course-file-unreadable")``."""
    listed = {one.id for one in compiled(now).modules}
    line = [one for one in modules(now) if one.id in listed]
    module = next((one for one in modules(now) if one.name == folder), None)
    if module is None:
        raise NotFound("module")
    place = line.index(module) + 1 if module in line else 0
    return Arrangement(now, module, place, len(line) if place else 0, lessons(now, folder))


def in_order(wanted: Sequence[int]) -> list[int]:
    """The order (positions from 0) in which things stand that were given places from 1, some perhaps the same place.

    What was moved up to a place pushes aside what is there; what was moved down comes after it.
    """
    return sorted(range(len(wanted)), key=lambda at: (wanted[at], (wanted[at] > at + 1) - (wanted[at] < at + 1), at))


def arrange(
    office: Office, actor: Actor, course_id: str, folder: str, module: Wanted, each: Sequence[Wanted], seen: str
) -> str:
    """Let a module and its lessons (*each*, in their present order) stand as wanted. Returns the module's folder.

    Raises ``NotFound``; ``Conflict("arrange-changed")``; ``Refused``: ``title-missing``, ``title-long``,
    ``name-malformed``, ``name-taken``, ``place-unknown``, ``module-page-first``, ``page-unwritable``,
    ``course-file-unwritable``, ``course-file-unreadable``.
    """
    with office.transaction():
        now = draft_of(office, course_row(office, actor, course_id, lock=True))
        found = arrangement(now, folder)
        if found.seen != seen or len(each) != len(found.lessons):
            raise Conflict("arrange-changed")
        _check(found, module, each)
        files = dict(now.source)
        for one, wanted in ((found.module, module), *zip(found.lessons, each, strict=True)):
            files |= _rewritten(files, one, wanted)
        names = _lesson_names(found, each)
        target, folders = _folder_names(now, found, module)
        if found.place and module.place != found.place:
            files[FILE] = _relisted(now, found, module.place)
        paths = {path: path for path in files}
        for old, new in names.items():
            paths[old] = new
        for old, new in folders.items():
            # the folder last: what is in it has its new name already
            paths |= {
                path: new + now_called[len(old) :] for path, now_called in paths.items() if path.startswith(f"{old}/")
            }
        changed = {old: new for old, new in paths.items() if old != new}
        after = change_names(Draft(now.row, Source(files), now.published, now.begun), changed)
        written = {path: data for path, data in after.items() if now.source.get(path) != data}
        gone = frozenset(now.source) - after.keys()
        if written or gone:
            carry_history(office, course_id, changed)
            put(office, actor, now, written, gone)
            audit.note(office, actor, "draft.arrange", course_id, {"folder": folder, "to": target})
    return target


def _check(found: Arrangement, module: Wanted, each: Sequence[Wanted]) -> None:
    if found.place and not 1 <= module.place <= found.places:
        raise Refused("place-unknown")
    if any(not 1 <= one.place <= len(each) for one in each):
        raise Refused("place-unknown")
    for one, wanted in ((found.module, module), *zip(found.lessons, each, strict=True)):
        if not is_id(wanted.name) and wanted.name != one.bare:
            raise Refused("name-malformed")
        if any(not wanted.titles.get(code, "").strip() for code in one.paths):
            raise Refused("title-missing")
        if any(len(title) > LONGEST_TITLE for title in wanted.titles.values()):
            raise Refused("title-long", most=LONGEST_TITLE)
    if module.name != found.module.bare and not found.module.paths:
        raise Refused("module-page-first")


def _rewritten(files: Mapping[str, bytes], one: Named, wanted: Wanted) -> dict[str, bytes]:
    """The pages of *one* with their titles as wanted, and with their id written in where its name goes."""
    changed = {}
    for code, path in one.paths.items():
        data = files[path]
        try:
            if wanted.titles[code] != one.titles.get(code, ""):
                data = with_front(data, "title", wanted.titles[code])
            if wanted.name != one.bare and not front(data, "id"):
                data = with_front(data, "id", one.id)
        except Unwritable as no:
            raise Refused("page-unwritable", path=path) from no
        changed[path] = data
    return changed


def _lesson_names(found: Arrangement, each: Sequence[Wanted]) -> dict[str, str]:
    order = in_order([one.place for one in each])
    if order == list(range(len(each))) and all(w.name == o.bare for o, w in zip(found.lessons, each, strict=True)):
        return {}
    if order == list(range(len(each))):
        names = [o.name[: len(o.name) - len(o.bare)] + w.name for o, w in zip(found.lessons, each, strict=True)]
    else:
        names = renumbered([(found.lessons[at].name, each[at].name) for at in order], 1)
    folder = found.module.name
    return {
        path: f"{folder}/{name}.{code}.md"
        for at, name in zip(order, names, strict=True)
        for code, path in found.lessons[at].paths.items()
    }


def _folder_names(now: Draft, found: Arrangement, module: Wanted) -> tuple[str, dict[str, str]]:
    """What the module's folder is called then, and old name → new name of every folder that changes its name."""
    prefix = found.module.name[: len(found.module.name) - len(found.module.bare)]
    if not found.place or module.place == found.place:
        target = prefix + module.name
        return target, {found.module.name: target} if target != found.module.name else {}
    listed = {one.id for one in compiled(now).modules}
    line = [one for one in modules(now) if one.id in listed]
    line.insert(module.place - 1, line.pop(found.place - 1))
    names = renumbered([(one.name, module.name if one == found.module else one.bare) for one in line], 2)
    renamed = {one.name: name for one, name in zip(line, names, strict=True) if one.name != name}
    return renamed.get(found.module.name, found.module.name), renamed


def _relisted(now: Draft, found: Arrangement, place: int) -> bytes:
    course = compiled(now)
    line = [one.id for one in modules(now) if course.module(one.id)]
    line.insert(place - 1, line.pop(found.place - 1))
    order = order_with([one.id for one in course.modules], line, found.module.id)
    try:
        return with_modules(now.source[FILE], order)
    except Unwritable as no:
        raise Refused("course-file-unwritable") from no
