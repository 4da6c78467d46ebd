"""The demo: believable, whole, the same for everyone, and nothing that a real platform would refuse."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session, joinedload

from app.courseware.compiler import compile
from app.courseware.course import Course
from app.courseware.source import from_folder
from app.records.audit import Notice
from app.records.certificates import Certificate
from app.records.cohorts import Cohort
from app.records.database import install
from app.records.exams import Attempt
from app.records.learning import Enrolment, LearningEvent, PracticeSheet
from app.records.people import AccessToken, Institution, Person
from app.rules import progress
from app.rules.errors import NotFound
from app.rules.permissions import Role, courses
from app.services import accounts, certifying, learning, practice, signins
from app.services.demo import casting, story
from app.services.demo.institutions import STATES, placed
from app.services.office import Actor, Office
from certificates import fonts
from tests import sample
from tests.cast import NOW, Cast, Clock, office_for, publish

pytestmark = pytest.mark.xdist_group("demo")

MEMBERS = {"BZ", "CA", "CR", "DO", "GT", "HN", "MX", "NI", "PA", "SV", "US"}
SMALL = 0.05


@dataclass
class Demo:
    """A filled database."""

    session: Session
    course: Course
    summary: story.Summary

    def office_at(self, moment: dt.datetime) -> Office:
        return office_for(self.session, Clock(moment), demo=True)

    def actor(self, role: str) -> Actor:
        person = self.session.scalars(select(Person).where(Person.email == casting.SIGN_INS[role])).one()
        return accounts.actor_for(self.office_at(NOW), person.id)

    def enrolments(self) -> list[Enrolment]:
        query = select(Enrolment).options(
            joinedload(Enrolment.person), joinedload(Enrolment.institution), joinedload(Enrolment.cohort)
        )
        return list(self.session.scalars(query))


def _engine(file: Path, folder: Path) -> Engine:
    copy = folder / "demo.db"
    shutil.copyfile(file, copy)
    engine = create_engine(f"sqlite:///{copy}")
    install(engine)
    return engine


def _published(session: Session, course: Course) -> Demo:
    demo = Demo(session, course, story.Summary(False))
    office = demo.office_at(story.opening(NOW))
    with office.transaction():
        publish(Cast(office, Clock(), course), course)
    return demo


def _filled(session: Session, course: Course) -> Demo:
    demo = _published(session, course)
    demo.summary = story.fill(demo.office_at, course.id, now=NOW, share=SMALL)
    return demo


@pytest.fixture(scope="session")
def demo(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A tenth of the demo, in the course that we ship. Read only."""
    course = compile(from_folder(Path(__file__).parents[2] / "courses/humanitarian-border-security")).course
    assert course is not None
    engine = _engine(migrated_file, tmp_path_factory.mktemp("demo"))
    with Session(engine, expire_on_commit=False) as session:
        yield _filled(session, course)
    engine.dispose()


@pytest.fixture
def empty(sqlite_url: str, engine_for: Callable[[str], Engine]) -> Iterator[Demo]:
    """A database with the sample course published and nobody in it."""
    with Session(engine_for(sqlite_url), expire_on_commit=False) as session:
        yield _published(session, sample.course())


def test_some_who_completed_the_course_go_on_with_another_and_the_visitor_is_enrolled_in_it(empty: Demo) -> None:
    office = empty.office_at(story.opening(NOW))
    whole = sample.course()
    other = msgspec.structs.replace(whole, id="short-course", code="SHORT", modules=whole.modules[:1])  # as ours have
    with office.transaction():
        publish(Cast(office, Clock(), other), other)
    empty.summary = story.fill(empty.office_at, empty.course.id, now=NOW, share=0.3)

    theirs = [one for one in empty.enrolments() if one.course_id == "short-course"]
    completed = [one for one in empty.enrolments() if one.course_id == empty.course.id and one.completed_at]
    assert {one.person_id for one in theirs} - {empty.actor("learner").person_id} <= {
        one.person_id for one in completed
    }
    assert any(one.completed_at for one in theirs) and any(not one.completed_at for one in theirs)
    assert empty.actor("learner").person_id in {one.person_id for one in theirs}
    assert "short-course" in (courses("sign practice", empty.actor("trainer").grants) or ())


