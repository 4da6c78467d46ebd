"""Practice days at every door: planned, marked on a phone, signed, seen by officers and coordinators; and the survey."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable

import brotli
import pytest
from flask import Flask
from sqlalchemy import event, select

from app.records.database import db
from app.records.learning import Enrolment, PracticeSheet
from app.records.people import Person
from app.records.practicedays import Attendance
from app.rules.disclosure import LEAST
from app.rules.survey import SCORED
from app.services import learning, surveys
from app.services.office import actor_of, fold_name
from tests.cast import Cast
from tests.story import complete
from tests.web.client import Browser

TODAY = "2026-11-23"
SignIn = Callable[[str], Browser]


@pytest.fixture
def cast(app: Flask) -> Cast:
    found: Cast = app.cast  # type: ignore[attr-defined]
    with app.app_context():
        with found.office.transaction():
            learning.enrol(found.office, None, found.people["beto"], found.course.id, found.cohort.id)
        db.session.remove()
    return found


def plan(browser: Browser, door: str, cast: Cast, **changes: object) -> str:
    """Plan a day from the cohort's page; returns the address of the day."""
    browser.page(f"/{door}/cohorts/{cast.cohort.id}/days/new")
    given = {"on": TODAY, "place": "Paso del Guayacán", "sheets": ["mission"], **changes}
    response = browser.submit("/days/new", **given)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.request.path


def enrolment(app: Flask, name: str) -> uuid.UUID:
    with app.app_context():
        return db.session.scalars(
            select(Enrolment.id).join(Enrolment.person).where(Person.email == f"{name}@paso.example")
        ).one()


def test_a_trainer_plans_a_day_and_the_officer_puts_it_into_a_calendar(app, cast, signed_in: SignIn):
    tomas = signed_in("tomas")
    assert "Todavía no hay jornadas" in tomas.page(f"/teach/cohorts/{cast.cohort.id}/")
    day = plan(tomas, "teach", cast, on="2026-11-30", bring="Chaleco", directions="Portón norte")
    assert "30 nov 2026, 08:00–16:00 (hora de Panamá)" in tomas.page(f"/teach/cohorts/{cast.cohort.id}/")
    nayeli = signed_in("nayeli")
    assert "Próxima jornada de práctica:" in nayeli.page("/learn/")
    page = nayeli.page("/learn/humane-border/")
    assert "Paso del Guayacán. Portón norte" in page and "Chaleco" in page
    address = re.search(r'href="([^"]+\.ics)"', page)[1]
    response = nayeli.get(address)
    assert response.mimetype == "text/calendar"
    assert b"\r\nSEQUENCE:0\r\n" in response.data
    assert "jornada-de-practica" in response.headers["Content-Disposition"]
    signed_in("ximena").page(address, 404)
    tomas.page(f"{day}edit")
    tomas.submit("/edit", starts="09:00", sheets=["mission"])
    assert b"\r\nSEQUENCE:1\r\n" in nayeli.get(address).data
    tomas.page(f"{day}cancel")
    assert "Escriba el motivo" in tomas.submit("/cancel").get_data(as_text=True)
    assert "Crecida" in tomas.submit("/cancel", reason="Crecida").get_data(as_text=True)
    assert b"\r\nSTATUS:CANCELLED\r\n" in nayeli.get(address).data
    assert "Cancelada" in nayeli.page("/learn/humane-border/")
    tomas.page(f"{day}edit", 302)


def test_a_day_with_faults_comes_back_as_it_was_written(cast, signed_in: SignIn):
    coralia = signed_in("coralia")
    coralia.page(f"/coordinate/cohorts/{cast.cohort.id}/days/new")
    for faults, words in (
        ({"on": ""}, "Escriba la fecha"),
        ({"starts": "25:00"}, "Escriba una hora"),
        ({"ends": "07:00"}, "termina antes de empezar"),
        ({"sheets": []}, "Marque al menos una"),
        ({"most": "1"}, "Hay lugar para 1"),
        ({"who": "chosen"}, "Marque a quiénes"),
        ({"place": "x" * 121}, "Acorte"),
    ):
        given = {"on": TODAY, "starts": "08:00", "ends": "16:00", "most": "", "who": "everybody"}
        given |= {"place": "Muelle", "sheets": ["mission"], "bring": "Agua", **faults}
        response = coralia.submit("/days/new", **given)
        page = response.get_data(as_text=True)
        assert response.status_code == 422
        assert words in page and ">Agua</textarea>" in page.replace("\r\n", "")


