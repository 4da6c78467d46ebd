"""One page in one language: parsed, checked from top to bottom, and cut into blocks.

What concerns a text alone is settled here, in one walk over its tokens: directives, headings, links, pictures,
citations and glossary terms. What its questions and scenes mean is for :mod:`questions` and :mod:`scenarios`.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from app.courseware import frontmatter, markdown
from app.courseware.course import Block, Citation, say
from app.courseware.directives import DIRECTIVES, Directive
from app.courseware.glossary import TermIndex
from app.courseware.keys import Reader, read_countries, read_id
from app.courseware.limits import excess
from app.courseware.manuscript import Manuscript, Place, Report
from app.courseware.markdown import Span, Token
from app.courseware.media import AUDIO, MIME_TYPES, mime_type
from app.courseware.problem import nearest
from app.courseware.settings import Settings

CITING_KINDS = ("course", "module", "lesson")
"""Pages that end in the list of what they cite; elsewhere a citation is spelled out."""

_TEXT = ("note", "tip", "important", "warning", "danger", "do", "never", "case")
_ALLOWED: dict[str, tuple[str, ...]] = {
    "course": (*_TEXT, "only"),
    "module": (*_TEXT, "only", "country"),
    "lesson": (*_TEXT, "only", "country", "question"),
    "scenario": (*_TEXT, "scenario", "scene"),
    "quiz": (*_TEXT, "question"),
    "exam": (*_TEXT, "question"),
    "practice": (*_TEXT, "criteria"),
    "glossary": (),
    "country": (*_TEXT, "entry"),
}
_SCHEMES = ("http", "https", "mailto")
_PAGE_NAME = re.compile(r"(.+)\.([a-z]{2})\.md")
_NOT_TEXT = re.compile(r"\[@[^\[\]\n]*\]|\]\([^()\n]*\)")
_STRAY_ATTRIBUTES = re.compile(r"\{[#.][\w-]+\}$")


@dataclass(slots=True)
class Library:
    """What pages may point at: sources, other pages (path without language → address), files and glossary terms."""

    settings: Settings
    addresses: dict[str, str] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    terms: dict[str, TermIndex] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return f"/learn/{self.settings.id}"


class Mark(NamedTuple):
    """Something of a page that its translations should have too, and where it stands."""

    kind: str
    value: str
    place: Place


@dataclass(slots=True)
class Written:
    """A page as its author wrote it in one language."""

    manuscript: Manuscript
    kind: str
    language: str
    front: Reader
    front_lines: int
    tokens: list[Token] = field(default_factory=list)
    env: dict[str, Any] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    """structure, in order: directives and headings"""
    targets: list[Mark] = field(default_factory=list)
    """links, pictures and citations"""
    texts: list[tuple[str, str, int]] = field(default_factory=list)
    """runs of text: the question or scene each belongs to ("" for the rest of the page), text, line"""
    terms: Counter[str] = field(default_factory=Counter)
    """in how many of its paragraphs it uses each glossary term"""
    cited: dict[str, list[str]] = field(default_factory=dict)
    """source → places, in order of appearance"""
    words: int = 0
    refused: bool = False
    """too large or too deep to be read"""
    blocks: tuple[Block, ...] = ()
    """what it shows, once closed"""
    outermost: list[Span] | None = None
    """kept by :meth:`spans`"""

    @property
    def path(self) -> str:
        return self.manuscript.path

    def spans(self) -> list[Span]:
        """Its outermost blocks."""
        if self.outermost is None:
            self.outermost = markdown.spans(self.tokens, 0, len(self.tokens))
        return self.outermost

    def html(self, spans: list[Span]) -> str:
        """Safe HTML of *spans*, one after the other."""
        tokens = [token for span in spans for token in span.tokens[span.start : span.end]]
        return markdown.render(tokens, self.env) if tokens else ""

    def citations(self) -> tuple[Citation, ...]:
        return tuple(Citation(source, tuple(places)) for source, places in self.cited.items())


def open_page(manuscript: Manuscript, kind: str, language: str, report: Report) -> Written:
    """The page in *manuscript* with its front matter read and its text not yet."""
    front, taken = frontmatter.split(manuscript, kind, report)
    return Written(manuscript, kind, language, front, taken)


def read_page(page: Written, library: Library, report: Report) -> None:
    """Parse the text of an opened *page*, with every problem reported."""
    manuscript, taken = page.manuscript, page.front_lines
    # Empty lines in place of the front matter keep the parser's line numbers those of the file.
    text = "\n" * taken + "\n".join(manuscript.lines[taken:])
    if (too_much := excess(text)) is not None:
        line = text.count("\n", 0, too_much.position) + 1 if too_much.position else 0
        report.add(too_much.code, manuscript.place(line), limit=too_much.limit)
        page.refused = True
        return
    page.tokens, page.env = markdown.parse(text, page.language, page.kind)
    for code, line, column, values, hint in page.env["faults"]:
        report.add(code, manuscript.place(line, column), hint, **values)
    _Walk(page, library, report).walk()


def close_page(page: Written) -> None:
    """Render what a read *page* shows, and let go of its tokens: a whole course of them is a lot to carry about."""
    if page.kind in ("course", "module", "lesson"):
        page.blocks = tuple(_blocks(page, page.spans(), ()))
    elif page.kind == "glossary":
        page.blocks = tuple(_html_blocks(page, _around_terms(page.spans()), ()))
    elif page.kind == "practice":
        page.blocks = tuple(_html_blocks(page, [span for span in page.spans() if span.name != "criteria"], ()))
    page.tokens, page.outermost = [], []


def _blocks(page: Written, spans: list[Span], countries: tuple[str, ...]) -> Iterable[Block]:
    """The blocks of a page of text: HTML, self-checks, and the entries of the learner's country."""
    run: list[Span] = []
    for span in spans:
        if span.name not in ("question", "country", "only"):
            run.append(span)
            continue
        yield from _html_blocks(page, run, countries)
        run = []
        argument = str(span.meta["argument"])
        if span.name == "question":
            yield Block("question", ref=str(span.meta.get("id", argument)), countries=countries)
        elif span.name == "country":
            yield Block("country", ref=argument, countries=countries)
        else:
            inner = tuple(span.meta.get("countries", ()))
            both = tuple(code for code in inner if code in countries) if countries else inner
            yield from _blocks(page, span.parts(), both)
    yield from _html_blocks(page, run, countries)


