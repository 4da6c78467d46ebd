"""HTML in, safe HTML out: an explicit list of tags, attributes, classes and schemes."""

from __future__ import annotations

import re
from collections.abc import Iterable

import nh3

from app.courseware.directives import CALLOUTS, CARDS
from app.courseware.markdown.html import ID_PREFIX, SIZES

_ONE = r"/learn/[a-z0-9-]+/media/[A-Za-z0-9._~%/-]+\.webp"
_TWIN = re.compile(rf"{_ONE}(?: \d+w, {_ONE} \d+w)?", re.IGNORECASE)
"""what :mod:`app.courseware.addresses` makes: an address without commas and spaces, or two with their widths"""


def clean(html: str) -> str:
    """*html* without anything that is not on the list."""
    # Without "<" there is no tag and nothing to clean; most answers of questions are such.
    if "<" in html:
        html = (_WITH_PICTURES if "<picture>" in html else _CLEANER).clean(html)
    return html.strip()


def _classes(*names: Iterable[str] | str) -> set[str]:
    return {name for group in names for name in ([group] if isinstance(group, str) else group)}


def _twin_only(tag: str, name: str, value: str) -> str | None:
    """What :class:`nh3.Cleaner` asks of each attribute: the address of a lighter picture is a WebP of a course."""
    if name == "sizes":
        return value if value == SIZES else None
    if name != "srcset":
        return value
    return value if tag == "source" and _TWIN.fullmatch(value) else None


def _make_cleaner(pictures: bool = False) -> nh3.Cleaner:
    """The cleaner, or the one that lets a picture have a lighter twin: it asks about every attribute, so it is slower
    and does only where there is one.
    """
    plain = (
        "p h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong s a img hr br table thead tbody tr th td "
        "dl dt dd div section sup span audio track"
    )
    return nh3.Cleaner(
        tags=set(plain.split()) | ({"picture", "source"} if pictures else set()),
        clean_content_tags={"script", "style"},
        attributes={
            "a": {"href", "id", "title", "aria-label"},
            "img": {"src", "alt", "title", "loading"} | ({"width", "height"} if pictures else set()),
            "source": {"srcset", "sizes"} if pictures else set(),
            "audio": {"src", "controls", "preload", "aria-label"},
            "track": {"src", "kind", "srclang"},
            "li": {"id"},
            "ol": {"start"},
            "th": {"scope"},
            "div": {"tabindex", "aria-label"},
        },
        attribute_filter=_twin_only if pictures else None,
        tag_attribute_values={"div": {"role": {"note", "region"}}, "source": {"type": {"image/webp"}}},
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
_WITH_PICTURES = _make_cleaner(pictures=True)
