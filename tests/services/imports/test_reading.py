"""A list is understood however its columns are called and its file was saved, and whatever stands above it."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.errors import Refused
from app.services import rosters, spreadsheets
from app.services.imports import reading
from app.services.imports.headings import HEADINGS, heading_key, unguarded
from app.services.imports.sheets import COLUMNS
from app.services.wording import translator

LIST = """Nombre completo;Correo electrónico;Rango;N.º de placa;Sexo;Idioma;Unidad;Teléfono
Rosa Elvira Dogirama;Rosa@Paso.Example;Cabo;00417;Femenino;español;Puesto El Cativo;6000-0000
Nelson Guainora Peña;nelson@paso.example;;;M;inglés;;
Nayeli Ábrego;nayeli@paso.example;;;;;;

Norberto Güiral;beto@paso.example;;;;;;
"""
FIRST = {
    "name": "Rosa Elvira Dogirama",
    "email": "Rosa@Paso.Example",
    "rank": "Cabo",
    "service_number": "00417",
    "sex": "Femenino",
    "language": "español",
    "institution": "Puesto El Cativo",
}


def test_columns_are_known_by_their_heads_in_both_languages():
    sheet = reading.read(LIST.encode())
    assert sheet.ignored == ("Teléfono",)
    assert sheet.lines[0].cells == FIRST
    assert [line.row for line in sheet.lines] == [2, 3, 4, 6]
    english = reading.read(b"E-mail address,FULL NAME,Badge number\nx@y.example,Ada Wright,7\n")
    assert english.lines[0].cells == {"email": "x@y.example", "name": "Ada Wright", "service_number": "7"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac-roman"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_list_is_the_same_in_every_encoding_and_with_every_separator(encoding, separator):
    text = LIST.replace(";", separator)
    if encoding == "utf-16-le":  # what Moodle calls CSV for Excel has its mark too, but others leave it out
        text = text.replace("\n", "\r\n")
    sheet = reading.read(text.encode(encoding))
    assert sheet.lines[0].cells == FIRST
    assert sheet.lines == reading.read(LIST.encode()).lines
    assert sheet.separator == separator


def test_an_encoding_that_somebody_chose_is_believed():
    content = "Nombre,Correo\nPe\x96a,a@x.example\n".encode("latin-1")
    assert reading.read(content, "mac-roman").lines[0].cells["name"] == "Peña"
    assert reading.read(content, "cp1252").lines[0].cells["name"] == "Pe–a"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Correo\nx@y.example\n", "list-no-name"),
        ("Nombre\nAna\n", "list-no-email"),
        ("Nombre,Correo,Mail\nAna,a@x.example,b@x.example\n", "list-twice"),
        ("Nombre,Correo\n", "list-empty"),
        ("", "table-empty"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(text, code):
    with pytest.raises(Refused, match=code):
        reading.read(text.encode())


def test_a_list_is_no_longer_than_may_be():
    text = "Nombre,Correo\n" + "".join(f"Ana,a{n}@x.example\n" for n in range(reading.MOST + 1))
    with pytest.raises(Refused, match="table-long") as caught:
        reading.read(text.encode())
    assert caught.value.values["most"] == reading.MOST >= 20_000


def test_headings_may_stand_below_other_rows():
    above = "Filtro: Institución = Puesto El Cativo\nGenerado el 29 nov 2026\n\n"
    sheet = reading.read(f"{above}Nombre;Número de servicio\nAna;0012\n".encode())
    assert sheet.lines == (reading.Line(5, {"name": "Ana", "service_number": "0012"}),)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_column_of_the_roster_is_understood_or_left_aside(language):
    say = translator(language)
    found = {column.key: heading_key(say(column.heading)) for column in rosters.COLUMNS}
    understood = {key: kind for key, kind in found.items() if kind}
    assert understood == {
        key: key for key in ("name", "rank", "service_number", "institution", "course", "cohort", "status")
    } | ({"email": "email"} if "email" in found else {})
    for key, head, _width in COLUMNS:
        assert heading_key(say(head)) == key
    assert {key for key, _head, _width in COLUMNS} == set(HEADINGS) - {"surname"}


def test_the_empty_list_can_be_filled_in_and_read():
    from app.services.imports.sheets import template

    for language in ("en", "es"):
        book = openpyxl.load_workbook(io.BytesIO(b"".join(template(translator(language), "x"))))
        book.active.append(["Rosa Elvira Dogirama", "rosa@x.example", "Cabo", "0417", "F", "Español", "El Cativo"])
        filled = io.BytesIO()
        book.save(filled)
        assert reading.read(filled.getvalue()).lines[0].cells["service_number"] == "0417"


@given(st.text(alphabet="=+-@'\" ;|aÑ1", max_size=12))
def test_what_was_put_before_a_formula_is_taken_off_again(text):
    assert unguarded(spreadsheets.safe(text)) == text or unguarded(text) != text


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(str.encode),
        st.lists(st.lists(st.text(max_size=8) | st.sampled_from(["Nombre", "Correo", "Name", "E-mail", "=1", "a@b.c"])))
        .map(lambda rows: "\n".join(",".join(row) for row in rows).encode("utf-16", "surrogatepass")),
    )
)  # fmt: skip
def test_a_hostile_file_is_read_or_refused(content):
    try:
        sheet = reading.read(content)
    except Refused:
        return
    assert sheet.lines and all(line.row > 1 and set(line.cells) <= set(HEADINGS) for line in sheet.lines)