# Who they are -------------------------------------------------------------------------------------------------------


def test_about_three_hundred_officers_of_whom_a_quarter_have_completed() -> None:
    officers = casting.cast(story.SEED).officers
    stages = Counter(part.stage for part in officers)

    assert 280 <= len(officers) <= 320
    assert 0.2 <= sum(stages[stage] for stage in casting.COMPLETED) / len(officers) <= 0.3
    assert stages["expired"] >= 3
    assert stages["revoked"] == 1
    assert stages["participation"] >= 5


def test_every_member_of_the_conference_takes_part_and_the_large_ones_more() -> None:
    officers = Counter(part.country for part in casting.cast(story.SEED).officers)

    assert {country for country, _state in STATES} == set(officers) == MEMBERS
    assert min(officers[c] for c in ("PA", "CR", "HN", "GT", "MX", "DO")) > max(officers[c] for c in ("BZ", "CA", "US"))


def test_names_ranks_and_institutions_can_stand_on_a_certificate() -> None:
    people = list(casting.cast(story.SEED).everyone())
    texts = [text for part in people for text in (part.name, part.rank)] + [one.node.name for one in placed()]

    assert [text for text in texts if fonts.missing(text)] == []
    assert max(len(part.name) for part in people) <= 92
    assert max(len(one.node.name) for one in placed()) <= 120


def test_names_carry_the_letters_of_the_region() -> None:
    letters = set("".join(part.name for part in casting.cast(story.SEED).everyone()))

    assert set("ñáéíóúüÁÓèëô’") <= letters


def test_nobody_shares_a_name_an_address_or_a_number_with_another() -> None:
    people = list(casting.cast(story.SEED).everyone())

    for shared in ("name", "email", "number", "service_number"):
        counts = Counter(getattr(part, shared) for part in people)
        assert [value for value, count in counts.items() if count > 1] == []
    assert all(part.email.isascii() and part.email.endswith("@demo.example") for part in people)


def test_officers_of_english_speaking_states_read_english_and_the_others_spanish() -> None:
    spoken = {part.country: part.language for part in casting.cast(story.SEED).everyone()}

    assert {country for country, language in spoken.items() if language == "en"} == {"BZ", "CA", "US"}
    assert set(spoken.values()) == {"en", "es"}


# What they have done ------------------------------------------------------------------------------------------------


def test_every_stage_is_met_in_every_share(demo: Demo) -> None:
    assert set(demo.summary.stages) == {"learner", *casting.WEIGHTS, "expired", "revoked"}


def test_officers_of_all_eleven_states_learn(demo: Demo) -> None:
    assert {row.institution.country for row in demo.enrolments()} == MEMBERS


def test_every_summary_is_the_fold_of_its_events(demo: Demo) -> None:
    office = demo.office_at(NOW)
    for row in demo.enrolments():
        again = learning.refold(office, row)
        assert progress.from_json(row.progress) == again, row.person.name
        assert row.percent == progress.percent(demo.course, again)
        assert (row.status == "completed") == progress.complete(demo.course, again)


def test_what_the_summary_says_is_in_the_database(demo: Demo) -> None:
    def count(table: type) -> int:
        return demo.session.scalar(select(func.count()).select_from(table)) or 0

    said = demo.summary
    assert (said.institutions, said.people, said.cohorts, said.certificates) == tuple(
        count(table) for table in (Institution, Person, Cohort, Certificate)
    )
    assert sum(said.stages.values()) == count(Enrolment)


def test_certificates_are_valid_expired_revoked_and_of_participation(demo: Demo) -> None:
    rows = list(demo.session.scalars(select(Certificate)))
    states = Counter(certifying.state_of(row, NOW.date()) for row in rows)

    assert states["valid"] > states["expired"] >= 1
    assert states["revoked"] == 1
    assert Counter(row.kind for row in rows)["participation"] == demo.summary.stages["participation"]


