"""New courses, modules, lessons and pages from the templates; and modules and lessons that change their places."""

from __future__ import annotations

import pytest

from app.rules.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from app.services import publishing
from app.services.office import Actor
from app.services.publishing import Wanted
from app.services.publishing.arranging import in_order
from app.services.publishing.ordering import renumbered
from tests import manuscript
from tests.cast import Cast
from tests.manuscript import COURSE
from tests.services.test_publishing import edit, teach, text

NEW = {"en": "Returns & removals", "es": "Retornos y expulsiones"}
FIRST = {"en": "The first day", "es": "El primer día"}
PARTS = ("scenario", "quiz", "practice")


@pytest.fixture
def tomas(cast: Cast) -> Actor:
    return ready(cast)


def ready(cast: Cast) -> Actor:
    """Tomás, with a published course whose exam has room for more modules."""
    tomas = teach(cast)
    edit(cast, tomas, "course.yaml", "per_module: [1, 1]", "per_module: [0, 2]")
    publishing.publish(cast.office, tomas, COURSE, publishing.draft(cast.office, tomas, COURSE).checked.digest)
    return tomas


def published() -> dict[str, bytes]:
    """The files of that course."""
    files = manuscript.files()
    files["course.yaml"] = files["course.yaml"].replace(b"per_module: [1, 1]", b"per_module: [0, 2]")
    return files


def source(cast: Cast, actor: Actor) -> dict[str, bytes]:
    return dict(publishing.draft(cast.office, actor, COURSE).source)


def module_ids(cast: Cast, actor: Actor, course: str = COURSE) -> list[str]:
    found = publishing.draft(cast.office, actor, course).checked.course
    assert found is not None
    return [module.id for module in found.modules]


def make_module(cast: Cast, actor: Actor, place: int, id: str = "", parts: tuple[str, ...] = PARTS) -> publishing.Made:
    return publishing.make_module(cast.office, actor, COURSE, NEW, id, place, FIRST, parts)


def code(error: pytest.ExceptionInfo[DomainError]) -> str:
    assert isinstance(error.value, Refused)
    return error.value.code


# Courses ----------------------------------------------------------------------------------------------------------------


def test_a_new_course_is_a_draft_that_could_be_published(cast: Cast) -> None:
    ada = cast.actor("ada")
    row = publishing.make_course(cast.office, ada, {"en": "Sea borders", "es": "Fronteras marítimas"}, "", NEW, FIRST)
    assert row.id == "sea-borders"
    draft = publishing.draft(cast.office, ada, row.id)
    assert {one.code for one in draft.checked.findings} == {"template-left"}
    course = draft.checked.course
    assert course is not None
    assert (course.code, [m.id for m in course.modules]) == ("SB", ["returns-removals"])
    module = course.modules[0]
    assert module.lessons and module.scenario and module.quiz and module.practice and course.exam and course.terms
    edition, _moved = publishing.publish(cast.office, ada, row.id, draft.checked.digest)
    assert edition.number == 1


def test_only_administrators_make_courses(cast: Cast, tomas: Actor) -> None:
    with pytest.raises(Forbidden):
        publishing.make_course(cast.office, tomas, NEW, "x-y", NEW, FIRST)


@pytest.mark.parametrize(
    ("titles", "id", "refused"),
    [
        ({"en": "", "es": "Uno"}, "", "title-missing"),
        ({"en": "One " * 60, "es": "Uno"}, "", "title-long"),
        ({"en": "日本", "es": "日本"}, "", "id-malformed"),
        (NEW, "Not An Id", "id-malformed"),
        (NEW, "sync", "course-id-reserved"),
        (NEW, COURSE, "course-exists"),
    ],
)
def test_a_course_needs_titles_and_an_id_that_is_free(
    cast: Cast, tomas: Actor, titles: dict[str, str], id: str, refused: str
) -> None:
    with pytest.raises(Refused) as error:
        publishing.make_course(cast.office, cast.actor("ada"), titles, id, NEW, FIRST)
    assert code(error) == refused


@pytest.mark.parametrize("title", ["Glossary", "Exam", "Quiz", "Scenario", "A", "1"])
def test_titles_that_are_words_of_the_platform_make_a_course_all_the_same(cast: Cast, title: str) -> None:
    both = {"en": title, "es": title}
    row = publishing.make_course(cast.office, cast.actor("ada"), both, "some-course", both, both)
    assert not publishing.draft(cast.office, cast.actor("ada"), row.id).checked.errors


