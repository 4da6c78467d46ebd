"""HTML in, safe HTML out: an explicit list of tags, attributes, classes and schemes."""

from __future__ import annotations

from collections.abc import Iterable

import nh3

from app.courseware.directives import CALLOUTS, CARDS
from app.courseware.markdown.html import ID_PREFIX


def clean(html: str) -> str:
    """*html* without anything that is not on the list."""
    # Without "<" there is no tag and nothing to clean; most answers of questions are such.
    return (_CLEANER.clean(html) if "<" in html else html).strip()


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


_CLEANER = _make_cleaner()
