"""Tables out, in which text stays text; tables in, from files that nobody vouches for."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile

import openpyxl
import pytest
import xlsxwriter

from app.rules.errors import Refused
from app.services.spreadsheets import Heading, csv_stream, read_table, safe, xlsx_stream

HEADINGS = [Heading("Nombre", "text", 30), Heading("Nota", "whole"), Heading("Día", "day"), Heading("Hora", "moment")]
FORMULA = '=HYPERLINK("http://evil.example","Ana")'
PANAMA = dt.timezone(dt.timedelta(hours=-5))
ROW = [FORMULA, 88, dt.date(2026, 11, 23), dt.datetime(2026, 11, 23, 14, 5, 59, tzinfo=PANAMA)]


def csv_rows(*rows: list[object]) -> list[list[str]]:
    content = b"".join(csv_stream(HEADINGS, rows))  # type: ignore[arg-type]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def sheet(*rows: list[object]):
    content = b"".join(xlsx_stream("Nómina", HEADINGS, rows))  # type: ignore[arg-type]
    return openpyxl.load_workbook(io.BytesIO(content)).active


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\r=1", '"=1', "＝1", "Ana;=1+1", "Ana\t+1", "Ana\n=1", "Ana|@x"],
)
def test_no_cell_of_a_csv_begins_a_formula_in_any_languages_excel(text):
    written = safe(text)
    for separator in ";\t\n\r|":
        for part in written.split(separator):
            begins = part.strip(' \t\r\n"')[:1]
            assert not begins or begins not in "=+-@＝＋－＠", (text, written)


@pytest.mark.parametrize("text", ["Ana María", "Ibáñez-Núñez", "a=b", "ana@paso.example", "Guayacán; 2.º grupo", ""])
def test_ordinary_text_is_written_as_it_is(text):
    assert safe(text) == text


def test_a_csv_begins_with_the_mark_that_excel_needs_for_accents():
    assert next(iter(csv_stream(HEADINGS, []))).startswith(b"\xef\xbb\xbfNombre,")


def test_a_csv_writes_days_and_moments_as_iso_dates_and_nothing_as_nothing():
    assert csv_rows(ROW, ["Ana", None, None, None])[1:] == [
        ["'" + FORMULA, "88", "2026-11-23", "2026-11-23 14:05"],
        ["Ana", "", "", ""],
    ]


def test_a_negative_number_stays_a_number():
    assert csv_rows(["Ana", -5, None, None])[1][1] == "-5"


def test_the_head_of_a_csv_leaves_before_the_first_row_is_asked_for():
    def rows():
        raise AssertionError("asked")
        yield

    assert next(csv_stream(HEADINGS, rows()))


def test_text_of_a_workbook_is_never_a_formula():
    cell = sheet(ROW)["A2"]
    assert (cell.value, cell.data_type) == (FORMULA, "s")


def test_a_workbook_holds_real_dates_numbers_and_letters_of_every_kind():
    found = sheet(["<Ñandú & Cía>\x07", 5, dt.date(2026, 2, 28), ROW[3]])
    assert [cell.value for cell in found[2]] == [
        "<Ñandú & Cía>",
        5,
        dt.datetime(2026, 2, 28),
        dt.datetime(2026, 11, 23, 14, 5),
    ]
    assert found["C2"].number_format == "d mmm yyyy"


def test_a_workbook_has_a_frozen_head_a_filter_over_its_rows_and_widths():
    found = sheet(*[ROW] * 1234)
    assert found.freeze_panes == "B2"
    assert found.auto_filter.ref == "A1:D1235"
    assert found.column_dimensions["A"].width == pytest.approx(30.7, abs=0.1)
    assert found["A1"].font.bold
    assert found.title == "Nómina"
    assert found.max_row == 1235


def test_a_workbook_without_rows_is_one_too():
    found = sheet()
    assert [cell.value for cell in found[1]] == ["Nombre", "Nota", "Día", "Hora"]


def test_a_workbook_leaves_while_its_rows_come():
    taken = []

    def rows():
        for n in range(3000):
            taken.append(n)
            yield ROW

    stream = xlsx_stream("x", HEADINGS, rows())
    assert next(stream)
    assert taken == []
    assert next(stream)
    assert len(taken) == 1
    b"".join(stream)


def test_the_zip_of_a_workbook_is_whole():
    content = b"".join(xlsx_stream("a/b:c", HEADINGS, [ROW]))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        assert package.namelist()[0] == "[Content_Types].xml"


# Tables that are sent to us -------------------------------------------------------------------------------------------


def workbook(rows: list[list[object]]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    page = book.add_worksheet()
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            page.write(r, c, value)
    book.close()
    return made.getvalue()


def refusal(content: bytes, most: int = 100) -> str:
    with pytest.raises(Refused) as caught:
        read_table(content, most)
    return caught.value.code


@pytest.mark.parametrize(
    "content",
    [
        "nombre;correo\r\nÑusta Peña;n@x.example\r\n".encode("cp1252"),
        "nombre;correo\nÑusta Peña;n@x.example\n".encode("utf-8-sig"),
        "nombre,correo\nÑusta Peña,n@x.example\n\n\n".encode(),
        "nombre\tcorreo\r\nÑusta Peña\tn@x.example".encode("utf-16"),
        workbook([["nombre", "correo"], [" Ñusta  Peña ", "n@x.example"], [None, ""]]),
    ],
)
def test_a_table_is_read_however_excel_of_the_region_saved_it(content):
    assert read_table(content, 100) == [["nombre", "correo"], ["Ñusta Peña", "n@x.example"]]


def test_a_service_number_that_excel_took_for_a_number_has_no_decimals():
    assert read_table(workbook([["n"], [10452.0], [7]]), 9) == [["n"], ["10452"], ["7"]]


def test_a_formula_in_a_list_is_not_worked_out():
    assert read_table(workbook([["n"], ["=1+1"]]), 9)[1:] == [["0"]]  # what the file says it showed


def test_too_many_rows_are_refused():
    assert refusal(b"n\n" + b"a\n" * 20, 10) == "table-long"
    assert refusal(workbook([["a"]] * 20), 10) == "table-long"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table-empty"),
        (b"\n\n ,\n", "table-empty"),
        (b"x" * 5_000_001, "table-large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "table-old"),
        (b"PK\x03\x04 this is no zip", "table-unreadable"),
        (b"a\0b,c", "table-unreadable"),
        (b'a,"b\nc,d', "table-unreadable"),
        (b"\xff\xfea", "table-unreadable"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(content, code):
    assert refusal(content) == code


def test_a_small_file_that_unpacks_to_a_large_one_is_not_unpacked():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"0" * 60_000_000)
    assert len(made.getvalue()) < 100_000
    assert refusal(made.getvalue()) == "table-large"


def test_a_word_document_is_no_table():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("word/document.xml", b"<w/>")
    assert refusal(made.getvalue()) == "table-unreadable"


def tampered(old: bytes, new: bytes, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([["nombre"], ["Ana"]]))) as source, zipfile.ZipFile(made, "w") as package:
        for name in source.namelist():
            content = source.read(name)
            package.writestr(name, content.replace(old, new) if name == part else content)
    return made.getvalue()


def test_entities_of_a_workbook_do_not_grow_and_are_not_fetched():
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "{"lol" * 100}">{lol}]>'.encode()
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    strings = "xl/sharedStrings.xml"
    content = tampered(head, bomb, strings)
    assert bomb in zipfile.ZipFile(io.BytesIO(content)).read(strings)
    used = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(used, "w") as package:
        for name in source.namelist():
            package.writestr(name, source.read(name).replace(b"Ana", b"&l9;") if name == strings else source.read(name))
    assert refusal(used.getvalue()) == "table-unreadable"
    fetched = tampered(head, b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>', strings)
    assert read_table(fetched, 10)[0] == ["nombre"]


def test_a_name_far_below_the_others_is_not_passed_over():
    content = tampered(b'<row r="2"', b'<row r="1048576"')
    assert refusal(content, 50) == "table-long"


def packed(part: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["nombre"], ["Ana"]]))) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for name in source.namelist():
            package.writestr(name, content if name == part else source.read(name))
    return made.getvalue()


def test_styles_that_would_fill_the_memory_are_not_read():
    assert refusal(packed("xl/styles.xml", b"<styleSheet>" + b"<xf/>" * 400_000 + b"</styleSheet>")) == "table-large"


def test_a_hundred_million_rows_that_say_nothing_are_not_counted():
    assert refusal(tampered(b'<row r="2"', b'<row r="99999999"')) == "table-long"
