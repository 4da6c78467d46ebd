"""The smaller things that pages hold: glossary terms, criteria of practical sheets, entries of countries."""

from __future__ import annotations

from dataclasses import dataclass

from app.courseware.countries import COUNTRY_CODES
from app.courseware.glossary import names_of
from app.courseware.ids import is_id
from app.courseware.keys import is_date
from app.courseware.manuscript import Place, Report
from app.courseware.markdown import Span, render_inline
from app.courseware.problem import nearest
from app.courseware.settings import Settings
from app.courseware.written import Written


@dataclass(slots=True)
class WrittenTerm:
    id: str
    names: tuple[str, ...]
    html: str
    place: Place


@dataclass(slots=True)
class WrittenCriterion:
    id: str
    html: str
    place: Place
    last_line: int
    missing_id: bool = False
    plain: str = ""


@dataclass(slots=True)
class WrittenEntry:
    html: str
    place: Place
    reviewed: str = ""
    source: str = ""


def refuse_text(page: Written, allowed: tuple[str, ...], code: str, report: Report) -> None:
    """Report, as *code*, the first block of *page* that is none of the *allowed* directives."""
    for span in page.spans():
        if span.name not in allowed:
            report.add(code, page.manuscript.place(span.line))
            return


def read_terms(page: Written, report: Report) -> list[WrittenTerm]:
    """The terms in the definition lists of a glossary, in order. A term without an id has "" for it."""
    terms: list[WrittenTerm] = []
    seen: dict[str, int] = {}
    for span in page.spans():
        if span.type != "dl":
            continue
        for part in span.parts():
            if part.type == "dt":
                terms.append(_term(page, part, report))
                if terms[-1].id in seen:
                    report.add("term-twice", terms[-1].place, id=terms[-1].id, line=seen[terms[-1].id])
                    terms[-1].id = ""
                elif terms[-1].id:
                    seen[terms[-1].id] = terms[-1].place.line
            elif terms:
                terms[-1].html = "\n".join(html for html in (terms[-1].html, _definition(page, part)) if html)
    if not terms:
        report.add("glossary-empty", page.manuscript.place(1))
    return terms


def _term(page: Written, part: Span, report: Report) -> WrittenTerm:
    inline = part.inline()
    heading = inline.content if inline is not None else ""
    place = page.manuscript.find(part.line, heading[:40])
    attributes = str(part.meta.get("attributes", "")).strip()
    name = attributes.removeprefix("#")
    if attributes and not (attributes.startswith("#") and is_id(name)):
        report.add("id-malformed", page.manuscript.find_last(part.line, "{"), id=attributes)
        name = ""
    names = names_of(heading)
    if not names:
        report.add("term-empty", place)
    return WrittenTerm(name, names, "", place)


def _definition(page: Written, part: Span) -> str:
    # A definition on one line is a paragraph all the same.
    for token in part.tokens[part.start : part.end]:
        if token.type in ("paragraph_open", "paragraph_close"):
            token.hidden = False
    return page.html(part.parts())


def read_criteria(page: Written, report: Report) -> list[WrittenCriterion]:
    """The criteria of a practical sheet, in order. A criterion without an id has "" for it."""
    criteria: list[WrittenCriterion] = []
    seen: dict[str, int] = {}
    for span in page.spans():
        if span.name != "criteria":
            continue
        for part in span.parts():
            if part.type not in ("bullet_list", "ordered_list"):
                report.add("criteria-text", page.manuscript.place(part.line or span.line))
                continue
            for item in part.parts():
                criterion = _criterion(page, item, report)
                if criterion.id in seen:
                    report.add("criterion-id-twice", criterion.place, id=criterion.id, line=seen[criterion.id])
                    criterion.id = ""
                elif criterion.id:
                    seen[criterion.id] = criterion.place.line
                criteria.append(criterion)
    if not criteria:
        report.add("criteria-missing", page.manuscript.place(1))
    return criteria


def _criterion(page: Written, item: Span, report: Report) -> WrittenCriterion:
    parts = item.parts()
    line = page.manuscript.lines[item.line - 1]
    place = page.manuscript.place(item.line, len(line) - len(line.lstrip()) + 1)
    attributes = str(item.meta.get("attributes", "")).strip()
    inline = item.inline()
    single = len(parts) == 1 and parts[0].type == "paragraph"
    html = render_inline((inline.children if inline else None) or [], page.env) if single else page.html(parts)
    criterion = WrittenCriterion("", html, place, parts[0].last_line if parts else item.line)
    criterion.plain = inline.content if inline else ""
    criterion.missing_id = not attributes
    if not html:
        report.add("question-option-empty", place)
    if not attributes:
        report.add("criterion-id-missing", place)
    elif attributes.startswith("#") and is_id(attributes[1:]):
        criterion.id = attributes[1:]
    else:
        where = page.manuscript.find_last(criterion.last_line, "{")
        report.add("question-option-id-malformed", where, attributes=attributes)
    return criterion


def check_keys(page: Written, report: Report) -> None:
    """Report the trainers' keys of a practical sheet that say nothing."""
    for span in page.spans():
        if span.name == "trainer" and not span.parts():
            report.add("trainer-empty", page.manuscript.place(span.line))


def read_entries(page: Written, code: str, settings: Settings, report: Report) -> dict[str, WrittenEntry]:
    """The entries of a country's page, by key."""
    if code not in COUNTRY_CODES:
        hint = code.upper() if code.upper() in COUNTRY_CODES else ""
        report.add("country-unknown", page.manuscript.place(1), hint, code=code)
    named = page.front.text("country")
    if named and named != code:
        report.add("country-differs", page.front.place("country"), code=named, name=code)
    reviewed = page.front.date("reviewed")
    refuse_text(page, ("entry",), "country-text-outside", report)
    entries: dict[str, WrittenEntry] = {}
    for span in page.spans():
        if span.name != "entry":
            continue
        key = str(span.meta["argument"])
        place = page.manuscript.find(span.line, key or ":::", "}" if key else "")
        if key in entries:
            report.add("entry-twice", place, entry=key, line=entries[key].place.line)
            continue
        if key and key not in settings.entries:
            report.add("entry-unknown", place, nearest(key, settings.entries), entry=key)
        entry = WrittenEntry(page.html(span.parts()), place, reviewed)
        _entry_options(page, span, entry, settings, report)
        if not entry.html:
            report.add("entry-empty", place, entry=key)
        entries[key] = entry
    return entries


def _entry_options(page: Written, span: Span, entry: WrittenEntry, settings: Settings, report: Report) -> None:
    options = span.meta["options"]
    if "reviewed" in options:
        value, line = options["reviewed"]
        if is_date(value):
            entry.reviewed = value
        else:
            report.add("value-not-date", page.manuscript.find(line, value, ": "), key="reviewed", value=value)
    if "source" in options:
        value, line = options["source"]
        source = value.partition(" ")[0]
        if source in settings.sources:
            entry.source = " ".join(value.split())
        else:
            hint = nearest(source, settings.sources)
            report.add("source-unknown", page.manuscript.find(line, value, ": "), hint, source=source)
