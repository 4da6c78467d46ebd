"""What a trainer types is kept for them alone, and never written over by another window, another person or time."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from app.courseware.limits import MAX_PAGE_BYTES
from app.records.editions import WorkingText
from app.records.people import RoleGrant
from app.rules.errors import Conflict, NotFound
from app.services import publishing
from app.services.office import Actor
from app.services.publishing import working
from app.services.publishing.working import DAYS
from app.serving import work_once
from tests.cast import Cast
from tests.manuscript import COURSE
from tests.services.test_publishing import LESSON, checked, edit, refusal, teach, text

HERE = uuid.UUID(int=1)
THERE = uuid.UUID(int=2)


@pytest.fixture
def tomas(cast: Cast) -> Actor:
    return teach(cast)


def keep(cast: Cast, actor: Actor, words: str, sitting: uuid.UUID = HERE, path: str = LESSON) -> object:
    """Type *words* at the end of the page and let them be kept."""
    draft = publishing.draft(cast.office, actor, COURSE)
    page = publishing.page(draft, path)
    return publishing.keep(cast.office, actor, draft, path, page.text + words, page.base, sitting)


def kept(cast: Cast, actor: Actor, path: str = LESSON) -> publishing.Working | None:
    return publishing.working_text(cast.office, actor, COURSE, path)


def test_what_is_typed_is_kept_with_the_text_it_was_begun_from(cast_on_both: Cast) -> None:
    cast = cast_on_both
    tomas = teach(cast)
    assert kept(cast, tomas) is None
    assert keep(cast, tomas, "Más.\n") == cast.clock()
    cast.clock.pass_by(seconds=5)
    assert keep(cast, tomas, "Más y más.\r\n") == cast.clock()
    found = kept(cast, tomas)
    assert found is not None
    assert found.text == text(cast, tomas).text + "Más y más.\n"
    assert (found.base, found.saved_at) == (text(cast, tomas).base, cast.clock())
    assert not publishing.draft(cast.office, tomas, COURSE).begun, "nothing of it is in the draft"


def test_saving_lets_go_of_what_this_window_kept_and_of_nothing_else(cast: Cast, tomas: Actor) -> None:
    keep(cast, tomas, "Más.\n")
    page = text(cast, tomas)
    publishing.save(cast.office, tomas, COURSE, LESSON, page.text + "Otra.\n", page.base, THERE)
    assert kept(cast, tomas) is not None, "another window's text is not lost by saving in this one"
    page = text(cast, tomas)
    publishing.save(cast.office, tomas, COURSE, LESSON, page.text + "Más.\n", page.base, HERE)
    assert kept(cast, tomas) is None


def test_a_save_that_is_refused_lets_go_of_nothing(cast: Cast, tomas: Actor) -> None:
    keep(cast, tomas, "Más.\n")
    with pytest.raises(Conflict):
        publishing.save(cast.office, tomas, COURSE, LESSON, "Otra cosa.\n", "0" * 32, HERE)
    assert kept(cast, tomas) is not None


def test_bringing_back_an_old_text_lets_go_of_nothing(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, LESSON, "escucha", "oye")
    keep(cast, tomas, "Más.\n")
    publishing.restore(cast.office, tomas, COURSE, LESSON, "e1", text(cast, tomas).base)
    assert kept(cast, tomas) is not None


def test_a_text_typed_back_to_what_it_was_is_nothing_to_keep(cast: Cast, tomas: Actor) -> None:
    keep(cast, tomas, "Más.\n")
    assert keep(cast, tomas, "") is None
    assert kept(cast, tomas) is None


def test_a_page_not_yet_written_is_kept_too(cast: Cast, tomas: Actor) -> None:
    path = "01-mission/9-later.es.md"
    keep(cast, tomas, "Luego.\n", path=path)
    found = kept(cast, tomas, path)
    assert found is not None
    assert (found.text, found.base) == ("Luego.\n", "")


def test_a_working_copy_shows_that_somebody_saved_the_page_since(cast: Cast, tomas: Actor) -> None:
    keep(cast, tomas, "Más.\n")
    edit(cast, cast.actor("ada"), LESSON, "escucha", "oye")
    found = kept(cast, tomas)
    assert found is not None
    assert found.base != text(cast, tomas).base
    with pytest.raises(Conflict):
        publishing.save(cast.office, tomas, COURSE, LESSON, found.text, found.base, HERE)
    assert "oye" in text(cast, tomas).text
    assert kept(cast, tomas) == found


# Whose ----------------------------------------------------------------------------------------------------------------


def test_nobody_sees_or_touches_what_another_is_writing(cast: Cast, tomas: Actor) -> None:
    ada = cast.actor("ada")
    keep(cast, tomas, "Más.\n")
    assert kept(cast, ada) is None
    assert publishing.unsaved(cast.office, ada, COURSE) == []
    for call in (publishing.take_over, publishing.throw_away):
        with pytest.raises(NotFound):
            call(cast.office, ada, COURSE, LESSON)
    keep(cast, ada, "Algo distinto.\n")
    mine, hers = kept(cast, tomas), kept(cast, ada)
    assert mine is not None
    assert hers is not None
    assert mine.text != hers.text
    publishing.throw_away(cast.office, ada, COURSE, LESSON)
    assert kept(cast, tomas) == mine


def test_a_course_not_taught_is_not_found(cast: Cast, tomas: Actor) -> None:
    draft, tina = publishing.draft(cast.office, tomas, COURSE), cast.actor("tina")
    for call in (
        lambda: publishing.keep(cast.office, tina, draft, LESSON, "x", "", HERE),
        lambda: publishing.working_text(cast.office, tina, COURSE, LESSON),
        lambda: publishing.unsaved(cast.office, tina, COURSE),
        lambda: publishing.take_over(cast.office, tina, COURSE, LESSON),
        lambda: publishing.throw_away(cast.office, tina, COURSE, LESSON),
    ):
        with pytest.raises(NotFound):
            call()


def test_who_teaches_a_course_no_more_does_not_reach_their_text(cast: Cast, tomas: Actor) -> None:
    keep(cast, tomas, "Más.\n")
    with cast.office.transaction():
        cast.office.session.delete(
            cast.office.session.scalars(
                select(RoleGrant).where(RoleGrant.person_id == tomas.person_id, RoleGrant.course_id == COURSE)
            ).one()
        )
    cast.office.session.expire_all()
    with pytest.raises(NotFound):
        kept(cast, cast.actor("tomas"))


@pytest.mark.parametrize("path", ["01-mission/media/a.png", "../x.es.md", "notes.txt", "01-mission/nothing.md"])
def test_only_what_can_be_a_page_is_kept(cast: Cast, tomas: Actor, path: str) -> None:
    draft = publishing.draft(cast.office, tomas, COURSE)
    with pytest.raises(NotFound):
        publishing.keep(cast.office, tomas, draft, path, "x", "", HERE)


# Windows --------------------------------------------------------------------------------------------------------------


def test_another_window_may_not_write_over_it_before_it_is_taken_over(cast: Cast, tomas: Actor) -> None:
    first = keep(cast, tomas, "La primera.\n")
    with pytest.raises(Conflict) as error:
        keep(cast, tomas, "La segunda.\n", THERE)
    assert refusal(error) == "working-elsewhere"
    assert error.value.values["at"] == first
    with pytest.raises(Conflict):
        keep(cast, tomas, "", THERE)
    taken = publishing.take_over(cast.office, tomas, COURSE, LESSON)
    assert taken.text.endswith("La primera.\n")
    keep(cast, tomas, "La tercera.\n", taken.sitting)
    with pytest.raises(Conflict):
        keep(cast, tomas, "La primera, otra vez.\n", HERE)
    found = kept(cast, tomas)
    assert found is not None
    assert found.text.endswith("La tercera.\n")


# Limits ---------------------------------------------------------------------------------------------------------------


def test_a_text_longer_than_a_page_may_be_is_not_kept_and_the_last_one_stays(cast: Cast, tomas: Actor) -> None:
    keep(cast, tomas, "Más.\n")
    before = kept(cast, tomas)
    with pytest.raises(Exception, match="working-long") as error:
        keep(cast, tomas, "ñ" * (MAX_PAGE_BYTES // 2))
    assert refusal(error) == "working-long"
    assert kept(cast, tomas) == before


def test_nobody_fills_the_database(cast: Cast, tomas: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "MOST", 3)
    for number in range(3):
        keep(cast, tomas, "x", path=f"01-mission/{number}-x{number}.es.md")
    with pytest.raises(Exception, match="working-many"):
        keep(cast, tomas, "x", path="01-mission/9-x9.es.md")
    keep(cast, tomas, "xy", path="01-mission/1-x1.es.md")
    keep(cast, cast.actor("ada"), "x")


def test_the_worker_lets_go_of_what_nobody_came_back_to(cast: Cast, tomas: Actor) -> None:
    keep(cast, tomas, "Vieja.\n")
    cast.clock.pass_by(days=DAYS)
    keep(cast, tomas, "Nueva.\n", path="01-mission/2-second-hour.es.md")
    assert work_once(cast.office)["swept"] == 0
    cast.clock.pass_by(seconds=1)
    assert work_once(cast.office)["swept"] == 1
    assert [one.path for one in publishing.unsaved(cast.office, tomas, COURSE)] == ["01-mission/2-second-hour.es.md"]
    assert cast.office.session.scalar(select(func.count()).select_from(WorkingText)) == 1


def test_publishing_and_throwing_the_draft_away_leave_working_copies_alone(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, LESSON, "escucha", "oye")
    keep(cast, tomas, "Más.\n")
    publishing.publish(cast.office, tomas, COURSE, checked(cast, tomas).digest)
    edit(cast, tomas, LESSON, "oye", "atiende")
    publishing.discard(cast.office, tomas, COURSE)
    found = kept(cast, tomas)
    assert found is not None
    assert found.base == text(cast, tomas).base, "begun from what is now published"
