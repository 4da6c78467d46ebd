"""Colon fences: the only blocks that our Markdown adds."""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

from app.courseware.directives import TITLES, title

_OPENER = re.compile(r"(:{3,})\{([^{}\s]*)\}(?:[ \t](.*))?$")
_OPTION = re.compile(r":([A-Za-z][\w-]*):(?:[ \t](.*))?$")


def directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A colon fence: ``:::{name} argument``, option lines, content, and a line of at least as many colons."""
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(":::", begin) or state.is_code_block(start):
        return False
    if silent:
        return True
    text = state.src[begin : state.eMarks[start]]
    opener = _OPENER.match(text)
    if opener is None:
        if text.strip(": \t"):
            found = re.match(r":+\s*\{?\s*([A-Za-z-]*)", text)
            hint = f":::{{{found[1]}}}" if found and found[1] in TITLES else ""
            _fault(state, "directive-malformed", start, hint=hint)
        else:
            _fault(state, "directive-close-stray", start)
        state.line = start + 1
        return True
    colons, name, argument = opener[1], opener[2], (opener[3] or "").strip()
    last, closed, interrupted_by = _directive_end(state, start, end, len(colons))
    if not closed:
        code = "directive-not-closed-before" if interrupted_by else "directive-not-closed"
        _fault(state, code, start, name=name, colons=colons, other=interrupted_by)
    first, options = _directive_options(state, start + 1, last)
    opening = state.push("directive_open", "div", 1)
    opening.block = True
    opening.map = [start, last]
    opening.meta = {"name": name, "argument": argument, "options": options}
    if name in TITLES:
        _push_title(state, name, argument, start)
    old_parent, old_max = state.parentType, state.lineMax
    # A paragraph inside must not run on past the end of its directive.
    state.parentType, state.lineMax = "directive", last
    state.md.block.tokenize(state, first, last)
    state.parentType, state.lineMax = old_parent, old_max
    closing = state.push("directive_close", "div", -1)
    closing.block = True
    closing.meta = {"name": name}
    state.line = last + 1 if closed else last
    return True


def _directive_end(state: StateBlock, start: int, end: int, colons: int) -> tuple[int, bool, str]:
    """The line that ends a directive, whether it closes it, and the name of the directive that begins there instead."""
    code_fence = ""
    for line in range(start + 1, end):
        begin = state.bMarks[line] + state.tShift[line]
        finish = state.eMarks[line]
        if begin < finish and state.sCount[line] < state.blkIndent:
            return line, False, ""
        text = state.src[begin:finish]
        mark = text[:3]
        if mark in ("```", "~~~") and code_fence in ("", mark):
            code_fence = "" if code_fence else mark
        elif not code_fence and mark == ":::" and len(text) - len(text.lstrip(":")) >= colons:
            if not text.strip(": \t"):
                return line, True, ""
            if opener := _OPENER.match(text):
                return line, False, opener[2]
    return end, False, ""


def _directive_options(state: StateBlock, line: int, last: int) -> tuple[int, dict[str, tuple[str, int]]]:
    """The line after the options, and each option's value and line (from 1)."""
    options: dict[str, tuple[str, int]] = {}
    while line < last:
        option = _OPTION.match(state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]])
        if option is None:
            break
        if option[1] in options:
            _fault(state, "option-twice", line, name=option[1])
        options.setdefault(option[1], ((option[2] or "").strip(), line + 1))
        line += 1
    return line, options


def _push_title(state: StateBlock, name: str, argument: str, line: int) -> None:
    opening = state.push("directive_title_open", "p", 1)
    opening.map = [line, line + 1]
    opening.meta = {"name": name}
    inline = state.push("inline", "", 0)
    inline.content = argument or title(name, state.env["language"])
    inline.map = [line, line + 1]
    inline.children = []
    state.push("directive_title_close", "p", -1).meta = {"name": name}


def _fault(state: StateBlock, code: str, line: int, hint: str = "", **values: str) -> None:
    column = state.tShift[line] + 1
    state.env["faults"].append((code, line + 1, column, values, hint))