# Modules ----------------------------------------------------------------------------------------------------------------


def test_a_new_module_stands_in_the_list_and_in_its_folder_and_makes_no_errors(cast: Cast, tomas: Actor) -> None:
    made = make_module(cast, tomas, 2)
    assert made.errors == 0
    assert {one.code for one in made.findings} == {"template-left"}
    assert made.path["es"] == "03-returns-removals/module.es.md"
    assert module_ids(cast, tomas) == ["mission", "protection", "returns-removals"]
    before = published()["course.yaml"]
    assert source(cast, tomas)["course.yaml"] == before.replace(
        b"mission, protection]", b"mission, protection, returns-removals]"
    )
    assert b"title: Retornos y expulsiones\n" in source(cast, tomas)["03-returns-removals/module.es.md"]


def test_a_module_in_the_middle_moves_the_others_and_keeps_their_ids_and_links(cast: Cast, tomas: Actor) -> None:
    edit(
        cast,
        tomas,
        "01-mission/1-first-hour.es.md",
        "Usted está",
        "Vea [esto](../02-protection/1-hearing-fear.es.md). Usted está",
    )
    edit(
        cast,
        tomas,
        "01-mission/1-first-hour.en.md",
        "You stand",
        "See [this](../02-protection/1-hearing-fear.en.md). You stand",
    )
    made = make_module(cast, tomas, 1)
    assert made.errors == 0
    assert module_ids(cast, tomas) == ["mission", "returns-removals", "protection"]
    now = source(cast, tomas)
    assert sorted({path.partition("/")[0] for path in now if "/" in path}) == [
        "01-mission",
        "02-returns-removals",
        "03-protection",
    ]
    assert b"(../03-protection/1-hearing-fear.es.md)" in now["01-mission/1-first-hour.es.md"]
    course = publishing.draft(cast.office, tomas, COURSE).checked.course
    assert course is not None
    assert [[one.id for one in module.lessons] for module in course.modules if module.id != "returns-removals"] == [
        ["first-hour", "second-hour"],
        ["hearing-fear"],
    ]
    assert {"first-hour-check", "hearing-fear-check", "pro-one"} <= set(course.questions)


def test_old_problems_of_pages_that_move_are_not_told_as_new(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, "02-protection/1-hearing-fear.es.md", "- (x)", "- ( )")
    assert make_module(cast, tomas, 1).errors == 0


def test_a_module_is_one_step_that_discarding_takes_back(cast: Cast, tomas: Actor) -> None:
    make_module(cast, tomas, 0)
    publishing.discard(cast.office, tomas, COURSE)
    assert source(cast, tomas) == published()


def test_what_only_the_rules_of_the_exam_can_mend_is_told(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, "course.yaml", "per_module: [0, 2]", "per_module: [1, 1]")
    made = make_module(cast, tomas, 2)
    assert [one.code for one in made.findings if one.is_error] == ["exam-per-module"]


def test_only_the_parts_that_were_wanted_are_made(cast: Cast, tomas: Actor) -> None:
    make_module(cast, tomas, 9, parts=("quiz", "../evil"))
    names = {path.rpartition("/")[2] for path in source(cast, tomas) if path.startswith("03-")}
    assert names == {f"{name}.{code}.md" for name in ("module", "1-the-first-day", "quiz") for code in ("en", "es")}


@pytest.mark.parametrize(
    ("id", "refused"),
    [
        ("protection", "id-taken"),
        ("exam", "id-reserved"),
        ("glossary", "id-reserved"),
        ("No", "id-malformed"),
        ("a/b", "id-malformed"),
    ],
)
def test_ids_that_are_taken_or_reserved_are_refused(cast: Cast, tomas: Actor, id: str, refused: str) -> None:
    with pytest.raises(Refused) as error:
        make_module(cast, tomas, 0, id)
    assert code(error) == refused
    assert not publishing.draft(cast.office, tomas, COURSE).begun


def test_a_list_that_only_a_person_should_change_is_left_alone(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, "course.yaml", "modules: [mission, protection]", "modules: [mission, protection, mission]")
    with pytest.raises(Refused) as error:
        make_module(cast, tomas, 0)
    assert code(error) == "course-file-unwritable"


