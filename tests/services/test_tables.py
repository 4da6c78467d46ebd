"""Tables that are sent to us: read however they were saved, and harmless whatever is in them."""

from __future__ import annotations

import io
import random
import zipfile

import openpyxl
import pytest
import xlsxwriter

from app.rules.errors import Refused
from app.services import encodings
from app.services.demo.names import NAMINGS
from app.services.tables import Table, read

TABLE = [["nombre", "correo"], ["Ñusta Peña", "n@x.example"]]


def rows(content: bytes, most: int = 100) -> list[list[str]]:
    return read(content, most).rows


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
        read(content, most)
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
    assert rows(content) == TABLE


def test_a_service_number_that_excel_took_for_a_number_has_no_decimals():
    assert rows(workbook([["n"], [10452.0], [7]]), 9) == [["n"], ["10452"], ["7"]]


def test_a_formula_in_a_list_is_not_worked_out():
    assert rows(workbook([["n"], ["=1+1"]]), 9)[1:] == [["0"]]  # what the file says it showed


def test_too_many_rows_are_refused():
    assert refusal(b"n\n" + b"a\n" * 20, 10) == "table-long"
    assert refusal(workbook([["a"]] * 20), 10) == "table-long"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table-empty"),
        (b"\n\n ,\n", "table-empty"),
        (b"x" * 15_000_001, "table-large"),
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
        package.writestr("xl/workbook.xml", b"<" + b"0" * 60_000_000)
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
    assert refusal(fetched) == "table-unreadable"


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


# However it was saved -------------------------------------------------------------------------------------------------

SAVED = {
    "utf-8": "utf-8",
    "UTF-8 with a mark": "utf-8-sig",
    "UTF-16 with a mark": "utf-16",
    "UTF-16LE, which Moodle calls Excel CSV": "utf-16-le",
    "UTF-16BE": "utf-16-be",
    "Windows-1252": "cp1252",
    "Mac Roman": "mac-roman",
    "MS-DOS": "cp850",
}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("saved", SAVED)
def test_any_encoding_any_separator_any_end_of_line(saved, separator, ends):
    text = "".join(separator.join(row) + ends for row in TABLE)
    found = read(text.encode(SAVED[saved]), 100)
    assert found.rows == TABLE
    assert found.separator == separator
    assert found.encoding in encodings.NAMES


@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman", "cp850"])
def test_the_names_of_every_people_of_the_region_tell_how_they_were_written(encoding):
    """Nothing in such a file says what it is: three people with an accent among them are enough."""
    chance = random.Random(encoding)
    read_rightly = 0
    for country, peoples in NAMINGS.items():
        for naming in peoples:
            words = [*naming.women, *naming.men, *naming.surnames]
            strange = [word for word in words if not word.isascii()]
            for _round in range(10 if strange else 0):
                names = [f"{chance.choice(words)} {chance.choice(strange)} {chance.choice(words)}" for _ in range(3)]
                text = "Nombre;Correo\n" + "".join(f"{name};a@x.example\n" for name in names)
                text = text.upper() if chance.random() < 0.3 else text
                try:
                    content = text.encode(encoding)
                except UnicodeEncodeError:
                    continue
                assert encodings.decode(content) == (text, encoding), (country, names)
                read_rightly += 1
    assert read_rightly > 150


def test_a_file_that_was_taken_for_another_encoding_is_read_as_told():
    content = "Nombre;Correo\nLacœuille;a@x.example\n".encode("cp1252")
    assert read(content, 9, encoding="cp1252").rows[1] == ["Lacœuille", "a@x.example"]
    assert read("n\nÑ\n".encode("utf-16"), 9, encoding="cp1252").rows == [["n"], ["Ñ"]], "a mark is believed first"
    with pytest.raises(Refused, match="table-unreadable"):
        read("n\nÑ\n".encode("cp1252"), 9, encoding="utf-8")
    with pytest.raises(Refused, match="table-unreadable"):
        read(b"n\na\n", 9, encoding="rot13")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Nombre, completo";Correo\n"Ruiz, Ana";a@x.example\n', ["Ruiz, Ana", "a@x.example"]),
        ("Nombre y apellidos;Correo, electrónico\nAna Ruiz;a@x.example\n", ["Ana Ruiz", "a@x.example"]),
        ("Nombre\tCorreo\nRuiz, Ana, Srta.\ta@x.example\n", ["Ruiz, Ana, Srta.", "a@x.example"]),
        ('sep=|\nNombre|Correo\n"Ana; Eva"|a@x.example\n', ["Ana; Eva", "a@x.example"]),
        ('Nombre,Correo\n"Ana\nMaría",a@x.example\n', ["Ana María", "a@x.example"]),
    ],
)
def test_what_parts_the_cells_is_not_what_stands_in_them(text, expected):
    assert rows(text.encode())[-1] == expected


