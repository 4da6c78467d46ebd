"""Every journey by the keyboard alone: Tab, Enter, Space, the arrows, and writing. Nothing is clicked or filled in here.

Wherever the focus comes it is seen, lies under nothing, and goes the way of the reading (tests/browser/keys.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.records.people import RoleGrant
from app.services import publishing
from tests import manuscript
from tests.browser.house import House
from tests.browser.keys import Keys
from tests.cast import PASSWORD, Cast
from tests.story import finish_lessons, play, sign_practice, sit
from tests.web.test_weight import arrange

pytestmark = pytest.mark.browser
COURSE = "/learn/humane-border"


def sign_in(keys: Keys, name: str) -> None:
    keys.page.goto("/account/sign-in")
    keys.write("Correo electrónico", f"{name}@paso.example")
    keys.write("Contraseña", PASSWORD)
    keys.leave("Iniciar sesión", "submit")


def answer(keys: Keys) -> None:
    """Answer the open question of the page rightly, whatever its type."""
    question = keys.page.locator("main .question").get_attribute("id") or ""
    if question == "q-several-signs":
        for text in ("Uno", "Dos"):
            keys.tab_to(f"^{text}$", "checkbox").press("Space")
    elif question == "q-order-steps":
        for place, step in enumerate(("Mirar", "Escuchar", "Conectar"), 1):
            # the lines stand in an order of their own: each is looked for from the first
            keys.page.locator("main .order select").first.evaluate("one => { one.focus(); window.cameFrom = null; }")
            keys.look()
            if step not in keys.name:
                keys.tab_to(step, "select")
            keys.page.keyboard.type(str(place))
    elif question == "q-match-words":
        for word, meaning in (("trata", "explotación"), ("tráfico", "ingreso ilegal")):
            keys.pick(word, meaning)
    elif question == "q-short-port":
        keys.tab_to("", "text")
        keys.page.keyboard.type("principio de no devolucion")
    elif question == "q-number-members":
        keys.tab_to("", "text")
        keys.page.keyboard.type("11")
    else:
        keys.choose("Recibir la solicitud.")


def test_an_officer_reads_answers_plays_passes_and_holds_the_certificate(
    app: Flask, visit: Callable[..., Page], tmp_path: Path
) -> None:
    keys = Keys(visit())
    page = keys.page
    sign_in(keys, "nayeli")
    keys.tab_to("Ir al contenido principal").press("Enter")
    keys.leave("Comenzar|Continuar")
    page.goto(f"{COURSE}/")
    keys.leave("^Misión$")
    keys.leave("Misión, uno")

    expect(page.locator("h1")).to_have_text("Misión, uno")
    keys.choose("Pedir pruebas.")
    keys.leave("Comprobar mi respuesta")
    expect(page.locator(".feedback-title").first).to_be_in_viewport()
    keys.press("Tab")
    assert keys.look() and "Responder de nuevo" in keys.name, (
        f"the keys go on where the answer is told, not at {keys.name}"
    )
    keys.back_to("[^\\s]")
    keys.leave("Responder de nuevo")
    keys.choose("Recibir la solicitud.")
    keys.leave("Comprobar mi respuesta")
    expect(page.locator(".feedback-title").first).to_contain_text("Correcta")
    keys.leave("Terminar esta lección")
    expect(page.locator("h1")).to_have_text("Misión, dos")

    def the_rest_of_the_lessons(cast: Cast) -> None:
        for module in ("mission", "protection"):
            finish_lessons(cast, "nayeli", module)

    arrange(app, the_rest_of_the_lessons)
    page.goto(f"{COURSE}/mission/")
    keys.leave("Primer turno")
    keys.leave("Rechazarlo y anotarlo.")
    keys.leave("Hacerlo pasar.")
    expect(page.locator("#scene")).to_contain_text("Un buen final")
    page.goto(f"{COURSE}/mission/")
    keys.leave("Cuestionario")
    keys.leave("Comenzar el cuestionario")
    while "hand-in" not in page.url:
        answer(keys)
        keys.leave("Guardar y seguir")
    keys.leave("Entregar", "submit")
    expect(page.locator("#result")).to_contain_text("Aprobado")
    expect(page.locator("#result")).to_be_in_viewport()

    def the_rest(cast: Cast) -> None:
        play(cast, "nayeli", "protection")
        sit(cast, "nayeli", "protection")
        sign_practice(cast, "nayeli", "mission")

    arrange(app, the_rest)
    page.goto(f"{COURSE}/exam")
    keys.leave("Comenzar el examen")
    while "hand-in" not in page.url:
        answer(keys)
        keys.leave("Guardar y seguir")
    keys.leave("Entregar", "submit")
    expect(page.locator("#result")).to_contain_text("su certificado está listo")
    keys.leave("Mis certificados")
    code = page.locator("main code").first.inner_text()
    keys.tab_to(r"Español \(Papel carta, PDF\)")
    with page.expect_download() as download:
        keys.press("Enter")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    keys.leave("Verificar un certificado")
    verify(keys, code)
    page.goto("/learn/")
    keys.tab_to("Nayeli Ábrego Quintero").press("Enter")
    keys.leave("Cerrar sesión")
    expect(page.locator("h1")).to_be_visible()
    page.goto("/learn/")
    assert "sign-in" in page.url


def verify(keys: Keys, code: str) -> None:
    keys.write("Código", code.lower().replace("-", " "))
    keys.press("Enter")
    keys.page.wait_for_url(re.compile(f"/verify/{code}"))
    expect(keys.page.locator("main")).to_contain_text("Nayeli Ábrego Quintero")


@pytest.mark.xdist_group("house")
def test_anyone_verifies_a_certificate(house: House) -> None:
    page = house.page()
    page.goto("/")
    keys = Keys(page)
    keys.leave("Verificar un certificado")
    code = str(house.values["code"])
    verify(keys, code)


def test_a_coordinator_invites_imports_plans_a_cohort_and_takes_the_roster_along(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    keys = Keys(visit(width=1280))
    page = keys.page
    sign_in(keys, "coralia")
    keys.leave("^Personas$")
    keys.leave("Invitar a una persona")
    keys.write("^Nombre", "Yanira Güitian Ñopo")
    keys.write("Correo electrónico", "yanira@paso.example")
    keys.pick("^Institución", "Puesto Paso")
    keys.pick("^Inscribir en", "Guayacán")
    keys.leave("^Invitar$", "submit")
    link = re.search(r"http://localhost(/account/accept/[\w-]+)", page.content())
    assert link, page.inner_text("main")

    keys.leave("^Personas$")
    keys.leave("Importar una lista")
    keys.tab_to("Lista de personas", "file")
    table = tmp_path / "lista.csv"
    table.write_text("Nombre,Correo electrónico\nRosa Pinto,rosa@paso.example\n", encoding="utf-8")
    page.locator("input:focus").set_input_files(table)  # the browser's own window to choose a file is not ours
    keys.leave("Mostrar lo que se haría", "submit")
    expect(page.locator("main")).to_contain_text("Rosa Pinto")
    keys.leave("Aplicar la lista", "submit")
    expect(page.locator("main")).to_contain_text("Rosa Pinto")

    keys.leave("^Cohortes$")
    keys.leave("Planificar una cohorte")
    keys.write("^Nombre", "Darién 2027")
    keys.pick("^Curso", "Frontera")
    keys.pick("^Institución", "Puesto Paso")
    # days that read the same in every order of day and month
    for label, day in (("^Primer día", "02022027"), ("^Último día", "03032027")):
        keys.tab_to(label, "date")
        page.keyboard.type(day)
    keys.tab_to("español", "checkbox")
    if not page.locator("input:focus").is_checked():
        keys.press("Space")
    keys.leave("^Guardar$", "submit")
    expect(page.locator("h1")).to_have_text("Darién 2027")

    keys.leave("^Nómina$")
    keys.write("^Nombre, número", "Ábrego")
    keys.leave("^Filtrar$", "submit")
    expect(page.locator("main table tbody tr")).to_have_count(1)
    keys.tab_to("^CSV$")
    with page.expect_download() as download:
        keys.press("Enter")
    assert "Nayeli" in Path(download.value.path()).read_text(encoding="utf-8-sig")

    officer = Keys(visit())
    officer.page.goto(link[1])
    officer.write("^Contraseña", "río hamaca tambor lento")
    officer.write("otra vez", "río hamaca tambor lento")
    officer.leave("Guardar esta contraseña", "submit")
    officer.write("Correo electrónico", "yanira@paso.example")
    officer.write("Contraseña", "río hamaca tambor lento")
    officer.leave("Iniciar sesión", "submit")
    expect(officer.page.locator("h1")).to_have_text("Mis cursos")


def test_a_trainer_edits_previews_publishes_and_signs_a_practical_sheet(app: Flask, visit: Callable[..., Page]) -> None:
    def a_course_with_a_source(cast: Cast) -> None:
        publishing.publish_source(cast.office, manuscript.files())
        with cast.office.transaction():
            who, now = cast.people["tomas"].id, cast.office.now()
            cast.office.session.add(
                RoleGrant(person_id=who, role="trainer", course_id=manuscript.COURSE, granted_at=now)
            )

    arrange(app, a_course_with_a_source)
    keys = Keys(visit(width=1280), most=150)
    page = keys.page
    sign_in(keys, "tomas")
    keys.leave("Guardia básica")
    keys.leave("1-first-hour.*español|Lección 1")
    if "/edit/" not in page.url:
        page.goto(f"/teach/{manuscript.COURSE}/edit/01-mission/1-first-hour.es.md")
    keys.tab_to("Texto en Markdown", "textarea")
    keys.press("Control+End")
    page.keyboard.type("\nAlgo **nuevo**.")
    expect(page.locator("#panel strong", has_text="nuevo")).to_be_visible()
    keys.tab_to("Vista previa")  # Tab leaves the text: nobody is trapped in the editor
    keys.back_to("Texto en Markdown")
    keys.tab_to("Guardar en el borrador", "submit")
    with page.expect_response(re.compile("/edit/")):
        keys.press("Enter")
    expect(page.get_by_role("button", name="Guardar en el borrador")).to_be_focused()
    keys.leave("Como la ve quien estudia")
    expect(page.locator("main strong", has_text="nuevo")).to_be_visible()
    page.goto(f"/teach/{manuscript.COURSE}/")
    keys.leave("Revisar y publicar")
    keys.leave("Publicar la edición", "submit")
    expect(page.locator("main")).to_contain_text("Edición 2")

    page.goto("/teach/cohorts/")
    keys.leave("Guayacán 2026")
    keys.leave("Por firmar: Nayeli Ábrego Quintero, P1")
    for _criterion in range(2):
        keys.choose("Cumplido")
    keys.write("^Lugar", "El Cativo")
    keys.leave("Firmar la hoja", "submit")
    expect(page.locator("main")).to_contain_text("Competente")


WALKED = (
    ("", "/account/sign-in"),
    ("nayeli", "/learn/humane-border/"),
    ("nayeli", "/learn/humane-border/mission/one"),
    ("abel", "/learn/humane-border/exam/1"),
    ("nayeli", "/learn/certificates/"),
    ("coralia", "/coordinate/"),
    ("coralia", "/coordinate/roster"),
    ("tomas", f"/teach/{manuscript.COURSE}/edit/01-mission/1-first-hour.es.md"),
    ("tomas", f"/teach/{manuscript.COURSE}/graph/mission"),
    ("ada", "/admin/"),
)


@pytest.mark.parametrize(("name", "address"), WALKED)
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.xdist_group("house")
def test_the_keys_lead_through_a_page_and_out_of_it_and_the_focus_is_always_seen(
    house: House, name: str, address: str, width: int
) -> None:
    page = house.page(name)
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(address)
    names = Keys(page).through()
    assert len(names) > 5
    assert names[0] == "Ir al contenido principal"