def test_ids_of_template_questions_are_not_used_twice(cast: Cast, tomas: Actor) -> None:
    make_module(cast, tomas, 9)
    publishing.make_lesson(cast.office, tomas, COURSE, "01-mission", FIRST, "", 9)
    assert not publishing.draft(cast.office, tomas, COURSE).checked.errors


# Lessons and other pages ------------------------------------------------------------------------------------------------


def test_a_new_lesson_gets_its_place_and_the_others_make_room(cast: Cast, tomas: Actor) -> None:
    made = publishing.make_lesson(cast.office, tomas, COURSE, "01-mission", FIRST, "", 1)
    assert made.errors == 0
    lessons = publishing.lessons_in_order(publishing.draft(cast.office, tomas, COURSE), "01-mission")
    assert [one.name for one in lessons] == ["1-first-hour", "2-the-first-day", "3-second-hour"]
    assert [one.id for one in lessons] == ["first-hour", "the-first-day", "second-hour"]
    for taken, refused in (("first-hour", "id-taken"), ("quiz", "id-reserved")):
        with pytest.raises(Refused) as error:
            publishing.make_lesson(cast.office, tomas, COURSE, "01-mission", FIRST, taken, 1)
        assert code(error) == refused
    with pytest.raises(NotFound):
        publishing.make_lesson(cast.office, tomas, COURSE, "../x", FIRST, "", 1)


def test_the_history_of_what_makes_room_goes_along(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, "01-mission/1-first-hour.es.md", "escucha", "oye")
    publishing.make_lesson(cast.office, tomas, COURSE, "01-mission", FIRST, "", 0)
    kept = publishing.revisions(cast.office, tomas, COURSE, "01-mission/2-first-hour.es.md")
    assert [one.key for one in kept] == ["r2", "r1"]


def test_what_a_module_lacks_is_offered_and_made(cast: Cast, tomas: Actor) -> None:
    draft = publishing.draft(cast.office, tomas, COURSE)
    assert publishing.lacking(draft, "02-protection") == ("scenario", "practice")
    assert publishing.lacking(draft) == ("glossary", "exercise")
    wanted = (("02-protection", "scenario"), ("02-protection", "practice"), ("", "glossary"), ("", "exercise"))
    for folder, kind in wanted:
        made = publishing.make_part(cast.office, tomas, COURSE, folder, kind, publishing.PART_TITLES[kind])
        assert made.errors == 0
    now = publishing.draft(cast.office, tomas, COURSE)
    assert publishing.lacking(now) == ()
    assert now.checked.course is not None and now.checked.course.exercise is not None
    assert {"practice.en.md", "practice.es.md"} <= now.source.keys()
    with pytest.raises(Refused) as error:
        publishing.make_part(cast.office, tomas, COURSE, "01-mission", "quiz", NEW)
    assert code(error) == "page-exists"
    for folder, kind in (
        ("01-mission", "exam"),
        ("01-mission", "exercise"),
        ("", "practice"),
        ("", "quiz"),
        ("01-mission", "course"),
        ("99-x", "quiz"),
    ):
        with pytest.raises(NotFound):
            publishing.make_part(cast.office, tomas, COURSE, folder, kind, NEW)


def test_a_quiz_from_the_template_is_large_enough_for_its_draw(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, "course.yaml", "quizzes: {draw: 2", "quizzes: {draw: 9")
    for language in ("en", "es"):
        publishing.remove(cast.office, tomas, COURSE, f"02-protection/quiz.{language}.md")
    publishing.make_part(cast.office, tomas, COURSE, "02-protection", "quiz", NEW)
    errors = publishing.draft(cast.office, tomas, COURSE).checked.errors
    small = [one.problem.values["module"] for one in errors if one.code == "quiz-too-small"]
    assert small == ["mission"]


