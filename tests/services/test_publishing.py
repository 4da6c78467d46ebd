"""Drafts, problems, uploads, editions: what trainers write becomes what officers learn."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest
from sqlalchemy import select

from app.records.audit import AuditEntry
from app.records.editions import CourseRow, DraftPage, Edition
from app.records.learning import Enrolment
from app.records.people import Person, RoleGrant
from app.rules.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from app.services import learning, publishing
from app.services.office import Actor
from tests import manuscript
from tests.cast import Cast
from tests.manuscript import COURSE

LESSON = "01-mission/1-first-hour.es.md"


@pytest.fixture
def tomas(cast: Cast) -> Actor:
    """Tomás, who now also teaches the course of the manuscripts, published as edition 1."""
    return teach(cast)


def teach(cast: Cast, name: str = "tomas") -> Actor:
    publishing.publish_source(cast.office, manuscript.files())
    with cast.office.transaction():
        grant = RoleGrant(person_id=cast.people[name].id, role="trainer", course_id=COURSE, granted_at=cast.clock())
        cast.office.session.add(grant)
    cast.office.session.expire_all()
    return cast.actor(name)


def text(cast: Cast, actor: Actor, path: str = LESSON) -> publishing.PageText:
    return publishing.page(publishing.draft(cast.office, actor, COURSE), path)


def edit(cast: Cast, actor: Actor, path: str, before: str, after: str) -> None:
    page = text(cast, actor, path)
    assert before in page.text
    publishing.save(cast.office, actor, COURSE, path, page.text.replace(before, after), page.base)


def checked(cast: Cast, actor: Actor) -> publishing.Checked:
    return publishing.draft(cast.office, actor, COURSE).checked


def refusal(error: pytest.ExceptionInfo[DomainError]) -> str:
    assert isinstance(error.value, Refused)
    return error.value.code


# Who ----------------------------------------------------------------------------------------------


def test_a_trainer_sees_the_courses_of_their_grants_and_an_administrator_all(cast: Cast, tomas: Actor) -> None:
    assert [t.row.title("es") for t in publishing.taught(cast.office, tomas)] == ["Frontera Humana", "Guardia básica"]
    assert len(publishing.taught(cast.office, cast.actor("ada"))) == 2
    assert publishing.taught(cast.office, cast.actor("tina")) == []


def test_a_course_without_a_grant_is_not_found_in_any_way(cast: Cast, tomas: Actor) -> None:
    office, tina = cast.office, cast.actor("tina")
    digest = checked(cast, tomas).digest
    for call in (
        lambda: publishing.draft(office, tina, COURSE),
        lambda: publishing.save(office, tina, COURSE, LESSON, "x", ""),
        lambda: publishing.remove(office, tina, COURSE, LESSON),
        lambda: publishing.discard(office, tina, COURSE),
        lambda: publishing.upload(office, tina, COURSE, [("x.md", b"x")], "01-mission"),
        lambda: publishing.publish(office, tina, COURSE, digest),
        lambda: publishing.impact(office, tina, COURSE),
        lambda: publishing.history(office, tina, COURSE),
        lambda: publishing.export(office, tina, COURSE),
        lambda: publishing.source_of(office, tina, COURSE, 1),
        lambda: publishing.draft_media(office, tina, COURSE, "media/a.png"),
    ):
        with pytest.raises(NotFound):
            call()


def test_the_first_page_counts_officers_and_drafts_whatever_their_number(cast: Cast, tomas: Actor) -> None:
    (border,) = (t for t in publishing.taught(cast.office, tomas) if t.row.id == "humane-border")
    assert (border.officers, border.under_way, border.changed_at) == (3, 0, None)
    edit(cast, tomas, LESSON, "escucha", "escucha bien")
    (basics,) = (t for t in publishing.taught(cast.office, tomas) if t.row.id == COURSE)
    assert basics.changed_at == cast.clock()


# Drafts -------------------------------------------------------------------------------------------


def test_a_draft_begins_as_the_published_edition(cast: Cast, tomas: Actor) -> None:
    draft = publishing.draft(cast.office, tomas, COURSE)
    assert not draft.begun
    assert dict(draft.source) == manuscript.files()
    assert draft.changes == ()


def test_a_saved_page_is_in_the_draft_and_not_in_the_edition(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, LESSON, "escucha", "escucha con calma")
    draft = publishing.draft(cast.office, tomas, COURSE)
    assert draft.begun
    assert [(c.path, c.kind) for c in draft.changes] == [(LESSON, "changed")]
    assert draft.saved[LESSON] == (cast.clock(), "Tomás Ñurinda Sáenz")
    _row, course = learning_course(cast)
    assert "con calma" not in course


def learning_course(cast: Cast) -> tuple[CourseRow, str]:
    row = cast.office.session.get_one(CourseRow, COURSE)
    content = cast.office.session.scalar(select(Edition.content).where(Edition.id == row.current_edition_id))
    assert content is not None
    return row, content.decode()


def test_saving_what_is_there_begins_no_draft(cast: Cast, tomas: Actor) -> None:
    page = text(cast, tomas)
    publishing.save(cast.office, tomas, COURSE, LESSON, page.text.replace("\n", "\r\n"), page.base)
    assert not publishing.draft(cast.office, tomas, COURSE).begun


def test_two_trainers_save_the_same_page_and_nothing_is_lost(cast: Cast, tomas: Actor) -> None:
    ada = cast.actor("ada")
    mine, hers = text(cast, tomas), text(cast, ada)
    publishing.save(cast.office, ada, COURSE, LESSON, hers.text.replace("escucha", "oye"), hers.base)
    with pytest.raises(Conflict) as error:
        publishing.save(cast.office, tomas, COURSE, LESSON, mine.text.replace("escucha", "atiende"), mine.base)
    assert refusal(error) == "page-changed"
    now = text(cast, tomas)
    assert "oye" in now.text
    publishing.save(cast.office, tomas, COURSE, LESSON, now.text.replace("oye", "atiende"), now.base)
    assert "atiende" in text(cast, ada).text


def test_a_page_opened_before_an_edition_does_not_overwrite_it_after(cast: Cast, tomas: Actor) -> None:
    old = text(cast, tomas)
    edit(cast, tomas, LESSON, "escucha", "oye")
    publishing.publish(cast.office, tomas, COURSE, checked(cast, tomas).digest)
    with pytest.raises(Conflict):
        publishing.save(cast.office, tomas, COURSE, LESSON, old.text + "más", old.base)


def test_the_same_save_twice_is_one_save(cast: Cast, tomas: Actor) -> None:
    page = text(cast, tomas)
    new = page.text.replace("escucha", "oye")
    first = publishing.save(cast.office, tomas, COURSE, LESSON, new, page.base)
    assert publishing.save(cast.office, tomas, COURSE, LESSON, new, page.base) == first
    row = cast.office.session.get_one(DraftPage, (COURSE, LESSON), populate_existing=True)
    assert row.version == 2


def test_saving_writes_in_the_ids_that_the_author_left_out(cast: Cast, tomas: Actor) -> None:
    page = text(cast, tomas)
    without = page.text.replace(" {#consulate}", "")
    publishing.save(cast.office, tomas, COURSE, LESSON, without, page.base)
    assert "Llamar a su consulado. {#" in text(cast, tomas).text


def test_a_missing_translation_begins_with_the_other_language(cast: Cast, tomas: Actor) -> None:
    publishing.remove(cast.office, tomas, COURSE, LESSON)
    page = text(cast, tomas)
    assert not page.exists
    assert page.base == ""
    assert page.text == text(cast, tomas, LESSON.replace(".es.", ".en.")).text


def test_only_texts_of_a_course_can_be_pages(cast: Cast, tomas: Actor) -> None:
    for path in (
        "../secret.md",
        "/etc/passwd",
        "a/../../b.es.md",
        "x.txt",
        "media/a.png",
        "C:\\x.es.md",
        "",
        ".env.es.md",
    ):
        with pytest.raises(NotFound):
            text(cast, tomas, path)
        with pytest.raises(NotFound):
            publishing.save(cast.office, tomas, COURSE, path, "x", "")


def test_discarding_goes_back_to_the_published_edition(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, LESSON, "escucha", "oye")
    publishing.discard(cast.office, tomas, COURSE)
    assert not publishing.draft(cast.office, tomas, COURSE).begun
    assert "oye" not in text(cast, tomas).text


def test_old_windows_text_is_mended_by_saving(cast: Cast, tomas: Actor) -> None:
    good = manuscript.files()[LESSON].decode()
    publishing.upload(cast.office, tomas, COURSE, [("1-first-hour.es.md", good.encode("cp1252"))], "01-mission")
    assert any(f.file == LESSON for f in checked(cast, tomas).errors)
    page = text(cast, tomas)
    publishing.save(cast.office, tomas, COURSE, LESSON, page.text, page.base)
    assert checked(cast, tomas).errors == ()


# Problems -----------------------------------------------------------------------------------------


def test_every_problem_has_file_line_column_and_words_in_both_languages(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, LESSON, "- (x) Recibir", "- ( ) Recibir")
    errors = checked(cast, tomas).errors
    assert errors
    for found in errors:
        assert found.file == LESSON
        assert found.line > 0
        assert found.column > 0
        assert found.message("es")
        assert found.message("en") != found.message("es")
    assert "^" in errors[0].excerpt or not errors[0].excerpt


def test_problems_come_in_the_order_of_files_and_lines(cast: Cast, tomas: Actor) -> None:
    for path in ("02-protection/quiz.es.md", LESSON):
        edit(cast, tomas, path, "- (x) Recibir", "- ( ) Recibir")
    found = [(f.file, f.line, f.column) for f in checked(cast, tomas).findings]
    assert found == sorted(found)
    assert len({file for file, _line, _column in found}) >= 2


def test_the_same_draft_is_compiled_once(cast: Cast, tomas: Actor) -> None:
    assert checked(cast, tomas) is checked(cast, tomas)


# Uploads ------------------------------------------------------------------------------------------


def test_a_broken_module_is_mended_published_and_its_learners_follow(cast: Cast, tomas: Actor) -> None:
    office = cast.office
    with office.transaction():
        person = office.session.get_one(Person, cast.people["nayeli"].id)
        learning.enrol(office, None, person, COURSE)
    module = manuscript.module_of(manuscript.files(), "02-protection")
    module["2-referral.es.md"] = module["1-hearing-fear.es.md"].replace(b"hearing-fear-check", b"referral-check")
    module["2-referral.es.md"] = module["2-referral.es.md"].replace(b"- (x)", b"- ( )")
    done = publishing.upload(office, tomas, COURSE, [("modulo.zip", manuscript.zipped(module, "02-protection"))])
    assert done.put == ("02-protection/2-referral.es.md",)

    errors = checked(cast, tomas).errors
    places = {(f.file, f.line > 0) for f in errors}
    assert ("02-protection/2-referral.es.md", True) in places
    with pytest.raises(Refused) as no:
        publishing.publish(office, tomas, COURSE, checked(cast, tomas).digest)
    assert refusal(no) == "course-has-errors"

    edit(cast, tomas, "02-protection/2-referral.es.md", "- ( ) Recibir", "- (x) Recibir")
    english = manuscript.files()["02-protection/1-hearing-fear.en.md"].replace(b"hearing-fear-check", b"referral-check")
    publishing.upload(office, tomas, COURSE, [("2-referral.en.md", english)], "02-protection")
    assert checked(cast, tomas).errors == ()

    impact = publishing.impact(office, tomas, COURSE)
    assert impact.officers == 1
    assert impact.refusal == ""
    assert ("lesson-added", "referral") in {(o.kind, o.item) for o in impact.objections}
    edition, followed = publishing.publish(office, tomas, COURSE, impact.draft.checked.digest, "  Una lección\nmás. ")
    assert (edition.number, followed.officers, edition.note) == (2, 1, "Una lección más.")
    study = learning.study(office, cast.actor("nayeli"), COURSE)
    assert study.enrolment.edition_id == edition.id
    assert study.enrolment.lessons_total == 4
    assert not publishing.draft(office, tomas, COURSE).begun
    assert publishing.draft(office, tomas, COURSE).changes == ()
    history = publishing.history(office, tomas, COURSE)
    assert [(one.edition.number, one.by) for one in history] == [(2, "Tomás Ñurinda Sáenz"), (1, "")]
    actions = list(office.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert {"draft.upload", "draft.save", "edition.publish"} <= set(actions)


def test_a_whole_course_replaces_the_draft(cast: Cast, tomas: Actor) -> None:
    files = manuscript.files()
    del files["01-mission/2-second-hour.en.md"], files["01-mission/2-second-hour.es.md"]
    done = publishing.upload(cast.office, tomas, COURSE, [("curso.zip", manuscript.zipped(files, "guard-basics-main"))])
    assert done.put == ()
    assert len(done.gone) == 2
    assert dict(publishing.draft(cast.office, tomas, COURSE).source) == files


def test_a_module_uploaded_without_its_number_keeps_its_place(cast: Cast, tomas: Actor) -> None:
    module = manuscript.module_of(manuscript.files(), "02-protection")
    module["module.es.md"] = module["module.es.md"].replace(b"cada turno", b"todo turno")
    done = publishing.upload(cast.office, tomas, COURSE, [("m.zip", manuscript.zipped(module, "protection"))])
    assert done.put == ("02-protection/module.es.md",)
    assert done.gone == ()


def test_a_module_uploaded_under_another_number_moves(cast: Cast, tomas: Actor) -> None:
    module = manuscript.module_of(manuscript.files(), "02-protection")
    publishing.upload(cast.office, tomas, COURSE, [("m.zip", manuscript.zipped(module, "05-protection"))])
    folders = {path.partition("/")[0] for path in publishing.draft(cast.office, tomas, COURSE).source if "/" in path}
    assert folders == {"01-mission", "05-protection"}
    assert checked(cast, tomas).errors == ()


def test_a_zip_of_some_pages_of_a_module_takes_nothing_away(cast: Cast, tomas: Actor) -> None:
    page = {"1-hearing-fear.es.md": manuscript.files()["02-protection/1-hearing-fear.es.md"] + b"\nAlgo.\n"}
    done = publishing.upload(cast.office, tomas, COURSE, [("p.zip", manuscript.zipped(page, "02-protection"))])
    assert done.put == ("02-protection/1-hearing-fear.es.md",)
    assert done.gone == ()


def test_files_at_the_root_of_a_zip_go_into_the_chosen_folder(cast: Cast, tomas: Actor) -> None:
    page = manuscript.zipped({"3-extra.es.md": "---\ntitle: X\n---\n"})
    with pytest.raises(Refused) as no:
        publishing.upload(cast.office, tomas, COURSE, [("p.zip", page)])
    assert refusal(no) == "upload-folder-missing"
    done = publishing.upload(cast.office, tomas, COURSE, [("p.zip", page)], "01-mission")
    assert done.put == ("01-mission/3-extra.es.md",)


def test_single_files_go_where_their_name_says(cast: Cast, tomas: Actor) -> None:
    sent = [
        ("C:\\Users\\Tomas\\course.es.md", b"---\ntitle: A\n---\n"),
        ("PA.es.md", b"---\ntitle: Panama\n---\n"),
        ("map.png", b"\x89PNG\r\n\x1a\n"),
    ]
    done = publishing.upload(cast.office, tomas, COURSE, sent, "01-mission")
    assert done.put == ("01-mission/media/map.png", "countries/PA.es.md", "course.es.md")
    with pytest.raises(Refused) as no:
        publishing.upload(cast.office, tomas, COURSE, [("3-x.es.md", b"x")])
    assert refusal(no) == "upload-folder-missing"
    with pytest.raises(Refused) as no:
        publishing.upload(cast.office, tomas, COURSE, [("notes.docx", b"x")], "01-mission")
    assert refusal(no) == "upload-kind"
    with pytest.raises(Refused) as no:
        publishing.upload(cast.office, tomas, COURSE, [])
    assert refusal(no) == "upload-empty"


def test_an_upload_over_unpublished_changes_asks_first(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, LESSON, "escucha", "oye")
    whole = [("curso.zip", manuscript.zipped(manuscript.files()))]
    with pytest.raises(Refused) as no:
        publishing.upload(cast.office, tomas, COURSE, whole)
    assert refusal(no) == "upload-over-changes"
    assert no.value.values["path"] == LESSON  # type: ignore[attr-defined]
    assert "oye" in text(cast, tomas).text
    publishing.upload(cast.office, tomas, COURSE, whole, over=True)
    assert "oye" not in text(cast, tomas).text


def test_another_courses_zip_is_refused(cast: Cast, tomas: Actor) -> None:
    files = manuscript.files()
    files["course.yaml"] = files["course.yaml"].replace(b"id: guard-basics", b"id: other-course")
    with pytest.raises(Refused) as no:
        publishing.upload(cast.office, tomas, COURSE, [("curso.zip", manuscript.zipped(files))])
    assert refusal(no) == "upload-other-course"


def _bomb() -> bytes:
    return manuscript.zipped({"01-mission/1-x.es.md": "0" * 9_000_000})


def _link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("01-mission/1-x.es.md")
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def _many() -> bytes:
    return manuscript.zipped({f"01-mission/{n}-x.es.md": "x" for n in range(2_100)})


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(lambda: manuscript.zipped({"../../app/evil.es.md": "x"}), id="leaves its folder"),
        pytest.param(lambda: manuscript.zipped({"/etc/evil.es.md": "x"}), id="absolute"),
        pytest.param(lambda: manuscript.zipped({"a\\..\\b.es.md": "x"}), id="backslashes"),
        pytest.param(lambda: manuscript.zipped({"01-m/A.es.md": "x", "01-m/a.es.md": "y"}), id="lookalikes"),
        pytest.param(_bomb, id="bomb"),
        pytest.param(_link, id="symbolic link"),
        pytest.param(_many, id="too many"),
        pytest.param(lambda: b"PK\x03\x04 not really", id="broken"),
        pytest.param(lambda: b"", id="empty"),
    ],
)
def test_a_hostile_zip_is_refused_with_words_and_changes_nothing(cast: Cast, tomas: Actor, attack: object) -> None:
    with pytest.raises(Refused) as no:
        publishing.upload(cast.office, tomas, COURSE, [("x.zip", attack())])  # type: ignore[operator]
    assert refusal(no) == "upload-refused"
    assert len(str(no.value.values["reason"])) > 20  # type: ignore[attr-defined]
    assert not publishing.draft(cast.office, tomas, COURSE).begun


def test_a_hostile_folder_is_refused(cast: Cast, tomas: Actor) -> None:
    with pytest.raises(Refused):
        publishing.upload(cast.office, tomas, COURSE, [("3-x.es.md", b"x")], "../..")
    assert not publishing.draft(cast.office, tomas, COURSE).begun


def test_a_script_in_a_page_or_a_picture_reaches_no_reader(cast: Cast, tomas: Actor) -> None:
    sent = [("bad.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")]
    publishing.upload(cast.office, tomas, COURSE, sent, "01-mission")
    with pytest.raises(NotFound):
        publishing.draft_media(cast.office, tomas, COURSE, "01-mission/media/bad.svg")
    assert any(f.file == "01-mission/media/bad.svg" for f in checked(cast, tomas).errors)


# Editions -----------------------------------------------------------------------------------------


def test_what_was_checked_is_what_is_published(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, LESSON, "escucha", "oye")
    digest = checked(cast, tomas).digest
    edit(cast, cast.actor("ada"), LESSON, "oye", "atiende")
    with pytest.raises(Conflict) as no:
        publishing.publish(cast.office, tomas, COURSE, digest)
    assert refusal(no) == "draft-changed"


def test_publishing_the_same_again_is_refused(cast: Cast, tomas: Actor) -> None:
    with pytest.raises(Refused) as no:
        publishing.publish(cast.office, tomas, COURSE, checked(cast, tomas).digest)
    assert refusal(no) == "nothing-to-publish"


def test_the_id_of_a_published_course_stays(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, "course.yaml", "id: guard-basics", "id: guard-advanced")
    with pytest.raises(Refused) as no:
        publishing.publish(cast.office, tomas, COURSE, checked(cast, tomas).digest)
    assert refusal(no) == "course-id-changed"


def test_publishing_renames_the_course(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, "course.es.md", "title: Guardia básica", "title: Guardia humana")
    publishing.publish(cast.office, tomas, COURSE, checked(cast, tomas).digest)
    row = cast.office.session.get_one(CourseRow, COURSE)
    assert (row.title_en, row.title_es) == ("Guard basics", "Guardia humana")


def test_who_has_completed_keeps_their_edition(cast: Cast, tomas: Actor) -> None:
    office = cast.office
    with office.transaction():
        person = office.session.get_one(Person, cast.people["nayeli"].id)
        enrolment = learning.enrol(office, None, person, COURSE)
        enrolment.completed_at = office.now()
        enrolment.status = "completed"
        first = enrolment.edition_id
    edit(cast, tomas, LESSON, "escucha", "oye")
    _edition, followed = publishing.publish(office, tomas, COURSE, checked(cast, tomas).digest)
    assert followed.officers == 0
    assert office.session.get_one(Enrolment, enrolment.id).edition_id == first


def test_pictures_are_kept_with_the_edition(cast: Cast, tomas: Actor) -> None:
    office = cast.office
    picture = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M0 0h9v9'/></svg>"
    publishing.upload(office, tomas, COURSE, [("map.svg", picture)], "01-mission")
    for language, words in (("en", "A map of the post"), ("es", "Un plano del puesto")):
        path = LESSON.replace(".es.", f".{language}.")
        page = text(cast, tomas, path)
        publishing.save(office, tomas, COURSE, path, page.text + f"\n![{words}](media/map.svg)\n", page.base)
    assert checked(cast, tomas).errors == ()
    assert publishing.draft_media(office, tomas, COURSE, "01-mission/media/map.svg") == ("image/svg+xml", picture)
    edition, _moved = publishing.publish(office, tomas, COURSE, checked(cast, tomas).digest)
    assert publishing.media(office, edition.id, "01-mission/media/map.svg").content == picture
    assert publishing.draft_media(office, tomas, COURSE, "01-mission/media/map.svg") == ("image/svg+xml", picture)
    with pytest.raises(NotFound):
        publishing.media(office, edition.id, "01-mission/media/other.svg")


def test_a_source_published_twice_is_one_edition(cast: Cast) -> None:
    first = publishing.publish_source(cast.office, manuscript.files())
    assert publishing.publish_source(cast.office, manuscript.files()).id == first.id
    changed = manuscript.files()
    changed[LESSON] += b"\nUna frase.\n"
    second = publishing.publish_source(cast.office, changed)
    assert (first.number, second.number) == (1, 2)


def test_a_source_published_by_a_command_leaves_the_draft_of_trainers_alone(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, LESSON, "escucha", "oye")
    changed = manuscript.files()
    changed["course.es.md"] += b"\nUna frase.\n"
    publishing.publish_source(cast.office, changed)
    draft = publishing.draft(cast.office, tomas, COURSE)
    assert "oye" in text(cast, tomas).text
    assert {c.path for c in draft.changes} == {LESSON, "course.es.md"}


def test_a_source_with_errors_is_not_published(cast: Cast) -> None:
    files = manuscript.files()
    files[LESSON] = files[LESSON].replace(b"- (x)", b"- ( )")
    with pytest.raises(Refused) as no:
        publishing.publish_source(cast.office, files)
    assert refusal(no) == "course-has-errors"
    assert cast.office.session.get(CourseRow, COURSE) is None


def test_only_administrators_make_courses_and_then_grant_trainers(cast: Cast) -> None:
    data = manuscript.zipped(manuscript.files(), "guard-basics")
    with pytest.raises(Forbidden):
        publishing.create(cast.office, cast.actor("tomas"), data)
    with pytest.raises(Forbidden):
        publishing.publish_source(cast.office, manuscript.files(), cast.actor("tomas"))
    row = publishing.create(cast.office, cast.actor("ada"), data)
    assert (row.id, row.title_es, row.current_edition_id) == (COURSE, "Guardia básica", None)
    draft = publishing.draft(cast.office, cast.actor("ada"), COURSE)
    assert draft.begun
    with pytest.raises(Refused) as no:
        publishing.discard(cast.office, cast.actor("ada"), COURSE)
    assert refusal(no) == "draft-only"
    edition, followed = publishing.publish(cast.office, cast.actor("ada"), COURSE, draft.checked.digest)
    assert (edition.number, followed.officers) == (1, 0)
    with pytest.raises(Refused) as no:
        publishing.create(cast.office, cast.actor("ada"), data)
    assert refusal(no) == "course-exists"


def test_a_new_course_needs_a_readable_id_that_is_free(cast: Cast) -> None:
    ada = cast.actor("ada")
    files = manuscript.files()
    for yaml, code in (
        (b"id: cohorts\nlanguages: [en, es]\n", "course-id-reserved"),
        (b"languages: [en, es]\n", "course-unreadable"),
        (b": [", "course-unreadable"),
    ):
        with pytest.raises(Refused) as no:
            publishing.create(cast.office, ada, manuscript.zipped({**files, "course.yaml": yaml}))
        assert refusal(no) == code, yaml
    with pytest.raises(Refused) as no:
        publishing.create(cast.office, ada, b"nothing")
    assert refusal(no) == "upload-refused"


def test_an_export_is_the_same_course_again(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, LESSON, "escucha", "oye")
    zipped = publishing.export(cast.office, tomas, COURSE)
    assert publishing.upload(cast.office, tomas, COURSE, [("x.zip", zipped)]).put == ()
    first = publishing.source_of(cast.office, tomas, COURSE, 1)
    publishing.upload(cast.office, tomas, COURSE, [("x.zip", first)], over=True)
    assert publishing.draft(cast.office, tomas, COURSE).changes == ()
    with pytest.raises(NotFound):
        publishing.source_of(cast.office, tomas, COURSE, 9)


def test_publishing_works_on_both_databases(cast_on_both: Cast) -> None:
    cast = cast_on_both
    tomas = teach(cast)
    edit(cast, tomas, LESSON, "escucha", "oye")
    edition, _moved = publishing.publish(cast.office, tomas, COURSE, checked(cast, tomas).digest)
    assert edition.number == 2
    assert publishing.taught(cast.office, tomas)