def test_the_line_that_names_the_separator_keeps_the_numbers_of_rows():
    assert rows(b"sep=;\na;b\n1;2\n") == [[], ["a", "b"], ["1", "2"]]


def test_how_a_workbook_was_read_says_nothing_of_letters():
    assert read(workbook([["n"], ["Ana"]]), 9) == Table([["n"], ["Ana"]])


# Whatever is in it ----------------------------------------------------------------------------------------------------

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
NS = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (STRINGS, b"<sst " + NS + b">" + b"<si/>" * 700_000 + b"</sst>"),
        (STRINGS, b"<sst " + NS + b"><si>" + b"<r><t>a</t></r>" * 10_000 + b"</si></sst>"),
        (SHEET, b"<worksheet " + NS + b"><sheetData><row>" + b"<c/>" * 100_000 + b"</row></sheetData></worksheet>"),
        (SHEET, b"<worksheet " + NS + b"><sheetData>" + b"<row/>" * 300_000 + b"</sheetData></worksheet>"),
        (SHEET, b"<worksheet " + NS + b"><cols>" + b"<col/>" * 60_000 + b"</cols></worksheet>"),
        (SHEET, b"<a>" * 100_000 + b"</a>" * 100_000),
        (SHEET, b"<worksheet><sheetData>" + (b"<row>" + b"<c/>" * 15_000 + b"</row>") * 220),
    ],
    ids=["strings", "one string", "one row", "rows", "columns", "depth", "all"],
)
def test_more_of_anything_than_a_list_has_is_not_taken_into_memory(part, content):
    assert refusal(packed(part, content)) == "table-large"


def test_a_sheet_that_lies_under_the_name_of_a_picture_is_looked_through_all_the_same():
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["nombre"], ["Ana"]]))) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == SHEET:
                package.writestr("xl/media/picture.png", b"<worksheet><sheetData>" + b"<row/>" * 300_000)
                continue
            if name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
                content = content.replace(b"worksheets/sheet1.xml", b"media/picture.png")
            package.writestr(name, content)
    assert refusal(made.getvalue()) == "table-large"


def test_a_workbook_with_a_photograph_is_read():
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(TABLE))) as source,
        zipfile.ZipFile(made, "w") as package,
    ):
        for name in source.namelist():
            package.writestr(name, source.read(name))
        package.writestr("xl/media/image1.png", b"\x89PNG\r\n\x1a\n" + bytes(2_000_000))
    assert rows(made.getvalue()) == TABLE


def test_a_line_of_nothing_but_separators_is_refused():
    assert refusal(b"nombre,correo\n" + b"," * 100_000) == "table-unreadable"


def test_a_cell_as_large_as_the_file_is_refused_or_cut():
    assert refusal(b'nombre\n"' + b"a" * 1_000_000 + b'"\n') == "table-unreadable"
    assert len(rows(workbook([["n"], ["a" * 30_000]]))[1][0]) == 1000


def test_the_first_sheet_that_is_shown_is_read():
    book = openpyxl.Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    for row in TABLE:
        book.create_sheet("Nómina") if len(book.sheetnames) == 1 else None
        book["Nómina"].append(row)
    made = io.BytesIO()
    book.save(made)
    assert rows(made.getvalue()) == TABLE


def test_twenty_thousand_people_in_a_workbook_are_read():
    content = workbook([["nombre", "correo"], *([f"Ana {n}", f"a{n}@x.example"] for n in range(20_000))])
    assert len(read(content, 25_001).rows) == 20_001


@pytest.mark.parametrize("part", ["xl/more.xml", "xl/media/image1.png"])
def test_what_is_no_xml_does_not_unpack_without_end_either(part):
    made = io.BytesIO(packed("none", b""))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(part, b"A" * 160_000_000)
    content = made.getvalue()
    assert len(content) < 1_000_000
    assert refusal(content) == "table-large"
