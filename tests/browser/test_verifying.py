"""The square code in a real browser: it tells what a certificate is worth, tells the server nothing, and needs none."""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, Request, Route, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from app.records.certificates import Certificate
from app.records.database import db
from app.services.office import Office
from app.web import takeaway
from certificates import drawing, facts, token
from certificates.facts import Facts
from tests.cast import NOW, signing_keys
from tests.certificates.cast import completion, participation
from tests.keyring import strangers
from tests.story import complete

pytestmark = pytest.mark.browser

VALID = {"es": "Este certificado es válido", "en": "This certificate is valid"}
TOLD = {
    "es": {
        "Nombre": "Nayeli Ábrego Quintero",
        "Institución": "Puesto Paso del Guayacán · Panamá",
        "Certificado": "Certificado de aprobación",
        "Curso": "Frontera Humana",
        "Duración": "13 horas",
        "Módulos": "2",
        "Examen final": "Aprobado",
        "Competencias prácticas supervisadas": "1",
        "Concluido el": "23 nov 2026",
        "Emitido el": "23 nov 2026",
        "Válido hasta": "23 nov 2029",
        "Emitido por": "Paso Seguro",
    },
    "en": {
        "Name": "Nayeli Ábrego Quintero",
        "Institution": "Puesto Paso del Guayacán · Panama",
        "Certificate": "Certificate of completion",
        "Course": "Humane Border",
        "Duration": "13 hours",
        "Modules": "2",
        "Final examination": "Passed",
        "Supervised practical competencies": "1",
        "Completed on": "23 Nov 2026",
        "Issued on": "23 Nov 2026",
        "Valid until": "23 Nov 2029",
        "Issued by": "Paso Seguro",
    },
}


def office_of(app: Flask) -> Office:
    cast = app.cast  # type: ignore[attr-defined]
    cast.office = Office(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
    return cast.office


@pytest.fixture
def stated(app: Flask) -> Facts:
    """What Nayeli's certificate states."""
    with app.app_context():
        office = office_of(app)
        complete(app.cast, "nayeli")  # type: ignore[attr-defined]
        row = office.session.scalars(select(Certificate)).one()
        found = facts.from_json(row.facts)
        db.session.remove()
    return found


@pytest.fixture
def digits(stated: Facts) -> str:
    return token.encode(stated, signing_keys().signing)


def end(app: Flask, **values: dt.datetime) -> None:
    """Revoke or replace every certificate."""
    with app.app_context():
        db.session.query(Certificate).update(values)
        db.session.commit()
        db.session.remove()


def at(page: Page, moment: dt.datetime = NOW) -> Page:
    """*page* in a browser whose clock stands at *moment*."""
    page.clock.set_fixed_time(moment)
    return page


def answer(page: Page) -> str:
    """The heading of what the script told, once it is done."""
    heading = page.locator("[data-told]:visible h2")
    expect(heading).not_to_have_text(re.compile("…$"))
    return heading.inner_text()


def rows(page: Page) -> dict[str, str]:
    """The facts as they are shown."""
    found = page.locator("[data-told]:visible .facts > div")
    return {one.locator("dt").inner_text(): one.locator("dd").inner_text() for one in found.all()}


def watched(page: Page) -> list[str]:
    """Everything that goes out from now on: addresses, referrers and what is posted."""
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.append(f"{request.method} {request.url} {request.headers} {request.post_data or ''}")

    page.context.on("request", note)
    return sent


# On the page ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_scan_tells_every_fact_in_the_readers_language(
    visit: Callable[..., Page], digits: str, language: str
) -> None:
    page = at(visit())
    page.goto(f"/verify?lang={language}#{digits}")
    assert answer(page) == VALID[language]
    told = rows(page)
    for name, value in TOLD[language].items():
        assert told[name].splitlines()[0] == value, name
    edition = {"es": "Curso HB, edición 1", "en": "Course HB, edition 1"}[language]
    assert told["Curso" if language == "es" else "Course"].splitlines()[1] == edition


