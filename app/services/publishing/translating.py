"""A page and its translation side by side: what is missing, what changed in the source since, and saving it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.courseware import beside
from app.courseware.beside import Row
from app.courseware.fix import mark_translated
from app.courseware.manuscript import Manuscript
from app.rules.errors import NotFound
from app.services.office import Actor, Office
from app.services.publishing.drafts import Draft, PageText, course_row, page
from app.services.publishing.places import Where
from app.services.publishing.revising import Revision, revisions
from app.services.publishing.writing import save

_NOTE = re.compile(r"^translated-from:[ \t]*([0-9a-f]{16})[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Translation:
    """A page before its translator. The source is the same page in the other language."""

    source: PageText
    target: PageText
    rows: tuple[Row, ...]
    state: str
    """"missing": not written yet; "stale": the source changed since; "followed": translated from the source as it is;
    "unsaid": nobody said from which text it was translated"""
    since: Revision | None
    """the source as it was translated, where it is known and another"""
    changed: dict[int, str]
    """line of a passage of the source → what stood there when it was translated"""


def translation(office: Office, actor: Actor, draft: Draft, path: str) -> Translation:
    """The page at *path* beside the same page in the other language. Raises ``NotFound`` where there is no other."""
    target = page(draft, path)
    if not target.twin or target.where is None:
        raise NotFound("page")
    source = page(draft, target.twin)
    text = target.text if target.exists else ""
    state = state_of(source.text, text)
    since = _since(office, actor, draft, source.path, text) if state == "stale" else None
    changed = beside.changed(since.text, source.text) if since is not None else {}
    return Translation(source, target, beside.aligned(source.text, text), state, since, changed)


def state_of(source: str, text: str) -> str:
    """How the translation *text* stands to *source*: see :attr:`Translation.state`."""
    if not text:
        return "missing"
    note = _NOTE.search(text)
    if note is None:
        return "unsaid"
    return "followed" if note[1] == digest(source) else "stale"


def digest(text: str) -> str:
    """What a translation notes as ``translated-from``."""
    return Manuscript("", text).digest()


def _since(office: Office, actor: Actor, draft: Draft, path: str, text: str) -> Revision | None:
    note = _NOTE.search(text)
    try:
        kept: Sequence[Revision] = revisions(office, actor, draft.row.id, path)
    except NotFound:
        return None
    return next((one for one in kept if note is not None and digest(one.text) == note[1]), None)


def put_together(rows: Sequence[Row], written: Sequence[str]) -> str:
    """The text of a translation from what was written beside each of *rows*."""
    parts = []
    for row, text in zip(rows, written, strict=True):
        gap = row.translation.gap if row.translation else row.source.gap if row.source else ""
        parts.append((gap, text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")))
    return beside.joined(parts)


def save_translation(
    office: Office, actor: Actor, course_id: str, path: str, text: str, base: str, follows: str = ""
) -> str:
    """Save *text* as the translation at *path*; with *follows*, the digest of the source it now says the same as.

    Returns the new base. Raises what :func:`app.services.publishing.writing.save` raises.
    """
    course_row(office, actor, course_id)
    if follows and text.startswith("---"):
        text = mark_translated({path: text.encode()}, path, follows).decode()
    return save(office, actor, course_id, path, text, base)


@dataclass(frozen=True)
class Waiting:
    """A page in the list of translations."""

    where: Where
    """of the page that is to be translated into"""
    path: str
    source: str
    title: str
    state: str
    words: int
    """of the source"""


def waiting(draft: Draft, language: str) -> tuple[Waiting, ...]:
    """Every page that another language has, as it stands in *language*, in the order of the tree."""
    found = []
    for path, where in draft.places.items():
        if where.language == language:
            continue
        target = f"{path.removesuffix(f'.{where.language}.md')}.{language}.md"
        source = page(draft, path)
        text = page(draft, target).text if target in draft.source else ""
        to = Where(target, where.kind, where.folder, where.module, where.item, language, where.stem, where.number)
        words = len(source.text.split())
        found.append(Waiting(to, target, path, source.title, state_of(source.text, text), words))
    return tuple(sorted(found, key=lambda one: one.path))
