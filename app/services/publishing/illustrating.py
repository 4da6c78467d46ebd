"""A picture put into a draft: made anew, under a name of its own, with words for those who do not see it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.courseware import media, problem
from app.courseware.ids import slug
from app.courseware.manuscript import Report
from app.courseware.pictures import small_of, twin_of
from app.courseware.settings import LANGUAGES
from app.rules.errors import NotFound, Refused
from app.services import audit
from app.services.office import Actor, Office
from app.services.publishing.drafts import course_row, draft_of, text_path
from app.services.publishing.places import places
from app.services.publishing.recoding import MAX_BYTES, recode
from app.services.publishing.writing import put

LONGEST_ALT = 300
_NAMELESS = ("image", "imagen", "picture", "photo", "foto", "screenshot", "captura", "clipboard", "blob")
_MEANING = re.compile(r"([\\`*_\[\]<>&~^!|])")


@dataclass(frozen=True)
class Picture:
    """A picture of a draft, as a page names it."""

    path: str
    name: str
    """relative to the page: ``media/landing.jpg``"""
    alt: Mapping[str, str]
    """language → what it shows, in words"""
    size: int
    """bytes of what browsers load"""

    def markdown(self, language: str) -> str:
        """What shows it in a page in *language*."""
        words = _MEANING.sub(r"\\\1", self.alt[language])
        return f"![{words}]({self.name})"


def add_picture(
    office: Office, actor: Actor, course_id: str, page_path: str, filename: str, data: bytes, alt: Mapping[str, str]
) -> Picture:
    """Put the picture *data* into the draft, beside the page at *page_path*, with *alt* in every language.

    PNG, JPEG, WebP and GIF are made anew (:func:`app.services.publishing.recoding.recode`); an SVG is taken as it is, if
    nothing in it is active. A picture that is there already is not put in twice. Raises ``NotFound``; ``Refused``:
    ``picture-alt`` (``language``), ``picture-alt-long``, ``picture-missing``, ``picture-active``, ``upload-refused``,
    and what ``recode`` raises.
    """
    course_row(office, actor, course_id)
    page_path = text_path(page_path)
    where = places({page_path: b""}).get(page_path)
    if where is None:
        raise NotFound("page")
    said = {language: " ".join(alt.get(language, "").split()) for language in LANGUAGES}
    for language, words in said.items():
        if not words:
            raise Refused("picture-alt", language=language)
        if len(words) > LONGEST_ALT:
            raise Refused("picture-alt-long", language=language, most=LONGEST_ALT)
    if not data:
        raise Refused("picture-missing")
    made = _made(filename, data, actor.language)
    folder = f"{where.folder}/media" if where.folder else "media"
    with office.transaction():
        row = course_row(office, actor, course_id, lock=True)
        now = draft_of(office, row)
        extension, shown = next(iter(made.items()))
        path = next((p for p, d in now.source.items() if d == shown and p.startswith(folder + "/")), "")
        if not path:
            stem = _free(_stem(filename, said), folder, now.source)
            files = {f"{folder}/{stem}.{kind}": content for kind, content in made.items() if kind != "small"}
            path = f"{folder}/{stem}.{extension}"
            if "small" in made:
                files[small_of(path)] = made["small"]
            put(office, actor, now, files, frozenset())
            audit.note(office, actor, "draft.picture", course_id, {"path": path})
    light = made.get("webp", shown)
    return Picture(path, "media/" + path.rpartition("/")[2], said, len(light))


def _made(filename: str, data: bytes, language: str) -> dict[str, bytes]:
    """The files to keep by extension, the one that pages name first."""
    if filename.lower().endswith(".svg") or data.lstrip()[:5].lower() in (b"<?xml", b"<svg "):
        if len(data) > MAX_BYTES:
            raise Refused("picture-heavy", limit=MAX_BYTES // 1024 // 1024)
        report = Report()
        if media.describe("picture.svg", data, report) is None:
            reason = problem.message(report.problems()[0], language)
            raise Refused("picture-active", reason=reason)
        return {"svg": data}
    made = recode(data)
    small = {"small": made.small} if made.small else {}
    return {made.extension: made.data, "webp": made.webp, **small}


def _stem(filename: str, said: Mapping[str, str]) -> str:
    """A safe name: that of the file, or, for one that says nothing, what the picture shows."""
    base = filename.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    name = slug(base, words=6)
    if not name or re.sub(r"[-0-9]+$", "", name) in ("", "img", "dsc", "dscn", "pxl", "p", *_NAMELESS):
        name = slug(said[LANGUAGES[0]], words=5) or name
    return name or "picture"


def _free(stem: str, folder: str, paths: Iterable[str]) -> str:
    """*stem*, numbered if a file of *folder* is called so: a WebP belongs to the one picture that shares its stem."""
    taken = {twin_of(path).casefold() for path in paths}
    number, name = 2, stem
    while {f"{folder}/{name}.webp".casefold(), small_of(f"{folder}/{name}.webp").casefold()} & taken:
        name = f"{stem}-{number}"
        number += 1
    return name
