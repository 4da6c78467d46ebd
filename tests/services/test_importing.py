"""Questions of other systems: sent, accounted for, and only then in the draft."""

from __future__ import annotations

import datetime as dt

import pytest

from app.rules.errors import Conflict, DomainError, NotFound, Refused
from app.services import publishing
from app.services.office import Actor
from app.services.publishing import BankReport, Held, Wishes, holding
from tests import manuscript
from tests.cast import Cast
from tests.manuscript import COURSE
from tests.services.test_publishing import edit, teach, text

QUIZ = "01-mission/quiz.es.md"
WISHES = Wishes("es", "quiz:01-mission/quiz", "mis")
GIFT = """::Turno::Llega una lancha. ¿Qué hace usted primero?{
=Mirar quién necesita ayuda#Bien.
~Pedir documentos
####Primero la vida.}

::Peso::¿Cuántos gramos tiene un kilo?{#1000:0}

// esto se rechaza
::Ensayo::Cuente su primer día.{}

::Palabra::El río se llama{=Tamarindo =%50%Tamarin}
"""


@pytest.fixture
def tomas(cast: Cast) -> Actor:
    return teach(cast)


def send(cast: Cast, actor: Actor, data: str | bytes = GIFT, wishes: Wishes = WISHES, name: str = "banco.gift") -> Held:
    content = data.encode() if isinstance(data, str) else data
    return publishing.send_import(cast.office, actor, COURSE, name, content, wishes)


def report(cast: Cast, actor: Actor, kept: Held) -> BankReport:
    return publishing.import_report(cast.office, actor, COURSE, kept.id)


def take(cast: Cast, actor: Actor, kept: Held, numbers: list[int] | None = None) -> Held:
    return publishing.take(cast.office, actor, COURSE, kept.id, report(cast, actor, kept).token, numbers)


def code(error: pytest.ExceptionInfo[DomainError]) -> str:
    assert isinstance(error.value, Refused)
    return error.value.code


# The report -------------------------------------------------------------------------------------------------------------


def test_every_question_of_the_file_is_accounted_for(cast: Cast, tomas: Actor) -> None:
    found = report(cast, tomas, send(cast, tomas))
    entries = found.imported.entries
    assert [(one.line, one.outcome) for one in entries] == [
        (1, "converted"),
        (6, "converted"),
        (9, "refused"),
        (11, "changed"),
    ]
    assert sum(found.imported.counts.values()) == len(entries) == 4
    assert "ensayo" in publishing.words(entries[2].notes[0], "es")
    assert "essay" in publishing.words(entries[2].notes[0], "en")
    assert [(one.kind, one.encoding, one.assumed) for one in found.imported.files] == [("gift", "UTF-8", False)]


def test_nothing_is_in_the_draft_before_it_is_taken(cast: Cast, tomas: Actor) -> None:
    report(cast, tomas, send(cast, tomas))
    assert not publishing.draft(cast.office, tomas, COURSE).begun


def test_what_can_be_taken_is_shown_as_learners_will_get_it(cast: Cast, tomas: Actor) -> None:
    found = report(cast, tomas, send(cast, tomas))
    assert set(found.questions) == {"mis-turno", "mis-peso", "mis-palabra"}
    turn = found.questions["mis-turno"]
    assert [option.right for option in turn.options] == [True, False]
    assert "Primero la vida." in turn.explanation["es"]
    assert (found.questions["mis-peso"].value, found.questions["mis-peso"].tolerance) == (1000, 0)


def test_the_compiler_says_what_it_would_find(cast: Cast, tomas: Actor) -> None:
    bare = "::A::¿Sí o no?{=sí ~no}\n"
    found = report(cast, tomas, send(cast, tomas, bare))
    assert [one.code for one in found.findings] == ["question-without-explanation"]
    assert found.findings[0].file == QUIZ


def test_a_bank_in_old_windows_letters_is_read_and_said_to_be(cast: Cast, tomas: Actor) -> None:
    found = report(cast, tomas, send(cast, tomas, "::Año::¿Qué año es?{=ninguno ~otro}\n".encode("cp1252")))
    assert [(one.encoding, one.assumed) for one in found.imported.files] == [("Windows-1252", True)]
    assert found.imported.notes[0].code == "encoding-assumed"
    assert "¿Qué año es?" in found.questions["mis-ano"].prompt["es"]


