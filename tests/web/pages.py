"""What every page must be: :func:`check_page` reads one as strictly as a pedant and says what is wrong, and where.

Stricter than browsers on purpose: everything opened is closed, by hand, in order. What it asks of a page is what people
with a keyboard, a screen reader, another language or a strict content security policy need of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

from translations import catalogue


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


VOID = _names("area base br col embed hr img input link meta param source track wbr")
BLOCKS = _names(
    "address article aside blockquote details dialog div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "main nav ol p pre section table ul"
)
PHRASING_ONLY = _names("p h1 h2 h3 h4 h5 h6 span label button b i em strong small")
INTERACTIVE = _names("a button input select textarea details")
PARENTS = {
    "li": ("ul", "ol", "menu"),
    "dt": ("dl", "div"),
    "dd": ("dl", "div"),
    "tr": ("thead", "tbody", "tfoot"),
    "td": ("tr",),
    "th": ("tr",),
    "thead": ("table",),
    "tbody": ("table",),
    "caption": ("table",),
    "option": ("select", "optgroup", "datalist"),
    "legend": ("fieldset",),
    "summary": ("details",),
    "figcaption": ("figure",),
}
CHILDREN = {"ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "tr": {"td", "th"}, "select": {"option", "optgroup"}}
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "list", "form")
SPOKEN = ("aria-label", "title", "alt", "placeholder", "aria-roledescription")
WORDS = re.compile(r"[A-Za-zÁÉÍÓÚÜÑáéíóúüñ]")
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


@dataclass
class Element:
    """One element of a page, with where it stands."""

    tag: str
    attributes: dict[str, str]
    line: int
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    def __str__(self) -> str:
        shown = "".join(f' {name}="{value}"' for name, value in list(self.attributes.items())[:6])
        words = " ".join(self.text().split())
        return f"line {self.line}: <{self.tag}{shown}>{words[:60]}"

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def walk(self) -> Iterator[Element]:
        """This element and everything in it, in order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def ancestors(self) -> Iterator[Element]:
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def text(self) -> str:
        """All text inside."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def language(self) -> str:
        """The language that the page says this is in."""
        return self.get("lang") or next((above.get("lang") for above in self.ancestors() if above.get("lang")), "")


class Reader(HTMLParser):
    """Builds the tree; an AssertionError for the first thing that is not as it should be written."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#page", {}, 0)
        self.open = [self.root]
        self.doctype = ""
        self.feed(page)
        self.close()
        assert len(self.open) == 1, f"never closed: {self.open[-1]}"

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        element = Element(tag, {name: value or "" for name, value in attrs}, self.getpos()[0], self.open[-1])
        assert len(names) == len(set(names)), f"an attribute stands twice: {element}"
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            element = self.open.pop()
            foreign = any(above.tag in ("svg", "math") for above in (element, *element.ancestors()))
            assert foreign, f"a slash does not close it: {element}"

    def handle_endtag(self, tag: str) -> None:
        line = self.getpos()[0]
        assert tag not in VOID, f"line {line}: </{tag}> closes what cannot be open"
        assert self.open[-1].tag == tag, f"line {line}: </{tag}> comes while this is open: {self.open[-1]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def check_page(html: str, language: str | None) -> Element:
    """Assert that *html* is a good page in *language* ("en", "es"; None: either). Gives its tree back.

    Every fault is an AssertionError that names the fault, the line and the snippet.
    """
    assert html.lstrip().lower().startswith("<!doctype html>"), f"the doctype is missing: {html[:60]!r}"
    root = Reader(html).root
    elements = list(root.walk())[1:]
    by_id = _unique_ids(elements)
    _frame(root, elements, language)
    for element in elements:
        _safe(element)
        if _drawn(element):
            continue
        _placed(element)
        _named(element, elements, by_id)
        _references(element, by_id)
        if element.tag == "form":
            _form(element)
    _headings(elements)
    for element in elements:
        _translated(element)
    return root


def _drawn(element: Element) -> bool:
    """Whether it is part of a drawing, which has rules of its own."""
    return any(above.tag == "svg" for above in element.ancestors())


