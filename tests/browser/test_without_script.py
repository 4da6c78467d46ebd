"""The whole way of an officer, and the main ways of trainers and coordinators, in a browser without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.test_journey_officer import invite, sit, study_module
from tests.cast import Cast
from tests.story import finish_lessons, play, sign_practice
from tests.story import sit as sit_quiz
from tests.web.test_weight import arrange

pytestmark = pytest.mark.browser


def test_an_officer_learns_practises_passes_and_takes_the_certificate_along(
    app: Flask, visit: Callable[..., Page]
) -> None:
    page = visit("nayeli", java_script_enabled=False)
    study_module(page, "mission")

    def the_rest(cast: Cast) -> None:
        finish_lessons(cast, "nayeli", "protection")
        play(cast, "nayeli", "protection")
        sit_quiz(cast, "nayeli", "protection")
        sign_practice(cast, "nayeli", "mission")

    arrange(app, the_rest)
    page.goto("/learn/humane-border/mission/practice")
    expect(page.locator("main")).to_contain_text("Competente")
    page.goto("/learn/humane-border/exam")
    page.get_by_role("button", name="Comenzar el examen").click()
    expect(page.locator(".timer")).to_contain_text(re.compile(r"\d"))
    sit(page)
    expect(page.locator("#result")).to_contain_text("su certificado está listo")
    page.goto("/learn/certificates/")
    code = page.locator("main code").first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Español (Papel carta, PDF)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    page.goto("/verify")
    page.fill("[name=code]", code)
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("Nayeli Ábrego Quintero")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Cerrar sesión").click()
    page.goto("/learn/")
    assert "sign-in" in page.url


def test_a_coordinator_invites_imports_filters_and_downloads(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit("coralia", java_script_enabled=False)
    assert invite(page).startswith("/account/accept/")
    page.goto("/coordinate/people/import")
    table = tmp_path / "lista.csv"
    table.write_text("Nombre,Correo electrónico\nRosa Pinto,rosa@paso.example\n", encoding="utf-8")
    page.set_input_files("[name=file]", table)
    page.get_by_role("button", name="Mostrar lo que se haría").click()
    page.get_by_role("button", name="Aplicar la lista").click()
    expect(page.locator("main")).to_contain_text("Rosa Pinto")
    page.goto("/coordinate/roster")
    page.get_by_label("Nombre, número").fill("Ábrego")
    page.get_by_role("button", name="Filtrar").click()
    expect(page.locator("main table tbody tr")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "Nayeli" in Path(download.value.path()).read_text(encoding="utf-8-sig")


def test_a_trainer_marks_a_sheet_and_the_page_asks_again_before_anything_is_lost(visit: Callable[..., Page]) -> None:
    page = visit("tomas", java_script_enabled=False)
    page.goto("/teach/cohorts/")
    page.get_by_role("link", name="Guayacán 2026").click()
    page.get_by_role("link", name=re.compile("Por firmar: Nayeli")).first.click()
    page.get_by_role("button", name="Firmar la hoja").click()
    expect(page.locator(".error").first).to_be_visible()
    for criterion in ("tasks", "limits"):
        page.locator(f"[name=criterion-{criterion}][value=yes]").check()
    page.fill("[name=place]", "El Cativo")
    page.get_by_role("button", name="Firmar la hoja").click()
    expect(page.locator("main")).to_contain_text("Competente")
