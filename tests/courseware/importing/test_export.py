"""Our banks as GIFT, and back again."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from app.courseware.compiler import compile
from app.courseware.course import Course, Question
from app.courseware.importing import export_gift, import_bank, message
from app.courseware.source import from_folder
from tests.courseware.importing.conftest import compiled, read

ROOT = Path(__file__).resolve().parents[3]

BANK = """:::{question} one
:critical:
:difficulty: 3

What is **2 = 2**? {braces}, ~tilde~, #hash, a\\\\b: all *of* it.
Next line.

* a list
* of two

- ( ) \\[plain\\] `a = b` {#a}
  > No: 1 ~ 2.
- (x) x\\
  y {#b}

> Because {#1}.
>
> > Said.
:::

:::{question} several
:credit: partial

Which three?

- [x] a {#a}
- [x] b {#b}
- [x] c {#c}
- [ ] d {#d}
:::

:::{question} all-or-nothing
:shuffle: no

Which?

- [x] a {#a}
- [ ] b {#b}
:::

:::{question} order
:type: order

Order.

1. One: **first** = 1 {#x}
2. Two # ~ {#y}

> So.
:::

:::{question} match
:type: match

Match.

| l | r |
| --- | --- |
| A -> B {#a} | one = 1 |
| C {#c} | 2 < 3 & 4 |
|  | none {#n} |
:::

:::{question} short
:countries: PA CR

Who?

= the officer
= 50% of *them*
= True
= [html] is a format
:::

:::{question} number

How many?

= -3.1420 ± 0.5
:::
"""


def same(first: Question, second: Question, language: str = "en") -> bool:
    return meaning(first, language) == meaning(second, language)


def meaning(question: Question, language: str) -> tuple[object, ...]:
    """All that a learner sees and all that marks depend on, but for ids and white space."""

    def shown(text: dict[str, str]) -> str:
        return " ".join(re.sub(r"</?span[^>]*>", "", text.get(language, "")).split())

    return (
        question.kind,
        shown(question.prompt),
        [(shown(option.html), option.right, shown(option.feedback)) for option in question.options],
        [(shown(pair.left), shown(pair.right)) for pair in question.pairs],
        question.accepted.get(language),
        (question.value, question.tolerance),
        shown(question.explanation),
        (question.critical, question.shuffle, question.partial, question.difficulty, question.countries),
    )


def test_every_type_comes_back_the_same():
    course = compiled(BANK)
    text, left_out = export_gift(course, list(course.questions), "en")
    assert {one.note.code for one in left_out} == {"gift-settings", "gift-order"}
    imported = read(text.encode(), "auto")
    assert imported.counts == {"converted": 7, "changed": 0, "refused": 0}
    back = compiled(imported.markdown)
    assert [entry.id for entry in imported.entries] == [f"bank-{name}" for name in course.questions]
    for name, question in course.questions.items():
        assert same(question, back.questions[f"bank-{name}"]), (meaning(question, "en"), imported.markdown)


def test_each_question_is_what_moodle_takes_for_one():
    """No blank line inside, one pair of braces, weights that Moodle knows, and nothing unescaped."""
    course = compiled(BANK)
    for part in export_gift(course, list(course.questions), "en").text.strip().split("\n\n"):
        body = "\n".join(row for row in part.split("\n") if not row.startswith("//"))
        assert body.startswith("::") and body.endswith("}")
        assert re.findall(r"(?<!\\)[{}]", re.sub(r"\\\\", "", body)) == ["{", "}"]
        for weight in re.findall(r"%(-?[\d.]+)%", body):
            assert abs(float(weight)) in (100, 50, 33.33333)


@pytest.fixture(scope="module")
def shipped() -> Course:
    course = compile(from_folder(ROOT / "courses/humanitarian-border-security")).course
    assert course is not None
    return course


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_shipped_course_comes_back_the_same(shipped: Course, language: str):
    names = list(shipped.questions)
    text, left_out = export_gift(shipped, names, language)
    assert not [one for one in left_out if one.whole]
    entries = 0
    for start in range(0, len(names), 50):
        part = export_gift(shipped, names[start : start + 50], language).text
        imported = import_bank(part.encode(), "auto", language, "back", sources=shipped.sources, objectives=9)
        assert imported.counts["refused"] == imported.counts["changed"] == 0
        back = compiled(imported.markdown, language, sources=shipped.sources, objectives=9)
        for name, entry in zip(names[start : start + 50], imported.entries, strict=True):
            assert same(shipped.questions[name], back.questions[entry.id], language), name
            entries += 1
    assert entries == len(names) == text.count("// [id:")


def test_what_gift_cannot_hold_is_left_out_with_the_reason():
    options = "\n".join(f"- [x] option {number} {{#o{number}}}" for number in range(11))
    course = compiled(
        f":::{{question}} many\nWhich?\n\n{options}\n- [ ] none {{#n}}\n:::\n\n"
        ":::{question} braces\n:type: order\n\nOrder.\n\n1. `{a}` {#a}\n2. b {#b}\n:::\n\n"
        ":::{question} arrow\nWhere?\n\n= a -> b\n:::\n"
    )
    text, left_out = export_gift(course, ["many", "braces", "unknown", "arrow"], "en")
    assert text == ""
    assert [(one.id, one.note.code, one.whole) for one in left_out] == [
        ("many", "gift-right-many", True),
        ("braces", "gift-text", True),
        ("unknown", "question-unknown", True),
        ("arrow", "gift-text", True),
    ]
    assert export_gift(course, ["arrow"], "es").left_out[0].note.code == "question-not-translated"


def test_pictures_and_links_into_the_course_are_named():
    question = Question(
        id="p",
        kind="short",
        module="m",
        prompt={
            "en": '<p>See <img src="/learn/c/media/01-m/media/a.png" alt="a map"> and <a href="/learn/c/x">page</a></p>'
        },
        accepted={"en": ("yes",)},
    )
    course = msgspec.structs.replace(compiled(BANK), questions={"p": question})
    text, left_out = export_gift(course, ["p"], "en")
    assert "[html]<p>See [picture left out\\: a map] and page</p>{" in text
    assert [(one.note.code, one.whole) for one in left_out] == [("gift-picture", False), ("gift-link", False)]
    assert all(message(one.note, "es") != message(one.note, "en") for one in left_out)
