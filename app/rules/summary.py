"""The summary of what an officer has done: what an enrolment keeps, and the events that it is the fold of."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec


class Event(msgspec.Struct, frozen=True):
    """A fact. ``payload`` by kind:

    ``lesson.done`` – ; ``check.answered`` response, right, credit; ``scene.chosen`` run, scene, choice (index from 0);
    ``attempt.closed`` mark, critical_mark (0–100), passed, exam (bool), or mark, compare ("before" | "after");
    ``practice.signed`` result ("competent" | "not yet");
    ``attempt.regraded`` sat: module ("" for the exam) → mark, passed of attempts that a ruling lifted;
    ``edition.followed`` as :func:`app.rules.following.payload` makes it.
    """

    id: str
    kind: str
    module: str
    item: str
    payload: dict[str, Any]
    at: dt.datetime


class Check(msgspec.Struct, frozen=True):
    """A self-check's last answer."""

    response: Any
    right: bool


class Run(msgspec.Struct, frozen=True):
    """The scenario run in progress, or the last one."""

    run: str
    scene: str
    dials: dict[str, int]
    critical: bool = False
    ending: str = ""


class Played(msgspec.Struct, frozen=True):
    """A module's scenario: how often it was finished and how well."""

    last: Run | None = None
    finished: int = 0
    clean: bool = False
    """finished at least once without a critical error"""
    good: bool = False


class Sat(msgspec.Struct, frozen=True):
    """A quiz or the exam: attempts closed, best mark (percent), passed at least once."""

    attempts: int = 0
    best: int = 0
    passed: bool = False
    last_closed: dt.datetime | None = None


class Progress(msgspec.Struct, frozen=True, omit_defaults=True):
    """The folded summary that an enrolment keeps."""

    lessons: dict[str, dt.datetime] = {}
    """"module/lesson" → when it was finished"""
    checks: dict[str, Check] = {}
    scenarios: dict[str, Played] = {}
    quizzes: dict[str, Sat] = {}
    exam: Sat = Sat()
    practice: dict[str, str] = {}
    """module, or EXERCISE for the integrated exercise → "competent" | "not yet" """
    compared: dict[str, int] = {}
    """ "before" and "after" the course → the mark of that test, in percent; it counts for nothing else"""
    counted: int = 0
    """events folded"""
    reread: tuple[str, ...] = ()
    """lessons finished whose text has changed in substance since"""


_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(Progress).decode


def to_json(progress: Progress) -> str:
    """Canonical JSON of the summary."""
    return _encode(progress).decode()


def from_json(text: str) -> Progress:
    """The summary of :func:`to_json`; "" is an empty one."""
    return _decode(text) if text else Progress()
