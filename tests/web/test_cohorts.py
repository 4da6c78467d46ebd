"""Cohorts at the screen: whoever runs one, whoever sends officers to it, whoever asks to join."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import brotli
import pytest
from flask import Flask

from app.records.cohorts import Cohort
from app.records.database import db
from app.records.joining import CohortApplication
from app.records.telling import Announcement, CohortReminder
from app.services import cohorts
from app.services.cohorts import announcing, deadlines, guests, joining
from app.services.cohorts.announcing import Text
from tests.services.test_joining import crowd
from tests.web.client import Browser
from tests.web.test_weight import REPEAT, Queries, arrange

NEWS = Text({"es": "Cambio de sala"}, {"es": "Mañana en la sala 2."})


def prepare(cast) -> None:
    """The cohort takes wishes, has seats, deadlines and an announcement; Beto has asked."""
    with cast.office.transaction():
        row = cast.office.session.get_one(Cohort, cast.cohort.id)
        row.entry, row.seats, row.place = "self", 2, "Metetí"
    tomas = cast.actor("tomas")
    deadlines.put(cast.office, tomas, cast.cohort.id, {"mission": dt.date(2026, 11, 20), "exam": dt.date(2026, 12, 1)})
    announcing.write(cast.office, tomas, cast.cohort.id, NEWS)
    joining.ask(cast.office, cast.actor("beto"), cast.cohort.id)


@dataclass
class Stage:
    """The application with the cohort prepared, and its address at each door."""

    app: Flask
    run: str

    @property
    def host(self) -> str:
        return f"/coordinate/cohorts/{self.run}"

    @property
    def trainer(self) -> str:
        return f"/teach/cohorts/{self.run}"

    def rows(self, table: type):
        with self.app.app_context():
            return db.session.query(table).all()


@pytest.fixture
def stage(app: Flask) -> Stage:
    arrange(app, prepare)
    with app.app_context():
        return Stage(app, str(db.session.query(Cohort).one().id))


def post(browser: Browser, path: str, **fields: object):
    """Send *fields* with the token of the page that is open."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.last.get_data(as_text=True)).group(1)
    return browser.post(path, data={"csrf_token": token, **fields}, follow_redirects=True)


def test_an_officer_reads_what_was_announced_and_closes_it(stage, signed_in):
    nayeli = signed_in("nayeli")
    page = nayeli.page("/learn/")
    assert "Cambio de sala" in page
    assert "venció el 20 nov 2026" in page
    (path,) = set(re.findall(r'action="(/learn/messages/[^"]+)"', page))
    post(nayeli, path)
    assert "Cambio de sala" not in nayeli.page("/learn/")


def test_a_course_says_by_when_its_modules_are_due(stage, signed_in):
    page = signed_in("nayeli").page("/learn/humane-border/")
    assert "venció el 20 nov 2026" in page
    assert "vence el 1 dic 2026, dentro de 8 días" in page


def test_an_officer_asks_for_a_seat_and_withdraws(stage, signed_in):
    beto = signed_in("beto")
    path = f"/learn/cohorts/{stage.run}/"
    home = beto.page("/learn/")
    assert "Cursos a los que puede unirse" in home
    assert "Por decidir" in home
    assert "Metetí" in beto.page(path)
    confirm = post(beto, f"{path}withdraw").get_data(as_text=True)
    assert "¿Retirar su solicitud?" in confirm
    post(beto, f"{path}withdraw", confirmed="yes")
    assert [row.state for row in stage.rows(CohortApplication)] == ["withdrawn"]
    beto.page(path)
    asked = post(beto, f"{path}ask").get_data(as_text=True)
    assert "Todavía no se ha decidido" in asked
    assert [row.state for row in stage.rows(CohortApplication)] == ["asked"]


def test_the_host_approves_those_ticked_and_says_why_it_declines(stage, signed_in):
    coralia = signed_in("coralia")
    path = f"{stage.host}/applications"
    page = coralia.page(path)
    assert "Norberto Güiral Peña" in page
    (row,) = stage.rows(CohortApplication)
    bad = post(coralia, path, application=str(row.id), deed="decline", reason="")
    assert bad.status_code == 422
    assert "Escriba el motivo" in bad.get_data(as_text=True)
    assert f'value="{row.id}" checked' in bad.get_data(as_text=True)
    coralia.page(path)
    done = post(coralia, path, application=str(row.id), deed="approve").get_data(as_text=True)
    assert "1 persona tiene cupo" in done
    assert "Norberto" in coralia.page(stage.host)