def test_a_day_is_marked_signed_and_read_by_everyone_it_concerns(app, cast, signed_in: SignIn):
    tomas, coralia = signed_in("tomas"), signed_in("coralia")
    day = plan(coralia, "coordinate", cast).replace("/coordinate/", "/teach/")
    nayeli, beto = enrolment(app, "nayeli"), enrolment(app, "beto")
    page = tomas.page(day)
    assert "0 de 2 firmadas" in page and f'name="state-{nayeli}"' in page
    page = tomas.submit(f"{day}$", **{f"state-{nayeli}": "present", f"remark-{nayeli}": "a tiempo"}).get_data(
        as_text=True
    )
    assert "1 marca guardada" in page
    page = tomas.submit(f"{day}$", close="yes").get_data(as_text=True)
    assert "faltan 1 de la lista" in page and 'value="a tiempo"' in page
    page = tomas.submit(f"{day}$", close="yes", **{f"state-{beto}": "absent"}).get_data(as_text=True)
    assert "Cerrada y firmada por Tomás Ñurinda Sáenz" in page
    response = tomas.submit(f"{day}$", **{f"state-{beto}": "late"})
    page = response.get_data(as_text=True)
    assert response.status_code == 422 and "escriba por qué" in page
    assert re.search(rf'id="s-{beto}-late"[^>]* checked', page), "what was chosen is still there"
    page = tomas.submit(f"{day}$", reason="Segunda lancha", **{f"state-{beto}": "late"}).get_data(as_text=True)
    assert "Marcas anteriores" in page and "Segunda lancha" in page
    seen = coralia.page(day.replace("/teach/", "/coordinate/"))
    assert "Llegó tarde" in seen and "a tiempo" in seen
    assert "asistieron 2 de 2" in coralia.page(f"/coordinate/cohorts/{cast.cohort.id}")
    record = coralia.page(f"/coordinate/people/{cast.people['beto'].id}")
    assert "1 jornada de práctica" in record and "Asistencia corregida" in record
    assert "Llegó tarde" in signed_in("beto").page("/learn/humane-border/")
    csv = coralia.get(f"/coordinate/cohorts/{cast.cohort.id}/attendance.csv").get_data(as_text=True)
    assert "Norberto Güiral Peña,Puesto El Cativo,Llegó tarde,1,1" in csv
    assert coralia.get(f"/coordinate/cohorts/{cast.cohort.id}/attendance.xlsx").data[:2] == b"PK"
    paper = tomas.page(f"{day}list")
    assert "Firma" in paper and "Norberto" in paper


def test_two_phones_one_list(app, cast, signed_in: SignIn):
    tomas, ada = signed_in("tomas"), signed_in("ada")
    day = plan(tomas, "teach", cast)
    nayeli, beto = enrolment(app, "nayeli"), enrolment(app, "beto")
    tomas.page(day)
    ada.page(day)
    ada.submit(f"{day}$", **{f"state-{nayeli}": "excused", f"remark-{nayeli}": "called"})
    response = tomas.submit(f"{day}$", **{f"state-{nayeli}": "absent", f"state-{beto}": "present"})
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Ada Wright marcó: Con excusa · called" in page and "1 marca guardada" in page
    assert re.search(rf'id="s-{nayeli}-absent"[^>]* checked', page)
    with app.app_context():
        kept = {row.enrolment_id: row.state for row in db.session.scalars(select(Attendance))}
    assert kept == {nayeli: "excused", beto: "present"}
    tomas.submit(f"{day}$")
    with app.app_context():
        assert db.session.get(Attendance, (uuid.UUID(day.split("/")[-2]), nayeli)).state == "absent"