def _html_blocks(page: Written, run: list[Span], countries: tuple[str, ...]) -> Iterable[Block]:
    html = page.html(run)
    if html:
        yield Block("html", html=html, countries=countries)


def _around_terms(spans: list[Span]) -> list[Span]:
    """What a glossary says besides its terms, without the headings that only name a group of terms."""
    kept = []
    for span, following in zip(spans, [*spans[1:], None], strict=True):
        names_terms = span.type == "heading" and following is not None and following.type == "dl"
        if span.type != "dl" and not names_terms:
            kept.append(span)
    return kept


class _Walk:
    """One pass over the tokens of a page."""

    def __init__(self, page: Written, library: Library, report: Report) -> None:
        self.page = page
        self.library = library
        self.report = report
        self.directives: list[str] = []
        self.heading = 0
        self.last_heading = 1
        self.tables = 0
        self.seen_terms: set[str] = set()
        self.holder = ""
        self.terms = library.terms.get(page.language) if page.kind == "lesson" else None

    def walk(self) -> None:
        for token in self.page.tokens:
            kind = token.type
            if kind == "inline":
                self._inline(token)
            elif kind == "directive_open":
                self._open_directive(token)
            elif kind == "directive_close":
                if self.directives.pop() in ("question", "scene"):
                    self.holder = ""
            elif kind == "directive_title_open":
                self.heading = 1
                token.meta["tag"] = "h2" if self.last_heading < 2 else "h3"
            elif kind == "heading_open":
                self._heading(token)
            elif kind in ("heading_close", "directive_title_close"):
                self.heading = 0
            elif kind == "table_open":
                self.tables += 1
            elif kind == "table_close":
                self.tables -= 1
            elif kind in ("fence", "code_block"):
                self.page.words += len(token.content.split())
            if token.level >= markdown.MAX_NESTING - 2:
                self.report.add("page-too-deep", self._place(token), limit=markdown.MAX_NESTING)

    # Directives

    def _open_directive(self, token: Token) -> None:
        name = token.meta["name"]
        place = self._place(token)
        known = DIRECTIVES.get(name)
        if known is None:
            self.report.add("directive-unknown", place, nearest(name, DIRECTIVES), name=name)
        else:
            self._check_place(name, known, token, place)
            self._check_argument(name, known, token, place)
            for option, (_, line) in token.meta["options"].items():
                if option not in known.options:
                    values = {"option": option, "name": name, "known": ", ".join(known.options) or "—"}
                    where = self.page.manuscript.find(line, ":")
                    self.report.add("option-unknown", where, nearest(option, known.options), **values)
        self.directives.append(name)
        if name in ("question", "scene"):
            self.holder = f"{name} {token.meta['argument']}"

    def _check_place(self, name: str, known: Directive, token: Token, place: Place) -> None:
        around = [outer for outer in self.directives if outer != "only"]
        if name not in _ALLOWED[self.page.kind]:
            self.report.add("directive-not-on-page", place, name=name)
        elif name == "scene" and self.directives[-1:] != ["scenario"]:
            self.report.add("scene-outside", place)
        elif known.outer and (around or token.level > len(self.directives)):
            self.report.add("directive-not-outer", place, name=name)

    def _check_argument(self, name: str, known: Directive, token: Token, place: Place) -> None:
        argument = token.meta["argument"]
        mark = name
        if not argument and known.argument == "required" and name != "question":
            self.report.add("directive-argument-missing", place, name=name)
        elif argument and known.argument == "none":
            self.report.add("directive-argument-unknown", place, name=name, argument=argument)
        elif name == "only":
            token.meta["countries"] = read_countries(argument, place, self.report)
            mark = f"only {' '.join(token.meta['countries'])}"
        elif name == "country":
            mark = f"country {argument}"
            if argument not in self.library.settings.entries:
                hint = nearest(argument, self.library.settings.entries)
                self.report.add("entry-unknown", self._in_line(token, argument), hint, entry=argument)
        elif argument and name in ("question", "scenario", "scene", "entry"):
            mark = f"{name} {argument}"
            read_id(argument, self._in_line(token, argument), self.report)
        self.page.marks.append(Mark("directive", mark, place))

    def _heading(self, token: Token) -> None:
        self.heading = int(token.tag[1])
        place = self._place(token)
        if self.heading == 1:
            self.report.add("heading-level-1", place)
        elif self.heading > self.last_heading + 1:
            self.report.add("heading-skips", place, level=self.heading, before=self.last_heading)
        self.last_heading = self.heading
        self.page.marks.append(Mark("heading", f"h{self.heading}", place))

    # Text

    def _inline(self, token: Token) -> None:
        page = self.page
        content = token.content
        if not self.holder:
            page.words += len(content.split())
        text = _NOT_TEXT.sub(" ", content) if "[" in content else content
        page.texts.append((self.holder, text, token.map[0] + 1 if token.map else 0))
        if content.endswith("}") and (stray := _STRAY_ATTRIBUTES.search(content)):
            self.report.add("attributes-stray", self._in_text(token, stray.start()), attributes=stray[0])
        children = token.children or []
        inside_link = 0
        for index, child in enumerate(children):
            kind = child.type
            if kind == "link_open":
                inside_link += 1
                self._link(token, child)
            elif kind == "link_close":
                inside_link -= 1
            elif kind == "image":
                children[index] = self._image(token, child)
            elif kind == "citation":
                children[index] = self._citation(token, child)
            elif kind == "raw_html":
                where = self._in_text(token, child.meta["position"])
                self.report.add("raw-html", where, tag=child.content[:40])
            elif kind == "footnote_ref" and (self.holder or "criteria" in self.directives):
                self.report.add("footnote-here", self._place(token))
        if self.terms and not self.holder:
            found = {one.term for one in self.terms.find(text)}
            page.terms.update(found)
            if not (self.heading or self.tables or found <= self.seen_terms):
                token.children = self._with_terms(children, self.terms)

    def _with_terms(self, children: list[Token], terms: TermIndex) -> list[Token]:
        result: list[Token] = []
        inside_link = 0
        for child in _joined(children):
            if child.type == "link_open":
                inside_link += 1
            elif child.type == "link_close":
                inside_link -= 1
            if child.type == "text" and not inside_link:
                result += self._linked(child, terms)
            else:
                result.append(child)
        return result

    def _linked(self, token: Token, terms: TermIndex) -> list[Token]:
        text = token.content
        pieces: list[Token] = []
        position = 0
        for found in terms.find(text):
            if found.term in self.seen_terms:
                continue
            self.seen_terms.add(found.term)
            if found.start > position:
                pieces.append(Token("text", "", 0, content=text[position : found.start]))
            address = f"{self.library.root}/glossary#term-{found.term}"
            pieces.append(markdown.term_token(text[found.start : found.end], address))
            position = found.end
        if not pieces:
            return [token]
        if position < len(text):
            pieces.append(Token("text", "", 0, content=text[position:]))
        return pieces

    # Citations

    def _citation(self, token: Token, child: Token) -> Token:
        parts = []
        for cited in child.meta["cited"].split(";"):
            source, _, place = cited.strip().removeprefix("@").partition(" ")
            place = " ".join(place.split())
            where = self._in_text(token, child.meta["position"])
            if source not in self.library.settings.sources:
                hint = nearest(source, self.library.settings.sources)
                self.report.add("source-unknown", where, hint, source=source)
                parts.append(markdown.escape(f"[{source} {place}]"))
                continue
            digits = " ".join(re.findall(r"\d+", place))
            self.page.targets.append(Mark("citation", f"{source} {digits}".strip(), where))
            parts.append(self._cite(source, place))
        return markdown.html_token(", ".join(parts))

    def _cite(self, source: str, place: str) -> str:
        title = say(self.library.settings.sources[source].title, self.page.language) or source
        if self.page.kind not in CITING_KINDS or self.holder:
            said = f"{title}, {place}" if place else title
            return f'<span class="cite">({markdown.escape(said)})</span>'
        places = self.page.cited.setdefault(source, [])
        if place and place not in places:
            places.append(place)
        number = list(self.page.cited).index(source) + 1
        said = f"({markdown.escape(place)})" if place else ""
        return (
            f'<a class="cite" href="#source-{source}" title="{markdown.escape(title)}">{said}<sup>[{number}]</sup></a>'
        )

    # Links and pictures

    def _link(self, token: Token, child: Token) -> None:
        address = str(child.attrs.get("href", ""))
        where = self._in_text(token, child.meta.get("position", 0))
        if address.startswith("#") and self.holder.startswith("scene"):
            return
        resolved = self._resolve(address, where)
        self.page.targets.append(Mark("link", _without_language(address), where))
        if resolved is None:
            child.attrs.pop("href", None)
        else:
            child.attrs["href"] = resolved

    def _resolve(self, address: str, where: Place) -> str | None:
        """Where a link leads in the site, or ``None`` with the reason reported."""
        head = re.split(r"[/?#]", address, maxsplit=1)[0]
        if ":" in head:
            scheme = head.partition(":")[0].strip().lower()
            if scheme in _SCHEMES:
                return address
            self.report.add("link-unsafe", where, scheme=scheme)
        elif not head:
            code = "link-fragment" if address.startswith("#") else "link-absolute"
            self.report.add(code if address else "link-empty", where, address=address)
        else:
            return self._file_address(address, where)
        return None

    def _file_address(self, address: str, where: Place) -> str | None:
        path = self._path(address)
        if page := _PAGE_NAME.fullmatch(path):
            if page[1] in self.library.addresses:
                return self.library.addresses[page[1]]
            hint = nearest(path, (f"{name}.{page[2]}.md" for name in self.library.addresses))
            self.report.add("link-page-missing", where, hint, path=path)
            return None
        return self._media_address(path, where)

    def _media_address(self, path: str, where: Place) -> str | None:
        if path not in self.library.files:
            self.report.add("media-missing", where, nearest(path, self.library.files), path=path)
        elif mime_type(path) is None:
            self.report.add("media-type", where, path=path, known=", ".join(MIME_TYPES))
        else:
            return f"{self.library.root}/media/{quote(path)}"
        return None

    def _path(self, address: str) -> str:
        """The path in the course that a relative *address* on this page means."""
        relative = unquote(re.split(r"[?#]", address, maxsplit=1)[0])
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.page.path), relative))

    def _image(self, token: Token, child: Token) -> Token:
        address = str(child.attrs.get("src", ""))
        where = self._in_text(token, child.meta.get("position", 0))
        alternative = child.content.strip()
        self.page.targets.append(Mark("image", _without_language(address), where))
        if not alternative:
            self.report.add("image-without-alt", where)
        resolved = None
        if address.startswith("//") or ":" in re.split(r"[/?#]", address, maxsplit=1)[0]:
            self.report.add("image-remote", where, address=address[:80])
        elif not address or address.startswith(("/", "#", "?")):
            self.report.add("media-missing", where, path=address)
        else:
            resolved = self._media_address(self._path(address), where)
        if resolved is None:
            return Token("text", "", 0, content=alternative)
        if mime_type(resolved) in AUDIO:
            return self._audio(address, resolved, alternative)
        child.attrs["src"] = resolved
        child.attrs["loading"] = "lazy"
        return child

    def _audio(self, address: str, resolved: str, alternative: str) -> Token:
        captions = posixpath.splitext(self._path(address))[0] + ".vtt"
        track = ""
        if captions in self.library.files:
            source = markdown.escape(f"{self.library.root}/media/{quote(captions)}")
            track = f'<track kind="captions" src="{source}" srclang="{self.page.language}">'
        label = markdown.escape(alternative)
        source = markdown.escape(resolved)
        return markdown.html_token(f'<audio controls preload="none" src="{source}" aria-label="{label}">{track}</audio>')

    # Places

    def _place(self, token: Token) -> Place:
        line = token.map[0] + 1 if token.map else 0
        text = self.page.manuscript.lines[line - 1] if line else ""
        return self.page.manuscript.place(line, len(text) - len(text.lstrip(" \t>")) + 1)

    def _in_line(self, token: Token, needle: str) -> Place:
        return self.page.manuscript.find(token.map[0] + 1 if token.map else 0, needle)

    def _in_text(self, token: Token, position: int) -> Place:
        """The place of *position* of a run of text, whose lines stand in the file behind markers and white space."""
        if not token.map:
            return Place(self.page.path)
        content = token.content
        line = token.map[0] + 1 + content.count("\n", 0, position)
        start = content.rfind("\n", 0, position) + 1
        end = content.find("\n", start)
        written = content[start : end if end >= 0 else len(content)]
        place = self.page.manuscript.find(line, written.strip())
        if written.strip() not in place.text:
            return place
        offset = position - start - (len(written) - len(written.lstrip()))
        return self.page.manuscript.place(line, place.column + max(offset, 0))


def _joined(children: list[Token]) -> Iterable[Token]:
    """*children* with text that a line break interrupts made one, so that a term may run on to the next line."""
    text: Token | None = None
    for child in children:
        if child.type in ("text", "softbreak"):
            content = child.content if child.type == "text" else "\n"
            if text is None:
                text = Token("text", "", 0, content=content)
            else:
                text.content += content
            continue
        if text is not None:
            yield text
            text = None
        yield child
    if text is not None:
        yield text


def _without_language(address: str) -> str:
    """*address* as it should be in every language."""
    return re.sub(r"\.[a-z]{2}\.(md|svg|png|jpe?g|webp|mp3|vtt|pdf)\b", r".\1", address)