def test_a_scan_sends_nothing_of_the_code_and_leaves_nothing_in_the_address(
    visit: Callable[..., Page], stated: Facts, digits: str
) -> None:
    page = at(visit())
    sent = watched(page)
    page.goto(f"/verify#{digits}")
    assert answer(page) == VALID["es"]
    assert page.url.endswith("/verify") and page.evaluate("location.hash") == ""
    assert page.evaluate("history.length") <= 2 and page.evaluate("history.state") is None
    page.get_by_role("link", name="Verificar un certificado").click()
    said = " ".join(sent)
    assert "/verify/keys.json" in said and "/verify/revoked.cbor" in said
    for secret in (digits[:60], digits[-40:], stated.serial, "Nayeli", "%C3%81brego"):
        assert secret not in said
    page.go_back()
    assert page.evaluate("location.hash") == ""


def test_what_the_sheet_prints_is_what_the_page_shows(visit: Callable[..., Page]) -> None:
    for stated in (completion(), participation(rank="", place="", signers=())):
        page = at(visit())
        page.goto(f"/verify?lang=es#{token.encode(stated, signing_keys().signing)}")
        assert answer(page) == VALID["es"]
        told = rows(page)
        assert told["Nombre"].splitlines() == [text for text in (stated.name, stated.rank) if text]
        assert told["Emitido el"].splitlines() == [text for text in ("5 mar 2026", stated.place) if text]
        assert told["Emitido por"] == stated.issuer["es"]
        assert told.get("Firmado a mano por", "") == ", ".join(signer.name for signer in stated.signers)
        assert ("Módulos" in told, "Examen final" in told) == (stated.kind == "completion",) * 2
        assert told["Código"] == stated.serial
        assert ("Concluido el" if stated.kind == "completion" else "Participación hasta") in told


