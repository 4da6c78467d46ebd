"""``paso doctor``: whatever is altered behind the platform's back is named, and what is derived can be derived again."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, text, update

from app.records.audit import AuditEntry
from app.records.certificates import Certificate, CertificateFile
from app.records.editions import Edition
from app.records.exams import Attempt, AttemptAnswer
from app.records.learning import Enrolment, LearningEvent, PracticeSheet
from app.records.people import Institution
from app.services import doctor
from tests.cast import Cast
from tests.story import complete, finish_lessons, sit

Damage = Callable[[Cast], object]


@pytest.fixture
def kept(cast_on_both: Cast) -> Cast:
    """Nayeli is done and holds a certificate; Beto has read a module and failed its quiz."""
    complete(cast_on_both, "nayeli")
    finish_lessons(cast_on_both, "beto", "mission")
    sit(cast_on_both, "beto", "mission", wrong=3)
    return cast_on_both


def look(cast: Cast) -> doctor.Report:
    cast.office.session.rollback()
    cast.office.session.expire_all()
    return doctor.examine(cast.office)


def codes(cast: Cast) -> set[str]:
    return {finding.code for finding in look(cast).findings}


def run(cast: Cast, statement: object) -> None:
    with cast.office.transaction():
        cast.office.session.execute(statement)  # type: ignore[call-overload]


def enrolment(cast: Cast, name: str) -> Enrolment:
    mine = select(Enrolment).where(Enrolment.person_id == cast.people[name].id)
    return cast.office.session.scalars(mine.execution_options(populate_existing=True)).one()


def unguarded(cast: Cast, statement: str, **values: object) -> None:
    """As somebody with the database's own tools, who told it not to look."""
    session = cast.office.session
    session.rollback()
    if session.get_bind().dialect.name == "sqlite":
        raw = session.connection().connection.driver_connection
        session.rollback()
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute(statement.replace(":id", "?"), [value.hex for value in values.values()])
        raw.execute("PRAGMA foreign_keys=ON")
    else:
        session.execute(text("SET session_replication_role = replica"))
        session.execute(text(statement), values)
        session.execute(text("SET session_replication_role = origin"))
        session.commit()


def test_where_nothing_is_wrong_nothing_is_found_and_everything_was_looked_at(kept: Cast) -> None:
    report = look(kept)
    assert report.findings == ()
    assert report.looked("progress") == kept.office.session.query(Enrolment).count()
    assert report.looked("attempts") == kept.office.session.query(Attempt).count() > 3
    assert report.looked("certificates") == 1
    assert min(part.looked for part in report.parts) > 0


