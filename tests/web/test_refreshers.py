"""A trainer renews a certificate in the browser."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.records.database import db
from app.records.learning import Enrolment
from tests.story import complete


def certified(app, clock) -> str:
    with app.app_context():
        cast = app.cast
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        complete(cast, "nayeli")
        identity = db.session.scalars(select(Enrolment.id).where(Enrolment.person_id == cast.people["nayeli"].id)).one()
        db.session.remove()
    clock.at = dt.datetime(2029, 10, 20, 15, 0, tzinfo=dt.UTC)
    return f"/teach/refresher/{identity}"


def test_from_the_cohort_to_the_new_certificate(app, clock, signed_in):
    address = certified(app, clock)
    tomas = signed_in("tomas")
    page = tomas.page(address)
    assert "23 nov 2029" in page and "36 meses" in page
    wrong = tomas.submit("refresher", hours="7", place="", covered="Cambios en la ley")
    assert wrong.status_code == 422 and "Escriba el lugar en que se hizo la práctica." in wrong.get_data(as_text=True)
    wrong = tomas.submit("refresher", hours="7", place="El Cativo", covered="Cambios en la ley")
    assert wrong.status_code == 422 and "dura al menos 8 horas" in wrong.get_data(as_text=True)
    done = tomas.submit("refresher", hours="8,5", place="El Cativo", covered="Cambios en la ley")
    text = done.get_data(as_text=True)
    assert "reemplaza al anterior" in text and "20 oct 2032" in text and "8.5 horas" in text


def test_an_officer_without_a_certificate_has_nothing_to_renew_and_a_strangers_is_not_found(app, signed_in):
    with app.app_context():
        identity = db.session.scalars(
            select(Enrolment.id).where(Enrolment.person_id == app.cast.people["nayeli"].id)
        ).one()
    tomas = signed_in("tomas")
    assert "No hay nada que renovar" in tomas.page(f"/teach/refresher/{identity}")
    assert signed_in("coralia").get(f"/teach/refresher/{identity}").status_code in (403, 404)