def test_sheets_are_signed_from_the_list_for_those_who_came(app, cast, signed_in: SignIn):
    tomas = signed_in("tomas")
    day = plan(tomas, "teach", cast)
    nayeli, beto = enrolment(app, "nayeli"), enrolment(app, "beto")
    tomas.page(day)
    page = tomas.submit(f"{day}$", **{f"state-{nayeli}": "present", f"state-{beto}": "absent"}).get_data(as_text=True)
    address = re.search(r'href="(/teach/practice/[^"]+)"', page)[1].replace("&amp;", "&")
    assert str(nayeli) in address
    sheet = tomas.page(address)
    assert f'value="{TODAY}"' in sheet and 'value="Paso del Guayacán"' in sheet
    response = tomas.submit("/mission", **{"criterion-tasks": "yes", "criterion-limits": "yes"})
    assert response.request.path == day and "1 de 2 firmadas" in response.get_data(as_text=True)
    absent = tomas.get(address.replace(str(nayeli), str(beto)), follow_redirects=True)
    assert absent.request.path == day and "no estuvo ese día" in absent.get_data(as_text=True)
    tomas.page(f"/teach/practice/{beto}/mission")
    response = tomas.submit(
        "/mission", held_on=TODAY, place="X", **{"criterion-tasks": "yes", "criterion-limits": "yes"}
    )
    assert response.status_code == 422 and "no estuvo ese día" in response.get_data(as_text=True)


def test_several_are_signed_at_once_after_each_is_named(app, cast, signed_in: SignIn):
    tomas = signed_in("tomas")
    day = plan(tomas, "teach", cast)
    nayeli, beto = enrolment(app, "nayeli"), enrolment(app, "beto")
    tomas.page(day)
    tomas.submit(f"{day}$", **{f"state-{nayeli}": "present", f"state-{beto}": "late"})
    page = tomas.page(f"{day}sign/mission")
    assert "Nayeli" in page and "Norberto" in page
    assert tomas.submit("/sign/mission").status_code == 422
    page = tomas.submit("/sign/mission", officer=[str(nayeli), str(beto)]).get_data(as_text=True)
    assert "¿Firmar por estas personas?" in page and "Nayeli" in page and "Norberto" in page
    with app.app_context():
        assert db.session.scalars(select(PracticeSheet)).all() == []
    back = tomas.submit("/sign/mission", officer=[str(nayeli), str(beto)], back="yes").get_data(as_text=True)
    assert re.search(rf'value="{nayeli}" checked', back)
    response = tomas.submit("/sign/mission", officer=[str(nayeli), str(beto)], confirmed="yes")
    assert "2 de 2 firmadas" in response.get_data(as_text=True)
    tomas.page(f"{day}sign/protection", 404)


def test_whoever_comes_unexpected_is_added(app, cast, signed_in: SignIn):
    tomas = signed_in("tomas")
    nayeli, beto = enrolment(app, "nayeli"), enrolment(app, "beto")
    day = plan(tomas, "teach", cast, who="chosen", expected=[str(nayeli)])
    page = tomas.page(day)
    assert f'value="{beto}"' in page
    assert tomas.submit("/walk-ins").status_code == 422
    assert "llegó sin estar en la lista" in tomas.submit("/walk-ins", officer=str(beto)).get_data(as_text=True)


def test_a_day_asks_a_fixed_number_of_questions_and_stays_light(app, cast, signed_in: SignIn):
    tomas, nayeli = signed_in("tomas"), signed_in("nayeli")
    day = plan(tomas, "teach", cast)
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    def queries(browser: Browser, path: str) -> int:
        browser.page(path)
        asked.clear()
        browser.page(path)
        return sum(not one.startswith("BEGIN") for one in asked)

    paths = (day, f"/teach/cohorts/{cast.cohort.id}/", f"{day}list")
    few = [queries(tomas, path) for path in paths]
    with app.app_context():
        with cast.office.transaction():
            for n in range(40):
                person = Person(
                    institution_id=cast.institutions["/pa/senafront/cativo/"].id,
                    email=f"o{n}@paso.example",
                    name=f"Oficial {n:02} Pérez",
                    sort_name=fold_name(f"Oficial {n:02} Pérez"),
                    created_at=cast.clock(),
                )
                cast.office.session.add(person)
                cast.office.session.flush()
                learning.enrol(cast.office, None, person, cast.course.id, cast.cohort.id)
        db.session.remove()
    assert [queries(tomas, path) for path in paths] == few
    assert max(few) <= 15  # the last of them: who looked at whom is noted already
    for path in ("/learn/", "/learn/humane-border/"):
        assert queries(nayeli, path) <= 8
    assert len(brotli.compress(tomas.page(day).encode(), quality=5)) <= 15_000


