"""A compiler with a memory says what one without it says, and reads only what changed."""

from __future__ import annotations

from app.courseware.compiler import compile
from app.courseware.course import digest
from app.courseware.memory import Memory
from app.courseware.source import Source
from tests.courseware.conftest import LESSON, QUIZ
from tests.courseware.test_mutations import EXAMPLES, MORE


def how_many_groups(source: Source) -> int:
    memory = Memory()
    compile(source, memory)
    compile(source, memory)
    return memory.found


def test_whatever_is_damaged_the_memory_changes_nothing_of_what_is_said(sample: Source) -> None:
    memory = Memory()
    compile(sample, memory)
    for file, right, wrong, _code in [*EXAMPLES, *MORE]:
        changed = {**sample, file: sample[file].decode().replace(right, wrong, 1).encode()}
        alone, first, second = compile(changed), compile(changed, memory), compile(changed, memory)
        assert first.problems == second.problems == alone.problems, (file, wrong)
        assert first.course == second.course == alone.course, (file, wrong)
    again = compile(sample, memory)
    assert again == compile(sample)


def test_one_page_changed_is_one_page_read(sample: Source) -> None:
    memory = Memory()
    compile(sample, memory)
    total = how_many_groups(sample)
    edited = {**sample, f"{LESSON}.en.md": sample[f"{LESSON}.en.md"] + b"\nOne sentence more.\n"}
    compile(edited, memory)
    assert memory.found == total - 1


def test_a_changed_glossary_is_looked_for_in_every_page_again(sample: Source) -> None:
    memory = Memory()
    compile(sample, memory)
    glossary = sample["glossary.en.md"].replace(b"{#refugee}", b"{#refugee-term}")
    changed = {**sample, "glossary.en.md": glossary}
    alone, remembered = compile(changed), compile(changed, memory)
    assert alone.course is not None and remembered.course is not None
    assert digest(remembered.course) == digest(alone.course)
    assert remembered.problems == alone.problems


def test_a_memory_that_is_full_forgets_what_was_longest_unused(sample: Source) -> None:
    memory = Memory(most=1)
    for files in (sample, {**sample, f"{QUIZ}.en.md": b"---\ntitle: Quiz\n---\n"}, sample):
        assert compile(files, memory) == compile(files)