def test_a_zip_of_an_open_edx_folder_is_read_and_its_files_told(cast: Cast, tomas: Actor) -> None:
    problem = (
        "<problem display_name='Uno'><multiplechoiceresponse><p>¿Qué ve?</p><choicegroup>"
        "<choice correct='true'>Agua</choice><choice correct='false'>Nada</choice></choicegroup>"
        "</multiplechoiceresponse></problem>"
    )
    data = manuscript.zipped(
        {"course/problem/a.xml": problem, "course/static/foto.png": "x", "course/course.xml": "<course/>"}
    )
    found = report(cast, tomas, send(cast, tomas, data, name="olx.zip"))
    assert [one.path for one in found.imported.entries] == ["problem/a.xml"]
    assert found.imported.counts["converted"] == 1
    assert "foto.png" in publishing.words(found.imported.notes[0], "es")


def test_scripts_never_run_and_nothing_remote_is_shown(cast: Cast, tomas: Actor) -> None:
    evil = "::X::[html]<script>alert(1)</script><img src='http://evil.example/x.png'>¿Qué <b onclick='x()'>ve</b>?{=agua ~nada}\n"
    found = report(cast, tomas, send(cast, tomas, evil))
    shown = "".join(question.prompt["es"] for question in found.questions.values())
    assert "<script" not in shown and "onclick" not in shown and "<img" not in shown
    assert "<script" not in found.after(found.usable).decode()


# What is refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        (b"", "import-empty"),
        (b"x" * (10 * 1024 * 1024 + 1), "import-large"),
        (manuscript.zipped({"../../evil.gift": "x"}), "upload-refused"),
        (manuscript.zipped({"a.gift": "0" * 5_000_000}), "upload-refused"),
        (b"PK\x03\x04 and no more", "upload-refused"),
    ],
)
def test_a_hostile_file_is_refused_and_not_kept(cast: Cast, tomas: Actor, data: bytes, refused: str) -> None:
    with pytest.raises(Refused) as error:
        send(cast, tomas, data)
    assert code(error) == refused
    assert publishing.unfinished(cast.office, tomas, COURSE) == []


@pytest.mark.parametrize(
    ("wishes", "refused"),
    [
        (Wishes("es", "quiz:01-mission/quiz", "No id"), "import-prefix"),
        (Wishes("es", "quiz:01-mission/quiz", "x" * 31), "import-prefix"),
        (Wishes("es", "quiz:../etc/passwd", "m"), "import-goal"),
        (Wishes("es", "", "m"), "import-goal"),
    ],
)
def test_wishes_are_judged_whatever_the_browser_sends(cast: Cast, tomas: Actor, wishes: Wishes, refused: str) -> None:
    with pytest.raises(Refused) as error:
        send(cast, tomas, wishes=wishes)
    assert code(error) == refused
    with pytest.raises(NotFound):
        send(cast, tomas, wishes=Wishes("fr", WISHES.goal, "m"))
    with pytest.raises(NotFound):
        send(cast, tomas, wishes=Wishes("es", WISHES.goal, "m", "word"))


def test_a_lesson_not_written_in_that_language_takes_no_questions(cast: Cast, tomas: Actor) -> None:
    publishing.remove(cast.office, tomas, COURSE, "01-mission/1-first-hour.es.md")
    with pytest.raises(Refused) as error:
        send(cast, tomas, wishes=Wishes("es", "lesson:01-mission/1-first-hour", "m"))
    assert code(error) == "import-lesson-missing"


def test_what_one_trainer_sent_is_not_found_by_another(cast: Cast, tomas: Actor) -> None:
    kept = send(cast, tomas)
    with pytest.raises(NotFound):
        publishing.import_report(cast.office, cast.actor("ada"), COURSE, kept.id)
    with pytest.raises(NotFound):
        publishing.forget(cast.office, cast.actor("ada"), COURSE, kept.id)
    with pytest.raises(NotFound):
        publishing.send_import(cast.office, cast.actor("tina"), COURSE, "x", b"x", WISHES)
    assert [one.id for one in publishing.unfinished(cast.office, tomas, COURSE)] == [kept.id]


def test_a_place_that_is_gone_since_is_asked_for_again(cast: Cast, tomas: Actor) -> None:
    kept = send(cast, tomas, wishes=Wishes("es", "lesson:01-mission/2-second-hour", "m"))
    for language in ("en", "es"):
        publishing.remove(cast.office, tomas, COURSE, f"01-mission/2-second-hour.{language}.md")
    with pytest.raises(Refused) as error:
        report(cast, tomas, kept)
    assert code(error) == "import-goal"
    publishing.change_import(cast.office, tomas, COURSE, kept.id, WISHES)
    assert report(cast, tomas, kept).usable == (1, 2, 4)


# Taking -----------------------------------------------------------------------------------------------------------------