# The survey -----------------------------------------------------------------------------------------------------------


def completed(app: Flask, *names: str) -> None:
    with app.app_context():
        cast: Cast = app.cast  # type: ignore[attr-defined]
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        for name in names:
            complete(cast, name)
        db.session.remove()


def test_an_officer_answers_once_and_is_never_asked_again(app, cast, signed_in: SignIn):
    nayeli = signed_in("nayeli")
    assert "se abre cuando" in nayeli.page("/learn/humane-border/survey")
    assert "/survey" not in nayeli.page("/learn/humane-border/")
    completed(app, "nayeli")
    assert "/learn/humane-border/survey" in nayeli.page("/learn/humane-border/")
    assert "/learn/humane-border/survey" in nayeli.page("/learn/certificates/")
    nayeli.page("/learn/humane-border/survey")
    page = nayeli.submit("/survey", helped="Las simulaciones").get_data(as_text=True)
    assert "Responda al menos una" in page and ">Las simulaciones</textarea>" in page
    page = nayeli.submit("/survey", relevance="5", change="x" * 1001).get_data(as_text=True)
    assert re.search(r'id="relevance-5"[^>]* checked', page) and "Acorte" in page
    assert "Gracias" in nayeli.submit("/survey", relevance="5", change="").get_data(as_text=True)
    assert "<textarea" not in nayeli.page("/learn/humane-border/survey")
    assert "/survey" not in nayeli.page("/learn/humane-border/")


def test_results_are_read_from_five_answers_up(app, cast, signed_in: SignIn):
    tomas, coralia = signed_in("tomas"), signed_in("coralia")
    for browser, path in (
        (tomas, f"/teach/cohorts/{cast.cohort.id}/survey"),
        (coralia, f"/coordinate/cohorts/{cast.cohort.id}/survey"),
        (tomas, "/teach/survey/humane-border/"),
    ):
        assert "a partir de 5 respuestas" in browser.page(path)
    with app.app_context():
        with cast.office.transaction():
            actors = []
            for n in range(LEAST):
                person = Person(
                    institution_id=cast.institutions["/pa/senafront/cativo/"].id,
                    email=f"o{n}@paso.example",
                    name=f"Oficial {n:02}",
                    sort_name=f"oficial {n:02}",
                    created_at=cast.clock(),
                )
                cast.office.session.add(person)
                cast.office.session.flush()
                row = learning.enrol(cast.office, None, person, cast.course.id, cast.cohort.id)
                row.started_at = row.completed_at = cast.clock() - dt.timedelta(days=1)
                actors.append(actor_of(cast.office.session.get_one(Person, person.id, populate_existing=True)))
        for actor in actors:
            surveys.answer(cast.office, actor, cast.course.id, dict.fromkeys(SCORED, 4), {"helped": "La <lancha>"})
        db.session.remove()
    for browser, path in (
        (tomas, f"/teach/cohorts/{cast.cohort.id}/survey"),
        (coralia, f"/coordinate/cohorts/{cast.cohort.id}/survey"),
        (tomas, "/teach/survey/humane-border/"),
    ):
        page = browser.page(path)
        assert page.count("La &lt;lancha&gt;") == LEAST and "100%" in page
    assert "0,0,0,5,0,5" in tomas.get("/teach/survey/humane-border.csv").get_data(as_text=True)
    signed_in("carlos").page(f"/coordinate/cohorts/{cast.cohort.id}/survey", 404)
    signed_in("nayeli").page(f"/teach/cohorts/{cast.cohort.id}/survey", 403)