def test_nothing_ticked_is_said(stage, signed_in):
    coralia = signed_in("coralia")
    coralia.page(f"{stage.host}/applications")
    assert post(coralia, f"{stage.host}/applications", deed="approve").status_code == 422


def test_an_invited_institution_nominates_and_sees_its_own(stage, app, signed_in):
    def invite(cast):
        guests.invite(cast.office, cast.actor("coralia"), cast.cohort.id, cast.institutions["/cr/ppme/"].id, 3)

    arrange(app, invite)
    carlos = signed_in("carlos")
    assert "su institución está invitada" in carlos.page("/coordinate/cohorts")
    page = carlos.page(stage.host)
    assert "Nayeli" not in page
    assert "Cambiar la cohorte" not in page
    path = f"{stage.host}/applications"
    page = carlos.page(path)
    assert "Norberto" not in page
    ximena = re.search(r'value="([^"]+)"><span>Ximena', page).group(1)
    done = post(carlos, f"{stage.host}/nominate", person=ximena).get_data(as_text=True)
    assert "1 persona postulada" in done
    (back,) = set(re.findall(r'action="([^"]+/back)"', done))
    post(carlos, back)
    for end in ("/deadlines", "/reminders", "/news/", "/guests", "/edit"):
        carlos.page(stage.host + end, 404)


def test_institutions_are_invited_and_let_go(stage, app, signed_in):
    coralia = signed_in("coralia")
    page = coralia.page(f"{stage.host}/guests")
    (cr,) = re.findall(r'value="([^"]+)">[\s\u2003]*Policía Profesional', page)
    bad = post(coralia, f"{stage.host}/guests", institution=cr, quota="0")
    assert bad.status_code == 422
    done = post(coralia, f"{stage.host}/guests", institution=cr, quota="4").get_data(as_text=True)
    assert "0 usados de 4" in done
    ask = post(coralia, f"{stage.host}/guests/end", institution=cr).get_data(as_text=True)
    assert "¿Terminar esta invitación?" in ask
    post(coralia, f"{stage.host}/guests/end", institution=cr, confirmed="yes")
    assert "No hay instituciones invitadas" in coralia.page(f"{stage.host}/guests")


@pytest.mark.parametrize("name", ["coralia", "tomas"])
def test_deadlines_are_set_and_come_back_as_typed(stage, signed_in, name):
    browser = signed_in(name)
    path = f"{stage.host if name == 'coralia' else stage.trainer}/deadlines"
    page = browser.page(path)
    assert 'name="due-mission" value="2026-11-20"' in page
    bad = post(browser, path, **{"due-mission": "2026-12-31", "due-exam": "2026-12-02"})
    assert bad.status_code == 422
    text = bad.get_data(as_text=True)
    assert "El plazo debe caer dentro de la cohorte: del 1 oct 2026 al 15 dic 2026" in text
    assert 'value="2026-12-31"' in text
    assert 'value="2026-12-02"' in text
    browser.page(path)
    assert post(browser, path, **{"due-mission": "x"}).status_code == 422
    browser.page(path)
    post(browser, path, **{"due-mission": "", "due-exam": "2026-12-02"})
    page = browser.page(path)
    assert 'name="due-mission" value=""' in page
    assert 'value="2026-12-02"' in page


def test_a_trainer_gives_one_officer_a_later_day(stage, signed_in):
    tomas = signed_in("tomas")
    page = tomas.page(f"{stage.trainer}/progress")
    assert "1 plazo vencido" in page
    (path,) = set(re.findall(r'href="([^"]+/officers/[^"]+)"', page))
    tomas.page(path)
    bad = post(tomas, path, target="mission", due_on="2026-12-05", reason="")
    assert bad.status_code == 422
    assert 'value="2026-12-05"' in bad.get_data(as_text=True)
    tomas.page(path)
    done = post(tomas, path, target="mission", due_on="2026-12-05", reason="Sin conexión").get_data(as_text=True)
    assert "ampliado: Sin conexión" in done
    assert "1 plazo vencido" not in tomas.page(f"{stage.trainer}/progress")