def test_all_that_can_be_taken_goes_to_the_end_of_the_page_in_one_save(cast: Cast, tomas: Actor) -> None:
    before = text(cast, tomas, QUIZ).text
    cast.clock.pass_by(minutes=1)
    done = take(cast, tomas, send(cast, tomas))
    after = text(cast, tomas, QUIZ).text
    assert after.startswith(before)
    assert (done.outcome["taken"], done.outcome["left"], done.outcome["refused"], done.outcome["total"]) == (3, 0, 1, 4)
    assert [one for one in done.outcome["ids"] if f"{{question}} {one}\n" not in after] == []
    draft = publishing.draft(cast.office, tomas, COURSE)
    assert [(one.path, one.kind) for one in draft.changes] == [(QUIZ, "changed")]
    kept = publishing.revisions(cast.office, tomas, COURSE, QUIZ)
    assert [one.key for one in kept] == ["r1", "e1"]
    publishing.restore(cast.office, tomas, COURSE, QUIZ, "e1", text(cast, tomas, QUIZ).base)
    assert text(cast, tomas, QUIZ).text == before


def test_only_the_chosen_questions_are_taken(cast: Cast, tomas: Actor) -> None:
    done = take(cast, tomas, send(cast, tomas), [2, 3, 99])
    assert done.outcome["ids"] == ["mis-peso"]
    assert done.outcome["left"] == 2
    assert "mis-turno" not in text(cast, tomas, QUIZ).text


def test_choosing_none_is_refused_and_nothing_is_lost(cast: Cast, tomas: Actor) -> None:
    kept = send(cast, tomas)
    with pytest.raises(Refused) as error:
        take(cast, tomas, kept, [3])
    assert code(error) == "import-nothing"
    assert report(cast, tomas, kept).usable == (1, 2, 4)


def test_taking_twice_is_taking_once(cast: Cast, tomas: Actor) -> None:
    kept = send(cast, tomas)
    token = report(cast, tomas, kept).token
    publishing.take(cast.office, tomas, COURSE, kept.id, token, None)
    before = text(cast, tomas, QUIZ).text
    publishing.take(cast.office, tomas, COURSE, kept.id, token, None)
    assert text(cast, tomas, QUIZ).text == before


def test_a_report_that_reads_otherwise_by_now_takes_nothing(cast: Cast, tomas: Actor) -> None:
    kept = send(cast, tomas)
    shown = report(cast, tomas, kept)
    edit(cast, cast.actor("ada"), QUIZ, "{question} mis-two", "{question} mis-turno")
    with pytest.raises(Conflict) as error:
        publishing.take(cast.office, tomas, COURSE, kept.id, shown.token, None)
    assert code(error) == "import-changed"
    assert report(cast, tomas, kept).imported.entries[0].id == "mis-turno-2"


def test_a_change_elsewhere_in_the_draft_does_not_stand_in_the_way(cast: Cast, tomas: Actor) -> None:
    kept = send(cast, tomas)
    shown = report(cast, tomas, kept)
    edit(cast, cast.actor("ada"), QUIZ, "Nadie tiene que", "Nunca hay que")
    publishing.take(cast.office, tomas, COURSE, kept.id, shown.token, None)
    now = text(cast, tomas, QUIZ).text
    assert "Nunca hay que" in now and "mis-turno" in now


def test_an_id_that_was_ever_published_is_not_given_again(cast: Cast, tomas: Actor) -> None:
    for language in ("es", "en"):
        edit(cast, tomas, QUIZ.replace(".es.", f".{language}."), manuscript.question("mis-two", language), "")
    kept = send(cast, tomas, "::two::¿Sí o no?{=sí ~no}\n")
    assert report(cast, tomas, kept).imported.entries[0].id == "mis-two-2"


def test_questions_for_the_exam_say_their_module(cast: Cast, tomas: Actor) -> None:
    take(cast, tomas, send(cast, tomas, wishes=Wishes("es", "exam:protection", "ex")))
    course = publishing.draft(cast.office, tomas, COURSE).checked.course
    assert course is not None
    assert {course.questions[one].module for one in ("ex-turno", "ex-peso", "ex-palabra")} == {"protection"}
    assert set(course.exam) >= {"ex-turno", "ex-peso", "ex-palabra"}


def test_questions_at_the_end_of_a_lesson_are_its_self_checks(cast: Cast, tomas: Actor) -> None:
    take(cast, tomas, send(cast, tomas, wishes=Wishes("es", "lesson:01-mission/1-first-hour", "m")), [1])
    course = publishing.draft(cast.office, tomas, COURSE).checked.course
    assert course is not None
    lesson = course.modules[0].lessons[0]
    assert lesson.questions == ("first-hour-check", "m-turno")


def test_a_quiz_that_is_not_there_begins_with_its_title(cast: Cast, tomas: Actor) -> None:
    for language in ("en", "es"):
        publishing.remove(cast.office, tomas, COURSE, f"02-protection/quiz.{language}.md")
    take(cast, tomas, send(cast, tomas, wishes=Wishes("es", "quiz:02-protection/quiz", "p")))
    assert text(cast, tomas, "02-protection/quiz.es.md").text.startswith(
        "---\ntitle: Cuestionario del módulo\n---\n:::{question} p-"
    )


