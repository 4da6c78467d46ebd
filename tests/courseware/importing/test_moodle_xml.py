"""Moodle XML: every type of question, old and new exports, and XML that means harm."""

from __future__ import annotations

import pytest

from tests.courseware.importing.conftest import codes, one, options, questions, read, refused


def question(kind: str, inside: str, prompt: str = "<p>Which?</p>", form: str = "html") -> str:
    return (
        f'<question type="{kind}"><name><text>A name</text></name><questiontext format="{form}"><text><![CDATA[{prompt}]]>'
        f"</text></questiontext>{inside}</question>"
    )


def quiz(*inside: str) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(inside) + "\n</quiz>\n"


def answer(fraction: object, text: str, more: str = "", feedback: str = "") -> str:
    told = f'<feedback format="html"><text><![CDATA[{feedback}]]></text></feedback>'
    return f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>{told}{more}</answer>'


def test_one_right_answer():
    asked, entry = one(
        quiz(
            question(
                "multichoice",
                "<generalfeedback format='html'><text>So <![CDATA[<em>it</em>]]> is.</text></generalfeedback>"
                "<defaultgrade>1.0000000</defaultgrade><single>true</single><shuffleanswers>true</shuffleanswers>"
                "<correctfeedback format='html'><text>Your answer is correct.</text></correctfeedback>"
                + answer(100, "<p>Right</p>", feedback="<p>Yes.</p>")
                + answer(0, "<p>Wrong</p>"),
            )
        )
    )
    assert (asked.kind, asked.id, asked.shuffle, entry.outcome) == ("one", "bank-a-name", True, "converted")
    assert options(asked) == [("Right", True, "<p>Yes.</p>"), ("Wrong", False, "")]
    assert asked.explanation["en"] == "<p>So <em>it</em> is.</p>"


def test_several_right_answers_with_shares():
    shares = answer(50, "a") + answer(50, "b") + answer(-50, "c")
    asked, entry = one(quiz(question("multichoice", f"<single>false</single>{shares}")))
    assert (asked.kind, asked.partial, asked.shuffle, entry.outcome) == ("several", True, False, "converted")


def test_a_set_is_all_or_nothing():
    asked, entry = one(quiz(question("multichoiceset", answer(100, "a") + answer(100, "b") + answer(0, "c"))))
    assert (asked.kind, asked.partial, entry.outcome) == ("several", False, "converted")


def test_a_best_answer_below_the_whole_mark_is_named():
    asked, entry = one(quiz(question("multichoice", answer(80, "a") + answer(50, "b") + answer(-25, "c"))))
    assert [right for _, right, _ in options(asked)] == [True, False, False]
    assert codes(entry) == ["best-answer", "partial-dropped", "penalty-dropped"]


@pytest.mark.parametrize(("first", "second"), [("true", "false"), ("Verdadero", "Falso")])
def test_true_or_false_also_of_old_exports(first: str, second: str):
    asked, entry = one(quiz(question("truefalse", answer(0, first, feedback="No.") + answer(100, second))))
    assert options(asked) == [("True", False, "<p>No.</p>"), ("False", True, "")]
    assert entry.outcome == "converted"


def test_false_before_true():
    asked, _ = one(quiz(question("truefalse", answer(0, "false") + answer(100, "true"))))
    assert options(asked) == [("True", True, ""), ("False", False, "")]


def test_short_answers():
    inside = (
        "<usecase>1</usecase>" + answer(100, "Darién") + answer(100, "the Gap") + answer(50, "Chocó") + answer(0, "*")
    )
    asked, entry = one(quiz(question("shortanswer", inside)))
    assert asked.accepted["en"] == ("Darién", "the Gap")
    assert codes(entry) == ["partial-dropped", "case-ignored"]


def test_a_number_with_its_unit():
    inside = (
        answer(100, "12.5", "<tolerance>0.25</tolerance>")
        + answer(50, "12", "<tolerance>1</tolerance>")
        + "<units><unit><multiplier>1</multiplier><unit_name>km</unit_name></unit></units>"
    )
    asked, entry = one(quiz(question("numerical", inside)))
    assert (asked.value, asked.tolerance) == (12.5, 0.25)
    assert codes(entry) == ["partial-dropped", "unit-dropped"]


@pytest.mark.parametrize("kind", ["matching", "ddmatch"])
def test_match(kind: str):
    pairs = "".join(
        f'<subquestion format="html"><text><![CDATA[{left}]]></text><answer><text>{right}</text></answer></subquestion>'
        for left, right in (("<p>A|B</p>", "one"), ("C", "two &lt; three"), ("", "none"))
    )
    asked, entry = one(quiz(question(kind, pairs)))
    assert [(p.left.get("en", ""), p.right["en"]) for p in asked.pairs] == [
        ("A|B", "one"),
        ("C", "two &lt; three"),
        ("", "none"),
    ]
    assert codes(entry) == ["match-all-or-nothing"]


def test_put_in_order_by_fraction():
    inside = "<selecttype>ALL</selecttype><selectcount>2</selectcount><gradingtype>ALL_OR_NOTHING</gradingtype>"
    asked, entry = one(quiz(question("ordering", inside + answer("3.0", "c") + answer("1.0", "a") + answer(2, "b"))))
    assert [option.html["en"] for option in asked.options] == ["a", "b", "c"]
    assert entry.outcome == "converted"


