"""Journey 1: an officer, from the invitation to the certificate, in a real browser, in Spanish; then the paper is read back."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from app.records.database import db

pytestmark = pytest.mark.browser
NAME = "Yanira Güitian Ñopo"
PASSWORD = "río hamaca tambor lento"


def invite(page: Page) -> str:
    """Coralia invites Yanira and enrols her; returns the link she hands over."""
    page.goto("/coordinate/people/new")
    page.fill("[name=name]", NAME)
    page.fill("[name=email]", "yanira@paso.example")
    page.fill("[name=rank]", "Agente")
    for field, text in (("institution", "Paso del Guayacán"), ("place", "Guayacán 2026")):
        option = page.locator(f"[name={field}] option", has_text=text).first
        page.select_option(f"[name={field}]", value=option.get_attribute("value"))
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/coordinate/people/(?!new)"))
    found = re.search(r"http://localhost/account/accept/[\w-]+", page.content())
    assert found, page.inner_text("main")
    return found[0].removeprefix("http://localhost")


def answer(page: Page) -> None:
    """Answer the open question in the page rightly, whatever its type."""
    form = page.locator("main form:has(.question)")
    question = form.locator(".question").get_attribute("id") or ""
    if question == "q-several-signs":
        for text in ("Uno", "Dos"):
            form.get_by_label(text, exact=True).check()
    elif question == "q-order-steps":
        for place, step in enumerate(("Mirar", "Escuchar", "Conectar"), 1):
            form.get_by_label(step).select_option(str(place))
    elif question == "q-match-words":
        form.locator("select[name=a-1]").select_option(label="explotación")
        form.locator("select[name=a-2]").select_option(label="ingreso ilegal")
    elif question == "q-short-port":
        form.locator("input[name=a]").fill("principio de no devolucion")
    elif question == "q-number-members":
        form.locator("input[name=a]").fill("11")
    else:
        form.get_by_label("Recibir la solicitud.").check()


def study_module(page: Page, module: str, lessons: int = 2) -> None:
    """Read and finish every lesson, play the simulation to its good end, pass the quiz."""
    for number in range(lessons):
        if number == 0:
            page.goto(f"/learn/humane-border/{module}/one")
        answer(page)
        page.get_by_role("button", name="Comprobar mi respuesta").click()
        expect(page.locator(".feedback-title").first).to_contain_text("Correcta")
        page.get_by_role("button", name="Terminar esta lección").click()
    expect(page.locator("main")).to_contain_text("Terminó todas las lecciones de este módulo.")
    page.goto(f"/learn/humane-border/{module}/scenario")
    page.get_by_role("button", name="Rechazarlo y anotarlo.").click()
    page.get_by_role("button", name="Hacerlo pasar.").click()
    expect(page.locator("#scene")).to_contain_text("Un buen final")
    page.goto(f"/learn/humane-border/{module}/quiz")
    page.get_by_role("button", name="Comenzar el cuestionario").click()
    sit(page)
    expect(page.locator("#result")).to_contain_text("Aprobado")


def sit(page: Page) -> None:
    """Answer every question of the open attempt and hand it in."""
    while "hand-in" not in page.url:
        before = page.url
        answer(page)
        page.get_by_role("button", name="Guardar y seguir").click()
        page.wait_for_url(lambda url, before=before: url != before)
    expect(page.locator("main")).to_contain_text("Todas las preguntas están respondidas.")
    page.get_by_role("button", name="Entregar").click()


def test_an_officer_goes_from_invitation_to_certificate(visit: Callable[..., Page], tmp_path: Path) -> None:
    link = invite(visit("coralia", width=1280))

    page = visit()
    page.goto(link)
    expect(page.locator("h1")).to_have_text("Le damos la bienvenida a Paso Seguro")
    expect(page.locator("main")).to_contain_text(NAME)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.get_by_role("button", name="Guardar esta contraseña").click()
    page.fill("[name=email]", "yanira@paso.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    expect(page.locator("h1")).to_have_text("Mis cursos")
    page.get_by_role("link", name="Comenzar").click()

    for module in ("mission", "protection"):
        study_module(page, module)
    page.goto("/learn/humane-border/")
    expect(page.locator("#why")).to_contain_text("La firma quien capacita")

    trainer = visit("tomas", width=1280)
    trainer.goto("/teach/cohorts/")
    trainer.get_by_role("link", name="Guayacán 2026").click()
    trainer.goto(
        trainer.locator(f"tr:has-text('{NAME}') a[href*='/teach/practice/']").first.get_attribute("href") or ""
    )
    for criterion in ("tasks", "limits"):
        trainer.locator(f"[name=criterion-{criterion}][value=yes]").check()
    trainer.fill("[name=place]", "El Cativo")
    trainer.get_by_role("button", name=re.compile("Firmar")).click()
    expect(trainer.locator("main")).to_contain_text("Competente")

    page.goto("/learn/humane-border/exam")
    page.get_by_role("button", name="Comenzar el examen").click()
    expect(page.locator(".timer")).to_contain_text("Tiempo restante")
    sit(page)
    expect(page.locator("#result")).to_contain_text("su certificado está listo")

    page.goto("/learn/certificates/")
    code = page.locator("main code").first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Español (Papel carta, PDF)").click()
    path = tmp_path / "certificado.pdf"
    download.value.save_as(path)
    pdf = PdfReader(io.BytesIO(path.read_bytes()))
    text = " ".join(" ".join(p.extract_text() for p in pdf.pages).split())
    for fact in (NAME, "Agente", "Frontera Humana", "Puesto Paso del Guayacán", "Panamá", "13 horas", code):
        assert fact in text, fact
    assert "CERTIFICADO DE APROBACIÓN" in text.upper()

    stranger = visit()
    stranger.goto("/verify")
    stranger.fill("[name=code]", code.lower().replace("-", " "))
    stranger.click("main form button[type=submit]")
    stranger.wait_for_url(re.compile(f"/verify/{code}"))
    expect(stranger.locator("main")).to_contain_text(NAME)


def test_an_exam_survives_a_closed_browser_and_hands_itself_in_at_the_deadline(app, visit: Callable[..., Page]) -> None:
    from tests.story import finish_lessons, play
    from tests.story import sit as sit_quiz

    with app.app_context():
        cast = app.cast
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        for module in ("mission", "protection"):
            finish_lessons(cast, "nayeli", module)
            play(cast, "nayeli", module)
            sit_quiz(cast, "nayeli", module)
        db.session.remove()
    page = visit("nayeli")
    page.goto("/learn/humane-border/exam")
    page.get_by_role("button", name="Comenzar el examen").click()
    answer(page)
    page.get_by_role("button", name="Guardar y seguir").click()
    page.context.close()

    phone = visit("nayeli")
    phone.goto("/learn/humane-border/exam")
    app.cast.clock.pass_by(minutes=29, seconds=50)
    phone.get_by_role("button", name="Continuar mi intento").click()
    answer(phone)
    phone.wait_for_url(re.compile("/exam$"))  # the clock in the page ran out and sent what stood there
    expect(phone.locator("main")).to_contain_text("Intento 1")
    expect(phone.locator("main")).to_contain_text("33")  # two of six: nothing was lost, the last answer included


def test_the_whole_officers_way_works_without_javascript(visit: Callable[..., Page]) -> None:
    page = visit("nayeli", java_script_enabled=False)
    study_module(page, "mission")


def test_nothing_is_cut_off_and_nothing_scrolls_sideways(app, visit: Callable[..., Page]) -> None:
    for name, paths in (
        (
            "nayeli",
            [
                "/learn/",
                "/learn/humane-border/",
                "/learn/humane-border/mission/one",
                "/learn/humane-border/mission/scenario",
                "/learn/humane-border/exam",
                "/learn/certificates/",
                "/account/",
            ],
        ),
        (
            "coralia",
            [
                "/coordinate/",
                "/coordinate/roster",
                "/coordinate/people",
                "/coordinate/people/new",
                "/coordinate/people/import",
                "/coordinate/cohorts",
                "/coordinate/exams/copies/",
            ],
        ),
        ("tomas", ["/teach/", "/teach/humane-border/", "/teach/cohorts/", "/teach/exams/", "/teach/exams/copies/"]),
        ("ada", ["/admin/", "/admin/institutions", "/admin/people", "/admin/audit", "/admin/certificates"]),
    ):
        page = visit(name)
        for width in (320, 360, 1280):
            page.set_viewport_size({"width": width, "height": 780})
            for path in paths:
                for language in ("es", "en"):
                    page.goto(f"{path}?lang={language}")
                    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    assert wider <= 0, f"{path} in {language} at {width} px is {wider} px too wide"


def test_the_first_key_press_leads_past_the_navigation(visit: Callable[..., Page]) -> None:
    page = visit("nayeli")
    page.goto("/learn/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
