"""A text and its translation beside each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.courseware.beside import aligned, changed, joined, passages
from app.courseware.source import Source

TEXT = "---\ntitle: A\n---\n\n## One\n\nFirst.\n\n\n:::{do}\n- a\n- b\n:::\n\n- x {#x}\n- y\n"


def together(text: str) -> str:
    return "".join(one.gap + one.text for one in passages(text))


@given(st.text(alphabet="ab #-:\n{}.1", max_size=200))
def test_the_passages_of_a_text_are_the_text(text: str) -> None:
    assert together(text) == text.rstrip() or together(text).rstrip() == text.rstrip()


def test_every_page_of_the_shipped_course_is_put_together_as_it_was(shipped_source: Source) -> None:
    for path, data in shipped_source.items():
        if path.endswith(".md"):
            text = data.decode()
            assert joined((one.gap, one.text) for one in passages(text)) == text, path


def test_pages_of_the_shipped_course_stand_beside_each_other_passage_by_passage(shipped_source: Source) -> None:
    for path, data in shipped_source.items():
        if path.endswith(".en.md"):
            spanish = shipped_source[path.replace(".en.md", ".es.md")].decode()
            rows = aligned(data.decode(), spanish)
            alone = [row for row in rows if row.source is None or row.translation is None]
            assert len(alone) <= len(rows) // 20, path


def test_a_passage_that_only_one_text_has_stands_alone() -> None:
    rows = aligned("One.\n\n:::{note}\nMind.\n:::\n\nTwo.\n", "Uno.\n\nDos.\n")
    pairs = [(r.source and r.source.text, r.translation and r.translation.text) for r in rows]
    assert pairs == [("One.", "Uno."), (":::{note}\nMind.\n:::", None), ("Two.", "Dos.")]


def test_a_question_meets_its_translation_by_its_id_wherever_it_went() -> None:
    rows = aligned(":::{question} a\nA?\n\n- (x) y {#y}\n:::\n\n:::{question} b\nB?\n:::", ":::{question} b\n¿B?\n:::")
    assert [(r.source.text[:14], r.translation.text) for r in rows if r.source and r.translation] == [
        (":::{question} ", ":::{question} b\n¿B?\n:::")
    ]


def test_what_changed_in_the_source_is_told_with_what_it_was() -> None:
    before = "One.\n\nTwo.\n\nThree.\n"
    assert changed(before, "One.\n\nTwo, in 14 days.\n\nThree.\n\nFour.\n") == {3: "Two.", 7: ""}
    assert changed(before, "Three.\n\nOne.\n\nTwo.\n") == {}
