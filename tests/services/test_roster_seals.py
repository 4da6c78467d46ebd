"""Whether a roster that somebody was sent is as it was downloaded; and what we export, read back, is the same."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pypdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.records.audit import AuditEntry
from app.records.people import Person
from app.rules.errors import Refused
from app.services import rosters, spreadsheets, tables
from app.services.rosters import Reader, RosterQuery
from app.services.rosters.sealing import PATTERN
from app.services.spreadsheets import CsvWriter, Heading, csv_stream, plain, quoted, quoted_column, safe, xlsx_stream
from tests.cast import Cast
from tests.story import complete, finish_lessons

FACES = ("csv", "xlsx", "pdf", "json")


def file(cast: Cast, face: str, language: str = "es", /, **asked: str) -> bytes:
    query, who = RosterQuery.parse(asked), cast.actor("coralia")
    reader = Reader.of(cast.office, who, language, plain=face == "json")
    if face == "pdf":
        return rosters.pdf_file(cast.office, who, query, reader, done=rosters.sealed_note(cast.office, who))
    make = {"csv": rosters.csv_file, "json": rosters.json_file}.get(face)
    more = {"done": rosters.sealed_note(cast.office, who)}
    made = make(cast.office, who, query, reader, **more) if make else None
    return b"".join(made or rosters.xlsx_file(cast.office, who, query, reader, "Nómina", **more))


@pytest.fixture
def busy(cast: Cast) -> Cast:
    complete(cast, "nayeli")
    finish_lessons(cast, "beto", "mission")
    with cast.office.transaction():
        beto = update(Person).where(Person.id == cast.people["beto"].id)
        cast.office.session.execute(beto.values(service_number='007,"x"', rank="=cmd|' /C calc'!A0"))
    return cast


@pytest.mark.parametrize("face", FACES)
def test_a_file_as_it_was_downloaded_says_so_and_of_what_it_is(busy, face):
    found = rosters.check(busy.office, file(busy, face))
    assert found.outcome == "as-downloaded"
    assert (found.sealed.face, found.sealed.rows, found.sealed.place) == (face, 2, "Servicio Nacional de Fronteras")
    assert b"Coralia" not in b"".join(PATTERN.findall(file(busy, "csv")))


def test_every_face_but_the_one_for_programs_carries_the_same_digest_of_its_values(busy):
    digests = {
        rosters.check(busy.office, file(busy, face, columns="name,status,completed")).sealed.values
        for face in FACES[:3]
    }
    assert len(digests) == 1


@pytest.mark.parametrize("face", ["csv", "json"])
def test_a_letter_that_was_changed_is_found_out(busy, face):
    content = file(busy, face)
    assert rosters.check(busy.office, content.replace(b"Guayac", b"Guayak")).outcome == "altered"
    assert rosters.check(busy.office, content.replace(b"100", b"99")).outcome == "altered"


def test_a_second_seal_does_not_hide_what_was_written_beside_it(busy):
    content = file(busy, "csv")
    seal = PATTERN.search(content)[0]
    assert rosters.check(busy.office, content.replace(b"Norberto", seal, 1)).outcome == "altered"


def test_the_seal_of_one_roster_does_not_serve_another(busy):
    one, other = file(busy, "csv"), file(busy, "csv", status="completed")
    mixed = other.replace(PATTERN.search(other)[0], PATTERN.search(one)[0])
    assert rosters.check(busy.office, mixed).outcome == "altered"


def test_a_pdf_in_which_a_byte_was_changed_is_found_out(busy):
    content = bytearray(file(busy, "pdf"))
    content[len(content) // 2] ^= 1
    assert rosters.check(busy.office, bytes(content)).outcome == "altered"


@pytest.mark.parametrize(
    "content", [b"", b"name,rank\r\nAna,x\r\n", b"%PDF-1.7 nothing", b"PK\x03\x04", b"\0" * 1000, b"{}"]
)
def test_what_is_no_roster_is_said_to_be_none(cast, content):
    assert rosters.check(cast.office, content).outcome == "no-roster"


def test_a_seal_made_up_is_not_ours(busy):
    content = file(busy, "csv")
    seal = PATTERN.search(content)[0]
    assert rosters.check(busy.office, content.replace(seal, seal[:-3] + b"AAA")).outcome in ("altered", "no-roster")


def test_more_than_anybody_may_send_is_not_looked_at(cast):
    with pytest.raises(Refused, match="roster-file-large"):
        rosters.check(cast.office, b"x" * 11, 10)


def resaved(content: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_saved_again_has_the_same_values_until_a_cell_is_changed(busy):
    content = file(busy, "xlsx")
    assert rosters.check(busy.office, resaved(content)).outcome == "resaved"
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.worksheets[0]["T3"] = 99
    out = io.BytesIO()
    book.save(out)
    assert rosters.check(busy.office, out.getvalue()).outcome == "altered"


def test_the_true_sheet_hidden_behind_another_is_not_the_roster(busy):
    book = openpyxl.load_workbook(io.BytesIO(file(busy, "xlsx")))
    copy = book.copy_worksheet(book.worksheets[0])
    copy["A2"] = "Otra Persona"
    book.move_sheet(copy, -2)
    book.worksheets[1].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    assert rosters.check(busy.office, out.getvalue()).outcome == "altered"


def test_a_workbook_with_a_part_added_is_not_as_it_was_downloaded(busy):
    out = io.BytesIO(file(busy, "xlsx"))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", b"x")
    assert rosters.check(busy.office, out.getvalue()).outcome == "resaved"


@pytest.mark.parametrize("look", ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_that_a_spreadsheet_program_saved_again_has_the_same_values(busy, separator, look):
    def told(cell: str) -> str:
        for form, clock in (("%Y-%m-%d", ""), ("%Y-%m-%d %H:%M", " %H:%M")):
            try:
                return dt.datetime.strptime(cell, form).strftime(look + clock)
            except ValueError:
                continue
        return cell

    content = file(busy, "csv").decode("utf-8-sig")
    rows = [[told(cell) for cell in row] for row in csv.reader(io.StringIO(content))]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    assert rosters.check(busy.office, out.getvalue().encode()).outcome == "resaved"
    changed = out.getvalue().replace("Guayac", "Guayak")
    assert rosters.check(busy.office, changed.encode()).outcome == "altered"


def test_json_written_in_another_way_has_the_same_values(busy):
    said = json.loads(file(busy, "json"))
    assert rosters.check(busy.office, json.dumps(said, indent=1).encode()).outcome == "resaved"
    said["rows"][0]["exam"] = 1
    assert rosters.check(busy.office, json.dumps(said, indent=1).encode()).outcome == "altered"


def test_a_roster_on_its_way_leaves_its_digests_in_the_log(busy):
    found = rosters.check(busy.office, file(busy, "csv"))
    busy.office.session.rollback()
    entry = busy.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "roster.sealed")).one()
    assert entry.detail["rows"] == 2 and entry.detail["file"] == found.sealed.file.hex()


def test_the_heading_tells_what_was_asked_and_never_the_name_that_was_looked_for(busy):
    last = file(busy, "csv", "en", status="completed", name="nayeli").decode().splitlines()[-1]
    for said in ("Servicio Nacional", "Status: Completed", "Panama time", "Coralia Mojica", "23 Nov 2026", "Rows: 1"):
        assert said in last
    assert "nayeli" not in last.casefold().partition("paso1.")[0]
    book = openpyxl.load_workbook(io.BytesIO(file(busy, "xlsx", "en")))
    assert book.sheetnames == ["Nómina", "About this roster"]
    told = dict(book.worksheets[1].iter_rows(values_only=True))
    assert told["Rows"] == "2" and "Humane Border: 1" in told["Editions"]
    assert book.worksheets[0].freeze_panes == "B2" and book.worksheets[0].auto_filter.ref == "A1:X3"


# On paper ---------------------------------------------------------------------------------------------------------------


def test_the_pdf_repeats_its_head_counts_its_pages_and_has_room_to_sign(busy):
    reader = Reader.of(busy.office, busy.actor("coralia"), "es")
    heads = rosters.headings(reader)[:4]
    from app import booklets

    rows = [(f"Ñandú {n}", f"ÑANDÚ, {n}", "Sargento primero de fronteras y límites", "PA-1") for n in range(120)]
    made = booklets.roster("Nómina", [("Filtro", "ninguno")], heads, rows, "es", "letter")
    assert made == booklets.roster("Nómina", [("Filtro", "ninguno")], heads, rows, "es", "letter")
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"página {number} de {len(pages)}" in page
    tables_ = [page for page in pages if "ÑANDÚ" in page]
    assert all("Número de" in page for page in tables_)
    assert "Revisado y aprobado por" in pages[-1] and "Firma" in pages[-1] and "Firma" not in pages[0]
    assert sum(page.count("ÑANDÚ,") for page in pages) == 120


def test_a_pdf_of_a_whole_country_is_refused_in_time(busy, monkeypatch):
    monkeypatch.setattr("app.services.rosters.faces.MOST_ON_PAPER", 1)
    with pytest.raises(Refused, match="roster-long-for-paper"):
        file(busy, "pdf")


# There and back ---------------------------------------------------------------------------------------------------------

HOSTILE = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="=+-@'\"; |,\t\n\r\\0aÑ٣😀\u202e＝", max_size=12),
    st.sampled_from(
        ["007", "12345678901234567890", "1e5", "=1+1", "+52", "-3", "@x", "'=x", "''", "TRUE", "3/4/2026", "مرحبا"]
    ),
)
LINE = HOSTILE.map(lambda text: " ".join("".join(c for c in text if c.isprintable() or c == " ").split()))


@given(HOSTILE)
@example("'=x")
@example("\t=;'+")
def test_the_apostrophe_before_a_formula_can_be_taken_back(text):
    assert plain(safe(text)) == text


@given(st.lists(st.tuples(st.none() | HOSTILE, st.none() | HOSTILE, HOSTILE), min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_joined_rows_are_the_bytes_that_the_csv_module_writes(rows):
    clean = [[cell and cell.encode("utf-8", "replace").decode() for cell in row] for row in rows]
    columns = [list(quoted_column(column)) for column in zip(*clean, strict=True)]
    expected = CsvWriter().rows([[cell and safe(cell) for cell in row] for row in clean])
    assert CsvWriter.joined(zip(*columns, strict=True)) == expected.removeprefix(b"\xef\xbb\xbf")
    assert [[quoted(cell or "") for cell in row] for row in clean] == [list(row) for row in zip(*columns, strict=True)]


@given(st.lists(st.tuples(LINE, LINE, LINE), min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_we_export_we_read_back_unchanged(rows):
    rows = [("x", *row) for row in rows]
    heads = [Heading(title) for title in ("Clave", "Nombre", "Rango", "Número")]
    kept = [list(row) for row in rows]
    for row in kept:
        while row and not row[-1]:
            row.pop()
    read = tables.read(b"".join(csv_stream(heads, rows)), 100).rows
    assert [[plain(cell) for cell in row] for row in read[1:]] == kept
    content = b"".join(xlsx_stream("x", heads, rows))
    assert tables.read(content, 100).rows[1:] == kept
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def office_program() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if not found:
        pytest.skip(
            "LibreOffice is not installed: apt-get install libreoffice-calc (openpyxl judged formulas all the same)"
        )
    return found


FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
    "007",
    "12345678901234567890",
)


@pytest.mark.parametrize("face", ["csv", "xlsx"])
def test_libreoffice_opens_it_without_working_out_a_formula(tmp_path: Path, face):
    program = office_program()
    heads, rows = [Heading("Nombre"), Heading("Otro")], [(text, "x") for text in FORMULAS]
    make = csv_stream(heads, rows) if face == "csv" else xlsx_stream("x", heads, rows)
    path = tmp_path / f"in.{face}"
    path.write_bytes(b"".join(make))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    out = tmp_path / "out"
    command = [program, home, "--headless", "--convert-to", "fods", "--outdir", str(out), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    said = (out / "in.fods").read_text()
    assert "table:formula" not in said
    if face == "xlsx":
        assert 'office:value="12345678901234567890"' not in said and ">007<" in said


def test_a_head_that_is_a_formula_is_text(cast):
    assert b"".join(csv_stream([Heading("=1+1")], [])).decode("utf-8-sig") == "'=1+1\r\n"
    assert spreadsheets.csv_cell(None) is None
