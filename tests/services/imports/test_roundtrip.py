"""What the roster hands out can be sent back: unchanged it changes nothing, corrected it does what was corrected."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from app.records.learning import Enrolment
from app.records.people import Person
from app.services import people, rosters
from app.services.people import Nominee
from app.services.rosters import Reader, RosterQuery
from tests.cast import Cast
from tests.services.imports.lists import decide, kinds, lines, row_of, send
from tests.story import complete

ODD = ("=SUM(1)", "@ana", "'=b", "-1", "+506", "María; =x", 'Ana "Nita" O\'Neill', "007")


def furnish(cast: Cast) -> None:
    """Officers in every state: begun, completed, withdrawn, closed, moved on, twins, in two courses, with odd cells."""
    office, coralia, ada = cast.office, cast.actor("coralia"), cast.actor("ada")
    complete(cast, "nayeli")
    cativo, here = cast.institutions["/pa/senafront/cativo/"].id, cast.institutions["/pa/senafront/"].id
    for number, (place, cohort) in enumerate(((cativo, None), (cativo, cast.cohort.id), (here, None))):
        said = Nominee("Rosa Dogirama", f"rosa{number}@x.example", place, rank="Cabo" if number == 2 else "")
        people.invite(office, coralia, said, cast.course.id, cohort)
    twin = Nominee("Rosa Dogirama", "twin@x.example", cativo, rank="Sargento")
    people.invite(office, coralia, twin, cast.course.id)
    for number, odd in enumerate(ODD):
        made = people.invite(office, coralia, Nominee(f"Odd{number} Ñu", f"o{number}@x.example", here), cast.course.id)
        with office.transaction():
            row = office.session.get_one(Person, made.person_id)
            row.rank, row.service_number = odd, odd + str(number)
    beto = office.session.query(Enrolment).filter_by(person_id=cast.people["beto"].id).one()
    people.withdraw(office, coralia, beto.id)
    left = people.invite(office, coralia, Nominee("Iris Que Se Fue", "iris@x.example", here), cast.course.id)
    closed = people.invite(office, coralia, Nominee("Olga Cerrada", "olga@x.example", here), cast.course.id)
    people.deactivate(office, coralia, closed.person_id)
    with office.transaction():  # trained here, and gone
        office.session.get_one(Person, left.person_id).institution_id = cast.institutions["/cr/ppme/"].id
    nayeli = Nominee("Nayeli Ábrego Quintero", cast.email("nayeli"), cativo)
    people.correct(office, ada, cast.people["nayeli"].id, nayeli)  # the completed course stays where it was


def files(cast: Cast, language: str) -> dict[str, bytes]:
    reader = Reader.of(cast.office, cast.actor("coralia"), language)
    query = RosterQuery()
    office, who = cast.office, cast.actor("coralia")
    return {
        "csv": b"".join(rosters.csv_file(office, who, query, reader)),
        "xlsx": b"".join(rosters.xlsx_file(office, who, query, reader, "R")),
    }


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_roster_sent_back_changes_nothing(cast, language, form):
    furnish(cast)
    list_id = send(cast, files(cast, language)[form])
    found = lines(cast, list_id)
    assert [(row, one) for row, one in found.items() if one.kinds != ("unchanged",)] == []
    assert len(found) == 16
    assert {"Edition", "Edición"} & set(row_of(cast, list_id).ignored)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_roster_under_its_filters_and_saved_by_a_spreadsheet_changes_nothing(cast, separator):
    furnish(cast)
    table = list(csv.reader(io.StringIO(files(cast, "es")["csv"].decode("utf-8-sig"))))
    out = io.StringIO()
    out.write("Filtro: Institución, con todo lo de abajo\r\n\r\n")
    csv.writer(out, delimiter=separator).writerows(table)
    assert set(kinds(cast, send(cast, out.getvalue().encode("utf-16")))) == {("unchanged",)}


def test_a_corrected_roster_does_what_was_corrected(cast):
    furnish(cast)
    book = openpyxl.load_workbook(io.BytesIO(files(cast, "es")["xlsx"]))
    sheet = book.active
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        if str(row[0].value).startswith("Nayeli"):
            row[heads["Rango"] - 1].value = "Capitana"
        if str(row[0].value) == "Norberto Güiral Peña":
            row[heads["Institución"] - 1].value = "Puesto Paso del Guayacán"
            row[heads["Estado"] - 1].value = "En curso"
    out = io.BytesIO()
    book.save(out)
    list_id = send(cast, out.getvalue())
    [asked] = [row for row, one in lines(cast, list_id).items() if one.kinds == ("duplicate",)]
    decide(cast, list_id, {asked: f"same:{cast.people['beto'].id}"})  # only the name says who is elsewhere now
    found = [one for one in lines(cast, list_id).values() if one.kinds != ("unchanged",)]
    assert sorted(one.kinds for one in found) == [("change",), ("move", "enrol")]
    assert [one.fields for one in found if one.fields] == [{"rank": ("", "Capitana")}]
