"""kill -9 the server in the middle of an exam, send twice, come back from elsewhere: nothing lost, nothing counted twice."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable

from sqlalchemy import func, select

from app.records.certificates import Certificate
from app.records.exams import Attempt, AttemptAnswer
from app.records.learning import Enrolment, LearningEvent
from app.rules.paperentry import written
from app.services import doctor, papercopies
from tests.cast import Cast
from tests.outage.conftest import Server
from tests.outage.visitor import LOST, Visitor, chosen, place
from tests.services.test_papercopies import print_for, right
from tests.story import sign_practice

EXAM = "/learn/humane-border/exam"
RIGHT, WRONG = "Recibir la solicitud.", "Indicar el autobús."


def begin(visitor: Visitor) -> None:
    status, to = visitor.post(visitor.form(visitor.page(EXAM), "/exam"))
    assert status == 303, to
    assert to.startswith(f"{EXAM}/")


def give(visitor: Visitor, position: int, text: str) -> bool:
    """Answer one place; whether the server said that it has it."""
    page = visitor.page(f"{EXAM}/{position}")
    status, _to = visitor.post(visitor.form(page, f"/exam/{position}"), a=place(page, text), go="next")
    return status == 303


def exam_of(cast: Cast, name: str) -> list[Attempt]:
    session = cast.office.session
    session.rollback()
    session.expire_all()
    return list(
        session.scalars(
            select(Attempt)
            .join(Enrolment)
            .where(Enrolment.person_id == cast.people[name].id, Attempt.kind == "exam")
            .order_by(Attempt.number)
        )
    )


def closings(cast: Cast, name: str) -> int:
    return (
        cast.office.session.scalar(
            select(func.count())
            .select_from(LearningEvent)
            .where(
                LearningEvent.person_id == cast.people[name].id,
                LearningEvent.kind == "attempt.closed",
                LearningEvent.module == "",
            )
        )
        or 0
    )


def test_a_server_killed_in_the_middle_of_an_exam_has_every_answer_that_it_said_it_has(
    prepared: Cast, server: Server, device: Callable[[str], Visitor]
) -> None:
    chance = random.Random(9)
    nayeli = device("nayeli")
    begin(nayeli)
    said: dict[int, str] = {}
    for round_ in range(3):
        over = threading.Event()
        changed: list[tuple[int, str]] = []

        def keep_answering(
            over: threading.Event = over, changed: list[tuple[int, str]] = changed, seed: int = round_
        ) -> None:
            mine = random.Random(seed)
            while not over.is_set():
                position, text = mine.randint(1, 6), mine.choice((RIGHT, WRONG))
                changed.append((position, text))  # sent; whether it arrived is known only with the answer
                try:
                    if not give(nayeli, position, text):
                        break
                except LOST:
                    break
                said[position] = text
                changed.clear()

        writer = threading.Thread(target=keep_answering)
        writer.start()
        time.sleep(0.6 + chance.random())
        server.kill()
        over.set()
        writer.join(30)
        in_flight = dict(changed)
        server.start()
        assert said
        for position, text in said.items():
            kept = chosen(nayeli.page(f"{EXAM}/{position}"))
            # the one that was on its way when the server died may have arrived; no other may differ
            assert kept in {text, in_flight.get(position, text)}, f"place {position} after kill {round_ + 1}"
        for position, text in in_flight.items():
            assert give(nayeli, position, text), "what was on its way is simply sent again"
            said[position] = text
    for position in range(1, 7):
        assert give(nayeli, position, RIGHT)
    assert nayeli.post(nayeli.form(nayeli.page(f"{EXAM}/hand-in"), "hand-in"))[0] == 303
    (attempt,) = exam_of(prepared, "nayeli")
    assert (attempt.mark, attempt.passed, closings(prepared, "nayeli")) == (100, True, 1)
    kept = prepared.office.session.query(AttemptAnswer).filter_by(attempt_id=attempt.id).count()
    assert kept == 6
    assert doctor.examine(prepared.office).findings == ()


def test_a_server_killed_while_an_exam_is_handed_in_counts_it_once(
    prepared: Cast, server: Server, device: Callable[[str], Visitor]
) -> None:
    sign_practice(prepared, "nayeli", "mission")
    prepared.office.session.rollback()
    chance = random.Random(4)
    for name in ("nayeli", "beto", "ximena"):
        visitor = device(name)
        begin(visitor)
        for position in range(1, 7):
            assert give(visitor, position, RIGHT)
        form = visitor.form(visitor.page(f"{EXAM}/hand-in"), "hand-in")

        def hand_in(visitor: Visitor = visitor, form: dict[str, object] = form) -> None:
            try:
                visitor.post(form)
            except LOST:
                return

        sender = threading.Thread(target=hand_in)
        sender.start()
        time.sleep(chance.random() * 0.15)
        server.kill()
        sender.join(30)
        server.start()
        # the officer does not know whether it arrived, and presses again
        status, to = visitor.post(form)
        assert (status, to) == (303, f"{EXAM}/result/1")
        (attempt,) = exam_of(prepared, name)
        assert (attempt.mark, attempt.passed, attempt.closed_how) == (100, True, "submitted")
        assert closings(prepared, name) == 1
    certificates = prepared.office.session.query(Certificate).filter_by(kind="completion").all()
    assert [row.person_id for row in certificates] == [prepared.people["nayeli"].id]
    assert doctor.examine(prepared.office).findings == ()


def test_pressed_six_times_at_once_from_two_devices_it_begins_once_and_is_handed_in_once(
    prepared: Cast, server: Server, device: Callable[[str], Visitor]
) -> None:
    computer, phone = device("nayeli"), device("nayeli")
    at_once([(one, one.form(one.page(EXAM), "/exam")) for one in (computer, phone) * 3])
    assert len(exam_of(prepared, "nayeli")) == 1
    for position in range(1, 7):
        assert give(computer if position % 2 else phone, position, RIGHT)
    at_once([(one, one.form(one.page(f"{EXAM}/hand-in"), "hand-in")) for one in (computer, phone) * 3])
    (attempt,) = exam_of(prepared, "nayeli")
    assert (attempt.mark, closings(prepared, "nayeli")) == (100, 1)
    assert doctor.examine(prepared.office).findings == ()


def at_once(sendings: list[tuple[Visitor, dict[str, object]]]) -> None:
    """Send every form at the same moment; each is answered by a redirect."""
    gate, answers = threading.Barrier(len(sendings)), []

    def send(visitor: Visitor, form: dict[str, object]) -> None:
        gate.wait()
        answers.append(visitor.post(form)[0])

    threads = [threading.Thread(target=send, args=one) for one in sendings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [303] * len(sendings)


def test_two_devices_answer_the_same_place_and_the_last_one_stands(
    prepared: Cast, server: Server, device: Callable[[str], Visitor]
) -> None:
    computer, phone = device("nayeli"), device("nayeli")
    begin(computer)
    begin(phone)
    for n in range(6):
        assert give((computer, phone)[n % 2], 1, (RIGHT, WRONG)[n % 2])
    assert chosen(computer.page(f"{EXAM}/1")) == chosen(phone.page(f"{EXAM}/1")) == WRONG
    (attempt,) = exam_of(prepared, "nayeli")
    assert prepared.office.session.query(AttemptAnswer).filter_by(attempt_id=attempt.id).count() == 1


def test_a_server_killed_while_a_second_person_enters_a_sheet_grades_it_once(
    prepared: Cast, server: Server, device: Callable[[str], Visitor]
) -> None:
    (copy,) = print_for(prepared)
    entry = right(prepared, copy)
    papercopies.enter(prepared.office, prepared.actor("tomas"), copy.code, entry, prepared.clock().date())
    attempt = prepared.office.session.get_one(Attempt, copy.attempt_id)
    fields = {
        f"q-{place}": written(prepared.course.questions[name], order, entry[name])
        for place, (name, order) in enumerate(attempt.paper, 1)
    }
    prepared.office.session.rollback()
    coralia = device("coralia")
    here = f"/coordinate/exams/copies/{copy.code}/"
    form = coralia.form(coralia.page(here), f"{copy.code}/")

    def send() -> None:
        try:
            coralia.post(form, **fields)
        except LOST:
            return

    sender = threading.Thread(target=send)
    sender.start()
    time.sleep(0.03)
    server.kill()
    sender.join(30)
    server.start()
    coralia.post(form, **fields)  # graded meanwhile, it is refused; not graded yet, it is graded now
    (sat,) = exam_of(prepared, "nayeli")
    assert (sat.mark, sat.closed_how, closings(prepared, "nayeli")) == (100, "paper", 1)
    assert doctor.examine(prepared.office).findings == ()


def test_a_server_killed_while_a_device_sends_a_batch_counts_each_answer_once(
    prepared: Cast, server: Server, device: Callable[[str], Visitor]
) -> None:
    chance = random.Random(5)
    nayeli = device("nayeli")
    waiting = [
        {
            "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            "at": prepared.clock().isoformat(),
            "course": "humane-border",
            "kind": "check.answered",
            "module": "mission",
            "item": f"mission-check-{1 + n % 2}",
            "payload": {"fields": {"a": ["bus"]}, "edition": ""},
        }
        for n in range(150)
    ]
    names = {event["id"] for event in waiting}
    for _kill in range(3):
        lost = threading.Event()

        def send(lost: threading.Event = lost) -> None:
            while waiting:
                try:
                    results = nayeli.sync(waiting[:50])
                except LOST:
                    lost.set()
                    return
                told = {one["id"] for one in results if one["status"] in ("applied", "duplicate")}
                waiting[:] = [event for event in waiting if event["id"] not in told]

        sender = threading.Thread(target=send)
        sender.start()
        time.sleep(0.05 + 0.3 * chance.random())
        server.kill()
        sender.join(30)
        server.start()
    while waiting:
        told = {one["id"] for one in nayeli.sync(waiting[:50])}
        waiting[:] = [event for event in waiting if event["id"] not in told]
    rows = prepared.office.session.scalars(
        select(LearningEvent.id).where(LearningEvent.person_id == prepared.people["nayeli"].id)
    ).all()
    kept = [str(row) for row in rows if str(row) in names]
    assert len(kept) == len(names) == 150
    assert doctor.examine(prepared.office).findings == ()
