"""What the compiler says is wrong with a course: where, what, and what to do about it.

Messages are templates in both languages, keyed by a stable code (:mod:`app.courseware.messages`), so that an editor, a
shell and a page show the same words.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from app.courseware.messages import MESSAGES

Severity = Literal["error", "warning"]

# A source line is a whole paragraph in many editors; a shell shows the part around the caret.
_BEFORE_CARET = 60
_LINE_SHOWN = 110

_WORDS = {
    "en": {"warning": "warning", "hint": "did you mean “{hint}”?"},
    "es": {"warning": "aviso", "hint": "¿quiso decir «{hint}»?"},
}


class Problem(msgspec.Struct, frozen=True, order=True):
    """One problem. ``line`` and ``column`` count from 1; 0 means the whole file. Sorts by file, line, column.

    ``values`` fill the message template of ``code``; ``text`` is the source line, for the caret.
    """

    file: str
    line: int
    column: int
    code: str
    severity: Severity = "error"
    values: dict[str, str] = {}
    text: str = ""
    hint: str = ""
    """the nearest known word ("did you mean …"), already bare of any sentence"""


def problem(
    code: str, file: str, line: int = 0, column: int = 0, text: str = "", hint: str = "", /, **values: object
) -> Problem:
    """A problem of the catalogue's *code*, with the catalogue's severity. Raises ``KeyError`` for an unknown code."""
    severity: Severity = MESSAGES[code].severity
    filled = {name: str(value) for name, value in values.items()}
    return Problem(file, line, column, code, severity, filled, text, hint)


def sort_key(one: Problem) -> tuple[str, int, int, str, tuple[tuple[str, str], ...]]:
    """The key of the order in which problems are shown: file, line, column, code."""
    return one.file, one.line, one.column, one.code, tuple(sorted(one.values.items()))


def message(one: Problem, language: str) -> str:
    """The sentence for *one* problem, without its hint, in *language* (English where there is no translation)."""
    return MESSAGES[one.code].template(language).format_map(one.values)


def hint(one: Problem, language: str) -> str:
    """The question "did you mean …" of *one* problem, or ""."""
    return _words(language)["hint"].format(hint=one.hint) if one.hint else ""


def render(one: Problem, language: str) -> str:
    """``file:line:column: code: message``, then the source line, a caret under the place, and the hint.

    A warning says so before its message. A problem of a whole file names line 1, so that editors can open it.
    """
    kind = "" if one.severity == "error" else _words(language)["warning"] + ": "
    lines = [f"{one.file}:{one.line or 1}:{one.column or 1}: {one.code}: {kind}{message(one, language)}"]
    if one.text.strip() and one.line:
        shown, indent = _around(one.text, max(one.column, 1) - 1)
        lines += ["    " + shown, "    " + indent + "^"]
    if one.hint:
        lines.append("    " + hint(one, language))
    return "\n".join(lines)


def to_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """The problems as plain data for JSON, each with its message in both languages."""
    return [
        {
            "file": one.file,
            "line": one.line,
            "column": one.column,
            "code": one.code,
            "severity": one.severity,
            "message": {language: message(one, language) for language in _WORDS},
            "hint": one.hint,
            "text": one.text,
        }
        for one in problems
    ]


def to_sarif(problems: Iterable[Problem], language: str = "en") -> dict[str, Any]:
    """The problems as plain data of a SARIF 2.1.0 log, which code hosts and editors read, in *language*."""
    found = list(problems)
    rules = [
        {
            "id": code,
            "shortDescription": {"text": MESSAGES[code].template(language)},
            "defaultConfiguration": {"level": MESSAGES[code].severity},
        }
        for code in sorted({one.code for one in found})
    ]
    run = {
        "tool": {"driver": {"name": "paso", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(one, language) for one in found],
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that a misspelt *word* most resembles, or ""."""
    # A very long "word" is never a typing error, and comparing it would take long.
    if not word or len(word) > 80:
        return ""
    candidates = list(known)
    found = difflib.get_close_matches(word, candidates, n=1, cutoff=0.6)
    if not found:
        lower = {candidate.lower(): candidate for candidate in candidates}
        found = [lower[match] for match in difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)]
    return found[0] if found else ""


def _sarif_result(one: Problem, language: str) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": one.file}}
    if one.line:
        region: dict[str, Any] = {"startLine": one.line, "startColumn": max(one.column, 1)}
        if one.text:
            region["snippet"] = {"text": one.text}
        location["region"] = region
    said = " ".join(part for part in (message(one, language), hint(one, language)) if part)
    return {
        "ruleId": one.code,
        "level": one.severity,
        "message": {"text": said},
        "locations": [{"physicalLocation": location}],
    }


def _words(language: str) -> dict[str, str]:
    return _WORDS.get(language, _WORDS["en"])


def _around(text: str, caret: int) -> tuple[str, str]:
    """The part of *text* to show, and the white space that puts a caret under position *caret* of it."""
    caret = min(caret, len(text))
    start = caret - _BEFORE_CARET if caret > _BEFORE_CARET and len(text) > _LINE_SHOWN else 0
    shown = text[start : start + _LINE_SHOWN]
    prefix = "…" if start else ""
    suffix = "…" if start + _LINE_SHOWN < len(text) else ""
    # A tab stays a tab, so that the caret stands right whatever the width of tabs.
    indent = "".join("\t" if character == "\t" else " " for character in prefix + shown[: caret - start])
    return prefix + shown + suffix, indent
