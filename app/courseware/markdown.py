"""Markdown in, tokens out; tokens in, safe HTML out. The only module that knows markdown-it and nh3.

Three layers keep script out of pages: the parser is told that there is no HTML, every link and image is checked by
:mod:`app.courseware.pages`, and what is rendered is cleaned to an explicit list of tags, attributes and classes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML, RendererProtocol
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, autolink, image, link
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from app.courseware.directives import CALLOUTS, CARDS, TITLES, title
from app.courseware.limits import MAX_NESTING

__all__ = ["MAX_NESTING", "Span", "Token", "escape", "html_token", "parse", "render", "render_inline", "spans", "term_token"]

ID_PREFIX = "c-"
"""Put before every id inside course text, so that none can pass for an id of the page around it."""

_OPENER = re.compile(r"(:{3,})\{([^{}\s]*)\}(?:[ \t]+(.*?))?[ \t]*$")
_OPTION = re.compile(r":([A-Za-z][\w-]*):(?:[ \t]+(.*?))?[ \t]*$")
_CITATION = re.compile(r"\[@([^\[\]\n]*)\]")
_RAW_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9:-]*(?=[\s/>])[^<>]*>|<!--|<\?|<![A-Za-z\[]")
_MARKER = re.compile(r"(?:\(([ xX]?)\)|\[([ xX]?)\])(?:\s+|$)")
_TRAILING_ATTRIBUTES = re.compile(r"(?:^|\s+)\{([^{}\n]*)\}$")
_ANSWER_LINE = re.compile(r"=\s+\S|=\S")
_HOLDS_ITEMS = ("question", "criteria", "scene")
_TABLE_NAMES = {"en": "Table", "es": "Tabla"}
_BACK_NAMES = {"en": "Back to the text", "es": "Volver al texto"}


class Span:
    """A block of a parsed page with all it holds: tokens from ``start`` up to, not including, ``end``."""

    __slots__ = ("end", "start", "tokens")

    def __init__(self, tokens: list[Token], start: int, end: int) -> None:
        self.tokens = tokens
        self.start = start
        self.end = end

    @property
    def token(self) -> Token:
        return self.tokens[self.start]

    @property
    def type(self) -> str:
        """Such as ``paragraph``, ``bullet_list``, ``list_item``, ``directive``, ``inline``."""
        return self.token.type.removesuffix("_open")

    @property
    def meta(self) -> dict[str, Any]:
        return self.token.meta

    @property
    def name(self) -> str:
        """The name of a directive, else ""."""
        return str(self.meta.get("name", "")) if self.type == "directive" else ""

    @property
    def line(self) -> int:
        """The line of the file that it begins in, from 1."""
        return self.token.map[0] + 1 if self.token.map else 0

    @property
    def last_line(self) -> int:
        return self.token.map[1] if self.token.map else 0

    def parts(self) -> list[Span]:
        """The blocks directly inside."""
        return spans(self.tokens, self.start + 1, self.end - 1)

    def inline(self) -> Token | None:
        """The first run of text inside, which holds its own tokens as children."""
        return next((token for token in self.tokens[self.start : self.end] if token.type == "inline"), None)


def spans(tokens: list[Token], start: int, end: int) -> list[Span]:
    """The outermost blocks among ``tokens[start:end]``."""
    found = []
    while start < end:
        after = start + 1
        depth: int = tokens[start].nesting
        while depth > 0 and after < end:
            depth += tokens[after].nesting
            after += 1
        found.append(Span(tokens, start, after))
        start = after
    return found


def parse(text: str, language: str, kind: str) -> tuple[list[Token], dict[str, Any]]:
    """The tokens of *text*, and the parser's notes, among them ``faults``: (code, line, column, values, hint) of each.

    *text* is within :func:`app.courseware.limits.excess`; *kind* is the kind of page.
    """
    env: dict[str, Any] = {"language": language, "kind": kind, "faults": []}
    return _PARSER.parse(text, env), env


def render(tokens: Sequence[Token], env: dict[str, Any]) -> str:
    """Safe HTML of block *tokens*."""
    return _clean(_RENDERER.render(tokens, _PARSER.options, env))


def render_inline(tokens: Sequence[Token], env: dict[str, Any]) -> str:
    """Safe HTML of the children of a run of text."""
    return _clean(_RENDERER.renderInline(tokens, _PARSER.options, env))


def _clean(html: str) -> str:
    # Without "<" there is no tag and nothing to clean; most answers of questions are such.
    return (_CLEANER.clean(html) if "<" in html else html).strip()


def escape(text: str) -> str:
    """*text* for use in HTML text and attributes."""
    return escapeHtml(text)


def html_token(html: str) -> Token:
    """An inline token that renders as *html* as it is (and is cleaned with the rest)."""
    return Token("course_html", "", 0, content=html)


def term_token(text: str, address: str) -> Token:
    """An inline token that links *text* to a glossary term at *address*."""
    return html_token(f'<a class="term" href="{escapeHtml(address)}">{escapeHtml(text)}</a>')


# --- Blocks -----------------------------------------------------------------------------------------------------------


def _directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
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
    colons, name, argument = opener[1], opener[2], opener[3] or ""
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
        options.setdefault(option[1], (option[2] or "", line + 1))
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


# --- Between blocks and text ------------------------------------------------------------------------------------------


def _take_markers(state: StateCore) -> None:
    """Lift what is not text out of the text before it is parsed: ``(x)``, ``{#id}``, lines of accepted answers.

    ``[x]`` and ``[ ]`` could otherwise be read as links.
    """
    holders: list[tuple[str, int]] = []
    tokens = state.tokens
    for index, token in enumerate(tokens):
        kind = token.type
        if kind == "directive_open":
            holders.append((token.meta["name"], token.level))
        elif kind == "directive_close":
            holders.pop()
        elif kind == "dt_open" and not holders and state.env["kind"] == "glossary":
            _take_attributes(token, tokens[index + 1])
        elif holders and holders[-1][0] in _HOLDS_ITEMS:
            name, level = holders[-1]
            if kind == "list_item_open" and token.level == level + 2 and tokens[index + 1].type == "paragraph_open":
                _take_attributes(token, tokens[index + 2])
                if name == "question":
                    _take_marker(token, tokens[index + 2])
            elif name == "question" and kind == "td_open" and token.level == level + 4:
                _take_attributes(token, tokens[index + 1])
            elif name == "question" and kind == "paragraph_open" and token.level == level + 1:
                _take_answers(token, tokens[index + 1])


def _take_attributes(holder: Token, inline: Token) -> None:
    if inline.content.endswith("}") and (found := _TRAILING_ATTRIBUTES.search(inline.content)):
        holder.meta["attributes"] = found[1]
        inline.content = inline.content[: found.start()]


def _take_marker(holder: Token, inline: Token) -> None:
    if found := _MARKER.match(inline.content):
        mark = found[1] if found[1] is not None else found[2]
        holder.meta["marker"] = "one" if found[1] is not None else "several"
        holder.meta["right"] = mark in ("x", "X")
        inline.content = inline.content[found.end() :]


def _take_answers(holder: Token, inline: Token) -> None:
    lines = inline.content.split("\n")
    kept = len(lines)
    while kept and _ANSWER_LINE.match(lines[kept - 1].lstrip()):
        kept -= 1
    if kept < len(lines):
        first = (inline.map or [0])[0] + 1
        answers = [(line.strip().removeprefix("=").strip(), first + kept + n) for n, line in enumerate(lines[kept:])]
        holder.meta["answers"] = answers
        inline.content = "\n".join(lines[:kept]).rstrip()


def _join_cards(state: StateCore) -> None:
    """Give each card of "what I do" and "what I never do" its frame, and two that meet a common one."""
    before: Token | None = None
    for token in state.tokens:
        if token.type == "directive_open" and token.meta["name"] in CARDS:
            follows = before is not None and before.type == "directive_close" and before.meta["name"] == "do"
            if before is not None and follows and token.meta["name"] == "never":
                before.meta["last"] = False
            else:
                token.meta["first"] = True
        elif token.type == "directive_close" and token.meta["name"] in CARDS:
            token.meta["last"] = True
        before = token


# --- Text -------------------------------------------------------------------------------------------------------------


def _cite(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[@", state.pos):
        return False
    found = _CITATION.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = found[0]
        token.meta = {"cited": found[1], "position": state.pos}
    state.pos = found.end()
    return True


def _raw_html(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "<":
        return False
    found = _RAW_HTML.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("raw_html", "", 0)
        token.content = found[0]
        token.meta = {"position": state.pos}
    state.pos = found.end()
    return True


def _noting(rule: Callable[[StateInline, bool], bool], kind: str) -> Callable[[StateInline, bool], bool]:
    """*rule*, noting in its token of *kind* where in the text it began."""

    def noted(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            for token in state.tokens[before:]:
                if token.type == kind:
                    token.meta["position"] = start
                    break
        return True

    return noted


# --- HTML -------------------------------------------------------------------------------------------------------------


def _open_directive(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    meta = tokens[index].meta
    name = meta["name"]
    if name in CALLOUTS:
        return f'<div class="callout callout-{name}" role="note">\n'
    if name in CARDS:
        return ('<div class="do-never">\n' if meta.get("first") else "") + f'<section class="{name}">\n'
    return '<section class="case">\n' if name == "case" else "<div>\n"


def _close_directive(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    meta = tokens[index].meta
    if meta["name"] in CARDS:
        return "</section>\n" + ("</div>\n" if meta.get("last") else "")
    return "</section>\n" if meta["name"] == "case" else "</div>\n"


def _open_title(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    if tokens[index].meta["name"] in CALLOUTS:
        return '<p class="callout-title">'
    return f"<{tokens[index].meta.get('tag', 'h3')}>"


def _close_title(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    if tokens[index].meta["name"] in CALLOUTS:
        return "</p>\n"
    # The opening tag of the same title, two tokens before, knows the level.
    return f"</{tokens[index - 2].meta.get('tag', 'h3')}>\n"


def _escaped(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    return escapeHtml(tokens[index].content)


def _as_it_is(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    return tokens[index].content


def _open_table(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    name = _TABLE_NAMES.get(env["language"], _TABLE_NAMES["en"])
    # Focusable, so that a keyboard can scroll a table that is wider than a phone.
    return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{name}">\n<table>\n'


def _close_table(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    return "</table>\n</div>\n"


def _cell(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    # The parser aligns by inline style, which the site's content security policy refuses.
    style = str(token.attrs.get("style", ""))
    align = f' class="align-{style.removeprefix("text-align:")}"' if style.startswith("text-align:") else ""
    scope = ' scope="col"' if token.tag == "th" else ""
    return f"<{token.tag}{scope}{align}>"


def _footnote_name(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    meta = tokens[index].meta
    again = meta.get("subId", 0)
    return f"{meta['id'] + 1}" + (f"-{again}" if again > 0 and tokens[index].type != "footnote_open" else "")


def _footnote_ref(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    name = _footnote_name(_, tokens, index, __, env)
    number = tokens[index].meta["id"] + 1
    return (
        f'<sup class="footnote-ref"><a href="#{ID_PREFIX}fn{number}" id="{ID_PREFIX}fnref{name}">[{number}]</a></sup>'
    )


def _footnote_open(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    return f'<li id="{ID_PREFIX}fn{tokens[index].meta["id"] + 1}" class="footnote-item">'


def _footnote_anchor(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    name = _footnote_name(_, tokens, index, __, env)
    label = _BACK_NAMES.get(env["language"], _BACK_NAMES["en"])
    return f' <a href="#{ID_PREFIX}fnref{name}" class="footnote-backref" aria-label="{label}">↩</a>'


def _footnotes(_: RendererProtocol, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    return '<section class="footnotes">\n<hr>\n<ol class="footnotes-list">\n'


# --- The two machines, made once --------------------------------------------------------------------------------------


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802, the name is the library's
        """Every link becomes a token: an unsafe one is reported by :mod:`app.courseware.pages`, not left as odd text."""
        return True


def _make_parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    parser.use(footnote_plugin).use(deflist_plugin)
    ends = ["paragraph", "reference", "blockquote", "list", "footnote_def"]
    parser.block.ruler.before("table", "directive", _directive, {"alt": ends})
    parser.core.ruler.after("block", "markers", _take_markers)
    parser.core.ruler.push("cards", _join_cards)
    parser.inline.ruler.before("link", "citation", _cite)
    parser.inline.ruler.after("autolink", "raw_html", _raw_html)
    parser.inline.ruler.at("link", _noting(link, "link_open"))
    parser.inline.ruler.at("image", _noting(image, "image"))
    parser.inline.ruler.at("autolink", _noting(autolink, "link_open"))
    rules: dict[str, Callable[..., str]] = {
        "directive_open": _open_directive,
        "directive_close": _close_directive,
        "directive_title_open": _open_title,
        "directive_title_close": _close_title,
        "raw_html": _escaped,
        "citation": _escaped,
        "course_html": _as_it_is,
        "table_open": _open_table,
        "table_close": _close_table,
        "th_open": _cell,
        "td_open": _cell,
        "footnote_ref": _footnote_ref,
        "footnote_open": _footnote_open,
        "footnote_anchor": _footnote_anchor,
        "footnote_block_open": _footnotes,
    }
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


def _classes(*names: Iterable[str] | str) -> set[str]:
    return {name for group in names for name in ([group] if isinstance(group, str) else group)}


def _make_cleaner() -> nh3.Cleaner:
    plain = (
        "p h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong s a img hr br table thead tbody tr th td "
        "dl dt dd div section sup span audio track"
    )
    return nh3.Cleaner(
        tags=set(plain.split()),
        clean_content_tags={"script", "style"},
        attributes={
            "a": {"href", "id", "title", "aria-label"},
            "img": {"src", "alt", "title", "loading"},
            "audio": {"src", "controls", "preload", "aria-label"},
            "track": {"src", "kind", "srclang"},
            "li": {"id"},
            "ol": {"start"},
            "th": {"scope"},
            "div": {"tabindex", "aria-label"},
        },
        tag_attribute_values={"div": {"role": {"note", "region"}}},
        allowed_classes={
            "a": {"cite", "term", "footnote-backref"},
            "div": _classes("callout", (f"callout-{name}" for name in CALLOUTS), "do-never", "table-scroll"),
            "section": _classes("case", CARDS, "footnotes"),
            "p": {"callout-title"},
            "sup": {"footnote-ref"},
            "span": {"cite"},
            "ol": {"footnotes-list"},
            "li": {"footnote-item"},
            "th": {"align-left", "align-center", "align-right"},
            "td": {"align-left", "align-center", "align-right"},
        },
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        id_prefix=ID_PREFIX,
    )


_PARSER = _make_parser()
_RENDERER = cast(RendererHTML, _PARSER.renderer)
_CLEANER = _make_cleaner()
