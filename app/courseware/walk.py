"""One walk over the tokens of a page, from top to bottom: what concerns its text alone is settled here.

Directives, headings, links, pictures, citations and glossary terms. What its questions and scenes mean is for
:mod:`app.courseware.questions` and :mod:`app.courseware.scenarios`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.courseware import markdown
from app.courseware.addresses import Addresses, without_language
from app.courseware.course import say
from app.courseware.directives import DIRECTIVES, Directive
from app.courseware.glossary import TermIndex
from app.courseware.keys import read_countries, read_id
from app.courseware.manuscript import Place, Report
from app.courseware.markdown import Token
from app.courseware.problem import nearest
from app.courseware.written import Library, Mark, Written

_CITING_KINDS = ("course", "module", "lesson")
"""Pages that end in the list of what they cite; elsewhere a citation is spelled out."""

_TEXT = ("note", "tip", "important", "warning", "danger", "do", "never", "case")
_ALLOWED: dict[str, tuple[str, ...]] = {
    "course": (*_TEXT, "only"),
    "module": (*_TEXT, "only", "country"),
    "lesson": (*_TEXT, "only", "country", "question"),
    "scenario": (*_TEXT, "scenario", "scene"),
    "quiz": (*_TEXT, "question"),
    "exam": (*_TEXT, "question"),
    "practice": (*_TEXT, "criteria", "trainer"),
    "exercise": (*_TEXT, "criteria", "trainer"),
    "glossary": (),
    "country": (*_TEXT, "entry"),
}
_NOT_TEXT = re.compile(r"\[@[^\[\]\n]*\]|\]\([^()\n]*\)")
_HOLDERS = ("question", "scene", "trainer")
"""Directives whose text is compared, and shown, apart from the rest of the page."""
_BARE_NUMBER = re.compile(r"<a [^>]*><sup>")
_STRAY_ATTRIBUTES = re.compile(r"\{[#.][\w-]+\}$")


class Walk:
    """Reports every problem of a page's text, and notes in the page what its translations are compared by."""

    def __init__(self, page: Written, library: Library, report: Report) -> None:
        self.page = page
        self.library = library
        self.report = report
        self.addresses = Addresses(page, library, report)
        self.directives: list[str] = []
        self.heading = 0
        self.last_heading = 1
        self.tables = 0
        self.seen_terms: set[str] = set()
        self.holder = ""
        self.keys: list[tuple[int, int]] = []
        """lines of the trainers' keys, from and up to"""
        self.terms = library.terms.get(page.language) if page.kind == "lesson" else None

    def walk(self) -> None:
        """Go over the tokens of the page, once."""
        for token in self.page.tokens:
            kind = token.type
            if kind == "inline":
                self._inline(token)
            elif kind == "directive_open":
                self._open_directive(token)
            elif kind == "directive_close":
                if self.directives.pop() in _HOLDERS:
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
        if name in _HOLDERS:
            self.holder = f"{name} {token.meta['argument']}".strip()
        if name == "trainer" and token.map:
            self.keys.append((token.map[0], token.map[1]))

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
        text = _NOT_TEXT.sub(" ", content) if "[" in content else content
        if not self.holder:
            page.words += len(text.split())
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
                if index and children[index - 1].type == "text" and _BARE_NUMBER.match(children[index].content):
                    # A raised number hugs the word before it, and is not carried over to the next line alone.
                    children[index - 1].content = children[index - 1].content.rstrip(" ")
            elif kind == "raw_html":
                where = self._in_text(token, child.meta["position"])
                self.report.add("raw-html", where, tag=child.content[:40])
            elif kind == "footnote_ref" and (self.holder or "criteria" in self.directives):
                self.report.add("footnote-here", self._place(token))
        if self.keys and not self.holder and token.map and self._in_key(token.map[0]):
            # The text of a footnote, which is printed at the foot of the page: for everybody.
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
        if self.page.kind not in _CITING_KINDS or self.holder:
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
        if address.startswith("#") and self.holder.startswith("scene"):
            return
        where = self._in_text(token, child.meta.get("position", 0))
        self.page.targets.append(Mark("link", without_language(address), where))
        resolved = self.addresses.link(address, where)
        if resolved is None:
            child.attrs.pop("href", None)
        else:
            child.attrs["href"] = resolved
            if self.holder == "trainer" and resolved.startswith(f"{self.library.root}/media/"):
                self.report.add("trainer-file", where, path=address)

    def _image(self, token: Token, child: Token) -> Token:
        where = self._in_text(token, child.meta.get("position", 0))
        if self.holder == "trainer":
            self.report.add("trainer-file", where, path=str(child.attrs.get("src", "")))
        self.page.targets.append(Mark("image", without_language(str(child.attrs.get("src", ""))), where))
        return self.addresses.picture(child, where)

    # Places

    def _in_key(self, line: int) -> bool:
        return any(first <= line < last for first, last in self.keys)

    def _place(self, token: Token) -> Place:
        line = token.map[0] + 1 if token.map else 0
        text = self.page.manuscript.lines[line - 1] if line else ""
        return self.page.manuscript.place(line, len(text) - len(text.lstrip(" \t>")) + 1)

    def _in_line(self, token: Token, needle: str) -> Place:
        return self.page.manuscript.find(token.map[0] + 1 if token.map else 0, needle, "}")

    def _in_text(self, token: Token, position: int) -> Place:
        """The place of *position* of a run of text, whose lines stand in the file behind markers and white space."""
        if not token.map:
            return Place(self.page.path)
        content = token.content
        line = token.map[0] + 1 + content.count("\n", 0, position)
        start = content.rfind("\n", 0, position) + 1
        end = content.find("\n", start)
        written = content[start : end if end >= 0 else len(content)]
        offset = position - start - (len(written) - len(written.lstrip()))
        text = self.page.manuscript.start(line).text
        # In a table's cell a bar is written with a backslash.
        for said in (written.strip(), written.strip().replace("|", "\\|")):
            if said in text:
                return self.page.manuscript.place(line, text.index(said) + 1 + max(offset, 0))
        return self.page.manuscript.start(line)


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
