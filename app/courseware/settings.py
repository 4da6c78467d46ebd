"""course.yaml: the facts of a course that have no language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from app.courseware.course import CertificateRule, Completion, ExamRule, Hours, QuizRule, Source, Words
from app.courseware.keys import Reader, read_flag, read_id, read_integer
from app.courseware.manuscript import Manuscript, Place, Report
from app.courseware.problem import nearest
from app.courseware.yamltext import parse

FILE = "course.yaml"
LANGUAGES = ("en", "es")

DIAL_NAMES: dict[str, Words] = {
    "safety": {"en": "Safety", "es": "Seguridad de las personas"},
    "rights": {"en": "Rights", "es": "Derechos"},
    "referral": {"en": "Referral", "es": "Derivación"},
    "trust": {"en": "Trust", "es": "Confianza"},
}

_KEYS = (
    "id",
    "code",
    "languages",
    "hours",
    "modules",
    "unlock",
    "completion",
    "compare",
    "offline_quizzes",
    "certificate",
    "sources",
    "entries",
    "dials",
)
_CODE = re.compile(r"[A-Z0-9]{2,12}")
_UNLOCK_AFTER = re.compile(r"after ([a-z0-9-]+) any")

_Scenarios = Literal["", "finished", "without critical error"]
_Kind = Literal["participation", "completion"]


@dataclass(slots=True)
class Settings:
    """What course.yaml says, typed. ``module_places`` are where it names its modules."""

    id: str = "course"
    code: str = ""
    languages: tuple[str, ...] = LANGUAGES
    hours: Hours = field(default_factory=Hours)
    modules: tuple[str, ...] = ()
    module_places: dict[str, Place] = field(default_factory=dict)
    unlock: str = "any"
    completion: Completion = field(default_factory=Completion)
    compare: int = 0
    offline_quizzes: bool = False
    certificate: CertificateRule = field(default_factory=CertificateRule)
    sources: dict[str, Source] = field(default_factory=dict)
    entries: dict[str, Words] = field(default_factory=dict)
    dials: dict[str, Words] = field(default_factory=lambda: dict(DIAL_NAMES))
    quiz_place: Place = field(default_factory=lambda: Place(FILE))
    exam_place: Place = field(default_factory=lambda: Place(FILE))


def read_settings(manuscript: Manuscript, report: Report) -> Settings | None:
    """The settings in *manuscript*, with every mistake reported; ``None`` if it is no YAML mapping."""
    mapping = parse(manuscript, manuscript.text, 1, report)
    if mapping is None:
        return None
    reader = Reader(mapping, report, _KEYS)
    settings = Settings()
    settings.id = reader.id("id", required=True) or settings.id
    settings.code = _code(reader) or settings.id.upper()[:12]
    settings.languages = _languages(reader)
    settings.hours = _hours(reader)
    settings.module_places = _module_places(reader)
    settings.modules = tuple(settings.module_places)
    settings.unlock = _unlock(reader, settings.modules)
    settings.completion = _completion(reader, settings)
    settings.compare = _compare(reader)
    settings.offline_quizzes = _offline_quizzes(reader, settings)
    settings.certificate = _certificate(reader)
    settings.sources = _sources(reader, settings.languages)
    settings.entries = _titles(reader, "entries", settings.languages)
    settings.dials.update(_titles(reader, "dials", settings.languages))
    return settings


def _code(reader: Reader) -> str:
    code = reader.text("code", required=True)
    if code and not _CODE.fullmatch(code):
        reader.report.add("code-malformed", reader.place("code"), code=code)
        return ""
    return code


def _languages(reader: Reader) -> tuple[str, ...]:
    found: list[str] = []
    for scalar in reader.scalars("languages"):
        if scalar.text not in LANGUAGES:
            values = {"key": "languages", "value": scalar.text, "known": ", ".join(LANGUAGES)}
            reader.report.add("value-unknown", scalar.place, nearest(scalar.text, LANGUAGES), **values)
        elif scalar.text not in found:
            found.append(scalar.text)
    if "languages" not in reader:
        reader.report.add("key-missing", reader.place("languages"), key="languages")
    return tuple(found) or LANGUAGES


def _hours(reader: Reader) -> Hours:
    hours = reader.reader("hours", ("online", "practice", "final"))
    if hours is None:
        if "hours" not in reader:
            reader.report.add("key-missing", reader.place("hours"), key="hours")
        return Hours()
    return Hours(hours.number("online", 0), hours.number("practice", 0), hours.number("final", 0))


def _module_places(reader: Reader) -> dict[str, Place]:
    if "modules" not in reader:
        reader.report.add("key-missing", reader.place("modules"), key="modules")
    places: dict[str, Place] = {}
    for scalar in reader.scalars("modules"):
        if scalar.text in places:
            reader.report.add("module-listed-twice", scalar.place, module=scalar.text)
        else:
            places[scalar.text] = scalar.place
    return places


def _unlock(reader: Reader, modules: tuple[str, ...]) -> str:
    unlock = " ".join(reader.text("unlock").split())
    if unlock in ("", "any", "in order"):
        return unlock or "any"
    after = _UNLOCK_AFTER.fullmatch(unlock)
    if after is None:
        reader.report.add("unlock-unknown", reader.place("unlock"), value=unlock)
    elif after[1] not in modules:
        reader.report.add("module-unknown", reader.place("unlock"), nearest(after[1], modules), module=after[1])
    else:
        return unlock
    return "in order"


def _completion(reader: Reader, settings: Settings) -> Completion:
    rules = reader.reader("completion", ("lessons", "quizzes", "scenarios", "practice", "exam"))
    if rules is None:
        return Completion()
    scenarios = rules.choice("scenarios", [known for known in get_args(_Scenarios) if known], "")
    settings.quiz_place, settings.exam_place = rules.place("quizzes"), rules.place("exam")
    return Completion(
        lessons=rules.choice("lessons", ("all",), "") == "all" or "lessons" not in rules,
        quizzes=_quiz_rule(rules),
        scenarios=cast(_Scenarios, scenarios),
        practice=rules.choice("practice", ("competent",), "") == "competent",
        exam=_exam_rule(rules),
    )


def _quiz_rule(rules: Reader) -> QuizRule | None:
    quiz = rules.reader("quizzes", ("draw", "pass", "attempts", "wait_hours", "critical"))
    if quiz is None:
        return None
    usual = QuizRule()
    return QuizRule(
        draw=quiz.integer("draw", usual.draw, 1, 500),
        pass_mark=quiz.integer("pass", usual.pass_mark, 0, 100),
        attempts=quiz.integer("attempts", usual.attempts, 0, 1000),
        wait_hours=quiz.number("wait_hours", usual.wait_hours),
        critical_all=quiz.choice("critical", ("all", "none"), "all") == "all",
    )


def _exam_rule(rules: Reader) -> ExamRule | None:
    keys = ("draw", "minutes", "pass", "critical", "attempts", "wait_hours", "per_module")
    exam = rules.reader("exam", keys)
    if exam is None:
        return None
    usual = ExamRule()
    return ExamRule(
        draw=exam.integer("draw", usual.draw, 1, 1000),
        minutes=exam.integer("minutes", usual.minutes, 1, 1440),
        pass_mark=exam.integer("pass", usual.pass_mark, 0, 100),
        critical_mark=exam.integer("critical", usual.critical_mark, 0, 100),
        attempts=exam.integer("attempts", usual.attempts, 0, 1000),
        wait_hours=exam.number("wait_hours", usual.wait_hours),
        per_module=_per_module(exam),
    )


def _per_module(exam: Reader) -> tuple[int, int]:
    scalars = exam.scalars("per_module")
    if not scalars:
        return 0, 0
    numbers = [read_integer(one.text, one.place, exam.report, "per_module", 0, 1000, 0) for one in scalars]
    if len(numbers) != 2 or numbers[0] > numbers[1]:
        exam.report.add("per-module-malformed", exam.place("per_module"))
        return 0, 0
    return numbers[0], numbers[1]


def _compare(reader: Reader) -> int:
    """How many items the test before the course draws, and its parallel form after it; 0 where there is none."""
    rule = reader.reader("compare", ("draw",))
    return rule.integer("draw", 20, 1, 100) if rule is not None else 0


def _offline_quizzes(reader: Reader, settings: Settings) -> bool:
    """Whether quizzes may be taken from a saved module: only where there are quizzes, and somebody says so."""
    text, place = reader.text("offline_quizzes"), reader.place("offline_quizzes")
    allowed = bool(text) and read_flag(text, place, reader.report, "offline_quizzes", False)
    if allowed and settings.completion.quizzes is None:
        reader.report.add("offline-quizzes-none", place)
        return False
    return allowed


def _certificate(reader: Reader) -> CertificateRule:
    rule = reader.reader("certificate", ("kinds", "valid_months", "design"))
    if rule is None:
        return CertificateRule()
    known: tuple[_Kind, ...] = get_args(_Kind)
    kinds: list[_Kind] = []
    for scalar in rule.scalars("kinds"):
        if scalar.text in known:
            kinds.append(scalar.text)
        else:
            values = {"key": "kinds", "value": scalar.text, "known": ", ".join(known)}
            rule.report.add("value-unknown", scalar.place, nearest(scalar.text, known), **values)
    return CertificateRule(
        kinds=tuple(dict.fromkeys(kinds)),
        valid_months=rule.integer("valid_months", 0, 0, 1200),
        design=rule.id("design") or "regional",
    )


def _sources(reader: Reader, languages: tuple[str, ...]) -> dict[str, Source]:
    sources = {}
    for name, source in reader.readers("sources", ("title", "url", "reviewed")).items():
        url = source.text("url")
        if url and not re.fullmatch(r"https?://[^\s<>\"]+", url):
            reader.report.add("source-url-malformed", source.place("url"), url=url)
            url = ""
        title = source.words("title", languages, required=True)
        sources[name] = Source(title=title, url=url, reviewed=source.date("reviewed"))
    return sources


def _titles(reader: Reader, key: str, languages: tuple[str, ...]) -> dict[str, Words]:
    mapping = reader.mappings(key)
    titles = reader.reader(key, tuple(mapping.items)) if mapping else None
    if mapping is None or titles is None:
        return {}
    return {
        name: titles.words(name, languages, required=True)
        for name in mapping.items
        if read_id(name, mapping.keys[name], reader.report)
    }
