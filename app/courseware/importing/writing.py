"""A draft as a question of our format, word for word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.courseware.ids import slug
from app.courseware.importing.draft import Answer, Draft, Passage
from app.courseware.importing.escaping import cell, escape, guard
from app.courseware.importing.marks import show

_OPTION_ORDER = ("type", "credit", "critical", "objective", "difficulty", "source", "countries", "shuffle")


def write(draft: Draft, question_id: str) -> str:
    """The directive of *draft* under that id, without a line end."""
    head = [f"{draft.colons}{{question}} {question_id}", *_options(draft)]
    if draft.verbatim:
        body = draft.verbatim
        while body and not body[-1].strip():
            body = body[:-1]
        return "\n".join([*head, "", *_from_first(body), draft.colons])
    parts = [draft.prompt.markdown.split("\n"), _answers(draft)]
    if draft.explanation:
        parts.append(_quoted(draft.explanation))
    rows = list(head)
    for part in parts:
        rows += ["", *part]
    return "\n".join([*rows, draft.colons])


def bare(draft: Draft) -> Draft:
    """*draft* with all its texts as plain text: no lists, no emphasis, no links."""
    return replace(
        draft,
        prompt=_plain(draft.prompt),
        explanation=_plain(draft.explanation),
        answers=[_plain_answer(answer, in_table=draft.kind == "match") for answer in draft.answers],
    )


def _plain(passage: Passage) -> Passage:
    rows = [guard(escape(" ".join(row.split()))) for row in passage.plain.split("\n") if row.strip()]
    return Passage("\\\n".join(rows), passage.plain)


def _plain_answer(answer: Answer, in_table: bool) -> Answer:
    text, left = _plain(answer.text), _plain(answer.left)
    if in_table:
        text, left = (Passage(cell(one.markdown.replace("\\\n", " ")), one.plain) for one in (text, left))
    return replace(answer, text=text, left=left, feedback=_plain(answer.feedback))


def _from_first(rows: list[str]) -> list[str]:
    start = next((at for at, row in enumerate(rows) if row.strip()), len(rows))
    return rows[start:]


def _options(draft: Draft) -> list[str]:
    options = dict(draft.options)
    if not draft.verbatim:
        if draft.kind in ("order", "match"):
            options["type"] = draft.kind
        if draft.kind == "several" and draft.partial:
            options["credit"] = "partial"
        if not draft.shuffle:
            options["shuffle"] = "no"
    known = [key for key in _OPTION_ORDER if key in options]
    return [f":{key}: {options[key]}".rstrip() for key in [*known, *(key for key in options if key not in known)]]


def _answers(draft: Draft) -> list[str]:
    if draft.kind == "short":
        return [f"= {answer}" for answer in draft.accepted]
    if draft.kind == "number":
        return [f"= {show(draft.value)} ± {show(draft.tolerance)}"]
    ids = _ids(draft.answers)
    if draft.kind == "match":
        return _table(draft.answers, ids)
    rows: list[str] = []
    for number, (answer, name) in enumerate(zip(draft.answers, ids, strict=True), start=1):
        marker = f"{number}. " if draft.kind == "order" else "- "
        box = {"one": "(x) " if answer.right else "( ) ", "several": "[x] " if answer.right else "[ ] "}.get(
            draft.kind, ""
        )
        indent = " " * len(marker)
        first, *others = answer.text.markdown.split("\n")
        text = [marker + box + first, *(indent + row for row in others)]
        rows += [*text[:-1], f"{text[-1]} {{#{name}}}"]
        rows += [indent + row for row in _quoted(answer.feedback)]
    return rows


def _table(answers: Iterable[Answer], ids: Iterable[str]) -> list[str]:
    rows = ["|  |  |", "| --- | --- |"]
    for answer, name in zip(answers, ids, strict=True):
        left, right = answer.left.markdown, answer.text.markdown
        left, right = (f"{left} {{#{name}}}", right) if left else ("", f"{right} {{#{name}}}")
        rows.append(f"| {left} | {right} |")
    return rows


def _quoted(passage: Passage) -> list[str]:
    return [f"> {row}".rstrip() for row in passage.markdown.split("\n")] if passage else []


def _ids(answers: list[Answer]) -> list[str]:
    """An id for each answer, made of its words and used once."""
    found: list[str] = []
    for number, answer in enumerate(answers, start=1):
        base = answer.id or slug((answer.left or answer.text).plain) or f"o{number}"
        name, copy = base, 2
        while name in found:
            name, copy = f"{base}-{copy}", copy + 1
        found.append(name)
    return found