def _unique_ids(elements: list[Element]) -> dict[str, Element]:
    by_id: dict[str, Element] = {}
    for element in elements:
        if "id" in element.attributes:
            name = element.get("id")
            assert name and not re.search(r"\s", name), f"an id without a name, or with a space: {element}"
            assert name not in by_id, f"the id {name!r} stands twice: {by_id[name]} and {element}"
            by_id[name] = element
    return by_id


def _frame(root: Element, elements: list[Element], language: str | None) -> None:
    """The parts every page has exactly once."""

    def only(tag: str) -> Element:
        found = [element for element in elements if element.tag == tag and not _drawn(element)]
        assert len(found) == 1, f"there must be one <{tag}>; there are {len(found)}: {'; '.join(map(str, found))}"
        return found[0]

    page = only("html")
    said = page.get("lang")
    assert said in ("en", "es"), f"the page does not say its language: {page}"
    assert language is None or said == language, f"the page says it is in {said!r} and is served as {language!r}"
    only("head"), only("body"), only("main")
    assert only("title").text().strip(" –"), "the title is empty"
    assert only("h1").text().strip(), "the h1 is empty"
    metas = [element for element in elements if element.tag == "meta"]
    assert any(meta.get("charset").lower() == "utf-8" for meta in metas), "the page does not say that it is UTF-8"
    assert any(meta.get("name") == "viewport" for meta in metas), "there is no viewport: telephones would show it tiny"


OF_OURS = ("otpauth://totp/Paso%20Seguro:", "data:text/plain;charset=utf-8,Paso%20Seguro")
"""the link that opens an authenticator app, and the file of recovery codes, which is plain text and never a document"""


def _safe(element: Element) -> None:
    """Nothing that the content security policy forbids, nothing from elsewhere."""
    for name, value in element.attributes.items():
        assert not re.fullmatch(r"on[a-z]+", name), f"an inline handler: {element}"
        assert name != "style", f"an inline style: {element}"
        if name in ("href", "src", "action", "formaction", "poster"):
            scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", value, re.IGNORECASE)
            allowed = (
                ("http", "https", "mailto", "tel")
                if element.tag == "a" and name == "href"
                else ("data",)
                if name == "src"
                else ()
            )
            ours = element.tag == "a" and value.startswith(OF_OURS)
            assert not scheme or scheme[1].lower() in allowed or ours, f"an address that may not be here: {element}"
            assert not value.startswith("//"), f"an address of another site: {element}"
            assert "\\" not in value and value.strip() == value, f"a malformed address: {element}"
    if element.tag == "style":
        raise AssertionError(f"an inline style sheet: {element}")
    if element.tag == "script" and element.get("type") != "application/json":
        assert element.get("src") and not element.text().strip(), f"an inline script: {element}"
    assert element.tag not in ("iframe", "object", "embed", "base", "font", "center"), (
        f"this element has no place here: {element}"
    )


def _placed(element: Element) -> None:
    """Elements stand where HTML allows them; otherwise browsers move them, each in its own way."""
    parent = element.parent
    assert parent is not None
    above = [parent, *element.ancestors()]
    if element.tag in PARENTS:
        assert parent.tag in PARENTS[element.tag], f"<{element.tag}> may not stand in <{parent.tag}>: {element}"
    if parent.tag in CHILDREN:
        allowed = CHILDREN[parent.tag] | {"script", "template"}
        assert element.tag in allowed, f"<{parent.tag}> may not hold <{element.tag}>: {element}"
    if element.tag in CHILDREN:
        loose = [child for child in element.children if isinstance(child, str) and child.strip()]
        assert not loose, f"loose text {loose[0].strip()[:40]!r} in {element}"
    if element.tag in BLOCKS:
        holder = next((one for one in above if one.tag in PHRASING_ONLY), None)
        assert holder is None, f"<{element.tag}> may not stand in <{holder.tag}>: {element}"
    if element.tag in INTERACTIVE and element.get("type") != "hidden":
        holder = next((one for one in above if one.tag in ("a", "button", "summary")), None)
        assert holder is None, f"nested controls: {element} in {holder}"
    if element.tag == "form":
        assert all(one.tag != "form" for one in above), f"a form in a form: {element}"
    if element.tag == "label":
        assert all(one.tag != "label" for one in above), f"a label in a label: {element}"
    if element.tag == "legend":
        first = next(child for child in parent.children if isinstance(child, Element))
        assert first is element, f"a legend comes first in its fieldset: {element}"
    if element.tag == "time":
        assert element.get("datetime"), f"a time without datetime: {element}"


