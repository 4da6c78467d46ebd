"""Files that pages show: their types, and what makes one unsafe."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping

from app.courseware.course import Media
from app.courseware.manuscript import Place, Report

MIME_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "mp3": "audio/mpeg",
    "vtt": "text/vtt",
    "pdf": "application/pdf",
}
AUDIO = ("audio/mpeg",)

# Each comment may end in one place only: otherwise many comments without a drawing would be tried in 2ⁿ ways.
_BEGINNINGS = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "application/pdf": re.compile(rb"%PDF-"),
    "audio/mpeg": re.compile(rb"ID3|\xff[\xe0-\xff]"),
    "text/vtt": re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT"),
    "image/svg+xml": re.compile(
        rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<svg[\s>]", re.DOTALL
    ),
}
# A drawing may be opened by its own address, where its scripts would run. Entities could hide any of these.
_ACTIVE_SVG = re.compile(
    rb"<\s*(?:[\w-]+:)?(?:script|foreignobject|iframe|embed|object|audio|video|handler|set|animate\w*)\b"
    rb"|[\s\"'/]on\w+\s*=|javascript:|<!entity|<!doctype[^<>\[]*\[|<\?xml-stylesheet|@import"
    rb"|(?:href|src)\s*=\s*(?:[\"']\s*)?[^#\"'\s>]|url\(\s*(?:[\"']\s*)?[^#\s\"')]|&#",
    re.IGNORECASE,
)


_SPOKEN_ELSEWHERE = re.compile(r"\s*(?:WEBVTT|NOTE|STYLE|REGION)\b")
_CUE_TAG = re.compile(r"<[^>]*>")


def spoken(text: bytes) -> str:
    """The words of a sound, from its WebVTT file: the cues without times, numbers and marks. "" where there are none."""
    words = []
    for block in re.split(r"\n[ \t]*\n", text.decode("utf-8-sig", "replace").replace("\r\n", "\n")):
        _before, arrow, cue = block.partition("-->")
        if arrow and not _SPOKEN_ELSEWHERE.match(block):
            words.append(_CUE_TAG.sub("", cue.partition("\n")[2]))
    return " ".join(html.unescape(" ".join(words)).split())


def words_of(source: Mapping[str, bytes]) -> dict[str, str]:
    """What is said in the sounds of a course, by the paths of the files in which it is written."""
    return {path: spoken(text) for path, text in source.items() if path.lower().endswith(".vtt")}


def mime_type(path: str) -> str | None:
    """The type of a file that pages may show, by its name; ``None`` for any other."""
    return MIME_TYPES.get(path.rpartition(".")[2].lower())


def describe(path: str, data: bytes, report: Report) -> Media | None:
    """What an edition keeps of a file; ``None``, with the reason reported, for one that is not what its name says."""
    mime = mime_type(path)
    if mime is None:
        report.add("media-type", Place(path), path=path, known=", ".join(MIME_TYPES))
    elif not _BEGINNINGS[mime].match(data):
        report.add("media-differs", Place(path), path=path)
    elif mime == "image/svg+xml" and _ACTIVE_SVG.search(data):
        report.add("media-active", Place(path), path=path)
    else:
        return Media(path, mime, hashlib.sha256(data).hexdigest(), len(data))
    return None
