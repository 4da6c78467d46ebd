"""Every text that a page had is kept, can be compared, and can be brought back."""

from __future__ import annotations

import pytest

from app.rules.errors import Conflict, NotFound
from app.services import publishing
from app.services.office import Actor
from app.services.publishing.comparing import words
from tests.cast import Cast
from tests.manuscript import COURSE
from tests.services import test_publishing
from tests.services.test_publishing import LESSON, teach, text


@pytest.fixture
def tomas(cast: Cast) -> Actor:
    return teach(cast)


def edit(cast: Cast, actor: Actor, path: str, before: str, after: str) -> None:
    cast.clock.pass_by(minutes=5)
    test_publishing.edit(cast, actor, path, before, after)


def keys(cast: Cast, actor: Actor, path: str = LESSON) -> list[str]:
    return [one.key for one in publishing.revisions(cast.office, actor, COURSE, path)]


def issue(cast: Cast, actor: Actor) -> None:
    cast.clock.pass_by(minutes=5)
    digest = publishing.draft(cast.office, actor, COURSE).checked.digest
    publishing.publish(cast.office, actor, COURSE, digest)


def test_every_save_and_every_edition_that_changed_a_page_is_kept(cast: Cast, tomas: Actor) -> None:
    assert keys(cast, tomas) == ["e1"]
    edit(cast, tomas, LESSON, "embarcadero", "muelle")
    edit(cast, tomas, LESSON, "muelle", "puerto")
    issue(cast, tomas)
    edit(cast, tomas, LESSON, "puerto", "río")
    assert keys(cast, tomas) == ["r3", "e2", "r2", "r1", "e1"]
    assert publishing.revisions(cast.office, tomas, COURSE, LESSON)[0].by == cast.people["tomas"].name


def test_an_edition_in_which_a_page_reads_as_before_is_not_a_text_of_its_own(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, LESSON, "embarcadero", "muelle")
    issue(cast, tomas)
    assert keys(cast, tomas, LESSON.replace(".es.", ".en.")) == ["e1"]


def test_a_save_that_changes_nothing_is_no_revision(cast: Cast, tomas: Actor) -> None:
    page = text(cast, tomas)
    publishing.save(cast.office, tomas, COURSE, LESSON, page.text, page.base)
    assert keys(cast, tomas) == ["e1"]


def test_a_draft_thrown_away_stays_in_the_history(cast: Cast, tomas: Actor) -> None:
    edit(cast, tomas, LESSON, "embarcadero", "muelle")
    publishing.discard(cast.office, tomas, COURSE)
    assert keys(cast, tomas) == ["r1", "e1"]


def test_restoring_is_a_new_save_and_loses_nothing(cast: Cast, tomas: Actor) -> None:
    first = text(cast, tomas).text
    edit(cast, tomas, LESSON, "embarcadero", "muelle")
    cast.clock.pass_by(minutes=5)
    publishing.restore(cast.office, tomas, COURSE, LESSON, "e1", text(cast, tomas).base)
    assert text(cast, tomas).text == first
    assert keys(cast, tomas) == ["r2", "r1", "e1"]


def test_a_page_taken_out_can_be_restored(cast: Cast, tomas: Actor) -> None:
    first = text(cast, tomas).text
    publishing.remove(cast.office, tomas, COURSE, LESSON)
    publishing.restore(cast.office, tomas, COURSE, LESSON, "e1", "")
    assert text(cast, tomas).text == first


def test_restoring_never_overwrites_what_somebody_saved_meanwhile(cast: Cast, tomas: Actor) -> None:
    base = text(cast, tomas).base
    edit(cast, tomas, LESSON, "embarcadero", "muelle")
    with pytest.raises(Conflict):
        publishing.restore(cast.office, tomas, COURSE, LESSON, "e1", base.replace(base[0], "x"))
    assert "muelle" in text(cast, tomas).text


def test_the_history_of_a_course_not_taught_or_a_page_that_never_was_is_not_found(cast: Cast, tomas: Actor) -> None:
    for actor, path in ((cast.actor("tina"), LESSON), (tomas, "01-mission/9-none.es.md"), (tomas, "media/a.png")):
        with pytest.raises(NotFound):
            publishing.revisions(cast.office, actor, COURSE, path)
    for key in ("r1", "e2", "e01", "", "x1", "e" + "9" * 30):
        with pytest.raises(NotFound):
            publishing.restore(cast.office, tomas, COURSE, LESSON, key, "")


# Comparing ------------------------------------------------------------------------------------------------------------


def test_a_rewritten_line_says_which_words_are_new() -> None:
    gone, come = words("Call the health post now.", "Call the health clinic now.")
    assert gone == ((False, "Call the health "), (True, "post"), (False, " now."))
    assert come == ((False, "Call the health "), (True, "clinic"), (False, " now."))


def test_both_texts_can_be_read_back_from_their_comparison() -> None:
    before, after = "a\nb c d\ne\nf", "a\nb x d\ne\nnew\nf"
    lines = publishing.compare(before, after)
    assert [one.text for one in lines if one.how != "added"] == before.split("\n")
    assert [one.text for one in lines if one.how != "removed"] == after.split("\n")


def test_the_same_text_has_no_differences_and_far_lines_are_left_out() -> None:
    assert publishing.compare("a\nb", "a\nb") == ()
    many = [f"line {n}" for n in range(100)]
    lines = publishing.compare("\n".join(many), "\n".join([*many[:50], "other", *many[51:]]))
    assert [one.how for one in lines] == ["gap", *["same"] * 3, "removed", "added", *["same"] * 3]
    assert lines[4].number == 51
