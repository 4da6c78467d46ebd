"""Two languages, one course: what differs is found, and what is only said otherwise is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.courseware import numbers
from app.courseware.compiler import compile
from app.courseware.problem import Problem
from app.courseware.source import Source
from tests.courseware.conftest import LESSON, QUIZ, SCENARIO, Desk

Replaced = Callable[[str, str, str], dict[str, str | None]]
SPANISH_QUIZ, SPANISH_SCENARIO, SPANISH_LESSON = f"{QUIZ}.es.md", f"{SCENARIO}.es.md", f"{LESSON}.es.md"

DIFFERENCES = [
    # What a learner would miss, or be graded otherwise for, is an error.
    (SPANISH_QUIZ, "- (x) La autoridad. {#authority}", "- ( ) La autoridad. {#authority}", "answers-differ", "error"),
    (SPANISH_QUIZ, "{#opinion}", "{#view}", "option-not-translated", "error"),
    (SPANISH_QUIZ, "- [ ] Una opinión. {#opinion}\n", "", "option-not-translated", "error"),
    (SPANISH_QUIZ, "Saludar. {#greet}", "Saludar. {#hello}", "option-not-translated", "error"),
    (SPANISH_QUIZ, "{question} mission-one", "{question} mission-uno", "question-not-translated", "error"),
    (SPANISH_QUIZ, "= 11 ± 0,5", "= 12 ± 0,5", "answers-differ", "error"),
    (SPANISH_QUIZ, "= 11 ± 0,5", "= once", "question-kind-differs", "error"),
    (SPANISH_QUIZ, ":credit: partial\n", "", "question-grading-differs", "error"),
    (SPANISH_QUIZ, ":countries: PA CR", ":countries: PA", "question-grading-differs", "error"),
    (SPANISH_LESSON, ":critical:\n", "", "question-grading-differs", "error"),
    ("exam.es.md", ":module: protection", ":module: mission", "question-grading-differs", "error"),
    (SPANISH_SCENARIO, "{rights=-2 critical}", "{rights=-1 critical}", "choice-differs", "error"),
    (SPANISH_SCENARIO, "{rights=+1 trust=+1}", "{rights=+1 trust=+1 critical}", "choice-differs", "error"),
    (SPANISH_SCENARIO, ":ending: bad", ":ending: good", "scene-differs", "error"),
    (SPANISH_SCENARIO, "- [Preguntar de nuevo.](#waiting)\n", "", "scene-differs", "error"),
    (SPANISH_SCENARIO, ":dials: safety rights referral trust", ":dials: safety rights trust", "scenario-differs", "error"),
    (SPANISH_SCENARIO, "{scenario} first-shift", "{scenario} primer-turno", "scenario-differs", "error"),
    ("01-mission/practice.es.md", "- Rechaza y denuncia. {#refuses}\n", "", "criterion-not-translated", "error"),
    ("01-mission/practice.es.md", ":::{trainer}\nTareas: tres de las cinco.\n:::\n", "", "trainer-not-translated", "error"),
    ("practice.es.md", "- No ocurre nada inseguro. {#nothing-unsafe}\n", "", "criterion-not-translated", "error"),
    ("practice.es.md", "minutes: 90", "minutes: 60", "front-differs", "warning"),
    ("practice.es.md", "la estación 3", "la estación 4", "number-not-translated", "warning"),
    ("countries/PA.es.md", "{entry} complaint-body", "{entry} asylum-authority", "entry-not-translated", "error"),
    ("01-mission/module.es.md", "  - Rechazar un soborno y denunciarlo.\n", "", "objectives-differ", "error"),
    # What may be a translator's good reason is a warning.
    (SPANISH_QUIZ, ":difficulty: 1", ":difficulty: 3", "question-setting-differs", "warning"),
    (SPANISH_QUIZ, "> Once.\n", "", "text-not-translated", "warning"),
    (SPANISH_LESSON, "  > Es un delito.\n", "", "text-not-translated", "warning"),
    (SPANISH_LESSON, "17 años", "16 años", "number-not-translated", "warning"),
    (SPANISH_LESSON, "[@code-of-conduct art. 7]", "[@code-of-conduct art. 8]", "citation-not-translated", "warning"),
    (SPANISH_LESSON, "(../02-protection/1-who-is-a-refugee.es.md)", "(quiz.es.md)", "link-not-translated", "warning"),
    (SPANISH_LESSON, "![El puesto de El Cativo](media/post.svg)\n", "", "image-not-translated", "warning"),
    (SPANISH_LESSON, ":::{note}", ":::{tip}", "structure-differs", "warning"),
    (SPANISH_LESSON, "## La tarea", "### La tarea", "structure-differs", "warning"),
    (SPANISH_LESSON, "{only} PA CR", "{only} PA", "structure-differs", "warning"),
    (SPANISH_LESSON, "minutes: 20", "minutes: 25", "front-differs", "warning"),
    (SPANISH_LESSON, "objectives: [1, 2]", "objectives: [1]", "front-differs", "warning"),
    (SPANISH_LESSON, "objective: Decir qué hace la unidad.\n", "", "text-not-translated", "warning"),
    ("glossary.es.md", "{#refugee}", "{#refugiada}", "term-not-translated", "warning"),
    ("glossary.es.md", "persona refugiada {#refugee}\n: Quien la definición describe.\n\n", "", "term-not-translated", "warning"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "code", "severity"), DIFFERENCES)
def test_a_difference_is_found(
    desk: Desk, replaced: Replaced, path: str, old: str, new: str, code: str, severity: str
) -> None:
    found = desk.compile(replaced(path, old, new)).problems
    assert (code, severity) in [(one.code, one.severity) for one in found], [one.code for one in found]


def test_steps_in_another_order_are_another_answer(desk: Desk, replaced: Replaced) -> None:
    right = "1. Saludar. {#greet}\n2. Escuchar. {#listen}"
    wrong = "1. Escuchar. {#listen}\n2. Saludar. {#greet}"
    found = desk.compile(replaced(SPANISH_QUIZ, right, wrong)).problems
    assert [(one.code, one.severity) for one in found] == [("answers-differ", "error")]


def test_another_order_is_a_warning(desk: Desk, sample: Source) -> None:
    text = sample[SPANISH_QUIZ].decode()
    first, second, *rest = text.split(":::{question}")[1:]
    front = text.split(":::{question}")[0]
    changed = ":::{question}".join([front, second, first, *rest])
    found = desk.compile({SPANISH_QUIZ: changed}).problems
    assert [(one.code, one.severity, one.values["id"]) for one in found] == [
        ("order-differs", "warning", "mission-several")
    ]


def test_options_in_another_order_are_put_together_by_id(desk: Desk, replaced: Replaced) -> None:
    change = replaced(
        SPANISH_QUIZ,
        "- ( ) El personal. {#officer}\n- (x) La autoridad. {#authority}",
        "- (x) La autoridad. {#authority}\n- ( ) El personal. {#officer}",
    )
    compiled = desk.compile(change)
    assert compiled.course is not None
    assert [(option.id, option.html["es"]) for option in compiled.course.questions["mission-one"].options] == [
        ("officer", "El personal."),
        ("authority", "La autoridad."),
    ]
    assert [one.code for one in compiled.problems] == ["order-differs"]


@pytest.mark.parametrize(
    "path",
    [
        SPANISH_LESSON,
        SPANISH_QUIZ,
        SPANISH_SCENARIO,
        "exam.es.md",
        "course.es.md",
        "glossary.es.md",
        "countries/PA.es.md",
        "02-protection/module.es.md",
    ],
)
def test_a_page_that_one_language_lacks_is_an_error(desk: Desk, path: str) -> None:
    found = [one for one in desk.compile({path: None}).errors if one.code == "page-not-translated"]
    assert [(one.file, one.values) for one in found] == [
        (path.replace(".es.", ".en."), {"path": path, "language": "es"})
    ]


def test_a_page_written_in_spanish_first_lacks_its_english(desk: Desk) -> None:
    (found,) = [one for one in desk.compile({f"{LESSON}.en.md": None}).errors if one.code == "page-not-translated"]
    assert (found.file, found.values["path"]) == (SPANISH_LESSON, f"{LESSON}.en.md")


def test_a_course_half_translated_is_still_a_course(desk: Desk, sample: Source) -> None:
    spanish: dict[str, str | None] = {path: None for path in sample if path.endswith(".es.md")}
    compiled = desk.compile(spanish)
    assert compiled.course is not None
    assert compiled.course.modules[0].lessons[0].pages.keys() == {"en"}
    assert compiled.course.questions["mission-one"].prompt == {"en": "<p>Who decides?</p>"}


def test_a_stale_translation_is_found_until_the_translator_says_otherwise(
    desk: Desk, replaced: Replaced, sample: Source
) -> None:
    course = compile(sample).course
    assert course is not None
    digest = course.modules[0].lessons[0].pages["en"].digest
    noted = replaced(SPANISH_LESSON, "minutes: 20", f"minutes: 20\ntranslated-from: {digest}")
    assert desk.compile(noted).problems == ()
    changed = {**noted, **replaced(f"{LESSON}.en.md", "Every person has a name.", "Each person has a name.")}
    (stale,) = desk.compile(changed).problems
    assert (stale.code, stale.severity, stale.file, stale.line) == ("translation-stale", "warning", SPANISH_LESSON, 6)
    renewed = replaced(SPANISH_LESSON, "minutes: 20", f"minutes: 20\ntranslated-from: {stale.values['digest']}")
    assert desk.compile({**changed, **renewed}).problems == ()


def test_a_glossary_term_called_something_else_is_noticed(desk: Desk) -> None:
    english = "An asylum seeker waits.\n\nThe asylum seeker asks.\n\nAn asylum seeker speaks.\n"
    spanish = "Quien pide refugio espera.\n\nQuien pide refugio pregunta.\n\nQuien pide refugio habla.\n"
    found = desk.lesson(english, spanish).problems
    assert [(one.code, one.values["term"]) for one in found if one.code == "term-not-used"] == [
        ("term-not-used", "asylum-seeker")
    ]
    assert desk.lesson(english, spanish + "\nUna persona solicitante de asilo.\n").problems == ()


SAME = [
    ("1,000 people", "1.000 personas"),
    ("1,000 people", "1 000 personas"),
    ("1,000 people", "1\u00a0000 personas"),
    ("1,000 people", "1000 personas"),
    ("1,000 people", "mil personas"),
    ("2.5 metres", "2,5 metros"),
    ("Three days", "3 días"),
    ("within 24 hours", "en veinticuatro horas"),
    ("the first 2", "las dos primeras"),
    ("twenty-five", "25"),
    ("at 06:40", "a las 6:40"),
    ("30 days", "treinta días"),
    ("520,085 in 2023", "520.085 en 2023"),
    ("520,085 in 2023", "520 085 en 2023"),
    ("a 16-year-old", "de dieciséis años"),
    ("1 of 2", "una de dos"),
    ("one in 100", "una de cada cien"),
    ("A/RES/71/1", "A/RES/71/1"),
]


@pytest.mark.parametrize(("english", "spanish"), SAME)
def test_numbers_said_otherwise_are_the_same(desk: Desk, english: str, spanish: str) -> None:
    assert desk.lesson(f"There are {english}.\n", f"Hay {spanish}.\n").problems == ()


def test_a_number_is_looked_for_in_its_own_question(desk: Desk) -> None:
    def page(number: str) -> str:
        return "".join(
            f":::{{question}} {name}\nIs it {number if name == 'a' else 12}?\n\n- (x) A {{#a}}\n- ( ) B {{#b}}\n\n> So.\n:::\n\n"
            for name in ("a", "b")
        )

    found = desk.lesson("Text.\n\n" + page("12"), "Texto.\n\n" + page("21")).problems
    assert [(one.code, one.file, one.line, one.column, one.values["number"]) for one in found] == [
        ("number-not-translated", f"{LESSON}.en.md", 9, 7, "12"),
        ("number-not-translated", SPANISH_LESSON, 9, 7, "21"),
    ]


def test_numbers_are_read_in_every_notation() -> None:
    assert numbers.written("1,234,567 and 1.234.567 and 0.5 and 007") == ["1234567", "1234567", "5", "7"]
    assert {"1000", "21", "2"} <= numbers.said("mil, veintiuno, dos")


def test_every_problem_names_the_language_that_differs(desk: Desk, replaced: Replaced) -> None:
    found: list[Problem] = []
    for path, old, new, _, _ in DIFFERENCES:
        found += desk.compile(replaced(path, old, new)).problems
    assert {one.values["language"] for one in found if "language" in one.values} == {"en", "es"}
