"""Lists of people as a coordinator meets them: sent, shown, decided about, carried out, undone."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import func, select

from app.records.people import Person
from app.services import imports
from app.services.imports import keeping
from tests.web.client import Forms

LIST = "Nombre;Correo\nRosa Elvira Dogirama;rosa@paso.example\nNorberto Güiral;beto@paso.example\n"
WRONG = "Nombre,Correo,Placa\nRosa,rosa,8-123-4567\nXimena,ximena@paso.example,\nNayeli Ábrego,n@x.example,\n"


@pytest.fixture
def desk(app, signed_in):
    """Coralia's browser, with the cast at hand."""
    browser = signed_in("coralia")
    browser.cast = app.cast
    return browser


@pytest.fixture
def people(app):
    """How many people there are now."""

    def count() -> int:
        with app.app_context():
            app.cast.office.session.rollback()
            return app.cast.office.session.scalar(select(func.count()).select_from(Person)) or 0

    return count


@pytest.fixture
def worker(app):
    """A round of the worker."""

    def work() -> int:
        with app.app_context():
            app.cast.office.session.rollback()
            return imports.run_due(app.cast.office)

    return work


def send(desk, content: bytes | str, name: str = "lista.csv", **more: str):
    """Send a list; the page that it leads to."""
    desk.page("/coordinate/people/import")
    fields = {"institution": str(desk.cast.institutions["/pa/senafront/"].id), "language": "es", "place": "", **more}
    body = content.encode() if isinstance(content, str) else content
    return desk.submit("people/import", file=(io.BytesIO(body), name), **fields)


def text(response) -> str:
    return response.get_data(as_text=True)


def press(desk, part: str, **more: str):
    """Press the button of the form whose address ends in *part*, with what else it sends."""
    form = next(one for one in Forms(text(desk.last)).forms if one["action"].endswith(part))
    return desk.post(form["action"], data={**form["fields"], **more}, follow_redirects=True)


def rows_of(response) -> list[tuple[object, ...]]:
    assert response.headers["Cache-Control"] == "private, no-store"
    return list(openpyxl.load_workbook(io.BytesIO(response.data)).active.iter_rows(values_only=True))


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_list_is_shown_before_it_is_carried_out_and_can_be_undone(desk, people, language):
    desk.get(f"/coordinate/?lang={language}")
    before = people()
    shown = send(desk, LIST.encode("cp1252"), place=f"cohort:{desk.cast.cohort.id}")
    assert shown.status_code == 200 and shown.request.path.startswith("/coordinate/people/imports/")
    assert {"es": "Todavía no se ha hecho nada", "en": "Nothing has been done yet"}[language] in text(shown)
    assert "Windows-1252" in text(shown) and "Guayacán 2026" in text(shown)
    assert people() == before
    done = press(desk, "carry-out")
    assert {"es": "1 cuenta nueva, 2 inscripciones", "en": "1 new account, 2 enrolments"}[language] in text(done)
    assert people() == before + 1
    page = desk.page("/coordinate/people/imports")
    assert "lista.csv" in page and "Coralia Mojica" in page
    asked = desk.get(done.request.path + "/undo")
    assert {"es": "¿Deshacer toda la lista?", "en": "Undo the whole list?"}[language] in text(asked)
    undone = press(desk, "undo")
    assert {"es": "La lista se deshizo", "en": "The list was undone"}[language] in text(undone)
    assert people() == before
    desk.page("/coordinate/people/imports")


def test_sent_twice_it_changes_nothing_and_says_so(desk):
    send(desk, LIST)
    first = press(desk, "carry-out").request.path
    again = send(desk, LIST)
    assert "Nada cambia" in text(again) and first in text(again)
    assert "carry-out" not in text(again)


def test_a_second_press_of_the_button_does_nothing(desk, people):
    send(desk, LIST)
    form = next(one for one in Forms(text(desk.last)).forms if one["action"].endswith("carry-out"))
    for _press in range(2):
        assert desk.post(form["action"], data=form["fields"]).status_code == 303
    assert people() == 10


def test_problems_stand_beside_their_cells_and_nothing_can_be_carried_out(desk, people):
    before = people()
    shown = text(send(desk, WRONG))
    assert "La lista todavía no se puede aplicar" in shown and "carry-out" not in shown
    assert "(8-123-4567)" in shown and "número de identidad nacional" in shown
    assert "Nayeli Ábrego Quintero" in shown and "Sin decidir" in shown
    only = desk.page(desk.here.partition("?")[0] + "?kind=duplicate")
    assert "n@x.example" in only and "8-123-4567" not in only
    done = press(desk, "decide", **{"line-4": "leave"})
    assert "Dejar fuera" in text(done)
    desk.get(done.request.path)
    done = press(desk, "decide", rest="leave-problems")
    assert "Se deja fuera" in text(done)
    assert people() == before


