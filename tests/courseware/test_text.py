"""The text of pages: call-outs, cards, cases, links, pictures, citations, glossary terms; and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.courseware.course import Citation, Course
from tests.courseware.conftest import LESSON, LESSON_FRONT, Desk

Replaced = Callable[[str, str, str], dict[str, str | None]]


# --- What is shown ----------------------------------------------------------------------------------------------------


def test_a_page_says_what_its_front_matter_says(course: Course) -> None:
    lesson = course.modules[0].lessons[0]
    page = lesson.pages["es"]
    assert (page.title, page.objective) == ("Qué hacemos", "Decir qué hace la unidad.")
    assert (lesson.id, lesson.minutes, lesson.objectives) == ("what-we-do", 20, (1, 2))
    assert course.modules[0].pages["en"].summary == "What the unit does."
    assert course.modules[0].objectives["es"] == (
        "Explicar las tareas de la unidad.",
        "Rechazar un soborno y denunciarlo.",
    )
    assert [(module.id, module.number) for module in course.modules] == [("mission", 1), ("protection", 2)]


def test_blocks_follow_one_another_as_written(course: Course) -> None:
    blocks = course.modules[0].lessons[0].pages["en"].blocks
    assert [(block.kind, block.ref, block.countries) for block in blocks] == [
        ("html", "", ()),
        ("html", "", ("CR", "PA")),
        ("country", "complaint-body", ()),
        ("question", "mission-bribe", ()),
    ]
    assert blocks[1].html == "<p>In two countries this differs.</p>"


def test_a_passage_for_some_countries_may_hold_questions_and_entries(desk: Desk) -> None:
    body = (
        "::::{only} PA\nText.\n\n:::{country} complaint-body\n:::\n\n"
        ":::{question} asked\nWhat?\n\n- (x) A {#a}\n- ( ) B {#b}\n\n> So.\n:::\n::::\n"
    )
    compiled = desk.lesson(body)
    assert not compiled.errors
    assert compiled.course is not None
    blocks = compiled.course.modules[0].lessons[0].pages["en"].blocks
    assert [(block.kind, block.countries) for block in blocks] == [
        ("html", ("PA",)),
        ("country", ("PA",)),
        ("question", ("PA",)),
    ]


def test_call_outs_are_headed_in_the_language_of_the_page(desk: Desk) -> None:
    assert desk.html(":::{note}\nText.\n:::\n") == (
        '<div class="callout callout-note" role="note">\n<p class="callout-title">Note</p>\n<p>Text.</p>\n</div>'
    )
    assert '<p class="callout-title">Consejo</p>' in desk.html(":::{tip}\nText.\n:::\n", "es")
    assert '<p class="callout-title">Read <em>this</em></p>' in desk.html(":::{danger} Read *this*\nText.\n:::\n")


def test_what_i_do_and_never_do_are_one_card(desk: Desk) -> None:
    both = ":::{do}\n- A\n:::\n\n:::{never}\n- B\n:::\n"
    assert desk.html("## Head\n\n" + both).split("\n", 1)[1] == (
        '<div class="do-never">\n<section class="do">\n<h3>What I do</h3>\n<ul>\n<li>A</li>\n</ul>\n</section>\n'
        '<section class="never">\n<h3>What I never do</h3>\n<ul>\n<li>B</li>\n</ul>\n</section>\n</div>'
    )
    assert "<h2>Lo que hago</h2>" in desk.html(both, "es")
    assert "<h2>Lo que nunca hago</h2>" in desk.html(both, "es")
    alone = desk.html(":::{do}\n- A\n:::\n\nText.\n\n:::{never}\n- B\n:::\n")
    assert alone.count('<div class="do-never">') == 2
    assert alone.count("</div>") == 2


def test_a_case_has_a_heading(course: Course) -> None:
    html = course.modules[0].lessons[0].pages["en"].blocks[0].html
    assert '<section class="case">\n<h3>Marta\'s <em>request</em></h3>\n<p>Marta is 17.</p>\n</section>' in html


def test_directives_nest_by_more_colons(desk: Desk) -> None:
    html = desk.html("::::{case} Title\n:::{note}\nInner.\n:::\nOuter.\n::::\nAfter.\n")
    assert (
        html.index("Inner.")
        < html.index("</div>")
        < html.index("Outer.")
        < html.index("</section>")
        < html.index("After.")
    )


def test_a_directive_in_a_code_block_is_text(desk: Desk) -> None:
    body = "```\n:::{note}\n```\n\n:::{tip}\n~~~\n:::\n~~~\nText.\n:::\n"
    assert desk.problems(body) == []
    assert desk.html(body).count('role="note"') == 1


def test_tables_footnotes_and_definition_lists(desk: Desk) -> None:
    html = desk.html("| A | B |\n| :- | -: |\n| 1 | ~~2~~ |\n\nText[^1].\n\nTerm\n: Meaning\n\n[^1]: Note.\n")
    assert '<div class="table-scroll" role="region" tabindex="0" aria-label="Table">' in html
    assert '<th scope="col" class="align-left">A</th>' in html
    assert '<td class="align-right"><s>2</s></td>' in html
    assert '<a href="#c-fn1" id="c-fnref1">[1]</a>' in html
    assert '<li id="c-fn1" class="footnote-item">' in html
    assert 'aria-label="Back to the text"' in html
    assert "<dt>Term</dt>" in html


def test_two_references_to_one_footnote_have_ids_of_their_own(desk: Desk) -> None:
    html = desk.html("One[^a] two[^a].\n\n[^a]: Note.\n")
    assert html.count('id="c-fnref1"') == 1
    assert html.count('id="c-fnref1-1"') == 1
    assert html.count('href="#c-fnref1-1"') == 1


# --- Citations --------------------------------------------------------------------------------------------------------


def test_a_citation_links_to_the_list_of_sources(course: Course) -> None:
    page = course.modules[1].lessons[0].pages["en"]
    html = page.blocks[0].html
    assert (
        '<a class="cite" href="#source-convention-1951" title="Refugee Convention (1951)">(art. 33)<sup>[1]</sup></a>'
        in html
    )
    assert '(art. 1)<sup>[1]</sup></a>, <a class="cite" href="#source-code-of-conduct"' in html
    assert page.citations == (Citation("convention-1951", ("art. 33", "art. 1")), Citation("code-of-conduct"))


def test_a_citation_without_a_place_hugs_the_word_before_it(desk: Desk) -> None:
    html = desk.html("It binds nobody [@code-of-conduct]. It binds [@code-of-conduct art. 1].\n")
    assert 'nobody<a class="cite"' in html
    assert 'It binds <a class="cite"' in html


def test_an_unknown_source_is_reported_where_it_is_cited(desk: Desk) -> None:
    assert desk.problems("Text over\ntwo lines [@convention-1952 art. 1].\n") == [("source-unknown", 2, 11)]


# --- Glossary ---------------------------------------------------------------------------------------------------------


def term(text: str, name: str) -> str:
    return f'<a class="term" href="/learn/border-basics/glossary#term-{name}">{text}</a>'


def test_terms_are_linked_once_a_lesson_whatever_their_case_and_number(desk: Desk) -> None:
    html = desk.html("Asylum seekers wait. An asylum seeker asks. The REFUGEES too; no refugee returns.\n")
    assert (
        html == f"<p>{term('Asylum seekers', 'asylum-seeker')} wait. An asylum seeker asks."
        f" The {term('REFUGEES', 'refugee')} too; no refugee returns.</p>"
    )


def test_spanish_plurals_and_accents(desk: Desk) -> None:
    html = desk.html("Las personas solicitantes de asilo y las personas refugiadas; las protecciones.\n", "es")
    assert term("personas solicitantes de asilo", "asylum-seeker") in html
    assert term("personas refugiadas", "refugee") in html
    assert term("protecciones", "protection") in html


def test_a_term_runs_on_to_the_next_line(desk: Desk) -> None:
    assert term("asylum\nseekers", "asylum-seeker") in desk.html("These asylum\nseekers wait.\n")


def test_the_longest_name_wins(desk: Desk) -> None:
    assert term("persona solicitante de asilo", "asylum-seeker") in desk.html(
        "Una persona solicitante de asilo.\n", "es"
    )


def test_headings_links_tables_code_and_questions_are_left_alone(desk: Desk) -> None:
    body = (
        "## A refugee\n\n[a refugee](https://example.org) `refugee`\n\n| refugee |\n| - |\n| refugee |\n\n"
        ":::{case} A refugee\nText.\n:::\n\n"
        ":::{question} asked\nA refugee?\n\n- (x) A {#a}\n- ( ) B {#b}\n\n> So.\n:::\n"
    )
    assert "term-refugee" not in desk.html(body)
    assert "term-refugee" in desk.html(body + "\n- One refugee.\n")


def test_a_word_that_only_begins_like_a_term_is_none(desk: Desk) -> None:
    assert "term-" not in desk.html("Refugeehood, an asylum; seekers of asylum.\n")


def test_the_glossary_keeps_names_and_text(course: Course) -> None:
    first = course.terms[0]
    assert (first.id, first.names["en"]) == ("asylum-seeker", ("asylum seeker", "person seeking asylum"))
    assert first.html == {"en": "<p>A person who asked for protection.</p>", "es": "<p>Quien pidió protección.</p>"}
    assert course.glossary["en"].blocks[0].html == "<p>The words of the course.</p>"
    assert "People" not in course.glossary["en"].blocks[0].html


def test_terms_without_ids_get_the_same_in_both_languages(desk: Desk) -> None:
    compiled = desk.compile(
        {
            "glossary.en.md": "---\ntitle: G\n---\nasylum seeker\n: One.\n\nrefugee\n: Two.\n",
            "glossary.es.md": "---\ntitle: G\n---\nsolicitante de asilo\n: Uno.\n\npersona refugiada\n: Dos.\n",
        }
    )
    assert compiled.problems == ()
    assert compiled.course is not None
    assert [(one.id, sorted(one.names)) for one in compiled.course.terms] == [
        ("asylum-seeker", ["en", "es"]),
        ("refugee", ["en", "es"]),
    ]


# --- Links and pictures -----------------------------------------------------------------------------------------------


def test_links_to_pages_and_files_lead_to_the_site(course: Course) -> None:
    html = course.modules[0].lessons[0].pages["es"].blocks[0].html
    assert 'href="/learn/border-basics/protection/who-is-a-refugee"' in html
    assert (
        '<img src="/learn/border-basics/media/01-mission/media/post.svg" alt="El puesto de El Cativo" loading="lazy">'
        in html
    )
    assert [(one.path, one.mime) for one in course.media] == [("01-mission/media/post.svg", "image/svg+xml")]


def test_links_to_every_kind_of_page(desk: Desk) -> None:
    body = (
        "[a](module.en.md) [b](quiz.en.md) [c](../02-protection/scenario.es.md)\n"
        "[d](../glossary.en.md) [e](../course.en.md) [f](../exam.en.md)\n"
    )
    html = desk.html(body)
    for address in ("mission/", "mission/quiz", "protection/scenario", "glossary", "", "exam"):
        assert f'href="/learn/border-basics/{address}"' in html
    assert desk.problems(body) == []


def test_outside_addresses_are_kept(desk: Desk) -> None:
    html = desk.html("<https://example.org/a> [b](http://example.org?x=1&y=2) [c](mailto:a@example.org)\n")
    for address in ("https://example.org/a", "http://example.org?x=1&amp;y=2", "mailto:a@example.org"):
        assert f'href="{address}"' in html


TALK = """WEBVTT - a talk

