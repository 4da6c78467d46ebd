"""A good course, damaged in one place at a time: the compiler finds it and names the damaged line.

Every wrong example of :mod:`app.courseware.explanations` is one kind of damage, and the table below adds others.
"""

from __future__ import annotations

import pytest

from app.courseware.compiler import compile
from app.courseware.explanations import EXPLANATIONS
from app.courseware.source import Source

LESSON, LECCION = "01-mission/1-what-we-do.en.md", "01-mission/1-what-we-do.es.md"
QUIZ, PRUEBA = "01-mission/quiz.en.md", "01-mission/quiz.es.md"
SCENARIO, ESCENARIO = "02-protection/scenario.en.md", "02-protection/scenario.es.md"

# What is missing has no line of its own, and what damage elsewhere makes wrong is named where it is wrong: how far from
# the damage, in lines, such a code may stand.
NEAR = {
    "question-answers-missing": 6,
    "question-prompt-missing": 6,
    "question-right-missing": 1,
    "question-right-twice": 1,
    "question-markers-mixed": 1,
    "question-match-pairs": 3,
    "question-module-missing": 1,
    "question-without-explanation": 10,
    "question-text-after": 1,
    "answers-differ": 7,
    "question-kind-differs": 9,
    "question-grading-differs": 3,
    "question-setting-differs": 2,
    "scene-empty": 2,
    "scene-dead-end": 1,
    "scene-without-end": 4,
    "scene-differs": 6,
    "scenario-loop": 3,
    "entry-empty": 2,
    "key-missing": 1,
    "question-answers-apart": 2,
    "directive-close-stray": 1,
    "trainer-not-translated": None,
    "trainer-empty": 1,
    "directive-not-closed": None,
    "question-id-elsewhere": None,
    "citation-not-translated": None,
    "source-not-reviewed": None,
    "scenario-without-good": None,
    "objective-untaught": None,
    "text-not-translated": None,
    "question-not-translated": None,
    "option-not-translated": None,
    "image-not-translated": None,
    "entry-not-translated": None,
    "objectives-differ": 2,
}
"""``None``: another file, or the far end of this one; the code must be there all the same."""

