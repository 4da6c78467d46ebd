"""Open edX: problems in the simple Markdown of its editor, and in OLX."""

from __future__ import annotations

import pytest

from app.courseware.importing import import_bank
from tests.courseware.importing.conftest import codes, one, options, questions, read, refused

# --- Markdown ---------------------------------------------------------------------------------------------------------


def test_choices_with_label_hints_and_explanation():
    asked, entry = one(
        ">>Which stamp?||Choose one.<<\n\n( ) entry {{ Not here. }}\n(x) exit {{Right:: Yes. }}\n( ) transit\n\n"
        "[explanation]\nBecause.\nReally.\n[explanation]\n\n||Look again.||\n"
    )
    assert (asked.kind, asked.shuffle) == ("one", False)
    assert asked.prompt["en"] == "<p>Which stamp?</p>\n<p>Choose one.</p>"
    assert options(asked) == [
        ("entry", False, "<p>Not here.</p>"),
        ("exit", True, "<p>Right: Yes.</p>"),
        ("transit", False, ""),
    ]
    assert asked.explanation["en"] == "<p>Because.</p>\n<p>Really.</p>"
    assert codes(entry) == ["hints-dropped"]


def test_choices_that_are_shuffled_and_fixed():
    asked, _ = one("Which?\n(!x@) a\n(@) b\n() c", "edx-markdown")
    assert (asked.shuffle, len(asked.options)) == (True, 3)


def test_checkboxes_with_hints_over_lines():
    asked, entry = one(
        "Which?\n[x] a {{ selected: Yes.\n   Indeed. }, { unselected: No. }}\n[ ] b\n[x] c\n{{ ((A C)) Both. }}\n",
        "edx-markdown",
    )
    assert (asked.kind, asked.partial) == ("several", False)
    assert options(asked) == [("a", True, "<p>Yes. Indeed.</p>"), ("b", False, ""), ("c", True, "")]
    assert codes(entry) == ["feedback-dropped", "feedback-dropped"]


@pytest.mark.parametrize(
    ("answer", "value", "tolerance", "change"),
    [
        ("= 5", 5, 0, []),
        ("= 5 +- 0.5", 5, 0.5, []),
        ("= 50 +- 10%", 50, 5, []),
        ("= [2, 4]", 3, 1, []),
        ("= (2, 4]", 3, 1, ["range-open"]),
        ("= 0 +- .02", 0, 0.02, []),
    ],
)
def test_numbers(answer: str, value: float, tolerance: float, change: list[str]):
    asked, entry = one(f"How many?\n{answer}", "edx-markdown")
    assert (asked.kind, asked.value, asked.tolerance, codes(entry)) == ("number", value, tolerance, change)


@pytest.mark.parametrize(
    ("answers", "accepted"),
    [
        ("= Michigan", ("Michigan",)),
        ("= Paris {{Yes}}\nor= Parigi\nnot= Rome {{No}}", ("Paris", "Parigi")),
        ("= 100 test", ("100 test",)),
        ("s= 7", ("7",)),
        ("= (7), 7", ("(7), 7",)),
    ],
)
def test_short_answers(answers: str, accepted: tuple[str, ...]):
    asked, _ = one(f"What?\n{answers}", "edx-markdown")
    assert (asked.kind, asked.accepted["en"]) == ("short", accepted)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ("= 502*9 +- 15%", "number-expression"),
        ("= 5*2", "number-expression"),
        ("=| a.*", "regexp"),
        ("= 1 +- .02\nor= 2", "number-several"),
        ("", "description"),
        ("( ) a\n( ) b", "right-missing"),
    ],
)
def test_refusals_name_the_reason(answers: str, code: str):
    assert refused(f"What?\n{answers}", "edx-markdown") == code