def test_a_printed_sheet_is_scanned_and_verified(visit: Callable[..., Page], stated: Facts, digits: str) -> None:
    """From facts to paper, from paper by an independent reader into the browser."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        pytest.skip("NOT CHECKED: pdftoppm is missing (Debian: apt-get install poppler-utils)")
    page = at(visit())
    page.goto("/verify")
    sheet = drawing.render(stated, ("es", "en"), "letter", page.url, digits)
    drawn = subprocess.run(
        [tool, "-r", "200", "-gray", "-singlefile", "-"], input=sheet, capture_output=True, check=True
    )
    (scan,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn.stdout)))
    page.goto("/healthz")
    page.goto(scan.text)
    assert answer(page) == VALID["es"]
    assert rows(page)["Nombre"] == "Nayeli Ábrego Quintero"


def test_one_changed_digit_and_a_code_of_others_are_told_apart(
    visit: Callable[..., Page], stated: Facts, digits: str
) -> None:
    page = at(visit())
    place = len(digits) // 2
    altered = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
    for given, told in (
        (altered, "Este código fue alterado"),
        (token.encode(replace(stated, name="Otra Persona"), strangers().signing), "Paso Seguro no firmó este código"),
        (digits[:-17], "No se pudo leer este código"),
        ("1" * 700, "No se pudo leer este código"),
        (digits, VALID["es"]),
    ):
        page.goto("/healthz")
        page.goto(f"/verify#{given}")
        assert answer(page) == told
        assert ("Nayeli" in page.inner_text("main")) == (given == digits)


def test_a_second_scan_into_the_open_page_is_checked_too(visit: Callable[..., Page], digits: str) -> None:
    page = at(visit())
    page.goto(f"/verify#{digits[:-17]}")
    assert answer(page) == "No se pudo leer este código"
    page.evaluate("digits => { location.hash = digits }", digits)
    expect(page.locator("[data-told] h2")).to_have_text(VALID["es"])
    assert page.evaluate("location.hash") == ""
    page.evaluate("location.hash = 'main'")
    assert answer(page) == VALID["es"], "a link within the page is no scan"


def test_expired_replaced_and_revoked_say_since_when(app: Flask, visit: Callable[..., Page], digits: str) -> None:
    page = at(visit(), dt.datetime(2029, 11, 23, 12, tzinfo=dt.UTC))
    page.goto(f"/verify#{digits}")
    assert answer(page) == VALID["es"], "the last day is a day"
    page = at(visit(), dt.datetime(2029, 11, 24, 12, tzinfo=dt.UTC))
    page.goto(f"/verify#{digits}")
    assert answer(page) == "Este certificado venció"
    assert "23 nov 2029" in page.inner_text(".verdict") and "Nayeli" in page.inner_text("main")
    end(app, superseded_at=dt.datetime(2026, 11, 23, 14, tzinfo=dt.UTC))
    page = at(visit())
    page.goto(f"/verify?lang=en#{digits}")
    assert answer(page) == "This certificate was replaced"
    assert "23 Nov 2026" in page.inner_text(".verdict")
    end(app, revoked_at=dt.datetime(2026, 11, 23, 14, 30, tzinfo=dt.UTC))
    page = at(visit())
    page.goto(f"/verify#{digits}")
    assert answer(page) == "Este certificado fue revocado"
    assert "23 nov 2026" in page.inner_text(".verdict")


def test_a_computer_whose_clock_is_years_behind_is_not_fooled(
    app: Flask, visit: Callable[..., Page], digits: str
) -> None:
    app.cast.clock.at = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)  # type: ignore[attr-defined]
    page = at(visit(), dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    page.goto(f"/verify#{digits}")
    assert answer(page) == "Este certificado venció"


def fulfil(status: int, body: bytes, route: Route) -> None:
    route.fulfill(status=status, body=body)


def test_without_a_list_no_certificate_passes_for_valid(app: Flask, visit: Callable[..., Page], digits: str) -> None:
    end(app, revoked_at=NOW)
    for status, body in ((503, b""), (200, b"<html>portal</html>"), (200, base64.b64decode("0oRJogEn"))):
        page = at(visit())
        page.route("**/revoked.cbor", partial(fulfil, status, body))
        page.goto(f"/verify#{digits}")
        assert answer(page) == "Paso Seguro firmó este certificado, pero puede haber perdido su validez después"


def test_without_keys_the_page_says_what_to_do(visit: Callable[..., Page], digits: str) -> None:
    page = at(visit())
    page.route("**/keys.json", partial(fulfil, 503, b""))
    page.goto(f"/verify#{digits}")
    assert answer(page) == "El código todavía no se puede verificar"
    page.unroute("**/keys.json")
    page.fill("[name=code]", digits)
    page.click("main form button[type=submit]")
    expect(page.locator("[data-told] h2")).to_have_text(VALID["es"])


OLD = "SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('x', 'NotSupportedError'));"


def test_a_browser_that_knows_no_ed25519_says_so_and_takes_the_code(
    visit: Callable[..., Page], stated: Facts, digits: str
) -> None:
    for script in (OLD, "Object.defineProperty(crypto, 'subtle', { value: undefined });"):
        page = at(visit())
        page.add_init_script(script)
        page.goto(f"/verify#{digits}")
        assert answer(page) == "Este navegador no puede verificar firmas"
        page.fill("[name=code]", stated.serial)
        page.click("main form button[type=submit]")
        page.wait_for_url(f"**/verify/{stated.serial}")
        expect(page.locator("main")).to_contain_text("Nayeli")


def test_what_a_scan_gave_may_be_pasted_and_stays_here(visit: Callable[..., Page], digits: str) -> None:
    page = at(visit())
    page.goto("/verify?lang=en")
    sent = watched(page)
    for pasted in (digits, f"https://paso.example/verify#{digits}", f"  {digits[:300]} {digits[300:]}\n"):
        page.fill("[name=code]", pasted)
        page.click("main form button[type=submit]")
        assert answer(page) == VALID["en"]
        assert page.input_value("[name=code]") == ""
        page.reload()
    assert not [one for one in sent if digits[:40] in one or "POST" in one]


def test_a_typed_code_goes_to_its_answer_and_what_is_none_is_told(visit: Callable[..., Page], stated: Facts) -> None:
    page = at(visit())
    for typed in (stated.serial.lower().replace("-", " "), f"http://localhost/verify/{stated.serial}?lang=es"):
        page.goto("/verify?lang=en")
        page.fill("[name=code]", typed)
        page.click("main form button[type=submit]")
        page.wait_for_url(re.compile(re.escape("lang=en")))
        expect(page.locator("main h2").first).to_have_text(VALID["en"])
    page.goto("/verify")
    page.fill("[name=code]", " / ")
    page.click("main form button[type=submit]")
    expect(page.locator(".error-summary")).to_be_visible()


DETECTOR = (
    "window.BarcodeDetector = class { async detect() { return [{ rawValue: '%s' }].filter((c) => c.rawValue); } };"
)
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)


def test_a_picture_is_read_where_the_browser_can(visit: Callable[..., Page], digits: str) -> None:
    page = at(visit())
    page.goto("/verify")
    expect(page.locator("[data-picture]")).to_be_hidden()
    for found, told in ((f"https://paso.example/verify#{digits}", VALID["es"]), ("", "No se pudo leer este código")):
        page = at(visit())
        page.add_init_script(DETECTOR % found)
        page.goto("/verify")
        page.set_input_files("[data-picture]", {"name": "a.png", "mimeType": "image/png", "buffer": PICTURE})
        assert answer(page) == told


def test_the_register_is_asked_only_when_the_reader_wants_it(
    app: Flask, visit: Callable[..., Page], stated: Facts, digits: str
) -> None:
    page = at(visit())
    page.goto(f"/verify#{digits}")
    assert answer(page) == VALID["es"]
    end(app, revoked_at=NOW)
    page.get_by_role("link", name="Consultarlo en el registro").click()
    page.wait_for_url(f"**/verify/{stated.serial}")
    expect(page.locator("main h2").first).to_have_text("Este certificado fue revocado")


def test_the_answer_takes_the_focus_and_nothing_is_cut_off(visit: Callable[..., Page]) -> None:
    long = token.encode(completion(institution="Ñandú" * 24, name="M" * 92), signing_keys().signing)
    page = at(visit())
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 780})
        for language in ("es", "en"):
            page.goto("/healthz")
            page.goto(f"/verify?lang={language}#{long}")
            assert answer(page) == VALID[language]
            assert page.evaluate("document.activeElement.hasAttribute('data-told')")
            page.locator("details.fold summary").click()
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, f"{language} at {width}: {wider} px too wide"


# Without a connection ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "en"])
def test_once_visited_the_page_works_without_a_server(
    app: Flask, chromium: Browser, stated: Facts, digits: str, language: str
) -> None:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    context = chromium.new_context(base_url=f"http://127.0.0.1:{server.server_port}", locale="fr-FR")
    context.set_default_timeout(15_000)
    page = at(context.new_page())
    page.goto(f"/verify?lang={language}")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto("/verify")  # the worker saw in which language it was read
    server.shutdown()
    server.server_close()
    thread.join(5)
    try:
        page.goto("/verify")
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.site-head')).backgroundColor") == "rgb(11, 60, 93)"
        )
        page.goto(f"/verify#{digits}")
        assert answer(page) == VALID[language]
        for other in ("es", "en"):
            page.goto(f"/verify?lang={other}#{digits}")
            assert answer(page) == VALID[other]
            expect(page.locator("html")).to_have_attribute("lang", other)
        page.goto(f"/verify#{digits[:-1]}1" if digits[-1] != "1" else f"/verify#{digits[:-1]}2")
        assert answer(page) in ("This code was altered", "Este código fue alterado")
        at(page, NOW + dt.timedelta(days=9))
        page.goto(f"/verify?lang=es#{digits}")
        assert answer(page) == VALID["es"]
        told = page.inner_text("[data-told]")
        assert "23 nov 2026" in told and "de hace 9 días" in told and "Esta lista es antigua" in told
        page.fill("[name=code]", stated.serial)
        page.click("main form button[type=submit]")
        expect(page.locator("[data-told] h2")).to_have_text("No hay conexión")
        kept = page.evaluate(
            """async () => {
              const found = [];
              for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys()) {
                  found.push(request.url + " " + (await (await cache.match(request)).text()));
                }
              }
              return found;
            }"""
        )
        assert len(kept) == 11, "two pages, six files, keys, list, language"
        for secret in (digits[:40], stated.serial, "Nayeli", "coralia"):
            assert not [one for one in kept if secret in one]
        assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
    finally:
        context.close()


def test_what_is_kept_names_nobody_who_is_signed_in(visit: Callable[..., Page]) -> None:
    page = visit("coralia")
    page.goto("/verify")
    assert "Coralia" in page.content()
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto("/verify")
    texts = page.evaluate(
        """async () => {
          const [name] = await caches.keys();
          const cache = await caches.open(name);
          return Promise.all((await cache.keys()).map(async (one) => (await cache.match(one)).text()));
        }"""
    )
    assert len(texts) == 11
    assert not [one for one in texts if "Coralia" in one]


# From a disk --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def disk(app: Flask, stated: Facts, tmp_path: Path) -> Path:
    """The verifier as it is taken along, made when Nayeli's certificate was still good."""
    with app.app_context():
        for name, content in takeaway.files(app, office_of(app)).items():
            (tmp_path / name).write_bytes(content)
        db.session.remove()
    return tmp_path / "verify.html"


