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
_AIKEN = re.compile(r"^[ \t]{0,20}ANSWER[ \t]{0,20}:[ \t]{0,20}[A-Z]", re.MULTILINE)
_AIKEN_CHOICE = re.compile(r"^[A-Z][.)][ \t]", re.MULTILINE)
_GIFT = re.compile(r"^[ \t]{0,20}::|^[ \t]{0,20}\$CATEGORY:", re.MULTILINE)
_BRACES = re.compile(r"(?<!\\)\{([^{}]*+)\}")
_GIFT_ANSWERS = re.compile(r"\s*(?:[=~#>]|[TF]\b|(?i:true|false)\b|$)|.*?(?<!\\)[=~]", re.DOTALL)
_EDX = re.compile(
    r"^[ \t]{0,20}\([xX@! ]{0,3}\)[ \t]|^[ \t]{0,20}\[[xX ]?\][ \t]|^[ \t]{0,20}>>|^[ \t]{0,20}\[explanation\]"
    r"|^[ \t]{0,20}\[\[[ \t]*$|\[\[[^\]\n]{0,300}\([^)\n]{0,300}\)|^[ \t]{0,20}\|\|.*\|\|[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_TYPED = re.compile(r"^s?= ?\S", re.MULTILINE)
_NUMBERED = re.compile(r"^ {0,3}\d{1,4}[.)][ \t]|^= .*±", re.MULTILINE)
_LISTED = re.compile(r"^[ \t]{0,20}[-+*][ \t]{1,20}(?:\([ xX]?\)|\[[ xX]?\])\s", re.MULTILINE)


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
    if _GIFT.search(text) or any(_GIFT_ANSWERS.match(found[1]) for found in _BRACES.finditer(_without_hints(text))):
        return "gift"
    if not _LISTED.search(text) and (_EDX.search(text) or (_TYPED.search(text) and not _NUMBERED.search(text))):
        return "edx-markdown"
    return "markdown"


def _without_hints(text: str) -> str:
    """*text* without what Open edX writes in two braces."""
    kept: list[str] = []
    start = 0
    while (opening := text.find("{{", start)) >= 0 and (closing := text.find("}}", opening)) >= 0:
        kept.append(text[start:opening])
        start = closing + 2
    return "".join([*kept, text[start:]])