MORE = [
    ("course.yaml", "languages: [en, es]", "languages: [en, fr]", "value-unknown"),
    ("course.yaml", "pass: 70", "pass: 170", "value-not-integer"),
    ("course.yaml", "minutes: 10", "minutes: 1:30", "value-not-integer"),
    ("course.yaml", "wait_hours: 24", "wait_hours: soon", "value-not-number"),
    ("course.yaml", "lessons: all", "lessons: most", "value-unknown"),
    ("course.yaml", "practice: competent", "practice: perfect", "value-unknown"),
    ("course.yaml", "critical: all", "critical: some", "value-unknown"),
    ("course.yaml", "[participation, completion]", "[participation, honour]", "value-unknown"),
    ("course.yaml", "valid_months: 36", "valid_months: three years", "value-not-integer"),
    ("course.yaml", "design: regional", "designs: regional", "key-unknown"),
    ("course.yaml", "design: regional", "design: Regional Design", "id-malformed"),
    ("course.yaml", "  code-of-conduct:", "  Code of Conduct:", "id-malformed"),
    ("course.yaml", "url: https://example.org/1951", "url: javascript:alert(1)", "source-url-malformed"),
    ("course.yaml", "es: Autoridad de asilo}", "pt: Autoridade}", "key-unknown"),
    ("course.yaml", "unlock: after mission any", "unlock: [mission]", "value-not-text"),
    ("course.yaml", "modules: [mission, protection]", "modules: [mission, {protection: x}]", "value-not-text"),
    ("course.yaml", "id: border-basics", "\tid: border-basics", "yaml-malformed"),
    (LESSON, "objectives: [1, 2]", "objectives: [1, 7]", "value-not-integer"),
    (LESSON, "objective: Say what the unit does.", "id: Not An Id", "id-malformed"),
    (LESSON, "[@code-of-conduct art. 7]", "[@ art. 7]", "source-unknown"),
    (LESSON, "[protection lesson]", "[protection lesson](data:text/html,x) [b]", "link-unsafe"),
    (LESSON, "](media/post.svg)", "](//example.org/post.svg)", "image-remote"),
    (LESSON, "](media/post.svg)", "]()", "media-missing"),
    (LESSON, "Marta is 17.", "<script>alert(1)</script>", "raw-html"),
    (LESSON, "Marta is 17.", "<!-- Marta is 17. -->", "raw-html"),
    (LESSON, "Marta is 17.", "Marta\u2028is 17.", "control-character"),
    (LESSON, "Marta is 17.", "# Marta is 17.", "heading-level-1"),
    (LESSON, "![The post at El Cativo](media/post.svg)", "- x\n\n  :::{only} PA\n  :::", "directive-not-outer"),
    (LESSON, "Marta is 17.", ":::", "directive-close-stray"),
    (LESSON, ":::{only} PA CR", ":::{only}", "directive-argument-missing"),
    (LESSON, ":::{only} PA CR", ":::{only} pa", "country-unknown"),
    (LESSON, ":::{never}", ":::{never} ever", "directive-argument-unknown"),
    (LESSON, ":::{never}", ":::{nevr}", "directive-unknown"),
    (LESSON, ":::{never}", ":::never", "directive-malformed"),
    (LESSON, ":::{never}", ":::{scene} a", "directive-not-on-page"),
    (LESSON, ":::{country} complaint-body", ":::{country}", "directive-argument-missing"),
    (LESSON, ":objective: 2", ":objective: two", "value-not-integer"),
    (LESSON, ":critical:", ":critical: maybe", "value-unknown"),
    (LESSON, ":critical:", ":critical:\n:critical:", "option-twice"),
    (LESSON, "- (x) Refuse and report. {#refuse}", "- (x) Refuse and report. {#take}", "question-option-id-twice"),
    (LESSON, "- (x) Refuse and report. {#refuse}", "- Refuse and report. {#refuse}", "question-marker-missing"),
    (QUIZ, ":difficulty: 1", ":difficulty: 9", "value-not-integer"),
    (QUIZ, ":difficulty: 1", ":dificulty: 1", "option-unknown"),
    (QUIZ, ":source: code-of-conduct art. 1", ":source: code art. 1", "source-unknown"),
    (QUIZ, ":credit: partial", ":credit: half", "value-unknown"),
    (QUIZ, ":countries: PA CR", ":countries: PAN", "country-unknown"),
    (QUIZ, ":shuffle: no", ":shuffle: never", "value-unknown"),
    (QUIZ, ":type: order", ":type: sort", "value-unknown"),
    (QUIZ, ":type: order", ":type: match", "question-type-differs"),
    (QUIZ, "{#opinion}", "{#my opinion}", "question-option-id-malformed"),
    (QUIZ, "{#opinion}", "{#time}", "question-option-id-twice"),
    (QUIZ, "1. Greet. {#greet}", "1. {#greet}", "question-option-empty"),
    (QUIZ, "1. Greet. {#greet}", "1. Greet.", "question-option-id-missing"),
    (QUIZ, "| Care of a child {#care}", "| Decide on status {#care}", "question-match-twice"),
    (QUIZ, "{#press}", "{press}", "question-option-id-malformed"),
    (QUIZ, "= 11 ± 0.5", "= 11 ± -1", "question-number-malformed"),
    (QUIZ, "= 11 ± 0.5", "= 11 ± about", "question-number-malformed"),
    (QUIZ, "How many States?", "How many <i>States</i>?", "raw-html"),
    (SCENARIO, "A boatman offers money.", "A boatman offers [money](http:x).^[n]", "footnote-here"),
    (SCENARIO, ":ending: bad", ":ending: sad", "value-unknown"),
    (SCENARIO, ":ending: bad", ":end: bad", "option-unknown"),
    (SCENARIO, ":::{scene} lost", ":::{scene}", "directive-argument-missing"),
    (SCENARIO, ":::{scene} lost", ":::{scene} Lost!", "id-malformed"),
    (SCENARIO, ":dials: safety rights referral trust", ":dials: safety wrongs referral trust", "dial-unknown"),
    (SCENARIO, "{rights=+1 trust=+1}", "{rights=+1 rights=+1}", "dial-twice"),
    (SCENARIO, "{rights=+1 trust=+1}", "{rights=lots}", "effect-malformed"),
    (SCENARIO, "{rights=-2 critical}", "{rights=-2 crtical}", "effect-malformed"),
    (SCENARIO, "[Act.](#lost)", "[Act.](#nowhere)", "choice-unknown-scene"),
    (SCENARIO, "[Act.](#lost)", "Act.", "choice-without-link"),
    (SCENARIO, "::::{scenario} first-shift", "::::{scenario} First Shift", "id-malformed"),
    ("01-mission/practice.en.md", "- Refuses and reports. {#refuses}", "- {#refuses}", "question-option-empty"),
    ("01-mission/practice.en.md", "{#refuses}", "{refuses}", "question-option-id-malformed"),
    ("01-mission/practice.en.md", "minutes: 60", "minutes: long", "value-not-integer"),
    ("01-mission/practice.en.md", "Tasks: three of the five.\n", "", "trainer-empty"),
    ("practice.en.md", "Nothing unsafe happens. ", "", "question-option-empty"),
    ("practice.en.md", "The child at", "The [child](01-mission/media/post.svg) at", "trainer-file"),
    ("01-mission/module.en.md", "summary: What", "sumary: What", "key-unknown"),
    ("01-mission/module.en.md", "title: Mission", "title: [Mission]", "value-not-text"),
    ("countries/PA.en.md", ":source: convention-1951 art. 1", ":source: convention art. 1", "source-unknown"),
    ("countries/PA.en.md", "{entry} complaint-body", "{entry} complaints", "entry-unknown"),
    ("countries/PA.en.md", "reviewed: 2026-10-01", "reviewed: 2026-02-30", "value-not-date"),
    ("glossary.en.md", "{#refugee}", "{#Refugee}", "id-malformed"),
    ("glossary.en.md", "title: Glossary", "titel: Glossary", "key-unknown"),
    ("exam.en.md", ":module: protection", ":module: protecton", "value-unknown"),
    (LECCION, "[@code-of-conduct art. 7]", "", "citation-not-translated"),
    (LECCION, ":::{only} PA CR", ":::{only} PA", "structure-differs"),
    (PRUEBA, "- [ ] Una opinión.", "- [x] Una opinión.", "answers-differ"),
    (PRUEBA, ":countries: PA CR", ":countries: PA", "question-grading-differs"),
    (ESCENARIO, "- [Preguntar de nuevo.](#waiting)", "- [Preguntar de nuevo.](#well)", "choice-differs"),
]