def name_of(element: Element, by_id: dict[str, Element]) -> str:
    """What a screen reader calls it: the part of the algorithm that we use."""
    if element.get("aria-labelledby"):
        return " ".join(
            by_id[one].text().strip() for one in element.get("aria-labelledby").split() if one in by_id
        ).strip()
    return (element.get("aria-label") or _visible(element) or element.get("title")).strip()


def _visible(element: Element) -> str:
    parts = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(child)
        elif child.tag == "img":
            parts.append(child.get("alt"))
        elif child.get("aria-hidden") != "true" and "hidden" not in child.attributes:
            parts.append(child.get("aria-label") or _visible(child))
    return "".join(parts).strip()


def _named(element: Element, elements: list[Element], by_id: dict[str, Element]) -> None:
    """Everything that can be used or seen has a name."""
    kind = element.get("type")
    if element.tag in ("input", "select", "textarea") and kind not in ("hidden", "submit", "button", "image"):
        labels = [
            one for one in elements if one.tag == "label" and one.get("for") and one.get("for") == element.get("id")
        ]
        labels += [one for one in element.ancestors() if one.tag == "label"]
        named = any(_visible(label) for label in labels) or element.get("aria-label") or element.get("aria-labelledby")
        assert named, f"without a label: {element}"
    if element.tag == "input" and kind in ("submit", "button"):
        assert element.get("value").strip(), f"a button without words: {element}"
    if element.tag in ("a", "button", "summary") and not (element.tag == "a" and "href" not in element.attributes):
        assert name_of(element, by_id), f"without words: {element}"
    if element.tag == "button":
        assert kind in ("", "submit", "button", "reset"), f"no kind of button: {element}"
    if element.tag == "img":
        assert "alt" in element.attributes, f"a picture without alt: {element}"
    if element.tag == "svg":
        hidden = element.get("aria-hidden") == "true"
        assert hidden or (element.get("role") == "img" and element.get("aria-label")), (
            f"a drawing without a name: {element}"
        )
    if element.tag in ("progress", "meter") or element.get("role") in ("region", "dialog", "search", "group"):
        assert (
            name_of(element, by_id)
            if element.tag != "progress"
            else element.get("aria-label") or element.get("aria-labelledby")
        ), f"without a name: {element}"
    if element.tag == "table":
        caption = any(
            isinstance(child, Element) and child.tag == "caption" and child.text().strip() for child in element.children
        )
        around = element.parent is not None and element.parent.get("role") == "region"
        inside = any(above.tag in ("figure", "details", "article", "section", "div") for above in element.ancestors())
        assert caption or around or inside or element.get("aria-label"), f"a table without a caption: {element}"
    if element.tag == "fieldset":
        legend = any(
            isinstance(child, Element) and child.tag == "legend" and _visible(child) for child in element.children
        )
        assert legend or element.get("aria-label") or element.get("aria-labelledby"), (
            f"a fieldset without a legend: {element}"
        )
    if element.tag == "nav":
        navs = [one for one in elements if one.tag == "nav"]
        same = [one for one in navs if name_of_nav(one) == name_of_nav(element)]
        assert len(navs) == 1 or len(same) == 1, f"two navigations of one name: {element}"
    assert element.get("tabindex") in ("", "0", "-1"), f"a tabindex of its own: {element}"


def name_of_nav(element: Element) -> str:
    return element.get("aria-label") or element.get("aria-labelledby")


