"""Tokens in, HTML out: what is printed for directives, tables, footnotes and what was refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML, RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from app.courseware.directives import CALLOUTS, CARDS

ID_PREFIX = "c-"
"""Put before every id inside course text, so that none can pass for an id of the page around it."""

_TABLE_NAMES = {"en": "Table", "es": "Tabla"}
_BACK_NAMES = {"en": "Back to the text", "es": "Volver al texto"}


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


SIZES = "(min-width: 48rem) 43rem, 92vw"
"""how wide a picture stands in a lesson: as the text, or as the phone"""


def _image(renderer: RendererProtocol, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    shown = cast(RendererHTML, renderer).image(tokens, index, options, env)
    twin = tokens[index].meta.get("twin")
    if twin is None:
        return shown
    sizes = f' sizes="{SIZES}"' if " " in twin else ""
    return f'<picture><source type="image/webp" srcset="{escapeHtml(twin)}"{sizes}>{shown}</picture>'


RULES: dict[str, Callable[..., str]] = {
    "directive_open": _open_directive,
    "directive_close": _close_directive,
    "directive_title_open": _open_title,
    "directive_title_close": _close_title,
    "image": _image,
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
"""What renders each kind of token that the library does not know, or not as we want it."""
