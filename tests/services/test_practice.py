"""Practical sheets: who may sign for whom, what is kept, and what nothing takes back."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import func, select

from app.records.audit import AuditEntry
from app.records.learning import Enrolment, LearningEvent, PracticeSheet
from app.records.people import Person, RoleGrant
from app.rules.errors import DomainError, NotFound, Refused
from app.services import learning, practice
from app.services.office import fold_name
from tests import story
from tests.cast import Cast

MET = {"tasks": True, "limits": True}
PARTLY = {"tasks": True, "limits": False}
TODAY = dt.date(2026, 11, 23)


def enrolment_of(cast: Cast, name: str) -> Enrolment:
    return learning.study(cast.office, cast.actor(name), cast.course.id).enrolment


def sign(cast: Cast, name: str, criteria: dict[str, bool], **more: object) -> PracticeSheet:
    by = str(more.pop("by", "tomas"))
    held_on = more.pop("held_on", TODAY)
    place = str(more.pop("place", "El Cativo"))
    enrolment = enrolment_of(cast, name)
    return practice.sign(
        cast.office,
        cast.actor(by),
        enrolment.id,
        "mission",
        criteria,
        held_on,
        place,
        **more,  # type: ignore[arg-type]
    )


def standing(cast: Cast, name: str) -> str:
    return learning.study(cast.office, cast.actor(name), cast.course.id).progress.practice.get("mission", "")


def refusal(error: pytest.ExceptionInfo[DomainError]) -> str:
    assert isinstance(error.value, Refused)
    return error.value.code


# Who sees whom ------------------------------------------------------------------------------------


def test_a_trainer_sees_their_cohorts_and_the_officers_of_their_institution_without_one(cast: Cast) -> None:
    found = practice.groups(cast.office, cast.actor("tomas"))
    assert [(g.cohort.name if g.cohort else "", g.officers) for g in found] == [("Guayacán 2026", 1), ("", 1)]
    alone = practice.table(cast.office, cast.actor("tomas"), course_id=cast.course.id)
    assert [line.enrolment.person.name for line in alone.lines] == ["Norberto Güiral Peña"]


def test_an_administrator_sees_all(cast: Cast) -> None:
    found = practice.groups(cast.office, cast.actor("ada"))
    assert [(g.cohort.name if g.cohort else "", g.officers) for g in found] == [("Guayacán 2026", 1), ("", 2)]
    assert sign(cast, "ximena", MET, by="ada").result == "competent"


def test_an_officer_of_another_institution_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        sign(cast, "ximena", MET)


def test_a_trainer_without_a_grant_for_the_course_finds_nobody(cast: Cast) -> None:
    assert practice.groups(cast.office, cast.actor("tina")) == []
    assert cast.cohort is not None
    with pytest.raises(NotFound):
        practice.table(cast.office, cast.actor("tina"), cohort_id=cast.cohort.id)
    with pytest.raises(NotFound):
        sign(cast, "ximena", MET, by="tina")


def test_the_officers_of_another_trainers_cohort_are_not_found(cast: Cast) -> None:
    assert cast.cohort is not None
    with cast.office.transaction():
        cast.cohort.trainers.clear()
    with pytest.raises(NotFound):
        sign(cast, "nayeli", MET)
    with pytest.raises(NotFound):
        practice.table(cast.office, cast.actor("tomas"), cohort_id=cast.cohort.id)
    assert [g.cohort for g in practice.groups(cast.office, cast.actor("tomas"))] == [None]


def test_who_has_withdrawn_is_not_found(cast: Cast) -> None:
    with cast.office.transaction():
        enrolment = cast.office.session.get_one(Enrolment, enrolment_of(cast, "nayeli").id)
        enrolment.status = "withdrawn"
    with pytest.raises(NotFound):
        practice.sheet(cast.office, cast.actor("tomas"), enrolment.id, "mission")


def test_a_module_without_a_sheet_is_not_found(cast: Cast) -> None:
    enrolment = enrolment_of(cast, "nayeli")
    for module in ("protection", "nothing"):
        with pytest.raises(NotFound):
            practice.sheet(cast.office, cast.actor("tomas"), enrolment.id, module)


def test_officers_are_found_by_a_part_of_their_name_without_accents(cast: Cast) -> None:
    table = practice.table(cast.office, cast.actor("tomas"), course_id=cast.course.id, search="guiral NORB")
    assert len(table.lines) == 1
    table = practice.table(cast.office, cast.actor("tomas"), course_id=cast.course.id, search="100%")
    assert table.lines == ()


def test_a_long_list_comes_in_pages(cast: Cast) -> None:
    with cast.office.transaction():
        for n in range(60):
            person = Person(
                institution_id=cast.institutions["/pa/senafront/cativo/"].id,
                email=f"o{n}@paso.example",
                name=f"Oficial {n:02}",
                sort_name=fold_name(f"Oficial {n:02}"),
                created_at=cast.clock(),
            )
            cast.office.session.add(person)
            cast.office.session.flush()
            learning.enrol(cast.office, None, person, cast.course.id)
    first = practice.table(cast.office, cast.actor("tomas"), course_id=cast.course.id)
    last = practice.table(cast.office, cast.actor("tomas"), course_id=cast.course.id, page=99)
    assert (len(first.lines), first.pages, last.number, len(last.lines)) == (practice.PAGE_SIZE, 2, 2, 11)


# Signing ------------------------------------------------------------------------------------------


def test_all_criteria_met_is_competent_and_one_missing_is_not_yet(cast: Cast) -> None:
    assert sign(cast, "nayeli", PARTLY).result == "not yet"
    assert standing(cast, "nayeli") == "not yet"
    assert sign(cast, "nayeli", MET, remarks=" Muy bien. ").remarks == "Muy bien."
    assert standing(cast, "nayeli") == "competent"
    assert enrolment_of(cast, "nayeli").practices_done == 1


def test_once_competent_nothing_takes_it_back(cast: Cast) -> None:
    sign(cast, "nayeli", MET)
    cast.clock.pass_by(days=1)
    sign(cast, "nayeli", PARTLY)
    assert standing(cast, "nayeli") == "competent"
    found = practice.sheet(cast.office, cast.actor("tomas"), enrolment_of(cast, "nayeli").id, "mission")
    assert [s.result for s in found.signed] == ["not yet", "competent"]
    assert learning.refold(cast.office, found.study.enrolment).practice == {"mission": "competent"}


def test_a_signing_is_an_event_and_stands_in_the_log(cast: Cast) -> None:
    sheet = sign(cast, "nayeli", MET)
    event = cast.office.session.scalars(select(LearningEvent).where(LearningEvent.kind == "practice.signed")).one()
    assert (event.item, event.payload) == (str(sheet.id), {"result": "competent"})
    entry = cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "practice.sign")).one()
    assert entry.actor_id == cast.people["tomas"].id
    assert entry.detail == {"module": "mission", "result": "competent", "held_on": "2026-11-23"}


def test_the_last_sheet_may_complete_the_course(cast: Cast) -> None:
    for module in ("mission", "protection"):
        story.finish_lessons(cast, "nayeli", module)
        story.play(cast, "nayeli", module)
        story.sit(cast, "nayeli", module)
    story.sit(cast, "nayeli")
    assert enrolment_of(cast, "nayeli").completed_at is None
    sign(cast, "nayeli", MET)
    assert enrolment_of(cast, "nayeli").completed_at == cast.clock()


def test_a_double_click_signs_once(cast: Cast) -> None:
    minted = uuid.uuid4()
    first = sign(cast, "nayeli", MET, sheet_id=minted)
    assert sign(cast, "nayeli", MET, sheet_id=minted).id == first.id
    assert cast.office.session.scalar(select(func.count()).select_from(PracticeSheet)) == 1
    with pytest.raises(Refused) as no:
        sign(cast, "beto", MET, sheet_id=minted)
    assert refusal(no) == "response-malformed"


def test_nobody_signs_their_own_sheet(cast: Cast) -> None:
    with cast.office.transaction():
        tomas = cast.office.session.get_one(Person, cast.people["tomas"].id)
        learning.enrol(cast.office, None, tomas, cast.course.id)
    with pytest.raises(Refused) as no:
        sign(cast, "tomas", MET)
    assert refusal(no) == "practice-own"
    with cast.office.transaction():
        cast.office.session.add(
            RoleGrant(person_id=cast.people["tomas"].id, role="administrator", granted_at=cast.clock())
        )
    cast.office.session.expire_all()
    with pytest.raises(Refused):
        sign(cast, "tomas", MET)


def test_every_criterion_is_answered_and_no_other(cast: Cast) -> None:
    for criteria in ({}, {"tasks": True}, {**MET, "extra": True}):
        with pytest.raises(Refused) as no:
            sign(cast, "nayeli", criteria)
        assert refusal(no) == "practice-incomplete"


def test_a_date_to_come_is_refused_by_the_trainers_own_calendar(cast: Cast) -> None:
    cast.clock.at = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)  # in Panama it is still the 23rd
    with pytest.raises(Refused) as no:
        sign(cast, "nayeli", MET, held_on=dt.date(2026, 11, 24))
    assert refusal(no) == "practice-future"
    assert sign(cast, "nayeli", MET, held_on=TODAY).held_on == TODAY


def test_a_place_is_asked_for_and_what_is_too_long_refused(cast: Cast) -> None:
    for place, remarks, code in (
        ("  ", "", "practice-place"),
        ("x" * 121, "", "practice-long"),
        ("x", "y" * 2001, "practice-long"),
    ):
        with pytest.raises(Refused) as no:
            sign(cast, "nayeli", MET, place=place, remarks=remarks)
        assert refusal(no) == code
    assert cast.office.session.scalar(select(func.count()).select_from(PracticeSheet)) == 0


def test_signing_works_on_both_databases(cast_on_both: Cast) -> None:
    assert sign(cast_on_both, "nayeli", MET).result == "competent"
    assert standing(cast_on_both, "nayeli") == "competent"
    assert len(practice.groups(cast_on_both.office, cast_on_both.actor("tomas"))) == 2
