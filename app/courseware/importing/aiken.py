"""Aiken: a question, choices with letters, and a line that names the right one."""

from __future__ import annotations

import re
from functools import partial

from app.courseware.importing.draft import Answer, Draft, Refusal
from app.courseware.importing.passages import Writer

_CHOICE = re.compile(r"\s*([A-Za-z])[.)][ \t]+(\S.*)")
_ANSWER = re.compile(r"\s*(?:ANSWER|ANS|RESPUESTA)\s*:\s*(.*)", re.IGNORECASE)


def read(text: str, path: str, language: str) -> list[Draft]:
    """Every question of the Aiken file *text*, in order; those that cannot be taken over carry the reason."""
    return [_draft(part, path, language) for part in _parts(text)]


class _Part:
    """The lines of one question."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.prompt: list[str] = []
        self.choices: list[tuple[str, str]] = []
        self.answer: str | None = None


def _parts(text: str) -> list[_Part]:
    parts: list[_Part] = []
    part: _Part | None = None
    blank = False
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            blank = True
            continue
        answer, choice = _ANSWER.fullmatch(line), _CHOICE.fullmatch(line)
        # "A. Smith wrote this." can begin a question; choices follow one another from A on.
        expected = part is not None and choice is not None and ord(choice[1].upper()) - ord("A") == len(part.choices)
        if part is None or part.answer is not None or (blank and part.choices and not answer and not expected):
            part = _Part(number)
            parts.append(part)
            expected = False
        if answer:
            part.answer = answer[1].strip()
        elif choice and part.prompt and (expected or part.choices):
            part.choices.append((choice[1].upper(), choice[2].strip()))
        elif part.choices:
            letter, said = part.choices[-1]
            part.choices[-1] = (letter, f"{said}\n{line.strip()}")
        else:
            part.prompt.append(line.strip())
        blank = False
    return parts


def _draft(part: _Part, path: str, language: str) -> Draft:
    draft = Draft(path, part.line, title=" ".join(part.prompt)[:80])
    draft.pending = partial(_fill, draft, part, Writer(language, draft.notes))
    return draft


def _fill(draft: Draft, part: _Part, writer: Writer) -> None:
    if not part.prompt:
        raise Refusal("prompt-missing")
    if not part.choices:
        raise Refusal("answers-missing" if part.answer is not None else "description")
    if part.answer is None:
        raise Refusal("right-line-missing")
    letters = (
        re.findall(r"[A-Z]", part.answer.upper()) if re.fullmatch(r"[A-Za-z](?:[\s,;]*[A-Za-z])*", part.answer) else []
    )
    known = [letter for letter, _ in part.choices]
    if not letters or any(letter not in known for letter in letters):
        raise Refusal("right-unknown", answer=part.answer)
    draft.prompt = writer.passage("\n".join(part.prompt), "plain")
    draft.kind = "several" if len(set(letters)) > 1 else "one"
    draft.answers = [Answer(writer.passage(said, "plain", "line"), letter in letters) for letter, said in part.choices]