@pytest.mark.parametrize("name", ["coralia", "tomas"])
def test_reminders_are_listed_cancelled_and_written(stage, signed_in, name):
    browser = signed_in(name)
    path = f"{stage.host if name == 'coralia' else stage.trainer}/reminders"
    page = browser.page(path)
    assert "Plazo: Examen final" in page
    assert "a 1 persona, a día de hoy" in page
    post(browser, f"{path}/cancel", key="deadline/exam/2")
    assert "Enviar de todos modos" in browser.page(path)
    post(browser, f"{path}/restore", key="deadline/exam/2")
    assert "Enviar de todos modos" not in browser.page(path)
    bad = post(browser, path, on="2026-11-25", subject_es="Traiga el uniforme")
    assert bad.status_code == 422
    assert "Traiga el uniforme" in bad.get_data(as_text=True)
    browser.page(path)
    post(browser, path, on="2026-11-25", subject_es="Traiga el uniforme", body_es="El jueves.")
    assert "Traiga el uniforme" in browser.page(path)
    assert [row.kind for row in stage.rows(CohortReminder)].count("hand") == 1


@pytest.mark.parametrize("name", ["coralia", "tomas"])
def test_announcements_are_written_changed_and_withdrawn(stage, signed_in, name):
    browser = signed_in(name)
    path = f"{stage.host if name == 'coralia' else stage.trainer}/news/"
    assert "leído por 0 de 1" in browser.page(path)
    page = browser.page(f"{path}new?to=behind")
    assert "Queremos ayudarle a seguir" in page
    minted = re.search(r'name="minted"[^>]* value="([^"]+)"', page).group(1)
    bad = post(browser, f"{path}new", audience="behind", subject_en="Hello", minted=minted)
    assert bad.status_code == 422
    browser.page(f"{path}new")
    for _click in range(2):
        post(browser, f"{path}new", audience="behind", subject_en="Hello", body_en="Write to me.", minted=minted)
    assert len(stage.rows(Announcement)) == 2
    one = next(row for row in stage.rows(Announcement) if row.subject_en == "Hello")
    browser.page(f"{path}{one.id}")
    post(browser, f"{path}{one.id}", subject_es="Hola", body_es="Escríbame.")
    assert "Hola" in browser.page(path)
    assert "¿Retirar este anuncio?" in post(browser, f"{path}{one.id}/withdraw").get_data(as_text=True)
    post(browser, f"{path}{one.id}/withdraw", confirmed="yes")
    assert "Retirado" in browser.page(path)


def test_a_cohort_shows_the_deadlines_to_come(stage, signed_in):
    for name, path in (("coralia", stage.host), ("tomas", f"{stage.trainer}/progress")):
        page = signed_in(name).page(path)
        assert "Examen final: 1 dic 2026, dentro de 8 días" in page
        assert "20 nov 2026" not in page


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_table_is_taken_away(stage, signed_in, form):
    for name, path in (("coralia", stage.host), ("tomas", stage.trainer)):
        response = signed_in(name).get(f"{path}/progress.{form}?pace=behind")
        assert response.status_code == 200
        assert "attachment" in response.headers["Content-Disposition"]
        assert response.data


def test_the_terms_of_a_cohort_come_back_as_typed(stage, signed_in):
    coralia = signed_in("coralia")
    path = f"{stage.host}/edit"
    page = coralia.page(path)
    assert 'value="Metetí"' in page
    bad = post(
        coralia,
        path,
        name="Guayacán",
        seats="0",
        description="Lleve agua.",
        opens_on="2026-12-01",
        closes_on="2026-11-01",
    )
    assert bad.status_code == 422
    assert "Lleve agua." in bad.get_data(as_text=True)


@pytest.mark.parametrize(
    ("name", "end"), [("coralia", ""), ("coralia", "/applications"), ("coralia", "/reminders"), ("tomas", "/progress")]
)
def test_a_full_cohort_costs_the_same_queries_and_stays_light(stage, app, signed_in, name, end):
    path = (stage.host if name == "coralia" else stage.trainer) + end
    browser = signed_in(name)
    queries = Queries(app)
    few = queries.of(browser, path)

    def fill(cast):
        with cast.office.transaction():
            cast.office.session.get_one(Cohort, cast.cohort.id).seats = 200
        names = crowd(cast, 60)
        cohorts.add(cast.office, cast.actor("coralia"), cast.cohort.id, [cast.people[one].id for one in names])

    arrange(app, fill)
    assert queries.of(browser, path) == few <= 20
    assert len(brotli.compress(browser.page(path).encode(), quality=5)) < REPEAT
