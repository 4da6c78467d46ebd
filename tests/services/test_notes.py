"""Bookmarks and notes at lessons: one's own, saved once, and never lost to another device."""

import datetime as dt
import uuid

import msgspec
import pytest
from sqlalchemy import func, select, update

from app.records.learning import Enrolment
from app.records.notes import LessonNote, NoteEvent
from app.rules.errors import NotFound, Refused
from app.services import doctor, erasing, learning, notes
from app.services.notes import Place, Written, version
from tests import sample
from tests.cast import Cast, publish
from tests.services.test_takeout import data

HERE = Place("humane-border", "mission", "one")


def write(cast: Cast, text: str, begun: str = "", name: str = "nayeli", event: str = "", **more: str):
    written = Written(text, begun, cast.office.now(), **more)
    return notes.write(cast.office, cast.actor(name), HERE, written, event)


def kept(cast: Cast, name: str = "nayeli") -> str:
    row = notes.of_lesson(cast.office, cast.actor(name), HERE)
    return row.text if row else ""


def test_a_note_and_a_bookmark_are_kept_and_listed_by_course_and_module(cast_on_both):
    cast = cast_on_both
    notes.mark(cast.office, cast.actor("nayeli"), HERE, True)
    write(cast, "  Ask the\r\ncolonel\x00  ")
    (course,) = notes.mine(cast.office, cast.actor("nayeli"))
    (module,) = course.modules
    (lesson,) = module.lessons
    assert (course.course.id, course.there, lesson.there) == ("humane-border", True, True)
    assert (lesson.row.text, lesson.row.marked) == ("Ask the\ncolonel", True)
    assert lesson.row.written_at == cast.office.now()


def test_what_is_neither_marked_nor_written_is_not_kept(cast_on_both):
    cast = cast_on_both
    notes.mark(cast.office, cast.actor("nayeli"), HERE, True)
    write(cast, "x")
    notes.mark(cast.office, cast.actor("nayeli"), HERE, False)
    assert kept(cast) == "x"
    write(cast, "", version("x"))
    assert notes.mine(cast.office, cast.actor("nayeli")) == []


def test_two_texts_begun_from_the_same_are_both_kept_with_when_each_is_from(cast_on_both):
    cast = cast_on_both
    write(cast, "first")
    cast.clock.pass_by(hours=1)
    assert write(cast, "on the phone", version("first")).result == {"both": False}
    cast.clock.pass_by(hours=1)
    assert write(cast, "on the computer", version("first")).result == {"both": True}
    text = kept(cast)
    assert text.index("23 nov 2026, 11:00") < text.index("on the phone")
    assert text.index("on the phone") < text.index("23 nov 2026, 12:00") < text.index("on the computer")


def test_deleting_on_one_device_does_not_delete_what_another_wrote(cast):
    write(cast, "first")
    write(cast, "second", version("first"))
    assert write(cast, "", version("first")).result == {"both": True}
    assert kept(cast) == "second"


def test_the_same_text_twice_is_no_conflict(cast):
    write(cast, "the same")
    assert write(cast, "the same").result == {"both": False}
    assert kept(cast) == "the same"


def test_an_event_sent_twice_counts_once(cast_on_both):
    cast = cast_on_both
    event = str(uuid.uuid4())
    assert write(cast, "mine", event=event, device="phone").status == "applied"
    write(cast, "mine, longer", version("mine"))
    again = write(cast, "mine", event=event, device="phone")
    assert (again.status, again.result) == ("duplicate", {"both": False})
    assert kept(cast) == "mine, longer"
    assert cast.office.session.scalar(select(func.count()).select_from(NoteEvent)) == 2


def test_a_device_goes_on_writing_without_a_network_and_replaces_only_its_own(cast_on_both):
    cast = cast_on_both
    write(cast, "one", device="phone")
    assert write(cast, "one, two", device="phone").result == {"both": False}
    assert kept(cast) == "one, two"
    assert write(cast, "tablet", device="tablet").result == {"both": True}
    assert write(cast, "one, two, three", device="phone").result == {"both": True}
    assert all(text in kept(cast) for text in ("one, two\n", "tablet", "one, two, three"))


def test_a_note_of_the_page_is_never_replaced_by_a_device_that_did_not_know_it(cast):
    write(cast, "from the phone", device="phone")
    write(cast, "from the page", version("from the phone"))
    assert write(cast, "from the phone, more", device="phone").result == {"both": True}
    assert "from the page" in kept(cast) and "from the phone, more" in kept(cast)


