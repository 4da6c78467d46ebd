"""Modules and lessons in their order, and the numbers in front of their names that show it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.courseware.course import Course
from app.rules.errors import Refused
from app.services.publishing.drafts import Draft
from app.services.publishing.places import Folder, folder_id, tree

_NUMBER = re.compile(r"(\d+)-")


@dataclass(frozen=True)
class Named:
    """A folder of a module, or a lesson's file without its language: ``name`` as it stands, ``id`` as addresses have it."""

    name: str
    id: str
    titles: Mapping[str, str]
    paths: Mapping[str, str]
    """language → the page that has the title"""

    @property
    def bare(self) -> str:
        """The name without its number."""
        return folder_id(self.name)

    @property
    def number(self) -> int | None:
        found = _NUMBER.match(self.name)
        return int(found[1]) if found else None


def compiled(now: Draft) -> Course:
    """The course of a draft. Raises ``Refused("course-file-unreadable")``."""
    course = now.checked.course
    if course is None:
        raise Refused("course-file-unreadable")
    return course


def modules(now: Draft) -> tuple[Named, ...]:
    """The folders of a draft's modules in the order of course.yaml, then those that it does not list."""
    course = now.checked.course
    listed = [module.id for module in course.modules] if course else []
    folders = [folder for folder in tree(now.source) if folder.module]
    place = {module: number for number, module in enumerate(listed)}
    folders.sort(key=lambda one: place.get(one.module, len(place)))
    return tuple(_module(folder) for folder in folders)


def _module(folder: Folder) -> Named:
    own = next((stem for stem in folder.stems if stem.kind == "module"), None)
    return Named(folder.name, folder.module, folder.titles, own.paths if own else {})


def lessons(now: Draft, folder: str) -> tuple[Named, ...]:
    """The lessons in a module's folder, in their order."""
    found = next((one for one in tree(now.source) if one.name == folder), None)
    stems = [stem for stem in found.stems if stem.kind == "lesson"] if found else []
    stems.sort(key=lambda one: (one.number or 10_000, one.stem))
    return tuple(
        Named(
            stem.stem.rpartition("/")[2],
            now.places[next(iter(stem.paths.values()))].item,
            stem.titles,
            stem.paths,
        )
        for stem in stems
    )


def renumbered(line: Sequence[tuple[str | None, str]], width: int) -> list[str]:
    """The names, numbers in front, of things in a new order: (name as it is, or ``None`` for a new one; bare name).

    The numbers that there are stay in use, each once and rising. One more gets the number after the one before it, and
    others move up only where they must.
    """
    numbers = [int(found[1]) if name and (found := _NUMBER.match(name)) else None for name, _bare in line]
    known = sorted(number for number in numbers if number is not None)
    width = max([width, *(len(found[1]) for name, _bare in line if name and (found := _NUMBER.match(name)))])
    if len(set(known)) < sum(1 for name, _bare in line if name):  # some have none, or the same
        given = list(range(1, len(line) + 1))
    else:
        spare, given, last = iter(known), [], 0
        for name, _bare in line:
            last = max(next(spare), last + 1) if name else last + 1
            given.append(last)
    return [f"{number:0{width}}-{bare}" for number, (_name, bare) in zip(given, line, strict=True)]


def with_one_more(line: Sequence[Named], place: int, bare: str, width: int) -> tuple[str, list[tuple[Named, str]]]:
    """The name of one more thing at *place* (from 0) of *line*, and each of the others with the name it has then."""
    known: list[tuple[str | None, str]] = [(one.name, one.bare) for one in line]
    names = renumbered([*known[:place], (None, bare), *known[place:]], width)
    name = names.pop(place)
    return name, list(zip(line, names, strict=True))


def order_with(order: Sequence[str], line: Sequence[str], one: str) -> list[str]:
    """The list of modules *order* with *one* before the module that follows it in *line*, or at the end."""
    rest = [each for each in order if each != one]
    following = next((each for each in line[line.index(one) + 1 :] if each in rest), None)
    rest.insert(rest.index(following) if following is not None else len(rest), one)
    return rest


def folder_names(before: str, after: str, paths: Iterable[str]) -> dict[str, str]:
    """Old path → new path of all that is in a folder under another name."""
    return {path: after + path[len(before) :] for path in paths if path.startswith(before + "/")}
