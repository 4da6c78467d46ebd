"""What of a course can be found by searching: what officers read in it, in passages from heading to heading.

Questions, their feedback, simulations and practical sheets are not in it: nothing that is found gives an answer away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Literal, NamedTuple

from app.courseware.course import Block, Course, Lesson, Module, Page

Kind = Literal["course", "module", "lesson", "term"]

_HEADING = re.compile(r"<h([23])>")
_BLOCKS = frozenset("p li td th dt dd h2 h3 h4 section div blockquote figcaption tr br".split())
_ENDED = tuple(".!?:;…»”)")


class Passage(NamedTuple):
    """A stretch of text under one heading, in one language."""

    language: str
    kind: Kind
    module: str
    """its id; "" for the course's own page and the glossary"""
    lesson: str
    """its id; "" where it is not in a lesson"""
    anchor: str
    """where on the page it stands: the id of its heading, "" for the top"""
    heading: str
    text: str
    countries: tuple[str, ...] = ()
    """ISO codes; empty means every learner"""


def with_anchors(blocks: Iterable[Block]) -> list[tuple[Block, str]]:
    """Each block with its HTML, in which every heading has an id: "part-1", "part-2", … in the order of the whole page,
    whoever reads it.
    """
    found, count = [], 0
    for block in blocks:

        def name(heading: re.Match[str]) -> str:
            nonlocal count
            count += 1
            return f'<h{heading[1]} id="part-{count}">'

        found.append((block, _HEADING.sub(name, block.html)))
    return found


def passages(course: Course) -> Iterator[Passage]:
    """Every passage of *course*, in every language in which it is written."""
    for language, page in course.pages.items():
        yield from _page(course, page, Passage(language, "course", "", "", "", page.title, page.summary))
    for module in course.modules:
        for language, page in module.pages.items():
            goals = " · ".join(module.objectives.get(language, ()))
            opening = _joined([page.summary, goals])
            yield from _page(course, page, Passage(language, "module", module.id, "", "", page.title, opening))
        for lesson in module.lessons:
            yield from _lesson(course, module, lesson)
    for term in course.terms:
        for language, names in term.names.items():
            if names:
                others = f"({', '.join(names[1:])})" if names[1:] else ""
                said = _joined([_text(term.html.get(language, "")), others])
                yield Passage(language, "term", "", "", f"term-{term.id}", names[0], said)


def _lesson(course: Course, module: Module, lesson: Lesson) -> Iterator[Passage]:
    for language, page in lesson.pages.items():
        opening = Passage(language, "lesson", module.id, lesson.id, "", page.title, page.objective)
        yield from _page(course, page, opening)


def _page(course: Course, page: Page, opening: Passage) -> Iterator[Passage]:
    """The passages of a page, the first of which is *opening* and what stands before the first heading."""
    now, parts, fresh = opening, [opening.text], True
    for block, html in with_anchors(page.blocks):
        if block.kind == "country":
            yield from _entries(course, block, now)
            continue
        if block.countries != now.countries:
            if fresh or parts:
                yield now._replace(text=_joined(parts))
            now, parts, fresh = now._replace(countries=block.countries), [], False
        for anchor, heading, text in _sections(html):
            if anchor:
                if fresh or parts:
                    yield now._replace(text=_joined(parts))
                now, parts, fresh = now._replace(anchor=anchor, heading=heading), [], True
            if text:
                parts.append(text)
    if fresh or parts:
        yield now._replace(text=_joined(parts))


def _entries(course: Course, block: Block, now: Passage) -> Iterator[Passage]:
    """The "in your country" entries that stand at *block*, each for its own country."""
    name = course.entry_names.get(block.ref, {}).get(now.language, "")
    for country, entries in course.countries.items():
        entry = entries.get(block.ref)
        if entry and entry.html.get(now.language) and (not block.countries or country in block.countries):
            text = _text(entry.html[now.language])
            yield now._replace(heading=name or now.heading, text=text, countries=(country,))


class _Reader(HTMLParser):
    """Takes HTML apart into (anchor, heading, text) from heading to heading."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[list[str]] = [["", "", ""]]
        self._parts: list[str] = [""]
        self._heading: list[str] | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        anchor = dict(attributes).get("id") or ""
        if tag in _BLOCKS:
            self._parts.append("")
        if tag == "sup":  # the numbers of sources and footnotes
            self._silent += 1
        elif tag in ("h2", "h3") and anchor:
            self._close()
            self.found.append([anchor, "", ""])
            self._heading = []

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._parts.append("")
        if tag == "sup":
            self._silent -= 1
        elif tag in ("h2", "h3") and self._heading is not None:
            self.found[-1][1] = " ".join("".join(self._heading).split())
            self._heading = None

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._heading is not None:
            self._heading.append(data)
        else:
            self._parts[-1] += data

    def _close(self) -> None:
        self.found[-1][2] = _joined(self._parts)
        self._parts = [""]

    def result(self, html: str) -> list[list[str]]:
        self.feed(html)
        self.close()
        self._close()
        return self.found


def _sections(html: str) -> list[tuple[str, str, str]]:
    return [(anchor, heading, text) for anchor, heading, text in _Reader().result(html)]


def _text(html: str) -> str:
    return _joined([text for _anchor, _heading, text in _sections(html)])


def _joined(parts: Iterable[str]) -> str:
    """Paragraphs, lines and cells as one line, with a point between those that end with no sign of their own."""
    line = ""
    for part in (" ".join(one.split()) for one in parts):
        if part:
            line += ("" if not line else " " if line.endswith(_ENDED) else " · ") + part
    return line
