"""Whatever a file holds: no crash, every question accounted for, and what is written compiles and says the same."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.courseware.course import Question
from app.courseware.importing import KINDS, Imported, export_gift, import_bank
from app.courseware.importing.decoding import decode
from tests.courseware.importing.conftest import compiled, read
from tests.courseware.importing.test_text import seen

EXAMPLES = int(os.environ.get("PASO_EXAMPLES", "40"))
relaxed = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

SNIPPETS = [
    "{", "}", "=", "~", "#", "####", "->", "::", "\n", "\n\n", "\\", "%50%", "T", "{T}", "{=a ~b}", "[html]", "[markdown]",
    "$CATEGORY: a/b", "// x", "(x) ", "( ) ", "[x] ", "[ ] ", "- ", "* ", "> ", "1. ", "a) ", "*b) ", "```", ":::", ">>", "<<",
    ":::{question} a", "`", "**", "_", "<b>", "</b>", "<p>", "<table><tr><td>", "<ul><li>", "<a href='http://x.y/(a)'>", "<br>",
    "<img src=x>", "<pre>", "</pre>", "&amp;", "&lt;", "|", "---", "===", "= 5", "+- 2", "± 1", "@@PLUGINFILE@@", "\t", "    ",
    "\u200b", "\xa0", "\u202e", "\0", "[[", "]]", "{{", "}}", "||", "[explanation]", "ANSWER: A", "A) ", "B. ", "{#x}", "[@a]",
    "[^1]", "![", "](", "é", "word", "Which one", "?", "$$x$$", "<quiz>", "</quiz>", "<problem>", "<?xml version='1.0'?>",
    '<question type="multichoice">', "</question>", "<text>", "</text>", "<script>", "<!--", "-->", "<![CDATA[", "]]>",
    "0", "3.5",
]  # fmt: skip
pieces = st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=6)), max_size=40).map("".join)
kinds = st.sampled_from([*KINDS, "auto"])
words = st.one_of(
    st.text(min_size=1, max_size=30), st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=8).map("".join)
)


def accounted_for(imported: Imported) -> None:
    assert sum(imported.counts.values()) == len(imported.entries)
    written = re.findall(r"^:{3,}\{question\} ([a-z0-9-]+)$", imported.markdown, re.MULTILINE)
    assert written == [entry.id for entry in imported.entries if entry.outcome != "refused"]
    assert list(compiled(imported.markdown).questions) == written


@relaxed
@given(pieces, kinds)
def test_no_text_crashes_an_import(text: str, kind: str):
    accounted_for(import_bank(text.encode("utf-8", "replace"), kind, "en", "a"))  # type: ignore[arg-type]


@relaxed
@given(st.binary(max_size=200), kinds)
def test_no_bytes_crash_an_import(data: bytes, kind: str):
    accounted_for(import_bank(data, kind, "en", "a"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "frame",
    [
        "::T::%s{=%s ~%s b}",
        "[html]%s{=%s ~%s b#%s}",
        "Q {=%s -> %s =c->%s}",
        "Q %s {=%s =%s}",
        "Q\nA) %s\nB) %s\nANSWER: A",
        "Q %s\n( ) %s\n(x) b %s",
        "1. %s\na) %s\n*b) z",
        "<problem><p>%s</p><stringresponse answer='x'><label>%s</label></stringresponse></problem>",
        "<quiz><question type='truefalse'><questiontext><text><![CDATA[%s]]></text></questiontext>"
        "<answer fraction='100'><text>true</text></answer><answer fraction='0'><text>false</text></answer></question></quiz>",
        ":::{question} a\n%s\n\n- ( ) %s\n- (x) b\n:::\n",
    ],
)
@relaxed
@given(st.data())
def test_no_text_in_a_question_crashes_an_import(frame: str, data: st.DataObject):
    text = frame % tuple(data.draw(pieces) for _ in range(frame.count("%s")))
    accounted_for(import_bank(text.encode("utf-8", "replace"), "auto", "en", "a"))


@relaxed
@given(st.lists(st.tuples(words, words, words), min_size=1, max_size=4))
def test_plain_words_of_a_question_are_seen_as_they_are(asked: list[tuple[str, str, str]]):
    """All that is escaped in GIFT as plain text comes out letter for letter."""

    def said(text: str) -> str:
        return decode(text.encode("utf-8", "replace")).text

    def escaped(text: str) -> str:
        return re.sub(r"[\\:#={}~]", r"\\\g<0>", said(text)).replace("\n", r"\n").replace("\r", "")

    usable = [parts for parts in asked if all(said(text).strip() for text in parts)]
    source = "\n\n".join(
        f"::T::[plain]{escaped(p)}.{{=[plain]{escaped(a)}.\n~[plain]{escaped(b)}!}}" for p, a, b in usable
    )
    imported = read(source, "gift")
    assert imported.counts["refused"] == 0
    for question, parts in zip(compiled(imported.markdown).questions.values(), usable, strict=True):
        shown = [seen(question.prompt["en"]), *(seen(option.html["en"]) for option in question.options)]
        wanted = ["".join(said(text).split()) + end for text, end in zip(parts, "..!", strict=True)]
        assert shown == wanted


@relaxed
@given(
    st.lists(
        st.tuples(st.sampled_from(["one", "several"]), st.lists(words, min_size=4, max_size=7), st.integers(0, 1)),
        min_size=1,
        max_size=3,
    )
)
def test_what_is_exported_comes_back_the_same(made: list[tuple[str, list[str], int]]):
    """Questions made of any words by way of an import, sent out as GIFT and read again."""

    def escaped(text: str) -> str:
        return re.sub(r"[\\:#={}~]", r"\\\g<0>", decode(text.encode("utf-8", "replace")).text).replace("\n", " ")

    source = []
    for number, (kind, texts, right) in enumerate(made):
        signs = ["~%50%" if place < 2 else "~%-50%" for place in range(len(texts) - 2)]
        if kind == "one":
            signs = ["=" if place == right else "~" for place in range(len(texts) - 2)]
        answers = "\n".join(f"{sign}x{escaped(text)}" for sign, text in zip(signs, texts[1:-1], strict=True))
        source.append(f"::{number}::Q{escaped(texts[0])}{{\n{answers}\n####x{escaped(texts[-1])}}}")
    first = compiled(read("\n\n".join(source), "gift").markdown)
    back = compiled(read(export_gift(first, list(first.questions), "en").text, "gift").markdown)
    assert [plain(question) for question in first.questions.values()] == [
        plain(question) for question in back.questions.values()
    ]


def plain(question: Question) -> tuple[object, ...]:
    """What a learner reads, and what is right."""
    options = [(seen(option.html["en"]), option.right) for option in question.options]
    return (
        question.kind,
        seen(question.prompt["en"]),
        options,
        seen(question.explanation.get("en", "")),
        question.partial,
    )
