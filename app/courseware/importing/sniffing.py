"""What kind of source a text is, told by what only that kind has."""

from __future__ import annotations

import re
from typing import Literal, get_args

from app.courseware.importing import own_format

Kind = Literal["gift", "moodle-xml", "aiken", "edx-markdown", "olx", "markdown"]

KINDS: tuple[Kind, ...] = get_args(Kind)

SUFFIXES: dict[Kind, tuple[str, ...]] = {
    "gift": (".txt", ".gift"),
    "moodle-xml": (".xml",),
    "aiken": (".txt", ".aiken"),
    "edx-markdown": (".md", ".markdown", ".txt"),
    "olx": (".xml",),
    "markdown": (".md", ".markdown", ".txt"),
}
"""How files of each kind may be called in a folder of several."""

_XML = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(!DOCTYPE|[A-Za-z_][\w.-]*)", re.DOTALL)
_QUIZ = re.compile(r"<quiz[\s/>]")
_OLX_ROOTS = ("course", "chapter", "sequential", "vertical", "library", "problem", "library_content")
_AIKEN = re.compile(r"^\s*ANSWER\s*:\s*[A-Z]", re.MULTILINE)
_AIKEN_CHOICE = re.compile(r"^[A-Z][.)][ \t]", re.MULTILINE)
_GIFT = re.compile(
    r"^[ \t]*::|^[ \t]*\$CATEGORY:|(?<!\\)\{\s*(?:[=~#>]|[TF]\b|(?i:true|false)\b|\})"
    r"|(?<!\\)\{[^{}]*(?<!\\)[=~][^{}]*\}",
    re.MULTILINE,
)
_EDX = re.compile(
    r"^[ \t]*\([xX@! ]{0,3}\)[ \t]|^[ \t]*\[[xX ]?\][ \t]|>>[^\n]*<<|^[ \t]*\[explanation\]|\[\[[^\]]*\([^)]*\)[^\]]*\]\]"
    r"|^[ \t]*\|\|.*\|\|[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_TYPED = re.compile(r"^s?= ?\S", re.MULTILINE)
_NUMBERED = re.compile(r"^ {0,3}\d{1,4}[.)][ \t]|^= .*±", re.MULTILINE)
_LISTED = re.compile(r"^\s*(?:[-+*]\s+)(?:\([ xX]?\)|\[[ xX]?\])\s", re.MULTILINE)


def sniff(text: str) -> Kind:
    """The most likely kind of *text*. What is like nothing else is Markdown."""
    if found := _XML.match(text):
        root = found[1].lower()
        if root == "quiz" or (root == "!doctype" and _QUIZ.search(text)):
            return "moodle-xml"
        if root in _OLX_ROOTS or "<problem" in text or found[0].lstrip().startswith(("<?", "<!D")):
            return "olx"
    if own_format.is_ours(text):
        return "markdown"
    if _AIKEN.search(text) and _AIKEN_CHOICE.search(text):
        return "aiken"
    if _GIFT.search(text):
        # A hint of Open edX stands in two braces.
        without_hints = re.sub(r"\{\{.*?\}\}", " ", text, flags=re.DOTALL)
        if without_hints == text or _GIFT.search(without_hints):
            return "gift"
    if not _LISTED.search(text) and (_EDX.search(text) or (_TYPED.search(text) and not _NUMBERED.search(text))):
        return "edx-markdown"
    return "markdown"