def test_numbered_lists_and_tables_in_the_text_are_never_taken_for_answers():
    prompt = "<ol><li>first</li><li>second</li></ol><table><tr><th>h</th><th>i</th></tr><tr><td>1</td><td>2</td></tr></table>"
    grading = "<gradingtype>ALL_OR_NOTHING</gradingtype>"
    asked, _ = one(quiz(question("ordering", grading + answer(1, "a") + answer(2, "b"), prompt)))
    assert [option.html["en"] for option in asked.options] == ["a", "b"]
    pairs = "".join(f"<subquestion><text>{t}</text><answer><text>{t}{t}</text></answer></subquestion>" for t in "ab")
    asked, _ = one(quiz(question("matching", pairs, prompt)))
    assert [pair.left["en"] for pair in asked.pairs] == ["a", "b"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("essay", "essay"),
        ("description", "description"),
        ("cloze", "cloze"),
        ("gapselect", "cloze"),
        ("calculated", "calculated"),
        ("calculatedmulti", "calculated"),
        ("ddmarker", "type-unsupported"),
        ("coderunner", "type-unsupported"),
        ("", "type-unsupported"),
    ],
)
def test_types_that_are_refused(kind: str, code: str):
    assert refused(quiz(question(kind, ""))) == code


def test_what_has_no_place_is_named():
    _, entry = one(
        quiz(
            question(
                "multichoice",
                "<defaultgrade>2.5000000</defaultgrade><hint format='html'><text>Think.</text></hint>"
                "<hint><text></text></hint><tags><tag><text>visas</text></tag></tags>"
                "<incorrectfeedback format='html'><text>Read page 3.</text></incorrectfeedback>"
                + answer(100, "a")
                + answer(0, "b"),
            )
        )
    )
    assert codes(entry) == ["feedback-dropped", "hints-dropped", "tags-dropped", "mark-dropped"]
    assert dict(entry.notes[3].values) == {"mark": "2.5"}


def test_embedded_files_are_named_once():
    files = "".join(
        f'<file name="{name}" path="/" encoding="base64">iVBORw0KGgo=</file>' for name in ("a b.png", "c.mp3")
    )
    source = (
        '<question type="multichoice"><name><text>F</text></name><questiontext format="html">'
        f'<text><![CDATA[<img src="@@PLUGINFILE@@/a%20b.png" alt="x">]]></text>{files}</questiontext>'
        + answer(100, "a")
        + answer(0, "b")
        + "</question>"
    )
    _, entry = one(quiz(source))
    assert [(note.code, dict(note.values)["name"]) for note in entry.notes] == [
        ("picture-missing", "a b.png"),
        ("file-embedded", "c.mp3"),
    ]


def test_the_single_picture_of_an_old_export_is_named():
    _, entry = one(quiz(question("truefalse", "<image>pics/x.gif</image>" + answer(100, "true") + answer(0, "false"))))
    assert codes(entry) == ["picture-missing"]


def test_categories_lines_and_numbers_of_ids():
    imported = read(
        quiz(
            '<question type="category"><category><text>$course$/top/Uno/Dos</text></category></question>',
            question("truefalse", "<idnumber>B_07 x</idnumber>" + answer(100, "true") + answer(0, "false")),
            question("truefalse", answer(100, "true") + answer(0, "false")),
            question("truefalse", answer(100, "true") + answer(0, "false")),
        )
    )
    assert [(e.line, e.category, e.id) for e in imported.entries] == [
        (4, "Uno/Dos", "bank-b-07-x"),
        (5, "Uno/Dos", "bank-a-name"),
        (6, "Uno/Dos", "bank-a-name-2"),
    ]


@pytest.mark.parametrize(
    ("form", "prompt", "html"),
    [
        ("plain_text", "<b>a</b>\nb", "<p>&lt;b&gt;a&lt;/b&gt;<br>\nb</p>"),
        ("markdown", "**a**\n\n* b", "<p><strong>a</strong></p>\n<ul>\n<li>b</li>\n</ul>"),
        ("moodle_auto_format", "<b>a</b> b\nc", "<p><strong>a</strong> b<br>\nc</p>"),
        ("html", "<b>a</b>\nb", "<p><strong>a</strong> b</p>"),
        ("wiki_like", "<b>a</b>", "<p><strong>a</strong></p>"),
    ],
)
def test_formats_of_text(form: str, prompt: str, html: str):
    asked, _ = one(quiz(question("truefalse", answer(100, "true") + answer(0, "false"), prompt, form)))
    assert asked.prompt["en"] == html


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE quiz [<!ENTITY a "b">]>',
        '<!DOCTYPE quiz SYSTEM "http://x.example/evil.dtd">',
        '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        "<!DOCTYPE html>",
    ],
)
@pytest.mark.parametrize("kind", ["moodle-xml", "auto", "olx"])
def test_every_doctype_is_refused(head: str, kind: str):
    assert (
        refused(f'<?xml version="1.0"?>{head}<quiz><question type="truefalse">&c;</question></quiz>', kind)
        == "xml-doctype"
    )


def test_entities_that_nobody_declared_are_malformed_and_the_line_is_told():
    (entry,) = read("<quiz>\n<question>&nbsp;</question></quiz>").entries
    assert [(note.code, dict(note.values)) for note in entry.notes] == [
        ("xml-malformed", {"line": "2", "column": "11"})
    ]


def test_xml_too_deep_and_xml_of_other_things():
    assert refused("<quiz>" + "<a>" * 150 + "</a>" * 150 + "</quiz>") == "xml-too-deep"
    assert refused("<html><body/></html>", "moodle-xml") == "xml-other"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252", "iso-8859-1"])
def test_declared_encodings(encoding: str):
    source = quiz(question("truefalse", answer(100, "true") + answer(0, "false"), "<p>¿Señal?</p>"))
    imported = read(source.replace("UTF-8", encoding).encode(encoding), "auto", "es")
    assert questions(imported, "es")[0].prompt["es"] == "<p>¿Señal?</p>"
    assert imported.notes == ()