def test_a_page_with_windows_line_ends_keeps_them(cast: Cast, tomas: Actor) -> None:
    old = manuscript.files()[QUIZ].replace(b"\n", b"\r\n")
    publishing.upload(cast.office, tomas, COURSE, [("quiz.es.md", b"\xef\xbb\xbf" + old)], "01-mission")
    take(cast, tomas, send(cast, tomas))
    now = publishing.draft(cast.office, tomas, COURSE).source[QUIZ]
    assert now.startswith(b"\xef\xbb\xbf" + old)
    assert now.count(b"\n") == now.count(b"\r\n")


def test_the_other_language_lacks_the_questions_until_somebody_translates_them(cast: Cast, tomas: Actor) -> None:
    done = take(cast, tomas, send(cast, tomas))
    told = publishing.taken_import(cast.office, tomas, COURSE, done)
    assert told.twin == QUIZ.replace(".es.", ".en.")
    assert set(told.missing) == {"mis-turno", "mis-peso", "mis-palabra"}
    spanish = text(cast, tomas, QUIZ).text
    english = text(cast, tomas, told.twin)
    added = spanish[spanish.index(":::{question} mis-turno") :]
    publishing.save(cast.office, tomas, COURSE, told.twin, english.text + added, english.base)
    assert publishing.taken_import(cast.office, tomas, COURSE, done).missing == ()


def test_the_same_file_can_be_read_otherwise_without_sending_it_again(cast: Cast, tomas: Actor) -> None:
    kept = send(cast, tomas)
    publishing.change_import(cast.office, tomas, COURSE, kept.id, Wishes("en", "exam:mission", "fx", "gift"))
    found = report(cast, tomas, kept)
    assert found.path == "exam.en.md"
    assert found.imported.entries[0].id == "fx-turno"


def test_what_was_sent_is_kept_for_a_while_and_the_newest_few_only(cast: Cast, tomas: Actor) -> None:
    first = send(cast, tomas)
    for _each in range(holding.MOST - 1):
        cast.clock.pass_by(minutes=1)
        send(cast, tomas)
    assert len(publishing.unfinished(cast.office, tomas, COURSE)) == holding.MOST
    cast.clock.pass_by(minutes=1)
    newest = send(cast, tomas)
    assert first.id not in {one.id for one in publishing.unfinished(cast.office, tomas, COURSE)}
    cast.clock.pass_by(days=holding.KEPT / dt.timedelta(days=1) + 1)
    with pytest.raises(NotFound):
        report(cast, tomas, newest)


def test_nothing_of_the_file_is_kept_once_it_is_done(cast: Cast, tomas: Actor) -> None:
    kept = send(cast, tomas)
    take(cast, tomas, kept)
    done = publishing.sent_import(cast.office, tomas, COURSE, kept.id)
    assert done.content == b""
    assert publishing.unfinished(cast.office, tomas, COURSE) == []


def test_importing_works_on_both_databases(cast_on_both: Cast) -> None:
    tomas = teach(cast_on_both)
    assert take(cast_on_both, tomas, send(cast_on_both, tomas)).outcome["taken"] == 3


# The other way ----------------------------------------------------------------------------------------------------------


def test_every_bank_of_the_draft_goes_out_as_gift_in_each_language(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, QUIZ, "Nadie tiene que", "Nunca hay que")
    shelves = publishing.shelves(publishing.draft(cast.office, tomas, COURSE))
    assert [(one.module, one.questions) for one in shelves] == [("mission", 2), ("protection", 2), ("exam", 2)]
    spanish = publishing.gift(cast.office, tomas, COURSE, "mission", "es").text
    assert "Nunca hay que" in spanish and "::mis-one::" in spanish
    assert "Nobody has to" in publishing.gift(cast.office, tomas, COURSE, "mission", "en").text
    for module, language in (("nothing", "es"), ("mission", "fr")):
        with pytest.raises(NotFound):
            publishing.gift(cast.office, tomas, COURSE, module, language)


def test_what_goes_out_as_gift_comes_back_as_the_same_questions(cast: Cast, tomas: Actor) -> None:
    out = publishing.gift(cast.office, tomas, COURSE, "mission", "es").text
    found = report(cast, tomas, send(cast, tomas, out))
    course = publishing.draft(cast.office, tomas, COURSE).checked.course
    assert course is not None
    for entry in found.imported.entries:
        old, new = course.questions[entry.id.removesuffix("-2")], found.questions[entry.id]
        assert (new.kind, new.objective, [o.right for o in new.options]) == (
            old.kind,
            old.objective,
            [o.right for o in old.options],
        )