def test_a_note_that_is_too_long_is_refused_and_a_joined_one_may_be_shortened(cast):
    with pytest.raises(Refused) as no:
        write(cast, "x" * (notes.LONGEST + 1))
    assert (no.value.code, kept(cast)) == ("note-long", "")
    write(cast, "x" * notes.LONGEST)
    write(cast, "y" * notes.LONGEST)
    both = kept(cast)
    assert len(both) > 2 * notes.LONGEST
    write(cast, both[:-10], version(both))
    assert kept(cast) == both[:-10]
    write(cast, "a" * notes.LONGEST)
    write(cast, "b" * notes.LONGEST)
    with pytest.raises(Refused) as full:
        write(cast, "c" * notes.LONGEST)
    assert full.value.code == "note-long" and "c" * 100 not in kept(cast), "a note does not grow without end"


def test_another_officers_note_is_not_touched_and_not_seen(cast_on_both):
    cast = cast_on_both
    write(cast, "hers")
    write(cast, "his", name="beto")
    assert (kept(cast), kept(cast, "beto")) == ("hers", "his")
    notes.delete(cast.office, cast.actor("beto"), HERE)
    assert (kept(cast), kept(cast, "beto")) == ("hers", "")
    with pytest.raises(NotFound):
        notes.delete(cast.office, cast.actor("beto"), HERE)
    for name in ("coralia", "ada", "tomas", "ximena"):
        assert notes.mine(cast.office, cast.actor(name)) == []


def test_who_is_not_in_the_course_writes_nothing(cast):
    for name in ("coralia", "ada"):
        with pytest.raises(NotFound):
            write(cast, "x", name=name)
    for place in (Place("humane-border", "mission", "none"), Place("humane-border", "none", "one")):
        with pytest.raises(Refused) as no:
            notes.mark(cast.office, cast.actor("nayeli"), place, True)
        assert no.value.code == "not-in-course"


def without_the_lesson(cast: Cast) -> None:
    """A new edition in which the lesson has another id."""
    course = sample.course()
    first = course.modules[0]
    renamed = msgspec.structs.replace(first.lessons[0], id="anew")
    module = msgspec.structs.replace(first, lessons=(renamed, *first.lessons[1:]))
    with cast.office.transaction():
        edition = publish(cast, msgspec.structs.replace(course, modules=(module, *course.modules[1:])))
        cast.office.session.execute(update(Enrolment).values(edition_id=edition.id))


def test_a_note_outlives_its_lesson(cast_on_both):
    cast = cast_on_both
    write(cast, "kept")
    old = str(learning.study(cast.office, cast.actor("nayeli"), "humane-border").enrolment.edition_id)
    without_the_lesson(cast)
    (course,) = notes.mine(cast.office, cast.actor("nayeli"))
    (lesson,) = course.modules[0].lessons
    assert (lesson.there, lesson.row.text) == (False, "kept")
    assert lesson.titles["es"]
    # and a device that still holds the old edition may send what it wrote there
    assert write(cast, "late", name="beto", device="phone", edition=old).status == "applied"
    with pytest.raises(Refused):
        notes.mark(cast.office, cast.actor("ximena"), HERE, True, edition=str(uuid.uuid4()))


def test_notes_go_with_their_person_and_are_in_the_copy_of_their_data(cast_on_both):
    cast = cast_on_both
    write(cast, "softly")
    write(cast, "stays", name="beto")
    (row,) = data(cast)["notes"]
    assert row["text"] == "softly" and "stays" not in str(data(cast))
    erasing.carry_out(cast.office, cast.actor("ada"), cast.people["nayeli"].id, False, cast.email("nayeli"))
    assert cast.office.session.scalars(select(LessonNote.text)).all() == ["stays"]
    assert cast.office.session.scalar(select(func.count()).select_from(NoteEvent)) == 1
    assert doctor.examine(cast.office).findings == ()


def test_a_time_that_was_written_offline_stands_beside_its_text(cast):
    earlier = cast.office.now() - dt.timedelta(days=2)
    write(cast, "today")
    written = Written("two days ago", "", earlier, "phone")
    notes.write(cast.office, cast.actor("nayeli"), HERE, written)
    assert kept(cast).endswith("— Escrito el 21 nov 2026, 10:00 —\ntwo days ago")
