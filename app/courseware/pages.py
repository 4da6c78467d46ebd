"""One page in one language: opened, read, and closed when nothing more is wanted of its tokens."""

from __future__ import annotations

from collections.abc import Iterable

from app.courseware import frontmatter, markdown
from app.courseware.course import Block
from app.courseware.limits import excess
from app.courseware.manuscript import Manuscript, Report
from app.courseware.markdown import Span
from app.courseware.walk import Walk
from app.courseware.written import Library, Written


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
    Walk(page, library, report).walk()


def close_page(page: Written) -> None:
    """Render what a read *page* shows, and let go of its tokens: a whole course of them is a lot to carry about."""
    if page.kind in ("course", "module", "lesson"):
        page.blocks = tuple(_blocks(page, page.spans(), ()))
    elif page.kind == "glossary":
        page.blocks = tuple(_html_blocks(page, _around_terms(page.spans()), ()))
    elif page.kind in ("practice", "exercise"):
        shown = [span for span in page.spans() if span.name not in ("criteria", "trainer")]
        page.blocks = tuple(_html_blocks(page, shown, ()))
        page.trainer = page.html([part for span in page.spans() if span.name == "trainer" for part in span.parts()])
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
    for span, following in zip(spans, [*spans[1:], None], strict=False):
        names_terms = span.type == "heading" and following is not None and following.type == "dl"
        if span.type != "dl" and not names_terms:
            kept.append(span)
    return kept