NOTE made at the post

1
00:00.000 --> 00:02.000 align:start
<v Officer>Good morning.
Who is &lt;here&gt;?

00:02.000 --> 00:04.000
Sit down &amp; rest.
"""


def test_sound_with_its_text(desk: Desk) -> None:
    changes: dict[str, str | None] = {
        f"{LESSON}.{language}.md": LESSON_FRONT + "![A short talk](media/talk.mp3)\n" for language in ("en", "es")
    }
    compiled = desk.compile({**changes, "01-mission/media/talk.mp3": "ID3", "01-mission/media/talk.vtt": TALK})
    assert not compiled.errors
    assert compiled.course is not None
    html = compiled.course.modules[0].lessons[0].pages["es"].blocks[0].html
    assert '<audio controls="" preload="none" src="/learn/border-basics/media/01-mission/media/talk.mp3"' in html
    assert 'aria-label="A short talk"' in html
    assert '<track kind="captions" src="/learn/border-basics/media/01-mission/media/talk.vtt" srclang="es">' in html
    assert "</audio> Good morning. Who is &lt;here&gt;? Sit down &amp; rest.</p>" in html


@pytest.mark.parametrize("words", [None, "WEBVTT\n", "WEBVTT\n\nNOTE 00:01 --> 00:02\nNobody hears this.\n"])
def test_a_sound_without_its_words_is_an_error(desk: Desk, words: str | None) -> None:
    files: dict[str, str | None] = {f"{LESSON}.es.md": LESSON_FRONT + "![Una charla](media/talk.mp3)\n"}
    if words is not None:
        files["01-mission/media/talk.vtt"] = words
    compiled = desk.compile({**files, "01-mission/media/talk.mp3": "ID3"})
    assert "sound-without-words" in [problem.code for problem in compiled.errors]


# --- What is wrong ----------------------------------------------------------------------------------------------------

MISTAKES = [
    pytest.param("# Title\n", ("heading-level-1", 1, 1), id="heading 1"),
    pytest.param("Text.\n\nTitle\n===\n", ("heading-level-1", 3, 1), id="underlined heading"),
    pytest.param("## A\n\n#### B\n", ("heading-skips", 3, 1), id="heading skips"),
    pytest.param(":::{note}\nText.\n", ("directive-not-closed", 1, 1), id="unclosed"),
    pytest.param("- item\n\n  :::{note}\n  Text.\n\nAfter.\n", ("directive-not-closed", 3, 3), id="unclosed in a list"),
    pytest.param(
        ":::{note}\nText.\n\n:::{tip}\nText.\n:::\n",
        ("directive-not-closed-before", 1, 1),
        id="unclosed before another",
    ),
    pytest.param("Text.\n\n:::\n", ("directive-close-stray", 3, 1), id="stray colons"),
    pytest.param("::: {note}\nText.\n:::\n", ("directive-malformed", 1, 1), id="space before brace"),
    pytest.param(":::note\nText.\n:::\n", ("directive-malformed", 1, 1), id="no braces"),
    pytest.param(":::{nte}\nText.\n:::\n", ("directive-unknown", 1, 1), id="unknown directive"),
    pytest.param(":::{note}\n:clas: x\n\nText.\n:::\n", ("option-unknown", 2, 1), id="unknown option"),
    pytest.param(":::{do} Title\n- A\n:::\n", ("directive-argument-unknown", 1, 1), id="argument too many"),
    pytest.param(":::{case}\nText.\n:::\n", ("directive-argument-missing", 1, 1), id="no argument"),
    pytest.param(":::{scene} a\nText.\n:::\n", ("directive-not-on-page", 1, 1), id="not on this page"),
    pytest.param("- item\n\n  :::{country} complaint-body\n  :::\n", ("directive-not-outer", 3, 3), id="not in a list"),
    pytest.param(":::{country} complaint-bodi\n:::\n", ("entry-unknown", 1, 14), id="unknown entry"),
    pytest.param(":::{only} PX\nText.\n:::\n", ("country-unknown", 1, 1), id="unknown country"),
    pytest.param("Some <b>bold</b> text.\n", ("raw-html", 1, 6), id="inline HTML"),
    pytest.param("Text\nover <span\nclass=x>lines</span>.\n", ("raw-html", 2, 6), id="HTML over two lines"),
    pytest.param("<div>\nText.\n</div>\n", ("raw-html", 1, 1), id="HTML block"),
    pytest.param("Text <!-- a note -->.\n", ("raw-html", 1, 6), id="comment"),
    pytest.param("- [x](javascript:alert(1))\n", ("link-unsafe", 1, 3), id="script link"),
    pytest.param("Text [x](//evil.example).\n", ("link-absolute", 1, 6), id="address without scheme"),
    pytest.param("Text [x](/admin/).\n", ("link-absolute", 1, 6), id="absolute path"),
    pytest.param("Text [x](#place).\n", ("link-fragment", 1, 6), id="place in a page"),
    pytest.param("Text [x]().\n", ("link-empty", 1, 6), id="empty link"),
    pytest.param("Text [x](../nowhere.en.md).\n", ("link-page-missing", 1, 6), id="no such page"),
    pytest.param("Text [x](../../outside.pdf).\n", ("media-missing", 1, 6), id="outside the course"),
    pytest.param("![](media/post.svg)\n", ("image-without-alt", 1, 1), id="no description"),
    pytest.param("![A](https://example.org/a.png)\n", ("image-remote", 1, 1), id="remote picture"),
    pytest.param("![A](data:image/png;base64,AAAA)\n", ("image-remote", 1, 1), id="picture in the text"),
    pytest.param("![A](media/pst.svg)\n", ("media-missing", 1, 1), id="no such picture"),
    pytest.param("![A](/media/post.svg)\n", ("media-missing", 1, 1), id="picture by absolute path"),
    pytest.param("[form](media/form.docx)\n", ("media-type", 1, 1), id="file of another type"),
    pytest.param(
        "- ![A](media/pst.svg)\n  ![](media/post.svg)\n", ("image-without-alt", 2, 3), id="second line of an item"
    ),
    pytest.param("| A |\n| - |\n| [x](#a) \\| y |\n", ("link-fragment", 3, 3), id="in a cell"),
    pytest.param("Text with {#id}\n", ("attributes-stray", 1, 11), id="stray attributes"),
]


@pytest.mark.parametrize(("body", "expected"), MISTAKES)
def test_a_mistake_is_reported_at_its_place(desk: Desk, body: str, expected: tuple[str, int, int]) -> None:
    desk.source = desk.source.replacing({"01-mission/media/form.docx": b"PK"})
    assert expected in desk.problems(body)


def test_nothing_that_is_refused_is_silently_dropped(desk: Desk) -> None:
    html = desk.html("Some <b>bold</b> text. [Click](javascript:alert(1)) ![A picture](https://example.org/a.png)\n")
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    assert "Click" in html
    assert "A picture" in html
    assert "javascript" not in html
    assert "example.org" not in html


def test_what_looks_like_html_in_code_or_escaped_is_text(desk: Desk) -> None:
    body = "Write `<b>` or \\<b> or 3 < 4 and a<b.\n\n    <div>\n"
    assert desk.problems(body) == []
    assert "&lt;div&gt;" in desk.html(body)


def test_hints_name_the_nearest_word(desk: Desk) -> None:
    found = {
        one.code: one.hint
        for body in (":::{nte}\nT.\n:::\n", "![A](media/pst.svg)\n", "[x](../02-protection/1-who-is-refugee.en.md)\n")
        for one in desk.lesson(body).problems
        if one.hint
    }
    assert found == {
        "directive-unknown": "note",
        "media-missing": "01-mission/media/post.svg",
        "link-page-missing": "02-protection/1-who-is-a-refugee.en.md",
    }


# --- Countries and practice -------------------------------------------------------------------------------------------


def test_entries_of_a_country(course: Course) -> None:
    entry = course.countries["PA"]["asylum-authority"]
    assert entry.html == {"en": "<p>The office is ONPAR.</p>", "es": "<p>La oficina es la ONPAR.</p>"}
    assert (entry.reviewed, entry.source) == ("2026-10-01", "convention-1951 art. 1")
    assert course.countries["PA"]["complaint-body"].reviewed == "2026-09-01"
    assert course.entry_names["complaint-body"] == {"en": "Complaints", "es": "Quejas"}


def test_a_practical_sheet(course: Course) -> None:
    sheet = course.modules[0].practice
    assert sheet is not None
    assert (sheet.title["en"], sheet.minutes, sheet.html["en"]) == ("P1. Briefing", 60, "<p>Work in pairs.</p>")
    assert [(one.id, one.text["es"]) for one in sheet.criteria] == [
        ("tasks", "Enuncia las tareas."),
        ("refuses", "Rechaza y denuncia."),
    ]


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("countries/PA.en.md", "country: PA", "country: CR", ("country-differs", 2, 10)),
        ("countries/PA.en.md", "reviewed: 2026-10-01\n---", "reviewed: 2026-13-01\n---", ("value-not-date", 3, 11)),
        ("countries/PA.en.md", ":reviewed: 2026-09-01", ":reviewed: soon", ("value-not-date", 11, 12)),
        ("countries/PA.en.md", "{entry} complaint-body", "{entry} complaint-bdy", ("entry-unknown", 10, 12)),
        ("countries/PA.en.md", "{entry} complaint-body", "{entry} asylum-authority", ("entry-twice", 10, 12)),
        ("countries/PA.en.md", "The ombudsman.\n", "", ("entry-empty", 10, 12)),
        (
            "countries/PA.en.md",
            ":::{entry} complaint",
            "Lost.\n\n:::{entry} complaint",
            ("country-text-outside", 10, 1),
        ),
        ("countries/PA.en.md", ":source: convention-1951", ":source: convention-1591", ("source-unknown", 6, 10)),
        ("01-mission/practice.en.md", " {#tasks}", "", ("criterion-id-missing", 8, 1)),
        ("01-mission/practice.en.md", "{#refuses}", "{#tasks}", ("criterion-id-twice", 9, 1)),
        ("01-mission/practice.en.md", "{#refuses}", "{refuses}", ("question-option-id-malformed", 9, 24)),
        ("01-mission/practice.en.md", "- Refuses", "\nText.\n\n- Refuses", ("criteria-text", 10, 1)),
        ("glossary.en.md", "{#refugee}", "{#protection}", ("term-twice", 14, 1)),
        ("glossary.en.md", "{#refugee}", "{#Refugee}", ("id-malformed", 11, 9)),
        ("glossary.en.md", "refugee {#refugee}", "{#refugee}", ("term-empty", 11, 1)),
        (
            "01-mission/practice.en.md",
            "- Refuses and reports. {#refuses}",
            "- {#refuses}",
            ("question-option-empty", 9, 1),
        ),
    ],
)
def test_mistakes_in_smaller_things(
    desk: Desk, replaced: Replaced, path: str, old: str, new: str, expected: tuple[str, int, int]
) -> None:
    compiled = desk.compile(replaced(path, old, new))
    assert expected in [(one.code, one.line, one.column) for one in compiled.problems if one.file == path]


def test_pages_without_what_they_are_for(desk: Desk) -> None:
    compiled = desk.compile(
        {
            "glossary.en.md": "---\ntitle: G\n---\nText.\n",
            "01-mission/practice.en.md": "---\ntitle: P\n---\nText.\n",
            f"{LESSON}.en.md": "---\ntitle: L\n---\n",
        }
    )
    found = {(one.file, one.code) for one in compiled.problems}
    assert ("glossary.en.md", "glossary-empty") in found
    assert ("01-mission/practice.en.md", "criteria-missing") in found
    assert (f"{LESSON}.en.md", "lesson-empty") in found