def test_nothing_happened_in_the_future_or_before_its_reason(demo: Demo) -> None:
    for row in demo.enrolments():
        assert row.person.created_at <= row.enrolled_at < NOW
        if row.cohort and row.started_at and row.active_at:
            assert row.enrolled_at < row.started_at <= row.active_at <= NOW
            assert row.cohort.starts_on <= row.started_at.date()
        if row.cohort and row.completed_at:
            assert row.completed_at.date() <= row.cohort.ends_on
    assert all(event.at <= event.received_at <= NOW for event in demo.session.scalars(select(LearningEvent)))
    assert all(sheet.held_on <= sheet.signed_at.date() for sheet in demo.session.scalars(select(PracticeSheet)))


def test_events_of_an_officer_are_folded_in_the_order_in_which_they_happened(demo: Demo) -> None:
    rows = demo.session.scalars(
        select(LearningEvent).order_by(LearningEvent.enrolment_id, LearningEvent.sequence)
    ).all()

    for before, after in pairwise(rows):
        assert before.enrolment_id != after.enrolment_id or before.at <= after.at


def test_attempts_kept_their_waiting_time(demo: Demo) -> None:
    rules = {"quiz": demo.course.completion.quizzes, "exam": demo.course.completion.exam}
    query = select(Attempt).order_by(Attempt.enrolment_id, Attempt.kind, Attempt.module, Attempt.number)
    rows = list(demo.session.scalars(query))
    again = 0
    for before, after in pairwise(rows):
        if (before.enrolment_id, before.kind, before.module) == (after.enrolment_id, after.kind, after.module):
            rule = rules[after.kind]
            assert rule is not None
            assert before.closed_at is not None
            assert after.opened_at - before.closed_at >= dt.timedelta(hours=rule.wait_hours)
            again += 1
    assert again >= 5


def test_some_wait_for_an_attempt_some_have_one_open_and_some_have_none_left(demo: Demo) -> None:
    by_quiz: dict[tuple[object, str], list[Attempt]] = {}
    for row in demo.session.scalars(select(Attempt).where(Attempt.kind == "quiz").order_by(Attempt.number)):
        by_quiz.setdefault((row.enrolment_id, row.module), []).append(row)
    failed = [rows for rows in by_quiz.values() if not any(row.passed for row in rows)]

    assert any(rows[-1].closed_at is None for rows in failed)
    assert any(rows[-1].critical_mark != 100 and (rows[-1].mark or 0) >= 70 for rows in failed)
    assert any(len(rows) == 3 for rows in failed)
    since = NOW - dt.timedelta(hours=12)
    assert any(len(rows) == 2 and (last := rows[-1].closed_at) is not None and last > since for rows in failed)


def test_the_invited_have_no_password_and_a_link(demo: Demo) -> None:
    invited = set(demo.session.scalars(select(Person.id).where(Person.password_hash == "")))

    assert len(invited) == demo.summary.stages["invited"]
    assert set(demo.session.scalars(select(AccessToken.person_id))) == invited


def test_no_message_of_the_past_is_still_to_be_sent(demo: Demo) -> None:
    assert demo.session.scalar(select(func.count()).where(Notice.sent_at.is_(None))) == 0


# The four sign-ins --------------------------------------------------------------------------------------------------


def test_the_four_sign_ins_work(demo: Demo) -> None:
    roles = {}
    for role, email in casting.SIGN_INS.items():
        token = accounts.sign_in(demo.office_at(NOW), email, casting.PASSWORD, address="127.0.0.1")
        who = signins.signed_in(demo.office_at(NOW), token)
        assert who is not None
        roles[role] = [grant.role for grant in who.actor.grants]

    assert roles == {
        "learner": [Role.LEARNER],
        "trainer": [Role.TRAINER],
        "coordinator": [Role.COORDINATOR],
        "admin": [Role.ADMINISTRATOR],
    }