def _references(element: Element, by_id: dict[str, Element]) -> None:
    for name in REFERENCES:
        for target in element.get(name).split():
            assert target in by_id, f"{name} names {target!r}, which is not on the page: {element}"
    if element.tag == "label" and element.get("for"):
        assert element.get("for") in by_id, f"a label for {element.get('for')!r}, which is not on the page: {element}"
        control = by_id[element.get("for")]
        known = control.tag in ("input", "select", "textarea", "output", "progress", "meter")
        assert known, f"a label for what cannot have one: {element}"
    if element.tag == "a" and element.get("href").startswith("#") and len(element.get("href")) > 1:
        assert element.get("href")[1:] in by_id, f"a link to nowhere on the page: {element}"


def _form(form: Element) -> None:
    method = form.get("method").lower() or "get"
    assert method in ("get", "post", "dialog"), f"no such method: {form}"
    tokens = [one for one in form.walk() if one.get("name") == "csrf_token"]
    if method == "post":
        assert len(tokens) == 1 and tokens[0].get("value"), f"a form that posts holds one csrf_token: {form}"
        assert tokens[0].get("type") == "hidden", f"the csrf_token is hidden: {form}"
        files = any(one.get("type") == "file" for one in form.walk())
        assert not files or form.get("enctype") == "multipart/form-data", f"files need enctype: {form}"
    else:
        assert not tokens, f"a csrf_token must not get into an address: {form}"
        secret = any(one.get("type") in ("password", "file") for one in form.walk())
        assert not secret, f"this must be posted: {form}"
    if method != "dialog":
        buttons = [one for one in form.walk() if one.tag == "button" and one.get("type") in ("", "submit")]
        buttons += [one for one in form.walk() if one.tag == "input" and one.get("type") in ("submit", "image")]
        assert buttons or form.get("id"), f"a form without a button: {form}"


def _headings(elements: list[Element]) -> None:
    before = 0
    for element in elements:
        if re.fullmatch(r"h[1-6]", element.tag):
            level = int(element.tag[1])
            assert element.text().strip(), f"an empty heading: {element}"
            # What comes before the h1 (the summary of errors) may start at 2.
            assert level <= before + 1 or (before == 0 and level <= 2), f"after h{before} comes h{level}: {element}"
            before = level


@cache
def _foreign(language: str) -> tuple[frozenset[str], re.Pattern[str] | None]:
    """What must not stand in text of *language*: the interface in the other one, and what has placeholders."""
    english: set[str] = set()
    spanish: set[str] = set()
    for code, path in catalogue.languages().items():
        for message in catalogue.load(path, code):
            if not message.id or not any(catalogue.strings(message)):
                continue
            english.update(catalogue.sources(message))
            spanish.update(catalogue.strings(message))
    wrong = english - spanish if language == "es" else spanish - english
    plain = frozenset(" ".join(text.split()).replace("%%", "%") for text in wrong if not PLACEHOLDER.search(text))
    patterns = []
    for text in wrong:
        parts = PLACEHOLDER.split(" ".join(text.split()).replace("%%", "%"))
        if len(parts) > 1 and len(WORDS.findall("".join(parts))) >= 12:
            patterns.append(".{1,80}?".join(map(re.escape, parts)))
    return plain, re.compile("|".join(patterns)) if patterns else None


def _translated(element: Element) -> None:
    """No string of the interface stands there in the other language."""
    language = element.language()
    if language not in ("en", "es") or element.tag in ("script", "code", "pre", "textarea"):
        return
    texts = [" ".join(child.split()) for child in element.children if isinstance(child, str)]
    texts += [" ".join(element.get(name).split()) for name in SPOKEN]
    texts += [value for name, value in element.attributes.items() if name.startswith("data-") and " " in value]
    if element.tag == "input" and element.get("type") in ("submit", "button"):
        texts.append(element.get("value"))
    plain, pattern = _foreign(language)
    for text in texts:
        if not WORDS.search(text):
            continue
        assert text not in plain, f"not translated: {text!r} stands in text of {language!r}: {element}"
        assert not (pattern and pattern.fullmatch(text)), (
            f"not translated: {text!r} stands in text of {language!r}: {element}"
        )