@pytest.fixture
def unplugged(visit: Callable[..., Page]) -> Iterator[Callable[..., Page]]:
    """A page of a browser that was never connected; whatever it asks of a network fails the test."""
    asked: list[str] = []

    def open_page(moment: dt.datetime = NOW, **more: object) -> Page:
        page = at(visit(**more), moment)
        page.context.set_offline(True)
        page.context.on("request", lambda request: asked.append(request.url))
        return page

    yield open_page
    assert asked and not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]


@pytest.mark.parametrize("locale", ["es-PA", "en-US", "fr-FR"])
def test_the_file_tells_what_a_certificate_is_worth(
    disk: Path, unplugged: Callable[..., Page], stated: Facts, digits: str, locale: str
) -> None:
    language = "en" if locale == "en-US" else "es"
    page = unplugged(locale=locale)
    middle = len(digits) // 2
    for given, told in (
        (digits, VALID),
        (
            digits[:middle] + str(9 - int(digits[middle])) + digits[middle + 1 :],
            {"es": "Este código fue alterado", "en": "This code was altered"},
        ),
        (
            token.encode(stated, strangers().signing),
            {"es": "Paso Seguro no firmó este código", "en": "Paso Seguro did not sign this code"},
        ),
        (digits[:200], {"es": "No se pudo leer este código", "en": "This code could not be read"}),
    ):
        page.goto("about:blank")
        page.goto(f"{disk.as_uri()}#{given}")
        assert answer(page) == told[language]
        assert page.get_attribute("html", "lang") == language
        assert page.evaluate("location.hash") == ""
        if told is VALID:
            shown = rows(page)
            for name, value in TOLD[language].items():
                assert shown[name].splitlines()[0] == value, name
        other = "en" if language == "es" else "es"
        page.click(f"[data-speak={other}]")
        assert answer(page) == told[other]
        assert page.get_attribute("html", "lang") == other
        page.click(f"[data-speak={language}]")


