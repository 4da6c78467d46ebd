"""Tables out, in which text stays text."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from app.services.spreadsheets import Heading, csv_stream, safe, xlsx_stream

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