@pytest.mark.parametrize("source", ["Which?\n[[a, (b), c]]", ">>Which?<<\n[[\n a\n (b) {{ Yes. }}\n c\n]]"])
def test_dropdowns(source: str):
    asked, entry = one(source)
    assert [(text, right) for text, right, _ in options(asked)] == [("a", False), ("b", True), ("c", False)]
    assert (asked.shuffle, entry.outcome) == (False, "converted")


def test_a_dropdown_in_a_sentence_leaves_a_gap():
    asked, entry = one("It is [[x, (y)]] there.")
    assert codes(entry) == ["missing-word"]
    assert asked.prompt["en"] == "<p>It is _____ there.</p>"


def test_problems_are_parted_by_rules_labels_and_text_between_answers():
    imported = read(
        "One\n(x) a\n( ) b\n---\nTwo\n= 5\n\n>>Three<<\n[x] a\n[ ] b\n\nFour\n(x) a\n( ) b\n\nFive\n= yes",
        "edx-markdown",
    )
    assert [(entry.line, entry.title, entry.outcome) for entry in imported.entries] == [
        (1, "One", "converted"),
        (5, "Two", "converted"),
        (8, "Three", "converted"),
        (12, "Four", "converted"),
        (16, "Five", "converted"),
    ]


def test_headings_code_and_html_in_the_text():
    asked, _ = one("Title\n====\nSee <b>this</b> &amp; 2 < 3\n[code]\na = 1\n  b\n[code]\n(x) a\n( ) b", "edx-markdown")
    assert asked.prompt["en"] == (
        "<p><strong>Title</strong></p>\n<p>See <strong>this</strong> &amp; 2 &lt; 3</p>\n<pre><code>a = 1\n  b\n</code></pre>"
    )


def test_a_script_in_the_markdown_is_refused():
    assert refused("What?\n<script>alert(1)</script>\n= 5", "edx-markdown") == "script"


# --- OLX --------------------------------------------------------------------------------------------------------------

CHOICES = '<choice correct="false">a<choicehint>No.</choicehint></choice><choice correct="true">b</choice>'
ONE = f'<multiplechoiceresponse><choicegroup type="MultipleChoice">{CHOICES}</choicegroup></multiplechoiceresponse>'


def test_one_choice():
    asked, entry = one(f'<problem display_name="The stamp"><p>Which?</p>{ONE}<solution><p>So.</p></solution></problem>')
    assert (asked.id, asked.kind, entry.outcome) == ("bank-the-stamp", "one", "converted")
    assert options(asked) == [("a", False, "<p>No.</p>"), ("b", True, "")]
    assert (asked.prompt["en"], asked.explanation["en"]) == ("<p>Which?</p>", "<p>So.</p>")


def test_the_text_inside_a_response_is_asked_and_the_word_explanation_is_dropped():
    source = ONE.replace("<choicegroup", "<label>Which?</label><description>Choose.</description><choicegroup").replace(
        "</multiplechoiceresponse>",
        "<solution><div class='detailed-solution'><p>Explanation</p><p>So.</p></div></solution></multiplechoiceresponse>",
    )
    asked, _ = one(f"<problem>{source}</problem>")
    assert (asked.prompt["en"], asked.explanation["en"]) == ("<p>Which?</p>\n<p>Choose.</p>", "<p>So.</p>")


def test_each_response_of_a_problem_is_a_question_with_its_own_text():
    several = f'<choiceresponse partial_credit="EDC"><checkboxgroup>{CHOICES}</checkboxgroup></choiceresponse>'
    imported = read(
        f'<problem display_name="Two" weight="2"><p>First?</p>{ONE}<div><p>Second?</p>{several}</div>'
        "<demandhint><hint>h</hint></demandhint></problem>"
    )
    first, second = questions(imported)
    assert (first.prompt["en"], second.prompt["en"]) == ("<p>First?</p>", "<p>Second?</p>")
    assert (second.kind, second.partial) == ("several", True)
    assert [entry.id for entry in imported.entries] == ["bank-two-1", "bank-two-2"]
    assert codes(imported.entries[1]) == ["partial-differs", "hints-dropped"]


