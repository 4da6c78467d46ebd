"""course.yaml and front matter: typed, checked, with the nearest known word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.courseware.course import Course, ExamRule, Hours, QuizRule
from tests.courseware.conftest import LESSON, Desk, codes

Replaced = Callable[[str, str, str], dict[str, str | None]]


def test_the_facts_of_a_course(course: Course) -> None:
    assert (course.id, course.code, course.languages, course.unlock) == (
        "border-basics",
        "BB",
        ("en", "es"),
        "after mission any",
    )
    assert course.hours == Hours(2, 1, 0.5)
    assert course.hours.total == 3.5
    assert course.completion.quizzes == QuizRule(3, 70, 3, 12, True)
    assert course.completion.exam == ExamRule(4, 10, 80, 90, 3, 24, (1, 3))
    assert (course.completion.scenarios, course.completion.practice, course.completion.lessons) == (
        "without critical error",
        True,
        True,
    )
    assert (course.certificate.kinds, course.certificate.valid_months) == (("participation", "completion"), 36)
    source = course.sources["convention-1951"]
    assert (source.title["es"], source.url, source.reviewed) == (
        "Convención sobre los Refugiados (1951)",
        "https://example.org/1951",
        "2026-10-01",
    )
    assert course.title("es") == "Bases de frontera"
    assert not course.offline_quizzes, "nobody said so"


MISTAKES = [
    ("code: BB", "code: BB\ncolour: red", ("key-unknown", 3, 1)),
    ("draw: 3", "drw: 3", ("key-unknown", 9, 13)),
    ("id: border-basics", "id: Border Basics", ("id-malformed", 1, 5)),
    ("code: BB", "code: bb!", ("code-malformed", 2, 7)),
    ("code: BB\n", "", ("key-missing", 1, 1)),
    ("languages: [en, es]", "languages: [en, fr]", ("value-unknown", 3, 17)),
    ("hours: {online: 2,", "hours: {online: two,", ("value-not-number", 4, 17)),
    ("pass: 70", "pass: 170", ("value-not-integer", 9, 28)),
    ("draw: 4, minutes: 10", "draw: 4, minutes: 1:30", ("value-not-integer", 12, 28)),
    ("draw: 4, minutes: 10", "draw: no, minutes: 10", ("value-not-integer", 12, 16)),
    ("draw: 4, minutes: 10", "draw: 04, minutes: 010", None),
    ("per_module: [1, 3]", "per_module: [3, 1]", ("per-module-malformed", 12, 97)),
    ("per_module: [1, 3]", "per_module: 3", ("value-not-list", 12, 97)),
    ("scenarios: without critical error", "scenarios: without error", ("value-unknown", 10, 14)),
    ("lessons: all", "lessons: some", ("value-unknown", 8, 12)),
    ("unlock: after mission any", "unlock: after misson any", ("module-unknown", 6, 9)),
    ("unlock: after mission any", "unlock: sometimes", ("unlock-unknown", 6, 9)),
    ("unlock: after mission any", "offline_quizzes: perhaps", ("value-unknown", 6, 18)),
    ("unlock: after mission any", "offline_quizzes: yes", None),
    (
        "completion:\n  lessons: all\n  quizzes: {draw: 3, pass: 70, attempts: 3, wait_hours: 12, critical: all}\n",
        "offline_quizzes: yes\ncompletion:\n  lessons: all\n",
        ("offline-quizzes-none", 7, 18),
    ),
    ("modules: [mission, protection]", "modules: [mission, protecton]", ("module-missing", 5, 20)),
    ("modules: [mission, protection]", "modules: [mission, protection, mission]", ("module-listed-twice", 5, 32)),
    ("modules: [mission, protection]", "modules: mission", ("value-not-list", 5, 10)),
    ("kinds: [participation, completion]", "kinds: [participation, complete]", ("value-unknown", 13, 38)),
    ("url: https://example.org/1951", "url: javascript:alert(1)", ("source-url-malformed", 20, 10)),
    ("code-of-conduct:", "Code of Conduct:", ("id-malformed", 22, 3)),
    ('es: "Código de conducta (1979)"', 'ess: "Código de conducta (1979)"', ("key-unknown", 23, 43)),
    ('{en: "Code of Conduct (1979)", es: "Código de conducta (1979)"}', "[a, b]", ("value-not-mapping", 23, 12)),
    ("id: border-basics", "id: border-basics\nid: other", ("key-twice", 2, 1)),
    ("id: border-basics", "id: &a border-basics", ("yaml-anchor", 1, 5)),
    ("id: border-basics", "id: [border", ("yaml-malformed", None, None)),
    ("id: border-basics", "id: a: b", ("yaml-malformed", 1, 6)),
    ("id: border-basics", "id: {a: b}", ("value-not-text", 1, 5)),
    ("modules: [mission, protection]", "modules: [mission, protection, [x]]", ("value-not-text", 5, 32)),
    ("certificate: {kinds", "certificates: {kinds", ("key-unknown", 13, 1)),
    (
        "quizzes: {draw: 3, pass: 70, attempts: 3, wait_hours: 12, critical: all}",
        "quizzes: all",
        ("value-not-mapping", 9, 12),
    ),
    ("lessons: all\n", "lessons:\n", None),
    ('title: {en: "Code', 'titel: {en: "Code', ("key-missing", 23, 5)),
    (
        "  asylum-authority: {en: Asylum authority, es: Autoridad de asilo}",
        "  asylum-authority: {en: Asylum authority}",
        ("key-missing", 15, 21),
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES)
def test_a_mistake_in_course_yaml_is_reported_at_its_place(
    desk: Desk, replaced: Replaced, old: str, new: str, expected: tuple[str, int | None, int | None] | None
) -> None:
    compiled = desk.compile(replaced("course.yaml", old, new))
    found = [(one.code, one.line, one.column) for one in compiled.problems if one.file == "course.yaml"]
    if expected is None:
        assert found == []
    elif expected[1] is None:
        assert expected[0] in [code for code, _, _ in found]
    else:
        assert expected in found, found


def test_hints_name_the_nearest_key(desk: Desk, replaced: Replaced) -> None:
    found = {}
    for old, new in (
        ("draw: 3", "drw: 3"),
        ("modules: [mission, protection]", "modules: [mission, protecton]"),
        ("kinds: [participation", "kinds: [participaton"),
    ):
        found.update(
            {
                one.code: one.hint
                for one in desk.compile(replaced("course.yaml", old, new)).problems
                if one.hint and one.file == "course.yaml"
            }
        )
    assert found == {"key-unknown": "draw", "module-missing": "protection", "value-unknown": "participation"}


def test_words_stay_what_was_typed(desk: Desk, replaced: Replaced) -> None:
    compiled = desk.compile(replaced("course.yaml", "{en: Complaints, es: Quejas}", "{en: no, es: 010}"))
    assert compiled.course is not None
    assert compiled.course.entry_names["complaint-body"] == {"en": "no", "es": "010"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- b\n",
        "just text",
        "{" * 10_000,
        "- " * 5_000 + "a",
        "a: &x [1]\nb: *x\n",
        "a: !!python/object:os.system x\n---\nb: c\n",
        "\x00",
        "\ud7ff: x",
    ],
)
def test_what_is_no_course_file_is_a_problem_and_no_crash(desk: Desk, text: str) -> None:
    compiled = desk.compile({"course.yaml": text})
    assert compiled.errors


def test_billions_of_laughs_are_not_laughed(desk: Desk) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"] + [
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]" for n in range(9)
    ]
    assert "yaml-anchor" in codes(desk.compile({"course.yaml": "\n".join(lines)}).problems)


def test_without_a_course_file_there_is_no_course(desk: Desk) -> None:
    compiled = desk.compile({"course.yaml": None})
    assert compiled.course is None
    assert [(one.code, one.file) for one in compiled.problems] == [("course-file-missing", "course.yaml")]


FRONT_MISTAKES = [
    ("minutes: 20", "minutes: soon", ("value-not-integer", 5, 10)),
    ("minutes: 20", "minute: 20", ("key-unknown", 5, 1)),
    ("objectives: [1, 2]", "objectives: [1, 3]", ("value-not-integer", 4, 17)),
    ("objectives: [1, 2]", "objectives: 1", ("value-not-list", 4, 13)),
    ("title: What we do\n", "", ("key-missing", 2, 1)),
    ("title: What we do", "title: What: we do", ("yaml-malformed", 2, 12)),
    ("minutes: 20\n---", "minutes: 20", ("front-matter-not-closed", 1, 1)),
    ("objective: Say what the unit does.", "id: Not An Id", ("id-malformed", 3, 5)),
]


@pytest.mark.parametrize(("old", "new", "expected"), FRONT_MISTAKES)
def test_a_mistake_in_front_matter_is_reported_at_its_place(
    desk: Desk, replaced: Replaced, old: str, new: str, expected: tuple[str, int, int]
) -> None:
    compiled = desk.compile(replaced(f"{LESSON}.en.md", old, new))
    assert expected in [(one.code, one.line, one.column) for one in compiled.problems if one.file == f"{LESSON}.en.md"]


def test_minutes_are_estimated_where_they_are_not_said(course: Course) -> None:
    assert course.modules[1].lessons[0].minutes == 2


def test_an_id_in_the_front_matter_wins_over_the_name(desk: Desk, sample: dict[str, bytes]) -> None:
    changes: dict[str, str | None] = {}
    for language in ("en", "es"):
        path = f"02-protection/1-who-is-a-refugee.{language}.md"
        changes[path] = None
        changes[f"02-protection/7-renamed.{language}.md"] = (
            sample[path].decode().replace("---\n", "---\nid: who-is-a-refugee\n", 1)
        )
        lesson = f"{LESSON}.{language}.md"
        changes[lesson] = sample[lesson].decode().replace("1-who-is-a-refugee", "7-renamed")
    compiled = desk.compile(changes)
    assert compiled.problems == ()
    assert compiled.course is not None
    assert [lesson.id for lesson in compiled.course.modules[1].lessons] == ["who-is-a-refugee"]
    assert "/protection/who-is-a-refugee" in compiled.course.modules[0].lessons[0].pages["en"].blocks[0].html


def test_numbers_order_and_are_no_part_of_ids(desk: Desk) -> None:
    text = "---\ntitle: L\nobjectives: [1]\n---\nText.\n"
    changes: dict[str, str | None] = {
        f"02-protection/{name}.{language}.md": text
        for name in ("10-later", "2-sooner", "unnumbered")
        for language in ("en", "es")
    }
    course = desk.compile(changes).course
    assert course is not None
    assert [lesson.id for lesson in course.modules[1].lessons] == ["who-is-a-refugee", "sooner", "later", "unnumbered"]


def test_files_that_have_no_place(desk: Desk) -> None:
    compiled = desk.compile(
        {
            "quizz.en.md": "x",
            "01-mission/notes.txt": "x",
            "01-mission/1-what-we-do.fr.md": "x",
            "01-mission/deep/er/1-a.en.md": "x",
            "03-extra/module.en.md": "---\ntitle: Extra\n---\n",
            "README.md": "for people",
            "01-mission/2-what-we-do.en.md": "---\ntitle: Twin\n---\nText.\n",
        }
    )
    found = {(one.code, one.file) for one in compiled.problems}
    assert {
        ("file-unknown", "quizz.en.md"),
        ("file-unknown", "01-mission/notes.txt"),
        ("file-language", "01-mission/1-what-we-do.fr.md"),
        ("file-unknown", "01-mission/deep/er/1-a.en.md"),
        ("module-not-listed", "03-extra"),
        ("page-twice", "01-mission/2-what-we-do.en.md"),
    } <= found
    assert "README.md" not in {file for _, file in found}


def test_a_source_has_one_title_where_it_has_one_name(desk: Desk, replaced: Replaced) -> None:
    changed = replaced("course.yaml", '{en: "Code of Conduct (1979)", es: "Código de conducta (1979)"}', "MIRPS")
    course = desk.compile(changed).course
    assert course is not None
    assert course.sources["code-of-conduct"].title == {"en": "MIRPS", "es": "MIRPS"}


def test_a_module_may_say_its_own_id(desk: Desk, sample: dict[str, bytes]) -> None:
    changes: dict[str, str | None] = {
        path.replace("02-protection", "02-Any name"): data.decode().replace("---\n", "---\nid: protection\n", 1)
        if "/module." in path
        else data.decode()
        for path, data in sample.items()
        if path.startswith("02-protection")
    }
    changes.update({path: None for path in sample if path.startswith("02-protection")})
    compiled = desk.compile(changes)
    assert codes(compiled.problems) == {"link-page-missing"}
    assert compiled.course is not None
    assert [len(module.lessons) for module in compiled.course.modules] == [1, 1]


def test_names_that_cannot_be_ids(desk: Desk) -> None:
    text = "---\ntitle: L\n---\nText.\n"
    compiled = desk.compile(
        {"02-protection/2-Two Words.en.md": text, "03-Odd Name/module.en.md": text, "countries/pa.en.md": text}
    )
    found = {(one.code, one.file, one.hint) for one in compiled.problems}
    assert ("id-malformed", "02-protection/2-Two Words.en.md", "") in found
    assert ("id-malformed", "03-Odd Name", "") in found
    assert ("country-unknown", "countries/pa.en.md", "PA") in found


def test_two_folders_of_one_module(desk: Desk) -> None:
    compiled = desk.compile({"05-mission/module.en.md": "---\ntitle: Again\n---\n"})
    assert "module-twice" in codes(compiled.problems)


def test_a_file_in_another_encoding_is_read_as_far_as_it_can_be(desk: Desk, sample: dict[str, bytes]) -> None:
    from app.courseware.compiler import compile

    path = f"{LESSON}.es.md"
    compiled = compile({**sample, path: sample[path].decode().encode("latin-1")})
    (wrong,) = [one for one in compiled.problems if one.code == "not-utf8"]
    assert (wrong.file, wrong.line, wrong.column) == (path, 2, 10)
    assert compiled.course is not None


def test_line_endings_and_byte_order_marks_change_nothing(course: Course, sample: dict[str, bytes]) -> None:
    from app.courseware.compiler import compile
    from app.courseware.course import to_json

    windows = {
        path: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") if path.endswith((".md", ".yaml")) else data
        for path, data in sample.items()
    }
    compiled = compile(windows)
    assert compiled.course is not None
    assert to_json(compiled.course) == to_json(course)


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\x08", "\u2028"])
def test_characters_that_hide_or_reorder_text_are_errors(desk: Desk, character: str) -> None:
    compiled = desk.lesson(f"Fine.\n\nPay {character}the officer.\n")
    (wrong, other) = [one for one in compiled.problems if one.code == "control-character"]
    assert (wrong.line, wrong.column, other.file) == (8, 5, f"{LESSON}.es.md")
    assert wrong.values["character"] == f"U+{ord(character):04X}"


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("01-mission/media/a.png", "not a picture", "media-differs"),
        ("01-mission/media/a.svg", '<svg xmlns="x"><script>alert(1)</script></svg>', "media-active"),
        ("01-mission/media/a.svg", '<svg xmlns="x" onload="alert(1)"/>', "media-active"),
        ("01-mission/media/a.svg", '<svg xmlns="x"><a href="javascript:alert(1)"/></svg>', "media-active"),
        ("01-mission/media/a.svg", '<svg xmlns="x"><image href="https://evil.example/x"/></svg>', "media-active"),
        (
            "01-mission/media/a.svg",
            '<svg xmlns="x"><style>@import "https://evil.example"</style></svg>',
            "media-active",
        ),
        ("01-mission/media/a.svg", '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="x"/>', "media-differs"),
        ("01-mission/media/a.svg", '<svg xmlns="x"><foreignObject/></svg>', "media-active"),
        ("01-mission/media/a.svg", '<svg xmlns="x"><a href="&#106;avascript:alert(1)"/></svg>', "media-active"),
    ],
)
def test_files_that_are_not_what_they_should_be(desk: Desk, path: str, data: str, code: str) -> None:
    compiled = desk.compile({path: data})
    assert (code, path) in [(one.code, one.file) for one in compiled.errors]
    assert compiled.course is not None
    assert path not in [one.path for one in compiled.course.media]


def test_a_plain_drawing_is_kept(desk: Desk) -> None:
    drawing = (
        '<?xml version="1.0"?>\n<!-- drawn by us -->\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        '<defs><linearGradient id="g"/></defs><use href="#g"/><path fill="url(#g)" d="M0 0"/></svg>'
    )
    compiled = desk.compile({"01-mission/media/a.svg": drawing})
    assert compiled.problems == ()
    assert compiled.media["01-mission/media/a.svg"] == drawing.encode()
