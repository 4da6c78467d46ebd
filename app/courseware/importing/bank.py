"""Banks of questions in, a quiz page of our format and an account of every question out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from app.courseware.ids import is_id, slug
from app.courseware.importing import aiken, edx_markdown, gift, moodle_xml, olx, own_format, plain_markdown, xmltree
from app.courseware.importing.checking import Checker
from app.courseware.importing.decoding import decode, is_binary
from app.courseware.importing.draft import Draft, Refusal
from app.courseware.importing.entries import Entry, Imported, Note, Recognised, note
from app.courseware.importing.sniffing import KINDS, SUFFIXES, Kind, sniff
from app.courseware.limits import MAX_LINES, MAX_LIST_ITEMS, MAX_PAGE_BYTES
from app.courseware.source import MAX_FILE_BYTES

MAX_TEXT_BYTES = 2 * 1024 * 1024
"""of a file that is not XML, which may carry pictures"""

MAX_LINES_READ = 60_000
MAX_QUESTIONS = 5_000
"""of one file"""

_MB = 1024 * 1024
_LONGEST_PREFIX = 30
_FOR_FRONT_MATTER = 4096
_SOME_LINES = 50
_LIST_ITEM = re.compile(r"^[ \t>]*(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)", re.MULTILINE)
_WIDE = re.compile(r"[^\S\n]{200,}")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|\Z)")
_XML_KINDS = ("moodle-xml", "olx")
_KEPT_OPTIONS = ("type", "credit", "critical", "difficulty", "countries", "shuffle")


def import_bank(
    data: bytes | Mapping[str, bytes],
    kind: Kind | Literal["auto"],
    language: str,
    prefix: str,
    *,
    taken: Collection[str] = (),
    sources: Collection[str] = (),
    objectives: int = 0,
) -> Imported:
    """The questions of a file, or of several by path, as a quiz page of our format in *language* ("en" or "es").

    Every id written begins with *prefix* and is none of *taken*, the ids that the course already has. *sources* are the
    ids of works that the course lists, and *objectives* the number of objectives of the module; what names others loses it.
    Nothing is fetched or run. Raises ``ValueError`` for an unknown kind or language, and for a prefix that is no id or is
    longer than 30 characters.
    """
    if kind != "auto" and kind not in KINDS:
        raise ValueError(f"unknown kind: {kind}")
    if language not in ("en", "es"):
        raise ValueError(f"unknown language: {language}")
    if not is_id(prefix) or len(prefix) > _LONGEST_PREFIX:
        raise ValueError(f"not an id: {prefix}")
    files = {"": data} if isinstance(data, bytes) else data
    reading = _Reading(kind, language, frozenset(sources), alone=len(files) == 1)
    drafts = [draft for path in sorted(files) for draft in reading.file(path, files[path])]
    bank = _Bank(Checker(language, sources, objectives), prefix, set(taken))
    entries = tuple(bank.entry(number, draft) for number, draft in enumerate(drafts, start=1))
    return Imported("\n".join(bank.blocks), entries, tuple(reading.notes()), tuple(reading.recognised))


class _Reading:
    """Reads files into drafts. A file that cannot be read is one refused draft."""

    def __init__(self, kind: Kind | Literal["auto"], language: str, sources: frozenset[str], alone: bool) -> None:
        self.kind = kind
        self.language = language
        self.sources = sources
        self.alone = alone
        self.left_out: list[str] = []
        self.remarks: list[Note] = []
        self.recognised: list[Recognised] = []

    def file(self, path: str, data: bytes) -> list[Draft]:
        if not self.alone and not self._fits(path, data):
            self.left_out.append(path)
            return []
        unreadable = Draft(path, 1, title=path.rpartition("/")[2])
        found: list[Draft] = []
        with unreadable.refusing():
            found = self._drafts(path, data)
        return [unreadable] if unreadable.refusal is not None else found

    def notes(self) -> Iterator[Note]:
        yield from self.remarks
        if self.left_out:
            yield note("file-left-out", path=", ".join(self.left_out))

    def _fits(self, path: str, data: bytes) -> bool:
        if is_binary(data) or not data.strip():
            return False
        kinds = KINDS if self.kind == "auto" else (self.kind,)
        return path.lower().endswith(tuple(suffix for kind in kinds for suffix in SUFFIXES[kind]))

    def _drafts(self, path: str, data: bytes) -> list[Draft]:
        if is_binary(data):
            raise Refusal("file-binary")
        if len(data) > MAX_FILE_BYTES:
            raise Refusal("file-too-large", limit=MAX_FILE_BYTES // _MB)
        text, assumed, encoding = decode(data)
        kind = sniff(text) if self.kind == "auto" else self.kind
        if kind not in _XML_KINDS and len(data) > MAX_TEXT_BYTES:
            raise Refusal("file-too-large", limit=MAX_TEXT_BYTES // _MB)
        if kind not in _XML_KINDS and text.count("\n") > MAX_LINES_READ:
            raise Refusal("file-too-long", limit=MAX_LINES_READ)
        drafts = self._xml(kind, text, path) if kind in _XML_KINDS else self._text(kind, text, path)
        if drafts is None:
            self.left_out.append(path)
            return []
        self.recognised.append(Recognised(path, kind, encoding, bool(assumed)))
        if len(drafts) > MAX_QUESTIONS:
            raise Refusal("questions-many", limit=MAX_QUESTIONS)
        if assumed:
            self.remarks.append(note("encoding-assumed", path=path or "—", encoding=assumed))
        if not drafts:
            self.remarks.append(note("nothing-found", path=path or "—"))
        return drafts

    def _xml(self, kind: Kind, text: str, path: str) -> list[Draft] | None:
        root = xmltree.parse(text)
        if kind == "moodle-xml":
            if root.tag == "quiz":
                return moodle_xml.read(root, path, self.language)
        elif drafts := olx.read(root, path, self.language):
            return drafts
        if self.alone:
            raise Refusal("xml-other", root=root.tag)
        # Most files of a course in OLX hold no problems.
        return None

    def _text(self, kind: Kind, text: str, path: str) -> list[Draft]:
        # Nobody means hundreds of spaces, and looking for the end of them again and again takes long.
        text = _WIDE.sub(" ", text)
        if kind == "gift":
            return gift.read(text, path, self.language)
        if kind == "aiken":
            return aiken.read(text, path, self.language)
        if kind == "edx-markdown":
            return edx_markdown.read(text, path, self.language)
        if found := _FRONT_MATTER.match(text):
            text = "\n" * found[0].count("\n") + text[found.end() :]
        if own_format.is_ours(text):
            return own_format.read(text, path, self.language, self.sources)
        return plain_markdown.read(text, path, self.language)


class _Bank:
    """The questions written so far, with their ids, as long as they fit one page."""

    def __init__(self, checker: Checker, prefix: str, taken: set[str]) -> None:
        self.checker = checker
        self.prefix = prefix
        self.taken = taken
        self.blocks: list[str] = []
        self.full = False
        self.bytes = self.lines = self.items = 0

    def entry(self, number: int, draft: Draft) -> Entry:
        """What becomes of *draft*."""
        question_id = block = ""
        with draft.refusing():
            if self.full and draft.refusal is None:
                raise Refusal("bank-full", limit=len(self.blocks))
            draft.finish()
            if draft.refusal is None:
                self._settle_options(draft)
                question_id = self._id(draft)
                block = self.checker.written(draft, question_id) + "\n"
                self._add(block)
                self.taken.add(question_id)
        title = draft.title or " ".join(draft.prompt.plain.split())[:80]
        if draft.refusal is not None:
            notes = (draft.refusal,)
            return Entry(number, draft.path, draft.line, title, "refused", notes, category=draft.category)
        changes = tuple(draft.notes.found)
        outcome: Literal["changed", "converted"] = "changed" if changes else "converted"
        return Entry(number, draft.path, draft.line, title, outcome, changes, question_id, draft.category, block)

    def _add(self, block: str) -> None:
        size, lines, items = len(block.encode()), block.count("\n") + 1, len(_LIST_ITEM.findall(block))
        self.full = (
            self.bytes + size > MAX_PAGE_BYTES - _FOR_FRONT_MATTER
            or self.lines + lines > MAX_LINES - _SOME_LINES
            or self.items + items > MAX_LIST_ITEMS - _SOME_LINES
        )
        if self.full:
            raise Refusal("bank-full", limit=len(self.blocks))
        self.blocks.append(block)
        self.bytes += size + 1
        self.lines += lines
        self.items += items

    def _settle_options(self, draft: Draft) -> None:
        """Leave out what only means something in the course that the question comes from."""
        context = self.checker.context
        for key, value in list(draft.options.items()):
            objective = key == "objective" and value.isdecimal() and len(value) < 4
            if key in _KEPT_OPTIONS:
                continue
            if objective and 1 <= int(value) <= context.objectives[context.module]:
                continue
            if key == "source" and value.partition(" ")[0] in context.sources:
                continue
            del draft.options[key]
            draft.notes.add("setting-dropped", key=key, value=value)

    def _id(self, draft: Draft) -> str:
        base = draft.name if is_id(draft.name) else slug(draft.name or draft.title or draft.prompt.plain, words=8)
        base = base or f"q{len(self.blocks) + 1}"
        if base != self.prefix and not base.startswith(self.prefix + "-"):
            base = f"{self.prefix}-{base}"
        base = base[:70].rstrip("-")
        name, copy = base, 2
        while name in self.taken:
            name, copy = f"{base}-{copy}", copy + 1
        return name
