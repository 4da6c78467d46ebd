"""Problems: what a shell, a page and an editor show of them; the catalogue of messages."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import app.courseware as package
from app.courseware.messages import MESSAGES
from app.courseware.problem import Problem, message, nearest, problem, render, to_json, to_sarif
from tests.courseware.conftest import Desk

CODE = [path for path in Path(package.__file__).parent.rglob("*.py") if "importing" not in path.parts]


def test_a_problem_is_shown_with_its_line_a_caret_and_a_hint(desk: Desk) -> None:
    (found,) = [
        one for one in desk.lesson(":::{nte}\nText.\n:::\n", "Texto.\n").errors if one.code == "directive-unknown"
    ]
    assert render(found, "en") == (
        "01-mission/1-what-we-do.en.md:6:1: directive-unknown: There is no block “nte”.\n"
        "    :::{nte}\n"
        "    ^\n"
        "    did you mean “note”?"
    )
    assert render(found, "es") == (
        "01-mission/1-what-we-do.en.md:6:1: directive-unknown: No existe el bloque «nte».\n"
        "    :::{nte}\n"
        "    ^\n"
        "    ¿quiso decir «note»?"
    )


def test_a_warning_says_that_it_is_one() -> None:
    one = problem("lesson-empty", "a.md", 3, 2, "Text")
    assert render(one, "en").startswith("a.md:3:2: lesson-empty: warning: The lesson")
    assert render(one, "es").startswith("a.md:3:2: lesson-empty: aviso: La lección")


def test_a_problem_of_a_whole_file_has_no_caret() -> None:
    assert render(problem("course-page-missing", "course.yaml"), "en") == (
        "course.yaml:1:1: course-page-missing: There is no page course.en.md or course.es.md."
    )


def test_the_caret_stands_under_its_place_in_long_lines_and_behind_tabs() -> None:
    lines = render(problem("raw-html", "a.md", 1, 301, "é" * 300 + "<b>" + "x" * 300, tag="<b>"), "en").split("\n")
    assert lines[1][lines[2].index("^") :].startswith("<b>")
    assert len(lines[1]) < 130
    assert render(problem("raw-html", "a.md", 1, 3, "\t\t<b>", tag="<b>"), "en").split("\n")[2] == "    \t\t^"
    assert render(problem("raw-html", "a.md", 1, 99, "short", tag="<b>"), "en").split("\n")[2] == "         ^"


def test_problems_are_sorted_and_each_is_there_once(desk: Desk) -> None:
    found = desk.lesson("<b>x</b>\n\n# One\n\n# Two\n").problems
    places = [(one.file, one.line, one.column) for one in found]
    assert places == sorted(places)
    assert len({(one.file, one.line, one.column, one.code) for one in found}) == len(found)


def test_json_has_both_languages() -> None:
    (data,) = to_json([problem("raw-html", "a.md", 2, 3, "x <b>", tag="<b>")])
    assert data == {
        "file": "a.md",
        "line": 2,
        "column": 3,
        "code": "raw-html",
        "severity": "error",
        "message": {
            "en": "HTML such as “<b>” is not allowed. Use Markdown.",
            "es": "No se admite HTML como «<b>». Use Markdown.",
        },
        "hint": "",
        "text": "x <b>",
    }


def test_sarif_is_what_editors_read() -> None:
    log = to_sarif(
        [problem("raw-html", "a.md", 2, 3, "x <b>", tag="<b>"), problem("lesson-empty", "b.md", 0, 0, "", "x")], "es"
    )
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["lesson-empty", "raw-html"]
    first, second = run["results"]
    assert (first["ruleId"], first["level"]) == ("raw-html", "error")
    assert first["message"]["text"].startswith("No se admite HTML")
    place = first["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "a.md"},
        "region": {"startLine": 2, "startColumn": 3, "snippet": {"text": "x <b>"}},
    }
    assert second["level"] == "warning"
    assert "region" not in second["locations"][0]["physicalLocation"]
    assert second["message"]["text"].endswith("¿quiso decir «x»?")


def test_an_unknown_code_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        problem("no-such-code", "a.md")


def test_the_nearest_word() -> None:
    assert nearest("critcal", ["critical", "countries"]) == "critical"
    assert nearest("CRITICAL", ["critical"]) == "critical"
    assert nearest("xyz", ["critical"]) == ""
    assert nearest("", ["critical"]) == ""
    assert nearest("x" * 100_000, ["critical"]) == ""


# --- The catalogue ----------------------------------------------------------------------------------------------------


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", MESSAGES)
def test_a_message_is_a_sentence_in_both_languages_with_the_same_values(code: str) -> None:
    english, spanish = MESSAGES[code].en, MESSAGES[code].es
    assert fields(english) == fields(spanish)
    assert english != spanish
    assert "“" not in spanish
    assert "«" not in english
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
    for sentence in (english, spanish):
        filled = sentence.format_map(dict.fromkeys(fields(sentence), "x"))
        assert filled[-1] in ".?)x}", filled


def test_every_message_can_be_reported_and_every_report_has_a_message() -> None:
    words: set[str] = set()
    for path in CODE:
        if path.name == "messages.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[-1], ast.Constant):
                # The kind of mark, then "-not-translated".
                words |= {f"{kind}{node.values[-1].value}" for kind in ("citation", "link", "image")}
    assert set(MESSAGES) - words == set()
    reported = {
        node.args[0].value
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("add", "SourceRefused", "_fault", "Excess")
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }
    assert len(reported) > 100
    assert reported - set(MESSAGES) == set()


def test_values_fill_their_message_whatever_they_hold() -> None:
    one = Problem("a.md", 1, 1, "raw-html", values={"tag": "{0} {tag.__class__} %s"})
    assert message(one, "en") == "HTML such as “{0} {tag.__class__} %s” is not allowed. Use Markdown."