def test_a_course_in_one_language_gets_pages_in_one(cast: Cast) -> None:
    files = {path: data for path, data in manuscript.files().items() if not path.endswith(".en.md")}
    files["course.yaml"] = (
        files["course.yaml"]
        .replace(b"languages: [en, es]", b"languages: [es]")
        .replace(b"id: guard", b"id: solo")
        .replace(b"[1, 1]", b"[0, 2]")
    )
    ada = cast.actor("ada")
    row = publishing.create(cast.office, ada, manuscript.zipped(files))
    made = publishing.make_module(cast.office, ada, row.id, {"es": "Retornos"}, "", 2, {"es": "Uno"}, PARTS)
    assert made.errors == 0 and set(made.path) == {"es"}
    assert not [path for path in publishing.draft(cast.office, ada, row.id).source if path.endswith(".en.md")]


def test_another_trainers_course_is_not_found(cast: Cast, tomas: Actor) -> None:
    tina = cast.actor("tina")
    for call in (
        lambda: publishing.make_module(cast.office, tina, COURSE, NEW, "", 0, FIRST, ()),
        lambda: publishing.make_lesson(cast.office, tina, COURSE, "01-mission", NEW, "", 0),
        lambda: publishing.make_part(cast.office, tina, COURSE, "02-protection", "practice", NEW),
        lambda: publishing.arrange(cast.office, tina, COURSE, "01-mission", Wanted(1, "x", {}), [], ""),
    ):
        with pytest.raises(NotFound):
            call()


# Places and names -------------------------------------------------------------------------------------------------------


def wanted(cast: Cast, actor: Actor, folder: str = "01-mission") -> tuple[publishing.Arrangement, Wanted, list[Wanted]]:
    found = publishing.arrangement(publishing.draft(cast.office, actor, COURSE), folder)
    each = [Wanted(n, one.bare, dict(one.titles)) for n, one in enumerate(found.lessons, 1)]
    return found, Wanted(found.place, found.module.bare, dict(found.module.titles)), each


def test_lessons_change_places_and_keep_ids_titles_and_progress(cast: Cast, tomas: Actor) -> None:
    found, module, each = wanted(cast, tomas)
    each[1] = Wanted(1, each[1].name, each[1].titles)
    publishing.arrange(cast.office, tomas, COURSE, "01-mission", module, each, found.seen)
    lessons = publishing.lessons_in_order(publishing.draft(cast.office, tomas, COURSE), "01-mission")
    assert [(one.name, one.id) for one in lessons] == [("1-second-hour", "second-hour"), ("2-first-hour", "first-hour")]
    now = source(cast, tomas)
    assert now["01-mission/2-first-hour.es.md"] == manuscript.files()["01-mission/1-first-hour.es.md"]
    assert publishing.draft(cast.office, tomas, COURSE).checked.errors == ()


def test_a_module_changes_its_place_in_the_list_and_on_its_folder(cast: Cast, tomas: Actor) -> None:
    found, module, each = wanted(cast, tomas, "02-protection")
    moved = Wanted(1, module.name, module.titles)
    assert publishing.arrange(cast.office, tomas, COURSE, "02-protection", moved, each, found.seen) == "01-protection"
    assert module_ids(cast, tomas) == ["protection", "mission"]
    assert b"modules: [protection, mission]" in source(cast, tomas)["course.yaml"]
    assert sorted({path.partition("/")[0] for path in source(cast, tomas) if "/" in path}) == [
        "01-protection",
        "02-mission",
    ]


def test_another_name_keeps_the_id_that_addresses_know(cast: Cast, tomas: Actor) -> None:
    found, module, each = wanted(cast, tomas)
    each[0] = Wanted(1, "arrival", {"en": "Arrival: day one", "es": "La llegada"})
    target = publishing.arrange(
        cast.office, tomas, COURSE, "01-mission", Wanted(1, "our-task", module.titles), each, found.seen
    )
    assert target == "01-our-task"
    course = publishing.draft(cast.office, tomas, COURSE).checked.course
    assert course is not None
    assert (course.modules[0].id, course.modules[0].lessons[0].id) == ("mission", "first-hour")
    assert course.modules[0].lessons[0].pages["en"].title == "Arrival: day one"
    assert b"id: first-hour\n" in source(cast, tomas)["01-our-task/1-arrival.en.md"]
    assert publishing.draft(cast.office, tomas, COURSE).checked.errors == ()