def test_the_sheet_to_correct_speaks_both_languages_and_can_be_sent_again(desk):
    send(desk, WRONG)
    path = desk.last.request.path
    rows = rows_of(desk.get(f"{path}/list.xlsx"))
    assert rows[0][:4] == ("Fila", "Nombre", "Correo", "Placa")
    assert rows[0][-2:] == ("Problems (English)", "Problemas (español)")
    first = rows[1]
    assert first[:4] == (2, "Rosa", "rosa", "8-123-4567")
    assert "Correo: Enter an e-mail address" in first[-2] and "Placa: This looks like a national" in first[-2]
    assert "Escriba un correo electrónico" in first[-1]
    book = openpyxl.Workbook()
    for row in [rows[0], (2, "Rosa", "rosa@x.example", "81")]:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    again = send(desk, out.getvalue(), "corregida.xlsx")
    assert "Problems (English)" in text(again) and "carry-out" in text(again)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"PK\x03\x04", "a.xlsx"),
        (b"\xd0\xcf\x11\xe0", "a.xlsx"),
        (b"x", "a.exe"),
        (b"a,b\n1,2", "a.csv"),
    ],
)
def test_a_file_that_is_no_list_comes_back_with_the_reason(desk, content, name):
    shown = send(desk, content, name)
    assert shown.status_code == 422
    assert 'href="#file"' in text(shown)


def test_the_empty_list_can_be_filled_in_and_sent(desk):
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/coordinate/people/import/list.xlsx?lang=es").data))
    book.active.append(
        ["Rosa Elvira Dogirama", "rosa@paso.example", "Cabo", "0417", "F", "Español", "Puesto El Cativo"]
    )
    filled = io.BytesIO()
    book.save(filled)
    shown = send(desk, filled.getvalue(), "lista.xlsx")
    assert shown.status_code == 200
    assert "0417" in text(shown)


def test_a_large_list_shows_how_far_it_is_without_javascript(desk, worker, monkeypatch):
    monkeypatch.setattr(keeping, "AT_ONCE", 1)
    shown = send(desk, LIST)
    assert shown.headers["Refresh"] == "3" and "Espera su turno" in text(shown)
    assert worker() == 1
    shown = desk.get(shown.request.path)
    assert "Refresh" not in shown.headers
    assert "La lista se está aplicando" in text(press(desk, "carry-out"))
    assert worker() == 1
    assert "La lista está aplicada" in desk.page(shown.request.path)
    desk.get(shown.request.path + "/undo")
    assert "La lista se está deshaciendo" in text(press(desk, "undo"))
    assert worker() == 1
    assert "La lista se deshizo" in desk.page(shown.request.path)


def test_a_large_file_that_is_no_list_says_so_on_its_page(desk, worker, monkeypatch):
    monkeypatch.setattr(keeping, "READ_AT_ONCE", 1)
    path = send(desk, b"Correo\na@x.example\n").request.path
    worker()
    page = desk.page(path)
    assert "La lista no se pudo leer" in page and "Ninguna columna se llama" in page
    assert "No se hizo nada" in text(press(desk, "discard"))
    desk.page(path, 404)


def test_wrong_letters_are_read_in_another_encoding(desk):
    send(desk, "Nombre,Correo\nBego\x96a Ríos,a@x.example\n".encode("latin-1"))
    assert "Begoña" in text(press(desk, "read-as", encoding="mac-roman"))


def test_invitation_links_are_handed_over_in_a_file(desk):
    send(desk, LIST)
    page = text(press(desk, "carry-out"))
    assert "Nuevos enlaces de invitación" in page
    form = next(one for one in Forms(page).forms if one["action"].endswith("/links"))
    rows = rows_of(desk.post(form["action"], data=form["fields"]))
    assert len(rows) == 2 and rows[1][0] == "Rosa Elvira Dogirama" and "/account/accept/" in rows[1][3]


def test_what_was_tampered_with_does_nothing(desk, people):
    before = people()
    send(desk, LIST)
    for part, more in (
        ("carry-out", {"version": "99"}),
        ("carry-out", {"version": "x"}),
        ("read-as", {"encoding": "rot13"}),
    ):
        assert press(desk, part, **more).status_code == 200
    desk.get(desk.here)
    fields = {"version": "1", "line-2": "same:nobody", "line-x": "leave", "line-99999999999": "leave", "rest": "all"}
    form = next(one for one in Forms(text(desk.last)).forms if one["action"].endswith("carry-out"))
    path = form["action"].replace("carry-out", "decide")
    token = {"csrf_token": form["fields"]["csrf_token"]}
    assert desk.post(path, data={**token, **fields}, follow_redirects=True).status_code == 200
    assert people() == before


def test_pages_of_a_list_cost_the_same_however_long_it_is(desk, app):
    from sqlalchemy import event

    from app.records.database import db

    def queries(rows: int) -> int:
        body = "Nombre,Correo,Rango\n" + "".join(
            f"Ana {'abcdefghij'[n % 10]}{n},a{n}@x.example,C\n" for n in range(rows)
        )
        path = send(desk, body).request.path
        seen: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(_connection, _cursor, statement, *_rest):
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        page = desk.page(path)
        event.remove(engine, "before_cursor_execute", note)
        assert len(__import__("zlib").compress(page.encode())) < 15_000
        return len(seen)

    assert queries(3) == queries(120)