@pytest.mark.parametrize(
    ("field", "right"),
    [
        ("""<optioninput options="('one','it\\'s two','three')" correct="it's two"/>""", "it's two"),
        ('<optioninput><option correct="False">one</option><option correct="True">two</option></optioninput>', "two"),
        ('<optioninput options="(one,two)" correct="two"/>', "two"),
    ],
)
def test_dropdowns_in_xml(field: str, right: str):
    asked, entry = one(f"<problem><p>It is <optionresponse>{field}</optionresponse> there.</p></problem>")
    assert [text for text, is_right, _ in options(asked) if is_right] == [right]
    assert asked.prompt["en"] == "<p>It is _____ there.</p>" and codes(entry) == ["missing-word"]


def test_numbers_in_xml():
    asked, entry = one(
        '<problem><numericalresponse answer="40"><label>How many?</label><responseparam type="tolerance" default="5%"/>'
        '<formulaequationinput trailing_text="km"/><correcthint>Yes.</correcthint></numericalresponse></problem>'
    )
    assert (asked.value, asked.tolerance, asked.explanation["en"]) == (40, 2, "<p>Yes.</p>")
    assert codes(entry) == ["feedback-moved", "unit-dropped"]


def test_strings_in_xml():
    asked, entry = one(
        '<problem><stringresponse answer="Panamá"><label>Where?</label><additional_answer answer="Panama City"/>'
        '<stringequalhint answer="x">no</stringequalhint><textline/></stringresponse></problem>'
    )
    assert asked.accepted["en"] == ("Panamá", "Panama City")
    assert codes(entry) == ["case-ignored", "feedback-dropped"]


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<script type="loncapa/python">import os; os.abort()</script>' + ONE, "script"),
        ('<p>x</p><customresponse cfn="f"><textline/></customresponse>', "script"),
        ("<p>x</p><javascriptresponse/>", "script"),
        ('<p>x</p><numericalresponse answer="$answer"/>', "script"),
        ('<p>x</p><numericalresponse answer="3*4"/>', "number-expression"),
        ('<p>x</p><stringresponse answer="a.*" type="ci regexp"/>', "regexp"),
        ("<p>x</p><formularesponse/>", "type-unsupported"),
        ("<p>x</p><imageresponse/>", "type-unsupported"),
        ("<p>Only text.</p>", "description"),
        ("<p>x</p>" + "<p/>" * 6000 + ONE, "problem-too-large"),
    ],
)
def test_refusals_in_xml(inside: str, code: str):
    assert refused(f"<problem>{inside}</problem>") == code


def test_a_folder_of_problems_with_the_rest_of_its_course():
    files = {
        "course/problem/b.xml": f"<problem><p>B?</p>{ONE}</problem>".encode(),
        "course/problem/a.xml": b"<problem><p>A?</p><customresponse/></problem>",
        "course/vertical/v.xml": b'<vertical><problem url_name="a"/><html url_name="x"/></vertical>',
        "course/static/p.png": b"\x89PNG....",
        "course/policy.json": b"{}",
    }
    imported = import_bank(files, "olx", "en", "bank")
    assert [(entry.path, entry.outcome) for entry in imported.entries] == [
        ("course/problem/a.xml", "refused"),
        ("course/problem/b.xml", "converted"),
    ]
    (remark,) = imported.notes
    assert remark.code == "file-left-out"
    assert set(dict(remark.values)["path"].split(", ")) == {
        "course/vertical/v.xml",
        "course/static/p.png",
        "course/policy.json",
    }


def test_a_picture_of_the_course_is_named():
    asked, entry = one(f'<problem><p>See <img src="/static/map.png" alt="a map"/>.</p>{ONE}</problem>')
    assert asked.prompt["en"] == "<p>See [picture left out: a map].</p>"
    assert codes(entry) == ["picture-missing"]