EXAMPLES = [(told.path, told.right, told.wrong, code) for code, told in EXPLANATIONS.items() if told.path]


def test_there_are_many_kinds_of_damage() -> None:
    assert len({code for *_, code in EXAMPLES + MORE}) >= 120
    assert len(MORE) >= 60


def named(row: tuple[str, str, str, str]) -> str:
    return f"{row[3]}: {row[2][:40]!r}"


@pytest.mark.parametrize("row", [*EXAMPLES, *MORE], ids=named)
def test_damage_is_found_and_its_line_named(sample: Source, row: tuple[str, str, str, str]) -> None:
    path, right, wrong, code = row
    text = sample[path].decode()
    assert right in text
    damaged = text.replace(right, wrong, 1)
    first = text[: text.index(right)].count("\n") + 1
    last = first + max(wrong.rstrip("\n").count("\n"), 0)
    problems = compile({**sample, path: damaged.encode()}).problems
    found = [one for one in problems if one.code == code]
    assert found, [(one.code, one.file, one.line) for one in problems]
    near = NEAR.get(code, 0)
    if near is None:
        return
    lines = [one.line for one in found if one.file == path]
    assert any(first - near <= line <= last + near for line in lines), f"{first}-{last}: {lines}"
    for one in found:
        if one.file == path and one.line:
            # A separator of lines that editors do not count is shown as a space.
            assert one.text == damaged.split("\n")[one.line - 1].replace("\u2028", " ") or code == "control-character"
