"""Coordinators arrange the institutions below their own, in the browser."""

from __future__ import annotations

import html

import pytest
from sqlalchemy import select

from app.records.database import db
from app.records.people import Institution


def named(app, path: str) -> Institution:
    with app.app_context():
        row = db.session().scalars(select(Institution).where(Institution.path == path)).one()
        db.session.remove()
        return row


@pytest.fixture
def coralia(signed_in):
    return signed_in("coralia")


def test_the_tree_is_found_from_the_people_and_shows_the_branch_only(coralia):
    assert "/coordinate/institutions" in coralia.page("/coordinate/people")
    page = coralia.page("/coordinate/institutions")
    assert "Puesto El Cativo" in page and "SENAFRONT (PA)" in page
    assert "Policía Profesional" not in page and "República de Panamá" not in page


def test_the_top_of_the_branch_is_shown_and_not_changed(app, coralia):
    top = named(app, "/pa/senafront/")
    page = coralia.page(f"/coordinate/institutions/{top.id}")
    assert "Lo que encabeza su rama" in page and "/edit" not in page
    refused = coralia.page(f"/coordinate/institutions/{top.id}/edit", status=422)
    assert "encabeza su rama" in refused


def test_a_region_is_added_and_a_post_moved_below_it(app, coralia):
    top, post = named(app, "/pa/senafront/"), named(app, "/pa/senafront/cativo/")
    page = coralia.page(f"/coordinate/institutions/new?parent={top.id}")
    assert "Nada: encabeza" not in page and "Solo para una que encabeza" not in page
    added = coralia.submit("institutions/new", name="Región Darién", kind="region", acronym="", parent=str(top.id))
    assert "Región Darién" in added.get_data(as_text=True)
    region = named(app, "/pa/senafront/region-darien/")
    coralia.page(f"/coordinate/institutions/{post.id}/move")
    moved = coralia.submit("/move", place=str(region.id)).get_data(as_text=True)
    assert "Se trasladó con todo lo que depende de ella." in moved
    assert "Servicio Nacional de Fronteras → Región Darién" in html.unescape(moved)
    assert named(app, "/pa/senafront/region-darien/cativo/").id == post.id


def test_what_does_not_fit_is_said_at_its_field_and_nothing_moves(app, coralia):
    post, other = named(app, "/pa/senafront/cativo/"), named(app, "/pa/senafront/guayacan/")
    coralia.page(f"/coordinate/institutions/{post.id}/move")
    assert coralia.submit("/move", place="").status_code == 422
    response = coralia.submit("/move", place=str(other.id))
    assert response.status_code == 422
    assert response.get_data(as_text=True).count("Los tipos van de Estado") == 1
    assert named(app, "/pa/senafront/cativo/").id == post.id


def test_a_merge_says_how_many_go_and_asks_first(app, coralia):
    post, other = named(app, "/pa/senafront/cativo/"), named(app, "/pa/senafront/guayacan/")
    coralia.page(f"/coordinate/institutions/{post.id}/merge")
    asked = coralia.submit("/merge", place=str(other.id)).get_data(as_text=True)
    assert "¿Incorporar Puesto El Cativo a Puesto Paso del Guayacán?" in asked
    assert "Pasará 1 cuenta activa" in asked and named(app, "/pa/senafront/cativo/").closed_at is None
    done = coralia.post(
        f"/coordinate/institutions/{post.id}/merge",
        data={"place": str(other.id), "confirmed": "yes", "csrf_token": token(asked)},
        follow_redirects=True,
    ).get_data(as_text=True)
    assert "Ahora todas las personas pertenecen a Puesto Paso del Guayacán." in done
    row = named(app, "/pa/senafront/guayacan/cativo/")
    assert row.closed_at is not None
    page = coralia.page(f"/coordinate/institutions/{row.id}")
    assert "incorporada a Puesto Paso del Guayacán" in page and "Reabrirla" in page
    assert str(row.id) not in coralia.page("/coordinate/people/new")


def test_a_full_institution_is_not_closed_and_the_page_says_what_to_do(app, coralia):
    post = named(app, "/pa/senafront/cativo/")
    page = coralia.page(f"/coordinate/institutions/{post.id}")
    assert "Se puede cerrar cuando no quede nadie" in page
    answer = coralia.post(
        f"/coordinate/institutions/{post.id}/close",
        data={"confirmed": "yes", "csrf_token": token(page)},
        follow_redirects=True,
    ).get_data(as_text=True)
    assert "Todavía hay cuentas activas aquí: 1." in answer


def token(page: str) -> str:
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_a_name_in_another_language_says_so_to_screen_readers(app, signed_in):
    ada = signed_in("ada")
    top = named(app, "/pa/")
    ada.page(f"/admin/institutions/new?parent={top.id}")
    ada.submit("institutions/new", name="Panama Canal Authority", kind="service", acronym="ACP", language="en")
    assert '<span lang="en">Panama Canal Authority</span>' in signed_in("ada").page("/admin/institutions?lang=es")