def test_the_learner_has_finished_a_module_and_is_halfway_through_the_next(demo: Demo) -> None:
    study = learning.study(demo.office_at(NOW), demo.actor("learner"), demo.course.id)
    first, second = demo.course.modules[:2]

    assert all(standing.met for standing in study.standings if standing.module == first.id)
    assert 0 < study.lessons_done(second) < len(second.lessons)
    assert study.progress.checks.keys() & set(second.lessons[study.lessons_done(second)].questions)


def test_the_trainer_has_sheets_to_sign(demo: Demo) -> None:
    office, trainer = demo.office_at(NOW), demo.actor("trainer")
    waiting = 0
    for group in practice.groups(office, trainer):
        cohort = group.cohort.id if group.cohort else None
        table = practice.table(office, trainer, cohort_id=cohort, course_id=group.course.id)
        for line in table.lines:
            study = learning.study_of(office, line.enrolment)
            for module in table.modules:
                finished = study.lessons_done(module) == len(module.lessons)
                waiting += finished and line.standing.get(module.id) != "competent"
    assert waiting >= 1


def test_the_coordinator_sees_senafront_and_nobody_else(demo: Demo) -> None:
    actor = demo.actor("coordinator")

    assert actor.paths("read roster") == ("/pa/senafront/",)
    below = [row for row in demo.enrolments() if row.institution.path.startswith("/pa/senafront/")]
    assert 3 <= len(below) < len(demo.enrolments())


# Filling ------------------------------------------------------------------------------------------------------------


def _told(demo: Demo) -> list[tuple[object, ...]]:
    return sorted(
        (
            r.person.name,
            r.person.email,
            r.institution.path,
            r.status,
            r.percent,
            r.exam_mark,
            r.enrolled_at,
            r.completed_at,
        )
        for r in demo.enrolments()
    )


def test_the_same_seed_and_moment_make_the_same_people_and_states(
    empty: Demo, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = story.fill(empty.office_at, empty.course.id, now=NOW, share=0.03)
    engine = _engine(migrated_file, tmp_path_factory.mktemp("again"))
    with Session(engine, expire_on_commit=False) as session:
        again = _published(session, empty.course)
        assert story.fill(again.office_at, again.course.id, now=NOW, share=0.03) == first
        assert _told(again) == _told(empty)
    engine.dispose()


def test_another_seed_makes_other_people() -> None:
    names = {part.name for part in casting.cast("another", SMALL).officers}

    assert len(names & {part.name for part in casting.cast(story.SEED, SMALL).officers}) < len(names) / 5


def test_a_database_with_institutions_is_left_alone(empty: Demo) -> None:
    office = empty.office_at(NOW)
    with office.transaction():
        office.session.add(Institution(path="/pa/", name="Panamá", country="PA", kind="state"))

    assert story.fill(empty.office_at, empty.course.id, now=NOW) == story.Summary(False)
    assert empty.session.scalar(select(func.count()).select_from(Person)) == 0


def test_nothing_is_filled_where_the_settings_do_not_say_demo(empty: Demo) -> None:
    with pytest.raises(story.DemoRefused, match="PASO_DEMO"):
        story.fill(lambda moment: office_for(empty.session, Clock(moment)), empty.course.id, now=NOW)


def test_a_course_that_is_not_published_is_not_found(empty: Demo) -> None:
    with pytest.raises(NotFound):
        story.fill(empty.office_at, "no-such-course", now=NOW)


def test_a_demo_that_fails_halfway_leaves_nothing_behind(empty: Demo) -> None:
    calls = 0

    def breaks(moment: dt.datetime) -> Office:
        nonlocal calls
        calls += 1
        if calls > 60:
            raise OSError("disk full")
        return empty.office_at(moment)

    with pytest.raises(OSError, match="disk full"):
        story.fill(breaks, empty.course.id, now=NOW, share=SMALL)
    assert empty.session.scalar(select(func.count()).select_from(Institution)) == 0
    assert empty.session.scalar(select(func.count()).select_from(Person)) == 0