def test_the_file_knows_what_expired_and_how_old_its_list_is(
    disk: Path, unplugged: Callable[..., Page], digits: str
) -> None:
    page = unplugged(NOW + dt.timedelta(minutes=20))
    page.goto(f"{disk.as_uri()}#{digits}")
    assert answer(page) == VALID["es"]
    assert "de hace menos de una hora" in page.inner_text("[data-told]:visible")
    page = unplugged(dt.datetime(2029, 12, 1, tzinfo=dt.UTC))
    page.goto(f"{disk.as_uri()}#{digits}")
    assert answer(page) == "Este certificado venció"
    told = page.inner_text("[data-told]:visible")
    assert "de hace 1103 días" in told and "Consiga un archivo revoked.cbor más nuevo" in told


def test_a_newer_list_brought_to_the_file_revokes(
    app: Flask, disk: Path, unplugged: Callable[..., Page], digits: str
) -> None:
    older = disk.with_name("older.cbor")
    older.write_bytes(disk.with_name("revoked.cbor").read_bytes())
    app.cast.clock.pass_by(days=2)  # type: ignore[attr-defined]
    end(app, revoked_at=NOW + dt.timedelta(days=1))
    with app.app_context():
        list_ = takeaway.files(app, office_of(app))["revoked.cbor"]
        db.session.remove()
    newer, broken = disk.with_name("newer.cbor"), disk.with_name("broken.cbor")
    newer.write_bytes(list_)
    broken.write_bytes(list_[:-1] + bytes([list_[-1] ^ 1]))
    page = unplugged(NOW + dt.timedelta(days=2))
    page.goto(disk.as_uri())
    page.locator("summary:visible").click()

    def bring(path: Path) -> str:
        page.set_input_files("[data-newer] >> visible=true", path)
        return answer(page)

    def paste(text: str) -> str:
        page.fill("textarea:visible", text)
        page.click("button:visible")
        return answer(page)

    assert paste(f"https://paso.example/verify#{digits}") == VALID["es"]
    assert bring(broken) == "Esta no es una lista de Paso Seguro"
    assert paste(digits) == VALID["es"]
    assert bring(newer) == "La lista está en uso"
    assert "25 nov 2026" in page.inner_text("[data-told]:visible")
    assert paste(digits) == "Este certificado fue revocado"
    assert "24 nov 2026" in page.inner_text("[data-told]:visible")
    assert bring(older) == "La lista está en uso"
    assert paste(digits) == "Este certificado fue revocado", "an older list takes nothing back"
    assert paste("lo que sea") == "No se pudo leer este código"