ALTERED: dict[str, tuple[Damage, str]] = {
    "percent": (lambda c: update(Enrolment).values(percent=Enrolment.percent - 1), "summary-differs"),
    "exam mark": (lambda c: update(Enrolment).values(exam_mark=77), "summary-differs"),
    "progress": (lambda c: update(Enrolment).values(progress="{}"), "summary-differs"),
    "progress unreadable": (lambda c: update(Enrolment).values(progress="{nothing"), "summary-differs"),
    "status": (
        lambda c: update(Enrolment).where(Enrolment.status == "completed").values(status="active"),
        "status-differs",
    ),
    "an event gone": (lambda c: delete(LearningEvent).where(LearningEvent.sequence == 2), "events-missing"),
    "the last event gone": (
        lambda c: delete(LearningEvent).where(LearningEvent.kind == "attempt.closed", LearningEvent.module == ""),
        "events-fewer",
    ),
    "another's event": (
        lambda c: (
            update(LearningEvent)
            .where(LearningEvent.person_id == c.people["beto"].id)
            .values(person_id=c.people["ximena"].id)
        ),
        "event-strange",
    ),
    "an event's payload": (
        lambda c: update(LearningEvent).where(LearningEvent.kind == "attempt.closed").values(payload={"mark": "many"}),
        "event-broken",
    ),
    "an answer's credit": (lambda c: update(AttemptAnswer).values(credit=0.5), "credit-differs"),
    "an answer itself": (
        lambda c: update(AttemptAnswer).where(AttemptAnswer.credit == 0).values(response={"value": ["right"]}),
        "credit-differs",
    ),
    "an answer gone": (lambda c: delete(AttemptAnswer), "mark-differs"),
    "a mark": (lambda c: update(Attempt).where(Attempt.mark < 80).values(mark=85), "mark-differs"),
    "a pass": (lambda c: update(Attempt).where(Attempt.passed.is_(False)).values(passed=True), "pass-differs"),
    "a paper": (lambda c: update(Attempt).values(paper=[["no-such-question", []]]), "attempt-broken"),
    "a closed attempt that no event tells of": (
        lambda c: (
            update(LearningEvent)
            .where(LearningEvent.kind == "attempt.closed", LearningEvent.person_id == c.people["beto"].id)
            .values(id=uuid.uuid4())
        ),
        "attempt-uncounted",
    ),
    "a sheet that no event tells of": (lambda c: update(PracticeSheet).values(id=uuid.uuid4()), "sheet-uncounted"),
    "a completion taken back": (
        lambda c: update(Enrolment).where(Enrolment.status == "completed").values(completed_at=None, status="active"),
        "certificate-early",
    ),
    "a certificate's person": (
        lambda c: update(Certificate).values(person_id=c.people["beto"].id),
        "certificate-strange",
    ),
    "a certificate's code": (lambda c: update(Certificate).values(serial="0000-0000-0000-01"), "serial-malformed"),
    "a certificate's PDF": (lambda c: update(CertificateFile).values(content=b"%PDF-"), "sheet-differs"),
    "an edition": (lambda c: update(Edition).values(content=b"{}"), "edition-differs"),
    "an edition's source": (lambda c: update(Edition).values(source=b"PK no zip"), "source-damaged"),
    "a post moved to another country": (
        lambda c: update(Institution).where(Institution.path.endswith("cativo/")).values(path="/cr/cativo/"),
        "path-differs",
    ),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_is_altered_is_named(kept: Cast, what: str) -> None:
    damage, code = ALTERED[what]
    run(kept, damage(kept))
    assert code in codes(kept)


def test_a_certificate_that_is_gone_is_missed(kept: Cast) -> None:
    run(kept, delete(CertificateFile))
    run(kept, delete(Certificate))
    assert {"certificate-missing", "certificate-owed"} <= codes(kept)


def test_rows_without_what_they_belong_to_are_counted_by_table(kept: Cast) -> None:
    unguarded(kept, "DELETE FROM person WHERE id = :id", id=kept.people["ximena"].id)
    found = [finding for finding in look(kept).findings if finding.code == "orphans"]
    assert {finding.values["table"] for finding in found} >= {"enrolment", "role_grant"}


def test_a_trigger_that_keeps_the_past_is_missed(kept: Cast) -> None:
    on = "" if kept.office.session.get_bind().dialect.name == "sqlite" else " ON person"
    with kept.office.transaction():
        kept.office.session.execute(text(f"DROP TRIGGER past_person_update{on}"))
    (finding,) = look(kept).findings
    assert (finding.code, finding.values["names"]) == ("past-unguarded", "past_person_update")


def test_every_finding_can_be_said_in_both_languages() -> None:
    from app.commands import surroundings
    from app.services import auditchain, register
    from app.services.doctor import folding, marks, rows

    for module in (auditchain, register, folding, marks, rows, surroundings):
        for code, (english, spanish) in module.SAID.items():
            names = [set(_names(sentence)) for sentence in (english, spanish)]
            assert names[0] == names[1], code
            assert english != spanish


def _names(sentence: str) -> list[str]:
    return [part.partition("}")[0] for part in sentence.split("{")[1:]]


def test_progress_that_differs_is_derived_again_and_the_log_says_so(kept: Cast) -> None:
    was = enrolment(kept, "nayeli")
    before = (was.progress, was.percent, was.exam_mark, was.completed_at)
    run(kept, update(Enrolment).values(progress="{}", percent=3, exam_mark=None))
    assert doctor.repair(kept.office) >= 2
    now = enrolment(kept, "nayeli")
    assert (now.progress, now.percent, now.exam_mark, now.completed_at) == before
    assert look(kept).findings == ()
    entry = kept.office.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "progress.repair", AuditEntry.subject == str(now.id))
    ).one()
    assert "percent" in entry.detail["fields"]
    assert doctor.repair(kept.office) == 0, "what is right is left alone"


def test_where_an_event_is_missing_nothing_is_written_over_what_is_still_known(kept: Cast) -> None:
    known = enrolment(kept, "nayeli").progress
    run(kept, delete(LearningEvent).where(LearningEvent.sequence == 3))
    run(kept, update(Enrolment).values(percent=1))
    doctor.repair(kept.office)
    assert enrolment(kept, "nayeli").progress == known
    assert "events-missing" in codes(kept)


def test_a_mark_that_a_ruling_lifted_is_no_finding(kept: Cast) -> None:
    from app.services import rulings

    attempt = kept.office.session.scalars(select(Attempt).where(Attempt.passed.is_(False))).one()
    wrong = kept.office.session.scalars(
        select(AttemptAnswer.question).where(AttemptAnswer.attempt_id == attempt.id, AttemptAnswer.credit == 0)
    ).first()
    assert wrong
    rulings.make(kept.office, kept.actor("tomas"), kept.course.id, wrong, 1, "annul", "Badly put.")
    assert look(kept).findings == (), "not yet applied"
    rulings.apply_due(kept.office)
    assert look(kept).findings == ()


def test_many_enrolments_are_looked_at_a_few_at_a_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.services.doctor import folding

    monkeypatch.setattr(folding, "PAGE", 2)
    for name in ("nayeli", "beto", "ximena"):
        finish_lessons(cast, name, "mission")
    report = look(cast)
    assert report.looked("progress") >= 3
    assert report.findings == ()
    row = enrolment(cast, "ximena")
    run(cast, update(Enrolment).where(Enrolment.id == row.id).values(percent=99))
    (finding,) = look(cast).findings
    assert finding.values["enrolment"] == str(row.id)
