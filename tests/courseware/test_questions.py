"""The six kinds of questions, and every mistake in one, at its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.courseware.course import Course, Option, Pair
from tests.courseware.conftest import LESSON, QUIZ, Desk

Replaced = Callable[[str, str, str], dict[str, str | None]]

OPTIONS = "- ( ) Wrong. {#wrong}\n- (x) Right. {#right}\n"


def question(options: str = "", answers: str = OPTIONS, end: str = "\n> Because.\n:::\n") -> str:
    return f":::{{question}} asked\n{options}\nWhat now?\n\n{answers}{end}"


# --- What is read -----------------------------------------------------------------------------------------------------


def test_one_answer(course: Course) -> None:
    asked = course.questions["mission-bribe"]
    assert (asked.kind, asked.module, asked.critical, asked.objective) == ("one", "mission", True, 2)
    assert asked.prompt == {
        "en": "<p>A boatman offers you money. What do you do?</p>",
        "es": "<p>Un lanchero le ofrece dinero. ¿Qué hace usted?</p>",
    }
    assert asked.options == (
        Option(
            "take",
            {"en": "Take it.", "es": "Lo acepta."},
            False,
            {"en": "<p>It is a crime.</p>", "es": "<p>Es un delito.</p>"},
        ),
        Option("refuse", {"en": "Refuse and report.", "es": "Lo rechaza y lo denuncia."}, True),
    )
    assert asked.explanation["es"] == "<p>Código de conducta, artículo 7.</p>"


def test_several_answers(course: Course) -> None:
    asked = course.questions["mission-several"]
    assert asked.kind == "several"
    assert asked.partial
    assert [(option.id, option.right) for option in asked.options] == [
        ("time", True),
        ("opinion", False),
        ("place", True),
    ]


def test_put_in_order(course: Course) -> None:
    asked = course.questions["mission-order"]
    assert asked.kind == "order"
    assert [option.id for option in asked.options] == ["greet", "listen", "refer"]
    assert asked.options[0].html == {"en": "Greet.", "es": "Saludar."}


def test_match(course: Course) -> None:
    asked = course.questions["mission-match"]
    assert asked.kind == "match"
    assert not asked.shuffle
    assert asked.pairs == (
        Pair(
            "status",
            {"en": "Decide on status", "es": "Decidir la condición"},
            {"en": "Asylum authority", "es": "Autoridad de asilo"},
        ),
        Pair(
            "care",
            {"en": "Care of a child", "es": "Cuidado de una niña"},
            {"en": "Child authority", "es": "Autoridad de niñez"},
        ),
        Pair("press", {}, {"en": "The press", "es": "La prensa"}),
    )


def test_short_answer(course: Course) -> None:
    asked = course.questions["mission-short"]
    assert asked.kind == "short"
    assert asked.accepted == {
        "en": ("Cartagena", "Cartagena Declaration"),
        "es": ("Cartagena", "Declaración de Cartagena"),
    }
    assert asked.countries == ("CR", "PA")
    assert asked.prompt["en"] == "<p>Which declaration of 1984?</p>"


def test_number(course: Course) -> None:
    asked = course.questions["mission-number"]
    assert (asked.kind, asked.value, asked.tolerance) == ("number", 11.0, 0.5)


def test_settings_and_their_defaults(course: Course) -> None:
    asked = course.questions["mission-one"]
    assert (asked.difficulty, asked.source, asked.shuffle, asked.critical) == (1, "code-of-conduct art. 1", True, False)
    assert course.questions["exam-one"].module == "protection"


def test_where_questions_stand(course: Course) -> None:
    assert course.modules[0].lessons[0].questions == ("mission-bribe",)
    assert course.modules[0].quiz[:2] == ("mission-one", "mission-several")
    assert course.exam == ("exam-one",)


def read(desk: Desk, body: str) -> object:
    course = desk.lesson(body).course
    assert course is not None
    return course.questions["asked"]


def test_answers_on_the_line_after_the_prompt(desk: Desk) -> None:
    course = desk.lesson(":::{question} asked\nHow many?\n= 30 ± 2\n:::\n").course
    assert course is not None
    asked = course.questions["asked"]
    assert (asked.kind, asked.value, asked.tolerance, asked.prompt["en"]) == ("number", 30, 2, "<p>How many?</p>")


def test_markup_in_prompt_options_and_feedback(desk: Desk) -> None:
    body = (
        ":::{question} asked\nA *first* line\nand a second.\n\n* a list\n* in the prompt\n\n"
        "- [x] **Bold** [link](https://example.org). {#a}\n  > One.\n  >\n  > Two.\n"
        "- [ ] Two\n  lines. {#b}\n\n  And a paragraph.\n\n> First.\n\n> Second.\n:::\n"
    )
    compiled = desk.lesson(body)
    assert compiled.course is not None
    asked = compiled.course.questions["asked"]
    assert "<em>first</em>" in asked.prompt["en"]
    assert "in the prompt" in asked.prompt["en"]
    assert asked.options[0].html["en"] == '<strong>Bold</strong> <a href="https://example.org">link</a>.'
    assert asked.options[0].feedback["en"] == "<p>One.</p>\n<p>Two.</p>"
    assert asked.options[1].html["en"] == "<p>Two\nlines.</p>\n<p>And a paragraph.</p>"
    assert asked.explanation["en"] == "<p>First.</p>\n<p>Second.</p>"
    assert not compiled.errors


def test_a_marker_is_no_link(desk: Desk) -> None:
    body = question(answers="- [x] [Yes](https://example.org) {#yes}\n- [ ] No {#no}\n\n[x]: https://evil.example\n")
    course = desk.lesson(body).course
    assert course is not None
    assert course.questions["asked"].options[0].html["en"] == '<a href="https://example.org">Yes</a>'


def test_a_citation_in_a_question_is_spelled_out(desk: Desk) -> None:
    course = desk.lesson(question(end="\n> See [@convention-1951 art. 33].\n:::\n")).course
    assert course is not None
    said = course.questions["asked"].explanation["en"]
    assert said == '<p>See <span class="cite">(Refugee Convention (1951), art. 33)</span>.</p>'


def test_a_number_may_have_a_comma_or_a_minus_sign(desk: Desk) -> None:
    for text, value in (("= -2,5 +/- 0,5", -2.5), ("= −4 ± 1", -4.0), ("= 1000 ± 0", 1000.0), ("= 0.125 ± 0", 0.125)):
        course = desk.lesson(question(answers=text + "\n")).course
        assert course is not None
        assert course.questions["asked"].value == value, text


def test_a_plain_number_can_be_asked_for_as_such(desk: Desk) -> None:
    course = desk.lesson(question(":type: number\n", "= 30\n")).course
    assert course is not None
    assert (course.questions["asked"].kind, course.questions["asked"].value) == ("number", 30)


# --- What is wrong ----------------------------------------------------------------------------------------------------

# The question opens in line 1; its answers begin in line 5, or a line later for each option line.
MISTAKES = [
    pytest.param(
        question(answers="- ( ) A {#a}\n- ( ) B {#b}\n"), ("question-right-missing", 5, 1), id="no right answer"
    ),
    pytest.param(
        question(answers="- [ ] A {#a}\n- [ ] B {#b}\n"), ("question-right-missing", 5, 1), id="none of several"
    ),
    pytest.param(
        question(answers="- (x) A {#a}\n- (x) B {#b}\n"), ("question-right-twice", 6, 1), id="two right answers"
    ),
    pytest.param(question(answers="- (x) A {#a}\n- [ ] B {#b}\n"), ("question-markers-mixed", 6, 1), id="mixed kinds"),
    pytest.param(
        question(answers="- (x) A {#a}\n- B {#b}\n- ( ) C {#c}\n"), ("question-marker-missing", 6, 1), id="unmarked"
    ),
    pytest.param(question(answers="- A\n- B\n"), ("question-markers-missing", 5, 1), id="no marks at all"),
    pytest.param(question(answers=""), ("question-answers-missing", 1, 14), id="no answers"),
    pytest.param(question(answers="1. A\n2. B\n"), ("question-type-missing", 1, 14), id="order without type"),
    pytest.param(
        question(answers="| A | B |\n| - | - |\n| 1 | 2 |\n"), ("question-type-missing", 1, 14), id="match without type"
    ),
    pytest.param(question(answers="- (x) A {#a}\n"), ("question-one-option", 5, 1), id="one option"),
    pytest.param(question(answers="- (x) A {#a}\n- ( ) {#b}\n"), ("question-option-empty", 6, 1), id="empty option"),
    pytest.param(
        question(answers="- (x) A {#a}\n- ( ) B\n"), ("question-option-id-missing", 6, 1), id="option without id"
    ),
    pytest.param(
        question(answers="- (x) A {#a}\n- ( ) B {#a}\n"), ("question-option-id-twice", 6, 9), id="option id twice"
    ),
    pytest.param(
        question(answers="- (x) A {#a}\n- ( ) B {#B!}\n"), ("question-option-id-malformed", 6, 9), id="odd option id"
    ),
    pytest.param(
        question(answers="- (x) A {#a}\n- ( ) B {.b}\n"), ("question-option-id-malformed", 6, 9), id="class for id"
    ),
    pytest.param(
        question(":type: match\n", "| A |\n| - |\n| 1 |\n"), ("question-match-columns", 6, 1), id="one column"
    ),
    pytest.param(
        question(":type: match\n", "| A | B |\n| - | - |\n| 1 {#x} | 2 |\n| | 3 {#y} |\n"),
        ("question-match-pairs", 6, 1),
        id="one pair",
    ),
    pytest.param(
        question(":type: match\n", "| A | B |\n| - | - |\n| 1 {#x} | 2 |\n| 3 {#y} | |\n"),
        ("question-match-right", 9, 1),
        id="no right",
    ),
    pytest.param(
        question(":type: match\n", "| A | B |\n| - | - |\n| 1 {#x} | 2 |\n| 3 {#y} | 2 |\n"),
        ("question-match-twice", 9, 1),
        id="twice",
    ),
    pytest.param(question(answers="= /a.*/\n"), ("question-pattern", 5, 3), id="pattern"),
    pytest.param(question(answers="= ¡!\n"), ("question-answer-empty", 5, 3), id="answer of punctuation"),
    pytest.param(question(answers="= a\n= a\n"), ("question-answer-twice", 6, 3), id="answer twice"),
    pytest.param(question(answers="= many ± 2\n"), ("question-number-malformed", 5, 3), id="no number"),
    pytest.param(question(answers="= 3 ± -2\n"), ("question-number-malformed", 5, 3), id="negative tolerance"),
    pytest.param(question(answers="= 3 ± 1\n= 5 ± 1\n"), ("question-number-lines", 6, 1), id="two numbers"),
    pytest.param(question(answers="= 1,000 ± 5\n"), ("question-number-thousands", 5, 3), id="thousands"),
    pytest.param(question(":type: order\n"), ("question-type-differs", 2, 1), id="type differs"),
    pytest.param(
        question(":type: order\n", "1. (x) A {#a}\n2. B {#b}\n"), ("question-marker-here", 6, 1), id="marked step"
    ),
    pytest.param(question(":type: number\n", "= eleven\n"), ("question-number-malformed", 6, 3), id="number in words"),
    pytest.param(
        question(answers="= " + "9" * 400 + " ± 0\n"), ("question-number-malformed", 5, 3), id="number without end"
    ),
    pytest.param(question(":type: ordr\n"), ("value-unknown", 2, 8), id="unknown type"),
    pytest.param(question(":credit: partial\n"), ("question-credit", 2, 1), id="credit for one answer"),
    pytest.param(question(":critcal:\n"), ("option-unknown", 2, 1), id="unknown option"),
    pytest.param(question(":critical: perhaps\n"), ("value-unknown", 2, 12), id="perhaps critical"),
    pytest.param(question(":difficulty: 4\n"), ("value-not-integer", 2, 14), id="difficulty 4"),
    pytest.param(question(":objective: two\n"), ("value-not-integer", 2, 13), id="objective two"),
    pytest.param(question(":objective: 3\n"), ("objective-unknown", 2, 13), id="objective 3 of 2"),
    pytest.param(question(":source: convention-1950 art. 1\n"), ("source-unknown", 2, 10), id="unknown source"),
    pytest.param(question(":countries: PN pa\n"), ("country-unknown", 2, 13), id="small country code"),
    pytest.param(question(":countries:\n"), ("countries-missing", 2, 1), id="no country"),
    pytest.param(question(":module: protection\n"), ("question-module-other", 2, 1), id="another module"),
    pytest.param(question(":difficulty: 1\n:difficulty: 2\n"), ("option-twice", 3, 1), id="option twice"),
    pytest.param(question(end="\nText.\n\n> Because.\n:::\n"), ("question-text-after", 8, 1), id="text after answers"),
    pytest.param(
        question(answers="- ( ) A {#a}\n\n> Feedback.\n\n- (x) B {#b}\n"),
        ("question-answers-apart", 9, 1),
        id="feedback not indented",
    ),
    pytest.param(question(end=":::\n"), ("question-without-explanation", 1, 14), id="no explanation"),
    pytest.param(":::{question}\nWhat?\n\n" + OPTIONS + "\n> So.\n:::\n", ("question-id-missing", 1, 1), id="no id"),
    pytest.param(
        ":::{question} Two Words\nWhat?\n\n" + OPTIONS + "\n> So.\n:::\n", ("id-malformed", 1, 15), id="odd id"
    ),
    pytest.param(
        ":::{question} asked\n\n" + OPTIONS + "\n> So.\n:::\n", ("question-prompt-missing", 1, 14), id="no prompt"
    ),
    pytest.param(question() + "\n" + question(), ("question-id-twice", 11, 14), id="id twice on a page"),
    pytest.param(
        question().replace("asked", "exam-one"), ("question-id-elsewhere", 1, 14), id="id twice in the course"
    ),
    pytest.param("> " + question().replace("\n", "\n> "), ("directive-not-outer", 1, 3), id="inside a quotation"),
    pytest.param(
        question(answers="- (x) A[^1] {#a}\n- ( ) B {#b}\n", end="\n> So.\n:::\n\n[^1]: Note.\n"),
        ("footnote-here", 5, 1),
        id="note",
    ),
]


@pytest.mark.parametrize(("body", "expected"), MISTAKES)
def test_a_mistake_is_reported_at_its_place(desk: Desk, body: str, expected: tuple[str, int, int]) -> None:
    code, line, column = expected
    found = desk.problems(body)
    assert code in [name for name, _, _ in found]
    place = next((at, where) for name, at, where in found if name == code)
    # Columns of the opening line are those of the id after it, where there is one.
    assert place == (line, column + 1 if line in (1, 11) and column == 14 else column), found


def test_unknown_words_come_with_a_hint(desk: Desk) -> None:
    hints = {}
    for body in (
        question(":critcal:\n"),
        question(":type: ordr\n"),
        question(":source: convention-1950 art. 1\n"),
        question(":countries: pa\n"),
    ):
        hints.update({one.code + one.values.get("key", ""): one.hint for one in desk.lesson(body).problems if one.hint})
    assert hints["option-unknown"] == "critical"
    assert hints["value-unknowntype"] == "order"
    assert hints["source-unknown"] == "convention-1951"
    assert hints["country-unknown"] == "PA"


def test_an_exam_question_names_its_module(desk: Desk, replaced: Replaced) -> None:
    compiled = desk.compile(replaced("exam.en.md", ":module: protection\n", ""))
    assert ("question-module-missing", "exam.en.md", 4) in [(one.code, one.file, one.line) for one in compiled.problems]
    compiled = desk.compile(replaced("exam.en.md", ":module: protection", ":module: protecton"))
    (wrong,) = [one for one in compiled.problems if one.code == "value-unknown"]
    assert (wrong.line, wrong.column, wrong.hint) == (5, 10, "protection")


def test_text_between_the_questions_of_a_quiz_is_an_error(desk: Desk, replaced: Replaced) -> None:
    compiled = desk.compile(
        replaced(f"{QUIZ}.en.md", ":::{question} mission-several", "Lost.\n\n:::{question} mission-several")
    )
    assert ("text-outside-questions", 17) in [(one.code, one.line) for one in compiled.errors]


def test_a_question_that_cannot_be_read_leaves_the_rest_of_the_course(desk: Desk) -> None:
    course = desk.lesson(question(answers="") + "\nAfter it.\n").course
    assert course is not None
    assert "asked" not in course.questions
    assert "exam-one" in course.questions
    assert "After it." in course.modules[0].lessons[0].pages["en"].blocks[-1].html


def test_columns_count_from_the_start_of_the_line_in_the_file(desk: Desk) -> None:
    problems = desk.lesson(question(answers="- (x) A {#a}\n- ( ) B <b>bold</b> {#b}\n")).problems
    place = next((one.file, one.line, one.column, one.text) for one in problems if one.code == "raw-html")
    assert place == (f"{LESSON}.en.md", 11, 9, "- ( ) B <b>bold</b> {#b}")