def test_the_file_reads_a_picture_where_the_browser_can(
    disk: Path, unplugged: Callable[..., Page], digits: str
) -> None:
    page = unplugged()
    page.add_init_script(DETECTOR % f"https://paso.example/verify#{digits}")
    page.goto(disk.as_uri())
    page.set_input_files(
        "[data-picture] >> visible=true", {"name": "a.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    assert answer(page) == VALID["es"]


def test_the_file_says_what_it_cannot_do(disk: Path, unplugged: Callable[..., Page], digits: str) -> None:
    page = unplugged()
    page.add_init_script(OLD)
    page.goto(f"{disk.as_uri()}#{digits}")
    assert answer(page) == "Este navegador no puede verificar firmas"
    assert "http://localhost/verify" in page.inner_text("[data-told]:visible"), "where to go with a connection"
    page = unplugged(java_script_enabled=False)
    page.goto(disk.as_uri())
    assert "Este archivo necesita JavaScript" in page.inner_text("main")


def test_nothing_of_the_file_is_cut_off(disk: Path, unplugged: Callable[..., Page]) -> None:
    long = token.encode(completion(institution="Ñandú" * 24, name="M" * 92), signing_keys().signing)
    page = unplugged()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 780})
        page.goto("about:blank")
        page.goto(f"{disk.as_uri()}#{long}")
        assert answer(page) == VALID["es"]
        page.locator("summary:visible").click()
        for language in ("en", "es"):
            page.click(f"[data-speak={language}]")
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, f"{language} at {width}: {wider} px too wide"
