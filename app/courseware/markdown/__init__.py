"""Markdown in, tokens out; tokens in, safe HTML out. The only package that knows markdown-it and nh3.

Three layers keep script out of pages: the parser is told that there is no HTML, every link and picture is checked by
:mod:`app.courseware.addresses`, and what is rendered is cleaned to an explicit list of tags, attributes and classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import autolink, image, link
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from app.courseware.limits import MAX_NESTING
from app.courseware.markdown.cleaning import clean
from app.courseware.markdown.directives import directive
from app.courseware.markdown.html import RULES
from app.courseware.markdown.inline import cite, noting, raw_html
from app.courseware.markdown.markers import join_cards, take_markers
from app.courseware.markdown.spans import Span, spans

__all__ = [
    "MAX_NESTING",
    "Span",
    "Token",
    "escape",
    "html_token",
    "parse",
    "render",
    "render_inline",
    "spans",
    "term_token",
]


def parse(text: str, language: str, kind: str) -> tuple[list[Token], dict[str, Any]]:
    """The tokens of *text*, and the parser's notes, among them ``faults``: (code, line, column, values, hint) of each.

    *text* is within :func:`app.courseware.limits.excess`; *kind* is the kind of page.
    """
    env: dict[str, Any] = {"language": language, "kind": kind, "faults": []}
    return _PARSER.parse(text, env), env


def render(tokens: Sequence[Token], env: dict[str, Any]) -> str:
    """Safe HTML of block *tokens*."""
    return clean(_RENDERER.render(tokens, _PARSER.options, env))


def render_inline(tokens: Sequence[Token], env: dict[str, Any]) -> str:
    """Safe HTML of the children of a run of text."""
    return clean(_RENDERER.renderInline(tokens, _PARSER.options, env))


def escape(text: str) -> str:
    """*text* for use in HTML text and attributes."""
    return escapeHtml(text)


def html_token(html: str) -> Token:
    """An inline token that renders as *html* as it is (and is cleaned with the rest)."""
    return Token("course_html", "", 0, content=html)


def term_token(text: str, address: str) -> Token:
    """An inline token that links *text* to a glossary term at *address*."""
    return html_token(f'<a class="term" href="{escapeHtml(address)}">{escapeHtml(text)}</a>')


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Every link becomes a token: :mod:`app.courseware.addresses` reports an unsafe one, instead of odd text."""
        return True


def _make_parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    parser.use(footnote_plugin).use(deflist_plugin)
    ends = ["paragraph", "reference", "blockquote", "list", "footnote_def"]
    parser.block.ruler.before("table", "directive", directive, {"alt": ends})
    parser.core.ruler.after("block", "markers", take_markers)
    parser.core.ruler.push("cards", join_cards)
    parser.inline.ruler.before("link", "citation", cite)
    parser.inline.ruler.after("autolink", "raw_html", raw_html)
    parser.inline.ruler.at("link", noting(link, "link_open"))
    parser.inline.ruler.at("image", noting(image, "image"))
    parser.inline.ruler.at("autolink", noting(autolink, "link_open"))
    for name, rule in RULES.items():
        parser.add_render_rule(name, rule)
    return parser


# Made once: they hold no state between pages.
_PARSER = _make_parser()
_RENDERER = cast(RendererHTML, _PARSER.renderer)