def test_the_history_of_a_page_goes_along_with_it(cast: Cast, tomas: Actor) -> None:
    cast.clock.pass_by(minutes=1)
    edit(cast, tomas, "01-mission/1-first-hour.es.md", "escucha", "oye")
    found, module, each = wanted(cast, tomas)
    each[0] = Wanted(2, each[0].name, each[0].titles)
    cast.clock.pass_by(minutes=1)
    publishing.arrange(cast.office, tomas, COURSE, "01-mission", module, each, found.seen)
    kept = publishing.revisions(cast.office, tomas, COURSE, "01-mission/2-first-hour.es.md")
    assert [one.key for one in kept] == ["r2", "r1"]
    assert "oye" in kept[1].text


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"name": "Not a name"}, "name-malformed"),
        ({"name": "../x"}, "name-malformed"),
        ({"titles": {"en": "", "es": "Uno"}}, "title-missing"),
        ({"titles": {"en": "x" * 201, "es": "Uno"}}, "title-long"),
        ({"place": 3}, "place-unknown"),
        ({"place": 0}, "place-unknown"),
    ],
)
def test_what_cannot_stand_is_refused_and_changes_nothing(
    cast: Cast, tomas: Actor, change: dict[str, object], refused: str
) -> None:
    found, module, each = wanted(cast, tomas)
    fields: dict[str, object] = {"place": 1, "name": each[0].name, "titles": each[0].titles, **change}
    with pytest.raises(Refused) as error:
        publishing.arrange(cast.office, tomas, COURSE, "01-mission", module, [Wanted(**fields), each[1]], found.seen)  # type: ignore[arg-type]
    assert code(error) == refused
    assert not publishing.draft(cast.office, tomas, COURSE).begun


def test_what_changed_meanwhile_is_not_overwritten(cast: Cast, tomas: Actor) -> None:
    found, module, each = wanted(cast, tomas)
    page = text(cast, tomas, "01-mission/1-first-hour.es.md")
    publishing.save(
        cast.office,
        cast.actor("ada"),
        COURSE,
        page.path,
        page.text.replace("title: Lección 1", "title: Otra"),
        page.base,
    )
    with pytest.raises(Conflict):
        publishing.arrange(cast.office, tomas, COURSE, "01-mission", module, each, found.seen)


def test_saving_the_form_as_it_is_begins_no_draft(cast: Cast, tomas: Actor) -> None:
    found, module, each = wanted(cast, tomas)
    publishing.arrange(cast.office, tomas, COURSE, "01-mission", module, each, found.seen)
    assert not publishing.draft(cast.office, tomas, COURSE).begun


@pytest.mark.parametrize(
    ("places", "order"),
    [
        ([1, 2, 3], [0, 1, 2]),
        ([1, 2, 1], [2, 0, 1]),
        ([3, 2, 3], [1, 2, 0]),
        ([2, 2, 3], [1, 0, 2]),
        ([3, 2, 1], [2, 1, 0]),
        ([1, 1, 1], [1, 2, 0]),
    ],
)
def test_a_thing_gets_the_place_it_was_given_and_the_others_make_room(places: list[int], order: list[int]) -> None:
    assert in_order(places) == order


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ([("1-a", "a"), ("2-b", "b"), (None, "c")], ["1-a", "2-b", "3-c"]),
        ([("1-a", "a"), (None, "c"), ("2-b", "b")], ["1-a", "2-c", "3-b"]),
        ([("1-a", "a"), (None, "c"), ("5-b", "b")], ["1-a", "2-c", "5-b"]),
        ([("2-b", "b"), ("1-a", "a")], ["1-b", "2-a"]),
        ([("a", "a"), ("2-b", "b")], ["1-a", "2-b"]),
        ([("04-a", "a"), ("04-b", "b"), (None, "c")], ["01-a", "02-b", "03-c"]),
    ],
)
def test_numbers_rise_and_change_no_more_than_they_must(line: list[tuple[str | None, str]], names: list[str]) -> None:
    assert renumbered(line, 1) == names


def test_making_works_on_both_databases(cast_on_both: Cast) -> None:
    tomas = ready(cast_on_both)
    assert make_module(cast_on_both, tomas, 0).errors == 0
    found, module, each = wanted(cast_on_both, tomas, "02-mission")
    publishing.arrange(
        cast_on_both.office, tomas, COURSE, "02-mission", Wanted(1, "x", module.titles), each, found.seen
    )
    assert module_ids(cast_on_both, tomas)[0] == "mission"
